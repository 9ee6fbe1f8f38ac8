"""A lead that was created after a plan looked is not overwritten by a row that would have created it."""

import pandas as pd
import pytest

import pb2b_notebook as pb

PEOPLE = pd.DataFrame({"full_name": ["Ada Berg", "Bo Falk"], "email": ["ada@late.example", "bo@late.example"]})


@pytest.mark.parametrize(("existing", "via"), [("overwrite", "api"), ("fill", "import"), ("skip", "api")])
def test_a_lead_that_a_colleague_created_meanwhile_stays_as_it_is(existing, via):
    with pb.open_sandbox(leads=5) as ws:
        plan = ws.leads.plan(PEOPLE, existing=existing)
        ws.sandbox.clock.advance(3600)
        lead = ws.leads.create(email="ADA@late.example", full_name="Adelheid Berg-Winter", status="unsubscribed")
        done = plan.apply(via=via)
        assert done.rows["status"].tolist() == ["conflict", "succeeded"]
        assert done.rows["lead_id"].iloc[0] == lead["id"]
        assert done.rows["error_code"].iloc[0] == "created_meanwhile"
        assert ws.leads.get(lead["id"])["full_name"] == "Adelheid Berg-Winter"
        ws.sandbox.clock.advance(3600)
        again = plan.apply(via=via)
        assert (again.job_id, again.rows["status"].tolist()) == (done.job_id, done.rows["status"].tolist())
        done.undo_plan().apply()
        assert ws.leads.get(lead["id"])["deleted_at"] is None


def test_a_lead_by_its_external_id_stays_and_one_that_was_deleted_again_does_not_count():
    people = pd.DataFrame({"full_name": ["Ada Berg", "Bo Falk"], "external_id": ["late-1", "late-2"]})
    with pb.open_sandbox(leads=5) as ws:
        plan = ws.leads.plan(people, match_on="external_id")
        ws.sandbox.clock.advance(3600)
        ws.leads.create(external_id="late-1", full_name="Adelheid Berg-Winter")
        ws.leads.delete(ws.leads.create(external_id="late-2", full_name="Bo")["id"])
        assert plan.apply().rows["status"].tolist() == ["conflict", "succeeded"]
