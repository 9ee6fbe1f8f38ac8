"""Responses to writes that have no object, or one that is not there yet."""

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from pb2b_notebook.errors import JobFailedError, ProtocolError, UnknownOutcomeError
from scripted_service import SimulatedTime, connect_workspace


def test_a_deletion_that_is_only_accepted_is_not_called_done(caplog):
    def respond(request, path):
        if request.method == "DELETE":
            return httpx.Response(202, json={"data": {"status": "queued"}})
        return {"data": []}

    with connect_workspace(respond) as ws, caplog.at_level("INFO", "pb2b_notebook"):
        for lead in ("l1", "l2"):
            ws.leads.delete(lead)
    assert sum("carries it out later" in message for message in caplog.messages) == 1


JOB = {"id": "gid://x/Job/7", "status": "SUCCEEDED", "progress": 1}


def connect_with_job(jobs, **objects):
    """Connect to a service that accepts each write, and shows a job by the next of some answers, and objects."""
    shown = list(jobs)

    def respond(request, path):
        if request.method != "GET":
            return httpx.Response(202, json={"data": {"job": {"id": JOB["id"], "status": "QUEUED"}}})
        if path.startswith("/jobs/"):
            return {"data": shown.pop(0) if len(shown) > 1 else shown[0]}
        return {"data": objects.get(path.rpartition("/")[2], [])}

    ws = connect_workspace(respond)
    ws._session.client._timing = SimulatedTime().timing()
    return ws


@pytest.mark.parametrize("before", [[], [{**JOB, "status": "QUEUED"}]])
def test_an_action_that_is_accepted_is_done_when_its_job_is(before):
    ticket = {"id": "t1", "object": "support_ticket", "subject": "Help", "replies": [{"message": "more"}]}
    with connect_with_job([*before, JOB], t1=ticket) as ws:
        assert ws.tickets.reply("t1", message="more")["replies"] == [{"message": "more"}]
        assert ws.journal()["state"].iloc[0] == "succeeded"


def test_an_action_that_is_answered_by_201_and_an_address_is_done():
    ticket = {"id": "t1", "object": "support_ticket", "subject": "Help", "replies": [{"message": "more"}]}

    def respond(request, path):
        if request.method == "POST":
            return httpx.Response(201, headers={"location": "/api/public/v1/support/tickets/t1"})
        return {"data": ticket if path.endswith("/t1") else []}

    with connect_workspace(respond) as ws:
        assert ws.tickets.reply("t1", message="more")["replies"] == [{"message": "more"}]
        assert ws.journal()["state"].tolist() == ["succeeded"]


def test_what_an_accepted_action_did_is_unknown_if_its_job_fails():
    failed = {**JOB, "status": "FAILED", "error": {"code": "CLOSED", "message": "the ticket is closed"}}
    with connect_with_job([failed], t1={"id": "t1", "object": "support_ticket"}) as ws:
        with pytest.raises(ProtocolError, match="failed: the ticket is closed") as caught:
            ws.tickets.reply("t1", message="more")
        assert caught.value.effect_unknown
        assert ws.journal()["state"].iloc[0] == "intended"


@pytest.mark.parametrize("half_way", [False, True])
def test_a_creation_that_is_accepted_fails_with_its_job_unless_its_object_is_there(half_way):
    failed = {**JOB, "status": "FAILED", "error": {"code": "LIMIT", "message": "the plan has 10 leads"}}
    now = datetime.now(UTC).isoformat()
    lead = {"id": "l1", "email": "ada@x.example", "full_name": "Ada B", "created_at": now, "updated_at": now}
    with connect_with_job([failed], leads=[lead] if half_way else []) as ws:
        if half_way:
            assert ws.leads.create(email="ada@x.example", full_name="Ada B").id == "l1"
        else:
            with pytest.raises(JobFailedError, match="the plan has 10 leads") as caught:
                ws.leads.create(email="ada@x.example", full_name="Ada B")
            assert (caught.value.code, caught.value.effect_unknown) == ("LIMIT", False)
        assert ws.journal()["state"].tolist() == ["succeeded" if half_way else "refused"]


@pytest.mark.parametrize("lag", [3, 60])
def test_a_creation_whose_job_failed_after_it_made_the_object_is_not_made_twice(lag):
    time, made = SimulatedTime(), []

    def respond(request, path):
        if request.method == "POST":
            at = datetime.now(UTC).isoformat()
            made.append({"id": f"l{len(made) + 1}", **json.loads(request.content), "created_at": at, "updated_at": at})
            made[-1]["shown"] = time.now + lag
            return httpx.Response(202, json={"data": {"job": {"id": JOB["id"], "status": "QUEUED"}}})
        if path.startswith("/jobs/"):
            return {"data": {**JOB, "status": "FAILED", "error": {"code": "MAIL", "message": "no welcome mail"}}}
        shown = [lead for lead in made if path == "/leads" and lead["shown"] <= time.now]
        return {"data": shown, "pagination": {"next_cursor": None, "has_more": False}}

    with connect_workspace(respond) as ws:
        ws._session.client._timing, ws._session.pause = time.timing(), time.sleep
        if lag == 3:
            assert ws.leads.create(email="ada@x.example").id == "l1"
        else:
            with pytest.raises(JobFailedError, match="no welcome mail"):
                ws.leads.create(email="ada@x.example")
            time.now += lag
            assert ws.leads.create(email="ada@x.example").id == "l1"
        assert len(made) == 1


@pytest.mark.parametrize(("skew", "minutes", "ours"), [(0, 120, False), (-600, 8, False), (600, 0, True)])
def test_the_end_of_a_failed_job_is_compared_by_the_clock_of_the_objects(skew, minutes, ours):
    time, sent, shown = SimulatedTime(), [], []

    def respond(request, path):
        if request.method == "POST":
            sent.append(json.loads(request.content))
            return httpx.Response(202, json={"data": {"job": {"id": JOB["id"], "status": "QUEUED"}}})
        if path.startswith("/jobs/"):
            return {"data": {**JOB, "status": "FAILED", "error": {"code": "MAIL", "message": "no welcome mail"}}}
        return {"data": shown if path == "/leads" else [], "pagination": {"next_cursor": None, "has_more": False}}

    with connect_workspace(respond) as ws:
        ws._session.client._timing, ws._session.pause = time.timing(), time.sleep
        if skew:
            ws._session.client.profile.learn("clock", skew, "two creations", at=datetime.now(UTC))
        with pytest.raises(JobFailedError):
            ws.leads.create(email="ada@x.example")
        at = (datetime.now(UTC) + timedelta(minutes=minutes, seconds=skew)).isoformat()
        shown.append({"id": "l9", "email": "ada@x.example", "created_at": at, "updated_at": at})
        if ours:
            assert ws.leads.create(email="ada@x.example").id == "l9"
        else:
            with pytest.raises(UnknownOutcomeError):
                ws.leads.create(email="ada@x.example")
        assert len(sent) == 1


def test_an_equal_object_of_an_earlier_call_is_not_that_of_a_creation_that_lists_do_not_show_yet():
    now, shown = datetime.now(UTC).isoformat(), []

    def respond(request, path):
        if request.method == "POST":
            lead = {**json.loads(request.content), "id": f"l{len(shown) + 1}", "created_at": now, "updated_at": now}
            shown.append(lead)
            return httpx.Response(201, json={"data": lead}) if len(shown) == 1 else httpx.Response(202)
        return {"data": shown[:1] if path == "/leads" else []}

    with connect_workspace(respond) as ws:
        ws._session.client._timing = SimulatedTime().timing()
        assert ws.leads.create(email="ada@x.example").id == "l1"
        with pytest.raises(ProtocolError, match="no object shows that it was done"):
            ws.leads.create(email="ada@x.example", again=True)


def test_a_secret_that_only_the_job_of_a_creation_shows_is_returned():
    hook = {"id": "w1", "object": "webhook", "url": "https://hooks.example.com/x", "events": ["lead.created"]}
    done = {**JOB, "resource_id": "w1", "result": {**hook, "signing_secret": "whsec_canary"}}
    with connect_with_job([{**JOB, "status": "QUEUED"}, done], w1=hook, webhooks=[hook]) as ws:
        made = ws.webhooks.create(url=hook["url"], events=hook["events"])
        assert made["signing_secret"].reveal() == "whsec_canary"
        assert "canary" not in repr(made)


@pytest.mark.parametrize("errors", [[], {"rows.0.email": ["is not valid"]}])
def test_rows_whose_bulk_answer_shows_none_are_unknown_where_the_leads_cannot_be_read(caplog, errors):
    rows = [{"email": "a@b.example", "full_name": "A B"}]
    answer = {"data": {"created": ["1"], "updated": [], "errors": errors}}
    with connect_workspace(lambda *_: answer) as ws:
        written = ws.leads.bulk_upsert(rows=rows)
    assert [*written["status"]] == ["unknown"]
    assert any("0 of 1 have the values" in message for message in caplog.messages)
    assert not any("as it was sent" in message for message in caplog.messages)


def test_a_bulk_answer_without_rows_to_a_call_without_rows_is_an_empty_frame():
    with connect_workspace(lambda *_: {"data": []}) as ws:
        assert ws.leads.bulk_upsert(rows=[]).empty
