"""Jobs of the journal: the same cell continues its job, and no two runs of one job overlap."""

import subprocess
import sys
from datetime import timedelta

import pandas as pd
import pytest

from pb2b_notebook import errors
from pb2b_notebook.journal import Journal
from upsert_frames import leads_of, people
from workspaces import connected


def test_the_same_cell_resumes_its_job_in_another_session(stopped_job, service, proxy, journal, oracle):
    with connected(proxy.url, service.key, journal=Journal(journal.path)) as ws:
        done = ws.leads.plan(people(250, title="CEO")).apply()
        assert done.job_id == stopped_job.job_id
        assert done.summary["succeeded"] == 250
    assert leads_of(oracle).height == 250


def test_other_values_for_the_leads_of_an_unfinished_job_are_refused(stopped_job, ws, oracle):
    plan = ws.leads.plan(people(250, title="CTO"))
    with pytest.raises(errors.JobChangedError) as caught:
        plan.apply()
    assert caught.value.job_id == stopped_job.job_id
    ws.upserts.resume(stopped_job.job_id)
    assert ws.leads.plan(people(250, title="CTO")).apply().summary["succeeded"] == 250
    assert set(leads_of(oracle)["title"]) == {"CTO"}


def test_a_plan_of_other_leads_is_another_job(stopped_job, ws, oracle):
    assert ws.leads.plan(people(260, title="CEO")).apply().summary["succeeded"] + 100 >= 260
    assert ws.upserts.resume(stopped_job.job_id).summary["pending"] == 0
    assert leads_of(oracle).height == 260


def test_a_job_that_is_running_cannot_be_resumed(stopped_job, ws, monkeypatch):
    from pb2b_notebook.upserts.running import jobs

    monkeypatch.setattr(jobs.Jobs.running.__wrapped__, "__kwdefaults__", {"timeout": 0.05})
    with ws.upserts._target.jobs.running(stopped_job.job_id), pytest.raises(errors.JobBusyError):
        ws.upserts.resume(stopped_job.job_id)


def test_a_job_that_another_process_runs_is_busy_until_that_process_ends(stopped_job, ws, journal):
    path = journal.path.parent / "jobs" / f"{stopped_job.job_id}.lock"
    code = "import filelock, sys; held = filelock.FileLock(sys.argv[1]).acquire(); print('held', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(errors.JobBusyError), ws.upserts._target.jobs.running(stopped_job.job_id, timeout=0.05):
            pass
        other.kill()
    assert ws.upserts.resume(stopped_job.job_id).summary["succeeded"] == 250


def test_forgetting_a_person_removes_the_jobs_that_name_them(ws, journal):
    ws.leads.plan(people(2, title="CEO")).apply()
    ws.forget("new1@plan.example").apply()
    assert b"new1@plan.example" not in journal.path.read_bytes()
    assert len(ws.upserts.list()) == 0


def test_writes_are_in_the_order_of_their_ends_whether_of_jobs_or_of_single_calls(ws, service):
    def latest():
        return {lead_id: body.get("title") for body, lead_id in ws.upserts._target.jobs.writes_since(long_ago)}

    long_ago = ws._session.time() - timedelta(hours=1)
    lead = ws.leads.create(email="order@plan.example", full_name="Or Der", title="one")
    for title in ("CEO", "CTO"):
        service.sandbox.clock.advance(5)
        ws.leads.plan(pd.DataFrame({"id": [lead.id], "title": [title]})).apply()
        assert latest()[lead.id] == title
        service.sandbox.clock.advance(5)
        ws.leads.update(lead.id, title=f"{title} too")
        assert latest()[lead.id] == f"{title} too"
