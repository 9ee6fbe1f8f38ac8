"""One answer to "which library is this frame of?", for every public function."""

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from pb2b_notebook import errors
from pb2b_notebook.frames.library import input_frame, library_of, row_labels

COLUMNS = {"email": ["ada@example.com", None]}


class Subclass(pd.DataFrame):
    """As geopandas' GeoDataFrame is one, from another module."""


class Stream:
    """Gives an Arrow C stream and nothing else, as a DuckDB relation does."""

    def __arrow_c_stream__(self, requested_schema=None):
        return pa.table(COLUMNS).__arrow_c_stream__(requested_schema)


FRAMES = {
    "pandas": (pd.DataFrame(COLUMNS), "pandas"),
    "subclass of pandas": (Subclass(COLUMNS), "pandas"),
    "polars": (pl.DataFrame(COLUMNS), "polars"),
    "polars lazy": (pl.LazyFrame(COLUMNS), "polars"),
    "pyarrow": (pa.table(COLUMNS), "polars"),
    "Arrow stream": (Stream(), "polars"),
}


@pytest.mark.parametrize(("frame", "library"), FRAMES.values(), ids=FRAMES)
def test_every_accepted_frame_is_read_with_its_values(frame, library):
    read = input_frame(frame, purpose="cleanup")
    assert read.library == library
    assert read.is_lazy == isinstance(frame, pl.LazyFrame)
    assert [None if value != value else value for value in read.frame["email"]] == COLUMNS["email"]  # noqa: PLR0124


@pytest.mark.parametrize("value", [None, [1], {"a": [1]}, "leads.csv", pd.Series([1]), pl.Series([1]), pd.DataFrame])
def test_anything_else_is_an_error_that_says_what_to_pass(value):
    with pytest.raises(errors.CleanupError, match=r"cleanup needs a DataFrame, not \w+.*pb\.read_leads"):
        input_frame(value, purpose="cleanup", error=errors.CleanupError)


def test_the_library_of_a_value_that_is_not_a_frame_is_none():
    assert [library_of(value) for value in (pd.DataFrame(), pl.LazyFrame(), [1])] == ["pandas", "polars", None]


def test_rows_are_called_by_the_index_only_where_it_says_more_than_the_position():
    frame = pd.DataFrame(COLUMNS)
    assert row_labels(frame) is None
    assert row_labels(pl.DataFrame(COLUMNS)) is None
    assert list(row_labels(frame.set_index(pd.Index([10, 20])))) == [10, 20]
    assert list(row_labels(frame.iloc[1:])) == [1]
