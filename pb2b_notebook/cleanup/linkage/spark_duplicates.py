"""Duplicates of a Spark DataFrame: its rows go to this machine once, and the clusters go back."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.linkage.result import Duplicates
from pb2b_notebook.cleanup.spark_frames import open_header
from pb2b_notebook.errors import CleanupError
from pb2b_notebook.spark.partitions import create_frame, number_columns, stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from pb2b_notebook.display.cards import Card

_ADDED: Final = ("cluster_id", "cluster_size", "match_probability")


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class DuplicatesOnSpark(Duplicates[Any]):
    """The result of :func:`~pb2b_notebook.cleanup.duplicates` for a Spark DataFrame.

    ``frame`` is a lazy DataFrame of Spark: all columns of the caller's, with ``cluster_id``, ``cluster_size`` and
    ``match_probability``. All else is on this machine, in polars: ``clusters``, ``pairs``, ``bridges``, ``dropped``.

    Attributes:
        local: The same result for the rows as they were read, in polars: what
            ``merge(found.local.frame, found.local)`` and the form for reviewing duplicates take. With ``work=``, its
            rows are in a file that the system frees with this result. Columns that are not of text, numbers, dates or
            times are not in it.
    """

    local: Duplicates[pl.DataFrame] = field(kw_only=True)

    def _card(self) -> Card:
        return self.local._card()  # noqa: SLF001 - the same result


def read_rows(df: Any) -> Iterator[pl.DataFrame]:
    """Yield the rows of a Spark DataFrame, with ``id`` as text; at least one frame, which may be empty.

    Raises:
        CleanupError: Two columns have one name, or there is no column ``id`` of text or whole numbers.
    """
    import polars as pl
    from pyspark.sql import types

    open_header(df)
    kinds = {one.name: one.dataType for one in df.schema}
    if not isinstance(kinds.get("id"), types.StringType | types.IntegralType):
        raise _no_ids()
    readable = (
        types.StringType, types.NumericType, types.BooleanType, types.DateType, types.TimestampType,
        types.TimestampNTZType,
    )  # fmt: skip
    places = [place for place, name in enumerate(df.columns) if isinstance(kinds[name], readable)]
    for part in stream(df, places):
        table = pl.DataFrame(pl.from_arrow(part))
        table = table.rename(dict(zip(table.columns, (df.columns[place] for place in places), strict=True)))
        yield table.with_columns(pl.col("id").cast(pl.String))


def check_ids(ids: pl.Series) -> None:
    """Refuse rows that their ids do not name: rows of Spark have no positions.

    Raises:
        CleanupError: An id is missing or blank, or two rows have it.
    """
    if ids.has_nulls() or (ids.str.strip_chars() == "").any() or ids.n_unique() < len(ids):
        raise _no_ids()


def with_clusters(df: Any, local: Duplicates[pl.DataFrame]) -> DuplicatesOnSpark:
    """Return the result for a Spark DataFrame.

    Args:
        df: The DataFrame.
        local: The result for its rows.
    """
    from pyspark.sql import functions as sql

    own_id = sql.col(f"c{df.columns.index('id')}").cast("string")
    clusters = create_frame(df, local.frame.select("id", *_ADDED))
    joined = number_columns(df).join(clusters, own_id == sql.col("id"), "left")
    kept = [(f"c{place}", name) for place, name in enumerate(df.columns) if name not in _ADDED]
    frame = joined.select(*(number for number, _ in kept), *_ADDED).toDF(*(name for _, name in kept), *_ADDED)
    values = {one.name: getattr(local, one.name) for one in fields(Duplicates)}
    return DuplicatesOnSpark(**{**values, "frame": frame}, local=local)


def _no_ids() -> CleanupError:
    return CleanupError(
        "duplicates of a Spark DataFrame need a column id that names each row: rows of Spark have no positions",
        repair="add one and write the rows: df.selectExpr('uuid() AS id', '*').write.parquet(path); then read them",
    )
