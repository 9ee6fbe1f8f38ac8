"""Recognize countries by the names and codes in lead lists (ISO 3166-1, https://www.iso.org/obp/ui/#search)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from pb2b_notebook.mapping.cells.country_names import codes_by_language
from pb2b_notebook.mapping.naming import words
from pb2b_notebook.mapping.vocabulary import read

_PARTS: Final = re.compile(r"\s*[()\[\]/|,;:]\s*|\s+[-–—]\s+")
_LONGEST: Final = 200
_CODE_LENGTH: Final = 3
_NO_NAMES: Final = frozenset({"the", "and"})
_WRITTEN_OUT: Final = {"st": "saint", "rep": "republic", "dem": "democratic", "fed": "federation", "is": "islands"}
_FLAG: Final = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_FIRST_OF_FLAG: Final = 0x1F1E6
_VEHICLE_CODES: Final = {
    "A": "AT", "B": "BE", "D": "DE", "E": "ES", "F": "FR", "H": "HU", "I": "IT", "J": "JP", "L": "LU", "N": "NO",
    "P": "PT", "S": "SE", "CDN": "CA", "FL": "LI", "RSM": "SM", "SLO": "SI",
}  # fmt: skip
"""Distinguishing signs of vehicles (UN, Vienna 1968) that are not codes of ISO 3166-1; German lists use them."""
_FEW: Final = 3
"""Least number of countries beside one another that show what single letters mean: D and A may be home and abroad."""


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


def vehicle_country_code(text: str) -> str | None:
    """Return the code of a country from its name, its code or its sign on vehicles, in a column of such signs.

    >>> vehicle_country_code("D"), vehicle_country_code("CH"), vehicle_country_code("X")
    ('DE', 'CH', None)
    """
    return _VEHICLE_CODES.get(text.strip().upper()) or country_code(text)


def are_vehicle_codes(texts: Iterable[str]) -> bool:
    """Return whether the single letters of a column of countries are those of vehicles.

    Each of them must be one. Two letters must stand beside a third country, or D alone beside codes that do not start
    with D.

    >>> are_vehicle_codes(["D", "F", "A"]), are_vehicle_codes(["D", "CH"]), are_vehicle_codes(["D", "A"])
    (True, True, False)
    """
    found = {text.strip().upper() for text in texts}
    letters = {text for text in found if len(text) == 1}
    if not letters or not letters <= _VEHICLE_CODES.keys():
        return False
    countries = {vehicle_country_code(text) for text in found} - {None}
    if letters == {"D"}:
        return len(countries) > 1 and all(text in country_codes() and text[0] != "D" for text in found - letters)
    return len(letters) > 1 and len(countries) >= _FEW


def _code_of(text: str, *, any_language: bool) -> str | None:
    word = text.strip()
    if _FLAG.fullmatch(word):
        word = "".join(chr(ord(sign) - _FIRST_OF_FLAG + ord("A")) for sign in word)
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
    named = [_WRITTEN_OUT.get(word, word) for word in found if word not in _NO_NAMES]
    return "".join(named) or "".join(found)


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
