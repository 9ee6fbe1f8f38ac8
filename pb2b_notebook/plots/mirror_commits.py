"""Growth of the mirror, and the changes in it."""

from __future__ import annotations

from typing import Any, Final

import polars as pl
from matplotlib.axes import Axes

from pb2b_notebook.display.counting import count_text
from pb2b_notebook.plots.canvases import canvas, draw_nothing, label_axes, use_count_ticks
from pb2b_notebook.plots.columns import select_columns
from pb2b_notebook.plots.labels import count, is_narrow, name_rows, write_beside_bars
from pb2b_notebook.plots.periods import use_time_ticks, wall_times, zone_of
from pb2b_notebook.plots.styles import BAD, FAIR, GOOD, INK

HISTORY: Final = 'ws.mirror.history("leads")'
CHANGES: Final = 'ws.mirror.changes("leads", since="7d")'
WHOLE: Final = (("created", GOOD), ("deleted", BAD), ("removed", BAD))
"""Changes of whole rows, with their style."""


def mirror_growth(history: Any, *, ax: Axes | None = None) -> Axes:
    """Draw the number of rows of a mirrored resource after each commit, labelled with what the commit changed.

    Where the log no longer has the first commit, the line counts the rows added since the log begins.

    Args:
        history: Frame of ``ws.mirror.history(resource)``: version, committed_at, inserted, updated and deleted.
        ax: Axes to draw into; by default those of a new figure.

    Raises:
        PictureError: A column is missing.

    Example:
        >>> import pandas as pd
        >>> rows = {"version": [1, 0], "committed_at": ["2026-03-10T12:00:00Z", "2026-03-09T12:00:00Z"],
        ...         "inserted": [5, 100], "updated": [3, 0], "deleted": [1, 0]}
        >>> mirror_growth(pd.DataFrame(rows)).lines[0].get_ydata().tolist()
        [100.0, 104.0]
    """
    axes = canvas(ax)
    numbers = ["version", "inserted", "updated", "deleted"]
    table = select_columns(history, HISTORY, times=["committed_at"], numbers=numbers).drop_nulls(
        ["version", "committed_at"]
    )
    title = "Mirror"
    if table.is_empty():
        return draw_nothing(axes, title, f"no commit in the frame ({HISTORY})")
    table = table.sort("version").with_columns(pl.col(numbers[1:]).fill_null(0))
    rows = (table["inserted"] - table["deleted"]).cum_sum()
    from_start = table["version"][0] == 0
    at = wall_times(table["committed_at"]).to_list()
    style = {**GOOD.line, "marker": "o" if len(at) <= 40 else ""}  # noqa: PLR2004 - beyond, markers hide the line
    axes.plot(at, rows.to_numpy(), drawstyle="steps-post", **style)
    _label_commits(axes, table, at, rows.to_list())
    use_count_ticks(axes, "y")
    use_time_ticks(axes)
    sums = table.select(pl.col(numbers[1:]).sum()).row(0, named=True)
    sums["removed"] = sums.pop("deleted")  # rows of the mirror: a lead deleted in the service is an updated row
    facts = ", ".join(f"{count(number)} {what}" for what, number in sums.items())
    title = f"{title}: {count_text(len(table), 'commit')} · {facts}"
    y = "rows" if from_start else "rows added since the first commit"
    return label_axes(axes, title, x=f"committed ({zone_of(table['committed_at'])})", y=y, grid="y")


def _label_commits(axes: Axes, table: pl.DataFrame, at: list[Any], rows: list[float]) -> None:
    """Label the commits that there is room for, and set limits that make changes visible."""
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
        text = " ".join(f"{sign}{count(row[what])}" for what, sign in signs if row[what])
        side = "right" if place == len(at) - 1 and place else "left"
        axes.annotate(
            text, (at[place], rows[place]), xytext=(0, 7), textcoords="offset points", fontsize=8.5, color=INK, ha=side
        )


def mirror_changes(changes: Any, *, most: int = 15, ax: Axes | None = None) -> Axes:
    """Draw the number of changed values for each field, and of rows created and removed.

    Args:
        changes: Frame of ``ws.mirror.changes(resource, since=…)``: id, change and field.
        most: Most fields; those with the most changes are shown.
        ax: Axes to draw into; by default those of a new figure.

    Raises:
        PictureError: A column is missing.

    Example:
        >>> import pandas as pd
        >>> rows = [("a", "changed", "city"), ("a", "changed", "title"), ("b", "created", None)]
        >>> axes = mirror_changes(pd.DataFrame(rows, columns=["id", "change", "field"]))
        >>> [label.get_text() for label in axes.get_yticklabels()]
        ['rows created', 'city', 'title']
    """
    table = select_columns(changes, CHANGES, texts=["id", "change", "field"])
    whole = [(f"rows {kind}", int((table["change"] == kind).sum()), style) for kind, style in WHOLE]
    whole = [bar for bar in whole if bar[1]]
    fields = table.filter(pl.col("change") == "changed").drop_nulls("field").group_by("field").len()
    fields = fields.sort("len", "field", descending=[True, False])
    bars = [*whole, *((field, number, FAIR) for field, number in fields.head(most).iter_rows())]
    axes = canvas(ax, height=1.4 + 0.3 * max(len(bars), 3))
    if not bars:
        return draw_nothing(axes, "Changes", f"nothing changed since then ({CHANGES})")
    name_rows(axes, [what for what, _, _ in bars])
    for place, (_, number, style) in enumerate(bars):
        axes.barh(place, number, height=0.68, **style.bar)
    rows = table["id"].n_unique()
    write_beside_bars(axes, [number for _, number, _ in bars], [f"{count(number)}" for _, number, _ in bars])
    axes.set_ylim(len(bars) - 0.4, -0.6)
    use_count_ticks(axes, "x")
    remark = f", the {most} most changed of {len(fields)}" if len(fields) > most else ""
    title = f"Changes: {count_text(rows, 'row')}{remark}"
    return label_axes(axes, title, x="rows, and changed values by field", grid="x")
