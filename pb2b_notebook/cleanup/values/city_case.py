"""Upper and lower case of cities that are written all in one case.

A word of four letters with a vowel is not an abbreviation, but DC and NSW may be: a city with a short word that is not
a usual part of cities stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from pb2b_notebook.cleanup.values.mojibake import may_be_misread
from pb2b_notebook.cleanup.values.name_case import alphabet_in, lacks_accent, odd_case, to_lower, upper_first
from pb2b_notebook.cleanup.values.text import Rewritten, tidy_text

_WORD: Final = re.compile(r"[^\W\d_]+")
_JOINED: Final = re.compile(r"[ -]$")
_VOWELS: Final = frozenset("aeiouyøæœəıаеёиоуыэюяіїєαεηιουω")
_APOSTROPHES: Final = frozenset({"'", "’", "‘"})
_SMALL: Final = frozenset({
    "aan", "am", "an", "au", "auf", "aux", "bei", "d", "da", "das", "de", "del", "della", "delle", "dell", "degli",
    "der", "des", "di", "do", "dos", "du", "e", "en", "es", "im", "in", "ob", "of", "on", "op", "over", "sous", "sul",
    "super", "sur", "the", "under", "upon", "van", "von", "y", "и", "на", "над", "под",
})  # fmt: skip
"""Words within a city: Rio de Janeiro, Stoke-on-Trent, Frankfurt am Main."""
_ARTICLES: Final = frozenset({"la", "las", "le", "les", "los"})
_BEFORE_ARTICLE: Final = re.compile(r"\b(?:de|sur|sous)[ -]$")
_ELIDED: Final = frozenset({"d", "l", "all", "dell", "nell"})
_UNSURE: Final = frozenset({"al", "el", "dong", "gu", "si"})
"""Words that have a capital within some cities, and none within others."""
_AFTER_PREPOSITION: Final = re.compile(r"\b(?:aan|op|van) $")
_ROMAN: Final = re.compile("[ivx]{2,}")
_SHORT: Final = frozenset({
    "abu", "air", "al", "bad", "bay", "bel", "big", "da", "de", "del", "den", "des", "do", "don", "du", "el", "fox",
    "ft", "het", "la", "las", "le", "les", "los", "mt", "new", "old", "paz", "red", "rio", "río", "san", "são", "sea",
    "st", "sta", "ste", "tel", "the",
})  # fmt: skip
"""Short words that begin a city or belong to its name: Tel Aviv, La Paz, North Bay."""
_KEPT: Final = frozenset({"caba", "edomex"})
"""Abbreviations of cities that look like words."""
_SHORTEST: Final = 4
_MC: Final = re.compile("mc[^\\W\\d_]{3,}")
_FRENCH: Final = frozenset({"des", "du"})
_DUTCH: Final = re.compile("ij[^\\W\\d_]{2,}")
_LONGEST: Final = 100


def rewrite_city(text: str, country: str | None = None, *, without: frozenset[str] = frozenset()) -> Rewritten:
    """Return the name of a city in its canonical form; one in a single case gets the case of names where that is sure.

    Args:
        text: Name of a city.
        country: Two-letter code, which decides the Turkish i.
        without: Rules that are not applied.

    >>> [rewrite_city(city).value for city in ("FRANKFURT AM MAIN", "new york", "WASHINGTON DC", "NYC", "L'AQUILA")]
    ['Frankfurt am Main', 'New York', 'WASHINGTON DC', 'NYC', "L'Aquila"]
    """
    tidy = tidy_text(text, kind="city", without=without)
    if tidy.value is None or len(tidy.value) > _LONGEST:
        return tidy
    rule = odd_case(tidy.value)
    if not rule or rule in without or may_be_misread(tidy.value) or lacks_accent(tidy.value):
        return tidy
    alphabet = alphabet_in(tidy.value, country, dotted=None)
    cased = "" if alphabet == "" else _in_sure_case(to_lower(tidy.value, alphabet), country, alphabet)
    return Rewritten(cased, (*tidy.rules, rule)) if cased and cased != tidy.value else tidy


def _in_sure_case(city: str, country: str | None, alphabet: str | None) -> str:
    """Return a city, given in lower case, in the case of names; "" where a word may be an abbreviation."""
    parts: list[str] = []
    end = 0
    for found in _WORD.finditer(city):
        word = _case_word(found, country, alphabet)
        if not word:
            return ""
        parts += [city[end : found.start()], word]
        end = found.end()
    return "".join([*parts, city[end:]])


def _case_word(found: re.Match[str], country: str | None, alphabet: str | None) -> str:
    word, before, after = found.group(), found.string[: found.start()], found.string[found.end() :]
    joined = _JOINED.search(before) is not None and before.strip(" -") != ""
    if after[:1] in _APOSTROPHES:  # L'Aquila, Coeur d'Alene, Reggio nell'Emilia
        sure = word in _ELIDED or (word == "o" and not joined)
        return "" if not sure else word if joined else upper_first(word, alphabet)
    if joined and _within(word, before, after, country):
        return word
    if not _is_name(word) or (joined and word in _UNSURE | _ARTICLES) or (word in _FRENCH and country == "US"):
        return ""
    if _DUTCH.fullmatch(word):
        return "" if country is None else f"IJ{word[2:]}" if country in {"BE", "NL"} else upper_first(word, alphabet)
    return f"Mc{upper_first(word[2:], alphabet)}" if _MC.fullmatch(word) else upper_first(word, alphabet)


def _within(word: str, before: str, after: str, country: str | None) -> bool:
    """Return whether a word behind another has no capital: Rio de Janeiro, Alphen aan den Rijn."""
    if word in _ARTICLES:
        return _BEFORE_ARTICLE.search(before) is not None
    if word in {"den", "het"}:
        return _AFTER_PREPOSITION.search(before) is not None
    return word in _SMALL and after[:1] in {" ", "-"} and not (word in _FRENCH and country == "US")


def _is_name(word: str) -> bool:
    """Return whether a word is a part of cities, and not perhaps an abbreviation or a numeral."""
    if word in _SHORT:
        return True
    vowel = any(letter in _VOWELS for letter in unicodedata.normalize("NFD", word))
    long = len(word) >= _SHORTEST or (len(word) > 1 and not word.isascii())
    return vowel and long and word not in _KEPT and not _ROMAN.fullmatch(word)
