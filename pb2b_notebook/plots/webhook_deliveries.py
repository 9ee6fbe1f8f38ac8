"""Webhook deliveries by outcome."""

from __future__ import annotations

from typing import Any, Final

import polars as pl
from matplotlib.axes import Axes

from pb2b_notebook.display.counting import count_text
from pb2b_notebook.plots.canvases import canvas, draw_nothing, label_axes, use_count_ticks
from pb2b_notebook.plots.columns import select_columns
from pb2b_notebook.plots.labels import UNKNOWN, count, is_narrow, name_rows, share, title_of, write_beside_bars
from pb2b_notebook.plots.styles import BAD, FAIR, GOOD, WAITING, legend

SOURCE: Final = 'ws.webhooks.deliveries(webhook_id) or ws.mirror.frame("webhook_deliveries")'
MOST: Final = 20
"""Most rows of the picture; the largest are shown."""
PARTS: Final = (
    ("first", GOOD, "delivered at once"),
    ("later", FAIR, "delivered after retries"),
    ("pending", WAITING, "pending"),
    ("failed", BAD, "failed"),
)


def webhook_health(deliveries: Any, *, by: str = "event", ax: Axes | None = None) -> Axes:
    """Draw deliveries by event and outcome: at once, after retries, pending, failed; beside it the most common failure.

    Args:
        deliveries: Frame of ``ws.webhooks.deliveries(webhook_id)``, of several webhooks, or of the mirror: status,
            attempt_count and the column ``by``; response_status_code is optional.
        by: "event", "webhook_id" or another text column.
        ax: Axes to draw into; by default those of a new figure.

    Raises:
        PictureError: A column is missing.

    Example:
        >>> import pandas as pd
        >>> rows = {"event": "lead.created", "status": ["succeeded", "failed"], "attempt_count": [1, 6],
        ...         "response_status_code": [204, 503]}
        >>> webhook_health(pd.DataFrame(rows)).texts[0].get_text()
        '1 of 2 failed (50%) · mostly 503'
    """
    table = select_columns(
        deliveries, SOURCE, numbers=["attempt_count", "response_status_code"], texts=["status", by],
        optional=["response_status_code"],
    ).with_columns(pl.col(by).fill_null(UNKNOWN))  # fmt: skip
    done, failed = pl.col("status") == "succeeded", pl.col("status") == "failed"
    groups = table.group_by(by).agg(
        pl.len().alias("all"), (done & (pl.col("attempt_count").fill_null(1) <= 1)).sum().alias("first"),
        (done & (pl.col("attempt_count") > 1)).sum().alias("later"), failed.sum().alias("failed"),
        pl.col("response_status_code").filter(failed).drop_nulls().mode().min().alias("code"),
    )  # fmt: skip
    groups = groups.with_columns(pending=pl.col("all") - pl.col("first") - pl.col("later") - pl.col("failed"))
    every = len(groups)
    groups = groups.sort("all", by, descending=[True, False]).head(MOST)
    axes = canvas(ax, height=1.6 + 0.42 * max(len(groups), 2))
    title = "Webhook deliveries"
    if groups.is_empty():
        return draw_nothing(axes, title, "no deliveries in the frame: nothing was sent, or there is no webhook")
    name_rows(axes, groups[by].to_list())
    _draw_stacks(axes, groups)
    axes.set_ylim(len(groups) - 0.4, -0.6)
    use_count_ticks(axes, "x")
    lost = int((table["status"] == "failed").sum())
    title = f"{title} by {title_of(by)}: {count(lost)} of {count(len(table))} failed ({share(lost / len(table))})"
    title += f"; the {MOST} largest of {count(every)}" if every > MOST else ""
    return label_axes(axes, title, x="deliveries", grid="x")


def _draw_stacks(axes: Axes, groups: pl.DataFrame) -> None:
    reached, handles, names = pl.Series([0] * len(groups), dtype=pl.Int64), [], []
    for column, style, name in PARTS:
        lengths = groups[column].cast(pl.Int64)
        if lengths.sum():
            handles.append(axes.barh(range(len(groups)), lengths, left=reached, height=0.62, **style.bar))
            names.append(name)
        reached = reached + lengths
    texts = [_failure_text(row, narrow=is_narrow(axes)) for row in groups.iter_rows(named=True)]
    write_beside_bars(axes, reached.to_list(), texts)
    legend(axes, handles, names)


def _failure_text(row: dict[str, Any], *, narrow: bool) -> str:
    if not row["failed"]:
        return "none failed" if not narrow else count_text(row["all"], "delivery", "deliveries")
    if narrow:
        return f"{share(row['failed'] / row['all'])} failed"
    text = f"{count(row['failed'])} of {count(row['all'])} failed ({share(row['failed'] / row['all'])})"
    return text if row["code"] is None else f"{text} · mostly {row['code']:.0f}"
