"""What became of the messages of campaign runs, and whose runs did better."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pb2b_notebook.errors import PictureError
from pb2b_notebook.plots.canvases import canvas, counted, framed, nothing
from pb2b_notebook.plots.columns import chosen, column_names, open_frame
from pb2b_notebook.plots.labels import (
    UNTOLD,
    beside,
    count,
    is_narrow,
    plural,
    rows_for,
    rows_named,
    share,
    title_of,
)
from pb2b_notebook.plots.looks import BAD, GOOD, INK, REST
from pb2b_notebook.plots.proportions import wilson

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SOURCE: Final = "ws.campaigns.runs()"
STAGES: Final = (
    ("targeted", ""), ("sent", "targeted"), ("delivered", "sent"), ("opened", "delivered"), ("clicked", "delivered"),
    ("replied", "delivered"), ("bounced", "sent"), ("unsubscribed", "delivered"),
)  # fmt: skip
"""Stage, and what it is a share of: whoever replies need not have clicked, nor been seen to open."""
FINE: Final = 0.06
"""Up to this rate the axis has tenths of a per cent."""
LOSSES: Final = {"bounced", "unsubscribed"}
COUNTS: Final = tuple(stage for stage, _ in STAGES)


def campaign_funnel(runs: Any, *, confidence: float = 0.95, ax: Axes | None = None) -> Axes:
    """Draw what became of the leads that runs targeted, all runs of the frame together.

    Beside each bar: how many, as which share of the stage that it comes from, and the Wilson interval of that share.
    Bounced and unsubscribed are losses, hatched.

    Args:
        runs: of ``ws.campaigns.runs()``; choose rows for one campaign. Stages that are missing are left out, but not
            targeted, sent and delivered.
        confidence: of the intervals.
        ax: where to draw.

    Raises:
        PictureError: a column is missing.

    Example:
        >>> import pandas as pd
        >>> axes = campaign_funnel(pd.DataFrame({"targeted": [100], "sent": [98], "delivered": [90], "replied": [9]}))
        >>> [text.get_text() for text in axes.texts][-1]
        '9 · 10% of delivered (5–18%)'
    """
    axes = canvas(ax, height=3.8)
    table = chosen(runs, SOURCE, numbers=COUNTS, optional=COUNTS[3:])
    title = "Campaign funnel"
    sums = {stage: float(table[stage].sum()) for stage in COUNTS if table[stage].null_count() < len(table)}
    if not sums.get("targeted"):
        return nothing(axes, title, "no lead was targeted" if len(table) else f"no runs in the frame ({SOURCE})")
    stages = [(stage, source) for stage, source in STAGES if stage in sums]
    rows_named(axes, [stage for stage, _ in stages])
    for place, (stage, _) in enumerate(stages):
        axes.barh(place, sums[stage], height=0.72, **(BAD if stage in LOSSES else GOOD).bar)
    told = [f"{count(sums[stage])}{_share(axes, sums, stage, source, confidence)}" for stage, source in stages]
    beside(axes, [sums[stage] for stage, _ in stages], told)
    axes.set_ylim(len(stages) - 0.4, -0.6)
    counted(axes, "x")
    remark = f"in brackets: {confidence:.0%} interval of the share"
    return framed(axes, f"{title}: {plural(len(table), 'run')}\n{remark}", x="leads", grid="x")


def _share(axes: Axes, sums: dict[str, float], stage: str, source: str, confidence: float) -> str:
    """The share of the stage that it comes from, in words; none where it cannot be one."""
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
    """Draw a rate of each campaign, or of each run, with the interval that the truth is probably in.

    Intervals that lie apart are of campaigns that differ; those that overlap much may be chance. They are Wilson's
    score intervals (:func:`~pb2b_notebook.plots.proportions.wilson`), of each by itself: among twenty campaigns one is
    outside its own by chance.

    Args:
        runs: of ``ws.campaigns.runs()``.
        rate: two columns of counts, such as "replied/delivered", "bounced/sent" or "opened/delivered".
        by: a column; by default campaign_name where there is one, else campaign_id. "id" compares single runs.
        confidence: of the intervals.
        most: rows; those with the most behind them.
        ax: where to draw.

    Raises:
        PictureError: a column is missing, or ``rate`` or ``confidence`` is none.

    Example:
        >>> import pandas as pd
        >>> runs = pd.DataFrame({"campaign_name": ["Spring", "Fair"], "delivered": [329, 157], "replied": [30, 22]})
        >>> axes = compare_runs(runs)
        >>> [label.get_text() for label in axes.get_yticklabels()]
        ['Fair', 'Spring']
    """
    part, whole = _parts(rate)
    if not 0 < confidence < 1:
        raise PictureError("confidence is between 0 and 1", repair="confidence=0.95")
    runs = open_frame(runs, SOURCE)
    by = by or ("campaign_name" if "campaign_name" in column_names(runs) else "campaign_id")
    axes = canvas(ax)
    table = chosen(runs, SOURCE, numbers=[part, whole], texts=[by])
    title = f"{part.capitalize()} of {whole}, by {title_of(by)}"
    groups = table.group_by(pl.col(by).fill_null(UNTOLD)).agg(pl.col(part, whole).sum())
    sound = groups.filter((pl.col(whole) > 0) & pl.col(part).is_between(0, pl.col(whole)))
    if sound.is_empty():
        why = f"{whole} is 0 everywhere" if len(table) else f"no runs in the frame ({SOURCE})"
        return nothing(axes, title, why)
    shown = sound.sort(whole, by, descending=[True, False]).head(rows_for(axes, most))
    shown = shown.sort(pl.col(part) / pl.col(whole), by, descending=[True, False])
    _intervals(
        axes,
        shown[by].to_list(),
        list(shown.select(part, whole).iter_rows()),
        confidence,
    )
    total = float(sound[part].sum()) / float(sound[whole].sum())
    axes.axvline(total, color=INK, linewidth=1, linestyle=":")
    left = len(groups) - len(sound)
    remarks = [f"{confidence:.0%} intervals; dotted: all together, {share(total)}"]
    remarks += [f"the {len(shown)} largest of {len(sound):,}"] if len(shown) < len(sound) else []
    remarks += [f"{left:,} without a rate left out"] if left else []
    return framed(axes, f"{title}\n{'; '.join(remarks)}", x=f"{part} of {whole}", grid="x")


def _parts(rate: Any) -> tuple[str, str]:
    parts = [one.strip() for one in rate.split("/")] if isinstance(rate, str) else []
    if len(parts) != 2 or not all(parts) or parts[0] == parts[1]:  # noqa: PLR2004 - of a fraction
        raise PictureError("rate is two columns, one over the other", repair='rate="replied/delivered"')
    return parts[0], parts[1]


def _intervals(axes: Axes, names: list[str], counts: list[tuple[float, float]], confidence: float) -> None:
    """One row a name: a point at its rate, a line over its interval, and the counts in words."""
    from matplotlib.ticker import PercentFormatter

    rows_named(axes, names)
    ends = []
    for place, (part, whole) in enumerate(counts):
        low, high = wilson(part, whole, confidence)
        ends.append(high)
        axes.plot([low, high], [place, place], color=GOOD.colour, linewidth=2.2, solid_capstyle="butt", marker="|")
        axes.plot([part / whole], [place], color=INK, marker="o", markersize=6, linestyle="none", clip_on=False)
    beside(axes, ends, [f"{share(part / whole)} · {count(part)} of {count(whole)}" for part, whole in counts])
    for place in range(1, len(names), 2):
        axes.axhspan(place - 0.5, place + 0.5, color=REST.colour, alpha=0.25, linewidth=0)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.xaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0 if axes.get_xlim()[1] > FINE else 1))
