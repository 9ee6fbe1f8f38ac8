"""The caller's Spark session: whether it is one, and whether it still runs."""

from __future__ import annotations

from typing import Any, Final

from pb2b_notebook.errors import InvalidParameterError, MissingExtraError, UsageError
from pb2b_notebook.spark.failures import spark_errors

_OLDEST: Final = 4
"""Least major version of Spark."""
_NEW: Final = "spark = SparkSession.builder.getOrCreate()"


def check_session(spark: Any) -> None:
    """Refuse what is not a Spark session, classic or of Spark Connect, one that is stopped, or one of an old Spark.

    Raises:
        MissingExtraError: PySpark is not installed.
        InvalidParameterError: It is not a session.
        UsageError: The session is stopped, or its Spark is older than 4.0.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise MissingExtraError("spark", "working with Spark") from None
    connected = type(spark).__module__.startswith("pyspark.sql.connect.")
    if not (connected or isinstance(spark, SparkSession)):
        raise InvalidParameterError(f"spark must be a SparkSession, not {type(spark).__name__}", repair=_NEW)
    # A classic session has lost its Java objects; one of Connect says so itself.
    if spark.is_stopped if connected else spark.sparkContext._jsc is None:  # noqa: SLF001 - no public member shows it
        raise UsageError("the Spark session is stopped", repair=f"start another one: {_NEW}")
    if int(spark.version.partition(".")[0]) < _OLDEST:
        raise UsageError(
            f"the session is of Spark {spark.version}; the oldest that works is {_OLDEST}.0",
            repair="use a cluster with Spark 4, and here: pip install 'pb2b-notebook[spark]'",
        )


def check_frame(df: Any) -> None:
    """Refuse a DataFrame whose session cannot be used, or whose rows are a stream.

    Raises:
        UsageError: The session is stopped, or its Spark is older than 4.0; or the rows never end.
    """
    check_session(df.sparkSession)
    with spark_errors():  # Spark Connect looks only now for the tables and columns of a DataFrame
        streams = df.isStreaming
    if streams:
        raise UsageError(
            "a streaming DataFrame of Spark has no last row",
            repair="pass its batches: df.writeStream.foreachBatch(lambda batch, _: …), where batch is a DataFrame",
        )
