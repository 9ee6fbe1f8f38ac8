"""Results of campaign runs: the funnel, and rates compared."""

from __future__ import annotations

from typing import Any, Final

import polars as pl
from matplotlib.axes import Axes

from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import PictureError
from pb2b_notebook.plots.canvases import canvas, draw_nothing, label_axes, use_count_ticks
from pb2b_notebook.plots.columns import column_names, open_frame, select_columns
from pb2b_notebook.plots.labels import (
    UNKNOWN,
    count,
    is_narrow,
    name_rows,
    rows_that_fit,
    share,
    title_of,
    write_beside_bars,
)
from pb2b_notebook.plots.proportions import wilson
from pb2b_notebook.plots.styles import BAD, GOOD, INK, REST

SOURCE: Final = "ws.campaigns.runs()"
STAGES: Final = (
    ("targeted", ""), ("sent", "targeted"), ("delivered", "sent"), ("opened", "delivered"), ("clicked", "delivered"),
    ("replied", "delivered"), ("bounced", "sent"), ("unsubscribed", "delivered"),
)  # fmt: skip
"""Stage, and the stage that it is a share of: a reply needs neither a click nor a recorded opening."""
FINE: Final = 0.06
"""Largest rate of an axis with tenths of a percent."""
LOSSES: Final = {"bounced", "unsubscribed"}
COUNTS: Final = tuple(stage for stage, _ in STAGES)


def campaign_funnel(runs: Any, *, confidence: float = 0.95, ax: Axes | None = None) -> Axes:
    """Draw the funnel of all runs of the frame together, from targeted leads to replies.

    Beside each bar: the count, its share of the earlier stage, and the Wilson interval of that share.
    Bounced and unsubscribed are losses, hatched.

    Args:
        runs: Frame of ``ws.campaigns.runs()``; filter it for one campaign. The columns targeted, sent and delivered
            are required; other stages that are missing are left out.
        confidence: Confidence level of the intervals.
        ax: Axes to draw into; by default those of a new figure.

    Raises:
        PictureError: A column is missing.

    Example:
        >>> import pandas as pd
        >>> axes = campaign_funnel(pd.DataFrame({"targeted": [100], "sent": [98], "delivered": [90], "replied": [9]}))
        >>> [text.get_text() for text in axes.texts][-1]
        '9 · 10% of delivered (5–18%)'
    """
    axes = canvas(ax, height=3.8)
    table = select_columns(runs, SOURCE, numbers=COUNTS, optional=COUNTS[3:])
    title = "Campaign funnel"
    sums = {stage: float(table[stage].sum()) for stage in COUNTS if table[stage].null_count() < len(table)}
    if not sums.get("targeted"):
        return draw_nothing(axes, title, "no lead was targeted" if len(table) else f"no runs in the frame ({SOURCE})")
    stages = [(stage, source) for stage, source in STAGES if stage in sums]
    name_rows(axes, [stage for stage, _ in stages])
    for place, (stage, _) in enumerate(stages):
        axes.barh(place, sums[stage], height=0.72, **(BAD if stage in LOSSES else GOOD).bar)
    texts = [f"{count(sums[stage])}{_share(axes, sums, stage, source, confidence)}" for stage, source in stages]
    write_beside_bars(axes, [sums[stage] for stage, _ in stages], texts)
    axes.set_ylim(len(stages) - 0.4, -0.6)
    use_count_ticks(axes, "x")
    remark = f"in brackets: {confidence:.0%} interval of the share"
    return label_axes(axes, f"{title}: {count_text(len(table), 'run')}\n{remark}", x="leads", grid="x")


def _share(axes: Axes, sums: dict[str, float], stage: str, source: str, confidence: float) -> str:
    """Return the share of the earlier stage in words; "" where it is not a share."""
    part, whole = sums[stage], sums.get(source, 0.0)
    if not whole or part > whole:
        return ""
    low, high = (share(end) for end in wilson(part, whole, confidence))
    of = "" if is_narrow(axes) else f" of {source}"
    return f" · {share(part / whole)}{of} ({low.removesuffix('%')}–{high})"


def compare_runs(
    runs: Any,
    rate: str = "replied/delivered",
    *,
    by: str | None = None,
    confidence: float = 0.95,
    most: int = 20,
    ax: Axes | None = None,
) -> Axes:
    """Draw a rate of each campaign, or of each run, with its confidence interval.

    Campaigns whose intervals do not overlap differ; where they overlap much, the difference may be chance. The
    intervals are Wilson's score intervals (:func:`~pb2b_notebook.plots.proportions.wilson`), not adjusted for several
    comparisons: at 95 %, one campaign in twenty is outside its own by chance.

    Args:
        runs: Frame of ``ws.campaigns.runs()``.
        rate: Two columns of counts, such as "replied/delivered", "bounced/sent" or "opened/delivered".
        by: Column to group by; by default campaign_name if present, else campaign_id. "id" compares single runs.
        confidence: Confidence level of the intervals.
        most: Most rows; those with the largest counts are shown.
        ax: Axes to draw into; by default those of a new figure.

    Raises:
        PictureError: A column is missing, or ``rate`` or ``confidence`` is invalid.

    Example:
        >>> import pandas as pd
        >>> runs = pd.DataFrame({"campaign_name": ["Spring", "Fair"], "delivered": [329, 157], "replied": [30, 22]})
        >>> axes = compare_runs(runs)
        >>> [label.get_text() for label in axes.get_yticklabels()]
        ['Fair', 'Spring']
    """
    part, whole = _columns_of_rate(rate)
    if not 0 < confidence < 1:
        raise PictureError("confidence must be between 0 and 1", repair="confidence=0.95")
    runs = open_frame(runs, SOURCE)
    by = by or ("campaign_name" if "campaign_name" in column_names(runs) else "campaign_id")
    axes = canvas(ax)
    table = select_columns(runs, SOURCE, numbers=[part, whole], texts=[by])
    title = f"{part.capitalize()} of {whole}, by {title_of(by)}"
    groups = table.group_by(pl.col(by).fill_null(UNKNOWN)).agg(pl.col(part, whole).sum())
    sound = groups.filter((pl.col(whole) > 0) & pl.col(part).is_between(0, pl.col(whole)))
    if sound.is_empty():
        why = f"{whole} is 0 everywhere" if len(table) else f"no runs in the frame ({SOURCE})"
        return draw_nothing(axes, title, why)
    shown = sound.sort(whole, by, descending=[True, False]).head(rows_that_fit(axes, most))
    shown = shown.sort(pl.col(part) / pl.col(whole), by, descending=[True, False])
    _draw_intervals(axes, shown[by].to_list(), list(shown.select(part, whole).iter_rows()), confidence)
    total = float(sound[part].sum()) / float(sound[whole].sum())
    axes.axvline(total, color=INK, linewidth=1, linestyle=":")
    left = len(groups) - len(sound)
    remarks = [f"{confidence:.0%} intervals; dotted: all together, {share(total)}"]
    remarks += [f"the {len(shown)} largest of {len(sound):,}"] if len(shown) < len(sound) else []
    remarks += [f"{left:,} without a rate left out"] if left else []
    return label_axes(axes, f"{title}\n{'; '.join(remarks)}", x=f"{part} of {whole}", grid="x")


def _columns_of_rate(rate: Any) -> tuple[str, str]:
    parts = [column.strip() for column in rate.split("/")] if isinstance(rate, str) else []
    if len(parts) != 2 or not all(parts) or parts[0] == parts[1]:  # noqa: PLR2004 - of a fraction
        raise PictureError("rate must be two columns with a slash between them", repair='rate="replied/delivered"')
    return parts[0], parts[1]


def _draw_intervals(axes: Axes, names: list[str], counts: list[tuple[float, float]], confidence: float) -> None:
    """Draw a row for each name: a point at its rate, a line over its interval, and the counts."""
    from matplotlib.ticker import PercentFormatter

    name_rows(axes, names)
    ends = []
    for place, (part, whole) in enumerate(counts):
        low, high = wilson(part, whole, confidence)
        ends.append(high)
        axes.plot([low, high], [place, place], color=GOOD.colour, linewidth=2.2, solid_capstyle="butt", marker="|")
        axes.plot([part / whole], [place], color=INK, marker="o", markersize=6, linestyle="none", clip_on=False)
    write_beside_bars(
        axes, ends, [f"{share(part / whole)} · {count(part)} of {count(whole)}" for part, whole in counts]
    )
    for place in range(1, len(names), 2):
        axes.axhspan(place - 0.5, place + 0.5, color=REST.colour, alpha=0.25, linewidth=0)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.xaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0 if axes.get_xlim()[1] > FINE else 1))
