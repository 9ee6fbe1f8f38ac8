"""Review a plan row by row: see what would change, tick and edit rows, apply them, and see the outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import get_ident
from typing import Any, ClassVar, Final

import ipywidgets as widgets

from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import InvalidParameterError, JobChangedError, UsageError
from pb2b_notebook.forms import buttons, inputs, rendering
from pb2b_notebook.forms.base import Form
from pb2b_notebook.forms.inputs import Input
from pb2b_notebook.forms.intake.history import undo_message, undo_question
from pb2b_notebook.forms.paging import PAGE, Listing, Pager
from pb2b_notebook.forms.plans.lines import Line
from pb2b_notebook.forms.plans.rows import PlanRows
from pb2b_notebook.forms.questions import Question
from pb2b_notebook.forms.watching import StoppedWatching, Watch
from pb2b_notebook.intake.undoing import Undone, undo_outcome
from pb2b_notebook.upserts import applying
from pb2b_notebook.upserts.job_control import Upserts
from pb2b_notebook.upserts.leads import Leads
from pb2b_notebook.upserts.outcomes import Outcome
from pb2b_notebook.upserts.planning.decisions import WRITES
from pb2b_notebook.upserts.plans import Plan

_SENT_AS: Final = {"small requests": "api", "an import, which goes on at the service": "import"}
_ORDERS: Final = {
    "action": ("action", False),
    "lead": ("who", False),
    "most changes first": ("changes", True),
    "outcome": ("outcome", False),
}


class PlanReview(Form[Outcome[Any]]):
    """Review a plan row by row, with the current and the planned value of each field, and apply the ticked rows.

    Filter, search and sort the rows, page by page. Untick a row to leave its lead as it is, edit its values, or tick a
    conflict to overwrite what another user changed, or a suppressed row to create a lead for a person who may be one
    who opted out. Nothing is sent before Apply, whose button asks first, and which sends each row once: Stop, a
    restart of the kernel and a second click send nothing twice. The outcome is shown beside each row, failed rows
    can be retried on their own, and a button takes back what was sent.

    Args:
        plan: Plan from ``ws.leads.plan(…)``, ``ws.leads.plan_delete(…)`` or ``outcome.undo_plan()``.
        applied: Function that is called after rows were applied, and after that was undone.

    Attributes:
        plan: The plan with the edits and decisions made here, and nothing left out.
        chosen: The plan of the ticked rows: what Apply applies.
        shown: Rows that match filters and search, on all pages, in order.
        outcome: Outcome of the latest application or retry; also ``result``, unless that submission failed.

    Values: ``search``, ``action``, ``field``, ``outcome``, ``order`` and ``page`` say what is shown. ``left_out`` (rows
    that are not ticked), ``edits`` (row → field → value), ``overwrite`` (conflicts to overwrite) and ``allow``
    (suppressed rows to create) say what is applied. Rows are named by their index labels, as in ``plan.diff``.

    Example:
        >>> import pandas as pd, pb2b_notebook as pb
        >>> people = pd.DataFrame({"email": ["ada@example.com", "alan@example.com"], "title": ["Countess", "Dr"]})
        >>> with pb.open_sandbox(leads=5) as ws:
        ...     form = pb.forms.PlanReview(ws.leads.plan(people))
        ...     done = form.submit(left_out=[1], edits={0: {"title": "Lady"}})
        ...     again = pb.forms.PlanReview(ws.leads.plan(people.head(1)))
        >>> done.rows["status"].tolist(), again.plan.summary["update"]
        (['succeeded', 'unchanged'], 1)
    """

    title: ClassVar[str] = "Review a plan"
    action: ClassVar[str] = "Apply"
    stopping: ClassVar[str] = "Stop"
    gives: ClassVar[str] = "outcome"

    def __init__(self, plan: Plan, applied: Callable[[], None] = lambda: None) -> None:
        _check(plan)
        self._applied = applied
        self.operations = ("leads.delete",) if plan.source.kind == "delete" else ("leads.bulk_upsert",)  # type: ignore[misc]
        self._base = self.plan = plan
        self.outcome: Outcome | None = None
        self._left_out: set[int] = set()
        self._edits: dict[int, dict[str, Any]] = {}
        self._overwrite: set[int] = set()
        self._allow: set[int] = set()
        self._stale = False  # after Apply: the rows are planned again before the next change
        self._plan_rows = PlanRows(plan)
        self._lines = [Line(self) for _ in range(min(PAGE, max(1, len(plan))))]
        self._summary = widgets.HTML()
        self._unfinished = widgets.VBox([])
        self._question = Question("Yes", "No")
        super().__init__(plan.target)
        self._refresh()

    # --- what is chosen ---------------------------------------------------------------------------------------------

    @property
    def chosen(self) -> Plan:
        """The plan of the ticked rows."""
        return self.plan.target.actions.without(self.plan, self._left_out) if self._left_out else self.plan

    @property
    def shown(self) -> list[Any]:
        """Index labels of the rows that match filters and search, as ``plan.diff`` shows them."""
        return self.plan.labels_of(self._pager.listing.matching)

    def tick(self, rows: Iterable[Any] | None = None) -> None:
        """Include rows; by default all that are shown.

        A conflict is overwritten, and a suppressed row created, only if its row is named.

        Args:
            rows: Index labels of the rows, as ``plan.diff`` shows them.

        Raises:
            InvalidParameterError: There is no such row.
        """
        self._include(self._positions(rows), conflicts=rows is not None)

    def untick(self, rows: Iterable[Any] | None = None) -> None:
        """Leave rows out; by default all that are shown.

        Args:
            rows: Index labels of the rows, as ``plan.diff`` shows them.

        Raises:
            InvalidParameterError: There is no such row.
        """
        self._leave_out(self._positions(rows))

    def edit(self, row: Any, **values: Any) -> None:
        """Change values of a row, checked as the service would check them.

        Args:
            row: Index label of the row, as ``plan.diff`` shows it.
            values: Column → new value.

        Raises:
            InvalidParameterError: There is no such row or field, or a value is refused; the plan stays as it is.
        """
        [position] = self.plan.positions_of([row])
        self._edit_row(position, values)

    def _positions(self, rows: Iterable[Any] | None) -> set[int]:
        return set(self._pager.listing.matching if rows is None else self.plan.positions_of(rows))

    def _include(self, positions: set[int], *, conflicts: bool) -> None:
        named = positions if conflicts else set()
        self._choose(
            self._left_out - positions,
            over=self._overwrite | (self._plan_rows.changed_upstream & named),
            allow=self._allow | (self._plan_rows.suppressed & named),
        )

    def _leave_out(self, positions: set[int]) -> None:
        self._choose(self._left_out | positions, over=self._overwrite - positions, allow=self._allow - positions)

    def _edit_row(self, position: int, values: Mapping[str, Any]) -> None:
        self._choose(self._left_out, edits={**self._edits, position: {**self._edits.get(position, {}), **values}})

    def again(self) -> Plan:
        """Compare the rows with the current leads again, and return the new plan."""
        self._stale = True
        self._choose(self._left_out)
        return self.plan

    def retry(self) -> Outcome:
        """Send failed and pending rows again, and nothing else.

        Raises:
            UsageError: Nothing has been applied here, or no row failed.
        """
        if self.outcome is None:
            raise UsageError("this form has not applied anything yet", repair="press Apply, or form.submit()")
        return self._take_outcome(self.outcome.retry(watch=self._report_progress))

    # --- asking -----------------------------------------------------------------------------------------------------

    def _ask(self) -> Sequence[Input]:
        choices, labels = self._plan_rows.choices(), {"action": "Action", "field": "Field", "outcome": "Outcome"}
        self._pager = Pager(
            Listing(self._plan_rows.table),
            self._show_rows,
            filters={name: (labels[name], choices[name]) for name in labels},
            orders=_ORDERS,
        )
        asked = [
            *self._pager.inputs,
            self._input(
                "left_out",
                lambda: self.plan.labels_of(sorted(self._left_out)),
                lambda given: self._choose(self._positions(_rows(given))),
            ),
            self._input(
                "edits",
                lambda: dict(zip(self.plan.labels_of(self._edits), self._edits.values(), strict=True)),
                lambda given: self._choose(self._left_out, edits=self._with_positions(_edits(given))),
            ),
            self._input(
                "overwrite",
                lambda: self.plan.labels_of(sorted(self._overwrite)),
                lambda given: self._choose(self._left_out, over=self._positions(_rows(given))),
            ),
            self._input(
                "allow",
                lambda: self.plan.labels_of(sorted(self._allow)),
                lambda given: self._choose(self._left_out, allow=self._positions(_rows(given))),
            ),
        ]
        return asked if self._base.source.kind == "delete" else [*asked, inputs.choice("via", "Send as", _SENT_AS)]

    def _input(self, name: str, read: Callable[[], Any], write: Callable[[Any], None]) -> Input:
        def change(given: Any) -> None:
            # What is chosen already stays: its rows need not have labels that occur once.
            if given != read():
                write(given)

        return inputs.Input(name, self._summary, read, change)

    def _body(self) -> Sequence[Any]:
        lines = widgets.VBox([line.widget for line in self._lines])
        sent_as = [self._inputs["via"].widget] if "via" in self._inputs else []
        ticks = [self._button_for("Tick all shown", self.tick), self._button_for("Untick all shown", self.untick)]
        above = [self._pager.controls, buttons.row(*ticks), self._pager.pages]
        return [*above, lines, self._summary, *sent_as, self._unfinished]

    def _below(self) -> Sequence[Any]:
        return [self._question.widget]

    def _more_buttons(self) -> Sequence[Any]:
        return [] if self._base.source.kind == "undo" else [self._button_for("Plan again", self._show_again)]

    # --- doing ------------------------------------------------------------------------------------------------------

    def _press(self) -> None:
        """Ask before anything is sent: a click is quicker than a look."""
        if self.busy or not self._is_ready():
            return
        cost = self.chosen.cost
        deletes = self._base.source.kind == "delete"
        gone, undone = (
            "A lead that is deleted does not come back.",
            "Undo is possible afterwards; who opts out stays so.",
        )
        after = gone if deletes else undone
        title = f"{self._button.description} in {rendering.plain(self.plan.target.name, most=80)}?"
        self._question.ask(title, f"{cost}. {after}", self.click)

    def _ask_to_undo(self) -> None:
        title, text = undo_question("what was applied last")
        self._question.ask(title, text, lambda: self._start(self._take_back))

    def undo(self) -> Undone:
        """Take back what was applied last: write earlier values back, and delete the leads that were created.

        Raises:
            UsageError: Nothing has been applied here, or leads were deleted, which do not come back.
        """
        if self.outcome is None or self._base.source.kind == "delete":
            raise UsageError("there is nothing to take back", repair="deleted leads do not come back")
        target = self.plan.target
        return undo_outcome(self.outcome, Leads(target.session, target.mirror).plan_delete)

    def _take_back(self) -> None:
        self._report(None, "taking it back …")
        kind, title, more = undo_message(self.undo())
        self._applied()
        self._stale = True
        self._refresh()
        self._outcome.children = (self._undo_button(),) if kind == "warning" else ()
        self._show_message(kind, title, more)

    def _undo_button(self) -> Any:
        return buttons.secondary("Undo …", self._ask_to_undo)

    def _run(self, values: Mapping[str, Any], watch: Watch) -> Outcome:
        for line in self._lines:
            if line.unsaved:
                raise UsageError(
                    f"{line.name} is being edited, and the changes are not in the plan yet",
                    repair="press Change the row, or Cancel, then apply",
                )
        watch.report(None, "preparing the requests …")
        return self._take_outcome(self.chosen.apply(via=values.get("via", "api"), watch=self._report_progress))

    def _report_progress(self, done: int, total: int) -> bool:
        try:
            self._watch.report(done / total if total else None, f"{done:,} of {total:,} rows")
        except StoppedWatching:
            return False
        return True

    def _take_outcome(self, outcome: Outcome) -> Outcome:
        self.result = self.outcome = outcome
        self._stale = self._stale or outcome.job_id is not None
        self._refresh()
        self._applied()
        return outcome

    def _with_positions(self, edits: Mapping[Any, dict[str, Any]]) -> dict[int, dict[str, Any]]:
        return dict(zip(self.plan.positions_of(edits), edits.values(), strict=True))

    def _choose(
        self,
        left_out: set[int],
        *,
        edits: Mapping[int, Mapping[str, Any]] | None = None,
        over: set[int] | None = None,
        allow: set[int] | None = None,
    ) -> None:
        """Take over a choice as a whole; if it is refused, nothing changes."""
        if self.busy and self._worker_id != get_ident():
            raise UsageError("the plan is being applied", repair="call form.stop() or form.wait(), then choose rows")
        actions = self._base.target.actions
        actions.without(self._base, left_out)  # raises where there is no such row
        edits = self._edits if edits is None else {row: dict(fields) for row, fields in edits.items()}
        over = self._overwrite if over is None else over
        allow = self._allow if allow is None else allow
        base = self._base.again() if self._stale else self._base
        if (edits, over, allow) != (self._edits, self._overwrite, self._allow) or base is not self._base:
            plan = actions.overwriting(base, over) if over else base
            plan = actions.allowing(plan, allow) if allow else plan
            self.plan = actions.edited(plan, edits) if edits else plan
        self._base, self._stale = base, False
        self._left_out, self._edits = set(left_out), dict(edits)
        self._overwrite, self._allow = set(over), set(allow)
        self._refresh()

    # --- showing ----------------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        """Show the plan as it is now."""
        if self._plan_rows.plan is not self.plan or self._plan_rows.outcome is not self.outcome:
            self._plan_rows = PlanRows(self.plan, self.outcome)
            self._pager.put(self._plan_rows.table, self._plan_rows.choices())
        else:
            self._pager.refresh()
        self._show_summary()
        self._show_unfinished()

    def _show_rows(self, rows: list[int]) -> None:
        for line, row in zip(self._lines, [*rows, *[None] * (len(self._lines) - len(rows))], strict=True):
            line.show(row)

    def _show_summary(self) -> None:
        ticked = len(self._plan_rows.writable - self._left_out)
        title, kind, lines = "Nothing to do", "success", [count_text(len(self.plan), "row")]
        if self._stale:
            ended = self.outcome is None or not self.outcome.summary["pending"]
            title = "The plan was applied" if ended else "The plan was applied in part"
            kind, lines = "info", ["Press Plan again to compare the rows with the current leads."]
        elif self._is_ready():
            title, kind, lines = (
                "What Apply would do",
                "info",
                [f"{ticked:,} of {count_text(len(self.plan), 'row')} ticked"],
            )
        chosen = self.chosen
        if not self._stale:
            counts = {name: f"{count:,} {name}" for name, count in chosen.summary.items() if count}
            sent = ", ".join(text for name, text in counts.items() if name in WRITES)
            rest = ", ".join(text for name, text in counts.items() if name not in WRITES)
            lines = [": ".join(filter(None, [lines[0], sent])), f"Not sent: {rest}" if rest else "", str(chosen.cost)]
            lines = [*filter(None, lines), *self._remarks(chosen)]
        kind = "warning" if chosen.refused else kind
        self._summary.value = rendering.notice(kind, title, *map(rendering.text, lines))
        self._button.description = f"Apply {ticked:,} row{'' if ticked == 1 else 's'}" if self._is_ready() else "Apply"
        self._button.disabled = self.busy or not self._is_ready()

    def _remarks(self, chosen: Plan) -> list[str]:
        remarks = []
        if chosen.refused:
            remarks.append(f"too many: {chosen.refused}; untick some rows that create leads")
        if invalid := chosen.summary["invalid"]:
            remarks.append(f"{invalid:,} cannot be sent: filter by the action invalid, and edit what is wrong")
        if self._plan_rows.changed_upstream:
            kept = len(self._plan_rows.changed_upstream)
            remarks.append(f"{kept:,} changed since they were read: tick the rows that should overwrite them")
        if suppressed := len(self._plan_rows.suppressed):
            remarks.append(
                f"{suppressed:,} look like people who opted out: tick the rows that should be created anyway"
            )
        return remarks

    def _is_ready(self) -> bool:
        return not self._stale and bool(self._plan_rows.writable - self._left_out)

    def _show_unfinished(self) -> None:
        """Show a job of the same leads that has not ended, started here or before the kernel was restarted."""
        job = applying.open_job(self._base)
        if job is None:
            self._unfinished.children = ()
            return
        when = f"{job.created_at:%Y-%m-%d %H:%M} UTC, {count_text(job.facts.get('rows', 0), 'row')}: {job.id}"
        message = "What was sent is not sent again."
        notice = rendering.notice("warning", "These leads have an unfinished job", rendering.text(when), message)
        on = [self._button_for("Continue it", self._resume), self._button_for("Drop the rest", self._abandon)]
        self._unfinished.children = (widgets.HTML(notice), buttons.row(*on))

    def _show(self, result: Outcome) -> Sequence[Any]:
        counts = {name: count for name, count in result.summary.items() if count}
        summary = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
        lines = [rendering.text(summary), *_advice(counts)]
        if result.job_id is None:
            return [self._result_notice("success", "Nothing to do: nothing was sent", *lines)]
        if result.problem is not None:
            self._message.value = rendering.failure(result.problem)
        bad = counts.keys() - {"succeeded", "unchanged"}
        title = "Applied" if not bad else "Stopped for now" if "pending" in bad else "Applied, but not every row"
        shown = [self._result_notice("warning" if bad else "success", title, *lines)]
        if "failed" in bad and "pending" not in bad:
            shown.append(self._button_for("Retry failed rows", self._show_retry))
        return [*shown, *([] if self._base.source.kind in {"delete", "undo"} else [self._undo_button()])]

    def _show_retry(self) -> None:
        self._outcome.children = tuple(self._show(self.retry()))

    def _show_again(self) -> None:
        self._watch.report(None, "comparing with the current leads …")
        self.again()
        self._outcome.children = ()
        if not self._is_ready():
            message = "All rows are done, except those that are left out or cannot be sent."
            self._show_message("success", "Nothing to do", message)

    def _resume(self) -> None:
        job = applying.open_job(self._base)
        if job is not None:
            outcome = Upserts(self.plan.target).resume(job.id, watch=self._report_progress)
            self._outcome.children = tuple(self._show(self._take_outcome(outcome)))

    def _abandon(self) -> None:
        job = applying.open_job(self._base)
        if job is not None:
            self._outcome.children = tuple(self._show(self._take_outcome(Upserts(self.plan.target).abandon(job.id))))

    def _show_failure(self, problem: BaseException) -> None:
        super()._show_failure(problem)
        if isinstance(problem, JobChangedError):
            self._show_unfinished()


def _advice(counts: Mapping[str, int]) -> list[str]:
    """Return what to do about the rows that did not succeed."""
    advice = {
        "conflict": "Conflict: the lead has changed. Press Plan again to compare the rows with the current leads.",
        "failed": "Failed: filter by the outcome failed to see why, then retry these rows.",
        "pending": "Pending: these rows were not sent, or not answered. Continue the job.",
        "needs_review": "Needs review: look these leads up by hand; it is not known whether the change took effect.",
        "invalid": "Invalid: these rows were not sent. Edit what is wrong, then apply.",
    }
    return [rendering.text(advice[name]) for name in counts if name in advice]


def _check(plan: Any) -> None:
    from pb2b_notebook.upserts.plans import Plan

    if not isinstance(plan, Plan):
        raise InvalidParameterError(
            f"PlanReview needs a plan, not {type(plan).__name__}", repair="pass plan = ws.leads.plan(df)"
        )


def _rows(given: Any) -> set[int]:
    if isinstance(given, str | bytes) or not hasattr(given, "__iter__"):
        raise TypeError
    return {one.item() if hasattr(one, "item") else one for one in given}


def _edits(given: Any) -> dict[int, dict[str, Any]]:
    return {row: dict(fields) for row, fields in dict(given).items()}
