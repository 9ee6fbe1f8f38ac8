"""Recognize the format of a file by its first bytes, and by its name where they are not enough."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from difflib import get_close_matches
from typing import BinaryIO, Final

from pb2b_notebook.errors import DamagedFileError, ProtectedFileError, UnknownFormatError, brief
from pb2b_notebook.files.workbooks.limits import part_name

FORMATS: Final = ("csv", "xlsx", "jsonl", "parquet")
"""Formats that are read and written."""
WORKBOOKS: Final = ("xlsx", "xls", "xlsb", "ods")
READ: Final = {
    ".csv": "csv", ".tsv": "csv", ".tab": "csv", ".txt": "csv", ".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xls",
    ".xlsb": "xlsb", ".ods": "ods", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".parquet": "parquet",
    ".pq": "parquet", ".vcf": "vcard", ".vcard": "vcard",
}  # fmt: skip
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

_ZIP: Final = b"PK\x03\x04"
# The record that begins a workbook of Excel 2, 3 and 4 (BOF in Microsoft's BIFF).
_OLD_EXCEL: Final = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKED: Final = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd",
)  # fmt: skip
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_HEAD: Final = 4096
_CHUNK: Final = 1 << 20
_JSON_LINE: Final = re.compile(rb"\s*(\{\s*[\"}]|\[\s*[{\]])")
_JSON_OBJECT: Final = re.compile(rb"\s*\{\s*\"")
_VCARD: Final = re.compile(rb"\s*BEGIN\s*:\s*VCARD\b", re.IGNORECASE)
_MARKS: Final = re.compile(rb"\xef\xbb\xbf|\xff\xfe|\xfe\xff|\x00")
_MARKUP: Final = re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml|table|script|head|body|svg|meta)", re.IGNORECASE)
_FLAT_SPREADSHEET: Final = re.compile(
    rb"<office:document[\s>]|<Workbook[^>]*urn:schemas-microsoft-com:office:spreadsheet"
)
# Other formats of lead lists, and how to make them readable.
_OTHERS: Final = {
    ".numbers": "export it as Excel (.xlsx) or CSV",
    ".gz": "unpack it first",
    ".zip": "unpack it first",
    ".html": "copy the table into a spreadsheet and save it as .xlsx",
    ".doc": "copy the table into a spreadsheet and save it as .xlsx",
    ".docx": "copy the table into a spreadsheet and save it as .xlsx",
    ".txt": "rename it to .csv",
    ".json": "rename it to .jsonl if it has one object per line",
    ".pdf": "a PDF has no table cells; ask for the data as CSV or XLSX",
}

# What is in a ZIP archive as a workbook is, and the first part that shows it.
_DOCUMENTS: Final = {
    "a Numbers document": ("index/document", _OTHERS[".numbers"]),
    "a Word document": ("word/document", _OTHERS[".docx"]),
    "a presentation": ("ppt/presentation", _OTHERS[".docx"]),
}


def recognize_format(file: BinaryIO, suffix: str, requested: str | None = None) -> str:
    """Return the format of a file to read, one of :data:`FORMATS` or :data:`WORKBOOKS`.

    Args:
        file: Seekable binary file; it is left at its start.
        suffix: Suffix of its name, with the dot; "" if there is none.
        requested: Format that the caller names; then the file is only checked for formats without leads.

    Raises:
        UnknownFormatError: The suffix is not one of a format that is read; the message names the nearest one.
        ProtectedFileError: The file is a workbook that needs a password.
        DamagedFileError: The file is empty, or of a kind that has no leads.
    """
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    _refuse_unreadable(file, head)
    if requested in WORKBOOKS or requested is None:
        # Names of workbooks are often wrong, and their readers know what they read by its content.
        if head.startswith(_OLE):
            return "xls"
        if head.startswith(_ZIP):
            return _zipped_format(file)
    if requested in WORKBOOKS:
        raise DamagedFileError("the file is not a workbook", repair=_format_repair(head))
    if requested is not None:
        return requested
    named = format_of_suffix(suffix, READ) if suffix else None
    if head.startswith(b"PAR1"):
        return "parquet"
    if named in {*WORKBOOKS, "parquet"}:
        what = "a Parquet file" if named == "parquet" else "a workbook"
        raise DamagedFileError(f"the file is not {what}, although its name says so", repair=_format_repair(head))
    plain = _MARKS.sub(b"", head)
    # A CSV cell that begins like JSON is quoted.
    if (_JSON_OBJECT if named == "csv" else _JSON_LINE).match(plain):
        return "jsonl"
    return "vcard" if _VCARD.match(plain) else named or "csv"


def format_of_suffix(suffix: str, known: dict[str, str]) -> str:
    """Return the format of a suffix.

    Raises:
        UnknownFormatError: No known format has this suffix; the message names the nearest one.

    >>> format_of_suffix(".XLSX", READ)
    'xlsx'
    >>> format_of_suffix(".xslx", READ)
    Traceback (most recent call last):
    pb2b_notebook.errors.UnknownFormatError: '.xslx' is not a known format → did you mean '.xlsx'?
    """
    lower = suffix.lower()
    if lower in known:
        return known[lower]
    what = f"{suffix[:20]!r} is not a known format" if suffix else "the file name has no suffix"
    how_to_read = _OTHERS.get(lower) if known is READ else None
    raise UnknownFormatError(what, repair=how_to_read or _nearest(lower, known))


def check_format(name: str, known: Iterable[str] = FORMATS) -> str:
    """Return the format that the caller names, if it exists.

    Raises:
        UnknownFormatError: There is no format of this name.
    """
    if isinstance(name, str) and name in known:
        return name
    raise UnknownFormatError(
        f"unknown format {brief(name)}", repair=_nearest(name if isinstance(name, str) else "", known)
    )


def _nearest(name: str, known: Iterable[str]) -> str:
    # A mistyped name has nearly all of the letters; short names have half of them in common by chance.
    close = get_close_matches(name, list(known), n=1, cutoff=0.7)
    return f"did you mean {close[0]!r}?" if close else f"choose one of: {', '.join(known)}"


def _refuse_unreadable(file: BinaryIO, head: bytes) -> None:
    if not head:
        raise DamagedFileError("the file is empty", repair="pass a file with a header and rows")
    if head.startswith(_OLD_EXCEL):
        raise DamagedFileError(
            "the workbook is of Excel 4 or older", repair="open it in LibreOffice and save it as .xlsx"
        )
    if head.startswith(_OLE):
        _refuse_encrypted(file)
    if head.startswith(b"\x1f\x8b"):
        raise DamagedFileError("the file is compressed (gzip)", repair=_OTHERS[".gz"])
    if head.startswith(b"%PDF"):
        raise DamagedFileError("the file is a PDF", repair=_OTHERS[".pdf"])
    if head.startswith(_PACKED):
        raise DamagedFileError("the file is an image or an archive", repair="pass a file with rows")
    if _FLAT_SPREADSHEET.search(head):
        raise DamagedFileError(
            "the file is a spreadsheet in XML (.fods, or Excel 2003)",
            repair="open it in LibreOffice and save it as .xlsx",
        )
    if _MARKUP.match(head):
        raise DamagedFileError("the file is a web page or another kind of markup", repair=_OTHERS[".html"])


def _refuse_encrypted(file: BinaryIO) -> None:
    """Refuse an OLE file that is an encrypted workbook of a later format."""
    before = b""
    while chunk := file.read(_CHUNK):
        if _ENCRYPTED in before + chunk:
            raise ProtectedFileError(
                "the workbook needs a password", repair="open it in a spreadsheet and save it without the password"
            )
        before = chunk[-len(_ENCRYPTED) :]
    file.seek(0)


def _zipped_format(file: BinaryIO) -> str:
    """Return the format of a workbook that is a ZIP archive; "xlsx" if nothing shows another one."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = {part_name(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        names = set()
    file.seek(0)
    for kind, (part, repair) in _DOCUMENTS.items():
        if any(name.startswith(part) for name in names):
            raise DamagedFileError(f"the file is {kind}", repair=repair)
    if "content.xml" in names and not names.isdisjoint({"mimetype", "meta-inf/manifest.xml"}):
        return "ods"
    return "xlsb" if any(name.endswith("workbook.bin") for name in names) else "xlsx"


def _format_repair(head: bytes) -> str:
    text = not head.count(0)
    return (
        "it looks like text: rename it to .csv, or pass format='csv'"
        if text
        else "get the file again; it may be incomplete"
    )
