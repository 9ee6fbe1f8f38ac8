"""The lines of a plan's review: a tick, what would change, and an editor for the values of the row."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import ipywidgets as widgets

from pb2b_notebook.errors import InvalidParameterError, ProspectB2BError
from pb2b_notebook.forms import buttons, rendering
from pb2b_notebook.forms.lead_editing import field_input

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pb2b_notebook.forms.inputs import Input
    from pb2b_notebook.forms.plans.review import PlanReview
    from pb2b_notebook.upserts.plans import Plan

_FIRST: Final = 8
"""Fields that an editor shows at once; the others are folded."""


class Line:
    """One row of the page: a tick, what would change, and an editor."""

    def __init__(self, form: PlanReview) -> None:
        self._form = form
        self.row: int | None = None
        self._quiet = False
        self._tick = widgets.Checkbox(indent=False, layout=widgets.Layout(width="8em", flex="0 0 auto"))
        self._tick.observe(self._on_tick, "value")
        # At the width of a phone the values go below the tick: beside it, a column would be a letter wide.
        self._content = widgets.HTML(layout=widgets.Layout(flex="1 1 20em", min_width="0"))
        self._edit = buttons.small("Edit", lambda: form._run_callback(self._open))  # noqa: SLF001 - a part of the form
        self._edit.layout.flex = "0 0 auto"
        self._typed: Callable[[], bool] = bool
        self._editor = widgets.VBox([], layout=widgets.Layout(margin="0 0 0 8em"))
        looks = widgets.Layout(flex_flow="row wrap", align_items="flex-start")
        line = widgets.HBox([self._tick, self._content, self._edit], layout=looks)
        edge = "1px solid var(--jp-border-color2, #d0d5dd)"
        self.widget = widgets.VBox([line, self._editor], layout=widgets.Layout(border_bottom=edge, padding=".3em 0"))

    def show(self, row: int | None) -> None:
        """Show a row of the plan; ``None`` hides the line."""
        self.widget.layout.display = "none" if row is None else ""
        if row != self.row:
            self._close()
        self.row = row
        if row is None:
            return
        form, seen = self._form, self._form._plan_rows  # noqa: SLF001 - a part of the form
        self._content.value = seen.html(row)
        self._quiet = True
        [label] = form.plan.labels_of([row])
        self._tick.description = f"row {label:,}" if isinstance(label, int) else f"row {label}"
        self._tick.value = row in seen.writable and row not in form._left_out  # noqa: SLF001
        self._tick.disabled = row not in seen.writable | seen.changed_upstream | seen.suppressed
        self._quiet = False
        self._edit.layout.display = "" if form.plan.basis is not None else "none"
        self._edit.tooltip = f"edit {self._tick.description}"

    @property
    def name(self) -> str:
        """How an error names the row: by its label if that is a number, since text may be a lead's value."""
        [label] = self._form.plan.labels_of([self.row or 0])
        return f"row {label:,}" if isinstance(label, int) else "a row"

    def _on_tick(self, change: Mapping[str, Any]) -> None:
        if self._quiet or self.row is None:
            return
        form = self._form
        if form.busy:
            self.show(self.row)
            return
        rows = {self.row}
        choose = (lambda: form._include(rows, conflicts=True)) if change["new"] else lambda: form._leave_out(rows)  # noqa: SLF001
        if form._stale:  # noqa: SLF001
            form._start(choose)  # noqa: SLF001 - it reads from the service
        else:
            form._run_callback(choose)  # noqa: SLF001

    @property
    def unsaved(self) -> bool:
        """Whether the editor has changes that are not in the plan yet."""
        return self._typed()

    # --- the editor -------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        if self._editor.children:
            self._close()
            return
        asked = _field_inputs(self._form.plan, self.row or 0, self._form._plan_rows.fields_of(self.row or 0))  # noqa: SLF001
        before = {name: _read(one) for name, one in asked.items()}
        refused = widgets.HTML()
        form = self._form
        save = buttons.small("Change the row", lambda: form._start(lambda: self._save(asked, before, refused)))  # noqa: SLF001
        close = buttons.small("Cancel", self._close)
        first = [one.widget for one in list(asked.values())[:_FIRST]]
        rest = [one.widget for one in list(asked.values())[_FIRST:]]
        more = [buttons.fold("More fields", widgets.VBox(rest))] if rest else []
        hint = widgets.HTML(rendering.status_line("info", "A field that is left empty stays as it is at the service."))
        self._editor.children = (*first, *more, hint, buttons.row(save, close), refused)
        shown = {name: one.widget.value for name, one in asked.items()}
        self._typed = lambda: any(one.widget.value != shown[name] for name, one in asked.items())

    def _save(self, asked: Mapping[str, Input], before: Mapping[str, Any], refused: Any) -> None:
        """Take over the changed values; a refusal is shown in the editor."""
        refused.value = ""
        try:
            now = {name: one.read() for name, one in asked.items()}
            changed = {name: value for name, value in now.items() if value != before[name]}
            if changed:
                self._form._edit_row(self.row or 0, changed)  # noqa: SLF001
        except ProspectB2BError as problem:
            self._form.error = problem
            refused.value = rendering.failure(problem)
        else:
            self._close()

    def _close(self) -> None:
        for one in self._editor.children:
            one.close()
        self._editor.children = ()
        self._typed = bool


def _field_inputs(plan: Plan, row: int, named: Sequence[str]) -> dict[str, Input]:
    """Return a filled-in input for each field of a row, first those that change or are wrong."""
    assert plan.basis is not None  # noqa: S101 - there is no Edit without one
    fields, values = plan.basis.desired.fields, plan.basis.desired.values.row(row, named=True)
    order = [*named, *(name for name in fields if name not in named)]
    made: dict[str, Input] = {}
    for name in order:
        field = fields[name]
        labelled = replace(field, label=field.label or name, required=False)
        one = replace(field_input(labelled, plan.target.session.zone), name=name)
        with suppress(InvalidParameterError):
            one.set(_plain(values[name], one))
        made[name] = one
    return made


def _plain(value: Any, one: Input) -> Any:
    """Return a value as its input takes it, with times as text."""
    if hasattr(value, "tzinfo") and not isinstance(one.widget, widgets.DatePicker):
        return value.isoformat()
    return value


def _read(one: Input) -> Any:
    try:
        return one.read()
    except InvalidParameterError:
        return None
