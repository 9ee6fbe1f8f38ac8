"""Write CSV files as RFC 4180 in UTF-8, with text cells escaped so that a spreadsheet does not change them."""

from __future__ import annotations

import csv
import io
import operator
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO, Final

from pb2b_notebook.files.arrow_tables import kind_of
from pb2b_notebook.files.cells import write_cell
from pb2b_notebook.files.escaping import GUARD, guard

MOST_DIGITS: Final = 15
"""Digits of a number that every spreadsheet keeps."""
_CHUNK_ROWS: Final = 20_000


def write_csv(
    file: BinaryIO,
    table: Any,
    *,
    delimiter: str = ",",
    formulas_only: bool = False,
    advance: Callable[[int], None] = lambda _: None,
) -> int:
    """Write a table as RFC 4180 in UTF-8 with a byte order mark, by which spreadsheets recognize the encoding.

    Args:
        file: Binary file that is open for writing.
        table: Result of :func:`~pb2b_notebook.files.arrow_tables.to_arrow_table`.
        delimiter: Character between cells.
        formulas_only: Whether to guard only formulas, and not text that looks like a phone, a number or a date.
        advance: Called with the number of rows of each chunk.

    Returns:
        Number of guarded cells.
    """
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    text.write("\ufeff")
    # A null in a table of one column is written as a quoted blank: many readers skip a blank line.
    writer = csv.writer(text, delimiter=delimiter)
    guarded = 0
    writer.writerow([guard(name, formulas_only=formulas_only) for name in table.column_names])
    for batch in table.to_batches(max_chunksize=_CHUNK_ROWS):
        columns = []
        for arrow_field, column in zip(table.schema, batch.columns, strict=True):
            cells, count = _write_column(column.to_pylist(), kind_of(arrow_field), formulas_only=formulas_only)
            columns.append(cells)
            guarded += count
        writer.writerows(zip(*columns, strict=True))
        advance(batch.num_rows)
    text.detach()
    return guarded


def _write_column(values: Sequence[Any], kind: str, *, formulas_only: bool) -> tuple[list[str], int]:
    """Return the cells of a column, and the number of guarded cells."""
    cells = ["" if value is None else write_cell(value, kind) for value in values]
    guarded = [
        cell if value is None or not _needs_guard(cell, kind, formulas_only=formulas_only) else GUARD + cell
        for cell, value in zip(cells, values, strict=True)
    ]
    return guarded, sum(map(operator.ne, cells, guarded))


def _needs_guard(cell: str, kind: str, *, formulas_only: bool) -> bool:
    if kind in {"integer", "number"}:
        return not formulas_only and _is_inexact(cell)
    return kind != "boolean" and guard(cell, formulas_only=formulas_only) != cell


def _is_inexact(number: str) -> bool:
    """Return whether a spreadsheet, which keeps 15 digits, would round a number."""
    return len(number.partition("e")[0].strip("-").replace(".", "").lstrip("0")) > MOST_DIGITS
