"""Tests of the columns that are computed once for each text."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pb2b_notebook.cleanup.linkage.names.folding import Stages, fold, keep_results, map_distinct

LIST = st.lists(st.sampled_from(["", "Nord AG", "Süd & Co", "Łódź", "nord ag", "ÆØ"]) | st.text(max_size=5), max_size=9)


@settings(max_examples=10)  # each has a dozen lists, and compiles the patterns of all expressions for each
@given(lists=st.lists(LIST, max_size=4))
def test_stages_that_keep_columns_return_what_they_do_for_each_list_alone(lists):
    value, folded = pl.col("value"), pl.col("folded")
    expressions = (
        {"folded": fold(value)},
        {"folded": folded, "size": folded.str.len_bytes(), "words": folded.str.split(" ")},
    )
    stages, shout = Stages(*expressions), keep_results(lambda texts: texts.str.to_uppercase())
    every = [*lists, [text for one in lists for text in one], [None, "Nord AG"]]
    for texts in [*every, *every]:
        values = pl.Series(texts, dtype=pl.String)
        assert stages.map(values).equals(map_distinct(values, *expressions))
        assert shout(values).equals(values.str.to_uppercase(), null_equal=True)


def test_kept_texts_are_limited():
    reverse = keep_results(lambda texts: texts.str.reverse())
    stages = Stages({"size": pl.col("value").str.len_chars()})
    for first in range(0, 30_000, 4000):
        texts = [str(n) for n in range(first, first + 4000)]
        assert stages.map(pl.Series(["7", *texts]))["size"].to_list() == [1, *map(len, texts)]
        assert len(stages._kept[0]) <= 10_000
        assert reverse(pl.Series(["7", *texts])).to_list() == ["7", *(text[::-1] for text in texts)]
    assert stages.map(pl.Series(map(str, range(5001))))["size"].sum() == 10 + 180 + 2700 + 4 * 4001


def test_long_texts_are_not_kept():
    computed = []
    count = keep_results(lambda texts: texts.str.head(computed.append(texts[0][:1]) or 1))
    for text in ["a" * 200, "b" * 201] * 2:
        assert count(pl.Series([text])).to_list() == [text[0]]
    assert computed == ["a", "b", "b"]
