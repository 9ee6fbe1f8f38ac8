"""Marks around a name that are not a part of it: commas of a list, quotes of a table, letters of double width."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.values.mojibake import may_be_misread
from pb2b_notebook.cleanup.values.text import Rewritten, tidy_text
from pb2b_notebook.lazy import lazy_pattern

if TYPE_CHECKING:
    from pb2b_notebook.cleanup.values.placeholders import Kind

_SINGLE: Final = frozenset("'‘’‚‹›`´")
_DOUBLE: Final = frozenset('"“”„«»')
_PAIRS: Final = frozenset({"''", "‘’", "‚‘", "‚’", "‹›", "›‹", '""', "“”", "„“", "„”", "““", "«»", "»«"})
_STRAY: Final = " ,;"
_ENTITY: Final = lazy_pattern(r"&#?\w{1,31};$")
_TAG: Final = lazy_pattern(
    r"</?(?:a|abbr|b|big|br|center|div|em|font|h[1-6]|i|li|mark|nobr|p|small|span|strong|td|tr|u|ul)"
    r"(?:\s[^<>]{0,200})?/?>",
    re.IGNORECASE,
)
"""A tag of HTML that says how words look."""
MARKUP: Final = "</?[A-Za-z]"
"""The beginning of a tag, for any engine."""
_WIDE: Final = lazy_pattern("[０-９Ａ-Ｚａ-ｚ]+(?:[＆＇－．][０-９Ａ-Ｚａ-ｚ]+)*")
_NARROW: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_ARTICLE: Final = lazy_pattern(r"[^\W\d_]{1,2}[ -]")
_VOWELS: Final = frozenset("aeiouāēīōūáéíóúAEIOUĀĒĪŌŪÁÉÍÓÚ")
_LONGEST: Final = 300


def tidy_name(text: str, kind: Kind, without: frozenset[str] = frozenset()) -> Rewritten:
    """Return a tidy text without a comma or semicolon at its end and without one pair of quotes around all of it.

    Latin letters and digits of double width become plain ones. A text that may be in a wrong encoding is only tidied.

    Args:
        text: Text of a cell.
        kind: Kind of its field, which decides what stands for nothing.
        without: Rules that are not applied.

    >>> [tidy_name(text, "city").value for text in ('"Graz",', "Mohr;", "'s-Hertogenbosch", '"A" und "B"', '"n/a"')]
    ['Graz', 'Mohr', "'s-Hertogenbosch", '"A" und "B"', None]
    >>> tidy_name("Ｌｕｍｏ ＡＧ", "company")
    Rewritten(value='Lumo AG', rules=('full width',))
    """
    tidy = tidy_text(text, kind=kind, without=without)
    if not tidy.value or len(text) > _LONGEST or may_be_misread(tidy.value):
        return tidy
    plain, rules = tidy.value, dict.fromkeys(tidy.rules)
    for rule, step in _STEPS * 2:
        changed = plain if rule in without else step(plain)
        if changed != plain and any(map(str.isalnum, changed)):
            rules[rule] = None
            plain = changed
    if plain == tidy.value:
        return tidy
    again = tidy_text(plain, kind=kind, without=without)
    return Rewritten(again.value, tuple(rules | dict.fromkeys(again.rules)))


def _narrow(text: str) -> str:
    return text if text.isascii() else _WIDE.sub(lambda found: found[0].translate(_NARROW), text)


def _cut_end(text: str) -> str:
    # What looks like an entity may be a name as well: AT&T; is left.
    return text if text[-1] not in ",;" or _ENTITY.search(text) else text.rstrip(_STRAY)


def _cut_quotes(text: str) -> str:
    inner = text[1:-1]
    if text[0] + text[-1] not in _PAIRS or not (_SINGLE if text[0] in _SINGLE else _DOUBLE).isdisjoint(inner):
        return text
    inner = inner.strip()
    return text if not inner or (text[0] in _SINGLE and _may_be_letters(inner)) else inner


def _may_be_letters(inner: str) -> bool:
    """Return whether apostrophes around a text may be a part of it: 't Hart, or the Arabic ayn of 'Abd al-Rafi'."""
    return _ARTICLE.match(inner) is not None or (inner[0] in _VOWELS and inner[-1] in _VOWELS)


def _cut_tags(text: str) -> str:
    """Return a text without the tags of HTML that pages set around words; one with any other stays as it is."""
    if "<" not in text:
        return text
    plain = " ".join(_TAG.sub(" ", text).split())
    return text if "<" in plain or ">" in plain else plain


_STEPS: Final = (("html tag", _cut_tags), ("full width", _narrow), ("punctuation", _cut_end), ("quotes", _cut_quotes))
