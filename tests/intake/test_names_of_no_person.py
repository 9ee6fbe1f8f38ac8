"""Names that are only a title, a function or a sign of a missing name, and names that look like these."""

import pandas as pd
import pytest

from pb2b_notebook.intake.names_of_no_person import set_aside_names_of_no_person, why_no_person
from pb2b_notebook.mapping import Mapping
from pb2b_notebook.mapping.lead_fields import LeadField


@pytest.mark.parametrize(
    "name",
    [
        "N.N.", "NN", "n. n.", "Herr", "Frau Dr.", "Geschäftsführung", "SEKRETARIAT", "z. Hd. Geschäftsführung",
        "kein Name", "Ansprechpartner folgt", "Front Desk", "To Whom It May Concern", "La Direction", "à compléter",
        "Segreteria", "Recursos humanos", "Osoba kontaktowa", "bez jména", "Ledningen", "Директор", "без имени",
        "担当者", "Monsieur", "CFA", "Dr. PhD", "(padre)", "[Vater]", "ml.", "Jr.", "III",
    ],
)  # fmt: skip
def test_a_title_a_function_and_a_missing_name_are_of_no_person(name):
    assert why_no_person(name)


@pytest.mark.parametrize(
    "name",
    [
        "Ada Berg", "N. Nair", "N.N. Kumar", "Nan Nguyen", "Herr Baumgartner", "Bo Herr", "Prof Green", "Major Tom",
        "Sales", "Vertrieb Schmidt", "Will Manager", "Rose Page", "Dr. No", "Max Empfang", "Null", "Director Park",
        "Inka Verkauf", "Padre", "MBA", "Md", "Ma", "V", "Ana Ruiz (madre)",
    ],
)  # fmt: skip
def test_a_name_beside_such_a_word_is_a_name(name):
    assert why_no_person(name) is None


def test_a_title_that_the_address_spells_is_a_family_name():
    fields = {key: LeadField(key, kind, builtin=True) for key, kind in (("full_name", "text"), ("email", "email"))}
    people = pd.DataFrame({"Name": ["Herr", "Herr"], "Mail": ["l.herr@nord.example", "info@nord.example"]})
    readings = Mapping({"Name": "full_name", "Mail": "email"}).readings(people, fields)
    assert [cell[:4] for cell in set_aside_names_of_no_person(readings)] == [(1, "Name", "full_name", "Herr")]
    assert [readings[0].value_or_cell(row) for row in (0, 1)] == ["Herr", None]


def test_a_function_in_the_parts_of_a_name_is_of_no_person_alone_or_beside_the_company():
    keys = ("first_name", "last_name", "company_name")
    fields = {key: LeadField(key, "text", builtin=True) for key in keys}
    people = pd.DataFrame(
        {
            "Nombre": ["Compras", "Compras", "Recepción", "", "Ana", "", "Hospital Norte"],
            "Apellidos": ["Hospital Norte", "García", "", "Contabilidad", "Hospital Norte", "Gil", "Compras"],
            "Empresa": ["Hospital Norte"] * 7,
        }
    )
    readings = Mapping(dict(zip(people.columns, keys, strict=True))).readings(people, fields)
    aside = [(row, value) for row, _, _, value, _ in set_aside_names_of_no_person(readings)]
    functions = [(0, "Compras"), (0, "Hospital Norte"), (2, "Recepción"), (3, "Contabilidad")]
    assert aside == [*functions, (6, "Hospital Norte"), (6, "Compras")]
