"""Find the birth date of a list that has a column for each of its parts: year, month and day."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import product
from typing import Any, Final

from pb2b_notebook.mapping.naming import words
from pb2b_notebook.openapi.import_cells import is_blank

BIRTH_PARTS: Final = ("birth year", "birth month", "birth day")
"""What each column of such a date holds."""
_WORDS: Final = (
    r"year|yr|yyyy|yy|y|jahr|annee|ano|anio|anno|jaar|rok|ar|vuosi|год",
    r"month|mon|mth|mm|m|monat|mois|mes|mese|maand|miesiac|manad|maned|kuukausi|месяц",
    r"day|dd|d|tag|jour|dia|giorno|dag|dzien|paiva|день",
)
"""Words for each part, in the order of :data:`BIRTH_PARTS`."""
_BORN: Final = (
    r"born|dob|(?:date of )?birth|birth ?date|geb|geburts?|geburtsdatum|(?:de )?(?:naissance|nacimiento|nascimento)"
    r"|(?:di )?nascita|geboorte|urodzenia|fodelse|fodsels|рождения"
)
_BORN_BEGINS: Final = (
    "bday|urodzin|urodzen|fodelse|fodsels|syntyma|narozen|narodenia|dogum|geboorte|cumplean|szulet|naster|рожд"
    "|народж|γεννησ"
)
_BORN_UNSPACED: Final = "生年月日|誕生|生日|出生|생일|출생|생년|ميلاد|לידה"
_INITIALS: Final = ("by|yob", "bm|mob", "bd|dob")
_FIRST_YEAR: Final = 1850
_RANGES: Final = (None, (1, 12), (1, 31))
_MOSTLY: Final = 0.8
_GENERATION: Final = 15
"""Years that the middle four fifths of birth years span at the least, where no column says that it is about birth."""
_SHORT_YEAR: Final = 100


def birth_date_parts(columns: Mapping[str, Sequence[Any]]) -> dict[str, str]:
    """Return column → part of the birth date, if three columns hold one; else nothing.

    >>> birth_date_parts({"by": [1985, 1990], "bm": [3, 12], "bd": [7, 31], "note": ["x", "y"]})
    {'by': 'birth year', 'bm': 'birth month', 'bd': 'birth day'}
    >>> birth_date_parts({"Year": [2024, 2025], "Month": [3, 12], "Day": [7, 31]})
    {}
    """
    found = [[column for column in columns if _may_hold(column, part)] for part in range(len(BIRTH_PARTS))]
    for triple in product(*found):
        values = [_numbers(columns[column], part) for part, column in enumerate(triple)]
        is_named = all(_is_about_birth(column) for column in triple)
        is_bare = not any(_is_about_birth(column) for column in triple)
        if all(values) and (is_named or (is_bare and _span_generations(values[0]))):
            return dict(zip(triple, BIRTH_PARTS, strict=True))
    return {}


def names_birth_part(column: str) -> bool:
    """Return whether the name of a column may be that of a part of a birth date.

    >>> names_birth_part("Geburtsmonat"), names_birth_part("birth_date")
    (True, False)
    """
    return any(_may_hold(column, part) for part in range(len(BIRTH_PARTS)))


def is_about_birth(name: str) -> bool:
    """Return whether the name of a date says that it is a birth date.

    >>> is_about_birth("Geburtsdatum"), is_about_birth("Data urodzenia"), is_about_birth("renewal_date")
    (True, True, False)
    >>> [is_about_birth(name) for name in ("Fødselsdato", "Syntymäaika", "Doğum tarihi", "生年月日", "Født by", "bday")]
    [True, True, True, True, False, True]
    """
    return (
        re.search(rf"\b(?:{_BORN}|birthday|geburtstag)\b|\b(?:{_BORN_BEGINS})|{_BORN_UNSPACED}", _plain(name))
        is not None
    )


def _plain(column: str) -> str:
    return " ".join(words(column.removeprefix("custom_")))


def _may_hold(column: str, part: int) -> bool:
    name, word = _plain(column), _WORDS[part]
    return re.fullmatch(rf"(?:{_BORN})? ?(?:{word})|(?:{word})(?: of)? (?:{_BORN})|{_INITIALS[part]}", name) is not None


def _is_about_birth(column: str) -> bool:
    return not any(re.fullmatch(word, _plain(column)) for word in _WORDS)


def _numbers(values: Sequence[Any], part: int) -> list[int]:
    """Return the numbers of a column if most of its values are such a part; else none."""
    texts = [str(value).strip() for value in values if not is_blank(value)]
    numbers = [int(float(text)) for text in texts if re.fullmatch(r"\d{1,4}(?:\.0+)?", text)]
    low, high = _RANGES[part] or (_FIRST_YEAR, datetime.now(UTC).year)
    fits = [number for number in numbers if low <= number <= high or (part == 0 and number < _SHORT_YEAR)]
    names = [text for text in texts if part == 1 and re.fullmatch(r"[^\W\d_]{3,}\.?", text)]
    return (fits or [1] * len(names)) if len(fits) + len(names) >= _MOSTLY * max(1, len(texts)) else []


def _span_generations(years: Sequence[int]) -> bool:
    ordered = sorted(years)
    return ordered[(9 * (len(ordered) - 1)) // 10] - ordered[len(ordered) // 10] >= _GENERATION
