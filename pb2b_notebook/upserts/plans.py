"""The plan: a value that says what would be done, row by row and field by field, and what it costs."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Generic, Literal

from pb2b_notebook.display.cards import Card, ShowsCard, Table, shorten, shorten_cells
from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import suggesting
from pb2b_notebook.frames.arrow_export import ExportsArrow
from pb2b_notebook.frames.library import index_labels, row_positions
from pb2b_notebook.frames.types import FrameT
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.upserts import tables
from pb2b_notebook.upserts.outcomes import LABEL_WIDTH
from pb2b_notebook.upserts.planning.decisions import Decisions, no_suppressed_rows
from pb2b_notebook.upserts.running import payloads
from pb2b_notebook.upserts.running.run_options import RunOptions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pb2b_notebook.upserts.costs import Cost
    from pb2b_notebook.upserts.outcomes import Outcome
    from pb2b_notebook.upserts.plan_building import Basis
    from pb2b_notebook.upserts.planning.desired_rows import CellProblem
    from pb2b_notebook.upserts.running.run_options import Watch
    from pb2b_notebook.upserts.target_workspace import Target

    Via = Literal["api", "import"]

_SHOWN: Final = 10
_ALLOW: Final = "see plan.suppressed; plan.allowing(rows) creates them"
_WIDEST: Final = 60


@dataclass(frozen=True)
class PlanSource:
    """What a plan was made from: its job is found again by this.

    Attributes:
        kind: "upsert", "delete" or "undo".
        parameters: Parameters of the call.
        keys: Identity of each row, in order: its id, or the value that it matches by.
        values: All desired values, as a polars frame.
        left_out: Positions of the rows that a person left out.
        allowed: Positions of the suppressed rows that a person allowed.
        origin: Digests of the list that the rows were made from, and of how they were made: an intake decides by what
            the workspace holds, so that its rows are others once a part of them has arrived.
        facts: Further facts for the journal: ``list``, the name of the list, ``content``, its digest, and ``undoes``,
            the job that is undone.
    """

    kind: str
    parameters: Mapping[str, Any]
    keys: pl.Series
    values: pl.DataFrame
    left_out: frozenset[int] = frozenset()
    allowed: frozenset[int] = frozenset()
    origin: tuple[str, str] | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    def fingerprint(self, workspace: str) -> str:
        """Return a digest that is equal for the same leads, in the same order, with the same parameters."""
        head = json.dumps([workspace, self.kind, dict(self.parameters)], sort_keys=True)
        digest = hashlib.sha256(head.encode())
        digest.update(json.dumps(self.keys.to_list() if self.origin is None else self.origin[0]).encode())
        return digest.hexdigest()

    def input_digest(self, via: str) -> str:
        """Return a digest that is equal for the same values of the rows not left out, sent the same way."""
        if self.origin is not None:
            return hashlib.sha256(json.dumps([via, self.origin[1], sorted(self.left_out)]).encode()).hexdigest()
        file = io.BytesIO()
        left_out = list(self.left_out)
        self.values.remove(pl.int_range(pl.len()).is_in(left_out)).write_ndjson(file)
        allowed = json.dumps(sorted(self.allowed)).encode() if self.allowed else b""
        return hashlib.sha256(via.encode() + allowed + b"\0" + file.getvalue()).hexdigest()


@dataclass(frozen=True, eq=False, repr=False)
class Plan(ExportsArrow, ShowsCard, Generic[FrameT]):
    """What would be done to leads: nothing is sent before :meth:`apply`.

    ``pb.forms.PlanReview(plan)`` shows it row by row, to be changed and applied by hand. Two plans are equal if their
    decisions are.

    Attributes:
        cost: Requests, time and leads of the allowance: ``str(plan.cost)``.
        cannot_undo: Rows that a plan which undoes another leaves as they are, and why; else ``None``.
        target: The workspace.
        decisions: Decisions behind the frames.
        source: What the plan was made from.
        cell_problems: Every cell that cannot be sent.
        library: Library of the frames, "pandas" or "polars".
        index: Index of the input; ``None`` for polars.
        basis: What the plan was decided from; ``None`` for a plan that deletes, or undoes another.
        stays: Number of leads that the undone plan created; this plan does not delete them.
        latest_job: Number of the latest job of the journal before the leads were read: a later job with the same
            requests is that of this plan; ``None`` where the journal cannot be read.
    """

    MAIN_TABLE = "rows"

    decisions: Decisions = field(repr=False)
    source: PlanSource = field(repr=False)
    cost: Cost
    target: Target = field(repr=False)
    cell_problems: tuple[CellProblem, ...] = field(default=(), repr=False)
    library: str = "pandas"
    index: Any = field(default=None, repr=False)
    cannot_undo: Any = field(default=None, repr=False)
    basis: Basis | None = field(default=None, repr=False)
    stays: int = 0
    latest_job: int | None = field(default=None, repr=False)

    @property
    def summary(self) -> dict[str, int]:
        """Number of rows of each action: create, update, unchanged, invalid, conflict (and delete)."""
        return self.decisions.counts

    @cached_property
    def rows(self) -> FrameT:
        """One row per input row, with its index: action, lead_id, code, field and reason."""
        table = self.decisions.rows.select("action", "lead_id", "code", "field", "reason")
        found: FrameT = tables.as_frame(table, self.library, self.index)
        return found

    @cached_property
    def diff(self) -> FrameT:
        """One row per field that changes: row, field, before and after, as text; lists are JSON.

        ``row`` is the index label of the row in the input frame (its position from 0 in polars).
        Conflicts over a change are among them, with the current value as ``before``.
        """
        found: FrameT = tables.as_row_frame(self.differences, self.library, self.index)
        return found

    @cached_property
    def problems(self) -> FrameT:
        """Problems of the rows: row, field, code, severity, message and suggestion.

        ``row`` is the index label of the row in the input frame, ``df.loc[row]`` (its position from 0 in polars). An
        import job counts the rows that it received from 1 (``row_number``), and ``pb.read_leads`` reports the line that
        a spreadsheet shows (``line``).

        An "error" keeps its row from being sent; rows with a "warning" or "info" are sent, and are worth a look first.
        Only values that would be sent are checked.
        """
        found: FrameT = tables.as_row_frame(self._problems, self.library, self.index)
        return found

    @cached_property
    def suppressed(self) -> FrameT:
        """Rows that are not created, because they are probably about people who opted out.

        Columns: row (index label, in polars the position), lead_id and status (of the lead that opted out; without an
        id it is another row of the frame), probability and reasons. :meth:`allowing` creates rows that a person has
        looked at.
        """
        rows = self.decisions.rows.filter(pl.col("code") == "suppressed").select("row")
        known = self.basis.suppressed if self.basis is not None else None
        table = no_suppressed_rows() if known is None else known.join(rows, on="row", how="semi", maintain_order="left")
        found: FrameT = tables.as_row_frame(table, self.library, self.index)
        return found

    @cached_property
    def refused(self) -> str | None:
        """Reason why the plan as a whole cannot be applied; ``None`` if it can."""
        if not self.cost.passes_limit:
            return None
        creates = count_text(self.cost.creates, "lead")
        return f"it creates {creates}, and the workspace may hold {self.cost.left:,} more (leads_limit)"

    @suggesting
    def apply(
        self,
        *,
        via: Via = "api",
        concurrency: int = 4,
        progress: bool = True,
        dry_run: bool = False,
        watch: Watch | None = None,
    ) -> Outcome[FrameT]:
        """Carry out the plan: send each row once, whatever fails.

        All requests are written to the journal before the first one is sent. If the cell is interrupted, or the kernel
        dies, the same cell continues where it was. A finished plan is not sent again, unless a plan deleted all that it
        created; a new plan with the same requests is not within 24 hours.

        Args:
            via: "api" sends bulk upserts of 100 rows, and single changes where the key of a lead changes or several
                leads share it. "import" sends import jobs of 10,000 rows: fewer requests, but an import has no
                precondition, so that it overwrites a change made upstream since the plan. A live service gets
                changes of leads by upserts, until an import has shown that it keeps what it does not map.
            concurrency: Requests at the same time, 1 to 8; the rate limit is kept in any case.
            progress: Whether to show a bar when it takes longer than a second.
            dry_run: Whether to stop before the journal: nothing is written and nothing sent.
            watch: Called a few times a second with the number of rows done and of all rows; if it returns false, the
                run ends for now, and the rest stays pending.

        Returns:
            An :class:`~pb2b_notebook.upserts.outcomes.Outcome`. After a 401 or 403 the rest stays pending, and
            ``.problem`` says why.

        Raises:
            PlanRefusedError: It would exceed the workspace's limit of leads; nothing was sent.
            ReadOnlyError: The key or the workspace is read-only; nothing was sent.
            PermissionDeniedError: The key lacks a scope that this needs; nothing was sent.
            JobChangedError: An unfinished job has the same leads and other values; nothing was sent.
            JobBusyError: Another kernel is running this job.
            UsageError: The plan was undone, its list was brought in since with other choices, or the workspace
                is closed; nothing was sent.
            JournalError: The journal cannot be written, so nothing was sent.
            ApplyInterrupted: Ctrl-C was pressed; ``.outcome`` holds what was done.
        """
        options = RunOptions(concurrency, progress, watch)
        return self.target.actions.apply(self, via=via, dry_run=dry_run, options=options)

    # --- changed by hand: each returns another plan -------------------------------------------------------------------

    def without(self, rows: Iterable[Any]) -> Plan[FrameT]:
        """Return the plan without some rows: their leads stay as they are.

        Args:
            rows: Index labels of the rows, as :attr:`diff` shows them.

        Raises:
            InvalidParameterError: There is no such row.

        Example:
            >>> import pandas as pd, pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     plan = ws.leads.plan(pd.DataFrame({"email": ["ada@example.com", "alan@example.com"]}))
            ...     plan.without([1]).apply().rows["status"].tolist()
            ['succeeded', 'unchanged']
        """
        return self.target.actions.without(self, self.positions_of(rows))

    def edited(self, edits: Mapping[Any, Mapping[str, Any]]) -> Plan[FrameT]:
        """Return the plan with other values in some rows, decided and checked again as if the frame had held them.

        Args:
            edits: Index label of the row → field → value; ``None`` leaves the field as it is. Where an edit changes the
                value that a row matches by, its lead is read from the service.

        Raises:
            InvalidParameterError: There is no such row or field, or the service would refuse the value.
            UsageError: A plan that deletes or undoes has no values of its own.

        Example:
            >>> import pandas as pd, pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     plan = ws.leads.plan(pd.DataFrame({"email": ["ada@"], "title": ["Countess"]}))
            ...     fixed = plan.edited({0: {"email": "ada@example.com"}})
            >>> plan.rows["action"].item(), fixed.rows["action"].item()
            ('invalid', 'create')
        """
        return self.target.actions.edited(self, dict(zip(self.positions_of(edits), edits.values(), strict=True)))

    def overwriting(self, rows: Iterable[Any]) -> Plan[FrameT]:
        """Return the plan with some conflicts overwritten: these rows win over the current values.

        Args:
            rows: Index labels of the rows. The leads must not have changed again since this plan was made.

        Raises:
            InvalidParameterError: There is no such row.
            UsageError: A plan that deletes or undoes has no values of its own.
        """
        return self.target.actions.overwriting(self, self.positions_of(rows))

    def allowing(self, rows: Iterable[Any]) -> Plan[FrameT]:
        """Return the plan that creates some suppressed rows all the same: a person has looked at them.

        Args:
            rows: Index labels of rows of :attr:`suppressed`; other rows stay as they are.

        Raises:
            InvalidParameterError: There is no such row.
            UsageError: A plan that deletes or undoes has no values of its own.

        Example:
            >>> import pandas as pd, pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     gone = ws.leads.create(full_name="Ada Berg", company_name="Nordlicht", status="unsubscribed")
            ...     people = pd.DataFrame({"full_name": ["Ada Berg"], "company_name": ["Nordlicht AG"],
            ...                            "email": ["ada@private.example"]})
            ...     plan = ws.leads.plan(people)
            ...     plan.rows["code"].tolist(), plan.allowing(plan.suppressed["row"]).summary["create"]
            (['suppressed'], 1)
        """
        return self.target.actions.allowing(self, self.positions_of(rows))

    def again(self) -> Plan[FrameT]:
        """Return a plan of the same rows, compared with the leads as they are now; edits and omissions are kept.

        Raises:
            UsageError: The plan undoes another one: call ``outcome.undo_plan()`` again instead.
        """
        return self.target.actions.again(self)

    def positions_of(self, rows: Iterable[Any]) -> list[Any]:
        """Return the positions of rows that are named as in :attr:`diff` and :attr:`problems`."""
        repair = "plan.diff and plan.problems show the labels"
        return row_positions(rows, index_labels(self.index), count=len(self), repair=repair)

    def labels_of(self, positions: Iterable[int]) -> list[Any]:
        """Return how :attr:`diff` and :attr:`problems` name the rows at these positions."""
        labels = index_labels(self.index)
        return list(positions) if labels is None else labels[list(positions)].tolist()

    def __len__(self) -> int:
        return self.decisions.rows.height

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plan) and self._decided == other._decided

    def __hash__(self) -> int:
        return hash(self._decided)

    @cached_property
    def decisions_as_text(self) -> Decisions:
        """Decisions with times as text, as they are sent and journalled."""
        return payloads.with_times_as_text(self.decisions)

    @cached_property
    def _decided(self) -> bytes:
        return tables.write(self.decisions_as_text, None)

    @cached_property
    def differences(self) -> pl.DataFrame:
        """:attr:`diff` as a polars frame, whatever the library."""
        return tables.differences(self.decisions_as_text)

    @cached_property
    def _problems(self) -> pl.DataFrame:
        kinds = {"row": pl.Int64, **dict.fromkeys(("field", "code", "severity", "message", "suggestion"), pl.String)}
        rows = [
            (problem.row, problem.field, problem.code, problem.severity, problem.message, problem.suggestion)
            for problem in self.cell_problems
        ]
        with_error = {problem.row for problem in self.cell_problems if problem.severity == "error"}
        invalid = self.decisions.rows.filter(pl.col("action") == "invalid").select("row", "field", "code", "reason")
        rows += [
            (row, field, code, "error", reason, None)
            for row, field, code, reason in invalid.iter_rows()
            if row not in with_error
        ]
        return pl.DataFrame(rows, schema=kinds, orient="row").sort("row", maintain_order=True)

    # --- how it looks -----------------------------------------------------------------------------------------------

    def _facts(self) -> list[tuple[str, str]]:
        facts = [(action, f"{count:,}") for action, count in self.summary.items()]
        facts.append(("cost", str(self.cost)))
        if self.target.read_only and self.cost.requests:
            facts.append(("read-only", "this connection may not write: apply() refuses it, and sends nothing"))
        lacking = self.target.missing_scopes("leads.delete" if self.source.kind == "delete" else "leads.bulk_upsert")
        if lacking and self.cost.requests and not self.target.read_only:
            facts.append(("key", f"lacks the scope {', '.join(lacking)}: apply() refuses, and sends nothing"))
        if suppressed := len(self.suppressed):
            look = count_text(suppressed, "row looks", "rows look")
            facts.append(("suppressed", f"{look} like people who opted out: {_ALLOW}"))
        if self.basis is not None and self.basis.desired.left_out:
            facts.append(("not sent", f"{shorten(', '.join(self.basis.desired.left_out), _WIDEST)}: not lead fields"))
        if self.refused:
            facts.append(("refused", self.refused))
        if self.cost.requests:
            facts.append(("review", "pb.forms.PlanReview(plan)"))
        if self.stays:
            facts.append(("stays", f"{self.stays:,} created: ws.leads.plan_delete(outcome.created_ids) deletes them"))
        if self.cannot_undo is not None and len(self.cannot_undo):
            facts.append(("cannot undo", f"{count_text(len(self.cannot_undo), 'row')}: plan.cannot_undo says why"))
        return facts

    def _card(self) -> Card:
        return Card(
            title="Plan",
            badge=self.target.badge,
            about=f"{self.target.name} · {count_text(len(self), 'row')}",
            facts=self._facts(),
            details=(
                _first_rows(self.differences, ("row", "field", "before", "after"), "changes"),
                _first_rows(self._problems, ("row", "field", "severity", "message", "suggestion"), "problems"),
            ),
            label_width=LABEL_WIDTH,
        )


def _first_rows(table: pl.DataFrame, columns: tuple[str, ...], name: str) -> Table:
    more = f" (the first {_SHOWN} of {table.height:,})" if table.height > _SHOWN else ""
    return Table(columns, shorten_cells(columns, table.select(columns).head(_SHOWN).rows(), _WIDEST), name + more)
