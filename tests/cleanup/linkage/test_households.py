"""Rows of one family name at one address: whether they are one person follows from the list."""

from __future__ import annotations

import polars as pl
import pytest

from pb2b_notebook import cleanup

FAMILIES = ("Okafor", "Lindqvist", "Petrov", "Moreau", "Tanaka", "Haddad", "Novotny", "Byrne", "Castillo", "Weber")
GIVEN = ("Kylie", "Bruno", "Shirley", "Otto")
FIELDS = {"street": "street"}


def households(*, members: int) -> pl.DataFrame:
    """Return two rows of each of ``members`` people at each of ten addresses."""
    rows = [
        {"first_name": given, "last_name": family, "street": f"{number} {family} Road"}
        for number, family in enumerate(FAMILIES, start=11)
        for given in GIVEN[:members]
    ]
    return pl.DataFrame(rows + rows)


def last_pair(rows: pl.DataFrame, first: str | None, second: str | None) -> dict[str, object]:
    """Return the last two rows of the list: two rows of one family at one address."""
    home = {"last_name": "Vandersteen", "street": "7 Quarry Hill"}
    added = pl.DataFrame([{"first_name": first, **home}, {"first_name": second, **home}], schema=rows.schema)
    found = cleanup.duplicates(pl.concat([rows, added.select(rows.columns)]), fields=FIELDS)
    pair = found.pairs.filter(pl.col("row_b") == len(rows) + 1).to_dicts()
    return pair[0] if pair else {"decision": "apart", "probability": 0.0}


@pytest.mark.parametrize(("members", "decision"), [(1, "same"), (4, "apart")])
def test_a_row_without_a_given_name_is_one_of_a_household_or_the_only_one(members: int, decision: str) -> None:
    assert last_pair(households(members=members), None, "Shirley")["decision"] == decision


def test_two_given_names_that_are_a_little_alike_are_two_of_a_household() -> None:
    assert last_pair(households(members=4), "Kylie", "Claire")["decision"] == "apart"


def test_rows_that_nothing_but_an_address_ties_are_left_to_a_person() -> None:
    rows = households(members=2)
    added = pl.DataFrame(
        {"first_name": [None, "Grace"], "last_name": ["Czirr", None], "street": ["9 Elm Road"] * 2}, schema=rows.schema
    )
    found = cleanup.duplicates(pl.concat([rows, added]), fields=FIELDS)
    assert found.frame["cluster_size"].tail(2).to_list() == [1, 1]


def test_one_person_of_a_household_is_still_found() -> None:
    rows = households(members=4)
    assert cleanup.duplicates(rows, fields=FIELDS).frame["cluster_size"].to_list() == [2] * len(rows)
