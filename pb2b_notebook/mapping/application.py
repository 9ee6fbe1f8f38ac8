"""Apply a mapping: read the columns of a frame as values of lead fields, for a frame or for an import."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pb2b_notebook.errors import MappingError, nearest
from pb2b_notebook.frames.batches import unparsed_array
from pb2b_notebook.frames.conversion import to_frame
from pb2b_notebook.frames.library import library_of
from pb2b_notebook.frames.schema import UNPARSED, arrow_type
from pb2b_notebook.frames.strict_json import encodable
from pb2b_notebook.lazy_libraries import pa
from pb2b_notebook.mapping.cells.conversion import convert
from pb2b_notebook.mapping.cells.converters import converter
from pb2b_notebook.mapping.cells.repairs import NO_POINT, check_point, doubtful_points, suitable_converters
from pb2b_notebook.mapping.cells.value_maps import cell_key
from pb2b_notebook.mapping.columns import cells_of, column_names
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.openapi.import_cells import is_blank
from pb2b_notebook.times import iso


@dataclass(frozen=True, slots=True)
class Reading:
    """The values of one field in all rows.

    Attributes:
        field: Lead field of the values.
        column: Column that they come from; ``None`` if all are the default.
        values: Converted values, one for each row; ``None`` where the cell is blank or did not convert.
        raw: Cells that did not convert, by position of the row from 0.
        reasons: Why each of them did not convert, by position of the row.
    """

    field: LeadField
    column: str | None
    values: list[Any]
    raw: dict[int, Any]
    reasons: dict[int, str]

    def value_or_cell(self, row: int) -> Any:
        """Return the value of a row, or its cell if that did not convert: text may still be repaired."""
        return self.raw.get(row, self.values[row])


class ImportRows(NamedTuple):
    """The rows and the mapping of the request ``POST /imports``.

    Attributes:
        rows: One dict for each row, column → cell: text, a number, true, false, ``None``, or a list of text.
        mapping: Column → key of the lead field.
    """

    rows: list[dict[str, Any]]
    mapping: dict[str, str]


def read(
    frame: Any,
    columns: Mapping[str, str],
    converters: Mapping[str, str],
    defaults: Mapping[str, Any],
    *,
    values: Mapping[str, Mapping[str, Any]],
    fields: Mapping[str, LeadField],
) -> list[Reading]:
    """Read the mapped columns of a frame, then the fields that have only a default.

    Raises:
        MappingError: The frame lacks a mapped column, or has two columns of one name.
    """
    check_columns(columns, column_names(frame))
    readings = [
        read_column(
            replace_cells(cells_of(frame, column), values.get(column, {})),
            fields[key],
            column,
            converters.get(column, ""),
            defaults.get(key),
        )
        for column, key in columns.items()
    ]
    mapped = set(columns.values())
    alone = [key for key in defaults if key not in mapped]
    readings += [read_column([None] * len(frame), fields[key], None, "", defaults[key]) for key in alone]
    return readings


def check_columns(columns: Iterable[str], names: Sequence[str]) -> None:
    """Check that a frame has the columns that are mapped.

    Raises:
        MappingError: It lacks some, which the error names.
    """
    missing = [column for column in columns if column not in names]
    if not missing:
        return
    repair = nearest(missing[0], names)
    what = "column" if len(missing) == 1 else "columns"
    raise MappingError(f"the frame has no {what} {', '.join(map(repr, missing))}", repair=repair)


def replace_cells(cells: list[Any], table: Mapping[str, Any]) -> list[Any]:
    """Return the cells with those replaced that a value map names.

    >>> replace_cells(["heiß", "B", None], {"heiss": "A"})
    ['A', 'B', None]
    """
    return [table.get(cell_key(cell), cell) for cell in cells] if table else cells


def read_column(values: Sequence[Any], field: LeadField, column: str | None, name: str, default: Any) -> Reading:
    """Convert the cells of one column; blank cells get the default.

    Raises:
        MappingError: The converter is unknown, or the default does not fit the field.

    >>> from pb2b_notebook.mapping.lead_fields import LeadField
    >>> reading = read_column(["7", "many", None], LeadField("score", "number"), "Score", "", None)
    >>> reading.values, reading.reasons
    ([7, None, None], {1: 'needs a whole number, such as 1200'})
    """
    change = converter(name) if name else None
    instead = default_value(default, field)
    reading = Reading(field, column, [], {}, {})
    doubtful = doubtful_points(values) if field.kind == "number" and change is None else NO_POINT
    for row, cell in enumerate(values):
        value = None
        try:
            check_point(cell, doubtful)
            if not is_blank(cell):
                value = convert(cell if change is None else change(cell, field), field)
        except ValueError as problem:
            reading.raw[row], reading.reasons[row] = cell, f"{problem}{suitable_converters(cell, field, change)}"
        else:
            value = instead if value is None else value
        reading.values.append(value)
    return reading


def default_value(default: Any, field: LeadField) -> Any:
    """Return the default of a field, converted.

    Raises:
        MappingError: The default does not fit the field.
    """
    try:
        return convert(default, field)
    except ValueError as problem:
        raise MappingError(f"the default of {field.key!r} {problem}", repair=f"defaults={{{field.key!r}: …}}") from None


def as_frame(frame: Any, readings: Sequence[Reading]) -> Any:
    """Return the readings as a frame in the library of ``frame``, with its index.

    Text that does not have the form of its field, such as an email address without an @, stays, so that it can be
    corrected. A cell that does not fit the dtype of its column is null and is kept as JSON text in ``unparsed``.
    """
    left: list[dict[str, str]] = [{} for _ in range(len(frame))]
    names, arrays = [], []
    for reading in readings:
        names.append(reading.field.column)
        arrays.append(_array(reading, left))
    unparsed = unparsed_array(left)
    if unparsed is not None:
        names.append(UNPARSED)
        arrays.append(unparsed)
    made = to_frame(pa.table(arrays, names=names), library_of(frame) or "pandas")
    if library_of(frame) == "pandas":
        made.index = frame.index
    return made


def with_columns_of(applied: Any, frame: Any, names: Sequence[str]) -> Any:
    """Return an applied frame with columns of the original frame after its own, unchanged.

    Raises:
        MappingError: A column has the name of one that is there.
    """
    for name in names:
        if name in applied.columns:
            raise MappingError(f"the unmapped column {name!r} has the name of a lead field", repair="map or ignore it")
    if library_of(frame) == "polars":
        return applied.hstack(frame.select(names))
    return applied.assign(**{name: frame[name].array for name in names})


def as_import(readings: Sequence[Reading], names: Sequence[str]) -> ImportRows:
    """Return the readings as the rows and the mapping of an import, under the names of the original columns.

    A cell that did not convert is sent unchanged: the service then refuses its row by number and field, and no lead is
    created without the value.
    """
    labels = [_label(reading, names) for reading in readings]
    columns = [[as_json(value) for value in reading.values] for reading in readings]
    for reading, column in zip(readings, columns, strict=True):
        for row, cell in reading.raw.items():
            column[row] = as_json(cell)
    rows = [dict(zip(labels, cells, strict=True)) for cells in zip(*columns, strict=True)]
    return ImportRows(rows, {label: reading.field.key for label, reading in zip(labels, readings, strict=True)})


def _label(reading: Reading, names: Sequence[str]) -> str:
    """Return the column that a reading comes from, or an unused name for a field without a column."""
    if reading.column is not None:
        return reading.column
    return reading.field.key if reading.field.key not in names else f"{reading.field.key} (default)"


def _array(reading: Reading, left: list[dict[str, str]]) -> Any:
    """Return the values as an Arrow array; a value that Arrow cannot hold exactly is treated as unconverted."""
    kind = reading.field.kind
    values = [reading.value_or_cell(row) for row in range(len(reading.values))]
    for row, value in enumerate(values):
        if value is not None and not _holds(value, kind, converted=row not in reading.raw):
            left[row][reading.field.column] = _json(value)
            values[row] = None
    return pa.array(values, arrow_type(kind))


def _holds(value: Any, kind: str, *, converted: bool) -> bool:
    if kind == "number":
        return converted and (isinstance(value, float) or int(float(value)) == value)
    if not converted and (kind != "text" or not isinstance(value, str)):
        return False
    texts = value if isinstance(value, list) else [value]
    return all(encodable(text) for text in texts if isinstance(text, str))


def _json(cell: Any) -> str:
    text = json.dumps(as_json(cell), ensure_ascii=False)
    # An unpaired surrogate has no UTF-8 form, so it is escaped.
    return text if encodable(text) else json.dumps(as_json(cell))


def as_json(value: Any) -> Any:
    """Return a cell as a JSON value: text for a type that JSON lacks.

    >>> as_json(dt.date(2026, 3, 10)), as_json(float("inf"))
    ('2026-03-10', 'inf')
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, list | tuple):
        return [item if isinstance(item, str) else str(item) for item in value]
    if isinstance(value, dt.datetime):
        return iso(value) if value.utcoffset() is not None else value.isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if hasattr(value, "__index__"):
        return int(value) if abs(int(value)) < 2**63 else str(int(value))
    number = _as_float(value)
    return number if math.isfinite(number) else str(value)


def _as_float(value: Any) -> float:
    """Return a value as a float; NaN if it is not a number, such as a ``datetime64``, whose ``__float__`` fails."""
    try:
        return float(value) if hasattr(value, "__float__") else math.nan
    except (TypeError, ValueError, OverflowError):
        return math.nan
