"""Frames opened for cleanup."""

import pandas as pd
import pyarrow as pa

from pb2b_notebook.cleanup.frames import open_frame


def test_rows_taken_from_a_frame_have_the_text_of_those_rows(make_frame):
    frame = open_frame(make_frame({"email": ["a", "b", None, "d"]}))
    assert frame.values("email") == ["a", "b", None, "d"]
    assert frame.take_rows([3, 1]).values("email") == ["d", "b"]


def test_an_arrow_table_is_opened_in_polars():
    frame = open_frame(pa.table({"email": ["a", None]}))
    assert (frame.library, frame.lazy, frame.values("email")) == ("polars", False, ["a", None])


def test_the_index_is_given_back_with_the_rows_that_are_left():
    frame = open_frame(pd.DataFrame({"email": ["a", "b", "c"]}, index=["x", "x", "y"]))
    left = frame.to_callers_frame(frame.table[[2, 0], :], [2, 0])
    assert list(left.index) == ["y", "x"]
