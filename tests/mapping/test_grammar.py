"""What the words of a name say together."""

import pytest


@pytest.mark.parametrize(
    ("column", "field", "value"),
    [
        ("Bedrift/organisasjon", "company_name", "Analytical Engines Ltd"),
        ("Company or organisation", "company_name", "Analytical Engines Ltd"),
        ("Adres służbowy - kraj/region", "country", "DE"),
        ("Telephone / mobile", "phone", "+49 30 901820"),
        ("Компания контакта", "company_name", "Analytical Engines Ltd"),
        ("Region/State", "", "DE"),
        ("Phone/Mobile", "phone", "(415) 835-1656"),
        ("Country/Territory", "country", "DE"),
        ("Country/State", "", "CA"),
        ("Country or language", "", "de"),
        ("Firma/Name", "company_name", "Analytical Engines Ltd"),
        ("Name oder Firma", "company_name", "Analytical Engines Ltd"),
        ("Name/Firma", "", "Ada Lovelace"),
        ("Nom / Raison sociale", "company_name", "Créole SARL"),
        ("Company / title", "", "Analytical Engines Ltd"),
        ("Name & Title", "", "Ada Lovelace, Chief Engineer"),
        ("Contact/Title", "", "Ada Lovelace, Chief Engineer"),
        ("Contact/Email", "email", "ada@example.com"),
    ],
)
def test_two_usual_names_of_one_field_are_one(suggest_columns, column, field, value):
    assert suggest_columns({column: [value] * 4}) == ({column: field} if field else {})
