"""Names in several columns, and names that a header says to be written family name first."""

import pandas as pd
import polars as pl
import pytest

from each_case import each_case
from pb2b_notebook.intake.name_columns import (
    drop_companies_of_own_names,
    drop_departments,
    is_family_first,
    part_companies_from_names,
    take_companies_of_names,
    take_people_of_companies,
    turn_names,
)
from pb2b_notebook.mapping.application import read_column
from pb2b_notebook.mapping.lead_fields import LeadField

GIVEN = ("Carla", "Ulrich", "Ida", "Bodo")


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        (
            ["Voornaam", "Tussenvoegsel", "Achternaam"],
            {("van der", "Berg"): "van der Berg", ("d'", "Estaing"): "d'Estaing"},
        ),
        (["Voornaam", "Tussenv.", "Achternaam"], {("van der", "van der Berg"): "van der Berg"}),
        (
            ["Voornaam", "Tussenvoegsel", "Achternaam"],
            {("v.d.", "Broek"): "v.d. Broek", ("v. d.", "Laan"): "v. d. Laan", ("v/d", "Meer"): "v/d Meer",
             ("v.", "Dijk"): "v. Dijk"},
        ),
        (["Vorname", "Namenszusatz", "Nachname"], {("von", "Berg"): "von Berg", ("Dr.", "Thal"): "Thal"}),
        (["First name", "Prefix", "Last name"], {("Mrs.", "Berg"): "Berg", ("de la", "Cruz"): "de la Cruz"}),
        (["Nombre", "Primer apellido", "Segundo apellido"], {("Ruiz", "Sanz"): "Ruiz Sanz"}),
        (
            ["Nombre", "Apellido 1", "Apellido 2"],
            {
                ("Ruiz", None): "Ruiz", ("Sanz", "none"): "Sanz", ("Ibarra", "Barra"): "Ibarra Barra",
                ("Pérez", "Pérez"): "Pérez Pérez",
            },
        ),
        (
            ["First Name", "Last Name", "Suffix"],
            {("Berg", "Jr."): "Berg Jr.", ("Roth", "PhD"): "Roth", ("Lund", "III"): "Lund III",
             ("Moor", "Sr., MD"): "Moor Sr."},
        ),
        (["Nombre", "Apellido paterno", "Apellido materno"], {("Ruiz Sanz", "Sanz"): "Ruiz Sanz"}),
    ],
)  # fmt: skip
def test_a_family_name_has_all_its_parts(ws, columns, rows):
    library, given = pl.DataFrame if None in next(iter(rows)) else pd.DataFrame, GIVEN[: len(rows)]
    cells = [(name, *parts, f"{name}@{name}.example") for name, parts in zip(given, rows, strict=True)]
    intake = ws.leads.intake(
        library(dict(zip([*columns, "Email"], map(list, zip(*cells, strict=True)), strict=True))), progress=False
    )
    assert [*intake.cleaned.frame["last_name"]] == [*rows.values()]


def test_the_full_name_of_a_new_person_has_all_parts_of_the_family_name(ws):
    people = pd.DataFrame({"Voornaam": ["Carla"], "Tussenvoegsel": ["van der"], "Achternaam": ["Berg"]})
    added = ws.leads.intake(people, progress=False).plan.diff
    assert added[added["field"] == "full_name"]["after"].tolist() == ["Carla van der Berg"]


@each_case(("elder", "younger"), [("Sr.", "Jr."), ("st.", "mł."), ("", "figlio"), ("", "jun"), ("", "(мл.)")])
def test_a_junior_by_a_column_of_its_own_is_not_merged_into_the_father(ws, elder, younger):
    people = pd.DataFrame(
        {
            "Name": ["Howard Kessler"] * 2,
            "Suffix": [elder, younger],
            "Company": ["Kessler Farms"] * 2,
            "Email": ["howard@kessler.example", "hkessler@kessler.example"],
        }
    )
    intake = ws.leads.intake(people, progress=False)
    assert intake.cleaned.frame["full_name"][1].startswith("Howard Kessler ")
    assert "duplicate" not in [verdict.state for verdict in intake.decided.verdicts]


def test_a_cell_that_is_no_part_of_a_name_is_set_aside_unless_it_is_a_title(ws):
    people = pd.DataFrame(
        {"Vorname": ["Carla", "Ida"], "Namenszusatz": ["Stand 12", "Dr."], "Nachname": ["Berg", "Roth"]}
    )
    intake = ws.leads.intake(people, progress=False)
    assert intake.set_aside[["row", "column", "value"]].to_numpy().tolist() == [[0, "Namenszusatz", "Stand 12"]]
    assert intake.cleaned.frame["last_name"].to_list() == ["Berg", "Roth"]


def test_a_column_that_a_person_leaves_out_is_no_part_of_a_name(ws):
    people = pd.DataFrame({"Voornaam": ["Carla"], "Tussenvoegsel": ["van der"], "Achternaam": ["Berg"]})
    intake = ws.leads.intake(people, progress=False)
    intake = intake.change(mapping=intake.mapping.without_column("Tussenvoegsel", ignored=True))
    assert intake.cleaned.frame["last_name"][0] == "Berg"


@each_case(
    ("header", "name", "wanted"),
    [
        ("Cognome e Nome", "Ruggeri Carla", "Carla Ruggeri"),
        ("Cognome e Nome", "De Santis Marco", "Marco De Santis"),
        ("Name Vorname", "Berger Anna", "Anna Berger"),
        ("Nachname Vorname", "von Thun Max", "Max von Thun"),
        ("Nom Prénom", "LEFEBVRE Anne", "Anne LEFEBVRE"),
        ("NOM Prénom", "DE LA TOUR Jean Paul", "Jean Paul DE LA TOUR"),
        ("Apellidos y nombre", "Ruiz Sanz Carla", "Ruiz Sanz Carla"),
        ("Nazwisko i imię", "Nowak Piotr", "Piotr Nowak"),
        ("Soyadı Adı", "Yılmaz Ayşe", "Ayşe Yılmaz"),
        ("Last Name First Name", "Ashdown Carla", "Carla Ashdown"),
        ("Nachname, Vorname", "Berger, Anna", "Anna Berger"),
        ("Name, Vorname", "Roth, Dr. Ida", "Dr. Ida Roth"),
        ("Name, Vorname", "Roth, Ms. T Ida", "Ms. T Ida Roth"),
        ("Name, Vorname", "van der Berg, Pia", "Pia van der Berg"),
        ("Name, Vorname", "Roth, CFA", "Roth, CFA"),
        ("Name, Vorname", "Anna, Roth", "Anna, Roth"),
        ("Nom et prénom", "Dupont", "Dupont"),
        ("Nachname Vorname", "Berger A.", "Berger A."),
        ("Nom et prénom", "Jean DUPONT", "Jean DUPONT"),
        ("Name Vorname", "Peter Müller", "Peter Müller"),
        ("Name Vorname", "Herr Müller", "Herr Müller"),
        ("Name Vorname", "Nord GmbH", "Nord GmbH"),
    ],
)
def test_names_are_turned_where_it_is_clear_which_part_is_the_family_name(header, name, wanted):
    reading = read_column([name], LeadField("full_name", "text"), header, "", None)
    taken = turn_names([reading])
    assert reading.value_or_cell(0) == wanted
    assert len(taken.taken) == (name != wanted)


@each_case("header", ["Name", "Vorname Nachname", "Nome e cognome", "First and last name", "Nombre y apellidos", "Nom"])
def test_other_headers_say_no_order(header):
    assert not is_family_first(header)


@pytest.mark.parametrize(
    ("cell", "name", "column"),
    [
        ("Ann Berg <ann@a.example>", "Ann Berg", "Name"),
        ('"Berg, Ann" <ann@a.example>', "Ann Berg", None),
        ("Ann Berg (ann@a.example)", "Ann Berg", "Name"),
        ("ann@a.example", None, "Name"),
        ("ann@a.example", None, None),
    ],
)
def test_an_address_beside_a_name_finds_who_opted_out_and_who_is_known(ws, cell, name, column):
    ws.leads.create(full_name="Ann Berg", email="ann@a.example", status="unsubscribed")
    people = pd.DataFrame({"Name": [cell, "Zed Zoo"], "Email": ["", "zed@zoo.example"]})
    people = people if column else people[["Name"]]
    intake = ws.leads.intake(people, mapping=None if column else {"Name": "full_name"}, progress=False)
    assert intake.cleaned.frame["email"][0] == "ann@a.example"
    assert intake.cleaned.frame["full_name"][0] == name
    assert intake.decided.verdicts[0].state in {"known", "opted_out"}


def test_another_address_beside_a_name_is_set_aside(ws):
    people = pd.DataFrame({"Name": ["Ann Berg <ann@a.example>"], "Email": ["ann@b.example"]})
    intake = ws.leads.intake(people, progress=False)
    assert (intake.cleaned.frame["email"][0], [*intake.set_aside["value"]]) == ("ann@b.example", ["ann@a.example"])


def test_an_address_in_the_column_of_first_or_family_names_is_no_name(ws):
    people = pd.DataFrame(
        {
            "First name": ["zoe@young.example", "Ann", "Bo"],
            "Last name": [None, "ann@berg.example", "Lund"],
            "Email": ["zoe@young.example", None, "bo@lund.example"],
        }
    )
    frame = ws.leads.intake(people, progress=False).cleaned.frame
    assert frame["email"].to_list() == ["zoe@young.example", "ann@berg.example", "bo@lund.example"]
    assert frame["first_name"].to_list() == [None, "Ann", "Bo"]
    assert frame["last_name"].to_list() == [None, None, "Lund"]


@each_case(
    ("names", "wanted", "left"),
    [
        # By the address, by a name that another row has, or by a known one; the others by their header.
        ({"Rossi Mario": "m.rossi@a.example", "Mario Rossi": "mario.rossi@b.example", "Bianchi Luca": None,
          "Verdi Zdan": None, "Conti Ulvi": "uconti@a.example", "Valli Ebbo": "ebbo.valli@a.example"},
         ["Mario Rossi", "Mario Rossi", "Luca Bianchi", "Zdan Verdi", "Ulvi Conti", "Ebbo Valli"], []),
        ({"Berger Anna": None, "Peter Müller": None}, ["Anna Berger", "Peter Müller"], []),
        ({"Berger Anna": None, "Peter Müller": None, "Zdan Ulvi": None},
         ["Anna Berger", "Peter Müller", "Zdan Ulvi"], [2]),
        ({"Colombo Anna Maria": None, "De Luca Maria Anna": None, "Verdi Zdan Ulvi": None, "Anna Maria Colombo": None},
         ["Anna Maria Colombo", "Maria Anna De Luca", "Verdi Zdan Ulvi", "Anna Maria Colombo"], [2]),
        ({"Ing. Verdi Carlo": None, "Ferrari Ing. Zdan": None, "Moretti Giovanni jr": None, "Weber Hans III": None},
         ["Ing. Carlo Verdi", "Ing. Zdan Ferrari", "Giovanni Moretti jr", "Hans Weber III"], []),
        ({"Luca Anna": "luca.anna@a.example"}, ["Luca Anna"], []),
        ({"Rossi Anna": "r.anna@a.example"}, ["Rossi Anna"], []),
    ],
)  # fmt: skip
def test_a_row_that_shows_the_other_order_stays_and_the_rest_is_turned(names, wanted, left):
    readings = [
        read_column([*cells], LeadField(key, kind), column, "", None)
        for cells, key, kind, column in (
            (names, "full_name", "text", "Cognome e Nome"), (names.values(), "email", "email", "E-mail"),
        )
    ]  # fmt: skip
    turned = turn_names(readings)
    assert [readings[0].value_or_cell(row) for row in range(len(names))] == wanted
    assert [*turned.left] == left


@pytest.mark.parametrize(
    ("email", "wanted"), [(None, "Ruiz Martin Carla"), ("c.ruiz.martin@a.example", "Carla Ruiz Martin")]
)
def test_of_two_family_names_one_may_be_a_given_name(email, wanted):
    readings = [
        read_column(["Ruiz Martin Carla"], LeadField("full_name", "text"), "Apellidos y nombre", "", None),
        read_column([email], LeadField("email", "email"), "Email", "", None),
    ]
    turn_names(readings)
    assert readings[0].value_or_cell(0) == wanted


@each_case(
    ("names", "wanted"),
    [
        (["Brück, Jan", "Kern, Anna", "Roth, Dr. Ida"], ["Jan Brück", "Anna Kern", "Dr. Ida Roth"]),
        (["Brück, Jan", "Kern, Anna", "Roth, Vertrieb"], ["Jan Brück", "Anna Kern", None]),
        (["Brück, Jan", "Kern, Anna", "Okonkwo, Chidi", "Eva, Okoye"], [None] * 4),
        (["Brück, Jan", "Kern, Anna", "Ida Roth", "Pia Sand"], [None] * 4),
        (["Roth, Ida", "Okonkwo, Chidi", "Sand, Pia"], [None] * 3),
    ],
)
def test_a_column_of_names_with_commas_shows_its_order(names, wanted):
    turn_names([reading := read_column(names, LeadField("full_name", "text"), "Name", "", None)])
    found = [reading.value_or_cell(row) for row in range(len(names))]
    assert found == [turned or name for turned, name in zip(wanted, names, strict=True)]


@each_case(
    ("names", "turned"),
    [
        (["Ott Silke", "Hahn Peter", "Kraus Ines", "Roth Emil", "Krenn Johannes, Ing.", "Mario Rossi"], True),
        (["Ott Silke", "Hahn Peter", "Kraus Ines", "Roth Emil", "Mario Rossi", "Anna Kern"], False),
        (["Nagy Anna", "Szabó Peter", "Kőrösi Ines", "Tóth Emil", "Kiss Johannes"], False),
    ],
)
def test_a_list_written_family_name_first_is_turned_whatever_its_header(names, turned):
    words = [name.replace(",", "").lower().split()[:2] for name in names]
    emails = [f"{a[0]}.{b}@a.example" if a in ("mario", "anna") else f"{b[0]}.{a}@a.example" for a, b in words]
    reading = read_column(names, LeadField("full_name", "text"), "Ansprechpartner", "", None)
    turn_names([reading, read_column(emails, LeadField("email", "email"), "Email", "", None)])
    found = [reading.value_or_cell(row) for row in range(len(names))]
    first = ["Silke Ott", "Peter Hahn", "Ines Kraus", "Emil Roth", "Johannes Krenn, Ing.", "Mario Rossi"]
    assert found == (first if turned else names)


@each_case("local", [None, "{0}", "{0}.{1}", "info", "{1}"])
def test_fathers_names_that_are_given_names_are_not_taken_for_given_names(local):
    names = ["Chinedu Emmanuel", "Babatunde Samuel", "Shaji Varghese", "Biju Mathew", "Zeeshan Ali", "Tadesse Daniel"]
    emails = [local and f"{local.format(*name.lower().split())}@a.example" for name in names]
    reading = read_column(names, LeadField("full_name", "text"), "Name", "", None)
    turn_names([reading, read_column(emails, LeadField("email", "email"), "Email", "", None)])
    assert [reading.value_or_cell(row) for row in range(len(names))] == names


@pytest.mark.parametrize(("column", "wanted"), [("ORG", "Roth AG"), ("Company", "Roth AG;IT")])
def test_the_organization_of_a_vcard_has_no_department(column, wanted):
    drop_departments([reading := read_column(["Roth AG;IT"], LeadField("company_name", "text"), column, "", None)])
    assert reading.value_or_cell(0) == wanted


def test_a_column_of_names_or_companies_gives_each_row_its_own():
    def read(key, column, *cells):
        return read_column(cells, LeadField(key, "text"), column, "", None)

    def values_of(reading):
        return [reading.value_or_cell(row) for row in range(5)]

    first = read("first_name", "Vorname", "Ida", "Jan", "Lea", "Mia", None)
    last = read("last_name", "Nachname", "Roth", "Brück", "Kern", "Lang", "Kern")
    for column, own in (("Name/Firma", None), ("Company", "Brück, Jan")):
        company = read("company_name", column, "Ost AG", "Brück, Jan", "Kern Lea AG", "Lang", "Kern")
        drop_companies_of_own_names([first, last, company])
        assert values_of(company) == ["Ost AG", own, "Kern Lea AG", "Lang", "Kern"]
    name = read("full_name", "Name", "Ost AG", "Jan Brück", "Lea Kern AG", "Bill", "Kern")
    readings = [first, last, name]
    take_companies_of_names(readings, {"company_name": LeadField("company_name", "text")}, {3})
    assert values_of(name) == [None, "Jan Brück", "Lea Kern AG", None, "Kern"]
    assert values_of(readings[-1]) == ["Ost AG", None, None, "Bill", None]


def test_people_leave_a_column_of_companies_where_their_address_has_their_name():
    cells = ["Anna Roth", "Morgan Stanley", "Jan Roth GmbH", "Anna Bank", "Blue Ocean"]
    emails = ["anna.roth@web.example", "info@morganstanley.example", "jan@roth.example", "anna@bank.example", None]
    for column, wanted in (("Name", "Anna Roth"), ("Company", None)):
        readings = [
            read_column(cells, LeadField("company_name", "text"), column, "", None),
            read_column(emails, LeadField("email", "email"), "Email", "", None),
        ]
        take_people_of_companies(readings, {"full_name": LeadField("full_name", "text")})
        named = {each.field.key: [each.value_or_cell(row) for row in range(5)] for each in readings}
        assert named["company_name"] == [cells[0] if wanted is None else None, *cells[1:]]
        assert named.get("full_name", [None])[0] == wanted


def test_a_company_in_a_column_of_names_is_the_company_of_the_row(ws):
    names = ["Peters Verwaltungs GmbH", "Jo Vogl", "Wanmei Ou", "Heil Optik Ltd.", "Eva Lind"]
    people = pd.DataFrame({"Name": names, "Email": [f"info@firm{number}.example" for number in range(5)]})
    cleaned = ws.leads.intake(people).cleaned.frame
    assert cleaned["company_name"].to_list() == [names[0], None, None, names[3], None]
    assert cleaned["full_name"].to_list() == [None, names[1], names[2], None, names[4]]
    employed = ws.leads.intake(people.assign(Company="Nord")).cleaned.frame
    assert employed["company_name"].to_list() == ["Nord"] * 5
    assert employed["full_name"].to_list() == names


@each_case(
    ("cell", "wanted"),
    [
        ("Roth AG, Anna Roth", ("Anna Roth", "Roth AG")),
        ("Roth AG, Herr Dr. Max Roth", ("Herr Dr. Max Roth", "Roth AG")),
        ("Kern, Lund & Co. KG, Anna Weber", ("Anna Weber", "Kern, Lund & Co. KG")),
        *[
            (same, (same, None))
            for same in ("Roth AG, Bad Homburg", "Max Kern, Nord GmbH", "Roth, Anna", "Roth AG, Anna")
        ],
        ("Roth AG, Anna GmbH", ("Roth AG, Anna GmbH", None)),
    ],
)
def test_a_company_is_parted_from_a_name_only_where_both_are_sure(cell, wanted):
    fields = {key: LeadField(key, "text") for key in ("full_name", "company_name")}
    readings = [read_column([cell], fields["full_name"], "Display Name", "", None)]
    part_companies_from_names(readings, fields)
    found = {reading.field.key: reading.value_or_cell(0) for reading in readings}
    assert (found["full_name"], found.get("company_name")) == wanted


def test_a_company_of_its_own_column_stays_beside_the_name():
    fields = {key: LeadField(key, "text") for key in ("full_name", "company_name")}
    cells = {"full_name": "Roth AG, Anna Roth", "company_name": "Roth Group"}
    readings = [read_column([cell], fields[key], key, "", None) for key, cell in cells.items()]
    part_companies_from_names(readings, fields)
    assert [reading.value_or_cell(0) for reading in readings] == ["Anna Roth", "Roth Group"]


@each_case(
    ("cell", "email", "wanted"),
    [
        ("Wood Corner, Ron Gibbs", "ron.gibbs@wood-corner.example", ("Ron Gibbs", "Wood Corner")),
        *[
            (same, email, (same, None))
            for same, email in [
                ("Wood Corner, Ron Gibbs", "ron@mail.example"),
                ("Wood Corner, Ron Gibbs", "office@wood-corner.example"),
                ("García López, Ana María", "ana.maria@garcialopez.example"),
                ("Berg, Anna Lund", "anna.lund@berg.example"),
                ("Halm, Uwe", "uwe@halm.example"),
            ]
        ],
    ],
)
def test_a_company_without_a_legal_form_is_parted_from_a_name_that_the_address_proves(cell, email, wanted):
    fields = {key: LeadField(key, "text") for key in ("full_name", "company_name", "email")}
    cells = {"full_name": cell, "email": email}
    readings = [read_column([text], fields[key], key, "", None) for key, text in cells.items()]
    part_companies_from_names(readings, fields)
    found = {reading.field.key: reading.value_or_cell(0) for reading in readings}
    assert (found["full_name"], found.get("company_name")) == wanted


@each_case(
    ("cell", "email", "company"),
    [
        ("Anna Berg, Graphic Designer", None, "Anna Berg"),
        ("Anna Berg, Executive MBA", None, "Anna Berg"),
        ("Red Fox, Sales Team", None, "Red Fox"),
        ("Red Fox, Bad Homburg", "homburg@redfox.example", None),
        ("De Vries, Jan W.", None, "De Vries"),
        ("Van der Berg, Jan P.", "jp@vanderberg.example", None),
        ("Van Dyke, Robert Jr.", None, "Van Dyke"),
        ("Lee Smith, Robert III", None, "Lee Smith"),
    ],
)
def test_a_family_name_whose_company_has_it_is_not_parted_from_what_stands_behind_it(cell, email, company):
    fields = {key: LeadField(key, "text") for key in ("full_name", "company_name", "email")}
    cells = {"full_name": cell, "email": email, "company_name": company}
    readings = [read_column([text], fields[key], key, "", None) for key, text in cells.items()]
    assert part_companies_from_names(readings, fields) == []
    assert [reading.value_or_cell(0) for reading in readings] == [cell, email, company]


def test_a_company_that_another_row_or_a_column_proves_is_parted_from_a_name():
    fields = {key: LeadField(key, "text") for key in ("full_name", "company_name", "email")}
    cells = {
        "full_name": ["Wood Corner, Ron Gibbs", "Wood Corner, Anna Burke", "Red Fox, Max Lund", "Acme Team, Cy Holm"],
        "email": ["ron.gibbs@woodcorner.example", None, None, None],
        "company_name": [None, None, "Red Fox", None],
    }
    readings = [read_column(texts, fields[key], key, "", None) for key, texts in cells.items()]
    part_companies_from_names(readings, fields)
    names, companies = ([reading.value_or_cell(row) for row in range(4)] for reading in (readings[0], readings[2]))
    assert names == ["Ron Gibbs", "Anna Burke", "Max Lund", "Acme Team, Cy Holm"]
    assert companies == ["Wood Corner", "Wood Corner", "Red Fox", None]
