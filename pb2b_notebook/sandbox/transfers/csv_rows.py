"""A CSV reader for RFC 4180: commas, doubled quotes inside quotes, one header line."""

import csv
import io
from collections.abc import Iterator

EXTRA = "(extra)"
"""The column of a row that holds its cells beyond the header."""


def read_csv(text: str, *, limit: int) -> tuple[list[str], list[dict[str, str]]]:
    r"""Return the header of a CSV text, and its rows by column.

    A blank line is a row without cells, so that the rows keep their numbers; blank lines at the end are ignored.
    Missing cells of a row are absent; cells beyond the header are joined in the column :data:`EXTRA`.

    Raises:
        ValueError: The text is not valid CSV, has no header, an unnamed or repeated column, no rows, or more than
            ``limit`` rows.

    >>> read_csv("Name,Mail\nAda,a@b.example\n", limit=10)
    (['Name', 'Mail'], [{'Name': 'Ada', 'Mail': 'a@b.example'}])
    """
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = next(reader, [])
        _check_header(header)
        rows = list(_rows(reader, header, limit))
    except csv.Error as error:
        raise ValueError(f"is not valid CSV: {error} at line {reader.line_num}") from None
    while rows and not rows[-1]:
        rows.pop()
    if not rows:
        raise ValueError("has a header, but no rows")
    return header, rows


def _check_header(header: list[str]) -> None:
    if not header or not all(name.strip() for name in header):
        raise ValueError("needs a header line that names every column")
    if len(set(header)) != len(header):
        raise ValueError("has a column name twice in its header line")
    if EXTRA in header:
        raise ValueError(f"has a column called {EXTRA}, which is a reserved name")


def _rows(reader: Iterator[list[str]], header: list[str], limit: int) -> Iterator[dict[str, str]]:
    for number, cells in enumerate(reader, start=1):
        if number > limit:
            raise ValueError(f"has more than {limit} rows")
        row = dict(zip(header, cells, strict=False))
        yield row | {EXTRA: ",".join(cells[len(header) :])} if len(cells) > len(header) else row
