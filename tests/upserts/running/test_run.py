"""Run jobs over real HTTP: whatever the service or the network does, each row happens once."""

import _thread
import json
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import httpx
import pandas as pd
import polars as pl
import pytest

from fault_proxy import CutReply, CutRequest, Doing, Substitute, reply
from pb2b_notebook import errors
from scripted_service import ME, connect_workspace
from upsert_frames import BULK, LOST, leads_of, people

RATE_LIMITED = reply(429, b'{"error":{"code":"rate_limited","message":"slow"}}', retry_after="0")


@pytest.mark.parametrize(
    "faults",
    [
        [Substitute(LOST, effect=True)],
        [Substitute(LOST)] * 7,
        [CutReply(), CutReply(1, rst=True), CutReply(300), CutReply(2000)],
        [CutRequest(), CutRequest(40, rst=True)],
        [Substitute(RATE_LIMITED)] * 28,
        [Substitute(reply(200, b"<html>log in</html>", content_type="text/html"), effect=True)] * 2,
        [Substitute(reply(200, b'{"data":[],"request_id":"r"}'), effect=True)],
        [Substitute(reply(502, b"bad gateway"), effect=True), CutReply(), Substitute(RATE_LIMITED)],
    ],
    ids=["500 after", "500 before", "replies cut", "requests cut", "429 storm", "login page", "no results", "all"],
)
def test_every_row_is_written_once_whatever_fails(ws, proxy, oracle, faults):
    proxy.once(BULK, *faults)
    done = ws.leads.plan(people(350, title="CEO")).apply()
    assert done.summary["succeeded"] == 350
    assert done.problem is None
    made = leads_of(oracle)
    assert sorted(made["id"]) == sorted(done.rows["lead_id"])
    assert made["email"].n_unique() == made.height == 350


def test_rows_without_an_answer_stay_pending_and_retry_continues(ws, proxy, oracle):
    proxy.always(BULK, Substitute(reply(503, b'{"error":{"code":"overloaded","message":"later"}}')))
    done = ws.leads.plan(people(150)).apply()
    assert done.summary["pending"] == 150
    assert isinstance(done.problem, errors.ServerError)
    assert len(ws.upserts.pending()) == 1
    proxy.heal()
    done = done.retry()
    assert done.summary["succeeded"] == 150
    assert leads_of(oracle).height == 150
    assert ws.upserts.list()["state"].tolist() == ["finished"]


@pytest.mark.parametrize("status", [401, 403])
def test_the_first_401_or_403_stops_the_run_and_the_rest_stays_pending(ws, proxy, oracle, status):
    proxy.always(BULK, Substitute(reply(status, b'{"error":{"code":"missing_scope","message":"no"}}')))
    done = ws.leads.plan(people(500)).apply()
    assert done.summary["pending"] == 500
    assert done.problem.status == status
    assert proxy.count(BULK) <= 4
    assert leads_of(oracle).height == 0
    proxy.heal()
    assert ws.leads.plan(people(500)).apply().summary["succeeded"] == 500
    assert leads_of(oracle).height == 500


def test_a_rate_limit_of_an_hour_stops_the_run_at_once(ws, proxy):
    proxy.always(
        BULK, Substitute(reply(429, b'{"error":{"code":"rate_limited","message":"slow"}}', retry_after="3600"))
    )
    done = ws.leads.plan(people(500)).apply()
    assert done.summary["pending"] == 500
    assert isinstance(done.problem, errors.RateLimitError)
    assert proxy.count(BULK) <= 4


def test_a_job_stopped_by_ctrl_c_is_completed_by_the_same_cell(ws, proxy, oracle):
    proxy.once(BULK, Doing(_thread.interrupt_main, "reply"))
    with pytest.raises(errors.ApplyInterrupted) as caught:
        ws.leads.plan(people(500, title="CEO")).apply(concurrency=2)
    before = caught.value.outcome
    assert before.summary["succeeded"] + before.summary["pending"] == 500
    assert before.summary["pending"] > 0
    done = ws.leads.plan(people(500, title="CEO")).apply()
    assert done.job_id == before.job_id
    assert done.summary["succeeded"] == 500
    assert leads_of(oracle).height == 500


def test_on_conflict_overwrite_writes_over_a_change_of_another_user(plan_with_conflict, oracle):
    done = plan_with_conflict(on_conflict="overwrite").apply()
    assert done.rows["status"].tolist() == ["succeeded", "succeeded"]
    assert leads_of(oracle).select("title", "city").rows() == [("CTO", "London"), ("CTO", None)]


def test_overwriting_keeps_the_status_of_a_lead_that_opted_out_meanwhile(ws, oracle):
    made = ws.leads.plan(people(1, status="contacted")).apply()
    plan = ws.leads.plan(people(1, status="qualified", title="CTO"), on_conflict="overwrite")
    oracle.leads.update(made.rows["lead_id"][0], status="unsubscribed")
    assert plan.apply().rows["status"].tolist() == ["succeeded"]
    assert leads_of(oracle).select("title", "status").rows() == [("CTO", "unsubscribed")]


LEARNED = {
    "custom fields are merged": ("custom_fields", "merged", ""),
    "versions are refused": ("refused", ["if_updated_at"], "leads.bulk_upsert"),
    "names in camel case": ("forms", ["title as jobTitle"], ""),
    "no bulk upsert": ("missing", True, "leads.bulk_upsert"),
}


@pytest.mark.parametrize("service", [60], indirect=True)
@pytest.mark.parametrize("name", LEARNED)
def test_what_is_learned_after_a_lost_response_does_not_change_what_is_sent_again(ws, proxy, oracle, name):
    known = oracle.leads.list(frame="polars").filter(
        pl.col("custom_tier").is_not_null() & pl.col("email").is_unique() & (pl.col("status") == "new")
    )
    rows = pd.DataFrame({"email": [*known["email"].to_list()[:3], "new@plan.example"]})
    rows = rows.assign(title="CEO", custom_use_case="learned")
    plan = ws.leads.plan(rows)
    proxy.always(BULK, Substitute(reply(401)))
    proxy.once(BULK, Substitute(LOST, effect=True))
    assert plan.apply().summary["pending"] == 4
    before = oracle.leads.list(frame="polars").sort("id")
    proxy.heal()
    fact, value, operation = LEARNED[name]
    ws.profile.learn(fact, value, "a write of another session", operation=operation)
    done = plan.apply()
    assert done.summary["succeeded"] == 4, done.rows
    assert oracle.leads.list(frame="polars").sort("id").drop("updated_at").equals(before.drop("updated_at"))


def test_rows_that_an_earlier_release_sent_are_looked_up_before_they_are_sent_one_by_one(ws, proxy, oracle):
    plan = ws.leads.plan(people(2))
    proxy.always(BULK, Substitute(reply(401)))
    proxy.once(BULK, Substitute(LOST, effect=True))
    assert plan.apply().summary["pending"] == 2
    proxy.heal()
    with ws._session.journal.transaction() as db:  # it had no such columns
        db.execute("UPDATE sends SET sent_key = NULL, sent_payload = NULL")
    ws.profile.learn("missing", True, "another session", operation="leads.bulk_upsert")
    assert plan.apply().summary["succeeded"] == 2
    assert leads_of(oracle).height == 2


def _dated_later(exchange):
    """Pass the reply with a date a minute ahead of the times of the service's objects."""
    exchange.give(re.sub(rb"(?im)^date: ([^\r]+)", _a_minute_later, exchange.ask()))
    return True


def _a_minute_later(date):
    later = parsedate_to_datetime(date[1].decode()) + timedelta(minutes=1)
    return b"date: " + format_datetime(later, usegmt=True).encode()


@pytest.mark.parametrize("refused", [[], [BULK]], ids=["in bulk", "one by one"])
def test_a_lead_is_created_though_responses_are_dated_later_than_it(ws, proxy, refused):
    proxy.always("/", _dated_later)
    for request in refused:
        proxy.always(request, Substitute(reply(404, b'{"error":{"code":"not_found","message":"no"}}')))
    done = ws.leads.plan(people(2, title="CEO")).apply()
    assert done.rows["action"].to_list() == ["create", "create"]
    assert len(done.created_ids) == 2


def test_an_import_creates_leads_though_earlier_responses_were_dated_later(ws, proxy):
    proxy.always("/", _dated_later)
    plan = ws.leads.plan(people(2, title="CEO"))
    proxy.heal()
    assert len(plan.apply(via="import").created_ids) == 2


def test_a_creation_whose_response_was_lost_is_found_by_its_list_where_keys_are_ignored():
    made, lost = [], [True]

    def respond(request, path):
        if path == "/leads" and request.method == "POST":
            body = json.loads(request.content)
            time = datetime.now(UTC).isoformat()
            made.append({"id": f"l{len(made)}", **body, "created_at": time, "updated_at": time})
            if lost and lost.pop():
                raise httpx.ReadError("lost")
            return httpx.Response(201, json={"data": made[-1]})
        if path not in {"/leads", "/lead-fields"}:
            return httpx.Response(404, json={"error": {"code": "not_found", "message": "no"}})
        return {"data": made if path == "/leads" else [], "pagination": {"next_cursor": None}}

    people = pd.DataFrame({"Name": ["Anna Berglund", "Boris Quandt"], "Phone": ["+49309018201", "+49309018202"]})
    me = {"data": {**ME["data"], "scopes": ["leads.read", "leads.write"]}}
    with connect_workspace(respond, me) as ws:
        ws._session.progress, ws._session.pause = False, lambda _seconds: None
        done = ws.leads.intake(people).apply()
    assert done.rows["status"].tolist() == ["succeeded"] * 2
    assert done.problem is None
    assert sorted(lead["full_name"] for lead in made) == ["Anna Berglund", "Boris Quandt"]
