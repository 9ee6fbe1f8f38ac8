"""The formats of an export: CSV, JSON Lines and XLSX.

Lead values are not to be trusted: a spreadsheet must not run them as formulas. In CSV such text begins with an
apostrophe; XLSX says of each cell that it is text.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import msgspec

from pb2b_notebook.openapi.import_cells import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    Rows = Iterable[Sequence[Any]]

MOST_ROWS = {"xlsx": 1_048_575}
"""How many rows a format holds below its header, where that is limited."""
_RUN_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_EXACT = 2**53


def write_csv(path: Path, fields: Sequence[str], rows: Rows, _made_at: datetime) -> int:
    """Write RFC 4180 in UTF-8; how many rows."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(fields)
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the last one is the count
            writer.writerow([_guarded(_flat(value)) for value in row])
    return count


def write_jsonl(path: Path, fields: Sequence[str], rows: Rows, _made_at: datetime) -> int:
    """Write one JSON object a line, every field in each; how many rows."""
    count = 0
    with path.open("wb") as file:
        for count, row in enumerate(rows, start=1):  # noqa: B007
            file.write(msgspec.json.encode(dict(zip(fields, row, strict=True))) + b"\n")
    return count


def write_xlsx(path: Path, fields: Sequence[str], rows: Rows, made_at: datetime) -> int:
    """Write one sheet called Leads; how many rows.

    Raises:
        OSError: the file cannot be written.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    # One row at a time in memory.
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
    """Put what a cell cannot hold into text: several values, true and false as the imports read them."""
    if isinstance(value, list):
        return SEPARATOR.join(value)
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else value


def _guarded(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_RUN_AS_FORMULA) else value


def _write_cell(sheet: Any, row: int, column: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, str) or abs(value) > _EXACT:
        sheet.write_string(row, column, str(value))
    else:
        sheet.write_number(row, column, value)
