"""``ws.forget``: a plan, an erasure from every file, and later syncs without the person."""

import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pb2b_notebook as pb
from pb2b_notebook.errors import InvalidParameterError, MirrorBusyError
from pb2b_notebook.mirror.forgetting.person import Person
from pb2b_notebook.mirror.storage.tables import Table
from pb2b_notebook.webhooks.event_store import EventStore
from pb2b_notebook.webhooks.events import read_event
from service_rows import content

EMAIL = "ada.lovelace@engine.example"


def traces(folder, *words):
    """Return every file that contains one of the words, also compressed."""
    found = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        plain = path.read_bytes()
        if path.suffix == ".parquet":
            plain += json.dumps(pl.read_parquet(path, glob=False).to_dicts(), default=str, ensure_ascii=False).encode()
        if any(word.casefold().encode() in plain.lower() for word in words):
            found.append(str(path.relative_to(folder)))
    return found


@pytest.fixture
def known(tmp_path):
    """A workspace with traces of Ada: two leads, one with her address in the past, messages, mutations, events."""
    with pb.open_sandbox(leads=20, rate_limit=1_000_000, db=tmp_path / "demo.sqlite3", frame="polars") as ws:
        ada = ws.leads.create(email=f" {EMAIL.upper()}", full_name="Ada Lovelace")
        ws.leads.create(email=EMAIL, full_name="Augusta Ada King")
        other = ws.leads.create(email="zoe@example.com", title=f"knows {EMAIL}")
        ws.mirror.sync("leads", "messages", "activities")
        ws.sandbox.clock.advance(3600)
        ws.leads.update(ada, email="countess@engine.example")
        ws.leads.update(other, phone="+4930123456")
        ws.mirror.sync("leads")
        yield ws, ada["id"], other["id"]


def events(tmp_path, lead):
    store = EventStore(tmp_path / "events.sqlite3")
    for number, data in enumerate(({"id": lead, "email": EMAIL}, {"id": "lead_other", "email": "zoe@example.com"})):
        body = json.dumps(
            {
                "id": f"evt_{number}",
                "object": "event",
                "type": "lead.created",
                "created_at": "2026-03-10T12:00:00Z",
                "data": data,
            }
        ).encode()
        event = read_event(body)
        store.add(event, body, state="waiting", now=event.created_at)
    return store


@pytest.mark.parametrize("by", ["id", "email in other case", "event file"])
def test_after_forgetting_no_file_contains_the_person(known, tmp_path, by):
    ws, ada, other = known
    events(tmp_path, ada)
    cache = tmp_path / "cache"
    assert traces(cache, EMAIL)
    assert traces(cache, ada)
    who = {"id": ada, "email in other case": f" {EMAIL.title()} "}.get(by, EMAIL)
    plan = ws.forget(who, events=tmp_path / "events.sqlite3" if by.startswith("event") else ())
    before = traces(cache, EMAIL)
    shown = f"{plan!r}{plan._repr_html_()}{plan.frame()}"
    assert "nothing is erased before" in shown
    assert traces(cache, EMAIL) == before
    done = plan.apply()
    assert set(done["place"]) >= {"mirror", "history", "journal"}
    ids = plan.ids
    assert len(ids) == 2
    assert ada in ids
    assert [name for name in traces(cache, EMAIL, "countess@engine", *ids) if "events" not in name] == []
    if by.startswith("event"):
        assert traces(tmp_path, EMAIL) == ["demo.sqlite3"] or all(
            name.startswith("demo.sqlite3") for name in traces(tmp_path, EMAIL)
        )
    assert ws.mirror.verify()["ok"].all()
    assert other in ws.mirror.frame("leads")["id"].to_list()
    assert ws.mirror.frame("leads", where={"id": other})["title"].to_list() == [None]  # it mentioned her


def test_the_plan_reports_each_place_and_what_remains_at_the_service(known):
    ws, ada, _ = known
    plan = ws.forget(EMAIL)
    found = {(row["place"], row["what"]): (row["rows"], row["mentions"]) for row in plan.frame().to_dicts()}
    assert found["mirror", "leads"] == (2, 1)
    assert found["history", "leads"][0] >= 1
    assert found["journal", "journal.sqlite3"][0] >= 3
    assert any(f"The service has {ada}" in line for line in plan.remaining)
    assert any("files that you saved" in line for line in plan.remaining)


def test_later_syncs_leave_the_person_out_and_others_stay(known):
    ws, ada, _ = known
    ws.forget(EMAIL).apply()
    rows = ws.mirror.frame("leads").height
    for full in (False, True):
        ws.sandbox.clock.advance(600)
        ws.leads.update(ada, title="Countess")
        ws.mirror.sync("leads", full=full)
        assert ws.mirror.frame("leads").height == rows
    assert ws.leads.list(include_deleted=True).height == rows + 2
    assert ws.mirror.changes("leads", since="1d").filter(id=ada).height == 0


def test_forgetting_again_finds_nothing(known):
    ws, *_ = known
    ws.forget(EMAIL).apply()
    plan = ws.forget(EMAIL)
    assert plan.frame().height == 0
    assert "this machine has no trace of this person" in repr(plan)
    assert plan.apply().height == 0


def test_an_interrupted_erasure_is_finished_the_next_time(known, tmp_path, monkeypatch):
    ws, *_ = known
    plan = ws.forget(EMAIL)
    with monkeypatch.context() as patch:
        patch.setattr(Table, "vacuum", cut)
        with pytest.raises(KeyboardInterrupt):
            plan.apply()
    assert traces(tmp_path / "cache", EMAIL)
    plan.apply()
    assert traces(tmp_path / "cache", EMAIL, *plan.ids) == []
    ws.forget(EMAIL).apply()


def cut(*_, **__):
    raise KeyboardInterrupt


def test_a_person_in_the_history_only_is_found(source, tmp_path):
    """Rows that were swept are still in the history and in an old file."""
    source.page = 100
    for number in range(5):
        source.put(f"lead_{number}", email=f"person{number}@example.com")
    with source.connect(frame="polars") as ws:
        ws.mirror.sync("leads")
        del source.rows["lead_3"]
        ws.mirror.sync("leads", full=True)
        assert "lead_3" not in content(ws)
        plan = ws.forget("person3@example.com")
        assert plan.ids == ["lead_3"]
        assert plan.frame()["place"].to_list() == ["history"]
        plan.apply()
        assert traces(ws.mirror.location.root, "person3@", "lead_3") == []
        assert len(content(ws)) == 4


def test_a_service_that_ignores_the_email_filter_causes_no_other_lead_to_be_forgotten(source):
    for number in range(5):
        source.put(f"lead_{number}", email=f"Person{number}@example.com")
    with source.connect(frame="polars") as ws:
        ws.mirror.sync("leads")
        assert ws.forget("person3@example.com").ids == ["lead_3"]
        assert ws.forget("nobody@example.com").ids == []


def test_forgetting_waits_for_writers_and_can_be_continued(known, tmp_path, monkeypatch):
    from pb2b_notebook.mirror.storage.locking import writer_lock

    ws, *_ = known
    plan = ws.forget(EMAIL)
    monkeypatch.setattr(writer_lock.__wrapped__, "__kwdefaults__", {"timeout": 0.05})
    with writer_lock(ws.mirror.location.lock("leads"), "leads"), pytest.raises(MirrorBusyError):
        plan.apply()
    plan.apply()
    assert traces(tmp_path / "cache", EMAIL) == []


def test_users_of_the_workspace_are_not_traces(known):
    ws, *_ = known
    owner = ws.mirror.frame("leads")["owner_email"].drop_nulls()[0]
    plan = ws.forget(owner)
    assert plan.ids == []


@pytest.mark.parametrize(
    "who", ["", "  ", None, 7, ["a@example.com"], "Ada <ada@example.com>", "a@example.com b@example.com"]
)
def test_forgetting_needs_an_email_or_a_lead_id(source, who):
    with source.connect() as ws, pytest.raises(InvalidParameterError, match="email address or a lead id"):
        ws.forget(who)


def test_a_missing_events_file_is_refused(source, tmp_path):
    with source.connect() as ws, pytest.raises(InvalidParameterError, match="does not exist"):
        ws.forget(EMAIL, events=tmp_path / "nothing.sqlite3")


WORD = st.text("abz09._-+", min_size=1, max_size=6)


@given(WORD, WORD, st.sampled_from(["", " ", '"', "<", ",", "x", "1", "-", ".", ".x", "@"]))
def test_only_a_whole_email_address_is_a_mention(user, host, beside):
    email = f"{user}@{host}.example"
    person = Person.of(email.upper())
    assert person.is_named_in(email)
    assert person.is_named_in(json.dumps({"to": f"Ada <{email}>"}))
    assert not person.is_named_in(f"x{email}")
    if beside in {"x", "1", "-", ".x"}:
        assert not person.is_named_in(f"{email}{beside}")
    elif beside != "@":
        assert person.is_named_in(f"{email}{beside}")
