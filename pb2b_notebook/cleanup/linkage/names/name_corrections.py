"""Correct names that the row's own address or LinkedIn profile spells in another way that is common in the list.

``Diana Glnewooder`` who writes from ``diana.glenwooder@…`` is Diana Glenwooder, if the list has more people of that
name; ``V. Berg`` with the profile ``vera-berg-4f`` is Vera Berg. Nothing is corrected where both names differ, since it
may be an assistant's address, or where the given name is a known one: Paula may write from ``paul.berg@…``.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.linkage.names.folding import without_digraphs
from pb2b_notebook.cleanup.values.given_names import nicknames

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

_LONG: Final = 4
"""Least number of letters of two names that may be one name with a typo if they differ in one letter."""
_COMMONER: Final = 5
"""How many times as often the corrected name must occur in the list."""
_FULL: Final = 3
"""Least letters of a given name that an initial may stand for."""
_WHOLE: Final = (1, 3)
"""Address patterns that confirm a name: both names in full, in either order."""


def name_corrections(features: pl.DataFrame, counts: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the corrected names of rows whose name is misspelled or abbreviated.

    Args:
        features: ``first``, ``last``, the ``local`` part of the address, its ``letters``, whether it is a ``role``, how
            it spells the name (``pattern``, 0 for not at all), and the ``profile``; and the number ``i`` of each row.
        counts: For ``first`` and ``last``: each name with its number of rows in the list, ``n``.

    Returns:
        ``row`` (its ``i``), ``first``, ``last`` and ``letters`` of the rows that are corrected. All of them have a
        family name.
    """
    import polars as pl

    first, last, slug = pl.col("first"), pl.col("last"), pl.col("slug")
    initial, nothing = first.str.len_bytes() < 2, pl.lit("")  # noqa: PLR2004 - letters
    named = last.str.contains("^[a-z]{2,}$") & first.str.contains("^[a-z]*$")
    candidates = features.select(
        pl.col("i").alias("row"), "first", "last", "letters", "local", "profile", "pattern",
        read=~pl.col("role") & ((pl.col("pattern") == 0) | initial),
    ).filter(
        named, initial | ~pl.col("pattern").is_in(_WHOLE), pl.col("read") | (pl.col("profile") != "")
    ).with_columns(
        pl.when("read").then(pl.col("letters", "local")).otherwise(nothing),
        profile=pl.col("profile").str.replace(r"-?[0-9a-f]*[0-9][0-9a-z]*$", ""),
    ).with_columns(slug=without_digraphs(pl.col("profile").str.replace_all("-", "", literal=True)))  # fmt: skip
    if candidates.is_empty():
        return candidates.select("row", "first", "last", "letters")
    texts = candidates.lazy().with_columns(
        slug=pl.when((slug == first + last) | (slug == last + first)).then(nothing).otherwise(slug)
    )
    readings = [*_separated_names(texts, "local"), *_joined_names(texts, "letters")]
    if (candidates["profile"] != "").any():
        readings += [*_separated_names(texts, "profile"), *_joined_names(texts, "slug")]
    found = _most_likely(pl.concat(readings).collect(), counts)
    return found.join(features.select("letters", row="i"), on="row", maintain_order="left")


def _separated_names(candidates: pl.LazyFrame, source: str) -> Iterator[pl.LazyFrame]:
    """Yield two names with a separator between them, in either order."""
    import polars as pl

    parts = without_digraphs(pl.col(source)).str.extract_groups(r"^([a-z]{2,})[._-]([a-z.-]{2,}?)\d*$").struct
    two = candidates.select("row", "first", "last", a=parts[0], b=parts[1].str.replace_all("[.-]", "")).drop_nulls()
    yield two
    yield two.select("row", "first", "last", a="b", b="a")


def _joined_names(candidates: pl.LazyFrame, source: str) -> Iterator[pl.LazyFrame]:
    """Yield two names without a separator, where one name or the initial of the given name is the row's own."""
    for is_joined, (a, b) in _ways_to_join(source):
        yield candidates.filter(*is_joined).select("row", "first", "last", a=a, b=b)


@cache
def _ways_to_join(source: str) -> tuple[tuple[tuple[pl.Expr, ...], tuple[pl.Expr, pl.Expr]], ...]:
    """Return how two names may be joined: the conditions, and the given and the family name."""
    import polars as pl

    found = []
    text, first, last = pl.col(source), pl.col("first"), pl.col("last")
    for known, least, given in ((first, 2, True), (last, 2, False), (first.str.head(1), 1, True)):
        size = known.str.len_bytes().cast(pl.Int64)
        for has_known, rest in (
            (text.str.starts_with(known), text.str.slice(size)),
            (text.str.ends_with(known), text.str.head(text.str.len_bytes().cast(pl.Int64) - size)),
        ):
            names = (first, rest) if given else (rest, last)
            found.append(((has_known, size >= least, rest.str.len_bytes() > 1), names))
    return tuple(found)


@cache
def _known_names() -> pl.Expr:
    import polars as pl

    return pl.lit(pl.Series(list(nicknames()))).implode()


def _most_likely(readings: pl.DataFrame, counts: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return each row's most common reading in which one name differs by a letter, or is an initial written out."""
    import numpy as np
    import polars as pl
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import cpdist

    family = pl.col("a") == pl.col("first")
    other = readings.filter(family != (pl.col("b") == pl.col("last"))).select(
        "row", "a", "b", family=family,
        typed=pl.when(family).then("last").otherwise("first"), corrected=pl.when(family).then("b").otherwise("a"),
    )  # fmt: skip
    counted = pl.concat(
        known.select(pl.col(name).alias("name"), "n", family=pl.lit(name == "last")) for name, known in counts.items()
    )
    for name in ("typed", "corrected"):
        renamed = counted.rename({"name": name, "n": f"n_{name}"})
        other = other.join(renamed, on=[name, "family"], how="left", maintain_order="left")
    typed, corrected = pl.col("typed"), pl.col("corrected")
    sizes = [name.str.len_bytes().cast(pl.Int64) for name in (typed, corrected)]
    spelled_out = (sizes[0] <= 1) & corrected.str.starts_with(typed) & (sizes[1] >= _FULL)
    alike = (sizes[0] >= _LONG) & (sizes[1] >= _LONG) & ((sizes[0] - sizes[1]).abs() <= 1)
    typo = alike & ~typed.is_in(_known_names()) & (pl.col("n_corrected") >= _COMMONER * pl.col("n_typed"))
    likely = other.filter(pl.col("n_corrected") > 0, spelled_out | typo)
    far = cpdist(likely["typed"].to_list(), likely["corrected"].to_list(), scorer=OSA.distance, score_cutoff=1)
    found = likely.filter(spelled_out | pl.Series(np.asarray(far) <= 1, dtype=pl.Boolean))
    by = ["row", "n_corrected", "a", "b"]
    chosen = found.sort(by, descending=[False, True, False, False]).unique("row", keep="first", maintain_order=True)
    return chosen.select("row", first="a", last="b")
