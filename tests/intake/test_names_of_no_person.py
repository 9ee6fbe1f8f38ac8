"""Names that are only a title, a function or a sign of a missing name, and names that look like these."""

import pandas as pd

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook.intake.names_of_no_person import set_aside_names_of_no_person, why_no_person
from pb2b_notebook.mapping import Mapping
from pb2b_notebook.mapping.application import read_column
from pb2b_notebook.mapping.lead_fields import LeadField


@each_case(
    "name",
    [
        "N.N.", "NN", "n. n.", "Herr", "Frau Dr.", "Geschäftsführung", "SEKRETARIAT", "z. Hd. Geschäftsführung",
        "kein Name", "Ansprechpartner folgt", "Front Desk", "To Whom It May Concern", "La Direction", "à compléter",
        "Segreteria", "Recursos humanos", "Osoba kontaktowa", "bez jména", "Ledningen", "Директор", "без имени",
        "担当者", "Sem telefone", "LinkedIn-Mitglied", "Utente LinkedIn", "deleted user", "kein Telefon",
        "Billing Department", "Team Vertrieb", "Help Desk", "Dział sprzedaży", "Payroll", "?? (GF)", "NA",
        "Skrifstofan", "Kontoret", "Biuro", "DevRel Team",
        "Do rąk działu zakupów", "Secretary's office", "zu Händen der Geschäftsleitung", "A/C Dpto. de Compras",
        "à l'attention de la Direction", "à l'attention du service achats", "z.Hd. Einkauf", "A/C Compras",
        "For the attention of Purchasing", "К вниманию отдела закупок", "قسم المشتريات", "ฝ่ายจัดซื้อ",
        "ΥΠΟΨΗ ΤΜΗΜΑ ΠΡΟΜΗΘΕΙΩΝ", "A la atención del Departamento Comercial", "în atenția departamentului financiar",
        "Secretary to K. Demo", "Sekretariat von Karl Demo", "Assistante de Marie Curie", "PA to Ada Berg",
        "Information pending", "Info Requested", "Guest of Ada Berg", "Begleitung von Eva Kurz",
        "Acompañante de Luis Gil",
        "invitée de Marie Curie", "+1", "+1 of Ada Berg", "nicht angegeben", "non renseigné",
        "Monsieur", "CFA", "Dr. PhD", "(padre)", "[Vater]", "ml.", "Jr.", "III",
    ],
)  # fmt: skip
def test_a_title_a_function_and_a_missing_name_are_of_no_person(name):
    assert why_no_person(name)


@each_case(
    "name",
    [
        "Ada Berg", "N. Nair", "N.N. Kumar", "Nan Nguyen", "Herr Baumgartner", "Bo Herr", "Prof Green", "Major Tom",
        "Sales", "Vertrieb Schmidt", "Will Manager", "Rose Page", "Dr. No", "Max Empfang", "Null", "Director Park",
        "Inka Verkauf", "Padre", "Linked In", "Maria Sem", "Private Ryan", "Ana Member",
        "MBA", "Md", "Ma", "V", "Ana Ruiz (madre)", "Ada Office", "J. Desk", "Na", "Montse", "Li (Bo?)", "Iroda",
        "Ada Guest", "Gast, Ada", "Ben von Gast", "Karl Gast", "Maria Ospite", "Ada Vendég",
        "Ada's office", "D's Bar", "For the attention of Ada Berg", "สมชาย ใจดี", "à l'attention de La Fontaine",
        "z.Hd. Karl Demo", "A/C Ana Lima", "De la Rue", "Pa Ndiaye", "Da Costa", "Ea de Silva", "Deputy Of", "Le Dep",
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


def test_a_row_without_an_address_whose_name_is_of_no_person_waits_until_it_is_allowed():
    names = ["Zumba 29", "Accounts Receivable", "Montse", "Ana Gil (referente)", "Lead 7"]
    people = pd.DataFrame({"Name": names, "Phone": [f"+4930901{i}20" for i in range(5)], "Mail": [None] * 5})
    people.loc[4, "Mail"] = "lead7@nord.example"
    with pb.open_sandbox(leads=0) as ws:
        found = ws.leads.intake(people, progress=False)
        assert found.rows["state"].tolist() == ["doubtful", "doubtful", "new", "new", "new"]
        assert found.cleaned.frame["full_name"].to_list() == [None, None, "Montse", "Ana Gil", "Lead 7"]
        assert found.set_aside["value"].tolist() == ["Zumba 29", "Accounts Receivable", "(referente)"]
        assert found.change(allow=[0, 1]).rows["state"].tolist() == ["new"] * 5


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


def test_a_department_in_two_parts_of_a_name_is_of_no_person():
    aside, left = _set_aside_in(
        first_name=["DevRel", "Ada", "J.", "Kontoret"], last_name=["Team", "Desk", "Office", None]
    )
    assert [cell[:2] for cell in aside] == [(0, "first_name"), (0, "last_name"), (3, "first_name")]
    assert left["last_name"] == [None, "Desk", "Office", None]


def _set_aside_in(**columns):
    """Return the cells that are set aside of readings of built-in fields, and what is left of each field."""
    fields = {key: LeadField(key, "email" if key == "email" else "text", builtin=True) for key in columns}
    readings = Mapping({key: key for key in columns}).readings(pd.DataFrame(columns, dtype=object), fields)
    rows = range(len(next(iter(columns.values()))))
    aside = [cell[:2] for cell in set_aside_names_of_no_person(readings)]
    left = {reading.field.key: [reading.value_or_cell(row) for row in rows] for reading in readings}
    return aside, left


def test_a_whole_name_of_no_person_is_set_aside_beside_columns_of_its_parts():
    aside, left = _set_aside_in(
        full_name=["Frau Dr.", "(padre)", "Sekretariat", "Herr", "Eva Marketing"],
        first_name=[None, None, "Anna", None, None],
        last_name=[None, None, "Berg", None, "Marketing"],
    )
    assert aside == [(row, "full_name") for row in range(4)]
    assert left["full_name"] == [None, None, None, None, "Eva Marketing"]
    assert (left["first_name"][2], left["last_name"][2], left["last_name"][4]) == ("Anna", "Berg", "Marketing")


def test_a_family_name_that_is_also_a_function_stays_if_the_address_or_a_given_name_is_beside_it():
    aside, left = _set_aside_in(
        first_name=[None, None, "Ewa", None, None],
        last_name=["Kadry", "Kadry", "Kadry", "Einkauf", "Marketing"],
        email=["e.kadry@nord.example", "kadry@nord.example", "info@nord.example", "einkauf1@nord.example", None],
    )
    assert left["last_name"] == ["Kadry", None, "Kadry", None, None]
    assert aside == [(1, "last_name"), (3, "last_name"), (4, "last_name")]


def test_the_address_behind_a_c_o_is_not_a_part_of_a_name():
    names = ["Anna Klein c/o Meyer", "c/o John Barker", "Piet Smit, p/a Jansen", "Coco Berg"]
    aside, left = _set_aside_in(full_name=names)
    assert (aside, left["full_name"]) == (
        [(0, "full_name"), (2, "full_name"), (1, "full_name")],
        ["Anna Klein", None, "Piet Smit", "Coco Berg"],
    )
    aside, left = _set_aside_in(
        full_name=["c/o Karl Demo", "c/o Karl Demo"], email=["demo@nord.example", "eva@x.example"]
    )
    assert (aside, left["full_name"]) == ([(1, "full_name")], ["c/o Karl Demo", None])


def test_the_two_parts_of_a_sign_for_a_missing_name_are_of_no_person():
    aside, left = _set_aside_in(first_name=["LinkedIn", "LinkedIn", "N."], last_name=["Member", "Berg", "Nair"])
    assert aside == [(0, "first_name"), (0, "last_name")]
    assert (left["first_name"], left["last_name"]) == ([None, "LinkedIn", "N."], [None, "Berg", "Nair"])


@each_case(
    "name",
    ["購買部 ご担当者様", "総務課御中", "営業部", "Szanowni Państwo", "To the person in charge", "ответственное лицо"],
)
def test_the_person_in_charge_of_a_department_is_not_a_name(name):
    assert why_no_person(name)


@each_case("name", ["服部 健", "日下部", "渡部様", "部", "様", "御手洗 様"])
def test_a_family_name_that_ends_like_a_department_is_a_name(name):
    assert why_no_person(name) is None


def test_a_function_in_two_parts_is_not_a_name_in_either_order():
    fields = {key: LeadField(key, "text", builtin=True) for key in ("last_name", "first_name")}
    cells = {
        "last_name": ["ご担当者", "購買部", "Państwo", "服部"],
        "first_name": ["様", "ご担当者様", "Szanowni", "健"],
    }
    readings = [read_column(texts, fields[key], key, "", None) for key, texts in cells.items()]
    set_aside_names_of_no_person(readings)
    assert [[reading.value_or_cell(row) for row in range(4)] for reading in readings] == [
        [None, None, None, "服部"],
        [None, None, None, "健"],
    ]


def test_a_sign_of_a_missing_name_in_each_column_makes_no_person(ws):
    people = pd.DataFrame(
        {
            "First": ["Ada", "Information pending", "Anna Weber"],
            "Last": ["Berg", "Information pending", "Anna Weber"],
            "Company": ["Nord", "Information pending", "Anna Weber"],
        }
    )
    assert list(ws.leads.intake(people, progress=False).rows["state"]) == ["new", "broken", "new"]
