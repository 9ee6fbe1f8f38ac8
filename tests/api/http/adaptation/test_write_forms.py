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


def test_a_service_that_takes_json_api_is_given_the_type_of_its_list():
    sent, made = [], {}

    def refuse(status, detail):
        return httpx.Response(status, json={"errors": [{"status": str(status), "detail": detail}]})

    def respond(request, path):
        if request.method == "GET":
            lead = {"type": "leads", "id": "7", "attributes": {"email": "ada@x.example", "created_at": TIME}}
            return {"data": [lead] if path == "/leads" else []}
        data = json.loads(request.content).get("data", {})
        sent.append(data.get("type"))
        if "attributes" not in data:
            return refuse(422, "the document needs a data member with attributes")
        kind = path.removesuffix("/upsert").strip("/").replace("/", "-")
        if data["type"] != kind:
            return refuse(409, f"type must be {kind}")
        made[kind] = {"type": kind, "id": "8", "attributes": data["attributes"] | {"created_at": TIME}}
        return httpx.Response(201, json={"data": made[kind]})

    with connect_workspace(respond) as ws:
        ws.leads.list()
        assert ws.leads.upsert(email="bob@x.example").id == "8"
        assert ws.tickets.create(subject="Help", message="please").id == "8"
        ws.tickets.create(subject="Help", message="again")
    assert sent[-4:] == [None, "tickets", "support-tickets", "support-tickets"]
    assert made["leads"]["attributes"]["email"] == "bob@x.example"


def test_names_that_the_service_has_not_given_are_written_as_it_writes_others():
    def respond(request, path):
        if request.method == "GET":
            lead = {"Id": "7", "Email": "ada@x.example", "FirstName": "Ada", "CreatedAt": TIME, "UpdatedAt": TIME}
            return {"data": [lead] if path == "/leads" else []}
        body = json.loads(request.content)
        unknown = next((name for name in body if not name[0].isupper()), None)
        if unknown is not None:
            text = f"The JSON property '{unknown}' could not be mapped to any .NET member contained in type 'Upsert'."
            return httpx.Response(400, json={"title": "Bad Request", "status": 400, "detail": text})
        return httpx.Response(201, json={"data": {**body, "Id": "8", "CreatedAt": TIME}})

    with connect_workspace(respond) as ws:
        ws.leads.list()
        assert ws.leads.upsert(email="bob@x.example", first_name="Bob").id == "8"
        assert ws.profile.value("missing", "leads.upsert") is None
