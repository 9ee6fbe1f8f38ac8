"""Read dates and times in text, in the one form that an import accepts."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

from pb2b_notebook.cleanup.values.text import tidy_text
from pb2b_notebook.mapping.cells.conversion import convert
from pb2b_notebook.mapping.cells.converters import converter
from pb2b_notebook.mapping.suggestions.recognition import fit, sample
from pb2b_notebook.shipped_tables import read_table
from pb2b_notebook.times import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pb2b_notebook.mapping.lead_fields import LeadField

CANONICAL_DATE: Final = "^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])$"
"""Dates that exist and are written in ISO 8601, for any engine; not all of them."""

# Spreadsheets and pandas write a date as its midnight.
_MIDNIGHT: Final = r"(?:[T ]00:00(?::00(?:\.0+)?)?)?"
_NAME: Final = r"(?P<name>[^\W\d_]{3,12})\.?"
_YEAR: Final = r"(?P<year>[0-9]{4})"
_YEAR_END: Final = r"(?:\.|\s?(?:г|р|год[ау]?|року)\.?)?"
"""What follows a year: a full stop in Croatian, the word for "year" in Russian, Bulgarian and Ukrainian."""
# No locale of CLDR puts the month first and separates with points.
_POINTED: Final = re.compile(rf"(?P<day>[0-9]{{1,2}})\. ?(?P<month>[0-9]{{1,2}})\. ?{_YEAR}{_YEAR_END}")
# "Mon, 3 March 2025", "Mo. 03.03.2025", "le lundi 3 mars 2025".
_WITH_WEEKDAY: Final = re.compile(
    r"(?:le |el |il )?(?P<weekday>[^\W\d_]{2,12}(?:-feira)?)[.,]{0,2} (?P<date>.+)", re.DOTALL
)
_CLEAR: Final = (
    re.compile(rf"{_YEAR}(?P<sign>[-/.])(?P<month>[0-9]{{1,2}})(?P=sign)(?P<day>[0-9]{{1,2}}){_MIDNIGHT}"),
    re.compile("(?P<year>(?:19|20)[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"),
    _POINTED,
    re.compile(
        rf"(?P<day>[0-9]{{1,2}})(?:\.|st|nd|rd|th|er|º)?[ -]?(?:de |d['’])?{_NAME},?(?: del?)?[ -]{_YEAR}{_YEAR_END}"
    ),
    re.compile(rf"{_NAME} (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}"),
    # 2024. 01. 05. in Korean and Hungarian; a Chinese, Japanese or Korean sign behind each number.
    re.compile(rf"{_YEAR}\. ?(?P<month>[0-9]{{1,2}})\. ?(?P<day>[0-9]{{1,2}})\.?"),
    re.compile(rf"{_YEAR}[年년] ?(?P<month>[0-9]{{1,2}})[月월] ?(?P<day>[0-9]{{1,2}})[日일]"),
    # "2024. január 5." in Hungarian, "2024 m. sausio 5 d." in Lithuanian, 2024-Jan-05.
    re.compile(rf"{_YEAR}(?:\.| m\.)?[ -]{_NAME}[ -](?P<day>[0-9]{{1,2}})(?:\.| d\.)?"),
)

_LANGUAGES: Final = (
    "az", "be", "bg", "bs", "ca", "cs", "da", "el", "es", "et", "eu", "fi", "gl", "hr", "hu", "hy", "id", "is", "it",
    "ka", "kk", "lt", "lv", "mk", "ms", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sr_Latn", "sv",
    "tr", "uk", "uz",
)  # fmt: skip
"""Languages that write the month as one word, of which ``months.toml`` has only some."""


def date_reader(field: LeadField, values: Sequence[Any]) -> Callable[[str], str | None]:
    """Return a function that writes a date or time of a column in ISO 8601, or returns ``None`` if it is not sure.

    It is sure of texts with one reading: 2026/3/10, 10.3.2026, 10 March 2026. 31/12/2026 is read as all values of the
    column allow: day first, if some value starts with a number above 12. The result is ``None`` if the column leaves it
    open, or if a time has no zone.

    Args:
        field: Lead field of type "date" or "datetime".
        values: All values of the column that are not blank.

    >>> from pb2b_notebook.mapping.lead_fields import LeadField
    >>> to_iso = date_reader(LeadField("renewal", "date", builtin=False), ["31/12/2026", "1/2/2026"])
    >>> to_iso("1/2/2026"), to_iso("March 3, 2026"), to_iso("soon")
    ('2026-02-01', '2026-03-03', None)
    """
    tidy = [tidy_text(value).value for value in values if isinstance(value, str)]
    texts = [text for text in tidy if text and clear_date(text) is None]
    chosen = fit(sample(texts), field).converter if texts else ""
    by_order = converter(chosen) if chosen in {"day_first", "month_first"} else None

    def to_iso(text: str) -> str | None:
        clear = clear_date(text) if field.type == "date" else None
        if clear is not None and chosen == "month_first" and _POINTED.fullmatch(text):
            return None  # points separate here although the month is first
        return _iso(clear or _converted_value(text, field, by_order))

    return to_iso


def clear_date(text: str) -> dt.date | None:
    """Return the date of a text that has one reading only, whatever else its column holds; else ``None``.

    A day of the week before the date is one that the date has; otherwise one of the two is wrong.

    >>> clear_date("10. März 2026"), clear_date("March 10, 2026") == clear_date("2026/3/10") == clear_date("10.03.2026")
    (datetime.date(2026, 3, 10), True)
    >>> clear_date("3/10/2026"), clear_date("10-Mar-26"), clear_date("2026-02-30")
    (None, None, None)
    >>> clear_date("Mon, 3 March 2025"), clear_date("Tue, 3 March 2025")
    (datetime.date(2025, 3, 3), None)
    >>> clear_date("2026年3月10日") == clear_date("10 Mart 2026") == clear_date("10 марта 2026 г.")
    True
    """
    # Mar is March in English and a Tuesday in Spanish: "Mar 10, 2026", "mar 10 mar 2026".
    whole = _clear_date(text)
    dated = _WITH_WEEKDAY.fullmatch(text.strip()) if whole is None else None
    weekday = None if dated is None else _number(dated["weekday"], weekday_numbers(), "days")
    if dated is None or weekday is None:
        return whole
    day = _clear_date(dated["date"])
    return day if day is not None and day.isoweekday() == weekday else None


def _clear_date(text: str) -> dt.date | None:
    for form in _CLEAR:
        found = form.fullmatch(text.strip())
        if found is None:
            continue
        parts = found.groupdict()
        month = _number(parts["name"], month_numbers(), "months") if parts.get("name") else int(parts["month"])
        try:
            return None if month is None else dt.date(int(parts["year"]), month, int(parts["day"]))
        except ValueError:
            return None
    return None


@cache
def month_numbers() -> dict[str, int]:
    """Return the number of each month by its names and abbreviations, in lower case and without points."""
    return _numbers("months.toml")


@cache
def weekday_numbers() -> dict[str, int]:
    """Return the number of each day of the week by its names and abbreviations, Monday being 1."""
    return _numbers("weekdays.toml")


def _number(name: str, usual: Mapping[str, int], kind: Literal["months", "days"]) -> int | None:
    """Return the number of a month or a day of the week: by the usual names, or by those of CLDR."""
    name = name.lower()
    return usual[name] if name in usual else _numbers_in_all_languages(kind).get(_with_dots(name))


def _with_dots(name: str) -> str:
    """Return a name with one i for those of Turkish, as programs that do not know it change their case."""
    return name.replace("i\u0307", "i").replace("ı", "i")


@cache
def _numbers_in_all_languages(kind: Literal["months", "days"]) -> dict[str, int]:
    """Return the numbers of names that mean the same in all languages that have them; none without babel.

    Listopad is October in Croatian and November in Polish, and is not read.
    """
    try:
        from babel import Locale
    except ModuleNotFoundError:
        return {}
    found = defaultdict[str, set[int]](set)
    for language in _LANGUAGES:
        for names in getattr(Locale.parse(language), kind).values():
            for number, name in (*names["wide"].items(), *names["abbreviated"].items()):
                found[_with_dots(name.lower().strip("."))].add(number if kind == "months" else number + 1)
    return {name: next(iter(numbers)) for name, numbers in found.items() if len(numbers) == 1}


def _numbers(file: str) -> dict[str, int]:
    return {name: int(number) for number, names in read_table(__package__, file).items() for name in names}


def _converted_value(text: str, field: LeadField, by_order: Any) -> Any:
    if by_order is not None:
        try:
            return convert(by_order(text, field), field)
        except ValueError:
            pass  # some values of the column may be in ISO 8601 already
    try:
        return convert(text, field)
    except ValueError:
        return None


def _iso(value: Any) -> str | None:
    if isinstance(value, dt.datetime):
        return iso(value)
    return value.isoformat() if isinstance(value, dt.date) else None
