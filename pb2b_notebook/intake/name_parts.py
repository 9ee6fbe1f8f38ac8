"""Spell the name parts that a list adds to known leads as their full names do. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from functools import reduce
from operator import or_
from typing import Final, NamedTuple

from pb2b_notebook.cleanup.linkage.names.folding import fold
from pb2b_notebook.cleanup.values.given_names import given_names
from pb2b_notebook.cleanup.values.honorifics import is_title
from pb2b_notebook.cleanup.values.name_order import are_exchanged
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.letters import plain_letters

NAME_PARTS: Final = ("first_name", "last_name")
_ALSO_FAMILY_NAMES: Final = """
    andres benito bernardo blas bruno clemente cruz domingo duarte esteban fabian felipe francisco gaspar gil gregorio
    henrique ignacio jorge leon lorenzo marcos mariano martin mateo miguel nicolas pascual paulo pedro rafael ramon
    roman rosario ruben salvador santiago santos simon tomas valentin valente ventura vicente victor
"""
"""Given names that are often the first of two family names in Spain, Portugal and America: Ana Martín Robles."""
_MARKS_OF_GENERATIONS: Final = frozenset({"jr", "sr", "jun", "sen", "ii", "iii", "iv"})


def parts_of_one_row(columns: Collection[str]) -> list[pl.Expr]:
    """Return given and family name of a group of rows: those of its first row that has one.

    A row that agrees with it adds the other: "Mary" of one row and "Nolan" of another, which has "Mary Beth", are not
    a name.

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


class Spelled(NamedTuple):
    """Records with the name parts that a list adds to known leads.

    Attributes:
        frame: The records.
        kept: Ids of leads to which no part is added, since those of the list are not their full name.
    """

    frame: pl.DataFrame
    kept: frozenset[str] = frozenset()


def spell_added_parts(records: pl.DataFrame, leads: pl.DataFrame, *, overwrite: bool = False) -> Spelled:
    """Return the records, those of leads without a first or family name of their own with that of their full name.

    A lead gets both or neither: "Celik" is added to Yusuf Çelik as Çelik beside "Yusuf", and not beside "Y.", nor where
    the list has them in each other's columns. A lead's names do not contradict each other, and no part of a family name
    becomes the whole: "Noronha" is not added to Gonçalo Vasconcelos de Noronha.

    Args:
        records: Records to write, with ``id`` of a lead or null.
        leads: Leads of the workspace.
        overwrite: Whether other names are added as they are, unless they are in each other's columns.

    >>> leads = pl.DataFrame({"id": ["lead_1", "lead_2"], "full_name": ["Yusuf Çelik", "Ada Berg"]})
    >>> records = leads.with_columns(first_name=pl.Series(["YUSUF", "Adda"]), last_name=pl.Series(["Celik", "Berg"]))
    >>> spelled = spell_added_parts(records, leads)
    >>> spelled.frame.select("first_name", "last_name").rows(), sorted(spelled.kept)
    ([('Yusuf', 'Çelik'), (None, None)], ['lead_2'])
    """
    parts = [name for name in NAME_PARTS if name in records.columns]
    if not parts or not {"id", "full_name"} <= {*records.columns}:
        return Spelled(records)
    empty = pl.lit(None, pl.String)
    own = [(pl.col(name) if name in leads.columns else empty).alias(f"own {name}") for name in NAME_PARTS]
    lacking = [empty.alias(name) for name in NAME_PARTS if name not in parts]
    wide = records.select("id", "full_name", *parts, *lacking).join(leads.select("id", *own), on="id", how="left")
    known = wide["id"].is_in(leads["id"].implode()) & (wide["full_name"].fill_null("") != "")
    added = {part: known & wide[part].is_not_null() & (wide[f"own {part}"].fill_null("") == "") for part in parts}
    rows = reduce(or_, added.values()).arg_true()
    if rows.is_empty():
        return Spelled(records)
    few = wide[rows]
    if overwrite:
        exchanged = [are_exchanged(*names) for names in few.select("full_name", *NAME_PARTS).iter_rows()]
        rows, few = (
            rows.filter(pl.Series(exchanged, dtype=pl.Boolean)),
            few.filter(pl.Series(exchanged, dtype=pl.Boolean)),
        )
        for part in parts:
            kept = wide[part].cast(pl.String).scatter(rows, few[f"own {part}"])
            records = records.with_columns(kept.alias(part))
        return Spelled(records, frozenset(few["id"]))
    spelled = {
        part: _spellings_in(few["full_name"], few[part], few[next(name for name in NAME_PARTS if name != part)])
        for part in parts
    }
    found = pl.DataFrame(spelled, schema=dict.fromkeys(parts, pl.String)).with_columns(few["id"])
    found = found.with_columns(
        (pl.when(added[part][rows]).then(part) if part in parts else empty).fill_null(few[f"own {part}"]).alias(part)
        for part in NAME_PARTS
    )
    is_whole = found.select(pl.all_horizontal(pl.col(NAME_PARTS).fill_null("") != "")).to_series()
    named = found.select(few["full_name"], "first_name", "last_name").iter_rows()
    is_whole &= ~pl.Series([are_exchanged(*names) or _lack_a_name(*names) for names in named], dtype=pl.Boolean)
    for part in parts:
        values = found[part].zip_with(is_whole, few[f"own {part}"])
        records = records.with_columns(wide[part].cast(pl.String).scatter(rows, values).alias(part))
    return Spelled(records, frozenset(found["id"].filter(~is_whole)))


def _lack_a_name(full: str, first: str | None, last: str | None) -> bool:
    """Whether a full name has a word besides both parts that may belong to the family name: not a "Jane" or a "J."."""
    parts = [plain_letters(word) for part in (first, last) for word in (part or "").split()]
    words = _words_of_name(full)
    rest = Counter(map(plain_letters, words)) - Counter(parts) if len(words) > 1 else Counter[str]()
    known = given_names().difference(_ALSO_FAMILY_NAMES.split()) | _MARKS_OF_GENERATIONS
    quoted = {plain_letters(word) for word in words if not word[0].isalnum()}
    return any(len(word) > 1 and word not in known | quoted for word in rest)


def _spellings_in(names: pl.Series, parts: pl.Series, others: pl.Series) -> list[str | None]:
    """Return how the full names spell the parts at their beginning or end; ``None`` where they do not have them.

    Args:
        names: Full names.
        parts: The part of each; null for none.
        others: Its other part, which has words of its own; null for none.
    """
    table = [[_words_of_name(name) for name in names]]
    table += [[text.split() for text in texts.fill_null("")] for texts in (parts, others)]
    folded = pl.DataFrame(
        {"word": [*{word for rows in table for words in rows for word in words}]}, {"word": pl.String}
    )
    plain = dict(zip(folded["word"], folded.select(fold(pl.col("word")))["word"], strict=True))
    found: list[str | None] = []
    for name, part, other in zip(*table, strict=True):
        begins, ends = name[: len(part)], name[len(name) - len(part) :]
        same = [run for run in (begins, ends) if [plain[word] for word in run] == [plain[word] for word in part]]
        left = Counter(plain[word] for word in name) - Counter(plain[word] for word in other)
        if not part or not all(left[plain[word]] for word in part):
            same = []
        text = " ".join(part)
        glued = len(name) == 1 and bool(text) and (name[0].startswith(text) or name[0].endswith(text))
        found.append(_in_mixed_case(same[0], part) if same else text if glued else None)
    return found


def _words_of_name(name: str) -> list[str]:
    """Return the words of a full name without its titles and commas: "Berg, Dr. Ada"."""
    words = [word.strip(",;") for word in name.split()]
    return [word for word in words if word and not is_title(word)] or words


def _in_mixed_case(words: Sequence[str], others: Sequence[str]) -> str:
    """Return words as the first spell them; where these are in one case, as the others do: "weber" is Weber."""
    one_case = all(word.islower() or (word.isupper() and len(word) > 1) for word in words)
    mixed = any(word.istitle() for word in others)
    return " ".join(others if one_case and mixed else words)
