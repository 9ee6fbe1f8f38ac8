import sqlite3
import stat
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from many_threads import together
from pb2b_notebook import request_log
from pb2b_notebook.request_log import Request, RequestLog

ONE = Request(
    time="2026-03-10T12:00:00.000+00:00", service="host", workspace="ws_1", operation="leads.list", status=200,
    error=None, request_id="req_1", attempts=1, idempotency_key=None, ms=12.5, bytes=100, rate_left=599,
)  # fmt: skip


@pytest.fixture(params=["file", "memory"])
def log(request, tmp_path):
    opened = RequestLog(tmp_path / "private" / "requests.sqlite3" if request.param == "file" else None)
    yield opened
    opened.close()


def operations(log, workspace="ws_1"):
    return [row["operation"] for row in log.entries("host", workspace)]


def test_the_newest_comes_first_with_every_column(log):
    log.record(ONE)
    log.record(replace(ONE, operation="leads.get", error="NotFoundError", status=404))
    rows = log.entries("host", "ws_1")
    assert [row["operation"] for row in rows] == ["leads.get", "leads.list"]
    assert rows[1] == {name: getattr(ONE, name) for name in Request.__dataclass_fields__}


def test_a_workspace_sees_its_own_requests_and_those_before_any_workspace_was_known(log):
    for workspace in ("ws_1", "ws_2", ""):
        log.record(replace(ONE, workspace=workspace, operation=f"of {workspace}"))
    log.record(replace(ONE, service="elsewhere"))
    assert operations(log) == ["of ", "of ws_1"]


def test_the_oldest_requests_are_deleted(log, monkeypatch):
    monkeypatch.setattr(request_log, "MAX_REQUESTS", 20)
    monkeypatch.setattr(request_log, "_TRIM_EVERY", 10)
    log._memory = type(log._memory)(maxlen=20)
    for number in range(50):
        log.record(replace(ONE, operation=str(number)))
    assert operations(log) == [str(number) for number in range(49, 29, -1)]


def test_a_later_session_reads_the_private_file_of_an_earlier_one(tmp_path):
    path = tmp_path / "private" / "requests.sqlite3"
    first = RequestLog(path)
    first.record(ONE)
    first.close()
    first.close()
    second = RequestLog(path)
    assert operations(second) == ["leads.list"]
    second.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_two_sessions_write_in_parallel(tmp_path):
    path = tmp_path / "private" / "requests.sqlite3"
    logs = [RequestLog(path), RequestLog(path)]
    together(*[lambda log=log: [log.record(ONE) for _ in range(50)] for log in logs])
    logs[1].flush()
    assert len(operations(logs[0])) + len(logs[1]._memory) == 100
    for log in logs:
        log.close()


@pytest.mark.parametrize("kind", ["below a file", "not a database", "locked"])
def test_a_file_that_cannot_be_written_never_stops_the_work(tmp_path, kind, monkeypatch):
    path = tmp_path / "private" / "requests.sqlite3"
    other = None
    if kind == "below a file":
        path.parent.write_text("")
    else:
        path.parent.mkdir()
        path.write_bytes(b"not a database " * 100 if kind == "not a database" else b"")
    if kind == "locked":
        connect = sqlite3.connect
        monkeypatch.setattr(sqlite3, "connect", lambda path, **options: connect(path, **{**options, "timeout": 0.01}))
        other = connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
    log = RequestLog(path)
    log.record(ONE)
    assert operations(log) == ["leads.list"]
    log.close()
    if other is not None:
        other.close()


def on_disk(path):
    db = sqlite3.connect(path)
    try:
        return [row[0] for row in db.execute("SELECT operation FROM requests ORDER BY id")]
    finally:
        db.close()


@pytest.mark.parametrize(
    "last", [{"error": "NotFoundError", "status": 404}, {"idempotency_key": "pb2b1-01234567"}], ids=["failed", "keyed"]
)
def test_a_failure_or_a_mutation_is_on_disk_at_once_with_everything_before_it(tmp_path, last):
    path = tmp_path / "private" / "requests.sqlite3"
    log = RequestLog(path)
    log.record(ONE)
    log.record(replace(ONE, operation="last", **last))
    assert on_disk(path) == ["leads.list", "last"]
    log.close()


def test_a_timer_writes_successful_reads(tmp_path, monkeypatch):
    monkeypatch.setattr(request_log, "FLUSH_INTERVAL", 0.01)
    log = RequestLog(tmp_path / "private" / "requests.sqlite3")
    log.record(ONE)
    timer = log._timer
    assert timer is not None
    timer.join(10)
    assert on_disk(log._path) == ["leads.list"]
    log.close()


def test_waiting_requests_are_written_when_the_kernel_ends(tmp_path):
    path = tmp_path / "private" / "requests.sqlite3"
    code = (
        "import sys; from pathlib import Path; from pb2b_notebook.request_log import *\n"
        "log = RequestLog(Path(sys.argv[1]))\n"
        "log.record(Request('t', 's', 'w', 'me.get', 200, None, 'r', 1, None, 1.0, 2, 3))"
    )
    subprocess.run([sys.executable, "-c", code, path], check=True)
    assert on_disk(path) == ["me.get"]


ENDING = """
import sys, time
from pathlib import Path
from pb2b_notebook import request_log
from pb2b_notebook.request_log import Request, RequestLog

request_log.FLUSH_INTERVAL, request_log.BUSY_TIMEOUT = 0.01, 60.0
log = RequestLog(Path(sys.argv[1]))
one = Request("2026-03-10", "host", "ws_1", "leads.list", 200, None, "req_1", 1, None, 12.5, 100, 599)
log.entries("host", "ws_1")  # the file is open
print("open", flush=True)
sys.stdin.readline()
log.record(one)
while log._waiting:  # the timer's thread takes them and waits for the other writer
    time.sleep(0.001)
print("writing", flush=True)
"""


def test_a_kernel_that_ends_waits_for_a_write_in_progress(tmp_path):
    """The connection was once closed under the writing thread: requests were lost, or the process crashed."""
    path = tmp_path / "requests.sqlite3"
    command = [sys.executable, "-c", ENDING, path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as kernel:
        assert kernel.stdout.readline() == "open\n"
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        kernel.stdin.write("\n")
        kernel.stdin.flush()
        assert kernel.stdout.readline() == "writing\n"
        time.sleep(0.2)  # it ends meanwhile
        other.execute("COMMIT")
        other.close()
    assert kernel.returncode == 0
    log = RequestLog(path)
    assert operations(log) == ["leads.list"]
    log.close()
