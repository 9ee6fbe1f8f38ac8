"""What is sent instead of a name that a service refuses."""

import httpx

from scripted_service import connect_workspace

TIMES = dict.fromkeys(("created_at", "updated_at"), "2026-03-10T12:00:00.000Z")


def test_filters_are_sent_in_brackets_to_a_json_api_that_refuses_their_names():
    refused, asked = [], []

    def respond(request, path):
        given = {*dict(request.url.params)}
        unknown = given - {"updated_after", "updated_before", "filter[email]", "page[size]"}
        if unknown:
            refused.extend(unknown)
            problem = {"status": "400", "detail": f"Unknown query parameter {min(unknown)}"}
            return httpx.Response(400, json={"errors": [problem]})
        asked.append(request.url.params.get("filter[email]"))
        rows = [
            {"type": "leads", "id": f"{n}", "attributes": {"email": f"p{n}@x.example", "status": status, **TIMES}}
            for n, status in enumerate(["new", "replied", "new"])
            if asked[-1] in {None, f"p{n}@x.example"}
        ]
        return {"data": rows if path == "/leads" else [], "links": {"next": None}, "meta": {"total": len(rows)}}

    with connect_workspace(respond) as ws:
        assert len(ws.leads.list()) == 3
        assert ws.leads.list(email="p1@x.example")["id"].tolist() == ["1"]
        seen = len(asked)
        assert ws.leads.list(email="p2@x.example")["id"].tolist() == ["2"]
        assert ws.leads.list(status="new")["id"].tolist() == ["0", "2"]  # in brackets it is refused, too
    assert refused.count("email") == 1
    assert "p2@x.example" in asked[seen:]
