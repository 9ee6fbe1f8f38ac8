"""Numbers that differ in a digit: typing errors, and numbers of two kinds."""

import pytest

from pb2b_notebook.cleanup.linkage.pairs.phone_kinds import are_of_two_exchanges, are_of_two_kinds


@pytest.mark.parametrize(
    ("one", "other", "are_two"),
    [
        ("393355550111", "390305550111", True), ("4917112345678", "493012345678", True),
        ("13125550150", "13135550150", True),
        ("3125550150", "13135550150", True), ("33142685301", "33242685301", True),
        ("393355550111", "393365550111", False),
        ("13125550150", "13125550151", False), ("13125550150", "3125550151", False), ("5550150", "5550250", False),
        ("", "", False), ("99999999999999", "13125550150", False),
    ],
)  # fmt: skip
def test_a_mobile_and_a_landline_and_two_area_codes_are_two_kinds(one: str, other: str, are_two: bool):
    assert are_of_two_kinds(one, other) is are_two
    assert are_of_two_kinds(other, one) is are_two


@pytest.mark.parametrize(
    ("one", "other", "colleagues", "are_two"),
    [
        ("5521981204417", "5585981204420", True, True), ("5521976541101", "5521976541188", False, True),
        ("5521976541101", "5521976541188", True, False), ("12126640110", "2126640177", False, True),
        ("12126640110", "2126640177", True, False), ("4930901820", "030901821", False, False), ("", "", False, False),
        ("901820", "901821", False, False),
    ],
)  # fmt: skip
def test_numbers_of_two_areas_and_mobiles_of_two_companies_are_of_two_exchanges(one, other, colleagues, are_two):
    assert are_of_two_exchanges(one, other, colleagues=colleagues) is are_two
    assert are_of_two_exchanges(other, one, colleagues=colleagues) is are_two
