"""The encoding of a text file: detected from its byte order mark, from its bytes, and finally from its words.

UTF-8 is certain, because text in other encodings is hardly ever valid UTF-8. Other encodings are guessed, and the guess
is reported (:mod:`~pb2b_notebook.files.text.code_pages`).
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, Final

from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import DamagedFileError, InvalidParameterError, brief
from pb2b_notebook.files.reports import Finding
from pb2b_notebook.files.text.code_pages import guess_page

CHUNK: Final = 1 << 20
_SAMPLE: Final = 128 << 10
"""Bytes of lines beyond ASCII in the sample: enough to be certain, few enough to be fast."""

# The longer marks first: the mark of UTF-32 begins with that of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PADDING: Final = "\x1a\0"
"""Characters behind the end of a file."""
_ESCAPES: Final = (
    (re.compile(rb"\x1b\$[@B]|\x1b\([BJ]"), "iso2022_jp"),
    (re.compile(rb"\x1b\$\)C"), "iso2022_kr"),
)
"""Sequences that change the characters, and their encodings (RFC 1468, RFC 1557)."""
_NUL_SHARE: Final = 0.2
_CONTROLS: Final = bytes({*range(0x20)} - {0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1B})
_CONTROL_SHARE: Final = 0.03
"""Lowest share in binary data: in compressed bytes, a tenth are control characters."""
_MIXED: Final = 0.2
"""Lowest share of valid lines in UTF-8 with some lines in another encoding: others are hardly ever valid."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """The encoding of a file.

    Attributes:
        name: Name of Python's codec.
        certain: Whether it is proven or was passed by the caller; otherwise it is guessed.
        other_encoding: Encoding of the lines that are not in ``name``, if a file mixes two.
    """

    name: str
    certain: bool = True
    other_encoding: str | None = None

    def __str__(self) -> str:
        label = codecs.lookup(self.name).name.replace("cp125", "windows-125")
        if self.other_encoding:
            return f"{label}, some lines in {codecs.lookup(self.other_encoding).name}"
        return label if self.certain else f"{label} (guessed)"


def named_encoding(name: str) -> Encoding:
    """Return the encoding that the caller names.

    Raises:
        InvalidParameterError: There is no text encoding of this name.

    >>> str(named_encoding("latin-1"))
    'iso8859-1'
    """
    try:
        "".encode(codecs.lookup(name).name)
    except (LookupError, TypeError, ValueError):
        raise InvalidParameterError(
            f"unknown encoding {brief(name)}", repair="use 'utf-8', 'cp1252', 'utf-16' or another codec of Python"
        ) from None
    return Encoding(name)


def detect_encoding(file: BinaryIO) -> Encoding:
    """Return the encoding of a file, which is read at most once.

    Raises:
        DamagedFileError: The bytes are not text.
    """
    file.seek(0)
    head = file.read(_SAMPLE)
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if marked is not None:
        return Encoding(marked)
    body = head.rstrip(_PADDING.encode())
    if head and not body:
        raise _not_text_error()
    if body.count(0) > len(body) * _NUL_SHARE:
        return Encoding(_wide_encoding(head))
    for escape, name in _ESCAPES:
        if escape.search(head) and _decodes(head, name):
            return Encoding(name)
    _refuse_binary(body)
    return _utf8(file) or _guess_encoding(*_lines_beyond_ascii(file))


def decode_lines(file: BinaryIO, encoding: Encoding, undecoded_lines: list[int]) -> Iterator[str]:
    """Yield the lines of a file with their line ends.

    Args:
        file: Seekable binary file.
        encoding: Encoding of the file.
        undecoded_lines: Receives the number, from 1, of each line that is in the other encoding or cannot be decoded.

    Raises:
        DamagedFileError: The file does not decode in an encoding that is certain.
    """
    file.seek(0)
    errors = "strict" if encoding.certain and not encoding.other_encoding else "pb2b_notebook.keep"
    text = io.TextIOWrapper(file, encoding=encoding.name, errors=errors, newline="")
    try:
        for number, raw in enumerate(text, start=1):
            line = raw.rstrip(_PADDING)
            if not line:
                continue
            if errors == "strict" or not _KEPT.search(line):
                yield line
            else:
                undecoded_lines.append(number)
                yield _decode_again(line, encoding.other_encoding)
    except UnicodeError:
        raise DamagedFileError(
            f"the file is not encoded in {encoding}", repair="leave encoding= out to detect it"
        ) from None
    finally:
        with suppress(ValueError):  # the file is closed already, where Ctrl-C ended the reading
            text.detach()  # or it would close the file, which belongs to the caller


def encoding_findings(how: Encoding, undecoded_lines: Sequence[int]) -> list[Finding]:
    """Return the findings about the lines that :func:`decode_lines` could not decode in the main encoding."""
    if not undecoded_lines:
        return []
    lines = count_text(len(undecoded_lines), "line")
    if how.other_encoding is not None:
        return [
            Finding(
                "mixed_encodings",
                f"{lines} not in UTF-8: read as {codecs.lookup(how.other_encoding).name}",
                len(undecoded_lines),
            )
        ]
    return [
        Finding(
            "undecodable", f"{lines} with bytes that are invalid in {how.name}: shown as \ufffd", len(undecoded_lines)
        )
    ]


def _decode_again(line: str, other: str | None) -> str:
    """Return a line with invalid bytes, decoded in the other encoding or with replacement characters."""
    if other is not None:
        raw = line.encode("utf-8", "surrogateescape")
        return raw.decode(other, "replace")
    return _KEPT.sub("\ufffd", line)


_KEPT: Final = re.compile(r"[\udc80-\udcff]")


def _keep_undecodable(problem: UnicodeError) -> tuple[str, int]:
    """Keep undecodable bytes as unpaired surrogates (PEP 383), for any codec."""
    if not isinstance(problem, UnicodeDecodeError):
        raise problem
    bad = problem.object[problem.start : problem.end]
    return "".join(chr(0xDC00 + byte) if byte > 0x7F else "\ufffd" for byte in bad), problem.end  # noqa: PLR2004 - ASCII


codecs.register_error("pb2b_notebook.keep", _keep_undecodable)


def _wide_encoding(head: bytes) -> str:
    """Return UTF-16 or UTF-32 without a mark: ASCII text has zeros in half, or three quarters, of its bytes."""
    fourth = [head[place::4].count(0) / max(1, len(head[place::4])) for place in range(4)]
    empty = [share > 0.5 for share in fourth]  # noqa: PLR2004 - most
    names = {
        (False, True, False, True): "utf-16-le",
        (True, False, True, False): "utf-16-be",
        (False, True, True, True): "utf-32-le",
        (True, True, True, False): "utf-32-be",
    }
    found = names.get((empty[0], empty[1], empty[2], empty[3]))
    if found is None:
        raise _not_text_error()
    return found


def _refuse_binary(head: bytes) -> None:
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls - head.count(0) > _CONTROL_SHARE * len(head):
        raise _not_text_error()
    if controls > _CONTROL_SHARE * len(head):
        raise DamagedFileError(
            "the file has bytes without a character (NUL) in its text",
            repair="save it again as CSV in UTF-8, or remove these bytes",
        )


def _not_text_error() -> DamagedFileError:
    return DamagedFileError(
        "the file is not text", repair="pass a CSV, XLSX, JSONL or Parquet file, or pb.read_leads(…, encoding=…)"
    )


def _decodes(data: bytes, name: str) -> bool:
    try:
        codecs.getincrementaldecoder(name)().decode(data)
    except UnicodeError:
        return False
    return True


def _utf8(file: BinaryIO) -> Encoding | None:
    """Return UTF-8 if the file is, and guessed if only its last character is cut off and others are beyond ASCII."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_ascii = True
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            is_ascii = decoder.decode(chunk).isascii() and is_ascii
    except UnicodeDecodeError:
        return None
    is_cut_off = bool(decoder.getstate()[0])
    return None if is_cut_off and is_ascii else Encoding("utf-8", certain=not is_cut_off)


def _lines_beyond_ascii(file: BinaryIO) -> tuple[bytes, int, int]:
    """Return a sample of the lines that are not UTF-8, and how many lines beyond ASCII are UTF-8 and are not."""
    file.seek(0)
    sample = bytearray()
    valid = foreign = 0
    for line in file:
        if line.isascii():
            continue
        if _decodes_whole(line):
            valid += 1
            continue
        foreign += 1
        if _decodes_whole(line, "surrogatepass"):
            continue  # unpaired surrogates, as some programs write them: the rest is UTF-8
        if len(sample) < _SAMPLE:
            sample += line[:_SAMPLE]
    return bytes(sample), valid, foreign


def _decodes_whole(line: bytes, errors: str = "strict") -> bool:
    try:
        line.decode("utf-8", errors)
    except UnicodeDecodeError:
        return False
    return True


def _guess_encoding(sample: bytes, valid: int, foreign: int) -> Encoding:
    if not sample:
        return Encoding("utf-8", certain=False)
    name = guess_page(sample)
    if valid and valid >= _MIXED * (valid + foreign):
        return Encoding("utf-8", certain=False, other_encoding=name or "cp1252")
    if name is None:
        raise DamagedFileError("the encoding of the file cannot be detected", repair="pass its encoding=")
    return Encoding(name, certain=False)
