"""Inspect an XLSB workbook before it is read; see :mod:`~pb2b_notebook.files.workbooks.limits`.

A part is a sequence of records: a type of one or two bytes, a size of one to four, and that many bytes ([MS-XLSB]
2.1.4). Rows and cells are records in the parts ``xl/worksheets/*.bin``, shared texts those of ``sharedStrings.bin``.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, Final

from pb2b_notebook.files.workbooks.dates import (
    DATE_FORMATS,
    DURATION,
    PackedDates,
    is_date_format,
    stands_for_no_date,
)
from pb2b_notebook.files.workbooks.limits import Inspection, Parts, check_grid, check_size, open_parts

_ROW: Final = 0
_CELLS: Final = range(2, 12)
"""Cells with a value; type 1 is a blank one."""
_ERRORS: Final = (3, 11)
_FORMULAS: Final = range(8, 12)
_SHARED_TEXT: Final = 7
_ITEM: Final = 19
"""A shared text."""
_SHEET: Final = 129
"""The first record of a sheet, whatever the name of its part."""
_PACKED: Final = 2
_NUMBERS: Final = (5, 9)
_KEPT: Final = 16
"""Bytes of a record that are looked at: column, style, value."""
_STYLES: Final = "xl/styles.bin"
_WORKBOOK: Final = 153
"""The record whose first bit says that days are counted from 1904."""
_FORMAT: Final = 44
_STYLE: Final = 47
_STYLES_BEGIN: Final = 617
_STYLES_END: Final = 618
_LONGEST_FORMAT: Final = 520
"""Bytes of a record with the 255 characters that a format may have."""


def inspect_xlsb(file: BinaryIO, advance: Callable[[int], None] = lambda _: None) -> Inspection:
    """Decompress a workbook in small pieces and check that it can be read.

    Args:
        file: Seekable binary file.
        advance: Called with the number of bytes of each piece.

    Raises:
        FileLimitError: The file decompresses to too many bytes, or a sheet is a huge, nearly empty grid.
        DamagedFileError: The file is incomplete, or its checksums are wrong.
    """
    formulas = errors = texts = 0
    no_dates: set[tuple[int, int]] = set()
    packed = PackedDates()
    with open_parts(file) as parts:
        sizes = _text_sizes(parts)
        dates = _styles_of_dates(parts)
        for name, member in parts.members:
            width = row = height = cells = 0
            is_sheet = name.startswith("xl/worksheets/")
            for kind, size, data in _records(_count_bytes(parts.pieces(member), advance)):
                is_sheet = is_sheet or kind == _SHEET
                if kind == _WORKBOOK and data and name.endswith("workbook.bin"):
                    packed.of_1904 = bool(data[0] & 1)
                if kind == _ROW and size >= 4:  # noqa: PLR2004 - bytes of a number
                    row = int.from_bytes(data[:4], "little") + 1
                elif kind in _CELLS:
                    cells += 1
                    width = max(width, int.from_bytes(data[:4], "little") + 1)
                    height = max(height, row)
                    formulas += kind in _FORMULAS
                    errors += kind in _ERRORS
                    column, number = int.from_bytes(data[:4], "little"), _number(kind, data)
                    if number is not None and stands_for_no_date(number):
                        no_dates.add((row - 1, column))
                    if kind == _PACKED and isinstance(number, int):
                        packed.add(row - 1, column, is_date=int.from_bytes(data[4:7], "little") in dates)
                    if kind == _SHARED_TEXT:
                        texts += sizes.get(int.from_bytes(data[8:12], "little"), 0)
                        check_size(texts)
            if is_sheet:
                check_grid(width, height, cells)
    return Inspection(formulas, 0, errors, no_dates=frozenset(no_dates), packed_dates=packed)


def _number(kind: int, data: bytes) -> float | int | None:
    """Return the number of a cell, an ``int`` where it is packed as one; ``None`` for another value."""
    if kind in _NUMBERS and len(data) >= 16:  # noqa: PLR2004 - column, style, and a number of 8 bytes
        return float(struct.unpack("<d", data[8:16])[0])
    if kind == _PACKED and len(data) >= 12:  # noqa: PLR2004 - the same with 4 bytes ([MS-XLSB] 2.5.122)
        packed = int.from_bytes(data[8:12], "little", signed=True)
        number = packed >> 2 if packed & 2 else float(struct.unpack("<d", bytes(4) + struct.pack("<i", packed & ~3))[0])
        return number / 100 if packed & 1 else number
    return None


def _styles_of_dates(parts: Parts) -> frozenset[int]:
    """Return the numbers of the styles that show a number as a date or a time, not as a duration."""
    formats, of_styles, is_style = {*DATE_FORMATS} - {46}, [], False
    for name, member in parts.members:
        if name != _STYLES:
            continue
        for kind, size, data in _records(parts.pieces(member), _LONGEST_FORMAT):
            is_style = kind == _STYLES_BEGIN or (is_style and kind != _STYLES_END)
            number = int.from_bytes(data[2:4] if kind == _STYLE else data[:2], "little")
            if kind == _FORMAT:
                code = data[6:size].decode("utf-16-le", "replace")
                if is_date_format(code) and DURATION.search(code) is None:
                    formats.add(number)
            elif kind == _STYLE and is_style:
                of_styles.append(number)
    return frozenset(style for style, number in enumerate(of_styles) if number in formats)


def _text_sizes(parts: Parts) -> dict[int, int]:
    """Return the number of bytes of each shared text by its number."""
    sizes: dict[int, int] = {}
    for name, member in parts.members:
        if name.endswith("sharedstrings.bin"):
            number = 0
            for kind, size, _ in _records(parts.pieces(member)):
                if kind == _ITEM:
                    sizes[number] = max(sizes.get(number, 0), size)
                    number += 1
    return sizes


def _count_bytes(pieces: Iterable[bytes], advance: Callable[[int], None]) -> Iterator[bytes]:
    for piece in pieces:
        advance(len(piece))
        yield piece


def _records(pieces: Iterable[bytes], kept: int = _KEPT) -> Iterator[tuple[int, int, bytes]]:
    """Yield type, size and the first bytes of each record. What a part that is not made of records gives has no use."""
    rest, skip = b"", 0
    for piece in pieces:
        data = rest + piece
        at = min(skip, len(data))
        skip -= at
        while not skip and at < len(data):
            found = _head(data, at)
            if found is None:
                break
            kind, size, start = found
            if start + min(size, kept) > len(data):
                break
            yield kind, size, data[start : start + min(size, kept)]
            end = start + size
            at, skip = min(end, len(data)), max(0, end - len(data))
        rest = data[at:]


def _head(data: bytes, at: int) -> tuple[int, int, int] | None:
    """Return type and size of the record at a place, and where its bytes start; ``None`` if its head is cut off."""
    kind = data[at]
    at += 1
    if kind & 0x80:
        if at >= len(data):
            return None
        kind += (data[at] << 7) - 0x80
        at += 1
    size = 0
    for place in range(4):
        if at >= len(data):
            return None
        size |= (data[at] & 0x7F) << 7 * place
        at += 1
        if data[at - 1] < 0x80:  # noqa: PLR2004 - the bit that says that another byte follows
            break
    return kind, size, at
