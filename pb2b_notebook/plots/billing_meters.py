"""Usage of the plan's limits, and when each will be used up at this pace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import polars as pl
from matplotlib.axes import Axes

from pb2b_notebook.errors import PictureError, nearest
from pb2b_notebook.plots.canvases import canvas, draw_nothing, label_axes, use_count_ticks
from pb2b_notebook.plots.columns import column_names, open_frame, select_columns
from pb2b_notebook.plots.labels import count, is_narrow, name_rows
from pb2b_notebook.plots.meters import METERS, Meter
from pb2b_notebook.plots.periods import use_time_ticks, zone_of
from pb2b_notebook.plots.styles import BAD, FAIR, GOOD, INK, legend

SOURCE: Final = 'ws.billing.snapshot() or ws.mirror.frame("billing_usage")'
FARTHEST: Final = timedelta(days=3_650)
"""Longest forecast."""


PERIOD: Final = ("usage_period_start", "usage_period_end")


@dataclass(frozen=True, slots=True)
class Outlook:
    """Usage of a meter, and the forecast at this pace.

    Attributes:
        readings: Times and the usage at each, in order; for a meter that renews, since the start of the period.
        limit: Limit of the plan; ``None`` for no limit.
        end: End of the period; ``None`` if it is unknown or the meter does not renew.
        per_day: Units per day; ``None`` if there is only one reading.
        used_up: Time when nothing is left, at this pace; ``None`` if that is after ``end``.
    """

    readings: tuple[tuple[datetime, float], ...]
    limit: float | None
    end: datetime | None
    per_day: float | None
    used_up: datetime | None

    @property
    def used(self) -> float:
        """Usage at the latest reading."""
        return self.readings[-1][1]

    @property
    def at_end(self) -> float | None:
        """Forecast usage at the end of the period."""
        if self.end is None or self.per_day is None:
            return None
        return self.used + self.per_day * max((self.end - self.readings[-1][0]) / timedelta(days=1), 0)


def outlook(table: pl.DataFrame, meter: Meter) -> Outlook | None:
    """Return the outlook of a meter; ``None`` where its usage is unknown.

    The pace is the straight line from the first reading of the latest period to the last. A meter that renews is 0 at
    the start of the period.
    """
    known = table.drop_nulls(["taken_at", meter.used])
    if known.is_empty():
        return None
    latest = known.row(-1, named=True)
    start, end = (latest[column] for column in PERIOD)
    if meter.renews:
        known = known.filter(pl.col(PERIOD[0]).eq_missing(pl.lit(start)))
    readings = list(known.select("taken_at", meter.used).iter_rows())
    if meter.renews and start is not None and start < readings[0][0]:
        readings.insert(0, (start, 0.0))
    pace = _pace(readings)
    limit = latest[meter.limit]
    return Outlook(
        tuple(readings),
        limit,
        end if meter.renews else None,
        pace,
        _exhaustion_time(readings[-1], limit, pace, end if meter.renews else None),
    )


def _pace(readings: list[tuple[datetime, float]]) -> float | None:
    """Return the units per day, from the first reading to the last."""
    (first, before), (last, now) = readings[0], readings[-1]
    return (now - before) / ((last - first) / timedelta(days=1)) if last > first else None


def _exhaustion_time(
    last: tuple[datetime, float], limit: float | None, pace: float | None, end: datetime | None
) -> datetime | None:
    at, used = last
    if limit is None or pace is None:
        return None
    if used >= limit:
        return at
    days = (limit - used) / pace if pace > 0 else None
    if days is None or days > FARTHEST / timedelta(days=1):
        return None
    when = at + timedelta(days=days)
    return when if end is None or when <= end else None


def read_snapshots(snapshots: Any) -> pl.DataFrame:
    """Return the columns of the snapshots in order of time, in the zone of ``taken_at``."""
    numbers = [column for meter in METERS.values() for column in (meter.used, meter.limit)]
    snapshots = open_frame(snapshots, SOURCE)
    present = [name for name in numbers if name in column_names(snapshots)]
    table = select_columns(
        snapshots, SOURCE, times=["taken_at", *PERIOD], numbers=numbers,
        optional=[*PERIOD, *(numbers if present else [])],
    )  # fmt: skip
    zone = zone_of(table["taken_at"])
    zoneless = zone == "no time zone"
    in_zone = [
        pl.col(name).dt.replace_time_zone(None) if zoneless else pl.col(name).dt.convert_time_zone(zone)
        for name in PERIOD
    ]
    return table.with_columns(in_zone).sort("taken_at", nulls_last=False)


def billing_usage(snapshots: Any, *, ax: Axes | None = None) -> Axes:
    """Draw the usage of each limit, with the forecast for the end of the period at this pace hatched.

    The pace is the average since the period began. A meter that does not renew, such as stored leads, needs two
    snapshots for a pace.

    Args:
        snapshots: Frame of ``ws.billing.snapshot()``, or of several snapshots, such as
            ``ws.mirror.frame("billing_usage")``.
        ax: Axes to draw into; by default those of a new figure.

    Raises:
        PictureError: A column is missing.

    Example:
        >>> import pandas as pd
        >>> row = {"taken_at": "2026-03-11T00:00:00Z", "usage_period_start": "2026-03-01T00:00:00Z",
        ...        "usage_period_end": "2026-03-31T00:00:00Z", "usage_emails_sent": 500, "usage_emails_limit": 1000}
        >>> billing_usage(pd.DataFrame([row])).texts[0].get_text()
        '500 of 1,000 emails used; at this pace used up on 2026-03-21'
    """
    axes = canvas(ax, height=2.9)
    table = read_snapshots(snapshots)
    meters = [(meter, found) for meter in METERS.values() if (found := outlook(table, meter)) is not None]
    title = "Usage of the plan"
    if not meters:
        return draw_nothing(
            axes, title, "no usage in the frame" if len(table) else f"no snapshot in the frame ({SOURCE})"
        )
    name_rows(axes, [meter.title for meter, _ in meters])
    ends, handles = [], []
    for place, (_, found) in enumerate(meters):
        used, at_end = (_of_limit(value, found.limit) for value in (found.used, found.at_end))
        handles.append(axes.barh(place, used, height=0.5, **(BAD if used >= 1 else GOOD).bar))
        axes.barh(place, max(at_end - used, 0), left=used, height=0.5, **FAIR.bar)
        ends.append(max(used, at_end))
    for place, (meter, found) in enumerate(meters):
        axes.annotate(
            _usage_text(meter, found, narrow=is_narrow(axes)), (0, place - 0.25), xytext=(2, 4),
            textcoords="offset points", va="bottom", fontsize=8.5, color=INK,
        )  # fmt: skip
    axes.axvline(1, color=INK, linewidth=1.4, linestyle="--")
    axes.set_ylim(len(meters) - 0.5, -0.75)
    axes.set_xlim(0, max(1.08, *ends))
    _use_percent_ticks(axes)
    latest: Any = table["taken_at"].max()
    title = f"{title} on {latest:%Y-%m-%d}\nhatched: by the end of the period, at this pace"
    return label_axes(axes, title, x="of the limit (dashed)", grid="x")


def _use_percent_ticks(axes: Axes) -> None:
    from matplotlib.ticker import PercentFormatter

    axes.xaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))


def _of_limit(value: float | None, limit: float | None) -> float:
    """Return the share of the limit, at most 2; 0 without a limit."""
    return min(value / limit, 2.0) if value is not None and limit else 0.0


def _usage_text(meter: Meter, found: Outlook, *, narrow: bool) -> str:
    """Return the usage, the limit and the forecast in words."""
    if found.limit is None:
        return f"{count(found.used)} {meter.title} used, limit unknown"
    more = _forecast_text(found, narrow=narrow)
    return f"{count(found.used)} of {count(found.limit)} {meter.title} used{more and '; '}{more}"


def _forecast_text(found: Outlook, *, narrow: bool) -> str:
    """Return the forecast in words; "" where there is no room or no pace."""
    if found.limit is not None and found.used >= found.limit:
        return "nothing is left"
    if found.used_up is not None:
        return f"{'' if narrow else 'at this pace '}used up on {found.used_up:%Y-%m-%d}"
    if narrow or found.at_end is None or found.end is None:
        return ""
    return f"at this pace {count(round(found.at_end))} when the period ends, {found.end:%Y-%m-%d}"


def burn_down(snapshots: Any, meter: str = "emails", *, ax: Axes | None = None) -> Axes:
    """Draw what is left of one limit over the period, with the forecast at this pace dashed.

    Args:
        snapshots: Frame of ``ws.billing.snapshot()``, or better of several, such as
            ``ws.mirror.frame("billing_usage")``.
        meter: "emails", "prospector_credits" or "leads".
        ax: Axes to draw into; by default those of a new figure.

    Raises:
        PictureError: A column is missing, or the meter is unknown.

    Example:
        >>> import pandas as pd
        >>> rows = {"taken_at": ["2026-03-02T00:00:00Z", "2026-03-11T00:00:00Z"], "usage_emails_sent": [20, 200],
        ...         "usage_period_start": "2026-03-01T00:00:00Z", "usage_period_end": "2026-03-31T00:00:00Z",
        ...         "usage_emails_limit": 1000}
        >>> axes = burn_down(pd.DataFrame(rows))
        >>> [[float(y) for y in line.get_ydata()] for line in axes.lines[:2]]
        [[1000.0, 980.0, 800.0], [800.0, 400.0]]
    """
    if meter not in METERS:
        raise PictureError(f"unknown meter {meter!r}", repair=nearest(str(meter), METERS))
    axes, chosen_meter = canvas(ax), METERS[meter]
    table = read_snapshots(snapshots)
    found = outlook(table, chosen_meter)
    title = f"What is left: {chosen_meter.title}"
    if found is None or found.limit is None:
        why = "the plan does not limit it" if found else f"no snapshot in the frame has it ({SOURCE})"
        return draw_nothing(axes, title, why)
    _draw_burn_down(axes, found, found.limit)
    use_time_ticks(axes)
    title = f"What is left: {count(max(found.limit - found.used, 0))} of {count(found.limit)} {chosen_meter.title}"
    title = f"{title}\n{_usage_text(chosen_meter, found, narrow=is_narrow(axes))}"
    return label_axes(axes, title, x=f"time ({zone_of(table['taken_at'])})", y=f"{chosen_meter.title} left", grid="y")


def _draw_burn_down(axes: Axes, found: Outlook, limit: float) -> None:
    """Draw the readings and the straight line that continues them."""
    at: list[Any] = [when.replace(tzinfo=None) for when, _ in found.readings]
    left = [max(limit - used, 0) for _, used in found.readings]
    handles = axes.plot(at, left, **GOOD.line)
    names = ["left"]
    end = found.used_up or found.end
    if end is not None and found.per_day is not None and end > found.readings[-1][0]:
        last = 0.0 if found.used_up else max(limit - (found.at_end or 0), 0)
        dash = {**BAD.line} if found.used_up else {**FAIR.line, "color": INK, "marker": "d"}
        handles += axes.plot([at[-1], end.replace(tzinfo=None)], [left[-1], last], **dash)
        outcome = "used up" if found.used_up else f"{count(round(last))} left"
        names += [f"at {count(round(found.per_day, 1))} a day: {outcome} on {end:%Y-%m-%d}"]
    if found.end is not None:
        axes.axvline(found.end.replace(tzinfo=None), color=INK, linewidth=1, linestyle=":")  # type: ignore[arg-type]
    axes.set_ylim(0, max(limit, 1) * 1.08)
    use_count_ticks(axes, "y")
    legend(axes, handles, names)
