"""What shows that the pages of a list are all of them."""

import pytest

import pb2b_notebook as pb
from scripted_service import connect_workspace

TIME = "2026-03-10T12:00:00.000Z"
LEADS = [{"id": n, "object": "lead", "email": f"p{n}@x.example", "created_at": TIME, "updated_at": TIME} for n in "123"]


@pytest.mark.parametrize("end", [{}, {"continuation": None}])
def test_the_only_row_that_a_filter_finds_is_all_where_longer_lists_have_a_cursor(end):
    name = next(iter(end), "next_cursor")

    def respond(request, path):
        asked = request.url.params
        found = [lead for lead in LEADS if asked.get("email") in {None, lead["email"]}] if path == "/leads" else []
        size = int(asked.get("limit", 100))
        return {"data": found[:size], **({name: "c"} if len(found) > size else end)}

    with connect_workspace(respond) as ws:
        assert pb.provenance(ws.leads.list(email="p2@x.example")).complete
