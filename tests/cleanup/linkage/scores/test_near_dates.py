"""Rows of one name whose dates differ by an error, in lists of few and of many names."""

import random
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from pb2b_notebook import cleanup
from pb2b_notebook.cleanup.linkage.columns.further_columns import further_columns
from pb2b_notebook.cleanup.linkage.columns.roles import FIRST_DIFFERENCE
from pb2b_notebook.cleanup.linkage.pairs.frequencies import NamesakePairs
from pb2b_notebook.cleanup.linkage.pairs.levels import NAME
from pb2b_notebook.cleanup.linkage.scores.near_dates import near_dates
from pb2b_notebook.cleanup.linkage.scores.scoring import CountedPairs

FIELDS = {"first_name": "first_name", "last_name": "last_name", "born": "date"}
FEW = (
    ["Ana", "María", "María José", "José", "José María", "Juan Carlos", "Antonio", "Carmen", "Manuel", "Pilar"],
    ["García Pérez", "López García", "Martínez Sánchez", "Sánchez", "Pérez Gómez", "Fernández"],
)


def people(rng: random.Random, count: int, given: list[str], family: list[str]) -> pl.DataFrame:
    days = [str(date(1935, 1, 1) + timedelta(rng.randrange(25_000))) for _ in range(count)]
    names = {"first_name": rng.choices(given, k=count), "last_name": rng.choices(family, k=count)}
    return pl.DataFrame({**names, "born": days}).unique(maintain_order=True)


def test_namesakes_whose_dates_are_alike_by_chance_stay_apart_where_few_names_are_used() -> None:
    rows = people(random.Random(5), 1_200, *FEW)
    found = cleanup.duplicates(rows, fields=FIELDS)
    assert found.frame["cluster_id"].n_unique() > len(rows) - 5
    assert any("'born'" in note and "by chance" in note for note in found.refinement)


def test_family_names_that_are_alike_and_dates_that_differ_by_an_error_are_two_people_of_a_school() -> None:
    rows = people(random.Random(5), 700, *FEW)
    days = [str(date(2010, 1, 1) + timedelta(random.Random(n).randrange(365))) for n in range(len(rows))]
    rows = rows.with_columns(born=pl.Series(days), city=pl.lit("Wels"))
    pairs = cleanup.duplicates(rows, fields=FIELDS).pairs
    alike = pl.col("reasons").str.contains("similar family names") & ~pl.col("reasons").str.contains("same born")
    assert pairs.filter(alike, pl.col("probability") >= 0.75).is_empty()


def test_people_with_a_wrong_digit_in_the_date_are_found_where_many_names_are_used() -> None:
    rows = people(random.Random(6), 900, [f"G{n:02}ne" for n in range(60)], [f"F{n:03}sen" for n in range(300)])
    digit = pl.when(pl.col("born").str.ends_with("1")).then(pl.lit("2")).otherwise(pl.lit("1"))
    wrong = rows.head(150).with_columns(born=pl.col("born").str.slice(0, 9) + digit)
    ids = cleanup.duplicates(pl.concat([rows, wrong]), fields=FIELDS).frame["cluster_id"].to_list()
    assert sum(one == other for one, other in zip(ids[:150], ids[len(rows) :], strict=True)) > 135


def test_namesakes_of_a_group_whose_dates_are_a_default_stay_apart() -> None:
    rng = random.Random(7)

    def names(count: int, syllables: int) -> list[str]:
        return [
            "".join(rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in range(syllables)) for _ in range(count)
        ]

    group = people(rng, 400, names(44, 3), names(40, 4))
    days = [f"{rng.randint(1950, 2003)}-01-01" for _ in range(len(group))]
    others = people(rng, 2_000, names(400, 3), names(900, 4))
    rows = pl.concat([others, group.with_columns(born=pl.Series(days))]).unique(maintain_order=True)
    found = cleanup.duplicates(rows, fields=FIELDS)
    assert found.frame["cluster_id"].n_unique() > len(rows) - 20


@pytest.mark.parametrize(
    ("equal", "apart", "unseen", "few"), [(2_680, 20, 0, False), (20, 2_680, 0, True), (20, 20, 2_660, True)]
)
def test_pairs_of_one_name_are_namesakes_as_far_as_dates_that_differ_wholly_show_it(equal, apart, unseen, few):
    same, one_digit, other = 1, FIRST_DIFFERENCE + 1, FIRST_DIFFERENCE + 5
    pairs = np.array([equal, 300, apart])
    counted = CountedPairs(np.array([1, 1, 1]), np.array([same, one_digit, other]), *[pairs] * 4)
    chance = np.repeat([one_digit, other], [40, 1_960])
    namesakes = NamesakePairs(0.0, float(pairs.sum() + unseen))
    found = near_dates(counted, namesakes, chance, chance, further_columns({"born": "date"}))
    assert any(most < 2 for most in found.most.values()) is few


def test_namesakes_with_one_middle_name_are_as_few_as_their_own_dates_show() -> None:
    one_part, other, middle = FIRST_DIFFERENCE + 3, FIRST_DIFFERENCE + 5, 1 << NAME.bits
    names, dates = np.array([1, 1 | middle, 1, 1 | middle]), np.array([one_part, one_part, other, other])
    counted = CountedPairs(names, dates, *[np.array([20, 20, 2_000, 10])] * 4)
    chance = np.repeat([one_part, other], [40, 1_960])
    columns = further_columns({"born": "date"})
    found = near_dates(counted, NamesakePairs(0.0, 2_050.0, 30.0), chance, chance, columns)
    limits = found.limits(names, dates, columns)
    assert limits[0] < 0
    assert limits[1] == np.inf


def test_two_wrong_digits_are_a_father_and_a_son_unless_the_list_has_many() -> None:
    home = {"first_name": "Otto", "last_name": "Vandersteen", "street": "7 Quarry Hill"}
    family = pl.DataFrame([home | {"born": born} for born in ("1950-05-07", "1960-05-27")])
    found = cleanup.duplicates(family, fields=FIELDS | {"street": "street"})
    assert found.frame["cluster_size"].to_list() == [1, 1]
    assert found.pairs["reasons"].to_list() == ["same name; born differs by two digits; same street"]
    rows = people(random.Random(8), 120, [f"G{n:02}ne" for n in range(60)], [f"F{n:03}sen" for n in range(300)])
    rows = rows.with_columns(street=pl.format("{} Ash Way", pl.int_range(pl.len())))
    wrong = rows.head(30).with_columns(born=pl.format("2{}9", pl.col("born").str.slice(1, 8)))
    found = cleanup.duplicates(pl.concat([rows, wrong]), fields=FIELDS | {"street": "street"})
    assert found.frame["cluster_size"].tail(30).eq(2).sum() > 25
