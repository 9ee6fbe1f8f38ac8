"""What a sync reads: the rows of a source that changed after a time, as chunks with the time of the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.mirror.catalogue import AFTER
from pb2b_notebook.mirror.instants import moment
from pb2b_notebook.mirror.synchronization import Chunk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from pb2b_notebook.api.reading import Reader
    from pb2b_notebook.contract.operations import Operation
    from pb2b_notebook.mirror.catalogue import Source

TAKEN_AT: Final = "taken_at"
"""The column of a snapshot that tells when it was taken."""


def arguments(operation: Operation, after: int | None) -> dict[str, Any]:
    """The filters of a sync: everything that changed after a time, deletions too, oldest change first."""
    given: dict[str, Any] = {}
    if after is not None and operation.parameter(AFTER) is not None:
        given[AFTER] = moment(after)
    if operation.parameter("include_deleted") is not None:
        given["include_deleted"] = True
    order = operation.parameter("order")
    if order is not None and "updated_at.asc" in order.choices:
        given["order"] = "updated_at.asc"
    return given


def chunks(reader: Reader, source: Source, after: int | None, parents: Iterable[str] = ()) -> Iterator[Chunk]:
    """Read a source; of one below other objects, the lists of these one after the other.

    Args:
        reader: of the workspace.
        source: a list.
        after: only rows changed after this time, in µs; ``None`` for all.
        parents: the ids to fill the path with.

    Yields:
        At least one chunk, if only an empty one.
    """
    given = arguments(source.operation, after)
    [name] = source.operation.path_parameters or [""]
    empty = True
    for path in [{name: parent} for parent in parents] if source.parent else [{}]:
        for batch in reader.batches(source.operation, {**given, **path}):
            empty = False
            yield Chunk(batch.table, batch.served_at, pages=1)
    if empty:
        yield Chunk(reader.schema(source.operation).arrow.empty_table(), None, pages=0)


def snapshot(reader: Reader, operation: Operation) -> tuple[Any, datetime]:
    """Read a single object as a row: its columns, and first of all when the service answered.

    Returns:
        A ``pyarrow.Table`` of one row, and the time.
    """
    import pyarrow as pa

    from pb2b_notebook import frames
    from pb2b_notebook.api import envelope
    from pb2b_notebook.api.client import Call

    reply = reader.client.send(Call(operation, operation.path))
    at = envelope.date(reply) or reader.time()
    decoder = frames.Decoder(reader.schema(operation))
    decoder.add([envelope.answer(reply).data])
    row = decoder.table()
    frames.report_drift(operation.id, decoder.drift)
    taken = pa.array([at], pa.timestamp("us", "UTC"))
    return row.add_column(0, pa.field(TAKEN_AT, taken.type), taken), at
