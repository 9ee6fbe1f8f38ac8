"""One Delta table: rows that are committed together with the sync state, which says how far they are complete.

Any engine that reads Delta can read these tables.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import PurePath
from typing import Any, Final, Literal

from pb2b_notebook.errors import MirrorError, NotMirroredError, ProspectB2BError
from pb2b_notebook.forking import renew_in_child
from pb2b_notebook.lazy_libraries import pa, pl
from pb2b_notebook.mirror.storage import commit_log, commits, compaction, datafiles, extras, retention
from pb2b_notebook.mirror.storage.commit_log import LogProblem
from pb2b_notebook.mirror.storage.commits import CommitConflictError, SyncState, read_state
from pb2b_notebook.mirror.storage.comparison import Changes
from pb2b_notebook.mirror.storage.datafiles import DataFile, scan_files
from pb2b_notebook.mirror.storage.engine_errors import damaged_error, to_mirror_error
from pb2b_notebook.mirror.storage.layout import frame_names
from pb2b_notebook.mirror.storage.locations import holds_table, limit_error, unwritable_error
from pb2b_notebook.mirror.storage.retention import READER_HOURS, STORE_HOURS
from pb2b_notebook.mirror.storage.stores import (
    Folder,
    StoreError,
    StorePath,
    files_below,
    storage_options,
    store_error,
)
from pb2b_notebook.mirror.storage.versions import Version, read_version

_CONFIGURATION: Final = {"delta.logRetentionDuration": "interval 30 days", "delta.checkpointInterval": "10"}
"""Without checkpoints, each commit and each opening would replay all commits, and a first sync makes one a batch. Each
checkpoint lists the files that were removed within their retention."""

_MAX_SMALL_FILES: Final = 24
_SMALL_FILE: Final = 8 << 20  # bytes
_PATH: Final = "\0path"
_LOST: Final = re.compile(r"\b(409|412)\b|[Aa]lready ?[Ee]xists|PreconditionFailed")
"""Signs of a store that another writer created the commit."""


class Table:
    """A Delta table in a folder of this machine or of an object store.

    Args:
        path: Folder of the table.
        label: Service, workspace and resource that the table mirrors. It is stored in the table, and a table with
            another label is not touched; ``""`` reads any table.
        resource: Name of the resource, for messages.

    Attributes:
        shared: Whether no lock keeps other writers away, so that only commits decide.
    """

    def __init__(self, path: Folder, label: str, resource: str) -> None:
        self.path = path
        self.label = label
        self.resource = resource
        self._lock = threading.RLock()
        self._delta: Any = None
        self._stamp: tuple[Any, int] | None = None
        self._version: Version | None = None
        self._state: tuple[Version, SyncState] | None = None
        self.shared = isinstance(path, StorePath)
        self._storage = storage_options(path)
        self._hours = STORE_HOURS if self.shared else READER_HOURS
        renew_in_child(self)

    def renew_after_fork(self) -> None:
        """Replace the lock, and open the table again."""
        self._lock = threading.RLock()
        self._delta = self._stamp = self._version = self._state = None

    # --- reading ----------------------------------------------------------------------------------------------------

    @property
    def exists(self) -> bool:
        """Whether the table has a commit."""
        return self._known_stamp() is not None or holds_table(self.path)

    def latest(self) -> Version:
        """Return the latest version. If it is known already, this only looks up two files of the log.

        Raises:
            NotMirroredError: The table has no commit.
            MirrorDamagedError: The log cannot be read.
            MirrorError: The table mirrors another workspace.
        """
        latest = self._find()
        if latest is None:
            raise NotMirroredError(
                f"{self.resource!r} is not in this mirror yet", repair=f"ws.mirror.sync({self.resource!r})"
            )
        return latest

    def _find(self) -> Version | None:
        """Return the latest version; ``None`` if the table has no commit."""
        with self._lock:
            stamp = self._known_stamp()
            if stamp is None and not holds_table(self.path):
                self._delta = self._version = None
                return None
            with self.typed_errors():
                return self._refresh(stamp)

    def _known_stamp(self) -> tuple[Any, int] | None:
        """Return the mark of the known version's commit; ``None`` if none is known, or it is gone."""
        known = self._version
        return None if known is None else self._commit_stamp(known.number)

    def _refresh(self, stamp: tuple[Any, int] | None) -> Version:
        known = None if self._delta is None else self._version
        if known is None or self._stamp != stamp:
            self._check_log(commit_log.find_problem(self.path))
            self._delta = self._check_label(self._open())
        elif self._commit_stamp(known.number + 1) is None:
            return known
        else:
            self._check_log(commit_log.problem_after(self.path, known.number))
            self._delta.update_incremental()
        self._stamp = self._commit_stamp(self._delta.version())
        self._version = read_version(self._delta)
        return self._version

    def _open(self, version: int | None = None) -> Any:
        return extras.deltalake().DeltaTable(str(self.path), version=version, storage_options=self._storage)

    def at(self, number: int) -> Version:
        """Return a version whose commit the log still has; -1 is the table without rows."""
        latest = self.latest()
        if number == latest.number:
            return latest
        with self.typed_errors():
            return replace(latest, number=-1, files=()) if number < 0 else read_version(self._open(number))

    def _check_log(self, problem: LogProblem | None) -> None:
        if problem is not None:
            raise damaged_error(self.resource, f"is damaged: {problem.text}")

    def cut_back(self, problem: LogProblem) -> None:
        """Go back to the latest sound version before a problem, and delete checkpoints that cannot be read."""
        with self._lock, self.typed_errors():
            self._delta = None
            commit_log.cut_back(self.path, problem)

    def _check_label(self, delta: Any) -> Any:
        if self.label and delta.metadata().description != self.label:
            raise MirrorError(
                f"the table {self.resource} in this folder mirrors another workspace or service",
                repair="set PB2B_CACHE_DIR to another folder, or move this one; nothing was changed",
            )
        return delta

    def _commit_stamp(self, version: int) -> tuple[Any, int] | None:
        """Return a mark that differs if the table was created again since; ``None`` if there is no such commit."""
        try:
            found = (self.path / "_delta_log" / f"{version:020d}.json").stat()
        except StoreError as problem:
            raise problem.error from None
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    @property
    def version(self) -> int:
        """Number of the latest commit; -1 before the first one."""
        latest = self._find()
        return -1 if latest is None else latest.number

    def schema(self) -> Any | None:
        """Return the stored ``pyarrow.Schema``; ``None`` if there is no table."""
        latest = self._find()
        return None if latest is None else latest.schema

    def state(self) -> SyncState:
        """Return how far the table is complete."""
        with self._lock, self.typed_errors():
            latest = self._find()
            return SyncState() if latest is None else self._state_of(latest)

    def _state_of(self, latest: Version) -> SyncState:
        if self._state is None or self._state[0] is not latest:
            self._state = latest, read_state(self._delta)
        return self._state[1]

    def row_count(self) -> int:
        """Return the number of rows, from the log alone."""
        return self.latest().rows

    def sizes(self) -> dict[str, int]:
        """Return the size in bytes by file of the latest version, relative to the folder."""
        return {file.name: file.size for file in self.latest().files}

    def commits(self) -> list[dict[str, Any]]:
        """Return the commits in the log, newest first: version, committed_at, operation and numbers of changed rows."""
        with self._lock, self.typed_errors():
            self.latest()
            return [commits.history_row(commit) for commit in self._delta.history()]

    def files(self) -> list[str]:
        """Return the paths of the files of the latest version."""
        return [str(self.path / name) for name in self.sizes()]

    def snapshot(self, version: Version | None = None) -> pl.LazyFrame:
        """Return the rows of a version, by default the latest, lazily under their stored names.

        It does not use ``pl.scan_delta``, which asks for files by URL and finds none below a folder with a space or an
        umlaut in its name.
        """
        version = version or self.latest()
        return self._scan(version, version.files)

    def _scan(self, version: Version, files: Iterable[DataFile], *, paths: str | None = None) -> pl.LazyFrame:
        return scan_files(self.path, [file.name for file in files], version.polars, paths=paths)

    def polars_schema(self) -> Mapping[str, Any]:
        """Return the stored columns and their polars types."""
        latest = self._find()
        return {} if latest is None else latest.polars

    def rows_with(self, ids: pl.Series) -> pl.DataFrame:
        """Return the rows with these ids, with all columns."""
        with self.typed_errors():
            return self.snapshot().filter(_has_id(ids)).collect()

    def names(self) -> dict[str, str]:
        """Return the frame's name by stored name, where they differ."""
        return frame_names(self.schema() or ())

    # --- writing ----------------------------------------------------------------------------------------------------

    def widen(self, schema: Any) -> int:
        """Commit the columns of a ``pyarrow.Schema`` that are not stored yet, with nulls in all rows.

        Returns:
            Number of commits.

        Raises:
            CommitConflictError: Another writer committed meanwhile.
            MirrorError: The table cannot be written.
        """
        stored = self.schema()
        new = [] if stored is None else [field for field in schema if field.name not in stored.names]
        if new:
            with self._lock, self.typed_errors():
                self.latest()
                self._delta.alter.add_columns(list(extras.deltalake().Schema.from_arrow(pa.schema(new)).fields))
                self._delta = None
        return int(bool(new))

    def append(self, rows: pl.DataFrame, schema: Any, state: Mapping[str, int], *, seen: int) -> None:
        """Commit rows whose ids are not stored, and a sync state.

        Args:
            rows: Polars frame with all stored columns.
            schema: Stored ``pyarrow.Schema``, or the schema of a new table.
            state: Values by the names of :class:`SyncState`.
            seen: Version in which the ids were looked up; -1 for a new table.

        Raises:
            CommitConflictError: Another writer committed meanwhile.
            MirrorError: The table cannot be written.
        """
        if seen < 0 and self.shared:
            # First without rows: who forgets a person meanwhile finds the table and commits there, which fails the
            # commit of rows, or has put the person into the list before the rows are filtered again.
            self._create((), schema, {})
            raise self._conflict()
        added = self._write_files(rows.select(schema.names))
        if seen < 0:
            self._create(added, schema, state)
        else:
            self._commit(added, (), state, seen=seen, metadata=commits.operation("append", inserted=rows.height))

    def replace(self, changes: Changes, schema: Any, state: Mapping[str, int], *, seen: int) -> None:
        """Commit the changes of a batch, and a sync state.

        Args:
            changes: Rows to insert and to replace.
            schema: Stored ``pyarrow.Schema``, or the schema of a new table.
            state: Values by the names of :class:`SyncState`.
            seen: Version that the rows were compared with; -1 for a new table.

        Raises:
            CommitConflictError: Another writer committed meanwhile.
            MirrorError: The table cannot be written.
        """
        if changes.updated.is_empty():
            self.append(changes.inserted, schema, state, seen=seen)
            return
        metadata = commits.operation("merge", inserted=changes.inserted.height, updated=changes.updated.height)
        rows = concat_rows([changes.inserted, changes.updated]).select(schema.names)
        self._replace_rows(_has_id(changes.updated["id"]), rows, state, seen=seen, metadata=metadata)

    def replace_stored(self, rows: pl.DataFrame, *, seen: int) -> None:
        """Commit rows with all stored columns in place of the stored rows with their ids, whichever are newer."""
        self._replace_rows(
            _has_id(rows["id"]), rows, {}, seen=seen, metadata=commits.operation("merge", updated=rows.height)
        )

    def remove(self, gone: pl.Expr, state: Mapping[str, int] | None = None, *, seen: int) -> None:
        """Commit the removal of the rows that match a condition, and a sync state."""
        self._replace_rows(gone, None, state or {}, seen=seen, metadata=commits.operation("delete"))

    def rewrite(self, rows: pl.DataFrame, *, seen: int) -> None:
        """Commit rows with all stored columns in place of all stored rows."""
        self._commit(
            self._write_files(rows), self.latest().files, {}, seen=seen, metadata=commits.operation("overwrite")
        )

    def restore(self, number: int) -> int:
        """Commit the files of an earlier version in place of the present ones, if they differ.

        Returns:
            Number of the version that has these files now.
        """
        latest, then = self.latest(), {file.name: file for file in self.at(number).files}
        now = {file.name: file for file in latest.files}
        added = [file for name, file in then.items() if name not in now]
        removed = [file for name, file in now.items() if name not in then]
        if added or removed:
            metadata = commits.operation("restore")
            self._commit(added, removed, {}, seen=latest.number, metadata=metadata, fresh=False)
            return latest.number + 1
        return latest.number

    def commit_state(self, state: Mapping[str, int], *, seen: int | None = None) -> None:
        """Commit a sync state without rows; ``seen`` is the version that it was made for, by default the latest."""
        seen = self.version if seen is None else seen
        self._commit((), (), state, seen=seen, metadata=commits.operation("mark"))

    def _replace_rows(
        self,
        gone: pl.Expr,
        rows: pl.DataFrame | None,
        state: Mapping[str, int],
        *,
        seen: int,
        metadata: Mapping[str, str],
    ) -> None:
        """Commit the removal of the rows that match a condition, and the rows that replace them.

        The files with such rows are written again without them, in the same order. If the last file is one of them and
        is small, the new rows go into it.
        """
        latest = self.latest()
        with self.typed_errors():
            found = self._scan(latest, latest.files, paths=_PATH).filter(gone).group_by(_PATH).len().collect()
        counts = {PurePath(path).name: int(count) for path, count in found.iter_rows()}
        removed = [file for file in latest.files if PurePath(file.name).name in counts]
        if rows is None:
            metadata = commits.operation("delete", deleted=sum(counts.values()))
        added: list[DataFile] = []
        for file in removed:
            with self.typed_errors():
                kept = self._scan(latest, [file]).filter(~gone.fill_null(value=False)).collect()
            if rows is not None and file is latest.files[-1] and file.size < _SMALL_FILE:
                kept, rows = concat_rows([kept, rows.select(kept.columns)]), None
            added += self._write_files(kept)
        added += [] if rows is None else self._write_files(rows)
        self._commit(added, removed, state, seen=seen, metadata=metadata)

    def _write_files(self, rows: pl.DataFrame) -> list[DataFile]:
        """Write rows into new files, which are in no version before a commit."""
        with self.typed_errors():
            return [datafiles.write(self.path, rows)] if rows.height else []

    def _create(self, added: Sequence[DataFile], schema: Any, state: Mapping[str, int]) -> None:
        """Commit the first version."""
        from deltalake.transaction import create_table_with_add_actions

        lake = extras.deltalake()
        metadata = commits.operation("append", inserted=sum(file.rows for file in added))
        with self._lock, self.typed_errors():
            try:
                create_table_with_add_actions(
                    str(self.path),
                    lake.Schema.from_arrow(schema),
                    [file.add_action() for file in added],
                    name=self.resource,
                    description=self.label,
                    configuration=self._configuration(schema),
                    storage_options=self._storage,
                    commit_properties=commits.properties(state, metadata, files=len(added)),
                )
            except (lake.exceptions.DeltaError, OSError):
                outcome = self._outcome_of(0, added)
                if outcome == "committed":
                    return
                if outcome == "lost" or self.exists:  # another writer created it
                    raise self._conflict() from None
                raise

    def _commit(
        self,
        added: Sequence[DataFile],
        removed: Sequence[DataFile],
        state: Mapping[str, int],
        *,
        seen: int,
        metadata: Mapping[str, str],
        moved: bool = False,
        fresh: bool = True,
    ) -> None:
        """Commit added and removed files as the version right after ``seen``; ``fresh`` if they were written for it.

        The protocol allows concurrent appends, but here new rows were found by comparing with all ids of ``seen``.
        """
        actions = [file.remove_action(moved=moved) for file in removed] + [
            file.add_action(moved=moved) for file in added
        ]
        with self._lock, self.typed_errors():
            before = self.latest()
            # The engine commits after the version that it knows: nothing below may look for a newer one.
            if before.number != seen:
                self._outcome_of(seen + 1, added if fresh else ())
                raise self._conflict()
            committed = commits.properties(state, metadata, files=len(actions))
            schema, known = self._delta.schema(), self._state_of(before)
            try:
                self._delta.create_write_transaction(actions, "append", schema, commit_properties=committed)
            except (extras.deltalake().exceptions.DeltaError, OSError):
                self._delta = None
                outcome = self._outcome_of(seen + 1, added if fresh else ())
                if outcome == "committed":
                    return
                if outcome == "lost":
                    raise self._conflict() from None
                raise
            self._remember_version(before.after_commit(added, removed), replace(known, **state))

    def _outcome_of(self, version: int, fresh: Sequence[DataFile]) -> Literal["committed", "lost", "unknown"]:
        """Return what became of a commit that failed in a store, by the commit that the version has now.

        A store may have done what it gave no answer to, and the engine then takes its own commit for that of another
        writer. Only the files of a commit that certainly lost are deleted.
        """
        if not self.shared:
            return "unknown"
        try:
            content = (self.path / "_delta_log" / f"{version:020d}.json").read_bytes()
        except OSError:
            return "unknown"
        if any(file.name.encode() in content for file in fresh):
            return "committed"
        for file in fresh:
            with suppress(OSError):
                (self.path / file.name).unlink(missing_ok=True)
        return "lost"

    def _remember_version(self, after: Version, state: SyncState) -> None:
        """Keep the version that was just committed, because reading it again takes as long as writing it."""
        self._delta.update_incremental()
        if self._delta.version() == after.number:  # otherwise another writer committed too
            self._version, self._stamp, self._state = after, self._commit_stamp(after.number), (after, state)

    def _refusal(self, problem: Exception) -> MirrorError | None:
        """Return the error of a store that refused a commit; ``None`` if another writer was first."""
        lost = _LOST.search(str(problem)) or not self.shared
        return None if lost else store_error(str(problem))

    def _conflict(self) -> CommitConflictError:
        return CommitConflictError(
            f"another writer committed to {self.resource} first", repair="run the sync again; nothing is lost"
        )

    # --- maintenance ------------------------------------------------------------------------------------------------

    def maintain(self, *, seen: int | None = None) -> bool:
        """Compact the table if it has many small files; delete obsolete files and old commits if there are many.

        Args:
            seen: Version to compact; by default the latest.

        Returns:
            Whether it was compacted, by one commit.
        """
        latest = self.latest()
        many = sum(file.size < _SMALL_FILE for file in latest.files) > _MAX_SMALL_FILES
        compacted = many and seen in {None, latest.number} and self.compact()
        sizes = self.sizes()
        with self.typed_errors():
            if retention.obsolete_files(self.path, sizes, self._hours).vacuum_is_due(sum(sizes.values())):
                self.vacuum()
            retention.trim_log(self.path / "_delta_log")
        return compacted

    def compact(self) -> bool:
        """Merge small files in order, and return whether that was committed. The rows of all versions stay the same.

        If another writer commits first, the next call does it.
        """
        latest = self.latest()
        small = [file for file in latest.files if file.size < _SMALL_FILE]
        if len(small) <= 1:
            return False
        added: list[DataFile] = []
        with self.typed_errors():
            for rows in compaction.portions(self._scan(latest, small), sum(file.rows for file in small)):
                added += self._write_files(rows)
        with suppress(CommitConflictError):
            self._commit(added, small, {}, seen=latest.number, metadata=commits.operation("compact"), moved=True)
            return True
        return False

    def vacuum(self, *, at_once: bool = False) -> None:
        """Delete files that no reader needs any more, also those that a killed writer left.

        Args:
            at_once: Whether to delete all that the latest version does not have. In a store, files without any commit
                stay for their days: another writer may be about to commit them.
        """
        passes = [(0 if at_once else self._hours, True)]
        if at_once and self.shared:
            passes = [(0, False), (self._hours, True)]
        with self._lock, self.typed_errors():
            self.latest()
            self._update_configuration()
            for hours, full in passes:
                self._delta.vacuum(hours, dry_run=False, enforce_retention_duration=False, full=full)
            self._delta = None

    def _update_configuration(self) -> None:
        """Give a table of an earlier release the retention of today."""
        had = self._delta.metadata().configuration
        if any(had.get(name) != value for name, value in self._retention.items()):
            self._delta.alter.set_table_properties(self._retention)

    @property
    def copied(self) -> bool:
        """Whether the table was written in a folder of a machine and then copied into a store."""
        with self._lock:
            self.latest()
            had = self._delta.metadata().configuration
            return self.shared and any(had.get(name) != value for name, value in self._retention.items())

    @property
    def _retention(self) -> dict[str, str]:
        return {**_CONFIGURATION, "delta.deletedFileRetentionDuration": f"interval {self._hours} hours"}

    def bytes_on_disk(self) -> int:
        """Return the size of all files in bytes, with earlier versions and the log."""
        total = 0
        with self.typed_errors():
            for file in files_below(self.path):
                with suppress(FileNotFoundError):  # deleted meanwhile
                    total += file.stat().st_size
        return total

    def _configuration(self, schema: Any) -> dict[str, str]:
        """Return the configuration. The log stores statistics as plain text, so they never cover personal data."""
        timed = "updated_at" in schema.names
        statistics = (
            {"delta.dataSkippingStatsColumns": "updated_at"} if timed else {"delta.dataSkippingNumIndexedCols": "0"}
        )
        return {**self._retention, **statistics}

    @contextmanager
    def typed_errors(self) -> Iterator[None]:
        """Raise this package's errors instead of the engines' exceptions, without a value of a row.

        Raises:
            CommitConflictError: Another writer committed first.
            MirrorDamagedError: The table cannot be read.
            MirrorError: The folder cannot be read or written, or the disk is full.
        """
        deltas = extras.deltalake().exceptions
        try:
            yield
        except ProspectB2BError:
            raise
        except deltas.CommitFailedError as problem:
            self._delta = None
            raise self._refusal(problem) or self._conflict() from None
        except PermissionError as problem:
            raise store_error(str(problem)) or unwritable_error(problem) from None
        except (deltas.DeltaError, pl.exceptions.PolarsError, OSError, ValueError) as problem:
            self._delta = None
            raise to_mirror_error(problem, self.resource) from None
        except BaseException as problem:
            # Where the engine cannot open a file for its threads, at its first use, it panics instead of raising.
            limit = limit_error(problem) if type(problem).__module__ == "pyo3_runtime" else None
            if limit is None:
                raise
            raise limit from None


def to_polars(rows: Any) -> pl.DataFrame:
    """Return a ``pyarrow.Table`` as a polars frame, without a copy."""
    frame = pl.from_arrow(rows)
    assert isinstance(frame, pl.DataFrame)  # noqa: S101 - a table is never a series
    return frame


def concat_rows(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return the rows of several frames, with nulls where a frame lacks a column."""
    return pl.concat(frames, how="diagonal")


def _has_id(ids: pl.Series) -> pl.Expr:
    return pl.col("id").is_in(ids.implode())
