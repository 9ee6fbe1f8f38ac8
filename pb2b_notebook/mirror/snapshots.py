"""Single objects over time: what billing, usage and settings were at each sync."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pb2b_notebook.mirror.instants import micros
from pb2b_notebook.mirror.layout import fit
from pb2b_notebook.mirror.synchronization import Outcome
from pb2b_notebook.mirror.tables import frame_of

if TYPE_CHECKING:
    from pb2b_notebook.mirror.tables import Table


def appended(table: Table, row: Any, at: datetime) -> Outcome:
    """Commit what an object is at a time; a second look within the same second of the service adds nothing.

    Args:
        table: where to.
        row: a ``pyarrow.Table`` of one row, with when it was taken.
        at: the same time, which becomes the watermark.
    """
    outcome = Outcome(table.resource, "snapshot", rows_read=1, pages=1)
    marks = table.marks()
    outcome.watermark_from = marks.watermark
    outcome.watermark_to = micros(at)
    new = {"watermark": micros(at), "synced": micros(datetime.now(UTC))}
    if marks.watermark == micros(at):
        table.mark(new)
        return outcome
    fitted = fit(row, table.stored(), set(row.column_names))
    table.widen(fitted.table.schema)
    table.append(frame_of(fitted.table), fitted.table.schema, new, seen=table.version)
    table.tidy()
    outcome.inserted = 1
    outcome.note = "; ".join(f"{name}: {what}, kept in 'unparsed'" for name, what in fitted.retyped.items())
    return outcome
