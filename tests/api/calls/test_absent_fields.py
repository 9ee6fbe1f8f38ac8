"""Upserts of services that clear what a row does not name."""

import json

import pandas as pd
import pytest

from pb2b_notebook import errors
from scripted_service import ME, connect_workspace

TIME = "2026-03-10T12:00:00.000Z"
FIELDS = ("full_name", "email", "phone", "title", "city", "status", "tags")


def lead(number):
    values = {"full_name": "Ada Berg", "phone": "+49301234567", "title": "CTO", "city": "Bonn", "status": "qualified"}
    own = {"id": f"l{number}", "object": "lead", "email": f"p{number}@x.example", "tags": ["vip"]}
    return {**own, **values, "created_at": TIME, "updated_at": TIME}


SPARSE = {"nothing else": [], "a name alone": ["full_name"], "one more value": ["phone"]}


class Service:
    """Leads whose upserts replace them, but for the name, which the service needs."""

    def __init__(self, *, first=("full_name", "phone", "title", "tags"), keeps=()):
        self.held, self.rows_cleared, self.keeps = {f"l{n}": lead(n) for n in range(4)}, [], keeps
        self.held["l0"] |= {name: None for name in FIELDS if name not in {"email", "city", "status", *first}}

    def upsert(self, row):
        found = next(each for each in self.held.values() if each["email"] == row["email"])
        self.rows_cleared.append(found["id"])
        own = {name: found[name] for name in self.keeps}
        found.update({"status": "new"} | {name: row.get(name) for name in FIELDS if name != "status"} | own)
        return found

    def __call__(self, request, path):
        body = json.loads(request.content or b"{}")
        if request.method == "PATCH":
            self.held[path.rpartition("/")[2]].update({n: v for n, v in body.items() if n != "if_updated_at"})
        if request.method == "POST":
            done = [self.upsert(row) for row in body.get("rows", [body])]
            data = [{"index": n, "status": "updated", "lead": each, "error": None} for n, each in enumerate(done)]
            return {"data": data if "rows" in body else done[0]}
        if path.startswith("/leads/"):
            return {"data": self.held[path.rpartition("/")[2]]}
        asked = request.url.params
        ids, emails = asked.get("ids", "").split(","), asked.get("email", "").split(",")
        listed = [e for e in self.held.values() if path == "/leads" and asked.get("status", "new") == "new"]
        chosen = [each for each in listed if ids == [""] or each["id"] in ids]
        return {"data": [e for e in chosen if emails == [""] or e["email"] in emails], "next_cursor": None}


def connect(service):
    return connect_workspace(service, {"data": {**ME["data"], "scopes": ["leads.read", "leads.write"]}})


def write_in_bulk(ws, service):
    frame = pd.DataFrame({"email": [each["email"] for each in service.held.values()], "city": "Oslo"})
    assert ws.leads.plan(frame).apply().summary["succeeded"] == 4


def write_one_by_one(ws, service):
    for each in [*service.held.values()]:
        ws.leads.upsert(email=each["email"], city="Oslo")


@pytest.mark.parametrize("write", [write_in_bulk, write_one_by_one])
def test_fields_that_an_upsert_does_not_name_stay_where_a_service_clears_them(write):
    service = Service()
    right = {key: {**each, "city": "Oslo"} for key, each in service.held.items()}
    with connect(service) as ws:
        write(ws, service)
    assert service.held == right
    assert service.rows_cleared == ["l0"]


@pytest.mark.parametrize("first", SPARSE.values(), ids=SPARSE)
def test_a_lead_that_has_little_to_lose_does_not_show_that_a_bulk_upsert_keeps_what_it_lacks(first):
    service = Service(first=first, keeps=["full_name"])
    right = {key: {**each, "city": "Oslo"} for key, each in service.held.items() if key != "l0"}
    with connect(service) as ws:
        write_in_bulk(ws, service)
    assert {key: each for key, each in service.held.items() if key != "l0"} == right
    assert service.rows_cleared == ["l0"]


def test_leads_with_nothing_to_lose_are_sent_together():
    service, sizes = Service(first=[]), []
    for each in service.held.values():
        each.update({name: None for name in FIELDS if name not in {"email", "city", "status", "full_name"}}, tags=[])

    def respond(request, path):
        if request.method == "POST":
            sizes.append(len(json.loads(request.content).get("rows", [None])))
        return service(request, path)

    with connect(respond) as ws:
        write_in_bulk(ws, service)
    assert max(sizes) > 1


class Importing(Service):
    """Its imports replace leads, or keep what they do not map."""

    def __init__(self, *, clears, keeps=()):
        super().__init__(keeps=keeps)
        self.clears, self.imports = clears, []

    def __call__(self, request, path):
        if path == "/imports" and request.method == "POST":
            body = json.loads(request.content)
            for row in body["rows"]:
                written = {body["mapping"][name]: value for name, value in row.items()}
                if self.clears:
                    self.upsert(written)
                elif (
                    held := next((e for e in self.held.values() if e["email"] == written["email"]), None)
                ) is not None:
                    held.update(written)
            self.imports.append(len(body["rows"]))
            return {"data": {"id": f"i{len(self.imports)}", "object": "import", "status": "completed"}}
        return super().__call__(request, path)


@pytest.mark.parametrize(
    ("clears", "keeps"), [(True, ()), (True, ("title",)), (False, ())], ids=["cleared", "partly cleared", "kept"]
)
def test_one_row_is_imported_first_where_a_service_may_clear_what_it_does_not_map(clears, keeps):
    service = Importing(clears=clears, keeps=keeps)
    rows = pd.DataFrame({"Mail": [each["email"] for each in service.held.values()], "Town": "Oslo"})
    with connect(service) as ws:
        for _ in range(2):
            if clears:
                with pytest.raises(errors.UsageError, match="clears the fields"):
                    ws.imports.create(rows, {"Mail": "email", "Town": "city"}, allow=True)
            else:
                ws.imports.create(rows, {"Mail": "email", "Town": "city"}, allow=True)
    assert service.imports == ([1] if clears else [1, 4])
    assert [each["phone"] for each in service.held.values()] == ["+49301234567"] * 4
    assert [each["city"] for each in service.held.values()] == (
        ["Oslo", "Bonn", "Bonn", "Bonn"] if clears else ["Oslo"] * 4
    )


def test_a_long_import_is_not_sent_where_imports_clear_fields_and_not_all_leads_were_looked_up():
    service = Importing(clears=True)
    known = [each["email"] for each in service.held.values()]
    rows = pd.DataFrame({"Mail": [*(f"new{number}@x.example" for number in range(500)), *known], "Town": "Oslo"})
    with connect(service) as ws:
        for some in (rows.tail(1), rows):
            with pytest.raises(errors.UsageError, match="clears the fields"):
                ws.imports.create(some, {"Mail": "email", "Town": "city"}, allow=True)
    assert service.imports == [1]


def test_a_plan_changes_no_lead_by_an_import_before_one_has_shown_that_it_keeps_the_others():
    service = Importing(clears=True)
    rows = pd.DataFrame({"email": [each["email"] for each in service.held.values()], "city": "Oslo"})
    with connect(service) as ws:
        ws.leads.plan(rows).apply(via="import")
    assert service.imports == []
    assert {each["phone"] for each in service.held.values()} == {"+49301234567"}
