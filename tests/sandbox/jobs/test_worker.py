"""Jobs run on the domain clock: no step runs while it stands still, and each step runs at its own time."""

import threading
from datetime import timedelta

import pytest

from each_case import each_case
from many_threads import together
from pb2b_notebook.errors import UsageError
from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.core.problems import Problem
from pb2b_notebook.sandbox.core.tables import EXPORTS, JOBS
from pb2b_notebook.sandbox.jobs.worker import QUEUED_FOR


@pytest.fixture
def queue(api):
    """Return a function that queues an export and returns its job."""

    def queue():
        export = api.post("/exports", json={})
        assert export.status_code == 201, export.text
        return api.get(f"/jobs/{export.json()['data']['job_id']}").json()["data"]

    return queue


@pytest.fixture
def read(api):
    """Return a function that reads a job again."""
    return lambda job: api.get(f"/jobs/{job['id']}").json()["data"]


def ask(api, path, **params):
    """Return the objects of one list page."""
    response = api.get(path, params=params)
    assert response.status_code == 200, response.text
    return response.json()["data"]


def span(job, first, last):
    return instants.parse(job[last]) - instants.parse(job[first])


def test_a_fixed_clock_leaves_a_job_queued(queue, read, make_lead):
    job = queue()
    for number in range(5):
        make_lead(external_id=str(number))
    assert read(job) == job
    assert (job["status"], job["progress"], job["attempt"], job["error"]) == ("queued", 0, 1, None)
    assert (job["started_at"], job["finished_at"]) == (None, None)


def test_a_job_runs_its_steps_when_the_clock_passes_them(sandbox, api, queue, read):
    job = queue()
    sandbox.clock.advance(QUEUED_FOR.total_seconds() - 0.1)
    assert read(job)["status"] == "queued"
    seen = []
    for _ in range(6):
        sandbox.clock.advance(1)
        seen.append((read(job)["status"], read(job)["progress"]))
        assert api.get(f"/exports/{job['resource_id']}").json()["data"]["status"] == read(job)["status"]
    running = [("running", progress) for progress in (0, 0.25, 0.5, 0.75)]
    assert seen == [*running, ("completed", 1), ("completed", 1)]


def test_one_long_advance_runs_each_step_at_its_own_time(sandbox, api, queue, read):
    job = queue()
    sandbox.clock.advance(86_400)
    done = read(job)
    assert span(done, "queued_at", "started_at") - QUEUED_FOR < timedelta(seconds=0.1)
    assert timedelta(seconds=4) <= span(done, "started_at", "finished_at") < timedelta(seconds=4.1)
    events = ask(api, f"/jobs/{job['id']}/events")
    assert [event["message"] for event in events if "rows" not in event["message"]] == [
        "Queued.", "Started.", "25 % done.", "50 % done.", "75 % done.", "Completed.",
    ]  # fmt: skip
    assert {event["level"] for event in events} == {"info"}
    times = [event["occurred_at"] for event in events]
    assert times == sorted(set(times))
    assert instants.render(sandbox.clock.now()) > times[-1]


def test_steps_of_several_jobs_run_in_the_order_of_time(sandbox, api, queue):
    jobs = [queue() for _ in range(3)]
    sandbox.clock.advance(60)
    starts = [
        event for job in jobs for event in ask(api, f"/jobs/{job['id']}/events") if event["message"] == "Started."
    ]
    ends = [
        event for job in jobs for event in ask(api, f"/jobs/{job['id']}/events") if event["message"] == "Completed."
    ]
    assert max(event["occurred_at"] for event in starts) < min(event["occurred_at"] for event in ends)


def test_a_changed_job_appears_in_an_incremental_sync(sandbox, api, queue):
    job = queue()
    sandbox.clock.advance(1.5)
    [seen] = ask(api, "/jobs", updated_after=job["updated_at"])
    assert (seen["id"], seen["status"]) == (job["id"], "running")
    sandbox.clock.advance(60)
    [seen] = ask(api, "/jobs", updated_after=seen["updated_at"])
    assert seen["status"] == "completed"


def test_lists_are_filtered_by_status_and_type(sandbox, api, queue, fields):
    before = {job["id"] for job in ask(api, "/jobs", limit=500)}
    done = queue()
    sandbox.clock.advance(60)
    waiting = queue()
    imported = api.post("/imports", json={"rows": [{"m": "a@b.example"}], "mapping": {"m": "email"}}).json()["data"]

    def new(**params):
        return {job["id"] for job in ask(api, "/jobs", limit=500, **params)} - before

    assert new() == {done["id"], waiting["id"], imported["job_id"]}
    assert new(status="completed") == {done["id"]}
    assert new(status=["queued", "completed"], type="export") == {done["id"], waiting["id"]}
    assert new(type="import") == {imported["job_id"]}
    assert fields(api.get("/jobs?status=done")) == ["status.0"]


def test_the_events_of_an_unknown_job_are_404(api, code):
    for path in ("/jobs/job_0000000000000000", "/jobs/job_0000000000000000/events"):
        response = api.get(path)
        assert (response.status_code, code(response)) == (404, "not_found")


def test_a_cancelled_job_never_takes_effect(sandbox, api, queue, read):
    job = queue()
    sandbox.clock.advance(2)
    sandbox.app.state.parts.worker.cancel(sandbox.workspace_id, job["id"])
    cancelled = read(job)
    assert (cancelled["status"], cancelled["error"]) == ("cancelled", None)
    assert cancelled["finished_at"]
    sandbox.clock.advance(3600)
    assert read(job) == cancelled
    export = api.get(f"/exports/{job['resource_id']}").json()["data"]
    assert (export["status"], export["row_count"]) == ("cancelled", None)
    with pytest.raises(Problem, match="already cancelled"):
        sandbox.app.state.parts.worker.cancel(sandbox.workspace_id, job["id"])
    with pytest.raises(Problem, match="no such job"):
        sandbox.app.state.parts.worker.cancel(sandbox.other_workspace_id, job["id"])


def test_a_bug_in_a_job_does_not_stop_the_jobs_after_it(sandbox, api, queue, read, caplog):
    broken, sound = queue(), queue()
    # No request can do this: the resource loses a field that the job needs.
    export = sandbox._store.get(EXPORTS, sandbox.workspace_id, broken["resource_id"])
    sandbox._store.put(EXPORTS, sandbox.workspace_id, {name: export[name] for name in export if name != "fields"})
    sandbox.clock.advance(60)
    assert read(broken)["status"] == "failed"
    assert read(broken)["error"]["code"] == "internal_error"
    assert "KeyError" in caplog.text
    assert read(sound)["status"] == "completed"
    assert ask(api, f"/jobs/{broken['id']}/events")[-1]["level"] == "error"


def test_a_running_clock_runs_jobs_without_advancing(serve):
    with Sandbox(leads=20, rate_limit=1_000_000, clock="real", speed=1_000) as sandbox, serve(sandbox) as api:
        ids = [api.post("/exports", json={}).json()["data"]["id"] for _ in range(3)]
        for export_id in ids:
            while (export := api.get(f"/exports/{export_id}").json()["data"])["status"] != "completed":
                assert export["status"] in ("queued", "running")
            assert export["row_count"] > 10
        # If the clock is advanced in between, the worker wakes up in time.
        export = api.post("/exports", json={}).json()["data"]
        sandbox.clock.advance(3600)
        assert api.get(f"/exports/{export['id']}").json()["data"]["status"] == "completed"


def worker_threads():
    return [thread for thread in threading.enumerate() if thread.name == "pb2b-jobs"]


def test_closing_the_sandbox_ends_the_worker_thread():
    before = worker_threads()
    sandbox = Sandbox(leads=0, clock="real")
    assert len(worker_threads()) == len(before) + 1
    sandbox.close()
    sandbox.close()
    assert worker_threads() == before
    with Sandbox(leads=0):
        assert worker_threads() == before


@each_case("speed", [0, -1, float("inf"), float("nan")])
def test_a_speed_out_of_range_is_refused(speed):
    with pytest.raises(UsageError, match="speed is out of range"):
        Sandbox(leads=0, clock="real", speed=speed)


def test_advancing_from_several_threads_adds_up(sandbox, queue, read):
    job, start = queue(), sandbox.clock.now()
    together(*[lambda: sandbox.clock.advance(10)] * 8)
    assert timedelta(0) <= sandbox.clock.now() - start - timedelta(seconds=80) < timedelta(seconds=1)
    assert read(job)["status"] == "completed"
    assert len(sandbox._store.find(JOBS, sandbox.workspace_id, "id = ?", (job["id"],))) == 1
