"""The work of an import form: start imports, watch them, join errors to rows, and send refused rows again.

Plain functions of a workspace, a frame and a mapping; nothing here shows anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from pb2b_notebook.api.calls.records import Record
from pb2b_notebook.api.domains.import_runs import ImportRun
from pb2b_notebook.api.domains.job_waiting import state
from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import JobFailedError, UsageError
from pb2b_notebook.forms import job_monitoring
from pb2b_notebook.forms.watching import Watch
from pb2b_notebook.frames.library import input_frame, library_of
from pb2b_notebook.lazy_libraries import pd, pl
from pb2b_notebook.mapping import Mapping
from pb2b_notebook.workspace import Workspace

_HOW = "pass {(row number, lead field): value}, or form.result.rejected with corrections and all of its rows"


@dataclass(frozen=True, slots=True, repr=False)
class Imported:
    """An import that has ended.

    Attributes:
        run: The imports, with the number of rows that they created, updated, skipped and refused.
        errors: Frame with one row for each bad cell: ``row_number`` (in the whole input, from 1, without the header),
            ``field`` (null if the row as a whole is refused), ``code``, ``message``, ``raw``.
        rejected: The refused rows of the input, with its columns, in its order.
        row_numbers: Numbers of the rejected rows, in the same order.
        sent_before: Number of imports that had been sent before, and were not sent again.
    """

    run: ImportRun
    errors: Any
    rejected: Any
    row_numbers: tuple[int, ...]
    sent_before: int = 0

    def __repr__(self) -> str:
        lines = repr(self.run).splitlines()[1:]
        if self.row_numbers:
            refused = count_text(len(self.row_numbers), "row")
            lines.append(f"  {'refused':<10} {refused}; .errors says why, .rejected has the rows")
        if self.sent_before:
            lines.append(f"  {'again':<10} {self.sent_before} of {len(self.run.ids)} sent before; not sent again")
        return "\n".join(["Imported:", *lines])


def launch(
    ws: Workspace[Any],
    frame: Any,
    mapping: Mapping,
    *,
    match_on: Any,
    watch: Watch,
    filename: str | None = None,
    allow: bool = False,
) -> Imported:
    """Import rows and watch the jobs to their end.

    The same rows with the same mapping are sent once in 24 hours: running a cell again, also after a lost connection
    or a restart, sends only what was not sent. An import whose job failed has applied nothing, and is sent again.

    Args:
        ws: The workspace.
        frame: Rows, pandas or polars.
        mapping: Mapping of columns to lead fields.
        match_on: "email" or "external_id".
        watch: Progress of the form; its Stop leaves the jobs running.
        filename: Name of the import.
        allow: Whether rows that look like people who opted out are imported too.

    Raises:
        SuppressedRowsError: There are such rows; nothing was sent.
        MappingError: The mapping does not fit the frame or the workspace; nothing was sent.
        JobFailedError: A job failed; nothing of its import was applied.
        StoppedWatching: The user pressed Stop.
    """
    known = set(ws.journal(frame="polars")["object_id"].to_list())
    watch.report(0.0, f"sending {count_text(len(frame), 'row')} …")
    send = partial(ws.imports.create, mapping=mapping, match_on=match_on, filename=filename)
    run = send(frame, report=partial(_report_sent, watch), allow=allow)
    before = set(run.ids) & known
    run = _resend_failed(ws, run, frame, before, send)
    watched = _watch_jobs(ws, run, watch, len(frame))
    return replace(outcome_of(ws, watched, frame), sent_before=len(before & set(run.ids)))


def outcome_of(ws: Workspace[Any], run: ImportRun, frame: Any) -> Imported:
    """Return the result of an import, with its errors joined to the rows of the input.

    Args:
        ws: The workspace.
        run: The imports, whose jobs have ended.
        frame: The rows that were imported.
    """
    errors = ws.imports.errors(run)
    numbers = tuple(sorted({number for number in errors["row_number"].to_list() if isinstance(number, int)}))
    return Imported(run, errors, _take_rows(frame, numbers), numbers)


def retry_rows(
    ws: Workspace[Any],
    before: Imported,
    mapping: Mapping,
    correct: Any,
    *,
    match_on: Any,
    watch: Watch,
    allow: bool = False,
) -> Imported:
    """Import refused rows again with corrections, and nothing else.

    Args:
        ws: The workspace.
        before: Result of the import that refused them.
        mapping: Mapping of that import; it says which column a field comes from.
        correct: ``{(row number, lead field): new value}``, row numbers as in ``before.errors``, ``None`` for a blank
            cell: only the rows that it names are sent. Or a frame that replaces ``before.rejected``, row by row.
        match_on: "email" or "external_id".
        watch: Progress of the form.
        allow: Whether rows that look like people who opted out are imported too.

    Returns:
        What is still refused, with row numbers of the whole input. Its ``run`` is that of the rows sent again.

    Raises:
        UsageError: There is no correction, or it names a row that was not refused or a field without a column, or the
            frame has another number of rows; nothing was sent.
    """
    corrected, numbers = _correct_rows(before, mapping, correct)
    places = {number: place for place, number in enumerate(before.row_numbers, start=1)}
    rows = _take_rows(corrected, [places[number] for number in numbers])
    again = launch(ws, rows, mapping, match_on=match_on, watch=watch, allow=allow)
    back = dict(enumerate(numbers, start=1))
    still = {back[number] for number in again.row_numbers}
    left = tuple(number for number in before.row_numbers if number in still or number not in numbers)
    errors = _concat(_without(before.errors, numbers), _renumber(again.errors, back))
    return Imported(again.run, errors, _take_rows(corrected, [places[n] for n in left]), left, again.sent_before)


def _correct_rows(before: Imported, mapping: Mapping, correct: Any) -> tuple[Any, tuple[int, ...]]:
    """Return all rejected rows with the corrections, and the numbers of the rows to send."""
    if not isinstance(correct, AnyMapping):
        correct = input_frame(correct, purpose="a correction", error=UsageError, repair=_HOW).frame
        if len(correct) != len(before.row_numbers):
            raise UsageError(
                f"{len(before.row_numbers):,} rows were refused, but the correction has {len(correct):,}", repair=_HOW
            )
        return correct, before.row_numbers
    if not correct:
        raise UsageError("there is no correction", repair="change a cell of a refused row first")
    if not all(isinstance(cell, tuple) and len(cell) == 2 for cell in correct):  # noqa: PLR2004 - a row and a field
        raise UsageError("the key of a corrected cell must be a row number and a lead field", repair=_HOW)
    source = {key: column for column, key in mapping.columns.items()}
    places = {number: place for place, number in enumerate(before.row_numbers)}
    columns: dict[str, dict[int, Any]] = {}
    for (number, key), value in correct.items():
        if number not in places or key not in source:
            raise UsageError(
                f"row {number} has no refused cell of {key!r}", repair="form.result.errors lists the refused cells"
            )
        columns.setdefault(source[key], {})[places[number]] = value
    return _with_cells(before.rejected, columns), tuple(sorted({number for number, _ in correct}))


def _report_sent(watch: Watch, done: int, of: int) -> None:
    watch.set_reattach("pb.forms.JobMonitor(ws)")
    watch.report(done / of, f"{done:,} of {of:,} rows sent")


def _resend_failed(
    ws: Workspace[Any], run: ImportRun, frame: Any, before: Collection[str], send: Callable[..., ImportRun]
) -> ImportRun:
    """Send imports again that failed before: none of their rows were applied, and the journal would replay them."""
    pieces = list(run.pieces)
    for place, piece in enumerate(run.pieces):
        if piece["id"] in before and state(ws.imports.get(piece["id"])) in {"failed", "cancelled"}:
            first, last = _row_span(run, place, len(frame))
            # These rows were sent before: whoever opted out among them was allowed.
            [pieces[place]] = send(_take_rows(frame, range(first, last + 1)), again=True, allow=True).pieces
    return ImportRun(tuple(pieces), run.offsets)


def _watch_jobs(ws: Workspace[Any], run: ImportRun, watch: Watch, rows: int) -> ImportRun:
    jobs = [str(piece["job_id"]) for piece in run.pieces if piece.get("job_id") is not None]
    if len(jobs) < len(run.pieces):
        return ws.imports.wait(run, progress=False)
    watch.set_reattach(f'pb.forms.JobMonitor(ws, "{jobs[0]}")' if len(jobs) == 1 else "pb.forms.JobMonitor(ws)")
    seen: list[Record] = []
    for seen in job_monitoring.follow(ws, jobs, watch):  # noqa: B007 - only the last value is used
        pass
    try:
        return ws.imports.wait(run)
    except JobFailedError as problem:
        failed = [_row_span(run, place, rows) for place, job in enumerate(seen) if state(job) != "completed"]
        spans = ", ".join(f"{first:,} to {last:,}" for first, last in failed)
        problem.add_note(
            f"not imported: rows {spans}; after the cause is fixed, run the same import again to send these"
        )
        raise


def _row_span(run: ImportRun, place: int, rows: int) -> tuple[int, int]:
    """Return the numbers of the first and the last row of an import, from 1."""
    return run.offsets[place] + 1, [*run.offsets[1:], rows][place]


# Frames of either library


def _is_polars(frame: Any) -> bool:
    return library_of(frame) == "polars"


def _take_rows(frame: Any, numbers: Sequence[int]) -> Any:
    """Return rows by their numbers, from 1."""
    places = [number - 1 for number in numbers]
    return frame[places] if _is_polars(frame) else frame.iloc[places]


def _with_cells(frame: Any, columns: AnyMapping[str, AnyMapping[int, Any]]) -> Any:
    """Return a copy with some cells replaced; a cell may be of another type than its column was."""
    for name, cells in columns.items():
        values = frame[name].to_list()
        for place, value in cells.items():
            values[place] = value
        frame = _with_column(frame, name, values)
    return frame


def _with_column(frame: Any, name: str, values: list[Any]) -> Any:
    if _is_polars(frame):
        texts = all(value is None or isinstance(value, str) for value in values)
        return frame.with_columns(pl.Series(name, values, dtype=pl.String if texts else pl.Object))
    return frame.assign(**{name: pd.Series(values, index=frame.index, dtype=object)})


def _without(errors: Any, numbers: Collection[int]) -> Any:
    if _is_polars(errors):
        return errors.filter(~pl.col("row_number").is_in(list(numbers)))
    return errors[~errors["row_number"].isin(list(numbers))]


def _renumber(errors: Any, back: AnyMapping[int, int]) -> Any:
    values = [back[int(number)] for number in errors["row_number"]]
    if _is_polars(errors):
        return errors.with_columns(pl.Series("row_number", values, dtype=pl.Int64))
    return errors.assign(row_number=pd.array(values, dtype="Int64"))


def _concat(one: Any, other: Any) -> Any:
    """Return the rows of both frames, sorted by row number."""
    if _is_polars(one):
        return pl.concat([one, other], how="diagonal").sort("row_number", maintain_order=True)
    return pd.concat([one, other]).sort_values("row_number", kind="stable", ignore_index=True)
