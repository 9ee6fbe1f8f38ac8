"""Rows in files of a work folder, which the system frees with the frames."""

import polars as pl
from polars.testing import assert_frame_equal

from pb2b_notebook.engines.work_files import collect_into, write_into

ROWS = pl.DataFrame({"n": [1, None, 3], "text": ["a", "ü" * 20, None], "tags": [["x"], None, []]}).with_columns(
    pl.col("text").cast(pl.Categorical).alias("kind")
)


def test_rows_outlive_their_file(tmp_path):
    rows = collect_into(tmp_path / "work", ROWS.lazy())
    assert_frame_equal(rows, ROWS)
    assert list(tmp_path.iterdir()) == []


def test_parts_become_one_table_with_a_type_for_each_column(tmp_path):
    kinds = pl.Enum(["a", "b"])
    parts = [
        (ROWS.head(2), pl.DataFrame({"word": ["a", "b"]}, schema={"word": kinds})),
        (ROWS.clear(), pl.DataFrame({"word": []}, schema={"word": kinds})),
        (ROWS.tail(1), pl.DataFrame({"word": ["another"]})),
    ]
    rows, words = write_into(tmp_path, parts)
    assert_frame_equal(rows, ROWS)
    assert_frame_equal(words, pl.DataFrame({"word": ["a", "b", "another"]}))
    assert list(tmp_path.iterdir()) == []
