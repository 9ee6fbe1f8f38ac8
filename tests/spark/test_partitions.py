"""Functions of parts of the rows: whole groups in portions, and what a worker does before them."""

import gc
import itertools

import polars as pl
import pyarrow as pa
import pytest

from pb2b_notebook.spark.partitions import map_parts, whole_groups
from spark_lists import collected, to_spark


@pytest.mark.parametrize("size", [1, 2, 3, 5, 20])
def test_groups_are_never_cut(size):
    groups = [0, 0, 1, 2, 2, 2, 2, 2, 2, 3, 4, 5, 5]
    portions = [pa.table({"group": groups[start : start + size]}) for start in range(0, len(groups), size)]
    parts = [part["group"].to_pylist() for part in whole_groups(portions)]
    assert [*itertools.chain(*parts)] == groups
    assert all(one[-1] < other[0] for one, other in itertools.pairwise(parts))


def test_a_worker_collects_no_garbage_of_its_modules(spark):
    from pyspark.sql.types import LongType

    def frozen(rows):
        return rows.select(frozen=pl.lit(gc.get_freeze_count()))

    found = map_parts(to_spark(spark, pl.DataFrame({"id": ["a", "b"]})), ["id"], frozen, {"frozen": LongType()})
    assert collected(found, "frozen")["frozen"].min() > 10_000
