"""Names of one person in other words: Лаврентьев is Lawrentjew, and Willy de Graaf is Wilhelmina Oosterhuis-de Graaf.

Only to ask a person: two spellings may also be two names, such as Fischer and Visser, and two people may share two
names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Final

from pb2b_notebook.cleanup.linkage.names.name_words import (
    KEYS,
    LEAST_LETTERS,
    PARTS,
    TWO,
    Names,
    Word,
    names_of,
    whole_names,
    words_of,
)
from pb2b_notebook.cleanup.values.given_names import frequent_given_names
from pb2b_notebook.lazy_libraries import pl

_LAST_DIGITS: Final = 8
"""Digits of a phone that are the same with and without the codes of a country and an area."""

MOST_NAMES: Final = 200
"""Names with one family name at one company or phone; of more, each two would be compared."""


def read_as(contents: pl.DataFrame, words: pl.DataFrame, words_of_people: pl.DataFrame) -> pl.DataFrame:
    """Return the rows whose name may be that of one of some people in other words, with that name.

    Each word of the shorter name is one of the longer name: a family name as it is or in another spelling, a given name
    in any of its forms, or its initial. A part of a name has at least two words. The rule is ours: consonants that are
    written for the same sound in the romanizations of Slavic, Greek and Arabic names are one, and so are e, i, y and j,
    and a, o and u.

    Args:
        contents: Rows with ``full_name``, or ``first_name`` and ``last_name``, as text.
        words: Words of their names: :func:`words_of`.
        words_of_people: Words of the names of the people.

    >>> people = pl.DataFrame({"full_name": ["Дмитрий Лаврентьев", "Inma Bermúdez de Castro Ruiz", "Ada Miller"]})
    >>> rows = pl.DataFrame({"full_name": ["Dmitri Lawrentjew", "Inmaculada Bermúdez", "Ada Müller", "Ada Lawrentjew"]})
    >>> read_as(rows, words_of(rows), words_of(people))["full_name"].to_list()
    ['Дмитрий Лаврентьев', 'Inma Bermúdez de Castro Ruiz']
    """
    ours = names_of(_with_related_family_names(words, words_of_people))
    if not ours:
        return contents.clear()
    theirs = names_of(words_of_people)
    found = {*_shorter_in(ours, theirs), *((name, other) for other, name in _shorter_in(theirs, ours))}
    pairs = [(name, other) for name, other in sorted(found) if _may_be_one(name, ours[name], other, theirs[other])]
    read = pl.DataFrame(pairs, schema={"name": pl.String, "theirs": pl.String}, orient="row")
    rows = contents.with_columns(name=whole_names(contents)).join(read, on="name", maintain_order="left_right")
    return with_names(rows, contents.columns)


def shares_family_name(contents: pl.DataFrame, words: pl.DataFrame, words_of_people: pl.DataFrame) -> pl.Series:
    """Return for each row whether a word of its name that may be a family name is in the name of one of some people.

    Args:
        contents: Rows with ``full_name``, or ``first_name`` and ``last_name``, as text.
        words: Words of their names: :func:`words_of`.
        words_of_people: Words of the names of the people.

    >>> rows = pl.DataFrame({"full_name": ["Ada Berg", "Ada Kurz", None]})
    >>> shares_family_name(rows, words_of(rows), words_of(pl.DataFrame({"last_name": ["BERG"]}))).to_list()
    [True, False, False]
    """
    theirs = words_of_people["letters"].unique()
    names = words.filter(pl.col("is_family") & pl.col("letters").is_in(theirs.implode()))["name"].unique()
    name = contents.select(whole_names(contents)).to_series()
    return name.is_in(names.implode()).fill_null(value=False)


def read_by_phone(contents: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that have the phone of one of some people, and perhaps a short form of that name, with that name.

    See :func:`may_be_short_forms`. The last digits of the phones are compared: whoever asks compares the rest.

    Args:
        contents: Rows with ``phone``, and ``full_name``, or ``first_name`` and ``last_name``, as text.
        people: People, with such columns.

    >>> people = pl.DataFrame({"full_name": ["Carlos Eduardo Lima"], "phone": ["+55 21 97777-8888"]})
    >>> rows = pl.DataFrame({"full_name": ["Cadu Lima", "Eva Lima"], "phone": ["(21) 97777 8888"] * 2})
    >>> read_by_phone(rows, people)["full_name"].to_list()
    ['Carlos Eduardo Lima']
    """
    if "phone" not in contents.columns or "phone" not in people.columns:
        return contents.clear()
    end = pl.col("phone").str.replace_all(r"[^0-9]", "").str.slice(-_LAST_DIGITS)
    ours, theirs = (
        table.select(name=whole_names(table), end=end).filter(pl.col("end").str.len_chars() == _LAST_DIGITS).unique()
        for table in (contents, people)
    )
    both = ours.join(theirs, on="end", how="semi"), theirs.join(ours, on="end", how="semi")
    if both[0].is_empty():
        return contents.clear()
    bucket = ["end", "sign"]
    named, known = (
        table.join(family_signs(table.select(full_name="name")), on="name").filter(
            pl.col("name").n_unique().over(bucket) <= MOST_NAMES
        )
        for table in both
    )
    pairs = named.join(known, on=bucket).select("end", "name", theirs="name_right").unique(maintain_order=True)
    pairs = pairs.filter(may_be_short_forms(pairs))
    rows = contents.with_columns(name=whole_names(contents), end=end)
    return with_names(rows.join(pairs, on=["name", "end"], maintain_order="left_right"), contents.columns)


def may_be_short_forms(pairs: pl.DataFrame) -> pl.Series:
    """Return for each pair of names, ``name`` and ``theirs``, whether one may be the other with a short form.

    The first word of one is not a frequent given name, and its other words, with a family name, are in the other one.

    >>> pairs = pl.DataFrame({"name": ["Cadu Roca", "Eva Roca"], "theirs": ["Carlos Roca Díaz", "Max Roca"]})
    >>> may_be_short_forms(pairs).to_list()
    [True, False]
    """
    words = _words_of_pairs(pairs)
    both = [(words.get(name), words.get(other)) for name, other in pairs.select("name", "theirs").iter_rows()]
    found = [bool(one and two and (_is_short(one, two) or _is_short(two, one))) for one, two in both]
    return pl.Series(found, dtype=pl.Boolean)


def with_names(rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Return the columns of rows with ``theirs`` as their names."""
    whole = {"full_name": pl.col("theirs"), **dict.fromkeys(PARTS, pl.lit(None, pl.String))}
    if "full_name" not in columns:
        parts = pl.col("theirs").str.splitn(" ", 2)
        whole = dict(zip(PARTS, (parts.struct.field("field_0"), parts.struct.field("field_1")), strict=True))
    return rows.with_columns(**{name: text for name, text in whole.items() if name in columns}).select(columns)


def _is_short(words: list[Word], others: list[Word]) -> bool:
    """Whether the first word of a name is not a frequent one, and its other words are those of another name."""
    first, *rest = words
    if first.letters in frequent_given_names() or first.is_initial or any(first.may_be(each) for each in others[1:]):
        return False
    same = [next((each for each in others[1:] if word.may_be(each)), None) for word in rest]
    return None not in same and any(not word.is_initial for word in rest)


def _words_of_pairs(pairs: pl.DataFrame) -> Names:
    return names_of(words_of(pl.concat([pairs.select(full_name="name"), pairs.select(full_name="theirs")])))


def family_signs(people: pl.DataFrame) -> pl.DataFrame:
    """Return what distinct names have that other names of the same person have, too: ``name`` and ``sign``.

    These are the words of the name that may be family names, and how they sound in any of several languages.

    Args:
        people: People with ``full_name``, or ``first_name`` and ``last_name``, as text.

    >>> family_signs(pl.DataFrame({"full_name": ["Anna Tolstoi-Berg"]}))["sign"].to_list()
    ['tolstoi', 'berg', '~talstae', '≈tolstoi', '≈berg']
    """
    words = words_of(people).filter(pl.col("is_family") & (pl.col("letters").str.len_chars() > 1))
    is_long = pl.col("letters").str.len_chars() >= LEAST_LETTERS
    long = words.filter(is_long & (pl.col("consonants") != "") & (pl.col("soft") != ""))
    sounds = [long.select("name", sign=pl.format("~{}", key)) for key in KEYS]
    sounds.append(words.filter(pl.col("plain") != "").select("name", sign=pl.format("≈{}", "plain")))
    joined = words.select("name", sign="joined").explode("sign").drop_nulls()
    return pl.concat([words.select("name", sign="letters"), joined, *sounds]).unique(maintain_order=True)


def are_in_other_words(pairs: pl.DataFrame) -> pl.Series:
    """Return for each pair of names, ``name`` and ``theirs``, whether one may be the other in other words.

    See :func:`read_as` for the rule.

    >>> pairs = pl.DataFrame({"name": ["Inma Roca", "Inma Roca"], "theirs": ["Inmaculada Roca Díaz", "Eva Roca Díaz"]})
    >>> are_in_other_words(pairs).to_list()
    [True, False]
    """
    words = _words_of_pairs(pairs)
    both = [(words.get(name), words.get(other)) for name, other in pairs.select("name", "theirs").iter_rows()]
    named = zip(pairs["name"], pairs["theirs"], both, strict=True)
    return pl.Series(
        [bool(one and two and _may_be_one(name, one, other, two)) for name, other, (one, two) in named],
        dtype=pl.Boolean,
    )


def _may_be_one(name: str, words: list[Word], other: str, others: list[Word]) -> bool:
    """Whether two names may be of one person in words that a comparison would not take for one name."""
    short, long = sorted((words, others), key=len)
    left, pairs = [*long], list[tuple[Word, Word]]()
    for word in short:
        found = next((each for each in left if each.letters == word.letters), None)
        found = found or next((each for each in left if word.may_be(each)), None)
        if found is None:
            return False
        left.remove(found)
        pairs.append((word, found))
    whole = [(one, two) for one, two in pairs if not (one.is_initial or two.is_initial)]
    if not any(one.is_family or two.is_family for one, two in whole):
        return False
    respelled = any(one.letters != two.letters and one.sounds_like(two) for one, two in whole)
    joined = ("-" in name) != ("-" in other)
    initials = len(whole) < len(pairs)
    if left and initials and all(word.is_given for word in left):
        return True  # J. Robert Smith may be James
    return ((left or initials) and len(whole) >= TWO) or (not left and (respelled or joined))


def _shorter_in(names: Names, others: Names) -> Iterator[tuple[str, str]]:
    """Yield names, each with those of the others that are as long or longer and have two of its words.

    Of the words of a name that two others have, the two that the fewest have are looked up: all of them must be there.
    """
    by_signs = defaultdict[tuple[str, str], set[str]](set)
    for other, words in others.items():
        for signs in _signs_of(words, known=True):
            by_signs[signs].add(other)
    for name, words in names.items():
        signs_of_pairs = (_signs_of(pair, known=False) for pair in combinations(words, TWO))
        found = (set[str]().union(*(by_signs[each] for each in signs if each in by_signs)) for signs in signs_of_pairs)
        yield from (
            (name, other) for other in min(filter(None, found), key=len, default=()) if len(others[other]) >= len(words)
        )


def _signs_of(words: Iterable[Word], *, known: bool) -> set[tuple[str, str]]:
    """Return what each two words of a name, of which one is not a given name, have in common with words like these."""
    return {
        (family, sign)
        for one in words
        for family in one.family_signs()
        for two in words
        if two is not one
        for sign in two.signs(known=known)
    }


def _with_related_family_names(words: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Return the words of names that share a family name with others, and are more than two words or spelled otherwise.

    Few names of a list are such ones, and only they are looked at one by one.
    """
    long = (pl.col("letters").str.len_chars() >= LEAST_LETTERS) & (pl.col("soft") != "")
    ours, theirs = words.filter("is_family"), others.filter("is_family")
    more = pl.concat([theirs.filter("is_more")["letters"], theirs["joined"].explode().drop_nulls()]).unique()
    shared = pl.col("letters").is_in(more.implode())
    shared |= pl.col("joined").list.eval(pl.element().is_in(theirs["letters"].unique().implode())).list.any()
    shared |= pl.col("is_more") & pl.col("letters").is_in(theirs["letters"].unique().implode())
    found = [ours.filter(shared).select("name")]
    keys = pl.concat([theirs.filter(long).select("consonants", key=key) for key in KEYS]).unique()
    for key in KEYS:
        spelled = ours.filter(long).join(keys, left_on=key, right_on="key", suffix="_theirs")
        found.append(spelled.filter(pl.col("consonants") != pl.col("consonants_theirs")).select("name"))
    plain = ours.filter(pl.col("plain") != "").join(theirs.select("plain", other="letters").unique(), on="plain")
    found.append(plain.filter(pl.col("letters") != pl.col("other")).select("name"))
    return words.join(pl.concat(found).unique(), on="name", how="semi", maintain_order="left")
