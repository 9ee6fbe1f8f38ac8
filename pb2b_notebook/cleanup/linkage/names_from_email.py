"""Find the name of rows without one from their email address.

``ada.berg@…`` spells the name; ``aberg@…`` does where the list has a family name Berg. ``adaber@nord.example`` spells
one only if the list has Ada Berg of Nord Ltd: within one company, few names are abbreviated to the same letters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.linkage.folding import without_digraphs

if TYPE_CHECKING:
    import polars as pl

_LONG: Final = 8
"""Least number of letters of a whole name that is unique across companies."""
_PART: Final = 3
"""Letters of the given and of the family name that some addresses consist of."""


def names_from_email(features: pl.DataFrame) -> pl.DataFrame:
    """Return the names that the addresses of rows without a name spell.

    Args:
        features: ``first``, ``last``, ``local`` (part of the address), its ``letters``, whether it is a ``role``, and
            hashes of how the company is spelled (``label_spelled``, ``firm_spelled``; 0 for unknown).

    Returns:
        ``row`` (position), ``first`` and ``last`` of rows that have neither; a single letter is an initial.
    """
    import polars as pl

    firm = pl.when(pl.col("label_spelled") != 0).then("label_spelled").otherwise("firm_spelled").alias("firm")
    nameless = (pl.col("first") == "") & (pl.col("last") == "") & ~pl.col("role") & (pl.col("local") != "")
    unnamed = features.with_row_index("row").filter(nameless).select("row", "local", "letters", firm)
    if not len(unnamed):
        return unnamed.select("row", first="local", last="local")
    known = features.lazy().filter(pl.col("first").str.len_chars() > 1, pl.col("last").str.len_chars() > 1)
    found = (
        _separated_names(unnamed, features),
        _names_in_list(unnamed, known.select("first", "last", firm)),
        _initial_and_family_name(unnamed, features["last"]),
    )
    return pl.concat(found).unique("row", keep="first", maintain_order=True).sort("row")


def _separated_names(unnamed: pl.DataFrame, features: pl.DataFrame) -> pl.DataFrame:
    """Return names with a separator between them, swapped where the list has them in the other order."""
    import polars as pl

    parts = without_digraphs(pl.col("local")).str.extract_groups(r"^([a-z]+)[._-]([a-z]{2,})\d*$").struct
    given, family = features["first"].unique().implode(), features["last"].unique().implode()
    a, b = pl.col("a"), pl.col("b")
    swapped = a.is_in(family) & b.is_in(given) & ~b.is_in(family)
    return unnamed.select("row", a=parts[0], b=parts[1]).drop_nulls().select(
        "row", first=pl.when(swapped).then(b).otherwise(a), last=pl.when(swapped).then(a).otherwise(b)
    )  # fmt: skip


def _initial_and_family_name(unnamed: pl.DataFrame, families: pl.Series) -> pl.DataFrame:
    """Return an initial and a family name that is in the list."""
    import polars as pl

    parts = without_digraphs(pl.col("local")).str.extract_groups(r"^([a-z])([a-z]{4,})\d*$").struct
    found = unnamed.select("row", first=parts[0], last=parts[1])
    return found.filter(pl.col("last").is_in(families.unique().implode()))


def _names_in_list(unnamed: pl.DataFrame, people: pl.LazyFrame) -> pl.DataFrame:
    """Return the one name in the list that the letters spell, or the one at the company that they abbreviate."""
    import polars as pl

    first, last = pl.col("first"), pl.col("last")
    initial, family = first.str.slice(0, 1), last.str.slice(0, 1)
    whole = [(first + last, first, last), (last + first, first, last)]
    short = [(initial + last, initial, last), (last + initial, initial, last), (first + family, first, family)]
    short += [(first.str.slice(0, _PART) + last.str.slice(0, _PART), first, last)]
    addresses = unnamed.lazy()
    colleagues = people.filter(pl.col("firm") != 0).join(addresses, on="firm", how="semi").unique()
    long = pl.col("letters").str.len_bytes() >= _LONG
    found = [
        people.select("first", "last", letters=letters).filter(long).join(addresses, on="letters")
        for letters, *_ in whole
    ]
    found += [
        colleagues.select("firm", letters=letters, first=given, last=family_name).join(
            addresses, on=["firm", "letters"]
        )
        for letters, given, family_name in (*whole, *short)
    ]
    both = pl.concat([names.select("row", "first", "last") for names in found]).unique()
    return both.filter(pl.len().over("row") == 1).collect()
