"""Dates and times that are text, in the one form that an import takes, where the text or its column tells how."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.rewriting import Way
from pb2b_notebook.cleanup.values.text import Rewritten, tidied
from pb2b_notebook.mapping.conversion import convert
from pb2b_notebook.mapping.converters import converter
from pb2b_notebook.mapping.recognition import fit, sample
from pb2b_notebook.times import iso

if TYPE_CHECKING:
    from collections.abc import Sequence

    import narwhals as nw

    from pb2b_notebook.mapping.lead_fields import LeadField

_DAY = "^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])$"
# A spreadsheet, and pandas, write a day as its midnight.
_MIDNIGHT: Final = r"(?:[T ]00:00(?::00(?:\.0+)?)?)?"
_NAME: Final = r"(?P<name>[^\W\d_]{3,12})\.?"
_YEAR: Final = r"(?P<year>[0-9]{4})"
# Nowhere is the month first where points part them (CLDR).
_POINTED: Final = re.compile(rf"(?P<day>[0-9]{{1,2}})\.(?P<month>[0-9]{{1,2}})\.{_YEAR}")
_CLEAR: Final = (
    re.compile(rf"{_YEAR}(?P<sign>[-/.])(?P<month>[0-9]{{1,2}})(?P=sign)(?P<day>[0-9]{{1,2}}){_MIDNIGHT}"),
    re.compile("(?P<year>(?:19|20)[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"),
    _POINTED,
    re.compile(rf"(?P<day>[0-9]{{1,2}})(?:\.|st|nd|rd|th|er|º)?[ -]?(?:de )?{_NAME},?(?: de)?[ -]{_YEAR}"),
    re.compile(rf"{_NAME} (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}"),
)


def date_way(field: LeadField, values: Sequence[Any]) -> Way:
    """The way for a column of dates or times.

    What can be read in one way only is: 2026/3/10, 10.3.2026, 10 March 2026. 31/12/2026 is read as all values of the
    column allow: with the day first, if some value has a day past 12 in front. Where the column leaves it open, nothing
    is changed. Times without a zone are left alone: no zone can be guessed.

    Args:
        field: of type ``date`` or ``datetime``.
        values: all of the column that say something.
    """
    texts = [value for value in values if isinstance(value, str) and clear_date(value) is None]
    chosen = fit(sample(texts), field).converter if texts else ""
    read = converter(chosen) if chosen in {"day_first", "month_first"} else None

    def rewrite(value: str, _context: Any) -> Rewritten:
        tidy = tidied(value)
        if tidy.value is None:
            return tidy
        clear = clear_date(tidy.value) if field.type == "date" else None
        if clear is not None and chosen == "month_first" and _POINTED.fullmatch(tidy.value):
            return tidy  # this column has its own way
        text = _written(clear or _read(tidy.value, field, read))
        return tidy if text is None or text == tidy.value else Rewritten(text, (*tidy.rules, "iso_8601"))

    def is_day(text: nw.Expr) -> nw.Expr:
        return text.str.contains(_DAY)

    return Way(rewrite, is_day if field.type == "date" else None)


def clear_date(text: str) -> dt.date | None:
    """The day that a text names, if it can be read in one way only, whatever else its column holds.

    >>> clear_date("10. März 2026"), clear_date("March 10, 2026") == clear_date("2026/3/10") == clear_date("10.03.2026")
    (datetime.date(2026, 3, 10), True)
    >>> clear_date("3/10/2026"), clear_date("10-Mar-26"), clear_date("2026-02-30")
    (None, None, None)
    """
    for form in _CLEAR:
        found = form.fullmatch(text.strip())
        if found is None:
            continue
        parts = found.groupdict()
        month = _months().get(parts["name"].lower()) if parts.get("name") else int(parts["month"])
        try:
            return None if month is None else dt.date(int(parts["year"]), month, int(parts["day"]))
        except ValueError:
            return None
    return None


@cache
def _months() -> dict[str, int]:
    text = resources.files("pb2b_notebook.cleanup.values").joinpath("months.toml").read_text(encoding="utf-8")
    return {name: int(number) for number, names in tomllib.loads(text).items() for name in names}


def _read(text: str, field: LeadField, read: Any) -> Any:
    if read is not None:
        try:
            return convert(read(text, field), field)
        except ValueError:
            pass  # others of the column may say it outright
    try:
        return convert(text, field)
    except ValueError:
        return None


def _written(value: Any) -> str | None:
    if isinstance(value, dt.datetime):
        return iso(value)
    return value.isoformat() if isinstance(value, dt.date) else None
