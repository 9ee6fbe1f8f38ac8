"""Rows of one family name and date whose given names are a little alike."""

import random

import polars as pl
import pytest

from pb2b_notebook import cleanup

FIELDS = {"first_name": "first_name", "last_name": "last_name", "born": "date"}
ALIKE = [("Marlene", "Marlies"), ("Aylin", "Eylin"), ("Katja", "Katrin"), ("Lina", "Lena"), ("Emilia", "Emily")]


def families(rng: random.Random, count: int) -> pl.DataFrame:
    """Return two rows of one family name and date for each family, whose given names are a little alike."""
    rows = []
    for number in range(count):
        born = f"{rng.randint(1980, 2015)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        rows += [(given, f"Wolk{number:03}mann", born) for given in ALIKE[number % len(ALIKE)]]
    return pl.DataFrame(rows, schema=list(FIELDS), orient="row")


@pytest.mark.parametrize(
    ("home", "misspelled"), [({}, 0), ({"street": "12 Oak Street", "zip": "10115"}, 0), ({"street": "1 Elm"}, 40)]
)
def test_twins_stay_apart(home: dict[str, str], misspelled: int) -> None:
    rows = families(random.Random(3), 60)
    rows = rows.with_columns(pl.lit(value).alias(name) + "-" + pl.col("last_name") for name, value in home.items())
    wrong = rows.head(misspelled).with_columns(last_name=pl.col("last_name").str.replace("mann", "man"))
    roles = FIELDS | {name: {"street": "street", "zip": "postcode"}[name] for name in home}
    found = cleanup.duplicates(pl.concat([rows, wrong]), fields=roles)
    assert any("mostly twins" in note for note in found.refinement)
    assert 115 < found.frame["cluster_id"].n_unique() < 125
