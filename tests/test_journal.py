import os
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from pb2b_notebook.errors import JournalError
from pb2b_notebook.journal import Journal, Mutation

T0 = datetime(2026, 3, 10, 12, tzinfo=UTC)
CREATE = Mutation("host/ws_1", "leads.create", "POST", "/leads", b'{"email":"a"}')


def to(decision):
    return lambda _twin, _stale: decision


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path / "private" / "journal.sqlite3", session="one")


def written(journal, mutation=CREATE, *, key="k1", object_id="lead_1", now=T0):
    entry = journal.resolve(mutation, to("send"), new_key=key, now=now)
    journal.finish(
        entry, "succeeded", status=201, attempts=2, request_id="r", object_id=object_id, answer=b"{}", now=now
    )
    return entry


def test_an_intent_is_there_before_its_outcome_and_survives_the_session(journal):
    entry = journal.resolve(CREATE, to("send"), new_key="k1", now=T0)
    assert (entry.state, entry.key, entry.sends, entry.intended_at) == ("intended", "k1", 1, T0)
    seen = []
    Journal(journal.path).resolve(CREATE, lambda twin, _: seen.append(twin) or "resend", new_key="k2", now=T0)
    assert seen == [entry]


def test_the_outcome_is_given_back(journal):
    written(journal)
    entry = journal.resolve(CREATE, to("replay"), new_key="k2", now=T0)
    assert (entry.key, entry.status, entry.object_id, entry.request_id, entry.attempts, entry.answer) == (
        "k1", 201, "lead_1", "r", 2, b"{}",
    )  # fmt: skip


def test_a_file_that_another_program_put_into_wal_mode_is_taken_out_of_it(journal):
    """Several kernels share it, and SQLite before 3.51.3 has the WAL-reset bug."""
    written(journal)
    with closing(sqlite3.connect(journal.path)) as other:
        assert other.execute("PRAGMA journal_mode=wal").fetchall() == [("wal",)]
    assert journal.resolve(CREATE, to("replay"), new_key="k2", now=T0).key == "k1"
    with closing(sqlite3.connect(journal.path)) as other:
        assert other.execute("PRAGMA journal_mode").fetchall() == [("delete",)]


def test_a_resend_is_counted(journal):
    journal.resolve(CREATE, to("send"), new_key="k1", now=T0)
    assert [journal.resolve(CREATE, to("resend"), new_key="k2", now=T0).sends for _ in range(2)] == [2, 3]


@pytest.mark.parametrize(
    "other",
    [
        Mutation("host/ws_2", "leads.create", "POST", "/leads", b'{"email":"a"}'),
        Mutation("host/ws_1", "leads.create", "POST", "/leads", b'{"email":"b"}'),
        Mutation("host/ws_1", "leads.create", "POST", "/leads/upsert", b'{"email":"a"}'),
        Mutation("host/ws_1", "leads.create", "PATCH", "/leads", b'{"email":"a"}'),
        Mutation("host/ws_1", "leads.create", "POST", "/leads", None),
    ],
)
def test_another_mutation_has_no_twin(journal, other):
    written(journal)
    twins = []
    journal.resolve(other, lambda twin, _: twins.append(twin) or "send", new_key="k2", now=T0)
    assert twins == [None]


def test_a_success_is_final(journal):
    entry = written(journal)
    journal.finish(entry, "refused", status=401, attempts=1, now=T0)
    assert journal.entries(CREATE.workspace)[0]["state"] == "succeeded"


def test_a_refusal_at_the_door_finishes_only_what_nobody_else_has_sent(journal):
    first = journal.resolve(CREATE, to("send"), new_key="k1", now=T0)
    second = journal.resolve(CREATE, to("resend"), new_key="k2", now=T0)
    for entry in (first, second):
        journal.finish(entry, "refused", status=401, attempts=1, now=T0, judged=False)
    assert journal.entries(CREATE.workspace)[0]["state"] == "intended"
    journal.finish(second, "refused", status=422, attempts=1, now=T0)
    assert journal.entries(CREATE.workspace)[0]["state"] == "refused"


def test_a_decision_that_raises_leaves_no_trace(journal):
    def never(twin, stale):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        journal.resolve(CREATE, never, new_key="k1", now=T0)
    assert journal.entries(CREATE.workspace) == []


def test_old_entries_of_the_same_workspace_go_after_thirty_days(journal):
    """Of the same only: a sandbox lives by a clock of its own."""
    other = Mutation("sandbox/ws_9", "leads.create", "POST", "/leads", b"{}")
    written(journal)
    written(journal, other, key="k9")
    later = Mutation("host/ws_1", "leads.create", "POST", "/leads", b'{"email":"b"}')
    written(journal, later, key="k2", now=T0 + timedelta(days=31))
    assert [e["key"] for e in journal.entries("host/ws_1")] == ["k2"]
    assert [e["key"] for e in journal.entries("sandbox/ws_9")] == ["k9"]


def test_nobody_else_may_look_inside(journal):
    written(journal)
    assert stat.S_IMODE(journal.path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600


def test_a_folder_of_somebody_else_keeps_its_mode(monkeypatch, tmp_path):
    """PB2B_CACHE_DIR may be /tmp, or a home: only the folder in it is ours."""
    tmp_path.chmod(0o755)
    monkeypatch.setenv("PB2B_CACHE_DIR", str(tmp_path))
    written(Journal.of_this_machine())
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_our_folder_is_closed_again_if_somebody_opened_it(journal):
    written(journal)
    journal.path.parent.chmod(0o755)
    journal.entries("host/ws_1")
    assert stat.S_IMODE(journal.path.parent.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_is_a_journal_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match="cannot be used"):
        Journal(tmp_path / "file" / "journal.sqlite3").entries("w")


def test_a_file_that_is_no_journal_is_a_journal_error(journal):
    journal.path.parent.mkdir()
    journal.path.write_bytes(b"not a database" * 100)
    with pytest.raises(JournalError, match="DatabaseError"):
        journal.entries("w")


def test_a_full_disk_is_a_journal_error_and_leaves_the_journal_whole(journal, monkeypatch):
    """SQLite's own limit on pages fails as a full disk does: SQLITE_FULL."""
    from pb2b_notebook import journal as module

    written(journal)
    opened = module._opened

    def small(path):
        db = opened(path)
        db.execute("PRAGMA max_page_count = 1")
        return db

    monkeypatch.setattr(module, "_opened", small)
    big = Mutation("host/ws_1", "leads.create", "POST", "/leads", b"x" * 100_000)
    with pytest.raises(JournalError):
        journal.resolve(big, to("send"), new_key="k2", now=T0)
    monkeypatch.undo()
    assert [e["key"] for e in journal.entries("host/ws_1")] == ["k1"]


def test_erased_payloads_leave_the_file(journal):
    marked = Mutation("host/ws_1", "leads.create", "POST", "/leads", b"a very unusual payload")
    written(journal, marked)
    assert b"very unusual" in journal.path.read_bytes()
    written(journal, now=T0 + timedelta(days=40))
    assert b"very unusual" not in journal.path.read_bytes()


def test_a_journal_in_memory_is_shared_by_threads_and_gone_when_closed():
    journal = Journal(None)
    threads = [threading.Thread(target=written, args=(journal,), kwargs={"key": f"k{n}"}) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(journal.entries("host/ws_1")) == 8
    journal.close()
    assert journal.entries("host/ws_1") == []
    journal.close()


_RACE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from pb2b_notebook.journal import Journal, Mutation
journal = Journal(Path(sys.argv[1]))
now = datetime.now(UTC)
sys.stdin.readline()
for n in range(20):
    one = Mutation("w", "leads.create", "POST", f"/leads/{n}", b"{}")
    decide = lambda twin, _: "send" if twin is None else "resend"
    sys.stdout.write(journal.resolve(one, decide, now=now, new_key=f"{sys.argv[2]}-{n}").key + "\\n")
"""


def test_two_kernels_that_start_together_agree_on_every_key(tmp_path):
    path = tmp_path / "private" / "journal.sqlite3"
    kernels = [
        subprocess.Popen(
            [sys.executable, "-c", _RACE, str(path), name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for name in "ab"
    ]
    for kernel in kernels:
        kernel.stdin.write("go\n")
        kernel.stdin.flush()
    outputs = [kernel.communicate()[0] for kernel in kernels]
    assert outputs[0] == outputs[1]
    assert len(outputs[0].split()) == 20


@pytest.mark.skipif(os.name != "posix", reason="the kernel's own view of the locks")
def test_a_file_that_stays_locked_is_a_journal_error_and_not_a_hang(journal, monkeypatch):
    written(journal)
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **options: connect(path, **{**options, "timeout": 0.01}))
    other = connect(journal.path, isolation_level=None)
    try:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(JournalError, match="OperationalError"):
            journal.entries("w")
    finally:
        other.close()
