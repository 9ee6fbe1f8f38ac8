"""Sessions of Spark that cannot be used. The last test of the folder stops the session of all."""

import sys
from types import SimpleNamespace

import polars as pl
import pytest

from pb2b_notebook.cleanup import duplicates, merge, normalize, screen, validate
from pb2b_notebook.errors import InvalidParameterError, MissingExtraError, UsageError
from pb2b_notebook.spark.sessions import check_session
from spark_lists import to_spark


@pytest.mark.parametrize("session", [None, "local[2]", SimpleNamespace()])
def test_what_is_not_a_session_is_refused(session):
    with pytest.raises(InvalidParameterError, match="must be a SparkSession"):
        check_session(session)


def test_without_pyspark_the_error_has_the_install_line(spark, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'pb2b-notebook\[spark\]'"):
        check_session(spark)


def test_a_session_of_an_old_spark_is_refused(spark, monkeypatch):
    monkeypatch.setattr(spark, "version", "3.5.7")
    with pytest.raises(UsageError, match=r"Spark 3\.5\.7.* 4\.0 → "):
        check_session(spark)


def test_a_stopped_session_is_refused(spark):
    leads = to_spark(spark, pl.DataFrame({"id": ["a"], "email": ["ada@example.com"]}))
    check_session(spark)
    spark.stop()
    with pytest.raises(UsageError, match="is stopped"):
        check_session(spark)
    for function in (normalize, validate, screen, duplicates, merge):
        with pytest.raises(UsageError, match="is stopped"):
            function(leads)
