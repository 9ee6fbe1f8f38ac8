"""``ws.upserts``: get and abandon jobs."""

import pytest

from pb2b_notebook import errors
from upsert_frames import leads_of, people


def test_a_new_plan_of_the_same_leads_can_be_applied_after_abandon(stopped_job, ws, oracle):
    ws.upserts.abandon(stopped_job.job_id)
    assert len(ws.upserts.pending()) == 0
    done = ws.leads.plan(people(250, title="CTO")).apply()
    assert done.job_id != stopped_job.job_id
    assert leads_of(oracle).height == 250
    assert set(leads_of(oracle)["title"]) == {"CTO"}


def test_get_returns_the_outcome_of_a_job_and_refuses_an_unknown_id(stopped_job, ws):
    found = ws.upserts.get(stopped_job.job_id)
    assert found.rows["status"].tolist() == ["pending"] * 250
    with pytest.raises(errors.InvalidParameterError, match="no job"):
        ws.upserts.get("up_none")
