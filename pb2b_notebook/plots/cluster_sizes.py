"""How many rows are about the same persons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pb2b_notebook.frames.library import library_of
from pb2b_notebook.plots.canvases import canvas, counted, framed, nothing
from pb2b_notebook.plots.columns import chosen
from pb2b_notebook.plots.labels import count, is_narrow, plural
from pb2b_notebook.plots.looks import FAIR, GOOD, INK, legend

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SOURCE: Final = "pb.cleanup.duplicates(df)"
LARGEST: Final = 8
"""From this size on, clusters are one bar."""


def duplicate_clusters(duplicates: Any, *, sure: float = 0.95, ax: Axes | None = None) -> Axes:
    """Draw how many clusters of duplicates there are, by size; hatched are those with a weaker link.

    Args:
        duplicates: of ``pb.cleanup.duplicates(df)``, or its ``.clusters``: size and weakest.
        sure: a cluster whose weakest row is linked with at least this probability is plain.
        ax: where to draw.

    Raises:
        PictureError: a column is missing.

    Example:
        >>> import pandas as pd
        >>> axes = duplicate_clusters(pd.DataFrame({"size": [2, 2, 3], "weakest": [0.99, 0.8, 0.99]}))
        >>> [int(bar.get_height()) for bar in axes.patches]
        [1, 1, 1, 0]
    """
    axes = canvas(ax)
    clusters = duplicates if library_of(duplicates) else getattr(duplicates, "clusters", duplicates)
    table = chosen(clusters, SOURCE, numbers=["size", "weakest"])
    table = table.filter(pl.col("size") >= 2)  # noqa: PLR2004 - one row alone is no cluster
    title = "Duplicate clusters"
    if table.is_empty():
        return nothing(axes, title, "no two rows are about the same person")
    groups = table.group_by(pl.col("size").clip(upper_bound=LARGEST).cast(pl.Int64)).agg(
        pl.len(), (pl.col("weakest") >= sure).sum().alias("plain")
    )
    counts = {size: (plain, length - plain) for size, length, plain in groups.iter_rows()}
    sizes = list(range(2, max(counts) + 1))
    handles = _stacks(axes, [counts.get(size, (0, 0)) for size in sizes])
    names = [f"{size}+" if size == LARGEST else str(size) for size in sizes]
    axes.set_xticks(range(len(sizes)), names)
    axes.set_xlim(-0.6, max(len(sizes), 4) - 0.4)
    legend(axes, handles, [f"every row linked with ≥ {sure:g}", "with a weaker link: look at it first"])
    counted(axes, "y")
    rows = int(table["size"].sum())
    title = (
        f"{title}: {plural(len(table), 'cluster')} of {count(rows)} rows, {count(rows - len(table))} to be merged away"
    )
    return framed(axes, title, x="rows in the cluster", y="clusters", grid="y")


def _stacks(axes: Axes, counts: list[tuple[int, int]]) -> list[Any]:
    """Two stacked bars a size, and their sum above."""
    plain, weak = [one for one, _ in counts], [other for _, other in counts]
    places = range(len(counts))
    handles = [
        axes.bar(places, plain, width=0.7, **GOOD.bar),
        axes.bar(places, weak, bottom=plain, width=0.7, **FAIR.bar),
    ]
    wide = not is_narrow(axes)
    for place, (one, other) in enumerate(counts):
        told = f"{count(one + other)} ({count(other)} weaker)" if other and wide else count(one + other)
        axes.annotate(
            told, (place, one + other), xytext=(0, 3), textcoords="offset points", ha="center", color=INK, fontsize=8.5
        )
    axes.set_ylim(0, max(one + other for one, other in counts) * 1.12)
    return handles
