"""Values of leads that lists leave out."""

import pandas as pd
import pytest

from scripted_service import connect_workspace

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
