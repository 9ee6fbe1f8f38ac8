"""Tables on Spark, whose rows are in parts on the executors of a session.

A function of rows runs on each part. Where it needs all rows of a value, the few columns that it reads go to one part
by that value, and its columns come back by the number ``i`` of the row. Facts go to the driver, and to the executors
inside the functions that need them.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.spark.failures import spark_errors
from pb2b_notebook.spark.tables import Table, exchange, number_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pb2b_notebook.engines.protocol import Shared

_ROWS_OF_PART: Final = 100_000
"""Rows of one part."""
_NEIGHBORS: Final = 10
"""Bits of the number of a row that do not decide about its part: rows of one company are neighbors, and compared."""


class OnSpark:
    """Keeps all tables on the executors of a session. Spark frees those that nothing uses any more.

    Args:
        session: Session of Spark.
        rows: Number of rows of the list.
    """

    def __init__(self, session: Any, rows: int) -> None:
        self._parts = number_parts(session, max(1, -(-rows // _ROWS_OF_PART)))

    @property
    def parts(self) -> int:
        """Number of parts of the tables."""
        return len(self._parts)

    def add(self, name: str, function: Callable[[pl.DataFrame], pl.DataFrame], table: Table) -> Table:  # noqa: ARG002
        """Return a table with the columns that a function of rows makes of it, added or in place of its own."""
        return table.add(function)

    def share(self, table: Table, columns: Sequence[Shared]) -> Table:
        """Return a table with the columns that follow from rows which share values."""
        # An alias is a plain expression: old polars cannot unpickle a condition without "otherwise".
        keyed = table.branch(
            *(partial(_rows_with_key, reads=("i", *one.reads), key=one.key.alias("key")) for one in columns)
        )
        by_value = self.exchange((keyed, [pl.col("key").hash()] * len(columns)))
        found = by_value.map(*(partial(_columns_of_rows, one.function) for one in columns), whole=True)
        both = self.exchange((table, [home("i")]), (found, [home("i")] * len(columns)))
        alone = {name: value for one in columns for name, value in one.alone.items()}
        return self.keep(both.meet(partial(_join_columns, alone=alone)))

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
        if not key:
            return table.map(function).collect()
        return self.exchange((table, [pl.col(key).hash()])).map(function, whole=True).collect()

    def count(self, table: Table, *columns: str, sums: Sequence[str] = ()) -> pl.DataFrame:
        """Return each combination of values with its number of rows, ``n``, and the sums of other columns."""
        some = table.select(*dict.fromkeys((*columns, *sums))).map(partial(_count, columns=columns, sums=sums))
        by_value = self.exchange((some, [pl.struct(columns).hash()]))
        return by_value.map(partial(_sum_counts, columns=columns), whole=True).collect()

    def exchange(self, *tables: tuple[Table, Sequence[pl.Expr]]) -> Table:
        """Return tables whose rows of one number are in one part."""
        return exchange(self._parts, *tables)

    def keep(self, table: Table) -> Table:
        """Return a table that is used several times, computed now, once.

        It forgets how it was computed: the plans of tables that follow from each other this often outgrow the driver.
        Two executors have its rows, where there are two, so that the loss of one does not end the work.
        """
        from pyspark.storagelevel import StorageLevel

        with spark_errors():
            kept = table.df.localCheckpoint(storageLevel=StorageLevel.MEMORY_AND_DISK_2)
        return Table.of(kept, *table.schemas)

    def run(self, tasks: Sequence[tuple[Callable[[Any], Any], Any]]) -> list[Any]:
        """Return the results of functions of tables that do not depend on each other."""
        return [function(table) for function, table in tasks]


def home(name: str) -> pl.Expr:
    """Return the number by which the row of a number ``i`` goes to its part."""
    return pl.col(name).cast(pl.Int64) // (1 << _NEIGHBORS)


def _rows_with_key(rows: pl.DataFrame, reads: Sequence[str], key: pl.Expr) -> pl.DataFrame:
    """Return the columns that a function reads, for rows that have a key, with it."""
    return rows.select(*dict.fromkeys(reads), key).filter(pl.col("key").is_not_null())


def _columns_of_rows(function: Callable[[pl.DataFrame], pl.DataFrame], rows: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([rows.select("i"), function(rows.drop("key"))], how="horizontal")


def _join_columns(rows: pl.DataFrame, *found: pl.DataFrame, alone: dict[str, Any]) -> pl.DataFrame:
    """Return rows in order with the columns that were found for some of them."""
    rows = rows.sort("i")
    for columns in found:
        rows = rows.join(columns, on="i", how="left", maintain_order="left")
    return rows.with_columns(pl.col(name).fill_null(pl.lit(value, rows.schema[name])) for name, value in alone.items())


def _count(rows: pl.DataFrame, columns: Sequence[str], sums: Sequence[str]) -> pl.DataFrame:
    return rows.group_by(columns).agg(pl.col(sums).cast(pl.Int64).sum(), n=pl.len().cast(pl.Int64))


def _sum_counts(rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    return rows.group_by(columns).agg(pl.all().sum())
