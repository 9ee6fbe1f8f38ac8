"""Write XLSX workbooks: a sheet for each frame, every text typed as text, and a hidden sheet with the metadata.

Numbers of more than 15 digits, and times that Excel's calendar or its milliseconds cannot represent, are written as
text, because Excel and LibreOffice would round them when they save. On reading, the metadata restores their types.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from typing import Any, BinaryIO, Final

from pb2b_notebook.errors import FileLimitError
from pb2b_notebook.files import metadata as metadata_files
from pb2b_notebook.files.arrow_tables import kind_of
from pb2b_notebook.files.cells import write_cell
from pb2b_notebook.files.escaping import NOTHING, quote
from pb2b_notebook.files.metadata import Metadata

SHEET: Final = "Leads"
METADATA_SHEET: Final = "pb2b_notebook"
MOST_ROWS: Final = 1_048_575
"""Limit of rows of a sheet, without the header."""
MOST_COLUMNS: Final = 16_384
LONGEST: Final = 32_767
"""Limit of UTF-16 units of a cell."""

_CHUNK_ROWS: Final = 5_000
_PART: Final = 15_000
"""Characters of a piece of the metadata, which fit into a cell even if all are escaped."""
_EXACT: Final = 10**15
_RANGE: Final = (1e-300, 1e300)
"""Range of the absolute values that a spreadsheet keeps; it has no negative zero either."""
_EPOCH: Final = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - workbooks have no time zones
_FIRST_DAY: Final = dt.datetime(1900, 3, 1)  # noqa: DTZ001 - Excel's calendar has 1900-02-29
_DAY: Final = dt.timedelta(days=1)
_FORMATS: Final = {
    "datetime": 'yyyy-mm-dd"T"hh:mm:ss.000"Z"',
    "local": "yyyy-mm-dd hh:mm:ss.000",
    "date": "yyyy-mm-dd",
    "text": "@",
    "texts": "@",
    "json": "@",
}
_WIDTHS: Final = {"datetime": 25, "local": 23, "date": 11, "text": 22, "texts": 22, "json": 22}
_NARROW: Final = 12


def write_xlsx(
    file: BinaryIO,
    tables: Mapping[str, Any],
    metadata: Mapping[str, Metadata],
    *,
    advance: Callable[[int], None] = lambda _: None,
) -> int:
    """Write tables as a workbook: a sheet for each, and a hidden one with the metadata.

    Args:
        file: Binary file that is open for writing.
        tables: Results of :func:`~pb2b_notebook.files.arrow_tables.to_arrow_table`, by name of the sheet.
        metadata: Metadata of each sheet, to store in the workbook.
        advance: Called with the number of rows of each chunk.

    Returns:
        Number of texts that were escaped for XLSX.

    Raises:
        FileLimitError: There are more rows, columns or characters in a cell than a sheet can hold.
        OSError: The file cannot be written, such as on a full disk.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError, FileSizeError

    for table in tables.values():
        _check_extent(table)
    quoted = 0
    output = _Output(file)
    try:
        with Workbook(output, {"constant_memory": True}) as book:
            for name, table in tables.items():
                sheet = _Sheet(book, name, table)
                for batch in table.to_batches(max_chunksize=_CHUNK_ROWS):
                    sheet.append([column.to_pylist() for column in batch.columns])
                    advance(batch.num_rows)
                quoted += sheet.quoted
            _write_metadata(book, metadata)
    except FileSizeError:
        raise FileLimitError(
            "the sheet is larger than 4 GiB, the limit of a workbook", repair="save it as .parquet or .csv"
        ) from None
    except (FileCreateError, OSError) as problem:
        cause = problem.args[0] if isinstance(problem, FileCreateError) else problem
        output.problem = cause if isinstance(cause, OSError) else OSError(str(problem))
        raise output.problem from None
    except KeyboardInterrupt:
        output.problem = InterruptedError()  # the archive is closed once more, when the file is closed already
        raise
    return quoted


class _Output:
    """A file that ignores whatever comes after an error, because a ZIP archive is closed once more when it is deleted.

    Attributes:
        problem: The first error.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.problem: OSError | None = None

    def write(self, data: Any) -> int:
        if self.problem is None:
            try:
                return self._file.write(data)
            except OSError as problem:
                self.problem = problem
                raise
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence) if self.problem is None else offset

    def tell(self) -> int:
        return self._file.tell() if self.problem is None else 0

    def flush(self) -> None:
        if self.problem is None:
            self._file.flush()


def _check_extent(table: Any) -> None:
    for what, count, most in (("rows", table.num_rows, MOST_ROWS), ("columns", table.num_columns, MOST_COLUMNS)):
        if count > most:
            raise FileLimitError(
                f"{count:,} {what} exceed the limit of a sheet, {most:,}", repair="save it as .parquet or .csv"
            )


class _Sheet:
    """A sheet, written row by row.

    Attributes:
        quoted: Number of texts that were escaped for XLSX.
    """

    def __init__(self, book: Any, name: str, table: Any) -> None:
        self.quoted = 0
        self._names = table.column_names
        self._kinds = [kind_of(field) for field in table.schema]
        self._formats = {kind: book.add_format({"num_format": code}) for kind, code in _FORMATS.items()}
        self._page = book.add_worksheet(name)
        self._line = 1
        for place, kind in enumerate(self._kinds):
            self._page.set_column(place, place, _WIDTHS.get(kind, _NARROW), self._formats.get(kind))
        self._page.freeze_panes(1, 0)
        self._page.autofilter(0, 0, table.num_rows, max(0, len(self._kinds) - 1))
        # No green corners for text that looks like a number.
        self._page.ignore_errors({"number_stored_as_text": f"A1:XFD{table.num_rows + 1}"})
        bold = book.add_format({"bold": True, "num_format": "@"})
        for place, column in enumerate(self._names):
            self._page.write_string(0, place, self._text(column, place), bold)

    def append(self, columns: Sequence[Sequence[Any]]) -> None:
        """Write the next rows."""
        for row in zip(*columns, strict=True):
            for place, value in enumerate(row):
                if value is not None:
                    self._write(place, value)
            if all(value is None for value in row):
                # A sheet ends at the last row with a cell.
                self._page.write_string(self._line, 0, NOTHING)
            self._line += 1

    def _write(self, place: int, value: Any) -> None:
        """Write a value in its type, or as text if a spreadsheet would round it."""
        kind = self._kinds[place]
        how = self._formats.get(kind)
        if kind == "boolean":
            self._page.write_boolean(self._line, place, value, how)
            return
        number = _number(value, kind)
        if number is not None:
            self._page.write_number(self._line, place, number, how)
        else:
            self._page.write_string(self._line, place, self._text(write_cell(value, kind), place), how)

    def _text(self, text: str, place: int) -> str:
        cell = quote(text)
        self.quoted += cell != text
        if len(cell) > LONGEST // 2 and len(cell.encode("utf-16-le")) // 2 > LONGEST:
            raise FileLimitError(
                f"column {self._names[place][:100]!r} has more than {LONGEST:,} characters in line {self._line + 1}",
                repair="save it as .csv, .jsonl or .parquet",
            )
        return cell


def _number(value: Any, kind: str) -> float | None:
    """Return the number that a spreadsheet stores unchanged for a value; ``None`` if there is none."""
    if kind == "integer":
        return value if -_EXACT < value < _EXACT else None
    if kind == "number":
        return value if _is_exact(value) else None
    if kind == "date":
        value = dt.datetime.combine(value, dt.time())
    elif kind not in {"datetime", "local"}:
        return None
    moment = value.replace(tzinfo=None)
    return None if moment < _FIRST_DAY or moment.microsecond % 1000 else (moment - _EPOCH) / _DAY


def _is_exact(number: float) -> bool:
    if number == 0:
        return math.copysign(1, number) > 0
    return _RANGE[0] < abs(number) < _RANGE[1] and float(f"{number:.15g}") == number


def _write_metadata(book: Any, metadata: Mapping[str, Metadata]) -> None:
    """Write the document of each sheet into a column of the hidden sheet, in pieces."""
    page = book.add_worksheet(METADATA_SHEET)
    page.hide()
    texts = [metadata_files.write_metadata(one, "") for one in metadata.values()]
    pieces = [[text[start : start + _PART] for start in range(0, len(text), _PART)] for text in texts]
    for line, row in enumerate(zip_longest(*pieces)):  # row by row, as constant memory needs
        for place, piece in enumerate(row):
            if piece is not None:
                page.write_string(line, place, quote(piece))
