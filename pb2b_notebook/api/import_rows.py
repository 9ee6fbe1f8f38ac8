"""Rows for an import: from a frame or a CSV file to bodies that the API takes, with only the mapped columns in them.

Pure but for reading the file. Nothing is guessed: a cell that JSON cannot carry is refused, a whole number that a gap
in its column made a float is written as the whole number that it is, and CSV cells stay text.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.errors import InvalidParameterError, nearest
from pb2b_notebook.times import iso

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

MOST_ROWS: Final = 10_000
"""Rows of one import."""
MOST_BYTES: Final = 10 << 20
"""Of the body of one import, on the wire."""
_ROOM: Final = 64 << 10  # for what else the body holds: mapping, file name, options
_EXACT: Final = 2**53


class Chunk(NamedTuple):
    """The rows of one import.

    Attributes:
        offset: rows of the whole before it.
        body: what the request says of its rows: ``rows`` or ``csv``.
        rows: how many there are in it.
    """

    offset: int
    body: dict[str, Any]
    rows: int


@dataclass(frozen=True)
class Table:
    """What is to be imported.

    Attributes:
        columns: all that it has, in order.
        name: of the file, where there is one.
        frame: a pandas or polars DataFrame, or ``None``.
        lines: the cells of a CSV file below its header, or ``None``.
    """

    columns: tuple[str, ...]
    name: str | None = None
    frame: Any = None
    lines: Sequence[Sequence[str]] | None = None


def table(data: Any) -> Table:
    r"""What ``data`` holds.

    Args:
        data: a pandas or polars DataFrame, the path of a CSV file, or CSV text (with a header line and a line break).

    Raises:
        InvalidParameterError: none of these, no rows, columns without a name or twice, or text that is no CSV in UTF-8.

    >>> table("Name,Mail\nAda,ada@example.com\n").columns
    ('Name', 'Mail')
    """
    if isinstance(data, Path) or (isinstance(data, str) and "\n" not in data and "\r" not in data):
        path = Path(data)
        return _csv(_text_of(path), path.name)
    if isinstance(data, str):
        return _csv(data, None)
    if not hasattr(data, "columns") or not hasattr(data, "head"):
        raise InvalidParameterError(
            f"an import takes a DataFrame, the path of a CSV file or CSV text, not {type(data).__name__}",
            repair="put the rows into a DataFrame: pd.DataFrame(rows)",
        )
    names = list(data.columns)
    _check_names(names)
    if not len(data):
        raise InvalidParameterError("there are no rows to import", repair="skip the call for an empty frame")
    return Table(tuple(names), frame=data)


def checked_mapping(mapping: Any, columns: Iterable[str]) -> dict[str, str]:
    """Column → lead field, each column one that is there.

    Raises:
        InvalidParameterError: no dict of text, an unknown column (with the nearest), or a field named twice.

    >>> checked_mapping({"Mial": "email"}, ["Name", "Mail"])
    Traceback (most recent call last):
    pb2b_notebook.errors.InvalidParameterError: there is no column 'Mial' to map → did you mean 'Mail'?
    """
    if not isinstance(mapping, Mapping) or not mapping:
        raise InvalidParameterError(
            "mapping is a dict from column to lead field", repair='mapping={"E-Mail": "email", "Name": "full_name"}'
        )
    known = list(columns)
    for column, field in mapping.items():
        if not isinstance(column, str) or not isinstance(field, str):
            raise InvalidParameterError("mapping names columns and lead fields by text", repair='{"E-Mail": "email"}')
        if column not in known:
            raise InvalidParameterError(f"there is no column {column!r} to map", repair=nearest(column, known))
        if list(mapping.values()).count(field) > 1:
            raise InvalidParameterError(f"two columns are mapped to {field!r}", repair="map one column to each field")
    return dict(mapping)


def chunks(
    given: Table, kinds: Mapping[str, str | None], *, tz: tzinfo = UTC, most_rows: int = MOST_ROWS
) -> Iterator[Chunk]:
    """The table in pieces that one import takes, the same ones each time.

    Args:
        given: from :func:`table`.
        kinds: the mapped columns, with what their lead fields hold where that is known; no other column leaves this
            machine.
        tz: the zone of times that name none.
        most_rows: of one piece.

    Raises:
        InvalidParameterError: a cell that JSON cannot carry, or a row that is too large by itself; the message names
            row and column, never the value.
    """
    columns = list(kinds)
    lines = _csv_lines(given, columns) if given.lines is not None else _json_rows(given.frame, kinds, tz)
    start, held, size = 0, list[Any](), 0
    for number, (row, length) in enumerate(lines):
        if length > MOST_BYTES - _ROOM:
            raise InvalidParameterError(f"row {number + 1} is too large to import", repair="leave it out")
        if held and (len(held) == most_rows or size + length > MOST_BYTES - _ROOM):
            yield _chunk(given, columns, start, held)
            start, held, size = number, [], 0
        held.append(row)
        size += length
    yield _chunk(given, columns, start, held)


def _chunk(given: Table, columns: Sequence[str], start: int, held: list[Any]) -> Chunk:
    if given.lines is None:
        # Once by name, or the API could not tell that a column of gaps is there.
        return Chunk(start, {"rows": [dict.fromkeys(columns) | held[0], *held[1:]]}, len(held))
    return Chunk(start, {"csv": _line(columns) + "".join(held)}, len(held))


# --- frames ---------------------------------------------------------------------------------------------------------


def _json_rows(frame: Any, kinds: Mapping[str, str | None], tz: tzinfo) -> Iterator[tuple[dict[str, Any], int]]:
    """Each row as the API takes it, and its bytes in a body."""
    cells = [_cells(frame[name]) for name in kinds]
    for number, row in enumerate(zip(*cells, strict=True), start=1):
        given = {}
        for (name, kind), cell in zip(kinds.items(), row, strict=True):
            try:
                value = _cell(cell, kind, tz)
            except (TypeError, ValueError, ArithmeticError):
                raise InvalidParameterError(
                    f"row {number}, column {name!r}: an import cannot carry this {type(cell).__name__}",
                    repair="use text, numbers, True/False, dates, times, lists of text, or nothing",
                ) from None
            if value is not None:
                given[name] = value
        yield given, len(json.dumps(given, ensure_ascii=False, separators=(",", ":")).encode()) + 1


def _cells(column: Any) -> list[Any]:
    if hasattr(column, "to_list") and not hasattr(column, "iloc"):
        return list(column.to_list())  # polars
    return list(column.astype(object))  # pandas: Timestamps and ints as themselves, not as numbers of their dtype


def _cell(value: Any, kind: str | None, tz: tzinfo) -> Any:
    """A cell as JSON has it; ``None`` for a blank one.

    Raises:
        TypeError, ValueError, ArithmeticError: JSON, or the API, has no such value.
    """
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [_text(str(one)) for one in value if not _missing(one)] or None
    if _missing(value):
        return None
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (int, float, Decimal)):
        return value if isinstance(value, bool) else _number(value)
    if isinstance(value, datetime):
        return _time(value, kind, tz)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError


def _number(value: float | Decimal) -> int | float:
    """Whole numbers as such, also where a gap in their column made them floats; others as they are."""
    whole = int(value)  # infinity has none
    if value == whole and (not isinstance(value, float) or abs(value) < _EXACT):
        if not -(2**63) <= whole < 2**63:
            raise ValueError
        return whole
    return float(value)


def _time(value: datetime, kind: str | None, tz: tzinfo) -> str:
    if kind == "date" and value.time() == time():
        return value.date().isoformat()
    return iso(value if value.tzinfo is not None else value.replace(tzinfo=tz))


def _missing(value: Any) -> bool:
    """None, NaN, NaT and pandas.NA."""
    blank = type(value).__name__ in {"NAType", "NaTType"}
    return value is None or blank or (isinstance(value, float) and math.isnan(value))


def _text(value: str) -> str:
    value.encode("utf-8")  # refuses half a character
    return value


# --- CSV ------------------------------------------------------------------------------------------------------------


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidParameterError(
            f"{path.name} is not UTF-8", repair="df = pb.read_leads(path) recognizes other encodings; import the frame"
        ) from None
    except OSError as problem:
        raise InvalidParameterError(
            f"{path.name} cannot be read ({type(problem).__name__})",
            repair="give the path of a CSV file; CSV text has a line break in it",
        ) from None


def _csv(text: str, name: str | None) -> Table:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = next(reader, [])
        lines = list(reader)
    except csv.Error as problem:
        raise InvalidParameterError(
            f"this is no CSV: {problem} at line {reader.line_num}", repair="pb.read_leads(path) reads other dialects"
        ) from None
    _check_names(header)
    while lines and not lines[-1]:
        lines.pop()
    if not lines:
        raise InvalidParameterError("the CSV has a header, but no row", repair="skip the call for an empty file")
    return Table(tuple(header), name, lines=lines)


def _csv_lines(given: Table, columns: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Each row as a line of CSV with the mapped columns, and its bytes in a body.

    A row with more cells than the header keeps what is beyond, so that the service tells of it; a short one stays so.
    """
    places = [given.columns.index(name) for name in columns]
    for cells in given.lines or ():
        beyond = list(cells[len(given.columns) :])
        kept = [cells[place] if place < len(cells) else "" for place in places] if cells else []
        line = _line([*kept, *beyond])
        yield line, len(json.dumps(line, ensure_ascii=False).encode())


def _line(cells: Sequence[str]) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerow(cells)
    return file.getvalue()


def _check_names(names: Sequence[Any]) -> None:
    if not names or not all(isinstance(name, str) and name.strip() for name in names):
        raise InvalidParameterError("every column needs a name", repair="name the columns, or give the CSV a header")
    if len(set(names)) < len(names):
        twice = next(name for name in names if list(names).count(name) > 1)
        raise InvalidParameterError(f"there are two columns {twice!r}", repair="rename one of them")
