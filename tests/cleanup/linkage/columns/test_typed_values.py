"""Values of further columns in one form for each role."""

import polars as pl

from each_case import each_case
from pb2b_notebook.cleanup.linkage.columns.roles import ROLES
from pb2b_notebook.cleanup.linkage.columns.typed_values import typed_values


def typed(role, *values):
    return typed_values(pl.Series(values, dtype=pl.String), ROLES[role]).to_list()


@each_case(
    "written",
    [
        "1985-03-07", "1985/3/7", "19850307", "1985-03-07 00:00:00", "1985-03-07T12:30:00Z", "7.3.1985", "07-Mar-1985",
        "7 March 1985", "March 7, 1985", "7.3.85", "31113",
    ],
)  # fmt: skip
def test_a_date_in_any_form_is_one_text(written):
    assert typed("date", written) == ["19850307"]


def test_the_column_decides_whether_the_day_comes_first():
    assert typed("date", "3/7/1985", "3/28/1985") == ["19850307", "19850328"]
    assert typed("date", "7/3/1985", "28/3/1985") == ["19850307", "19850328"]


@each_case(
    ("written", "mistyped", "digits"),
    [
        ("1985-03-07", "1985-003-07", "198500307"), ("1985-03-07", "985-03-07", "9850307"),
        ("1985-03-07", "198503-07", "19850307"), ("1985-03-07", "1985-0-307", "19850307"),
        ("1985-03-07", "1985503-07", "198550307"), ("19850407", "198SO3O7", "19850307"),
        ("28.3.1985", "7.3.198", "1980307"), ("3/28/1985", "3/117/1985", "198503117"),
        ("28.3.1985", "O7.3.l985", "19850307"), ("28.3.1985", "7.e.198|", "198|0e07"),
        ("1985-03-07", "1985-0?-07", ""), ("1985-03-07", "1985-03-XX", ""), ("1985-03-07", "1985-00-00", ""),
        ("19850307", "19850300", ""), ("28.3.1985", "00.03.1985", ""),
        ("1985-03-07", "ca 1985-3", ""),
    ],
)  # fmt: skip
def test_a_mistyped_date_keeps_its_digits(written, mistyped, digits):
    assert typed("date", written, mistyped)[1] == digits


@each_case(
    "text", ["", "unknown", "n/a", "Ada", "12", "1985-03-07-1", "Gil Bos", "S5", "12.ab.19x5", "1900-01-01", "1.1.1970"]
)
def test_a_text_that_is_not_a_date_says_nothing(text):
    assert typed("date", text) == [""]


@each_case(
    ("one", "other"),
    [
        ("12 Main Street", "12, main st."), ("Hauptstraße 5", "Hauptstr. 5"), ("4 North 3rd Avenue", "4 N Third Ave"),
        ("Rue de Rivoli, no. 7", "rue de Rivoli 7"),
    ],
)  # fmt: skip
def test_a_street_in_two_spellings_is_one_text(one, other):
    assert len(set(typed("street", one, other))) == 1


def test_two_addresses_of_one_page_are_one_text():
    assert typed("page", "https://www.Uni.example/~ada/", "uni.example/~ada/index.html#top") == ["uni.example/~ada"] * 2


def test_house_numbers_and_units_are_kept():
    assert len(set(typed("street", "12 Main St", "14 Main St", "12 Main St Apt 4"))) == 3


def test_codes_have_no_signs_and_no_decimals():
    assert typed("identifier", "12-345 B", "12345b", "12345.0") == ["12345b", "12345b", "12345"]
    assert typed("postcode", "SW1A 1AA", "sw1a1aa", "02139") == ["sw1a1aa", "sw1a1aa", "02139"]


def test_numbers_that_are_made_up_or_masked_say_nothing():
    made_up = ["000-00-0000", "123-45-6789", "999-99-9999", "XXX-XX-1234", "***-**-6789", "0"]
    assert typed("identifier", *made_up) == [""] * len(made_up)
    assert typed("weak identifier", "11", "333", "512-33-1234") == ["11", "333", "512331234"]
    assert typed("postcode", "11111") == ["11111"]


def test_a_sex_is_the_same_in_a_word_and_a_letter_and_one_that_is_unknown_says_nothing():
    values = pl.Series(["F", "female", "weiblich", "M", "Male", "männlich", "U", "unknown", "gold", "W"])
    assert typed_values(values, ROLES["category"]).to_list() == ["f", "f", "f", "m", "m", "m", "", "", "gold", "w"]
