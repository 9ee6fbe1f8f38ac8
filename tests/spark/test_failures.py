"""What failed in Spark: an error that says it, with what to do, and without the values in Spark's own text."""

import os

import polars as pl
import pytest

from pb2b_notebook.cleanup import duplicates, normalize, validate
from pb2b_notebook.engines.on_spark import OnSpark
from pb2b_notebook.errors import UsageError
from pb2b_notebook.spark.failures import spark_errors
from pb2b_notebook.spark.partitions import map_in_arrow
from pb2b_notebook.spark.tables import create_table
from spark_lists import to_spark

LEADS = pl.DataFrame({"id": ["a"], "email": ["ada@example.com"]})


@pytest.mark.skipif("SPARK_REMOTE" in os.environ, reason="Spark Connect does not give its clients the context")
def test_rows_that_an_executor_lost_are_named(spark):
    kept = OnSpark(spark, 1).keep(create_table(spark, LEADS))
    assert kept.collect().equals(LEADS)
    for rows in spark.sparkContext._jsc.getPersistentRDDs().values():  # as the end of an executor does
        rows.unpersist()
    with pytest.raises(UsageError, match=r"an executor of Spark was lost.* → call again") as caught:
        kept.collect()
    assert "Checkpoint" not in str(caught.value)


def test_a_worker_that_ends_is_named(spark):
    rows = map_in_arrow(to_spark(spark, LEADS), lambda _: os._exit(1), "id string")
    with pytest.raises(UsageError, match=r"a worker of Python ended.*memoryOverhead"), spark_errors():
        rows.collect()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("java.io.IOException: No space left on device", "a disk of the cluster is full"),
        ("java.lang.OutOfMemoryError: Java heap space", "not enough memory"),
        ("is bigger than spark.driver.maxResultSize", "larger than spark.driver.maxResultSize"),
        ("SparkContext was shut down", "the Spark session ended"),
    ],
)
def test_failures_are_known_by_the_text_of_spark(spark, text, message):
    leads = spark.range(1).selectExpr(f"raise_error('{text}')")
    with pytest.raises(UsageError, match=message), spark_errors():
        leads.collect()


def test_java_that_has_ended_is_a_session_that_has():
    with pytest.raises(UsageError, match="the Spark session ended"), spark_errors():
        raise ConnectionRefusedError(111, "Connection refused")


@pytest.mark.parametrize("function", [normalize, validate, duplicates])
def test_a_stream_is_refused(spark, function):
    leads = spark.readStream.format("rate").load().selectExpr("CAST(value AS STRING) AS id", "'ada@' AS email")
    with pytest.raises(UsageError, match="foreachBatch"):
        function(leads)


@pytest.mark.parametrize("function", [normalize, validate])
def test_columns_that_cannot_pass_through_python_are_named(spark, function):
    leads = to_spark(spark, LEADS).selectExpr("*", "INTERVAL '1' MONTH AS term", "make_interval(1) AS `a.b`")
    with pytest.raises(UsageError, match=r"to Python: term, a\.b → .*df\.drop\('term'\)"):
        function(leads)
