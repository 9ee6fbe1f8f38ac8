"""The Parquet files of a table: written by polars in the service's order, and their actions in the log."""

from __future__ import annotations

import io
import json
import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from pb2b_notebook.lazy_libraries import pa, pl
from pb2b_notebook.mirror.storage import extras
from pb2b_notebook.mirror.storage.instants import micros, to_datetime
from pb2b_notebook.mirror.storage.ordering import sort_rows
from pb2b_notebook.mirror.storage.stores import Folder, scan_options

_TIME: Final = "updated_at"
_MILLISECOND: Final = 1_000


@dataclass(frozen=True, slots=True)
class DataFile:
    """A data file of a table.

    Attributes:
        name: Path relative to the table's folder.
        size: Size in bytes.
        rows: Number of rows.
        least: Smallest ``updated_at`` in µs, rounded down to a millisecond; ``None`` if it is unknown.
        greatest: Largest ``updated_at`` in µs, rounded up to a millisecond.
    """

    name: str
    size: int
    rows: int
    least: int | None = None
    greatest: int | None = None

    def add_action(self, *, moved: bool = False) -> Any:
        """Return the log action that adds the file; ``moved`` if its rows were in other files before.

        Its statistics contain only the range of times, because the log is plain text and leads are personal data.
        """
        statistics: dict[str, Any] = {"numRecords": self.rows}
        if self.least is not None and self.greatest is not None:
            statistics["minValues"] = {_TIME: _text(self.least)}
            statistics["maxValues"] = {_TIME: _text(self.greatest)}
        return _actions().AddAction(
            path=self.name,
            size=self.size,
            partition_values={},
            modification_time=_now(),
            data_change=not moved,
            stats=json.dumps(statistics),
        )

    def remove_action(self, *, moved: bool = False) -> Any:
        """Return the log action that removes the file."""
        return _actions().RemoveAction(
            path=self.name, data_change=not moved, deletion_timestamp=_now(), size=self.size, partition_values={}
        )


def scan_files(
    folder: Folder, names: Sequence[str], schema: Mapping[str, Any], *, paths: str | None = None
) -> pl.LazyFrame:
    """Return the rows of files lazily under their stored names; columns that a file lacks are null."""
    if not names:
        return pl.Schema(schema).to_frame().lazy()
    return pl.scan_parquet(
        [str(folder / name) for name in names],
        schema=schema,
        missing_columns="insert",
        extra_columns="ignore",
        glob=False,
        hive_partitioning=False,
        include_file_paths=paths,
        **scan_options(folder),
    )


def list_files(delta: Any) -> tuple[DataFile, ...]:
    """Return the files of a ``deltalake.DeltaTable``, oldest rows first."""
    actions = pa.table(delta.get_add_actions(flatten=True)).to_pylist()
    files = [
        DataFile(
            action["path"],
            action["size_bytes"],
            action["num_records"] or 0,
            _micros(action.get(f"min.{_TIME}")),
            _micros(action.get(f"max.{_TIME}")),
        )
        for action in actions
    ]
    return oldest_first(files)


def oldest_first(files: Iterable[DataFile]) -> tuple[DataFile, ...]:
    """Return the files in order of their times; those without known times are last."""
    return tuple(sorted(files, key=lambda file: (math.inf if file.least is None else file.least, file.greatest or 0)))


def write(folder: Folder, rows: pl.DataFrame) -> DataFile:
    """Write rows into a new file and return it. It is in no table before it is committed."""
    rows = sort_rows(rows)
    name = f"part-{uuid4()}.parquet"
    folder.mkdir(parents=True, exist_ok=True)
    # polars' own error on a full disk contains what it was writing, and not always the reason.
    content = _content(rows)
    with _delete_on_error(folder / name) as path:
        path.write_bytes(content.getbuffer())
    return DataFile(name, content.tell(), rows.height, *_span(rows))


def row_bytes(rows: pl.DataFrame) -> float:
    """Return the bytes on disk of one of these rows, of which there is at least one."""
    return _content(rows).tell() / rows.height


def _content(rows: pl.DataFrame) -> io.BytesIO:
    content = io.BytesIO()
    rows.write_parquet(content, compression="zstd", compression_level=1)
    return content


@contextmanager
def _delete_on_error(path: Folder) -> Iterator[Folder]:
    """Delete an incomplete file, as on a full disk."""
    try:
        yield path
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _span(rows: pl.DataFrame) -> tuple[int | None, int | None]:
    if _TIME not in rows.columns or rows[_TIME].null_count():
        return None, None
    least, greatest = _micros(rows[_TIME].min()), _micros(rows[_TIME].max())
    if least is None or greatest is None:
        return None, None
    # The log has milliseconds.
    return least // _MILLISECOND * _MILLISECOND, -(-greatest // _MILLISECOND) * _MILLISECOND


def _micros(value: Any) -> int | None:
    if not isinstance(value, datetime):
        return None
    return micros(value if value.tzinfo else value.replace(tzinfo=UTC))


def _text(at: int) -> str:
    return to_datetime(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _now() -> int:
    return int(time.time() * 1000)


def _actions() -> Any:
    extras.deltalake()
    from deltalake import transaction

    return transaction
