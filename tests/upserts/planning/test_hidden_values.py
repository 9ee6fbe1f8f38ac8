"""Values of leads that lists leave out."""

import pandas as pd
import pytest

from pb2b_notebook import errors
from scripted_service import connect_workspace, error_answer

TIMES = {"created_at": "2026-03-10T12:00:00.000Z", "updated_at": "2026-03-10T12:00:00.000Z"}
LISTED = {"id": "l1", "object": "lead", "email": "ada@x.example", "full_name": "Ada Ek", "status": "new", **TIMES}


@pytest.mark.parametrize(
    ("whole", "counts", "learned"),
    [({"city": "Turku"}, ["update", "unchanged"], {"city"}), ({"city": None}, ["update", "update"], set())],
    ids=["left out", "blank"],
)
def test_a_value_that_lists_leave_out_is_that_of_the_lead_by_itself(whole, counts, learned):
    def respond(request, path):
        return {"data": {**LISTED, **whole} if path == "/leads/l1" else [LISTED] if path == "/leads" else []}

    with connect_workspace(respond) as ws:
        ws._session.progress = False
        row = pd.DataFrame({"email": ["ada@x.example"], "city": ["Oulu"]})
        plans = [ws.leads.plan(row, existing=existing) for existing in ("overwrite", "fill")]
        assert [plan.rows["action"].iloc[0] for plan in plans] == counts
        assert plans[0].diff["before"].dropna().tolist() == [*filter(None, whole.values())]
        assert ws.profile.names("left_out", "leads.list") == learned


def test_a_plan_fills_no_blank_of_a_lead_that_cannot_be_read_by_itself():
    leads = [LISTED, LISTED | {"id": "l2", "email": "bo@x.example", "full_name": "Bo Lund"}]

    def respond(request, path):
        if path == "/leads/l2":
            return error_answer(403)(request)
        return {"data": {**LISTED, "city": "Turku"} if path == "/leads/l1" else leads if path == "/leads" else []}

    with connect_workspace(respond) as ws:
        ws._session.progress = False
        rows = pd.DataFrame({"email": ["ada@x.example", "bo@x.example"], "city": ["Oulu", "Oulu"]})
        with pytest.raises(errors.PermissionDeniedError):
            ws.leads.plan(rows, existing="fill")


@pytest.mark.filterwarnings("ignore:.*differs from the contract")
@pytest.mark.parametrize("gone", [True, False])
def test_an_opt_out_that_only_a_lead_by_itself_shows_protects_it(gone):
    def respond(request, path):
        data = [LISTED] if path == "/leads" else []
        return {"data": {**LISTED, "do_not_contact": gone} if path == "/leads/l1" else data}

    with connect_workspace(respond) as ws:
        ws._session.progress = False
        plan = ws.leads.plan(pd.DataFrame({"email": ["ada@x.example"], "status": ["qualified"]}))
        assert plan.rows["action"].tolist() == ["unchanged" if gone else "update"]
        person = pd.DataFrame({"email": ["ada@x.example"], "full_name": ["Ada Ek"]})
        assert len(ws.leads.find_opted_out(person)) == gone


@pytest.mark.filterwarnings("ignore:.*differs from the contract")
def test_lists_that_leave_out_what_a_lead_does_not_have_are_believed():
    other = {**LISTED, "id": "l2", "email": "bo@x.example", "do_not_contact": True}

    def respond(request, path):
        if path == "/leads/l1":
            return {"data": {**LISTED, "do_not_contact": False}}
        found = [LISTED] if "email" in request.url.params else [LISTED, other]
        return {"data": found if path == "/leads" else []}

    with connect_workspace(respond) as ws:
        ws._session.progress = False
        ws.leads.plan(pd.DataFrame({"email": ["ada@x.example"], "status": ["qualified"]}))
        assert not ws.profile.names("left_out", "leads.list")
