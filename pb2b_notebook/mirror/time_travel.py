"""A resource as it was, and what changed since: the current rows with their former ones put back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pb2b_notebook.display import notices
from pb2b_notebook.errors import MirrorDamagedError, NotMirroredError
from pb2b_notebook.mirror.history import COLUMNS, ENDED_AT, ENDED_BY, EXISTED, differences, rows_before
from pb2b_notebook.mirror.instants import moment

if TYPE_CHECKING:
    import polars as pl

    from pb2b_notebook.mirror.commits import SyncState
    from pb2b_notebook.mirror.tables import Table


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the history: after a version, or after all syncs that began up to a time.

    Attributes:
        at: the number of the version, or the time in µs.
        version: which of the two.
    """

    at: int
    version: bool = False

    def begins(self, state: SyncState) -> int | None:
        """Where the history begins, in the same measure."""
        return state.origin if self.version else state.since

    def after(self, former: pl.LazyFrame) -> pl.LazyFrame:
        """The former rows that ended later."""
        import polars as pl

        return former.filter(pl.col(ENDED_BY) > self.at if self.version else pl.col(ENDED_AT) > moment(self.at))


def as_of(table: Table, former: Table, point: Point) -> pl.LazyFrame:
    """The rows as they were, under their stored names.

    Raises:
        NotMirroredError: the history begins later.
    """
    begins = point.begins(table.state())
    if begins is None or point.at < begins:
        raise NotMirroredError(
            f"the history of {table.resource} begins {_start_text(point, begins)}",
            repair="give a later time or version",
        )
    return rows_before(table.snapshot(), point.after(_former_rows(table, former)))


def changes(table: Table, former: Table, point: Point) -> pl.DataFrame:
    """What changed since, field by field, under the frame's names; see :func:`history.differences`.

    Raises:
        NotMirroredError: there is no history yet.
    """
    import polars as pl

    begins = point.begins(table.state())
    if begins is None:
        raise NotMirroredError(
            f"the history of {table.resource} begins with its first complete sync",
            repair=f"ws.mirror.sync({table.resource!r})",
        )
    if point.at < begins:
        notices.say(f"{table.resource}: the history begins {_start_text(point, begins)}; earlier changes are not known")
    with table.typed_errors():
        ended = point.after(_former_rows(table, former)).collect()
        current = table.snapshot().filter(pl.col("id").is_in(ended["id"].unique().implode())).collect()
    return differences(current.rename(table.names()), ended.rename(table.names(), strict=False).lazy())


def _former_rows(table: Table, former: Table) -> pl.LazyFrame:
    """The former rows; none where none ever ended.

    Raises:
        MirrorDamagedError: there are files of them, and no log that tells which.
    """
    import polars as pl

    if former.exists:
        return former.snapshot()
    if former.path.is_dir():
        raise MirrorDamagedError(
            f"the history of {table.resource} has no log",
            repair=f'ws.mirror.verify() tells more; ws.mirror.drop({table.resource!r}, part="history") begins it anew',
        )
    state = {ENDED_AT: pl.Datetime("us", "UTC"), ENDED_BY: pl.Int64(), EXISTED: pl.Boolean()}
    return pl.Schema({**table.polars_schema(), **{name: state[name] for name in COLUMNS}}).to_frame().lazy()


def _start_text(point: Point, begins: int | None) -> str:
    if begins is None:
        return "with its first complete sync"
    return f"with version {begins}" if point.version else f"at {moment(begins).isoformat(timespec='seconds')}"
