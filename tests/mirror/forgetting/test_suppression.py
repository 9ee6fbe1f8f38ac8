"""Later syncs leave a forgotten person out, by what the rows say."""

import json
import sqlite3

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pb2b_notebook as pb
from pb2b_notebook.mirror.forgetting.person import Person
from pb2b_notebook.mirror.forgetting.suppression import Suppression

EMAIL = "ada.lovelace@engine.example"
PHONE = "+44 20 7946 0958"
WORDS = (EMAIL, "adalovelace", "ada wants", "79460958", "7946 0958")


def decoded(folder):
    """Yield each file of a folder with everything in it: bytes, decoded tables, rows of databases."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        if path.suffix == ".parquet":
            text += json.dumps(pl.read_parquet(path, glob=False).to_dicts(), default=str, ensure_ascii=False)
        if path.suffix == ".sqlite3":
            db = sqlite3.connect(path)
            text += "\n".join(db.iterdump())
            db.close()
        yield str(path.relative_to(folder)), text


def traces(folder):
    return [name for name, text in decoded(folder) if any(word in text.casefold() for word in WORDS)]


@pytest.fixture(scope="module")
def forgotten(tmp_path_factory):
    """A connected workspace whose mirror and journal are files: forgotten, then synced; with what was found when."""
    folder = tmp_path_factory.mktemp("cache")
    with (
        pytest.MonkeyPatch.context() as patch,
        pb.open_sandbox(leads=20, rate_limit=1_000_000, frame="polars") as service,
    ):
        patch.setenv("PB2B_CACHE_DIR", str(folder))
        with pb.connect(service.sandbox.create_key(), base_url=service.base_url, frame="polars") as ws:
            ada = ws.leads.create(email=EMAIL, full_name="Ada Lovelace", phone=PHONE)
            titled = ws.leads.create(email="zoe@example.com", title=f"assistant of {EMAIL}", full_name="Ada Byron")
            called = ws.leads.create(email="tom@example.com", title="calls 0044 (20) 7946-0958")
            tickets = {
                "address": ws.tickets.create(subject="Ada wants out", message=f"Please erase {EMAIL}."),
                "phone": ws.tickets.create(subject="Erasure", message=f"Do not call {PHONE} again"),
                "url": ws.tickets.create(subject="Link", message="https://x.example/?to=ada.lovelace%40engine.example"),
                "namesake": ws.tickets.create(subject="Ada Lovelace is a great name", message="no address here"),
                "beside": ws.tickets.create(subject="Ask Ada Byron", message=f"about {EMAIL}"),
            }
            ws.mirror.sync()
            before = traces(folder)
            plan = ws.forget(EMAIL)
            card, done = str(plan), plan.apply()
            found = {"before": before, "card": card, "done": done, "after": traces(folder)}
            for turn, full in (("sync", False), ("full", True)):
                ws.sandbox or service.sandbox.clock.advance(60)
                ws.leads.update(titled, score=5 + full)  # the row comes again
                again = ws.leads.create(email=EMAIL.upper(), full_name="Ada L.") if full else None
                ws.mirror.sync(full=full, vanished="remove")
                ws.journal()
                found[turn] = [name for name in traces(folder) if "journal" not in name]
            yield ws, found, {"ada": ada, "titled": titled, "called": called, "again": again, **tickets}


def test_before_forgetting_the_files_hold_the_person(forgotten):
    _, found, _ = forgotten
    assert any("tickets" in name for name in found["before"])
    assert any("journal" in name for name in found["before"])


@pytest.mark.parametrize("when", ["after", "sync", "full"])
def test_no_file_on_disk_holds_the_person(forgotten, when):
    assert forgotten[1][when] == []


def test_values_beside_the_evidence_stay(forgotten):
    ws, _, made = forgotten
    leads = {row["id"]: row for row in ws.mirror.frame("leads").to_dicts()}
    assert leads[made["titled"]["id"]]["title"] is None
    assert leads[made["titled"]["id"]]["full_name"] == "Ada Byron"
    assert leads[made["titled"]["id"]]["score"] == 6
    assert leads[made["called"]["id"]]["title"] is None
    assert leads[made["called"]["id"]]["email"] == "tom@example.com"


def test_another_person_with_the_same_first_or_full_name_is_not_redacted(forgotten):
    ws, found, made = forgotten
    tickets = {row["id"]: row for row in ws.mirror.frame("tickets").to_dicts()}
    assert tickets[made["namesake"]["id"]]["subject"] == "Ada Lovelace is a great name"
    assert tickets[made["beside"]["id"]]["subject"] == "Ask Ada Byron"
    assert tickets[made["beside"]["id"]]["replies"] is None
    assert tickets[made["address"]["id"]]["subject"] is None
    assert "1 values with the same full name" in found["card"]


def test_a_new_lead_with_the_address_is_left_out_and_its_other_rows_too(forgotten):
    ws, _, made = forgotten
    assert {made["ada"]["id"], made["again"]["id"]}.isdisjoint(ws.mirror.frame("leads")["id"].to_list())
    assert made["again"]["id"] not in ws.mirror.frame("activities")["lead_id"].to_list()


def test_the_file_of_the_suppression_holds_no_value(forgotten):
    ws = forgotten[0]
    text = ws.mirror.location.suppression.read_text("ascii")
    assert "@" not in text
    assert "ada" not in {word for line in text.split() for word in line.split(":")}


def test_a_phone_number_that_another_lead_has_too_is_not_evidence(tmp_path):
    with pb.open_sandbox(leads=5, rate_limit=1_000_000, frame="polars") as ws:
        ada = ws.leads.create(email=EMAIL, phone=PHONE)
        ws.leads.create(email="zoe@example.com", phone=PHONE, title=f"call {PHONE}")
        ws.mirror.sync("leads")
        ws.forget(ada["id"]).apply()
        ws.mirror.sync("leads", full=True)
        zoe = ws.mirror.frame("leads").filter(pl.col("email") == "zoe@example.com").to_dicts()[0]
        assert (zoe["title"], zoe["phone"] is not None) == (f"call {PHONE}", True)


def test_a_list_of_an_earlier_release_still_leaves_its_leads_out(tmp_path):
    from hashlib import sha256

    path = tmp_path / "forgotten"
    path.write_text(sha256(b"lead_a").hexdigest() + "\n", "ascii")
    rows = pa.table({"id": ["lead_a", "lead_b"], "email": [EMAIL, "zoe@example.com"]})
    assert Suppression(path).filter_rows(rows, leads=True)["id"].to_pylist() == ["lead_b"]


TEXT = st.text("ada.@engixmpl+-_ %40\"'=<>,;ÄЖ\n1", max_size=40)


@pytest.fixture(scope="module")
def suppression(tmp_path_factory):
    """A list of one address."""
    made = Suppression(tmp_path_factory.mktemp("suppression") / "forgotten")
    made.add(Person.of("ada@engine.example"))
    return made


@given(before=TEXT, after=TEXT)
def test_a_sync_blanks_what_an_erasure_blanks(suppression, before, after):
    text = f"{before}ada@engine.example{after}"
    rows = pa.table({"id": ["ticket_1"], "subject": [text]})
    kept = suppression.filter_rows(rows, leads=False)["subject"].to_pylist()
    assert kept == [None if Person.of("ada@engine.example").is_named_in(text) else text]
