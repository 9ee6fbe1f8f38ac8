"""Which format a file is of: its first bytes say so, and its name where they do not."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, BinaryIO, Final

from pb2b_notebook.errors import DamagedFileError, ProtectedFileError, UnknownFormatError

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMATS: Final = ("csv", "xlsx", "jsonl", "parquet")
READ: Final = {
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".txt": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}
"""Suffixes that are read."""
WRITTEN: Final = {
    ".csv": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}
"""Suffixes that are written."""

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKED: Final = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"7z\xbc\xaf",
    b"Rar!",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
)
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_HEAD: Final = 4096
_CHUNK: Final = 1 << 20
_JSON_LINE: Final = re.compile(rb"\s*(\{\s*[\"}]|\[\s*[{\]])")
_JSON_OBJECT: Final = re.compile(rb"\s*\{\s*\"")
_MARKS: Final = re.compile(rb"\xef\xbb\xbf|\xff\xfe|\xfe\xff|\x00")
_MARKUP: Final = re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml|table|script|head|body|svg|meta)", re.IGNORECASE)
# What else people have their leads in, and how they come to a format that is read.
_OTHERS: Final = {
    ".xls": "open it in a spreadsheet and save it as .xlsx",
    ".xlsb": "open it in a spreadsheet and save it as .xlsx",
    ".ods": "open it in a spreadsheet and save it as .xlsx",
    ".numbers": "export it as Excel (.xlsx) or CSV",
    ".gz": "unpack it first",
    ".zip": "unpack it first",
    ".html": "copy the table into a spreadsheet and save it as .xlsx",
    ".doc": "copy the table into a spreadsheet and save it as .xlsx",
    ".docx": "copy the table into a spreadsheet and save it as .xlsx",
    ".txt": "call it .csv",
    ".json": "call it .jsonl, for one object a line",
    ".pdf": "a PDF holds no table; ask for the data as CSV or XLSX",
}


def recognize_format(file: BinaryIO, suffix: str, told: str | None = None) -> str:
    """The format of what is read: one of :data:`FORMATS`.

    Args:
        file: at any place; it is left at its start.
        suffix: of its name, with the dot; ``""`` if there is none.
        told: the format that somebody names; it is only seen whether the file can be of any.

    Raises:
        UnknownFormatError: the suffix is of no format that is read; the nearest one is named.
        ProtectedFileError: a workbook that needs a password.
        DamagedFileError: empty, or of a kind that holds no leads.
    """
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    _refuse_unreadable(file, head)
    if told is not None:
        return told
    named = format_of_suffix(suffix, READ) if suffix else None
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.startswith(b"PAR1"):
        return "parquet"
    if named in {"xlsx", "parquet"}:
        what = "a workbook" if named == "xlsx" else "a Parquet file"
        raise DamagedFileError(f"the file is not {what}, whatever its name says", repair=_format_repair(head))
    # In CSV a cell that begins so is in quotes.
    if (_JSON_OBJECT if named == "csv" else _JSON_LINE).match(_MARKS.sub(b"", head)):
        return "jsonl"
    return named or "csv"


def format_of_suffix(suffix: str, known: dict[str, str]) -> str:
    """The format that a suffix stands for.

    Raises:
        UnknownFormatError: none; the nearest suffix is named.

    >>> format_of_suffix(".XLSX", READ)
    'xlsx'
    >>> format_of_suffix(".xslx", READ)
    Traceback (most recent call last):
    pb2b_notebook.errors.UnknownFormatError: '.xslx' is no format that is known here → did you mean '.xlsx'?
    """
    lower = suffix.lower()
    if lower in known:
        return known[lower]
    what = f"{suffix[:20]!r} is no format that is known here" if suffix else "the name has no suffix to tell the format"
    raise UnknownFormatError(what, repair=_OTHERS.get(lower) or _nearest(lower, known))


def check_format(name: str, known: Iterable[str] = FORMATS) -> str:
    """The format that somebody names.

    Raises:
        UnknownFormatError: there is none of this name.
    """
    if name in known:
        return name
    raise UnknownFormatError(f"there is no format {name!r}", repair=_nearest(str(name), known))


def _nearest(name: str, known: Iterable[str]) -> str:
    # A name that is mistyped has nearly all of the letters; of short ones, half are shared by chance.
    close = get_close_matches(name, list(known), n=1, cutoff=0.7)
    return f"did you mean {close[0]!r}?" if close else f"choose one of: {', '.join(known)}"


def _refuse_unreadable(file: BinaryIO, head: bytes) -> None:
    if not head:
        raise DamagedFileError("the file is empty", repair="give a file with a header and rows")
    if head.startswith(_OLE):
        _refuse_compound(file)
    if head.startswith(b"\x1f\x8b"):
        raise DamagedFileError("the file is packed (gzip)", repair=_OTHERS[".gz"])
    if head.startswith(b"%PDF"):
        raise DamagedFileError("the file is a PDF", repair=_OTHERS[".pdf"])
    if head.startswith(_PACKED):
        raise DamagedFileError("the file is an image or an archive", repair="give a file of rows")
    if _MARKUP.match(head):
        raise DamagedFileError("the file is a web page or another kind of markup", repair=_OTHERS[".html"])


def _refuse_compound(file: BinaryIO) -> None:
    """An OLE file is a workbook with a password, or one of the time before XLSX."""
    before = b""
    while chunk := file.read(_CHUNK):
        if _ENCRYPTED in before + chunk:
            raise ProtectedFileError(
                "the workbook needs a password", repair="open it in a spreadsheet and save it without the password"
            )
        before = chunk[-len(_ENCRYPTED) :]
    raise DamagedFileError("the file is a workbook of an old format (.xls)", repair=_OTHERS[".xls"])


def _format_repair(head: bytes) -> str:
    text = not head.count(0)
    return "it looks like text: call it .csv, or give format='csv'" if text else "ask for it again; it may be cut off"
