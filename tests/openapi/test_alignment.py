"""Documents that write the names of our filters in their own way."""

import httpx
import pytest

from scripted_service import connect_workspace

NAMES = ("id", "object", "created_at", "updated_at", "full_name", "owner_email", "country", "status")


def document_of(filters):
    lead = {"type": "object", "properties": {name: {"type": "string"} for name in NAMES}}
    many = {"type": "object", "properties": {"data": {"type": "array", "items": lead}}}
    answer = {"200": {"content": {"application/json": {"schema": many}}}}
    parameters = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in [*filters, "page[after]"]]
    paths = {"/leads": {"get": {"parameters": parameters, "responses": answer}}, "/me": {"get": {"responses": {}}}}
    return {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": paths}


@pytest.mark.parametrize("written", ["{camel}", "filter[{snake}]"])
def test_filters_are_sent_in_the_writing_of_the_document(written):
    def own(name):
        first, *rest = name.split("_")
        return written.format(snake=name, camel=first + "".join(map(str.title, rest)))

    filters = {own(name): name for name in ("owner_email", "country", "updated_after", "updated_before")}
    times = [f"2026-03-10T12:00:{n:02}.000Z" for n in range(20)]
    rows = [
        {"id": f"l{n}", "object": "lead", "owner_email": f"o{n % 2}@x.example", "country": "FI", "full_name": f"A {n}"}
        | {"created_at": time, "updated_at": time}
        for n, time in enumerate(times)
    ]

    def respond(request, path):
        asked = dict(request.url.params)
        start = int(asked.pop("page[after]", "0"))
        if path != "/leads" or not asked.keys() <= filters.keys():
            return httpx.Response(400, json={"message": f"unknown parameters: {sorted(asked)}"})
        named = {filters[name]: value for name, value in asked.items()}
        found = [
            row
            for row in rows
            if all(row[name] == value for name, value in named.items() if name in row)
            and named.get("updated_after", "") < row["updated_at"] <= named.get("updated_before", "3")
        ]
        query = httpx.QueryParams({**asked, "page[after]": str(start + 4)})
        links = {"next": f"/api/public/v1/leads?{query}"} if start + 4 < len(found) else {"next": None}
        sent.append(asked)
        return {"data": found[start : start + 4], "links": links}

    sent = []
    with connect_workspace(respond, contract=document_of(filters)) as ws:
        leads = ws.leads.list(owner_email="o1@x.example", updated_after=times[5])
        assert leads["id"].tolist() == [f"l{n}" for n in range(7, 20, 2)]
        assert own("owner_email") in sent[-1]
        assert set(ws.leads.list(parallel=3)["id"]) == {row["id"] for row in rows}
