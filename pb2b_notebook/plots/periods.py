"""Time axes: time zone, periods and ticks."""

from __future__ import annotations

from typing import Any, Final

from matplotlib.axes import Axes

from pb2b_notebook.errors import PictureError, nearest
from pb2b_notebook.lazy_libraries import pl

PERIODS: Final = {
    "second": ("1s", 1),
    "minute": ("1m", 60),
    "hour": ("1h", 3_600),
    "day": ("1d", 86_400),
    "week": ("1w", 604_800),
    "month": ("1mo", 2_629_800),
    "quarter": ("1q", 7_889_400),
    "year": ("1y", 31_557_600),
}
"""Name → polars' name, and seconds. Days, weeks and months are calendar ones in the column's time zone."""


def zone_of(times: pl.Series) -> str:
    """Return the time zone for the label of the axis.

    >>> import polars as pl
    >>> zone_of(pl.Series([None], dtype=pl.Datetime("us", "Europe/Berlin")))
    'Europe/Berlin'
    """
    return getattr(times.dtype, "time_zone", None) or "no time zone"


def wall_times(times: pl.Series) -> pl.Series:
    """Return local times without a zone, so that days begin at local midnight."""
    return times.dt.replace_time_zone(None)


def choose_period(times: pl.Series, every: str | None, *, most: int = 60) -> str:
    """Return ``every``, or the shortest period with at most ``most`` of them in the span; "day" for a single time.

    Raises:
        PictureError: ``every`` is not one of :data:`PERIODS`.
    """
    if every is not None:
        if every not in PERIODS:
            raise PictureError(f"unknown period every={every!r}", repair=nearest(str(every), PERIODS))
        return every
    first, last = times.min(), times.max()
    seconds = 0.0 if first is None or last is None else (last - first).total_seconds()  # type: ignore[operator,union-attr]
    if not seconds:
        return "day"
    return next((name for name, (_, length) in PERIODS.items() if seconds / length <= most), "year")


def period_starts(times: pl.Series, every: str) -> pl.Series:
    """Return the start of the period of each time, without a zone."""
    return wall_times(times).dt.truncate(PERIODS[every][0])


def next_start(start: Any, every: str) -> Any:
    """Return the start of the next period."""
    return pl.Series([start]).dt.offset_by(PERIODS[every][0])[0]


def all_period_starts(first: Any, last: Any, every: str) -> pl.Series:
    """Return the start of every period from the first to the last, including empty ones."""
    return pl.datetime_range(first, last, PERIODS[every][0], time_unit="us", eager=True)


def use_time_ticks(axes: Axes) -> None:
    """Set ticks for local times, whatever time zone matplotlib uses; a single time is drawn in the middle of a day."""
    from datetime import UTC

    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    first, last = axes.dataLim.intervalx
    if first == last and axes.get_autoscalex_on():
        axes.set_xlim(first - 0.5, last + 0.5)
    locator = AutoDateLocator(tz=UTC, minticks=3, maxticks=7)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, tz=UTC))  # type: ignore[no-untyped-call]
