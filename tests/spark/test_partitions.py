"""Rows of whole groups, in portions."""

import itertools

import pyarrow as pa
import pytest

from pb2b_notebook.spark.partitions import whole_groups


@pytest.mark.parametrize("size", [1, 2, 3, 5, 20])
def test_groups_are_never_cut(size):
    groups = [0, 0, 1, 2, 2, 2, 2, 2, 2, 3, 4, 5, 5]
    portions = [pa.table({"group": groups[start : start + size]}) for start in range(0, len(groups), size)]
    parts = [part["group"].to_pylist() for part in whole_groups(portions)]
    assert [*itertools.chain(*parts)] == groups
    assert all(one[-1] < other[0] for one, other in itertools.pairwise(parts))
