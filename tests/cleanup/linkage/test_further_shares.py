"""How often the dates of a list are wrong follows from the list: from its rows of one name."""

from __future__ import annotations

import random
from datetime import date, timedelta

import polars as pl
import pytest

from pb2b_notebook import cleanup

GIVEN = (
    "Anke", "Bodo", "Carla", "Dirk", "Edda", "Falk", "Gesa", "Hauke", "Imke",
    "Jost", "Karin", "Lutz", "Malte", "Nele", "Otto", "Peer", "Rieke", "Sven",
)  # fmt: skip
FAMILY = (
    "Abel", "Behn", "Clasen", "Dohrn", "Ebert", "Fick", "Gade", "Harms", "Iwers",
    "Jepsen", "Kruse", "Lorenz", "Mohr", "Nissen", "Ohm", "Peters", "Rehm", "Siems",
)  # fmt: skip
FIELDS = {"born": "date"}


def population(*, copies: int) -> pl.DataFrame:
    """Return 900 people, many of one name, and a second row of some with a wrong digit in the date."""
    rng = random.Random(4)
    people = [
        (rng.choice(GIVEN), rng.choice(FAMILY), str(date(1930, 1, 1) + timedelta(rng.randrange(25_000))))
        for _ in range(900)
    ]
    wrong = [(given, family, born[:2] + str((int(born[2]) + 1) % 10) + born[3:]) for given, family, born in people]
    rows = people + wrong[:copies]
    return pl.DataFrame(rows, schema=["first_name", "last_name", "born"], orient="row")


@pytest.mark.parametrize("copies", [0, 150])
def test_a_wrong_digit_counts_against_a_pair_only_where_few_rows_of_one_name_have_one(copies: int) -> None:
    pair = pl.DataFrame({"first_name": ["Sven"] * 2, "last_name": ["Kruse"] * 2, "born": ["1957-06-11", "1952-06-11"]})
    rows = pl.concat([population(copies=copies), pair])
    found = cleanup.duplicates(rows, fields=FIELDS)
    *_, one, other = found.frame["cluster_id"]
    assert (one == other) == (copies > 0)
    assert any(
        "'born' often differ among rows of one name: 'differs by one digit'" in note for note in found.refinement
    ) == (copies > 0)


def test_namesakes_with_other_dates_stay_apart_where_dates_are_often_wrong() -> None:
    rows = population(copies=150)
    found = cleanup.duplicates(rows, fields=FIELDS).frame["cluster_id"].to_list()
    copied = set(zip(found[:150], found[900:], strict=True))
    assert sum(one == other for one, other in copied) > 140
    assert len(set(found)) > 895


def test_rows_without_a_name_are_not_one_person_because_they_have_one_birth_date() -> None:
    rows = population(copies=0)
    nameless = pl.DataFrame({"first_name": [None] * 3, "last_name": [None, None, "Wyk"], "born": ["1931-01-31"] * 3})
    found = cleanup.duplicates(pl.concat([rows, nameless.cast(rows.schema)]), fields=FIELDS)
    assert found.frame["cluster_size"].tail(3).to_list() == [1, 1, 1]
