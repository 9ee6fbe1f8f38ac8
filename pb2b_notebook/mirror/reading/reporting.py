"""Reports of the mirror as frames, with the same columns and dtypes for any number of rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pb2b_notebook.openapi.operations import Field, fields_of

SYNC: Final = fields_of(
    "resource text, mode text, rows_read integer, inserted integer, updated integer, deleted integer, pages integer, "
    "requests integer, seconds number, watermark_from datetime, watermark_to datetime, note text"
)
INFO: Final = fields_of(
    "resource text, rows integer, bytes integer, bytes_on_disk integer, files integer, version integer, "
    "synced_at datetime, age_s integer, history_since datetime, history_rows integer"
)
VERSIONS: Final = fields_of(
    "version integer, committed_at datetime, operation text, inserted integer, updated integer, deleted integer"
)


def report(rows: Iterable[Mapping[str, Any]], fields: Sequence[Field], frame: str) -> Any:
    """Return rows as a frame with these columns.

    Args:
        rows: Values by column; times are aware datetimes.
        fields: Columns of the frame.
        frame: Library of the returned frame, "pandas" or "polars".

    >>> report([], INFO[:2], "polars").columns
    ['resource', 'rows']
    """
    from pb2b_notebook.frames import Decoder, frame_schema, to_frame

    decoder = Decoder(frame_schema(fields))
    decoder.add([json.dumps(dict(row), default=lambda at: at.isoformat()).encode() for row in rows])
    return to_frame(decoder.table(), frame)
