"""Instants on the wire: ISO 8601 in UTC with milliseconds and ``Z``, such as ``2026-03-10T12:00:00.000Z``.

The fixed width makes the text sort like the time, so the store compares instants as text.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

# RFC 3339, section 5.6. Explicit digits: ``\d`` would accept the digits of other scripts.
_RFC3339 = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,18}))?"
    r"(?:([Zz])|([+-])([0-9]{2}):([0-9]{2}))"
)
_MINUTES_AN_HOUR = 60
_HOURS_A_DAY = 24
_LEAP_SECOND = 60
_FIRST = datetime(1, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


class OutOfCalendarError(ValueError):
    """A valid time before the year 1 or after the year 9999 in UTC.

    Attributes:
        nearest: First or last instant of the calendar.
    """

    def __init__(self, nearest: datetime) -> None:
        super().__init__("outside the years 1 to 9999")
        self.nearest = nearest


def render(moment: datetime) -> str:
    """Write an aware datetime, cut to the millisecond.

    >>> render(datetime(2026, 3, 10, 12, 0, 0, 1999, tzinfo=UTC))
    '2026-03-10T12:00:00.001Z'
    """
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")
    return f"{text}Z"


def parse(text: str) -> datetime:
    """Read an RFC 3339 date-time with a zone, cut to the millisecond, in UTC.

    A leap second counts as the second before it, because POSIX time has no leap seconds.

    Raises:
        ValueError: The text is not an RFC 3339 date-time with a zone, or the time does not exist.
        OutOfCalendarError: (a ValueError) The time is outside Python's calendar.

    >>> parse("2026-03-10T13:00:00+01:00")
    datetime.datetime(2026, 3, 10, 12, 0, tzinfo=datetime.timezone.utc)
    """
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise ValueError("not an RFC 3339 date-time with a zone")
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    microsecond = int((match[7] or "")[:3].ljust(3, "0")) * 1000
    if second > _LEAP_SECOND:
        raise ValueError("second out of range")
    try:
        moment = datetime(
            max(year, 1), month, day, hour, minute, min(second, _LEAP_SECOND - 1), microsecond, tzinfo=_zone(match)
        ).astimezone(UTC)
    except OverflowError:
        raise OutOfCalendarError(_FIRST if year <= 1 else _LAST) from None
    if year == 0:
        raise OutOfCalendarError(_FIRST)
    return moment


def _zone(match: re.Match[str]) -> timezone:
    if match[8]:
        return UTC
    hours, minutes = int(match[10]), int(match[11])
    if hours >= _HOURS_A_DAY or minutes >= _MINUTES_AN_HOUR:
        raise ValueError("zone out of range")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(offset if match[9] == "+" else -offset)


def normalize(text: str) -> str:
    """Rewrite any RFC 3339 date-time in the form of the API's responses.

    >>> normalize("2026-03-10t12:00:00z")
    '2026-03-10T12:00:00.000Z'
    """
    return render(parse(text))


def normalize_bound(text: str) -> str:
    """Normalize a bound; a bound outside the calendar becomes the first or last instant of the calendar.

    >>> normalize_bound("9999-12-31T23:59:59-01:00")
    '9999-12-31T23:59:59.999Z'
    """
    try:
        return normalize(text)
    except OutOfCalendarError as error:
        return render(error.nearest)
