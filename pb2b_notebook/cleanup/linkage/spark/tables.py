"""The tables of the stages on Spark: the verbs of :class:`~.work_folder.InMemory` for tables whose rows are in parts.

A function of rows runs on each part. Where it needs all rows of a value, the few columns that it reads go to one part
by that value, and its columns come back by the number ``i`` of the row. Facts go to the driver, and to the executors
inside the functions that need them.
"""

from __future__ import annotations

from functools import partial, reduce
from typing import TYPE_CHECKING, Any

from pb2b_notebook.spark.partitions import spark_errors
from pb2b_notebook.spark.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl

    from pb2b_notebook.cleanup.linkage.tables.work_folder import Shared


class OnSpark:
    """Keeps all tables on the executors of a session. Spark frees those that nothing uses any more."""

    def add(self, name: str, function: Callable[[pl.DataFrame], pl.DataFrame], table: Table) -> Table:  # noqa: ARG002
        """Return a table with the columns that a function of rows makes of it, added or in place of its own."""
        return table.map(partial(_with_columns_of, function))

    def share(self, table: Table, columns: Sequence[Shared]) -> Table:
        """Return a table with the columns that follow from rows which share values."""
        table = self.keep(table)
        found = [
            table.select(*dict.fromkeys(("i", *one.reads)))
            .map(partial(_with_key, one.key))
            .group_in_parts("key")
            .map(partial(_columns_of_rows, one.function), whole=True)
            for one in columns
        ]
        joined = reduce(lambda left, right: left.join(right, ["i"], "left"), found, table)
        return self.keep(joined.fill(**{name: value for one in columns for name, value in one.alone.items()}))

    def gather(
        self,
        function: Callable[[pl.DataFrame], pl.DataFrame],
        table: Table,
        *,
        key: str = "",
        reads: Sequence[str] = (),
    ) -> pl.DataFrame:
        """Return facts: what a function makes of rows, one part after the other."""
        table = table.select(*dict.fromkeys((*reads, key) if key else reads)) if reads else table
        return (table.group_in_parts(key) if key else table).map(function, whole=bool(key)).collect()

    def count(self, table: Table, *columns: str, sums: Sequence[str] = ()) -> pl.DataFrame:
        """Return each combination of values with its number of rows, ``n``, and the sums of other columns."""
        import polars as pl
        from pyspark.sql import functions as sql

        added = [sql.sum(sql.col(name).cast("bigint")).alias(name) for name in sums]
        counted = table.df.groupBy(*columns).agg(*added, sql.count("*").alias("n"))
        kinds = {name: table.schema[name] for name in columns}
        return Table.of(counted, pl.Schema({**kinds, **dict.fromkeys((*sums, "n"), pl.Int64())})).collect()

    def keep(self, table: Table) -> Table:
        """Return a table that is used several times, computed now, once.

        It forgets how it was computed: the plans of tables that follow from each other this often outgrow the driver.
        """
        with spark_errors():
            kept = table.df.localCheckpoint()
        return Table.of(kept, table.schema)

    def run(self, tasks: Sequence[tuple[Callable[[Any], Any], Any]]) -> list[Any]:
        """Return the results of functions of tables that do not depend on each other."""
        return [function(table) for function, table in tasks]


def _with_columns_of(function: Callable[[pl.DataFrame], pl.DataFrame], part: pl.DataFrame) -> pl.DataFrame:
    return part.with_columns(function(part))


def _with_key(key: pl.Expr, part: pl.DataFrame) -> pl.DataFrame:
    return part.with_columns(key=key).filter(part.select(key.is_not_null()).to_series())


def _columns_of_rows(function: Callable[[pl.DataFrame], pl.DataFrame], part: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return pl.concat([part.select("i"), function(part.drop("key"))], how="horizontal")
