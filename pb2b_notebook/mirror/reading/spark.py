"""Rows of a table as a Spark DataFrame, read from exactly the files that a version lists.

Spark's own Parquet reader reads those of a folder. Those of an object store are read by this package on the executors:
Spark may lack the connector of the store, or know it under other options.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.mirror.reading.time_travel import check_point, former_version
from pb2b_notebook.mirror.storage import extras
from pb2b_notebook.mirror.storage.datafiles import scan_files
from pb2b_notebook.mirror.storage.history import ENDED_AT, ENDED_BY, EXISTED
from pb2b_notebook.mirror.storage.layout import frame_name
from pb2b_notebook.spark import partitions
from pb2b_notebook.spark.sessions import check_session

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pb2b_notebook.mirror.reading.time_travel import Point
    from pb2b_notebook.mirror.storage.tables import Table
    from pb2b_notebook.mirror.storage.versions import Version

_OPTIONS: Final = {
    # A folder may be named like a pattern; Spark's catalog reads its tables with this option.
    "__globPaths__": "false",
    # Whatever the session's settings are: a file that is missing is an error, and times are read as they are written.
    "ignoreMissingFiles": "false",
    "ignoreCorruptFiles": "false",
    "mergeSchema": "false",
    "datetimeRebaseMode": "CORRECTED",
}


def spark_frame(spark: Any, table: Table, former: Table, point: Point | None = None) -> Any:
    """Return rows as a lazy ``pyspark.sql.DataFrame`` under the frame's names.

    Args:
        spark: The caller's session.
        table: Table of the rows.
        former: Table of its former rows.
        point: Point in the history; by default the latest version.

    Raises:
        MissingExtraError: PySpark is not installed.
        InvalidParameterError: ``spark`` is not a session.
        NotMirroredError: The history begins after the point.
        UsageError: The session is stopped; or the mirror is in an object store, and the executors lack this package.
    """
    check_session(spark)
    version = table.latest()
    if table.shared:
        partitions.check_executors(spark.range(1), ("pb2b-notebook", "polars"))
    rows = _read(spark, table, version)
    if point is not None:
        check_point(table, point)
        ended = former_version(table, former)
        rows = rows if ended is None else _rows_before(rows, version, _read(spark, former, ended), ended, point)
    return rows.toDF(*map(frame_name, version.schema))


def _read(spark: Any, table: Table, version: Version) -> Any:
    """Return the rows of a version, with its columns numbered."""
    fields = _fields(version)
    if not version.files:
        return spark.createDataFrame([], fields)
    if table.shared:
        return _read_on_executors(spark, table, version, fields)
    files = [str(table.path / file.name) for file in version.files]
    reader = spark.read.options(**_OPTIONS).schema(_fields(version, named=True))
    return partitions.number_columns(reader.parquet(*files))


def _fields(version: Version, *, named: bool = False) -> Any:
    """Return the columns of a version in Spark, by number or under their stored names."""
    from pyspark.sql.types import StructField, StructType

    schema = json.loads(extras.deltalake().Schema.from_arrow(version.schema).to_json())  # Delta's types are Spark's
    fields = StructType.fromJson(schema)
    return fields if named else StructType([StructField(f"c{at}", field.dataType) for at, field in enumerate(fields)])


def _read_on_executors(spark: Any, table: Table, version: Version, fields: Any) -> Any:
    """Return the rows of a version in an object store: a partition for each file."""
    names, folder, schema = [file.name for file in version.files], table.path, dict(version.polars)
    kinds = list(version.schema.types)

    def read(batches: Iterable[Any]) -> Iterator[Any]:
        import pyarrow as pa

        for batch in batches:
            found = scan_files(folder, [names[place] for place in batch.column(0).to_pylist()], schema).collect()
            columns = [partitions.to_arrow(found[name], kind) for name, kind in zip(schema, kinds, strict=True)]
            yield from pa.table(columns, names=fields.names).to_batches(max_chunksize=partitions.PORTION)

    return partitions.map_in_arrow(spark.range(0, len(names), 1, len(names)), read, fields)


def _rows_before(current: Any, version: Version, former: Any, ended: Version, point: Point) -> Any:
    """Return the rows at a point; see :func:`pb2b_notebook.mirror.storage.history.rows_before`."""
    from pyspark.sql import Window
    from pyspark.sql import functions as sf

    stored = list(ended.schema.names)
    column = {name: sf.col(f"c{stored.index(name)}") for name in stored}
    when = column[ENDED_BY] if point.version else sf.unix_micros(column[ENDED_AT])
    first = sf.row_number().over(Window.partitionBy(column["id"]).orderBy(column[ENDED_BY]))
    former = former.filter(when > point.at).withColumn("rank", first).filter("rank = 1")
    types = {name: field.dataType for name, field in zip(version.schema.names, _fields(version), strict=True)}
    there = former.filter(column[EXISTED]).select(
        *(column.get(name, sf.lit(None)).cast(kind).alias(f"c{at}") for at, (name, kind) in enumerate(types.items()))
    )
    later = former.select(column["id"].alias("later"))
    place = version.schema.names.index("id")
    return current.join(later, current[f"c{place}"] == later["later"], "left_anti").unionAll(there)
