"""``ws.upserts``: the bulk writes of this machine, finished or not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.openapi.operations import Field
from pb2b_notebook.upserts import applying
from pb2b_notebook.upserts.run_options import RunOptions

if TYPE_CHECKING:
    from pb2b_notebook.api.calls.signatures import DataFrame, FrameName
    from pb2b_notebook.upserts.outcomes import Outcome
    from pb2b_notebook.upserts.run_options import Watch
    from pb2b_notebook.upserts.target import Target

_FIELDS: Final = (
    Field("job_id", "text"),
    Field("kind", "text"),
    Field("via", "text"),
    Field("state", "text"),
    Field("rows", "integer"),
    Field("requests", "integer"),
    Field("done", "integer"),
    Field("needs_review", "integer"),
    Field("created_at", "datetime"),
    Field("finished_at", "datetime"),
)


class Upserts:
    """``ws.upserts``: plans that were applied from this machine, as jobs of the journal. It makes no requests itself.

    Args:
        target: the workspace.

    Example:
        >>> import pandas as pd, pb2b_notebook as pb
        >>> with pb.open_sandbox(leads=20) as ws:
        ...     done = ws.leads.plan(pd.DataFrame({"email": ["ada@example.com"]})).apply()
        ...     ws.upserts.list()["state"].tolist(), len(ws.upserts.pending()), len(ws.upserts.get(done.job_id))
        (['finished'], 0, 1)
    """

    def __init__(self, target: Target) -> None:
        self._target = target

    def list(self, *, frame: FrameName | None = None) -> DataFrame:
        """The jobs of 30 days, newest first: one row a job.

        Columns: job_id, kind ("upsert", "delete" or "undo"), via, state ("open", "finished" or "abandoned"), rows,
        requests (of its first plan and what followed), done (of them), needs_review (of them), created_at and
        finished_at.

        Args:
            frame: "pandas" or "polars"; by default the workspace's.
        """
        return self._frame(self._target.jobs.listing(), frame)

    def pending(self, *, frame: FrameName | None = None) -> DataFrame:
        """Those that are not finished, as :meth:`list`: the same cell, or :meth:`resume`, goes on with them."""
        return self._frame([one for one in self._target.jobs.listing() if one["state"] == "open"], frame)

    def get(self, job_id: str) -> Outcome:
        """What became of a job so far, as the journal has it; no request is made.

        Raises:
            InvalidParameterError: there is no such job.
        """
        return applying.outcome_of(self._target, self._target.jobs.get(job_id))

    def resume(
        self, job_id: str, *, concurrency: int = 4, progress: bool = True, watch: Watch | None = None
    ) -> Outcome:
        """Go on with a job that is not finished, with the values that it began with.

        Args:
            job_id: which.
            concurrency: as of :meth:`~pb2b_notebook.upserts.plans.Plan.apply`.
            progress: as there.
            watch: as there.

        Raises:
            InvalidParameterError: there is no such job.
            JobBusyError: another kernel is running it.
        """
        job = self._target.jobs.get(job_id)
        if job.state != "open":
            return applying.outcome_of(self._target, job)
        return applying.carry_out(self._target, job, RunOptions(concurrency, progress, watch))

    def abandon(self, job_id: str) -> Outcome:
        """Leave the rest of a job undone, for good: the next plan of the same leads starts anew.

        What was sent and not answered yet may have taken effect; the next plan sees it.

        Raises:
            InvalidParameterError: there is no such job.
            JobBusyError: another kernel is running it.
        """
        job = self._target.jobs.get(job_id)
        with self._target.jobs.running(job.id):
            self._target.jobs.end(job.id, "abandoned", self._target.session.time())
        return applying.outcome_of(self._target, job)

    def _frame(self, jobs: Any, frame: FrameName | None) -> DataFrame:
        rows = [
            {
                "job_id": one["id"],
                **{name: json.loads(one["facts"]).get(name) for name in ("kind", "via", "rows")},
                "state": one["state"],
                "requests": one["requests"],
                "done": one["done"],
                "needs_review": one["review"],
                "created_at": one["created_at"],
                "finished_at": one["finished_at"],
            }
            for one in jobs
        ]
        return self._target.session.table(rows, _FIELDS, frame)

    def __repr__(self) -> str:
        return "<Upserts: abandon, get, list, pending, resume>"
