"""Plan what rows, such as those of merged duplicates, would change in the workspace, then review the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

import ipywidgets as widgets

from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import InvalidParameterError, UsageError
from pb2b_notebook.forms import inputs, rendering
from pb2b_notebook.forms.base import Form
from pb2b_notebook.forms.inputs import Input
from pb2b_notebook.forms.plans.lookalikes import find_lookalikes
from pb2b_notebook.forms.plans.review import PlanReview
from pb2b_notebook.forms.watching import Watch
from pb2b_notebook.intake.decisions import percent
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.upserts.planning.current_leads import all_leads
from pb2b_notebook.upserts.plans import Plan
from pb2b_notebook.workspace import Workspace

_EXISTING: Final = {"write what differs": "overwrite", "fill only blank fields": "fill", "leave it as it is": "skip"}
_MISSING: Final = {"create it": "create", "leave the row out": "skip"}
_SHOWN: Final = 20
"""Rows that may be leads under another address, and are listed."""
_NONE: Final = rendering.notice(
    "info",
    "No rows are planned yet",
    "What you merge in Duplicates is planned here: press “Make a plan of it” there, look at each row, and apply it. "
    "A list of people is brought in with “Bring in a list”, which also looks for them under other addresses; "
    "there, “Brought in before” lists what was applied here, too, with Undo.",
)


class PlanForm(Form[Plan[Any]]):
    """Plan what rows would change in a workspace, and review the plan row by row. Nothing is written before Apply.

    Leads are found by an address or an id, so that a person whom the workspace has under another address would be
    created: such rows are not ticked, and the form lists them. A list of people is for
    :class:`~pb2b_notebook.forms.IntakeForm`, which also merges its rows.

    Args:
        ws: The workspace.
        files: None; they are an :class:`~pb2b_notebook.errors.InvalidParameterError`, which names ``IntakeForm``.
        options: None either.

    Attributes:
        result: The plan.
        review: The :class:`PlanReview` of the plan; ``None`` before.

    Values: ``match_on``, ``existing`` and ``missing`` as ``ws.leads.plan`` takes them; :meth:`use` gives the rows.

    Example:
        >>> import pandas as pd, pb2b_notebook as pb
        >>> with pb.open_sandbox(leads=20) as ws:
        ...     form = pb.forms.PlanForm(ws)
        ...     form.use(pd.DataFrame({"email": ["ada@example.com"], "title": ["Countess"]}))
        ...     plan = form.submit()
        ...     done = form.review.submit()
        ...     plan.summary["create"], form.submit().summary["unchanged"]
        (1, 1)
    """

    title: ClassVar[str] = "Plan changes"
    action: ClassVar[str] = "Plan"
    stopping: ClassVar[str] = "Stop"
    gives: ClassVar[str] = "plan"
    operations: ClassVar[tuple[str, ...]] = ("leads.list",)

    def __init__(self, ws: Workspace[Any], *files: Any, **options: Any) -> None:
        if files or options:
            raise InvalidParameterError(
                "PlanForm takes a workspace, and neither a file nor options",
                repair="pb.forms.IntakeForm(ws, path) brings a list in; form.use(rows) plans a frame",
            )
        self.review: PlanReview | None = None
        self._given: Any = None
        self._about = widgets.HTML(_NONE)
        self._lookalikes = pl.DataFrame()
        super().__init__(ws)

    def use(self, rows: Any, about: str = "") -> None:
        """Plan these rows.

        Args:
            rows: Frame or merge of duplicates, as ``ws.leads.plan`` takes them; ``None`` for none.
            about: Description of the rows, shown on the form.
        """
        self._given, self.result, self.review, self._outcome.children = rows, None, None, ()
        message = f"Rows to plan: {about or 'a frame'}"
        self._about.value = _NONE if rows is None else rendering.status_line("info", message)
        self._show_whether_ready()

    def _is_ready(self) -> bool:
        return self._given is not None

    def _ask(self) -> Sequence[Input]:
        return [
            inputs.choice("match_on", "Match leads on", {"email address": "email", "external id": "external_id"}),
            inputs.choice("existing", "A lead that exists", _EXISTING),
            inputs.choice("missing", "No lead matches", _MISSING),
        ]

    def _body(self) -> Sequence[Any]:
        self._options = widgets.VBox(list(super()._body()))
        return [self._about, self._options]

    def _after_open(self) -> None:
        self._show_whether_ready()

    def _show_whether_ready(self) -> None:
        """Show the options and the button only if there are rows to plan."""
        ready = self._is_ready()
        self._button.disabled = self.busy or not ready
        self._options.layout.display = self._button.layout.display = "" if ready else "none"

    def _run(self, values: Mapping[str, Any], watch: Watch) -> Plan:
        ws = self._ws
        self.review = None
        if self._given is None:
            raise UsageError("there are no rows to plan", repair="merge duplicates first, or form.use(rows)")
        with watch.computing("comparing with the current leads …"):
            plan: Plan = ws.leads.plan(self._given, **values)
            self._lookalikes = find_lookalikes(plan, lambda: all_leads(plan.target))
        self.review = PlanReview(plan)
        self.review.values = {
            "order": "most changes first",
            "left_out": plan.labels_of(self._lookalikes["row"]),
        }
        return plan

    def _show(self, result: Plan) -> Sequence[Any]:
        assert self.review is not None  # noqa: S101 - set together with the result
        if any(result.summary[name] for name in ("create", "update", "conflict", "invalid")):
            message = "Review the plan below. Nothing is written before you press Apply."
            notice = self._result_notice("success", "Planned", message)
            return [notice, *self._about_lookalikes(result), self.review.widget]
        rows = "The row is" if len(result) == 1 else f"All {len(result):,} rows are"
        message = f"{rows} already in the workspace." if len(result) else "There are no rows."
        return [self._result_notice("success", "Nothing to do", message), self.review.widget]

    def _about_lookalikes(self, plan: Plan) -> list[Any]:
        """Return which rows are not ticked, since they are perhaps leads under another address."""
        found = self._lookalikes
        if not found.height:
            return []
        are = count_text(found.height, "row is", "rows are")
        title = f"{are} perhaps in the workspace under another address, and not ticked"
        notice = rendering.notice("warning", title, "Tick a row below only if it is another person.")
        rows = [
            (f"row {label}", who, lead, percent(probability))
            for label, (_, who, lead, probability) in zip(
                plan.labels_of(found["row"].head(_SHOWN)), found.head(_SHOWN).iter_rows(), strict=True
            )
        ]
        caption = f"the first {_SHOWN} of {found.height:,}" if found.height > _SHOWN else ""
        table = rendering.table(("row", "who", "perhaps the lead", "probability"), rows, caption=caption)
        return [widgets.HTML(notice + table)]
