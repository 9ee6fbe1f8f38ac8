"""One Delta table: rows that are committed together with how far they are known to be complete.

Any engine that reads Delta reads these tables as they are. The marks of a sync are application transactions of the
Delta protocol (https://github.com/delta-io/delta/blob/master/PROTOCOL.md#transaction-identifiers): they are part of the
commit that brings the rows, and survive checkpoints and compaction, which commit metadata does not.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.errors import MirrorDamagedError, MirrorError, NotMirroredError, ProspectB2BError
from pb2b_notebook.mirror import compaction, datafiles, extras
from pb2b_notebook.mirror.layout import frame_names, plain_type
from pb2b_notebook.mirror.locations import holds_table, unwritable_error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from pb2b_notebook.mirror.comparison import Changes
    from pb2b_notebook.mirror.datafiles import DataFile

_APP: Final = "pb2b."
_CONFIGURATION: Final = {"delta.logRetentionDuration": "interval 30 days", "delta.checkpointInterval": "10"}
"""Without a checkpoint to start from, each commit and each opening replays all commits since: a first sync makes one
for each batch."""

_MAX_SMALL_FILES: Final = 24
_SMALL_FILE: Final = 8 << 20
_READER_HOURS: Final = 1
_OBSOLETE_SHARE: Final = 2.0
_OBSOLETE_BYTES: Final = 16 << 20
_PATH: Final = "\0path"


class CommitConflictError(MirrorError):
    """Somebody else committed first: what was compared is out of date."""


@dataclass(frozen=True, slots=True)
class SyncState:
    """How far a table is known to be complete; times in microseconds since 1970 by the service's clock.

    Attributes:
        watermark: when the last complete sync began.
        begun: when the first attempt of the latest sync began; later than ``watermark`` while it is not complete.
        progress: up to which ``updated_at`` that sync has committed everything; 0 where its order tells nothing.
        since: when the history begins.
        origin: the version that it begins with.
        synced: when the last complete sync ended, by the clock of the machine that operation it.
    """

    watermark: int | None = None
    begun: int | None = None
    progress: int | None = None
    since: int | None = None
    origin: int | None = None
    synced: int | None = None

    @property
    def unfinished(self) -> bool:
        """Whether the latest sync was interrupted."""
        return self.begun is not None and (self.watermark is None or self.watermark < self.begun)


@dataclass(frozen=True, slots=True)
class Version:
    """A table as a commit left it.

    Attributes:
        number: of the commit.
        schema: a ``pyarrow.Schema``.
        polars: the same for polars.
        files: oldest rows first.
    """

    number: int
    schema: Any
    polars: pl.Schema
    files: tuple[DataFile, ...]

    def after_commit(self, added: Iterable[DataFile], removed: Iterable[DataFile]) -> Version:
        """The next version, by a commit of files that come and go."""
        gone = {file.name for file in removed}
        files = [*(file for file in self.files if file.name not in gone), *added]
        return replace(self, number=self.number + 1, files=datafiles.oldest_first(files))


class Table:
    """A Delta table in a folder.

    Args:
        path: the folder.
        label: what it is a mirror of: service, workspace and resource. It is written into the table, and a table that
            has another one is not touched; ``""`` reads any.
        resource: its name, for messages.
    """

    def __init__(self, path: Path, label: str, resource: str) -> None:
        self.path = path
        self.label = label
        self.resource = resource
        self._lock = threading.RLock()
        self._delta: Any = None
        self._stamp: tuple[int, int] | None = None
        self._version: Version | None = None
        self._state: tuple[Version, SyncState] | None = None

    # --- reading ----------------------------------------------------------------------------------------------------

    @property
    def exists(self) -> bool:
        """Whether anything was ever committed."""
        known = self._version
        return (known is not None and self._commit_stamp(known.number) is not None) or holds_table(self.path)

    def latest(self) -> Version:
        """The latest version. To find that there is none since takes two looks at the folder of the log.

        Raises:
            NotMirroredError: there is none.
            MirrorDamagedError: its log cannot be read.
            MirrorError: another workspace's table lies here.
        """
        with self._lock:
            if not self.exists:
                self._delta = self._version = None
                raise NotMirroredError(
                    f"nothing of {self.resource!r} is in this mirror yet", repair=f"ws.mirror.sync({self.resource!r})"
                )
            with self.typed_errors():
                return self._refresh()

    def _refresh(self) -> Version:
        known = None if self._delta is None else self._version
        if known is None or self._stamp != self._commit_stamp(known.number):
            self._delta = self._check_label(extras.deltalake().DeltaTable(str(self.path)))
        elif self._commit_stamp(known.number + 1) is None:
            return known
        else:
            self._delta.update_incremental()
        self._stamp = self._commit_stamp(self._delta.version())
        self._version = _read_version(self._delta)
        return self._version

    def _check_label(self, delta: Any) -> Any:
        if self.label and delta.metadata().description != self.label:
            raise MirrorError(
                f"the table {self.resource} in this folder mirrors another workspace or service",
                repair="set PB2B_CACHE_DIR to another folder, or move this one away; nothing was changed",
            )
        return delta

    def _commit_stamp(self, version: int) -> tuple[int, int] | None:
        """What tells a commit from one of the same number in a table that was made anew; ``None`` if there is none."""
        try:
            found = (self.path / "_delta_log" / f"{version:020d}.json").stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    @property
    def version(self) -> int:
        """The number of the latest commit; -1 before the first one."""
        return self.latest().number if self.exists else -1

    def schema(self) -> Any | None:
        """The stored ``pyarrow.Schema``, or ``None`` where there is no table."""
        return self.latest().schema if self.exists else None

    def state(self) -> SyncState:
        """How far it is complete."""
        if not self.exists:
            return SyncState()
        with self._lock, self.typed_errors():
            latest = self.latest()
            if self._state is None or self._state[0] is not latest:
                read = self._delta.transaction_version
                self._state = latest, SyncState(**{one.name: read(_APP + one.name) for one in fields(SyncState)})
            return self._state[1]

    def row_count(self) -> int:
        """How many there are, from the log alone."""
        return sum(file.rows for file in self.latest().files)

    def sizes(self) -> dict[str, int]:
        """The files of the latest version, relative to the folder, and their bytes."""
        return {file.name: file.size for file in self.latest().files}

    def commits(self) -> list[dict[str, Any]]:
        """The commits that the log still holds, newest first: version, committed_at, operation and what it changed."""
        with self._lock, self.typed_errors():
            self.latest()
            return [_commit_row(one) for one in self._delta.history()]

    def files(self) -> list[str]:
        """The files of the latest version."""
        return [str(self.path / name) for name in self.sizes()]

    def snapshot(self) -> pl.LazyFrame:
        """The rows of this version, lazily and under their stored names, straight from its files.

        ``pl.scan_delta`` asks for the files under their addresses as URLs, and finds none below a folder with a blank
        or an umlaut in its name.
        """
        latest = self.latest()
        return self._scan(latest, latest.files)

    def _scan(self, version: Version, files: Iterable[DataFile], *, paths: str | None = None) -> pl.LazyFrame:
        import polars as pl

        found = [str(self.path / file.name) for file in files]
        if not found:
            return version.polars.to_frame().lazy()
        return pl.scan_parquet(
            found,
            schema=version.polars,
            missing_columns="insert",
            extra_columns="ignore",
            glob=False,
            hive_partitioning=False,
            include_file_paths=paths,
        )

    def polars_schema(self) -> Mapping[str, Any]:
        """The stored columns and their polars types."""
        return self.latest().polars if self.exists else {}

    def rows_with(self, ids: pl.Series) -> pl.DataFrame:
        """The rows with these ids, all columns."""
        with self.typed_errors():
            return self.snapshot().filter(_has_id(ids)).collect()

    def names(self) -> dict[str, str]:
        """The stored names whose column is called otherwise in frames → that name."""
        return frame_names(self.schema() or ())

    # --- writing ----------------------------------------------------------------------------------------------------

    def widen(self, schema: Any) -> None:
        """Commit the columns of a ``pyarrow.Schema`` that are not stored, null in every row.

        Raises:
            CommitConflictError: somebody else has committed meanwhile. MirrorError: it cannot be written.
        """
        import pyarrow as pa

        stored = self.schema()
        new = [] if stored is None else [field for field in schema if field.name not in stored.names]
        if new:
            with self._lock, self.typed_errors():
                self.latest()
                self._delta.alter.add_columns(list(extras.deltalake().Schema.from_arrow(pa.schema(new)).fields))
                self._delta = None

    def append(self, rows: pl.DataFrame, schema: Any, state: Mapping[str, int], *, seen: int) -> None:
        """Commit rows whose ids are not stored, and a sync state.

        Args:
            rows: as a polars frame with every stored column.
            schema: the stored ``pyarrow.Schema``, or the one to begin a table with.
            state: Values by the names of :class:`SyncState`.
            seen: the version in which their ids were looked for; -1 where there was none.

        Raises:
            CommitConflictError: somebody else has committed meanwhile. MirrorError: it cannot be written.
        """
        added = self._write_files(rows.select(schema.names))
        if seen < 0:
            self._create(added, schema, state)
        else:
            self._commit(added, (), state, seen=seen, operation=_operation("append", inserted=rows.height))

    def replace(self, changes: Changes, schema: Any, state: Mapping[str, int], *, seen: int) -> None:
        """Commit the changes of a batch, and a sync state.

        Args:
            changes: rows to insert and to replace.
            schema: the stored ``pyarrow.Schema``, or the one to begin a table with.
            state: Values by the names of :class:`SyncState`.
            seen: the version that the rows were compared with; -1 where there was none.

        Raises:
            CommitConflictError: somebody else has committed meanwhile. MirrorError: it cannot be written.
        """
        if changes.updated.is_empty():
            self.append(changes.inserted, schema, state, seen=seen)
            return
        operation = _operation("merge", inserted=changes.inserted.height, updated=changes.updated.height)
        rows = concat_rows([changes.inserted, changes.updated]).select(schema.names)
        self._replace_rows(_has_id(changes.updated["id"]), rows, state, seen=seen, operation=operation)

    def replace_stored(self, rows: pl.DataFrame, *, seen: int) -> None:
        """Commit these rows, of all stored columns, in place of the stored ones with their ids, whichever is newer."""
        self._replace_rows(_has_id(rows["id"]), rows, {}, seen=seen, operation=_operation("merge", updated=rows.height))

    def remove(self, gone: pl.Expr, *, seen: int) -> None:
        """Commit that the rows for which a condition holds are gone."""
        self._replace_rows(gone, None, {}, seen=seen, operation=_operation("delete"))

    def rewrite(self, rows: pl.DataFrame, *, seen: int) -> None:
        """Commit these rows, of all stored columns, in place of all."""
        self._commit(self._write_files(rows), self.latest().files, {}, seen=seen, operation=_operation("overwrite"))

    def commit_state(self, state: Mapping[str, int]) -> None:
        """Commit marks alone."""
        self._commit((), (), state, seen=self.version, operation=_operation("mark"))

    def _replace_rows(
        self,
        gone: pl.Expr,
        rows: pl.DataFrame | None,
        state: Mapping[str, int],
        *,
        seen: int,
        operation: Mapping[str, str],
    ) -> None:
        """Commit that the rows for which a condition holds are gone, and that others have come in their place.

        The files that hold such rows are written anew without them, in the same order. If the last one of all is among
        these and is short, what has come goes into it.
        """
        latest = self.latest()
        with self.typed_errors():
            found = self._scan(latest, latest.files, paths=_PATH).filter(gone).group_by(_PATH).len().collect()
        counts = {str(path): int(count) for path, count in found.iter_rows()}
        removed = [file for file in latest.files if str(self.path / file.name) in counts]
        deleted = {} if rows is not None else {_APP + "deleted": str(sum(counts.values()))}
        added: list[DataFile] = []
        for file in removed:
            with self.typed_errors():
                kept = self._scan(latest, [file]).filter(~gone.fill_null(value=False)).collect()
            if rows is not None and file is latest.files[-1] and file.size < _SMALL_FILE:
                kept, rows = concat_rows([kept, rows.select(kept.columns)]), None
            added += self._write_files(kept)
        added += [] if rows is None else self._write_files(rows)
        self._commit(added, removed, state, seen=seen, operation={**operation, **deleted})

    def _write_files(self, rows: pl.DataFrame) -> list[DataFile]:
        """Files of these rows, which no version has as yet."""
        with self.typed_errors():
            return [datafiles.write(self.path, rows)] if rows.height else []

    def _create(self, added: Sequence[DataFile], schema: Any, state: Mapping[str, int]) -> None:
        """Commit the first version."""
        from deltalake.transaction import create_table_with_add_actions

        lake = extras.deltalake()
        operation = _operation("append", inserted=sum(file.rows for file in added))
        with self._lock, self.typed_errors():
            try:
                create_table_with_add_actions(
                    str(self.path),
                    lake.Schema.from_arrow(schema),
                    [file.add_action() for file in added],
                    name=self.resource,
                    description=self.label,
                    configuration=self._configuration(schema),
                    commit_properties=_commit_properties(lake, state, operation),
                )
            except lake.exceptions.DeltaError:
                if self.exists:  # not because of us
                    raise self._conflict() from None
                raise

    def _commit(
        self,
        added: Sequence[DataFile],
        removed: Sequence[DataFile],
        state: Mapping[str, int],
        *,
        seen: int,
        operation: Mapping[str, str],
        moved: bool = False,
    ) -> None:
        """Commit files that come and go, as the very next version after the one that was seen.

        The protocol would let two appends follow each other; but what is new was found by a look at all ids.
        """
        actions = [file.remove_action(moved=moved) for file in removed] + [
            file.add_action(moved=moved) for file in added
        ]
        with self._lock, self.typed_errors():
            before = self.latest()
            if before.number != seen:
                raise self._conflict()
            self._delta.create_write_transaction(
                actions,
                "append",
                self._delta.schema(),
                commit_properties=_commit_properties(extras.deltalake(), state, operation),
            )
            self._remember_version(before.after_commit(added, removed))

    def _remember_version(self, after: Version) -> None:
        """Know what was just committed: to list all files anew takes as long as to write one, if they are many."""
        self._delta.update_incremental()
        if self._delta.version() == after.number:  # else another writer has followed
            self._version, self._stamp = after, self._commit_stamp(after.number)

    def _conflict(self) -> CommitConflictError:
        return CommitConflictError(
            f"another writer was faster with {self.resource}", repair="run the sync again: nothing is lost"
        )

    # --- upkeep -----------------------------------------------------------------------------------------------------

    def maintain(self) -> None:
        """Put many small files together, and remove what no version of the last hour needs once it is much."""
        sizes = self.sizes().values()
        if sum(size < _SMALL_FILE for size in sizes) > _MAX_SMALL_FILES:
            self.compact()
        if self.bytes_on_disk() > sum(sizes) * _OBSOLETE_SHARE + _OBSOLETE_BYTES:
            self.vacuum(hours=_READER_HOURS)

    def compact(self) -> None:
        """Put small files together, in order. The rows, and what any version shows, stay the same.

        Where another writer is faster, it is left to the next time.
        """
        latest = self.latest()
        small = [file for file in latest.files if file.size < _SMALL_FILE]
        if len(small) <= 1:
            return
        added: list[DataFile] = []
        with self.typed_errors():
            for rows in compaction.portions(self._scan(latest, small), sum(file.rows for file in small)):
                added += self._write_files(rows)
        with suppress(CommitConflictError):
            self._commit(added, small, {}, seen=latest.number, operation=_operation("compact"), moved=True)

    def vacuum(self, *, hours: int) -> None:
        """Remove every file that no version of the last hours needs, those that a killed writer left included."""
        with self._lock, self.typed_errors():
            self.latest()
            self._delta.vacuum(hours, dry_run=False, enforce_retention_duration=False, full=True)
            self._delta = None

    def bytes_on_disk(self) -> int:
        """All of its files, those of former versions and the log included."""
        total = 0
        for file in self.path.rglob("*"):
            try:
                total += 0 if file.is_dir() else file.stat().st_size
            except OSError:  # it went meanwhile
                continue
        return total

    @staticmethod
    def _configuration(schema: Any) -> dict[str, str]:
        """Statistics hold the least and the greatest value of a column as plain text in the log: never a person's."""
        timed = "updated_at" in schema.names
        statistics = (
            {"delta.dataSkippingStatsColumns": "updated_at"} if timed else {"delta.dataSkippingNumIndexedCols": "0"}
        )
        return {**_CONFIGURATION, **statistics}

    @contextmanager
    def typed_errors(self) -> Iterator[None]:
        """Let no exception of the engines escape: each becomes one of ours, without a row's values.

        Raises:
            CommitConflictError, MirrorDamagedError, MirrorError: see each.
        """
        import polars as pl

        deltas = extras.deltalake().exceptions
        try:
            yield
        except ProspectB2BError:
            raise
        except deltas.CommitFailedError:
            self._delta = None
            raise self._conflict() from None
        except PermissionError as problem:
            raise unwritable_error(problem) from None
        except (deltas.DeltaError, pl.exceptions.PolarsError, OSError, ValueError) as problem:
            self._delta = None
            raise _mirror_error(problem, self.resource) from None


def to_polars(rows: Any) -> pl.DataFrame:
    """A ``pyarrow.Table`` as a polars frame, without a copy."""
    import polars as pl

    frame = pl.from_arrow(rows)
    assert isinstance(frame, pl.DataFrame)  # noqa: S101 - a table is never a series
    return frame


def concat_rows(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Frames below each other, with nulls where one lacks a column."""
    import polars as pl

    return pl.concat(frames, how="diagonal")


def _read_version(delta: Any) -> Version:
    import polars as pl
    import pyarrow as pa

    stored = pa.schema(delta.schema().to_arrow())
    schema = pa.schema([field.with_type(plain_type(field.type)) for field in stored])
    empty = pl.from_arrow(schema.empty_table())
    return Version(delta.version(), schema, empty.schema, datafiles.list_files(delta))  # type: ignore[union-attr]


def _has_id(ids: pl.Series) -> pl.Expr:
    import polars as pl

    return pl.col("id").is_in(ids.implode())


def _operation(operation: str, **counts: int) -> dict[str, str]:
    """What a commit does, as the log tells it."""
    return {_APP + "operation": operation, **{_APP + name: str(count) for name, count in counts.items()}}


def _commit_row(raw: Mapping[str, Any]) -> dict[str, Any]:
    """A commit of the log in our words; one of another program has the engine's name alone."""
    name = str(raw.get(_APP + "operation") or raw.get("operation", ""))
    return {
        "version": raw.get("version"),
        "committed_at": datetime.fromtimestamp(raw["timestamp"] / 1000, UTC),
        "operation": name.partition(" ")[0].lower(),
        **{what: int(raw.get(_APP + what) or 0) for what in ("inserted", "updated", "deleted")},
    }


def _commit_properties(lake: Any, state: Mapping[str, int], operation: Mapping[str, str]) -> Any:
    return lake.CommitProperties(
        custom_metadata=dict(operation),
        max_commit_retries=0,
        app_transactions=[lake.Transaction(_APP + name, at) for name, at in state.items()],
    )


def _mirror_error(problem: Exception, resource: str) -> MirrorError:
    """What an engine's exception means; its own text may show a path, and never a row."""
    text = str(problem)
    full = any(sign in text for sign in ("No space left", "File too large", "Disk quota", "os error 28", "os error 27"))
    if full:
        return MirrorError(
            f"there is no room to write {resource} into the mirror",
            repair="make room, or set PB2B_CACHE_DIR to another folder; what was committed stays, and the next sync "
            "goes on from there",
        )
    if any(sign in text for sign in ("Permission denied", "Read-only file system", "os error 13", "os error 30")):
        return unwritable_error(PermissionError(13, "permission denied"))
    return MirrorDamagedError(
        f"the mirror's table {resource} cannot be read ({type(problem).__name__})",
        repair=f"ws.mirror.verify() tells what is wrong; ws.mirror.drop({resource!r}) and a sync read it anew",
    )
