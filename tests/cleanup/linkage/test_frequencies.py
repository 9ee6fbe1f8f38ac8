"""Features that follow from the other rows."""

import pytest

from linkage_stages import features_of


def test_namesakes_are_expected_within_each_country():
    """Half of the rows are Danish and half Spanish: a Danish name meets Danish ones only, and twice as often."""
    given = {"DK": ("Lars", "Mette", "Niels", "Karen"), "ES": ("Pablo", "Lucia", "Jorge", "Elena")}
    family = {"DK": ("Holm", "Lund", "Friis"), "ES": ("Vega", "Sanz", "Mora")}
    rows = [
        {"first_name": first, "last_name": last, "country": country, "company_name": f"{first} {last} {number}"}
        for country in given for first in given[country] for last in family[country] for number in range(10)
    ]  # fmt: skip
    features = features_of(rows)
    # 30 have the given name and 40 the family name, of the 120 in that country.
    assert features["namesakes"].to_list() == pytest.approx([30 * 40 / 120] * len(rows), rel=0.05)
