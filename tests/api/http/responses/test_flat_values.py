"""Leads whose tags are one text, and whose custom fields are beside the others."""

import json

import pytest

from pb2b_notebook.api.http.responses.flat_values import split_tags
from pb2b_notebook.api.http.responses.object_forms import in_contract_form
from pb2b_notebook.openapi import load
from scripted_service import connect_workspace

LEAD = {
    "id": "l1", "object": "lead", "email": "ada@x.example", "status": "new", "tags": "vip, Berlin",
    "created_at": "2026-03-10T12:00:00.000Z", "updated_at": "2026-03-10T12:00:00.000Z",
}  # fmt: skip


@pytest.mark.parametrize(("key", "shown"), [("tier", "cf_tier"), ("cf_tier", "cf_tier"), ("tier", "tier")])
def test_tags_and_custom_fields_are_read_and_written_in_the_form_of_the_leads(key, shown):
    written, held = [], LEAD | {shown: "A"}

    def respond(request, path):
        if path == "/lead-fields":
            return {"data": [{"key": key, "type": "select", "options": ["A", "B"], "builtin": False}]}
        if request.method == "PATCH":
            written.append(json.loads(request.content))
            return {"data": held | written[-1]}
        return {"data": [held], "has_more": False} if path == "/leads" else {"data": held}

    with connect_workspace(respond) as ws:
        [lead] = ws.leads.list(frame="polars").to_dicts()
        assert (lead["tags"], lead["custom_tier"]) == (["vip", "Berlin"], "A")
        new = ws.leads.update("l1", tags=["vip", "Bonn"], custom_fields={"tier": "B"})
    assert [{name: body[name] for name in ("tags", shown)} for body in written] == [{"tags": "vip, Bonn", shown: "B"}]
    assert (new.tags, new.custom_fields) == (["vip", "Bonn"], {"tier": "B"})


def test_a_custom_field_without_a_prefix_is_found_though_the_first_leads_do_not_have_it():
    records = [*([b'{"id":1,"email":"ada@x.example"}'] * 6), b'{"id":7,"tier":"A"}']
    found, _ = in_contract_form(records, load()["leads.list"], custom=frozenset({"tier"}))
    assert json.loads(found[-1])["custom_fields"] == {"tier": "A"}
    assert "custom_fields" not in json.loads(found[0])


def test_tags_with_two_lists_are_left_as_they_came():
    records = [b'{"id":"l1","tags":{"results":["vip"],"removed":["old"]}}']
    assert split_tags(records) == (records, frozenset())


@pytest.mark.parametrize("written", ['"tags":{', '"tags": {', '"tags" : {', '"tags":\n{', '"tags" :{'])
def test_tags_in_an_object_are_found_in_one_lead_of_many(written):
    rows = [b'{"id":"l1","custom_fields":{"tier":"A"},"tags":null,"title":"%b"}' % (b"a" * 500)] * 40
    held = b'{"id":"l2",%b"results":["vip"]}}' % written.encode()
    found, what = split_tags([*rows, held, *rows])
    assert json.loads(found[40])["tags"] == ["vip"]
    assert {json.loads(record)["tags"] for record in found[:40]} == {None}
    assert what == {"tags in a list under results"}
