"""Snapshots of single objects: billing, usage and settings at the time of each sync."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.lazy_libraries import pa
from pb2b_notebook.mirror.storage.instants import micros
from pb2b_notebook.mirror.storage.layout import fit
from pb2b_notebook.mirror.storage.tables import Table, to_polars
from pb2b_notebook.mirror.sync.synchronization import Outcome, retyped_notes
from pb2b_notebook.openapi.operations import Operation

TAKEN_AT: Final = "taken_at"
"""Column with the time of the snapshot."""


def append(table: Table, session: Session, operation: Operation, filter_rows: Callable[[Any], Any]) -> Outcome:
    """Read a single object and commit it as a dated row. A second read in the same second of the service adds nothing.

    Args:
        table: Table of the snapshots.
        session: Session of the workspace.
        operation: Operation that reads the object.
        filter_rows: Function that blanks what must not be stored.
    """
    start = time.monotonic()
    row, at = _read(session, operation)
    seen = table.version  # before the list of forgotten people is read
    row = filter_rows(row)
    outcome = Outcome(table.resource, "snapshot", rows_read=1, pages=1)
    state = table.state()
    outcome.watermark_from = state.watermark
    outcome.watermark_to = micros(at)
    new = {"watermark": micros(at), "synced": micros(datetime.now(UTC))}
    if state.watermark == micros(at):
        table.commit_state(new, seen=seen)
    else:
        fitted = fit(row, table.schema(), set(row.column_names))
        seen += table.widen(fitted.table.schema)
        table.append(to_polars(fitted.table), fitted.table.schema, new, seen=seen)
        table.maintain()
        outcome.inserted = 1
        outcome.note = "; ".join(retyped_notes(fitted))
    outcome.seconds = time.monotonic() - start
    return outcome


def _read(session: Session, operation: Operation) -> tuple[Any, datetime]:
    """Return the object as a ``pyarrow.Table`` of one row, first the time of the response, and that time."""
    from pb2b_notebook import frames
    from pb2b_notebook.api.http.call import Call
    from pb2b_notebook.api.http.responses import envelope, headers

    reply = session.client.send(Call(operation, operation.path))
    at = headers.date(reply) or session.time()
    decoder = frames.Decoder(session.schema(operation))
    decoder.add([envelope.unwrap(reply).data])
    row = decoder.table()
    frames.report_drift(operation.id, decoder.drift)
    taken = pa.array([at], pa.timestamp("us", "UTC"))
    return row.add_column(0, pa.field(TAKEN_AT, taken.type), taken), at
