"""Recognize countries by the names and codes in lead lists (ISO 3166-1, https://www.iso.org/obp/ui/#search)."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from pb2b_notebook.mapping.country_names import codes_by_language
from pb2b_notebook.mapping.naming import words
from pb2b_notebook.mapping.vocabulary import read

_PARTS: Final = re.compile(r"\s*[()\[\]/|,;:]\s*|\s+[-–—]\s+")
_LONGEST: Final = 200
_CODE_LENGTH: Final = 3
_NO_NAMES: Final = frozenset({"the", "and"})


def country_code(text: str, *, any_language: bool = True) -> str | None:
    """Return the two-letter code of a country, from its name or a code in any case; ``None`` if it is not certain.

    The names that lead lists write are known to the package. The extra "cleanup" adds the names of all countries in all
    languages of the Unicode CLDR, by babel; a name that means two countries, such as "Kongo", is not read. Three digits
    are not read either: 380 is Italy in ISO 3166-1, and the calling code of Ukraine. "UK" is not assigned by ISO 3166-1
    and is read as a name of GB. Several names or codes in one text are read if all refer to the same country.

    Args:
        text: Name or code.
        any_language: Whether the names of all languages are read, if babel is installed.

    >>> country_code("de"), country_code("ÖSTERREICH"), country_code("Ruritania")
    ('DE', 'AT', None)
    >>> country_code("Korea (the Republic of)"), country_code("DE - Germany"), country_code("Germany / France")
    ('KR', 'DE', None)
    """
    text = text.strip()
    found = _code_of(text, any_language=any_language) if len(text) <= _LONGEST else None
    if found is None and (parts := _PARTS.split(text[:_LONGEST].strip(" ()[]"))) and len(parts) > 1:
        codes = {_code_of(part, any_language=any_language) for part in parts if part.strip()}
        found = codes.pop() if len(codes) == 1 else None
    return found


def _code_of(text: str, *, any_language: bool) -> str | None:
    word = text.strip()
    if (code := word.upper()) in country_codes():
        return code
    found = _by_name().get(_fold(word))
    # A three-letter code that is not in upper case may be a word: Nga is Russia in Vietnamese.
    if not any_language or not word or (found and (len(word) != _CODE_LENGTH or word.isupper())):
        return found
    codes = codes_by_language(word) | ({found} if found else set())
    return min(codes) if len(codes) == 1 and codes <= country_codes() else None


def _fold(name: str) -> str:
    found = words(name)
    return "".join(word for word in found if word not in _NO_NAMES) or "".join(found)


@cache
def country_codes() -> frozenset[str]:
    """Return all two-letter codes."""
    return frozenset(_names())


@cache
def _names() -> dict[str, list[str]]:
    return read("countries")


@cache
def _by_name() -> dict[str, str]:
    return {_fold(name): code for code, names in _names().items() for name in names}
