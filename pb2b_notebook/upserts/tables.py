"""Convert tables of plans and outcomes to frames of the input's library, and to text for the journal."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from typing import Any, Final

from pb2b_notebook.frames.library import index_labels, plain_label, with_row_labels
from pb2b_notebook.lazy_libraries import pa, pl
from pb2b_notebook.mapping import LeadField
from pb2b_notebook.upserts.planning.decisions import Decisions, Rules

_ROWS: Final = ("action", "code", "field", "reason", "lead_id", "match", "updated_at")


def as_frame(table: pl.DataFrame, library: str, index: Any = None) -> Any:
    """Return a polars table as a frame of the library, with the index of the input if it has the input's rows."""
    from pb2b_notebook.frames import to_frame
    from pb2b_notebook.mirror.storage.layout import plain_type

    if library == "polars":
        return table
    arrow = table.to_arrow()
    fields = [pa.field(field.name, plain_type(field.type)) for field in arrow.schema]
    frame = to_frame(arrow.cast(pa.schema(fields)), "pandas")
    if index is not None:
        frame.index = index
    return frame


def as_row_frame(table: pl.DataFrame, library: str, index: Any) -> Any:
    """Return a table about single rows as a frame of the library, with the input's index labels as ``row``."""
    return with_row_labels(as_frame(table, library), "row", index_labels(index))


def as_text(column: pl.Series) -> pl.Series:
    """Return values as text, lists as JSON; null stays null.

    >>> import polars as pl
    >>> as_text(pl.Series([["a", "b"], None])).to_list(), as_text(pl.Series([1.5, None])).to_list()
    (['["a", "b"]', None], ['1.5', None])
    """
    if isinstance(column.dtype, pl.List):
        texts = [None if cell is None else json.dumps(cell, ensure_ascii=False) for cell in column.to_list()]
        return pl.Series(column.name, texts, dtype=pl.String)
    return column.cast(pl.String)


def differences(decisions: Decisions) -> pl.DataFrame:
    """Return one row per field that changes: row, field, before and after, as text."""
    parts = [pl.DataFrame(schema={"row": pl.Int64, "field": pl.String, "before": pl.String, "after": pl.String})]
    for name in decisions.fields:
        changed = decisions.changes.filter(f"set {name}")
        parts.append(
            pl.DataFrame(
                {
                    "row": changed["row"],
                    "field": pl.Series([name], dtype=pl.String).new_from_index(0, changed.height),
                    "before": as_text(changed[f"was {name}"]),
                    "after": as_text(changed[name]),
                }
            )
        )
    return pl.concat(parts).sort("row", maintain_order=True)


def write(decisions: Decisions, index: list[Any] | None) -> bytes:
    """Return decisions as text: a line of metadata, then the rows and the changes as JSON lines.

    Args:
        decisions: Decisions with times as text.
        index: Index labels of the rows; ``None`` where they are the positions.
    """
    head = {
        "fields": {name: asdict(field) for name, field in decisions.fields.items()},
        "rules": asdict(decisions.rules),
        "index": index,
        "rows": decisions.rows.height,
    }
    parts = [json.dumps(head, ensure_ascii=False).encode() + b"\n"]
    for table in (decisions.rows, decisions.changes):
        file = io.BytesIO()
        table.write_ndjson(file)
        parts.append(file.getvalue())
    return b"".join(parts)


def read(text: bytes) -> tuple[Decisions, list[Any] | None]:
    """Read the decisions that :func:`write` wrote, and the index labels of the rows."""
    from pb2b_notebook.upserts.planning.desired_rows import polars_type

    first, _, rest = text.partition(b"\n")
    head = json.loads(first)
    fields = {
        name: LeadField(**{**field, "options": tuple(field["options"])}) for name, field in head["fields"].items()
    }
    rules = Rules(**{**head["rules"], "clear": tuple(head["rules"]["clear"])})
    end = 0
    for _ in range(head["rows"]):
        end = rest.index(b"\n", end) + 1
    rows = {"row": pl.Int64, **dict.fromkeys(_ROWS, pl.String), "single": pl.Boolean}
    changes: dict[str, Any] = {"row": pl.Int64}
    for name, field in fields.items():
        kind = pl.String if field.kind in {"datetime", "date"} else polars_type(field.kind)
        changes |= {f"set {name}": pl.Boolean, f"was {name}": kind, name: kind}
    decided = Decisions(_lines(rest[:end], rows), _lines(rest[end:], changes), fields, rules)
    return decided, head["index"]


def _lines(text: bytes, schema: dict[str, Any]) -> pl.DataFrame:
    if not text:
        return pl.DataFrame(schema=schema)
    return pl.read_ndjson(io.BytesIO(text), schema=schema).select(list(schema))


def labels(index: Any) -> list[Any] | None:
    """Return the labels of a pandas index as JSON holds them; ``None`` where they are the positions from 0."""
    if index is None:
        return None
    values = index.tolist()
    if values == list(range(len(values))):
        return None
    return [plain_label(label) for label in values]
