"""Plan what a file, or a merge of duplicates, would change in the workspace, then review the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

import ipywidgets as widgets

from pb2b_notebook.display.counting import count_text
from pb2b_notebook.forms import buttons, inputs, known_fields, rendering
from pb2b_notebook.forms.base import Form
from pb2b_notebook.forms.inputs import Input
from pb2b_notebook.forms.intake.list_source import ListSource
from pb2b_notebook.forms.plans.review import PlanReview
from pb2b_notebook.forms.watching import Watch
from pb2b_notebook.upserts.plans import Plan
from pb2b_notebook.workspace import Workspace

_EXISTING: Final = {"write what differs": "overwrite", "fill only blank fields": "fill", "leave it as it is": "skip"}
_MISSING: Final = {"create it": "create", "leave the row out": "skip"}


class PlanForm(Form[Plan[Any]]):
    """Plan what rows would change in a workspace, and review the plan row by row. Nothing is written before Apply.

    Args:
        ws: The workspace.

    Attributes:
        result: The plan.
        review: The :class:`PlanReview` of the plan; ``None`` before.

    Values: ``path`` (or :meth:`use` for a frame or a merge), ``match_on``, ``existing`` and ``missing`` as
    ``ws.leads.plan`` takes them. The columns of a file are mapped to lead fields, and its cells cleaned, as the form
    "Bring in a list" does; a cell that does not fit its field is left out, and its row is kept.

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

    def __init__(self, ws: Workspace[Any]) -> None:
        self.review: PlanReview | None = None
        self._given: Any = None
        self._about = widgets.HTML()
        self._otherwise = buttons.small("Plan from a file instead", lambda: self.use(None))
        super().__init__(ws)
        self.use(None)

    def use(self, rows: Any, about: str = "") -> None:
        """Plan these rows instead of those of a file.

        Args:
            rows: Frame or merge of duplicates, as ``ws.leads.plan`` takes them; ``None`` for a file again.
            about: Description of the rows, shown on the form.
        """
        self._given, self.result, self.review, self._outcome.children = rows, None, None, ()
        message = f"Rows to plan: {about or 'a frame'}"
        self._about.value = "" if rows is None else rendering.status_line("info", message)
        self._list.widget.layout.display = "" if rows is None else "none"
        self._otherwise.layout.display = "none" if rows is None else ""

    def _ask(self) -> Sequence[Input]:
        ws = self._ws
        fields = self._fetch_or_default(
            lambda: known_fields.read(ws), known_fields.default_fields(ws), known_fields.MISSING
        )
        self._list = ListSource(ws, fields, self._start, self._run_callback)
        return [
            self._list.input,
            inputs.choice("match_on", "Match leads on", {"email address": "email", "external id": "external_id"}),
            inputs.choice("existing", "A lead that exists", _EXISTING),
            inputs.choice("missing", "No lead matches", _MISSING),
        ]

    def _body(self) -> Sequence[Any]:
        asked = [self._inputs[name].widget for name in ("match_on", "existing", "missing")]
        return [self._list.widget, widgets.HBox([self._about, self._otherwise]), *asked]

    def _run(self, values: Mapping[str, Any], watch: Watch) -> Plan:
        ws = self._ws
        self.review, rows = None, self._given
        if rows is None:
            with watch.computing("reading the file …"):
                rows = self._list.rows()
        options = {name: values[name] for name in ("match_on", "existing", "missing")}
        with watch.computing("comparing with the current leads …"):
            plan: Plan = ws.leads.plan(rows, **options)
        self.review = PlanReview(plan)
        self.review.values = {"order": "most changes first"}
        return plan

    def _show(self, result: Plan) -> Sequence[Any]:
        assert self.review is not None  # noqa: S101 - set together with the result
        left = self._list.cells_left_out if self._given is None else 0
        many = "cells do not fit their field, and are left out"
        note = count_text(left, "cell does not fit its field, and is left out", many)
        note = f"{note}; the columns show which." if left else ""
        if any(result.summary[name] for name in ("create", "update", "conflict", "invalid")):
            return [
                self._result_notice(
                    "success", "Planned", "Review the plan below. Nothing is written before you press Apply.", note
                ),
                self.review.widget,
            ]
        rows = "The row is" if len(result) == 1 else f"All {len(result):,} rows are"
        message = f"{rows} already in the workspace." if len(result) else "There are no rows."
        return [self._result_notice("success", "Nothing to do", message), self.review.widget]
