"""Family names in the spellings of several languages: Лаврентьев is Lavrentiev, Lawrentjew and Lavrentieff.

Only to ask about people who opted out: two spellings may also be two names, such as Fischer and Visser.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from pb2b_notebook.cleanup.linkage.names.folding import fold, map_distinct
from pb2b_notebook.cleanup.linkage.names.romanization import romanize
from pb2b_notebook.cleanup.values.given_names import given_names
from pb2b_notebook.lazy_libraries import pl

_NAMES: Final = ("full_name", "last_name")
_WORD: Final = r"[\p{L}\p{M}'’-]+"
_LAST_TWO_OF_THREE: Final = rf" ({_WORD} {_WORD})$"
_SIBILANTS: Final = "(?:^h|s?tch|[kpst]?s+c?h|[cks]?ch|[ckz]h|[cst]z|s[cj]|t?s[jz]?|[cxz])+"
"""The letters in which languages write ж, з, с, х, ц, ч, ш and щ: what is j in French is not among them."""
_LEAST_LETTERS: Final = 5


def respell_as(contents: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with a family name that one of some people has in another spelling, in that spelling.

    The rule is ours: consonants that are written for the same sound in the romanizations of Slavic, Greek and Arabic
    names are one, and so are e, i, y and j, and a, o and u. A double name may have a hyphen or not.

    Args:
        contents: Rows with ``full_name`` or ``last_name``, as text.
        people: People, with such columns.

    >>> people = pl.DataFrame({"full_name": ["Дмитрий Лаврентьев", "Ada Miller"]})
    >>> rows = pl.DataFrame({"full_name": ["Dmitri Lawrentjew", "Ada Müller", "Rita Lavrentieva"]})
    >>> respell_as(rows, people)["full_name"].to_list()
    ['Dmitri lavrentev']
    """
    theirs = _words_of(people).select("spelling", "key").unique(maintain_order=True)
    read = [_in_their_spelling(contents, name, theirs) for name in _NAMES if name in contents.columns]
    return pl.concat([contents.clear(), *read])


def shares_family_name(contents: pl.DataFrame, people: pl.DataFrame) -> pl.Series:
    """Return for each row whether a word of its name that is not a given name is in the name of one of some people.

    Args:
        contents: Rows with ``full_name`` or ``last_name``, as text.
        people: People, with such columns.

    >>> rows = pl.DataFrame({"full_name": ["Ada Berg", "Ada Kurz", None]})
    >>> shares_family_name(rows, pl.DataFrame({"last_name": ["BERG"]})).to_list()
    [True, False, False]
    """
    theirs = _words_of(people)["spelling"]
    shares = pl.repeat(False, contents.height, dtype=pl.Boolean, eager=True)
    for name in _NAMES:
        if name in contents.columns:
            texts = _words(contents[name]).filter(pl.col("spelling").is_in(theirs.implode()))["text"]
            shares |= contents[name].is_in(texts.implode()).fill_null(value=False)
    return shares


def _in_their_spelling(contents: pl.DataFrame, name: str, theirs: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with a word of a column that is among words in another spelling, once for each such word."""
    found = (
        _words(contents[name])
        .filter(pl.col("key") != "")
        .join(theirs, on="key", suffix="_theirs", maintain_order="left_right")
    )
    # Where only vowels differ, as in Müller and Miller, names are compared as they are.
    ours, other = (pl.col(each).str.replace_all("[aeiou]", "") for each in ("spelling", "spelling_theirs"))
    found = found.filter(ours != other).select("text", "word", "spelling_theirs")
    texts = [text.replace(word, spelling) for text, word, spelling in found.iter_rows()]
    read = pl.DataFrame({name: found["text"], "read": pl.Series(texts, dtype=pl.String)}).unique(maintain_order=True)
    spelled = contents.join(read, on=name, maintain_order="left_right")
    return spelled.with_columns(pl.col("read").alias(name)).select(contents.columns)


def _words_of(people: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([_words(people[name]) for name in _NAMES if name in people.columns] or [_words(pl.Series([""]))])


def _words(texts: pl.Series) -> pl.DataFrame:
    """Return the long words of distinct texts that are not given names, also of a double name.

    Columns: ``text``, ``word``, ``spelling`` (folded, with its hyphen) and ``key``.
    """
    text = pl.col("text")
    words = pl.concat_list(text.str.extract_all(_WORD), text.str.extract(_LAST_TWO_OF_THREE))
    table = texts.drop_nulls().unique(maintain_order=True).to_frame("text")
    table = table.select("text", word=words).explode("word").drop_nulls("word")
    table = table.with_columns(map_distinct(table["word"], *_stages()))
    return table.filter(~pl.col("spelling").is_in([*given_names()]))


@cache
def _stages() -> tuple[dict[str, pl.Expr], ...]:
    value = pl.col("value")
    sign = pl.when(value.str.contains("-", literal=True)).then(pl.lit("-")).otherwise(pl.lit(" "))
    spelling = fold(value).str.split(" ").list.join(sign)
    latin = pl.col("spelling").map_batches(romanize, return_dtype=pl.String)
    sounds = pl.col("latin").str.replace_all("ph|w|bh", "v").str.replace_all("ff?", "v").str.replace_all("ck|q", "k")
    sounds = sounds.str.replace_all(_SIBILANTS, "s").str.replace_all("h", "", literal=True)
    for letters, one in (("[eiyj]", "e"), ("[aou]", "a"), *((letter, letter) for letter in "bdgklmnprtv")):
        sounds = sounds.str.replace_all(f"{letters}+", one)
    sounds = sounds.str.replace_all("[ea]v(a?)$", "v$1")  # -ew, -jow and -off are one ending
    long = pl.when(pl.col("latin").str.len_chars() >= _LEAST_LETTERS).then(sounds).otherwise(pl.lit(""))
    return ({"spelling": spelling}, {"spelling": pl.col("spelling"), "latin": latin}, {
        "spelling": pl.col("spelling"), "key": long,
    })  # fmt: skip
