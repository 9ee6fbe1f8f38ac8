"""The Parquet files of a table: written by polars, in the service's order, and told to the log."""

from __future__ import annotations

import io
import json
import math
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from pb2b_notebook.mirror import extras
from pb2b_notebook.mirror.instants import micros, moment
from pb2b_notebook.mirror.ordering import sort_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import polars as pl

_TIME: Final = "updated_at"
_MILLISECOND: Final = 1_000


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of a table.

    Attributes:
        name: relative to the table's folder.
        size: in bytes.
        rows: how many.
        least: the least ``updated_at``, in µs, or less by part of a millisecond; ``None`` where none is known.
        greatest: the greatest, or more by as little.
    """

    name: str
    size: int
    rows: int
    least: int | None = None
    greatest: int | None = None

    def add_action(self, *, moved: bool = False) -> Any:
        """The action of the log that adds it; ``moved`` where its rows were in other files before.

        Of the values, only the span of times is told: the log is plain text, and a lead is a person.
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
        """The action of the log that removes it."""
        return _actions().RemoveAction(
            path=self.name, data_change=not moved, deletion_timestamp=_now(), size=self.size, partition_values={}
        )


def list_files(delta: Any) -> tuple[DataFile, ...]:
    """The files of a ``deltalake.DeltaTable``, oldest rows first."""
    import pyarrow as pa

    found = pa.table(delta.get_add_actions(flatten=True)).to_pylist()
    files = [
        DataFile(
            one["path"],
            one["size_bytes"],
            one["num_records"] or 0,
            _micros(one.get(f"min.{_TIME}")),
            _micros(one.get(f"max.{_TIME}")),
        )
        for one in found
    ]
    return oldest_first(files)


def oldest_first(files: Iterable[DataFile]) -> tuple[DataFile, ...]:
    """Files by the times of their rows; those of unknown times at the end."""
    return tuple(sorted(files, key=lambda one: (math.inf if one.least is None else one.least, one.greatest or 0)))


def write(folder: Path, rows: pl.DataFrame) -> DataFile:
    """Write rows into a new file of a folder; no table has it before it is committed."""
    rows = sort_rows(rows)
    name = f"part-{uuid4()}.parquet"
    folder.mkdir(parents=True, exist_ok=True)
    # polars would tell of a full disk what it was writing, and not always why it could not.
    content = io.BytesIO()
    rows.write_parquet(content, compression="zstd", compression_level=1)
    with _delete_on_error(folder / name) as path:
        path.write_bytes(content.getbuffer())
    return DataFile(name, content.tell(), rows.height, *_span(rows))


@contextmanager
def _delete_on_error(path: Path) -> Iterator[Path]:
    """Leave no half of a file where the disk is full."""
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
    # The log tells milliseconds.
    return least // _MILLISECOND * _MILLISECOND, -(-greatest // _MILLISECOND) * _MILLISECOND


def _micros(value: Any) -> int | None:
    if not isinstance(value, datetime):
        return None
    return micros(value if value.tzinfo else value.replace(tzinfo=UTC))


def _text(at: int) -> str:
    return moment(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _now() -> int:
    return int(time.time() * 1000)


def _actions() -> Any:
    extras.deltalake()
    from deltalake import transaction

    return transaction
