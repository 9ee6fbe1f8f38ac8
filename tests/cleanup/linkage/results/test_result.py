"""The pairs of a result, and why a person is to decide some of them."""

import pandas as pd
import polars as pl
import pytest

from each_case import each_case
from pb2b_notebook import cleanup

OFFICE = {"company_name": "Nordlicht GmbH", "phone": "+49 30 5550100"}
EMAIL = {"email": "berg@nordlicht.example"}


@each_case(
    ("first", "second", "of", "review"),
    [
        ({"full_name": "Ada Berg", **EMAIL}, {"full_name": "Ada Berg", **EMAIL}, "people", None),
        (
            {"full_name": "John A. Smith", **EMAIL} | OFFICE,
            {"full_name": "John B. Smith", **EMAIL} | OFFICE,
            "people",
            "the names may be of two people",
        ),
        (
            {"full_name": "Ada Berg", "Geburtsdatum": "1961-02-17"} | OFFICE,
            {"full_name": "Ada Berg", "Geburtsdatum": "1988-11-04"} | OFFICE,
            "people",
            "a date or a number may be of another person",
        ),
        (
            {"company_name": "Acme", "phone": OFFICE["phone"]},
            {"company_name": "Acme Robotics", "phone": OFFICE["phone"]},
            "companies",
            "the names may be of two companies",
        ),
    ],
)
def test_a_pair_that_a_rule_leaves_to_a_person_says_why(first, second, of, review):
    [pair] = cleanup.duplicates(pl.DataFrame([first, second]), of=of).pairs.iter_rows(named=True)
    assert (pair["decision"] == "same") is (review is None)
    assert (pair["probability"] == 0.5) is (review is not None)
    assert pair["review"] == review


@pytest.mark.parametrize(("frame", "text"), [(pl.DataFrame, pl.String), (pd.DataFrame, "str")])
def test_pairs_have_the_same_columns_where_none_is_for_review(frame, text):
    found = cleanup.duplicates(frame([{"full_name": "Ada Berg", **EMAIL}] * 2))
    assert found.pairs["review"].dtype == text
    assert [*found.bridges.columns] == [*found.sample().columns] == [*found.pairs.columns]
