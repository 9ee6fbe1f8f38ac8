"""Phones of rows that other people have, too: complete, or without the country code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.values.phones import is_mobile, read_phone

if TYPE_CHECKING:
    import polars as pl

_LAST_DIGITS: Final = 8
_TRUNKS: Final = ("0", "8", "06")
"""What some countries dial before a national number."""
_WITHOUT_SIGN_OF_MOBILE: Final = {
    r"^549(\d{10})$": "54${1}",
    r"^55(\d\d)9(\d{8})$": "55${1}${2}",
}
"""Mobile numbers of Argentina and Brazil, as regular expressions → without the digit that many lists lack."""
_SHORTEST_WORD: Final = 3
MOST_OWNERS: Final = 3
"""Names of people that one mobile phone may have; that of more is a switchboard."""


def same_numbers(rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of rows and people whose phones are one number.

    Args:
        rows: ``row``, ``phone``, and further columns, which are kept.
        people: ``other``, ``phone``, and further columns, which are kept.

    Returns:
        These columns but the phones, ``number`` (that of the person) and ``is_whole``: whether the row has the country
        code. The digits of a number without it end the complete one.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"row": [0, 1, 2], "phone": ["0171/3200001", "+49 171 3200001", "+43 171 3200001"]})
    >>> same_numbers(rows, pl.DataFrame({"other": ["a"], "phone": ["+491713200001"]})).rows()
    [(0, False, 'a', '+491713200001'), (1, True, 'a', '+491713200001')]
    """
    return _pairs(_digits(rows), _digits(people))


def shared_mobiles(people: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of people with one mobile and two names, ``place`` and ``other``, an earlier place.

    Of earlier people of one name, only the first one. The number of more than a few names is a switchboard.

    Args:
        people: ``place``, ``phone``, ``name`` without case and marks, and ``country``.

    >>> import polars as pl
    >>> rows = [(0, "+491713200001", "ada berg", "DE"), (1, "0171 3200001", "eva kurz", "DE")]
    >>> people = pl.DataFrame(rows, schema=["place", "phone", "name", "country"], orient="row")
    >>> shared_mobiles(people).rows()
    [(1, 0)]
    """
    import polars as pl

    named = _digits(people).filter(pl.col("name") != "")
    named = named.filter(pl.col("name").n_unique().over("end").is_between(2, MOST_OWNERS))
    first = named.unique(["digits", "name"], keep="first", maintain_order=True).rename(
        {"place": "other", "name": "theirs"}
    )
    pairs = _pairs(named, first.drop("country")).filter(pl.col("name") != pl.col("theirs"))
    pairs = with_kinds(pairs).filter(pl.col("mobile").fill_null(value=False))
    one, other = pl.col("place"), pl.col("other")
    return (
        pairs.select(place=pl.max_horizontal(one, other), other=pl.min_horizontal(one, other)).unique().sort(pl.all())
    )


def _pairs(ours: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of two results of :func:`_digits` that are one number."""
    import polars as pl

    ours = ours.with_columns(is_whole=pl.col("number").str.starts_with("+")).drop("number")
    theirs = theirs.rename({"digits": "full", "short": "also"})
    pairs = ours.join(theirs, on="end", maintain_order="left_right")
    national = [pl.col("digits").str.strip_prefix(trunk) for trunk in ("", *_TRUNKS)]
    ends_alike = pl.any_horizontal(*(pl.col(one).str.ends_with(each) for one in ("full", "also") for each in national))
    same = pl.when("is_whole").then(pl.col("short") == pl.col("also")).otherwise(ends_alike)
    return pairs.filter(same).drop("digits", "short", "full", "also", "end")


def _digits(table: pl.DataFrame) -> pl.DataFrame:
    """Return a table with its numbers, their ``digits``, also without a sign of a mobile, and their end."""
    import polars as pl

    number = pl.col("phone").str.replace("(?i)x.*$", "").str.replace_all(r"\(0\)|[^0-9+]", "")
    table = table.drop_nulls("phone").with_columns(number=number).drop("phone")
    table = table.with_columns(digits=pl.col("number").str.replace_all("[^0-9]", ""))
    short = pl.col("digits")
    for written, replacement in _WITHOUT_SIGN_OF_MOBILE.items():
        short = short.str.replace(written, replacement)
    table = table.with_columns(short=short, end=pl.col("digits").str.slice(-_LAST_DIGITS))
    return table.filter(pl.col("end").str.len_bytes() == _LAST_DIGITS)


def with_kinds(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return pairs with ``mobile``: whether the number is one; null if its country does not show it.

    Args:
        pairs: Result of :func:`same_numbers`; also with ``country``, that of a number without a country code.
    """
    import polars as pl

    columns = ["number", *(name for name in ("country",) if name in pairs.columns)]
    distinct = pairs.select(columns).unique()
    mobile = [_is_mobile(*values) for values in distinct.iter_rows()]
    kinds = distinct.with_columns(mobile=pl.Series(mobile, dtype=pl.Boolean))
    return pairs.join(kinds, on=columns, how="left", nulls_equal=True, maintain_order="left")


def _is_mobile(number: str, country: str | None = None) -> bool | None:
    read = read_phone(number, country) if country and not number.startswith("+") else None
    return is_mobile(number if read is None else read.e164)


def of_one_person(pairs: pl.DataFrame, *, is_whole_list: bool = False) -> pl.DataFrame:
    """Return the pairs whose person may be that of the row, by the phone alone or with a part of the name.

    A mobile is of one person. Colleagues and couples share other numbers: there a part of the name must be the same,
    and the number is not complete, or of a country that does not show whether it is a mobile. Such a number of one
    person and one row says enough, as does one of "Mum".

    Args:
        pairs: Result of :func:`with_kinds`, with the names without case and marks, ``name`` and ``theirs``.
        is_whole_list: Whether they are those of all rows, so that a number of one row is known.
    """
    import polars as pl

    ours, words = (pl.col(name).fill_null("").str.split(" ").list.eval(_long_words()) for name in ("name", "theirs"))
    part = (ours.list.set_intersection(words).list.len() > 0) | (words.list.len() == 0)
    no_name = ours.list.len() == 0
    is_nickname = pl.col("mobile").is_null() & ~pl.col("name").fill_null("").str.contains(" ", literal=True)
    if is_whole_list:
        names = (pl.col(name).n_unique().over("number") for name in ("name", "theirs"))
        is_nickname |= pl.col("mobile").is_null() & pl.all_horizontal(*(count == 1 for count in names))
    landline = pl.col("is_whole") & pl.col("mobile").eq(other=False).fill_null(value=False)
    return pairs.filter(pl.col("mobile").fill_null(value=False) | (~landline & (part | no_name | is_nickname)))


def _long_words() -> pl.Expr:
    """Return the words of a name that say who it is."""
    import polars as pl

    return pl.element().filter(pl.element().str.len_chars() >= _SHORTEST_WORD)
