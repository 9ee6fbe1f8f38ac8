"""Commas at the end, quotes around a whole value and letters of double width go; signs of a name stay."""

import polars as pl
import pytest

from each_case import each_case
from pb2b_notebook.cleanup import normalize
from pb2b_notebook.cleanup.values.stray_marks import tidy_name

FIELDS = ("full_name", "company_name", "city", "title")


@each_case(
    ("text", "wanted", "rule"),
    [
        ("Berta Kehl,", "Berta Kehl", "punctuation"),
        ("Berta Kehl ;", "Berta Kehl", "whitespace, punctuation"),
        ('"Berta Kehl"', "Berta Kehl", "quotes"),
        ("'Berta Kehl'", "Berta Kehl", "quotes"),
        ("‚Berta Kehl‘", "Berta Kehl", "quotes"),
        ("»Berta Kehl«,", "Berta Kehl", "punctuation, quotes"),
        ('"Berta Kehl;"', "Berta Kehl", "quotes, punctuation"),
        ("Ｂｅｒｔａ Ｋｅｈｌ", "Berta Kehl", "full width"),
    ],
)
@pytest.mark.parametrize("field", FIELDS)
def test_stray_marks_are_removed_from_each_field_and_logged(field, text, wanted, rule):
    # More rows than are read one by one.
    once = normalize(pl.DataFrame({field: [text, *["Ann Hall"] * 2000]}))
    twice = normalize(once.frame)

    assert once.frame[field][0] == wanted
    assert set(once.changes["rule"][0].split(", ")) >= {rule.rpartition(", ")[2]}
    assert len(twice.changes) == 0


@each_case(
    "text",
    [
        "'s-Hertogenbosch",
        "'t Hart",
        "'t Veld'",
        "'Abd al-Rafi'",
        "‘Abd al-Rafi‘",
        "Levi's",
        "Players'",
        '"Lumo" and "Fall"',
        'Ann "Bo" Hall',
        'UAB "Lumo"',
        "Yahoo!",
        "AT&T;",
        "Smith, Ann",
        "；",
        "Lumo（Tokyo）",
    ],
)
def test_signs_that_may_belong_to_the_value_stay(text):
    assert tidy_name(text, "company").value == text


def test_quotes_around_a_placeholder_leave_nothing():
    assert normalize(pl.DataFrame({"city": ['"n/a",'], "title": ["'n/a'"]})).frame.row(0)[:2] == (None, None)


@pytest.mark.parametrize(
    ("rule", "text"), [("punctuation", "Berta Kehl,"), ("quotes", '"Berta Kehl"'), ("full_width", "Ｂｅｒｔａ")]
)
def test_each_rule_can_be_switched_off(rule, text):
    names = pl.DataFrame({field: [text] for field in FIELDS})

    assert normalize(names, without=[rule]).frame.select(FIELDS).equals(names)
