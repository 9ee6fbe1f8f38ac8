"""A row in a result of cleanup is the index label of a pandas frame, and the position from 0 otherwise."""

import pandas as pd
import polars as pl
import pytest

from pb2b_notebook.cleanup import normalize, report, screen, validate

LEADS = {
    "email": ["ada@gmial.com", "BOB@example.com", "eve@"],
    "status": ["new", "unsubscribed", "bounced"],
}
POSITIONS = {"changes": [1], "suggestions": [0], "problems": [0, 2], "reasons": [1, 2]}
INDEXES = {
    "default": (None, [0, 1, 2]),
    "numbers": ([10, 30, 20], [10, 30, 20]),
    "rows left after a filter": (pd.RangeIndex(5, 8), [5, 6, 7]),
    "text": (["a", "b", "c"], ["a", "b", "c"]),
    "repeated": (["a", "b", "b"], ["a", "b", "b"]),
    "two levels": (pd.MultiIndex.from_tuples([(1, "a"), (1, "b"), (2, "a")]), [(1, "a"), (1, "b"), (2, "a")]),
}


def rows_of_results(frame):
    tidy = normalize(frame)
    return {
        "changes": tidy.changes["row"].to_list(),
        "suggestions": tidy.suggestions["row"].to_list(),
        "problems": validate(frame).problems["row"].to_list(),
        "reasons": screen(frame).reasons["row"].to_list(),
    }


@pytest.mark.parametrize(("index", "labels"), INDEXES.values(), ids=INDEXES)
def test_a_row_of_pandas_is_its_index_label(index, labels):
    found = rows_of_results(pd.DataFrame(LEADS, index=index))
    assert found == {name: [labels[row] for row in rows] for name, rows in POSITIONS.items()}


@pytest.mark.parametrize("make", [pl.DataFrame, pl.LazyFrame])
def test_a_row_of_polars_is_its_position(make):
    assert rows_of_results(make(LEADS)) == POSITIONS


def test_a_problem_of_the_whole_frame_has_no_row():
    problems = validate(pd.DataFrame({"country": ["Germany"]}, index=["a"])).problems
    assert [None if pd.isna(row) else row for row in problems["row"]] == [None, "a"]


def test_labels_select_the_rows_of_the_frame():
    frame = pd.DataFrame(LEADS, index=[10, 30, 20])
    problems = validate(frame).problems
    assert frame.loc[problems["row"].unique(), "email"].tolist() == ["ada@gmial.com", "eve@"]


def test_a_report_counts_the_same_whatever_the_index_is():
    frame = pd.DataFrame(LEADS)
    assert report(frame.set_axis(["a", "a", "b"])).table.equals(report(frame).table)
