"""Data quality field by field, now and before."""

from __future__ import annotations

from typing import Any, Final

from matplotlib.axes import Axes

from pb2b_notebook.errors import PictureError
from pb2b_notebook.plots.canvases import canvas, label_axes
from pb2b_notebook.plots.labels import is_narrow, name_rows, rows_that_fit
from pb2b_notebook.plots.styles import legend

_MEASURES: Final = {
    "completeness": ("o", "#1b6ca8"),
    "validity": ("s", "#b3541e"),
    "consistency": ("^", "#2e7d32"),
    "freshness": ("D", "#6a3d9a"),
}
"""Measure → marker and colour; the colours differ in lightness, too."""
_STEP: Final = 0.16
"""Distance between the markers of two measures, in rows, so that equal values do not overlap."""


def quality(report: Any, *, ax: Axes | None = None) -> Axes:
    """Draw a report of data quality: a row for each field, a marker for each measure, hollow for the value before.

    Args:
        report: Result of ``pb.cleanup.report``.
        ax: Axes to draw into, with as many fields as fit; by default those of a new figure with all fields.

    Raises:
        PictureError: ``report`` is not a report.

    Example:
        >>> import pandas as pd
        >>> import pb2b_notebook as pb
        >>> axes = quality(pb.cleanup.report(pd.DataFrame({"email": ["ada@example.com", None]})))
        >>> [text.get_text() for text in axes.get_yticklabels()]
        ['all fields', 'email']
    """
    every = _rows(report)
    axes = canvas(ax, height=1.2 + 0.42 * max(len(every), 2))
    table = every[: rows_that_fit(axes, len(every)) if ax is None else max(3, rows_that_fit(axes, len(every)) * 2 // 3)]
    name_rows(axes, [row["field"] for row in table])
    for place, (measure, (marker, colour)) in enumerate(_MEASURES.items()):
        heights = [row + (place - (len(_MEASURES) - 1) / 2) * _STEP for row in range(len(table))]
        _draw(axes, table, measure, heights, {"marker": marker, "color": colour})
    axes.set_ylim(len(table) - 0.5, -0.5)
    axes.set_xlim(-0.02, 1.02)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    for row in range(len(table) - 1):
        axes.axhline(row + 0.5, color="#eeeeee", linewidth=0.8)
    before = any(f"{measure}_before" in row for row in table for measure in _MEASURES)
    legend(axes, *axes.get_legend_handles_labels())
    remarks = [f"the first {len(table) - 1} of {len(every) - 1}"] if len(table) < len(every) else []
    remarks += ["hollow: before"] if before else []
    title = f"Quality of leads, by field{'; ' if remarks else ''}{', '.join(remarks)}"
    x = (
        "share of rows or filled cells"
        if is_narrow(axes)
        else "share of rows (completeness), of filled cells (the others)"
    )
    return label_axes(axes, title, x=x, grid="x")


def _draw(axes: Axes, table: list[dict[str, Any]], measure: str, heights: list[float], style: dict[str, Any]) -> None:
    """Draw one measure of all fields: filled markers, and a line to a hollow one where the value before differs."""
    known = [(row[measure], height) for row, height in zip(table, heights, strict=True) if row[measure] is not None]
    if known:
        axes.plot(*zip(*known, strict=True), linestyle="none", markersize=6, label=measure, **style)
    for row, height in zip(table, heights, strict=True):
        now, earlier = row[measure], row.get(f"{measure}_before")
        if now is not None and earlier is not None and now != earlier:
            axes.plot([earlier, now], [height, height], linewidth=1, color=style["color"])
            axes.plot([earlier], [height], linestyle="none", markersize=6, fillstyle="none", **style)


def _rows(report: Any) -> list[dict[str, Any]]:
    """Return the rows of a report's table as dicts."""
    from pb2b_notebook.frames.library import library_of
    from pb2b_notebook.mapping.columns import column_names, values_of

    table = getattr(report, "table", None)
    if library_of(table) is None or not {"field", *_MEASURES} <= set(column_names(table)):
        raise PictureError("report must be a result of pb.cleanup.report", repair="pass pb.cleanup.report(df)")
    names = column_names(table)
    return [dict(zip(names, row, strict=True)) for row in zip(*(values_of(table, name) for name in names), strict=True)]
