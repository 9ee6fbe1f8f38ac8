"""What was asked of the service, what it refused, and what is left of the rate budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pb2b_notebook.plots.canvases import canvas, counted, framed, nothing
from pb2b_notebook.plots.columns import chosen
from pb2b_notebook.plots.labels import count, duration, plural
from pb2b_notebook.plots.looks import BAD, FAIR, GOOD, INK, WAITING, legend
from pb2b_notebook.plots.periods import PERIODS, dated, period, starts, wall, zone_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SOURCE: Final = "ws.requests()"
PARTS: Final = (
    ("went well", GOOD), ("after retries", FAIR), ("limited (429)", WAITING), ("refused or failed", BAD),
)  # fmt: skip


def request_timeline(requests: Any, *, every: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw the requests of each period by how they ended, and the fewest that the rate limit had left in it.

    The fewest left are a line on an axis of their own at the right, ``axes.figure.axes[-1]``.

    Args:
        requests: of ``ws.requests()``: time, status, attempts, rate_left; ms and error help.
        every: "second", "minute", "hour", "day" or "week"; by default what suits the span.
        ax: where to draw.

    Raises:
        PictureError: a column is missing, or ``every`` is no period.

    Example:
        >>> import pandas as pd
        >>> rows = {"time": "2026-03-10T12:00:00Z", "status": [200, 503], "attempts": 1, "rate_left": [599, 598]}
        >>> axes = request_timeline(pd.DataFrame(rows), every="minute")
        >>> [bars.get_label() for bars in axes.containers], float(axes.figure.axes[-1].lines[0].get_ydata()[0])
        (['went well', 'refused or failed'], 598.0)
    """
    axes = canvas(ax)
    table = chosen(
        requests, SOURCE, times=["time"], numbers=["status", "attempts", "rate_left", "ms"], texts=["error"],
        optional=["ms", "error"],
    ).drop_nulls("time")  # fmt: skip
    title = "Requests"
    if table.is_empty():
        return nothing(axes, title, f"nothing was asked from this machine yet ({SOURCE})")
    every = period(table["time"], every)
    groups = table.group_by(starts(table["time"], every).alias("start")).agg(
        *(ended.sum().alias(told) for told, ended in _endings()), pl.col("rate_left").min().alias("left")
    )
    _draw(axes, groups.sort("start"), PERIODS[every][1])
    failed = int(table.select(~_well()).to_series().sum())
    median = table["ms"].median()
    facts = [plural(failed, "failure"), *([f"median {duration(float(median) / 1000)}"] if median is not None else [])]  # type: ignore[arg-type]
    first: Any = wall(table["time"]).min()
    last: Any = wall(table["time"]).max()
    title = f"{title}: {count(len(table))}, {', '.join(facts)}\n{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}"
    counted(axes, "y")
    return framed(
        axes,
        title,
        x=f"ended ({zone_of(table['time'])}), by {every}",
        y=f"requests per {every}",
        grid="y",
    )


def _well() -> pl.Expr:
    """Answered, and by what is no refusal."""
    return pl.col("status").is_between(200, 399).fill_null(value=False) & pl.col("error").is_null()


def _endings() -> list[tuple[str, pl.Expr]]:
    retried, limited = pl.col("attempts").fill_null(1) > 1, pl.col("status") == 429  # noqa: PLR2004 - HTTP
    endings = (_well() & ~retried, _well() & retried, limited.fill_null(value=False))
    rest = ~_well() & ~limited.fill_null(value=False)
    return [(told, ended) for (told, _), ended in zip(PARTS, (*endings, rest), strict=True)]


def _draw(axes: Axes, groups: pl.DataFrame, seconds: int) -> None:
    from datetime import timedelta

    width = timedelta(seconds=seconds * 0.86)
    reached = pl.Series([0] * len(groups), dtype=pl.Int64)
    at: list[Any] = [start + timedelta(seconds=seconds / 2) for start in groups["start"]]
    for told, look in PARTS:
        heights = groups[told].cast(pl.Int64)
        if heights.sum():
            axes.bar(at, heights, width=width, bottom=reached, label=told, **look.bar)  # type: ignore[arg-type]
        reached = reached + heights
    handles, names = list[Any](axes.containers), [str(one.get_label()) for one in axes.containers]
    axes.set_ylim(0, float(reached.max() or 1) * 1.15)  # type: ignore[arg-type]
    axes.set_xlim(at[0] - 2 * width, at[-1] + 2 * width)
    known = groups.with_columns(at=pl.Series(at)).drop_nulls("left")
    if len(known):
        handles += _budget(axes, known["at"].to_list(), known["left"].to_list())
        names.append("fewest left of the rate limit")
    legend(axes, handles, names)
    dated(axes)


def _budget(axes: Axes, at: list[Any], left: list[float]) -> list[Any]:
    """What the rate limit had left, on an axis of its own at the right: it is usually many times what is asked."""
    right = axes.twinx()
    right.spines[["top", "left"]].set_visible(False)
    right.set_ylim(0, max(*left, 1) * 1.15)
    right.set_ylabel("requests left")
    counted(right, "y")
    return right.plot(at, left, color=INK, marker="D", markersize=4, linewidth=1)
