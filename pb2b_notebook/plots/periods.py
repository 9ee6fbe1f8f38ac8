"""Times on an axis: the zone they are in, the periods they fall into, and ticks that name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.errors import PictureError, nearest

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.axes import Axes

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
"""Name → polars' name, and seconds; calendar days, weeks and months of the column's zone."""


def zone_of(times: pl.Series) -> str:
    """The zone that the axis names.

    >>> import polars as pl
    >>> zone_of(pl.Series([None], dtype=pl.Datetime("us", "Europe/Berlin")))
    'Europe/Berlin'
    """
    return getattr(times.dtype, "time_zone", None) or "no time zone"


def wall(times: pl.Series) -> pl.Series:
    """What a clock on the wall of their zone showed: times without a zone, for days that begin at its midnight."""
    return times.dt.replace_time_zone(None)


def period(times: pl.Series, every: str | None, *, most: int = 60) -> str:
    """The shortest period of which not more than ``most`` are between the first and the last time; a day for one time.

    Raises:
        PictureError: ``every`` is none of :data:`PERIODS`.
    """
    if every is not None:
        if every not in PERIODS:
            raise PictureError(f"every={every!r} is no period", repair=nearest(str(every), PERIODS))
        return every
    first, last = times.min(), times.max()
    seconds = 0.0 if first is None or last is None else (last - first).total_seconds()  # type: ignore[operator,union-attr]
    if not seconds:
        return "day"
    return next((name for name, (_, length) in PERIODS.items() if seconds / length <= most), "year")


def starts(times: pl.Series, every: str) -> pl.Series:
    """The beginning of the period that each time is in; without a zone."""
    return wall(times).dt.truncate(PERIODS[every][0])


def following(start: Any, every: str) -> Any:
    """The beginning of the next period."""
    import polars as pl

    return pl.Series([start]).dt.offset_by(PERIODS[every][0])[0]


def all_starts(first: Any, last: Any, every: str) -> pl.Series:
    """Every period from the first to the last, those without anything, too."""
    import polars as pl

    return pl.datetime_range(first, last, PERIODS[every][0], time_unit="us", eager=True)


def dated(axes: Axes) -> None:
    """Ticks for wall times, whatever time zone matplotlib is set to; one instant alone is in the middle of a day."""
    from datetime import UTC

    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    first, last = axes.dataLim.intervalx
    if first == last and axes.get_autoscalex_on():
        axes.set_xlim(first - 0.5, last + 0.5)
    locator = AutoDateLocator(tz=UTC, minticks=3, maxticks=7)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, tz=UTC))  # type: ignore[no-untyped-call]
