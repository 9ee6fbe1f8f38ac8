"""One phone and one address of a cell with several; rows that name nobody who is found again."""

import pandas as pd
import pytest

import pb2b_notebook as pb
from pb2b_notebook.cleanup.values.several_phones import split_phones
from pb2b_notebook.intake.cells_with_several import use_first_values
from pb2b_notebook.mapping import Mapping
from pb2b_notebook.mapping.lead_fields import LeadField

CARDS = {
    "Name": ["Ada Berg", "Dr. Bo Lund", "Cy Roth / Di Holm", "Herr Baumgartner", "Edda", "Lena Vogt\nTim Aster"],
    "Company": ["Nord Ltd", "Süd GmbH", "West AG", None, None, "Ost AG"],
    "Phones": ["T +49 30 901820\nM +49 171 3200001\nFax +49 30 901829", "+49 30 901821", None, None, None, None],
    "Emails": ["info@nord.example; ada@nord.example", "E: bo@sued.example", "cy@west.example, di@west.example"]
    + [None] * 2
    + ["info@ost.example"],
}


@pytest.fixture(scope="module")
def cards():
    with pb.open_sandbox(leads=20) as ws:
        intake = ws.leads.intake(pd.DataFrame(CARDS), progress=False)
        intake.plan  # noqa: B018 - made while the workspace is open
        yield intake


def test_a_persons_first_address_and_phone_are_used_and_the_rest_is_set_aside(cards):
    planned = {*cards.plan.diff.query("field in ['email', 'phone']")["after"]}
    assert planned == {"ada@nord.example", "+4930901820", "bo@sued.example", "+4930901821"}
    aside = cards.set_aside
    assert {"info@nord.example", "+49 171 3200001"} <= {*aside["value"][aside["reason"].str.startswith("another one")]}


def test_names_of_several_people_and_a_title_with_one_name_are_held_back(cards):
    assert cards.rows["state"].tolist() == ["new", "new", "broken", "broken", "new", "doubtful"]
    assert cards.held_back["Name"].tolist() == ["Cy Roth / Di Holm", "Herr Baumgartner", "Lena Vogt\nTim Aster"]
    assert cards.rows["reason"][2].startswith("its name is of several people, and no email address")


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("+49 30 901820 (privat)", "kind of phone"),
        ("+49 30 901820 Direct", "kind of phone"),
        ("+49 30 901820; +49 171 3200001", "first of several"),
        ("+49 30 901829 fax\n+49 30 901820 office", "first of several"),
    ],
)
def test_the_rule_of_a_phone_says_whether_another_one_was_left(cell, rule):
    fields = {"phone": LeadField("phone", "phone")}
    [reading] = Mapping({"Phone": "phone"}).readings(pd.DataFrame({"Phone": [cell]}), fields)
    [taken] = use_first_values([reading])[0]
    assert (taken.rule, taken.after) == (rule, "+49 30 901820")


@pytest.mark.parametrize(
    ("cell", "phones"),
    [
        ("T - 916-442-7757\nF - 916-442-7759\nC - 805-202-8203", ["916-442-7757", "805-202-8203"]),
        ("Tel.: 513-583-4242Fax: 513-583-4203", ["513-583-4242"]),
        ("865 230-7941 Home (865) 719-4824 Cell", ["865 230-7941", "(865) 719-4824"]),
        ("410-727-0861 fax", []),
        ("2024.01.02 phone", []),
        ("030 901820 private DO NOT CALL", []),
        ("973 787-7250\nask for Ada", []),
    ],
)
def test_words_beside_a_phone_are_left_out_only_where_they_are_its_kind(cell, phones):
    assert split_phones(cell) == phones


def test_a_long_text_in_a_column_of_phones_is_not_split():
    """The time of the patterns grows faster than the text: a note of 100,000 letters took hours."""
    assert split_phones("030 901820; 0171 3200001; " * 2) == ["030 901820", "0171 3200001"] * 2
    assert split_phones("030 901820; 0171 3200001; " * 4_000) == []


def test_a_couple_in_the_column_of_salutations_waits_beside_one_first_name():
    people = pd.DataFrame(
        {
            "Prefix": ["Mr & Mrs", "Dr.", "Mr/Ms", "M. et Mme"],
            "Name": ["Ada Berg", "Bo Falk", "Cy Orr", "Di Lund"],
            "E-Mail": [f"p{row}@west{row}.example" for row in range(4)],
        }
    )
    with pb.open_sandbox(leads=0) as ws:
        states = ws.leads.intake(people, progress=False).rows["state"].tolist()
        assert states == ["doubtful", "new", "new", "doubtful"]
