"""Single objects over time: what billing, usage and settings were at each sync."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pb2b_notebook.mirror.instants import micros
from pb2b_notebook.mirror.layout import fit
from pb2b_notebook.mirror.synchronization import Outcome
from pb2b_notebook.mirror.tables import to_polars

if TYPE_CHECKING:
    from pb2b_notebook.mirror.tables import Table


def append_snapshot(table: Table, row: Any, at: datetime) -> Outcome:
    """Commit what an object is at a time; a second look within the same second of the service adds nothing.

    Args:
        table: where to.
        row: a ``pyarrow.Table`` of one row, with when it was taken.
        at: the same time, which becomes the watermark.
    """
    outcome = Outcome(table.resource, "snapshot", rows_read=1, pages=1)
    state = table.state()
    outcome.watermark_from = state.watermark
    outcome.watermark_to = micros(at)
    new = {"watermark": micros(at), "synced": micros(datetime.now(UTC))}
    if state.watermark == micros(at):
        table.commit_state(new)
        return outcome
    fitted = fit(row, table.schema(), set(row.column_names))
    table.widen(fitted.table.schema)
    table.append(to_polars(fitted.table), fitted.table.schema, new, seen=table.version)
    table.maintain()
    outcome.inserted = 1
    outcome.note = "; ".join(f"{name}: {what}, kept in 'unparsed'" for name, what in fitted.retyped.items())
    return outcome
