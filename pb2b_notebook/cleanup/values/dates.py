"""Read dates and times in text, in the one form that an import accepts."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.mapping.cells.conversion import convert
from pb2b_notebook.mapping.cells.converters import converter
from pb2b_notebook.mapping.suggestions.recognition import fit, sample
from pb2b_notebook.times import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pb2b_notebook.mapping.lead_fields import LeadField

CANONICAL_DATE: Final = "^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])$"
"""Dates that exist and are written in ISO 8601, for any engine; not all of them."""

# Spreadsheets and pandas write a date as its midnight.
_MIDNIGHT: Final = r"(?:[T ]00:00(?::00(?:\.0+)?)?)?"
_NAME: Final = r"(?P<name>[^\W\d_]{3,12})\.?"
_YEAR: Final = r"(?P<year>[0-9]{4})"
# No locale of CLDR puts the month first and separates with points.
_POINTED: Final = re.compile(rf"(?P<day>[0-9]{{1,2}})\.(?P<month>[0-9]{{1,2}})\.{_YEAR}")
# "Mon, 3 March 2025", "Mo. 03.03.2025", "le lundi 3 mars 2025".
_WITH_WEEKDAY: Final = re.compile(
    r"(?:le |el |il )?(?P<weekday>[^\W\d_]{2,12}(?:-feira)?)[.,]{0,2} (?P<date>.+)", re.DOTALL
)
_CLEAR: Final = (
    re.compile(rf"{_YEAR}(?P<sign>[-/.])(?P<month>[0-9]{{1,2}})(?P=sign)(?P<day>[0-9]{{1,2}}){_MIDNIGHT}"),
    re.compile("(?P<year>(?:19|20)[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"),
    _POINTED,
    re.compile(rf"(?P<day>[0-9]{{1,2}})(?:\.|st|nd|rd|th|er|º)?[ -]?(?:de )?{_NAME},?(?: de)?[ -]{_YEAR}"),
    re.compile(rf"{_NAME} (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}"),
)


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
    texts = [value for value in values if isinstance(value, str) and clear_date(value) is None]
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
    """
    dated = _WITH_WEEKDAY.fullmatch(text.strip())
    weekday = None if dated is None else weekday_numbers().get(dated["weekday"].lower())
    if dated is None or weekday is None:
        return _clear_date(text)
    day = _clear_date(dated["date"])
    return day if day is not None and day.isoweekday() == weekday else None


def _clear_date(text: str) -> dt.date | None:
    for form in _CLEAR:
        found = form.fullmatch(text.strip())
        if found is None:
            continue
        parts = found.groupdict()
        month = month_numbers().get(parts["name"].lower()) if parts.get("name") else int(parts["month"])
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


def _numbers(file: str) -> dict[str, int]:
    text = resources.files("pb2b_notebook.cleanup.values").joinpath(file).read_text(encoding="utf-8")
    return {name: int(number) for number, names in tomllib.loads(text).items() for name in names}


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
