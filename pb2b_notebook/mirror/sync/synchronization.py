"""The sync of one table: read from where the table is complete, and commit each batch as it arrives."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import MirrorError, VanishedRowsError
from pb2b_notebook.lazy_libraries import pc, pl
from pb2b_notebook.mirror.storage import history
from pb2b_notebook.mirror.storage.commits import CommitConflictError, SyncState
from pb2b_notebook.mirror.storage.comparison import Changes, compare
from pb2b_notebook.mirror.storage.engine_errors import damaged_error
from pb2b_notebook.mirror.storage.instants import micros, to_datetime
from pb2b_notebook.mirror.storage.layout import Fitted, fit
from pb2b_notebook.mirror.storage.pruning import settle_history
from pb2b_notebook.mirror.storage.tables import Table, to_polars
from pb2b_notebook.mirror.sync import planning
from pb2b_notebook.mirror.sync.background import BackgroundTask
from pb2b_notebook.mirror.sync.planning import Request

COMMIT_ROWS: Final = 14_000
COMMIT_SECONDS: Final = 1.0
"""A first sync commits after this many rows or seconds, and reads on meanwhile."""

MAX_UNCOMMITTED: Final = 18_000
"""Limit of rows that are read but not committed. With two pages in flight and the rows with the last committed time, a
kill costs at most 20,000 rows or 2 s."""

_TABLE_SHARE: Final = 10
"""A later commit rewrites files, so it waits for a tenth of the table if that is more."""

_MAX_ATTEMPTS: Final = 5
_WHOLE_SECONDS: Final = timedelta(seconds=2)
"""Room for the Date header, which has no fractions."""
_UNKNOWN: Final = -2
NOT_PROVEN: Final = "the listing could not be proven complete: the next sync reads it again"
"""Note of a sync after which rows may be missing."""
"""Number of the version that was seen, after another writer was first."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Received rows.

    Attributes:
        read_rows: Function that waits for the decoding and returns a ``pyarrow.Table`` with a frame's names.
        rows: Number of rows.
        served_at: Time of the response by the service's clock.
        pages: Number of pages.
        more: Whether other chunks follow.
        total: Number of all rows, if the service counted them.
        proven: Whether the rows so far are proven to be all that were to come.
    """

    read_rows: Callable[[], Any]
    rows: int
    served_at: datetime | None
    pages: int
    more: bool = True
    total: int | None = None
    proven: bool = True


@dataclass(slots=True)
class Outcome:
    """The outcome of one resource's sync, a row of the report. Times are µs by the service's clock."""

    resource: str
    mode: str = ""
    rows_read: int = 0
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    pages: int = 0
    requests: int = 0
    seconds: float = 0.0
    watermark_from: int | None = None
    watermark_to: int | None = None
    note: str = ""


@dataclass(slots=True)
class Synchronizer:
    """Brings one table up to date. The caller holds the writer's lock.

    Args:
        table: Table of the current rows.
        former: Table of the former rows.
        read: Function that returns the rows changed after a time (``None``: all rows), oldest change first, in chunks
            of about a number of rows. It calls its third argument with the number of waiting rows before each page.
        declared: Columns of the contract and of the workspace's fields.
        filter_rows: Function that drops rows that must not be stored.
        on_progress: Function that gets the number of further committed rows and the number of all rows.
        incremental: Whether ``read`` accepts a time.
        ordered: Whether the rows are one listing, whose order can show how complete the table is. The order of several
            listings shows nothing.
        clock: Monotonic clock in seconds.
    """

    table: Table
    former: Table
    read: Callable[[int | None, int, Callable[[int], None]], Iterable[Chunk]]
    declared: Collection[str]
    filter_rows: Callable[[Any], Any] = lambda rows: rows
    on_progress: Callable[[int, int | None], None] = lambda _rows, _total: None
    incremental: bool = True
    ordered: bool = True
    clock: Callable[[], float] = time.monotonic
    outcome: Outcome = field(init=False)
    _state: SyncState = field(init=False, default_factory=SyncState)
    _begun: int | None = field(init=False, default=None)
    _progress: int = field(init=False, default=0)
    _first: int | None = field(init=False, default=None)
    _last: int = field(init=False, default=0)
    _ordered: bool = field(init=False, default=True)
    _listed: list[Any] = field(init=False, default_factory=list)
    _complete: bool = field(init=False, default=False)
    _hashes: pl.Series | None = field(init=False, default=None)
    _hashed: int = field(init=False, default=-1)
    _without_id: int = field(init=False, default=0)
    _proven: bool = field(init=False, default=True)
    _seen: int = field(init=False, default=-1)
    _history: int = field(init=False, default=-1)
    _alone: bool = field(init=False, default=True)

    def __post_init__(self) -> None:
        self.outcome = Outcome(self.table.resource)

    def run(self, *, full: bool = False, small: int = 0, vanished_allowed: bool = False) -> Outcome:
        """Read and commit the rows, record that the table is complete, and return the outcome.

        Args:
            full: Whether to read everything again and sweep the rows that are gone.
            small: Number of stored rows up to which everything is read anyway.
            vanished_allowed: Whether the sweep may remove any number of rows.

        Raises:
            MirrorError: The table mirrors another workspace, or cannot be written.
            VanishedRowsError: Too many rows are gone to remove them without confirmation. All else is committed.
        """
        start = self.clock()
        self._reload()
        asked = planning.plan_request(
            self._state, self._newest(), incremental=self.incremental, full=full, small=self._rows() <= small
        )
        self.outcome.mode = asked.mode
        self.outcome.watermark_from = self._state.watermark
        self._read(asked)
        problem = self._sweep(vanished_allowed=vanished_allowed) if asked.everything else None
        if not self._proven:
            self._add_note(NOT_PROVEN)
        elif not self._complete:
            self._reload_if_behind()
            self._commit_state(self._complete_state())
        if self.former.exists:
            self._maintain_history()
        if self._state.watermark is not None:  # the user waits for a first sync, so maintenance is left to the next one
            self.table.maintain()
        if self._without_id:
            self._add_note(f"{count_text(self._without_id, 'row')} without an id: not stored")
        self.outcome.seconds = self.clock() - start
        if problem is not None:
            raise problem
        return self.outcome

    def _reload(self) -> None:
        """Read the sync state, and settle the history that belongs to it.

        The number of the version is read first: where another writer commits meanwhile, the next commit fails.
        """
        self._seen = self.table.version
        self._state = self.table.state()
        self._history = settle_history(self.table, self.former)

    def _reload_if_behind(self) -> None:
        """Do so if another writer committed."""
        if self._seen != self.table.version:
            self._alone = False
            self._reload()

    def _commit_state(self, state: Mapping[str, int]) -> None:
        self.table.commit_state(state, seen=self._seen)
        self._seen += 1

    def _maintain_history(self) -> None:
        """Maintain the history. In a store, the table's commits say which version of the history belongs to it."""
        compacted = self.former.maintain(seen=self._history)
        if compacted and self.former.shared:
            self._history += 1
            with suppress(CommitConflictError):  # the other writer's next sync goes back to the small files
                self._commit_state({"history": self._history + 1})

    def _newest(self) -> int | None:
        if not self.table.exists or "updated_at" not in self.table.polars_schema():
            return None
        with self.table.typed_errors():
            newest = self.table.snapshot().select(pl.col("updated_at").max()).collect().item()
        return None if newest is None else micros(newest)

    def _rows(self) -> int:
        return self.table.row_count() if self.table.exists else 0

    # --- reading and committing -------------------------------------------------------------------------------------

    def _read(self, asked: Request) -> None:
        # When everything is read again, the order of the rows does not show how complete the table is.
        self._ordered = self.ordered and not asked.everything
        largest = COMMIT_ROWS if self._state.watermark is None else max(COMMIT_ROWS, self._rows() // _TABLE_SHARE)
        most = largest * MAX_UNCOMMITTED // COMMIT_ROWS
        reported = 0
        with BackgroundTask() as committing:
            for chunk in self.read(asked.after, largest, lambda rows: committing.wait_if_full(rows, most)):
                self._note_start(chunk)
                self.outcome.pages += chunk.pages
                self._proven = self._proven and chunk.proven
                last = not chunk.more and not asked.everything and self._proven
                committing.start(chunk.rows, self._commit_chunk, chunk, asked, last=last)
                if chunk.more:  # otherwise nothing is left to wait for
                    self.on_progress(self.outcome.rows_read - reported, chunk.total)
                    reported = self.outcome.rows_read

    def _commit_chunk(self, chunk: Chunk, asked: Request, *, last: bool) -> None:
        """Commit a chunk after it is decoded. The previous chunk is committed by then."""
        rows = chunk.read_rows()
        self.outcome.rows_read += len(rows)
        self._without_id += rows.column("id").null_count
        if asked.everything:
            self._listed.append(rows.column("id"))
        self._track_progress(rows)
        self._commit(rows, last=last)

    def _note_start(self, chunk: Chunk) -> None:
        """Record the service's time of the first response as the start of this sync."""
        if self._begun is None and chunk.served_at is not None:
            self._begun = micros(chunk.served_at)

    def _track_progress(self, rows: Any) -> None:
        """Record the ``updated_at`` up to which all rows have arrived; stop once rows arrive in another order."""
        if not self._ordered or not len(rows):
            return
        times = rows.column("updated_at").combine_chunks() if "updated_at" in rows.column_names else None
        if times is None or times.null_count or pc.any(pc.greater(times[:-1], times[1:])).as_py():
            self._ordered = False
        else:
            first, self._first = micros(times[0].as_py()), self._first or micros(times[0].as_py())
            self._ordered, self._last = first >= self._last, micros(times[-1].as_py())
        # A single time does not show whether older or newer rows follow.
        rising = self._ordered and self._first is not None and self._last > self._first
        self._progress = self._last if rising else 0

    def _progress_state(self) -> dict[str, int]:
        state = {"progress": self._progress}
        if self._begun is not None and not self._state.unfinished:
            state["begun"] = self._begun
        return state

    def _commit(self, rows: Any, *, last: bool) -> None:
        """Commit a batch; after another writer's commit, compare with its rows and try again.

        Each attempt leaves out who is to be forgotten by then, after it has read which version is the latest: who
        forgets a person in a store commits after the person is in the list, and that fails this commit.
        """
        for _ in range(_MAX_ATTEMPTS):
            try:
                self._reload_if_behind()
                fitted = fit(self.filter_rows(rows), self.table.schema(), self.declared)
                self._seen += self.table.widen(fitted.table.schema)
                seen = self._seen
                changes = self._changes_of(fitted, seen)
                state = self._progress_state()
                self._write(changes, fitted, {**state, **self._complete_state()} if last else state, last=last)
            except CommitConflictError:
                self._seen = _UNKNOWN  # also if it was the history that another writer committed to
                continue
            self._update_hashes(changes, seen)
            self.outcome.inserted += changes.inserted.height
            self.outcome.updated += changes.updated.height
            self._note(fitted)
            self._complete = last
            return
        raise MirrorError(
            f"other writers committed to {self.table.resource} first {_MAX_ATTEMPTS} times in a row",
            repair="let only one program at a time write this mirror",
        )

    def _changes_of(self, fitted: Fitted, seen: int) -> Changes:
        came = to_polars(fitted.table)
        return compare(came, self._stored_rows(came, seen))

    def _stored_rows(self, came: pl.DataFrame, seen: int) -> pl.DataFrame:
        if seen < 0:
            return came.clear()
        if self._state.watermark is None and not self._may_be_stored(came["id"], seen):
            return came.clear()
        stored = self.table.rows_with(came["id"])
        if stored["id"].n_unique() < stored.height:
            raise damaged_error(self.table.resource, "has an id twice")
        return pl.concat([came.clear(), stored], how="diagonal")

    def _may_be_stored(self, ids: pl.Series, seen: int) -> bool:
        """Return whether any of these ids may be stored, by hashes, because reading the rows is slow."""
        if self._hashes is None or self._hashed != seen:
            with self.table.typed_errors():
                stored = self.table.snapshot().select("id").collect().to_series()
            self._hashes, self._hashed = stored.hash(), seen
        return bool(self._hashes.is_in(ids.hash().implode()).any())

    def _update_hashes(self, changes: Changes, seen: int) -> None:
        """Add the hashes of a batch to those of the version before; other versions are read again."""
        if self._hashes is not None and self._hashed == seen and not changes.empty:
            self._hashes.append(changes.inserted["id"].hash())
            self._hashed = seen + 1

    def _write(self, changes: Changes, fitted: Fitted, state: Mapping[str, int], *, last: bool) -> None:
        if changes.empty and self._seen >= 0:
            if last:
                self._commit_state(state)
            return  # the next commit has the state
        if self._state.since is not None:
            self._append_history(history.history_of_changes(changes, at=self._start_time(), by=self._seen + 1))
            state = {**state, "history": self._history + 1}
        self.table.replace(changes, fitted.table.schema, state, seen=self._seen)
        self._seen += 1

    def _append_history(self, rows: pl.DataFrame) -> None:
        stored = self.former.schema()
        fitted = fit(rows.to_arrow(), stored, set(rows.columns))
        self._history += self.former.widen(fitted.table.schema)
        self.former.append(to_polars(fitted.table), fitted.table.schema, {}, seen=self._history)
        self._history += 1

    def _note(self, fitted: Fitted) -> None:
        notes = retyped_notes(fitted)
        if self.outcome.inserted + self.outcome.updated and fitted.added and self._state.watermark is not None:
            notes.append(f"new columns: {', '.join(fitted.added)}")
        for note in notes:
            self._add_note(note)

    def _add_note(self, note: str) -> None:
        if note not in self.outcome.note:
            self.outcome.note = f"{self.outcome.note}; {note}".lstrip("; ")

    # --- ending -----------------------------------------------------------------------------------------------------

    def _start_time(self) -> int:
        """Return the start of this sync by the service's clock, or the time of the newest row if the service has none.

        This machine's clock may be a day ahead and would then hide a day. Without any row the start is 0.
        """
        return self._begun if self._begun is not None else self._newest() or 0

    def _sweep(self, *, vanished_allowed: bool) -> VanishedRowsError | None:
        """Remove the rows that a complete listing does not contain; return the error if the user must confirm."""
        if not self._proven:
            self._add_note("no rows were removed, since the service may have listed only a part")
            return None
        self._reload_if_behind()
        if not self._alone:  # this listing may be older than rows that the other writer committed
            self._add_note("no rows were removed, since another program synced meanwhile")
            return None
        with self.table.typed_errors():
            stored = self.table.snapshot().select("id").collect().to_series()
        listed = pl.Series("id", [], pl.String) if not self._listed else pl.concat(map(_series, self._listed))
        gone = self._rows_not_newer(stored.filter(~stored.is_in(listed.implode())))
        if gone.is_empty():
            return None
        verdict = planning.sweep_decision(len(gone), len(stored), len(listed))
        if verdict == "keep":
            self._add_note("the service listed no rows, so no rows were removed")
            return None
        if verdict == "ask" and not vanished_allowed:
            return VanishedRowsError(
                f"{len(gone):,} of {len(stored):,} rows of {self.table.resource} are no longer listed; "
                "none was removed",
                repair=f'if they are deleted: ws.mirror.sync({self.table.resource!r}, full=True, vanished="remove")',
            )
        state = {}
        if self._state.since is not None:
            none = pl.Series("id", [], pl.String)
            before = self.table.rows_with(gone)
            self._append_history(history.history_rows(before, none, at=self._start_time(), by=self._seen + 1))
            state = {"history": self._history + 1}
        self.table.remove(pl.col("id").is_in(gone.implode()), state, seen=self._seen)
        self._seen += 1
        self.outcome.deleted = len(gone)
        return None

    def _rows_not_newer(self, gone: pl.Series) -> pl.Series:
        """Return the ids of the rows that are not newer than the listing: a cache may have kept it for some time."""
        if gone.is_empty() or self._begun is None or "updated_at" not in self.table.polars_schema():
            return gone
        listed_at = to_datetime(self._begun) + _WHOLE_SECONDS
        return self.table.rows_with(gone).remove(pl.col("updated_at") > listed_at)["id"]

    def _complete_state(self) -> dict[str, int]:
        """Return the state of a table that is complete up to the start of this sync."""
        at = max(self._start_time(), self._state.watermark or 0)
        state = {"watermark": at, "begun": at, "progress": 0, "synced": micros(datetime.now(UTC))}
        if self._state.since is None:
            state |= {"since": at, "origin": self._seen + 1, "history": self._history + 1}
        self.outcome.watermark_to = at
        return state


def retyped_notes(fitted: Fitted) -> list[str]:
    """Return the notes about columns with values of another type."""
    return [f"{name}: {what}, kept in 'unparsed'" for name, what in fitted.retyped.items()]


def _series(ids: Any) -> pl.Series:
    return pl.Series("id", ids)
