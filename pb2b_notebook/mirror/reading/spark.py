"""Rows of a table as a Spark DataFrame: read by Spark's own Parquet reader from the files of the committed version."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.errors import UsageError
from pb2b_notebook.mirror.storage import extras
from pb2b_notebook.mirror.storage.layout import frame_name
from pb2b_notebook.spark.sessions import check_session

if TYPE_CHECKING:
    from pb2b_notebook.mirror.storage.tables import Table

_OPTIONS: Final = {
    # A folder may be named like a pattern; Spark's catalog reads its tables with this option.
    "__globPaths__": "false",
    # Whatever the session's settings are: a file that is missing is an error, and times are read as they are written.
    "ignoreMissingFiles": "false",
    "ignoreCorruptFiles": "false",
    "mergeSchema": "false",
    "datetimeRebaseMode": "CORRECTED",
}


def spark_frame(spark: Any, table: Table) -> Any:
    """Return the rows of the latest version as a lazy ``pyspark.sql.DataFrame`` under the frame's names.

    Args:
        spark: The caller's session.
        table: Table of the rows.

    Raises:
        MissingExtraError: PySpark is not installed.
        InvalidParameterError: ``spark`` is not a session.
        UsageError: The session is stopped, or the mirror is in an object store.
    """
    check_session(spark)
    if table.shared:
        raise UsageError(
            "a mirror in an object store cannot be read with ws.mirror.spark",
            repair=f'where the cluster has Delta Lake: spark.read.format("delta").load("{table.path}")',
        )
    from pyspark.sql.types import StructType

    version = table.latest()
    schema = extras.deltalake().Schema.from_arrow(version.schema).to_json()  # Delta writes types as Spark does
    files = [str(table.path / file.name) for file in version.files]
    fields = StructType.fromJson(json.loads(schema))
    rows = spark.read.options(**_OPTIONS).schema(fields).parquet(*files) if files else spark.createDataFrame([], fields)
    return rows.toDF(*map(frame_name, version.schema))
