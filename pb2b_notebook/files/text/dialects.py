"""The dialect of a CSV file: its delimiter and its quotes, detected from a sample of its text.

The delimiter is the one that gives rows of equal width and clean cells, a short form of van den Burg, Nazábal and
Sutton, "Wrangling messy CSV files by detecting row and type patterns" (2019): a wrong delimiter gives ragged rows, or
cells that contain another delimiter, or a header that is not as wide as its rows.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pb2b_notebook.errors import InvalidParameterError

DELIMITERS: Final = (",", ";", "\t", "|")
"""Delimiters that are detected; the first one wins a tie."""
ESCAPED: Final[dict[str, Any]] = {"escapechar": "\\", "doublequote": False}
"""Options of the csv module for quotes that are escaped by a backslash."""
SAMPLE: Final = 256 << 10
"""Characters of the sample."""

_HINT: Final = re.compile(r"sep=(.)\r?\n?")
_MOST_RECORDS: Final = 500
_LATE: Final = 0.5
"""Factor of a delimiter that is in the rows and not in their header: it separates parts of cells, such as tags."""
_JOINT: Final = re.compile(r"[^\s\d],\S|,[^\s\d]")
"""A comma without a space, other than in a number."""
_EVEN: Final = 0.5
"""Below this share of rows of one width, a character is punctuation and not the delimiter."""


def delimiter_hint(first_line: str) -> str | None:
    r"""Return the delimiter of a line ``sep=;``, which Excel reads and writes; ``None`` if the line is not such a hint.

    >>> delimiter_hint("sep=;\n"), delimiter_hint("name;mail")
    (';', None)
    """
    found = _HINT.fullmatch(first_line)
    return found[1] if found else None


def detect_delimiter(sample: str, *, whole: bool) -> str:
    r"""Return the delimiter of a sample; a comma if it has none.

    Args:
        sample: Beginning of a file.
        whole: Whether it is the whole file.

    >>> detect_delimiter("name;price\nAda;1,5\nBob;2,5\n", whole=True)
    ';'
    """
    tables = {delimiter: _table_at(sample, delimiter, whole=whole) for delimiter in DELIMITERS}
    found = {delimiter: table for delimiter, table in tables.items() if table is not None}
    return max(found, key=lambda delimiter: _score(found[delimiter], found.values()), default=DELIMITERS[0])


def check_delimiter(delimiter: str) -> str:
    """Return the caller's delimiter if it is valid.

    Raises:
        InvalidParameterError: The delimiter is not one character, or CSV uses the character for something else.
    """
    if isinstance(delimiter, str) and len(delimiter) == 1 and delimiter not in '"\r\n\ufeff':
        return delimiter
    raise InvalidParameterError(
        "delimiter must be one character, and neither a quote nor a line break", repair="use ',', ';' or '\\t'"
    )


def has_escaped_quotes(sample: str, delimiter: str, *, whole: bool) -> bool:
    r"""Return whether quotes within quoted cells are escaped by a backslash, as some databases write them.

    A backslash at the end of a cell, as in a path, does not count, nor does one before doubled quotes.

    >>> has_escaped_quotes('"say \\"hi\\""', ",", whole=True), has_escaped_quotes('"C:\\",x', ",", whole=True)
    (True, False)
    """
    looks = re.search(rf'\\"(?![{re.escape(delimiter)}\r\n]|$)', sample)
    return bool(looks) and not _is_standard(sample, delimiter, whole=whole)


def has_spaced_quotes(sample: str, delimiter: str, *, whole: bool) -> bool:
    r"""Return whether quoted cells begin behind a space, as people write them; programs quote the space, too.

    >>> has_spaced_quotes('name, note\nAda, "x, y"\n', ",", whole=True)
    True
    >>> has_spaced_quotes('name,note\nAda,"x, y"\n', ",", whole=True)
    False
    """
    if not re.search(rf'{re.escape(delimiter)} +"', sample):
        return False
    plain = read_records(sample, delimiter, whole=whole)
    if not any(cell.startswith(" ") and cell.lstrip(" ").startswith('"') for row in plain for cell in row):
        return False
    spaced = read_records(sample, delimiter, whole=whole, spaced=True)
    return _evenness(spaced) >= _evenness(plain)


def _evenness(records: Sequence[Sequence[str]]) -> float:
    """Return the share of records of the most common width."""
    widths = Counter(map(len, records))
    return max(widths.values(), default=0) / max(1, len(records))


def read_records(
    sample: str, delimiter: str, *, whole: bool, escaped: bool = False, spaced: bool = False
) -> list[list[str]]:
    """Return the records of a sample, read leniently; without the last one, which may be cut, unless ``whole``."""
    found = []
    options = ESCAPED if escaped else {}
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, skipinitialspace=spaced, **options)
    try:
        for record in reader:
            found.append(record)
            if len(found) > _MOST_RECORDS:
                return found
    except csv.Error:
        return found  # a cell beyond the limit of the csv module: it contains the rest of the sample
    return found if whole or len(found) < 2 else found[:-1]  # noqa: PLR2004 - a single record stays


def _is_standard(sample: str, delimiter: str, *, whole: bool) -> bool:
    """Return whether all quotes follow RFC 4180; a sample may end within a quoted cell."""
    try:
        for _ in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, strict=True):
            pass
    except csv.Error as problem:
        return not whole and "end of data" in str(problem)
    return True


@dataclass(frozen=True, slots=True)
class _Table:
    """A sample, split at one delimiter.

    Attributes:
        evenness: Share of rows of the most common width.
        regularity: The same, without the rows above the first row of this width.
        cleanness: Share of cells that contain no other delimiter.
        width: The most common width.
        start: Line of the first row of this width, from 0.
    """

    evenness: float
    regularity: float
    cleanness: float
    width: int
    start: int


def _score(table: _Table, tables: Iterable[_Table]) -> float:
    """Return how likely the delimiter of a table is, beside the tables that other delimiters give."""
    late = any(other.start < table.start and other.regularity >= table.regularity for other in tables)
    return table.evenness * table.cleanness * math.sqrt(1 - 1 / table.width) * (_LATE if late else 1.0)


def _table_at(sample: str, delimiter: str, *, whole: bool) -> _Table | None:
    """Return the table that a delimiter gives, ``None`` if it gives none."""
    if delimiter not in sample:
        return None
    rows = [row for row in read_records(sample, delimiter, whole=whole) if any(cell.strip() for cell in row)]
    if not rows:
        return None
    width, often = Counter(map(len, rows)).most_common(1)[0]
    if width == 1 or often / len(rows) < _EVEN:
        return None
    start = next(line for line, row in enumerate(rows) if len(row) == width)
    evenness, regularity = often / len(rows), often / (len(rows) - start)
    return _Table(evenness, regularity, _cleanness(rows, delimiter), width, start)


def _cleanness(rows: Sequence[Sequence[str]], delimiter: str) -> float:
    """Return the share of cells that contain no other delimiter; a comma in a sentence or a number does not count."""
    others = [candidate for candidate in DELIMITERS if candidate not in (delimiter, ",")]
    cells = [cell for row in rows for cell in row]
    foreign = [any(other in cell for other in others) or (delimiter != "," and _JOINT.search(cell)) for cell in cells]
    return 1 - sum(map(bool, foreign)) / len(cells)
