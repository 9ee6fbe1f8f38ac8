"""Tidy the text of any field: wrong encodings, invisible characters, white space, placeholders."""

from __future__ import annotations

import html
import re
import unicodedata
from html.entities import html5
from typing import Final, NamedTuple

from pb2b_notebook.cleanup.frames import SPACES
from pb2b_notebook.cleanup.values.mojibake import fix_mojibake, hides_bytes
from pb2b_notebook.cleanup.values.placeholders import Kind, is_placeholder
from pb2b_notebook.cleanup.values.suspicious_text import remove_invisible
from pb2b_notebook.frames.strict_json import encodable
from pb2b_notebook.lazy import lazy_pattern

LONGEST: Final = 10_000
"""Most characters of a text that is rewritten; a longer one is not a value of a lead and is not changed."""

_RUN: Final = lazy_pattern(f"[{SPACES}]+")
_CONTROL: Final = lazy_pattern("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Single inner spaces, and letters that are composed: Latin, Greek, Cyrillic, kana, Han and Hangul. A semicolon may end
# an entity of HTML.
_LETTERS: Final = (
    "\u00c0-\u017e\u0386\u0388-\u03ce\u0400-\u0482\u048a-\u04ff\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3"
)
_SIGN: Final = f"[!-:<-~{_LETTERS}]"
_WORD: Final = f"{_SIGN}+"
TIDY: Final = f"^{_WORD}(?: {_WORD})*$"
"""Such texts, for any engine; what may be in a wrong encoding is among them."""
BARE: Final = f"^[!#-&(-:<-~{_LETTERS}](?:(?: ?{_SIGN})* ?[!-+\\--:<-~{_LETTERS}])?$"
"""Tidy texts without quotes at their start and commas at their end, of which one sign alone is left to the function."""
_TIDY: Final = lazy_pattern(TIDY)
_ENTITY: Final = lazy_pattern(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
"""An entity of HTML, as pages and shops write a letter or a sign: K&ouml;hler, Ann&#39;s."""


class Rewritten(NamedTuple):
    """A value in its canonical form, with the rules that changed it.

    Attributes:
        value: The value; ``None`` where nothing is left.
        rules: Rules that changed it, in order; empty if none did.
    """

    value: str | None
    rules: tuple[str, ...]


def is_valid_text(text: str, longest: int = LONGEST) -> bool:
    """Return whether a text can be a value of a lead: not too long, and without unpaired surrogates."""
    return len(text) <= longest and encodable(text)


def tidy_text(
    text: str, *, kind: Kind = "text", lines: bool = False, without: frozenset[str] = frozenset()
) -> Rewritten:
    """Return a text in its right encoding, composed (NFC), without entities, invisible characters and stray spaces.

    Args:
        text: Text of a cell.
        kind: Kind of its field, which decides what stands for nothing.
        lines: Whether the text may have several lines, whose breaks are kept.
        without: Rules that are not applied.

    >>> tidy_text(" JÃ¼rgen\u00a0 Ko\u0308nig\u200b ")
    Rewritten(value='Jürgen König', rules=('mojibake', 'invisible', 'composed', 'whitespace'))
    >>> tidy_text("K&ouml;hler &amp; Co"), tidy_text("R&D; AT&T;").value
    (Rewritten(value='Köhler & Co', rules=('html entity',)), 'R&D; AT&T;')
    >>> tidy_text("n/a"), tidy_text("Nan", kind="city")
    (Rewritten(value=None, rules=('placeholder',)), Rewritten(value='Nan', rules=()))
    """
    if len(text) <= LONGEST and _TIDY.fullmatch(text) and (text.isascii() or fix_mojibake(text) == text):
        return _blank_if_placeholder(text, kind, (), without)
    if not is_valid_text(text):
        return Rewritten(text, ())
    known = (*_STEPS, ("whitespace", _collapse_spaces_by_line if lines else _collapse_spaces))
    steps = [(rule, step) for rule, step in known if rule not in without]
    rules: dict[str, None] = {}
    value, before = text, None
    # One step may uncover work for those before it: composed letters may show a wrong encoding.
    while value != before:
        before = value
        for rule, step in steps:
            if rule != "mojibake" and not value.isascii() and hides_bytes(value):
                break
            changed = step(value)
            if changed != value:
                rules[rule] = None
                value = changed
                break
    return _blank_if_placeholder(value, kind, tuple(rules), without)


def _blank_if_placeholder(text: str, kind: Kind, rules: tuple[str, ...], without: frozenset[str]) -> Rewritten:
    if text and "placeholder" not in without and is_placeholder(text, kind):
        return Rewritten(None, (*rules, "placeholder"))
    return Rewritten(text or None, rules)


def _resolve_entities(text: str) -> str:
    """Return a text with letters and signs for entities of HTML; a text of which tags are a part stays as it is."""
    resolved = _ENTITY.sub(_resolve_entity, text) if ";" in text and "&" in text else text
    return text if "<" in resolved or ">" in resolved else resolved


def _resolve_entity(found: re.Match[str]) -> str:
    # Without its semicolon, a beginning would be one: &copyright; is not © and "right".
    return html.unescape(found[0]) if found[0][1] == "#" or found[0][1:] in html5 else found[0]


def _compose(text: str) -> str:
    return text if text.isascii() or unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def _remove_invisible(text: str) -> str:
    return _CONTROL.sub("", text if text.isascii() else remove_invisible(text))


def _collapse_spaces(text: str) -> str:
    return _RUN.sub(" ", text).strip(" ")


def _collapse_spaces_by_line(text: str) -> str:
    return "\n".join(_collapse_spaces(line) for line in text.strip().splitlines())


# Invisible characters go before letters are composed: they may hide a wrong encoding, as composed letters would.
_STEPS: Final = (
    ("mojibake", fix_mojibake),
    ("html entity", _resolve_entities),
    ("invisible", _remove_invisible),
    ("composed", _compose),
)
