"""Pairs that a person is to decide, and rows with nothing but a name: the person who has it, or a namesake."""

import random
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from pb2b_notebook import cleanup
from pb2b_notebook.cleanup.linkage.columns.further_columns import further_columns
from pb2b_notebook.cleanup.linkage.scores.scoring import EVEN, FurtherWeights, logits_and_limits, score_pairs
from pb2b_notebook.cleanup.linkage.scores.weights import Weights

FIELDS = {"born": "date"}


# Where the dated rows have no two of one name, the list may have been deduplicated by names, and shows nothing.
@pytest.mark.parametrize(("names", "repeated", "are_joined"), [(900, 60, True), (9, 60, False), (900, 0, False)])
def test_a_bare_name_is_one_person_where_few_rows_of_one_name_have_two_dates(names, repeated, are_joined) -> None:
    rng = random.Random(4)
    # Two such names neither begin nor end alike.
    people = [
        (f"{given:03}Gu{given:03}", f"{family:03}Fo{family:03}", str(date(1935, 1, 1) + timedelta(day)))
        for day in rng.choices(range(25_000), k=500)
        for given, family in [(rng.randrange(names), rng.randrange(names))]
    ]
    people += people[:repeated]
    rows = pl.DataFrame(people, schema=["first_name", "last_name", "born"], orient="row")
    bare = rows.head(60).with_columns(born=pl.lit(None, pl.String)).unique(maintain_order=True)
    ids = cleanup.duplicates(pl.concat([rows, bare]), fields=FIELDS).frame["cluster_id"].to_list()
    joined = sum(one in ids[: len(rows)] for one in ids[len(rows) :])
    assert joined > 45 if are_joined else joined == 0


def test_names_with_two_readings_at_one_company_are_for_a_person_however_little_else_agrees():
    one_company, own_address, one_phone, two_given_names, most_namesakes = 5 << 7, 8 << 11, 2 << 16, 7 << 4, 13 << 26
    patterns = np.array([2 | own_address, 11 | two_given_names | one_phone]) | one_company | most_namesakes
    pairs = pl.DataFrame({"a": [0, 0], "b": [1, 2], "pattern": patterns})
    assert score_pairs(pairs, Weights.shipped(), 0.75).logits.tolist() == [EVEN, EVEN]


def test_even_odds_of_two_readings_are_not_evidence_beside_further_columns():
    one_company, private_address, rare_name, same, other = 4 << 7, 13 << 11, 9 << 26, 1, 2
    pattern = 1 | one_company | private_address | rare_name
    pairs = pl.DataFrame({"a": [0, 0, 0], "b": [1, 2, 3], "pattern": [pattern] * 3, "further": [same, other, 0]})
    weights = np.zeros((1, 32))
    weights[0, [same, other]] = 3.0, -1.0
    found = score_pairs(pairs, Weights.shipped(), 0.75, FurtherWeights(further_columns({"club": "text"}), weights))
    (alone,), _ = logits_and_limits(np.array([pattern]), Weights.shipped())
    assert alone < -3.0
    assert found.logits.tolist() == [EVEN, -1.0, EVEN]
