"""Outcomes: one row per input row, and what can be done next."""

import pandas as pd
import polars as pl

from upsert_frames import leads_of, people


def test_an_outcome_has_one_row_per_input_row_and_keeps_the_index(ws, oracle):
    frame = people(3, title=["CEO", None, "CTO"]).set_index(pd.Index(["x", "x", "y"]))
    done = ws.leads.plan(frame).apply()
    assert done.rows.index.tolist() == ["x", "x", "y"]
    assert done.rows.columns.tolist() == [
        "status", "lead_id", "action", "error_code", "field", "message", "request_id", "attempts"
    ]  # fmt: skip
    assert done.rows["status"].tolist() == ["succeeded"] * 3
    assert done.rows["action"].tolist() == ["create"] * 3
    assert done.rows["attempts"].tolist() == [1] * 3
    made = leads_of(oracle)
    assert made["id"].to_list() == done.rows["lead_id"].tolist()
    assert made["title"].to_list() == ["CEO", None, "CTO"]


def test_an_outcome_keeps_a_multi_index_with_duplicates(ws):
    frame = people(3)
    frame.index = pd.MultiIndex.from_tuples([("a", 1), ("a", 1), ("b", None)])
    done = ws.leads.plan(frame).apply()
    assert done.rows.index.equals(frame.index)
    assert ws.upserts.get(done.job_id).rows.shape[0] == 3


def test_the_outcome_of_a_polars_frame_is_a_polars_frame(ws):
    done = ws.leads.plan(pl.DataFrame(people(2))).apply()
    assert isinstance(done.rows, pl.DataFrame)
    assert done.rows["status"].to_list() == ["succeeded"] * 2
    assert isinstance(done.not_done, pl.DataFrame)


def test_a_row_that_the_service_refuses_has_its_error_in_the_outcome(ws, oracle):
    """Two leads come to share an email between plan and apply."""
    plan = ws.leads.plan(people(3, title=["CEO", "CTO", "CIO"]))
    made = oracle.leads.create(email="new1@plan.example")
    oracle.leads.create(email=" NEW1@plan.example")
    done = plan.apply()
    assert done.rows["status"].tolist() == ["succeeded", "conflict", "succeeded"]
    assert done.rows["error_code"].tolist()[1] == "ambiguous_match"
    assert done.not_done.index.tolist() == [1]
    assert oracle.leads.get(made["id"]).title is None


def test_an_invalid_row_is_not_sent_and_does_not_count_as_failed(ws):
    done = ws.leads.plan(people(2, email=["ok@plan.example", "nobody"])).apply()
    assert (done.summary["invalid"], done.summary["failed"]) == (1, 0)
    assert (len(done.failed), done.not_done["status"].tolist()) == (0, ["invalid"])
    assert "outcome.not_done" in repr(done)


def test_a_lead_that_changed_after_the_plan_is_a_conflict_with_both_values(plan_with_conflict, oracle):
    done = plan_with_conflict().apply()
    assert done.rows["status"].tolist() == ["conflict", "succeeded"]
    assert done.conflicts.to_dict("records") == [{"row": 0, "field": "title", "ours": "CTO", "theirs": "Countess"}]
    assert leads_of(oracle)["title"].to_list() == ["Countess", "CTO"]


def test_a_conflict_of_a_row_by_id_shows_the_current_value(ws, oracle):
    made = ws.leads.plan(people(1, title="CEO")).apply()
    lead_id = made.rows["lead_id"][0]
    plan = ws.leads.plan(pd.DataFrame({"id": [lead_id], "email": ["moved@plan.example"]}))
    oracle.leads.update(lead_id, email="other@plan.example")
    done = plan.apply()
    assert done.rows["status"].tolist() == ["conflict"]
    assert done.conflicts["theirs"].tolist() == ["other@plan.example"]


def test_a_lead_that_changed_since_its_row_was_read_is_a_conflict(ws, oracle):
    ws.leads.plan(people(1, title="CEO")).apply()
    read = ws.leads.list(frame="pandas")
    read = read[read["email"] == "new0@plan.example"].assign(title="CTO")
    oracle.leads.update(read["id"].iloc[0], title="Countess")
    plan = ws.leads.plan(read)
    assert plan.rows["code"].tolist() == ["changed_upstream"]
    assert plan.diff.to_dict("records") == [
        {"row": read.index[0], "field": "title", "before": "Countess", "after": "CTO"}
    ]
    assert plan.apply().rows["status"].tolist() == ["conflict"]
