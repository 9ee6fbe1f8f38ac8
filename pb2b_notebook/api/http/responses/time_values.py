"""Read times in other forms than the contract's as instants: numbers, objects, texts without a zone. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

from pb2b_notebook.frames.strict_json import Member
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.openapi.object_descriptions import (
    time_named,
)
from pb2b_notebook.times import iso

_NO_TIME: Final = lazy_pattern(
    r"000[01]-0[01]-0[01]([T ].*)?|-0001-11-30([T ].*)?|0?1/0?1/0001( .*)?|9999-.*|"
    r"(1970-01-01|1900-01-01|1899-12-3[01]|1753-01-01)([T ][0:.]+)?( ?(Z|UTC|[+-]00:?00))?",
    re.IGNORECASE,
)
"""Times that stand for none: the zero of Go, .NET, MySQL, PHP, Unix, Excel and SQL Server, and the end of all times."""

_FIRST_SECOND: Final = lazy_pattern(
    r"(/Date\()?-62135596800(000){0,3}(\.0+)?(\)/)?|0?0?0?10101T0+Z?|.* Jan 0*1 00:00:00 .*"
)
"""The first second of the calendar: since 1970, in the basic format of ISO 8601, and as HTTP writes it."""

ISO: Final = lazy_pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ].*(?:[Zz]|(?<! )[+-][0-9]{2}(?::?[0-9]{2})?)")

_NAIVE: Final = lazy_pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?")

_ZONE: Final = lazy_pattern(r"UTC|GMT|[+-][0-9]{2}:?[0-9]{2}")

_HTTP_DATE: Final = lazy_pattern(
    r"(?:[A-Z][a-z]{2}, )?[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{5,8} (?:GMT|UTC|[+-][0-9]{4})"
)

_DOTNET: Final = lazy_pattern(r"/Date\((-?[0-9]{1,15})(?:[+-][0-9]{4})?\)/")

_DIGITS: Final = lazy_pattern(r"[0-9]{10}(?:[0-9]{3}){0,3}(?:\.[0-9]{1,9})?")

FINER: Final = "times finer than microseconds"
_FINE: Final = lazy_pattern(r"(\.[0-9]{6})[0-9]+(?=[Zz+-])")
"""More digits of a second than microseconds, as Go and Java write them."""

_TIME_PARTS: Final = ("$date", "date", "dateTime", "value")

_ZONE_PARTS: Final = ("timezone", "timeZone")

_UTC: Final = frozenset({"UTC", "GMT", "Z", "Etc/UTC", "+00:00"})

_UNITS: Final = (
    (range(10**8, 10**11), 1, "seconds"),
    (range(10**11, 10**14), 10**3, "milliseconds"),
    (range(10**14, 10**17), 10**6, "microseconds"),
    (range(10**17, 10**20), 10**9, "nanoseconds"),
)
"""Numbers of units since 1970 that are times of our age, how many units a second has, and their name."""

_BASIC: Final = lazy_pattern(r"[0-9]{8}T[0-9]{6}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:?[0-9]{2})")

_IS_TIME: Final = lazy_pattern(r".*(_at|At|_time|Time|Date|_date)|created|updated|modified")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

NAIVE_TIMES: Final = "times without a zone, read as UTC"


def times_with_and_without_zone(rows: Sequence[Mapping[str, Member]]) -> frozenset[str]:
    """Return the members whose times have a zone in some objects and none in others.

    The service has no such form: the zone of the few without one is unknown, and they are left.
    """
    texts = [(name, member.value) for row in rows for name, member in row.items() if isinstance(member.value, str)]
    naive = {name for name, text in texts if _IS_TIME.fullmatch(name) and _NAIVE.fullmatch(text)}
    return frozenset(name for name, text in texts if name in naive and ISO.fullmatch(text))


def is_iso(time: Any) -> bool:
    """Whether a value is a time in the contract's form."""
    return isinstance(time, str) and ISO.fullmatch(time) is not None and _FINE.search(time) is None


def other_time(found: Mapping[str, Any], time: str, declared: frozenset[str]) -> str | None:
    """Return the member that has a time of the contract under another name; ``None`` without one that has a time.

    >>> row = {"id": 7, "last_updated": None, "update_date": "2026-03-10T12:00:00Z", "changed_at": False}
    >>> other_time(row, "updated_at", frozenset())
    'update_date'
    """
    names = [name for name in found if name not in declared and time_named(name) == time]
    return next((n for n in names if _has_time(found[n])), next((n for n in names if found[n] is None), None))


def _has_time(value: Any) -> bool:
    return (isinstance(value, str) and ISO.fullmatch(value) is not None) or read_time(value) is not None


def with_iso_times(row: Mapping[str, Member], what: set[str], left: frozenset[str] = frozenset()) -> dict[str, Member]:
    """Return an object with its times as ISO 8601 in UTC, but for the members that are left as they are."""
    return {name: member if name in left else _with_iso_time(member, what) for name, member in row.items()}


def is_no_time(value: Any) -> bool:
    """Whether a value stands for no time, in any form of times.

    >>> [is_no_time(v) for v in ("0001-01-01T00:00:00Z", "0000-00-00 00:00:00", "1970-01-01T00:00:00Z", "2026-03-10")]
    [True, True, True, False]
    >>> [is_no_time(v) for v in ("00010101T000000Z", -62135596800, "/Date(-62135596800000)/", "20260310T120000Z")]
    [True, True, True, False]
    >>> [is_no_time(v) for v in ("1753-01-01 00:00:00.000", "-0001-11-30T00:00:00Z", "1/1/0001 12:00:00 AM")]
    [True, True, True]
    >>> [is_no_time(v) for v in ("Mon, 01 Jan 1 00:00:00 GMT", {"date": "0001-01-01 00:00:00", "timezone": "UTC"})]
    [True, True]
    """
    text = value.strip() if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""
    if _NO_TIME.fullmatch(text) or _FIRST_SECOND.fullmatch(text):
        return True
    found = read_time(value)
    return found is not None and (found[0].year == 1 or found[0] == _EPOCH)


def _with_iso_time(member: Member, what: set[str]) -> Member:
    """Return a member with its time as ISO 8601 in UTC, where it certainly is a time in another form."""
    if not _IS_TIME.fullmatch(member.name):
        return member
    if is_no_time(member.value):
        what.add("times that stand for none")
        return Member(member.name, None, "null")
    found = read_time(member.value)
    if found is None:
        return member
    time, form = found
    what.add(form)
    text = iso(time)
    return Member(member.name, text, json.dumps(text))


def read_time(value: Any) -> tuple[datetime, str] | None:
    """Return the instant of a time in another form than the contract's, and the name of the form; ``None`` for others.

    >>> [read_time(value)[0].isoformat() for value in (1773144000, "1773144000000", "2026-03-10 12:00:00")]
    ['2026-03-10T12:00:00+00:00', '2026-03-10T12:00:00+00:00', '2026-03-10T12:00:00+00:00']
    >>> read_time("Tue, 10 Mar 2026 12:00:00 GMT")[1], read_time("2026-03-10T12:00:00Z"), read_time(17)
    ('times of HTTP headers', None, None)
    >>> read_time("2026-03-10T12:00:00.1234567")[0].isoformat()
    '2026-03-10T12:00:00.123456+00:00'
    >>> read_time({"$date": "2026-03-10T12:00:00Z"})[0].isoformat(), read_time({"date": "now", "timezone": "CET"})
    ('2026-03-10T12:00:00+00:00', None)
    """
    if isinstance(value, bool) or value is None:
        return None
    try:
        if isinstance(value, str):
            return _time_in_text(value.strip()) or _time_with_zone(value.strip())
        if isinstance(value, Mapping):
            return _time_in_object(value)
        if isinstance(value, int | float):
            return _time_in_number(value)
    except (ValueError, OverflowError, TypeError):
        pass
    return None


def _time_in_number(value: float) -> tuple[datetime, str] | None:
    """Return the time of a number that can only count the units since 1970."""
    for span, units, name in _UNITS:
        if int(value) in span:
            return _EPOCH + timedelta(microseconds=round(value * 10**6 / units)), f"times in {name}"
    return None


def _time_in_object(value: Mapping[str, Any]) -> tuple[datetime, str] | None:
    """Return the time of an object that has its text and its zone, as those of PHP, MongoDB and Microsoft Graph do."""
    text = next((value[name] for name in _TIME_PARTS if name in value), None)
    zones = [value[name] for name in _ZONE_PARTS if name in value]
    if not isinstance(text, str | int) or not all(zone in _UTC for zone in zones):
        return None
    if isinstance(text, str) and ISO.fullmatch(text):
        return datetime.fromisoformat(text).astimezone(UTC), "times as objects"
    found = read_time(text)
    return found if found is None or zones else (found[0], "times as objects")


def _time_in_text(text: str) -> tuple[datetime, str] | None:
    if _DIGITS.fullmatch(text):
        return read_time(float(text) if "." in text else int(text))
    if ISO.fullmatch(text) and _FINE.search(text):
        return datetime.fromisoformat(_FINE.sub(r"\1", text)).astimezone(UTC), FINER
    if _NAIVE.fullmatch(text):
        return datetime.fromisoformat(text).replace(tzinfo=UTC), NAIVE_TIMES
    if _HTTP_DATE.fullmatch(text):
        time = parsedate_to_datetime(text)
        return time.replace(tzinfo=time.tzinfo or UTC), "times of HTTP headers"
    if dotnet := _DOTNET.fullmatch(text):
        return datetime.fromtimestamp(int(dotnet[1]) / 1000, UTC), "times of .NET"
    return None


def _time_with_zone(text: str) -> tuple[datetime, str] | None:
    """Return the time of a text whose zone follows a space, as Ruby and Postgres write it, or without punctuation."""
    if _BASIC.fullmatch(text):
        return datetime.fromisoformat(text).astimezone(UTC), "times of ISO 8601 in the basic format"
    time, _, zone = text.rpartition(" ")
    if not (_ZONE.fullmatch(zone) and _NAIVE.fullmatch(time)):
        return None
    read = datetime.fromisoformat(time + ("+00:00" if zone in _UTC else zone))
    return read.astimezone(UTC), "times with a space before the zone"
