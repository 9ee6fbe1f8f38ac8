"""The outcome of a plan: one row per input row, and what can be done next."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Generic

from pb2b_notebook.display.cards import Card, ShowsCard
from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import AuthenticationError, PermissionDeniedError, UsageError
from pb2b_notebook.frames.arrow_export import ExportsArrow
from pb2b_notebook.frames.types import FrameT
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.times import age_text
from pb2b_notebook.upserts import tables
from pb2b_notebook.upserts.running.run_options import RunOptions

if TYPE_CHECKING:
    from datetime import timedelta

    from pb2b_notebook.errors import ProspectB2BError
    from pb2b_notebook.upserts.planning.decisions import Decisions
    from pb2b_notebook.upserts.plans import Plan
    from pb2b_notebook.upserts.running.jobs import Sent
    from pb2b_notebook.upserts.running.run_options import Watch
    from pb2b_notebook.upserts.target_workspace import Target

LABEL_WIDTH: Final = 11
"""Characters: the facts of a plan and of its outcome stand in the same column."""
STATUSES: Final = ("succeeded", "unchanged", "invalid", "conflict", "failed", "pending", "needs_review")
_COLUMNS: Final = ("status", "lead_id", "action", "error_code", "field", "message", "request_id")


@dataclass(frozen=True, eq=False, repr=False)
class Outcome(ExportsArrow, ShowsCard, Generic[FrameT]):
    """The result of each row of a plan.

    Attributes:
        target: The workspace.
        decisions: Decisions of the plan, with times as text.
        sent: Requests of the job; empty for a plan with nothing to send.
        job_id: ``ws.upserts.get(job_id)`` returns this outcome again, ``ws.upserts.resume(job_id)`` continues it;
            ``None`` where nothing was sent.
        library: Library of the frames, "pandas" or "polars".
        index: Index of the input; ``None`` for polars.
        problem: Exception that stopped the run before its end; ``None`` if it was not stopped.
        dry_run: Whether nothing was sent, and nothing will be.
        done_before: Age of the job, where the same plan was applied again; ``None`` where it was applied now.
    """

    MAIN_TABLE = "rows"

    target: Target
    decisions: Decisions
    sent: tuple[Sent, ...] = ()
    job_id: str | None = None
    library: str = "pandas"
    index: Any = None
    problem: ProspectB2BError | None = None
    dry_run: bool = False
    done_before: timedelta | None = None

    @cached_property
    def rows(self) -> FrameT:
        """One row per input row, with its index.

        Columns: status ("succeeded", "unchanged", "invalid", "conflict", "failed", "pending" or "needs_review"),
        lead_id, action ("create", "update", "delete", "unchanged", "invalid" or "conflict": what was done, or will
        be), error_code, field, message, request_id and attempts (requests that carried the row).
        """
        found: FrameT = tables.as_frame(self.table.drop("row"), self.library, self.index)
        return found

    @property
    def summary(self) -> dict[str, int]:
        """Number of rows of each status."""
        counts = dict(self.table["status"].value_counts().iter_rows())
        return {name: counts.get(name, 0) for name in STATUSES}

    @property
    def failed(self) -> FrameT:
        """Rows of :attr:`rows` that the service refused, ``summary["failed"]`` of them; ``retry()`` sends them again.

        Rows that cannot be sent are "invalid": :attr:`not_done` has these, too.
        """
        found: FrameT = self._some(self.table["status"] == "failed")
        return found

    @property
    def not_done(self) -> FrameT:
        """Rows of :attr:`rows` that did not become what was planned: all but succeeded and unchanged ones.

        "invalid" was refused before it was sent, "failed" by the service; "conflict" was changed by another user,
        "pending" waits to be sent, and "needs_review" may have been done.
        """
        found: FrameT = self._some(~self.table["status"].is_in(["succeeded", "unchanged"]))
        return found

    @property
    def unknown(self) -> FrameT:
        """Rows of :attr:`rows` that may have been done, and of which it is not known; ``message`` says why.

        :meth:`settle` finds out what became of requests that were not answered. What stays unknown, look at by hand.
        """
        found: FrameT = self._some(self.is_unknown)
        return found

    def _some(self, bad: pl.Series) -> Any:
        index = None if self.index is None else self.index[bad.to_numpy()]
        return tables.as_frame(self.table.filter(bad).drop("row"), self.library, index)

    @cached_property
    def conflicts(self) -> FrameT:
        """Conflicts field by field: row, field, ``ours`` (what the plan would write) and ``theirs``, as text.

        ``row`` is the index label of the row in the input frame (its position from 0 in polars).

        For a conflict that the plan found, ``theirs`` is the lead as it was then; for one that the service reported, as
        it was at that moment.
        """
        found: FrameT = tables.as_row_frame(self.conflicting, self.library, self.index)
        return found

    def retry(self, *, concurrency: int = 4, progress: bool = True, watch: Watch | None = None) -> Outcome[FrameT]:
        """Send what is pending, and what failed once more; conflicts and invalid rows need a new plan.

        A request that may have been sent keeps its idempotency key, so nothing happens twice.

        Args:
            concurrency: Requests at the same time, 1 to 8, as in :meth:`~pb2b_notebook.upserts.plans.Plan.apply`.
            progress: Whether to show a bar.
            watch: Called a few times a second, as there.

        Raises:
            UsageError: No row is pending or failed.
        """
        statuses = set(self.table["status"].unique().to_list())
        if self.dry_run or not statuses & {"pending", "failed"}:
            raise UsageError(
                "nothing is pending and nothing failed",
                repair="conflict and invalid rows need a new plan: correct them, then ws.leads.plan(df)",
            )
        return self.target.actions.retry(self, RunOptions(concurrency, progress, watch))

    def settle(self) -> Outcome[FrameT]:
        """Find out what became of requests that were sent and not answered; nothing else is sent.

        A kernel that ended, or a connection that broke, leaves such requests. Each is sent again with the same
        idempotency key, which returns what it did; where the key is too old, or the service does not know keys, the
        leads are looked up. An undo of an intake, and of a form, does this first.

        Returns:
            The outcome as it is known now; its :attr:`unknown` rows are those of which nothing could be proven.

        Raises:
            JobBusyError: Another kernel is running the job.
        """
        return self.target.actions.settle(self)

    @property
    def created_ids(self) -> list[str]:
        """Ids of the leads that this created; ``ws.leads.plan_delete(outcome.created_ids)`` deletes them again."""
        made = self.table.filter(pl.col("status") == "succeeded", pl.col("action") == "create")
        return [lead_id for lead_id in made["lead_id"].to_list() if lead_id]

    def undo_plan(self) -> Plan[FrameT]:
        """Return a plan that writes the earlier values back; its ``.cannot_undo`` lists what stays, and why.

        It does not delete leads that were created: that is a plan of its own, of :attr:`created_ids`. A lead that
        another user has changed since is a conflict. What was sent and not answered is not undone: :meth:`settle` first
        finds out what it did. An import does not report versions: its leads are read, and those
        without the values that it wrote stay as they are.
        """
        return self.target.actions.undo(self)

    # --- for the modules of this room ------------------------------------------------------------------

    @cached_property
    def conflicting(self) -> pl.DataFrame:
        """:attr:`conflicts` as a polars frame."""
        rows = self.table.filter(pl.col("status") == "conflict")["row"]
        changes = tables.differences(self.decisions).filter(pl.col("row").is_in(rows.implode()))
        theirs = [
            self._current_value(row, field, before)
            for row, field, before in changes.select("row", "field", "before").iter_rows()
        ]
        return changes.select("row", "field", ours="after", theirs=pl.Series(theirs, dtype=pl.String))

    def _current_value(self, row: int, column: str, before: str | None) -> str | None:
        """The value that the service sent with the conflict; without one, what the plan compared with."""
        current = self.results.get(row, {}).get("current")
        if not current:
            return before
        field = self.decisions.fields[column]
        holder = current if field.builtin else current.get("custom_fields") or {}
        value = holder.get(field.key)
        if value is None or isinstance(value, str):
            return value
        return json.dumps(value, ensure_ascii=False)

    @cached_property
    def results(self) -> dict[int, dict[str, Any]]:
        """The latest result of each row: what follows from a response is sent after it, and comes later."""
        latest: dict[int, dict[str, Any]] = {}
        for sent in self.sent:
            results = sent.results if sent.state in {"done", "review"} else [{}] * len(sent.send.rows)
            for row, result in zip(sent.send.rows, results, strict=True):
                attempts = sent.attempts + latest.get(row, {}).get("attempts", 0)
                known = {"request_id": sent.request_id, "attempts": attempts}
                waiting = {"status": "pending"}
                if sent.state == "sent":
                    waiting |= {"code": "unknown_outcome", "message": "it was sent, and its outcome is not known yet"}
                latest[row] = {**(result or waiting), **known}
        return latest

    @cached_property
    def untouched(self) -> frozenset[int]:
        """The pending rows of which no request can have had an effect: none was sent, or the key was refused."""
        touched = {row for sent in self.sent for row in _touched_rows(sent)}
        return frozenset(self.table.filter(pl.col("status") == "pending")["row"].to_list()) - touched

    def abandon_rest(self) -> None:
        """Abandon what an unfinished job has left, so that nothing goes on with it; see :meth:`.Upserts.abandon`."""
        if self.job_id is not None:
            jobs = self.target.jobs
            with jobs.running(self.job_id):
                jobs.end(self.job_id, "abandoned", self.target.session.time())

    @cached_property
    def is_unknown(self) -> pl.Series:
        """Whether each row may have been done, and it is not known."""
        status, row = self.table["status"], self.table["row"]
        return (status == "needs_review") | ((status == "pending") & ~row.is_in([*self.untouched]))

    @cached_property
    def table(self) -> pl.DataFrame:
        """The rows as a polars frame, with ``row``."""
        planned = self.decisions.rows
        status = planned["action"].replace_strict(
            {"unchanged": "unchanged", "invalid": "invalid", "conflict": "conflict"}, default="pending"
        )
        columns: dict[str, list[Any]] = {
            "status": status.to_list(),
            "lead_id": planned["lead_id"].to_list(),
            "action": planned["action"].to_list(),
            "error_code": planned["code"].to_list(),
            "field": planned["field"].to_list(),
            "message": planned["reason"].to_list(),
            "request_id": [None] * planned.height,
            "attempts": [0] * planned.height,
        }
        for row, result in self.results.items():
            columns["status"][row] = result["status"]
            columns["action"][row] = result.get("action") or columns["action"][row]
            columns["lead_id"][row] = result.get("lead_id") or columns["lead_id"][row]
            columns["error_code"][row] = result.get("code")
            columns["field"][row] = result.get("field")
            columns["message"][row] = result.get("message") or columns["message"][row]
            columns["request_id"][row] = result["request_id"]
            columns["attempts"][row] = result["attempts"]
        kinds = dict.fromkeys(_COLUMNS, pl.String) | {"attempts": pl.Int64}
        return pl.DataFrame({"row": planned["row"], **columns}, schema_overrides=kinds)

    def __len__(self) -> int:
        return self.table.height

    def _facts(self) -> list[tuple[str, str]]:
        facts = [(name.replace("_", " "), f"{count:,}") for name, count in self.summary.items() if count]
        if self.dry_run:
            facts.append(("dry run", "nothing was sent"))
        if self.summary["invalid"] or self.summary["failed"]:
            facts.append(
                ("why", "outcome.not_done: invalid rows were refused before sending, failed ones by the service")
            )
        if self.done_before is not None:
            facts.append(("again", f"nothing was sent: the same plan was applied {age_text(self.done_before)} ago"))
        if self.job_id is not None:
            facts.append(("job", self.job_id))
        if self.problem is not None:
            facts.append(("stopped by", f"{type(self.problem).__name__}: {self.problem.message}"))
        if self.summary["pending"] and not self.dry_run:
            refused = isinstance(self.problem, AuthenticationError | PermissionDeniedError)
            first = "connect with a key that may do this, then " if refused else ""
            facts.append(("next", f"{first}run the cell again, or outcome.retry(), to send what is pending"))
        return facts

    def _card(self) -> Card:
        return Card(
            title="Outcome",
            badge=self.target.badge,
            about=f"{self.target.name} · {count_text(len(self), 'row')}",
            facts=self._facts(),
            label_width=LABEL_WIDTH,
        )


def _touched_rows(sent: Sent) -> list[int]:
    """Return the rows on which a request may have had an effect; a result that says "pending" is that it had none."""
    if sent.state not in {"done", "review"}:
        return [] if sent.state == "pending" else [*sent.send.rows]
    results = zip(sent.send.rows, sent.results, strict=True)
    return [row for row, result in results if result["status"] != "pending"]
