"""What the words of a name say together."""

from each_case import each_case
from pb2b_notebook.mapping.suggestions.headers import named_field


@each_case(
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


@each_case(
    ("column", "values"),
    [
        ("Name собаки", ["Rex", "Bello", "Laika", "Bim"]),
        ("Name 配偶者", ["山田太郎", "佐藤花子", "鈴木一郎", "田中実"]),
        ("Name фирмы", ["ООО Ромашка", "ЗАО Восток", "ООО Север", "ООО Юг"]),
        ("Title книги", ["War and Peace", "Dead Souls", "The Idiot", "Demons"]),
        ("Company 前職", ["トヨタ自動車", "ソニー株式会社", "株式会社日立", "東芝"]),
        ("Company 担当者", ["山田太郎", "佐藤花子", "鈴木一郎", "田中実"]),
        ("公司名称（联系人）", ["王伟", "李娜", "张敏", "刘洋"]),
        ("Phone 配偶者", ["+81 3 3265 1234", "+81 3 3265 1235", "+81 3 3265 1236", "+81 3 3265 1237"]),
        *(
            (name, ["+81 3 3265 1234", "+81 3 3265 1235", "+81 3 3265 1236", "+81 3 3265 1237"])
            for name in (
                "Phone 前職",
                "電話（前職）",
                "旧電話番号",
                "Ex-phone",
                "Old phone",
                "Telefono precedente",
                "Telefon früher",
            )
        ),
        ("배우자 전화번호", ["+82 2 312 3456", "+82 2 312 3457", "+82 2 312 3458", "+82 2 312 3459"]),
    ],
)
def test_an_unknown_word_or_a_person_in_another_script_is_not_a_translation(suggest_columns, column, values):
    assert suggest_columns({column: values}) == {}


def test_a_word_for_a_person_in_another_script_leaves_a_field_of_the_person(suggest_columns):
    people = ["山田太郎", "佐藤花子", "鈴木一郎", "田中実"]
    phones = [f"+81 3 3265 123{digit}" for digit in range(4)]
    columns = {"Contact person 担当者": people, "电话（联系人）": phones}
    fields = ("full_name", "phone")
    assert suggest_columns(columns) == dict(zip(columns, fields, strict=True))
    assert suggest_columns({"Contact person | 担当者": people}) == {"Contact person | 担当者": "full_name"}


@each_case(
    ("name", "field"),
    [
        ("Vorname des Ansprechpartners", "first_name"),
        ("First name of contact", "first_name"),
        ("Last name of the contact person", "last_name"),
        ("Nom de famille du contact", "last_name"),
        ("Voornaam contactpersoon", "first_name"),
        ("Cognome del referente", "last_name"),
        ("First name of spouse", ""),
        ("First name of company", ""),
    ],
)
def test_a_part_of_a_name_and_whose_it_is(name, field):
    assert named_field(name)[0] == field
