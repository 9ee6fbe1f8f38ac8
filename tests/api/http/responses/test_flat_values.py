"""Leads whose tags are one text, and whose custom fields are beside the others."""

import json

import pytest

from scripted_service import connect_workspace

LEAD = {
    "id": "l1", "object": "lead", "email": "ada@x.example", "status": "new", "tags": "vip, Berlin", "cf_tier": "A",
    "created_at": "2026-03-10T12:00:00.000Z", "updated_at": "2026-03-10T12:00:00.000Z",
}  # fmt: skip


@pytest.mark.parametrize("key", ["tier", "cf_tier"])
def test_tags_and_custom_fields_are_read_and_written_in_the_form_of_the_leads(key):
    written = []

    def respond(request, path):
        if path == "/lead-fields":
            return {"data": [{"key": key, "type": "select", "options": ["A", "B"], "builtin": False}]}
        if request.method == "PATCH":
            written.append(json.loads(request.content))
            return {"data": LEAD | written[-1]}
        return {"data": [LEAD], "has_more": False} if path == "/leads" else {"data": LEAD}

    with connect_workspace(respond) as ws:
        [lead] = ws.leads.list(frame="polars").to_dicts()
        assert (lead["tags"], lead["custom_tier"]) == (["vip", "Berlin"], "A")
        new = ws.leads.update("l1", tags=["vip", "Bonn"], custom_fields={"tier": "B"})
    assert [{name: body[name] for name in ("tags", "cf_tier")} for body in written] == [
        {"tags": "vip, Bonn", "cf_tier": "B"}
    ]
    assert (new.tags, new.custom_fields) == (["vip", "Bonn"], {"tier": "B"})
