"""The caller's Spark session: whether it is one, and whether it still runs."""

from __future__ import annotations

from typing import Any

from pb2b_notebook.errors import InvalidParameterError, MissingExtraError, UsageError

_NEW = "spark = SparkSession.builder.getOrCreate()"


def check_session(spark: Any) -> None:
    """Refuse what is not a Spark session, classic or of Spark Connect, or one that is stopped.

    Raises:
        MissingExtraError: PySpark is not installed.
        InvalidParameterError: It is not a session.
        UsageError: The session is stopped.
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
