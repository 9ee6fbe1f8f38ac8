"""Every phone of a row: those of further columns, such as "Mobile", and several in one cell.

A row is compared by one phone. Where it has several, that is the one which a row with a part of its name has as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.linkage.columns.standardization import phone_digits
from pb2b_notebook.cleanup.linkage.names.folding import as_text, fold
from pb2b_notebook.cleanup.values.several_phones import split_phones
from pb2b_notebook.mapping.suggestions.phone_names import names_own_phone, names_phone

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

    from pb2b_notebook.cleanup.frames import OpenFrame

_TWO: Final = 14
"""Least digits of a cell with two phones."""
_MAY_BE_SEVERAL: Final = r"[^\d\s+.()-]|[\n\r]|\s-\s"
"""Regular expression for what stands between two phones, or names the kind of one."""
_LAST_DIGITS: Final = 8
_NAMES: Final = ("first_name", "last_name", "full_name")


def phone_columns(names: Iterable[str]) -> list[str]:
    """Return the columns that are named like a phone, the lead field first, a company's own last.

    >>> phone_columns(["Zentrale", "Mobile", "phone", "Fax"])
    ['phone', 'Mobile', 'Zentrale']
    """
    found = [name for name in names if names_phone(name)]
    return sorted(found, key=lambda name: (name != "phone", not names_own_phone(name)))


def phones_of(frame: OpenFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Return ``row``, ``place`` and ``phone``: the phones of each row as text, in the order of the columns.

    >>> import pandas as pd
    >>> from pb2b_notebook.cleanup.frames import open_frame
    >>> frame = open_frame(pd.DataFrame({"phone": ["030 901820; 0171 3200001", None], "Handy": ["no", "0172 32000"]}))
    >>> phones_of(frame, ["phone", "Handy"]).rows()
    [(0, 0, '030 901820'), (0, 0, '0171 3200001'), (1, 1, '0172 32000')]
    """
    import polars as pl

    parts = [_phones_in(as_text(frame.table[column].to_native()), place) for place, column in enumerate(columns)]
    schema = {"row": pl.Int64, "place": pl.Int64, "phone": pl.String}
    return pl.concat([pl.DataFrame(schema=schema), *parts]).sort("row", "place", maintain_order=True)


def compared_phones(frame: OpenFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Return the phones of :func:`phones_of`; that of a company counts only in rows without a phone of their own.

    Two people of one name may have one switchboard, which does not hide that their own phones differ.
    """
    import polars as pl

    phones = phones_of(frame, columns)
    of_company = [place for place, name in enumerate(columns) if names_phone(name) and not names_own_phone(name)]
    has_own = phones.filter(~pl.col("place").is_in(of_company))["row"].unique()
    return phones.remove(pl.col("place").is_in(of_company) & pl.col("row").is_in(has_own.implode()))


def have_several(frame: OpenFrame, columns: Sequence[str]) -> bool:
    """Return whether rows may have more than one phone: in several columns, or in one cell."""
    if len(columns) != 1:
        return len(columns) > 1
    return any(len(split_phones(cell)) > 1 for cell in _long_cells(as_text(frame.table[columns[0]].to_native())))


def are_phones(values: Sequence[Any]) -> bool:
    """Return whether half of the values of a column, or more, are phones.

    >>> are_phones(["0171 3200001", "0171 3200001 / 030 901820"]), are_phones(["@ada_berg", "yes", None])
    (True, False)
    """
    texts = as_text(values).drop_nulls()
    return bool(len(texts)) and 2 * int((phone_digits(texts) != "").sum()) >= len(texts)


def _split_cells(cells: pl.Series) -> dict[str, list[str]]:
    """Return the cells that hold several phones, and these."""
    return {cell: parts for cell in _long_cells(cells) if len(parts := split_phones(cell)) > 1}


def _long_cells(cells: pl.Series) -> pl.Series:
    """Return the distinct cells that may hold several phones."""
    long = cells.filter(cells.str.len_bytes() > _TWO).unique()
    if long.is_empty():  # as in most lists
        return long
    long = long.filter(long.str.contains(_MAY_BE_SEVERAL))
    return long.filter(long.str.replace_all(r"[^0-9]+", "").str.len_bytes() >= _TWO)


def _phones_in(cells: pl.Series, place: int) -> pl.DataFrame:
    """Return the phones of the cells of a column; without what has too few digits."""
    import polars as pl

    table = pl.DataFrame({"phone": cells}).with_row_index("row").drop_nulls()
    if parts := _split_cells(cells):
        split = pl.DataFrame({"phone": [*parts], "parts": [*parts.values()]})
        table = table.join(split, on="phone", how="left", maintain_order="left")
        table = table.with_columns(phone=pl.coalesce("parts", pl.concat_list("phone"))).explode("phone")
    usable = table.filter(phone_digits(table["phone"]) != "")
    return usable.select(pl.col("row").cast(pl.Int64), place=pl.lit(place, pl.Int64), phone="phone")


def choose_phones(texts: pl.DataFrame, phones: pl.DataFrame) -> pl.Series:
    """Return the phone by which each row is compared.

    Args:
        texts: The names of the rows, and ``phone``, which stays where a row has no more than one.
        phones: ``row``, ``place`` (order of its column) and ``phone``, those of all rows.

    >>> import polars as pl
    >>> texts = pl.DataFrame({"last_name": ["Berg", "Berg", "Lund"], "phone": ["030 9018200", "0171 3200001", None]})
    >>> phones = [(0, 0, "030 9018200"), (0, 1, "0171 3200001"), (1, 0, "0171 3200001"), (2, 0, "030 9018200")]
    >>> choose_phones(texts, pl.DataFrame(phones, schema=["row", "place", "phone"], orient="row")).to_list()
    ['0171 3200001', '0171 3200001', '030 9018200']
    """
    import polars as pl

    lines = with_lines(phones)
    several = lines.filter("several")
    named = lines.filter(pl.col("line").is_in(several["line"].implode()))
    named = named.with_columns(words=name_words(texts).gather(named["row"]))
    best = best_phones(several, shared_lines(named))
    chosen = pl.concat([best, lines.select("row", "phone")]).unique("row", keep="first")
    own = texts.select(row=pl.int_range(pl.len()), own="phone")
    return own.join(chosen, on="row", how="left", maintain_order="left").select(pl.coalesce("phone", "own"))["phone"]


def with_phone_lists(texts: pl.DataFrame, phones: pl.DataFrame) -> pl.DataFrame:
    """Return texts with ``phones``, those of each row that has several, else null; ``phone`` is the first of a row.

    Args:
        texts: Rows, with ``phone``, which stays where a row has no other.
        phones: Result of :func:`compared_phones` for the rows.
    """
    import polars as pl

    by_row = with_lines(phones).group_by("row").agg(first=pl.col("phone").first(), phones="phone")
    own = texts.select(row=pl.int_range(pl.len(), dtype=pl.Int64), own="phone")
    found = own.join(by_row, on="row", how="left", maintain_order="left")
    several = pl.when(pl.col("phones").list.len() > 1).then("phones").otherwise(None)
    return texts.with_columns(found.select(phone=pl.coalesce("first", "own"), phones=several))


def with_lines(phones: pl.DataFrame) -> pl.DataFrame:
    """Return phones with the digits that are compared, ``line``, each once a row, and whether a row has ``several``."""
    import polars as pl

    line = phone_digits(phones["phone"]).str.slice(-_LAST_DIGITS)
    lines = phones.with_columns(line=line).unique(["row", "line"], keep="first", maintain_order=True)
    return lines.with_columns(several=pl.len().over("row") > 1)


def name_words(texts: pl.DataFrame) -> pl.Series:
    """Return the words of the names of rows, in lists."""
    import polars as pl

    parts = [pl.col(name).fill_null("") for name in _NAMES if name in texts.columns]
    names = texts.select(fold(pl.concat_str(*parts, separator=" ") if parts else pl.lit(""))).to_series()
    return names.str.split(" ").alias("words")


def shared_lines(lines: pl.DataFrame) -> pl.DataFrame:
    """Return ``row`` and ``line``: the phones of rows with several that another row with a part of the name has, too.

    Args:
        lines: Phones of :func:`with_lines`, with the ``words`` of their names; all of a line, or none.
    """
    import polars as pl

    named = lines.explode("words").filter(pl.col("words").str.len_chars() > 1)
    known = named.filter(pl.col("row").n_unique().over("line", "words") > 1)
    return known.filter("several").select("row", "line").unique()


def best_phones(several: pl.DataFrame, shared: pl.DataFrame) -> pl.DataFrame:
    """Return ``row`` and ``phone``: the first one of each row that another row has, too, else its first."""
    import polars as pl

    ranked = several.join(
        shared.with_columns(known=pl.lit(value=True)), on=["row", "line"], how="left", maintain_order="left"
    )
    best = ranked.sort(pl.col("known").fill_null(value=False), descending=True, maintain_order=True)
    return best.select("row", "phone").unique("row", keep="first")
