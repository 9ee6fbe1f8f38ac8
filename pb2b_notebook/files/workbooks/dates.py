"""Dates and times of workbooks, which are numbers in the format of dates."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Final

DATE_FORMATS: Final = frozenset({*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)})
"""Built-in formats of dates and times (ECMA-376 part 1, 18.8.30)."""
DURATION: Final = re.compile(r"\[[hms]+\]", re.IGNORECASE)
"""Part of the format of a duration, such as ``[h]:mm``."""
_NEVER_WAS: Final = 60
_LAST_DAY: Final = 2_958_465
"""The serial of the 31st of December 9999."""
_NOT_OF_DATES: Final = re.compile(r'".*?"|\\.|\[[^\]]*\]', re.DOTALL)


_PLAIN: Final = 1
_DATE: Final = 2
_ROWS: Final = 1024


def is_date_format(code: str) -> bool:
    """Return whether a format shows a number as a date or a time.

    >>> [is_date_format(code) for code in ("dd.mm.yyyy", "0.00", '0 "days"', "[Red]0")]
    [True, False, False, False]
    """
    return re.search("[ymdhs]", _NOT_OF_DATES.sub("", code).lower()) is not None


def stands_for_no_date(number: float) -> bool:
    """Return whether a number is below 0, or of the day 60, the 29th of February 1900, which never was."""
    return number < 0 or math.floor(number) == _NEVER_WAS


def day_of(serial: int, *, of_1904: bool) -> dt.date | dt.time | int:
    """Return what the reader makes of a whole number in the format of dates; the number, if it is too large for a day.

    >>> day_of(45_000, of_1904=False), day_of(0, of_1904=False)
    (datetime.date(2023, 3, 15), datetime.time(0, 0))
    """
    if of_1904:
        serial += 1462
    if serial > _LAST_DAY:
        return serial
    if serial <= 0:
        return dt.time()
    # Lotus 1-2-3, and so Excel, took 1900 for a leap year.
    return dt.date(1899, 12, 31 - (serial >= _NEVER_WAS)) + dt.timedelta(serial)


class PackedDates:
    """Places of whole numbers in the format of dates, of which the reader says only the number.

    The reader gives a date for the same number in 8 bytes. A place that has another whole number on another sheet is
    not among them: it is not known here which sheet is read.

    Attributes:
        of_1904: Whether the days of the workbook are counted from 1904.
    """

    def __init__(self) -> None:
        self.of_1904 = False
        self._marks: dict[tuple[int, int], bytearray] = {}

    def hold(self, row: int, column: int) -> bool:
        """Return whether a cell is one of them."""
        marks = self._marks.get((column, row // _ROWS))
        return marks is not None and marks[row % _ROWS] == _DATE

    def add(self, row: int, column: int, *, is_date: bool) -> None:
        """Remember what a cell with a whole number shows."""
        marks = self._marks.setdefault((column, row // _ROWS), bytearray(_ROWS))
        marks[row % _ROWS] |= _DATE if is_date else _PLAIN
