"""Numbers that people type instead of one are found, and no number that a plan has but for ten equal digits."""

import narwhals as nw
import pandas as pd
import pytest

from each_case import each_case
from pb2b_notebook.cleanup.values.phones import is_made_up, read_phone, rewritable_phones


@each_case(
    ("text", "country", "made_up"),
    [
        ("000-000-0000", "US", True),
        ("(999) 999-9999", None, True),
        ("555 555 5555", "US", True),
        ("+1 555 555 5555", None, True),
        ("+1 (123) 456-7890", "US", True),
        ("1234567890", None, True),
        ("0123456789", "DE", True),
        ("9876543210", "US", True),
        ("000000", None, True),
        ("1111111", "US", False),
        ("1111111111", "US", True),
        ("11111111", "FR", True),
        ("01 23 45 67 89", "FR", False),
        ("9876543210", "IN", False),
        ("22 22 22 22", "DK", False),
        ("+45 33 33 33 33", None, False),
        ("777-7777", "US", False),
        ("777-7777", None, False),
        ("(312) 555-0100", "US", False),
        ("+49 30 9999999", None, False),
        ("+49 30 1234567", None, False),
        ("+49 221 12345678", "DE", False),
        ("030 901820", "DE", False),
        ("0 800 0000 000", "DE", False),
        ("n/a", "US", False),
    ],
)
def test_made_up_numbers(text, country, made_up):
    assert is_made_up(text, country) == made_up
    assert made_up or not is_made_up(text, anywhere=True)


@pytest.mark.parametrize("text", ["000-000-0000", "(999) 999-9999", "+1 555 555 5555"])
def test_some_are_made_up_in_every_country(text):
    assert is_made_up(text, anywhere=True)


@each_case(
    ("text", "e164"),
    [
        ("+34 34 622 333 444", "+34622333444"),
        ("+3434622333444", "+34622333444"),
        ("0034 34 622333444", "+34622333444"),
        ("+48 48 604 987 123", "+48604987123"),
        ("+49 49 171 2345678", "+49491712345678"),  # a number of the area 0491 has as many digits
        ("+44 44 12", "+444412"),  # neither is valid
        ("+39 39 31234567890", "+393931234567890"),  # Italian mobiles begin with 39, too
    ],
)
def test_a_calling_code_counts_once_if_the_number_is_valid_only_so(text, e164):
    read = read_phone(text, None)
    assert read is not None
    assert read.e164 == e164
    table = nw.from_native(pd.DataFrame({"phone": [text]}), eager_only=True)
    assert len(rewritable_phones(table, "phone")) == 1
