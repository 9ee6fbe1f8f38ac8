"""One Delta table: rows that are committed together with how far they are known to be complete.

Any engine that reads Delta reads these tables as they are. The marks of a sync are application transactions of the
Delta protocol (https://github.com/delta-io/delta/blob/master/PROTOCOL.md#transaction-identifiers): they are part of the
commit that brings the rows, and survive checkpoints and compaction, which commit metadata does not.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.errors import MirrorDamagedError, MirrorError, NotMirroredError, ProspectB2BError
from pb2b_notebook.mirror import extras
from pb2b_notebook.mirror.layout import frame_names, plain_type
from pb2b_notebook.mirror.locations import holds_table, unwritable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    import polars as pl

    from pb2b_notebook.mirror.comparison import Changes

_APP: Final = "pb2b."
_CONFIGURATION: Final = {"delta.logRetentionDuration": "interval 30 days"}
_ENOUGH_FILES: Final = 24
_SMALL_FILE: Final = 8 << 20
_LARGE_FILE: Final = 32 << 20
_READERS_HOURS: Final = 1
_DEAD_SHARE: Final = 2.0
_DEAD_BYTES: Final = 16 << 20


class LostRaceError(MirrorError):
    """Somebody else committed first: what was compared is out of date."""


@dataclass(frozen=True, slots=True)
class Marks:
    """How far a table is known to be complete; times in microseconds since 1970 by the service's clock.

    Attributes:
        watermark: when the last complete sync began.
        begun: when the first attempt of the latest sync began; later than ``watermark`` while it is not complete.
        progress: up to which ``updated_at`` that sync has committed everything; 0 where its order tells nothing.
        since: when the history begins.
        origin: the version that it begins with.
        synced: when the last complete sync ended, by the clock of the machine that did it.
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
        self._delta: Any = None
        self._stamp: tuple[int, int] | None = None

    # --- reading ----------------------------------------------------------------------------------------------------

    @property
    def exists(self) -> bool:
        """Whether anything was ever committed."""
        return holds_table(self.path)

    def opened(self) -> Any:
        """The ``deltalake.DeltaTable`` in its latest version.

        Raises:
            NotMirroredError: there is none.
            MirrorDamagedError: its log cannot be read.
            MirrorError: another workspace's table lies here.
        """
        if not self.exists:
            self._delta = None
            raise NotMirroredError(
                f"nothing of {self.resource!r} is in this mirror yet", repair=f"ws.mirror.sync({self.resource!r})"
            )
        with self.translated():
            if self._delta is None or self._stamp != self._commit_stamp(self._delta.version()):
                self._delta = self._identified(extras.deltalake().DeltaTable(str(self.path)))
            else:
                self._delta.update_incremental()
            self._stamp = self._commit_stamp(self._delta.version())
        return self._delta

    def _identified(self, delta: Any) -> Any:
        if self.label and delta.metadata().description != self.label:
            raise MirrorError(
                f"the table {self.resource} in this folder mirrors another workspace or service",
                repair="set PB2B_CACHE_DIR to another folder, or move this one away; nothing was changed",
            )
        return delta

    def _commit_stamp(self, version: int) -> tuple[int, int] | None:
        """What tells a commit from one of the same number in a table that was made anew."""
        try:
            found = (self.path / "_delta_log" / f"{version:020d}.json").stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    @property
    def version(self) -> int:
        """The number of the latest commit; -1 before the first one."""
        return int(self.opened().version()) if self.exists else -1

    def stored(self) -> Any | None:
        """The stored ``pyarrow.Schema``, or ``None`` where there is no table."""
        import pyarrow as pa

        if not self.exists:
            return None
        schema = pa.schema(self.opened().schema().to_arrow())
        return pa.schema([field.with_type(plain_type(field.type)) for field in schema])

    def marks(self) -> Marks:
        """How far it is complete."""
        if not self.exists:
            return Marks()
        delta = self.opened()
        return Marks(**{one.name: delta.transaction_version(_APP + one.name) for one in fields(Marks)})

    def rows(self) -> int:
        """How many there are, from the log alone."""
        return sum(self.opened().get_add_actions(flatten=True)["num_records"].to_pylist())

    def sizes(self) -> dict[str, int]:
        """The files of the latest version, relative to the folder, and their bytes."""
        actions = self.opened().get_add_actions(flatten=True)
        return dict(zip(actions["path"].to_pylist(), actions["size_bytes"].to_pylist(), strict=True))

    def commits(self) -> list[dict[str, Any]]:
        """The commits that the log still holds, newest first: version, committed_at, operation and what it changed."""
        with self.translated():
            return [_commit(one) for one in self.opened().history()]

    def files(self) -> list[str]:
        """The files of the latest version."""
        return [str(self.path / name) for name in self.sizes()]

    def snapshot(self) -> pl.LazyFrame:
        """The rows of this version, lazily and under their stored names, straight from its files.

        ``pl.scan_delta`` asks for the files under their addresses as URLs, and finds none below a folder with a blank
        or an umlaut in its name.
        """
        import polars as pl

        files, schema = self.files(), pl.Schema(self.polars_schema())
        if not files:
            return schema.to_frame().lazy()
        return pl.scan_parquet(
            files, schema=schema, missing_columns="insert", extra_columns="ignore", glob=False, hive_partitioning=False
        )

    def polars_schema(self) -> Mapping[str, Any]:
        """The stored columns and their polars types."""
        import polars as pl

        stored = self.stored()
        return {} if stored is None else dict(pl.from_arrow(stored.empty_table()).schema)  # type: ignore[union-attr]

    def rows_with(self, ids: pl.Series) -> pl.DataFrame:
        """The rows with these ids, all columns."""
        import polars as pl

        with self.translated():
            return self.snapshot().filter(pl.col("id").is_in(ids.implode())).collect()

    def names(self) -> dict[str, str]:
        """The stored names whose column is called otherwise in frames → that name."""
        return frame_names(self.stored() or ())

    # --- writing ----------------------------------------------------------------------------------------------------

    def widen(self, schema: Any) -> None:
        """Commit the columns of a ``pyarrow.Schema`` that are not stored, null in every row.

        The engine can add them while it merges, but then the table's name, description and id are not kept.

        Raises:
            LostRaceError: somebody else has committed meanwhile. MirrorError: it cannot be written.
        """
        import pyarrow as pa

        stored = self.stored()
        new = [] if stored is None else [field for field in schema if field.name not in stored.names]
        if new:
            delta = self.opened()
            with self.translated():
                delta.alter.add_columns(list(extras.deltalake().Schema.from_arrow(pa.schema(new)).fields))

    def append(self, rows: Any, marks: Mapping[str, int]) -> None:
        """Commit rows whose ids are not stored, and marks.

        Args:
            rows: a ``pyarrow.Table`` with every stored column.
            marks: by the names of :class:`Marks`.

        Raises:
            LostRaceError: somebody else has committed meanwhile. MirrorError: it cannot be written.
        """
        lake = extras.deltalake()
        new = not self.exists
        with self.translated():
            lake.write_deltalake(
                str(self.path) if new else self.opened(),
                rows,
                mode="error" if new else "append",
                name=self.resource if new else None,
                description=self.label if new else None,
                configuration=self._configuration(rows) if new else None,
                writer_properties=_compressed(lake),
                commit_properties=_committed(lake, marks),
            )

    def replace(self, changes: Changes, schema: Any, marks: Mapping[str, int]) -> None:
        """Commit the changes of a batch, and marks.

        Args:
            changes: rows to insert and to replace.
            schema: the stored ``pyarrow.Schema``.
            marks: by the names of :class:`Marks`.

        Raises:
            LostRaceError: somebody else has committed meanwhile. MirrorError: it cannot be written.
        """
        import polars as pl

        if changes.updated.is_empty():
            self.append(arrow(changes.inserted, schema), marks)
            return
        source = arrow(pl.concat([changes.inserted, changes.updated], how="vertical"), schema)
        lake = extras.deltalake()
        with self.translated():
            merger = self.opened().merge(
                source,
                "t.id = s.id",
                source_alias="s",
                target_alias="t",
                writer_properties=_compressed(lake),
                commit_properties=_committed(lake, marks),
            )
            merger.when_matched_update_all().when_not_matched_insert_all().execute()

    def remove(self, ids: pl.Series, marks: Mapping[str, int]) -> None:
        """Commit that the rows with these ids are gone, and marks."""
        import pyarrow as pa

        lake = extras.deltalake()
        with self.translated():
            # A merge: a predicate would be written into the log, ids and all.
            merger = self.opened().merge(
                pa.table({"id": pa.array(ids.to_list(), pa.string())}),
                "t.id = s.id",
                source_alias="s",
                target_alias="t",
                writer_properties=_compressed(lake),
                commit_properties=_committed(lake, marks),
            )
            merger.when_matched_delete().execute()

    def overwrite_rows(self, rows: Any) -> None:
        """Commit these rows in place of the stored ones with their ids, whichever is newer.

        Args:
            rows: a ``pyarrow.Table`` with every stored column.
        """
        lake = extras.deltalake()
        with self.translated():
            merger = self.opened().merge(
                rows, "t.id = s.id", source_alias="s", target_alias="t", writer_properties=_compressed(lake)
            )
            merger.when_matched_update_all().execute()

    def rewrite(self, rows: Any) -> None:
        """Commit these rows in place of all."""
        lake = extras.deltalake()
        with self.translated():
            lake.write_deltalake(self.opened(), rows, mode="overwrite", writer_properties=_compressed(lake))

    def mark(self, marks: Mapping[str, int]) -> None:
        """Commit marks alone."""
        delta = self.opened()
        with self.translated():
            delta.create_write_transaction(
                [], "append", delta.schema(), commit_properties=_committed(extras.deltalake(), marks)
            )

    def remove_up_to(self, column: str, last: int) -> None:
        """Remove the rows whose number in a column is at most this."""
        delta = self.opened()
        with self.translated():
            delta.delete(f'"{column}" <= {last:d}', writer_properties=_compressed(extras.deltalake()))

    def tidy(self) -> None:
        """Put many small files together, and remove what no version of the last hour needs once it is much."""
        sizes = self.sizes().values()
        if sum(size < _SMALL_FILE for size in sizes) > _ENOUGH_FILES:
            self.compact()
        if self.bytes_on_disk() > sum(sizes) * _DEAD_SHARE + _DEAD_BYTES:
            self.vacuum(hours=_READERS_HOURS)

    def compact(self) -> None:
        """Put small files together. The rows, and what any version shows, stay the same."""
        delta = self.opened()
        with self.translated():
            delta.optimize.compact(target_size=_LARGE_FILE, writer_properties=_compressed(extras.deltalake()))

    def vacuum(self, *, hours: int) -> None:
        """Remove every file that no version of the last hours needs, those that a killed writer left included."""
        with self.translated():
            self.opened().vacuum(hours, dry_run=False, enforce_retention_duration=False, full=True)

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
    def _configuration(rows: Any) -> dict[str, str]:
        """Statistics hold the least and the greatest value of a column as plain text in the log: never a person's."""
        timed = "updated_at" in rows.column_names
        statistics = (
            {"delta.dataSkippingStatsColumns": "updated_at"} if timed else {"delta.dataSkippingNumIndexedCols": "0"}
        )
        return {**_CONFIGURATION, **statistics}

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Let no exception of the engines escape: each becomes one of ours, without a row's values.

        Raises:
            LostRaceError, MirrorDamagedError, MirrorError: see each.
        """
        import polars as pl

        deltas = extras.deltalake().exceptions
        try:
            yield
        except ProspectB2BError:
            raise
        except deltas.CommitFailedError:
            self._delta = None
            raise LostRaceError(
                f"another writer was faster with {self.resource}", repair="run the sync again: nothing is lost"
            ) from None
        except PermissionError as problem:
            raise unwritable(problem) from None
        except (deltas.DeltaError, pl.exceptions.PolarsError, OSError, ValueError) as problem:
            self._delta = None
            raise _translated(problem, self.resource) from None


def arrow(rows: pl.DataFrame, schema: Any) -> Any:
    """A polars frame as a ``pyarrow.Table`` of just this schema."""
    return rows.select(schema.names).to_arrow().cast(schema)


def frame_of(rows: Any) -> pl.DataFrame:
    """A ``pyarrow.Table`` as a polars frame, without a copy."""
    import polars as pl

    frame = pl.from_arrow(rows)
    assert isinstance(frame, pl.DataFrame)  # noqa: S101 - a table is never a series
    return frame


def concatenated(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Frames below each other, with nulls where one lacks a column."""
    import polars as pl

    return pl.concat(frames, how="diagonal")


def _commit(raw: Mapping[str, Any]) -> dict[str, Any]:
    """A commit of the log in our words; a commit of marks alone has no metrics."""
    metrics = raw.get("operationMetrics") or {}
    name = str(raw.get("operation", ""))
    words = {"WRITE": "append" if metrics.get("num_added_rows") else "mark", "OPTIMIZE": "compact"}
    added = metrics.get("num_added_rows") or metrics.get("num_target_rows_inserted") or 0
    return {
        "version": raw.get("version"),
        "committed_at": datetime.fromtimestamp(raw["timestamp"] / 1000, UTC),
        "operation": words.get(name, name.partition(" ")[0].lower()),
        "inserted": int(added),
        "updated": int(metrics.get("num_target_rows_updated") or 0),
        "deleted": int(metrics.get("num_target_rows_deleted") or metrics.get("num_deleted_rows") or 0),
    }


def _compressed(lake: Any) -> Any:
    return lake.WriterProperties(compression="ZSTD", compression_level=1)


def _committed(lake: Any, marks: Mapping[str, int]) -> Any:
    return lake.CommitProperties(app_transactions=[lake.Transaction(_APP + name, at) for name, at in marks.items()])


def _translated(problem: Exception, resource: str) -> MirrorError:
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
        return unwritable(PermissionError(13, "permission denied"))
    return MirrorDamagedError(
        f"the mirror's table {resource} cannot be read ({type(problem).__name__})",
        repair=f"ws.mirror.verify() tells what is wrong; ws.mirror.drop({resource!r}) and a sync read it anew",
    )
