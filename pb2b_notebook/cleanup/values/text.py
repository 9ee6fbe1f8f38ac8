"""Text tidied the same for every field: wrong encodings, invisible characters, white space, words for nothing."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from pb2b_notebook.cleanup.frames import SPACES
from pb2b_notebook.cleanup.values.placeholders import is_placeholder
from pb2b_notebook.cleanup.values.suspicious_text import visible
from pb2b_notebook.frames.strict import encodable

LONGEST: Final = 10_000
"""Characters of a text that is rewritten; a longer one is no value of a lead and is left as it is."""

_RUN: Final = re.compile(f"[{SPACES}]+")
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# A letter that is the first byte of a sequence in UTF-8, then what the other bytes are in Windows-1252.
_MOJIBAKE: Final = re.compile(
    "(?:[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{1,3})+"
)
# Composed letters of Latin, without those that are the second byte of a wrong encoding, and single blanks within.
_WORD: Final = "[!-~\u00c0-\u0151\u0154-\u015f\u0162-\u0177\u0179-\u017c]+"
_TIDY: Final = re.compile(f"{_WORD}(?: {_WORD})*")
_C1: Final = {chr(code): bytes([code]) for code in range(0x80, 0xA0)}


class Rewritten(NamedTuple):
    """A value as it is to be, and the rules that made it so, in order.

    Attributes:
        value: ``None`` where nothing is left.
        rules: empty if nothing was changed.
    """

    value: str | None
    rules: tuple[str, ...]


def is_text(text: str, longest: int = LONGEST) -> bool:
    """Whether a text can be a value of a lead at all: not too long, and no half a character in it."""
    return len(text) <= longest and encodable(text)


def tidied(text: str, *, lines: bool = False) -> Rewritten:
    """The text in its right encoding, composed (NFC), without invisible characters and stray white space.

    Args:
        text: as it came.
        lines: it may have several; their breaks are kept.

    >>> tidied(" JÃ¼rgen\u00a0 Ko\u0308nig\u200b ")
    Rewritten(value='Jürgen König', rules=('mojibake', 'composed', 'invisible', 'whitespace'))
    >>> tidied("n/a")
    Rewritten(value=None, rules=('placeholder',))
    """
    if len(text) <= LONGEST and _TIDY.fullmatch(text):
        return Rewritten(None, ("placeholder",)) if is_placeholder(text) else Rewritten(text, ())
    if not is_text(text):
        return Rewritten(text, ())
    steps = (*_STEPS, ("whitespace", _spaced_in_lines if lines else _spaced))
    rules: dict[str, None] = {}
    value, before = text, None
    # What one step uncovers may be for another: letters that are composed may show a wrong encoding.
    while value != before:
        before = value
        for rule, step in steps:
            changed = step(value)
            if changed != value:
                rules[rule] = None
                value = changed
    if value and is_placeholder(value):
        return Rewritten(None, (*rules, "placeholder"))
    return Rewritten(value or None, tuple(rules))


def unmangled(text: str) -> str:
    """UTF-8 that was read as Windows-1252, read anew; what cannot be such stays.

    >>> unmangled("GrÃ¼n"), unmangled("São Tomé")
    ('Grün', 'São Tomé')
    """
    # Each time it gets shorter, so it ends.
    while (changed := _MOJIBAKE.sub(_reread, text)) != text:
        text = changed
    return text


def _reread(found: re.Match[str]) -> str:
    try:
        return b"".join(map(_byte, found.group())).decode()
    except (UnicodeEncodeError, UnicodeDecodeError):
        return found.group()


def _byte(character: str) -> bytes:
    """A character in Windows-1252, whose five gaps stand for themselves, as browsers have it."""
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        if character in _C1:
            return _C1[character]
        raise


def _composed(text: str) -> str:
    return text if text.isascii() or unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def _without_invisible(text: str) -> str:
    return _CONTROL.sub("", text if text.isascii() else visible(text))


def _spaced(text: str) -> str:
    return _RUN.sub(" ", text).strip(" ")


def _spaced_in_lines(text: str) -> str:
    return "\n".join(_spaced(line) for line in text.strip().splitlines())


_STEPS: Final = (("mojibake", unmangled), ("composed", _composed), ("invisible", _without_invisible))
