"""Functions of a part of the rows, run by Spark on each partition of a DataFrame.

Rows go to the functions as Arrow (``mapInArrow``), in portions. Columns are numbered meanwhile: Spark reads dots in
names, and takes names that differ only by case for one.
"""

from __future__ import annotations

import gc
import re
import sys
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.errors import UsageError
from pb2b_notebook.spark.failures import spark_errors
from pb2b_notebook.spark.sessions import check_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import polars as pl
    import pyarrow as pa

PORTION: Final = 100_000
"""Rows that a function gets at once: fewer repeat work for each distinct value."""
_GROUP: Final = "group"
_NOT_OF_ARROW: Final = re.compile(r"\binterval\b(?!:| (?:day|hour|minute|second)\b)")
"""Types that PySpark has no type of Arrow for: intervals of months, also in the fields of others."""
_STREAMED: Final = 256
"""Most partitions that are read one after the other: each is a job of its own."""


def spark_frame(df: Any) -> Any:
    """Return the DataFrame of Spark, classic or Connect, that a value is or that narwhals wraps; ``None`` for others.

    PySpark is not imported for it.
    """
    import narwhals as nw
    from narwhals import dependencies

    native = nw.to_native(df, pass_through=True)
    spark = dependencies.is_pyspark_dataframe(native) or dependencies.is_pyspark_connect_dataframe(native)
    return native if spark else None


def check_executors(df: Any, packages: Sequence[str]) -> None:
    """Refuse a cluster whose workers have other versions of some packages, which may compute something else.

    Raises:
        UsageError: A worker lacks a package, or has another version, or Spark fails.
    """
    from importlib.metadata import version

    from pyspark.errors import PythonException

    here = {package: version(package) for package in packages}

    def versions(batches: Iterable[Any]) -> Iterator[Any]:  # pickled as its code: a worker may lack this package
        from importlib import metadata

        import pyarrow as pa

        for _ in batches:  # Spark ends a worker that leaves rows unread, and the next one imports everything again
            pass
        found = []
        for package in here:
            try:
                found.append(metadata.version(package))
            except metadata.PackageNotFoundError:
                found.append("")
        texts = {"package": list(here), "version": found}
        yield pa.RecordBatch.from_pydict({name: pa.array(values, pa.string()) for name, values in texts.items()})

    job = map_in_arrow(df.sparkSession.range(1_000), versions, "package string, version string").distinct()
    with spark_errors():
        try:
            rows = job.collect()
        except PythonException:  # without pyarrow, no function of Python runs there
            install = " ".join(["pip install pyarrow", *(f"{package}=={here[package]}" for package in here)])
            raise UsageError(
                "the workers of the cluster cannot run the functions of this package",
                repair=f"on all machines: {install}; or name a Python that has them before the session starts, on this "
                'machine: os.environ["PYSPARK_PYTHON"] = sys.executable',
            ) from None
    wrong = sorted({(row["package"], row["version"]) for row in rows} - {*here.items()})
    if wrong:
        there = ", ".join(f"{package} {version}" if version else f"no {package}" for package, version in wrong)
        install = " ".join(f"{package}=={here[package]}" for package in sorted({package for package, _ in wrong}))
        raise UsageError(
            f"packages of the cluster's workers differ from this program's: {there}",
            repair=f"install the same on all machines: pip install {install}",
        )


def map_columns(
    df: Any, names: Sequence[str], function: Callable[[pl.DataFrame], pl.DataFrame], added: Mapping[str, Any]
) -> Any:
    """Return the rows with some columns rewritten, as ``c0``, ``c1`` …, and some added under their names.

    Columns that hold no text stay as they are, whatever the function returns.

    Args:
        df: DataFrame of Spark.
        names: Columns that the function gets.
        function: Function of a polars frame that returns a row for each row: the columns it got, and those it adds.
        added: Name of each added column → its type in Spark.

    Raises:
        UsageError: A column has a type that Arrow lacks.
    """
    from pyspark.sql.types import StructField, StructType

    _check_types(df)
    fields = [StructField(f"c{place}", field.dataType) for place, field in enumerate(df.schema)]
    schema = StructType([*fields, *(StructField(name, kind) for name, kind in added.items())])
    names = _names_or_first(names, df)
    places = [df.columns.index(name) for name in names]
    kinds = {name: _arrow_type(kind) for name, kind in added.items()}

    def rewrite(part: pa.Table) -> pa.Table:
        import polars as pl
        import pyarrow as pa

        given = pl.DataFrame(part.select(places)).rename(dict(zip((f"c{at}" for at in places), names, strict=True)))
        found = function(given)
        for name, place in zip(names, places, strict=True):
            field = part.schema.field(place)
            if pa.types.is_string(field.type) or pa.types.is_list(field.type):
                part = part.set_column(place, field, to_arrow(found[name], field.type))
        for name, kind in kinds.items():
            part = part.append_column(name, to_arrow(found[name], kind))
        return part

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for part in arrow_portions(batches):
            yield from rewrite(part).to_batches()

    return map_in_arrow(number_columns(df), run, schema)


def _check_types(df: Any) -> None:
    """Refuse columns that cannot pass through a function of Python, such as intervals of months."""
    wrong = [field.name for field in df.schema if _NOT_OF_ARROW.search(field.dataType.simpleString())]
    if wrong:
        raise UsageError(
            f"Spark cannot pass columns of these types to Python: {', '.join(wrong)}",
            repair=f"leave them out, or cast them to text: df.drop({wrong[0]!r})",
        )


def map_groups(df: Any, key: Any, function: Callable[[pa.Table], pa.Table], schema: Any) -> Any:
    """Return what a function makes of the rows of whole groups: at least :data:`PORTION` rows, but the last.

    Spark sorts the rows of each partition by their groups, on its disks where they do not fit in memory.

    Args:
        df: DataFrame of Spark with numbered columns.
        key: Column of Spark whose value the rows of a group share, and no others; it is never null.
        function: Function of rows in order of their groups.
        schema: Columns of its result, in Spark.

    Raises:
        UsageError: A column has a type that Arrow lacks.
    """
    _check_types(df)

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for part in whole_groups(arrow_portions(batches)):
            yield from function(part.drop_columns([_GROUP])).to_batches()

    grouped = df.withColumn(_GROUP, key).repartition(_GROUP).sortWithinPartitions(_GROUP)
    return map_in_arrow(grouped, run, schema)


def whole_groups(portions: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield rows that are in order of their groups, cut between two groups."""
    import pyarrow as pa

    waiting: list[pa.Table] = []
    for portion in portions:
        last = portion[_GROUP].index(portion[_GROUP][-1]).as_py()
        if last:
            yield pa.concat_tables([*waiting, portion.slice(0, last)])
            waiting = [portion.slice(last)]
        else:
            waiting.append(portion)
    if waiting:
        yield pa.concat_tables(waiting)


def map_parts(
    df: Any, names: Sequence[str], function: Callable[[pl.DataFrame], pl.DataFrame], schema: Mapping[str, Any]
) -> Any:
    """Return the rows that a function returns for each part of some columns.

    Args:
        df: DataFrame of Spark.
        names: Columns that the function gets.
        function: Function of a polars frame.
        schema: Name of each column of its result → its type in Spark.

    Raises:
        UsageError: A column has a type that Arrow lacks.
    """
    from pyspark.sql.types import StructField, StructType

    _check_types(df)
    names = _names_or_first(names, df)
    kinds = {name: _arrow_type(kind) for name, kind in schema.items()}

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import polars as pl
        import pyarrow as pa

        for part in arrow_portions(batches):
            found = function(pl.DataFrame(part.rename_columns(list(names))))
            yield from pa.table({name: to_arrow(found[name], kind) for name, kind in kinds.items()}).to_batches()

    chosen = number_columns(df).select(*(f"c{df.columns.index(name)}" for name in names))
    return map_in_arrow(chosen, run, StructType([StructField(name, kind) for name, kind in schema.items()]))


def collect(df: Any) -> pl.DataFrame:
    """Return the rows of a DataFrame in this process.

    Raises:
        UsageError: The session is stopped, or of another Spark; or the rows are a stream; or Spark failed.
    """
    import polars as pl

    check_frame(df)
    with spark_errors():
        return pl.DataFrame(df.toArrow())


def stream(df: Any, places: Sequence[int]) -> Iterator[pa.RecordBatch]:
    """Yield the rows of some columns, one partition after the other; first no rows, which have the types.

    The workers need pyarrow, and nothing of this package.

    Args:
        df: DataFrame of Spark.
        places: Positions of the columns.

    Raises:
        UsageError: The workers lack pyarrow, or Spark fails.
    """
    import pyarrow as pa

    def pack(batches: Iterable[Any]) -> Iterator[Any]:  # pickled as its code
        import pyarrow as pa

        for batch in batches:
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, batch.schema) as writer:
                writer.write_batch(batch)
            yield pa.RecordBatch.from_pydict({"rows": pa.array([sink.getvalue().to_pybytes()], pa.binary())})

    chosen = number_columns(df).select(*(f"c{place}" for place in places)).coalesce(_STREAMED)
    try:
        with spark_errors():
            schema = arrow_schema(chosen)
        yield pa.RecordBatch.from_pylist([], schema)
        with spark_errors():
            for row in map_in_arrow(chosen, pack, "rows binary").toLocalIterator(prefetchPartitions=True):
                with pa.ipc.open_stream(row["rows"]) as batches:
                    for batch in batches:
                        yield batch.cast(schema)
    except UsageError:
        check_executors(df, ())
        raise


def arrow_schema(df: Any) -> pa.Schema:
    """Return the types that columns have in Arrow, with times in UTC. What PySpark has for it differs by version."""
    import pyarrow as pa

    given = df.limit(0).toArrow().schema
    in_utc = pa.timestamp("us", "UTC")
    return pa.schema([field.with_type(in_utc) if getattr(field.type, "tz", None) else field for field in given])


def create_frame(df: Any, rows: pl.DataFrame) -> Any:
    """Return rows of this process as a DataFrame in the session of another one."""
    import polars as pl
    from pyspark.sql.pandas.types import from_arrow_schema

    table = rows.to_arrow(compat_level=pl.CompatLevel.oldest())
    with spark_errors():  # Connect infers no types without rows
        return df.sparkSession.createDataFrame(table, from_arrow_schema(table.schema, prefer_timestamp_ntz=True))


def number_columns(df: Any) -> Any:
    """Return a DataFrame with its columns named by their positions: ``c0``, ``c1``."""
    return df.toDF(*(f"c{place}" for place in range(len(df.columns))))


def _names_or_first(names: Sequence[str], df: Any) -> list[str]:
    """Return the names, or that of some column: a table of Arrow without columns has no rows."""
    return list(names or df.columns[:1])


def arrow_portions(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Yield the rows of a partition in tables of at least :data:`PORTION` rows, but the last; no table is empty."""
    import pyarrow as pa

    exempt_modules(len(sys.modules))
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        if batch.num_rows:
            waiting.append(batch)
        if sum(one.num_rows for one in waiting) >= PORTION:
            yield pa.Table.from_batches(waiting)
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting)


@cache
def exempt_modules(count: int) -> None:  # noqa: ARG001 - once for each number of modules
    """Exempt what a worker has loaded from garbage collection.

    PySpark's workers collect garbage after each task: of our modules and tables alone, for a tenth of a second. What is
    exempt and refers to itself is never freed, so this is done only when a worker has loaded more modules.

    Args:
        count: Number of loaded modules.
    """
    gc.freeze()


def _arrow_type(kind: Any) -> pa.DataType:
    from pyspark.sql.pandas.types import to_arrow_type

    return to_arrow_type(kind)


def to_arrow(column: pl.Series, kind: pa.DataType) -> Any:
    """Return a column of polars in a type of Arrow."""
    import polars as pl

    return column.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(kind)


def map_in_arrow(df: Any, function: Callable[[Iterable[Any]], Iterator[Any]], schema: Any) -> Any:
    """Return what a function makes of the batches of each partition, as ``DataFrame.mapInArrow``.

    Raises:
        UsageError: Spark refuses it.
    """
    with spark_errors(), warnings.catch_warnings():
        # PySpark warns of a pandas that is too new for it wherever a function of Python runs; none is used here.
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        return df.mapInArrow(function, schema)
