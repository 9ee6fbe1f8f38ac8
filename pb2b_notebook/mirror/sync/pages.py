"""Pages of a sync: the rows of a source that changed after a time, in chunks with the time of the response."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.lists.batches import Batch
from pb2b_notebook.lazy_libraries import pa
from pb2b_notebook.mirror.storage.catalogue import AFTER, Source
from pb2b_notebook.mirror.storage.instants import to_datetime
from pb2b_notebook.mirror.sync.synchronization import COMMIT_SECONDS, Chunk
from pb2b_notebook.openapi.operations import Operation

ADDED: Final = frozenset({"include_deleted", "order"})
"""Parameters that make a sync better, and without which it still reads all rows."""


def list_arguments(operation: Operation, after: int | None) -> dict[str, Any]:
    """Return the filters of a sync: all rows that changed after a time, with deletions, oldest change first."""
    filters: dict[str, Any] = {}
    if after is not None and operation.parameter(AFTER) is not None:
        filters[AFTER] = to_datetime(after)
    if operation.parameter("include_deleted") is not None:
        filters["include_deleted"] = True
    order = operation.parameter("order")
    if order is not None and "updated_at.asc" in order.choices:
        filters["order"] = "updated_at.asc"
    return filters


def chunks(
    session: Session,
    source: Source,
    after: int | None,
    parents: Iterable[str] = (),
    *,
    rows: int,
    before_page: Callable[[int], None],
) -> Iterator[Chunk]:
    """Yield the rows of a source in chunks; a source below other objects is read one object after another.

    Args:
        session: Session of the workspace.
        source: Source of the rows, a list.
        after: Time in µs after which the rows changed; ``None`` for all rows.
        parents: Ids for the path parameter.
        rows: Approximate number of rows in a chunk; a chunk has at most the rows of one second.
        before_page: Function that gets the number of waiting rows before each further page, and may block.

    Yields:
        At least one chunk, which may be empty.
    """
    filters = list_arguments(source.operation, after)
    if source.parent:
        yield from _below(session, source, filters, list(parents), rows=rows, before_page=before_page)
        return
    for batch in session.batches(
        source.operation, filters, added=ADDED, rows=rows, seconds=COMMIT_SECONDS, before_page=before_page
    ):
        load, served_at = partial(getattr, batch, "table"), _time_of_objects(session, batch.served_at)
        yield Chunk(load, batch.rows, served_at, batch.pages, batch.more, batch.total, batch.proven)


def _time_of_objects(session: Session, served_at: datetime | None) -> datetime | None:
    """Return the time of a response, or an earlier one where the clock of its header may be ahead of that of objects.

    From a later one on, the next sync would not find what changed meanwhile; an earlier one costs some rows again.
    """
    client = session.client
    if served_at is None or not client.is_foreign:
        return served_at
    behind = min(0, client.profile.value("clock", default=0))
    return min(served_at + timedelta(seconds=behind), datetime.now(UTC))


def _below(
    session: Session,
    source: Source,
    filters: Mapping[str, Any],
    parents: Sequence[str],
    *,
    rows: int,
    before_page: Callable[[int], None],
) -> Iterator[Chunk]:
    """Yield the lists below these objects in common chunks, because most of them are short."""
    [name] = source.operation.path_parameters
    empty = session.schema(source.operation).arrow.empty_table()
    waiting: list[Batch] = []
    tables = [empty]

    def joined_chunk(*, more: bool) -> Chunk:
        joined = pa.concat_tables(tables, promote_options="default")
        served_at = _time_of_objects(session, waiting[0].served_at) if waiting else None
        proven = all(batch.proven for batch in waiting)
        return Chunk(lambda: joined, len(joined), served_at, sum(batch.pages for batch in waiting), more, None, proven)

    for parent in parents:
        for batch in session.batches(source.operation, {**filters, name: parent}, added=ADDED):
            waiting.append(batch)
            tables.append(batch.table)
        if (so_far := sum(map(len, tables))) >= rows:
            yield joined_chunk(more=True)
            waiting, tables = [], [empty]
        else:
            before_page(so_far)
    yield joined_chunk(more=False)
