"""Services whose statuses have other words: behind a prefix, or as numbers with labels."""

import json

import httpx
import pytest

from scripted_service import connect_workspace

TIME = "2026-03-10T12:00:00.000Z"
PREFIXED = {"new": "LEAD_STATUS_NEW", "contacted": "LEAD_STATUS_CONTACTED", "unsubscribed": "LEAD_STATUS_UNSUBSCRIBED"}
NUMBERED = {"new": 1, "contacted": 2, "unsubscribed": 3}


@pytest.mark.parametrize("refuses", [True, False])
@pytest.mark.parametrize("words", [PREFIXED, NUMBERED])
def test_statuses_are_asked_for_written_and_protected_by_the_words_of_the_service(words, refuses):
    held = {f"l{n}": {"id": f"l{n}", "status": word, "created_at": TIME, "updated_at": TIME} for n, word in
            enumerate(words.values())}  # fmt: skip
    options = [{"id": number, "label": word.title()} for word, number in NUMBERED.items()]

    def respond(request, path):
        if path == "/lead-fields":
            return {"data": [{"key": "status", "type": "select", "options": options if words is NUMBERED else []}]}
        if request.method == "PATCH":
            body = json.loads(request.content)
            if body["status"] not in words.values():
                return httpx.Response(422, json={"message": "status is not valid"})
            return {"data": held[path.rpartition("/")[2]] | body}
        asked = request.url.params.get_list("status")
        known = {str(word) for word in words.values()}
        if refuses and not known.issuperset(asked):
            return httpx.Response(400, json={"message": "status is not valid"})
        rows = [lead for lead in held.values() if not asked or str(lead["status"]) in asked]
        return {"data": rows, "pagination": {"next_cursor": None, "total": len(rows)}} if path == "/leads" else {
            "data": held[path.rpartition("/")[2]]
        }  # fmt: skip

    with connect_workspace(respond) as ws:
        assert ws.leads.list(status="new")["id"].tolist() == ["l0"]
        assert ws.leads.count(status=["new", "contacted"]) == 2
        assert ws.leads.update("l0", status="contacted").status in {"LEAD_STATUS_CONTACTED", "2"}
        assert ws.profile.names("opted_out") == {str(words["unsubscribed"])}
        assert ws.profile.names("harmless") == {str(words["new"]), str(words["contacted"])}


def test_the_words_of_a_document_are_known_before_a_lead_shows_them():
    """The refusals name the type of the enum and not the field, as Jackson does."""
    words = {"type": "string", "enum": ["NEW", "CONTACTED", "UNSUBSCRIBED"]}
    lead = {"type": "object", "properties": {"id": {"type": "string"}, "status": {"type": "string"}}}
    made = {"200": {"content": {"application/json": {"schema": {"properties": {"data": lead}}}}}}
    many = {"properties": {"data": {"type": "array", "items": lead}}}
    leads = {
        "get": {
            "parameters": [{"name": "status", "in": "query", "schema": {"type": "array", "items": words}}],
            "responses": {"200": {"content": {"application/json": {"schema": many}}}},
        },
        "post": {"requestBody": {"content": {"application/json": {"schema": lead}}}, "responses": made},
    }

    def respond(request, path):
        given = json.loads(request.content).get("status") if request.content else request.url.params.get("status")
        if given not in {None, *words["enum"]}:
            return httpx.Response(400, json={"message": "Cannot deserialize value of type `LeadStatus`"})
        found = {"id": "l1", "status": given}
        return {"data": found if request.method == "POST" else [found] if path == "/leads" and given else []}

    paths = {"/leads": leads, "/me": {"get": {"responses": {}}}}
    document = {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": paths}
    with connect_workspace(respond, contract=document) as ws:
        assert ws.leads.create(status="new").status == "NEW"
        assert ws.leads.list(status="unsubscribed")["status"].tolist() == ["UNSUBSCRIBED"]
