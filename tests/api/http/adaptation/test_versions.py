"""Services that ignore the version of an object that a write names, and those that compare it."""

import json

import httpx
import pytest

from pb2b_notebook import errors
from scripted_service import connect_workspace

LEAD = {"id": "l1", "object": "lead", "email": "ada@x.example", "title": "CTO", "phone": "+49301234567"}


def at(second):
    return f"2026-03-10T12:00:{second:02d}.000Z"


class Service:
    """One lead. A service that compares versions may be shown the lead as it was: the change comes behind the read."""

    def __init__(self, *, compares):
        self.compares, self.requests = compares, []
        self.held = {**LEAD, "created_at": at(0), "updated_at": at(0)}
        self.shown_late = None

    def __call__(self, request, _path):
        self.requests.append((request.method, request.content))
        if request.method == "PATCH":
            body = json.loads(request.content)
            if self.compares and body["if_updated_at"] != self.held["updated_at"]:
                self.shown_late = None
                return httpx.Response(409, json={"error": {"code": "conflict", "message": "it has changed"}})
            del body["if_updated_at"]
            self.held.update(body, updated_at=at(len(self.requests)))
            return {"data": self.held}
        return {"data": self.shown_late or self.held}


@pytest.mark.parametrize("compares", [True, False])
def test_an_update_over_a_later_change_is_refused_whether_the_service_compares_versions_or_not(compares):
    service = Service(compares=compares)
    with connect_workspace(service) as ws:
        for city in ("Oslo", "Turku", "Rome", "Bern"):
            ws.leads.update("l1", city=city, if_updated_at=service.held["updated_at"])
        writes = [json.loads(content)["city"] for method, content in service.requests if method == "PATCH"]
        assert writes == ["Oslo", "Turku", "Rome", "Bern"]  # and no write that was not asked for
        service.held |= {"city": "Bonn", "updated_at": at(50)}
        with pytest.raises(errors.PreconditionFailedError):
            ws.leads.update("l1", city="Paris", if_updated_at=at(0))
    assert service.held["city"] == "Bonn"


def test_a_service_that_was_seen_to_refuse_an_earlier_version_needs_no_read_before_a_write():
    service = Service(compares=True)
    with connect_workspace(service) as ws:
        ws.leads.update("l1", city="Oslo", if_updated_at=at(0))
        service.shown_late, service.held = {**service.held}, {**service.held, "city": "Bonn", "updated_at": at(50)}
        with pytest.raises(errors.PreconditionFailedError):
            ws.leads.update("l1", city="Paris", if_updated_at=service.shown_late["updated_at"])
        for city in ("Turku", "Rome", "Bern"):  # the first ones of a workspace are compared with the lead anyway
            ws.leads.update("l1", city=city, if_updated_at=service.held["updated_at"])
        before = len(service.requests)
        ws.leads.update("l1", city="Lund", if_updated_at=service.held["updated_at"])
    assert [method for method, _ in service.requests[before:]] == ["PATCH"]


def test_a_refusal_of_a_value_does_not_show_that_a_service_compares_versions():
    service = Service(compares=False)
    taken = httpx.Response(409, json={"error": {"code": "conflict", "message": "the email is of another lead"}})

    def respond(request, path):
        return taken if b"bo@x.example" in request.content else service(request, path)

    with connect_workspace(respond) as ws:
        with pytest.raises(errors.ConflictError):
            ws.leads.update("l1", email="bo@x.example", if_updated_at=at(0))
        service.held |= {"city": "Bonn", "updated_at": at(50)}
        with pytest.raises(errors.PreconditionFailedError):
            ws.leads.update("l1", city="Paris", if_updated_at=at(0))
    assert service.held["city"] == "Bonn"
