"""Support tickets: opening, replying, reopening, filtering."""

import pytest

from pb2b_notebook.sandbox.core.tables import TICKETS
from pb2b_notebook.sandbox.workspace.tickets import MOST_REPLIES, with_reply


@pytest.fixture
def make_ticket(api):
    """Return a function that opens a ticket through the API."""

    def make(**values):
        response = api.post("/support/tickets", json={"subject": "An import stopped", "message": "Why?", **values})
        assert response.status_code == 201, response.text
        return response.json()["data"]

    return make


def test_a_ticket_begins_with_its_message(api, make_ticket):
    ticket = make_ticket(priority="high", category="data")
    assert (ticket["status"], ticket["priority"], ticket["category"]) == ("open", "high", "data")
    assert ticket["requester_email"] == api.get("/me").json()["data"]["membership"]["email"]
    [first] = ticket["replies"]
    assert (first["author"], first["body"], first["created_at"]) == ("requester", "Why?", ticket["created_at"])
    assert api.get(f"/support/tickets/{ticket['id']}").json()["data"] == ticket


def test_a_ticket_keeps_the_id_of_the_failed_request_or_of_its_own(api, make_ticket):
    assert make_ticket(request_id="req_0123456789abcdef")["request_id"] == "req_0123456789abcdef"
    response = api.post("/support/tickets", json={"subject": "x", "message": "y"})
    assert response.json()["data"]["request_id"] == response.headers["X-Request-Id"]


def test_a_reply_waits_for_support_and_reopens_the_ticket(sandbox, api, make_ticket):
    ticket = make_ticket()
    answered = with_reply(ticket, "Row 40.", author="support", email="help@s.example", now="2026-03-11T00:00:00.000Z")
    assert answered["status"] == "pending"
    closed = answered | {"status": "closed", "closed_at": "2026-03-11T00:00:00.000Z"}
    sandbox._store.put(TICKETS, sandbox.workspace_id, closed)
    response = api.post(f"/support/tickets/{ticket['id']}/replies", json={"message": "Still."})
    assert response.status_code == 201
    again = response.json()["data"]
    assert (again["status"], again["closed_at"]) == ("open", None)
    assert [reply["body"] for reply in again["replies"]] == ["Why?", "Row 40.", "Still."]
    assert len({reply["id"] for reply in again["replies"]}) == 3
    assert again["last_reply_at"] == again["updated_at"] == again["replies"][2]["created_at"]


def test_a_reply_with_an_idempotency_key_is_added_once(api, make_ticket):
    path = f"/support/tickets/{make_ticket()['id']}/replies"
    for _ in range(2):
        ticket = api.post(path, json={"message": "Once."}, headers={"Idempotency-Key": "k"}).json()["data"]
    assert [reply["body"] for reply in ticket["replies"]] == ["Why?", "Once."]


def test_a_ticket_has_at_most_a_hundred_replies(sandbox, api, code, make_ticket):
    ticket = make_ticket()
    full = ticket | {"replies": ticket["replies"] * MOST_REPLIES}
    sandbox._store.put(TICKETS, sandbox.workspace_id, full)
    refused = api.post(f"/support/tickets/{ticket['id']}/replies", json={"message": "One more."})
    assert (refused.status_code, code(refused)) == (409, "ticket_full")


def test_the_list_of_tickets_filters_by_status(sandbox, api, fields, make_ticket):
    ids = {status: make_ticket()["id"] for status in ("open", "closed")}
    sandbox._store.put(
        TICKETS,
        sandbox.workspace_id,
        api.get(f"/support/tickets/{ids['closed']}").json()["data"] | {"status": "closed"},
    )
    listed = api.get("/support/tickets", params={"status": ["closed", "pending"], "limit": 500}).json()["data"]
    assert ids["closed"] in {ticket["id"] for ticket in listed}
    assert {ticket["status"] for ticket in listed} <= {"closed", "pending"}
    assert ids["open"] in {ticket["id"] for ticket in api.get("/support/tickets?limit=500").json()["data"]}
    assert fields(api.get("/support/tickets?status=lost")) == ["status.0"]


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"message": "y"}, "subject"),
        ({"subject": "x"}, "message"),
        ({"subject": "", "message": "y"}, "subject"),
        ({"subject": "x" * 256, "message": "y"}, "subject"),
        ({"subject": "x", "message": "y" * 5001}, "message"),
        ({"subject": "x", "message": "y", "priority": "now"}, "priority"),
        ({"subject": "x", "message": "y", "category": None}, "category"),
        ({"subject": "x", "message": "y", "status": "closed"}, "status"),
    ],
)
def test_an_invalid_ticket_is_422(api, fields, values, named):
    assert fields(api.post("/support/tickets", json=values)) == [named]
