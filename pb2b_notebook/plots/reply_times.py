"""Time until leads reply."""

from __future__ import annotations

from typing import Any, Final

import polars as pl
from matplotlib.axes import Axes

from pb2b_notebook.display.counting import count_text
from pb2b_notebook.plots.canvases import canvas, draw_nothing, label_axes, use_count_ticks
from pb2b_notebook.plots.columns import select_columns
from pb2b_notebook.plots.labels import count, duration, is_narrow, share
from pb2b_notebook.plots.styles import GOOD, INK

SOURCE: Final = "ws.messages.list()"
CLASSES: Final = (
    (900, "15 min"), (3_600, "1 h"), (14_400, "4 h"), (86_400, "1 day"), (3 * 86_400, "3 days"), (7 * 86_400, "7 days"),
)  # fmt: skip
"""Upper end of each class in seconds, and its name."""


def reply_latency(messages: Any, *, ax: Axes | None = None) -> Axes:
    """Draw the number of replies by the time since their message.

    Above each bar: the replies in this class, and the share of all replies up to then. Messages without a reply are
    only counted in the title: some of them may still get one.

    Args:
        messages: Frame of ``ws.messages.list()``: sent_at, replied_at and optionally direction; only outbound messages
            count.
        ax: Axes to draw into; by default those of a new figure.

    Raises:
        PictureError: A column is missing.

    Example:
        >>> import pandas as pd
        >>> sent = pd.to_datetime(["2026-03-02T08:00Z", "2026-03-02T08:00Z"])
        >>> messages = pd.DataFrame({"sent_at": sent, "replied_at": pd.to_datetime(["2026-03-02T10:00Z", None])})
        >>> axes = reply_latency(messages)
        >>> [int(bar.get_height()) for bar in axes.patches]
        [0, 0, 1, 0, 0, 0, 0]
    """
    axes = canvas(ax)
    table = select_columns(
        messages, SOURCE, times=["sent_at", "replied_at"], texts=["direction"], optional=["direction"]
    )
    table = table.filter(pl.col("direction").fill_null("outbound") == "outbound").drop_nulls("sent_at")
    times = table.drop_nulls("replied_at").select(seconds=_utc("replied_at") - _utc("sent_at"))["seconds"]
    seconds = times.dt.total_microseconds() / 1e6
    sound = seconds.filter(seconds >= 0)
    title = "Time until a reply"
    if sound.is_empty():
        why = (
            f"{count_text(len(table), 'message')} and no reply"
            if len(table)
            else f"no sent messages in the frame ({SOURCE})"
        )
        return draw_nothing(axes, title, why)
    _draw_bars(axes, sound)
    median, late = sound.quantile(0.5, "linear"), sound.quantile(0.9, "linear")
    left = len(seconds) - len(sound)
    facts = [f"half within {duration(median or 0)}", f"nine in ten within {duration(late or 0)}"]
    facts += [f"{count(left)} dated before their message left out"] if left else []
    head = f"{title}: {count_text(len(sound), 'reply', 'replies')} to {count_text(len(table), 'message')}"
    title = f"{head} ({share(len(sound) / len(table))})\n{', '.join(facts)}"
    return label_axes(
        axes, title, x="time from message to reply; percentages: replies up to then", y="replies", grid="y"
    )


def _utc(column: str) -> pl.Expr:
    """Return a column in UTC: two columns may be in different time zones."""
    return pl.col(column).cast(pl.Int64).cast(pl.Datetime("us"))


def _draw_bars(axes: Axes, seconds: pl.Series) -> None:
    ends = [end for end, _ in CLASSES]
    classes = [int((seconds <= end).sum()) for end in ends]
    upto = [*classes, len(seconds)]
    heights = [now - before for now, before in zip(upto, [0, *upto[:-1]], strict=True)]
    axes.bar(range(len(heights)), heights, width=0.86, **GOOD.bar)
    for place, (height, so_far) in enumerate(zip(heights, upto, strict=True)):
        text = f"{count(height)}\n{share(so_far / len(seconds))}"
        axes.annotate(
            text, (place, height), xytext=(0, 3), textcoords="offset points", ha="center", fontsize=8.5, color=INK
        )
    slant: dict[str, Any] = {"rotation": 35, "ha": "right", "rotation_mode": "anchor"} if is_narrow(axes) else {}
    axes.set_xticks(range(len(heights)), [*(f"≤ {name}" for _, name in CLASSES), "later"], fontsize=8.5, **slant)
    axes.set_ylim(0, max(heights) * 1.25)
    use_count_ticks(axes, "y")
