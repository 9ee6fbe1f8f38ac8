"""The same table of several workspaces in one lazy frame: no value is lost, rounded or taken for another."""

import datetime as dt
import json
from functools import partial

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb2b_notebook.mirror.reading.union import union, with_one_spelling

AT = dt.datetime(2026, 3, 10, 12, 30, tzinfo=dt.UTC)
COLUMNS = {
    "text": (pl.String, st.text(max_size=5)),
    "integer": (pl.Int64, st.integers(-(2**63), 2**63 - 1)),
    "number": (pl.Float64, st.floats(allow_nan=False, allow_infinity=False)),
    "boolean": (pl.Boolean, st.booleans()),
    "datetime": (pl.Datetime("us", "UTC"), st.just(AT)),
    "date": (pl.Date, st.dates()),
    "texts": (pl.List(pl.String), st.lists(st.text(max_size=3), max_size=2)),
}


@st.composite
def columns(draw):
    kind, values = COLUMNS[draw(st.sampled_from(sorted(COLUMNS)))]
    return pl.Series("x", draw(st.lists(st.none() | values, max_size=4)), kind)


def read_back(value, kind):
    """The value of a text that stands for one of another type."""
    if value is None or kind == pl.String:
        return value
    readers = {
        pl.Int64: int,
        pl.Float64: float,
        pl.Boolean: {"true": True, "false": False}.__getitem__,
        pl.Date: dt.date.fromisoformat,
        pl.Datetime("us", "UTC"): dt.datetime.fromisoformat,
        pl.List(pl.String): json.loads,
    }
    return readers[kind](value)


@given(columns(), columns())
def test_every_value_can_be_read_back_from_a_union_of_two_types(one, other):
    found = union({"a": one.to_frame().lazy(), "b": other.to_frame().lazy()}).collect()
    assert found["workspace"].to_list() == ["a"] * len(one) + ["b"] * len(other)
    for part, name in ((one, "a"), (other, "b")):
        came = found.filter(workspace=name)["x"]
        read = partial(read_back, kind=part.dtype) if came.dtype == pl.String else lambda value: value
        assert [read(value) for value in came.to_list()] == part.to_list()


@given(columns(), columns())
def test_the_type_of_a_column_depends_on_no_order_of_the_workspaces(one, other):
    parts = {"a": one.to_frame().lazy(), "b": other.to_frame().lazy()}
    assert union(parts).collect_schema()["x"] == union(dict(reversed(parts.items()))).collect_schema()["x"]


def test_a_column_that_one_workspace_lacks_is_null_in_its_rows():
    found = union({"a": pl.LazyFrame({"id": ["1"]}), "b": pl.LazyFrame({"id": ["2"], "tier": [7]})}).collect()
    assert found.rows() == [("a", "1", None), ("b", "2", 7)]
    assert found.schema["tier"] == pl.Int64


def test_integers_beside_decimal_numbers_become_text_only_where_a_number_would_be_rounded():
    decimal = pl.LazyFrame({"x": [0.5]})
    assert union({"a": pl.LazyFrame({"x": [2**53]}), "b": decimal}).collect()["x"].to_list() == [2.0**53, 0.5]
    assert union({"a": pl.LazyFrame({"x": [2**53 + 1]}), "b": decimal}).collect()["x"].to_list() == [
        "9007199254740993",
        "0.5",
    ]


def test_a_column_of_nulls_only_takes_the_type_of_the_others():
    nulls = pl.LazyFrame({"x": [None]}, schema={"x": pl.Null})
    found = union({"a": nulls, "b": pl.LazyFrame({"x": [dt.date(2026, 3, 10)]})}).collect()
    assert found["x"].to_list() == [None, dt.date(2026, 3, 10)]
    assert union({"a": nulls}).collect().schema["x"] == pl.String


@pytest.mark.parametrize("name", ["workspace", "Workspace"])
def test_a_field_that_is_called_workspace_keeps_its_values_under_another_name(name):
    found = union({"a": pl.LazyFrame({name: ["desk 7"]})}).collect()
    assert found.rows(named=True) == [{"workspace": "a", "workspace_2": "desk 7"}]


def test_names_that_differ_by_case_are_one_column_in_sql():
    parts = with_one_spelling({"a": pl.LazyFrame({"custom_Tier": [1]}), "b": pl.LazyFrame({"custom_tier": [2]})})
    assert union(parts).collect()["custom_Tier"].to_list() == [1, 2]
