"""Names of countries in all languages of the Unicode CLDR, by the package babel, which the extra "cleanup" installs.

A name that means two countries, in two languages or in one, is not read. Source: https://cldr.unicode.org.
"""

from __future__ import annotations

import pickle
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.letters import without_accents

_CONTINENTS: Final = frozenset({"001", "002", "009", "019", "142", "150"})
_CONSTRUCTED: Final = frozenset({"tok"})
"""Languages whose names of countries are spelled like those of others: Toki Pona's "ma Lawi" is Latvia."""
_SHARED_NAMES: Final = (("CD", "CG"), ("VG", "VI"), ("MF", "SX"))
"""Countries whose common part of the name, such as Congo, means neither."""
_ALPHABETIC: Final = lazy_pattern("[a-z]{4,}|[α-ω]{4,}|[а-џ]{4,}")
_PUNCTUATION: Final = lazy_pattern(r"[\W_]+")
_INVISIBLE: Final = lazy_pattern("[\u00ad\u200b-\u200f\ufeff]")
_APOSTROPHES: Final = str.maketrans("’‘ʼ`´‐‑–—", "'''''----")


def codes_by_language(text: str) -> frozenset[str]:
    """Return the two-letter codes of the countries that a name means in any language; none without babel.

    Case does not matter. Accents do not matter either in names of four or more Latin, Greek or Cyrillic letters, if the
    language is official anywhere. The codes of CLDR include some that ISO 3166-1 does not assign, such as XK.

    >>> sorted(codes_by_language("Немачка")), sorted(codes_by_language("WEGRY")), sorted(codes_by_language("Kongo"))
    (['DE'], ['HU'], ['CD', 'CG'])
    """
    exact, plain, official = _tables()
    plain_key = _plain_key(key := _key(text))
    found, without_accents = exact.get(key, frozenset()), plain.get(plain_key, frozenset())
    if found:
        # Text in ASCII may have lost its accents; any other has kept them.
        return found | without_accents if text.isascii() else found
    return without_accents if plain_key in official else frozenset()


@cache
def _tables() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]], set[str]]:
    """Return the codes by name and by name without accents and punctuation, and those that official languages use."""
    exact, plain = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    official, official_names = _official_languages(), set[str]()
    # Languages share half of the names, of which each is read once.
    by_name = defaultdict[str, set[tuple[str, bool]]](set)
    for language, code, name in _names():
        by_name[name].add((code, language in official))
    for name, found in by_name.items():
        codes = {code for code, _ in found}
        exact[key := _key(name)] |= codes
        if _ALPHABETIC.fullmatch(key := _plain_key(key)):
            plain[key] |= codes
            if any(is_official for _, is_official in found):
                official_names.add(key)
    return _freeze(exact), _freeze(plain), official_names


def _freeze(table: dict[str, set[str]]) -> dict[str, frozenset[str]]:
    return {name: frozenset(codes) for name, codes in table.items()}


def _official_languages() -> frozenset[str]:
    """Return the languages of states and regions: only their names of countries are read without accents."""
    try:
        from babel.core import get_global
        from babel.languages import get_official_languages
    except ModuleNotFoundError:
        return frozenset()
    return frozenset(
        language
        for territory in get_global("territory_languages")
        for language in get_official_languages(territory, regional=True, de_facto=True)
    )


def _names() -> Iterator[tuple[str, str, str]]:
    """Yield the language, code and name of each country and continent."""
    try:
        from babel import localedata
    except ModuleNotFoundError:
        return
    for locale in localedata.locale_identifiers():
        language = locale.partition("_")[0]
        if language in _CONSTRUCTED:
            continue
        # Its own names only: babel's loader copies those of the parent locale, which takes several times as long.
        path = Path(localedata.resolve_locale_filename(locale))
        territories = pickle.loads(path.read_bytes()).get("territories", {})  # noqa: S301 - a file of the package
        for code, name in territories.items():
            if name != code and (code.isalpha() or code in _CONTINENTS):
                yield language, code, name
        for one, other in (*_SHARED_NAMES, *(pair[::-1] for pair in _SHARED_NAMES)):
            if one in territories and territories[one] in territories.get(other, ""):
                yield language, other, territories[one]


def _key(name: str) -> str:
    text = unicodedata.normalize("NFKC", name.translate(_APOSTROPHES)).casefold()
    return " ".join(_INVISIBLE.sub("", text).split())


def _plain_key(key: str) -> str:
    """Return the letters of a key without accents; other scripts keep their marks, which are letters there."""
    return _PUNCTUATION.sub("", without_accents(key))
