"""Draw when the demo leads arrive: twelve months of growth, with weekends, holidays and imports.

All times are integers: milliseconds since 1970-01-01T00:00:00Z.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from pb2b_notebook.sandbox.core.draws import Draws, fingerprint, spread

DAY = 86_400_000
YEAR = 365
IMPORT_ROWS = 2_500
"""Rows of the largest import file; a larger burst is split into several imports, a minute apart."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = 719_163
_WEEKDAYS = (100, 112, 108, 101, 78, 11, 8)  # Monday to Sunday
_HOURS = spread(
    {0: 1, 5: 1, 6: 3, 7: 8, 8: 12, 9: 14, 10: 13, 11: 9, 12: 8, 13: 12, 14: 13, 15: 11, 16: 7, 17: 4, 18: 3, 20: 2}
)


class Arrival(NamedTuple):
    """The arrival of one lead: its instant, and its import, if any."""

    at: int
    import_id: str | None


def milliseconds(moment: datetime) -> int:
    """Return an aware datetime in milliseconds, rounded down."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def timestamp(at: int) -> str:
    """Return an instant as the API writes it.

    >>> timestamp(1_773_144_000_007)
    '2026-03-10T12:00:00.007Z'
    """
    days, rest = divmod(at, DAY)
    seconds, milli = divmod(rest, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{day_text(days)}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z"


@lru_cache(maxsize=4096)
def day_text(days: int) -> str:
    """Return the date that is ``days`` after 1970-01-01.

    >>> day_text(0)
    '1970-01-01'
    """
    return date.fromordinal(_EPOCH_ORDINAL + days).isoformat()


def arrivals(seed: int, count: int, now: int) -> Iterator[Arrival]:
    """Yield the ``count`` arrivals of the twelve months before ``now``, oldest first.

    The share of a day is exact: it follows from ``count`` by integer division, so ten leads have the same rhythm as ten
    million. A file is imported once a month, and one large file after a trade fair. All rows of an import share one
    instant, as after a bulk insert.
    """
    draws = Draws(seed, "arrivals")
    today = now // DAY
    days = range(today - YEAR, today + 1)
    boosts = _import_days(draws, days)
    weights = [_weight(draws, day, day - days.start) * boosts.get(day, 1) for day in days]
    weights[-1] = weights[-1] * (now % DAY) // DAY
    total, reached, yielded = sum(weights), 0, 0
    for day, weight in zip(days, weights, strict=True):
        reached += weight
        until = count * reached // total
        yield from _day(draws, day, until - yielded, boosts.get(day, 1), now)
        yielded = until


def _weight(draws: Draws, day: int, age: int) -> int:
    """Return the weight of a day: growth over the year × weekday × holidays × a random factor."""
    growth = 1_000 + 5 * age
    quiet = 45 if day_text(day)[5:] >= "12-23" or day_text(day)[5:] <= "01-02" else 100
    return growth * _WEEKDAYS[(day + 3) % 7] * quiet * (80 + draws.below(41)) // 10_000


def _import_days(draws: Draws, days: range) -> dict[int, int]:
    """Return the days with imports, each with its weight relative to an ordinary day."""
    boosts = {_workday(days.start + 12 + 30 * month + draws.below(12)): 7 for month in range(12)}
    return boosts | {_workday(days.start + 270 + draws.below(30)): 28}


def _workday(day: int) -> int:
    """Return the day, or the Monday after a weekend."""
    weekday = (day + 3) % 7
    return day if weekday < 5 else day + 7 - weekday  # noqa: PLR2004 - Saturday is the fifth day


def _day(draws: Draws, day: int, quota: int, boost: int, now: int) -> Iterator[Arrival]:
    # The last day ends at now: its arrivals are compressed into the shorter day, not cut off.
    length = min(DAY, now - day * DAY)
    single = quota - quota * (boost - 1) // boost
    offsets = [(draws.pick(_HOURS) * 3_600_000 + draws.below(3_600_000)) * length // DAY for _ in range(single)]
    day_arrivals = [Arrival(day * DAY + offset, None) for offset in offsets]
    day_arrivals += _imports(draws, day, quota - single, length)
    day_arrivals.sort(key=lambda arrival: arrival.at)
    yield from day_arrivals


def _imports(draws: Draws, day: int, rows: int, length: int) -> list[Arrival]:
    start = 9 * 3_600_000 + draws.below(3 * 3_600_000)
    arrived = []
    for chunk in range(-(-rows // IMPORT_ROWS)):
        at = day * DAY + min(start + chunk * 60_000, DAY - 1) * length // DAY
        import_id = f"imp_{fingerprint(f'{day}/{chunk}/{start}'):016x}"
        arrived += [Arrival(at, import_id)] * min(IMPORT_ROWS, rows - chunk * IMPORT_ROWS)
    return arrived
