"""Prepare rows for imports: read a frame, a CSV file or CSV text, and split the rows into pieces for one import."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from pb2b_notebook.api.http.responses.list_location import errors_by_row
from pb2b_notebook.errors import InvalidParameterError
from pb2b_notebook.frames.library import input_frame
from pb2b_notebook.lazy_libraries import pd

MOST_ROWS: Final = 10_000
"""Most rows of one import."""
MOST_BYTES: Final = 10 << 20
"""Largest body of one import, in bytes."""
_ROOM: Final = 128 << 10  # bytes for the rest of the body: mapping, file name, column names
_OTHERWISE: Final = "pb.read_leads(path) reads other encodings and dialects; import the frame"


class Piece(NamedTuple):
    """The rows of one import.

    Attributes:
        offset: Number of rows before this piece.
        rows: Rows as column → cell.
    """

    offset: int
    rows: list[dict[str, Any]]


def frame_of(data: Any) -> tuple[Any, str | None]:
    r"""Return the rows as a frame, and the file's name if they come from a file.

    Args:
        data: A pandas or polars DataFrame, the path of a CSV file, or CSV text (a header line and a line break).

    Raises:
        InvalidParameterError: There are no rows, or the text is not a UTF-8 CSV; nothing was sent.

    >>> frame_of("Name,Mail\nAda,ada@example.com\n")[0].to_dict("records")
    [{'Name': 'Ada', 'Mail': 'ada@example.com'}]
    """
    if isinstance(data, Path) or (isinstance(data, str) and "\n" not in data and "\r" not in data):
        path = Path(data)
        return _from_csv(_text_of(path)), path.name
    if isinstance(data, str):
        return _from_csv(data), None
    frame = input_frame(data, purpose="an import", repair="pass a DataFrame, the path of a CSV file, or CSV text").frame
    if not len(frame):
        raise InvalidParameterError("there are no rows to import", repair="skip the call for an empty frame")
    return frame, None


def pieces(rows: Sequence[Mapping[str, Any]], *, most_rows: int = MOST_ROWS) -> Iterator[Piece]:
    """Yield the rows in pieces of a size for one import; the same rows always give the same pieces.

    Blank cells are left out except in the first row of a piece, which has to name every column.

    Args:
        rows: Rows as column → cell, each with all columns.
        most_rows: Most rows of one piece.

    Raises:
        InvalidParameterError: A row is too large, or contains an unpaired surrogate (invalid Unicode). The message has
            the number of the row (1 is the first), never a value.

    >>> [piece.rows for piece in pieces([{"a": 1, "b": None}, {"a": None, "b": None}, {"a": 3, "b": 4}], most_rows=2)]
    [[{'a': 1, 'b': None}, {}], [{'a': 3, 'b': 4}]]
    """
    start, piece, size = 0, list[dict[str, Any]](), 0
    for number, row in enumerate(rows):
        given = {name: cell for name, cell in row.items() if cell is not None}
        length = _length(given, number)
        if piece and (len(piece) == most_rows or size + length > MOST_BYTES - _ROOM):
            yield Piece(start, piece)
            start, piece, size = number, [], 0
        piece.append(given if piece else dict(row))
        size += length
    if piece:
        yield Piece(start, piece)


def halves(piece: Piece) -> tuple[Piece, Piece]:
    """Return a piece of several rows as two.

    >>> halves(Piece(4, [{"a": 1, "b": None}, {"b": 2}, {"a": 3}]))
    (Piece(offset=4, rows=[{'a': 1, 'b': None}, {'b': 2}]), Piece(offset=6, rows=[{'a': 3, 'b': None}]))
    """
    middle = (len(piece.rows) + 1) // 2
    first, second = piece.rows[:middle], piece.rows[middle:]
    return Piece(piece.offset, first), Piece(piece.offset + middle, [dict.fromkeys(first[0]) | second[0], *second[1:]])


def _length(row: Mapping[str, Any], number: int) -> int:
    """Return the size of a row in a body, in bytes."""
    try:
        length = len(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()) + 1
    except UnicodeEncodeError:
        raise InvalidParameterError(
            f"row {number + 1} contains an unpaired surrogate, which is invalid Unicode", repair="correct its text"
        ) from None
    if length > MOST_BYTES - _ROOM:
        raise InvalidParameterError(f"row {number + 1} is too large to import", repair="leave it out")
    return length


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidParameterError(f"{path.name} is not UTF-8", repair=_OTHERWISE) from None
    except OSError as problem:
        raise InvalidParameterError(
            f"{path.name} cannot be read ({type(problem).__name__})",
            repair="pass the path of a CSV file; CSV text must contain a line break",
        ) from None


def _from_csv(text: str) -> Any:
    """Return a frame of text with a row for each line below the header, so that row numbers match the file's."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = next(reader, [])
        lines = list(reader)
    except csv.Error as problem:
        raise InvalidParameterError(
            f"this is not a CSV: {problem} at line {reader.line_num}", repair=_OTHERWISE
        ) from None
    _check_header(header)
    while lines and not lines[-1]:
        lines.pop()
    if not lines:
        raise InvalidParameterError("the CSV has a header, but no rows", repair="skip the call for an empty file")
    for number, cells in enumerate(lines, start=1):
        if len(cells) > len(header):
            raise InvalidParameterError(
                f"row {number} of the CSV has more cells than its header", repair="quote the cells that hold commas"
            )
    filled = [[*cells, *[None] * (len(header) - len(cells))] for cells in lines]
    return pd.DataFrame(filled, columns=header, dtype="str")


def _check_header(header: Sequence[str]) -> None:
    if len(header) == 1 and (other := next((sign for sign in ";\t|" if sign in header[0]), None)):
        separator = "a tab" if other == "\t" else repr(other)
        raise InvalidParameterError(
            f"the columns of this CSV are separated by {separator}, not by a comma", repair=_OTHERWISE
        )
    if not header or not all(name.strip() for name in header):
        raise InvalidParameterError(
            "the CSV needs a header that names every column", repair="add a line with the names"
        )
    if len(set(header)) < len(header):
        twice = next(name for name in header if list(header).count(name) > 1)
        raise InvalidParameterError(f"there are two columns {twice!r}", repair="rename one of them")


_ERRORS: Final = re.compile(
    r"(row|import|validation|line)?(error|failure|failed|reject|invalid)(s|ed)?(row|record|line|item|detail)?s?"
)
MESSAGES: Final = ("message", "reason", "detail", "error", "description", "messages", "errors")
"""Names of the reason of a failure."""
NAMES: Final = ("field", "column", "param", "attribute", "api_name")
"""Names of the name of a field."""
NUMBERS: Final = frozenset(
    {
        "row",
        "rowno",
        "rownum",
        "rowindex",
        "rowidx",
        "line",
        "lineno",
        "linenumber",
        "index",
        "recordnumber",
        "position",
    }
)
"""Folded names of the number of a row, besides ours; services count from 0, 1 or 2 under each."""


def errors_within(record: Mapping[str, Any], import_id: str) -> list[dict[str, Any]]:
    """Return the errors of rows that an import, or its job, has in itself, as rows of ``imports.errors``.

    A service may count the header as a row, or begin at 0: a number by another name than ours stays in ``raw`` only.

    >>> errors_within({"rowErrors": [{"line": 3, "reason": "email is invalid"}]}, "imp_1")[0]["message"]
    'email is invalid'
    >>> errors_within({"errors": [{"messages": [], "message": "", "errors": ["is invalid"]}]}, "imp_1")[0]["message"]
    'is invalid'
    """
    lists = {re.sub("[_-]", "", name).lower(): _rows_of(value) for name, value in record.items()}
    found = next((rows for name, rows in lists.items() if rows and _ERRORS.fullmatch(name)), [])
    return [
        {
            "import_id": import_id,
            "row_number": _number_of(each.get("row_number")),
            "field": _first_text(each, NAMES),
            "code": _first_text(each, ("code",)),
            "message": _first_text(each, MESSAGES),
            "raw": each["raw"] if isinstance(each.get("raw"), Mapping) else dict(each),
        }
        for each in found
    ]


def first_number(numbers: Iterable[int | None], total: Any) -> int | None:
    """Return the number that a service gives the first row of an import; ``None`` if its errors do not show it.

    Services count from 1, as ours, from 0, or from 2 where the header of a file is a line. A number below or above
    those of the rows of the import shows it; so do the numbers of its first and its last row together.

    Args:
        numbers: Row numbers of all errors of one import.
        total: Number of its rows, where the service gives it.

    >>> first_number([0, 3], 10), first_number([4, 11], 10), first_number([1, 10], 10), first_number([4], 10)
    (0, 2, 1, None)
    >>> first_number([0, 3], None), first_number([0, 30], 10)
    (0, None)
    """
    found = {number for number in numbers if number is not None}
    counted = isinstance(total, int)
    if counted and max(found, default=0) > total + 1:  # as positions within a row
        return None
    if 0 in found or not counted:
        return 0 if 0 in found else None
    return 2 if total + 1 in found else 1 if {1, total} <= found and total > 1 else None


def reason_of(problem: Any) -> str | None:
    """Return the reason that a service gives for a failure, as text or as an object; ``None`` if there is none.

    >>> reason_of({"message": "too many rows"}), reason_of("too many rows"), reason_of(None)
    ('too many rows', 'too many rows', None)
    """
    text = _first_text(problem, (*MESSAGES, "code")) if isinstance(problem, Mapping) else problem
    return None if not problem else text if isinstance(text, str) else "the service gives no reason"


def _number_of(value: Any) -> int | None:
    """Return a row number; a service may give numbers as text."""
    return int(value) if type(value) is int or (isinstance(value, str) and value.isdecimal()) else None


def _rows_of(value: Any) -> list[Mapping[str, Any]]:
    """Return the objects of a list, and its texts as objects; anything else is not the error of a row."""
    if isinstance(value, Mapping):
        by_row = errors_by_row({str(name): json.dumps(each).encode() for name, each in value.items()})
        value = json.loads(by_row or b"[]")
    rows = [{"message": each} if isinstance(each, str) else each for each in (value if isinstance(value, list) else [])]
    return [each for each in rows if isinstance(each, Mapping)]


def _first_text(of: Mapping[str, Any], names: Sequence[str]) -> str | None:
    """Return the first text that is not empty; a list of texts is one."""
    values = (of.get(name) for name in names)
    lists = ([value] if isinstance(value, str) else value for value in values)
    texts = ("; ".join(each) for each in lists if isinstance(each, list) and all(isinstance(one, str) for one in each))
    return next(filter(None, texts), None)
