"""Conflicts field by field: what the plan would write, and what somebody else wrote. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pb2b_notebook.upserts.tables import differences

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from pb2b_notebook.upserts.planning import Decisions


def conflicts(decisions: Decisions, results: Mapping[int, Mapping[str, Any]], outcome: pl.DataFrame) -> pl.DataFrame:
    """One row a field of a conflict: row, field, ours and theirs, as text."""
    import polars as pl

    rows = outcome.filter(pl.col("status") == "conflict")["row"]
    found = differences(decisions).filter(pl.col("row").is_in(rows.implode()))
    theirs = [
        _told(results.get(row, {}).get("current"), decisions, field, before)
        for row, field, before in found.select("row", "field", "before").iter_rows()
    ]
    return found.select("row", "field", ours="after", theirs=pl.Series(theirs, dtype=pl.String))


def _told(current: Mapping[str, Any] | None, decisions: Decisions, column: str, before: str | None) -> str | None:
    """The value that the service told with the conflict; without one, what the plan compared with."""
    if not current:
        return before
    field = decisions.fields[column]
    holder = current if field.builtin else current.get("custom_fields") or {}
    value = holder.get(field.key)
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
