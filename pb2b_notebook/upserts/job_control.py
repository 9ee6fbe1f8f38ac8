"""``ws.upserts``: the bulk writes of this machine, finished or not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, Generic, overload

from pb2b_notebook.frames.types import DataFrame, FrameName, FrameT
from pb2b_notebook.openapi.operations import fields_of
from pb2b_notebook.upserts.target_workspace import Target

if TYPE_CHECKING:
    from pb2b_notebook.upserts.outcomes import Outcome
    from pb2b_notebook.upserts.running.run_options import Watch

_FIELDS: Final = fields_of(
    "job_id text, kind text, via text, state text, rows integer, requests integer, done integer, "
    "needs_review integer, created_at datetime, finished_at datetime, list text, undoes text, writes integer"
)
_FROM_FACTS: Final = ("kind", "via", "rows", "list", "undoes", "writes")


class Upserts(Generic[FrameT]):
    """``ws.upserts``: plans that were applied from this machine, as jobs of the journal. It makes no requests itself.

    Example:
        >>> import pandas as pd, pb2b_notebook as pb
        >>> with pb.open_sandbox(leads=20) as ws:
        ...     done = ws.leads.plan(pd.DataFrame({"email": ["ada@example.com"]})).apply()
        ...     ws.upserts.list()["state"].tolist(), len(ws.upserts.pending()), len(ws.upserts.get(done.job_id))
        (['finished'], 0, 1)
    """

    def __init__(self, target: Target) -> None:
        self._target = target

    @overload
    def list(self, *, frame: None = None) -> FrameT: ...
    @overload
    def list(self, *, frame: FrameName) -> DataFrame: ...
    def list(self, *, frame: FrameName | None = None) -> DataFrame:
        """Return the jobs of the last 30 days, newest first: one row per job.

        Columns: job_id, kind ("upsert", "delete" or "undo"), via, state ("open", "finished" or "abandoned"), rows,
        requests (of its plan and those that followed), done (of them), needs_review (of them), created_at,
        finished_at, list (name of the file that an intake brought in), undoes (id of the job that it takes back) and
        writes (rows that it creates, updates or deletes; null for jobs of earlier versions).

        Args:
            frame: Library of the frame, "pandas" or "polars"; by default the workspace's.
        """
        return self._frame(self._target.jobs.listing(), frame)

    @overload
    def pending(self, *, frame: None = None) -> FrameT: ...
    @overload
    def pending(self, *, frame: FrameName) -> DataFrame: ...
    def pending(self, *, frame: FrameName | None = None) -> DataFrame:
        """Return the unfinished jobs, as :meth:`list` does: the same cell, or :meth:`resume`, continues them."""
        return self._frame([job for job in self._target.jobs.listing() if job["state"] == "open"], frame)

    def get(self, job_id: str) -> Outcome[FrameT]:
        """Return the outcome of a job so far, from the journal; no request is made.

        Raises:
            InvalidParameterError: There is no such job.
        """
        from pb2b_notebook.upserts import applying

        return applying.outcome_of(self._target, self._target.jobs.get(job_id))

    def resume(
        self, job_id: str, *, concurrency: int = 4, progress: bool = True, watch: Watch | None = None
    ) -> Outcome[FrameT]:
        """Continue an unfinished job, with the values that it began with.

        Args:
            job_id: Id of the job.
            concurrency: Requests at the same time, 1 to 8, as in :meth:`~pb2b_notebook.upserts.plans.Plan.apply`.
            progress: Whether to show a bar.
            watch: Called a few times a second, as there.

        Raises:
            InvalidParameterError: There is no such job.
            JobBusyError: Another kernel is running it.
        """
        from pb2b_notebook.upserts import applying
        from pb2b_notebook.upserts.running.run_options import RunOptions

        job = self._target.jobs.get(job_id)
        if job.state != "open":
            return applying.outcome_of(self._target, job)
        return applying.carry_out(self._target, job, RunOptions(concurrency, progress, watch))

    def abandon(self, job_id: str) -> Outcome[FrameT]:
        """Abandon the rest of a job for good: the next plan of the same leads begins a new one.

        A request that was sent and not answered may have taken effect; the next plan sees that.

        Raises:
            InvalidParameterError: There is no such job.
            JobBusyError: Another kernel is running it.
        """
        outcome = self.get(job_id)
        outcome.abandon_rest()
        return outcome

    def _frame(self, jobs: Any, frame: FrameName | None) -> DataFrame:
        rows = [
            {
                "job_id": job["id"],
                **{name: json.loads(job["facts"]).get(name) for name in _FROM_FACTS},
                "state": job["state"],
                "requests": job["requests"],
                "done": job["done"],
                "needs_review": job["review"],
                "created_at": job["created_at"],
                "finished_at": job["finished_at"],
            }
            for job in jobs
        ]
        return self._target.session.table(rows, _FIELDS, frame)

    def __repr__(self) -> str:
        return "<Upserts: abandon, get, list, pending, resume>"
