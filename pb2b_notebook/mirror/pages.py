"""What a sync reads: the rows of a source that changed after a time, as chunks with the time of the answer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from pb2b_notebook.mirror.catalogue import AFTER
from pb2b_notebook.mirror.instants import moment
from pb2b_notebook.mirror.synchronization import COMMIT_SECONDS, Chunk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pb2b_notebook.api.calls.session import Session
    from pb2b_notebook.api.lists.batches import Batch
    from pb2b_notebook.mirror.catalogue import Source
    from pb2b_notebook.openapi.operations import Operation


def list_arguments(operation: Operation, after: int | None) -> dict[str, Any]:
    """The filters of a sync: everything that changed after a time, deletions too, oldest change first."""
    filters: dict[str, Any] = {}
    if after is not None and operation.parameter(AFTER) is not None:
        filters[AFTER] = moment(after)
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
    """Read a source; of one below other objects, the lists of these one after the other.

    Args:
        session: Session of the workspace.
        source: a list.
        after: only rows changed after this time, in µs; ``None`` for all.
        parents: the ids to fill the path with.
        rows: about so many come in one chunk, or what came within a second.
        before_page: is told how many rows wait before another page joins them, and may hold them up.

    Yields:
        At least one chunk, if only an empty one.
    """
    filters = list_arguments(source.operation, after)
    if source.parent:
        yield from _below(session, source, filters, list(parents), rows=rows, before_page=before_page)
        return
    for batch in session.batches(source.operation, filters, rows=rows, seconds=COMMIT_SECONDS, go_on=before_page):
        load = partial(getattr, batch, "table")
        yield Chunk(load, batch.rows, batch.served_at, batch.pages, batch.more, batch.total)


def _below(
    session: Session,
    source: Source,
    filters: Mapping[str, Any],
    parents: Sequence[str],
    *,
    rows: int,
    before_page: Callable[[int], None],
) -> Iterator[Chunk]:
    """The lists below these objects, put together: most of them are short."""
    import pyarrow as pa

    [name] = source.operation.path_parameters
    empty = session.schema(source.operation).arrow.empty_table()
    waiting: list[Batch] = []
    tables = [empty]

    def joined_chunk(*, more: bool) -> Chunk:
        joined = pa.concat_tables(tables, promote_options="default")
        served_at = waiting[0].served_at if waiting else None
        return Chunk(lambda: joined, len(joined), served_at, sum(batch.pages for batch in waiting), more)

    for parent in parents:
        for batch in session.batches(source.operation, {**filters, name: parent}):
            waiting.append(batch)
            tables.append(batch.table)
        if (so_far := sum(map(len, tables))) >= rows:
            yield joined_chunk(more=True)
            waiting, tables = [], [empty]
        else:
            before_page(so_far)
    yield joined_chunk(more=False)
