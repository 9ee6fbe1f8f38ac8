"""Apply plans over real HTTP: the service then holds the planned values."""

import pandas as pd
import polars as pl
import pytest

from pb2b_notebook import errors
from upsert_frames import BULK, PATCH, leads_of, people
from workspaces import Service, connected


def test_running_the_same_cell_again_sends_nothing(ws, proxy):
    frame = people(3, title="CEO")
    ws.leads.plan(frame).apply()
    before = proxy.count(BULK)
    again = ws.leads.plan(frame)
    done = again.apply()
    assert again.summary["unchanged"] == 3
    assert (done.job_id, done.rows["status"].tolist()) == (None, ["unchanged"] * 3)
    assert proxy.count(BULK) == before


def test_applying_a_plan_again_returns_its_outcome_with_a_warning(ws, proxy, caplog):
    plan = ws.leads.plan(people(3))
    first = plan.apply()
    assert "nothing was sent" not in repr(first) + caplog.text
    before = proxy.count("POST")
    second = plan.apply()
    assert proxy.count("POST") == before
    assert second.job_id == first.job_id
    assert second.rows.equals(first.rows)
    assert "nothing was sent: the same plan was applied a moment ago" in repr(second)
    assert "nothing was sent: the same plan was applied a moment ago" in second._repr_html_()
    [warning] = [record for record in caplog.records if "nothing was sent" in record.message]
    assert (warning.levelname, warning.message.partition(":")[0]) == ("WARNING", first.job_id)


def test_the_same_plan_is_sent_again_after_a_plan_deleted_what_it_created(ws, oracle):
    plan = ws.leads.plan(people(2))
    first = plan.apply()
    ws.leads.plan_delete(first.created_ids).apply()
    second = ws.leads.plan(people(2)).apply()
    assert set(leads_of(oracle)["id"]) == set(second.created_ids)
    assert plan.apply().job_id == second.job_id


def test_a_plan_is_sent_in_bulk_except_for_rows_that_need_a_call_of_their_own(ws, proxy, oracle):
    frame = people(250, title="CEO")
    plan = ws.leads.plan(frame)
    assert str(plan.cost).startswith("3 requests, about 1 s; creates 250 of ")
    plan.apply()
    assert (proxy.count(BULK), proxy.count(PATCH)) == (3, 0)
    made = leads_of(oracle)
    rows = pd.DataFrame({"id": made["id"].to_list()[:2], "email": ["moved@plan.example", None], "title": "CTO"})
    plan = ws.leads.plan(rows)
    assert plan.cost.requests == 2
    done = plan.apply()
    assert (proxy.count(BULK), proxy.count(PATCH)) == (4, 1)
    assert done.rows["status"].tolist() == ["succeeded", "succeeded"]
    assert leads_of(oracle).height == 250
    assert oracle.leads.get(rows["id"][0]).email == "moved@plan.example"


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_values_of_every_type_are_written_and_read_back_unchanged(ws, oracle, library):
    frame = pl.DataFrame(
        {
            "email": ["typed@plan.example"],
            "score": [7],
            "tags": [["a", "b"]],
            "custom_deal_value_eur": [1200.5],
            "custom_newsletter_opt_in": [True],
            "custom_renewal_date": [pd.Timestamp("2026-05-01").date()],
            "custom_demo_at": [pd.Timestamp("2026-05-01T12:00:00.123456Z")],
            "custom_interests": [["Analytics"]],
            "custom_tier": ["A"],
        }
    )
    frame = frame.to_pandas() if library == "pandas" else frame
    assert ws.leads.plan(frame).apply().rows["status"].to_list() == ["succeeded"]
    lead = leads_of(oracle).row(0, named=True)
    assert (lead["score"], lead["tags"], lead["custom_deal_value_eur"]) == (7, ["a", "b"], 1200.5)
    assert (lead["custom_newsletter_opt_in"], lead["custom_tier"]) == (True, "A")
    assert lead["custom_demo_at"].isoformat() == "2026-05-01T12:00:00.123000+00:00"
    assert ws.leads.plan(frame).summary["unchanged"] == 1


def test_a_dry_run_sends_nothing_and_leaves_no_job(ws, proxy):
    done = ws.leads.plan(people(3)).apply(dry_run=True)
    assert done.rows["status"].tolist() == ["pending"] * 3
    assert (proxy.count("POST"), len(ws.upserts.list())) == (0, 0)
    with pytest.raises(errors.UsageError):
        done.retry()


def test_a_read_only_workspace_plans_but_does_not_apply(service, proxy, journal):
    with connected(proxy.url, service.key, journal=journal, read_only=True) as ws:
        plan = ws.leads.plan(people(1))
        assert "read-only" in repr(plan)
        assert "read-only" in plan._repr_html_()
        with pytest.raises(errors.ReadOnlyError):
            plan.apply()
        assert len(ws.upserts.list()) == 0


def test_a_plan_beyond_the_lead_limit_is_refused():
    full = Service(leads=0, leads_limit=2)
    try:
        with connected(full.url, full.key) as ws:
            refuse_past_the_limit(ws)
    finally:
        full.close()


def refuse_past_the_limit(ws):
    plan = ws.leads.plan(people(3))
    assert "leads_limit" in plan.refused
    assert str(plan.cost) == "1 request, about 1 s; creates 3 of 2 left"
    with pytest.raises(errors.PlanRefusedError, match="3 leads"):
        plan.apply()
    assert ws.leads.plan(people(2)).apply().summary["succeeded"] == 2


@pytest.mark.parametrize("options", [{"via": "post"}, {"concurrency": 0}, {"concurrency": 9}, {"concurrency": True}])
def test_apply_refuses_unknown_options(ws, options):
    with pytest.raises(errors.InvalidParameterError):
        ws.leads.plan(people(1)).apply(**options)


@pytest.mark.parametrize("via", ["api", "import"])
def test_a_key_without_the_write_scope_is_refused_before_a_job_is_made(service, proxy, journal, via):
    scopes = ["me.read", "leads.read", "billing.read"]
    with connected(proxy.url, service.sandbox.create_key(scopes=scopes), journal=journal) as ws:
        plan = ws.leads.plan(people(1))
        assert "lacks the scope leads.write: apply() refuses" in repr(plan)
        assert "leads.write" in plan._repr_html_()
        with pytest.raises(errors.PermissionDeniedError, match="which this key lacks; nothing was sent"):
            plan.apply(via=via)
        assert len(ws.upserts.list()) == 0
        assert proxy.count("POST") == 0
