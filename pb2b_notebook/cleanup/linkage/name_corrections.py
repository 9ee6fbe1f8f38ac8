"""What a name should read, where the row's own address or profile spells it another way that the list knows.

``Diana Glnewooder`` who writes from ``diana.glenwooder@…`` is Diana Glenwooder, if more people are called so; and
``V. Berg`` with the profile ``vera-berg-4f`` is Vera Berg. Where both names differ, they stay: it may be an assistant's
address. So does a name that is one: Paula who writes from ``paul.berg@…`` may be Paul's wife.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.linkage.preparing import nicknames, without_digraphs

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

_LONG: Final = 4
"""Letters from which on a name with one other letter is the same name."""
_COMMONER: Final = 5
"""Times that a name is in the list as often as another, which then is a slip of it."""
_FULL: Final = 3
"""Letters of a given name that an initial may stand for."""
_WHOLE: Final = (1, 3)
"""How an address spells a name that is then beyond doubt: whole, in either order."""


def spellings(keys: pl.DataFrame) -> pl.DataFrame:
    """The names that rows mean, where that is not what they say.

    Args:
        keys: ``first``, ``last``, the ``local`` part of the address, its ``letters``, whether it is a ``role``, how
            it spells the name (``pattern``, 0 for not at all), and the ``profile``.

    Returns:
        ``row`` (position), ``first`` and ``last``, of rows that have a family name and mean another one.
    """
    import polars as pl

    first, last, slug = pl.col("first"), pl.col("last"), pl.col("slug")
    initial, nothing = first.str.len_bytes() < 2, pl.lit("")  # noqa: PLR2004 - letters
    named = last.str.contains("^[a-z]{2,}$") & first.str.contains("^[a-z]*$")
    asked = keys.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"), "first", "last", "letters", "local", "profile", "pattern",
        read=~pl.col("role") & ((pl.col("pattern") == 0) | initial),
    ).filter(
        named, initial | ~pl.col("pattern").is_in(_WHOLE), pl.col("read") | (pl.col("profile") != "")
    ).with_columns(
        pl.when("read").then(pl.col("letters", "local")).otherwise(nothing),
        profile=pl.col("profile").str.replace(r"-?[0-9a-f]*[0-9][0-9a-z]*$", ""),
    ).with_columns(slug=without_digraphs(pl.col("profile").str.replace_all("-", "", literal=True)))  # fmt: skip
    texts = asked.lazy().with_columns(
        slug=pl.when((slug == first + last) | (slug == last + first)).then(nothing).otherwise(slug)
    )
    readings = [*_apart(texts, "local"), *_apart(texts, "profile"), *_whole(texts, "letters"), *_whole(texts, "slug")]
    return _believed(pl.concat(readings).collect(), keys)


def _apart(asked: pl.LazyFrame, source: str) -> Iterator[pl.LazyFrame]:
    """Two names with a sign between, in either order."""
    import polars as pl

    parts = without_digraphs(pl.col(source)).str.extract_groups(r"^([a-z]{2,})[._-]([a-z.-]{2,}?)\d*$").struct
    two = asked.select("row", "first", "last", a=parts[0], b=parts[1].str.replace_all("[.-]", "")).drop_nulls()
    yield two
    yield two.select("row", "first", "last", a="b", b="a")


def _whole(asked: pl.LazyFrame, source: str) -> Iterator[pl.LazyFrame]:
    """Two names without a sign, of which one, or the initial of the given name, is as the row says."""
    import polars as pl

    text, first, last = pl.col(source), pl.col("first"), pl.col("last")
    for known, least, given in ((first, 2, True), (last, 2, False), (first.str.head(1), 1, True)):
        size = known.str.len_bytes().cast(pl.Int64)
        for there, rest in (
            (text.str.starts_with(known), text.str.slice(size)),
            (text.str.ends_with(known), text.str.head(text.str.len_bytes().cast(pl.Int64) - size)),
        ):
            kept = asked.filter(there, size >= least, rest.str.len_bytes() > 1)
            yield kept.select("row", "first", "last", a=first if given else rest, b=rest if given else last)


def _believed(readings: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """Of each row, the commonest reading that differs in one name: by a letter, or by more than the initial."""
    import numpy as np
    import polars as pl
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import cpdist

    family = pl.col("a") == pl.col("first")
    other = readings.filter(family != (pl.col("b") == pl.col("last"))).select(
        "row", "a", "b", family=family,
        typed=pl.when(family).then("last").otherwise("first"), meant=pl.when(family).then("b").otherwise("a"),
    )  # fmt: skip
    counted = pl.concat(
        keys.group_by(meant=name).agg(n=pl.len()).with_columns(family=pl.lit(name == "last"))
        for name in ("first", "last")
    )
    for name in ("typed", "meant"):
        told = counted.rename({"meant": name, "n": f"n_{name}"})
        other = other.join(told, on=[name, "family"], how="left", maintain_order="left")
    typed, meant = pl.col("typed"), pl.col("meant")
    sizes = [one.str.len_bytes().cast(pl.Int64) for one in (typed, meant)]
    spelled_out = (sizes[0] <= 1) & meant.str.starts_with(typed) & (sizes[1] >= _FULL)
    alike = (sizes[0] >= _LONG) & (sizes[1] >= _LONG) & ((sizes[0] - sizes[1]).abs() <= 1)
    slip = alike & ~typed.is_in(list(nicknames())) & (pl.col("n_meant") >= _COMMONER * pl.col("n_typed"))
    likely = other.filter(pl.col("n_meant") > 0, spelled_out | slip)
    far = cpdist(likely["typed"].to_list(), likely["meant"].to_list(), scorer=OSA.distance, score_cutoff=1)
    found = likely.filter(spelled_out | pl.Series(np.asarray(far) <= 1, dtype=pl.Boolean))
    by = ["row", "n_meant", "a", "b"]
    chosen = found.sort(by, descending=[False, True, False, False]).unique("row", keep="first", maintain_order=True)
    return chosen.select("row", first="a", last="b")
