"""Plans that an import carries."""

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from fault_proxy import CutReply, Substitute
from upsert_frames import LOST, PATCH, leads_of, people


def test_an_import_carries_a_plan_and_its_errors_are_reported_by_row(ws, oracle, proxy):
    ws.leads.plan(people(2, title="CEO")).apply()
    plan = ws.leads.plan(people(5, title="CTO", custom_tier="A"))
    twins = [oracle.leads.create(email=email)["id"] for email in ("new2@plan.example", "NEW2@plan.example")]
    done = plan.apply(via="import")
    assert proxy.count("POST /api/public/v1/imports") == 1
    assert done.rows["status"].tolist() == ["succeeded", "succeeded", "conflict", "succeeded", "succeeded"]
    assert done.rows["error_code"].tolist()[2] == "ambiguous_match"
    assert done.rows["field"].tolist()[2] == "email"
    assert done.rows["action"].tolist() == ["update", "update", "create", "create", "create"]
    made = leads_of(oracle).filter(~pl.col("id").is_in(twins))
    assert sorted(made["id"]) == sorted(done.rows["lead_id"].dropna())
    assert made["custom_tier"].to_list() == ["A"] * 4


@pytest.mark.parametrize("via", ["api", "import"])
def test_a_lead_that_another_user_created_after_the_plan_is_not_one_that_was_created(via):
    with pb.open_sandbox(leads=1) as ws:
        plan = ws.leads.plan(people(2, title="CTO"))
        other = ws.leads.create(email="new1@plan.example", full_name="Ada Berg")
        ws.sandbox.clock.advance(30)  # within the minute in which a plan does not look again
        done = plan.apply(via=via)
        assert sorted(done.rows["action"]) == ["create", "update"]
        assert "existed by then" in " ".join(done.rows["message"].dropna())
        assert len(done.created_ids) == 1
        assert other.id not in done.created_ids


def test_rows_that_an_import_cannot_carry_are_sent_through_the_api(ws, oracle, proxy):
    made = ws.leads.plan(people(3, title="CEO")).apply()
    rows = pd.DataFrame(
        {
            "id": [*made.rows["lead_id"], None],
            "email": ["moved@plan.example", None, None, "extra@plan.example"],
            "title": ["CTO", None, "CTO", "CTO"],
        }
    )
    done = ws.leads.plan(rows, clear=["title"]).apply(via="import")
    assert done.rows["status"].tolist() == ["succeeded"] * 4
    assert (proxy.count("POST /api/public/v1/imports"), proxy.count(PATCH)) == (1, 1)
    assert sorted(leads_of(oracle)["title"].to_list(), key=str) == ["CTO", "CTO", "CTO", None]
    assert ws.leads.plan(rows, clear=["title"]).summary["unchanged"] == 4


def test_an_import_whose_response_is_lost_is_not_created_twice(ws, oracle, proxy):
    proxy.once("POST /api/public/v1/imports", CutReply(), Substitute(LOST, effect=True))
    done = ws.leads.plan(people(5, title="CTO")).apply(via="import")
    assert done.summary["succeeded"] == 5
    assert oracle.imports.list()["filename"].tolist().count("plan, rows 0 to 4") == 1
