"""Text in a wrong encoding: UTF-8 that was read as a single-byte encoding ("GrÃ¼n" for "Grün").

ftfy decides whether there is a fault, and repairs it. What it repairs is accepted if only one reading is plausible; the
rest stays, for a person to look at.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Final

from pb2b_notebook.errors import MissingExtraError

_SIGNS: Final = "\u0080-\u00bf\u00d7\u00f7\u0192\u02c6-\u02dd\u0384\u0385\u2000-\u25ff\uf8ff\ufffd"
_CAPITALS: Final = "\u00c0-\u00dd\u0100-\u017f\u0490"
POSSIBLE: Final = (
    f"[{_SIGNS}][^ -~]|[^ -~][{_SIGNS}]|[\u00df-\u04ff\ufb01\ufb02][{_CAPITALS}]"
    "|[\u0152\u0153\u00c2\u00c3\u0080-\u009f]|[\u00c4\u00c5\u00ce\u00d0][\u0160\u0161\u0178\u017d\u017e]"
    "|\u0412\u0402|\u0432\u0402"
)
"""Expression for ``re`` and polars that finds whatever ftfy may take for a wrong encoding, and little else."""

_POSSIBLE: Final = re.compile(POSSIBLE)
_LATIN: Final = re.compile("[ -~\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017e]+")
_FIRST_GUESSES: Final = frozenset({"latin-1", "sloppy-windows-1252"})
_OTHER_GUESSES: Final = (
    "latin-1", "sloppy-windows-1252", "sloppy-windows-1250", "sloppy-windows-1251", "sloppy-windows-1253",
    "sloppy-windows-1254", "sloppy-windows-1257", "iso-8859-2", "iso8859-15", "macroman", "cp437", "cp850", "cp852",
)  # fmt: skip
"""The single-byte encodings of ftfy, the second of Western Europe, and two more of DOS."""
# Letters of few or dead alphabets, and signs that are not in names: a reading that has them is probably wrong.
_RARE: Final = re.compile(
    "[\u00a4\u00a6\u00a8\u00ac\u00af\u00b8\u00d7\u00f7\u0108\u0109\u011c\u011d\u0124\u0125\u0128\u0129\u0134\u0135\u0138"
    "\u0149\u015c\u015d\u0166\u0167\u016c\u016d\u0174-\u0177\u017f-\u019f\u01a2-\u01ae\u01b1-\u0217\u021c-\u0258"
    "\u025a-\u036f\U00010000-\U0010ffff]"
)

# A sign after a word in capitals that ends in a letter which may also begin a sequence of UTF-8: IRMÃ™, IRMÃ’S.
_SIGN_AFTER_CAPITALS: Final = re.compile(r"(?<=[A-Z\u00c0-\u00dd]{2})[ÃÄÅ](?:[®™©“”»…–—]|[‘’][ST]?)(?![^\W\d_])")
_HALF_DONE: Final = re.compile("[\u00c2\u00c3]{2}")
_HIDDEN: Final = re.compile("[^ -~\u200b-\u200f\u2060\ufeff][\u0080-\u009f\u00a0\u00ad]")
_TWO_CAPITALS: Final = re.compile("[A-Z].*[A-Z]")  # PÃ© is Pé
_BEYOND_LATIN: Final = re.compile("[\u0250-\u02af\u0300-\u1dff\u2c00-\uabff]")


# Control characters in the place of letters, as text of DOS has them that was read as Latin-1. Only what no other
# encoding has there: in Mac Roman, 0x94 is î, and in Windows-1252, 0x93 and 0x94 are quotation marks.
_OF_DOS: Final = re.compile(
    "(?<=[A-Za-z])\u0081(?=[a-z])|(?<=[a-z])\u0082(?![^\\x00-\\x7f])"
    "|(?<=[B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z])(?:\u0084(?=[a-z])|\u0094(?=[b-df-hj-np-tv-z]))|(?<=[A-Z])\u0099(?=[A-Z])"
)
_DOS: Final = str.maketrans("\u0080\u0081\u0082\u0083\u0084\u0089\u008e\u0090\u0093\u0094\u0099\u009a", "ÇüéâäëÄÉôöÖÜ")
"""Letters that the code pages 437, 850 and 852 have in one place."""


def fix_mojibake(text: str) -> str:
    """Return a text in its right encoding; text that is not surely in a wrong one is not changed.

    Raises:
        MissingExtraError: The package ftfy is not installed, and the text may be in a wrong encoding.

    >>> fix_mojibake("GrÃ¼n"), fix_mojibake("São Tomé"), fix_mojibake("NESTLÉ® DEUTSCHLAND AG")
    ('Grün', 'São Tomé', 'NESTLÉ® DEUTSCHLAND AG')
    """
    if not _POSSIBLE.search(text) or _OF_DOS.search(text):
        return text.translate(_DOS)
    ftfy = _ftfy()
    fixed, steps = ftfy.fix_encoding_and_explain(text)
    if fixed == text or _spoils_a_word(text, fixed) or (_HIDDEN.search(text) and _has_odd_lower_case(fixed)):
        return text
    without_signs = _SIGN_AFTER_CAPITALS.sub("", text)
    if without_signs != text and ftfy.fix_encoding(without_signs) == without_signs:
        return text
    first = steps[0]
    if first.action != "encode":
        # Only parts were decoded.
        half = _is_bad(fixed) or _HALF_DONE.search(fixed) or _has_odd_capital(fixed)
        return text if half else str(fixed)
    plausible = {reading for reading in (fixed, *_readings(text)) if _is_plausible(reading)}
    if first.parameter in _FIRST_GUESSES and (fixed in plausible or not (plausible or _has_odd_capital(fixed))):
        return str(fixed)
    reading = plausible.pop() if len(plausible) == 1 else text
    return reading if _is_proof(text, reading) and not _only_loses_a_letter(text, reading) else text


def looks_misread(text: str) -> bool:
    """Return whether a text looks like one in a wrong encoding, also where it is not certain enough for a repair.

    >>> looks_misread("GrÃ¼n"), looks_misread("YusifoÄŸlu"), looks_misread("CAFÉ’S"), looks_misread("Đặng Thị Hương")
    (True, True, False, False)
    """
    if not _POSSIBLE.search(text):
        return False
    western = western_reading(text)
    return _is_bad(text) or (western is not None and (_is_bad(western) or _LATIN.fullmatch(western) is not None))


def may_be_misread(text: str) -> bool:
    """Return whether a text is also UTF-8 read as Windows-1252: another case would make it unreadable for good.

    >>> may_be_misread("èµµ"), may_be_misread("grün")
    (True, False)
    """
    return western_reading(text) is not None


def western_reading(text: str) -> str | None:
    """Return what a text is in UTF-8 if it was read as Windows-1252; ``None`` if it is not UTF-8.

    >>> western_reading("YusifoÄŸlu"), western_reading("Yusifoğlu")
    ('Yusifoğlu', None)
    """
    if text.isascii():
        return None
    _ftfy()  # registers the encoding
    try:
        return text.encode("sloppy-windows-1252").decode()
    except UnicodeError:
        return None


def _readings(text: str) -> list[str]:
    """Return what the text is in UTF-8 if it was read in one of the single-byte encodings."""
    found = []
    for encoding in _OTHER_GUESSES:
        try:
            found.append(text.encode(encoding).decode())
        except UnicodeError:
            continue
    return found


def _spoils_a_word(text: str, fixed: str) -> bool:
    """Return whether a repair brings a rare letter alone, or one of another case or script into a word of capitals."""
    if len(text) == len(fixed) + 1 and _RARE.search(fixed) and not _RARE.search(text):
        return True
    before, after = text.split(" "), fixed.split(" ")
    return len(before) == len(after) and any(
        old != new and _TWO_CAPITALS.search(old) is not None and old.isupper() and not _has_latin_capitals(new)
        for old, new in zip(before, after, strict=True)
    )


def _has_latin_capitals(word: str) -> bool:
    return word.isupper() and not _BEYOND_LATIN.search(word)


def hides_bytes(text: str) -> bool:
    """Return whether invisible characters of a text may be bytes of letters, which a repair by hand still needs.

    A reading with a lower-case letter in a word of capitals proves nothing: "IRMÃ" stands before a no-break space.

    >>> hides_bytes("Hoyv\u0102\u00adk"), hides_bytes("Berg\u00admann"), hides_bytes("IRM\u00c3\u00a0MARIA")
    (True, False, False)
    """
    if not _HIDDEN.search(text):
        return False
    _ftfy()  # registers its encodings
    return any(_is_proof(text, reading) and not _has_odd_lower_case(reading) for reading in _readings(text))


def _is_proof(text: str, reading: str) -> bool:
    """Return whether a reading shows that the text is UTF-8: one letter beyond Latin (鵵 for "Èµµ") does not."""
    return len(text) - len(reading) > 2 or not _BEYOND_LATIN.search(reading)  # noqa: PLR2004 - the bytes of a letter


def _only_loses_a_letter(text: str, reading: str) -> bool:
    """Return whether a reading puts one sign for a letter and a sign, and no letter: RUF‘A for RUFĀ‘A."""
    return len(text) - len(reading) == 1 and not Counter(filter(str.isalpha, reading)) - Counter(text)


def _is_plausible(text: str) -> bool:
    return not (_RARE.search(text) or _has_odd_capital(text) or _is_bad(text))


def _has_odd_capital(text: str) -> bool:
    """Return whether a Latin capital beyond ASCII stands where no name has one: PenedÚs, KÜmi."""
    return any(
        two.isupper() and "\x7f" < two < "\u0250" and (one.islower() or (one.isupper() and three.islower()))
        for one, two, three in zip(text, text[1:], f"{text[2:]} ", strict=False)
    )


def _has_odd_lower_case(text: str) -> bool:
    """Return whether a Latin letter in lower case, but ß, stands before a capital or behind two: JOíO, IRMà.

    ВкусВилл is how a shop writes itself.
    """
    return any(
        (three.isupper() or (first.isupper() and one.isupper()))
        and two.islower()
        and "\x7f" < two < "\u0250"
        and two != "ß"
        for first, one, two, three in zip(f"  {text}", f" {text}", text, f"{text[1:]} ", strict=False)
    )


def _is_bad(text: str) -> bool:
    return _POSSIBLE.search(text) is not None and bool(_ftfy().badness.is_bad(text))


def _ftfy() -> Any:
    try:
        import ftfy
        import ftfy.badness
    except ModuleNotFoundError:
        raise MissingExtraError("cleanup", "repairing text in a wrong encoding") from None
    return ftfy
