import json
import pickle
import sys

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb2b_notebook.frames.conversion import _text_lists, to_frame
from pb2b_notebook.frames.hashable_cells import ListCell, RecordCell, hashable_cell

VALUES = [["a", "b"], [], [{"a": [1]}, {"b": None}], {"b": {"c": [1]}, "a": 1.5}, {}, "text", None]


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_a_cell_equals_its_value_and_is_hashed_stored_and_written_like_it(value):
    cell = hashable_cell(value)
    assert (cell == value, value == cell, cell != value) == (True, True, False)
    assert len({cell, hashable_cell(value)}) == 1
    assert pickle.loads(pickle.dumps(cell)) == value  # noqa: S301 - our own
    assert (json.dumps(cell), repr(cell)) == (json.dumps(value), repr(value))
    assert pa.array([cell]).equals(pa.array([value]))


def test_records_are_hashed_without_the_order_of_their_names():
    assert len({RecordCell(a=1, b=2), RecordCell(b=2, a=1)}) == 1
    assert len({ListCell([{"a": 1, "b": 2}]), ListCell([{"b": 2, "a": 1}])}) == 1


def test_lists_are_joined_on_both_sides_and_do_not_change():
    cell = ListCell(["a"])
    assert (cell + ["b"], ["b"] + cell) == (["a", "b"], ["b", "a"])  # noqa: RUF005 - what is tested
    assert (type(cell[:1]), cell[0], cell.copy(), cell != ["b"]) == (list, "a", ["a"], True)
    with pytest.raises(TypeError, match="assign a new one"):
        cell.append("b")


def test_pandas_counts_them_and_polars_reads_them_as_lists():
    frame = pd.DataFrame({"tags": pd.Series([ListCell(["a"]), ListCell(["a"]), ListCell([])], dtype=object)})
    assert (len(frame.drop_duplicates()), frame["tags"].nunique(), len(frame.groupby("tags"))) == (2, 2, 2)
    assert frame["tags"].explode().tolist()[:2] == ["a", "a"]
    assert pl.from_pandas(frame)["tags"].to_list() == [["a"], ["a"], []]


TYPES = {
    "texts": (pa.list_(pa.string()), [["a", None], [], None, ["a", None]]),
    "numbers": (pa.list_(pa.int64()), [[1], None, []]),
    "many texts": (pa.list_(pa.string()), [[*"abcdefghijklmnopq"], ["a", None], None, [*"abcdefghijklmnopq"]]),
    "large": (pa.large_list(pa.string()), [["a"], None, []]),
    "fixed": (pa.list_(pa.string(), 1), [["a"], None]),
    "records": (pa.list_(pa.struct([("a", pa.string())])), [[{"a": "x"}], None, []]),
    "record": (pa.struct([("a", pa.list_(pa.string()))]), [{"a": ["x"]}, None]),
}


@pytest.mark.parametrize(("kind", "values"), TYPES.values(), ids=TYPES)
def test_every_nested_column_becomes_cells_and_equal_lists_of_text_are_one(kind, values):
    column = pa.chunked_array([values, values], kind)
    cells = to_frame(pa.table({"of": column}), "pandas")["of"].tolist()
    assert cells == values * 2
    assert {type(cell) for cell in cells} <= {ListCell, RecordCell, type(None)}
    if kind == pa.list_(pa.string()):
        assert cells[0] is cells[3]


LISTS = st.lists(st.none() | st.lists(st.none() | st.sampled_from(["", "a", "b", "é"]), max_size=4), max_size=12)


@given(st.lists(LISTS, max_size=3), st.integers(0, 5))
def test_lists_of_text_in_any_chunks_become_equal_cells(chunks, start):
    kind = pa.list_(pa.string())
    column = pa.chunked_array([pa.array([["of", "before"], *rows], kind)[1:] for rows in chunks], kind)[start:]
    cells = to_frame(pa.table({"of": column}), "pandas")["of"].tolist()
    assert cells == column.to_pylist()
    assert len(set(map(id, cells))) == len(set(cells))


def test_lists_of_text_of_many_lengths_are_compared_in_linear_work():
    ids = [[f"id_{number}" for number in range(length)] for length in range(300)]
    calls = 0

    def count(frame, event, given):
        nonlocal calls
        calls += event == "call"

    column = pa.array(ids, pa.list_(pa.string()))
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        cells = _text_lists(column)
    finally:
        sys.setprofile(before)
    assert cells == ids
    assert calls < 3_000  # one comparison for each position of each length makes more than 45,000
