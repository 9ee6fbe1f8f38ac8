"""Services that take idempotency keys in another form than ours."""

import json

import httpx
import pytest

from scripted_service import connect_workspace

RULE = "Idempotency-Key: only letters and digits, at most 32"
TIME = "2026-03-10T12:00:00.000Z"


@pytest.mark.parametrize("lost", [False, True])
def test_a_refused_key_is_sent_in_the_form_that_the_refusal_names_and_is_the_same_for_the_same_write(lost):
    leads, keys = {}, []

    def respond(request, path):
        if request.method == "GET":
            return {"data": [], "has_more": False}
        key = request.headers["idempotency-key"]
        keys.append(key)
        if not key.isalnum() or len(key) > 32:
            return httpx.Response(422, json={"message": RULE})
        new = key not in leads
        leads[key] = {"id": f"l{len(leads)}", "object": "lead", "created_at": TIME, "updated_at": TIME}
        return httpx.Response(503, json={"message": "busy"}) if lost and new else {"data": leads[key]}

    with connect_workspace(respond) as ws:
        ws._session.pause = lambda _seconds: None
        ws.leads.create(full_name="Ada Berg")
        ws.leads.create(full_name="Bo Falk")
        assert ws.profile.value("key_form") == "32 hexadecimal digits"
    assert len(leads) == 2  # one a write, also where a response is lost
    assert len(keys) == (5 if lost else 3)  # one refusal in all


def test_an_update_is_sent_without_a_key_where_the_operation_refuses_keys():
    held, refused = {"id": "l1", "object": "lead", "city": "Bonn", "created_at": TIME, "updated_at": TIME}, []

    def respond(request, path):
        if request.method == "PATCH" and "idempotency-key" in request.headers:
            refused.append(path)
            return httpx.Response(400, json={"error": "Idempotency-Key is not supported for this operation"})
        held.update(json.loads(request.content or b"{}"))
        return {"data": held}

    with connect_workspace(respond) as ws:
        for city in ("Oslo", "Turku"):
            assert ws.leads.update("l1", city=city).city == held["city"] == city
        assert not ws._session.client.recognizes_keys(ws.operations["leads.update"])
    assert len(refused) == 1
