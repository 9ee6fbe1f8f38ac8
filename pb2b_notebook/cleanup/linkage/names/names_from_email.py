"""Find the name of rows without one from their email address.

``ada.berg@…`` spells the name; ``aberg@…`` does where the list has a family name Berg. ``adaber@nord.example`` spells
one only if the list has Ada Berg of Nord Ltd: within one company, few names are abbreviated to the same letters.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.linkage.names.folding import without_digraphs

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from pb2b_notebook.engines.memory import InMemory

_LONG: Final = 8
"""Least number of letters of a whole name that is unique across companies."""
_PART: Final = 3
"""Letters of the given and of the family name that some addresses consist of."""


def names_from_email(features: pl.DataFrame, counts: Mapping[str, pl.DataFrame], tables: InMemory) -> pl.DataFrame:
    """Return the names that the addresses of rows without a name spell.

    Args:
        features: ``first``, ``last``, ``local`` (part of the address), its ``letters``, whether it is a ``role``, and
            hashes of how the company is spelled (``label_spelled``, ``firm_spelled``; 0 for unknown); and the number
            ``i`` of each row.
        counts: For ``first`` and ``last``: each name with its number of rows in the list, ``n``.
        tables: Where the features are.

    Returns:
        ``row`` (its ``i``), ``first``, ``last`` and ``letters`` of rows that have neither name; a single letter is an
        initial.
    """
    import polars as pl

    unnamed = tables.gather(_rows_without_name, features, reads=(*_READ, "local", "letters", "role", "i"))
    if not len(unnamed):
        return unnamed.select("row", "letters", first="local", last="local")
    given, family = (known[name] for name, known in counts.items())
    in_list = tables.gather(partial(_spelled_names, unnamed=unnamed), features, reads=_READ).unique()
    found = (
        _separated_names(unnamed, given, family),
        in_list.filter(pl.len().over("row") == 1),
        _initial_and_family_name(unnamed, family),
    )
    chosen = pl.concat(found).unique("row", keep="first", maintain_order=True).sort("row")
    return chosen.join(unnamed.select("row", "letters"), on="row", maintain_order="left")


_READ: Final = ("first", "last", "label_spelled", "firm_spelled")


def _firm() -> pl.Expr:
    import polars as pl

    return pl.when(pl.col("label_spelled") != 0).then("label_spelled").otherwise("firm_spelled").alias("firm")


def _rows_without_name(features: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    nameless = (pl.col("first") == "") & (pl.col("last") == "") & ~pl.col("role") & (pl.col("local") != "")
    return features.filter(nameless).select("local", "letters", _firm(), row="i")


def _separated_names(unnamed: pl.DataFrame, given: pl.Series, family: pl.Series) -> pl.DataFrame:
    """Return names with a separator between them, swapped where the list has them in the other order."""
    import polars as pl

    parts = without_digraphs(pl.col("local")).str.extract_groups(r"^([a-z]+)[._-]([a-z]{2,})\d*$").struct
    a, b, first, last = pl.col("a"), pl.col("b"), given.implode(), family.implode()
    swapped = a.is_in(last) & b.is_in(first) & ~b.is_in(last)
    return unnamed.select("row", a=parts[0], b=parts[1]).drop_nulls().select(
        "row", first=pl.when(swapped).then(b).otherwise(a), last=pl.when(swapped).then(a).otherwise(b)
    )  # fmt: skip


def _initial_and_family_name(unnamed: pl.DataFrame, families: pl.Series) -> pl.DataFrame:
    """Return an initial and a family name that is in the list."""
    import polars as pl

    parts = without_digraphs(pl.col("local")).str.extract_groups(r"^([a-z])([a-z]{4,})\d*$").struct
    found = unnamed.select("row", first=parts[0], last=parts[1])
    return found.filter(pl.col("last").is_in(families.implode()))


def _spelled_names(features: pl.DataFrame, unnamed: pl.DataFrame) -> pl.DataFrame:
    """Return the names in the list that the letters spell, and those at the company that they abbreviate."""
    import polars as pl

    named = (pl.col("first").str.len_chars() > 1) & (pl.col("last").str.len_chars() > 1)
    people = features.lazy().filter(named).select("first", "last", _firm())
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
    return pl.concat([names.select("row", "first", "last") for names in found]).unique().collect()
