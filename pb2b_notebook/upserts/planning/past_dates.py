"""Whether a cell of a list is a date that is past, however the list writes its dates. Pure."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from typing import Any, Final

from pb2b_notebook.cleanup.values.dates import clear_date
from pb2b_notebook.mapping.cells.converters import converter
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.nulls import is_null

_LONGEST: Final = 40
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DAY: Final = LeadField("day", "date", builtin=False)
_READERS: Final = ("excel_serial", "day_first", "month_first")


def is_past(cell: Any, today: dt.date) -> bool | None:
    """Return whether a cell has a date that is past, and ``None`` if it has no date.

    A date of which the day and the month are not sure is past if it may be; so is a text of which only the year is.

    >>> day = dt.date(2026, 3, 10)
    >>> [is_past(cell, day) for cell in ("31.03.2024", "2026-03-09", "3/2026", "March 2025", 45000, "02/04/2026")]
    [True, True, True, True, True, True]
    >>> [is_past(cell, day) for cell in ("2099-12-31", "11.04.2026", "yes", "12", None)]
    [False, False, None, None, None]
    """
    if is_null(cell) or isinstance(cell, bool):
        return None
    if isinstance(cell, dt.date):  # a time is one, too
        return (cell.date() if isinstance(cell, dt.datetime) else cell) < today
    text = str(cell).strip().removesuffix(" 00:00:00")
    if len(text) > _LONGEST:
        return None
    dates = [clear_date(text)]
    for name in _READERS:
        with suppress(ValueError):
            dates.append(converter(name)(text, _DAY))
    found = [date for date in dates if isinstance(date, dt.date)]
    year = _YEAR.search(text)
    if found:
        return min(found) < today
    return None if year is None else int(year[0]) <= today.year
