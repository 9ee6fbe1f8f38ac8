"""How many leads there are, since when, and of which kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pb2b_notebook.plots.canvases import canvas, counted, framed, nothing
from pb2b_notebook.plots.columns import chosen
from pb2b_notebook.plots.labels import UNTOLD, count, name, plural, title_of
from pb2b_notebook.plots.looks import SERIES, end_labels, marked
from pb2b_notebook.plots.periods import all_starts, dated, following, period, starts, wall, zone_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SOURCE: Final = "ws.leads.list()"


def leads_over_time(
    leads: Any, *, by: str = "status", every: str | None = None, most: int = 7, ax: Axes | None = None
) -> Axes:
    """Draw how many leads were created up to each time: a line for each status, source or other column.

    The status is the one that a lead has now. All rows are counted, deleted and merged ones, too, if they are there.

    Args:
        leads: of ``ws.leads.list()``: the columns created_at and ``by``.
        by: a column of text, such as "status", "source", "owner_email" or "country".
        every: "day", "week", "month", "quarter" or "year"; by default what suits the span.
        most: lines; the smaller groups beyond are one line.
        ax: where to draw.

    Returns:
        The axes: x the end of each period in the column's zone, y leads.

    Raises:
        PictureError: a column is missing, or ``every`` is no period.

    Example:
        >>> import pandas as pd
        >>> leads = pd.DataFrame({"created_at": ["2026-03-01T09:00:00Z", "2026-03-09T09:00:00Z"], "status": "new"})
        >>> axes = leads_over_time(leads, every="week")
        >>> [[int(y) for y in line.get_ydata()] for line in axes.lines]
        [[0, 1, 1, 2]]
    """
    axes = canvas(ax)
    table = chosen(leads, SOURCE, times=["created_at"], texts=[by])
    title = f"Leads by {title_of(by)}"
    known = table.drop_nulls("created_at")
    if known.is_empty():
        return nothing(
            axes, title, "no lead has a time of creation" if len(table) else f"no leads in the frame ({SOURCE})"
        )
    every = period(known["created_at"], every)
    ends, lines = _sums(known, by, every, most)
    _draw(axes, ends, lines)
    left = len(table) - len(known)
    remark = f"; {plural(left, 'lead')} without a time left out" if left else ""
    latest: Any = wall(known["created_at"]).max()
    title = f"{title}: {count(len(known))} created until {latest:%Y-%m-%d}{remark}"
    return framed(axes, title, x=f"created ({zone_of(table['created_at'])}), by {every}", y="leads so far", grid="y")


def _sums(known: pl.DataFrame, by: str, every: str, most: int) -> tuple[list[Any], list[tuple[str, list[int]]]]:
    """The ends of the periods, and for each group, the largest first, the leads so far at each of them."""
    groups = known.group_by(starts(known["created_at"], every).alias("start"), pl.col(by).fill_null(UNTOLD)).len()
    order = groups.group_by(by).agg(pl.col("len").sum()).sort("len", by, descending=[True, False])[by].to_list()
    kept = order if len(order) <= most else order[: most - 1]
    others = len(order) - len(kept)
    grid = all_starts(groups["start"].min(), groups["start"].max(), every)
    rest = f"{others} others"
    table = groups.with_columns(pl.when(pl.col(by).is_in(kept)).then(pl.col(by)).otherwise(pl.lit(rest)).alias("group"))
    lines = []
    for group in [*kept, *([rest] if others else [])]:
        of_group = table.filter(pl.col("group") == group).group_by("start").agg(pl.col("len").sum())
        filled = pl.DataFrame({"start": grid}).join(of_group, on="start", how="left", maintain_order="left")
        lines.append((group, [0, *filled["len"].fill_null(0).cum_sum().to_list()]))
    latest: Any = wall(known["created_at"]).max()
    inner = [following(start, every) for start in grid[:-1]]
    return [grid[0], *inner, max(latest, inner[-1] if inner else grid[0])], lines


def _draw(axes: Axes, ends: list[Any], lines: list[tuple[str, list[int]]]) -> None:
    top = max(max(heights) for _, heights in lines) * 1.08
    labels: list[tuple[Any, float, str]] = []
    for place, (group, heights) in enumerate(lines):
        look = SERIES[place % len(SERIES)]
        axes.plot(
            ends,
            heights,
            markevery=marked(len(ends)),
            label=f" {name(group)}",
            **{**look.line, "linewidth": 1.5 + 0.7 * (len(lines) - 1 - place) / len(lines)},
        )
        labels.append((ends[-1], heights[-1], f"{name(group, 18)} {count(heights[-1])}"))
    axes.set_ylim(0, top)
    end_labels(axes, labels, top)
    counted(axes, "y")
    dated(axes)
