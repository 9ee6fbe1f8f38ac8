"""Rows with nothing but a name: one more row of the person who has it, or a namesake."""

import random
from datetime import date, timedelta

import polars as pl
import pytest

from pb2b_notebook import cleanup

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
