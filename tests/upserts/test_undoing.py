"""Plans that undo another plan."""

import polars as pl
import pytest

from fault_proxy import CutReply, Substitute, reply
from pb2b_notebook import errors
from pb2b_notebook.forms.intake.history import undo_message
from pb2b_notebook.intake.undoing import undo_outcome
from pb2b_notebook.upserts.undoing import find_changed_leads
from upsert_frames import BULK, LOST, leads_of, people


def test_an_undo_restores_the_values_and_lists_what_it_cannot_undo(ws, oracle):
    first = ws.leads.plan(people(2, title=["CEO", None], tags=[["a"], []])).apply()
    done = ws.leads.plan(people(3, title="CTO", tags=[["b"]] * 3, status="unsubscribed")).apply()
    back = done.undo_plan()
    assert back.summary["update"] == 2
    left = back.cannot_undo
    assert left["row"].tolist() == [0, 1, 2]
    assert [("created" in why, "opted out" in why) for why in left["why"]] == [
        (False, True),
        (False, True),
        (True, False),
    ]
    assert back.apply().summary["succeeded"] == 2
    made = leads_of(oracle).filter(pl.col("id").is_in(first.rows["lead_id"].tolist()))
    assert made.select("title", "tags", "status").rows() == [("CEO", ["a"], "unsubscribed"), (None, [], "unsubscribed")]


def test_an_undo_reports_a_conflict_for_a_lead_that_changed_since(ws, oracle):
    ws.leads.plan(people(1, title="CEO")).apply()
    done = ws.leads.plan(people(1, title="CTO")).apply()
    oracle.leads.update(done.rows["lead_id"][0], title="Countess")
    assert done.undo_plan().apply().rows["status"].tolist() == ["conflict"]
    assert leads_of(oracle)["title"].to_list() == ["Countess"]


def test_an_undo_of_an_import_leaves_what_another_user_wrote_since(ws, oracle, service):
    ws.leads.plan(people(3, title="CEO")).apply()
    done = ws.leads.plan(people(3, title="CTO", tags=[["a", "b"]] * 3)).apply(via="import")
    oracle.leads.update(done.rows["lead_id"][0], title="Countess")
    back = done.undo_plan()
    assert (back.summary["update"], back.cannot_undo["row"].tolist()) == (2, [0])
    assert "another user changed the lead since" in back.cannot_undo["why"][0]
    assert back.apply().summary["succeeded"] == 2
    assert sorted(leads_of(oracle)["title"]) == ["CEO", "CEO", "Countess"]
    made = ws.leads.plan(people(5, title="CTO").iloc[3:]).apply(via="import")
    oracle.leads.update(made.created_ids[1], title="Countess")
    assert find_changed_leads(made, ws.leads.plan_delete(made.created_ids).decisions.rows) == [1]
    for result in made.results.values():  # as a service answers that gives no times
        del result["updated_at"]
    service.sandbox.clock.advance(60)
    oracle.leads.update(made.created_ids[0], city="Bonn")
    assert find_changed_leads(made, ws.leads.plan_delete(made.created_ids).decisions.rows) == [0, 1]


def test_an_undo_names_the_created_leads_and_how_to_delete_them(ws, oracle):
    before = len(oracle.leads.list())
    done = ws.leads.plan(people(3)).apply()
    back = done.undo_plan()
    assert back.stays == len(done.created_ids) == 3
    assert "3 created: ws.leads.plan_delete(outcome.created_ids) deletes them" in repr(back)
    assert ws.leads.plan_delete(done.created_ids).apply().summary["succeeded"] == 3
    assert len(oracle.leads.list()) == before
    assert ws.leads.plan_delete([]).apply().created_ids == []


def test_a_plan_that_was_undone_is_planned_again_before_it_is_sent(ws, oracle):
    ws.leads.plan(people(2, title="CEO")).apply()
    plan = ws.leads.plan(people(2, title="CTO"))
    plan.apply().undo_plan().apply()
    with pytest.raises(errors.UsageError, match="was undone since; nothing was sent → plan again"):
        plan.apply()
    assert leads_of(oracle)["title"].to_list() == ["CEO", "CEO"]
    assert plan.again().apply().summary["succeeded"] == 2
    assert leads_of(oracle)["title"].to_list() == ["CTO", "CTO"]


def test_settling_asks_with_the_same_key_what_an_unanswered_request_did_and_sends_nothing_else(stopped_job, oracle):
    assert (len(stopped_job.unknown), stopped_job.created_ids) == (100, [])
    settled = stopped_job.settle()
    assert (len(settled.unknown), len(settled.untouched)) == (0, 150)
    assert set(settled.created_ids) == set(leads_of(oracle)["id"])
    assert len(settled.created_ids) == 100


def test_settling_looks_up_the_leads_where_the_key_is_too_old(stopped_job, ws, oracle, service):
    ids = leads_of(oracle).sort("email")["id"].to_list()
    service.sandbox.clock.advance(2)
    oracle.leads.update(ids[0], title="Countess")
    oracle.leads.update(ids[1], city="Bonn")
    service.sandbox.clock.advance(25 * 3600)
    ws.me()  # whose answer shows the time
    settled = stopped_job.settle()
    assert settled.unknown["message"].tolist() == ["it was sent, and the lead has other values now; look at the lead"]
    assert set(settled.created_ids) == {*ids[1:]}
    undone = undo_outcome(settled, ws.leads.plan_delete)
    assert (undone.kept, undone.unknown, len(settled.untouched)) == ((ids[1],), 1, 150)
    assert set(leads_of(oracle)["id"]) == {ids[0], ids[1]}


def test_settling_sends_nothing_where_the_leads_show_that_a_request_had_no_effect(ws, proxy, oracle, service):
    proxy.always(BULK, Substitute(reply(401)))
    proxy.once(BULK, Substitute(LOST))
    done = ws.leads.plan(people(150)).apply(concurrency=1)
    proxy.heal()
    service.sandbox.clock.advance(25 * 3600)
    ws.me()  # whose answer shows the time
    before = proxy.count(BULK)
    settled = done.settle()
    assert (len(done.unknown), len(settled.unknown), len(settled.untouched)) == (100, 0, 150)
    assert (proxy.count(BULK), leads_of(oracle).height) == (before, 0)
    assert settled.retry().summary["succeeded"] == 150


def test_an_undo_of_an_unfinished_plan_takes_back_what_was_not_answered_and_abandons_the_rest(stopped_job, ws, oracle):
    undone = undo_outcome(stopped_job, ws.leads.plan_delete)
    assert (undone.deleted.summary["succeeded"], undone.unknown) == (100, 0)
    assert leads_of(oracle).height == 0
    assert ws.upserts.pending().empty
    assert ws.leads.plan(people(250, title="CEO")).apply().summary["succeeded"] == 250
    assert leads_of(oracle).height == 250


def test_an_undo_reports_what_is_not_known_and_goes_on_when_it_is_called_again(stopped_job, ws, proxy, oracle):
    proxy.always(BULK, CutReply())
    undone = undo_outcome(stopped_job, ws.leads.plan_delete)
    assert undone.unknown == 100
    assert "100 rows: undone.applied.unknown says why" in repr(undone)
    assert undo_message(undone)[:2] == ("warning", "0 of 100 taken back; 100 not known")
    proxy.heal()
    assert undo_outcome(stopped_job, ws.leads.plan_delete).deleted.summary["succeeded"] == 100
    assert leads_of(oracle).height == 0
