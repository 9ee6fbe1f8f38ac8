"""Inspect an XLSX workbook before it is read; see :mod:`~pb2b_notebook.files.workbooks.limits`.

A long text that very many cells share needs as much memory as a huge grid: the sizes of shared texts are counted too.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import BinaryIO, Final

from pb2b_notebook.errors import DamagedFileError, FileLimitError
from pb2b_notebook.files.workbooks.dates import DATE_FORMATS, is_date_format
from pb2b_notebook.files.workbooks.limits import (
    MOST_BYTES,
    REPAIR,
    Inspection,
    Parts,
    check_grid,
    check_size,
    open_parts,
)  # fmt: skip

_OVERLAP: Final = 64
_PLACE: Final = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3})([0-9]{0,7})([^"']?)""")
_NO_VALUE: Final = re.compile(rb"</f>\s*(<v>\s*</v>|<v\s*/>|</c>)|<f(?:\s[^>]*)?/>\s*</c>")
_NO_DATE: Final = re.compile(
    rb"""<c\s([^>]{1,100})>\s*(?:<f[^>]{0,100}(?:/>|>[^<]{0,300}</f>)\s*)?<v>\s*(?:-[0-9]|60[.<])"""
)
_STYLE: Final = re.compile(rb"""\ss\s*=\s*["']([0-9]{1,6})["']""")
_CELL: Final = re.compile(rb"""<c\s([^>]{1,100})>""")
_FONT: Final = re.compile(rb"""<font>.*?</font>|<font/>""", re.DOTALL)
_STRIKE: Final = re.compile(rb"""<strike\s*(?:val\s*=\s*["'](?:1|true)["']\s*)?/>""")
_FONT_OF_STYLE: Final = re.compile(rb"""<xf\s[^>]{0,500}?fontId\s*=\s*["']([0-9]{1,6})""")
_FORMAT: Final = re.compile(rb"""<numFmt\s[^>]{0,999}>""")
_FORMAT_OF_STYLE: Final = re.compile(rb"""<xf\s[^>]{0,500}?numFmtId\s*=\s*["']([0-9]{1,6})""")
_FORMAT_PARTS: Final = re.compile(rb"""\s(numFmtId|formatCode)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_MOST_STYLES: Final = 1 << 23  # bytes
_STYLES: Final = "xl/styles.xml"
_SHARED: Final = "xl/sharedstrings.xml"
_REFERENCE: Final = re.compile(rb"""\st=["']s["'][^>]*>\s*<v>\s*([0-9]{1,9})""")


def inspect_xlsx(file: BinaryIO, advance: Callable[[int], None] = lambda _: None) -> Inspection:
    """Decompress a workbook in small pieces and check that it can be read.

    Args:
        file: Seekable binary file.
        advance: Called with the number of bytes of each piece.

    Raises:
        FileLimitError: The file decompresses to more than :data:`MOST_BYTES`, or a sheet is a huge, nearly empty grid.
        DamagedFileError: The file is not a workbook, or is incomplete, or its checksums are wrong.
    """
    grids, dates = [], frozenset[int]()
    with open_parts(file) as parts:
        if not any(name.endswith("workbook.xml") for name, _ in parts.members):
            raise DamagedFileError("the file is a ZIP archive, not a workbook", repair="unpack it first")
        styles = _styles(parts)
        struck = _struck_styles(styles)
        for _, member in parts.members:
            grid = _Grid(struck)
            for before, chunk in _overlapping(parts.pieces(member)):
                grid.see(before, chunk)
                advance(len(chunk))
            grid.check()
            grids.append(grid)
        _check_shared(parts, sum(grid.shared for grid in grids))
        if any(grid.no_dates for grid in grids):
            dates = _styles_of_dates(styles)
    return Inspection(
        sum(grid.formulas for grid in grids),
        sum(grid.uncalculated for grid in grids),
        sum(grid.errors for grid in grids),
        struck=sum(len(grid.struck_rows) for grid in grids),
        no_dates=frozenset(place for grid in grids for place, style in grid.no_dates.items() if style in dates),
    )


def _styles(parts: Parts) -> bytes:
    """Return the styles of a workbook, as they are stored."""
    styles = [member for name, member in parts.members if name == _STYLES and member.file_size <= _MOST_STYLES]
    return b"".join(parts.pieces(styles[-1])) if styles else b""


def _struck_styles(text: bytes) -> frozenset[int]:
    """Return the numbers of the styles whose text is struck through."""
    fonts = _FONT.findall(text.partition(b"<fonts")[2].partition(b"</fonts>")[0])
    struck = {place for place, font in enumerate(fonts) if _STRIKE.search(font)}
    if not struck:
        return frozenset()
    cells = text.partition(b"<cellXfs")[2].partition(b"</cellXfs>")[0]
    return frozenset(style for style, font in enumerate(_FONT_OF_STYLE.findall(cells)) if int(font) in struck)


def _styles_of_dates(text: bytes) -> frozenset[int]:
    """Return the numbers of the styles that show a number as a date or a time."""
    found = {*DATE_FORMATS}
    for one in _FORMAT.findall(text):
        facts = {name: first or second for name, first, second in _FORMAT_PARTS.findall(one)}
        code = html.unescape(facts.get(b"formatCode", b"").decode("utf-8", "replace"))
        if is_date_format(code) and facts.get(b"numFmtId", b"").isdigit():
            found.add(int(facts[b"numFmtId"]))
    _, _, cells = text.partition(b"<cellXfs")
    of_styles = _FORMAT_OF_STYLE.findall(cells.partition(b"</cellXfs>")[0])
    return frozenset(style for style, number in enumerate(of_styles) if int(number) in found)


class _Grid:
    """The extent of the cells of one sheet, as far as it is read."""

    def __init__(self, struck: frozenset[int]) -> None:
        self._struck = struck
        self.struck_rows: set[int] = set()
        self.formulas = self.uncalculated = self.errors = self.shared = 0
        self._cells = 0
        self._columns: set[bytes] = set()
        self._last_row = 0
        self._odd = False
        self.no_dates: dict[tuple[int, int], int] = {}

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
        # In a strict workbook, red is a percentage of a colour: <a:scrgbClr r="50%" g="0%" b="0%"/>.
        self._odd = self._odd or any(rest and (column or rest != b"%") for column, _, rest in places)
        # LibreOffice writes booleans as formulas.
        self.formulas += sum(map(count, (b"<f>", b"<f ", b"<f/>"))) - sum(map(count, (b">TRUE()</f>", b">FALSE()</f>")))
        self.uncalculated += len(_NO_VALUE.findall(text)) - len(_NO_VALUE.findall(before))
        self.errors += count(b't="e"')
        for attributes in _NO_DATE.findall(text):
            place, style = _PLACE.search(b" " + attributes), _STYLE.search(b" " + attributes)
            if place is not None and place[2] and style is not None:
                self.no_dates[int(place[2]) - 1, _number(place[1]) - 1] = int(style[1])
        for attributes in _CELL.findall(text) if self._struck else ():
            place, style = _PLACE.search(b" " + attributes), _STYLE.search(b" " + attributes)
            if place is not None and place[2] and style is not None and int(style[1]) in self._struck:
                self.struck_rows.add(int(place[2]))
        self.shared += count(b't="s"') + count(b"t='s'")

    def check(self) -> None:
        """Refuse a grid that is much larger than its content.

        Raises:
            FileLimitError: The grid is too large.
        """
        width = max((_number(column) for column in self._columns), default=0)
        check_grid(width, self._last_row, self._cells)
        if self._odd and self._last_row:
            raise FileLimitError("the cell references of a sheet cannot be checked", repair=REPAIR)


def _overlapping(pieces: Iterator[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield each piece with the end of the piece before it."""
    before = b""
    for chunk in pieces:
        yield before, chunk
        before = chunk[-_OVERLAP:]


def _check_shared(parts: Parts, shared: int) -> None:
    """Refuse shared texts that would not fit into memory if each cell had a copy."""
    texts = [member for name, member in parts.members if name == _SHARED]
    if not shared or not texts:
        return
    sizes = _sizes(parts.pieces(texts[-1]))
    if max(sizes, default=0) * shared <= MOST_BYTES:
        return
    total = 0
    for name, member in parts.members:
        if name.startswith("xl/worksheets/"):
            for before, chunk in _overlapping(parts.pieces(member)):
                places = map(int, _REFERENCE.findall(before + chunk))
                total += sum(sizes[place] for place in places if place < len(sizes))
                check_size(total)


def _sizes(pieces: Iterator[bytes]) -> list[int]:
    """Return the number of bytes of each shared text, with markup."""
    starts: list[int] = []
    at = 0
    for before, chunk in _overlapping(pieces):
        known = before[-2:]  # a tag may span two pieces
        starts += [at - len(known) + found.start() for found in re.finditer(b"<si", known + chunk)]
        at += len(chunk)
    return [end - start for start, end in pairwise([*starts, at])]


def _number(column: bytes) -> int:
    """Return the number of a column from its letters; 0 for none.

    >>> _number(b"A"), _number(b"XFD")
    (1, 16384)
    """
    number = 0
    for letter in column.upper():
        number = number * 26 + letter - 64
    return number
