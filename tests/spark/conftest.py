"""One Spark on this machine for all tests of the folder, which one worker runs. Without Java or PySpark they fail.

It is ``local[2]``. With ``SPARK_REMOTE="local-cluster[2,1,1024]"``, it is a local cluster of two executors, behind a
server of Spark Connect (``pip install "pyspark[connect]"``).
"""

import os
import sys

import pytest


def pytest_collection_modifyitems(items):
    """Run the test that stops Spark after all others."""
    items.sort(key=lambda item: item.name == "test_a_stopped_session_is_refused")


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    from pyspark.sql import SparkSession

    folder = tmp_path_factory.mktemp("spark")
    options = {
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",  # starts sooner
        "spark.driver.memory": "1g",
        "spark.local.dir": str(folder),
        # For some hundred rows, to generate and compile code for each plan takes longer than to interpret the plan.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.session.timeZone": "Europe/Berlin",  # other than the mirror's
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        builder, remote = SparkSession.builder, os.environ.get("SPARK_REMOTE")
        builder = builder.remote(remote) if remote else builder.master("local[2]")
        spark = builder.config(map=options).getOrCreate()
        yield spark
        spark.stop()
