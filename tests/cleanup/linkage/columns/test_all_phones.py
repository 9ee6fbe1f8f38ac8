"""Every phone of a row counts: those of further columns, and several in one cell."""

import pytest

from pb2b_notebook.cleanup import duplicates

PHONE = {"phone": ["+49 40 1112220", "+49 89 3334440", "+49 30 1234567"]}
MOBILE = ["0171 3200001", "0171 3200001", None]


@pytest.mark.parametrize(
    ("columns", "fields"),
    [
        (PHONE | {"mobile": MOBILE}, {}),
        (PHONE | {"mobile": MOBILE}, {"mobile": "phone"}),
        (PHONE | {"WhatsApp": MOBILE}, {}),
        ({"phone": ["+49 40 1112220", MOBILE[0], None], "Direct": [MOBILE[0], None, None]}, {}),
        ({"phone": ["+49 40 1112220; 0171 3200001", "0171 3200001 / +49 89 3334440", None]}, {}),
    ],
)
def test_an_equal_phone_in_any_column_is_the_same_phone(make_frame, columns, fields):
    people = {"full_name": ["Sabine Koehler", "Sabine Köhler", "Uli Kant"], "company_name": ["Alpha", "Beta", "Kant"]}
    found = duplicates(make_frame(people | columns), fields=fields)
    assert found.pairs["reasons"][0].startswith("same phone number; same name")
    assert list(found.pairs["decision"]) == ["same"]


def test_the_switchboard_of_two_namesakes_does_not_hide_that_their_own_phones_differ(make_frame):
    people = {
        "full_name": ["Thomas Müller"] * 2, "company_name": ["Alpha"] * 2,
        "phone": ["+49 40 1112221", "+49 171 9992999"], "Zentrale": ["+49 40 1112000"] * 2,
    }  # fmt: skip
    assert "different phone numbers" in duplicates(make_frame(people), 0.01).pairs["reasons"][0]
