"""Fast patterns accept only what the full checks accept."""

import re
import tomllib
from importlib import resources

import email_validator
import narwhals as nw
import phonenumbers
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from each_case import each_case
from pb2b_notebook.cleanup.values.email_checks import syntax_problem
from pb2b_notebook.cleanup.values.legal_forms import split_company
from pb2b_notebook.cleanup.values.mojibake import POSSIBLE, looks_misread
from pb2b_notebook.cleanup.values.phones import read_phone, rewritable_phones
from pb2b_notebook.cleanup.values.suspicious_text import PLAIN, suspicions
from pb2b_notebook.cleanup.values.text import tidy_text

PLAIN_TEXT = st.from_regex(re.compile(rf"{PLAIN[:-1]}\Z"))
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0xFFFF), max_size=12)
PARTS = st.lists(
    st.sampled_from([*"aZ0_.+-'ü@ ", "xn--", "com", ".de", "localhost", ".test", "a" * 63, "b" * 64, "1.2"]), max_size=7
)


@given(PLAIN_TEXT)
def test_plain_text_is_not_suspicious(text):
    assert [found for found in suspicions(text) if found.code != "mojibake"] == []
    assert re.search(POSSIBLE, text) or not looks_misread(text)


@given(PARTS.map("".join), PARTS.map("".join))
def test_email_syntax_agrees_with_email_validator(local, domain):
    address = f"{local}@{domain}"
    try:
        email_validator.validate_email(address, check_deliverability=False)
        good = True
    except email_validator.EmailNotValidError:
        good = False
    assert (syntax_problem(address) == "") is good


@given(st.one_of(ANY_TEXT, st.text("aéŽÃ¼¼Å œ .-", max_size=8)))
@example("\x9aA")
@example("Â ¢A")
def test_tidying_a_second_time_changes_nothing(text):
    once = tidy_text(text).value
    assert once is None or tidy_text(once).value in {once, None}
    # A combining character keeps the fast pattern from matching.
    assert tidy_text(f"{text}\u0308").value == tidy_text(f"\u200b{text}\u0308").value


FORMS = tomllib.loads(
    resources.files("pb2b_notebook.cleanup.values").joinpath("legal_forms.toml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("place", ["after", "before"])
def test_each_legal_form_is_split_from_the_name(place):
    for country, forms in FORMS[place].items():
        for form in forms:
            name = f"Nordlicht {form}" if place == "after" else f"{form} Nordlicht"
            company = split_company(name, country=country)
            assert (company.core, company.form) == ("Nordlicht", form), (country, form)


def test_numbers_that_are_left_out_are_those_that_reading_does_not_change():
    codes = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    starts = ("30901820", "030901820", "130901820", "1530901820", "5065550123", "830901820", "00309018", "401234567")
    numbers = [f"+{code}{start}" for code in (*codes, 999) for start in starts]
    table = nw.from_native(pl.DataFrame({"phone": numbers}), eager_only=True)
    kept = set(numbers).difference(rewritable_phones(table, "phone")["phone"].to_list())
    assert {"+358401234567", "+15065550123", "+4930901820"} < kept
    for number in kept:
        for country in (None, "AR", "DE"):
            phone = read_phone(number, country)
            assert phone is None or not phone.valid or phone.e164 == number, (number, country)


@each_case("head", ["Nordlicht", "The Nordlicht", "Hotel and", "The", "Nordlicht Sud", "Volksbank Nord"])
def test_names_of_plain_words_are_split_as_all_others_are(head):
    words = {word for forms in FORMS["after"].values() for form in forms for word in (form, form.upper(), form.lower())}
    for form in (*words, "Berg"):
        for country in (None, "DE", "IT", "US"):
            name = f"{head} {form}"
            # A space at the end leaves the names of plain words.
            assert split_company(name, country=country) == split_company(f"{name} ", country=country), (name, country)
