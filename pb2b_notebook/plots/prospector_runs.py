"""Yield of prospector runs, and the cost of a new lead."""

from __future__ import annotations

from typing import Any, Final

import polars as pl
from matplotlib.axes import Axes

from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import PictureError
from pb2b_notebook.plots.canvases import canvas, draw_nothing, label_axes, use_count_ticks
from pb2b_notebook.plots.columns import select_columns
from pb2b_notebook.plots.labels import UNKNOWN, count, is_narrow, name, name_rows, share, write_beside_bars
from pb2b_notebook.plots.periods import all_period_starts, choose_period, period_starts, use_time_ticks, zone_of
from pb2b_notebook.plots.styles import BAD, FAIR, GOOD, SERIES, WAITING, end_labels, legend, marker_positions

SOURCE: Final = "ws.prospector.runs.list()"
WORKFLOWS: Final = "ws.prospector.workflows.list()"
MOST: Final = 20
"""Most rows of the yield; those with the most new leads are shown."""


def prospector_yield(runs: Any, workflows: Any = None, *, ax: Axes | None = None) -> Axes:
    """Draw the leads that the runs of each workflow found: new ones, duplicates and the rest; and their cost.

    Args:
        runs: Frame of ``ws.prospector.runs.list()``: workflow_id, found, created, duplicates, credits_used.
        workflows: Frame of ``ws.prospector.workflows.list()``, for their names.
        ax: Axes to draw into; by default those of a new figure.

    Raises:
        PictureError: A column is missing.

    Example:
        >>> import pandas as pd
        >>> row = {"workflow_id": "w1", "found": 10, "created": 7, "duplicates": 2, "credits_used": 14}
        >>> prospector_yield(pd.DataFrame([row])).texts[0].get_text()
        '7 of 10 new (70%) · 2 credits each'
    """
    numbers = ["found", "created", "duplicates", "credits_used"]
    table = select_columns(runs, SOURCE, numbers=numbers, texts=["workflow_id"])
    groups = _with_workflow_names(table, workflows).group_by("workflow").agg(pl.col(numbers).sum())
    credits_, every = float(groups["credits_used"].sum()), len(groups)
    groups = groups.sort("created", "workflow", descending=[True, False]).head(MOST)
    axes = canvas(ax, height=1.6 + 0.5 * max(len(groups), 2))
    title = "Prospector yield"
    if groups.is_empty() or not groups["found"].sum():
        return draw_nothing(axes, title, "no run found a lead" if len(table) else f"no runs in the frame ({SOURCE})")
    name_rows(axes, groups["workflow"].to_list())
    rest = (groups["found"] - groups["created"] - groups["duplicates"]).clip(lower_bound=0)
    parts = [(GOOD, groups["created"], "new leads"), (FAIR, groups["duplicates"], "known already")]
    parts += [(WAITING, rest, "neither")] if rest.sum() else []
    done, handles = pl.Series([0.0] * len(groups)), []
    for style, lengths, _ in parts:
        handles.append(axes.barh(range(len(groups)), lengths, left=done, height=0.6, **style.bar))
        done = done + lengths
    write_beside_bars(
        axes, done.to_list(), [_yield_text(row, narrow=is_narrow(axes)) for row in groups.iter_rows(named=True)]
    )
    axes.set_ylim(len(groups) - 0.4, -0.6)
    use_count_ticks(axes, "x")
    legend(axes, handles, [name for _, _, name in parts])
    title = f"{title}: {count_text(len(table), 'run')}, {count(credits_)} credit{'' if credits_ == 1 else 's'}"
    title += f"; the {MOST} with most new leads, of {count(every)} workflows" if every > MOST else ""
    return label_axes(axes, title, x="leads found", grid="x")


def _yield_text(row: dict[str, Any], *, narrow: bool) -> str:
    found, created = row["found"], row["created"]
    new = f"{count(created)} of {count(found)} new ({share(created / found)})" if found else "no lead found"
    if narrow:
        return share(created / found) if found else new
    cost = (
        f"{count(row['credits_used'] / created)} credits each" if created else f"{count(row['credits_used'])} credits"
    )
    return f"{new} · {cost}".replace(" 1 credits", " 1 credit")


def _with_workflow_names(runs: pl.DataFrame, workflows: Any) -> pl.DataFrame:
    """Return the runs with the names of their workflows; the id where a name is missing."""
    identified = runs.with_columns(pl.col("workflow_id").fill_null(UNKNOWN))
    if workflows is None:
        return identified.with_columns(workflow=pl.col("workflow_id"))
    names = select_columns(workflows, WORKFLOWS, texts=["id", "name"]).unique("id", keep="first")
    joined = identified.join(names, left_on="workflow_id", right_on="id", how="left", maintain_order="left")
    return joined.with_columns(workflow=pl.coalesce("name", "workflow_id"))


def cost_per_lead(
    runs: Any,
    workflows: Any = None,
    *,
    price: float | None = None,
    currency: str = "EUR",
    every: str | None = None,
    most: int = 7,
    ax: Axes | None = None,
) -> Axes:
    """Draw the cost of a new lead over time for each workflow: credits used per lead created.

    A period that used credits and created no lead is marked by a cross at the top.

    Args:
        runs: Frame of ``ws.prospector.runs.list()``: workflow_id, created, credits_used and started_at.
        workflows: Frame of ``ws.prospector.workflows.list()``, for their names.
        price: Price of one credit in ``currency``; without it the cost is in credits.
        currency: Currency of ``price``.
        every: "day", "week", "month", "quarter" or "year"; by default the shortest with at most 12 periods.
        most: Most lines; the workflows with the fewest new leads share one line.
        ax: Axes to draw into; by default those of a new figure.

    Raises:
        PictureError: A column is missing, or ``every`` or ``price`` is invalid.

    Example:
        >>> import pandas as pd
        >>> row = {"workflow_id": "w1", "created": 4, "credits_used": 6, "started_at": "2026-03-02T08:00:00Z"}
        >>> cost_per_lead(pd.DataFrame([row]), price=0.1).lines[0].get_ydata().round(3).tolist()
        [0.15]
    """
    if price is not None and not (isinstance(price, int | float) and price >= 0):
        raise PictureError("price must be a number of at least 0: the price of one credit", repair="price=0.10")
    axes = canvas(ax)
    table = select_columns(
        runs, SOURCE, times=["started_at"], numbers=["created", "credits_used"], texts=["workflow_id"]
    )
    known = _with_workflow_names(table, workflows).drop_nulls("started_at")
    title, unit = "Cost of a new lead", "credits" if price is None else name(currency, 8)
    if known.is_empty() or not known["created"].sum():
        return draw_nothing(axes, title, "no run created a lead" if len(table) else f"no runs in the frame ({SOURCE})")
    every = choose_period(known["started_at"], every, most=12)
    known = known.with_columns(start=period_starts(known["started_at"], every))
    _draw_costs(axes, *_grouped_lines(known, most), every, price or 1.0)
    use_time_ticks(axes)
    total = float(known["credits_used"].sum()) * (1 if price is None else price)
    title = f"{title}: {total / float(known['created'].sum()):,.2f} {unit} on average, {count(total)} {unit} in all"
    return label_axes(
        axes, title, x=f"started ({zone_of(table['started_at'])}), by {every}", y=f"{unit} per new lead", grid="y"
    )


def _grouped_lines(known: pl.DataFrame, most: int) -> tuple[pl.DataFrame, list[str]]:
    """Return the runs with the smaller workflows under one name, and the names, most new leads first."""
    sums = known.group_by("workflow").agg(pl.col("created").sum())
    order = sums.sort("created", "workflow", descending=[True, False])["workflow"].to_list()
    if len(order) <= most:
        return known, order
    kept = order[: most - 1]
    rest = f"{len(order) - len(kept)} others"
    name_or_rest = pl.when(pl.col("workflow").is_in(kept)).then("workflow").otherwise(pl.lit(rest))
    return known.with_columns(workflow=name_or_rest), [*kept, rest]


def _draw_costs(axes: Axes, known: pl.DataFrame, names: list[str], every: str, price: float) -> None:
    """Draw a line for each workflow, thinner each time so that equal lines show, and crosses for no new lead."""
    grid = pl.DataFrame({"start": all_period_starts(known["start"].min(), known["start"].max(), every)})
    sums = known.group_by("workflow", "start").agg(pl.col("created", "credits_used").sum())
    cost = pl.when(pl.col("created") > 0).then(pl.col("credits_used") * price / pl.col("created"))
    sums = sums.with_columns(cost=cost)
    top = float(sums["cost"].max() or 1) * 1.25  # type: ignore[arg-type]
    ends = []
    for place, workflow in enumerate(names):
        line = grid.join(sums.filter(pl.col("workflow") == workflow), on="start", how="left", maintain_order="left")
        axes.plot(
            line["start"].to_list(),
            line["cost"].to_numpy(),
            markevery=marker_positions(len(line)),
            **{**SERIES[place % len(SERIES)].line, "linewidth": 4.8 - 3.2 * place / max(len(names) - 1, 1)},
        )
        last = line.drop_nulls("cost").tail(1)
        ends += [(at, float(value), name(workflow, 24)) for at, value in last.select("start", "cost").iter_rows()]
    lost = sums.filter((pl.col("created") == 0) & (pl.col("credits_used") > 0))["start"].unique().sort().to_list()
    if lost:
        axes.plot(
            lost, [top * 0.97] * len(lost), marker=BAD.marker, color=BAD.colour, linestyle="none", label="no new lead"
        )
    axes.set_ylim(0, top)
    end_labels(axes, ends, top)
