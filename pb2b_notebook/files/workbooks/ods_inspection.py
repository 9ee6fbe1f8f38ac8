"""Inspect an OpenDocument spreadsheet before it is read; see :mod:`~pb2b_notebook.files.workbooks.limits`.

A cell or a row that repeats is written once with a number (OpenDocument 1.3, part 3, 19.678 and 19.680): a few bytes
can stand for any number of cells.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import BinaryIO, Final
from xml.parsers import expat

from pb2b_notebook.errors import DamagedFileError, ProtectedFileError
from pb2b_notebook.files.workbooks.limits import Inspection, check_grid, check_size, open_parts

_TABLE: Final = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_TEXT: Final = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
_MEDIA_TYPE: Final = "mimetype"
_CELLS: Final = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_BREAKS: Final = (f"{_TEXT}tab", f"{_TEXT}line-break")
"""They are elements; the reader (calamine 0.9) keeps new paragraphs and spaces only."""


def inspect_ods(file: BinaryIO, advance: Callable[[int], None] = lambda _: None) -> Inspection:
    """Decompress a spreadsheet in small pieces and check that it can be read.

    Args:
        file: Seekable binary file.
        advance: Called with the number of bytes of each piece.

    Raises:
        FileLimitError: The file decompresses to too many bytes, or a sheet is a huge, nearly empty grid.
        DamagedFileError: The file is not a spreadsheet, or is incomplete, or its checksums are wrong.
        ProtectedFileError: The file needs a password.
    """
    content = _Content()
    with open_parts(file) as parts:
        for name, member in parts.members:
            if name == "meta-inf/manifest.xml" and b"encryption-data" in b"".join(parts.pieces(member)):
                raise ProtectedFileError(
                    "the workbook needs a password", repair="open it in a spreadsheet and save it without the password"
                )
        for name, member in parts.members:
            for piece in parts.pieces(member):
                advance(len(piece))
                if name == "content.xml":
                    content.read(piece)
    return Inspection(content.formulas, breaks=content.breaks)


def with_media_type(file: BinaryIO) -> BinaryIO:
    """Return a spreadsheet with the member that names its kind, which Google and some libraries leave out.

    Args:
        file: Seekable binary file that was inspected; it stays as it is.
    """
    with zipfile.ZipFile(file) as archive:
        is_named = _MEDIA_TYPE in archive.namelist()
    file.seek(0)
    if is_named:
        return file
    copy = io.BytesIO(file.read())
    with zipfile.ZipFile(copy, "a") as archive:
        archive.writestr(_MEDIA_TYPE, "application/vnd.oasis.opendocument.spreadsheet")
    copy.seek(0)
    return copy


class _Content:
    """The extent of the tables in ``content.xml``, as far as it is read."""

    def __init__(self) -> None:
        self.formulas = self.breaks = 0
        self._width = self._height = self._cells = self._texts = 0
        self._row = self._row_repeats = self._column = self._row_cells = self._row_text = 0
        self._repeats = self._text = 0
        self._is_filled = False
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def read(self, piece: bytes) -> None:
        """Read a piece.

        Raises:
            DamagedFileError: It is not well-formed.
            FileLimitError: A table is too large.
        """
        try:
            self._parser.Parse(piece)
        except expat.ExpatError:
            raise DamagedFileError("the workbook is damaged or incomplete", repair="get the file again") from None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == f"{_TABLE}table":
            self._width = self._height = self._cells = self._row = 0
        elif name == f"{_TABLE}table-row":
            self._row_repeats = _number(attributes.get(f"{_TABLE}number-rows-repeated"))
            self._column = self._row_cells = self._row_text = 0
        elif name in _CELLS:
            self._repeats = _number(attributes.get(f"{_TABLE}number-columns-repeated"))
            self._is_filled = any(attribute.endswith(" value-type") for attribute in attributes)
            self._text = 0
            self.formulas += f"{_TABLE}formula" in attributes
        elif name in _BREAKS:
            self.breaks += 1

    def _characters(self, text: str) -> None:
        self._text += len(text)

    def _end(self, name: str) -> None:
        if name in _CELLS:
            self._column += self._repeats
            if self._is_filled or self._text:
                self._width = max(self._width, self._column)
                self._row_cells += 1
                self._row_text += self._repeats * self._text
        elif name == f"{_TABLE}table-row":
            self._row += self._row_repeats
            if self._row_cells:
                self._height = self._row
                self._cells += self._row_cells
                self._texts += self._row_text * self._row_repeats
                check_size(self._texts)
        elif name == f"{_TABLE}table":
            check_grid(self._width, self._height, self._cells)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 1
