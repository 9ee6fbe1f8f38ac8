"""Map columns to lead fields by hand: one line for each column, with samples, its field and its problems."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from collections.abc import Mapping as AnyMapping
from typing import Any

import ipywidgets as widgets

from pb2b_notebook.errors import MappingError
from pb2b_notebook.forms import buttons, inputs, rendering
from pb2b_notebook.frames.library import library_of
from pb2b_notebook.mapping import Mapping
from pb2b_notebook.mapping.cells.converters import fits
from pb2b_notebook.mapping.columns import values_of
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.mapping.suggestions.recognition import fit, sample
from pb2b_notebook.openapi.import_cells import is_blank

LEFT_OUT = ""
NOT_EVEN_BLANKS = "-"
"""Choice for a second column whose values must not fill blanks of the first."""
CHECKED_ROWS = 200
"""Rows that are checked after each edit, so that the response is immediate; Check looks at all rows."""
Judge = Callable[[Any, Mapping], Iterable[tuple[str, str, str]]]
"""Function of the first rows and a mapping: severity, column ("" if there is none) and message of each problem."""
READINGS = (
    ("1.200,50 (decimal comma)", "decimal_comma"),
    ("1,200.50 (decimal point)", "decimal_point"),
    ("31.12.2026 (day first)", "day_first"),
    ("12/31/2026 (month first)", "month_first"),
    ("46085 (spreadsheet days)", "excel_serial"),
    ("46085 (days of old Mac workbooks)", "excel_serial:1904"),
    *(
        (f"{form}, in {zone}", f"{reading}:{zone}")
        for form, reading, zones in (
            ("31.12.2026 14:00", "day_first", ("UTC", "Europe/London", "Europe/Berlin")),
            ("12/31/2026 14:00", "month_first", ("UTC", "America/New_York", "America/Los_Angeles")),
        )
        for zone in zones
    ),
    *((f"times in {zone}", f"zone:{zone}") for zone in ("UTC", "Europe/London", "Europe/Berlin", "America/New_York")),
    ("separated by commas", "split:,"),
    ("separated by semicolons", "split:;"),
    ("names of countries", "country"),
    ("D, F and A for countries, as on vehicles", "country:vehicle"),
    ("options in any case", "option"),
    ("addresses without https://", "https"),
    ("host name of an address", "host"),
    ("in lower case", "lower"),
    ("in upper case", "upper"),
)
"""What a person calls a converter, and its name."""
_LABELS = {name: label for label, name in READINGS}
_CODE = re.compile(r"the converters? (?P<names>.+?)(?= reads? )| \(\w+=\)")
_ONLY_FOR = {"country": {"country"}, "host": {"company_domain"}, "https": {"website", "linkedin_url"}}
"""Way of reading → built-in fields for which it is offered; those of the workspace may hold anything."""
_MOSTLY = 0.8
"""Least share of the values that a way of reading reads, to be chosen with the field."""
_SAMPLES = 3
_SAMPLED_ROWS = 50
_LONGEST_SAMPLE = 24
_LONGEST_NAME = 60
_FOLDED_FROM = 3
"""Number of columns without values from which they are folded: an export of contacts has dozens."""


class MappingEditor:
    """Edits a :class:`~pb2b_notebook.mapping.Mapping` for one frame, and shows its problems after each edit.

    Args:
        fields: Lead fields by key, in the order of the workspace.
        judge: Function that finds the problems of a mapping.
        checked_rows: Number of first rows that are judged after each edit.
        changed: Function that is called with the mapping after each edit by the user.
        second: Function of the first rows and a mapping that returns column → label of the field whose blanks the
            column fills without being mapped.

    Attributes:
        widget: One line for each column, then the problems that concern no column.
        mapping: The edited mapping; assigning one shows it. Parts that the lines do not show, such as defaults, stay.
    """

    def __init__(
        self,
        fields: AnyMapping[str, LeadField],
        judge: Judge,
        *,
        checked_rows: int = CHECKED_ROWS,
        changed: Callable[[Mapping], None] = lambda _: None,
        second: Callable[[Any, Mapping], AnyMapping[str, str]] = lambda _, __: {},
    ) -> None:
        self._fields = fields
        self._judge = judge
        self._checked_rows = checked_rows
        self._changed = changed
        self._second = second
        labels = Counter(one.label or one.key for one in fields.values())
        self._choices = [
            ("— left out —", LEFT_OUT),
            *((_label(one, ambiguous=labels[one.label or one.key] > 1), key) for key, one in fields.items()),
        ]
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
        second = {} if self._head is None else self._second(self._head, mapping)
        try:
            for column, line in self._lines.items():
                key = mapping.columns.get(column, LEFT_OUT)
                line.offer(second.get(column))
                line.show(key, mapping.converters.get(column, ""), self._fields.get(key))
        finally:
            self._showing = False
        self.show_problems()

    def show(self, frame: Any, mapping: Mapping) -> None:
        """Show the columns of another frame."""
        self._head = frame.head(self._checked_rows)
        sampled = frame.head(_SAMPLED_ROWS)
        self._lines = {
            str(column): _Line(str(column), _about(sampled, str(column), mapping), self._choices)
            for column in frame.columns
        }
        for line in self._lines.values():
            line.watch(self._apply_edit)
        self.mapping = mapping
        empty = [name for name in self._lines if name not in mapping.columns and _is_empty(frame, name)]
        folded = empty if len(empty) >= _FOLDED_FROM else []
        lines = [line.widget for name, line in self._lines.items() if name not in folded]
        rest = widgets.VBox([self._lines[name].widget for name in folded])
        fold = [buttons.fold(f"{len(folded):,} columns without values", rest)] if folded else []
        self.widget.children = [*lines, *fold, self._general]

    def show_problems(self) -> None:
        """Check the mapping with the first rows, and show each problem beside its column."""
        if self._head is None:
            return
        problems: dict[str, list[str]] = {}
        try:
            for severity, column, message in self._judge(self._head, self._mapping):
                # A problem without a column, such as a required field that is not mapped, is shown below the lines.
                line_name = column if column in self._lines else ""
                text = message if line_name or not column else f"{column}: {message}"
                problems.setdefault(line_name, []).append(rendering.status_line(severity, text))
        except MappingError as problem:
            self._general.value = rendering.failure(problem)
            return
        for column, line in self._lines.items():
            line.verdict.value = rendering.wrap("<br>".join(problems.get(column, [])))
        self._general.value = rendering.wrap("<br>".join(problems.get("", [])))

    def _apply_edit(self, column: str) -> None:
        """Apply a change that the user made in a line, not one that showing a mapping made."""
        if self._showing:
            return
        line = self._lines[column]
        refused = ""
        edited = self._mapping
        try:
            if line.field.value in {LEFT_OUT, NOT_EVEN_BLANKS}:
                edited = self._mapping.without_column(column, ignored=True)
            else:
                field, reading = self._fields.get(line.field.value), line.reading.value
                if reading and field is not None and not fits(reading, field):
                    reading = ""  # it was for the field that the column had before
                if not reading and field is not None and self._mapping.columns.get(column) != field.key:
                    reading = likely_reading(values_of(self._head, column), field)
                # A field has one column: the line that had the field before is now left out.
                edited = self._mapping.with_column(column, line.field.value, reading)
        except MappingError as problem:  # front ends hide what a callback raises
            refused = rendering.wrap(rendering.status_line("error", problem.message))
        self.mapping = edited
        line.verdict.value += refused
        self._changed(edited)


class _Line:
    """The line of one column: name and samples, field, converter, and problems."""

    def __init__(self, column: str, about: str, choices: list[tuple[str, str]]) -> None:
        self.column, self._choices = column, choices
        name = column if len(column) <= _LONGEST_NAME else f"{column[:_LONGEST_NAME]}…"
        self.field = widgets.Dropdown(options=choices, **inputs.inline_options(f"lead field of {name}", "15em"))
        self.reading = widgets.Dropdown(options=[_AS_IT_IS], **inputs.inline_options(f"way of reading {name}", "15em"))
        self.verdict = widgets.HTML(layout=widgets.Layout(width="22em"))
        head = widgets.HTML(about, layout=widgets.Layout(width="18em"))
        looks = widgets.Layout(align_items="center", flex_flow="row wrap", padding=".2em 0")
        self.widget = widgets.HBox([head, self.field, self.reading, self.verdict], layout=looks)

    def watch(self, on_edit: Callable[[str], None]) -> None:
        """Call a function with the column when the user changes the line."""
        for box in (self.field, self.reading):
            box.observe(lambda _: on_edit(self.column), "value")

    def offer(self, second: str | None) -> None:
        """Offer to fill blanks of a field, or not even these; ``None`` for a column that is not a second one."""
        head = [self._choices[0]] if second is None else [
            (f"blanks of {second}", LEFT_OUT), (self._choices[0][0], NOT_EVEN_BLANKS)
        ]  # fmt: skip
        options = [*head, *self._choices[1:]]
        if list(self.field.options) != options:
            self.field.options = options

    def show(self, key: str, reading: str, field: LeadField | None) -> None:
        """Show a field and a converter, also unknown ones."""
        if key not in [one for _, one in self.field.options]:
            self.field.options = [*self.field.options, (f"{key} (unknown here)", key)]
        self.field.value = key
        fitting = [one for one in READINGS if field is not None and _is_offered(one[1], field)]
        known = [_AS_IT_IS, *fitting]
        others = [] if reading in [name for _, name in known] else [(_LABELS.get(reading, reading), reading)]
        options = [*known, *others]
        if list(self.reading.options) != options:
            self.reading.options = options
        self.reading.value = reading
        self.reading.layout.visibility = "visible" if len(options) > 1 else "hidden"
        (self.reading.remove_class if len(options) > 1 else self.reading.add_class)("pb2b-unused")


_AS_IT_IS = ("as it is", "")


def _is_offered(name: str, field: LeadField) -> bool:
    keys = _ONLY_FOR.get(name.partition(":")[0]) if field.builtin else None
    return fits(name, field) and (keys is None or field.key in keys)


def likely_reading(values: Iterable[Any], field: LeadField) -> str:
    """Return the converter that reads most values of a column as its field; "" if none is needed, or two may be right.

    >>> day = LeadField("renewal", "date")
    >>> likely_reading(["31.12.2026", "1.2.2026"], day), likely_reading(["1.2.2026", "2.3.2026"], day)
    ('day_first', '')
    """
    found = fit(sample([*values]), field)
    return found.converter if found.share >= _MOSTLY else ""


def in_words(reason: str) -> str:
    """Return why a cell does not fit as a person who clicks reads it: converters by what the form calls them.

    >>> in_words("needs a number; the converter decimal_comma reads it")
    'needs a number; in step 2, “1.200,50 (decimal comma)” reads it'
    """
    return _CODE.sub(lambda found: f"in step 2, {_labels(found['names'])}" if found["names"] else "", reason)


def _labels(names: str) -> str:
    labels = [f"“{_LABELS.get(name, name)}”" for name in re.split(", | and ", names)]
    return " and ".join(part for part in (", ".join(labels[:-1]), labels[-1]) if part)


def _label(field: LeadField, *, ambiguous: bool) -> str:
    key = f" ({field.key})" if ambiguous else ""
    return f"{field.label or field.key}{key}{' *' if field.required else ''}"


def _about(frame: Any, column: str, mapping: Mapping) -> str:
    """Return the column's name, some of its values, and why its field was suggested, as HTML."""
    suggestion = mapping.suggestions.get(column)
    # The check beside the field names the cells that do not fit; it knows more than the share of the suggestion.
    why = suggestion.reason.partition(";")[0] if suggestion else ""
    parts = [rendering.text(part) for part in (", ".join(_samples(frame, column)), why) if part]
    name = rendering.text(column, most=_LONGEST_NAME)
    return rendering.wrap(f"<b>{name}</b><br><small>{' · '.join(parts)}</small>")


def _is_empty(frame: Any, column: str) -> bool:
    values = frame[column]
    return bool((values.is_null() if library_of(frame) == "polars" else values.isna()).all())


def _samples(frame: Any, column: str) -> list[str]:
    values = values_of(frame, column)
    shown = dict.fromkeys(rendering.as_text(value) for value in values if not is_blank(value))
    return [one if len(one) <= _LONGEST_SAMPLE else f"{one[:_LONGEST_SAMPLE]}…" for one in shown][:_SAMPLES]
