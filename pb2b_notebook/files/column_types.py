"""Convert cells to columns of one type each.

====================================  ==================================================================================
Type of the column                    If
====================================  ==================================================================================
the type in the file's metadata       the metadata has one; a cell that does not fit is null and is kept in ``unparsed``
the type of the field of a lead       the column has the name of one, and all cells fit
text, or the type of workbook cells   otherwise: "007" in a text file stays text
====================================  ==================================================================================
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from pb2b_notebook import openapi
from pb2b_notebook.display.counting import count_text
from pb2b_notebook.files.arrow_tables import arrow_field, arrow_type_of
from pb2b_notebook.files.cells import read_cell, write_cell
from pb2b_notebook.files.reports import Finding, first_rows
from pb2b_notebook.frames.batches import unparsed_array
from pb2b_notebook.frames.schema import UNPARSED
from pb2b_notebook.frames.strict_json import EXACT, encodable
from pb2b_notebook.lazy_libraries import pa

EXTRA: Final = "(extra)"
"""Name under which ``unparsed`` keeps the cells that a row has beyond the header."""

_COMMA: Final = re.compile(r"(?<![\d,])\d{1,3}([. \u00a0\u202f'’]?\d{3})*,\d{1,2}(?![\d.,])")
_POINT: Final = re.compile(r"(?<![\d.])\d+(,\d{3})*\.(\d{1,2}|\d{4,})(?![\d.,])")
"""Numbers with a decimal comma, and with a decimal point, that have no other reading."""
_MIDNIGHT: Final = dt.time()
_KIND_NAMES: Final = {
    "integer": "whole numbers",
    "number": "numbers",
    "boolean": "true and false",
    "datetime": "times with a zone",
    "date": "dates",
    "texts": "lists of text",
}

UnparsedCells = dict[int, dict[str, str]]
"""Cells that did not fit their column: position of the row from 0 → column name → JSON text."""


def convert_columns(
    columns: Sequence[tuple[str, Any]], remembered: Mapping[str, str], left: UnparsedCells, rows: int
) -> tuple[Any, list[Finding]]:
    """Convert columns to a ``pyarrow.Table`` of :data:`~pb2b_notebook.files.arrow_tables.KINDS`.

    Args:
        columns: Name and cells, a ``pyarrow`` string array or a list of Python values; ``None`` is blank.
        remembered: Column name → kind, from the metadata of the file.
        left: Cells that do not fit so far; cells that do not fit their column are added.
        rows: Number of rows.

    Returns:
        The table and the findings. If cells are left over, the table has the column ``unparsed``: in its place in the
        file, or last if the file has none.
    """
    fields: list[Any] = []
    arrays: list[Any] = []
    findings: list[Finding] = []
    misfits: list[int] = []
    own: Any = None
    place = len(columns)
    for name, cells in columns:
        if name == UNPARSED and remembered.get(name, "text") == "text":
            own, place = cells, len(fields)
            continue
        kind, array, odd, more = _convert_column(name, cells, remembered.get(name))
        for row, cell in odd.items():
            left.setdefault(row, {})[name] = _as_json(cell)
        misfits += odd
        findings += more
        fields.append(arrow_field(name, kind))
        arrays.append(array)
    if misfits:
        message = f"{count_text(len(misfits), 'cell')} not of the type of the column: kept in 'unparsed'"
        findings.append(Finding("misfits", message, len(misfits), first_rows(sorted(set(misfits)))))
    unparsed = _unparsed_column(left, own, rows)
    if unparsed is not None:
        fields.insert(place, arrow_field(UNPARSED, "text"))
        arrays.insert(place, unparsed)
    return pa.table(arrays, pa.schema(fields)), findings


def text_of(cell: Any) -> str:
    """Return a cell of any type as text: whole numbers without a point, times in ISO 8601.

    >>> text_of(4930901820.0), text_of(True), text_of(dt.datetime(2026, 3, 10, tzinfo=dt.UTC))
    ('4930901820', 'true', '2026-03-10T00:00:00.000Z')
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return write_cell(cell, "boolean")
    if isinstance(cell, int | float):
        return str(int(cell)) if _is_whole(cell) else repr(cell)
    if isinstance(cell, dt.datetime):
        return write_cell(cell, "datetime")
    if isinstance(cell, dt.time) and cell.microsecond % 1000:  # of a fraction of a day: 10:59:59.999999 is 11:00
        moment: dt.datetime = _moment(dt.datetime.combine(dt.date.min, cell), "local")
        return moment.time().isoformat()
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)


@cache
def _contract_kinds() -> Mapping[str, str]:
    """Return the kinds of the built-in columns of leads that hold a single value or a list of texts."""
    listed = openapi.load()["leads.list"].fields
    return {field.name: field.kind for field in listed if field.kind == "text" or field.kind in _KIND_NAMES}


def _convert_column(name: str, cells: Any, kind: str | None) -> tuple[str, Any, Mapping[int, Any], list[Finding]]:
    """Return kind and array of one column, the cells that do not fit, by row, and the findings."""
    if kind is not None:
        array, odd = convert_cells(cells, kind)
        return kind, array, odd, []
    declared = _contract_kinds().get(name)
    if declared is None:
        return *_convert_unknown(cells), {}, []
    array, odd = convert_cells(cells, declared)
    if not odd:
        return declared, array, {}, []
    message = f"the column {name!r} is not all {_KIND_NAMES[declared]}: left as it is"
    return *_convert_unknown(cells), {}, [Finding("left_as_it_is", message, len(odd), first_rows(sorted(odd)))]


def convert_cells(cells: Any, kind: str) -> tuple[Any, dict[int, Any]]:
    """Return the cells as an array of a kind, null where they do not fit, and the cells that do not fit, by row."""
    if kind == "text" and not isinstance(cells, list):
        return cells, {}
    values: list[Any] = []
    odd: dict[int, Any] = {}
    for row, cell in enumerate(cells if isinstance(cells, list) else cells.to_pylist()):
        value = None
        if cell is not None:
            try:
                value = read_cell(cell, kind) if isinstance(cell, str) else _workbook_value(cell, kind)
            except (ValueError, OverflowError):
                odd[row] = cell
        values.append(value)
    return pa.array(values, arrow_type_of(kind)), odd


def _workbook_value(cell: Any, kind: str) -> Any:
    """Return the value of a workbook cell that is not text."""
    if kind == "text":
        return text_of(cell)
    if kind == "texts":
        return [text_of(cell)]
    if kind == "json":
        return _as_json(cell)
    if kind == "boolean" and cell in {0, 1}:
        return bool(cell)
    if kind in {"datetime", "local", "date"} and isinstance(cell, dt.date):
        return _moment(cell, kind)
    if kind in {"integer", "number"} and isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell) if kind == "number" else read_cell(text_of(cell), kind)
    raise ValueError("is of another type")


def _moment(cell: dt.date, kind: str) -> Any:
    """Return a date cell as a date or a time; a workbook has no time zones, and at most milliseconds."""
    moment = cell if isinstance(cell, dt.datetime) else dt.datetime.combine(cell, _MIDNIGHT)
    if kind == "date":
        if moment.time() != _MIDNIGHT:
            raise ValueError("has a time of day")
        return moment.date()
    rounded = moment + dt.timedelta(microseconds=500)
    rounded = rounded.replace(microsecond=rounded.microsecond // 1000 * 1000)
    return rounded.replace(tzinfo=dt.UTC) if kind == "datetime" else rounded


def _convert_unknown(cells: Any) -> tuple[str, Any]:
    """Return kind and array of a column of unknown type: text stays text, and workbook cells keep their type."""
    if not isinstance(cells, list):
        return "text", cells
    kind = _kind_of_all([cell for cell in cells if cell is not None])
    if kind == "text":
        number = _with_comma if _have_decimal_commas(cells) else text_of
        texts = [None if cell is None else (number if type(cell) is float else text_of)(cell) for cell in cells]
        return kind, pa.array(texts, pa.string())
    array, _ = convert_cells(cells, kind)
    return kind, array


def _have_decimal_commas(cells: Iterable[Any]) -> bool:
    """Return whether the numbers that are text in a column all have decimal commas: "350,00 €" beside a number 980.5.

    Its cells of numbers are then written so, too. Beside "1.200,50", the text 1.234 would be a thousand.
    """
    texts = [cell for cell in cells if isinstance(cell, str) and any(map(str.isdigit, cell))]
    return any(map(_COMMA.search, texts)) and not any(map(_POINT.search, texts))


def _with_comma(number: float) -> str:
    text = text_of(number)
    return text if "e" in text else text.replace(".", ",")


def _kind_of_all(cells: Sequence[Any]) -> str:
    """Return the narrowest kind that fits all of these workbook cells."""
    types = set(map(type, cells))
    if types == {bool}:
        return "boolean"
    if types and types <= {int, float}:
        return "integer" if all(map(_is_whole, cells)) else "number"
    if types and types <= {dt.date, dt.datetime}:
        return "date" if all(_moment(cell, "local").time() == _MIDNIGHT for cell in cells) else "local"
    return "text"


def _is_whole(number: float) -> bool:
    return isinstance(number, int) or (number.is_integer() and abs(number) <= EXACT)


def _as_json(cell: Any) -> str:
    text = json.dumps(cell if isinstance(cell, bool | int | float) else text_of(cell), ensure_ascii=False)
    return text if encodable(text) else json.dumps(text_of(cell))


def _unparsed_column(left: UnparsedCells, own: Any, rows: int) -> Any:
    """Return the column ``unparsed``: cells that are left over here, merged with those in the file."""
    kept: Iterable[Any] = [] if own is None else (own if isinstance(own, list) else own.to_pylist())
    texts = [None if cell is None else text_of(cell) for cell in kept] or [None] * rows
    if not left:
        return None if own is None else pa.array(texts, pa.string())
    made = unparsed_array([left.get(row, {}) for row in range(rows)])
    return pa.array([merge_unparsed(text, new) for text, new in zip(texts, made.to_pylist(), strict=True)], pa.string())


def merge_unparsed(text: str | None, new: str | None) -> str | None:
    """Merge a cell of the column ``unparsed`` of a file with what is left over now.

    >>> merge_unparsed('{"score":"high"}', '{"tags":7}')
    '{"score":"high","tags":7}'
    """
    if text is None or new is None:
        return text if new is None else new
    try:
        before = json.loads(text)
    except (ValueError, RecursionError):
        before = None
    before = before if isinstance(before, dict) else {UNPARSED: text}
    return json.dumps(before | json.loads(new), ensure_ascii=False, separators=(",", ":"))
