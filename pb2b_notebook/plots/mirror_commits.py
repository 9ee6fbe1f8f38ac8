"""How the mirror on this machine grew, and what changed in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pb2b_notebook.plots.canvases import canvas, counted, framed, nothing
from pb2b_notebook.plots.columns import chosen
from pb2b_notebook.plots.labels import beside, count, is_narrow, plural, rows_named
from pb2b_notebook.plots.looks import BAD, FAIR, GOOD, INK
from pb2b_notebook.plots.periods import dated, wall, zone_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HISTORY: Final = 'ws.mirror.history("leads")'
CHANGES: Final = 'ws.mirror.changes("leads", since="7d")'
WHOLE: Final = (("created", GOOD), ("deleted", BAD), ("removed", BAD))
"""Changes of a row as a whole."""


def mirror_growth(history: Any, *, ax: Axes | None = None) -> Axes:
    """Draw the rows of a mirrored resource after each commit, and beside each what it brought.

    Where the log no longer holds the first commit, the line tells how many rows more there are than when it begins.

    Args:
        history: of ``ws.mirror.history(resource)``: version, committed_at, inserted, updated and deleted.
        ax: where to draw.

    Raises:
        PictureError: a column is missing.

    Example:
        >>> import pandas as pd
        >>> rows = {"version": [1, 0], "committed_at": ["2026-03-10T12:00:00Z", "2026-03-09T12:00:00Z"],
        ...         "inserted": [5, 100], "updated": [3, 0], "deleted": [1, 0]}
        >>> mirror_growth(pd.DataFrame(rows)).lines[0].get_ydata().tolist()
        [100.0, 104.0]
    """
    axes = canvas(ax)
    numbers = ["version", "inserted", "updated", "deleted"]
    table = chosen(history, HISTORY, times=["committed_at"], numbers=numbers).drop_nulls(["version", "committed_at"])
    title = "Mirror"
    if table.is_empty():
        return nothing(axes, title, f"no commit in the frame ({HISTORY})")
    table = table.sort("version").with_columns(pl.col(numbers[1:]).fill_null(0))
    rows = (table["inserted"] - table["deleted"]).cum_sum()
    from_start = table["version"][0] == 0
    at = wall(table["committed_at"]).to_list()
    look = {**GOOD.line, "marker": "o" if len(at) <= 40 else ""}  # noqa: PLR2004 - beyond, markers hide the line
    axes.plot(at, rows.to_numpy(), drawstyle="steps-post", **look)
    _commits(axes, table, at, rows.to_list())
    counted(axes, "y")
    dated(axes)
    sums = table.select(pl.col(numbers[1:]).sum()).row(0, named=True)
    sums["removed"] = sums.pop("deleted")  # from the mirror: a lead deleted at the service is a row that was updated
    told = ", ".join(f"{count(number)} {what}" for what, number in sums.items())
    title = f"{title}: {plural(len(table), 'commit')} · {told}"
    y = "rows" if from_start else "rows more than at first"
    return framed(axes, title, x=f"committed ({zone_of(table['committed_at'])})", y=y, grid="y")


def _commits(axes: Axes, table: pl.DataFrame, at: list[Any], rows: list[float]) -> None:
    """What the latest commits brought, as many as there is room for; and limits that show a change."""
    signs = (("inserted", "+"), ("updated", "~"), ("deleted", "−"))
    low, high = min(rows), max(rows)
    margin = max((high - low) * 0.25, abs(high) * 0.02, 1)
    axes.set_ylim(low - margin if low > margin else 0, high + margin)
    if len(at) > 8:  # noqa: PLR2004 - more than these are not read
        return
    apart, last = (at[-1] - at[0]) * (0.2 if is_narrow(axes) else 0.1), None
    for place, row in enumerate(table.iter_rows(named=True)):
        if last is not None and at[place] - last < apart:
            continue
        last = at[place]
        told = " ".join(f"{sign}{count(row[what])}" for what, sign in signs if row[what])
        side = "right" if place == len(at) - 1 and place else "left"
        axes.annotate(
            told, (at[place], rows[place]), xytext=(0, 7), textcoords="offset points", fontsize=8.5, color=INK, ha=side
        )


def mirror_changes(changes: Any, *, most: int = 15, ax: Axes | None = None) -> Axes:
    """Draw how many values changed, field by field, and how many rows came or went.

    Args:
        changes: of ``ws.mirror.changes(resource, since=…)``: id, change and field.
        most: fields, those that changed most.
        ax: where to draw.

    Raises:
        PictureError: a column is missing.

    Example:
        >>> import pandas as pd
        >>> rows = [("a", "changed", "city"), ("a", "changed", "title"), ("b", "created", None)]
        >>> axes = mirror_changes(pd.DataFrame(rows, columns=["id", "change", "field"]))
        >>> [label.get_text() for label in axes.get_yticklabels()]
        ['rows created', 'city', 'title']
    """
    table = chosen(changes, CHANGES, texts=["id", "change", "field"])
    whole = [(f"rows {kind}", int((table["change"] == kind).sum()), look) for kind, look in WHOLE]
    whole = [one for one in whole if one[1]]
    fields = table.filter(pl.col("change") == "changed").drop_nulls("field").group_by("field").len()
    fields = fields.sort("len", "field", descending=[True, False])
    bars = [*whole, *((field, number, FAIR) for field, number in fields.head(most).iter_rows())]
    axes = canvas(ax, height=1.4 + 0.3 * max(len(bars), 3))
    if not bars:
        return nothing(axes, "Changes", f"nothing changed since then ({CHANGES})")
    rows_named(axes, [what for what, _, _ in bars])
    for place, (_, number, look) in enumerate(bars):
        axes.barh(place, number, height=0.68, **look.bar)
    rows = table["id"].n_unique()
    beside(axes, [number for _, number, _ in bars], [f"{count(number)}" for _, number, _ in bars])
    axes.set_ylim(len(bars) - 0.4, -0.6)
    counted(axes, "x")
    remark = f", the {most} most changed of {len(fields)}" if len(fields) > most else ""
    return framed(axes, f"Changes: {plural(rows, 'row')}{remark}", x="rows, and changed values by field", grid="x")
