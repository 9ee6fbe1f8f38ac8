"""Reports of the mirror as frames, with the same columns and dtypes for any number of rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pb2b_notebook.openapi.operations import Field

SYNC: Final = (
    Field("resource", "text"),
    Field("mode", "text"),
    Field("rows_read", "integer"),
    Field("inserted", "integer"),
    Field("updated", "integer"),
    Field("deleted", "integer"),
    Field("pages", "integer"),
    Field("requests", "integer"),
    Field("seconds", "number"),
    Field("watermark_from", "datetime"),
    Field("watermark_to", "datetime"),
    Field("note", "text"),
)
INFO: Final = (
    Field("resource", "text"),
    Field("rows", "integer"),
    Field("bytes", "integer"),
    Field("bytes_on_disk", "integer"),
    Field("files", "integer"),
    Field("version", "integer"),
    Field("synced_at", "datetime"),
    Field("age_s", "integer"),
    Field("history_since", "datetime"),
    Field("history_rows", "integer"),
)
VERSIONS: Final = (
    Field("version", "integer"),
    Field("committed_at", "datetime"),
    Field("operation", "text"),
    Field("inserted", "integer"),
    Field("updated", "integer"),
    Field("deleted", "integer"),
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
