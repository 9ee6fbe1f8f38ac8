"""One answer to "which library is this frame of?", for every public function."""

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from accepted_frames import ACCEPTED, REFUSED
from each_case import each_case
from pb2b_notebook import errors
from pb2b_notebook.frames.library import input_frame, library_of, row_labels, row_positions, with_row_labels

COLUMNS = {"email": ["ada@example.com", None]}


@each_case("kind", ACCEPTED)
def test_every_accepted_frame_is_read_with_its_values(kind):
    read = input_frame(ACCEPTED[kind](COLUMNS), purpose="cleanup")
    assert read.library == ("pandas" if kind.startswith("pandas") else "polars")
    assert read.is_lazy == (kind == "polars lazy")
    assert [None if value != value else value for value in read.frame["email"]] == COLUMNS["email"]  # noqa: PLR0124


@pytest.mark.parametrize("value", REFUSED.values(), ids=REFUSED)
def test_anything_else_is_an_error_that_says_what_to_pass(value):
    with pytest.raises(
        errors.CleanupError, match=r"cleanup needs a DataFrame, not \w+.*(pb\.read_leads|such as \.frame|to_frame)"
    ):
        input_frame(value, purpose="cleanup", error=errors.CleanupError)


@pytest.mark.parametrize("value", [pd.Series(["ada@example.com"]), pl.Series(["ada@example.com"])])
def test_the_error_for_a_column_says_how_it_becomes_a_frame(value):
    with pytest.raises(errors.InvalidParameterError, match=r"needs a DataFrame, not Series → pass its \.to_frame\(\)"):
        input_frame(value, purpose="cleanup")


def test_the_library_of_a_value_that_is_not_a_frame_is_none():
    assert [library_of(value) for value in (pd.DataFrame(), pl.LazyFrame(), [1])] == ["pandas", "polars", None]


def test_rows_are_called_by_the_index_only_where_it_says_more_than_the_position():
    frame = pd.DataFrame(COLUMNS)
    assert row_labels(frame) is None
    assert row_labels(pl.DataFrame(COLUMNS)) is None
    assert list(row_labels(frame.set_index(pd.Index([10, 20])))) == [10, 20]
    assert list(row_labels(frame.iloc[1:])) == [1]


@each_case(
    ("index", "expected"),
    [
        (pd.Index([10, 20, 20]), [20, None, 10, 20]),
        (pd.Index(["x", "y", "x"]), ["y", None, "x", "x"]),
        (pd.MultiIndex.from_tuples([(1, "a"), (1, "b"), (2, "a")]), [(1, "b"), None, (1, "a"), (2, "a")]),
        (None, [1, None, 0, 2]),
    ],
)
def test_positions_become_labels_and_null_stays_null(index, expected):
    table = pd.DataFrame({"row": pd.array([1, None, 0, 2], dtype="Int64")})
    found = with_row_labels(table, "row", index)["row"]
    assert [None if not isinstance(label, tuple) and pd.isna(label) else label for label in found] == expected
    assert found.dtype == ("Int64" if index is None or index.dtype == "int64" else found.dtype)
    assert table["row"].tolist()[0] == 1


def test_a_missing_label_stays_as_it_is():
    labels = pd.Index(["a", None], dtype=object)
    assert with_row_labels(pd.DataFrame({"row": [1, 0]}), "row", labels)["row"].tolist() == [None, "a"]


def test_a_result_without_rows_has_no_labels():
    table = pd.DataFrame({"row": pd.array([], dtype="Int64")})
    assert with_row_labels(table, "row", pd.Index(["a"]))["row"].tolist() == []


INDEXES = {
    "numbers": pd.Index([7, 8, 9]),
    "floats": pd.Index([2.0, 0.0, 1.0]),
    "texts": pd.Index(["a", "b", "c"]),
    "times": pd.date_range("2024-01-01", periods=3),
    "intervals": pd.IntervalIndex.from_breaks([0, 1, 2, 3]),
    "levels": pd.MultiIndex.from_tuples([("a", 1), ("b", 2), ("b", 3)]),
}


@pytest.mark.parametrize("index", INDEXES.values(), ids=INDEXES)
def test_every_label_of_an_index_leads_back_to_its_row(index):
    assert row_positions(list(index), index, count=3, repair="see .diff") == [0, 1, 2]
    assert row_positions([index[2]], index, count=3, repair="see .diff") == [2]
    assert row_positions([], index, count=3, repair="see .diff") == []


@each_case("rows", [["b"], ["z"], [["b"]], [None]])
def test_a_label_that_no_row_has_is_refused(rows):
    with pytest.raises(errors.InvalidParameterError, match=r"no such label → see \.diff"):
        row_positions(rows, INDEXES["levels"], count=3, repair="see .diff")


@pytest.mark.parametrize("rows", [5, "abc", None])
def test_rows_are_named_by_a_list(rows):
    with pytest.raises(errors.InvalidParameterError, match="list of index labels"):
        row_positions(rows, INDEXES["numbers"], count=3, repair="see .diff")


def test_a_label_of_several_rows_is_refused():
    with pytest.raises(errors.InvalidParameterError, match="several rows have the same index label"):
        row_positions(["a"], pd.Index(["a", "a", "b"]), count=3, repair="see .diff")


def fail(_):
    raise ValueError("ada@example.com")


class Failing:
    """An Arrow stream whose source fails: while it is opened, or after its first batch."""

    def __init__(self, *, opened):
        self._opened = opened

    def __arrow_c_stream__(self, requested_schema=None):
        batch = pa.record_batch({"email": ["ada@example.com"]})
        batches = (one or fail(one) for one in (batch, None))
        if not self._opened:
            fail(None)
        return pa.RecordBatchReader.from_batches(batch.schema, batches).__arrow_c_stream__(requested_schema)


UNREADABLE = {
    "a file that is not there": (lambda: pl.scan_csv("/nowhere.csv"), "FileNotFoundError"),
    "a column that is not there": (lambda: pl.LazyFrame(COLUMNS).select("phone"), "ColumnNotFoundError"),
    "a function that fails": (
        lambda: pl.LazyFrame(COLUMNS).select(pl.col("email").map_elements(fail, return_dtype=pl.String)),
        "ValueError",
    ),
    "a value that does not convert": (lambda: pl.LazyFrame(COLUMNS).cast(pl.Int64), "InvalidOperationError"),
    "a stream that cannot be opened": (lambda: Failing(opened=False), "ValueError"),
    "a stream that breaks off": (lambda: Failing(opened=True), "ComputeError"),
}


@pytest.mark.parametrize(("make", "cause"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_frame_that_cannot_be_read_is_an_error_with_its_cause(make, cause):
    with pytest.raises(errors.CleanupError, match=rf"(LazyFrame|Failing) cannot be .*{cause} → \w+") as caught:
        input_frame(make(), purpose="cleanup", error=errors.CleanupError)
    assert type(caught.value.__cause__).__name__ == cause
    assert "ada@" not in str(caught.value)


def test_a_stream_with_texts_that_are_not_utf8_is_refused():
    table = pa.table({"email": pa.array([b"caf\xe9@example.com"]).view(pa.string())})
    with pytest.raises(errors.CleanupError, match="Table cannot be read: ArrowInvalid → read it into"):
        input_frame(table, purpose="cleanup", error=errors.CleanupError)


def test_a_reader_that_was_read_before_is_an_error_and_not_a_frame_without_rows():
    reader = pa.table(COLUMNS).to_reader()
    assert input_frame(reader, purpose="cleanup").frame.height == 2
    with pytest.raises(errors.CleanupError, match=r"has no rows: it was read before.* → read it once"):
        input_frame(reader, purpose="cleanup", error=errors.CleanupError)
    assert input_frame(pa.table(COLUMNS).slice(0, 0), purpose="cleanup").frame.height == 0


def test_an_arrow_table_with_two_columns_of_one_name_is_refused_with_the_repair():
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["email", "email"])
    for value in (table, table.to_reader()):
        with pytest.raises(errors.CleanupError, match=r"two columns of one name → rename one of them"):
            input_frame(value, purpose="cleanup", error=errors.CleanupError)
