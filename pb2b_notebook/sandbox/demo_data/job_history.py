"""Jobs of the past, as the worker would have stored them."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from pb2b_notebook.openapi import instants
from pb2b_notebook.openapi.instants import MILLISECOND
from pb2b_notebook.sandbox.core.identifiers import derive_id
from pb2b_notebook.sandbox.core.store import Document, Store
from pb2b_notebook.sandbox.core.tables import JOB_EVENTS, JOBS
from pb2b_notebook.sandbox.jobs.models import JobType
from pb2b_notebook.sandbox.jobs.worker import QUEUED_FOR, STEPS


class PastJob(NamedTuple):
    """A job of the past.

    Attributes:
        type: Type of the job and of its resource.
        resource_id: Id of its resource.
        queued_at: Time of the request, at least two seconds before the end.
        ended_at: Time at which it was completed, failed or cancelled.
        request_id: Id of the request that started it.
        note: Message of its log about the result, and whether it is a warning; ``None`` if the job failed.
        error: Code and message, if it failed.
        cancelled: Whether it was cancelled.
    """

    type: JobType
    resource_id: str
    queued_at: datetime
    ended_at: datetime
    request_id: str
    note: tuple[str, bool] | None = None
    error: tuple[str, str] | None = None
    cancelled: bool = False

    @property
    def id(self) -> str:
        """Id of the job."""
        return derive_id(JOBS.prefix, self.resource_id)

    @property
    def started_at(self) -> datetime:
        """Time at which it started, after its time in the queue."""
        return self.queued_at + QUEUED_FOR

    def state(self) -> Document:
        """Return the fields that its resource shares with it."""
        return {
            "status": "cancelled" if self.cancelled else "failed" if self.error else "completed",
            "started_at": instants.render(self.started_at),
            "finished_at": instants.render(self.ended_at),
            "request_id": self.request_id,
            "created_at": instants.render(self.queued_at),
            # The worker stores the job first, then its resource.
            "updated_at": instants.render(self.ended_at + MILLISECOND),
        }


def load_jobs(store: Store, workspace_id: str, jobs: Iterable[PastJob]) -> None:
    """Write jobs of the past with their logs, inside the transaction that fills the sandbox."""
    stored = list(jobs)
    store.load(JOBS, workspace_id, (_document(job) for job in stored))
    store.load(JOB_EVENTS, workspace_id, (event for job in stored for event in _events(job)))


def _document(job: PastJob) -> Document:
    error = dict(zip(("code", "message"), job.error, strict=True)) if job.error else None
    state = job.state()
    return {
        "id": job.id,
        "object": "job",
        "type": job.type,
        "status": state["status"],
        "progress": 1 - 1 / STEPS if job.error or job.cancelled else 1.0,
        "resource_type": job.type,
        "resource_id": job.resource_id,
        "attempt": 1,
        "error": error,
        "queued_at": state["created_at"],
        "started_at": state["started_at"],
        "finished_at": state["finished_at"],
        "request_id": job.request_id,
        "created_at": state["created_at"],
        "updated_at": state["finished_at"],
    }


def _events(job: PastJob) -> Iterator[Document]:
    for number, (at, level, message) in enumerate(_log_entries(job)):
        moment = instants.render(at)
        yield {
            "id": derive_id(JOB_EVENTS.prefix, job.id, number),
            "object": "job_event",
            "job_id": job.id,
            "occurred_at": moment,
            "level": level,
            "message": message,
            "created_at": moment,
            "updated_at": moment,
        }


def _log_entries(job: PastJob) -> Iterator[tuple[datetime, str, str]]:
    pace = (job.ended_at - job.started_at) / STEPS
    yield job.queued_at, "info", "Queued."
    yield job.started_at, "info", "Started."
    for step in range(1, STEPS):
        yield job.started_at + step * pace, "info", f"{step * 100 // STEPS} % done."
    if job.error or job.cancelled:
        yield job.ended_at, *(("error", f"Failed: {job.error[1]}.") if job.error else ("info", "Cancelled."))
        return
    if job.note:
        yield job.ended_at - 2 * MILLISECOND, "warning" if job.note[1] else "info", job.note[0]
    yield job.ended_at - MILLISECOND, "info", "Completed."
