"""Limits of what is read from a workbook, and its parts in pieces: a small file can need more memory than there is.

XLSX, XLSB and ODS are ZIP archives, whose members may decompress to any size, whatever the archive claims. A sheet of
two cells at opposite corners stands for 17 billion cells: the reader allocates the grid, and would crash the kernel.
The modules ``xlsx_inspection``, ``xlsb_inspection`` and ``ods_inspection`` decompress each member once, in pieces that
are discarded, and record the extent of its cells. The grid of XLS has at most 16.7 million cells, which fit.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from typing import BinaryIO, Final

from pb2b_notebook.errors import DamagedFileError, FileLimitError
from pb2b_notebook.files.workbooks.dates import PackedDates

MOST_BYTES: Final = 2 << 30
"""Limit of bytes of all members, decompressed; a workbook of 100 MB has a third of it."""
MOST_MEMBERS: Final = 10_000
LARGE: Final = 256 << 20
"""Bytes of a member, decompressed, up to which any compression is believed."""
MOST_COMPRESSED: Final = 200
"""Bytes that each byte of a larger member may stand for: 18 in a long list as XLSX, 96 as ODS, 1,032 in a bomb."""
SPARSE_CELLS: Final = 20_000_000
"""Cells of the grid of a sheet that are allowed, however few of them are filled."""
SPARSENESS: Final = 10
"""Cells of a larger grid that are allowed for each filled cell."""
REPAIR: Final = "open it in a spreadsheet and save it again as .xlsx"

_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a workbook contains, on all sheets, as far as its format says so.

    Attributes:
        formulas: Number of cells with a formula.
        uncalculated: Number of formulas whose value was never saved.
        errors: Number of cells with an error value, such as ``#N/A``.
        breaks: Number of tabs and line breaks in cells, which the reader leaves out.
        struck: Number of rows with cells that are struck through.
        no_dates: Row and column, from 0, of numbers that stand for no date: below 0, and 60, the 29th of February 1900.
            The reader gives another time or day for those in the format of dates.
        packed_dates: Row and column, from 0, of whole numbers that are dates, for which the reader gives the number.
    """

    formulas: int = 0
    uncalculated: int = 0
    errors: int = 0
    breaks: int = 0
    struck: int = 0
    no_dates: frozenset[tuple[int, int]] = frozenset()
    packed_dates: PackedDates | None = None


class Parts:
    """The members of a workbook that is a ZIP archive.

    Attributes:
        members: Name and entry of each member. A name may occur twice: readers differ in which one they take.

    Raises:
        FileLimitError: The archive has too many members, or they claim to be too large.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        if len(archive.infolist()) > MOST_MEMBERS:
            raise FileLimitError(f"the workbook has more than {MOST_MEMBERS:,} parts", repair=REPAIR)
        check_size(sum(member.file_size for member in archive.infolist()))
        if any(member.file_size > max(LARGE, MOST_COMPRESSED * member.compress_size) for member in archive.infolist()):
            raise FileLimitError(
                f"a part of the workbook decompresses to more than {MOST_COMPRESSED} times its size", repair=REPAIR
            )
        self.members = [(part_name(member.filename), member) for member in archive.infolist()]

    def pieces(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        """Yield the decompressed pieces of a member.

        Raises:
            zipfile.BadZipFile: The member has another size than it claims, or is damaged.
        """
        claimed, size = member.file_size, 0
        endless = copy(member)
        endless.file_size = MOST_BYTES + _CHUNK  # or zipfile would stop at the claimed size, and other readers go on
        with self._archive.open(endless) as unpacked:
            while chunk := unpacked.read(_CHUNK):
                size += len(chunk)
                if size > claimed:
                    raise zipfile.BadZipFile
                yield chunk
        if size != claimed:
            raise zipfile.BadZipFile


def part_name(name: str) -> str:
    r"""Return the name of a member as readers compare it: some programs write other case and slashes.

    >>> part_name("xl\\Workbook.xml")
    'xl/workbook.xml'
    """
    return name.replace("\\", "/").lower()


@contextmanager
def open_parts(file: BinaryIO) -> Iterator[Parts]:
    """Open the parts of a workbook.

    Raises:
        DamagedFileError: The file is incomplete, or its checksums are wrong.
        FileLimitError: It is too large.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            yield Parts(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        raise DamagedFileError("the workbook is damaged or incomplete", repair="get the file again") from None


def check_size(size: int) -> None:
    """Refuse more bytes than fit into memory.

    Raises:
        FileLimitError: There are more than :data:`MOST_BYTES`.
    """
    if size > MOST_BYTES:
        raise FileLimitError(
            f"the workbook decompresses to more than {MOST_BYTES >> 30} GiB", repair="save its table as CSV or Parquet"
        )


def check_grid(width: int, height: int, cells: int) -> None:
    """Refuse a grid that is much larger than its content.

    Args:
        width: Last column with a cell, from 1; 0 for none.
        height: Last row with a cell, from 1; 0 for none.
        cells: Number of cells.

    Raises:
        FileLimitError: The grid is too large.
    """
    if width * height > max(SPARSE_CELLS, SPARSENESS * cells):
        raise FileLimitError(
            f"a sheet extends to column {width:,} and row {height:,}, and is nearly empty",
            repair="delete the cells far outside the table, or save the table as CSV",
        )
