"""Services that take the bodies of writes in another form than ours."""

import json

import httpx
import pytest

from scripted_service import connect_workspace

TIME = "2026-03-10T12:00:00.000Z"
PAIR = {"name": "x", "value": 1}


@pytest.mark.filterwarnings("ignore:leads.(list|get) differs")
@pytest.mark.parametrize(
    ("part", "before", "after"),
    [
        ("address", {"zip": "0150", "town": "Bonn"}, {"zip": "0150", "town": "Oslo"}),
        ("properties", {"x": {"value": 1}, "city": {"value": "Bonn"}}, {"x": {"value": 1}, "city": {"value": "Oslo"}}),
        ("fields", [{"name": "city", "value": "Bonn"}, PAIR], [PAIR, {"name": "city", "value": "Oslo"}]),
    ],
)
def test_a_value_in_a_part_of_a_lead_is_written_there_and_the_rest_of_the_part_stays(part, before, after):
    held = {"id": "l1", "object": "lead", "email": "ada@x.example", part: before,
            "custom_fields": {}, "created_at": TIME, "updated_at": TIME}  # fmt: skip

    def respond(request, path):
        body = json.loads(request.content or b"{}")
        if "city" in body:
            return httpx.Response(422, json={"message": "unknown field city"})
        held.update(body)  # a part is replaced
        return {"data": held if path == "/leads/l1" else [held] if path == "/leads" else []}

    with connect_workspace(respond) as ws:
        assert ws.leads.list()["city"].tolist() == ["Bonn"]
        assert ws.leads.update("l1", city="Oslo").city == "Oslo"
    assert held[part] == after
