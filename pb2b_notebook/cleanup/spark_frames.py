"""DataFrames of Spark in cleanup: their columns, and logs by row that travel with the rows.

Rows of Spark have no positions: in a log a row is the value of its column ``id``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.errors import CleanupError
from pb2b_notebook.spark.sessions import check_frame

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from pb2b_notebook.cleanup.frames import OpenFrame

PACKAGES: Final = ("pb2b-notebook", "polars")
"""Distributions whose versions decide what a step returns."""
LOG: Final = "log"


def open_header(df: Any) -> OpenFrame:
    """Return a frame without rows that has the columns of a DataFrame.

    Raises:
        CleanupError: A column name occurs twice.
        UsageError: The session is stopped, or its Spark is too old.
    """
    import polars as pl

    check_frame(df)
    from pyspark.sql.types import ArrayType, StringType

    if len(set(df.columns)) < len(df.columns):
        raise CleanupError("there are two columns of one name", repair="rename one of them")
    kinds = {StringType(): pl.String(), ArrayType(StringType()): pl.List(pl.String)}
    return open_frame(pl.DataFrame(schema={field.name: kinds.get(field.dataType, pl.Null()) for field in df.schema}))


def log_type(fields: Sequence[str]) -> Any:
    """Return the type in Spark of a column of :func:`with_log`."""
    from pyspark.sql.types import ArrayType, StringType, StructField, StructType

    return ArrayType(StructType([StructField(name, StringType()) for name in fields]))


def with_log(table: pl.DataFrame, log: Mapping[str, tuple[Sequence[Any], str]], fields: Sequence[str]) -> pl.DataFrame:
    """Return a table with a column of the entries of a log that are about each row.

    Args:
        table: The rows.
        log: Column → values and type; ``row`` is the position of a row.
        fields: Columns of the log to take, all texts.
    """
    import polars as pl

    entries = pl.DataFrame({name: pl.Series(log[name][0], dtype=pl.String) for name in fields})
    rows = pl.DataFrame({"row": pl.Series(log["row"][0], dtype=pl.Int64), LOG: entries.to_struct()})
    listed = rows.group_by("row", maintain_order=True).agg(LOG)
    numbers = pl.DataFrame({"row": range(table.height)}, schema={"row": pl.Int64})
    found = numbers.join(listed, on="row", how="left", maintain_order="left").select(pl.col(LOG).fill_null([]))
    return table.with_columns(found)


def explode_log(rows: Any, names: Sequence[str], fields: Sequence[str]) -> Any:
    """Return a DataFrame with a row for each entry of a log: ``row``, the id of its row, and the fields.

    Args:
        rows: Result of :func:`~pb2b_notebook.spark.partitions.map_columns` with a column of a log.
        names: Names of the columns of the DataFrame that it is of.
        fields: Fields of the log.
    """
    from pyspark.sql import functions as sql

    row = sql.col(f"c{list(names).index('id')}") if "id" in names else sql.lit(None)
    entries = rows.select(row.cast("string").alias("row"), sql.explode(LOG).alias(LOG))
    return entries.select("row", *(f"{LOG}.{name}" for name in fields))
