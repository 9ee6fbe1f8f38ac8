"""Leads over time, by status or another column."""

from __future__ import annotations

from typing import Any, Final

import polars as pl
from matplotlib.axes import Axes

from pb2b_notebook.display.counting import count_text
from pb2b_notebook.plots.canvases import canvas, draw_nothing, label_axes, use_count_ticks
from pb2b_notebook.plots.columns import select_columns
from pb2b_notebook.plots.labels import UNKNOWN, count, name, title_of
from pb2b_notebook.plots.periods import (
    all_period_starts,
    choose_period,
    next_start,
    period_starts,
    use_time_ticks,
    wall_times,
    zone_of,
)
from pb2b_notebook.plots.styles import SERIES, end_labels, marker_positions

SOURCE: Final = "ws.leads.list()"


def leads_over_time(
    leads: Any, *, by: str = "status", every: str | None = None, most: int = 7, ax: Axes | None = None
) -> Axes:
    """Draw the number of leads created up to each time: a line for each status, source or other group.

    The status is the current one. All rows of the frame are counted, including deleted and merged leads.

    Args:
        leads: Frame of ``ws.leads.list()``: created_at and the column ``by``.
        by: Text column to group by, such as "status", "source", "owner_email" or "country".
        every: "day", "week", "month", "quarter" or "year"; by default it follows from the span.
        most: Most lines; the smaller groups share one line.
        ax: Axes to draw into; by default those of a new figure.

    Returns:
        The axes: x is the end of each period in the column's time zone, y the number of leads.

    Raises:
        PictureError: A column is missing, or ``every`` is not a period.

    Example:
        >>> import pandas as pd
        >>> leads = pd.DataFrame({"created_at": ["2026-03-01T09:00:00Z", "2026-03-09T09:00:00Z"], "status": "new"})
        >>> axes = leads_over_time(leads, every="week")
        >>> [[int(y) for y in line.get_ydata()] for line in axes.lines]
        [[0, 1, 1, 2]]
    """
    axes = canvas(ax)
    table = select_columns(leads, SOURCE, times=["created_at"], texts=[by])
    title = f"Leads by {title_of(by)}"
    known = table.drop_nulls("created_at")
    if known.is_empty():
        return draw_nothing(
            axes, title, "no lead has a creation time" if len(table) else f"no leads in the frame ({SOURCE})"
        )
    every = choose_period(known["created_at"], every)
    ends, lines = _cumulative_lines(known, by, every, most)
    _draw(axes, ends, lines)
    left = len(table) - len(known)
    remark = f"; {count_text(left, 'lead')} without a time left out" if left else ""
    latest: Any = wall_times(known["created_at"]).max()
    title = f"{title}: {count(len(known))} created until {latest:%Y-%m-%d}{remark}"
    return label_axes(
        axes, title, x=f"created ({zone_of(table['created_at'])}), by {every}", y="leads so far", grid="y"
    )


def _cumulative_lines(
    known: pl.DataFrame, by: str, every: str, most: int
) -> tuple[list[Any], list[tuple[str, list[int]]]]:
    """Return the ends of the periods, and for each group, the largest first, the leads up to each end."""
    groups = known.group_by(
        period_starts(known["created_at"], every).alias("start"), pl.col(by).fill_null(UNKNOWN)
    ).len()
    order = groups.group_by(by).agg(pl.col("len").sum()).sort("len", by, descending=[True, False])[by].to_list()
    kept = order if len(order) <= most else order[: most - 1]
    others = len(order) - len(kept)
    grid = all_period_starts(groups["start"].min(), groups["start"].max(), every)
    rest = f"{others} others"
    table = groups.with_columns(pl.when(pl.col(by).is_in(kept)).then(pl.col(by)).otherwise(pl.lit(rest)).alias("group"))
    lines = []
    for group in [*kept, *([rest] if others else [])]:
        of_group = table.filter(pl.col("group") == group).group_by("start").agg(pl.col("len").sum())
        filled = pl.DataFrame({"start": grid}).join(of_group, on="start", how="left", maintain_order="left")
        lines.append((group, [0, *filled["len"].fill_null(0).cum_sum().to_list()]))
    latest: Any = wall_times(known["created_at"]).max()
    inner = [next_start(start, every) for start in grid[:-1]]
    return [grid[0], *inner, max(latest, inner[-1] if inner else grid[0])], lines


def _draw(axes: Axes, ends: list[Any], lines: list[tuple[str, list[int]]]) -> None:
    top = max(max(heights) for _, heights in lines) * 1.08
    labels: list[tuple[Any, float, str]] = []
    for place, (group, heights) in enumerate(lines):
        style = SERIES[place % len(SERIES)]
        axes.plot(
            ends,
            heights,
            markevery=marker_positions(len(ends)),
            label=f" {name(group)}",
            **{**style.line, "linewidth": 1.5 + 0.7 * (len(lines) - 1 - place) / len(lines)},
        )
        labels.append((ends[-1], heights[-1], f"{name(group, 18)} {count(heights[-1])}"))
    axes.set_ylim(0, top)
    end_labels(axes, labels, top)
    use_count_ticks(axes, "y")
    use_time_ticks(axes)
