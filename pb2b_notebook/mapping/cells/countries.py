"""Recognize countries by the names and codes in lead lists (ISO 3166-1, https://www.iso.org/obp/ui/#search)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any, Final

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
_CALLING_CODES: Final = {
    "A": "43", "B": "32", "D": "49", "E": "34", "F": "33", "H": "36", "I": "39", "J": "81", "L": "352", "N": "47",
    "P": "351", "S": "46",
}  # fmt: skip
"""Country calling codes (ITU-T E.164) of the signs of one letter."""
_ABROAD: Final = re.compile(r"\s*(?:\+|00)[\s(]*([1-9][\d\s().-]{0,20})")
_DOMAIN: Final = re.compile(r"[^@\s]{0,200}@\S{1,200}\.([a-z]{2})\s*", re.IGNORECASE)
_MOST_AGAINST: Final = 0.1
"""Rows whose phone or address is of another country than the sign: people who moved."""
_ALIKE: Final = 0.85
_PERHAPS_ALIKE: Final = 0.75
_LEAST_LETTERS: Final = 5
"""Least similarity, by ``difflib``, of a misspelled name and of a rival; least letters, since Iran is like Irak."""
_FEW: Final = 3
"""Least number of countries beside one another that show what single letters mean: D and A may be home and abroad."""
_CLEAR_ALONE: Final = frozenset("ABDFI")
"""Letters that are signs of vehicles also without another one beside them; an "S" may be Spain, and a "P" Poland."""
STATES: Final = """
    AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA
    RI SC SD TN TX UT VT VA WA WV WI WY DC PR AB BC MB NB NL NS ON PE QC SK
"""
"""Codes of states of the USA and provinces of Canada, many of which are codes of countries as well."""
_MOST_UNREAD: Final = 0.2
"""Unread words by country, in a column of countries: an "abroad" or a slip of the pen."""
_DIGRAPHS: Final = (("ae", "a"), ("oe", "o"), ("ue", "u"))
"""Umlauts as they are written in ASCII: TUERKEI."""


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


def nearest_country_code(text: str) -> str | None:
    """Return the code of the only country whose name is like a misspelled one; to be suggested, since it is a guess.

    >>> [nearest_country_code(name) for name in ("Östereich", "Austrial", "Irn")]
    ['AT', None, None]
    """
    name = _fold(text)
    if len(name) < _LEAST_LETTERS or not get_close_matches(name, _by_name(), 1, _ALIKE):
        return None
    codes = {_by_name()[one] for one in get_close_matches(name, _by_name(), 9, _PERHAPS_ALIKE)}
    return codes.pop() if len(codes) == 1 else None


def vehicle_country_code(text: str) -> str | None:
    """Return the code of a country from its name, its code or its sign on vehicles, in a column of such signs.

    >>> vehicle_country_code("D"), vehicle_country_code("CH"), vehicle_country_code("X")
    ('DE', 'CH', None)
    """
    return _VEHICLE_CODES.get(text.strip().upper()) or country_code(text)


def are_vehicle_codes(texts: Iterable[str]) -> bool:
    """Return whether the single letters of a column of countries are those of vehicles.

    Each of them must be one, and nearly all the rest countries, whether by name or by code; one letter is not read
    where each code is also one of a state of the USA or a province of Canada. Two letters must stand beside a third
    country, and so must an A, B, F or I alone, unless another country begins with it. A D stands beside any country, or
    beside two others if one of them begins with D.

    >>> are_vehicle_codes(["D", "F", "A"]), are_vehicle_codes(["D", "CH"]), are_vehicle_codes(["D", "A"])
    (True, True, False)
    >>> are_vehicle_codes(["D", "UK", "Türkiye"]), are_vehicle_codes(["D", "CA", "IL", "PA"])
    (True, False)
    >>> are_vehicle_codes(["B", "NL", "L"]), are_vehicle_codes(["B", "NL"]), are_vehicle_codes(["B", "CH", "BR"])
    (True, False, False)
    """
    found = {text.strip().upper() for text in texts}
    letters = {text for text in found if len(text) == 1}
    if not letters or not letters <= _VEHICLE_CODES.keys():
        return False
    codes = {text: vehicle_country_code(text) for text in found}
    unread = [text for text, code in codes.items() if code is None]
    rest = found - letters - {*unread}
    if len(unread) > _MOST_UNREAD * len(rest):
        return False
    countries = {*codes.values()} - {None}
    is_of_states = bool(rest) and rest.issubset(STATES.split())
    if len(letters) == 1 and (is_of_states or not letters <= _CLEAR_ALONE):
        return False
    others = {text for text in rest if text[0] in letters and codes[text] != _VEHICLE_CODES[text[0]]}
    if letters == {"D"}:
        return len(countries) >= _FEW if others else bool(rest)
    return len(countries) >= _FEW and (len(letters) > 1 or not others)


def are_signs_of_rows(texts: Sequence[Any], others: Iterable[Sequence[Any]]) -> bool:
    """Return whether the letters of a column of countries are signs of vehicles by phones and addresses of the rows.

    Each letter needs a row whose phone or address is of its country; a D beside an A may else be home and abroad.

    Args:
        texts: The cells of the column.
        others: The cells of the columns beside it.

    >>> phones = ["+49 30 901820", "0043 1 901820", "030 901820"]
    >>> are_signs_of_rows(["D", "A", "D"], [phones]), are_signs_of_rows(["A", "D", "D"], [phones])
    (True, False)
    """
    signs = [text.strip().upper() if isinstance(text, str) else "" for text in texts]
    letters = {sign for sign in signs if len(sign) == 1}
    if not letters or not letters <= _CALLING_CODES.keys() or not all(map(vehicle_country_code, {*signs} - {""})):
        return False
    proven, against, count = set[str](), 0, 0
    for sign, *cells in zip(signs, *others, strict=True):
        says = {_agrees(sign, cell) for cell in cells if isinstance(cell, str)} if sign in letters else set()
        count += not says <= {None}
        against += False in says
        proven |= {sign} if True in says and False not in says else set()
    return proven == letters and count > 1 and against <= _MOST_AGAINST * count


def _agrees(sign: str, cell: str) -> bool | None:
    """Return whether a phone or an email address is of the country of a sign; ``None`` if it does not show one.

    >>> [_agrees("D", cell) for cell in ("+49 30 1", "0043 1", "ada@nord.de", "ada@nord.at", "ada@nord.com", "030 1")]
    [True, False, True, False, None, None]
    """
    if phone := _ABROAD.match(cell):
        return "".join(filter(str.isdigit, phone[1])).startswith(_CALLING_CODES[sign])
    domain = _DOMAIN.fullmatch(cell)
    code = domain[1].upper() if domain else ""
    return code == _VEHICLE_CODES[sign] if code in {_VEHICLE_CODES[each] for each in _CALLING_CODES} else None


def _code_of(text: str, *, any_language: bool) -> str | None:
    word = text.strip()
    if _FLAG.fullmatch(word):
        word = "".join(chr(ord(sign) - _FIRST_OF_FLAG + ord("A")) for sign in word)
    if (code := word.upper()) in country_codes():
        return code
    found = _by_name().get(_fold(word)) or _by_name().get(_without_digraphs(_fold(word)))
    # A three-letter code that is not in upper case may be a word: Nga is Russia in Vietnamese.
    if not any_language or not word or (found and (len(word) != _CODE_LENGTH or word.isupper())):
        return found
    codes = codes_by_language(word) | ({found} if found else set())
    codes = codes or codes_by_language(_without_digraphs(word.casefold()))
    return min(codes) if len(codes) == 1 and codes <= country_codes() else None


def _fold(name: str) -> str:
    found = words(name)
    named = [_WRITTEN_OUT.get(word, word) for word in found if word not in _NO_NAMES]
    return "".join(named) or "".join(found)


def _without_digraphs(folded: str) -> str:
    """Return a folded name whose digraphs are the letters that its umlauts are folded to."""
    for digraph, letter in _DIGRAPHS:
        folded = folded.replace(digraph, letter)
    return folded


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
