"""What pairs of a kind are in a list: rows with nothing but a name, and two complete names at one address."""

import random
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from pb2b_notebook import cleanup
from pb2b_notebook.cleanup.linkage.columns.further_columns import further_columns
from pb2b_notebook.cleanup.linkage.scores.scoring import CountedPairs, are_more_than_flatmates

FIELDS = {"born": "date"}


# Where the dated rows have no two of one name, the list may have been deduplicated by names, and shows nothing.
@pytest.mark.parametrize(("names", "repeated", "are_joined"), [(900, 60, True), (9, 60, False), (900, 0, False)])
def test_a_bare_name_is_one_person_where_few_rows_of_one_name_have_two_dates(names, repeated, are_joined) -> None:
    rng = random.Random(4)
    people = [
        (f"G{rng.randrange(names):03}ne", f"F{rng.randrange(names):03}sen", str(date(1935, 1, 1) + timedelta(day)))
        for day in rng.choices(range(25_000), k=500)
    ]
    people += people[:repeated]
    rows = pl.DataFrame(people, schema=["first_name", "last_name", "born"], orient="row")
    bare = rows.head(60).with_columns(born=pl.lit(None, pl.String)).unique(maintain_order=True)
    ids = cleanup.duplicates(pl.concat([rows, bare]), fields=FIELDS).frame["cluster_id"].to_list()
    joined = sum(one in ids[: len(rows)] for one in ids[len(rows) :])
    assert joined > 45 if are_joined else joined == 0


# One of a thousand random pairs has one date.
@pytest.mark.parametrize(("one_date", "two_dates", "more"), [(6, 200, True), (6, 2_000, False), (4, 0, False)])
def test_two_complete_names_at_one_address_share_a_date_by_chance_or_are_one_person(one_date, two_dates, more) -> None:
    two_complete_names = np.array([15 | 7 << 4 | 2 << 35] * 2)
    further, numbers = np.array([9 | 9 << 5, 21 | 9 << 5]), np.array([one_date, two_dates])
    pairs = CountedPairs(two_complete_names, further, numbers, numbers, numbers, np.zeros(2))
    random_pairs = np.array([9] * 10 + [21] * 9_990)
    columns = further_columns({"born": "date", "address": "street"})
    assert are_more_than_flatmates(pairs, random_pairs, columns) is more
