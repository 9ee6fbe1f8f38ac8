"""The words of the demo data: every list is complete and unambiguous, and every phone number valid."""

from itertools import product

import phonenumbers
import pytest

from each_case import each_case
from pb2b_notebook.sandbox.core.draws import Draws
from pb2b_notebook.sandbox.people.population import Company
from pb2b_notebook.sandbox.people.vocabulary import latinize, load, slugify

COUNTRIES = pytest.mark.parametrize("country", load().countries, ids=lambda country: country.code)


@COUNTRIES
def test_no_two_names_have_the_same_slug(country):
    givens = [word.slug for word in (*country.women, *country.men)]
    assert len(set(givens)) == len(givens)
    for gender in ("man", "woman"):
        slugs = [getattr(family, gender).slug for family in country.families]
        assert len(set(slugs)) == len(slugs)


@COUNTRIES
def test_every_word_has_a_latin_spelling_and_a_slug(country):
    places = (*country.stems, *(trade.name for trade in country.trades), *(city.name for city in country.cities))
    families = [word for family in country.families for word in family]
    for word in (*country.women, *country.men, *families, *places):
        assert word.latin.isascii()
        assert word.latin
        assert word.slug == slugify(word.latin) != ""
        assert word.text == word.text.strip()


@COUNTRIES
def test_every_number_is_valid_in_its_country(country):
    for city in country.cities:
        for area, digit in product(city.areas, "059"):
            number = phonenumbers.parse(f"+{country.calling}{area}{city.number_block}{digit * city.free_digits}")
            assert phonenumbers.is_valid_number(number), number
            assert phonenumbers.region_code_for_number(number) == country.code


@COUNTRIES
def test_legal_forms_contain_a_name_and_nicknames_belong_to_given_names(country):
    assert all("{}" in variant for form in country.forms for variant in form)
    assert all(len(form) > 1 for form in country.forms), "every form has a careless variant"
    assert set(country.nicknames) <= {word.text for word in (*country.women, *country.men)}
    assert all(title.man and title.woman for title in country.titles)


@COUNTRIES
def test_colleagues_never_share_a_name_or_an_email(country):
    everybody = (len(country.women) + len(country.men)) * len(country.families)
    for seed in range(4):
        company = Company(
            Draws(seed, "test"), country, name="Test", domain="t.example", industry="", city=country.cities[0], size=9
        )
        hired = [company.hire() for _ in range(everybody + 10)]
        names = {(given.text, family.text) for given, family, _, _ in hired[:everybody]}
        assert len(names) == everybody
        assert len({local for _, _, _, local in hired}) == len(hired)


def test_every_country_occurs_once_with_a_weight():
    codes = [country.code for country in load().countries]
    assert len(set(codes)) == len(codes) >= 12
    assert all(country.weight > 0 for country in load().countries)


@each_case(
    ("text", "alphabet", "latin"),
    [
        ("Jürgen Weiß", "german", "Juergen Weiss"), ("Jürgen", "", "Jurgen"),
        ("İstanbul Iğdır", "", "Istanbul Igdir"), ("Νικολαΐδου", "", "Nikolaidou"), ("Желязков", "", "Zhelyazkov"),
        ("Їжакевич Щербань", "ukrainian", "Izhakevych Shcherban"), ("Łódź, Østergård", "", "Lodz, Ostergard"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_latinize_writes_words_in_latin_letters(text, alphabet, latin):
    assert latinize(text, alphabet) == latin
