"""A mapping at work: the columns of a frame as values of lead fields, for a frame or for an import."""

from __future__ import annotations

import datetime as dt
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from pb2b_notebook.errors import MappingError, nearest
from pb2b_notebook.frames.batches import unparsed_array
from pb2b_notebook.frames.conversion import to_frame
from pb2b_notebook.frames.library import library_of
from pb2b_notebook.frames.schema import UNPARSED, arrow_type
from pb2b_notebook.frames.strict import encodable
from pb2b_notebook.mapping.columns import cells_of, column_names
from pb2b_notebook.mapping.conversion import convert
from pb2b_notebook.mapping.converters import converter
from pb2b_notebook.openapi.import_cells import is_blank
from pb2b_notebook.times import iso

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pb2b_notebook.mapping.lead_fields import LeadField


@dataclass(frozen=True, slots=True)
class Reading:
    """One field over all rows.

    Attributes:
        field: whose values these are.
        column: where they come from; ``None`` if all are the default.
        values: converted, one a row; ``None`` where the cell is blank or did not convert.
        raw: the cells that did not convert, by row from 0.
        complaints: what each of them lacks, by row.
    """

    field: LeadField
    column: str | None
    values: list[Any]
    raw: dict[int, Any]
    complaints: dict[int, str]


class ImportRows(NamedTuple):
    """What ``POST /imports`` takes.

    Attributes:
        rows: one dict a row, column → cell: text, a number, true, false, ``None``, or a list of text.
        mapping: column → key of the lead field.
    """

    rows: list[dict[str, Any]]
    mapping: dict[str, str]


def read(
    frame: Any,
    columns: Mapping[str, str],
    converters: Mapping[str, str],
    defaults: Mapping[str, Any],
    fields: Mapping[str, LeadField],
) -> list[Reading]:
    """Read the mapped columns of a frame, then the fields that have only a default.

    Raises:
        MappingError: a column that the frame has not, or two for one field; one that comes twice.
    """
    names = column_names(frame)
    for column in columns:
        if column not in names:
            raise MappingError(f"the frame has no column {column!r}", repair=nearest(column, names))
    readings = [
        read_column(cells_of(frame, column), fields[key], column, converters.get(column, ""), defaults.get(key))
        for column, key in columns.items()
    ]
    mapped = set(columns.values())
    alone = [key for key in defaults if key not in mapped]
    readings += [read_column([None] * len(frame), fields[key], None, "", defaults[key]) for key in alone]
    return readings


def read_column(values: Sequence[Any], field: LeadField, column: str | None, name: str, default: Any) -> Reading:
    """Convert the cells of one column; blank ones take the default.

    Raises:
        MappingError: no such converter, or a default that the field cannot hold.

    >>> from pb2b_notebook.mapping.lead_fields import LeadField
    >>> reading = read_column(["7", "many", None], LeadField("score", "number"), "Score", "", None)
    >>> reading.values, reading.complaints
    ([7, None, None], {1: 'needs a whole number, such as 1200'})
    """
    change = converter(name) if name else None
    instead = default_value(default, field)
    reading = Reading(field, column, [], {}, {})
    for row, cell in enumerate(values):
        value = None
        try:
            if not is_blank(cell):
                value = convert(cell if change is None else change(cell, field), field)
        except ValueError as problem:
            reading.raw[row], reading.complaints[row] = cell, str(problem)
        else:
            value = instead if value is None else value
        reading.values.append(value)
    return reading


def default_value(default: Any, field: LeadField) -> Any:
    """The default of a field as its value.

    Raises:
        MappingError: the field cannot hold it.
    """
    try:
        return convert(default, field)
    except ValueError as problem:
        raise MappingError(f"the default of {field.key!r} {problem}", repair=f"defaults={{{field.key!r}: …}}") from None


def as_frame(frame: Any, readings: Sequence[Reading]) -> Any:
    """The readings as a frame of the library that ``frame`` is of, with its index.

    Text that has not the form of its field (an e-mail address without an @) stays text, so that it can be mended. What
    its column cannot hold is null there and stays as JSON text in the column ``unparsed``.
    """
    import pyarrow as pa

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


def as_import(readings: Sequence[Reading], names: Sequence[str]) -> ImportRows:
    """The readings as what an import takes, under the columns that they come from.

    A cell that did not convert goes as it is: the service then refuses its row by number and field, and no lead is made
    without the value.
    """
    labels = [_label(reading, names) for reading in readings]
    columns = [[as_json(value) for value in reading.values] for reading in readings]
    for reading, column in zip(readings, columns, strict=True):
        for row, cell in reading.raw.items():
            column[row] = as_json(cell)
    rows = [dict(zip(labels, cells, strict=True)) for cells in zip(*columns, strict=True)]
    return ImportRows(rows, {label: reading.field.key for label, reading in zip(labels, readings, strict=True)})


def _label(reading: Reading, names: Sequence[str]) -> str:
    """The column of the file, or a free name for what is in none."""
    if reading.column is not None:
        return reading.column
    return reading.field.key if reading.field.key not in names else f"{reading.field.key} (default)"


def _array(reading: Reading, left: list[dict[str, str]]) -> Any:
    """The values as Arrow; those that Arrow cannot hold exactly go the way of what did not convert."""
    import pyarrow as pa

    kind = reading.field.kind
    values = [reading.raw.get(row, value) for row, value in enumerate(reading.values)]
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
    # Half a character has no UTF-8 form: it goes escaped.
    return text if encodable(text) else json.dumps(as_json(cell))


def as_json(value: Any) -> Any:
    """A cell as JSON has it: text where JSON has nothing better.

    >>> as_json(dt.date(2026, 3, 10)), as_json(float("inf"))
    ('2026-03-10', 'inf')
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, list | tuple):
        return [one if isinstance(one, str) else str(one) for one in value]
    if isinstance(value, dt.datetime):
        return iso(value) if value.utcoffset() is not None else value.isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if hasattr(value, "__index__"):
        return int(value) if abs(int(value)) < 2**63 else str(int(value))
    number = _as_float(value)
    return number if math.isfinite(number) else str(value)


def _as_float(value: Any) -> float:
    """A number, or NaN for what is none, among it what says that it can be a float, and cannot (``datetime64``)."""
    try:
        return float(value) if hasattr(value, "__float__") else math.nan
    except (TypeError, ValueError, OverflowError):
        return math.nan
