"""Plans changed by hand: they equal the plan of the changed frame, and the same cell continues their job."""

import random
import threading

import numpy as np
import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from fault_proxy import Doing
from pb2b_notebook import errors
from pb2b_notebook.upserts import applying, plan_building
from pb2b_notebook.upserts.planning import decide, matching
from upsert_frames import BULK

FIELDS = {"title": ["CEO", "CTO", None, " "], "score": [1, 2, None], "country": ["DE", "Germany", "xx", None]}

SCHEMA = {"id": pl.String, "email": pl.String, "title": pl.String, "score": pl.Int64, "country": pl.String}


@pytest.fixture(scope="module")
def unchanged_ws():
    """A workspace to which no test writes."""
    with pb.open_sandbox(leads=60) as ws:
        yield ws


def mixed(leads, seed, count=12):
    """Return rows of leads by id or by email, of new people and of repeated ones, with some invalid cells."""
    chance = random.Random(seed)  # noqa: S311 - seeded
    rows = []
    for number in range(count):
        lead = leads.row(chance.randrange(len(leads)), named=True)
        person = chance.choice(
            [{"id": lead["id"], "email": lead["email"]}, {"email": lead["email"]}, {"email": f"n{number}@x.example"}]
        )
        row = {"id": None} | person | {name: chance.choice(values) for name, values in FIELDS.items()}
        rows.append(row | {"email": chance.choice([row["email"], row["email"], "nobody"])})
    return pl.DataFrame(rows, schema=SCHEMA)


def with_edits(frame, edits):
    rows = frame.to_dicts()
    for row, fields in edits.items():
        rows[row] |= fields
    return pl.DataFrame(rows, schema=frame.schema)


@pytest.mark.parametrize(
    ("seed", "existing", "of_leads"),
    [(0, "overwrite", False), (0, "fill", True), (1, "overwrite", True), (1, "fill", False)],
)
def test_an_edited_plan_equals_the_plan_of_the_edited_frame(unchanged_ws, seed, existing, of_leads):
    leads = unchanged_ws.leads.list(frame="polars")
    frame = mixed(leads, seed, 36)
    chance = random.Random(seed)  # noqa: S311 - seeded
    good = {"title": "Chair", "score": 7, "country": "FR"}
    edits = {
        row: {"email": f"edited{row}@x.example"} | dict(chance.sample(sorted(good.items()), 2))
        for row in chance.sample(range(36), 9)
    }
    if of_leads:
        addresses = leads["email"].filter(leads["email"].str.contains(r"^[\w.]+@[\w.-]+\.\w+$"))
        edits = {row: fields | {"email": addresses[row]} for row, fields in edits.items()}
    plan = unchanged_ws.leads.plan(frame, existing=existing)
    changed = plan.edited(edits)
    fresh = unchanged_ws.leads.plan(with_edits(frame, edits), existing=existing)
    assert changed == fresh
    assert changed.problems.equals(fresh.problems)
    assert changed.source.input_digest("api") == fresh.source.input_digest("api")
    assert changed.cost == fresh.cost
    assert plan == unchanged_ws.leads.plan(frame, existing=existing)  # plans are values: the first one is unchanged


@pytest.mark.parametrize("match_on", ["email", "external_id"])
def test_the_relevant_leads_give_the_same_decisions_as_all_leads(unchanged_ws, match_on):
    leads = unchanged_ws.leads.list(frame="polars", include_deleted=True)
    for seed in range(4):
        frame = mixed(leads, seed)
        if match_on == "external_id":
            frame = frame.with_columns(external_id=leads["external_id"].head(12))
        plan = unchanged_ws.leads.plan(frame, match_on=match_on)
        basis = plan.basis
        few = matching.relevant_leads(basis.desired, leads, basis.rules)
        assert few.height < leads.height
        with_all, with_few = (decide.decide(basis.desired, current, basis.rules) for current in (leads, few))
        assert with_all.rows.equals(with_few.rows)
        assert with_all.changes.equals(with_few.changes)


@pytest.fixture(scope="module")
def plan_of_two(unchanged_ws):
    frame = pd.DataFrame({"email": ["a@x.example", "b@x.example"], "title": "CEO", "score": 1, "country": "DE"})
    return unchanged_ws.leads.plan(frame)


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ({0: {"email": "nobody"}}, "row 0, email"),
        ({1: {"score": "many"}}, "row 1, score"),
        ({1: {"country": "Nowhere"}}, "row 1, country"),
        ({0: {"titel": "x"}}, "did you mean 'title'"),
        ({9: {"title": "x"}}, "0 to 1"),
        ({-1: {"title": "x"}}, "0 to 1"),
        ({True: {"title": "x"}}, "0 to 1"),
        ({"0": {"title": "x"}}, "0 to 1"),
    ],
)
def test_an_invalid_edit_is_refused_with_its_row_and_field(plan_of_two, edits, message):
    with pytest.raises(errors.InvalidParameterError, match=message) as caught:
        plan_of_two.edited(edits)
    assert "nobody" not in str(caught.value)
    assert "many" not in str(caught.value)


def test_typed_texts_are_converted_to_the_type_of_the_field(unchanged_ws):
    frame = pd.DataFrame({"email": ["a@x.example"], "score": [1], "tags": [["a"]], "last_contacted_at": [pd.NaT]})
    plan = unchanged_ws.leads.plan(frame).edited(
        {0: {"score": "7", "tags": ["b", "c"], "last_contacted_at": "2026-03-01T10:00:00Z"}}
    )
    after = dict(zip(plan.diff["field"], plan.diff["after"], strict=True))
    assert after == {
        "email": "a@x.example",
        "score": "7",
        "tags": '["b", "c"]',
        "last_contacted_at": "2026-03-01T10:00:00.000Z",
    }  # fmt: skip


def test_a_plan_of_deletions_cannot_be_edited_but_rows_can_be_left_out(unchanged_ws):
    plan = unchanged_ws.leads.plan_delete(unchanged_ws.leads.list(limit=3)["id"])
    for change in (lambda: plan.edited({0: {"title": "x"}}), lambda: plan.overwriting([0])):
        with pytest.raises(errors.UsageError, match="no values"):
            change()
    assert plan.without([0, 2]).summary["delete"] == 1
    assert plan.without(np.array([0])).again().summary["delete"] == 2


def test_a_plan_without_some_rows_writes_only_the_others(ws, oracle):
    frame = pd.DataFrame({"email": [f"s{n}@plan.example" for n in range(5)], "title": "CEO"}, index=list("abcde"))
    plan = ws.leads.plan(frame).without(["b"]).without(["d"])
    assert plan.summary["create"] == 3
    assert plan.cost.creates == 3
    done = plan.apply()
    assert done.rows["status"].tolist() == ["succeeded", "unchanged", "succeeded", "unchanged", "succeeded"]
    assert done.rows["error_code"].fillna("").tolist() == ["", "left_out", "", "left_out", ""]
    made = oracle.leads.list(frame="polars").filter(pl.col("email").str.ends_with("@plan.example"))
    assert sorted(made["email"]) == ["s0@plan.example", "s2@plan.example", "s4@plan.example"]
    again = ws.leads.plan(frame)
    assert (again.summary["unchanged"], again.summary["create"]) == (3, 2)
    assert again.without(["b", "d"]).apply().job_id is None


def test_a_run_stopped_by_its_watch_is_resumed_by_the_same_subset(ws, proxy, oracle):
    frame = pd.DataFrame({"email": [f"w{n}@plan.example" for n in range(900)]})
    plan = ws.leads.plan(frame).without([5]).edited({7: {"email": "seven@plan.example"}})
    answered, stopped, seen = threading.Event(), threading.Event(), []

    def watch(done, total):
        seen.append((done, total))
        if answered.is_set():
            stopped.set()
        return not answered.is_set()

    proxy.once(BULK, Doing(lambda: answered.set() or stopped.wait(60)))
    first = plan.apply(concurrency=1, watch=watch)
    assert first.problem is None
    assert first.summary["pending"] > 0
    assert first.summary["succeeded"] + first.summary["pending"] == 899
    assert {total for _, total in seen} == {899}
    assert applying.open_job(plan).id == first.job_id
    # The cell is run again: rows that are done are unchanged now, and the job continues.
    again = ws.leads.plan(frame).edited({7: {"email": "seven@plan.example"}}).without([5])
    done = again.apply()
    assert done.job_id == first.job_id
    assert done.summary["succeeded"] == 899
    made = oracle.leads.list(frame="polars").filter(pl.col("email").str.ends_with("@plan.example"))
    assert len(made) == made["email"].n_unique() == 899
    assert "seven@plan.example" in made["email"]


def test_another_subset_of_the_leads_of_an_unfinished_job_is_refused(ws, proxy):
    frame = pd.DataFrame({"email": [f"o{n}@plan.example" for n in range(300)]})
    plan = ws.leads.plan(frame).without([5])
    first = plan.apply(watch=lambda *_: False)
    assert first.summary["pending"] == 299
    assert not proxy.count(BULK)
    for other in (ws.leads.plan(frame), ws.leads.plan(frame).without([6])):
        with pytest.raises(errors.JobChangedError):
            other.apply()
    assert ws.upserts.resume(first.job_id, watch=lambda *_: True).summary["pending"] == 0
    assert ws.leads.plan(frame).apply().summary["succeeded"] == 1


def test_overwriting_replaces_the_seen_values_and_nothing_newer(ws, oracle):
    lead = oracle.leads.create(email="stale@plan.example", title="CEO")
    frame = ws.leads.list(ids=[lead.id])[["id", "updated_at", "title"]].assign(title="CTO")
    oracle.leads.update(lead.id, title="Chair")
    plan = ws.leads.plan(frame)
    assert plan.rows["action"].item() == "conflict"
    over = plan.overwriting([0])
    assert plan.again().rows["action"].item() == "conflict"
    assert (over.rows["action"].item(), over.diff["before"].item(), over.diff["after"].item()) == (
        "update", "Chair", "CTO"
    )  # fmt: skip
    oracle.leads.update(lead.id, city="Rome")
    assert over.apply().rows["status"].item() == "conflict"
    fresh = over.again()
    assert fresh.apply().rows["status"].item() == "succeeded"
    assert oracle.leads.get(lead.id).title == "CTO"


def test_again_compares_with_the_current_leads(ws, oracle):
    frame = pd.DataFrame({"email": ["again@plan.example", "gone@plan.example"], "title": "CEO"})
    plan = ws.leads.plan(frame).without([1])
    oracle.leads.create(email="again@plan.example", title="CEO")
    fresh = plan.again()
    assert plan.rows["action"].tolist() == ["create", "unchanged"]
    assert fresh.rows["code"].fillna("").tolist() == ["", "left_out"]
    assert fresh.summary["create"] == 0


def test_a_plan_of_few_rows_keeps_only_its_relevant_leads(unchanged_ws):
    unchanged_ws.mirror.sync("leads")
    plan = unchanged_ws.leads.plan(pd.DataFrame({"email": ["one@x.example"]}), compare_with="mirror")
    assert plan.basis.current.height == 0
    assert plan_building.again(plan) == plan


def test_text_that_is_edited_in_replaces_the_number_of_a_file():
    with pb.open_sandbox(leads=1, in_process=True) as ws:
        [lead_id] = ws.leads.list()["id"]
        ws.leads.update(lead_id, external_id="007")
        plan = ws.leads.plan(pd.DataFrame({"id": [lead_id], "external_id": [7]}))
        assert plan.summary["unchanged"] == 1
        assert plan.edited({0: {"external_id": "7"}}).summary["update"] == 1
