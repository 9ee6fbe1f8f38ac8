"""The formats of an export: CSV, JSON Lines and XLSX.

Values of leads are untrusted input: a spreadsheet must not run them as formulas. In CSV an apostrophe is put before
such text; in XLSX each cell is declared as text.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from pb2b_notebook.openapi.import_cells import SEPARATOR

Rows = Iterable[Sequence[Any]]

MOST_ROWS = {"xlsx": 1_048_575}
"""Largest number of rows below the header, for formats with a limit."""
_RUN_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_EXACT = 2**53


def write_csv(path: Path, fields: Sequence[str], rows: Rows, _made_at: datetime) -> int:
    """Write RFC 4180 in UTF-8, and return the number of rows."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(fields)
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the last one is the count
            writer.writerow([_escape_formula(_flat(value)) for value in row])
    return count


def write_jsonl(path: Path, fields: Sequence[str], rows: Rows, _made_at: datetime) -> int:
    """Write one JSON object per line, each with all fields, and return the number of rows."""
    count = 0
    with path.open("wb") as file:
        for count, row in enumerate(rows, start=1):  # noqa: B007
            file.write(msgspec.json.encode(dict(zip(fields, row, strict=True))) + b"\n")
    return count


def write_xlsx(path: Path, fields: Sequence[str], rows: Rows, made_at: datetime) -> int:
    """Write one sheet called Leads, and return the number of rows.

    Raises:
        OSError: The file cannot be written.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    # Keeps one row at a time in memory.
    book = Workbook(str(path), {"constant_memory": True, "tmpdir": str(path.parent)})
    # The same leads at the same time give the same bytes.
    book.set_properties({"created": made_at.replace(tzinfo=None)})
    count = _fill(book.add_worksheet("Leads"), fields, rows)
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(str(error)) from None
    return count


def _fill(sheet: Any, fields: Sequence[str], rows: Rows) -> int:
    count = 0
    sheet.freeze_panes(1, 0)
    for column, field in enumerate(fields):
        sheet.write_string(0, column, field)
    for count, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _write_cell(sheet, count, column, _flat(value))
    return count


WRITERS: dict[str, Callable[[Path, Sequence[str], Rows, datetime], int]] = {
    "csv": write_csv,
    "jsonl": write_jsonl,
    "xlsx": write_xlsx,
}


def _flat(value: Any) -> Any:
    """Return a value that fits into a cell: lists, true and false become text as the imports read it."""
    if isinstance(value, list):
        return SEPARATOR.join(value)
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else value


def _escape_formula(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_RUN_AS_FORMULA) else value


def _write_cell(sheet: Any, row: int, column: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, str) or abs(value) > _EXACT:
        sheet.write_string(row, column, str(value))
    else:
        sheet.write_number(row, column, value)
