"""What xlrd knows of an XLS workbook and the reader does not: numbers that stand for no date, and a password."""

from __future__ import annotations

import io
from typing import BinaryIO

from pb2b_notebook.files.workbooks.dates import stands_for_no_date


def no_dates_of(file: BinaryIO, sheet: str) -> frozenset[tuple[int, int]]:
    """Return row and column, from 0, of numbers in the format of dates that are below 0 or of the day 60.

    Args:
        file: Seekable binary file, of which the sheet could be read.
        sheet: Name of the sheet.
    """
    import xlrd

    file.seek(0)
    try:
        with xlrd.open_workbook(
            file_contents=file.read(), on_demand=True, ragged_rows=True, logfile=io.StringIO()
        ) as book:
            page = book.sheet_by_name(sheet)
            cells = ((row, column, cell) for row in range(page.nrows) for column, cell in enumerate(page.row(row)))
            return frozenset(
                (row, column)
                for row, column, cell in cells
                if cell.ctype == xlrd.XL_CELL_DATE and stands_for_no_date(cell.value)
            )
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - xlrd raises anything for what it does not understand; the sheet is read already
        return frozenset()


def needs_password(file: BinaryIO) -> bool:
    """Return whether an XLS workbook is encrypted."""
    import xlrd

    file.seek(0)
    try:
        xlrd.open_workbook(file_contents=file.read(), on_demand=True, logfile=io.StringIO()).release_resources()
    except MemoryError:
        raise
    except Exception as problem:  # noqa: BLE001 - xlrd raises anything for what it does not understand
        return isinstance(problem, xlrd.XLRDError) and "encrypted" in str(problem)
    return False
