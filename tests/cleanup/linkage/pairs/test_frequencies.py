"""Features that follow from the other rows."""

from itertools import product

import pytest

from linkage_stages import features_of


def test_namesakes_are_expected_within_each_country():
    """Half of the rows are Danish and half Spanish: a Danish name meets Danish ones only, and twice as often."""
    given = {"DK": ("Lars", "Mette", "Niels", "Karen"), "ES": ("Pablo", "Lucia", "Jorge", "Elena")}
    parts = {"DK": (("Holm", "Lund", "Friis"), ("", "berg", "gaard", "sen", "dal")),
             "ES": (("Vega", "Sanz", "Mora"), ("", "nueva", "rubia", "alta", "blanca"))}  # fmt: skip
    family = {country: ["".join(both) for both in product(*some)] for country, some in parts.items()}
    rows = [
        {"first_name": first, "last_name": last, "country": country, "company_name": f"{first} {last} {number}"}
        for country in given for first in given[country] for last in family[country] for number in range(2)
    ]  # fmt: skip
    features = features_of(rows)
    # 30 have the given name and 8 the family name, of the 120 in that country.
    assert features["namesakes"].to_list() == pytest.approx([30 * 8 / 120] * len(rows), rel=0.1)


def test_a_person_with_many_rows_does_not_make_the_name_common():
    others = [{"first_name": f"Given{n}", "last_name": f"Family{n}", "city": "Ulm"} for n in range(200)]
    person = [{"first_name": "Hidetoshi", "last_name": "Satake", "city": f"City {n}"} for n in range(8)]
    twice, often = (features_of([*others, *person[:rows]])["namesakes"].max() for rows in (2, 8))
    assert often == pytest.approx(twice, rel=0.05)


def test_an_initial_in_many_rows_stands_for_all_names_that_begin_with_it():
    given = [f"Y{end}" for end in ("an", "ing", "uan", "ifei", "ong", "ue") * 5]
    rows = [
        {"first_name": first, "last_name": "Wang", "city": f"City {n}"}
        for n, first in enumerate([*given, *["Y."] * 10])
    ]
    features = features_of(rows)
    namesakes = dict(features.select("first", "namesakes").iter_rows())
    assert namesakes["y"] > 8 * namesakes["yan"]
