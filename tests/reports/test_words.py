"""Sentences are true for every pair of numbers."""

import re

from hypothesis import given
from hypothesis import strategies as st

from pb2b_notebook.reports.words import compare_counts, compare_rates

COUNTS = st.integers(0, 10_000)


@given(COUNTS, COUNTS)
def test_a_sentence_about_two_counts_says_which_is_larger(now, before):
    text = compare_counts(now, before, "new lead", "new leads", "in the week before")
    assert text.startswith("No new leads" if now == 0 else f"{now:,} new lead")
    assert ("new leads" in text) == (now != 1)
    assert (" more than" in text) == (now > before > 0)
    assert (" fewer than" in text) == (0 < now < before)
    assert ("as many as" in text) == (now == before > 0)
    assert text.endswith(".")
    if 0 < before != now > 0:
        assert int(re.search(r"([\d,]+) (more|fewer)", text)[1].replace(",", "")) == abs(now - before)


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_a_difference_of_rates_is_claimed_in_the_right_direction_only(
    replied, delivered, replied_before, delivered_before
):
    text = compare_rates((replied, delivered), (replied_before, delivered_before), "in the week before")
    assert text.endswith(".")
    if "clearly less" in text:
        assert replied / delivered > replied_before / delivered_before
    if "clearly more" in text:
        assert replied / delivered < replied_before / delivered_before
    if replied > delivered > 0:
        assert "no rate" in text


def test_few_messages_are_no_evidence():
    text = compare_rates((1, 3), (0, 4), "in the week before")
    assert text == (
        "1 reply to 3 delivered messages so far (33%); 0% (0 of 4) in the week before, which is not a clear difference."
    )


def test_nothing_delivered_is_no_rate():
    assert (
        compare_rates((0, 0), (0, 0), "in the week before")
        == "No messages were delivered, and none in the week before."
    )
    assert (
        compare_rates((2, 4), (0, 0), "before")
        == "2 replies to 4 delivered messages so far (50%); none were delivered before."
    )
