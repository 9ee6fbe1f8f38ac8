"""Recognize columns of when a person left a company or took a consent back, and the cells of those who did. Pure.

The words of each language are in ``leaving_dates.toml``. Exits, departures and ends are also those of goods, trips and
contracts: such a word counts beside a date or a job, and with no other word.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache, lru_cache
from typing import Any, Final, Literal

from pb2b_notebook.nulls import is_null
from pb2b_notebook.opt_outs.vocabulary import plain_words, spellings
from pb2b_notebook.shipped_tables import read_table

_KINDS: Final = {"leaving": "L", "maybe": "M", "end": "E", "job": "J", "dates": "D", "beside": "B"}
"""The letter for each kind of words."""
_SURELY: Final = re.compile("(?=.*L|.*E.*J|.*J.*E|.*M.*J|.*J.*M)[A-Z ]+")
_PERHAPS: Final = re.compile("(?=.*M.*D|.*D.*M)[A-Z ]+")
_YEAR_FIRST: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)\D{1,3}(\d\d?)(?:\D{1,3}(\d\d?))?(?!\d)")
_YEAR_LAST: Final = re.compile(r"(?<!\d)(?:(\d\d?)[./-]\s?)?(\d\d?)[./-]\s?((?:19|20)?\d\d)(?!\d)")
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_LONGEST: Final = 40
_MONTHS: Final = 12
_FIRST_DAY: Final = dt.date(1899, 12, 30)
_SERIALS: Final = range(20_000, 80_000)
"""Days that workbooks count from the first one: of the years 1954 to 2119."""


@lru_cache(maxsize=1024)
def names_leaving(name: str) -> Literal["surely", "perhaps"] | None:
    """Return whether a column of this name has when a person left, or whether it may be about goods or trips.

    >>> [names_leaving(name) for name in ("Austritt", "End of employment", "Slutdatum (anst.)", "Left company")]
    ['surely', 'surely', 'surely', 'surely']
    >>> [names_leaving(name) for name in ("Exit date", "Fecha de salida", "Abgangsdatum")]
    ['perhaps', 'perhaps', 'perhaps']
    >>> [names_leaving(name) for name in ("Exit", "End date", "Contract end", "Departure airport", "Left message on")]
    [None, None, None, None, None]
    """
    compound, words = _patterns()
    kinds = words.sub(lambda found: found.lastgroup or "", compound.sub(r"\1 \2", plain_words(name)))
    if _SURELY.fullmatch(kinds):
        return "surely"
    return "perhaps" if _PERHAPS.fullmatch(kinds) else None


def is_past(cell: Any, today: dt.date) -> bool | None:
    """Return whether a cell has a date that is past, and ``None`` if it has no date.

    A date of which the day or the month is not sure is past if it may be.

    >>> day = dt.date(2026, 3, 10)
    >>> [is_past(cell, day) for cell in ("31.03.2024", "2026-03-09", "3/2026", "March 2025", 45000, "31.12.99")]
    [True, True, True, True, True, True]
    >>> [is_past(cell, day) for cell in ("2099-12-31", "11.04.2026", "yes", "12", None)]
    [False, False, None, None, None]
    """
    if is_null(cell) or isinstance(cell, bool):
        return None
    if isinstance(cell, dt.datetime):
        return cell.date() < today
    if isinstance(cell, dt.date):
        return cell < today
    text = str(cell).strip()
    number = text.removesuffix(".0")
    if number.isdecimal() and len(number) == len(str(_SERIALS.start)) and int(number) in _SERIALS:
        return _FIRST_DAY + dt.timedelta(int(number)) < today
    return _is_past(text, today) if len(text) <= _LONGEST else None


def _is_past(text: str, today: dt.date) -> bool | None:
    if found := _YEAR_FIRST.search(text):
        return _earliest(int(found[1]), found[2], found[3]) < today
    if found := _YEAR_LAST.search(text):
        year = int(found[3])
        century = 0 if len(found[3]) > len("99") else 2000 if year <= (today.year + _MONTHS) % 100 else 1900
        return _earliest(year + century, found[2], found[1]) < today
    if found := _YEAR.search(text):
        return int(found[0]) <= today.year
    return None


def _earliest(year: int, *parts: str | None) -> dt.date:
    """Return the earliest date of a year with a day and a month in either order."""
    numbers = [int(part) for part in parts if part]
    months = [number for number in numbers if 1 <= number <= _MONTHS]
    month = min(months, default=1)
    day = max(numbers) if len(numbers) > 1 else 1
    try:
        return dt.date(year, month, day)
    except ValueError:
        return dt.date(year, month, 1)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of compounds of a leaving or a job with a date, and of all words by kinds."""
    table = read_table(__package__, "leaving_dates.toml")
    first, day = ("|".join(sorted(spellings(table[key]), key=len, reverse=True)) for key in ("maybe", "day"))
    words = [
        (plain, letter, r"\w*" if word.endswith("*") else "")
        for kind, letter in _KINDS.items()
        for word in table[kind]
        for plain in spellings([word])
    ]
    words.sort(key=lambda each: (-each[0].count(" "), bool(each[2]), -len(each[0])))
    kinds = {letter: [plain + more for plain, of, more in words if of == letter] for letter in _KINDS.values()}
    either = "|".join(f"(?P<{letter}>{'|'.join(listed)})" for letter, listed in kinds.items())
    return re.compile(rf"\b({first})s?({day})\b"), re.compile(rf"\b(?:{either})\b")
