"""The dialect of a CSV file: what parts its cells, seen from a sample of its text.

The delimiter is the one under which the rows come out equally wide and the cells clean, after van den Burg, Nazábal and
Sutton, "Wrangling messy CSV files by detecting row and type patterns" (2019), in short: a wrong one gives ragged rows,
or cells with another delimiter in them.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.errors import InvalidParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence

DELIMITERS: Final = (",", ";", "\t", "|")
"""What is looked for; the first wins a draw."""
ESCAPED: Final[dict[str, Any]] = {"escapechar": "\\", "doublequote": False}
"""Options of the csv module for quotes within quotes that have a backslash before them."""
SAMPLE: Final = 256 << 10
"""Characters that are looked at."""

_HINT: Final = re.compile(r"sep=(.)\r?\n?")
_MOST_RECORDS: Final = 500
_EVEN: Final = 0.5
"""Below this share of rows of one width a delimiter parts nothing: it is punctuation."""


def delimiter_hint(first_line: str) -> str | None:
    r"""The delimiter that a line of its own names, as Excel writes and reads it: ``sep=;``.

    >>> hinted("sep=;\n"), delimiter_hint("name;mail")
    (';', None)
    """
    found = _HINT.fullmatch(first_line)
    return found[1] if found else None


def detect_delimiter(sample: str, *, whole: bool) -> str:
    r"""What parts the cells of a sample; a comma where nothing does.

    Args:
        sample: the beginning of a file.
        whole: it is all of it, to the last line.

    >>> detect_delimiter("name;price\nAda;1,5\nBob;2,5\n", whole=True)
    ';'
    """
    scores = {delimiter: _score(sample, delimiter, whole=whole) for delimiter in DELIMITERS}
    return max(scores, key=lambda delimiter: scores[delimiter])


def check_delimiter(delimiter: str) -> str:
    """The delimiter that somebody gives.

    Raises:
        InvalidParameterError: not one character, or one that CSV needs for something else.
    """
    if isinstance(delimiter, str) and len(delimiter) == 1 and delimiter not in '"\r\n\ufeff':
        return delimiter
    raise InvalidParameterError(
        "a delimiter is one character, and neither a quote nor a line break", repair="such as ',', ';' or '\\t'"
    )


def has_escaped_quotes(sample: str, delimiter: str, *, whole: bool) -> bool:
    r"""Whether quotes within quotes have a backslash before them, as some databases write them.

    A backslash at the end of a cell, as in a path, is none, nor is one before quotes that are doubled.

    >>> escapes_quotes('"say \\"hi\\""', ",", whole=True), has_escaped_quotes('"C:\\",x', ",", whole=True)
    (True, False)
    """
    looks = re.search(rf'\\"(?![{re.escape(delimiter)}\r\n]|$)', sample)
    return bool(looks) and not _is_standard(sample, delimiter, whole=whole)


def read_records(sample: str, delimiter: str, *, whole: bool, escaped: bool = False) -> list[list[str]]:
    """The records of a sample, read leniently; without the last one, which may be cut, unless it is ``whole``."""
    found = []
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, **(ESCAPED if escaped else {}))
    try:
        for record in reader:
            found.append(record)
            if len(found) > _MOST_RECORDS:
                return found
    except csv.Error:
        return found  # a cell beyond the limit of the csv module: the rest of the sample is in it
    return found if whole or len(found) < 2 else found[:-1]  # noqa: PLR2004 - a record that is all there is stays


def _is_standard(sample: str, delimiter: str, *, whole: bool) -> bool:
    """Whether all quotes are as RFC 4180 has them; a sample may end within some."""
    try:
        for _ in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, strict=True):
            pass
    except csv.Error as problem:
        return not whole and "end of data" in str(problem)
    return True


def _score(sample: str, delimiter: str, *, whole: bool) -> float:
    if delimiter not in sample:
        return 0.0
    rows = [row for row in read_records(sample, delimiter, whole=whole) if any(cell.strip() for cell in row)]
    if not rows:
        return 0.0
    width, often = Counter(map(len, rows)).most_common(1)[0]
    even = often / len(rows)
    if width == 1 or even < _EVEN:
        return 0.0
    return even * _cleanness(rows, delimiter) * math.sqrt(1 - 1 / width)


def _cleanness(rows: Sequence[Sequence[str]], delimiter: str) -> float:
    """The share of cells without another delimiter in them; commas are at home in text, too."""
    others = [one for one in DELIMITERS if one not in (delimiter, ",")]
    cells = [cell for row in rows for cell in row]
    return sum(not any(one in cell for one in others) for cell in cells) / len(cells)
