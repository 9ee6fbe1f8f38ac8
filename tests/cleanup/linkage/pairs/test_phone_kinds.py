"""Numbers that differ in a digit: typing errors, and numbers of two kinds."""

import pytest

from pb2b_notebook.cleanup.linkage.pairs.phone_kinds import are_of_two_kinds


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
