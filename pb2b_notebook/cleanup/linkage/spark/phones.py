"""The phone by which each row on the executors is compared, of all that it has: that which a namesake has, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.cleanup.linkage.columns.all_phones import best_phones, name_words, shared_lines, with_lines
from pb2b_notebook.lazy_libraries import pl

if TYPE_CHECKING:
    from pb2b_notebook.engines.on_spark import OnSpark
    from pb2b_notebook.spark.tables import Table


def choose_phones(tables: OnSpark, texts: Table) -> Table:
    """Return the rows without ``phones``, and with the one of these that they are compared by as ``phone``.

    Args:
        tables: Where the tables are.
        texts: Rows with ``id``, ``known``, names and all their phones.
    """
    if not tables.gather(_count_several, texts, reads=("phones",))["n"].sum():
        return texts.drop("phones")
    rows = texts.map(_with_key)
    lines = tables.exchange((rows.map(_lines), [pl.col("line").hash()]))
    shared = lines.map(shared_lines, whole=True)
    by_row = [pl.col("row").hash()]
    return tables.keep(tables.exchange((rows, by_row), (shared, by_row)).meet(_choose))


def _count_several(part: pl.DataFrame) -> pl.DataFrame:
    return part.select(n=pl.col("phones").count().cast(pl.Int64))


def _with_key(part: pl.DataFrame) -> pl.DataFrame:
    return part.with_columns(row=pl.concat_str(pl.col("known").cast(pl.String), "id", separator=" "))


def _lines(part: pl.DataFrame) -> pl.DataFrame:
    """Return the phones of rows, with the words of their names."""
    phones = part.select("row", name_words(part), phone=pl.coalesce("phones", pl.concat_list("phone")))
    return with_lines(phones.explode("phone").drop_nulls("phone")).filter(pl.col("line") != "")


def _choose(part: pl.DataFrame, shared: pl.DataFrame) -> pl.DataFrame:
    best = best_phones(_lines(part).filter("several"), shared)
    chosen = part.select("row").join(best, on="row", how="left", maintain_order="left")["phone"]
    return part.with_columns(phone=chosen.fill_null(part["phone"])).drop("row", "phones")
