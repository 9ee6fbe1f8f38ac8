"""Spell the name parts that a list adds to known leads as their full names do. Pure."""

from __future__ import annotations

from typing import Final

from pb2b_notebook.cleanup.linkage.names.folding import fold
from pb2b_notebook.lazy_libraries import pl

_PARTS: Final = ("first_name", "last_name")


def spell_added_parts(records: pl.DataFrame, leads: pl.DataFrame) -> pl.DataFrame:
    """Return the records, those of leads without a first or family name of their own with that of their full name.

    "Celik" is added to Yusuf Çelik as Çelik, and "Celick" or "Y." not at all: a lead's names do not contradict each
    other.

    Args:
        records: Records to write, with ``id`` of a lead or null.
        leads: Leads of the workspace.

    >>> leads = pl.DataFrame({"id": ["lead_1"], "full_name": ["Yusuf Çelik"]})
    >>> record = {"id": "lead_1", "full_name": "Yusuf Çelik", "first_name": "Y.", "last_name": "CELIK"}
    >>> spell_added_parts(pl.DataFrame([record]), leads).rows()
    [('lead_1', 'Yusuf Çelik', None, 'Çelik')]
    """
    parts = [name for name in _PARTS if name in records.columns]
    if not parts or not {"id", "full_name"} <= {*records.columns}:
        return records
    empty = pl.lit(None, pl.String)
    own = [(pl.col(name) if name in leads.columns else empty).alias(f"own_{name}") for name in parts]
    wide = records.select("id", "full_name", *parts).join(leads.select("id", *own), on="id", how="left")
    known = wide["id"].is_in(leads["id"].implode()) & (wide["full_name"].fill_null("") != "")
    for part in parts:
        added = known & wide[part].is_not_null() & (wide[f"own_{part}"].fill_null("") == "")
        if added.any():
            spellings = _spellings_in(wide["full_name"].filter(added).to_list(), wide[part].filter(added).to_list())
            values = wide[part].scatter(added.arg_true(), pl.Series(spellings, dtype=pl.String))
            records = records.with_columns(values.alias(part))
    return records


def _spellings_in(names: list[str], parts: list[str]) -> list[str | None]:
    """Return how the full names spell the parts at their beginning or end; ``None`` where they do not have them."""
    words = pl.DataFrame({"name": names, "part": parts}).select(pl.all().str.split(" "))
    folded = pl.DataFrame({"word": [*{word for row in words.rows() for each in row for word in each}]})
    plain = dict(zip(folded["word"], folded.select(fold(pl.col("word")))["word"], strict=True))
    found: list[str | None] = []
    for name, part in words.rows():
        begins, ends = name[: len(part)], name[-len(part) :]
        same = [run for run in (begins, ends) if [plain[word] for word in run] == [plain[word] for word in part]]
        text = " ".join(part)
        glued = len(name) == 1 and (name[0].startswith(text) or name[0].endswith(text))
        found.append(" ".join(same[0]) if same else text if glued else None)
    return found
