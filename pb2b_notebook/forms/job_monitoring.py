"""Watch one job, or all running jobs. Stop ends the watching and never the job."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets as widgets

from pb2b_notebook.api.calls.records import Record
from pb2b_notebook.api.domains.job_waiting import StallTimer, completed_job, progress_of, state
from pb2b_notebook.forms import inputs, rendering
from pb2b_notebook.forms.base import Form
from pb2b_notebook.forms.inputs import Input
from pb2b_notebook.forms.watching import Watch
from pb2b_notebook.workspace import Workspace

if TYPE_CHECKING:
    from pb2b_notebook.frames.types import EagerFrame

SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 5.0
MOST_EVENTS = 5
RECENT = 10
"""Ended jobs that are shown while none is running."""
_COLUMNS = ("job", "state", "done", "problem", "asked for at", "ended at", "id")
"""What a person asks first stands first."""


def running(ws: Workspace[Any]) -> list[str]:
    """Return the ids of the queued and running jobs, oldest first."""
    found = ws.jobs.list(status=["queued", "running"], frame="polars", columns=["id", "queued_at"])
    return [str(one) for one in found.sort("queued_at")["id"].to_list()]


def follow(ws: Workspace[Any], jobs: Sequence[str], watch: Watch) -> Iterator[list[Record]]:
    """Read the jobs again and again until all have ended, and yield them each time, in the order given.

    Args:
        ws: The workspace. If its sandbox's clock stands still, a pause moves the clock.
        jobs: Ids of the jobs.
        watch: Progress of the form; its Stop ends the watching, not the jobs.

    Raises:
        JobUnfinishedError: None of the jobs has changed for an hour; they continue.
        StoppedWatching: The user pressed Stop.
    """
    known: dict[str, Record] = {}
    stall = StallTimer(ws.now)
    pause = SHORTEST_PAUSE
    while True:
        for job in jobs:
            if job not in known or state(known[job]) == "running":
                known[job] = ws.jobs.get(job)
        seen = [known[job] for job in jobs]
        yield seen
        left = [job for job in seen if state(job) == "running"]
        if not left:
            return
        stall.check(left)
        done = sum(_share_done(job) for job in seen) / len(seen)
        watch.report(
            done, f"{left[0].type.replace('_', ' ')} {left[0].status}" if len(seen) == 1 else f"{len(left)} jobs"
        )
        _pause(ws, watch, pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)


def wait(ws: Workspace[Any], job: str, watch: Watch, show: Callable[[list[Record]], None] = lambda _: None) -> Record:
    """Follow one job to its end, and return it.

    Args:
        ws: The workspace.
        job: Id of the job.
        watch: Progress of the form; its Stop ends the watching, not the job.
        show: Function that is called with the job each time it is read.

    Raises:
        JobFailedError: The job failed or was cancelled.
        StoppedWatching: The user pressed Stop.
    """
    watch.set_reattach(f'pb.forms.JobMonitor(ws, "{job}")')
    for seen in follow(ws, [job], watch):
        show(seen)
        last = seen[0]
    return completed_job(last)


def _pause(ws: Workspace[Any], watch: Watch, seconds: float) -> None:
    if ws.sandbox is not None and not ws.sandbox.clock.runs:
        ws.sandbox.clock.advance(seconds)
    else:
        watch.pause(seconds)


def _share_done(job: Mapping[str, Any]) -> float:
    return 1.0 if state(job) != "running" else progress_of(job)


class JobMonitor(Form["EagerFrame"]):
    """Watch one job, or all running jobs, until they have ended.

    Args:
        ws: The workspace.
        job: The job, as a record or an id, or the import, export or run that it works on; by default all jobs that are
            queued or running when the watching begins. A new monitor finds the same jobs again, also after a restart
            of the kernel.

    ``form.result`` is a frame of the jobs as they ended, with one row for each job, failed ones included.

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

    def __init__(self, ws: Workspace[Any], job: Mapping[str, Any] | str | None = None) -> None:
        self._table = widgets.HTML()
        self._chooser = widgets.Dropdown(options=[_ALL], description="Look at", style={"description_width": "auto"})
        self._chooser.layout.display = "none"
        self._offering = False
        self._chooser.observe(lambda change: self._look_at(change["new"]), "value")
        self._events = widgets.HTML()
        super().__init__(ws)
        self.values = {"job": _id_of(job)}
        if not self._message.value:
            self._look()

    def _ask(self) -> Sequence[Input]:
        return [inputs.text("job", "Job", hint="all running jobs")]

    def _body(self) -> Sequence[Any]:
        return [*super()._body(), self._table, self._chooser, self._events]

    def _look(self) -> None:
        """Show the jobs when the form opens; the form opens also if this fails."""
        self._start(self._show_now)
        self.wait()

    def revisit(self) -> None:
        """Show the jobs that were started meanwhile."""
        self._start(self._show_now)

    def _show_now(self) -> None:
        self._table.value = self._events.value = ""
        job = self.values["job"]
        self._show_jobs([self._ws.jobs.get(one) for one in ([job] if job else running(self._ws))])

    def _look_at(self, job: str | None) -> None:
        """Show one of the jobs of the table, and what happened in it; or all again."""
        if not self._offering:
            self.values = {"job": job}
            self._start(self._show_now)

    def _offer(self, jobs: Sequence[Mapping[str, Any]]) -> None:
        """Offer each job of the table to be looked at alone."""
        self._offering, self._chooser.layout.display = True, ""
        self._chooser.options = [_ALL, *((_name_of(job), job["id"]) for job in jobs)]
        self._offering = False

    def _run(self, values: Mapping[str, Any], watch: Watch) -> EagerFrame:
        ws = self._ws
        jobs = [values["job"]] if values["job"] else running(ws)
        again = f'pb.forms.JobMonitor(ws, "{jobs[0]}")' if len(jobs) == 1 else "pb.forms.JobMonitor(ws)"
        watch.set_reattach(again)
        self._table.value = self._events.value = ""
        for seen in follow(ws, jobs, watch) if jobs else ():
            self._show_jobs(seen)
        if not jobs:
            self._show_jobs(())
        found: EagerFrame = ws.jobs.list(ids=jobs or ["none"])
        return found

    def _show_jobs(self, jobs: Sequence[Record]) -> None:
        self._table.value = rendering.table(_COLUMNS, [_row(job) for job in jobs]) if jobs else self._recent_jobs()
        self._events.value = self._log(jobs[0]) if len(jobs) == 1 else ""
        if len(jobs) > 1:
            self._offer(jobs)

    def _recent_jobs(self) -> str:
        """Return that no job is running, and the newest jobs that have ended, as HTML."""
        newest = self._ws.jobs.list(limit=RECENT, frame="polars").rows(named=True)
        self._offer(newest)
        rows = [_row({**job, "error": {"message": job.get("error_message")}}) for job in newest]
        return _NOTHING + (rendering.table(_COLUMNS, rows, caption="the newest jobs") if rows else "")

    def _log(self, job: Record) -> str:
        events = self._ws.jobs.events(job.id, frame="polars", limit=MOST_EVENTS)
        rows = events.select("occurred_at", "level", "message").sort("occurred_at").rows()
        return rendering.table(("time", "kind", "message"), [(_moment(at), *rest) for at, *rest in rows])

    def _show(self, result: Any) -> Sequence[Any]:
        if len(result) == 0:
            return [self._result_notice("info", "There was no job to watch")]
        return [
            self._result_notice(
                "success", "All jobs have ended", f"{len(result):,} in all; the status says which failed"
            )
        ]


_ALL = ("all of these jobs", None)
_NOTHING = rendering.notice("info", "No job is running", "Exports, imports and runs of campaigns start jobs.")


def _id_of(job: Mapping[str, Any] | str | None) -> str | None:
    if job is None or isinstance(job, str):
        return job
    return str(job["id"] if job.get("object") == "job" else job["job_id"])


def _row(job: Mapping[str, Any]) -> tuple[Any, ...]:
    error = job.get("error") or {}
    return (
        str(job.get("type")).replace("_", " "),
        job.get("status"),
        "" if job.get("status") in {"failed", "cancelled"} else f"{_share_done(job):.0%}",
        error.get("message"),
        _moment(job.get("queued_at")),
        _moment(job.get("finished_at")),
        job["id"],
    )


def _name_of(job: Mapping[str, Any]) -> str:
    """Return a job in the words of the list from which one is chosen."""
    facts = (str(job.get("type")).replace("_", " "), job.get("status"), _moment(job.get("queued_at")), job["id"])
    return " · ".join(str(fact) for fact in facts if fact)


def _moment(at: Any) -> str | None:
    return None if at is None else f"{at:%Y-%m-%d %H:%M:%S %Z}".strip() if hasattr(at, "strftime") else str(at)
