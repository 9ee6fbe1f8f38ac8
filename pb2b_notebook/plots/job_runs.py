"""Jobs over time, their durations and failures."""

from __future__ import annotations

from typing import Any, Final

import polars as pl
from matplotlib.axes import Axes

from pb2b_notebook.display.counting import count_text
from pb2b_notebook.plots.canvases import canvas, draw_nothing, label_axes
from pb2b_notebook.plots.columns import select_columns
from pb2b_notebook.plots.labels import UNKNOWN, count, duration, is_narrow, name, name_rows, rows_that_fit, share
from pb2b_notebook.plots.periods import use_time_ticks, wall_times, zone_of
from pb2b_notebook.plots.proportions import wilson
from pb2b_notebook.plots.styles import BAD, FAIR, GOOD, INK, WAITING, Style, legend

SOURCE: Final = "ws.jobs.list()"
STATES: Final = {"completed": GOOD, "failed": BAD, "cancelled": FAIR, "running": WAITING, "queued": WAITING}
"""Status → style; any other status is drawn as waiting."""
TIMES: Final = ("queued_at", "started_at", "finished_at")


def job_timeline(jobs: Any, *, most: int = 25, ax: Axes | None = None) -> Axes:
    """Draw the latest jobs as a Gantt chart: a thin line while a job waited, a bar while it ran, and its duration.

    Failed jobs are hatched and labelled with their error. A job that has not finished extends to the latest time in
    the frame.

    Args:
        jobs: Frame of ``ws.jobs.list()``: type, status, queued_at, started_at and finished_at; error_code and
            updated_at are optional.
        most: Most jobs; the latest are shown.
        ax: Axes to draw into; by default those of a new figure.

    Raises:
        PictureError: A column is missing.

    Example:
        >>> import pandas as pd
        >>> times = pd.to_datetime(["2026-03-10T12:00:00Z", "2026-03-10T12:00:01Z", "2026-03-10T12:01:31Z"])
        >>> row = {"type": "import", "status": "failed", **dict(zip(("queued_at", "started_at", "finished_at"), times))}
        >>> axes = job_timeline(pd.DataFrame([row]))
        >>> axes.get_yticklabels()[0].get_text(), axes.texts[0].get_text()
        ('import', '1.5 min · failed')
    """
    texts = ["type", "status", "error_code"]
    table = select_columns(
        jobs, SOURCE, times=[*TIMES, "updated_at"], texts=texts, optional=["error_code", "updated_at"]
    )
    known = table.filter(pl.any_horizontal(pl.col("queued_at", "started_at").is_not_null()))
    begun_at = pl.coalesce(_wall("queued_at"), _wall("started_at"))
    axes = canvas(ax, height=1.3 + 0.24 * max(min(len(known), most), 4))
    shown = known.with_columns(begun=begun_at).sort("begun", descending=True, nulls_last=True)
    shown = shown.head(rows_that_fit(axes, most)).reverse()
    if shown.is_empty():
        return draw_nothing(axes, "Jobs", "no job has a time" if len(table) else f"no jobs in the frame ({SOURCE})")
    latest = max(value for column in (*TIMES, "updated_at") if (value := wall_times(known[column]).max()) is not None)
    axes.set_yticks(range(len(shown)), [name(kind, 18) for kind in shown["type"]], fontsize=8.5, parse_math=False)
    _draw_lanes(axes, shown, latest)
    _draw_legend(axes, shown["status"].fill_null(UNKNOWN).to_list())
    axes.set_ylim(len(shown) - 0.4, -0.6)
    use_time_ticks(axes)
    which = f"the latest {len(shown)} of {count(len(table))}" if len(shown) < len(table) else count(len(table))
    failed = int((table["status"] == "failed").sum())
    title = f"Jobs: {which}; {count_text(failed, 'failure')} in all"
    return label_axes(axes, title, x=f"queued – started – finished ({zone_of(table['queued_at'])})", grid="x")


def _wall(column: str) -> pl.Expr:
    return pl.col(column).dt.replace_time_zone(None)


def _draw_lanes(axes: Axes, shown: pl.DataFrame, latest: Any) -> None:
    """Draw a row for each job, in their order."""
    from datetime import timedelta

    ends = [(finish or latest) for finish in wall_times(shown["finished_at"])]
    span = max(ends) - min(shown["begun"])
    least = max(span * 0.004, timedelta(milliseconds=1))
    for place, (row, end) in enumerate(zip(shown.iter_rows(named=True), ends, strict=True)):
        begun, start = row["begun"], row["started_at"]
        start = None if start is None else start.replace(tzinfo=None)
        style = STATES.get(row["status"] or "", WAITING)
        axes.plot([begun, start or end], [place, place], color=INK, linewidth=0.9)
        if start is not None:
            axes.barh(place, max(end - start, least), left=start, height=0.62, **style.bar)
        axes.annotate(
            _job_text(row, narrow=is_narrow(axes)), (max(end, (start or begun) + least), place), xytext=(4, 0),
            textcoords="offset points", va="center", fontsize=7.5, color=INK, parse_math=False,
        )  # fmt: skip
    axes.set_xlim(
        min(shown["begun"]) - span * 0.02 - least, max(ends) + span * (0.4 if is_narrow(axes) else 0.24) + least
    )


def _job_text(row: dict[str, Any], *, narrow: bool) -> str:
    """Return the duration, and the status and error unless the job completed."""
    start, finish = row["started_at"], row["finished_at"]
    took = duration((finish - start).total_seconds()) if start and finish and finish >= start else ""
    state = "" if row["status"] == "completed" else name(row["status"], 12)
    error = "" if narrow or row["error_code"] is None else name(row["error_code"], 22)
    return " · ".join(part for part in (took, f"{state}: {error}" if error and state else state) if part)


def _draw_legend(axes: Axes, states: list[str]) -> None:
    from matplotlib.patches import Patch

    seen = [state for state in dict.fromkeys([*STATES, *sorted(states)]) if state in states]
    legend(axes, [Patch(**_style_of(state).bar) for state in seen], [name(state, 16) for state in seen])


def _style_of(state: str) -> Style:
    return STATES.get(state, WAITING)


def job_durations(jobs: Any, *, ax: Axes | None = None) -> Axes:
    """Draw the durations of jobs by type: range, middle half and median, and the number that failed.

    The interval of the failure rate is Wilson's (:func:`~pb2b_notebook.plots.proportions.wilson`), over jobs that
    completed or failed.

    Args:
        jobs: Frame of ``ws.jobs.list()``: type, status, started_at and finished_at.
        ax: Axes to draw into; by default those of a new figure.

    Raises:
        PictureError: A column is missing.

    Example:
        >>> import pandas as pd
        >>> start, end = pd.to_datetime(["2026-03-10T12:00:00Z", "2026-03-10T12:00:30Z"])
        >>> job = {"type": "export", "status": "completed", "started_at": start, "finished_at": end}
        >>> axes = job_durations(pd.DataFrame([job]))
        >>> axes.texts[0].get_text()
        'median 30 s · none of 1 failed (≤ 79%)'
    """
    table = select_columns(jobs, SOURCE, times=["started_at", "finished_at"], texts=["type", "status"])
    took = (pl.col("finished_at").cast(pl.Int64) - pl.col("started_at").cast(pl.Int64)) / 1e6
    ended = table.with_columns(pl.col("type").fill_null(UNKNOWN), took=took).filter(pl.col("took") >= 0)
    groups = ended.group_by("type").agg(
        *(pl.col("took").quantile(q, "linear").alias(str(q)) for q in (0.25, 0.5, 0.75)),
        pl.col("took").min().alias("least"), pl.col("took").max().alias("most"),
        (pl.col("status") == "failed").sum().alias("failed"),
        pl.col("status").is_in(["failed", "completed"]).sum().alias("done"),
    ).sort("0.5", "type")  # fmt: skip
    axes = canvas(ax, height=1.6 + 0.5 * max(len(groups), 2))
    if groups.is_empty():
        return draw_nothing(
            axes, "Job durations", "no job has ended" if len(table) else f"no jobs in the frame ({SOURCE})"
        )
    name_rows(axes, groups["type"].to_list())
    for place, row in enumerate(groups.iter_rows(named=True)):
        _draw_box(axes, place, row)
    axes.set_ylim(len(groups) - 0.4, -0.6)
    _use_seconds_axis(axes, float(groups["least"].min() or 0), float(groups["most"].max() or 1))  # type: ignore[arg-type]
    remark = "line: all of them, bar: the middle half, dot: the median"
    title = f"Job durations: {count_text(len(ended), 'job')} that ended\n{remark}"
    return label_axes(axes, title, x="from started to finished (logarithmic)", grid="x")


LEAST: Final = 0.01
"""Shortest duration drawn, in seconds: a logarithmic axis has no zero."""


def _draw_box(axes: Axes, place: int, row: dict[str, Any]) -> None:
    least, low, middle, high, most = (max(row[key], LEAST) for key in ("least", "0.25", "0.5", "0.75", "most"))
    axes.plot([least, most], [place, place], color=INK, linewidth=1, marker="|", markersize=8)
    axes.barh(place, high - low, left=low, height=0.34, **FAIR.bar)
    axes.plot([middle], [place], color=INK, marker="o", markersize=7, linestyle="none")
    text = f"median {duration(row['0.5'])} · {_failures(row['failed'], row['done'], narrow=is_narrow(axes))}"
    axes.annotate(
        text, (0.01, place - 0.17), xycoords=axes.get_yaxis_transform(), xytext=(0, 3), textcoords="offset points",
        va="bottom", fontsize=8, color=INK,
    )  # fmt: skip


def _failures(failed: int, done: int, *, narrow: bool) -> str:
    if not done:
        return "none completed or failed"
    if narrow:
        return f"{count(failed)} of {count(done)} failed"
    low, high = wilson(failed, done)
    if not failed:
        return f"none of {count(done)} failed (≤ {share(high)})"
    return f"{count(failed)} of {count(done)} failed ({share(low)}–{share(high)})"


def _use_seconds_axis(axes: Axes, least: float, most: float) -> None:
    """Give the axes a logarithmic time axis with ticks at common durations."""
    axes.set_xscale("log")
    axes.set_xlim(max(least, LEAST) / 1.6, max(most, LEAST) * 1.6)
    known = [0.01, 0.1, 1, 10, 60, 600, 3_600, 6 * 3_600, 86_400, 7 * 86_400, 28 * 86_400, 365 * 86_400]
    known = known[::2] if is_narrow(axes) else known
    ticks = [tick for tick in known if max(least, LEAST) / 1.6 <= tick <= max(most, LEAST) * 1.6]
    axes.set_xticks(ticks, [duration(tick) for tick in ticks])
    axes.xaxis.set_tick_params(which="minor", bottom=False, labelbottom=False)
