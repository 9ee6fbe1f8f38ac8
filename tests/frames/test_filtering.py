"""Filters of the API on rows of this machine."""

import polars as pl

from pb2b_notebook.frames.filtering import condition


def test_tags_that_are_one_text_are_split_at_the_sign_between_them():
    rows = pl.DataFrame({"tags": ["vip, b", "x;vip", "vip|b", " vip ", "vips; b", "Sales, EMEA; x", "", None]})

    def found(tag):
        return rows.filter(condition([("tag", tag)], rows.schema))["tags"].to_list()

    assert found("vip") == ["vip, b", "x;vip", "vip|b", " vip "]
    assert found("Sales, EMEA") == ["Sales, EMEA; x"]
