"""Which columns give a second phone or address of the same person, and which may be another one's."""

import pandas as pd

from each_case import each_case
from pb2b_notebook.intake.second_columns import columns_of_second_spellings, second_columns, use_second_columns
from pb2b_notebook.mapping import Mapping as ColumnMapping
from pb2b_notebook.mapping.application import read_column
from pb2b_notebook.mapping.lead_fields import LeadField


@each_case(
    ("column", "value"),
    [
        *[(name, "rep@other.example") for name in ("Recruiter email", "Supplier email", "CC email", "Contact 2 email")],
        *[(name, "rep@other.example") for name in ("Bounced email", "Registrant email", "Rechnungs-E-Mail")],
        *[
            (name, "+49 30 901820")
            for name in ("Assistentin Telefon", "Telefon Sekretariat", "Lawyer phone", "Old phone")
        ],
        *[
            (name, "+49 30 901820")
            for name in (
                "Notfall Telefon",
                "会社FAX",
                "Telefon szefa",
                "Telefonkosten",
                "TEL履歴",
                "Store phone",
                "Phone extension",
                "Fahrer Telefon",
            )
        ],
    ],
)
def test_a_column_that_may_be_of_another_person_is_not_a_second_one(column, value):
    key = "email" if "@" in value else "phone"
    people = pd.DataFrame({"Main": [None, None], column: [value] * 2})
    fields = {key: LeadField(key, key)}
    assert second_columns(people, ColumnMapping({"Main": key}), fields) == {}


@each_case(
    ("columns", "second"),
    [
        (["Email", "Email2", "Name"], ["Email2"]),
        (["Email", "Email2", "Name", "Name2"], []),
        (["Email 1", "E-Mail 2", "Vorname 2"], []),
        (["Contact email", "Contact private email"], ["Contact private email"]),
        (["Email", "Contact email"], []),
    ],
)
def test_a_second_column_of_a_second_person_in_the_row_is_not_used(columns, second):
    people = pd.DataFrame({name: ["a@x.example"] for name in columns})
    found = second_columns(people, ColumnMapping({columns[0]: "email"}), {"email": LeadField("email", "email")})
    assert [*found] == second


@each_case(
    "column",
    ["Phone (mobile)", "Tel. mobil", "Téléphone portable", "Handy privat", "Work phone", "Telefon2", "Direct dial",
     "WhatsApp", "Signal", "Telegram", "Direct", "Durchwahl", "Tel. direkt", "CEL_WHATS", "Default Address Phone",
     "Tél. bur. / Office", "Telefon P", "هاتف", "Ph.", "SMS Number", "Billing Phone", "Tel. priv.", "Tél. domicile",
     "Telefoon thuis", "Mobiele telefoon", "Telefono casa", "Teléfono particular", "Telefon prywatny",
     "Weiteres Telefon", "Telefoon op werk", "Telefon geschäftlich 2", "Telefon hem",
     "会社TEL", "TEL会社", "直通番号", "电话(办公)", "직통전화", "Telefon do práce", "Přímá linka",
     "Kontorstelefon", "Linea diretta",
     "Puhelin toimisto", "Irodai telefon", "Прямой телефон", "Τηλέφωνο γραφείου", "Darba tālrunis", "هاتف المكتب"],
)  # fmt: skip
def test_a_second_phone_of_the_person_is_found_by_the_names_that_lists_give_it(column):
    people = pd.DataFrame({"Phone": [None], column: ["+49 171 3200001"]})
    fields = {"phone": LeadField("phone", "phone")}
    assert second_columns(people, ColumnMapping({"Phone": "phone"}), fields) == {column: "phone"}


@each_case(
    ("key", "first", "second", "is_second"),
    [
        ("full_name", {"氏名": ["山田太郎", None]}, {"Name (Latin)": ["Taro Yamada", "Renata Antônio"]}, True),
        ("full_name", {"Full name": ["Ada Berg", None]}, {"Name": ["ada berg", "Bo Dal"]}, True),
        ("full_name", {"Full name": ["Ada Berg", None]}, {"Name": ["Berg", "Dal"]}, False),
        ("full_name", {"Full name": ["Ada Berg", None]}, {"Contact name": [None, "Our Salesman"]}, False),
        ("full_name", {"Full name": ["Ada Berg", None]}, {"Name 2": [None, "Bo Dal"]}, False),
        ("full_name", {"Full name": [None, None]}, {"Name": ["Bo Dal GmbH", "Berg und Dal"]}, False),
        ("company_name", {"Company": ["Nord", None]}, {"Firma": ["-", "Dal KG"]}, True),
        ("company_name", {"Company": ["Nord", None]}, {"Exhibitor": ["We Ltd", "We Ltd"]}, False),
        ("company_name", {"Company": ["Nord", None]}, {"Other company": [None, "Dal KG"]}, False),
        ("company_name", {"Company": ["Nord", None]}, {"Company 2": [None, "Dal KG"]}, False),
        (
            "full_name",
            {"联系人": ["王晓明", None, "张伟", "孙鹏"]},
            {"Contact": ["Mr. Wang", "Lina Li", "Wei Zhang", "Sun P."]},
            True,
        ),
        (
            "full_name",
            {"联系人": ["王晓明", None, "张伟", "孙鹏"]},
            {"Contact": [None, "Lina Li", None, "Sun P."]},
            False,
        ),
        (
            "full_name",
            {"Name": ["Bo Berg", None, "Al Cy", "Ed Ost"]},
            {"Contact": ["Mr. Wang", "Lina Li", "Wei Z", "Sun P."]},
            False,
        ),
        (
            "company_name",
            {"公司": ["九龍LED", None, "华电", "苏州"]},
            {"Company (EN)": ["Kowloon LED", "HK Pack", "Huadian", "SZ"]},
            True,
        ),
    ],
)
def test_a_second_name_or_company_never_differs_from_the_first(key, first, second, is_second):
    [main], [other] = first, second
    people = pd.DataFrame({**first, **second})
    found = second_columns(people, ColumnMapping({main: key}), {key: LeadField(key, "text")})
    assert found == ({other: key} if is_second else {})
    reading = read_column(first[main], LeadField(key, "text"), main, "", None)
    others = [read_column(second[column], LeadField(key, "text"), column, "", None) for column in found]
    use_second_columns([reading], others)
    assert reading.value_or_cell(1) == (second[other][1] if is_second else first[main][1])
    assert reading.value_or_cell(0) == first[main][0]


@each_case(
    ("first", "second", "sent", "left"),
    [
        ("(312) 555-0188", "312.555.0199", "(312) 555-0188", 1),
        ("Tel. 312-555-0188", "312.555.0199", "Tel. 312-555-0188", 1),
        ("4.91712E+11", "(312) 555-0199", "(312) 555-0199", 0),
        ("from 01.03.2026", "(312) 555-0199", "(312) 555-0199", 0),
        ("see mobile", "(312) 555-0199", "(312) 555-0199", 0),
        ("955 55 01 23", "655 55 01 23", "955 55 01 23", 1),
        ("+49 (0)30 902000", "030 / 902000", "+49 (0)30 902000", 0),
        ("Dana Ash <dana@x.example>", "ash@y.example", "Dana Ash <dana@x.example>", 1),
        ("dana.ash @x.example", "ash@y.example", "dana.ash @x.example", 1),
        ("dana.ash(at)x.example", "ash@y.example", "dana.ash(at)x.example", 1),
        (None, "Dana Ash <dana@x.example>", "Dana Ash <dana@x.example>", 0),
    ],
)
def test_a_first_value_that_can_be_repaired_keeps_its_place(first, second, sent, left):
    key = "email" if "@" in second else "phone"
    field = LeadField(key, key)
    readings = [read_column([first], field, "Main", "", None)]
    taken, counts, _ = use_second_columns(readings, [read_column([second], field, "Other", "", None)])
    assert readings[0].value_or_cell(0) == sent
    assert (counts[0].used, counts[0].left, len(taken)) == (int(sent == second), left, int(sent == second))


def test_a_phone_of_a_second_column_that_cannot_be_read_is_set_aside():
    fields = {"phone": LeadField("phone", "phone")}
    phone, mobile = (
        read_column(cells, fields["phone"], name, "", None)
        for name, cells in (("Phone", [None, "030 901820", None]), ("Mobile", ["171 or so", "ask Eva first", "n/a"]))
    )
    taken, _, unread = use_second_columns([phone], [mobile])
    assert not taken
    assert [cell[:4] for cell in unread] == [
        (0, "Mobile", "phone", "171 or so"),
        (1, "Mobile", "phone", "ask Eva first"),
    ]


def test_columns_about_a_language_are_not_spellings_of_a_name():
    names = [
        "English level",
        "Speaks English (y/n)",
        "Job title (EN)",
        "Country (EN)",
        "Roman numerals",
        "Latin America",
    ]
    assert columns_of_second_spellings(pd.DataFrame(columns=names), {}) == {}


def test_a_work_beside_a_mobile_has_phones_and_not_companies():
    fields = {"phone": LeadField("phone", "phone", builtin=True)}
    people = pd.DataFrame({"Mobile": ["+49 171 320001", None], "Work": ["+49 30 901820", "+46 8 555 24 03"]})
    assert second_columns(people, ColumnMapping({"Mobile": "phone"}), fields) == {"Work": "phone"}
    others = people.assign(Work=["Engines Ltd", "Lind AB"])
    assert second_columns(others, ColumnMapping({"Mobile": "phone"}), fields) == {}


@each_case(
    ("column", "cells"),
    [
        ("Personal", ["12000", "25000"]),
        ("Work", [1200000, 300000]),
        ("Bureau", ["75001", "69002"]),
        ("Office", ["10234", "20111"]),
    ],
)
def test_a_place_beside_a_mobile_without_written_phones_has_none(column, cells):
    fields = {"phone": LeadField("phone", "phone", builtin=True)}
    people = pd.DataFrame({"Mobile": ["+49 171 320001", None], column: cells})
    assert second_columns(people, ColumnMapping({"Mobile": "phone"}), fields) == {}
