"""What people type instead of a value: addresses, phones and whole rows."""

import polars as pl

from each_case import each_case
from pb2b_notebook.cleanup.checks.made_up import are_trials, find_made_up_addresses
from pb2b_notebook.cleanup.values.placeholders import is_made_up_address

MADE_UP = """
test@test.com TEST@Test.de test1@test.com test@example.com asdf@asdf.com foo@bar.com none@none.com na@na.com
no@email.com noemail@nord.example no-email@nord.example no.mail@gmail.com keine-email@firma.de sincorreo@correo.es
name@example.com firstname.lastname@company.com you@email.com email@email.com null@null.com user@domain.com
unknown@unknown.com
"""
REAL = """
ada@example.com test@nord.example anna.test@nord.example info@test.com contact@company.com nomail.berg@nord.example
foo@nord.example na@nord.example m.bar@bar.com noa.mail@nord.example user@nord.example marie.name@mail.com
"""


def test_an_address_that_is_typed_instead_of_one_is_recognized_alone_and_in_a_frame():
    assert [text for text in MADE_UP.split() if not is_made_up_address(text)] == []
    assert [text for text in REAL.split() if is_made_up_address(text)] == []
    both = [*MADE_UP.split(), *REAL.split(), None]
    found = find_made_up_addresses(pl.DataFrame({"email": both}))
    assert [*found.values()] == MADE_UP.split()
    assert find_made_up_addresses(pl.DataFrame({"city": ["Ulm"]})) == {}


@each_case(
    ("row", "made_up"),
    [
        ({"full_name": None, "email": "test@test.com"}, True),
        ({"full_name": "Test Test", "email": "asdf@asdf.com"}, True),
        ({"full_name": "prova prova", "email": "prova@prova.it"}, True),
        ({"full_name": "Asdf", "email": None}, True),
        ({"full_name": "Test Tester", "email": "foo@bar.com"}, True),
        ({"full_name": "Anna Tester", "email": "foo@bar.com"}, False),
        ({"full_name": None, "email": "test@meta.com"}, True),
        ({"full_name": "Anna Test", "email": "test@test.com"}, False),
        ({"full_name": "Asdf", "email": "a.rossi@rossi.example"}, False),
        ({"full_name": None, "email": "test@studio.example"}, False),
        ({"full_name": "Foo", "email": None}, False),
        ({"full_name": "Asdf", "email": "asdf@asdf.com", "phone": "+4930901820"}, False),
        ({"full_name": "Asdf", "email": None, "linkedin_url": "https://linkedin.com/in/a-rossi"}, False),
        ({"full_name": None, "email": None}, False),
    ],
)
def test_a_row_of_words_for_a_trial_is_made_up(row, made_up):
    frame = pl.DataFrame([row], schema=dict.fromkeys(row, pl.String))
    assert are_trials(frame, made_up_phones=[0]) == [made_up or "phone" in row]
    assert are_trials(pl.DataFrame([row], schema=dict.fromkeys(row, pl.String))) == [made_up]
