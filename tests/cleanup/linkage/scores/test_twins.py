"""Rows of one family name and date whose given names are a little alike."""

import random

import polars as pl
import pytest

from pb2b_notebook import cleanup

FIELDS = {"first_name": "first_name", "last_name": "last_name", "born": "date"}
ALIKE = [("Marlene", "Marlies"), ("Aylin", "Eylin"), ("Katja", "Katrin"), ("Lina", "Lena"), ("Emilia", "Emily")]
SELDOM = [("arlene", "arlies"), ("atjana", "atjosa"), ("erlinde", "erluda"), ("omarik", "omadur"), ("uvalin", "uvasen")]


def families(rng: random.Random, count: int, *, seldom: bool = False) -> pl.DataFrame:
    """Return two rows of one family name and date for each family, whose given names are a little alike."""
    rows = []
    for number in range(count):
        born = f"{rng.randint(1980, 2015)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        begin = "BDFGHKLMNPRS"[number // len(SELDOM)] if seldom else ""
        names = SELDOM if seldom else ALIKE
        rows += [(begin + given, f"Wolk{number:03}mann", born) for given in names[number % len(names)]]
    return pl.DataFrame(rows, schema=list(FIELDS), orient="row")


@pytest.mark.parametrize(
    ("home", "misspelled", "seldom"),
    [({}, 0, True), ({"street": "12 Oak Street", "zip": "10115"}, 0, True), ({"street": "1 Elm"}, 40, False)],
)
def test_twins_stay_apart(home: dict[str, str], misspelled: int, seldom: bool) -> None:
    rows = families(random.Random(3), 60, seldom=seldom)
    rows = rows.with_columns(pl.lit(value).alias(name) + "-" + pl.col("last_name") for name, value in home.items())
    wrong = rows.head(misspelled).with_columns(last_name=pl.col("last_name").str.replace("mann", "man"))
    roles = FIELDS | {name: {"street": "street", "zip": "postcode"}[name] for name in home}
    found = cleanup.duplicates(pl.concat([rows, wrong]), fields=roles)
    assert any("mostly twins" in note for note in found.refinement) or not seldom
    assert 115 < found.frame["cluster_id"].n_unique() < 125


def test_twins_whose_columns_are_swapped_in_one_row_stay_apart() -> None:
    rng, home = random.Random(5), {"zip": "postcode"}
    given = ("Heath", "Anastasia", "Bruno", "Shirley", "Otto", "Kylie", "Marlene", "Fynn", "Wanda", "Jasper")
    rows = [
        {
            "first_name": given[(number + twin * 3) % len(given)],
            "last_name": f"Wolk{number:03}mann",
            "born": f"{rng.randint(1940, 1999)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
            "zip": str(number * 7 + 20_000),
        }
        for number in range(300)
        for twin in range(1 + (number < 30))
    ]
    for first, second in zip(rows[:60:2], rows[1:60:2], strict=True):
        second |= {"born": first["born"], "first_name": second["last_name"], "last_name": second["first_name"]}
    pairs = cleanup.duplicates(pl.DataFrame(rows), fields=FIELDS | home).pairs
    twins = pairs.filter(pl.col("row_b") < 60, pl.col("reasons").str.contains("same zip"))
    assert twins.filter(pl.col("probability") > 0.5).is_empty()


def test_who_goes_by_a_second_given_name_is_no_twin() -> None:
    rng = random.Random(7)
    people = [
        (f"Wolk{number:03}mann", f"{rng.randint(1930, 1979)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}")
        for number in range(80, 100)
    ]
    called = [(given, *person) for person in people for given in ("Nils Gunnar", "Gunnar")]
    twins = families(rng, 60)
    found = cleanup.duplicates(pl.concat([pl.DataFrame(called, twins.schema, orient="row"), twins]), fields=FIELDS)
    assert any("mostly twins" in note for note in found.refinement)
    assert found.frame.head(40)["cluster_id"].n_unique() < 23
    assert found.frame.tail(120)["cluster_id"].n_unique() > 115
