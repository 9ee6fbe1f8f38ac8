"""Watch jobs: one, or all that are under way; Stop ends the watching and never the job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets as widgets

from pb2b_notebook.api.domains.job_waiting import state
from pb2b_notebook.errors import JobFailedError
from pb2b_notebook.forms import inputs, rendering
from pb2b_notebook.forms.base import Form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pb2b_notebook.api.calls.records import Record
    from pb2b_notebook.forms.inputs import Input
    from pb2b_notebook.forms.watching import Watch
    from pb2b_notebook.workspace import Workspace

SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 5.0
MOST_EVENTS = 5
_COLUMNS = ("job", "type", "status", "done", "resource", "queued at", "finished at", "error")


def running(ws: Workspace) -> list[str]:
    """The ids of the jobs that are under way, oldest first: what a monitor picks up after a restart."""
    found = ws.jobs.list(status=["queued", "running"], frame="polars", columns=["id", "queued_at"])
    return [str(one) for one in found.sort("queued_at")["id"].to_list()]


def follow(ws: Workspace, jobs: Sequence[str], watch: Watch) -> Iterator[list[Record]]:
    """Look at the jobs again and again until all have ended: one list a look, in the order given.

    Args:
        ws: the workspace. Where its sandbox's clock stands, pausing moves the clock.
        jobs: ids.
        watch: is told how far they are together; its Stop ends the watching, not the jobs.

    Raises:
        StoppedWatching: somebody pressed Stop.
    """
    known: dict[str, Record] = {}
    pause = SHORTEST_PAUSE
    while True:
        for job in jobs:
            if job not in known or state(known[job]) == "under way":
                known[job] = ws.jobs.get(job)
        seen = [known[job] for job in jobs]
        yield seen
        left = [job for job in seen if state(job) == "under way"]
        if not left:
            return
        done = sum(_progress_of(job) for job in seen) / len(seen)
        watch.report(
            done, f"{left[0].type.replace('_', ' ')} {left[0].status}" if len(seen) == 1 else f"{len(left)} jobs"
        )
        _pause(ws, watch, pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)


def wait(ws: Workspace, job: str, watch: Watch, show: Callable[[list[Record]], None] = lambda _: None) -> Record:
    """Follow one job to its end.

    Raises:
        JobFailedError: it failed or was cancelled. StoppedWatching: somebody pressed Stop.
    """
    watch.set_reattach(f'pb.forms.JobMonitor(ws, "{job}")')
    for seen in follow(ws, [job], watch):
        show(seen)
        last = seen[0]
    if (end := state(last)) != "completed":
        error = last.get("error") or {}
        raise JobFailedError(
            f"the {last.type} job {'was cancelled' if end == 'cancelled' else 'failed'}: {error.get('message') or end}",
            job_id=job,
            code=str(error.get("code") or end),
            request_id=last.get("request_id"),
            repair=f'ws.jobs.events("{job}") tells how it went',
        )
    return last


def _pause(ws: Workspace, watch: Watch, seconds: float) -> None:
    if ws.sandbox is not None and not ws.sandbox.clock.runs:
        ws.sandbox.clock.advance(seconds)
    else:
        watch.pause(seconds)


def _progress_of(job: Record) -> float:
    progress = job.get("progress")
    return 1.0 if state(job) != "under way" else float(progress) if isinstance(progress, (int, float)) else 0.0


class JobMonitor(Form):
    """Watch one job, or all that are under way, until they have ended.

    Args:
        ws: the workspace.
        job: the job, as a record or by its id, or what it works on (an import, an export, a run); by default all jobs
            that are under way when the watching begins. A monitor remembers nothing: after a re-run or a restart of the
            kernel it finds the same jobs again.

    ``form.result`` is a frame of the jobs as they ended, one row a job; a job that failed is a row too.

    Example:
        >>> import pb2b_notebook as pb
        >>> with pb.open_sandbox(leads=5) as ws:
        ...     export = ws.exports.create(format="csv")
        ...     pb.forms.JobMonitor(ws, export).submit()["status"].tolist()
        ['completed']
    """

    title: ClassVar[str] = "Jobs"
    action: ClassVar[str] = "Watch"
    stopping: ClassVar[str] = "Stop watching"
    gives: ClassVar[str] = "jobs"
    operations: ClassVar[tuple[str, ...]] = ("jobs.list",)

    def __init__(self, ws: Workspace, job: Mapping[str, Any] | str | None = None) -> None:
        self._table = widgets.HTML()
        self._events = widgets.HTML()
        super().__init__(ws)
        self.values = {"job": _id_of(job)}
        if not self._message.value:
            self._look()

    def _ask(self) -> Sequence[Input]:
        return [inputs.text("job", "Job", hint="all that are under way")]

    def _body(self) -> Sequence[Any]:
        return [*super()._body(), self._table, self._events]

    def _look(self) -> None:
        """Show how things stand before anybody presses a button; what goes wrong here is no reason not to open."""
        self._start(self._show_now)
        self.wait()

    def _show_now(self) -> None:
        assert self._workspace is not None  # noqa: S101 - this form is made with one
        self._table.value = self._events.value = ""
        job = self.values["job"]
        self._show_jobs([self._workspace.jobs.get(one) for one in ([job] if job else running(self._workspace))])

    def _run(self, values: Mapping[str, Any], watch: Watch) -> Any:
        ws = self._workspace
        assert ws is not None  # noqa: S101 - this form is made with one
        jobs = [values["job"]] if values["job"] else running(ws)
        again = f'pb.forms.JobMonitor(ws, "{jobs[0]}")' if len(jobs) == 1 else "pb.forms.JobMonitor(ws)"
        watch.set_reattach(again)
        self._table.value = self._events.value = ""
        for seen in follow(ws, jobs, watch) if jobs else ():
            self._show_jobs(seen)
        if not jobs:
            self._show_jobs(())
        return ws.jobs.list(ids=jobs or ["none"])

    def _show_jobs(self, jobs: Sequence[Record]) -> None:
        self._table.value = rendering.table(_COLUMNS, [_row(job) for job in jobs]) if jobs else _NOTHING
        self._events.value = self._log(jobs[0]) if len(jobs) == 1 else ""

    def _log(self, job: Record) -> str:
        assert self._workspace is not None  # noqa: S101 - this form is made with one
        events = self._workspace.jobs.events(job.id, frame="polars", limit=MOST_EVENTS)
        rows = events.select("occurred_at", "level", "message").sort("occurred_at").rows()
        return rendering.table(("time", "level", "message"), [(_moment(at), *rest) for at, *rest in rows])

    def _show(self, result: Any) -> Sequence[Any]:
        if len(result) == 0:
            return [self._result_notice("info", "There was nothing to watch")]
        return [
            self._result_notice(
                "success", "Watched to the end", f"{len(result):,} ended; a job that failed is among them"
            )
        ]


_NOTHING = rendering.notice(
    "info", "No job is under way", "exports, imports and runs make jobs; the id of one that has ended shows it, too"
)


def _id_of(job: Mapping[str, Any] | str | None) -> str | None:
    if job is None or isinstance(job, str):
        return job
    return str(job["id"] if job.get("object") == "job" else job["job_id"])


def _row(job: Record) -> tuple[Any, ...]:
    error = job.get("error") or {}
    resource = f"{job.get('resource_type')} {job.get('resource_id')}"
    times = (_moment(job.get("queued_at")), _moment(job.get("finished_at")))
    return (
        job.id,
        job.get("type"),
        job.get("status"),
        f"{_progress_of(job):.0%}",
        resource,
        *times,
        error.get("message"),
    )


def _moment(at: Any) -> str | None:
    return None if at is None else f"{at:%Y-%m-%d %H:%M:%S}" if hasattr(at, "strftime") else str(at)
