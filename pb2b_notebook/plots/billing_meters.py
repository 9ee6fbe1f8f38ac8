"""What of the plan is used, and when it is used up at this pace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pb2b_notebook.errors import PictureError, nearest
from pb2b_notebook.plots.canvases import canvas, counted, framed, nothing
from pb2b_notebook.plots.columns import chosen, column_names, open_frame
from pb2b_notebook.plots.labels import count, is_narrow, rows_named
from pb2b_notebook.plots.looks import BAD, FAIR, GOOD, INK, legend
from pb2b_notebook.plots.periods import dated, zone_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SOURCE: Final = 'ws.billing.snapshot() or ws.mirror.frame("billing_usage")'
FARTHEST: Final = timedelta(days=3_650)
"""Beyond this nobody plans."""


@dataclass(frozen=True, slots=True)
class Meter:
    """Something that the plan limits.

    Attributes:
        title: in words.
        used: the column of what is used.
        limit: the column of how much there is.
        renews: it begins at 0 in each period.
    """

    title: str
    used: str
    limit: str
    renews: bool


METERS: Final = {
    "emails": Meter("e-mails", "usage_emails_sent", "usage_emails_limit", renews=True),
    "prospector_credits": Meter(
        "prospector credits", "usage_prospector_credits_used", "usage_prospector_credits_limit", renews=True
    ),
    "leads": Meter("stored leads", "usage_leads_stored", "usage_leads_limit", renews=False),
}
PERIOD: Final = ("usage_period_start", "usage_period_end")


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is used of a meter, and what will be if it goes on like this.

    Attributes:
        readings: times and what was used then, the latest last; of a meter that renews from the period's start.
        limit: how much there is; ``None`` where the plan does not limit it.
        end: of the period; ``None`` where it is not told, or the meter does not renew.
        per_day: the pace; ``None`` where one reading tells none.
        used_up: when nothing is left, at this pace; ``None`` if not before ``end``.
    """

    readings: tuple[tuple[datetime, float], ...]
    limit: float | None
    end: datetime | None
    per_day: float | None
    used_up: datetime | None

    @property
    def used(self) -> float:
        """What is used by now."""
        return self.readings[-1][1]

    @property
    def at_end(self) -> float | None:
        """What will be used at the end of the period."""
        if self.end is None or self.per_day is None:
            return None
        return self.used + self.per_day * max((self.end - self.readings[-1][0]) / timedelta(days=1), 0)


def outlook(table: pl.DataFrame, meter: Meter) -> Outlook | None:
    """The outlook of a meter; none where nothing is told of it.

    The pace is the straight line from the first reading of the latest period to the last; what renews was 0 at the
    period's start. Pure.
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
        _used_up(readings[-1], limit, pace, end if meter.renews else None),
    )


def _pace(readings: list[tuple[datetime, float]]) -> float | None:
    """Units a day, from the first reading to the last."""
    (first, before), (last, now) = readings[0], readings[-1]
    return (now - before) / ((last - first) / timedelta(days=1)) if last > first else None


def _used_up(
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


def _readings(snapshots: Any) -> pl.DataFrame:
    numbers = [column for meter in METERS.values() for column in (meter.used, meter.limit)]
    snapshots = open_frame(snapshots, SOURCE)
    here = [name for name in numbers if name in column_names(snapshots)]
    table = chosen(
        snapshots, SOURCE, times=["taken_at", *PERIOD], numbers=numbers,
        optional=[*PERIOD, *(numbers if here else [])],
    )  # fmt: skip
    zone = zone_of(table["taken_at"])
    zone_less = zone == "no time zone"
    to = [
        pl.col(name).dt.replace_time_zone(None) if zone_less else pl.col(name).dt.convert_time_zone(zone)
        for name in PERIOD
    ]
    return table.with_columns(to).sort("taken_at", nulls_last=False)


def billing_usage(snapshots: Any, *, ax: Axes | None = None) -> Axes:
    """Draw what of each limit is used, and hatched what will be by the end of the period at this pace.

    The pace is the average since the period began; what does not begin anew, such as stored leads, needs two snapshots
    for one.

    Args:
        snapshots: of ``ws.billing.snapshot()``, or several one below the other, such as
            ``ws.mirror.frame("billing_usage")``.
        ax: where to draw.

    Raises:
        PictureError: a column is missing.

    Example:
        >>> import pandas as pd
        >>> row = {"taken_at": "2026-03-11T00:00:00Z", "usage_period_start": "2026-03-01T00:00:00Z",
        ...        "usage_period_end": "2026-03-31T00:00:00Z", "usage_emails_sent": 500, "usage_emails_limit": 1000}
        >>> billing_usage(pd.DataFrame([row])).texts[0].get_text()
        '500 of 1,000 e-mails used; at this pace used up on 2026-03-21'
    """
    axes = canvas(ax, height=2.9)
    table = _readings(snapshots)
    told = [(meter, found) for meter in METERS.values() if (found := outlook(table, meter)) is not None]
    title = "Usage of the plan"
    if not told:
        return nothing(
            axes, title, "the frame tells of no usage" if len(table) else f"no snapshot in the frame ({SOURCE})"
        )
    rows_named(axes, [meter.title for meter, _ in told])
    ends, handles = [], []
    for place, (_, found) in enumerate(told):
        used, at_end = (_of_limit(value, found.limit) for value in (found.used, found.at_end))
        handles.append(axes.barh(place, used, height=0.5, **(BAD if used >= 1 else GOOD).bar))
        axes.barh(place, max(at_end - used, 0), left=used, height=0.5, **FAIR.bar)
        ends.append(max(used, at_end))
    for place, (meter, found) in enumerate(told):
        axes.annotate(
            _words(meter, found, narrow=is_narrow(axes)), (0, place - 0.25), xytext=(2, 4),
            textcoords="offset points", va="bottom", fontsize=8.5, color=INK,
        )  # fmt: skip
    axes.axvline(1, color=INK, linewidth=1.4, linestyle="--")
    axes.set_ylim(len(told) - 0.5, -0.75)
    axes.set_xlim(0, max(1.08, *ends))
    _percent(axes)
    latest: Any = table["taken_at"].max()
    title = f"{title} on {latest:%Y-%m-%d}\nhatched: by the end of the period, at this pace"
    return framed(axes, title, x="of the limit (dashed)", grid="x")


def _percent(axes: Axes) -> None:
    from matplotlib.ticker import PercentFormatter

    axes.xaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))


def _of_limit(value: float | None, limit: float | None) -> float:
    """The share of the limit, drawn up to twice of it; 0 where there is none."""
    return min(value / limit, 2.0) if value is not None and limit else 0.0


def _words(meter: Meter, found: Outlook, *, narrow: bool) -> str:
    """What is used, of how much, and what comes of it."""
    if found.limit is None:
        return f"{count(found.used)} {meter.title} used, no limit told"
    more = _prospect(found, narrow=narrow)
    return f"{count(found.used)} of {count(found.limit)} {meter.title} used{more and '; '}{more}"


def _prospect(found: Outlook, *, narrow: bool) -> str:
    """What comes of the pace, as far as there is room to say it."""
    if found.limit is not None and found.used >= found.limit:
        return "nothing is left"
    if found.used_up is not None:
        return f"{'' if narrow else 'at this pace '}used up on {found.used_up:%Y-%m-%d}"
    if narrow or found.at_end is None or found.end is None:
        return ""
    return f"at this pace {count(round(found.at_end))} when the period ends, {found.end:%Y-%m-%d}"


def burn_down(snapshots: Any, meter: str = "emails", *, ax: Axes | None = None) -> Axes:
    """Draw what is left of one limit over the period, and dashed what will be, at this pace.

    Args:
        snapshots: of ``ws.billing.snapshot()``, or better several, such as ``ws.mirror.frame("billing_usage")``.
        meter: "emails", "prospector_credits" or "leads".
        ax: where to draw.

    Raises:
        PictureError: a column is missing, or there is no such meter.

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
        raise PictureError(f"there is no meter {meter!r}", repair=nearest(str(meter), METERS))
    axes, chosen_meter = canvas(ax), METERS[meter]
    table = _readings(snapshots)
    found = outlook(table, chosen_meter)
    title = f"What is left: {chosen_meter.title}"
    if found is None or found.limit is None:
        why = "the plan does not limit it" if found else f"no snapshot in the frame tells of it ({SOURCE})"
        return nothing(axes, title, why)
    _burnt(axes, found, found.limit)
    dated(axes)
    title = f"What is left: {count(max(found.limit - found.used, 0))} of {count(found.limit)} {chosen_meter.title}"
    title = f"{title}\n{_words(chosen_meter, found, narrow=is_narrow(axes))}"
    return framed(axes, title, x=f"time ({zone_of(table['taken_at'])})", y=f"{chosen_meter.title} left", grid="y")


def _burnt(axes: Axes, found: Outlook, limit: float) -> None:
    """The readings, and the straight line that goes on from them."""
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
    counted(axes, "y")
    legend(axes, handles, names)
