"""Rows that a list addresses as a man and as a woman."""

import pandas as pd
import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook.intake.salutations import salutations


@each_case(
    ("cell", "who"),
    [
        ("Herr", "a man"), ("Herr Dr.", "a man"), ("M.", "a man"), ("Sr.", "a man"), ("Frau", "a woman"),
        ("MME", "a woman"), ("Fr. Dipl.-Ing.", "a woman"), ("female", "a woman"), ("Mr. and Mrs.", ""),
        ("Herr und Frau", ""), ("Familie", ""), ("Dr.", ""), ("Firma", ""), ("", ""), ("M. Sc. Physik", ""),
        ("Herr Ing.", "a man"), ("Frau Dr. med.", "a woman"),
        ("Sehr geehrte Frau Mag. (FH)", "a woman"), ("pan Ing.", "a man"), ("Madame et Monsieur", ""),
    ],
)  # fmt: skip
def test_a_salutation_says_whether_a_person_is_a_man_or_a_woman(cell, who):
    found = salutations(pd.DataFrame({"Anrede": [cell], "Name": ["Andrea Rossi"]}), {"Name": "full_name"})
    assert found == ({0: who} if who else {})


@each_case(
    ("name", "who"),
    [
        ("Frau Dr. Andrea Rossi", "a woman"), ("Mr Kim Lund", "a man"), ("M. Rossi", ""), ("Andrea Herr", ""),
        ("Pan Wei", ""), ("Miss Saigon GmbH", "a woman"), (None, ""), (7, ""),
        ("Ing. Frau Andrea Rossi", "a woman"), ("Rossi, Frau Mag. Andrea", "a woman"), ("Hr. Ing. Kim Lund", "a man"),
    ],
)  # fmt: skip
def test_a_title_before_a_name_says_so_too(name, who):
    assert salutations(pd.DataFrame({"Name": [name]}), {"Name": "full_name"}) == ({0: who} if who else {})


@pytest.fixture(scope="module")
def space():
    with pb.open_sandbox(leads=0) as ws:
        yield ws


@pytest.mark.parametrize(
    ("words", "states"),
    [(("Herr", "Frau"), ["new", "doubtful"]), (("Frau", "Frau Dr."), ["new", "duplicate"])],
)
def test_a_man_and_a_woman_of_one_name_are_not_made_one(space, words, states):
    both = {"Firma": "Adige Srl", "Telefon": "+39 0471 123456", "Vorname": "Andrea", "Nachname": "Rossi"}
    rows = [
        {"Anrede": word, "E-Mail": f"{address}@adige.example", **both}
        for word, address in zip(words, ("andrea.rossi", "a.rossi"), strict=True)
    ]
    found = space.leads.intake(pd.DataFrame(rows)).rows
    assert found["state"].to_list() == states
    assert ("as a man" in str(found["reason"][1])) is (states[1] == "doubtful")


def test_a_man_and_a_woman_are_not_made_one_by_a_row_between_them(space):
    both = {"Firma": "Rossi Bau", "Telefon": "+39 0471 123456", "Vorname": "Kim", "Nachname": "Lund"}
    rows = [
        {"Anrede": word, "E-Mail": f"{address}@rossibau.example", **both}
        for word, address in (("Herr", "kim.lund"), ("", "klund"), ("Frau", "k.lund"))
    ]
    assert space.leads.intake(pd.DataFrame(rows)).rows["state"].to_list() == ["new", "duplicate", "doubtful"]


def test_a_man_and_a_woman_are_not_made_one_lead(space):
    both = {"Firma": "Egger Bau", "Telefon": "+39 0471 654321", "Vorname": "Sascha", "Nachname": "Egger"}
    lead = {"full_name": "Sascha Egger", "email": "sascha@eggerbau.example", "company_name": "Egger Bau"}
    space.leads.create({**lead, "phone": "+39 0471 654321"})
    rows = [
        {"Anrede": word, "E-Mail": f"{address}@eggerbau.example", **both}
        for word, address in (("Herr", "sascha"), ("Frau", "sascha.egger"))
    ]
    found = space.leads.intake(pd.DataFrame(rows)).rows
    assert found["state"].to_list() == ["known", "doubtful"]
    assert "as a woman" in found["reason"][1]
