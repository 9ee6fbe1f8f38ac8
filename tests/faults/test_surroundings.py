"""The machine around the client: threads, event loops, clocks that are wrong, folders that cannot be written."""

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from child_processes import SUPPORT
from fault_proxy import CutReply, FaultProxy
from many_threads import together
from pb2b_notebook import errors
from pb2b_notebook.api.http.sending.courier import Timing
from pb2b_notebook.journal import Journal
from pb2b_notebook.request_log import RequestLog
from workspaces import CREATE, HASTY, Service, connected, leads_with

# --- threads and loops -----------------------------------------------------------------------------------------------


def test_one_workspace_serves_eight_threads(ws, service, email):
    """Each reads, creates and reads back; nothing is lost, doubled or mixed up."""
    found = {}

    def run(number):
        for turn in range(3):
            mine = f"{number}-{turn}-{email}"
            made = ws.leads.create(email=mine)
            found[mine] = (made["email"], ws.leads.get(made["id"])["email"])
            ws.leads.list(limit=5, frame="polars" if number % 2 else "pandas")

    together(*[partial(run, number) for number in range(8)])
    assert found == {mine: (mine, mine) for mine in found}
    assert len(found) == 24
    assert len(ws.journal()) == 24


def test_a_workspace_works_inside_a_running_event_loop(ws, email):
    """As in a notebook, whose cells run inside one; and from its worker threads."""

    async def cell():
        inside = ws.leads.create(email=email)
        again = await asyncio.to_thread(ws.leads.create, email=email)
        frames = await asyncio.gather(*(asyncio.to_thread(ws.leads.list, limit=3) for _ in range(4)))
        return inside["id"], again["id"], [len(frame) for frame in frames]

    first, second, lengths = asyncio.run(cell())
    assert first == second
    assert lengths == [3] * 4


# --- clocks ----------------------------------------------------------------------------------------------------------


def machine(day):
    """A machine whose wall clock is N days off."""
    off = timedelta(days=day).total_seconds()
    return Timing(sleep=HASTY.sleep, wall=lambda: datetime.now(UTC).timestamp() + off)


@pytest.fixture
def real_time():
    """A sandbox whose clock runs, as a live service's does."""
    opened = Service(leads=1, clock="real")
    yield opened
    opened.close()


@pytest.mark.parametrize(("before", "after"), [(-1, -1), (1, 1), (-1, 0), (1, 0), (0, 1)])
def test_a_clock_that_is_a_day_off_or_corrected_repeats_nothing(real_time, journal, email, before, after):
    """The service forgets keys by its own clock; by this machine's, a day may have passed, or none."""
    with FaultProxy(real_time.url) as proxy:
        proxy.always(CREATE, CutReply())
        wrong = connected(proxy.url, real_time.key, journal=journal, timing=machine(before))
        with wrong, pytest.raises(errors.ConnectionLostError):
            wrong.leads.create(email=email)
        proxy.heal()
        with connected(proxy.url, real_time.key, journal=Journal(journal.path), timing=machine(after)) as ws:
            ws.leads.create(email=email)
            before_replay = proxy.count(CREATE)
            ws.leads.create(email=email)
            assert proxy.count(CREATE) == before_replay
            intended_at = ws.journal()["intended_at"].iloc[0]
    assert abs(intended_at.to_pydatetime() - real_time.sandbox.clock.now()) < timedelta(minutes=1)
    assert len(leads_with(real_time.url, real_time.oracle, email)) == 1


def test_idempotency_keys_that_have_expired_are_not_sent_again(service, tmp_path, email):
    """Not even where this machine's clock stood still meanwhile."""
    opened = Service(leads=1)
    try:
        journal = Journal(tmp_path / "cache" / "journal.sqlite3")
        with FaultProxy(opened.url) as proxy:
            proxy.always(CREATE, CutReply())
            with connected(proxy.url, opened.key, journal=journal) as ws, pytest.raises(errors.ConnectionLostError):
                ws.leads.create(email=email)
            proxy.heal()
            opened.sandbox.clock.advance(25 * 3600)
            with connected(proxy.url, opened.key, journal=journal) as ws:
                with pytest.raises(errors.UnknownOutcomeError, match="again=True"):
                    ws.leads.create(email=email)
                assert len(leads_with(opened.url, opened.oracle, email)) == 1
    finally:
        opened.close()


# --- folders ---------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["below a file", "a folder in its place", "no room"])
def broken(request, tmp_path, monkeypatch):
    """A cache folder that cannot be written; for root too, whom modes do not stop."""
    if request.param == "below a file":
        (tmp_path / "file").write_text("")
        return tmp_path / "file" / "cache"
    if request.param == "a folder in its place":
        for name in ("journal.sqlite3", "requests.sqlite3"):
            (tmp_path / name).mkdir()
        return tmp_path
    from pb2b_notebook import sqlite_files

    connect = sqlite_files.connect

    def without_room(*args, **options):
        db = connect(*args, **options)
        db.execute("PRAGMA max_page_count = 1")
        return db

    monkeypatch.setattr(sqlite_files, "connect", without_room)
    journal = Journal(tmp_path / "journal.sqlite3")
    # What is free in the file's own pages is still room: fill it.
    import contextlib

    from pb2b_notebook.journal import Mutation

    with contextlib.suppress(errors.JournalError):
        for number in range(10_000):
            full = Mutation("other", "leads.create", "POST", f"/leads/{number}", b"x" * 50)
            journal.resolve(full, lambda *_: "send", now=datetime.now(UTC), new_key="k")
    return tmp_path


def test_without_a_journal_mutations_are_refused_and_reads_continue(service, proxy, broken, email):
    journal, log = Journal(broken / "journal.sqlite3"), RequestLog(broken / "requests.sqlite3")
    with connected(proxy.url, service.key, journal=journal, log=log) as ws:
        lead = ws.leads.list(limit=1)["id"].iloc[0]
        before = len(proxy.seen)
        for mutation in (
            lambda: ws.leads.create(email=email),
            lambda: ws.leads.upsert(email=email),
            lambda: ws.leads.update(lead, title="x"),
            lambda: ws.leads.delete(lead),
        ):
            with pytest.raises(errors.JournalError, match="before it is recorded"):
                mutation()
        assert len(proxy.seen) == before
        assert len(ws.leads.list(limit=5)) == 5
        assert len(ws.requests()) >= 3
    assert leads_with(service.url, service.oracle, email) == []


_NO_ROOM = """
import os, resource, signal, sys
from workspaces import connected
from pb2b_notebook import errors
from pb2b_notebook.journal import Journal
from pb2b_notebook.request_log import RequestLog
ws = connected(
    sys.argv[1], os.environ["PB2B_API_KEY"], journal=Journal.of_this_machine(), log=RequestLog.of_this_machine()
)
ws.leads.create(email="a-" + sys.argv[2])
# From here on no file of this process may grow beyond what it has: what a quota does.
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
sys.dont_write_bytecode = True  # a module that is compiled within the limit would be cut, for all later tests
resource.setrlimit(resource.RLIMIT_FSIZE, (1024, resource.RLIM_INFINITY))
try:
    ws.leads.create(email="b-" + sys.argv[2])
except errors.JournalError as problem:
    print("ulimit -f" in str(problem), len(ws.leads.list(limit=3)))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
held = []
for free in (0, 1):
    try:
        while True:
            held.append(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        for _ in range(free):
            os.close(held.pop())
    try:
        ws.leads.create(email="c-" + sys.argv[2])
    except errors.JournalError as problem:
        print("ulimit -n" in str(problem), len(ws.leads.list(limit=3)))
"""


def test_limits_on_files_are_named_and_refuse_mutations_while_reads_continue(service, proxy, tmp_path, email):
    """A real one: the system itself fails the writes of the process."""
    done = subprocess.run(
        [sys.executable, "-c", _NO_ROOM, proxy.url, email],
        env={"PYTHONPATH": SUPPORT, "PB2B_API_KEY": service.key, "PB2B_CACHE_DIR": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split() == ["True", "3"] * 3
    assert leads_with(service.url, service.oracle, f"b-{email}") == []
    with connected(proxy.url, service.key, journal=Journal(tmp_path / "pb2b_notebook" / "journal.sqlite3")) as ws:
        before = proxy.count(CREATE)
        ws.leads.create(email=f"a-{email}")
        assert proxy.count(CREATE) == before
        ws.leads.create(email=f"b-{email}")
    assert len(leads_with(service.url, service.oracle, f"b-{email}")) == 1
