"""What ran, how long it took, and what broke."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pb2b_notebook.plots.canvases import canvas, framed, nothing
from pb2b_notebook.plots.columns import chosen
from pb2b_notebook.plots.labels import UNTOLD, count, duration, is_narrow, name, plural, rows_for, rows_named, share
from pb2b_notebook.plots.looks import BAD, FAIR, GOOD, INK, WAITING, Look, legend
from pb2b_notebook.plots.periods import dated, wall, zone_of
from pb2b_notebook.plots.proportions import wilson

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SOURCE: Final = "ws.jobs.list()"
STATES: Final = {"completed": GOOD, "failed": BAD, "cancelled": FAIR, "running": WAITING, "queued": WAITING}
"""Any other state is drawn as waiting."""
TIMES: Final = ("queued_at", "started_at", "finished_at")


def job_timeline(jobs: Any, *, most: int = 25, ax: Axes | None = None) -> Axes:
    """Draw the latest jobs as a Gantt chart: a thin line while it waited, a bar while it ran, its time beside it.

    Failed jobs are hatched and named with their error. A job that has not finished goes on to the latest time in the
    frame.

    Args:
        jobs: of ``ws.jobs.list()``: type, status, queued_at, started_at, finished_at; error_code and updated_at help.
        most: jobs, the latest.
        ax: where to draw.

    Raises:
        PictureError: a column is missing.

    Example:
        >>> import pandas as pd
        >>> times = pd.to_datetime(["2026-03-10T12:00:00Z", "2026-03-10T12:00:01Z", "2026-03-10T12:01:31Z"])
        >>> row = {"type": "import", "status": "failed", **dict(zip(("queued_at", "started_at", "finished_at"), times))}
        >>> axes = job_timeline(pd.DataFrame([row]))
        >>> axes.get_yticklabels()[0].get_text(), axes.texts[0].get_text()
        ('import', '1.5 min · failed')
    """
    texts = ["type", "status", "error_code"]
    table = chosen(jobs, SOURCE, times=[*TIMES, "updated_at"], texts=texts, optional=["error_code", "updated_at"])
    known = table.filter(pl.any_horizontal(pl.col("queued_at", "started_at").is_not_null()))
    begun = pl.coalesce(_wall("queued_at"), _wall("started_at"))
    axes = canvas(ax, height=1.3 + 0.24 * max(min(len(known), most), 4))
    shown = known.with_columns(begun=begun).sort("begun", descending=True, nulls_last=True)
    shown = shown.head(rows_for(axes, most)).reverse()
    if shown.is_empty():
        return nothing(axes, "Jobs", "no job has a time" if len(table) else f"no jobs in the frame ({SOURCE})")
    latest = max(value for column in (*TIMES, "updated_at") if (value := wall(known[column]).max()) is not None)
    axes.set_yticks(range(len(shown)), [name(kind, 18) for kind in shown["type"]], fontsize=8.5, parse_math=False)
    _lanes(axes, shown, latest)
    _states(axes, shown["status"].fill_null(UNTOLD).to_list())
    axes.set_ylim(len(shown) - 0.4, -0.6)
    dated(axes)
    which = f"the latest {len(shown)} of {count(len(table))}" if len(shown) < len(table) else count(len(table))
    failed = int((table["status"] == "failed").sum())
    title = f"Jobs: {which}; {plural(failed, 'failure')} in all"
    return framed(axes, title, x=f"queued – started – finished ({zone_of(table['queued_at'])})", grid="x")


def _wall(column: str) -> pl.Expr:
    return pl.col(column).dt.replace_time_zone(None)


def _lanes(axes: Axes, shown: pl.DataFrame, latest: Any) -> None:
    """A row a job, in their order."""
    from datetime import timedelta

    ends = [(finish or latest) for finish in wall(shown["finished_at"])]
    span = max(ends) - min(shown["begun"])
    least = max(span * 0.004, timedelta(milliseconds=1))
    for place, (row, end) in enumerate(zip(shown.iter_rows(named=True), ends, strict=True)):
        begun, start = row["begun"], row["started_at"]
        start = None if start is None else start.replace(tzinfo=None)
        look = STATES.get(row["status"] or "", WAITING)
        axes.plot([begun, start or end], [place, place], color=INK, linewidth=0.9)
        if start is not None:
            axes.barh(place, max(end - start, least), left=start, height=0.62, **look.bar)
        axes.annotate(
            _told(row, narrow=is_narrow(axes)), (max(end, (start or begun) + least), place), xytext=(4, 0),
            textcoords="offset points", va="center", fontsize=7.5, color=INK, parse_math=False,
        )  # fmt: skip
    axes.set_xlim(
        min(shown["begun"]) - span * 0.02 - least, max(ends) + span * (0.4 if is_narrow(axes) else 0.24) + least
    )


def _told(row: dict[str, Any], *, narrow: bool) -> str:
    """How long it took, and what became of it where that is not "completed"."""
    start, finish = row["started_at"], row["finished_at"]
    took = duration((finish - start).total_seconds()) if start and finish and finish >= start else ""
    state = "" if row["status"] == "completed" else name(row["status"], 12)
    error = "" if narrow or row["error_code"] is None else name(row["error_code"], 22)
    return " · ".join(part for part in (took, f"{state}: {error}" if error and state else state) if part)


def _states(axes: Axes, states: list[str]) -> None:
    from matplotlib.patches import Patch

    seen = [state for state in dict.fromkeys([*STATES, *sorted(states)]) if state in states]
    legend(axes, [Patch(**_look(state).bar) for state in seen], [name(state, 16) for state in seen])


def _look(state: str) -> Look:
    return STATES.get(state, WAITING)


def job_durations(jobs: Any, *, ax: Axes | None = None) -> Axes:
    """Draw how long jobs ran, by type: the range, the middle half, the median; beside it how many failed.

    The interval of the share that failed is Wilson's (:func:`~pb2b_notebook.plots.proportions.wilson`), of jobs that
    ended by themselves.

    Args:
        jobs: of ``ws.jobs.list()``: type, status, started_at and finished_at.
        ax: where to draw.

    Raises:
        PictureError: a column is missing.

    Example:
        >>> import pandas as pd
        >>> start, end = pd.to_datetime(["2026-03-10T12:00:00Z", "2026-03-10T12:00:30Z"])
        >>> job = {"type": "export", "status": "completed", "started_at": start, "finished_at": end}
        >>> axes = job_durations(pd.DataFrame([job]))
        >>> axes.texts[0].get_text()
        'median 30 s · none of 1 failed (≤ 79%)'
    """
    table = chosen(jobs, SOURCE, times=["started_at", "finished_at"], texts=["type", "status"])
    took = (pl.col("finished_at").cast(pl.Int64) - pl.col("started_at").cast(pl.Int64)) / 1e6
    ended = table.with_columns(pl.col("type").fill_null(UNTOLD), took=took).filter(pl.col("took") >= 0)
    groups = ended.group_by("type").agg(
        *(pl.col("took").quantile(q, "linear").alias(str(q)) for q in (0.25, 0.5, 0.75)),
        pl.col("took").min().alias("least"), pl.col("took").max().alias("most"),
        (pl.col("status") == "failed").sum().alias("failed"),
        pl.col("status").is_in(["failed", "completed"]).sum().alias("done"),
    ).sort("0.5", "type")  # fmt: skip
    axes = canvas(ax, height=1.6 + 0.5 * max(len(groups), 2))
    if groups.is_empty():
        return nothing(axes, "Job durations", "no job has ended" if len(table) else f"no jobs in the frame ({SOURCE})")
    rows_named(axes, groups["type"].to_list())
    for place, row in enumerate(groups.iter_rows(named=True)):
        _box(axes, place, row)
    axes.set_ylim(len(groups) - 0.4, -0.6)
    _seconds(axes, float(groups["least"].min() or 0), float(groups["most"].max() or 1))  # type: ignore[arg-type]
    remark = "line: all of them, bar: the middle half, dot: the median"
    title = f"Job durations: {plural(len(ended), 'job')} that ended\n{remark}"
    return framed(axes, title, x="from started to finished (logarithmic)", grid="x")


LEAST: Final = 0.01
"""Seconds: a logarithmic axis has no zero."""


def _box(axes: Axes, place: int, row: dict[str, Any]) -> None:
    least, low, middle, high, most = (max(row[key], LEAST) for key in ("least", "0.25", "0.5", "0.75", "most"))
    axes.plot([least, most], [place, place], color=INK, linewidth=1, marker="|", markersize=8)
    axes.barh(place, high - low, left=low, height=0.34, **FAIR.bar)
    axes.plot([middle], [place], color=INK, marker="o", markersize=7, linestyle="none")
    told = f"median {duration(row['0.5'])} · {_failures(row['failed'], row['done'], narrow=is_narrow(axes))}"
    axes.annotate(
        told, (0.01, place - 0.17), xycoords=axes.get_yaxis_transform(), xytext=(0, 3), textcoords="offset points",
        va="bottom", fontsize=8, color=INK,
    )  # fmt: skip


def _failures(failed: int, done: int, *, narrow: bool) -> str:
    if not done:
        return "none ended by itself"
    if narrow:
        return f"{count(failed)} of {count(done)} failed"
    low, high = wilson(failed, done)
    if not failed:
        return f"none of {count(done)} failed (≤ {share(high)})"
    return f"{count(failed)} of {count(done)} failed ({share(low)}–{share(high)})"


def _seconds(axes: Axes, least: float, most: float) -> None:
    """A logarithmic axis with ticks that a person knows."""
    axes.set_xscale("log")
    axes.set_xlim(max(least, LEAST) / 1.6, max(most, LEAST) * 1.6)
    known = [0.01, 0.1, 1, 10, 60, 600, 3_600, 6 * 3_600, 86_400, 7 * 86_400, 28 * 86_400, 365 * 86_400]
    known = known[::2] if is_narrow(axes) else known
    ticks = [one for one in known if max(least, LEAST) / 1.6 <= one <= max(most, LEAST) * 1.6]
    axes.set_xticks(ticks, [duration(one) for one in ticks])
    axes.xaxis.set_tick_params(which="minor", bottom=False, labelbottom=False)
