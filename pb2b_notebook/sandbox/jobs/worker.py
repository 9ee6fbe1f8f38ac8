"""Jobs: work that goes on after its request was answered, on the domain clock.

A job is ``queued``, then ``running``, then ``completed`` or ``failed``; or ``cancelled`` before its end. It takes
its steps at set times of the domain clock: it starts, reports its progress a few times, and ends. Under a clock
that stands still nothing happens until somebody advances it; then each step is taken at its own time, on the way to
the new present. Under a clock that runs, a thread takes the steps as they fall due.

The whole effect of a job belongs to its last step, and that is one transaction: a crash before the commit leaves a
job that is still to end and no trace of its work, a crash after it leaves both done.

What a job does is a function, declared where its rules live::

    @runs("import", table=IMPORTS)
    def run_import(services: Services, workspace_id: str, job: Document) -> Mapping[str, Any]:
        return {"created_count": 3}  # changes of the import

and a route starts it, in the transaction that stores its resource::

    import_id = services.new_id(IMPORTS)
    job = services.worker.enqueue(
        workspace_id,
        type="import",
        resource_type="import",
        resource_id=import_id,
        request_id=call.request_id,
        duration=timedelta(seconds=5),
    )
    services.store.put(IMPORTS, workspace_id, {"id": import_id, "job_id": job["id"], "status": "queued", ...})

The worker keeps ``status``, ``started_at``, ``finished_at`` and ``updated_at`` of the resource like the job's.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.core.job_tables import JOB_EVENTS, JOBS
from pb2b_notebook.sandbox.core.problems import conflict, not_found
from pb2b_notebook.sandbox.webhooks.outbox import Outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pb2b_notebook.sandbox.core.store import Document, Table
    from pb2b_notebook.sandbox.http.services import Services
    from pb2b_notebook.sandbox.webhooks.events import EventType

    Run = Callable[[Services, str, Document], Mapping[str, Any]]

log = logging.getLogger(__name__)

QUEUED_FOR = timedelta(seconds=1)
"""How long a job waits before it starts."""
STEPS = 4
"""Into how many parts a running job's duration falls; it reports its progress after each."""

JobType = Literal["import", "export", "campaign_run", "prospector_run"]
Level = Literal["info", "warning", "error"]

_ENDS: dict[tuple[str, str], EventType] = {
    ("import", "completed"): "import.completed",
    ("import", "failed"): "import.failed",
    ("export", "completed"): "export.completed",
    ("export", "failed"): "export.failed",
}
"""The ends that are told to webhooks, by type and status."""


class JobFailedError(Exception):
    """A job cannot do its work: everything it wrote is undone, and it ends as ``failed``.

    Args:
        code: machine-readable, such as ``leads_limit_reached``.
        message: one sentence for people; it names no lead's values.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class _Kind:
    """What the jobs of one type do, and where their resources are kept."""

    run: Run
    table: Table


_KINDS: dict[str, _Kind] = {}


def runs(job_type: JobType, *, table: Table) -> Callable[[Run], Run]:
    """Declare what a job of ``job_type`` does to its resource, an object of ``table``.

    The function gets the services, the workspace's id and the job, inside the transaction of the job's end. It
    returns the changes of the resource, beside its status and times. It may be called again after a crash, but then
    what it did before is undone; what it does outside the database must bear repetition. It raises
    :class:`JobFailedError` where it cannot do its work.
    """

    def declare(run: Run) -> Run:
        _KINDS[job_type] = _Kind(run, table)
        return run

    return declare


class _Due(NamedTuple):
    """A step that a job takes next. ``pace`` is the milliseconds from one step of progress to the next."""

    job_id: str
    workspace_id: str
    at: datetime
    step: int
    pace: int


_DUE = "SELECT job_id, workspace_id, due_at, step, pace FROM job_schedule"


class Worker:
    """Starts the jobs of a sandbox and carries them through.

    Args:
        services: of the sandbox; their clock tells when a step is due.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        # One step at a time, whoever moves the clock. Taken before the store's own lock, never the other way round.
        self._stepping = threading.RLock()
        self._changed = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def enqueue(
        self,
        workspace_id: str,
        *,
        type: JobType,  # noqa: A002 - the field's name
        resource_type: str,
        resource_id: str,
        request_id: str,
        duration: timedelta,
    ) -> Document:
        """Queue a job, inside the transaction that stores its resource; the job.

        Args:
            workspace_id: whose job.
            type: what it does.
            resource_type: the ``object`` of what it works on.
            resource_id: its id.
            request_id: of the request that asked for it.
            duration: from its start to its end.
        """
        services = self._services
        job_id = services.new_id(JOBS)
        queued_at = services.clock.tick()
        text = instants.render(queued_at)
        job: Document = {
            "id": job_id,
            "object": "job",
            "type": type,
            "status": "queued",
            "progress": 0.0,
            "resource_type": resource_type,
            "resource_id": resource_id,
            "attempt": 1,
            "error": None,
            "queued_at": text,
            "started_at": None,
            "finished_at": None,
            "request_id": request_id,
            "created_at": text,
            "updated_at": text,
        }
        with services.store.transaction():
            services.store.put(JOBS, workspace_id, job)
            self.log(workspace_id, job_id, "Queued.")
            services.store.execute(
                "INSERT INTO job_schedule (job_id, workspace_id, due_at, step, pace) VALUES (?, ?, ?, 0, ?)",
                (
                    job_id,
                    workspace_id,
                    instants.render(queued_at + QUEUED_FOR),
                    duration // STEPS // instants.MILLISECOND,
                ),
            )
        self._changed.set()
        return job

    def cancel(self, workspace_id: str, job_id: str) -> Document:
        """End an unfinished job and its resource without its effect; the job.

        Raises:
            Problem: 404; 409 ``job_finished``.
        """
        with self._services.store.transaction():
            job = self._services.store.get(JOBS, workspace_id, job_id)
            if job is None:
                raise not_found("job")
            if job["finished_at"] is not None:
                raise conflict("job_finished", f"the job is {job['status']} already")
            return self._end(workspace_id, job, "cancelled", "Cancelled.")

    def log(self, workspace_id: str, job_id: str, message: str, *, level: Level = "info") -> None:
        """Add an event to a job's log; the message names no lead's values."""
        services = self._services
        now = instants.render(services.clock.tick())
        event = {
            "id": services.new_id(JOB_EVENTS),
            "object": "job_event",
            "job_id": job_id,
            "occurred_at": now,
            "level": level,
            "message": message,
            "created_at": now,
            "updated_at": now,
        }
        services.store.put(JOB_EVENTS, workspace_id, event)

    def run_until(self, moment: datetime) -> None:
        """Take every step that is due by then, in order of time, moving the clock on to each."""
        with self._stepping:
            while (due := self._next(moment)) is not None:
                self._services.clock.move_to(due.at)
                self._take(due)
        self._changed.set()

    def next_due(self) -> datetime | None:
        """When the next step is due; ``None`` if there is none."""
        due = self._next(None)
        return None if due is None else due.at

    def start(self) -> None:
        """Pick up what a former run of the sandbox left, and go on by itself if the clock runs."""
        self._pick_up()
        if self._services.clock.runs:
            self._thread = threading.Thread(target=self._follow_clock, name="pb2b-jobs", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Take no further step by itself; waits for the one in hand. Twice is harmless."""
        self._stopping = True
        self._changed.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _follow_clock(self) -> None:
        clock = self._services.clock
        while not self._stopping:
            # Cleared before looking: a job that is queued afterwards sets it again.
            self._changed.clear()
            with self._stepping:
                while not self._stopping and (due := self._next(clock.now())) is not None:
                    self._take(due)
            following = self._next(None)
            self._changed.wait(None if following is None else clock.seconds_until(following.at))

    def _next(self, moment: datetime | None) -> _Due | None:
        until = "9999" if moment is None else instants.render(moment)
        rows = self._services.store.execute(f"{_DUE} WHERE due_at <= ? ORDER BY due_at, number LIMIT 1", (until,))
        if not rows:
            return None
        job_id, workspace_id, due_at, step, pace = rows[0]
        return _Due(job_id, workspace_id, instants.parse(due_at), step, pace)

    def _take(self, due: _Due) -> None:
        store = self._services.store
        with store.transaction():
            # Since it was looked up, the job may have been cancelled, or taken further by another process.
            job = store.get(JOBS, due.workspace_id, due.job_id)
            step = store.execute("SELECT step FROM job_schedule WHERE job_id = ?", (due.job_id,))
            if job is None or step != [(due.step,)]:
                return
            if due.step == STEPS:
                self._finish(due.workspace_id, job)
                return
            store.execute(
                "UPDATE job_schedule SET step = step + 1, due_at = ? WHERE job_id = ?",
                (instants.render(due.at + due.pace * instants.MILLISECOND), due.job_id),
            )
            if due.step == 0:
                now = instants.render(self._services.clock.tick())
                self._keep(due.workspace_id, job, {"status": "running", "started_at": now}, at=now)
                self.log(due.workspace_id, due.job_id, "Started.")
            else:
                self._keep(due.workspace_id, job, {"progress": due.step / STEPS})
                self.log(due.workspace_id, due.job_id, f"{due.step * 100 // STEPS} % done.")

    def _finish(self, workspace_id: str, job: Document) -> None:
        kind = _KINDS[job["type"]]
        try:
            with self._services.store.savepoint():
                changes = kind.run(self._services, workspace_id, job)
        except JobFailedError as failure:
            error = {"code": failure.code, "message": failure.message}
        except Exception:
            # Never seen by design. The job must end all the same, or it would fail again at each turn.
            log.exception("job %s failed", job["id"])
            error = {"code": "internal_error", "message": "the sandbox failed: this is a bug in it"}
        else:
            self._end(workspace_id, job, "completed", "Completed.", changes=changes)
            return
        message = f"Failed: {error['message']}."
        self._end(workspace_id, job, "failed", message, error=error)

    def _end(
        self,
        workspace_id: str,
        job: Document,
        status: str,
        message: str,
        *,
        changes: Mapping[str, Any] | None = None,
        error: Mapping[str, str] | None = None,
    ) -> Document:
        """End a job and its resource: the one place where an import or export becomes completed or failed."""
        self._services.store.execute("DELETE FROM job_schedule WHERE job_id = ?", (job["id"],))
        self.log(workspace_id, job["id"], message, level="error" if error else "info")
        now = instants.render(self._services.clock.tick())
        ended: Document = {"status": status, "error": error, "finished_at": now}
        ended |= {"progress": 1.0} if status == "completed" else {}
        job = self._keep(workspace_id, job, ended, at=now, resource=changes or {})
        self._tell(workspace_id, job)
        return job

    def _tell(self, workspace_id: str, job: Document) -> None:
        event = _ENDS.get((job["type"], job["status"]))
        if event is not None:
            table = _KINDS[job["type"]].table
            [ended] = self._services.store.find(table, workspace_id, "id = ?", (job["resource_id"],))
            Outbox(self._services, workspace_id).emit(event, ended)

    def _keep(
        self,
        workspace_id: str,
        job: Document,
        changes: Mapping[str, Any],
        *,
        at: str | None = None,
        resource: Mapping[str, Any] | None = None,
    ) -> Document:
        """Store a changed job; and, where its status changed, its resource in the same state."""
        services = self._services
        at = at or instants.render(services.clock.tick())
        job = job | dict(changes) | {"updated_at": at}
        services.store.put(JOBS, workspace_id, job)
        if "status" in changes:
            table = _KINDS[job["type"]].table
            known = services.store.get(table, workspace_id, job["resource_id"]) or {}
            state = {name: job[name] for name in ("status", "started_at", "finished_at")}
            services.store.put(
                table,
                workspace_id,
                known | dict(resource or {}) | state | {"updated_at": instants.render(services.clock.tick())},
            )
        return job

    def _pick_up(self) -> None:
        store = self._services.store
        with store.transaction():
            for job_id, workspace_id in store.execute("SELECT job_id, workspace_id FROM job_schedule WHERE step > 0"):
                job = store.get(JOBS, workspace_id, job_id)
                if job is not None:
                    self._keep(workspace_id, job, {"attempt": job["attempt"] + 1})
                    self.log(workspace_id, job_id, "Picked up again after a restart.", level="warning")
