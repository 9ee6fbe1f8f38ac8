"""Exports whose columns begin with the object: "Person - Phone - Work"."""

import pytest

from pb2b_notebook.mapping.suggestions.object_prefixes import without_object

EXPORTS = """
Person - Name|Person - Phone - Work|Person - Phone - Mobile|Person - Email - Work|Organization - Name
Osoba - Nazwa|Osoba - Telefon - Praca|Osoba - Telefon - Komórka|Osoba - E-mail - Praca|Organizacja - Nazwa
Personne - Nom|Personne - Téléphone - Travail|Personne - Téléphone - Mobile|Personne - E-mail - Travail|Société - Nom
Persona - Nombre|Persona - Teléfono - Trabajo|Persona - Teléfono - Móvil|Persona - Correo - Trabajo|Empresa - Nombre
Persoon - Naam|Persoon - Telefoon - Werk|Persoon - Telefoon - Mobiel|Persoon - E-mail - Werk|Organisatie - Naam
"""


@pytest.mark.parametrize("line", EXPORTS.strip().splitlines())
def test_work_goes_before_other_kinds_and_a_name_is_whole(line: str) -> None:
    columns = line.split("|")
    found = without_object(columns)
    name, work, mobile, mail, firm = (found[column] for column in columns)
    assert (name, firm) == ("Full name", "Company name")
    assert " - " not in work
    assert " - " not in mail
    assert mobile.startswith(f"{work} - ")


def test_a_list_with_few_such_names_or_two_kinds_of_people_keeps_them() -> None:
    assert without_object(["Person - Name", "Phone", "Email"]) == {}
    assert without_object(["Person - Name", "Person - Phone", "Contact - Name", "Contact - Phone"]) == {}


def test_a_name_that_would_be_that_of_two_columns_is_kept() -> None:
    found = without_object(["Person - Phone", "Person - Phone - Work", "Person - Email", "Person - Name"])
    assert found == {"Person - Email": "Email", "Person - Name": "Full name"}


def test_a_name_beside_its_other_part_is_a_part() -> None:
    found = without_object(["Personne - Nom", "Personne - Prénom", "Personne - Téléphone - Travail"])
    assert found == {
        "Personne - Nom": "Nom",
        "Personne - Prénom": "Prénom",
        "Personne - Téléphone - Travail": "Téléphone",
    }
