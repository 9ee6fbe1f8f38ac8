"""Upserts of services that clear what a row does not name."""

import json

import pandas as pd
import pytest

from scripted_service import ME, connect_workspace

TIME = "2026-03-10T12:00:00.000Z"
FIELDS = ("full_name", "email", "phone", "title", "city", "status", "tags")


def lead(number):
    values = {"full_name": "Ada Berg", "phone": "+49301234567", "title": "CTO", "city": "Bonn", "status": "qualified"}
    own = {"id": f"l{number}", "object": "lead", "email": f"p{number}@x.example", "tags": ["vip"]}
    return {**own, **values, "created_at": TIME, "updated_at": TIME}


@pytest.mark.parametrize("bulk", [True, False])
def test_fields_that_an_upsert_does_not_name_stay_where_a_service_clears_them(bulk):
    held, rows_cleared = {f"l{n}": lead(n) for n in range(4)}, []
    right = {key: {**each, "city": "Oslo"} for key, each in held.items()}

    def upsert(row):
        found = next(each for each in held.values() if each["email"] == row["email"])
        rows_cleared.append(found["id"])
        found.update({"status": "new"} | {name: row.get(name) for name in FIELDS if name != "status"})
        return found

    def respond(request, path):
        body = json.loads(request.content or b"{}")
        if request.method == "PATCH":
            held[path.rpartition("/")[2]].update({n: v for n, v in body.items() if n != "if_updated_at"})
        if request.method == "POST":
            done = [upsert(row) for row in body.get("rows", [body])]
            data = [{"index": n, "status": "updated", "lead": each, "error": None} for n, each in enumerate(done)]
            return {"data": data if "rows" in body else done[0]}
        if path.startswith("/leads/"):
            return {"data": held[path.rpartition("/")[2]]}
        asked = request.url.params
        ids, emails = asked.get("ids", "").split(","), asked.get("email", "").split(",")
        listed = [each for each in held.values() if path == "/leads" and asked.get("status", "new") == "new"]
        chosen = [each for each in listed if ids == [""] or each["id"] in ids]
        return {"data": [e for e in chosen if emails == [""] or e["email"] in emails], "next_cursor": None}

    with connect_workspace(respond, {"data": {**ME["data"], "scopes": ["leads.read", "leads.write"]}}) as ws:
        if bulk:
            frame = pd.DataFrame({"email": [each["email"] for each in held.values()], "city": "Oslo"})
            assert ws.leads.plan(frame).apply().summary["succeeded"] == 4
        else:
            for each in [*held.values()]:
                ws.leads.upsert(email=each["email"], city="Oslo")
    assert held == right
    assert rows_cleared == ["l0"]
