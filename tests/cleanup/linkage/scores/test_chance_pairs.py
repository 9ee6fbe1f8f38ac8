"""Rows with errors in both the name and the date: of one person in a dirty list, of strangers where dates are alike."""

import random
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from each_case import each_case
from pb2b_notebook import cleanup
from pb2b_notebook.cleanup.linkage.columns.further_columns import further_columns
from pb2b_notebook.cleanup.linkage.scores.chance_pairs import chance_pairs
from pb2b_notebook.cleanup.linkage.scores.scoring import CountedPairs

FIELDS = {"first_name": "first_name", "last_name": "last_name", "born": "date"}
PARTS = ["ba", "ker", "lom", "ni", "sta", "du", "ver", "gol", "min", "hra", "zu", "pel", "tor", "wen", "ja", "fis"]
MIDDLE = ["Anton", "Bertil", "Cecil", "Dankwart", "Ewald", "Falko", "Gisbert"]
GIVEN = [
    first + second for first in ("har", "gur", "man", "sukh", "bal", "dal", "kul") for second in ("preet", "jit", "pal")
]


def people(rng: random.Random, count: int) -> list[dict[str, str]]:
    """Return people with a name and a birth date each."""
    return [
        {
            "first_name": "".join(rng.choices(PARTS, k=3)),
            "last_name": "".join(rng.choices(PARTS, k=4)),
            "born": str(date(1935, 1, 1) + timedelta(rng.randrange(25_000))),
        }
        for _ in range(count)
    ]


def with_errors(rng: random.Random, row: dict[str, str]) -> dict[str, str]:
    """Return a row with two wrong letters in each name, and a wrong digit in the date."""

    def wrong(text: str) -> str:
        for place in rng.sample(range(1, len(text)), 2):
            text = text[:place] + rng.choice("aeiou") + text[place + 1 :]
        return text

    year = row["born"][:3] + str((int(row["born"][3]) + 4) % 10)
    return {
        "first_name": wrong(row["first_name"]), "last_name": wrong(row["last_name"]), "born": year + row["born"][4:]
    }  # fmt: skip


def test_rows_with_errors_in_names_and_dates_are_found_where_chance_makes_few_of_them() -> None:
    rng = random.Random(1)
    rows = people(rng, 600)
    found = cleanup.duplicates(pl.DataFrame([*rows, *(with_errors(rng, row) for row in rows[:200])]), fields=FIELDS)
    ids = found.frame["cluster_id"].to_list()
    assert sum(one == other for one, other in zip(ids[:200], ids[600:], strict=True)) > 100
    assert found.frame["cluster_id"].n_unique() >= 600
    assert any("where chance makes" in note for note in found.refinement)


def test_two_middle_names_are_an_error_where_chance_makes_few_of_the_other_errors() -> None:
    rng = random.Random(3)
    rows = people(rng, 600)
    wrong = [
        with_errors(rng, row)
        | {"first_name": row["first_name"], "last_name": row["last_name"][:4] + "y" + row["last_name"][5:]}
        for row in rows[:200]
    ]
    middle = pl.Series([f" {MIDDLE[n % len(MIDDLE)]}" for n in range(800)])
    table = pl.DataFrame([*rows, *wrong]).with_columns(first_name=pl.col("first_name") + middle)
    ids = cleanup.duplicates(table, fields=FIELDS).frame["cluster_id"].to_list()
    assert sum(one == other for one, other in zip(ids[:200], ids[600:], strict=True)) > 150


@pytest.mark.parametrize("families", [["singh", "kaur"], ["singh", "sing", "sinha", "sidhu", "sandhu"]])
def test_strangers_of_few_names_whose_dates_are_a_default_stay_apart(families: list[str]) -> None:
    rng = random.Random(2)
    days = (f"{rng.randint(1950, 2003)}-01-01" for _ in range(300))
    group = [{"first_name": rng.choice(GIVEN), "last_name": rng.choice(families), "born": day} for day in days]
    rows = pl.DataFrame([*people(rng, 1_500), *group]).unique(maintain_order=True)
    found = cleanup.duplicates(rows, fields=FIELDS)
    assert not any("where chance makes" in note for note in found.refinement)


@each_case(
    ("name", "raised"),
    [(13 | 7 << 4, True), (11 | 7 << 4, False), (7, True), (13, True), (15, True), (5, False), (11, False)],
)
def test_alike_names_of_one_date_are_one_person_if_both_differ_and_may_be_twins_if_given_names_do(
    name: int, *, raised: bool
) -> None:
    other_names, same_date, other_date = 15 | 7 << 4, 9, 21
    pairs = np.array([40])
    counted = CountedPairs(np.array([name]), np.array([same_date]), pairs, pairs, pairs, pairs)
    strangers = pl.DataFrame({"pattern": [other_names] * 1_000, "further": [other_date] * 1_000})
    columns = further_columns({"born": "date"})
    found = chance_pairs(counted, np.array([-2.0]), lambda: (strangers,) * 3, 1e5, columns, names_are_wrong=False)
    after = found.raise_logits(counted.patterns, counted.further, columns, np.array([-2.0]))
    assert (after[0] > np.log(3)) == raised
