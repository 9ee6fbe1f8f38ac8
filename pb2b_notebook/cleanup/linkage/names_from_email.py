"""Whose an address is, where a row says no name: ``ada.berg@…`` tells it, ``aberg@…`` where Bergs are known.

``adaber@nord.example`` alone says nothing. Beside Ada Berg of Nord Ltd it does: at one company, few are written so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.linkage.preparing import without_digraphs

if TYPE_CHECKING:
    import polars as pl

_LONG: Final = 8
"""Letters of a whole name, from which on nobody else's is written so, at whatever company."""
_PART: Final = 3
"""Letters of given and of family name that some addresses are made of."""


def addressees(keys: pl.DataFrame) -> pl.DataFrame:
    """The names that the addresses of unnamed rows spell.

    Args:
        keys: ``first``, ``last``, ``local`` (part of the address), its ``letters``, whether it is a ``role``, and how
            the company is spelled (``label_spelled``, ``firm_spelled``: numbers, 0 for not at all).

    Returns:
        ``row`` (position), ``first`` and ``last``, of rows that have neither; a letter alone is an initial.
    """
    import polars as pl

    firm = pl.when(pl.col("label_spelled") != 0).then("label_spelled").otherwise("firm_spelled").alias("firm")
    nameless = (pl.col("first") == "") & (pl.col("last") == "") & ~pl.col("role") & (pl.col("local") != "")
    unnamed = keys.with_row_index("row").filter(nameless).select("row", "local", "letters", firm)
    if not len(unnamed):
        return unnamed.select("row", first="local", last="local")
    known = keys.lazy().filter(pl.col("first").str.len_chars() > 1, pl.col("last").str.len_chars() > 1)
    ways = (
        _apart(unnamed, keys),
        _of_the_list(unnamed, known.select("first", "last", firm)),
        _initialled(unnamed, keys["last"]),
    )
    return pl.concat(ways).unique("row", keep="first", maintain_order=True).sort("row")


def _apart(unnamed: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """Given and family name with a sign between; the other way round where the list knows them so."""
    import polars as pl

    parts = without_digraphs(pl.col("local")).str.extract_groups(r"^([a-z]+)[._-]([a-z]{2,})\d*$").struct
    given, family = keys["first"].unique().implode(), keys["last"].unique().implode()
    a, b = pl.col("a"), pl.col("b")
    turned = a.is_in(family) & b.is_in(given) & ~b.is_in(family)
    return unnamed.select("row", a=parts[0], b=parts[1]).drop_nulls().select(
        "row", first=pl.when(turned).then(b).otherwise(a), last=pl.when(turned).then(a).otherwise(b)
    )  # fmt: skip


def _initialled(unnamed: pl.DataFrame, families: pl.Series) -> pl.DataFrame:
    """An initial and a family name that the list knows."""
    import polars as pl

    parts = without_digraphs(pl.col("local")).str.extract_groups(r"^([a-z])([a-z]{4,})\d*$").struct
    found = unnamed.select("row", first=parts[0], last=parts[1])
    return found.filter(pl.col("last").is_in(families.unique().implode()))


def _of_the_list(unnamed: pl.DataFrame, people: pl.LazyFrame) -> pl.DataFrame:
    """The only one whose whole name it is, or the only one of the company whose name is written so in short."""
    import polars as pl

    first, last = pl.col("first"), pl.col("last")
    initial, family = first.str.slice(0, 1), last.str.slice(0, 1)
    whole = [(first + last, first, last), (last + first, first, last)]
    short = [(initial + last, initial, last), (last + initial, initial, last), (first + family, first, family)]
    short += [(first.str.slice(0, _PART) + last.str.slice(0, _PART), first, last)]
    asked = unnamed.lazy()
    colleagues = people.filter(pl.col("firm") != 0).join(asked, on="firm", how="semi").unique()
    long = pl.col("letters").str.len_bytes() >= _LONG
    found = [
        people.select("first", "last", letters=letters).filter(long).join(asked, on="letters") for letters, *_ in whole
    ]
    found += [
        colleagues.select("firm", letters=letters, first=one, last=other).join(asked, on=["firm", "letters"])
        for letters, one, other in (*whole, *short)
    ]
    both = pl.concat([one.select("row", "first", "last") for one in found]).unique()
    return both.filter(pl.len().over("row") == 1).collect()
