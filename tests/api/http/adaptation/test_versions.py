"""Services that ignore the version of an object that a write names."""

import json

import httpx
import pytest

from pb2b_notebook import errors
from scripted_service import connect_workspace

LEAD = {"id": "l1", "object": "lead", "email": "ada@x.example", "title": "CTO", "phone": "+49301234567"}


def at(second):
    return f"2026-03-10T12:00:{second:02d}.000Z"


@pytest.mark.parametrize("checks", [True, False])
def test_an_update_over_a_later_change_is_refused_whether_the_service_compares_versions_or_not(checks, caplog):
    held, requests = {**LEAD, "created_at": at(0), "updated_at": at(0)}, []

    def respond(request, path):
        requests.append(request.method)
        if request.method == "PATCH":
            body = json.loads(request.content)
            if checks and body["if_updated_at"] != held["updated_at"]:
                return httpx.Response(409, json={"error": {"code": "conflict", "message": "it has changed"}})
            del body["if_updated_at"]
            held.update(body, updated_at=at(len(requests)) if body else held["updated_at"])
        return {"data": held}

    with connect_workspace(respond) as ws:
        for city in ("Oslo", "Turku", "Rome"):
            ws.leads.update("l1", city=city, if_updated_at=held["updated_at"])
        held["city"], held["updated_at"] = "Bonn", at(50)
        before = len(requests)
        with pytest.raises(errors.PreconditionFailedError):
            ws.leads.update("l1", city="Paris", if_updated_at=at(0))
        assert held["city"] == "Bonn"
        # A service that was seen to compare versions needs no request before the write.
        assert requests[before:][0] == ("PATCH" if checks else "GET")
    assert ("may ignore if_updated_at" in caplog.text) is not checks
