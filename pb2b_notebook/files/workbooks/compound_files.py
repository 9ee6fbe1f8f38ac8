"""Check compound files, which hold XLS workbooks: a loop in one makes the reader allocate until the process is killed.

Source: Microsoft, "[MS-CFB]: Compound File Binary File Format".
"""

from __future__ import annotations

import struct
from array import array
from typing import BinaryIO, Final

from pb2b_notebook.errors import DamagedFileError

_MAGIC: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_HEADER: Final = struct.Struct("<30xH16xI4xII4xI4x109I")
"""Size of a sector as a power of 2, first sector of the directory, least size of a stream, first sectors of the tables
of small sectors and of the list of tables, and the first of the tables."""
_SMALLEST, _LARGEST = 7, 16
_ENTRY: Final = struct.Struct("<66xB49xII4x")
"""Kind, first sector and size of a stream, in the directory."""
_STREAM, _ROOT = 2, 5
_LAST: Final = 0xFFFFFFFA
"""Last number of a sector; larger numbers end a chain."""


def check_chains(file: BinaryIO) -> None:
    """Refuse a compound file in which a chain of sectors comes back to one of its own; other files pass.

    Raises:
        DamagedFileError: There is such a chain.
    """
    file.seek(0)
    if file.read(len(_MAGIC)) != _MAGIC:
        return
    data = _MAGIC + file.read()
    if len(data) < _HEADER.size:
        return
    shift, directory, least, small, further, *tables = _HEADER.unpack_from(data)
    if not _SMALLEST <= shift <= _LARGEST:
        return
    size = 1 << shift
    sectors = [data[start : start + size] for start in range(size, len(data), size)]
    seen: set[int] = set()
    while further < len(sectors):  # the list of tables goes on in a chain of its own
        if further in seen:
            raise _loop()
        seen.add(further)
        *more, further = _numbers(sectors[further])
        tables += more
    table = array("I", [number for at in tables if at < len(sectors) for number in _numbers(sectors[at])])
    entries = b"".join(sectors[at] for at in _chain(directory, table) if at < len(sectors))
    small_table = array("I", [n for at in _chain(small, table) if at < len(sectors) for n in _numbers(sectors[at])])
    for at in range(0, len(entries) - _ENTRY.size + 1, _ENTRY.size):
        kind, first, length = _ENTRY.unpack_from(entries, at)
        if kind in {_STREAM, _ROOT}:
            _chain(first, small_table if kind == _STREAM and length < least else table)


def _numbers(sector: bytes) -> array[int]:
    return array("I", struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4]))


def _chain(first: int, table: array[int]) -> list[int]:
    """Return the sectors of a chain, in order."""
    chain: dict[int, None] = {}
    while first < _LAST and first < len(table):
        if first in chain:
            raise _loop()
        chain[first] = None
        first = table[first]
    return list(chain)


def _loop() -> DamagedFileError:
    return DamagedFileError("the workbook is damaged", repair="open it in a spreadsheet and save it again")
