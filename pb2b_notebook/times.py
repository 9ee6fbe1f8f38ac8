"""Read times as users write them in a notebook: ``"7d"``, ``"monday"``, a date, a datetime.

Pure functions: the current time and the time zone are arguments.
"""

from __future__ import annotations

import datetime as dt
import numbers
import re
from typing import Final, NoReturn

from pb2b_notebook.errors import InvalidParameterError
from pb2b_notebook.nulls import is_null

_AGO: Final = re.compile(r"([0-9]{1,6})\s?([mhdw])")
_UNITS: Final = {
    "m": dt.timedelta(minutes=1),
    "h": dt.timedelta(hours=1),
    "d": dt.timedelta(days=1),
    "w": dt.timedelta(weeks=1),
}
_AGE_UNITS: Final = {"d": _UNITS["d"], "h": _UNITS["h"], "min": _UNITS["m"]}
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DOTTED: Final = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})(?:,?\s+([0-9]{1,2})(?=:))?")
"""A date with dots, and the hour behind it: wherever people write it so, the day comes first."""
_FORMS: Final = (
    "give a datetime, a date ('2026-03-10', '10.3.2026'), ISO 8601 text ('2026-03-10T12:00:00Z'), "
    "a time ago ('30m', '12h', '7d', '2w'), a weekday ('monday'), 'today', 'yesterday' or 'now'"
)


def parse_time(value: object, now: dt.datetime, tz: dt.tzinfo) -> dt.datetime:
    """Return the instant that a value names, in UTC.

    ======================================  ============================================================
    ``"30m"``, ``"12h"``, ``"7d"``, ``"2w"``  minutes, hours, days of 24 hours or weeks before ``now``
    a timedelta                             as long before ``now``
    ``"monday"`` … ``"sunday"``             start of the most recent such day in ``tz``, which may be today
    ``"today"``, ``"yesterday"``            start of the day in ``tz``
    a date, also as ISO text or 10.3.2026   start of the day in ``tz``
    a datetime, also as ISO text            that instant; without a zone, in ``tz``
    ======================================  ============================================================

    A time that a clock change skips or repeats has the offset before the change (PEP 495, ``fold=0``).

    Args:
        value: One of the forms above; text in upper or lower case, with or without surrounding spaces.
        now: Current time, aware.
        tz: Time zone of the workspace.

    Raises:
        InvalidParameterError: The value has none of these forms, or is beyond the years 1 to 9999.

    >>> noon = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)  # a Tuesday
    >>> parse_time("7d", noon, dt.UTC).isoformat()
    '2026-03-03T12:00:00+00:00'
    >>> parse_time("monday", noon, dt.timezone(dt.timedelta(hours=1))).isoformat()
    '2026-03-08T23:00:00+00:00'
    >>> parse_time("2026-03-01", noon, dt.UTC).isoformat()
    '2026-03-01T00:00:00+00:00'
    """
    try:
        instant = _instant(value, now, tz)
        if instant is None or is_null(instant):  # pandas.NaT is a datetime
            _refuse(value)
        aware = instant if instant.utcoffset() is not None else instant.replace(tzinfo=tz)
        return aware.astimezone(dt.UTC)
    except OverflowError:
        _refuse(value)


def parse_written(text: str, tz: dt.tzinfo) -> dt.datetime | None:
    """Return the instant that a text names whenever it is read, without a zone in ``tz``; ``None`` for any other text.

    >>> parse_written("10.3.2026 14:00", dt.UTC).isoformat(), parse_written("monday", dt.UTC)
    ('2026-03-10T14:00:00+00:00', None)
    """
    written = _parse_iso(text.strip())
    try:
        return None if written is None else parse_time(written, written.replace(tzinfo=dt.UTC), tz)
    except InvalidParameterError:  # beyond the years 1 to 9999 in UTC
        return None


def duration(value: object) -> dt.timedelta:
    """Return the duration that a value names: a ``timedelta``, a number of seconds, or text such as "7d".

    Raises:
        InvalidParameterError: The value is something else, or longer than a ``timedelta`` can be.

    >>> duration("3d").days, duration(90).total_seconds(), duration(dt.timedelta(hours=1)).seconds
    (3, 90.0, 3600)
    """
    if isinstance(value, dt.timedelta) and not is_null(value):  # pandas.NaT is a timedelta
        return value
    written = _AGO.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    try:
        if written:
            return int(written[1]) * _UNITS[written[2]]
        if not isinstance(value, bool) and isinstance(value, numbers.Real):
            return dt.timedelta(seconds=float(value))
    except (OverflowError, ValueError):  # too long, or not a number
        pass
    shown = repr(value) if isinstance(value, str | numbers.Real) else type(value).__name__
    raise InvalidParameterError(
        f"{shown} is not a duration", repair="give seconds, a timedelta, or text such as '30m', '12h', '3d' or '2w'"
    ) from None


def age_text(age: dt.timedelta) -> str:
    """Return an age as text, in its largest unit.

    >>> [age_text(dt.timedelta(seconds=seconds)) for seconds in (4, 252, 108_000)]
    ['a moment', '4 min', '1 d']
    """
    for unit, size in _AGE_UNITS.items():
        if age >= size:
            return f"{age // size} {unit}"
    return "a moment"


def needs_zone(value: object) -> bool:
    """Whether a value depends on a time zone: the name of a day, a date, a time without an offset.

    >>> [needs_zone(v) for v in ("7d", "monday", "2026-03-10", "2026-03-10T12:00:00Z", None)]
    [False, True, True, False, False]
    """
    if value is None:
        return False
    if isinstance(value, dt.datetime):
        return value.utcoffset() is None
    if not isinstance(value, str):
        return isinstance(value, dt.date)
    text = value.strip().lower()
    if text == "now" or _AGO.fullmatch(text):
        return False
    try:
        return dt.datetime.fromisoformat(value.strip()).utcoffset() is None
    except ValueError:
        return True


def is_naive(value: object) -> bool:
    """Whether a value is a time of day without a zone: a user might expect another one than the workspace's.

    >>> [is_naive(v) for v in ("2026-03-10T12:00", "2026-03-10T12:00Z", "2026-03-10", "monday", dt.date(2026, 3, 10))]
    [True, False, False, False, False]
    """
    if isinstance(value, str):
        value = _parse_iso(value.strip()) if ":" in value else None
    return isinstance(value, dt.datetime) and value.utcoffset() is None


def iso(instant: dt.datetime) -> str:
    """Return the instant as the API writes it: UTC, whole milliseconds, ``Z``.

    Microseconds are truncated: the service has none, and a lower bound must not move past a row.

    Raises:
        InvalidParameterError: The datetime has no time zone.

    >>> iso(dt.datetime(2026, 3, 10, 13, 0, 0, 123999, tzinfo=dt.timezone(dt.timedelta(hours=1))))
    '2026-03-10T12:00:00.123Z'
    """
    if instant.utcoffset() is None:
        raise InvalidParameterError("a datetime without a time zone is not an instant", repair="add tzinfo=…")
    return instant.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def exact_iso(instant: dt.datetime) -> str:
    """Return the instant as :func:`iso` does, with the microseconds that it has beside whole milliseconds.

    >>> exact_iso(dt.datetime(2026, 3, 10, microsecond=123456, tzinfo=dt.UTC))
    '2026-03-10T00:00:00.123456Z'
    """
    whole = iso(instant)
    fine = instant.microsecond % 1000
    return f"{whole[:-1]}{fine:03}Z" if fine else whole


def _instant(value: object, now: dt.datetime, tz: dt.tzinfo) -> dt.datetime | None:
    """Return the datetime that a value names, aware or not; ``None`` if it names none."""
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return _start_of(value)
    if isinstance(value, dt.timedelta):
        return now - value
    return _parse_text(value.strip().lower(), now, tz) if isinstance(value, str) else None


def _parse_text(text: str, now: dt.datetime, tz: dt.tzinfo) -> dt.datetime | None:
    today = now.astimezone(tz).date()
    ago = _AGO.fullmatch(text)
    if ago:
        return now - int(ago[1]) * _UNITS[ago[2]]
    if text in _WEEKDAYS:
        return _start_of(today - dt.timedelta(days=(today.weekday() - _WEEKDAYS.index(text)) % 7))
    if text in {"today", "yesterday"}:
        return _start_of(today - dt.timedelta(days=text == "yesterday"))
    return now if text == "now" else _parse_iso(text)


def _parse_iso(text: str) -> dt.datetime | None:
    """Parse ISO 8601 text, or a date with dots in its place; a date alone is the start of the day."""
    dotted = _DOTTED.match(text)
    if dotted:
        hour = f" {dotted[4]:0>2}" if dotted[4] else ""
        text = f"{dotted[3]}-{dotted[2]:0>2}-{dotted[1]:0>2}{hour}{text[dotted.end() :]}"
    try:
        return dt.datetime.fromisoformat(text.upper())
    except ValueError:
        return None


def _start_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())


def _refuse(value: object) -> NoReturn:
    shown = repr(value) if isinstance(value, str | dt.date) else type(value).__name__
    raise InvalidParameterError(f"{shown} is not a time", repair=_FORMS) from None
