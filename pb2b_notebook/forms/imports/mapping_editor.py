"""Map columns to lead fields by hand: one line for each column, with samples, its field and its problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Mapping as AnyMapping
from typing import Any

import ipywidgets as widgets

from pb2b_notebook.errors import MappingError
from pb2b_notebook.forms import inputs, rendering
from pb2b_notebook.mapping import Mapping, describe_converters
from pb2b_notebook.mapping.columns import values_of
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.openapi.import_cells import is_blank

LEFT_OUT = ""
CHECKED_ROWS = 200
"""Rows that are checked after each edit, so that the response is immediate; Check looks at all rows."""
_SAMPLES = 3
_SAMPLED_ROWS = 50
_LONGEST_SAMPLE = 24
_LONGEST_NAME = 60


class MappingEditor:
    """Edits a :class:`~pb2b_notebook.mapping.Mapping` for one frame, and shows its problems after each edit.

    Args:
        fields: Lead fields by key, in the order of the workspace.
        match_on: Function that returns the field that the import matches on.

    Attributes:
        widget: One line for each column, then the problems that concern no column.
        mapping: The edited mapping; assigning one shows it. Parts that the lines do not show, such as defaults, stay.
    """

    def __init__(self, fields: AnyMapping[str, LeadField], match_on: Callable[[], str]) -> None:
        self._fields = fields
        self._match_on = match_on
        self._choices = [("— left out —", LEFT_OUT), *((_label(one), key) for key, one in fields.items())]
        self._readings = describe_converters()
        self._mapping = Mapping({})
        self._head: Any = None
        self._lines: dict[str, _Line] = {}
        self._showing = False
        self._general = widgets.HTML()
        self.widget = widgets.VBox([])

    @property
    def mapping(self) -> Mapping:
        """The edited mapping."""
        return self._mapping

    @mapping.setter
    def mapping(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self._showing = True
        try:
            for column, line in self._lines.items():
                line.show(mapping.columns.get(column, LEFT_OUT), mapping.converters.get(column, ""))
        finally:
            self._showing = False
        self.show_problems()

    def show(self, frame: Any, mapping: Mapping) -> None:
        """Show the columns of another frame."""
        self._head = frame.head(CHECKED_ROWS)
        sampled = frame.head(_SAMPLED_ROWS)
        self._lines = {
            str(column): _Line(str(column), _about(sampled, str(column), mapping), self._choices, self._readings)
            for column in frame.columns
        }
        for line in self._lines.values():
            line.watch(self._apply_edit)
        self.mapping = mapping
        self.widget.children = [*(line.widget for line in self._lines.values()), self._general]

    def show_problems(self) -> None:
        """Check the mapping with the first rows, and show each problem beside its column."""
        if self._head is None:
            return
        try:
            found = self._mapping.check(self._head, self._fields, match_on=self._match_on())
        except MappingError as problem:
            self._general.value = rendering.failure(problem)
            return
        problems: dict[str, list[str]] = {}
        rows = zip(*(found[name].to_list() for name in ("severity", "column", "field", "message")), strict=True)
        for severity, column, field, message in rows:
            # A problem without a column, such as a required field that is not mapped, is shown below the lines.
            line_name = str(column) if str(column) in self._lines else ""
            text = message if line_name else f"{column if isinstance(column, str) else field}: {message}"
            problems.setdefault(line_name, []).append(rendering.status_line(severity, text))
        for column, line in self._lines.items():
            name = self._mapping.converters.get(column, "").partition(":")[0]
            how = [rendering.status_line("info", self._readings[name])] if name in self._readings else []
            line.verdict.value = rendering.wrap("<br>".join([*how, *problems.get(column, [])]))
        self._general.value = rendering.wrap("<br>".join(problems.get("", [])))

    def _apply_edit(self, column: str) -> None:
        """Apply a change that the user made in a line, not one that showing a mapping made."""
        if self._showing:
            return
        line = self._lines[column]
        refused = ""
        edited = self._mapping
        try:
            if line.field.value == LEFT_OUT:
                edited = self._mapping.without_column(column, ignored=True)
            else:
                # A field has one column: the line that had the field before is now left out.
                edited = self._mapping.with_column(column, line.field.value, line.reading.value.strip())
        except MappingError as problem:  # front ends hide what a callback raises
            refused = rendering.wrap(rendering.status_line("error", problem.message))
        self.mapping = edited
        line.verdict.value += refused


class _Line:
    """The line of one column: name and samples, field, converter, and problems."""

    def __init__(self, column: str, about: str, choices: list[tuple[str, str]], readings: Iterable[str]) -> None:
        self.column = column
        name = column if len(column) <= _LONGEST_NAME else f"{column[:_LONGEST_NAME]}…"
        self.field = widgets.Dropdown(options=choices, **inputs.inline_options(f"lead field of {name}", "15em"))
        # Some converters take a parameter after a colon, such as zone:Europe/Berlin, so the list is not closed.
        self.reading = widgets.Combobox(
            options=[*readings],
            placeholder="as it is",
            continuous_update=False,
            **inputs.inline_options(f"converter of {name}", "12em"),
        )
        self.verdict = widgets.HTML(layout=widgets.Layout(width="22em"))
        head = widgets.HTML(about, layout=widgets.Layout(width="18em"))
        looks = widgets.Layout(align_items="center", flex_flow="row wrap")
        self.widget = widgets.HBox([head, self.field, self.reading, self.verdict], layout=looks)

    def watch(self, on_edit: Callable[[str], None]) -> None:
        """Call a function with the column when the user changes the line."""
        for box in (self.field, self.reading):
            box.observe(lambda _: on_edit(self.column), "value")

    def show(self, field: str, reading: str) -> None:
        """Show a field and a converter, also unknown ones."""
        if field not in [one for _, one in self.field.options]:
            self.field.options = [*self.field.options, (f"{field} (unknown here)", field)]
        self.field.value = field
        self.reading.value = reading


def _label(field: LeadField) -> str:
    return f"{field.label or field.key} ({field.key}){' *' if field.required else ''}"


def _about(frame: Any, column: str, mapping: Mapping) -> str:
    """Return the column's name, some of its values, and why its field was suggested, as HTML."""
    suggestion = mapping.suggestions.get(column)
    why = f" · {suggestion.reason} ({suggestion.confidence:.0%})" if suggestion else ""
    samples = rendering.text(", ".join(_samples(frame, column)))
    name = rendering.text(column, most=_LONGEST_NAME)
    return rendering.wrap(f"<b>{name}</b><br><small>{samples}{rendering.text(why)}</small>")


def _samples(frame: Any, column: str) -> list[str]:
    values = values_of(frame, column)
    shown = dict.fromkeys(str(value) for value in values if not is_blank(value))
    return [one if len(one) <= _LONGEST_SAMPLE else f"{one[:_LONGEST_SAMPLE]}…" for one in shown][:_SAMPLES]
