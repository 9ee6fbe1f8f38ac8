"""People who object to calls or text messages alone: they are created without a phone, and may be e-mailed. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pb2b_notebook.intake.decisions import Decided
from pb2b_notebook.intake.matching import Merged
from pb2b_notebook.lazy_libraries import pl


def phones_of(
    frame: pl.DataFrame, columns: Mapping[str, str | None], phones: Collection[str], refused: Mapping[int, str]
) -> list[tuple[Any, ...]]:
    """Return the phones of some rows as cells that are set aside."""
    return [
        (row, columns.get(name), name, frame[name][row], why)
        for row, why in refused.items()
        for name in phones
        if frame[name][row] is not None
    ]


def without_phones(
    merged: Merged, leads: pl.DataFrame, phones: Collection[str], decided: Decided, refused: Collection[int]
) -> Merged:
    """Return the records without the phones that a list has for people who want no calls; a lead keeps its own.

    Args:
        merged: One record for each person.
        leads: Leads of the workspace.
        phones: Columns of the records that have phones.
        decided: Who is new, and who is a lead.
        refused: Rows of the people who want no calls.
    """
    people = [(rows, lead) for rows, lead in decided.groups if not set(refused).isdisjoint(rows)]
    rows = {row for rows, lead in people if lead is None for row in rows}
    ids = {lead for _, lead in people if lead is not None}
    frame = merged.frame
    if not (rows or ids):
        return merged
    named = frame["id"].to_list() if "id" in frame.columns else [None] * frame.height
    own = {name: dict(zip(leads["id"], leads[name], strict=True)) if name in leads.columns else {} for name in phones}
    for name in phones:
        values = [
            own[name].get(lead) if lead in ids else None if row in rows else value
            for value, lead, row in zip(frame[name], named, merged.rows, strict=True)
        ]
        frame = frame.with_columns(pl.Series(name, values, dtype=frame.schema[name]))
    return merged._replace(frame=frame)
