"""How often the dates of a list are wrong follows from the list: from its rows of one name."""

from __future__ import annotations

import random
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from pb2b_notebook import cleanup
from pb2b_notebook.cleanup.linkage.columns.further_columns import further_columns
from pb2b_notebook.cleanup.linkage.scores.further_shares import fitted_shares, usual_shares
from pb2b_notebook.cleanup.linkage.scores.scoring import CountedPairs

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


@pytest.mark.parametrize("times", [1, 2])
def test_rows_without_a_name_are_not_one_person_because_they_have_one_birth_date(times: int) -> None:
    rows = population(copies=0)
    if times > 1:  # each person has many rows, also without a given or a family name
        parts = [
            rows.with_columns(pl.lit(None, pl.String).alias(c) for c in gone)
            for gone in ((), ("first_name",), ("last_name",))
        ]
        rows = pl.concat(part.with_columns(city=pl.lit(f"Town {n}")) for part in parts for n in "AB")
    nameless = pl.DataFrame({"first_name": [None] * 3, "last_name": [None, None, "Wyk"], "born": ["1931-01-31"] * 3})
    found = cleanup.duplicates(
        pl.concat([rows, nameless.cast({"first_name": pl.String})], how="diagonal"), fields=FIELDS
    )
    assert found.frame["cluster_size"].tail(3).to_list() == [1, 1, 1]


@pytest.mark.parametrize("sexes", ["m", "mf"])
def test_a_number_that_always_differs_among_namesakes_is_no_error(sexes: str) -> None:
    rng = random.Random(1)
    given, family = (rng.choices(names, [1 / (n + 1) for n in range(len(names))], k=1000) for names in (GIVEN, FAMILY))
    rows = [(g, f, "Husum", rng.randrange(10**7, 10**8), rng.choice(sexes)) for g, f in zip(given, family, strict=True)]
    people = pl.DataFrame(rows, schema=["first_name", "last_name", "city", "customer number", "sex"], orient="row")
    sizes = cleanup.duplicates(people).frame["cluster_size"]
    assert (sizes > 1).sum() <= 4  # by chance, two numbers are alike


def test_people_of_one_name_are_of_one_age_and_their_dates_no_errors() -> None:
    rng = random.Random(2)
    rows = []
    for _ in range(1500):
        name = rng.randrange(len(GIVEN))
        born = date(1940 + 3 * name, 1, 1) + timedelta(rng.randrange(1400))
        rows.append((GIVEN[name], rng.choice(FAMILY), str(born)))
    people = pl.DataFrame(rows, schema=["first_name", "last_name", "born"], orient="row")
    found = cleanup.duplicates(people, fields=FIELDS)
    assert not any("often differ" in note for note in found.refinement)


def test_rows_without_a_name_are_apart_also_where_many_rows_have_none() -> None:
    rng = random.Random(3)

    def born() -> str:
        return str(date(1940, 1, 1) + timedelta(rng.randrange(22_000)))

    rows = [(f"G{rng.randrange(30)}a", f"F{rng.randrange(99)}b", born()) for _ in range(2000)]
    rows += [(None, None, born()) for _ in range(2000)]
    people = pl.DataFrame(rows, schema=["first_name", "last_name", "born"], orient="row")
    assert (cleanup.duplicates(people, fields=FIELDS).frame["cluster_size"].tail(2000) == 1).all()


def test_people_are_found_whose_name_and_date_both_have_an_error() -> None:
    rows = population(copies=300)
    wrong = pl.Series(range(len(rows))) >= 1050
    rows = rows.with_columns(last_name=pl.when(wrong).then(pl.col("last_name") + "rn").otherwise("last_name"))
    found = cleanup.duplicates(rows, fields=FIELDS).frame["cluster_id"].to_list()
    assert sum(one == other for one, other in zip(found[150:300], found[1050:], strict=True)) > 60
    assert len(set(found[:900])) > 895


def test_two_badly_misspelled_names_of_one_date_are_one_person_where_a_list_has_many() -> None:
    people, misspelled = population(copies=0), 40
    unlike = people.head(misspelled).with_columns(
        pl.col("first_name").str.slice(0, 2) + pl.col("first_name").str.slice(3) + "ö",
        pl.col("last_name").str.slice(0, 2) + "u" + pl.col("last_name").str.slice(3) + "x",
    )
    found = cleanup.duplicates(pl.concat([people, unlike]), fields=FIELDS).frame["cluster_id"].to_list()
    assert len(set(found[:900])) > 895
    assert sum(one == other for one, other in zip(found[:misspelled], found[900:], strict=True)) >= misspelled * 0.7


def test_a_middle_name_without_a_first_name_is_a_given_name() -> None:
    people = pl.DataFrame({
        "first_name": ["Okoro", None], "middle_name": ["Longji", "Longji"], "last_name": ["Disu", "Disu"],
        "born": ["1957-06-11", "1957-06-11"],
    })  # fmt: skip
    found = cleanup.duplicates(people, fields=FIELDS)
    assert found.frame["cluster_size"].to_list() == [2, 2]
    assert "one first name is the other's middle name" in found.pairs["reasons"][0]


def test_namesakes_of_one_given_name_and_birth_date_stay_apart_where_few_names_are_used() -> None:
    rng = random.Random(11)
    days = [str(date(1935, 1, 1) + timedelta(rng.randrange(25_000))) for _ in range(1_500)]
    rows = pl.DataFrame({
        "first_name": rng.choices(GIVEN, k=1_500), "last_name": rng.choices(FAMILY[:8], k=1_500), "born": days,
    })  # fmt: skip
    same = rows.select(pl.struct("first_name", "born").is_duplicated()).to_series()
    found = cleanup.duplicates(rows.filter(same | (pl.int_range(pl.len()) < 1_400)), fields=FIELDS)
    joined = found.pairs.filter(pl.col("decision") == "same")["reasons"]
    assert not joined.str.contains("different family names").any()


@pytest.mark.parametrize("same_email", [0, 1])
def test_two_dates_count_for_an_error_as_often_as_rows_of_one_name_and_email_address_have_them(same_email: int) -> None:
    columns, pairs, two_dates, one_date = further_columns(FIELDS), np.array([60, 140]), 21, 9
    patterns = np.full(2, 1 | same_email << 11)
    counted = CountedPairs(patterns, np.array([two_dates, one_date]), pairs, pairs, pairs, np.zeros(2, dtype=np.int64))
    (dates,) = fitted_shares(columns, np.full(1_000, two_dates), counted)
    (usual,) = usual_shares(columns)
    assert dates[:-1] == usual[:-1]
    assert (dates[-1] > 0.2) if same_email else (dates[-1] == usual[-1])


@pytest.mark.parametrize(("wrong", "size"), [(90, 2), (15, 1)])
def test_two_dates_are_no_father_and_son_where_many_dates_are_wholly_wrong(wrong: int, size: int) -> None:
    rng = random.Random(7)
    people = [(given, family, rng.randrange(25_000)) for given in GIVEN for family in FAMILY][:300]
    shifts = [1_733 + 97 * n for n in range(wrong)] + [10 * 365 + 2] * 40 + [0] * (260 - wrong)
    first, second = (
        [
            (
                given,
                family,
                str(date(1930, 1, 1) + timedelta(born + shift)),
                f"{given}.{family}@kv{n}.example",
                f"Ort{n}",
            )
            for n, ((given, family, born), shift) in enumerate(zip(people, added, strict=True))
        ]
        for added in ([0] * 300, shifts)
    )
    pair = [("Ysolde", "Quandtner", born, None, "Ort7") for born in ("1957-06-11", "1984-11-23")]
    schema = ["first_name", "last_name", "born", "email", "city"]
    rows = pl.DataFrame([*first, *second, *pair], schema=schema, orient="row")
    assert cleanup.duplicates(rows, fields=FIELDS).frame["cluster_size"][-1] == size
