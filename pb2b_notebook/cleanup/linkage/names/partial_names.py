"""Names of which a list has only a part, or one part more: Inmaculada Bermúdez for Inmaculada Bermúdez de Castro Ruiz.

Only to ask about people who opted out: two people may share two names.
"""

from __future__ import annotations

from typing import Final

from pb2b_notebook.cleanup.linkage.names.folding import fold
from pb2b_notebook.cleanup.values.given_names import given_names
from pb2b_notebook.cleanup.values.name_case import is_particle
from pb2b_notebook.lazy_libraries import pl

_PARTS: Final = ("first_name", "last_name")
_SHORTEST: Final = 2
_MOST_WORDS: Final = 8
"""Words of a name; more are a note, and each two of them would be looked up."""


def complete_as(contents: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Return the rows whose name is a part of the name of one of some people, or the other way round, with that name.

    They share at least two words, of which one is not a given name.

    Args:
        contents: Rows with ``full_name``, or ``first_name`` and ``last_name``, as text.
        people: People, with such columns.

    >>> people = pl.DataFrame({"full_name": ["Inma Bermúdez de Castro Ruiz", "Ada Berg", "Ana Maria Kurz"]})
    >>> rows = pl.DataFrame({"full_name": ["Inma Bermúdez", "Ada Lena Berg", "Ada Berg", "Ana Kurz Roth", "Ana Maria"]})
    >>> complete_as(rows, people)["full_name"].to_list()
    ['Inma Bermúdez de Castro Ruiz', 'Ada Berg']
    """
    ours, theirs = _names(contents), _names(people)
    pairs = _pairs_of_words(ours).join(_pairs_of_words(theirs), on=("one", "other"), suffix="_theirs")
    words, others = pl.col("words"), pl.col("words_theirs")
    shared = words.list.set_intersection(others).list.len()
    is_part = pl.min_horizontal(words.list.len(), others.list.len()) == shared
    found = pairs.filter(is_part & (words.list.len() != others.list.len())).select("name", "name_theirs").unique()
    read = contents.with_columns(name=_whole_name(contents)).join(found.sort("name", "name_theirs"), on="name")
    whole = {"full_name": pl.col("name_theirs"), **dict.fromkeys(_PARTS, pl.lit(None, pl.String))}
    if "full_name" not in contents.columns:
        parts = pl.col("name_theirs").str.splitn(" ", 2)
        whole = dict(zip(_PARTS, (parts.struct.field("field_0"), parts.struct.field("field_1")), strict=True))
    return read.with_columns(**{name: text for name, text in whole.items() if name in contents}).select(
        contents.columns
    )


def _whole_name(table: pl.DataFrame) -> pl.Expr:
    parts = [pl.col(name) for name in _PARTS if name in table.columns]
    both = pl.concat_str(*parts, separator=" ", ignore_nulls=True) if parts else pl.lit(None, pl.String)
    return pl.coalesce("full_name", both) if "full_name" in table.columns else both


def _names(table: pl.DataFrame) -> pl.DataFrame:
    """Return the distinct names of a table with their ``words``, folded, without initials and particles."""
    names = table.select(name=_whole_name(table)).drop_nulls().unique(maintain_order=True)
    words = names.select("name", word=fold(pl.col("name")).str.split(" ")).explode("word").unique(maintain_order=True)
    particles = [word for word in words["word"].drop_nulls().unique() if is_particle(word)]
    whole = words.filter((pl.col("word").str.len_chars() >= _SHORTEST) & ~pl.col("word").is_in(particles))
    found = whole.group_by("name", maintain_order=True).agg(words="word")
    return found.filter(pl.col("words").list.len() <= _MOST_WORDS)


def _pairs_of_words(names: pl.DataFrame) -> pl.DataFrame:
    """Return each name once for each two of its words of which one is not a given name."""
    words = names.explode("words").rename({"words": "one"}).drop_nulls("one")
    given = pl.col("one").is_in([*given_names()]) & pl.col("other").is_in([*given_names()])
    both = words.join(words.rename({"one": "other"}), on="name").filter((pl.col("one") < pl.col("other")) & ~given)
    return both.join(names, on="name")
