"""Tables of polars in parts: each part is some rows of a DataFrame of Spark, on the machine of an executor.

Functions of polars frames run on the parts. Spark has no unsigned numbers: their bits are kept.
"""

from __future__ import annotations

from functools import partial, reduce
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.spark.partitions import arrow_portions, map_in_arrow, number_columns, spark_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import polars as pl
    import pyarrow as pa

_BATCH: Final = 20_000
"""Rows that go to Spark at once."""


class Table(NamedTuple):
    """A table in parts.

    Attributes:
        source: DataFrame of Spark.
        given: Types in polars of its columns.
        functions: Functions of polars frames that make the table of each part of its rows, one after the other.
        whole: Whether a part is all rows of a partition, however many.
        schema: Types in polars of the columns of the table.
    """

    source: Any
    given: pl.Schema
    functions: tuple[Callable[[pl.DataFrame], pl.DataFrame], ...]
    whole: bool
    schema: pl.Schema

    @classmethod
    def of(cls, df: Any, schema: pl.Schema) -> Table:
        """Return the table of a DataFrame of Spark whose columns have these types in polars."""
        return cls(df, schema, (), whole=False, schema=schema)

    @property
    def df(self) -> Any:
        """The table as a DataFrame of Spark."""
        if not self.functions:
            return self.source
        given, functions, made, whole = self.given, self.functions, self.schema, self.whole

        def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for part in arrow_portions(batches, whole=whole):
                found = reduce(lambda rows, function: function(rows), functions, _to_polars(part, given))
                yield from _to_arrow(found, made).to_batches(max_chunksize=_BATCH)

        return map_in_arrow(self.source, run, _spark_type(made))

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return list(self.schema)

    def select(self, *names: str) -> Table:
        """Return some of the columns."""
        import polars as pl

        if self.functions:
            return self.map(partial(_select, names=names))
        return self.of(self.source.select(*names), pl.Schema({name: self.schema[name] for name in names}))

    def drop(self, *names: str) -> Table:
        """Return the other columns."""
        return self.select(*(name for name in self.columns if name not in names))

    def map(self, function: Callable[[pl.DataFrame], pl.DataFrame], *, whole: bool = False) -> Table:
        """Return the rows that a function returns for each part of the rows.

        Args:
            function: Function of a polars frame. It is also called here, without rows, to learn what it returns.
            whole: Whether a part is all rows of a partition, however many.
        """
        import polars as pl

        made = function(pl.DataFrame(schema=self.schema)).schema
        if whole:
            return Table(self.df, self.schema, (function,), whole=True, schema=made)
        return self._replace(functions=(*self.functions, function), schema=made)

    def group_in_parts(self, *keys: str) -> Table:
        """Return the table with all rows of a key in one partition."""
        return self.of(self.df.repartition(*keys), self.schema)

    def join(self, other: Table, on: Sequence[str], how: str = "inner") -> Table:
        """Return the rows joined to those of another table by columns that both have."""
        import polars as pl

        added = {} if how in ("semi", "anti") else {name: kind for name, kind in other.schema.items() if name not in on}
        df = self.df.join(other.df, list(on), f"left_{how}" if how in ("semi", "anti") else how)
        schema = pl.Schema({**self.schema, **added})
        return self.of(df.select(*schema), schema)

    def union(self, other: Table) -> Table:
        """Return the rows of both tables, which have the same columns."""
        return self.of(self.df.unionByName(other.df), self.schema)

    def distinct(self) -> Table:
        """Return each row once."""
        return self.of(self.df.distinct(), self.schema)

    def fill(self, **values: Any) -> Table:
        """Return the table with a value in place of null, for some columns."""
        return self.of(self.df.fillna(values), self.schema)

    def with_names(self, names: Mapping[str, str]) -> Table:
        """Return the table with other names of some columns."""
        import polars as pl

        schema = pl.Schema({names.get(name, name): kind for name, kind in self.schema.items()})
        return self.of(self.df.toDF(*schema), schema)

    def collect(self) -> pl.DataFrame:
        """Return the rows in this process, in the order of the partitions.

        Raises:
            UsageError: Spark failed.
        """
        with spark_errors():
            return _to_polars(self.df.toArrow(), self.schema)


def create_table(session: Any, rows: pl.DataFrame) -> Table:
    """Return rows of this process as a table of a session of Spark."""
    df = session.createDataFrame(_to_arrow(rows, rows.schema), _spark_type(rows.schema))
    return Table.of(df, rows.schema)


def _select(part: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    return part.select(names)


def _spark_type(schema: pl.Schema) -> Any:
    from pyspark.sql.pandas.types import from_arrow_type
    from pyspark.sql.types import StructField, StructType

    return StructType([StructField(name, from_arrow_type(_arrow_type(kind))) for name, kind in schema.items()])


def _arrow_type(kind: pl.DataType) -> pa.DataType:
    """Return the type of Arrow that Spark has for a type of polars."""
    import polars as pl
    import pyarrow as pa

    kinds = {
        pl.String: pa.string(), pl.Boolean: pa.bool_(), pl.Float32: pa.float32(), pl.Float64: pa.float64(),
        pl.UInt8: pa.int16(), pl.Int16: pa.int16(), pl.Int32: pa.int32(), pl.UInt32: pa.int64(), pl.Int64: pa.int64(),
        pl.UInt64: pa.int64(),
    }  # fmt: skip
    return kinds[kind.base_type()]


def _to_arrow(frame: pl.DataFrame, schema: pl.Schema) -> pa.Table:
    import polars as pl
    import pyarrow as pa

    signed = frame.with_columns(pl.col(pl.UInt64).reinterpret(signed=True))
    types = pa.schema([(name, _arrow_type(kind)) for name, kind in schema.items()])
    return signed.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(types)


def _to_polars(table: pa.Table, schema: pl.Schema) -> pl.DataFrame:
    import polars as pl

    frame = pl.DataFrame(pl.from_arrow(table.rename_columns(list(schema))))
    large = [name for name, kind in schema.items() if kind == pl.UInt64]
    kept = {name: kind for name, kind in schema.items() if kind != pl.UInt64}
    return frame.with_columns(pl.col(large).reinterpret(signed=False)).cast(kept)  # type: ignore[arg-type]


def table_of_columns(df: Any, names: Sequence[str], function: Callable[[pl.DataFrame], pl.DataFrame]) -> Table:
    """Return the rows that a function returns for each part of some columns of a DataFrame of the caller.

    Args:
        df: DataFrame of Spark; its times are those of UTC to the function.
        names: Columns that the function gets.
        function: Function of a polars frame.
    """
    import polars as pl
    from pyspark.sql.pandas.types import to_arrow_schema

    chosen = number_columns(df).select(*(f"c{df.columns.index(name)}" for name in names))
    given = to_arrow_schema(chosen.schema, timezone="UTC")

    def compute(part: pa.Table) -> pl.DataFrame:
        return function(pl.DataFrame(part.cast(given).rename_columns(list(names))))

    made = compute(given.empty_table()).schema

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for part in arrow_portions(batches):
            yield from _to_arrow(compute(part), made).to_batches(max_chunksize=_BATCH)

    return Table.of(map_in_arrow(chosen, run, _spark_type(made)), made)


def first_values(df: Any, names: Sequence[str], count: int) -> pl.DataFrame:
    """Return rows in order, among them the first rows, and the first of those that have a value in each column.

    Args:
        df: DataFrame of Spark.
        names: Columns to return.
        count: Number of these rows.

    Raises:
        UsageError: Spark failed.
    """
    import polars as pl
    from pyspark.sql.pandas.types import to_arrow_schema

    chosen = number_columns(df).select(*(f"c{df.columns.index(name)}" for name in names))

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import polars as pl

        for part in arrow_portions(batches):
            given = pl.DataFrame([pl.Series(column.is_valid()) for column in part.columns])
            first = (given.select((pl.all().cum_sum() <= count) & pl.all())).with_row_index("row")
            wanted = first.select(pl.any_horizontal(pl.exclude("row")) | (pl.col("row") < count)).to_series()
            yield from part.filter(wanted.to_arrow()).to_batches()

    with spark_errors():
        found = map_in_arrow(chosen, run, chosen.schema).toArrow()
    return pl.DataFrame(found.cast(to_arrow_schema(chosen.schema, timezone="UTC")).rename_columns(list(names)))
