"""Requests over time, their failures, and what is left of the rate limit."""

from __future__ import annotations

from typing import Any, Final

import polars as pl
from matplotlib.axes import Axes

from pb2b_notebook.display.counting import count_text
from pb2b_notebook.plots.canvases import canvas, draw_nothing, label_axes, use_count_ticks
from pb2b_notebook.plots.columns import select_columns
from pb2b_notebook.plots.labels import count, duration
from pb2b_notebook.plots.periods import PERIODS, choose_period, period_starts, use_time_ticks, wall_times, zone_of
from pb2b_notebook.plots.styles import BAD, FAIR, GOOD, INK, WAITING, legend

SOURCE: Final = "ws.requests()"
PARTS: Final = (
    ("succeeded", GOOD), ("after retries", FAIR), ("limited (429)", WAITING), ("refused or failed", BAD),
)  # fmt: skip


def request_timeline(requests: Any, *, every: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw the requests of each period by outcome, and the fewest that the rate limit had left.

    The fewest left are a line on a second axis at the right, ``axes.figure.axes[-1]``.

    Args:
        requests: Frame of ``ws.requests()``: time, status, attempts and rate_left; ms and error are optional.
        every: "second", "minute", "hour", "day" or "week"; by default it follows from the span.
        ax: Axes to draw into; by default those of a new figure.

    Raises:
        PictureError: A column is missing, or ``every`` is not a period.

    Example:
        >>> import pandas as pd
        >>> rows = {"time": "2026-03-10T12:00:00Z", "status": [200, 503], "attempts": 1, "rate_left": [599, 598]}
        >>> axes = request_timeline(pd.DataFrame(rows), every="minute")
        >>> [bars.get_label() for bars in axes.containers], float(axes.figure.axes[-1].lines[0].get_ydata()[0])
        (['succeeded', 'refused or failed'], 598.0)
    """
    axes = canvas(ax)
    table = select_columns(
        requests, SOURCE, times=["time"], numbers=["status", "attempts", "rate_left", "ms"], texts=["error"],
        optional=["ms", "error"],
    ).drop_nulls("time")  # fmt: skip
    title = "Requests"
    if table.is_empty():
        return draw_nothing(axes, title, f"no requests from this machine yet ({SOURCE})")
    every = choose_period(table["time"], every)
    groups = table.group_by(period_starts(table["time"], every).alias("start")).agg(
        *(ended.sum().alias(name) for name, ended in _endings()), pl.col("rate_left").min().alias("left")
    )
    _draw(axes, groups.sort("start"), PERIODS[every][1])
    failed = int(table.select(~_is_success()).to_series().sum())
    median = table["ms"].median()
    facts = [count_text(failed, "failure")]
    if median is not None:
        facts.append(f"median {duration(float(median) / 1000)}")  # type: ignore[arg-type]
    first: Any = wall_times(table["time"]).min()
    last: Any = wall_times(table["time"]).max()
    title = f"{title}: {count(len(table))}, {', '.join(facts)}\n{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}"
    use_count_ticks(axes, "y")
    return label_axes(
        axes, title, x=f"ended ({zone_of(table['time'])}), by {every}", y=f"requests per {every}", grid="y"
    )


def _is_success() -> pl.Expr:
    """Return whether a request got a response that is not an error."""
    return pl.col("status").is_between(200, 399).fill_null(value=False) & pl.col("error").is_null()


def _endings() -> list[tuple[str, pl.Expr]]:
    """Return the name and the condition of each part of a bar."""
    retried, limited = pl.col("attempts").fill_null(1) > 1, pl.col("status") == 429  # noqa: PLR2004 - HTTP
    endings = (_is_success() & ~retried, _is_success() & retried, limited.fill_null(value=False))
    rest = ~_is_success() & ~limited.fill_null(value=False)
    return [(name, ended) for (name, _), ended in zip(PARTS, (*endings, rest), strict=True)]


def _draw(axes: Axes, groups: pl.DataFrame, seconds: int) -> None:
    from datetime import timedelta

    width = timedelta(seconds=seconds * 0.86)
    reached = pl.Series([0] * len(groups), dtype=pl.Int64)
    at: list[Any] = [start + timedelta(seconds=seconds / 2) for start in groups["start"]]
    for name, style in PARTS:
        heights = groups[name].cast(pl.Int64)
        if heights.sum():
            axes.bar(at, heights, width=width, bottom=reached, label=name, **style.bar)  # type: ignore[arg-type]
        reached = reached + heights
    handles, names = list[Any](axes.containers), [str(bars.get_label()) for bars in axes.containers]
    axes.set_ylim(0, float(reached.max() or 1) * 1.15)  # type: ignore[arg-type]
    axes.set_xlim(at[0] - 2 * width, at[-1] + 2 * width)
    known = groups.with_columns(at=pl.Series(at)).drop_nulls("left")
    if len(known):
        handles += _draw_rate_left(axes, known["at"].to_list(), known["left"].to_list())
        names.append("fewest left of the rate limit")
    legend(axes, handles, names)
    use_time_ticks(axes)


def _draw_rate_left(axes: Axes, at: list[Any], left: list[float]) -> list[Any]:
    """Draw what the rate limit had left on a second axis at the right: it is usually many times the requests."""
    right = axes.twinx()
    right.spines[["top", "left"]].set_visible(False)
    right.set_ylim(0, max(*left, 1) * 1.15)
    right.set_ylabel("requests left")
    use_count_ticks(right, "y")
    return right.plot(at, left, color=INK, marker="D", markersize=4, linewidth=1)
