"""Jobs: work that continues after its request was answered, on the domain clock.

A job is ``queued``, then ``running``, then ``completed`` or ``failed``; or it is ``cancelled`` before its end. It runs
in steps at set times of the domain clock: it starts, reports its progress a few times, and ends. With a fixed clock
nothing happens until the clock is advanced; then each step runs at its own time, in order. With a running clock, a
thread runs the steps when they fall due.

The whole effect of a job belongs to its last step, which is one transaction. A crash before the commit leaves an
unfinished job and no trace of its work; a crash after the commit leaves both finished.

The work of a job is a function, declared in the module of its rules::

    @runs("import", table=IMPORTS)
    def run_import(parts: SandboxParts, workspace_id: str, job: Document) -> Mapping[str, Any]:
        return {"created_count": 3}  # changes of the import

and a route queues it, in the transaction that stores its resource::

    import_id = parts.new_id(IMPORTS)
    job = parts.worker.enqueue(workspace_id, "import", import_id, call.request_id, timedelta(seconds=5))
    parts.store.put(IMPORTS, workspace_id, {"id": import_id, "job_id": job["id"], "status": "queued", ...})

The worker copies ``status``, ``started_at`` and ``finished_at`` of the job to the resource.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pb2b_notebook.openapi import instants
from pb2b_notebook.openapi.instants import MILLISECOND
from pb2b_notebook.sandbox.core.problems import conflict, not_found
from pb2b_notebook.sandbox.core.store import Document, Table
from pb2b_notebook.sandbox.core.tables import JOB_EVENTS, JOBS
from pb2b_notebook.sandbox.http.parts import SandboxParts
from pb2b_notebook.sandbox.jobs.models import JobType, LogLevel
from pb2b_notebook.sandbox.webhooks.events import EventType
from pb2b_notebook.sandbox.webhooks.outbox import Outbox

Run = Callable[[SandboxParts, str, Document], Mapping[str, Any]]

log = logging.getLogger(__name__)

QUEUED_FOR = timedelta(seconds=1)
"""Time from the queueing of a job to its start."""
STEPS = 4
"""Number of parts of a job's duration; the job reports its progress after each part."""

_ENDS: dict[tuple[str, str], EventType] = {
    ("import", "completed"): "import.completed",
    ("import", "failed"): "import.failed",
    ("export", "completed"): "export.completed",
    ("export", "failed"): "export.failed",
}
"""The webhook events of jobs that end, by type and status."""


class JobFailedError(Exception):
    """A job cannot do its work: everything it wrote is rolled back, and it ends as ``failed``.

    Args:
        code: Machine-readable code, such as ``leads_limit_reached``.
        message: Sentence for people, without values of leads.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class _Kind:
    """The work of the jobs of one type, and the table of their resources."""

    run: Run
    table: Table


_KINDS: dict[str, _Kind] = {}


def runs(job_type: JobType, *, table: Table) -> Callable[[Run], Run]:
    """Declare the function that does the work of jobs of type ``job_type``, whose resources are in ``table``.

    The function gets the parts of the sandbox, the id of the workspace and the job, inside the transaction that ends
    the job. It returns the changes of the resource, without status and times. After a crash it may be called again; its
    earlier writes were then rolled back, but effects outside the database must be repeatable. It raises
    :class:`JobFailedError` if it cannot do its work.
    """

    def declare(run: Run) -> Run:
        _KINDS[job_type] = _Kind(run, table)
        return run

    return declare


class _Due(NamedTuple):
    """The next step of a job. ``pace`` is the time between two steps of progress, in milliseconds."""

    job_id: str
    workspace_id: str
    at: datetime
    step: int
    pace: int


_DUE = "SELECT job_id, workspace_id, due_at, step, pace FROM job_schedule"


class Worker:
    """Runs the jobs of a sandbox.

    Args:
        parts: The parts of the sandbox; a step is due by their clock.
        background: Whether a thread runs the steps of a running clock; otherwise :meth:`run_until` does.
    """

    def __init__(self, parts: SandboxParts, *, background: bool = True) -> None:
        self._parts = parts
        self._background = background
        # One step at a time, whichever thread advances the clock. Acquired before the store's lock, never after it.
        self._stepping = threading.RLock()
        self._changed = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def enqueue(
        self, workspace_id: str, job_type: JobType, resource_id: str, request_id: str, duration: timedelta
    ) -> Document:
        """Queue a job, inside the transaction that stores its resource, and return it.

        Args:
            workspace_id: Id of the workspace.
            job_type: Type of the job, and the ``object`` of its resource.
            resource_id: Id of its resource.
            request_id: Id of the request that asked for the job.
            duration: Time from the start of the job to its end.
        """
        parts = self._parts
        job_id = parts.new_id(JOBS)
        queued_at = parts.clock.tick()
        text = instants.render(queued_at)
        job: Document = {
            "id": job_id,
            "object": "job",
            "type": job_type,
            "status": "queued",
            "progress": 0.0,
            "resource_type": job_type,
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
        with parts.store.transaction():
            parts.store.put(JOBS, workspace_id, job)
            self.log(workspace_id, job_id, "Queued.")
            parts.store.execute(
                "INSERT INTO job_schedule (job_id, workspace_id, due_at, step, pace) VALUES (?, ?, ?, 0, ?)",
                (job_id, workspace_id, instants.render(queued_at + QUEUED_FOR), duration // STEPS // MILLISECOND),
            )
        self._changed.set()
        return job

    def cancel(self, workspace_id: str, job_id: str) -> Document:
        """Cancel an unfinished job and its resource without any effect, and return the job.

        Raises:
            Problem: 404 ``not_found``; 409 ``job_finished``.
        """
        with self._parts.store.transaction():
            job = self._parts.store.get(JOBS, workspace_id, job_id)
            if job is None:
                raise not_found("job")
            if job["finished_at"] is not None:
                raise conflict("job_finished", f"the job is already {job['status']}")
            return self._end(workspace_id, job, "cancelled", "Cancelled.")

    def log(self, workspace_id: str, job_id: str, message: str, *, level: LogLevel = "info") -> None:
        """Add an event to the log of a job; the message must not contain values of leads."""
        parts = self._parts
        now = instants.render(parts.clock.tick())
        event = {
            "id": parts.new_id(JOB_EVENTS),
            "object": "job_event",
            "job_id": job_id,
            "occurred_at": now,
            "level": level,
            "message": message,
            "created_at": now,
            "updated_at": now,
        }
        parts.store.put(JOB_EVENTS, workspace_id, event)

    def run_until(self, moment: datetime) -> None:
        """Run all steps that are due by ``moment``, in order of time, and advance the clock to each of them."""
        with self._stepping:
            while (due := self._next(moment)) is not None:
                self._parts.clock.move_to(due.at)
                self._run_step(due)
        self._changed.set()

    def next_due(self) -> datetime | None:
        """Return when the next step is due; ``None`` if no step follows."""
        due = self._next(None)
        return None if due is None else due.at

    def start(self) -> None:
        """Resume the jobs that an earlier run of the sandbox left, and start a thread if the clock runs."""
        self._resume_jobs()
        if self._parts.clock.runs and self._background:
            self._thread = threading.Thread(target=self._follow_clock, name="pb2b-jobs", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop the thread, and wait for the step that it runs; stopping twice is harmless."""
        self._stopping = True
        self._changed.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _follow_clock(self) -> None:
        clock = self._parts.clock
        while not self._stopping:
            # Cleared before the check: a job that is queued afterwards sets it again.
            self._changed.clear()
            with self._stepping:
                while not self._stopping and (due := self._next(clock.now())) is not None:
                    self._run_step(due)
            following = self._next(None)
            self._changed.wait(None if following is None else clock.seconds_until(following.at))

    def _next(self, moment: datetime | None) -> _Due | None:
        until = "9999" if moment is None else instants.render(moment)
        rows = self._parts.store.execute(f"{_DUE} WHERE due_at <= ? ORDER BY due_at, number LIMIT 1", (until,))
        if not rows:
            return None
        job_id, workspace_id, due_at, step, pace = rows[0]
        return _Due(job_id, workspace_id, instants.parse(due_at), step, pace)

    def _run_step(self, due: _Due) -> None:
        store = self._parts.store
        with store.transaction():
            # Since the look-up another thread may have cancelled the job, or run the step.
            job = store.get(JOBS, due.workspace_id, due.job_id)
            step = store.execute("SELECT step FROM job_schedule WHERE job_id = ?", (due.job_id,))
            if job is None or step != [(due.step,)]:
                return
            if due.step == STEPS:
                self._finish(due.workspace_id, job)
                return
            store.execute(
                "UPDATE job_schedule SET step = step + 1, due_at = ? WHERE job_id = ?",
                (instants.render(due.at + due.pace * MILLISECOND), due.job_id),
            )
            if due.step == 0:
                now = instants.render(self._parts.clock.tick())
                self._save(due.workspace_id, job, {"status": "running", "started_at": now}, at=now)
                self.log(due.workspace_id, due.job_id, "Started.")
            else:
                self._save(due.workspace_id, job, {"progress": due.step / STEPS})
                self.log(due.workspace_id, due.job_id, f"{due.step * 100 // STEPS} % done.")

    def _finish(self, workspace_id: str, job: Document) -> None:
        kind = _KINDS[job["type"]]
        try:
            with self._parts.store.savepoint():
                changes = kind.run(self._parts, workspace_id, job)
        except JobFailedError as failure:
            error = {"code": failure.code, "message": failure.message}
        except Exception:
            # A bug in the sandbox. The job must still end, or it would fail again at each step.
            log.exception("job %s failed", job["id"])
            error = {"code": "internal_error", "message": "internal error of the sandbox; this is a bug"}
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
        """End a job and its resource; only this method sets the status completed or failed."""
        self._parts.store.execute("DELETE FROM job_schedule WHERE job_id = ?", (job["id"],))
        self.log(workspace_id, job["id"], message, level="error" if error else "info")
        now = instants.render(self._parts.clock.tick())
        ended: Document = {"status": status, "error": error, "finished_at": now}
        ended |= {"progress": 1.0} if status == "completed" else {}
        job = self._save(workspace_id, job, ended, at=now, resource=changes or {})
        self._emit_end(workspace_id, job)
        return job

    def _emit_end(self, workspace_id: str, job: Document) -> None:
        event = _ENDS.get((job["type"], job["status"]))
        if event is not None:
            table = _KINDS[job["type"]].table
            [ended] = self._parts.store.find(table, workspace_id, "id = ?", (job["resource_id"],))
            Outbox(self._parts, workspace_id).emit(event, ended)

    def _save(
        self,
        workspace_id: str,
        job: Document,
        changes: Mapping[str, Any],
        *,
        at: str | None = None,
        resource: Mapping[str, Any] | None = None,
    ) -> Document:
        """Store a changed job, and its resource with the same status if the status changed."""
        parts = self._parts
        at = at or instants.render(parts.clock.tick())
        job = job | dict(changes) | {"updated_at": at}
        parts.store.put(JOBS, workspace_id, job)
        if "status" in changes:
            table = _KINDS[job["type"]].table
            known = parts.store.get(table, workspace_id, job["resource_id"]) or {}
            state = {name: job[name] for name in ("status", "started_at", "finished_at")}
            parts.store.put(
                table,
                workspace_id,
                known | dict(resource or {}) | state | {"updated_at": instants.render(parts.clock.tick())},
            )
        return job

    def _resume_jobs(self) -> None:
        store = self._parts.store
        with store.transaction():
            for job_id, workspace_id in store.execute("SELECT job_id, workspace_id FROM job_schedule WHERE step > 0"):
                job = store.get(JOBS, workspace_id, job_id)
                if job is not None:
                    self._save(workspace_id, job, {"attempt": job["attempt"] + 1})
                    self.log(workspace_id, job_id, "Resumed after a restart.", level="warning")
