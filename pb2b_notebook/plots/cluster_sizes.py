"""Clusters of duplicates by size."""

from __future__ import annotations

from typing import Any, Final

import polars as pl
from matplotlib.axes import Axes

from pb2b_notebook.display.counting import count_text
from pb2b_notebook.frames.library import library_of
from pb2b_notebook.plots.canvases import canvas, draw_nothing, label_axes, use_count_ticks
from pb2b_notebook.plots.columns import select_columns
from pb2b_notebook.plots.labels import count, is_narrow
from pb2b_notebook.plots.styles import FAIR, GOOD, INK, legend

SOURCE: Final = "pb.cleanup.duplicates(df)"
LARGEST: Final = 8
"""Size from which clusters share one bar."""


def duplicate_clusters(duplicates: Any, *, sure: float = 0.95, ax: Axes | None = None) -> Axes:
    """Draw the number of clusters of duplicates by size; those with a weaker link are hatched.

    Args:
        duplicates: Result of ``pb.cleanup.duplicates(df)``, or its ``.clusters``: size and weakest.
        sure: Match probability from which the weakest link of a cluster is not hatched.
        ax: Axes to draw into; by default those of a new figure.

    Raises:
        PictureError: A column is missing.

    Example:
        >>> import pandas as pd
        >>> axes = duplicate_clusters(pd.DataFrame({"size": [2, 2, 3], "weakest": [0.99, 0.8, 0.99]}))
        >>> [int(bar.get_height()) for bar in axes.patches]
        [1, 1, 1, 0]
    """
    axes = canvas(ax)
    clusters = duplicates if library_of(duplicates) else getattr(duplicates, "clusters", duplicates)
    table = select_columns(clusters, SOURCE, numbers=["size", "weakest"])
    table = table.filter(pl.col("size") >= 2)  # noqa: PLR2004 - a single row is not a cluster
    title = "Duplicate clusters"
    if table.is_empty():
        return draw_nothing(axes, title, "no two rows are about one person")
    groups = table.group_by(pl.col("size").clip(upper_bound=LARGEST).cast(pl.Int64)).agg(
        pl.len(), (pl.col("weakest") >= sure).sum().alias("plain")
    )
    counts = {size: (plain, length - plain) for size, length, plain in groups.iter_rows()}
    sizes = list(range(2, max(counts) + 1))
    handles = _draw_stacks(axes, [counts.get(size, (0, 0)) for size in sizes])
    names = [f"{size}+" if size == LARGEST else str(size) for size in sizes]
    axes.set_xticks(range(len(sizes)), names)
    axes.set_xlim(-0.6, max(len(sizes), 4) - 0.4)
    legend(axes, handles, [f"every row linked with ≥ {sure:g}", "with a weaker link: review first"])
    use_count_ticks(axes, "y")
    rows = int(table["size"].sum())
    clusters = count_text(len(table), "cluster")
    title = f"{title}: {clusters} of {count(rows)} rows, {count(rows - len(table))} to be merged away"
    return label_axes(axes, title, x="rows in the cluster", y="clusters", grid="y")


def _draw_stacks(axes: Axes, counts: list[tuple[int, int]]) -> list[Any]:
    """Draw two stacked bars for each size, with their sum above."""
    strong, weak = [number for number, _ in counts], [number for _, number in counts]
    places = range(len(counts))
    handles = [
        axes.bar(places, strong, width=0.7, **GOOD.bar),
        axes.bar(places, weak, bottom=strong, width=0.7, **FAIR.bar),
    ]
    wide = not is_narrow(axes)
    for place, (plain, weaker) in enumerate(counts):
        both = count(plain + weaker)
        text = f"{both} ({count(weaker)} weaker)" if weaker and wide else both
        axes.annotate(
            text,
            (place, plain + weaker),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            color=INK,
            fontsize=8.5,
        )
    axes.set_ylim(0, max(map(sum, counts)) * 1.12)
    return handles
