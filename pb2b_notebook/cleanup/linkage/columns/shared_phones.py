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
_MOST_COMPARED: Final = 20
"""People of one number, and of one word of the name, with whom a row is compared."""


def same_numbers(rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Return the rows whose phones are the number of a person, once for each way in which people write it.

    Args:
        rows: ``phone``, and further columns, which are kept.
        people: Result of :func:`with_numbers`.

    Returns:
        The rows with ``number`` (that of the people), ``is_whole`` and ``mobile``: whether the row has the country
        code, and whether it is one; null if its country does not show it. The digits of a number without its country
        code end the complete one.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"row": [0, 1, 2], "phone": ["0171/3200001", "+49 171 3200001", "+43 171 3200001"]})
    >>> same_numbers(rows, with_numbers(pl.DataFrame({"phone": ["+491713200001"]}))).drop("phone").rows()
    [(0, False, '+491713200001', True), (1, True, '+491713200001', True)]
    """
    import polars as pl

    phones = with_numbers(rows.select(pl.col("phone").unique(maintain_order=True)))
    numbers = _pairs(phones, people.select("number", "digits", "short", "end").unique(maintain_order=True))
    return rows.join(_with_kinds(numbers), on="phone", maintain_order="left_right")


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

    named = with_numbers(people).drop("phone").filter(pl.col("name") != "")
    named = named.filter(pl.col("name").n_unique().over("end").is_between(2, MOST_OWNERS))
    first = named.unique(["digits", "name"], keep="first", maintain_order=True).rename(
        {"place": "other", "name": "theirs"}
    )
    pairs = _pairs(named, first.drop("country")).filter(pl.col("name") != pl.col("theirs"))
    pairs = _with_kinds(pairs).filter(pl.col("mobile").fill_null(value=False))
    one, other = pl.col("place"), pl.col("other")
    return (
        pairs.select(place=pl.max_horizontal(one, other), other=pl.min_horizontal(one, other)).unique().sort(pl.all())
    )


def _pairs(ours: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of two results of :func:`with_numbers` that are one number."""
    import polars as pl

    ours = ours.with_columns(is_whole=pl.col("number").str.starts_with("+")).drop("number")
    theirs = theirs.rename({"digits": "full", "short": "also"})
    pairs = ours.join(theirs, on="end", maintain_order="left_right")
    national = [pl.col("digits").str.strip_prefix(trunk) for trunk in ("", *_TRUNKS)]
    ends_alike = pl.any_horizontal(*(pl.col(one).str.ends_with(each) for one in ("full", "also") for each in national))
    same = pl.when("is_whole").then(pl.col("short") == pl.col("also")).otherwise(ends_alike)
    return pairs.filter(same).drop("digits", "short", "full", "also", "end")


def with_numbers(table: pl.DataFrame) -> pl.DataFrame:
    """Return a table with its numbers, their ``digits``, also without a sign of a mobile, and their end."""
    import polars as pl

    number = pl.col("phone").str.replace("(?i)x.*$", "").str.replace_all(r"\(0\)|[^0-9+]", "")
    table = table.drop_nulls("phone").with_columns(number=number)
    table = table.with_columns(digits=pl.col("number").str.replace_all("[^0-9]", ""))
    short = pl.col("digits")
    for written, replacement in _WITHOUT_SIGN_OF_MOBILE.items():
        short = short.str.replace(written, replacement)
    table = table.with_columns(short=short, end=pl.col("digits").str.slice(-_LAST_DIGITS))
    return table.filter(pl.col("end").str.len_bytes() == _LAST_DIGITS)


def _with_kinds(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return pairs with ``mobile``: whether the number is one; null if its country does not show it.

    Args:
        pairs: Result of :func:`_pairs`; also with ``country``, that of a number without a country code.
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


def of_one_person(rows: pl.DataFrame, people: pl.DataFrame, own: pl.Series | None = None) -> pl.DataFrame:
    """Return the pairs of a row and a person that may be one, by the phone alone or with a part of the name.

    A mobile is of one person. Colleagues and couples share other numbers: there a part of the name must be the same,
    and the number is not complete, or of a country that does not show whether it is a mobile. Such a number of one row,
    and of one person who asked not to be contacted, says enough, as does one of "Mum". Of many people at one number,
    the first ones are compared: each of them says enough, and a switchboard makes no pairs of all.

    Args:
        rows: Result of :func:`same_numbers`, with ``name``, without case and marks.
        people: Result of :func:`with_numbers`, with ``other`` and the name, ``theirs``.
        own: Numbers of one person each, if the rows are all rows, so that a number of one row is known.

    >>> import polars as pl
    >>> people = with_numbers(pl.DataFrame({"other": ["a"], "phone": ["+4930901820"], "theirs": ["ada berg"]}))
    >>> rows = pl.DataFrame({"phone": ["030 901820"] * 2, "name": ["ada kurz", "bo falk"]})
    >>> of_one_person(same_numbers(rows, people), people).select("name", "other").rows()
    [('ada kurz', 'a')]
    """
    import polars as pl

    ours, theirs = _long_words("name"), _long_words("theirs")
    anyone, nameless = (pl.lit([word], pl.List(pl.String)) for word in ("", "-"))
    unclear = pl.col("mobile").is_null()
    is_enough = pl.col("mobile") | (ours.list.len() == 0) | (unclear & ~pl.col("name").str.contains(" ", literal=True))
    if own is not None:
        is_enough |= unclear & (pl.col("name").n_unique().over("number") == 1) & pl.col("number").is_in(own.implode())
    landline = pl.col("is_whole") & pl.col("mobile").eq(other=False).fill_null(value=False)
    rows = rows.with_columns(
        word=pl.when(is_enough.fill_null(value=False)).then(anyone).otherwise(ours.list.concat(nameless))
    )
    rows = rows.filter(~landline).with_row_index("of row").explode("word")
    words = pl.when(theirs.list.len() == 0).then(nameless).otherwise(theirs).list.concat(anyone)
    owners = people.select("number", "other", "theirs", word=words).with_row_index("of person")
    owners = owners.explode("word").unique(["word", "of person"], maintain_order=True)
    owners = owners.filter(pl.int_range(pl.len()).over("number", "word") < _MOST_COMPARED)
    pairs = rows.join(owners, on=["number", "word"]).unique(["of row", "of person"]).sort("of row", "of person")
    return pairs.drop("of row", "of person", "word")


def _long_words(name: str) -> pl.Expr:
    """Return the words of a name that say who it is."""
    import polars as pl

    is_long = pl.element().str.len_chars() >= _SHORTEST_WORD
    return pl.col(name).str.split(" ").list.eval(pl.element().filter(is_long))
