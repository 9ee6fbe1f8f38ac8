"""Waiting for jobs, over a sandbox whose clock the waiting moves, and one that runs."""

import signal
import subprocess
import sys
import textwrap

import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook import errors
from pb2b_notebook.api.domains.job_waiting import _Bar, state
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.serving import Server


@pytest.fixture
def full():
    """A workspace with room for one lead more."""
    with Sandbox(leads=5, leads_limit=6) as sandbox:
        server = Server(sandbox.app).start()
        with pb.connect(sandbox.key, base_url=f"{server.url}/api/public/v1") as ws:
            ws._session.pause = sandbox.clock.advance
            ws._session.now = sandbox.clock.now
            yield ws
        server.stop()


def test_waiting_moves_the_clock_of_a_sandbox(ws):
    export = ws.exports.create(format="csv")
    before = ws.sandbox.clock.now()
    job = ws.jobs.wait(export)
    assert (job.id, job.status, job.progress) == (export.job_id, "completed", 1.0)
    assert 4 < (ws.sandbox.clock.now() - before).total_seconds() < 15
    assert ws.exports.readiness(export).ready


def test_a_job_may_be_passed_as_itself_its_id_or_its_object(ws):
    export = ws.exports.create(format="csv")
    job = ws.jobs.wait(export.job_id)
    assert ws.jobs.wait(job).id == ws.jobs.wait(export).id == job.id


def test_a_job_that_has_ended_is_not_waited_for(ws):
    export = ws.exports.wait(ws.exports.create(format="csv"))
    before = ws.sandbox.clock.now()
    ws.jobs.wait(export)
    assert ws.sandbox.clock.now() == before


def test_a_job_that_failed_says_why_and_whose_request_it_was(full):
    run = full.imports.create("Mail\na@example.com\nb@example.com\n", {"Mail": "email"})
    with pytest.raises(errors.JobFailedError, match="leads_limit_reached") as caught:
        full.imports.wait(run)
    assert caught.value.code == "leads_limit_reached"
    assert caught.value.request_id == run.pieces[0]["request_id"]
    assert "import job failed: the whole import" in str(caught.value)
    assert f'ws.jobs.events("{caught.value.job_id}")' in caught.value.repair
    assert full.jobs.events(caught.value.job_id)["level"].tolist()[-1] == "error"


def test_a_job_that_was_cancelled_did_not_complete(ws):
    run = ws.prospector.workflows.start(ws.prospector.workflows.create(name="Founders"))
    ws.prospector.runs.cancel(run)
    with pytest.raises(errors.JobFailedError, match="prospector run job was cancelled") as caught:
        ws.jobs.wait(run)
    assert caught.value.code == "cancelled"


def test_a_timeout_reports_the_progress_and_leaves_the_job_running(ws):
    campaign = ws.campaigns.create(name="Spring", steps=[{"subject": "s", "body": "b"}])
    run = ws.campaigns.launch(ws.campaigns.publish(campaign)).apply()
    started = ws.sandbox.clock.now()
    with pytest.raises(errors.JobUnfinishedError, match=r"is running \(25% done\) after 200 s") as caught:
        ws.jobs.wait(run, timeout=200)
    assert isinstance(caught.value, TimeoutError)
    assert (ws.sandbox.clock.now() - started).total_seconds() == pytest.approx(200, abs=1)
    assert f'ws.jobs.wait("{run.job_id}")' in caught.value.repair
    assert ws.jobs.wait(caught.value.job_id).status == "completed"


def test_pauses_grow_so_that_a_long_job_is_polled_rarely(ws):
    campaign = ws.campaigns.create(name="Spring", steps=[{"subject": "s", "body": "b"}])
    run = ws.campaigns.launch(ws.campaigns.publish(campaign)).apply()
    before = len(ws.requests())
    ws.jobs.wait(run)  # ten minutes of its clock
    assert len(ws.requests()) - before < 75


def test_an_unknown_job_is_not_found(ws):
    with pytest.raises(errors.NotFoundError):
        ws.jobs.wait("job_0000000000000000")


SCRIPT = """
    import logging
    import pb2b_notebook as pb

    logging.basicConfig(level="INFO", format="%(message)s")
    logging.getLogger("httpx").setLevel("WARNING")
    with pb.open_sandbox(leads=5, clock="real") as ws:
        campaign = ws.campaigns.create(name="Spring", steps=[{"subject": "s", "body": "b"}])
        run = ws.campaigns.launch(ws.campaigns.publish(campaign)).apply()
        pause = ws._session.pause
        ws._session.pause = lambda seconds: (print("waiting", flush=True), pause(seconds))
        try:
            ws.jobs.wait(run)
        except KeyboardInterrupt:
            print(run.job_id, ws.jobs.get(run.job_id).status)
"""


def test_ctrl_c_leaves_the_job_running_and_says_how_to_wait_on():
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SCRIPT)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "waiting\n"
    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=60)
    job_id, status = out.split()[-2:]
    assert status in {"queued", "running"}
    assert f'the job continues; ws.jobs.wait("{job_id}") waits for it' in said


# --- a live service's own words ---------------------------------------------------------------------------------------


@each_case(
    ("job", "is_"),
    [
        ({"status": "queued"}, "running"),
        ({"status": "processing", "progress": None}, "running"),
        ({}, "running"),
        ({"status": "Completed"}, "completed"),
        ({"status": "succeeded"}, "completed"),
        ({"status": "finished", "finished_at": "2026-03-10T12:00:00Z"}, "completed"),
        ({"status": "ended", "finished_at": "2026-03-10T12:00:00Z", "error": {"code": "x"}}, "failed"),
        ({"status": "FAILED"}, "failed"),
        ({"status": "Timed out"}, "failed"),
        ({"status": "expired", "finished_at": "2026-03-10T12:00:00Z"}, "failed"),
        ({"status": "discarded", "finished_at": "2026-03-10T12:00:00Z"}, "failed"),
        ({"status": "completed with errors"}, "completed"),
        ({"finished_at": "2026-03-10T12:00:00Z"}, "completed"),
        ({"status": "canceled"}, "cancelled"),
    ],
)
def test_other_words_for_the_state_of_a_job_are_known(job, is_):
    assert state(job) == is_


def test_the_bar_appears_after_a_second_and_shows_percent(capsys):
    now = [0.0]
    with _Bar(shown=True, clock=lambda: now[0]) as bar:
        bar.show({"type": "campaign_run", "status": "running", "progress": 0.25})
        assert capsys.readouterr().err == ""
        now[0] = 1.0
        bar.show({"type": "campaign_run", "status": "running", "progress": 0.5})
        assert "campaign run job:  50%" in capsys.readouterr().err
        for odd in (None, True, "half", -3, 7):
            bar.show({"status": "running", "progress": odd})
    with _Bar(shown=False, clock=lambda: now[0]) as bar:
        now[0] = 100.0
        bar.show({"status": "running"})
    assert "it/s" not in capsys.readouterr().err
