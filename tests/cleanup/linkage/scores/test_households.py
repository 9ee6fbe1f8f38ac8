"""Rows of one family name at one address: whether they are one person follows from the list."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from each_case import each_case
from pb2b_notebook import cleanup
from pb2b_notebook.cleanup.linkage.scores import households as scores

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


@pytest.mark.parametrize(("garbled", "couples", "linked"), [(120, 200, True), (6, 200, False), (0, 0, False)])
def test_two_garbled_names_at_one_address_are_one_person_beyond_what_couples_explain(garbled, couples, linked) -> None:
    """Rows without siblings say nothing of given names that are alike by chance."""
    both, unlike, strangers = 15, 15 | 7 << 4, 12 | 7 << 4
    patterns, rows = np.array([both, unlike, strangers]), np.array([garbled, couples, 60])
    most = scores.households(patterns, np.array([True, True, False]), rows).most
    assert (most[both] > 1) == linked


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


def test_two_of_a_household_who_share_an_insurance_number_are_left_to_a_person() -> None:
    rows = households(members=4).with_columns(number=pl.int_range(pl.len()).cast(pl.String) + "-4711-x")
    home = {"street": "7 Quarry Hill", "number": "31337-26-1116"}
    names = [("Heath", "Vandersteen"), ("Anastasia", "Ford"), ("Heath", "Vandersteen")]
    family = pl.DataFrame([{"first_name": first, "last_name": last} | home for first, last in names])
    found = (
        cleanup.duplicates(pl.concat([rows, family.select(rows.columns)]), fields=FIELDS | {"number": "identifier"})
        .frame["cluster_id"]
        .tail(3)
    )
    assert found[0] == found[2] != found[1]


@pytest.mark.parametrize(("numbers", "sizes"), [("a family's", [1, 1]), ("a person's", [2, 2])])
def test_two_nicknames_of_one_number_and_two_dates_are_a_family_where_numbers_are_its_own(
    numbers: str, sizes: list[int]
) -> None:
    people = households(members=4).head(40).with_row_index("i")
    number = pl.col("street").str.head(2) if numbers == "a family's" else pl.col("i").cast(pl.String).str.zfill(2)
    people = people.with_columns(
        number=pl.concat_str(number, number, pl.lit("-26-11"), number),
        born=pl.format("{}-0{}-17", 1931 + pl.col("i") * 11 % 67, 1 + pl.col("i") % 9),
    ).drop("i")
    home = {"last_name": "Vandersteen", "street": "7 Quarry Hill", "number": "31337-26-1116"}
    two = [{"first_name": name, "born": born} | home for name, born in (("Jan", "1975-05-23"), ("Hans", "1946-11-02"))]
    rows = pl.concat([people, pl.DataFrame(two).select(people.columns)])
    found = cleanup.duplicates(rows, fields=FIELDS | {"number": "identifier", "born": "date"})
    assert found.frame["cluster_size"].tail(2).to_list() == sizes


@each_case(("wrong", "size"), [(("family", "given"), 1), (("family", "given", "spelling"), 2)])
def test_father_and_son_of_one_name_are_two_unless_all_names_of_a_list_are_often_wrong(
    wrong: tuple[str, ...], size: int
) -> None:
    """Family names that change are those of married people, and given names that differ are those of siblings."""
    people = []
    for number, word in enumerate((a + b for a in "aeiou" for b in "bdfghklm"), start=51):
        one = {"first_name": f"Orla{word}", "last_name": f"Mc{word * 2}ton", "street": f"{number} Ash Way"}
        one |= {"born": f"19{number}-03-07"}
        others = {
            "family": {"last_name": f"Van{word[::-1] * 3}"},
            "given": {"first_name": f"Xu{word[::-1] * 3}is"},
            "spelling": {"first_name": f"Rol{word}", "last_name": f"Mac{word * 2}tn"},
        }
        people += [one, one | (others[wrong[number % len(wrong)]] if wrong else {})]
    home = {"first_name": "Ruby", "last_name": "Riding", "street": "88 Middleton Circuit"}
    rows = pl.DataFrame([*people, home | {"born": "1907-11-20"}, home | {"born": "1965-06-15"}])
    found = cleanup.duplicates(rows, fields=FIELDS | {"born": "date"})
    assert found.frame["cluster_size"].tail(2).to_list() == [size] * 2


def dated(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the list with a birth date of each person."""
    people = rows.select(pl.struct(rows.columns).rank("dense").alias("number")).to_series()
    born = [f"{1931 + 17 * n % 70}-{1 + 5 * n % 12:02d}-{1 + 11 * n % 28:02d}" for n in people]
    return rows.with_columns(born=pl.Series(born))


def clusters_of(rows: pl.DataFrame, added: list[dict[str, str | None]], **fields: str) -> list[str]:
    """Return the clusters of rows that are added to a list."""
    more = pl.DataFrame(added, schema=rows.schema)
    found = cleanup.duplicates(pl.concat([rows, more]), fields={"street": "street", "born": "date"} | fields)
    return list(found.frame["cluster_id"].tail(len(added)))


def test_a_row_without_a_date_joins_no_father_and_son_of_one_name() -> None:
    home = {"first_name": "Otto", "last_name": "Vandersteen", "street": "7 Quarry Hill"}
    father, son, either = [home | {"born": born} for born in ("1950-03-15", "1984-11-02", None)]
    first, second, _ = clusters_of(dated(households(members=4)), [father, son, either])
    assert first != second


def with_wrong_family_names(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the list with postcodes, and 20 of its people again, each with a family name that no one else has."""
    rows = rows.with_columns(postcode=pl.lit("2") + pl.col("born").str.slice(3, 1) + pl.col("street").str.head(2))
    names = [f"Zz{'qxzjvkwyub'[n // 10]}{'qxzjvkwyub'[n % 10]}ohm" for n in range(20)]
    return pl.concat([rows, rows.head(20).with_columns(last_name=pl.Series(names))])


def with_twins(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the list with a twin of each of its people."""
    return pl.concat([rows, rows.head(40).with_columns(first_name=pl.lit("Xaver"))])


def test_two_dates_that_are_nearly_the_same_are_two_neighbours_with_two_names() -> None:
    neighbour = {"first_name": "Edwina", "postcode": "48151"}
    one = neighbour | {"last_name": "Hill", "street": "14 Kingsmere Road", "born": "1929-03-11"}
    two = neighbour | {"last_name": "Wilkins", "street": "39 Kingsmere Road", "born": "1968-03-11"}
    rows = with_twins(with_wrong_family_names(dated(households(members=4))))
    first, second = clusters_of(rows, [one, two], postcode="postcode")
    assert first != second


def test_two_whole_names_that_two_rows_each_spell_alike_are_two_people() -> None:
    home = {"street": "7 Quarry Hill", "born": "1993-12-25", "postcode": "48151"}
    lilia = home | {"first_name": "Lilia", "last_name": "Houghton"}
    sandro = home | {"first_name": "Sandro", "last_name": "Vandermark"}
    found = clusters_of(
        with_wrong_family_names(dated(households(members=4))),
        [lilia, lilia | {"street": None}, sandro, sandro | {"street": None}],
        postcode="postcode",
    )
    assert found[0] == found[1] != found[2] == found[3]
