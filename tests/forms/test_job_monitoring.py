"""JobMonitor against real jobs of a sandbox."""

from __future__ import annotations

import pytest

import pb2b_notebook as pb
from pb2b_notebook import errors
from pb2b_notebook.forms import job_monitoring
from pb2b_notebook.forms.watching import StoppedWatching, Watch
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.serving import Server


@pytest.fixture
def ws():
    with pb.open_sandbox(leads=20) as workspace:
        yield workspace


@pytest.fixture
def standing():
    """A workspace over a service whose clock nobody here moves: its jobs stay under way."""
    with (
        Sandbox(leads=5) as sandbox,
        Server(sandbox.app) as server,
        pb.connect(sandbox.key, base_url=f"{server.url}/api/public/v1") as workspace,
    ):
        yield workspace, sandbox


def test_one_job_to_its_end(ws):
    export = ws.exports.create(format="csv")
    form = pb.forms.JobMonitor(ws, export)
    assert "queued" in form._table.value
    frame = form.submit()
    assert frame["status"].tolist() == ["completed"]
    assert "Completed." in form._events.value


def test_a_monitor_shows_all_running_jobs_and_no_other(ws):
    known = len(ws.jobs.list())
    made = [ws.exports.create(format="csv", fields=[field]).job_id for field in ("id", "email")]
    form = pb.forms.JobMonitor(ws)
    assert sorted(form.submit()["id"]) == sorted(made)
    assert len(ws.jobs.list()) == known + 2
    assert len(form.submit()) == 0
    monitor = pb.forms.JobMonitor(ws)
    idle = monitor._table.value
    assert "No job is running" in idle
    assert all(job in idle for job in made)  # the newest jobs, which have ended
    monitor._chooser.value = made[0]
    monitor.wait()
    assert made[0] in monitor._table.value
    assert made[1] not in monitor._table.value
    assert "Completed." in monitor._events.value
    monitor._chooser.value = None  # all again
    monitor.wait()
    assert monitor._table.value == idle


def test_a_failed_job_is_a_row_and_its_error_is_shown():
    rows = [{"email": f"a{n}@example.com"} for n in range(9)]
    with (
        Sandbox(leads=5, leads_limit=9, clock="real", speed=500.0) as sandbox,
        Server(sandbox.app) as server,
        pb.connect(sandbox.key, base_url=f"{server.url}/api/public/v1") as ws,
    ):
        made = ws.call("imports.create", rows=rows, mapping={"email": "email"})
        form = pb.forms.JobMonitor(ws, made)
        assert form.submit()["status"].tolist() == ["failed"]
        assert "failed" in form._table.value
        with pytest.raises(errors.JobFailedError, match="import"):
            job_monitoring.wait(ws, made.job_id, Watch())


def test_stop_leaves_the_job_running_and_another_monitor_finds_it(standing):
    ws, sandbox = standing
    export = ws.exports.create(format="csv")
    form = pb.forms.JobMonitor(ws)
    form.click()
    form.stop()
    form.wait()
    assert isinstance(form.error, StoppedWatching)
    assert export.job_id in form._message.value
    sandbox.clock.advance(3)
    assert ws.jobs.get(export.job_id).status == "running"
    again = pb.forms.JobMonitor(ws, export.job_id)
    again.click()
    sandbox.clock.advance(3600)
    assert again.wait().result["status"].tolist() == ["completed"]


def test_an_unknown_job_is_shown_and_raised(ws):
    form = pb.forms.JobMonitor(ws, "job_0000000000000000")
    assert isinstance(form.error, errors.NotFoundError)
    with pytest.raises(errors.NotFoundError):
        form.submit()
