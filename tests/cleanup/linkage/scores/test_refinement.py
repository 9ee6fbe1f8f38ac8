"""Weights fitted to a list without labels: dense lists are raised, clean and small ones left alone."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pb2b_notebook import cleanup
from pb2b_notebook.cleanup.linkage.scores.refinement import AGREEING_NAMES, PatternCounts, refine
from pb2b_notebook.cleanup.linkage.scores.scoring import EVEN, logits_and_limits
from pb2b_notebook.cleanup.linkage.scores.weights import Weights

SHIPPED = Weights.shipped()
# Levels of the name in the lowest four bits, of the place at bit 24, of the chance of namesakes at bit 26.
SAME_NAME, OTHER_CITY = 1 | 1 << 24 | 20 << 26, 1 | 2 << 24 | 20 << 26
DIFFERENT_NAMES = 15 | 1 << 11 | 1 << 24 | 20 << 26
PATTERNS = np.array([SAME_NAME, OTHER_CITY, DIFFERENT_NAMES])


def counts(pairs, patterns=PATTERNS):
    return PatternCounts(patterns, np.array(pairs, dtype=float), np.zeros(len(patterns)))


def change(refinement, pattern):
    return (refinement.weights.logits(np.array([pattern])) - SHIPPED.logits(np.array([pattern])))[0]


def test_a_dense_list_raises_pairs_whose_names_agree_and_no_others():
    dense = refine(counts([3000.0, 800.0, 500.0]), 2000, SHIPPED)
    assert dense.rate > 1
    assert change(dense, SAME_NAME) > 1
    assert change(dense, DIFFERENT_NAMES) == 0
    assert any("not raised" in note for note in dense.notes)


def test_weights_that_are_fitted_already_leave_the_list_as_dense_as_it_is():
    """What the list has is not in the weights: with the weights of its own result, it gave other answers."""
    some = counts([3000.0, 800.0, 500.0])
    dense = refine(some, 2000, SHIPPED)
    again = refine(some, 2000, dense.weights)
    assert again.weights is dense.weights
    assert again.rate == pytest.approx(dense.rate, abs=0.01)


def test_rows_that_are_written_with_initials_raise_no_initial_above_a_whole_name():
    """Pairs of two people have initials as often."""
    initials = 3 | 1 << 24 | 20 << 26
    dense = refine(counts([1000.0, 4000.0], np.array([SAME_NAME, initials])), 2000, SHIPPED)
    assert dense.rate > 1
    assert change(dense, initials) <= change(dense, SAME_NAME)


@pytest.mark.parametrize("added", [0.0, -1.0])
def test_a_list_of_few_pairs_keeps_the_weights_because_its_columns_may_hide_them(added):
    few = refine(counts([3.0, 20.0, 4.0])._replace(added=np.full(3, added)), 20_000, SHIPPED)
    assert few.weights is SHIPPED
    assert few.notes[0].endswith("names count as usual, only a list with more of them is fitted")


@pytest.mark.parametrize("rows", [0, 1, 20])
def test_the_prior_dominates_a_small_list(rows):
    small = refine(counts(np.minimum([3.0, 1.0, 1.0], rows)), rows, SHIPPED)
    assert small.weights is SHIPPED
    assert small.notes == (
        f"{rows} distinct row{'s are too few' * (rows != 1) or ' is too little'} to fit the weights to this list",
    )


def test_weights_that_learned_from_labels_are_not_refined():
    learned = Weights(SHIPPED.values, 50)
    assert refine(counts([3000.0, 800.0, 500.0]), 2000, learned).weights is learned


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, (1 << 36) - 1), st.integers(1, 10**6)), max_size=30, unique_by=lambda x: x[0]),
    st.integers(0, 10**6),
)
def test_no_pair_is_ever_lowered_none_of_different_names_raised_and_none_without_limit(counted, rows):
    patterns = np.array([pattern for pattern, _ in counted], dtype=np.int64)
    found = refine(counts([n for _, n in counted], patterns), rows, SHIPPED)
    moved = found.weights.logits(patterns) - SHIPPED.logits(patterns)
    assert np.isfinite(moved).all()
    assert (moved >= 0).all()
    assert (moved <= 4.5 + 1e-9).all()
    assert (moved[~np.isin(patterns & 15, AGREEING_NAMES)] <= 1e-9).all()
    logits, most = logits_and_limits(patterns, found.weights)
    assert (np.minimum(logits, most)[np.isfinite(most)] <= EVEN).all()


def test_a_result_says_how_the_weights_were_fitted():
    """Sixty people, five rows each, every row with an employer of its own."""
    names = [
        f"{first}{end} {last}" for first in ("Ada", "Jor", "Kim") for end in ("la", "ne", "rik", "to")
        for last in ("Bergholt", "Quistad", "Voskell", "Yarrowby", "Zellmark")
    ]  # fmt: skip
    rows = [
        (f"{name}{chr(97 + n % 26)}{chr(97 + n // 26)}", f"Firm {n} {k}", "Oslo")
        for n, name in enumerate(names)
        for k in range(5)
    ]
    found = cleanup.duplicates(pd.DataFrame(rows, columns=["full_name", "company_name", "city"]))
    assert "pairs of one person for each row" in found.refinement[0]
    assert "fitted to this list" in str(found)
    assert repr(found.weights) == "Weights(fitted to a list)"


def test_a_thousand_equal_rows_are_not_a_thousand_times_the_evidence_of_two():
    few, many = (cleanup.duplicates(pd.DataFrame({"full_name": ["John Smith"] * n})) for n in (2, 1000))
    assert few.pairs["probability"].max() == many.pairs["probability"].max()
    assert many.refinement == ("1 distinct row is too little to fit the weights to this list",)
