"""Problems of a mapping for a frame and a workspace, found before anything is sent: one row for each problem.

Messages name columns, fields and counts, and never a lead's value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from pb2b_notebook.errors import MappingError, nearest
from pb2b_notebook.frames.conversion import frame_of_rows
from pb2b_notebook.frames.library import library_of, row_labels, with_row_labels
from pb2b_notebook.mapping.application import Reading, default_value, read_column, replace_cells
from pb2b_notebook.mapping.cells.converters import fits
from pb2b_notebook.mapping.columns import cells_of, values_of
from pb2b_notebook.mapping.lead_fields import LeadField, read_only_keys
from pb2b_notebook.mapping.suggestions.recognition import has_expected_form
from pb2b_notebook.openapi.import_cells import is_blank
from pb2b_notebook.openapi.operations import fields_of

COLUMNS: Final = fields_of(
    "severity text, code text, column text, field text, rows integer, first_row integer, message text, repair text"
)
_RANKS: Final = {"error": 0, "warning": 1, "info": 2}
_MOST_FORMS: Final = 3


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of one column or field.

    Attributes:
        severity: "error" if rows, or the whole import, would be refused; "warning" if it is accepted, but perhaps not
            as intended; "info" if nothing is wrong.
        code: Kind of problem, for programs.
        message: Description, for people.
        repair: What to do about it.
        column: Column of the frame; ``None`` for a problem of a field alone.
        field: Key of the lead field; ``None`` for a problem of a column alone.
        rows: Number of affected rows; ``None`` for a problem of the mapping as a whole.
        first_row: Position of the first affected row, from 0.
    """

    severity: Literal["error", "warning", "info"]
    code: str
    message: str
    repair: str
    column: str | None = None
    field: str | None = None
    rows: int | None = None
    first_row: int | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """The input of a check: the parts of a mapping, the frame, and the workspace's fields."""

    frame: Any
    names: Sequence[str]
    fields: Mapping[str, LeadField]
    columns: Mapping[str, str]
    converters: Mapping[str, str]
    defaults: Mapping[str, Any]
    values: Mapping[str, Mapping[str, Any]]
    ignored: frozenset[str]
    types: Mapping[str, str]
    match_on: str


def check(asked: Checked) -> list[Problem]:
    """Return all problems, most severe first, then in the order of the frame's columns."""
    found = [
        *_absent_columns(asked),
        *_field_problems(asked),
        *_unmapped_columns(asked),
        *_unmapped_required_fields(asked),
        *_unsuitable_converters(asked),
        *_bad_defaults(asked),
        *_cell_problems(asked),
    ]
    places = {column: place for place, column in enumerate([*asked.names, *asked.columns])}
    return sorted(found, key=lambda problem: (_RANKS[problem.severity], places.get(problem.column or "", len(places))))


def as_problems_frame(frame: Any, problems: Sequence[Problem]) -> Any:
    """Return the problems in the library of ``frame``, ``first_row`` as the label of a row in it."""
    table = frame_of_rows(map(asdict, problems), COLUMNS, library_of(frame) or "pandas")
    return with_row_labels(table, "first_row", row_labels(frame))


def _absent_columns(asked: Checked) -> Iterator[Problem]:
    for column, key in asked.columns.items():
        if column not in asked.names:
            yield Problem(
                "error",
                "absent_column",
                "the frame has no column of this name",
                nearest(column, asked.names),
                column,
                key,
            )


def _field_problems(asked: Checked) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    read_only = read_only_keys(asked.fields)
    for column, key in asked.columns.items():
        if key in seen:
            message = f"{seen[key]!r} is already mapped to this field"
            yield Problem("error", "duplicate_field", message, "leave one of the two out", column, key)
        seen.setdefault(key, column)
        if key in asked.fields:
            yield from _type_changes(asked, column, key)
        elif key in read_only:
            message = "only the service sets this field"
            yield Problem("error", "read_only_field", message, "leave the column out", column, key)
        else:
            message = "this workspace has no such lead field"
            yield Problem("error", "unknown_field", message, nearest(key, asked.fields), column, key)


def _type_changes(asked: Checked, column: str, key: str) -> Iterator[Problem]:
    then, now = asked.types.get(key), asked.fields[key].type
    if then is not None and then != now:
        message = f"the field was of type {then} when the mapping was made, and is of type {now} now"
        yield Problem(
            "warning", "retyped_field", message, "check its converter and save the mapping again", column, key
        )


def _unmapped_columns(asked: Checked) -> Iterator[Problem]:
    read_only = read_only_keys(asked.fields)
    for column in asked.names:
        if column in asked.columns or column in asked.ignored:
            continue
        rows = sum(not is_blank(value) for value in values_of(asked.frame, column))
        message = "the column is not mapped to a field, and is left out"
        if column in read_only:
            message = "the column is left out: only the service sets this field"
        severity: Literal["warning", "info"] = "warning" if rows and column not in read_only else "info"
        repair = "map it, or add it to the ignored columns"
        yield Problem(severity, "unmapped_column", message, repair, column, rows=rows)


def _unmapped_required_fields(asked: Checked) -> Iterator[Problem]:
    served = {*asked.columns.values(), *asked.defaults}
    if asked.match_on not in asked.columns.values():
        message = "the import matches on this field, and no column is mapped to it"
        yield Problem("error", "required_field", message, "map a column to it", field=asked.match_on)
    for key, field in asked.fields.items():
        if field.required and key not in served and key != asked.match_on:
            message = "new leads need this field, and no column is mapped to it"
            yield Problem("error", "required_field", message, "map a column to it or give a default", field=key)


def _unsuitable_converters(asked: Checked) -> Iterator[Problem]:
    for column, name in asked.converters.items():
        field = asked.fields.get(asked.columns.get(column, ""))
        if field is not None and not fits(name, field):
            message = f"the converter {name.partition(':')[0]!r} is not for fields of type {field.type}"
            yield Problem("warning", "odd_converter", message, "choose another converter, or none", column, field.key)


def _bad_defaults(asked: Checked) -> Iterator[Problem]:
    for key, default in asked.defaults.items():
        if key not in asked.fields:
            read_only = key in read_only_keys(asked.fields)
            code = "read_only_field" if read_only else "unknown_field"
            message = "only the service sets this field" if read_only else "this workspace has no such lead field"
            repair = "remove its default" if read_only else nearest(key, asked.fields)
            yield Problem("error", code, message, repair, field=key)
            continue
        try:
            default_value(default, asked.fields[key])
        except MappingError as problem:
            yield Problem("error", "bad_default", problem.message, "give another default", field=key)


def _cell_problems(asked: Checked) -> Iterator[Problem]:
    for column, key in asked.columns.items():
        field = asked.fields.get(key)
        if field is None or column not in asked.names:
            continue
        values = replace_cells(cells_of(asked.frame, column), asked.values.get(column, {}))
        reading = read_column(values, field, column, asked.converters.get(column, ""), None)
        yield from _unconverted_cells(reading)
        yield from _blank_cells(asked, reading)
        yield from _unusual_forms(reading, values)
        if key == asked.match_on:
            yield from _repeated_matches(reading)


def _unconverted_cells(reading: Reading) -> Iterator[Problem]:
    if not reading.raw:
        return
    by_form: dict[str, int] = {}
    for reason in reading.reasons.values():
        by_form[reason] = by_form.get(reason, 0) + 1
    forms = sorted(by_form, key=lambda form: -by_form[form])[:_MOST_FORMS]
    message = f"{_count_text(len(reading.raw), 'value')} not convert: the field {'; '.join(forms)}"
    yield Problem(
        "error", "unconverted", message, "correct them, or choose a converter", **_at(reading, list(reading.raw))
    )


def _blank_cells(asked: Checked, reading: Reading) -> Iterator[Problem]:
    key = reading.field.key
    matched = key == asked.match_on
    if not matched and (not reading.field.required or key in asked.defaults):
        return
    blank = [row for row, value in enumerate(reading.values) if value is None and row not in reading.raw]
    if blank and not (matched and key in asked.defaults):
        why = "the import matches on this field" if matched else "new leads need this field"
        message = f"{why}, and it is blank in {_rows(len(blank))}"
        yield Problem(
            "error", "blank_field", message, "fill the column, or leave these rows out", **_at(reading, blank)
        )


def _unusual_forms(reading: Reading, values: Sequence[Any]) -> Iterator[Problem]:
    odd = [
        row
        for row, value in enumerate(reading.values)
        if row < len(values) and not has_expected_form(value, reading.field)
    ]
    if odd:
        name = "host" if reading.field.key == "company_domain" else reading.field.key
        message = f"{_count_text(len(odd), 'value')} not have the form that the field needs"
        yield Problem("warning", "odd_form", message, f"choose the converter {name!r}", **_at(reading, odd))


def _repeated_matches(reading: Reading) -> Iterator[Problem]:
    seen: set[str] = set()
    again = []
    for row, value in enumerate(reading.values):
        folded = value.strip().casefold() if isinstance(value, str) else None
        if folded in seen:
            again.append(row)
        elif folded:
            seen.add(folded)
    if again:
        message = (
            f"{_rows(len(again))} repeat a value that the import matches on: they update the lead of an earlier row"
        )
        yield Problem(
            "warning",
            "repeated_match",
            message,
            "remove the duplicates first, if this is not intended",
            **_at(reading, again),
        )


def _at(reading: Reading, rows: Sequence[int]) -> dict[str, Any]:
    """Return the location of a problem of some rows."""
    return {"column": reading.column, "field": reading.field.key, "rows": len(rows), "first_row": rows[0]}


def _count_text(count: int, what: str) -> str:
    return f"{count:,} {what} does" if count == 1 else f"{count:,} {what}s do"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
