import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from many_threads import together
from pb2b_notebook.errors import JournalError
from pb2b_notebook.journal import Journal, Mutation

T0 = datetime(2026, 3, 10, 12, tzinfo=UTC)
CREATE = Mutation("host/ws_1", "leads.create", "POST", "/leads", b'{"email":"a"}')


def to(decision):
    return lambda _previous, _stale: decision


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path / "private" / "journal.sqlite3", session="one")


def record(journal, mutation=CREATE, *, key="k1", object_id="lead_1", now=T0):
    entry = journal.resolve(mutation, to("send"), new_key=key, now=now)
    journal.finish(
        entry, "succeeded", status=201, attempts=2, request_id="r", object_id=object_id, answer=b"{}", now=now
    )
    return entry


def test_an_intent_is_stored_before_its_outcome_and_survives_the_session(journal):
    entry = journal.resolve(CREATE, to("send"), new_key="k1", now=T0)
    assert (entry.state, entry.key, entry.sends, entry.intended_at) == ("intended", "k1", 1, T0)
    seen = []
    Journal(journal.path).resolve(CREATE, lambda previous, _: seen.append(previous) or "resend", new_key="k2", now=T0)
    assert seen == [entry]


def test_a_replay_returns_the_stored_outcome(journal):
    record(journal)
    entry = journal.resolve(CREATE, to("replay"), new_key="k2", now=T0)
    assert (entry.key, entry.status, entry.object_id, entry.request_id, entry.attempts, entry.answer) == (
        "k1", 201, "lead_1", "r", 2, b"{}",
    )  # fmt: skip


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
def test_another_mutation_has_no_previous_entry(journal, other):
    record(journal)
    previous = []
    journal.resolve(other, lambda entry, _: previous.append(entry) or "send", new_key="k2", now=T0)
    assert previous == [None]


def test_a_success_is_final(journal):
    entry = record(journal)
    journal.finish(entry, "refused", status=401, attempts=1, now=T0)
    assert journal.entries(CREATE.workspace)[0]["state"] == "succeeded"


def test_a_refusal_before_the_key_is_checked_finishes_only_an_entry_that_no_other_run_sent(journal):
    first = journal.resolve(CREATE, to("send"), new_key="k1", now=T0)
    second = journal.resolve(CREATE, to("resend"), new_key="k2", now=T0)
    for entry in (first, second):
        journal.finish(entry, "refused", status=401, attempts=1, now=T0, key_checked=False)
    assert journal.entries(CREATE.workspace)[0]["state"] == "intended"
    journal.finish(second, "refused", status=422, attempts=1, now=T0)
    assert journal.entries(CREATE.workspace)[0]["state"] == "refused"


def test_entries_of_the_same_workspace_are_deleted_after_thirty_days(journal):
    """Only of the same workspace: a sandbox has its own clock."""
    other = Mutation("sandbox/ws_9", "leads.create", "POST", "/leads", b"{}")
    record(journal)
    record(journal, other, key="k9")
    later = Mutation("host/ws_1", "leads.create", "POST", "/leads", b'{"email":"b"}')
    record(journal, later, key="k2", now=T0 + timedelta(days=31))
    assert [e["key"] for e in journal.entries("host/ws_1")] == ["k2"]
    assert [e["key"] for e in journal.entries("sandbox/ws_9")] == ["k9"]


def test_only_the_owner_may_read_the_file_and_its_folder(journal):
    record(journal)
    assert stat.S_IMODE(journal.path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600


def test_the_folder_around_the_cache_folder_keeps_its_mode(monkeypatch, tmp_path):
    """PB2B_CACHE_DIR may be /tmp or a home directory; only the folder in it is ours."""
    tmp_path.chmod(0o755)
    monkeypatch.setenv("PB2B_CACHE_DIR", str(tmp_path))
    record(Journal.of_this_machine())
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_a_file_that_is_not_a_database_is_a_journal_error(journal):
    journal.path.parent.mkdir()
    journal.path.write_bytes(b"not a database" * 100)
    with pytest.raises(JournalError, match="DatabaseError"):
        journal.entries("w")


def test_a_journal_in_memory_is_shared_by_threads_and_empty_after_closing():
    journal = Journal(None)
    together(*[partial(record, journal, key=f"k{n}") for n in range(8)])
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
    decide = lambda previous, _: "send" if previous is None else "resend"
    sys.stdout.write(journal.resolve(one, decide, now=now, new_key=f"{sys.argv[2]}-{n}").key + "\\n")
"""


def test_two_kernels_that_start_at_once_agree_on_every_key(tmp_path):
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
