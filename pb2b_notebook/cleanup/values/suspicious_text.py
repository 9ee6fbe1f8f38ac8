"""Suspicious text: formulas, markup, look-alike letters, invisible and reordering characters.

An import accepts all of it; each finding is a warning for a person. Sources: OWASP, "CSV injection";
Unicode Technical Standard 39, "Unicode security mechanisms" (confusables, mixed scripts); Unicode Standard Annex 9
(bidirectional controls).
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from pb2b_notebook.cleanup.values.mojibake import fix_mojibake, looks_misread, western_reading
from pb2b_notebook.frames.strict_json import encodable
from pb2b_notebook.lazy import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator


class Suspicion(NamedTuple):
    """One suspicious thing about a text.

    Attributes:
        code: Stable code, for programs.
        message: Message for people; it never repeats the text.
        suggestion: The text that was probably intended; ``None`` if only a person can decide.
    """

    code: str
    message: str
    suggestion: str | None


_LETTERS: Final = (
    "A-Za-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff\u3041-\u3096\u30a1-\u30fe\u3400-\u9fff\uac00-\ud7a3"
)
_CYRILLIC: Final = "\u0400-\u045f\u0490-\u04ff"
_SIGNS: Final = " .,'()/_|#%*!?$+@-"
PLAIN: Final = f"^(?:[{_LETTERS}][{_LETTERS}{_SIGNS}]*|[{_CYRILLIC}][{_CYRILLIC}{_SIGNS}]*)$"
"""Text for which :func:`suspicions` finds nothing but a wrong encoding, as a pattern for any engine.

It lists letters of Latin, kana, Han and Hangul, none of which looks like a letter of another script. Cyrillic text must
be all Cyrillic.
"""

PLAIN_URL: Final = r"^https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/%-]*)?$"
"""The same for URLs."""

_FORMULA: Final = lazy_pattern(r"[=+\-@\t\r]")
_FIGURE: Final = lazy_pattern(r"[+-]?[0-9][0-9 ()./,%x-]*")
_MARKUP: Final = lazy_pattern(
    r"<[A-Za-z/!?][^<>]{0,2000}>|&(#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z]{2,8});|javascript:|\{\{|\$\{", re.IGNORECASE
)
_INVISIBLE: Final = lazy_pattern("[\u00ad\u034f\u180e\u200b-\u200d\u2060-\u2064\ufeff\u115f\u1160\u3164\uffa0]")
_BIDI: Final = lazy_pattern("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROL: Final = lazy_pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_JOINED: Final = lazy_pattern("[\u0590-\u08ff\u0900-\u109f\u1780-\u17ff\u1800-\u18af\ufb1d-\ufdff\ufe70-\ufeff]")
"""Scripts whose spelling uses the two joiners U+200C and U+200D."""

_LATIN: Final = lazy_pattern("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_OTHER: Final = lazy_pattern("[\u0370-\u03ff\u0400-\u052f\u0531-\u058f\u13a0-\u13ff]")
_WORD: Final = lazy_pattern("[A-Za-z\u00c0-\u024f\u0300-\u036f\u0370-\u052f\u0531-\u058f\u13a0-\u13ff\u1e00-\u1eff]+")
_SHORTEST_ALIKE: Final = 4
_LOOKS_LATIN: Final = str.maketrans(
    # Cyrillic, then Greek: letters that usually look like a Latin one.
    "аеорсухіјѕһԁԛԝАВЕКМНОРСТУХІЈЅԌαοινυρΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijshdqwABEKMHOPCTYXIJSGaoivupABEZHIKMNOPTYX",
)


def suspicions(text: str) -> Iterator[Suspicion]:
    """Yield everything suspicious about a text, the most severe last.

    >>> [found.code for found in suspicions("=cmd|' /C calc'!A0")], [found.code for found in suspicions("Zoë Müller")]
    (['formula_text'], [])
    >>> next(suspicions("\u0410cme GmbH"))  # the first letter is Cyrillic
    Suspicion(code='look_alike', message='mixes letters of two scripts that look alike', suggestion='Acme GmbH')
    """
    if _FORMULA.match(text) and not _FIGURE.fullmatch(text):
        yield Suspicion("formula_text", "starts like a formula: a spreadsheet may run it", None)
    if _MARKUP.search(text):
        yield Suspicion("markup", "contains markup or a template placeholder", None)
    if text.isascii() and not _CONTROL.search(text):
        return
    if _CONTROL.search(text):
        yield Suspicion("control_character", "contains a control character", _CONTROL.sub("", text))
    if _has_invisible(text):
        yield Suspicion("zero_width", "contains zero-width characters", remove_invisible(text))
    if _BIDI.search(text):
        yield Suspicion("bidi_control", "contains characters that change the reading direction", _BIDI.sub("", text))
    plain = in_latin(text)
    if plain is not None:
        yield Suspicion("look_alike", "mixes letters of two scripts that look alike", plain)
    yield from _of_encoding(text)


def _of_encoding(text: str) -> Iterator[Suspicion]:
    if "\ufffd" in text:
        yield Suspicion("replacement_character", "contains U+FFFD in place of a character that was lost", None)
    elif looks_misread(text):
        fixed = fix_mojibake(text)
        message = "looks like text that was read in a wrong encoding"
        yield Suspicion("mojibake", message, western_reading(text) if fixed == text else fixed)
    if not encodable(text):
        yield Suspicion("half_character", "contains an unpaired surrogate, which is not valid Unicode", None)


def remove_invisible(text: str) -> str:
    """Return the text without zero-width characters, except joiners in scripts that spell with them.

    >>> remove_invisible("Ada\u200b Lovelace\ufeff"), remove_invisible("می\u200cخواهم") == "می\u200cخواهم"
    ('Ada Lovelace', True)
    """
    if not _INVISIBLE.search(text):
        return text
    return "".join(c for at, c in enumerate(text) if not _INVISIBLE.match(c) or _is_part_of_spelling(text, at))


def _has_invisible(text: str) -> bool:
    return any(not _is_part_of_spelling(text, found.start()) for found in _INVISIBLE.finditer(text))


def _is_part_of_spelling(text: str, at: int) -> bool:
    if text[at] not in "\u200c\u200d" or at == 0:
        return False
    before = text[at - 1]
    return bool(_JOINED.match(before)) or unicodedata.category(before) == "So" or before in "\ufe0f\U0001f3fb\U0001f3ff"


def in_latin(text: str) -> str | None:
    """Return the text in Latin letters if it mixes them with look-alikes of another script; else ``None``.

    A word of another script is suspicious if it mixes scripts, or if each of its letters looks Latin and the rest of
    the text is Latin. A text in one script is not suspicious: "Оксана" is a name.

    >>> in_latin("p\u0430ypal"), in_latin("Оксана"), in_latin("Оксана Smith")
    ('paypal', None, None)
    """
    if not (_LATIN.search(text) and _OTHER.search(text)):
        return None
    changed = _WORD.sub(_in_latin_letters, text)
    return changed if changed != text else None


def _in_latin_letters(word: re.Match[str]) -> str:
    letters = word.group()
    # Short words of one script are legal forms next to a Latin name: "Acme ΑΕ", "ООО Acme".
    if not _LATIN.search(letters) and len(letters) < _SHORTEST_ALIKE:
        return letters
    plain = letters.translate(_LOOKS_LATIN)
    # Letters of the other script that are not look-alikes show that the word belongs to that script.
    return letters if _OTHER.search(plain) else plain
