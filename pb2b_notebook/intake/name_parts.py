"""Spell the name parts that a list adds to known leads as their full names do. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Final

from pb2b_notebook.cleanup.linkage.names.folding import fold
from pb2b_notebook.lazy_libraries import pl

NAME_PARTS: Final = ("first_name", "last_name")


def parts_of_one_row(columns: Collection[str]) -> list[pl.Expr]:
    """Return given and family name of a group of rows: those of its first row that has one.

    A row that agrees with it adds the other: "Mary" of one row and "Nolan" of another, which has "Mary Beth", are not
    a name.

    Args:
        columns: Columns of the rows.

    >>> rows = pl.DataFrame({"id": [1, 1], "first_name": ["Mary", "Mary Beth"], "last_name": [None, "Nolan"]})
    >>> rows.group_by("id").agg(*parts_of_one_row(rows.columns)).rows()
    [(1, 'Mary', None)]
    """
    parts = [name for name in NAME_PARTS if name in columns]
    has_any = pl.any_horizontal(pl.col(parts).is_not_null()) if parts else pl.lit(value=False)
    found: list[pl.Expr] = []
    for name in parts:
        others = [other for other in parts if other != name]
        folded = {other: fold(pl.col(other)) for other in others}
        agrees = pl.all_horizontal(
            pl.lit(value=True), *(one.is_null() | (one == one.filter(has_any).first()) for one in folded.values())
        )
        first, added = pl.col(name).filter(has_any).first(), pl.col(name).filter(agrees).drop_nulls().first()
        found.append(pl.coalesce(first, added).alias(name))
    return found


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
    parts = [name for name in NAME_PARTS if name in records.columns]
    if not parts or not {"id", "full_name"} <= {*records.columns}:
        return records
    empty = pl.lit(None, pl.String)
    own = [(pl.col(name) if name in leads.columns else empty).alias(f"own_{name}") for name in parts]
    wide = records.select("id", "full_name", *parts).join(leads.select("id", *own), on="id", how="left")
    known = wide["id"].is_in(leads["id"].implode()) & (wide["full_name"].fill_null("") != "")
    for part in parts:
        added = known & wide[part].is_not_null() & (wide[f"own_{part}"].fill_null("") == "")
        if added.any():
            other = next((pl.col(name) for name in parts if name != part), empty)
            spellings = _spellings_in(*wide.filter(added).select("full_name", part, other.alias("other")).get_columns())
            values = wide[part].scatter(added.arg_true(), pl.Series(spellings, dtype=pl.String))
            records = records.with_columns(values.alias(part))
            wide = wide.with_columns(values.alias(part))
    return records


def _spellings_in(names: pl.Series, parts: pl.Series, others: pl.Series) -> list[str | None]:
    """Return how the full names spell the parts at their beginning or end; ``None`` where they do not have them.

    Args:
        names: Full names.
        parts: The part of each.
        others: Its other part, which has words of its own; null for none.
    """
    table = {"name": names, "part": parts, "other": others.fill_null("")}
    words = pl.DataFrame(table).select(pl.all().str.split(" "))
    folded = pl.DataFrame({"word": [*{word for row in words.rows() for each in row for word in each}]})
    plain = dict(zip(folded["word"], folded.select(fold(pl.col("word")))["word"], strict=True))
    found: list[str | None] = []
    for name, part, other in words.rows():
        begins, ends = name[: len(part)], name[-len(part) :]
        same = [run for run in (begins, ends) if [plain[word] for word in run] == [plain[word] for word in part]]
        left = Counter(plain[word] for word in name) - Counter(plain[word] for word in other)
        if not all(left[plain[word]] for word in part):
            same = []
        text = " ".join(part)
        glued = len(name) == 1 and (name[0].startswith(text) or name[0].endswith(text))
        found.append(" ".join(same[0]) if same else text if glued else None)
    return found
