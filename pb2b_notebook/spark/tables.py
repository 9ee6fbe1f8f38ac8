"""Tables of polars in parts: each part is some rows, on the machine of an executor.

Spark only moves the rows. To Spark, each of its rows is a *piece*: some rows of a table, with the values of each column
as one binary in the format of Arrow. So Spark reads and moves some of the columns without the others, needs no type for
theirs, and does not touch single values, which costs it many times as much as polars.

Functions of polars frames run on the parts. Where they need all rows of a value, :func:`exchange` brings these to one
part.
"""

from __future__ import annotations

import sys
from functools import partial, reduce
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.spark.failures import spark_errors
from pb2b_notebook.spark.partitions import (
    PORTION,
    arrow_portions,
    arrow_schema,
    exempt_modules,
    map_in_arrow,
    number_columns,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import polars as pl
    import pyarrow as pa

_PIECE: Final = 20_000
"""Most rows of a piece."""
_HEADER: Final = ("table", "part")
"""Columns before those of the tables: to which table a piece belongs, and to which part it goes."""


class _Function(NamedTuple):
    """What is done with the tables of each part.

    Attributes:
        run: Function of the tables.
        added: Columns that it adds to the one table, or has in place of its own, row by row; ``None`` if it does
            anything else.
    """

    run: Callable[[list[pl.DataFrame]], list[pl.DataFrame]]
    added: frozenset[str] | None = None


class Table(NamedTuple):
    """A table in parts, or several tables whose parts are in the same places.

    Attributes:
        source: DataFrame of Spark whose rows are pieces: ``table``, ``part``, ``c0``, ``c1`` …
        given: Columns of its tables, with their types in polars.
        functions: What makes the tables of each part, one after the other.
        whole: Whether a part is all rows of a partition, however many.
        schemas: Columns of the tables.
    """

    source: Any
    given: tuple[pl.Schema, ...]
    functions: tuple[_Function, ...]
    whole: bool
    schemas: tuple[pl.Schema, ...]

    @classmethod
    def of(cls, df: Any, *schemas: pl.Schema) -> Table:
        """Return the tables of a DataFrame of Spark whose rows are pieces."""
        return cls(df, schemas, (), whole=False, schemas=schemas)

    @property
    def df(self) -> Any:
        """The tables as a DataFrame of Spark whose rows are pieces."""
        return self.pieces() if self.functions else self.source

    @property
    def schema(self) -> pl.Schema:
        """Columns of the one table."""
        (schema,) = self.schemas
        return schema

    def select(self, *names: str) -> Table:
        """Return some of the columns. Nothing that only others follow from is computed."""
        import polars as pl

        functions = self.functions
        while functions and functions[-1].added is not None and functions[-1].added.isdisjoint(names):
            functions = functions[:-1]
        if functions:
            return self._replace(functions=functions).map(partial(_select, names=names))
        (given,) = self.given
        places = [list(given).index(name) for name in names]
        df = self.source.select(*_HEADER, *(f"c{place}" for place in places))
        df = df.toDF(*_HEADER, *(f"c{place}" for place in range(len(names))))
        return self.of(df, pl.Schema({name: given[name] for name in names}))._replace(whole=self.whole)

    def drop(self, *names: str) -> Table:
        """Return the other columns."""
        return self.select(*(name for name in self.schema if name not in names))

    def add(self, function: Callable[[pl.DataFrame], pl.DataFrame]) -> Table:
        """Return the table with the columns that a function of rows makes, added or in place of its own."""
        added = frozenset(function(_empty(self.schema)).columns)
        return self._then(_Function(partial(_each, functions=(partial(_with_columns_of, function),)), added))

    def map(self, *functions: Callable[[pl.DataFrame], pl.DataFrame], whole: bool = False) -> Table:
        """Return the rows that a function returns for the rows of each part; for several tables, one function each.

        Args:
            functions: Functions of a polars frame. Each is also called here, without rows, to learn what it returns.
            whole: Whether a part is all rows of a partition, however many.
        """
        return self._then(_Function(partial(_each, functions=functions)), whole=whole)

    def branch(self, *functions: Callable[[pl.DataFrame], pl.DataFrame]) -> Table:
        """Return several tables that functions make of one."""
        return self._then(_Function(partial(_branch, functions=functions)))

    def meet(self, function: Callable[..., pl.DataFrame | tuple[pl.DataFrame, ...]]) -> Table:
        """Return the table, or several, that a function of all tables makes of each partition."""
        return self._then(_Function(partial(_meet, function=function)), whole=True)

    def _then(self, function: _Function, *, whole: bool = False) -> Table:
        schemas = tuple(made.schema for made in function.run([_empty(schema) for schema in self.schemas]))
        return self._replace(functions=(*self.functions, function), whole=self.whole or whole, schemas=schemas)

    def union(self, other: Table) -> Table:
        """Return the rows of both tables, which have the same columns."""
        return self.of(self.df.union(other.select(*self.schema).df), self.schema)

    def single_tables(self) -> list[Table]:
        """Return several tables that were computed together as one each."""
        from pyspark.sql import functions as sql

        df, found = self.df, []
        for number, schema in enumerate(self.schemas):
            columns = (f"c{place}" for place in range(len(schema)))
            pieces = df.where(sql.col("table") == number).select(sql.lit(0).alias("table"), "part", *columns)
            found.append(self.of(pieces, schema))
        return found

    def rows(self) -> Any:
        """Return the rows as a DataFrame of Spark, under the names of the columns."""
        import pyarrow as pa
        from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_type

        (schema,) = self.schemas
        kinds = from_arrow_schema(_to_arrow(_empty(schema)).schema, prefer_timestamp_ntz=True)
        output = pa.schema([(field.name, to_arrow_type(field.dataType)) for field in kinds])
        given, functions, whole = self.given, [function.run for function in self.functions], self.whole

        def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            exempt_modules(len(sys.modules))
            for tables in _tables_of(batches, given, whole=whole):
                (made,) = reduce(lambda frames, function: function(frames), functions, tables)
                yield from _to_arrow(made).cast(output).to_batches()

        return map_in_arrow(self.source, run, kinds)

    def pieces(self, first: int = 0, width: int = 0, by: Sequence[pl.Expr] = (), parts: Sequence[int] = ()) -> Any:
        """Return the tables as a DataFrame of Spark whose rows are pieces.

        Args:
            first: Number of the first table.
            width: Number of columns of a piece; by default those of the tables.
            by: For each table, the number by which a row goes to a part.
            parts: Result of :func:`number_parts`, if the rows go to parts.
        """
        given, functions, whole = self.given, [function.run for function in self.functions], self.whole
        width = width or max(map(len, self.schemas))
        places: list[pl.Expr | None] = [expression % len(parts) for expression in by]
        places = places or [None] * len(self.schemas)

        def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            exempt_modules(len(sys.modules))
            for tables in _tables_of(batches, given, whole=whole):
                made = reduce(lambda frames, function: function(frames), functions, tables)
                for number, (frame, place) in enumerate(zip(made, places, strict=True), first):
                    yield from _pieces_of(frame, number, width, place, parts)

        return map_in_arrow(self.source, run, _piece_type(width))

    def collect(self) -> pl.DataFrame:
        """Return the rows in this process, in the order of the partitions.

        Raises:
            UsageError: Spark failed.
        """
        import polars as pl

        with spark_errors():
            pieces = self.df.toArrow()
        found = [tables[0] for tables in _tables_of(pieces.to_batches(), self.schemas, whole=True)]
        return pl.concat([_empty(self.schema), *found], rechunk=True)


def exchange(parts: Sequence[int], *tables: tuple[Table, Sequence[pl.Expr]]) -> Table:
    """Return tables whose rows of one number are in one part.

    Args:
        parts: Result of :func:`number_parts`.
        tables: Tables, and for each of them the numbers of its rows.
    """
    schemas = [schema for table, _ in tables for schema in table.schemas]
    width, first, pieces = max(map(len, schemas)), 0, []
    for table, by in tables:
        pieces.append(table.pieces(first, width, by, parts))
        first += len(table.schemas)
    return Table.of(reduce(lambda one, other: one.union(other), pieces).repartition(len(parts), "part"), *schemas)


def number_parts(session: Any, count: int) -> list[int]:
    """Return numbers by which Spark puts pieces into different partitions, one for each.

    Spark hashes the numbers; consecutive ones would leave a third of the partitions empty.

    Raises:
        UsageError: Spark failed.
    """
    from pyspark.sql import functions as sql

    numbers = session.range(32 * count).select(sql.col("id").cast("int").alias("number"))
    places = numbers.select("number", sql.pmod(sql.hash("number"), sql.lit(count)).alias("place"))
    with spark_errors():
        found = dict(map(tuple, places.groupBy("place").agg(sql.min("number")).collect()))
    return [found.get(place, place) for place in range(count)]


def create_table(session: Any, rows: pl.DataFrame) -> Table:
    """Return rows of this process as a table of a session of Spark."""
    import pyarrow as pa

    pieces = list(_pieces_of(rows, 0, len(rows.columns), None, ()))
    kind = _piece_type(len(rows.columns))
    found = pa.Table.from_batches(pieces, _arrow_pieces(len(rows.columns)))
    with spark_errors():
        return Table.of(session.createDataFrame(found, kind), rows.schema)


def _to_arrow(rows: pl.DataFrame) -> pa.Table:
    import polars as pl

    return rows.to_arrow(compat_level=pl.CompatLevel.oldest())


def _empty(schema: pl.Schema) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(schema=schema)


def _select(rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    return rows.select(names)


def _with_columns_of(function: Callable[[pl.DataFrame], pl.DataFrame], rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(function(rows))


def _each(
    tables: list[pl.DataFrame], functions: Sequence[Callable[[pl.DataFrame], pl.DataFrame]]
) -> list[pl.DataFrame]:
    return [function(rows) for function, rows in zip(functions, tables, strict=True)]


def _branch(
    tables: list[pl.DataFrame], functions: Sequence[Callable[[pl.DataFrame], pl.DataFrame]]
) -> list[pl.DataFrame]:
    (rows,) = tables
    return [function(rows) for function in functions]


def _meet(
    tables: list[pl.DataFrame], function: Callable[..., pl.DataFrame | tuple[pl.DataFrame, ...]]
) -> list[pl.DataFrame]:
    found = function(*tables)
    return [*found] if isinstance(found, tuple) else [found]


def _piece_type(width: int) -> Any:
    from pyspark.sql.types import BinaryType, IntegerType, StructField, StructType

    header = [StructField(name, IntegerType()) for name in _HEADER]
    return StructType([*header, *(StructField(f"c{place}", BinaryType()) for place in range(width))])


def _arrow_pieces(width: int) -> pa.Schema:
    import pyarrow as pa

    header = [(name, pa.int32()) for name in _HEADER]
    return pa.schema([*header, *((f"c{place}", pa.binary()) for place in range(width))])


def _pieces_of(
    rows: pl.DataFrame, table: int, width: int, by: pl.Expr | None, parts: Sequence[int]
) -> Iterator[pa.RecordBatch]:
    """Yield the pieces of rows, one a batch.

    Args:
        rows: Rows.
        table: Number of their table.
        width: Number of columns of a piece.
        by: Position of the part of each row; ``None`` if they go nowhere.
        parts: Number of each part.
    """
    import numpy as np
    import polars as pl
    import pyarrow as pa

    if rows.is_empty():
        return
    begins = np.array([0])
    if by is not None:
        places = rows.select(by.cast(pl.Int64)).to_series().to_numpy()
        order = np.argsort(places, kind="stable")
        rows, placed = rows[order], places[order]
        begins = np.flatnonzero(np.concatenate([[True], placed[1:] != placed[:-1]]))
    (batch,) = rows.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest()).combine_chunks().to_batches()
    schema = _arrow_pieces(width)
    nothing = [pa.nulls(1, pa.binary())] * (width - len(rows.columns))
    for begin, end in zip(begins, [*begins[1:], len(rows)], strict=True):
        part = parts[placed[begin]] if by is not None else 0
        header = [pa.array([number], pa.int32()) for number in (table, part)]
        for start in range(begin, end, _PIECE):
            piece = batch.slice(start, min(_PIECE, end - start))
            columns = [_binary(piece.select([place]).serialize()) for place in range(piece.num_columns)]
            yield pa.RecordBatch.from_arrays([*header, *columns, *nothing], schema=schema)


def _binary(value: pa.Buffer) -> pa.BinaryArray:
    """Return an array of one value, without a copy of it."""
    import numpy as np
    import pyarrow as pa

    ends = pa.py_buffer(np.array([0, value.size], dtype=np.int32))
    return pa.BinaryArray.from_buffers(pa.binary(), 1, [None, ends, value])


def _tables_of(
    batches: Iterable[pa.RecordBatch], given: Sequence[pl.Schema], *, whole: bool
) -> Iterator[list[pl.DataFrame]]:
    """Yield the tables of a partition: in portions of at least :data:`~.partitions.PORTION` rows, or as a whole.

    Args:
        batches: Pieces.
        given: Columns of the tables.
        whole: Whether to yield all rows at once.
    """
    import polars as pl
    import pyarrow as pa

    fields = [
        [pa.schema([field]) for field in _empty(schema).to_arrow(compat_level=pl.CompatLevel.oldest()).schema]
        for schema in given
    ]
    waiting: list[list[pl.DataFrame]] = [[_empty(schema)] for schema in given]
    rows = 0
    for batch in batches:
        columns = batch.columns
        first = len(columns) - max(map(len, given))
        for piece, table in enumerate(batch["table"].to_pylist()):
            found = [
                pa.ipc.read_record_batch(columns[first + n][piece].as_buffer(), schema).column(0)
                for n, schema in enumerate(fields[table])
            ]
            # As a table: the oldest polars reads a single list of texts as one that it cannot compare.
            waiting[table].append(pl.DataFrame(pa.table(found, names=[*given[table]])))
            rows += len(waiting[table][-1])
            if not whole and rows >= PORTION:
                yield [pl.concat(some, rechunk=True) for some in waiting]
                waiting, rows = [[_empty(schema)] for schema in given], 0
    if rows:
        yield [pl.concat(some, rechunk=True) for some in waiting]


def table_of_columns(df: Any, names: Sequence[str], function: Callable[[pl.DataFrame], pl.DataFrame]) -> Table:
    """Return the rows that a function returns for each part of some columns of a DataFrame of the caller.

    Args:
        df: DataFrame of Spark; its times are those of UTC to the function.
        names: Columns that the function gets.
        function: Function of a polars frame.
    """
    import polars as pl

    chosen = number_columns(df).select(*(f"c{df.columns.index(name)}" for name in names))
    given = arrow_schema(chosen)

    def compute(part: pa.Table) -> pl.DataFrame:
        return function(pl.DataFrame(part.cast(given).rename_columns(list(names))))

    made = compute(given.empty_table()).schema
    width = len(made)

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for part in arrow_portions(batches):
            yield from _pieces_of(compute(part), 0, width, None, ())

    return Table.of(map_in_arrow(chosen, run, _piece_type(width)), made)


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
    return pl.DataFrame(found.cast(arrow_schema(chosen)).rename_columns(list(names)))
