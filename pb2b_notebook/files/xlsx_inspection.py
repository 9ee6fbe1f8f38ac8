"""Inspect a workbook before it is read: a small file can need more memory than there is.

A workbook is a ZIP archive of XML. Its members may decompress to any size, whatever the archive claims. A sheet of two
cells at opposite corners stands for 17 billion cells: the reader allocates the grid, and would crash the kernel. A long
text that very many cells share has the same effect. Every member is therefore decompressed once, in small pieces that
are discarded, and the extent of its cells is recorded.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO, Final

from pb2b_notebook.errors import DamagedFileError, FileLimitError

MOST_BYTES: Final = 2 << 30
"""Limit of bytes of all members, decompressed; a workbook of 100 MB has a third of it."""
MOST_MEMBERS: Final = 10_000
SPARSE_CELLS: Final = 20_000_000
"""Cells of the grid of a sheet that are allowed, however few of them are filled."""
SPARSENESS: Final = 10
"""Cells of a larger grid that are allowed for each filled cell."""

_CHUNK: Final = 1 << 20
_OVERLAP: Final = 64
_PLACE: Final = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3})([0-9]{0,7})([^"']?)""")
_NO_VALUE: Final = re.compile(rb"</f>\s*(<v>\s*</v>|<v\s*/>|</c>)|<f(?:\s[^>]*)?/>\s*</c>")
_SHARED: Final = "xl/sharedStrings.xml"
_REFERENCE: Final = re.compile(rb"""\st=["']s["'][^>]*>\s*<v>\s*([0-9]{1,9})""")
_REPAIR: Final = "open it in a spreadsheet and save it again as .xlsx"


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a workbook contains, on all sheets.

    Attributes:
        formulas: Number of cells with a formula.
        uncalculated: Number of formulas whose value was never saved.
        errors: Number of cells with an error value, such as ``#N/A``.
    """

    formulas: int
    uncalculated: int
    errors: int


def inspect_workbook(file: BinaryIO, advance: Callable[[int], None] = lambda _: None) -> Inspection:
    """Decompress a workbook in small pieces and check that it can be read.

    Args:
        file: Seekable binary file.
        advance: Called with the number of bytes of each piece.

    Raises:
        FileLimitError: The file decompresses to more than :data:`MOST_BYTES`, or a sheet is a huge, nearly empty grid.
        DamagedFileError: The file is not a workbook, or is incomplete, or its checksums are wrong.
    """
    grids = []
    total = 0
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_members(members)
            for member in members:
                grid = _Grid()
                for before, chunk in _pieces(archive, member):
                    total += len(chunk)
                    _check_size(total)
                    grid.see(before, chunk)
                    advance(len(chunk))
                grid.check()
                grids.append(grid)
            _check_shared(archive, sum(grid.shared for grid in grids))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        raise DamagedFileError("the workbook is damaged or incomplete", repair="get the file again") from None
    return Inspection(
        sum(grid.formulas for grid in grids),
        sum(grid.uncalculated for grid in grids),
        sum(grid.errors for grid in grids),
    )


class _Grid:
    """The extent of the cells of one sheet, as far as it is read."""

    def __init__(self) -> None:
        self.formulas = self.uncalculated = self.errors = self.shared = 0
        self._cells = 0
        self._columns: set[bytes] = set()
        self._last_row = 0
        self._odd = False

    def see(self, before: bytes, chunk: bytes) -> None:
        """Read a piece of the member; what spans two pieces is counted with the second one."""
        text = before + chunk
        self._odd = self._odd or text.startswith((b"\xff\xfe", b"\xfe\xff"))
        if b"<" not in text:
            return

        def count(part: bytes) -> int:
            return text.count(part) - before.count(part)

        places = _PLACE.findall(text)
        self._cells += len(places)
        self._columns |= {column for column, _, _ in places}
        self._last_row = max([self._last_row, *map(int, {row for _, row, _ in places} - {b""})])
        self._odd = self._odd or any(rest for _, _, rest in places)
        # LibreOffice writes booleans as formulas.
        self.formulas += sum(map(count, (b"<f>", b"<f ", b"<f/>"))) - sum(map(count, (b">TRUE()</f>", b">FALSE()</f>")))
        self.uncalculated += len(_NO_VALUE.findall(text)) - len(_NO_VALUE.findall(before))
        self.errors += count(b't="e"')
        self.shared += count(b't="s"') + count(b"t='s'")

    def check(self) -> None:
        """Refuse a grid that is much larger than its content.

        Raises:
            FileLimitError: The grid is too large.
        """
        width = max((_number(column) for column in self._columns), default=0)
        if width * self._last_row > max(SPARSE_CELLS, SPARSENESS * self._cells):
            raise FileLimitError(
                f"a sheet extends to column {width:,} and row {self._last_row:,}, and is nearly empty",
                repair="delete the cells far outside the table, or save the table as CSV",
            )
        if self._odd and self._last_row:
            raise FileLimitError("the cell references of a sheet cannot be checked", repair=_REPAIR)


def _pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[tuple[bytes, bytes]]:
    """Yield the decompressed pieces of a member, each with the end of the piece before it."""
    before = b""
    claimed, size = member.file_size, 0
    endless = copy(member)
    endless.file_size = MOST_BYTES + _CHUNK  # or zipfile would stop at the claimed size, and other readers go on
    with archive.open(endless) as unpacked:
        while chunk := unpacked.read(_CHUNK):
            size += len(chunk)
            if size > claimed:
                raise zipfile.BadZipFile
            yield before, chunk
            before = chunk[-_OVERLAP:]
    if size != claimed:
        raise zipfile.BadZipFile


def _check_shared(archive: zipfile.ZipFile, shared: int) -> None:
    """Refuse shared texts that would not fit into memory if each cell had a copy."""
    if not shared or _SHARED not in archive.namelist():
        return
    sizes = _sizes(archive, archive.getinfo(_SHARED))
    if max(sizes, default=0) * shared <= MOST_BYTES:
        return
    total = 0
    for member in archive.infolist():
        if member.filename.startswith("xl/worksheets/"):
            for before, chunk in _pieces(archive, member):
                places = map(int, _REFERENCE.findall(before + chunk))
                total += sum(sizes[place] for place in places if place < len(sizes))
                _check_size(total)


def _sizes(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> list[int]:
    """Return the number of bytes of each shared text, with markup."""
    starts: list[int] = []
    at = 0
    for before, chunk in _pieces(archive, member):
        known = before[-2:]  # a tag may span two pieces
        starts += [at - len(known) + found.start() for found in re.finditer(b"<si", known + chunk)]
        at += len(chunk)
    return [end - start for start, end in pairwise([*starts, at])]


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise FileLimitError(f"the workbook has more than {MOST_MEMBERS:,} parts", repair=_REPAIR)
    _check_size(sum(member.file_size for member in members))
    names = {member.filename for member in members}
    if "xl/workbook.xml" not in names:
        other = "an OpenDocument file" if "mimetype" in names else "a ZIP archive, not a workbook"
        repair = "open it in a spreadsheet and save it as .xlsx" if "mimetype" in names else "unpack it first"
        raise DamagedFileError(f"the file is {other}", repair=repair)


def _check_size(size: int) -> None:
    if size > MOST_BYTES:
        raise FileLimitError(
            f"the workbook decompresses to more than {MOST_BYTES >> 30} GiB", repair="save its table as CSV or Parquet"
        )


def _number(column: bytes) -> int:
    """Return the number of a column from its letters; 0 for none.

    >>> _number(b"A"), _number(b"XFD")
    (1, 16384)
    """
    number = 0
    for letter in column.upper():
        number = number * 26 + letter - 64
    return number
