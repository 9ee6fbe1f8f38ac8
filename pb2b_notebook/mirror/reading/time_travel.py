"""Time travel: the rows of a resource at an earlier time or version, and the changes since."""

from __future__ import annotations

from dataclasses import dataclass

from pb2b_notebook.display import notices
from pb2b_notebook.errors import NotMirroredError
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mirror.storage.commits import SyncState
from pb2b_notebook.mirror.storage.history import COLUMNS, ENDED_AT, ENDED_BY, EXISTED, differences, rows_before
from pb2b_notebook.mirror.storage.instants import to_datetime
from pb2b_notebook.mirror.storage.pruning import check_history, own_history
from pb2b_notebook.mirror.storage.tables import Table
from pb2b_notebook.mirror.storage.versions import Version


@dataclass(frozen=True, slots=True)
class Point:
    """A point in the history: after a version, or after all syncs that began up to a time.

    Attributes:
        at: Number of the version, or time in µs.
        version: Whether ``at`` is a version.
    """

    at: int
    version: bool = False

    def begins(self, state: SyncState) -> int | None:
        """Return the start of the history as a version or as a time, like ``at``."""
        return state.origin if self.version else state.since

    def after(self, former: pl.LazyFrame) -> pl.LazyFrame:
        """Return the former rows that ended later."""
        return former.filter(pl.col(ENDED_BY) > self.at if self.version else pl.col(ENDED_AT) > to_datetime(self.at))


def as_of(table: Table, former: Table, point: Point) -> pl.LazyFrame:
    """Return the rows at a point, under their stored names.

    Raises:
        NotMirroredError: The history begins later.
    """
    check_point(table, point)
    return rows_before(table.snapshot(), point.after(_former_rows(table, former)))


def check_point(table: Table, point: Point) -> None:
    """Check that a point is in the history.

    Raises:
        NotMirroredError: The history begins later, or ends earlier.
    """
    _check_end(table, point)
    begins = point.begins(table.state())
    if begins is None or point.at < begins:
        raise NotMirroredError(
            f"the history of {table.resource} begins {_start_text(point, begins)}",
            repair="pass a later time or version",
        )


def changes(table: Table, former: Table, point: Point) -> pl.DataFrame:
    """Return the changes since a point, field by field, under the frame's names; see :func:`history.differences`.

    Raises:
        NotMirroredError: There is no history yet, or it ends before the version.
    """
    _check_end(table, point)
    begins = point.begins(table.state())
    if begins is None:
        raise NotMirroredError(
            f"the history of {table.resource} begins with its first complete sync",
            repair=f"ws.mirror.sync({table.resource!r})",
        )
    if point.at < begins:
        notices.say(f"{table.resource}: the history begins {_start_text(point, begins)}; earlier changes are unknown")
    with table.typed_errors():
        ended = point.after(_former_rows(table, former)).collect()
        current = table.snapshot().filter(pl.col("id").is_in(ended["id"].unique().implode())).collect()
    return differences(current.rename(table.names()), ended.rename(table.names(), strict=False).lazy())


def _check_end(table: Table, point: Point) -> None:
    if point.version and point.at > table.version:
        raise NotMirroredError(
            f"the latest version of {table.resource} is {table.version}", repair="pass an earlier version"
        )


def _former_rows(table: Table, former: Table) -> pl.LazyFrame:
    """Return the former rows, which may be none."""
    if (version := former_version(table, former)) is not None:
        return former.snapshot(version)
    state = {ENDED_AT: pl.Datetime("us", "UTC"), ENDED_BY: pl.Int64(), EXISTED: pl.Boolean()}
    return pl.Schema({**table.polars_schema(), **{name: state[name] for name in COLUMNS}}).to_frame().lazy()


def former_version(table: Table, former: Table) -> Version | None:
    """Return the version of the table of former rows that belongs to the table; ``None`` if no row ever ended.

    Raises:
        MirrorDamagedError: The history has lost commits.
    """
    check_history(table, former)
    return own_history(table, former) if former.exists else None


def _start_text(point: Point, begins: int | None) -> str:
    if begins is None:
        return "with its first complete sync"
    return f"with version {begins}" if point.version else f"at {to_datetime(begins).isoformat(timespec='seconds')}"
