"""Which events are stored, for how long, and that no event is started twice."""

import sqlite3
import stat
import sys
from datetime import timedelta

import pytest

from many_threads import together
from pb2b_notebook.errors import ConfigurationError, InvalidParameterError
from pb2b_notebook.webhooks.event_store import RETENTION, EventStore
from pb2b_notebook.webhooks.events import read_event
from signed_deliveries import NOW, body_of


def add(store, event_id="evt_1", event_type="lead.created", *, state="waiting", now=NOW):
    body = body_of(event_id, event_type)
    return store.add(read_event(body, delivery_id="delivery_1", signed_at=now), body, state=state, now=now)


@pytest.fixture(params=["memory", "file"])
def store(request, tmp_path):
    return EventStore(":memory:" if request.param == "memory" else tmp_path / "events.sqlite3")


def test_an_event_is_stored_as_it_arrived(store):
    assert add(store)
    event, state = store.get("evt_1")
    assert (event, state) == (read_event(body_of()), "waiting")
    assert (event.delivery_id, event.signed_at) == ("delivery_1", NOW)
    [row] = store.rows()
    assert row == {
        "received_at": "2026-03-10T12:00:00.000Z", "type": "lead.created", "id": "evt_1", "object_id": "lead_1",
        "created_at": "2026-03-10T11:59:58.123000+00:00", "delivery_id": "delivery_1", "deliveries": 1,
        "state": "waiting", "started_at": None, "finished_at": None, "error": None,
    }  # fmt: skip


def test_a_repetition_is_counted_and_changes_nothing_else(store):
    assert add(store)
    before = store.rows()[0]
    assert not add(store, state="unhandled", now=NOW + timedelta(hours=1))
    assert store.rows() == [before | {"deliveries": 2}]


def test_many_threads_store_an_event_once(store):
    assert sorted(together(*[lambda: add(store)] * 8)) == [False] * 7 + [True]
    assert store.rows()[0]["deliveries"] == 8


def test_two_stores_on_one_file_keep_an_event_once_and_start_it_once(tmp_path):
    owners = [EventStore(tmp_path / "events.sqlite3") for _ in range(2)]
    turns = iter(owners * 4)
    assert sorted(together(*[lambda: add(next(turns))] * 8)) == [False] * 7 + [True]
    turns = iter(owners * 4)
    begun = together(*[lambda: next(turns).begin_next(None, now=NOW)] * 8)
    assert [event.id for event in begun if event] == ["evt_1"]


def test_events_are_started_once_in_the_order_they_arrived(store):
    for number in (3, 1, 2):
        add(store, f"evt_{number}", now=NOW + timedelta(seconds=number))
    taken = [store.begin_next(None, now=NOW) for _ in range(4)]
    assert [event and event.id for event in taken] == ["evt_3", "evt_1", "evt_2", None]
    assert store.counts() == {"running": 3}


def test_only_events_that_have_a_handler_are_started(store):
    add(store, "evt_1", "import.failed")
    add(store, "evt_2", "lead.created", state="unhandled")
    add(store, "evt_3", "lead.updated")
    assert store.begin_next((), now=NOW) is None
    assert store.begin_next(("lead.created", "lead.updated"), now=NOW).id == "evt_3"
    assert store.begin_next(("lead.created", "lead.updated"), now=NOW) is None
    assert store.begin_next(None, now=NOW).id == "evt_1"


def test_an_event_is_started_only_in_the_expected_state(store):
    add(store, state="unhandled")
    assert store.begin("evt_1", was="waiting", now=NOW) is None
    begun = [event for event in together(*[lambda: store.begin("evt_1", was="unhandled", now=NOW)] * 4) if event]
    assert [event.id for event in begun] == ["evt_1"]


def test_an_outcome_is_stored_and_the_next_run_clears_it(store):
    add(store)
    store.begin_next(None, now=NOW)
    store.finish("evt_1", now=NOW, error="KeyError in line 2 of welcome")
    assert (store.rows()[0]["state"], store.rows()[0]["error"]) == ("failed", "KeyError in line 2 of welcome")
    store.begin("evt_1", was="failed", now=NOW)
    assert (store.rows()[0]["state"], store.rows()[0]["error"]) == ("running", None)
    store.finish("evt_1", now=NOW)
    assert (store.rows()[0]["state"], store.rows()[0]["finished_at"]) == ("handled", "2026-03-10T12:00:00.000Z")


def test_after_seven_days_an_event_is_deleted_unless_it_is_waiting(store):
    for number, state in enumerate(["unhandled", "waiting"]):
        add(store, f"evt_{number}", state=state)
    add(store, "evt_2", now=NOW + RETENTION)
    assert [row["id"] for row in store.rows()] == ["evt_0", "evt_1", "evt_2"]
    later = NOW + RETENTION + timedelta(milliseconds=1)
    assert not add(store, "evt_1", now=later)
    assert [row["id"] for row in store.rows()] == ["evt_1", "evt_2"]
    assert add(store, "evt_0", now=later)


def test_an_unknown_event_is_an_error(store):
    with pytest.raises(InvalidParameterError, match="no event has this id"):
        store.get("evt_1")


@pytest.mark.skipif(sys.platform == "win32", reason="modes are of POSIX")
def test_the_file_is_private_and_its_folder_keeps_its_mode(tmp_path):
    tmp_path.chmod(0o755)
    EventStore(tmp_path / "events.sqlite3")
    assert stat.S_IMODE((tmp_path / "events.sqlite3").stat().st_mode) == 0o600
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def of_another_program(path):
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE events (id)")
    db.close()


@pytest.mark.parametrize(
    "prepare",
    [of_another_program, lambda path: path.write_bytes(b"no database " * 100), lambda path: path.mkdir()],
    ids=["another program's", "no database", "a folder"],
)
def test_the_file_of_another_program_is_refused_and_not_changed(tmp_path, prepare):
    path = tmp_path / "events.sqlite3"
    prepare(path)
    before = path.is_file() and path.read_bytes()
    with pytest.raises(ConfigurationError, match="cannot be used") as caught:
        EventStore(path)
    assert "new file" in caught.value.repair
    assert (path.is_file() and path.read_bytes()) == before


def test_a_missing_folder_is_an_error_at_once(tmp_path):
    with pytest.raises(ConfigurationError, match="FileNotFoundError"):
        EventStore(tmp_path / "missing" / "events.sqlite3")
