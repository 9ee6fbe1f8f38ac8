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
from pb2b_notebook.cleanup.values.placeholders import says_nothing_beside
from pb2b_notebook.cleanup.values.stray_marks import tidy_name
from pb2b_notebook.cleanup.values.text import Rewritten
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.mapping.cells.countries import country_code, vehicle_country_code

_WORD: Final = re.compile("(?:[^\\W\\d_][\u0300-\u036f]*)+")
_JOINED: Final = re.compile(r"[^/][ -]$")
_VOWELS: Final = frozenset("aeiouyøæœəıаеёиоуыэюяіїєαεηιουω")
_APOSTROPHES: Final = frozenset({"'", "’", "‘"})
_SMALL: Final = frozenset({
    "aan", "am", "an", "au", "auf", "aux", "bei", "d", "da", "das", "de", "dei", "del", "dell", "della", "delle",
    "dello", "degli", "der", "des", "devant", "di", "do", "dos", "du", "e", "en", "es", "im", "in", "lez", "lès",
    "nad", "ob", "of", "on", "op", "over", "pod", "pri", "près", "sous", "sul", "super", "sur", "the", "under",
    "unter", "upon", "van", "von", "vor", "y", "и", "на", "над", "под",
})  # fmt: skip
"""Words within a city: Rio de Janeiro, Stoke-on-Trent, Frankfurt am Main."""
_ARTICLES: Final = frozenset({"la", "las", "le", "les", "los"})
_BEFORE_ARTICLE: Final = re.compile(r"\b(?:de|sur|sous)[ -]$")
_ELIDED: Final = frozenset({"d", "l", "all", "dell", "nell"})
_UNSURE: Final = frozenset({"al", "el", "dong", "gu", "si"})
"""Words that have a capital within some cities, and none within others."""
_ORDINALS: Final = frozenset({"da", "e", "eme", "er", "nd", "ra", "rd", "st", "ta", "th", "ème"})
"""Letters behind a number: Lyon 2e, 2da. Sección."""
_MC_COUNTRIES: Final = frozenset({None, "AU", "CA", "GB", "IE", "NZ", "US"})
"""Where McAllen may be; Mchinji is in Malawi."""
_LUSOPHONE: Final = frozenset({None, "AO", "BR", "CV", "ES", "GW", "MZ", "PT", "ST"})
"""Where dos is a preposition and not a number."""
_AFTER_PREPOSITION: Final = re.compile(r"\b(?:aan|op|van) $")
_ROMAN: Final = re.compile("[ivx]{2,}")
_SHORT: Final = frozenset({
    "abu", "air", "al", "ana", "bad", "bay", "bel", "big", "da", "de", "del", "den", "des", "do", "don", "du", "el",
    "elk", "fox", "ft", "het", "key", "la", "las", "le", "les", "los", "mt", "new", "oak", "old", "paz", "red", "rio",
    "río", "san", "são", "sea", "st", "sta", "ste", "tel", "the",
})  # fmt: skip
"""Short words that begin a city or belong to its name: Tel Aviv, La Paz, North Bay."""
_KEPT: Final = frozenset({"caba", "edomex"})
"""Abbreviations of cities that look like words."""
_SHORTEST: Final = 4
_MC: Final = re.compile("mc[^\\W\\d_]{3,}")
_FRENCH: Final = frozenset({"des", "du"})
_DUTCH: Final = re.compile("ij[^\\W\\d_]{2,}")
_LONGEST: Final = 100
BEFORE_CITY: Final = r"^(?:г|гр|м)\. ?([А-ЯЁІЇЄҐ])"
"""The word for a city before its name: г. Москва, м. Київ, гр. София."""

MAY_HAVE_COUNTRY: Final = "[^ ](?: ?[,(/]| [–-]) ?[^ ,(/–-]|^[A-Z]{1,3}[ -]{1,3}[0-9]{2}"
"""Cities with a second name behind them, or a country and a postcode before them, for any engine."""
_COUNTRY_BEHIND: Final = lazy_pattern(r"([^\d()/]{2,60}?)(?: ?, ?| ?[(/] ?| [–-] )([^\d,()/]{2,40})\)?")
_POSTCODE_BEFORE: Final = lazy_pattern(
    r"([A-Z]{1,3})(?:-| - ?| )(?:(?<=NL[- ])\d{4} ?[A-Z]{2}|\d{4,5}|\d{3} \d\d|\d\d-\d{3}) +([^\W\d_][^\d]{1,60})"
)
"""A city behind its postcode, which has the sign of the country: D-80331 München."""
_WHOLE_KINGDOM: Final = lazy_pattern(
    r"u\.?k\.?|g\.?b\.?|(?:the )?united kingdom|great britain|vereinigtes königreich|gro(?:ß|ss)britannien|royaume-uni|"
    r"grande-bretagne|reino unido|gran bretaña|regno unito|gran bretagna|verenigd koninkrijk",
    re.IGNORECASE,
)
"""Names of the whole of GB: Scotland is a part of it, and says more."""

ENDS_IN_APOSTROPHE: Final = "[aeiouAEIOU]['’`´]$"
"""The accent of the last letter as keyboards without it write it, in Italy: FORLI'."""
_ACCENT_BEHIND: Final = re.compile("([^'’`´]{2,}[^\\W\\d_])([aeiouAEIOU])['’`´]")
_GRAVE: Final = str.maketrans("aeiouAEIOU", "àèìòùÀÈÌÒÙ")
"""Of 157 Italian cities that end in an accent in GeoNames, 156 end in a grave one."""


def rewrite_city(text: str, country: str | None = None, *, without: frozenset[str] = frozenset()) -> Rewritten:
    """Return the name of a city in its canonical form; one in a single case gets the case of names where that is sure.

    Args:
        text: Name of a city.
        country: Two-letter code, which decides the Turkish i, and whether an apostrophe at the end is an accent. Its
            name behind the city goes, and its sign with a postcode before the city.
        without: Rules that are not applied.

    >>> rewrite_city("FORLI'", "IT").value, rewrite_city("Yampil'", "UA").value
    ('Forlì', "Yampil'")
    >>> rewrite_city("Roma, Italia", "IT"), rewrite_city("Roma, Italia").value
    (Rewritten(value='Roma', rules=('country',)), 'Roma, Italia')
    >>> rewrite_city("D-80331 München", "DE").value, rewrite_city("D-80331 München", "AT").value
    ('München', 'D-80331 München')
    >>> [rewrite_city(city).value for city in ("FRANKFURT AM MAIN", "new york", "WASHINGTON DC", "NYC", "L'AQUILA")]
    ['Frankfurt am Main', 'New York', 'WASHINGTON DC', 'NYC', "L'Aquila"]
    >>> rewrite_city("г. Москва").value, rewrite_city("г. МОСКВА").rules
    ('Москва', ('prefix', 'shouting'))
    """
    tidy = tidy_name(text, "city", without)
    if tidy.value is None or len(tidy.value) > _LONGEST:
        return tidy
    plain = tidy.value if "prefix" in without else re.sub(BEFORE_CITY, r"\1", tidy.value)
    rules = tidy.rules if plain == tidy.value else (*tidy.rules, "prefix")
    if country and "country" not in without and (alone := _without_country(plain, country)) != plain:
        plain, rules = alone, (*rules, "country")
    if country == "IT" and "accent" not in without and (found := _ACCENT_BEHIND.fullmatch(plain)):
        plain, rules = f"{found[1]}{found[2].translate(_GRAVE)}", (*rules, "accent")
    if plain.islower() and says_nothing_beside(plain, "city"):  # brak, leer: with a capital, they are towns
        return Rewritten(plain, rules)
    rule = odd_case(plain)
    alphabet = alphabet_in(plain, country, dotted=None)
    cased = ""
    if rule and alphabet != "" and not (rule in without or may_be_misread(plain) or lacks_accent(plain)):
        cased = _in_sure_case(to_lower(plain, alphabet), country, alphabet)
    # Other programs leave İ beside I in capitals, which then has a dot: İVRINDI.
    if "İ" in plain and len(cased) == len(plain):
        cased = "".join("İ" if old == "İ" and new == "I" else new for old, new in zip(plain, cased, strict=True))
    return Rewritten(cased, (*rules, rule)) if cased and cased != plain else Rewritten(plain, rules)


def _without_country(city: str, country: str) -> str:
    """Return a city without the name of its country behind it, or the sign of the country and a postcode before it."""
    before = _POSTCODE_BEFORE.fullmatch(city)
    if before is not None and vehicle_country_code(before[1]) == country:
        city = before[2]
    behind = _COUNTRY_BEHIND.fullmatch(city)
    if behind is None or country_code(behind[2]) != country:
        return city
    return behind[1] if country != "GB" or _WHOLE_KINGDOM.fullmatch(behind[2].strip()) else city


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
    numbered = before[-1:].isdecimal()
    if (joined and _within(word, before, after, country)) or (numbered and word in _ORDINALS):
        return word
    known = _is_name(word) or _stands_by_preposition(word, before, after)
    if not known or numbered or (joined and word in _UNSURE | _ARTICLES) or (word in _FRENCH and country == "US"):
        return ""
    if _DUTCH.fullmatch(word):
        return "" if country is None else f"IJ{word[2:]}" if country in {"BE", "NL"} else upper_first(word, alphabet)
    scottish = country in _MC_COUNTRIES and _MC.fullmatch(word)
    return f"Mc{upper_first(word[2:], alphabet)}" if scottish else upper_first(word, alphabet)


def _within(word: str, before: str, after: str, country: str | None) -> bool:
    """Return whether a word behind another has no capital: Rio de Janeiro, Alphen aan den Rijn."""
    if word in _ARTICLES:
        return _BEFORE_ARTICLE.search(before) is not None or before[-1:] == after[:1] == "-"
    if word == "dos" and country not in _LUSOPHONE:
        return False
    if word in {"den", "het"}:
        return _AFTER_PREPOSITION.search(before) is not None
    return word in _SMALL and after[:1] in {" ", "-"} and not (word in _FRENCH and country == "US")


def _stands_by_preposition(word: str, before: str, after: str) -> bool:
    """Return whether a word of three letters stands before or behind a small one: Aix-en-Provence, Zell am See."""
    beside = before.rstrip(" -").rpartition("-" if before.endswith("-") else " ")[2], after[1:].partition("-")[0]
    behind = beside[0] in _SMALL and before.rstrip(" -") != beside[0]
    in_front = after.startswith("-") and beside[1] in _SMALL | _ARTICLES
    short = len(word) == _SHORTEST - 1 and not _VOWELS.isdisjoint(word) and not _ROMAN.fullmatch(word)
    return short and (behind or in_front)


def _is_name(word: str) -> bool:
    """Return whether a word is a part of cities, and not perhaps an abbreviation or a numeral."""
    if word in _SHORT:
        return True
    vowel = any(letter in _VOWELS for letter in unicodedata.normalize("NFD", word))
    long = len(word) >= _SHORTEST or (len(word) > 1 and not word.isascii())
    return vowel and long and word not in _KEPT and not _ROMAN.fullmatch(word)
