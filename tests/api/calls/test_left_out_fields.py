"""Fields that lists of leads leave out are said to be missing, and are not taken for blanks."""

import httpx
import pandas as pd
import pytest

from feature_table import listening
from scripted_service import ME, connect_workspace

TIMES = {"created_at": "2026-03-10T12:00:00.000Z", "updated_at": "2026-03-10T12:00:00.000Z"}
LISTED = {"object": "lead", "full_name": "Ada Ek", "status": "new", "deleted_at": None, **TIMES}

WRITER = {"data": {**ME["data"], "scopes": ["leads.read", "leads.write"]}}


def service(whole, listed=None):
    """Return a service of three leads, whose lists have the fields of ``LISTED`` alone, and the requests it got."""
    rows = {f"l{n}": {"id": f"l{n}", "email": f"a{n}@x.example", **LISTED} for n in range(3)}
    asked = []

    def respond(request, path):
        asked.append((request.method, path, request.content))
        lead = path.rpartition("/")[2]
        if request.method == "PATCH":
            return httpx.Response(200, json={"data": {**rows[lead], **whole}})
        if lead in rows:
            return {"data": {**rows[lead], **whole}}
        return {"data": [{**row, **(listed or {})} for row in rows.values()] if path == "/leads" else []}

    return respond, asked


def single_reads(asked):
    return sum(path.startswith("/leads/") for _, path, _ in asked)


@pytest.mark.parametrize("read", ["list", "sync"])
def test_fields_that_lists_leave_out_are_said_once(read):
    respond, asked = service({"city": "Turku", "phone": None})
    with listening() as said, connect_workspace(respond) as ws:
        ws._session.progress = False
        for _ in range(2):
            found = ws.leads.list() if read == "list" else ws.mirror.sync("leads", full=True)
        if read == "sync":
            assert "leave out city" in found["note"].iloc[0]
        assert ws.profile.names("left_out", "leads.list") == {"city"}
        assert sum("leave out city: they are blank" in text for text in said) == 1
        assert single_reads(asked) == 3


@pytest.mark.parametrize("listed", [{"city": None}, None])
def test_blanks_that_leads_by_themselves_have_too_are_not_said(listed):
    respond, asked = service({"city": None}, listed)
    with listening() as said, connect_workspace(respond) as ws:
        ws._session.progress = False
        ws.leads.list()
        ws.leads.list()
        assert not ws.profile.names("left_out", "leads.list")
        assert not any("leave out" in text for text in said)
        assert single_reads(asked) <= 3


def test_a_plan_of_a_list_that_leaves_out_fields_writes_no_blank_over_them():
    respond, asked = service({"city": "Turku"})
    with connect_workspace(respond, me=WRITER) as ws:
        ws._session.progress = False
        frame = ws.leads.list()
        assert ws.leads.plan(frame).summary["unchanged"] == 3
        changed = frame.assign(full_name=["Ada Ek", "Bo Ek", "Cy Ek"])
        plan = ws.leads.plan(changed)
        plan.apply()
        sent = [body for method, _, body in asked if method != "GET"]
        assert sent
        assert not any(b"city" in body for body in sent)
        row = pd.DataFrame({"email": ["a0@x.example"], "city": ["Oulu"]})
        assert ws.leads.plan(row, existing="fill").summary["update"] == 0
