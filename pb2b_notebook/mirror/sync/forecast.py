"""How long a first sync takes, and how much room it needs, before anything is written. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Final

WORTH_SAYING: Final = 60.0
"""Seconds from which a forecast is printed."""

_MEBIBYTE: Final = 1 << 20
_GIBIBYTE: Final = 1 << 30
_MINUTE: Final = 60
_HOUR: Final = 3600


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is left of a first sync.

    Attributes:
        rows: Rows that are still to be read.
        requests: Requests that they take.
        seconds: Seconds that they take.
        bytes: Room on disk that they need.
    """

    rows: int
    requests: int
    seconds: float
    bytes: int

    def text(self, resource: str, free: int | None = None) -> str:
        """Return the forecast as a sentence, with the free room where it is too little.

        Args:
            resource: Name of the resource.
            free: Free bytes on the disk; ``None`` if unknown.

        >>> Forecast(9_986_000, 19_972, 2000.0, 1_600_000_000).text("leads", free=10**9)
        'leads: 9,986,000 rows are left to read: about 19,972 requests, 34 minutes and 1.5 GB; only 0.9 GB are free'
        """
        room = f"; only {_size(free)} are free" if free is not None and free < self.bytes else ""
        return (
            f"{resource}: {self.rows:,} rows are left to read: about {self.requests:,} requests, "
            f"{_duration(self.seconds)} and {_size(self.bytes)}{room}"
        )


def forecast(
    *, total: int, rows: int, requests: int, seconds: float, row_bytes: float, limit: int | None, window: float | None
) -> Forecast:
    """Return what is left of a first sync, from what its first batch took.

    Where the rate limit is the bottleneck, the time is that of the limit.

    Args:
        total: Number of all rows.
        rows: Rows read so far, at least one.
        requests: Requests so far.
        seconds: Seconds so far.
        row_bytes: Bytes of a row on disk.
        limit: Requests in a window of the rate limit, where the service reports it.
        window: Length of that window in seconds; a minute where the service reports only the limit.

    >>> forecast(total=10_000_000, rows=14_000, requests=28, seconds=1.4, row_bytes=143, limit=600, window=None)
    Forecast(rows=9986000, requests=19972, seconds=1997.2, bytes=1427998000)
    """
    left = max(0, total - rows)
    needed = ceil(left * requests / rows)
    limited = needed / limit * (window or _MINUTE) if limit else 0.0
    return Forecast(left, needed, round(max(limited, left * seconds / rows), 1), round(left * row_bytes))


def _duration(seconds: float) -> str:
    if seconds <= _MINUTE:
        return "a minute"
    if seconds < 2 * _HOUR:
        return f"{ceil(seconds / _MINUTE):,} minutes"
    return f"{seconds / _HOUR:,.1f} hours"


def _size(size: int) -> str:
    return f"{size / _GIBIBYTE:,.1f} GB" if size >= _GIBIBYTE // 10 else f"{ceil(size / _MEBIBYTE):,} MB"
