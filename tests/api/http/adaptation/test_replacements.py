"""Services whose updates replace an object."""

import json

import pytest

from pb2b_notebook import errors
from scripted_service import connect_workspace

TIME = "2026-03-10T12:00:00.000Z"
LEAD = {"id": "l1", "object": "lead", "email": "ada@x.example", "phone": "+49301234567", "title": "CTO", "city": "Bonn",
        "created_at": TIME, "updated_at": TIME}  # fmt: skip


def test_fields_that_an_update_does_not_name_stay_where_a_service_clears_them():
    held, requests = dict(LEAD), []

    def respond(request, path):
        requests.append(request.method)
        if request.method == "PATCH":
            body = json.loads(request.content)
            held.update({name: body.get(name) for name in ("email", "phone", "title", "city")})
        return {"data": held if path == "/leads/l1" else []}

    with connect_workspace(respond) as ws:
        ws.leads.update("l1", city="Oslo")
        assert held == LEAD | {"city": "Oslo"}
        ws.leads.update("l1", city="Turku", title=None)
        assert held == LEAD | {"city": "Turku", "title": None}
        held["email"] = "a***@x.example"
        with pytest.raises(errors.ValidationError, match="does not show all"):
            ws.leads.update("l1", city="Bonn")
    assert requests.count("PATCH") == 3  # the first one was written again
