"""Texts with equal ones among them are never taken for distinct, and distinct ones of one length always are."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from pb2b_notebook.frames.distinct_texts import column_is_distinct, lines_are_distinct

TEXTS = st.lists(st.text(st.sampled_from("abé"), max_size=10), min_size=1, max_size=30)


@given(st.lists(TEXTS, max_size=4), st.integers(0, 2))
def test_a_column_is_distinct_only_if_no_text_is_there_twice(chunks, start):
    column = pa.chunked_array([pa.array(["of before", *texts])[1:] for texts in chunks], pa.string())[start:]
    texts = column.to_pylist()
    expected = len(set(texts)) == len(texts) and len({len(text.encode()) for text in texts} | {0}) <= 2
    assert column_is_distinct(column) == (expected and "" not in texts)


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_lines_are_distinct_only_if_none_is_there_twice(pages):
    packed = ["\n".join(page).encode() for page in pages]
    lines = [line for page in packed for line in page.split(b"\n")]
    expected = len(set(lines)) == len(lines) and len({len(line) for line in lines}) <= 1
    assert lines_are_distinct(packed) == expected


def test_other_columns_are_not_known_to_be_distinct():
    assert not column_is_distinct(pa.chunked_array([["a", None]]))
    assert not column_is_distinct(pa.chunked_array([[1, 2]]))
    assert column_is_distinct(pa.chunked_array([[f"lead_{number:016x}" for number in range(20_000)]]))
