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


def test_a_head_of_two_rows_says_whose_name_and_place_it_is(suggest_columns):
    firms, cities = ["Müller GmbH", "Groß KG", "Nord AG", "Ott"], ["Berlin", "Köln", "Bonn", "Kiel"]
    people, emails = ["Anna Berg", "Jürgen Groß", "Eva Ott", "Bo Lau"], ["a@m.de", "j@g.de", "e@n.de", "b@o.de"]
    for name, kind in (
        ("Firma | Name", "Kontakt | Name"),
        ("Firma Name", "Kontakt Name"),
        ("Empresa | Nombre", "Contacto | Nombre"),
    ):
        found = suggest_columns(
            {
                name: firms,
                "Firma | Ort": cities,
                "Firma | E-Mail": emails[::-1],
                kind: people,
                "Kontakt | E-Mail": emails,
            }
        )
        assert found == {name: "company_name", "Firma | Ort": "city", kind: "full_name", "Kontakt | E-Mail": "email"}
