"""Name the rows of a list as people see them: by their lines in a spreadsheet, or else by number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pb2b_notebook.files.reports import FileReport

_MOST: Final = 12
"""Lines that a text lists."""


def line_of(file: FileReport | None, row: int) -> int:
    """Return the number of a row: its line in the file, or its number from 1.

    Args:
        file: How the file was read; ``None`` for a frame.
        row: Position of the row.
    """
    first = None if file is None else file.first_line
    return row + (1 if first is None else first)


def line_name(file: FileReport | None, row: int) -> str:
    """Return the name of a row: "line 12", or "row 11" in what has no lines."""
    kind = "row" if file is None or file.first_line is None else "line"
    return f"{kind} {line_of(file, row):,}"


def describe_lines(file: FileReport | None, rows: Sequence[int]) -> str:
    """Return where some rows stand.

    >>> describe_lines(None, [2, 6, 7])
    'rows 3, 7, 8'
    """
    kind = "row" if file is None or file.first_line is None else "line"
    numbers = [str(line_of(file, row)) for row in rows[:_MOST]]
    return f"{kind}{'s' * (len(rows) > 1)} {', '.join([*numbers, *['…'] * (len(rows) > _MOST)])}"
