"""Read workbooks (XLSX, XLS, XLSB, ODS): one sheet of leads, with the metadata of a hidden sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any, BinaryIO, Final

from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import DamagedFileError, InvalidParameterError, ProtectedFileError, nearest
from pb2b_notebook.files import metadata as metadata_files
from pb2b_notebook.files.column_types import convert_columns, text_of
from pb2b_notebook.files.escaping import restore_foreign, unquote
from pb2b_notebook.files.headers import (
    HEADER_ROWS,
    column_names,
    find_header,
    header_cells,
    header_findings,
    requested_header,
)
from pb2b_notebook.files.metadata import Metadata
from pb2b_notebook.files.reports import UNREAD_SHEETS, FileContent, Finding, describe_unread_sheets
from pb2b_notebook.files.workbooks.compound_files import check_chains
from pb2b_notebook.files.workbooks.dates import PackedDates, day_of
from pb2b_notebook.files.workbooks.limits import Inspection
from pb2b_notebook.files.workbooks.ods_inspection import inspect_ods, with_media_type
from pb2b_notebook.files.workbooks.xls_inspection import needs_password, no_dates_of
from pb2b_notebook.files.workbooks.xlsb_inspection import inspect_xlsb
from pb2b_notebook.files.workbooks.xlsx_inspection import inspect_xlsx
from pb2b_notebook.files.workbooks.xlsx_writing import METADATA_SHEET, SHEET

_DAY_ZERO: Final = dt.time(0)
_DAY_BEFORE: Final = (1900, 2, 28)
"""What the reader makes of 1900-02-29, a day of spreadsheets that never was."""
_INSPECTIONS: Final = {"xlsx": inspect_xlsx, "xlsb": inspect_xlsb, "ods": inspect_ods}
"""An XLS file cannot need much more memory than its grid, which is small."""


def read_workbook(
    file: BinaryIO,
    kind: str = "xlsx",
    *,
    sheet: str | None = None,
    header: int | None = None,
    advance: Callable[[int], None] = lambda _: None,
) -> FileContent:
    """Read one sheet of a workbook; formulas are not run, their saved values are read.

    Args:
        file: Seekable binary file.
        kind: "xlsx", "xls", "xlsb" or "ods".
        sheet: Name of the sheet; by default "Leads", or the first visible sheet with cells.
        header: Row of the column names, from 1, or ``False`` for none; by default detected.
        advance: Called with the number of bytes of each piece.

    Raises:
        DamagedFileError: The file is not a workbook, or is damaged, or has no cells.
        ProtectedFileError: The file needs a password.
        FileLimitError: The file decompresses to more than fits into memory.
        InvalidParameterError: There is no sheet of that name, or the header is invalid.
    """
    inspect = _INSPECTIONS.get(kind)
    inspection = Inspection() if inspect is None else inspect(file, advance)
    book = _open_workbook(with_media_type(file) if kind == "ods" else file)
    stored, findings = _read_metadata(book)
    page, others = _choose_sheet(book, sheet)
    metadata = stored.get(page.name)
    remembered = {} if metadata is None else metadata.columns
    restore = restore_foreign if metadata is None else unquote
    merged = _merged_cells(page)
    blanked: list[int] = []
    no_dates = no_dates_of(file, page.name) if kind == "xls" and _may_be_no_date(page) else inspection.no_dates
    dated = _with_packed_dates(_rows_of(page), inspection.packed_dates, page.start[1])
    read = _without_no_dates(dated, no_dates, page.start[1], blanked)
    filled = _without_trailing_blanks(_fill_merged_cells(read, merged))
    rows = ([_cell_value(cell, restore) for cell in row] for row in filled)
    first = list(islice(rows, HEADER_ROWS))
    if not first:
        raise DamagedFileError(
            f"the sheet {page.name!r} has no values, only errors or pictures", repair="pass another sheet="
        )
    texts = [["" if cell is None else text_of(cell) for cell in row] for row in first]
    where = find_header(texts, remembered) if header is None else requested_header(header, texts)
    cells = header_cells(texts, where)
    columns, count = _transpose(chain(first[where.first :], rows), page.width)
    names, named, duplicates = column_names(cells, page.width, remembered)
    # Leave out empty columns without a name: cells that have only a format, or the rest of a merged title.
    columns, undated = _without_day_zero(columns, len(blanked))
    kept = [place for place, cells in enumerate(columns) if named[place] or any(cell is not None for cell in cells)]
    table, more = convert_columns([(names[place], columns[place]) for place in kept], remembered, {}, count)
    unnamed = sum(not named[place] for place in kept)
    findings += [
        *_workbook_findings(inspection, merged, others if sheet is None else ()),
        *undated,
        *header_findings(where, duplicates, unnamed),
        *more,
    ]
    line = None if where.row is None else where.row + 1
    return FileContent(table, findings, header=line, sheet=page.name, other_sheets=tuple(others), metadata=metadata)


def _open_workbook(file: BinaryIO) -> Any:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    check_chains(file)
    file.seek(0)
    with _damage("the workbook"):
        try:
            return CalamineWorkbook.from_filelike(file)
        except (CalamineError, PasswordError) as problem:
            if not (isinstance(problem, PasswordError) or needs_password(file)):
                raise
            raise ProtectedFileError(
                "the workbook needs a password", repair="open it in a spreadsheet and save it without the password"
            ) from None


def _open_sheet(book: Any, name: str) -> Any:
    with _damage(f"the sheet {name!r}"):
        return book.get_sheet_by_name(name)


@contextmanager
def _damage(what: str) -> Iterator[None]:
    """Turn what the reader raises for a damaged workbook into our error."""
    from python_calamine import CalamineError

    try:
        yield
    except (CalamineError, OSError, ValueError):
        pass
    except BaseException as problem:
        if type(problem).__name__ != "PanicException":
            raise
    else:
        return
    raise DamagedFileError(f"{what} is damaged", repair="open it in a spreadsheet and save it again")


def _read_metadata(book: Any) -> tuple[dict[str, Metadata], list[Finding]]:
    """Return the metadata of each sheet, and a finding if some cannot be read."""
    if METADATA_SHEET not in book.sheet_names:
        return {}, []
    rows = [row for row in _open_sheet(book, METADATA_SHEET).to_python() if row]
    texts = ["".join(unquote(text_of(cell)) or "" for cell in column) for column in zip(*rows, strict=True)]
    try:
        found = [metadata_files.read_metadata(text) for text in texts or [""]]
    except ValueError:
        message = f"the metadata in the sheet {METADATA_SHEET!r} cannot be read"
        return {}, [Finding("metadata_unreadable", message)]
    return {one.sheet or SHEET: one for one in found}, []


def _choose_sheet(book: Any, name: str | None) -> tuple[Any, list[str]]:
    """Return the sheet to read, and the names of the other sheets with cells."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    sheets = [
        entry for entry in book.sheets_metadata if entry.typ == SheetTypeEnum.WorkSheet and entry.name != METADATA_SHEET
    ]
    visible = [entry.name for entry in sheets if entry.visible == SheetVisibleEnum.Visible]
    pages = [page for page in (_open_sheet(book, title) for title in visible) if page.start is not None]
    if name is not None:
        if name not in {entry.name for entry in sheets}:
            raise InvalidParameterError(
                f"unknown sheet {name!r}", repair=nearest(str(name), [entry.name for entry in sheets])
            )
        return _open_filled_sheet(book, name), [page.name for page in pages if page.name != name]
    if not pages:
        raise DamagedFileError(
            "the workbook has no cells on a visible sheet", repair="pass a workbook with a header and rows"
        )
    ours = next((page for page in pages if page.name == SHEET), pages[0])
    return ours, [page.name for page in pages if page is not ours]


def _open_filled_sheet(book: Any, name: str) -> Any:
    page = _open_sheet(book, name)
    if page.start is None:
        raise DamagedFileError(f"the sheet {name!r} has no cells", repair="pass another sheet=")
    return page


def _rows_of(page: Any) -> Iterator[list[Any]]:
    """Yield the rows of a sheet.

    Raises:
        DamagedFileError: A row cannot be read.
    """
    try:
        with _damage(f"the sheet {page.name!r}"):
            yield from page.iter_rows()
    except OverflowError:
        raise DamagedFileError(
            f"a cell of the sheet {page.name!r} has a number that is too large for the duration that it shows",
            repair="correct the cell, or format it as a number",
        ) from None


def _with_packed_dates(rows: Iterator[list[Any]], dates: PackedDates | None, left: int) -> Iterator[list[Any]]:
    """Yield the rows with the days for which the reader gives only whole numbers."""
    for number, row in enumerate(rows):
        if dates is not None:
            for column, cell in enumerate(row):
                if isinstance(cell, int) and dates.hold(number, column + left):
                    row[column] = day_of(cell, of_1904=dates.of_1904)
        yield row


def _without_no_dates(
    rows: Iterator[list[Any]], no_dates: Collection[tuple[int, int]], left: int, blanked: list[int]
) -> Iterator[list[Any]]:
    """Yield the rows without the times and days that the reader made of numbers that stand for no date.

    Args:
        rows: Rows from the first one of the sheet.
        no_dates: Row and column, from 0, of these numbers.
        left: First column of the rows.
        blanked: The row of each cell that is left blank is appended.
    """
    columns: dict[int, list[int]] = {}
    for number, column in no_dates:
        columns.setdefault(number, []).append(column - left)
    for number, row in enumerate(rows):
        for column in columns.get(number, ()):
            if 0 <= column < len(row) and _is_doubtful(row[column]):
                row[column] = ""
                blanked.append(number)
        yield row


def _is_doubtful(cell: Any) -> bool:
    """Return whether a cell is what the reader makes of a number that stands for no date."""
    is_day = isinstance(cell, dt.date) and (cell.year, cell.month, cell.day) == _DAY_BEFORE
    return is_day or isinstance(cell, dt.time)


def _may_be_no_date(page: Any) -> bool:
    return any(map(_is_doubtful, chain.from_iterable(_rows_of(page))))


def _merged_cells(page: Any) -> list[tuple[int, int, int]]:
    """Return the cells that are merged over several rows: first row, column and last row, from 0 in the rows read.

    The reader skips blank columns before the table, while merged ranges count from the first column of the sheet.
    """
    left = page.start[1]
    return [(top, side - left, bottom) for (top, side), (bottom, _) in page.merged_cell_ranges or [] if bottom > top]


def _fill_merged_cells(rows: Iterable[list[Any]], merged: Sequence[tuple[int, int, int]]) -> Iterator[list[Any]]:
    """Yield the rows, with the value of a vertically merged cell in each of its rows."""
    begins: dict[int, list[tuple[int, int]]] = {}
    for top, column, bottom in merged:
        begins.setdefault(top, []).append((column, bottom))
    running: dict[int, tuple[int, Any]] = {}
    for number, row in enumerate(rows):
        for column, (bottom, value) in list(running.items()):
            if number <= bottom:
                row[column] = value
            else:
                del running[column]
        for column, bottom in begins.get(number, ()):
            if 0 <= column < len(row):
                running[column] = (bottom, row[column])
        yield row


def _without_trailing_blanks(rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
    """Yield the rows up to the last one that is not blank; blank rows before it stay."""
    blank: list[list[Any]] = []
    for row in rows:
        if all(cell == "" for cell in row):
            blank.append(row)
            continue
        yield from blank
        blank.clear()
        yield row


def _cell_value(cell: Any, restore: Callable[[str], str | None]) -> Any:
    """Return the value of a cell; ``None`` if it is blank."""
    if isinstance(cell, str):
        return restore(cell) if cell else None
    return cell


def _transpose(rows: Iterable[list[Any]], width: int) -> tuple[list[list[Any]], int]:
    """Return the columns, and the number of rows."""
    body = list(rows)
    columns = [list(column) for column in zip(*body, strict=True)]
    return columns or [[] for _ in range(width)], len(body)


def _without_day_zero(columns: list[list[Any]], count: int) -> tuple[list[list[Any]], list[Finding]]:
    """Return the columns with null instead of day 0 in columns of dates, and a finding about them.

    A spreadsheet shows day 0 as 1900-01-00, most often for a formula over a blank cell. The reader takes it for
    midnight, and one such cell would make a column of dates a column of text.

    Args:
        columns: Cells of each column.
        count: Number of cells that are null already, for the same reason.
    """
    for place, cells in enumerate(columns):
        zeros = [row for row, cell in enumerate(cells) if cell == _DAY_ZERO and isinstance(cell, dt.time)]
        others = [cell for cell in cells if cell is not None and not isinstance(cell, dt.time)]
        if zeros and others and all(isinstance(cell, dt.date) for cell in others):
            columns[place] = [None if cell == _DAY_ZERO else cell for cell in cells]
            count += len(zeros)
    message = f"{count_text(count, 'cell')} with a day that does not exist, such as 1900-01-00: null"
    return columns, [Finding("day_zero", message, count)] if count else []


def _workbook_findings(inspection: Inspection, merged: Sequence[Any], others: Sequence[str]) -> list[Finding]:
    """Return the findings about a workbook as a whole."""
    found = []
    if others:
        found.append(Finding(UNREAD_SHEETS, describe_unread_sheets(others), len(others)))
    if inspection.formulas:
        message = f"{count_text(inspection.formulas, 'formula')}: their last calculated values were read"
        found.append(Finding("formulas", message, inspection.formulas))
    if inspection.uncalculated:
        message = f"{count_text(inspection.uncalculated, 'formula')} never calculated: null"
        found.append(Finding("uncalculated", message, inspection.uncalculated))
    if inspection.errors:
        found.append(
            Finding(
                "error_values", f"{count_text(inspection.errors, 'cell')} with an error value: null", inspection.errors
            )
        )
    if inspection.struck:
        message = f"{count_text(inspection.struck, 'row')} with struck-through cells: read like the others"
        found.append(Finding("struck_through", message, inspection.struck))
    if inspection.breaks:
        message = f"tabs and line breaks in cells left out, {inspection.breaks:,} times; .xlsx keeps them"
        found.append(Finding("breaks_left_out", message, inspection.breaks))
    if merged:
        message = f"{count_text(len(merged), 'cell')} merged over several rows: each row gets the value"
        found.append(Finding("merged", message, len(merged)))
    return found
