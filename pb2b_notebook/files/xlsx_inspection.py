"""Look at a workbook before it is read: a small file can ask for more memory than there is.

A workbook is a ZIP archive of XML. Its members may unpack to any size, whatever the archive says of them, and a sheet
of two cells at opposite corners stands for 17 billion: the reader lays them out as a grid, and would take the whole
kernel along. So every member is unpacked once, in small pieces and thrown away, and the corners of its cells are noted.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from pb2b_notebook.errors import DamagedFileError, FileLimitError

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_BYTES: Final = 2 << 30
"""That all members together may unpack to: a workbook of 100 MB has a third of it."""
MOST_MEMBERS: Final = 10_000
SPARSE_CELLS: Final = 20_000_000
"""Cells of a sheet's grid that are laid out however few of them are filled."""
SPARSENESS: Final = 10
"""A larger grid may have so many cells for each that is filled."""

_CHUNK: Final = 1 << 20
_OVERLAP: Final = 64
_PLACE: Final = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3})([0-9]{0,7})([^"']?)""")
_NO_VALUE: Final = re.compile(rb"</f>\s*(<v>\s*</v>|<v\s*/>|</c>)|<f(?:\s[^>]*)?/>\s*</c>")
_REPAIR: Final = "open it in a spreadsheet and save it anew as .xlsx"


@dataclass(frozen=True, slots=True)
class Inspection:
    """What is in a workbook.

    Attributes:
        formulas: cells with a formula, on all sheets.
        uncalculated: those of them whose value was never saved.
        errors: cells with an error value, such as ``#N/A``.
    """

    formulas: int
    uncalculated: int
    errors: int


def inspect(file: BinaryIO, advance: Callable[[int], None] = lambda _: None) -> Inspection:
    """Unpack a workbook in small pieces and see whether it can be read.

    Args:
        file: seekable.
        advance: is told of every piece, in bytes.

    Raises:
        FileLimitError: it unpacks to more than :data:`MOST_BYTES`, or a sheet is a nearly empty grid of billions.
        DamagedFileError: it is no workbook, or cut off, or its checksums do not fit.
    """
    formulas = uncalculated = errors = total = 0
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_members(members)
            for member in members:
                grid = _Grid()
                with archive.open(member) as unpacked:
                    before = b""
                    while chunk := unpacked.read(_CHUNK):
                        total += len(chunk)
                        _check_size(total)
                        grid.see(before + chunk)
                        before = chunk[-_OVERLAP:]
                        advance(len(chunk))
                grid.check()
                formulas += grid.formulas
                uncalculated += grid.uncalculated
                errors += grid.errors
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        raise DamagedFileError("the workbook is damaged or cut off", repair="ask for it again") from None
    return Inspection(formulas, uncalculated, errors)


class _Grid:
    """The cells of one sheet, as far as they are seen."""

    def __init__(self) -> None:
        self.formulas = self.uncalculated = self.errors = 0
        self._cells = 0
        self._columns: set[bytes] = set()
        self._last_row = 0
        self._odd = False

    def see(self, text: bytes) -> None:
        """Take a piece of the member; what lies across two pieces is seen with the second one."""
        self._odd = self._odd or text.startswith((b"\xff\xfe", b"\xfe\xff"))
        if b"<" not in text:
            return
        places = _PLACE.findall(text)
        self._cells += len(places)
        self._columns |= {column for column, _, _ in places}
        self._last_row = max([self._last_row, *map(int, {row for _, row, _ in places} - {b""})])
        self._odd = self._odd or any(rest for _, _, rest in places)
        self.formulas += text.count(b"<f>") + text.count(b"<f ") + text.count(b"<f/>")
        self.uncalculated += len(_NO_VALUE.findall(text))
        self.errors += text.count(b't="e"')

    def check(self) -> None:
        """Refuse a grid that is much larger than what is in it.

        Raises:
            FileLimitError: the grid.
        """
        width = max((_number(column) for column in self._columns), default=0)
        if width * self._last_row > max(SPARSE_CELLS, SPARSENESS * self._cells):
            raise FileLimitError(
                f"a sheet reaches to column {width:,} and row {self._last_row:,} with hardly anything in it",
                repair="delete what lies far outside of the table, or save the table as CSV",
            )
        if self._odd and self._last_row:
            raise FileLimitError("a sheet names its cells in a way that cannot be checked", repair=_REPAIR)


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise FileLimitError(f"the workbook has more than {MOST_MEMBERS:,} parts", repair=_REPAIR)
    _check_size(sum(member.file_size for member in members))
    names = {member.filename for member in members}
    if "xl/workbook.xml" not in names:
        other = "an OpenDocument file" if "mimetype" in names else "a ZIP archive, and no workbook"
        repair = "open it in a spreadsheet and save it as .xlsx" if "mimetype" in names else "unpack it first"
        raise DamagedFileError(f"the file is {other}", repair=repair)


def _check_size(size: int) -> None:
    if size > MOST_BYTES:
        raise FileLimitError(
            f"the workbook unpacks to more than {MOST_BYTES >> 30} GiB", repair="save its table as CSV or Parquet"
        )


def _number(column: bytes) -> int:
    """The number of a column from its letters; 0 for none.

    >>> _number(b"A"), _number(b"XFD")
    (1, 16384)
    """
    number = 0
    for letter in column.upper():
        number = number * 26 + letter - 64
    return number
