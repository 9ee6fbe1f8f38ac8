"""Which columns are compared without being named, and what the result says of it."""

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook import cleanup
from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.linkage.columns.compared_columns import sources_of
from pb2b_notebook.errors import CleanupError, InvalidParameterError, MappingError


def test_custom_columns_are_compared_without_being_asked_and_the_result_says_so(make_frame):
    people = make_frame({
        "full_name": ["Anna Weber", "Anna Weber"], "custom_birth_date": ["1985-03-07", "1958-11-21"],
        "custom_tier": ["A", "B"], "notes": [None, None],
    })  # fmt: skip
    found = cleanup.duplicates(people, 0.01)
    assert found.roles == {"full_name": "full_name", "custom_birth_date": "date"}
    assert found.guessed == ("custom_birth_date",)
    assert "custom_birth_date as date" in repr(found)
    given = cleanup.duplicates(people, fields={"custom_birth_date": "date"})
    assert given.guessed == ()
    assert "guessed" not in repr(given)
    assert "fields=" in found.left_out["custom_tier"]
    assert found.left_out["notes"] == "it has no value"
    assert not len(found.pairs) or "custom_birth_date differs" in found.pairs["reasons"][0]


def test_a_mapping_can_keep_what_tells_people_apart(make_frame):
    """From read_leads by suggest and apply to duplicates, nothing is lost: unmapped columns get their roles."""
    listed = make_frame({
        "Kontakt": ["Anna Weber", "Anna Weber"], "Firma": ["Nordlicht", "Nordlicht"],
        "Geburtsdatum": ["7.3.1985", "21.11.1958"], "PLZ": ["20095", "20095"], "Notiz": ["a", "b"],
    })  # fmt: skip
    mapping = pb.Mapping({"Kontakt": "full_name", "Firma": "company_name"}, ignored=["Notiz"])
    kept = mapping.apply(listed, unmapped="keep")
    assert list(kept.columns) == ["full_name", "company_name", "Geburtsdatum", "PLZ"]
    found = cleanup.duplicates(kept)
    assert {"Geburtsdatum": "date", "PLZ": "postcode"}.items() <= found.roles.items()
    assert len(set(found.frame["cluster_id"])) == 2
    assert len(set(cleanup.duplicates(mapping.apply(listed)).frame["cluster_id"])) == 1
    with pytest.raises(MappingError, match="has the name of a lead field"):
        pb.Mapping({"Kontakt": "full_name"}).apply(make_frame({"Kontakt": ["A"], "full_name": ["B"]}), unmapped="keep")
    with pytest.raises(InvalidParameterError, match="unknown value for unmapped"):
        mapping.apply(listed, unmapped="all")


def test_two_birth_dates_in_a_custom_column_keep_namesakes_apart():
    rows = pd.DataFrame({"full_name": ["Anna Weber"] * 2, "company_name": ["Nordlicht"] * 2})
    assert cleanup.duplicates(rows).frame.cluster_size.tolist() == [2, 2]
    born = rows.assign(custom_birth_date=["1985-03-07", "1958-11-21"])
    assert cleanup.duplicates(born).frame.cluster_size.tolist() == [1, 1]


def test_from_a_list_to_its_duplicates_nothing_that_tells_people_apart_is_lost(make_frame):
    listed = make_frame({
        "Kontakt": ["Anna Weber"] * 3, "Firma": ["Nordlicht"] * 3,
        "Geburtsdatum": ["7.3.1985", "7.3.1985", "21.11.1958"],
        "Feld 7": ["20095", "20095", "10437"], "HRB": ["B 1", "B 2", "B 3"], "Notiz": ["call", "wait", "-"],
    })  # fmt: skip
    with pb.open_sandbox(leads=1) as ws:
        mapping = pb.Mapping.suggest(listed, ws.lead_fields.list())
    assert mapping.roles == {"Geburtsdatum": "date", "HRB": "registration_number"}
    applied = mapping.apply(listed)
    assert list(applied.columns) == ["full_name", "company_name", "Geburtsdatum", "HRB"]
    found = cleanup.duplicates(applied, fields=mapping.roles)
    assert found.roles == cleanup.duplicates(applied).roles | {"Geburtsdatum": "date"}
    assert "of='companies'" in found.left_out["HRB"]
    assert list(pd.Series(list(found.frame["cluster_id"])).value_counts()) == [2, 1]
    assert "HRB" in cleanup.duplicates(applied, of="companies").roles
    assert list(mapping.apply(listed, unmapped="drop").columns) == ["full_name", "company_name"]


@pytest.mark.parametrize(
    ("given", "family", "city"),
    [("fname_c1", "lname_c1", "city_c1"), ("FIRST_NM", "LAST_NM", "CITY_NM"), ("NAME_FIRST", "NAME_LAST", "ADDR_CITY")],
)
def test_names_of_columns_in_databases_of_others(make_frame, given, family, city):
    people = make_frame({given: ["Carsten", "Gerd"], family: ["Meier", "Bauer"], city: ["Springfield", "Bad Homburg"]})
    assert cleanup.duplicates(people).roles == {given: "first_name", family: "last_name", city: "city"}


@each_case("middle", ["mname", "middle_name", "MiddleName", "Отчество", "Second"])
def test_a_middle_name_is_read_together_with_the_first_name(middle):
    people = pl.DataFrame({
        "fname": ["John"] * 4, "lname": ["Smith"] * 4, middle: ["A", "B", "A.", None], "street": ["1 Oak Road"] * 4,
    })  # fmt: skip
    found = cleanup.duplicates(people, fields={middle: "middle name"} if middle == "Second" else None)
    assert found.roles[middle] == "middle name"
    one, other, same, _ = found.frame["cluster_id"]
    assert one == same != other
    assert "different middle" in " ".join(found.pairs["reasons"])


def test_a_middle_name_of_another_person_or_without_a_first_name_is_not_compared(make_frame):
    people = make_frame({
        "fname": ["John"], "lname": ["Smith"], "mothers_middle_name": ["A"], "middle_ear": ["B"], "mi": ["C"]
    })  # fmt: skip
    assert set(cleanup.duplicates(people).roles) == {"fname", "lname"}
    alone = cleanup.duplicates(make_frame({"lname": ["Smith"], "mname": ["A"]}), fields={"mname": "middle name"})
    assert alone.left_out == {"mname": "it has no first name beside it"}


@pytest.mark.parametrize(
    ("columns", "roles"),
    [
        (["Име", "Презиме", "Фамилия"], {"Име": "first_name", "Фамилия": "last_name"}),
        (["Име", "Презиме"], {"Име": "first_name", "Презиме": "last_name"}),
        (["Name", "By"], {"Name": "full_name"}),
        (["Navn", "By"], {"Navn": "full_name", "By": "city"}),
        (["Email", "By", "Postnr"], {"Email": "email", "By": "city"}),
        (["Name", "C1"], {"Name": "full_name"}),
        (["Name", "Mother DOB"], {"Name": "full_name"}),
    ],
)
def test_a_name_is_read_by_the_columns_beside_it(make_frame, columns, roles):
    values = {
        "By": ["Odense", "Aarhus"],
        "Navn": ["Gerd Ohm", "Eva Lind"],
        "C1": ["Yes", "No"],
        "Mother DOB": ["1955-03-07", "1960-04-12"],
        "Email": ["a@x.example", "b@y.example"],
        "Postnr": ["x", "y"],
    }
    people = make_frame({column: values.get(column, ["Gerd", "Eva"]) for column in columns})
    assert cleanup.duplicates(people).roles == roles


def test_a_house_number_is_read_together_with_the_nearest_street(make_frame):
    people = make_frame({
        "first_name": ["Ada", "Ada", "Eva"], "last_name": ["Berg"] * 3, "street": ["Main St", "12 Main Street", None],
        "street_number": ["12", None, "9"], "zip": ["10437"] * 3,
    })  # fmt: skip
    found = cleanup.duplicates(people, 0.01)
    assert found.roles["street_number"] == "house number"
    assert "same street" in next(iter(found.pairs["reasons"]))
    alone = cleanup.duplicates(people, fields={"street": "ignore", "street_number": "house number"})
    assert alone.left_out["street_number"] == "it has no street beside it"
    assert "street_number" not in alone.compared


def test_a_birth_date_in_three_columns_is_one_date(make_frame):
    people = make_frame({
        "first_name": ["Ada", "Ada", "Ada", "Eva"], "last_name": ["Berg"] * 4, "by": [1985, 1985, 1958, 1990],
        "bm": [3, 3, 11, None], "bd": [7, 7, 20, 1],
    })  # fmt: skip
    found = cleanup.duplicates(people)
    assert [found.roles[column] for column in ("by", "bm", "bd")] == ["birth year", "birth month", "birth day"]
    assert "same by" in next(iter(found.pairs["reasons"]))
    assert open_frame(found.frame).values("cluster_size") == [2, 2, 1, 1]
    alone = cleanup.duplicates(people, fields={"by": "ignore", "bm": "birth month", "bd": "ignore"})
    assert alone.left_out["bm"] == "it has no birth year beside it"


@pytest.mark.parametrize("months", [("März", "Mai", "Mai"), (3, 5, 5), ("Kevät", "Syksy", "Syksy")])
def test_people_of_one_year_of_birth_and_two_months_are_two(make_frame, months):
    people = make_frame({
        "Vorname": ["Ada", "Ada", "Eva"], "Nachname": ["Berg", "Berg", "Lund"], "Geburtsjahr": [1985, 1985, 1990],
        "Geburtsmonat": months, "Geburtstag": [7, 28, 1],
    })  # fmt: skip
    found = cleanup.duplicates(people)
    assert [*found.roles.values()][2:] == ["birth year", "birth month", "birth day"]
    assert len(set(open_frame(found.frame).values("cluster_id"))) == (2 if months[0] == "Kevät" else 3)


def test_a_family_name_beside_a_given_name(make_frame):
    people = make_frame({"gname": ["Ada", "Eva"], "fname": ["Berg", "Hale"], "phone": ["+49 30 5551234", None]})
    assert cleanup.duplicates(people).roles == {"gname": "first_name", "fname": "last_name", "phone": "phone"}


def test_companies_with_the_house_number_in_a_column_of_its_own(make_frame):
    rows = make_frame({
        "Firma": ["Nordlicht Optik GmbH", "Nordlicht Optik"], "Straße": ["Hauptstraße", "Hauptstr. 12"],
        "Hausnr.": ["12", None], "PLZ": ["20095", "20095"],
    })  # fmt: skip
    found = cleanup.duplicates(rows, of="companies")
    assert found.roles["Hausnr."] == "house number"
    assert "same street address" in next(iter(found.pairs["reasons"]))
    assert open_frame(cleanup.merge(rows, found).golden).values("Hausnr.") == ["12"]


def test_columns_are_read_as_the_fields_that_lists_usually_name_so(make_frame):
    """Ignored, a company of another name would let its phone and city join two companies' people."""
    columns = {
        "given_name": ["Anna", "Ana", "Eva"], "Surname": ["Weber", "Weber", "Hale"],
        "Firma": ["Nordlicht", "Nordlicht GmbH", "Birkenhain"], "E-Mail": ["a@x.example", "a@x.example", None],
        "Notiz": ["call", None, "call"],
    }  # fmt: skip
    found = cleanup.duplicates(make_frame(columns))
    named = {"given_name": "first_name", "Surname": "last_name", "Firma": "company_name", "E-Mail": "email"}
    assert found.roles == named
    assert found.guessed == tuple(named)
    assert "Surname as last_name" in repr(found)
    assert found.left_out.keys() == {"Notiz"}
    usual = cleanup.duplicates(make_frame({named.get(name, name): values for name, values in columns.items()}))
    assert list(found.pairs["probability"]) == list(usual.pairs["probability"])


def test_two_companies_at_one_switchboard_are_two_whatever_their_column_is_called():
    rows = pd.DataFrame({
        "company": ["Golden Nugget Hotel", "Stefanos"], "phone": ["+1 702 555 0112"] * 2, "city": ["Las Vegas"] * 2,
    })  # fmt: skip
    assert cleanup.duplicates(rows).clusters.empty


@each_case(
    ("columns", "fields", "roles"),
    [
        ({"Vorname": ["Anna", "Eva"], "Name": ["Weber", "Hale"]}, {}, {"Vorname": "first_name", "Name": "last_name"}),
        (
            {"first_name": ["Anna", "Eva"], "last_name": ["Weber", "Hale"], "Contact": ["Max Berg", "Max Berg"]},
            {},
            {"first_name": "first_name", "last_name": "last_name"},
        ),
        (
            {"pat_first_name": ["Anna", "Eva"], "pat_last_name": ["Weber", "Hale"], "home_phone": ["+12125550101"] * 2},
            {},
            {"pat_first_name": "first_name", "pat_last_name": "last_name", "home_phone": "phone"},
        ),
        (
            {
                "pat_first_name": ["Anna", "Eva", "Ida"], "pat_last_name": ["Weber", "Hale", "Berg"],
                "prov_first_name": [None] * 3, "prov_last_name": [None] * 3, "phone": ["+12125550101"] * 3,
            },
            {},
            {"phone": "phone", "pat_first_name": "first_name", "pat_last_name": "last_name"},
        ),
        (
            {"c_first_name": ["Anna", "Eva"], "c_last_name": ["Weber", "Hale"], "c_company": ["A AG", "B AG"]},
            {},
            {"c_first_name": "first_name", "c_last_name": "last_name", "c_company": "company_name"},
        ),
        (
            {"phone": ["1", "2", "3"], "Doctor first name": ["Max"] * 3, "Doctor last name": ["Berg"] * 3},
            {},
            {"phone": "phone"},
        ),
        (
            {"full_name": ["Anna Weber", "Eva Hale"], "doctor_last_name": ["Berg"] * 2, "custom_company": ["A", "B"]},
            {},
            {"full_name": "full_name"},
        ),
        (
            {"full_name": ["Anna Weber", "Eva Hale"], "Firma": ["A", "B"]},
            {"Firma": "ignore"},
            {"full_name": "full_name"},
        ),
        (
            {"Kunde": ["Anna Weber", "Eva Hale"], "Name": ["A", "B"]},
            {"Kunde": "full_name"},
            {"Kunde": "full_name"},
        ),
        (
            {"full_name": ["Anna Weber", "Eva Hale"], "Phone": ["see notes", "ask Max"]},
            {},
            {"full_name": "full_name"},
        ),
    ],
)  # fmt: skip
def test_the_name_of_a_column_is_believed_only_where_the_field_lacks_and_values_agree(columns, fields, roles):
    assert cleanup.duplicates(pd.DataFrame(columns), fields=fields).roles == roles


@each_case(
    ("column", "shared"),
    [
        ("sales_person_email", "rep@x.example"), ("Mentor email", "rep@x.example"), ("Store phone", "+4930901820"),
        ("Notfall Telefon", "+4930901820"), ("Insurance company", "Hansa AG"), ("Letzter Arbeitgeber", "Hansa AG"),
    ],
)  # fmt: skip
def test_what_two_namesakes_share_with_others_does_not_make_them_one(column, shared):
    """The noun of the name is known, but not whose it is: these are about other people and companies."""
    people = pd.DataFrame({
        "first_name": ["Sabine", "Sabine"], "last_name": ["Lindqvist"] * 2, "city": ["Kiel", "Ulm"],
        column: [shared] * 2,
    })  # fmt: skip
    found = cleanup.duplicates(people)
    assert found.clusters.empty
    assert column in found.left_out


def test_rows_with_the_names_of_a_few_doctors_are_not_about_the_doctors():
    rows = pd.DataFrame({
        "Patient": ["Anna Berg", "Eva Hale", "Ida Novak", "Jan Silva", "Tom Chen", "Vera Popov"], "city": ["Kiel"] * 6,
        "Doctor first name": ["Max", "Olga"] * 3, "Doctor last name": ["Weber", "Costa"] * 3,
    })  # fmt: skip
    with pytest.raises(CleanupError, match="no column that identifies a person"):
        cleanup.duplicates(rows)


@pytest.mark.parametrize("turned", [False, True])
def test_whole_names_are_compared_with_first_and_last_names_of_known_rows(turned):
    whole = pd.DataFrame({"full_name": ["Anna Weber"], "company_name": ["Nordlicht"]})
    parts = pd.DataFrame({
        "first_name": ["Eva", "Anna"], "last_name": ["Weber"] * 2, "company_name": ["Nordlicht"] * 2,
    })  # fmt: skip
    listed, known = (parts, whole) if turned else (whole, parts)
    linked = cleanup.duplicates(listed, known=known).pairs.query("decision == 'same'")
    assert [{*pair} for pair in linked[["row_a", "row_b"]].to_numpy()] == [
        {"row 1", "known 0"} if turned else {"row 0", "known 1"}
    ]


@pytest.mark.parametrize(
    ("of", "fields"), [("people", {"Betrieb 1": "company_name"}), ("companies", {"Betrieb 1": "company_name"})]
)
def test_known_rows_may_name_their_columns_in_another_way(of, fields):
    """Not found under its own name, a known company was compared as missing."""
    listed = pd.DataFrame({"Name": ["Anna Weber"], "Betrieb 1": ["Nordlicht"], "Ort": ["Kiel"]})
    leads = pd.DataFrame({
        "id": ["a", "b"], "full_name": ["Anna Weber"] * 2, "company_name": ["Birkenhain", "Nordlicht"],
        "city": ["Kiel"] * 2,
    })  # fmt: skip
    if of == "companies":
        listed = listed.drop(columns="Name")
    found = cleanup.duplicates(listed, fields=fields, known=leads, of=of)
    linked = found.pairs.query("decision == 'same'")
    assert {*linked["row_a"], *linked["row_b"]} == {"row 0", "b"}
    assert "same company" in linked["reasons"].iloc[0] or of == "companies"


def test_a_known_value_keeps_its_column_if_the_list_uses_that_name_for_something_else():
    """Renamed, the lead's company was lost, and what the list has under its name took its place."""
    listed = pd.DataFrame({
        "full_name": ["Anna Weber"], "email": ["anna@x.example"], "company_name": ["(list 7)"], "Betrieb": ["Nord AG"],
    })  # fmt: skip
    lead = pd.DataFrame({
        "id": ["a"], "full_name": ["Anna Weber"], "email": ["anna@x.example"], "company_name": ["Nordlicht AG"],
    })  # fmt: skip
    found = cleanup.duplicates(listed, known=lead, fields={"Betrieb": "company_name"})
    assert cleanup.merge(listed, found).golden["company_name"].tolist() == ["Nordlicht AG"]
    companies = listed.drop(columns=["full_name", "email"]).rename(columns={"Betrieb": "Firma"}).assign(Ort="Kiel")
    known = pd.DataFrame({"id": ["a"], "company_name": ["Nord AG"], "city": ["Kiel"]})
    found = cleanup.duplicates(companies, known=known, fields={"company_name": "ignore"}, of="companies")
    assert found.pairs["decision"].tolist() == ["same"]


def test_the_address_of_an_office_joins_no_two_colleagues():
    people = pd.DataFrame({
        "full_name": ["Karina Alves", "Alana Alves", "Ada Berg", "Eva Hale", "Bo Lund", "Cy Dahl", "Di Falk", "Al Moe"],
        "company_name": [*["Infrabit"] * 2, *["Acme"] * 2, *["Nord"] * 2, *["Sud"] * 2],
        "phone": ["+55 24 3348 4384"] * 2 + [None] * 6,
        "street": [*["Rua Dias 1"] * 2, *["Am Markt 1"] * 2, *["Weg 2"] * 2, *["Ring 3"] * 2],
    })  # fmt: skip
    found = cleanup.duplicates(people)
    assert "street" not in found.roles
    assert len(found.clusters) == 0


@pytest.mark.parametrize("page", ["https://in.example/company/nord", "https://nord.example/en/"])
def test_a_page_of_a_company_is_not_that_of_a_person(make_frame, page):
    people = {
        "full_name": ["Min-jun Kim", "Min-jung Kim"] * 5,
        "company_name": ["Nord AG"] * 10,
        "website": [page] * 10,
    }
    assert cleanup.duplicates(make_frame(people)).roles["website"] == "website"


def test_websites_with_a_path_are_pages_of_people_and_others_of_their_company(make_frame):
    names = ["Ada Kjellgren", "A. M. Kjellgren", "Bo Lund", "Cleo Ferrante"]
    own = ["uni.example/~ada", "https://www.uni.example/~ada/", "https://uni.example/~bo", "https://cleo.example"]
    rows = make_frame({"full_name": names, "website": own})
    found = cleanup.duplicates(rows)
    assert found.roles["website"] == "page"
    assert found.frame["cluster_id"][0] == found.frame["cluster_id"][1]
    assert len(set(found.frame["cluster_id"])) == 3
    lead = make_frame({"full_name": names[:1], "Homepage": own[1:2], "cluster_id": ["c1"]})
    assert list(cleanup.duplicates(rows, known=lead).frame["cluster_id"]).count("c1") == 2
    offices = make_frame({"full_name": names, "website": ["https://uni.example", "uni.example/", "uni.example", ""]})
    assert cleanup.duplicates(offices).roles["website"] == "website"


def test_a_title_of_people_without_a_company_is_a_profession():
    columns = {"first_name": "first_name", "last_name": "last_name", "Beruf": "title"}
    sources, further = sources_of(columns)
    assert [(one.column, one.role.name) for one in further] == [("Beruf", "text")]
    assert "title" not in sources
    sources, further = sources_of(columns | {"email": "email"})
    assert (sources["title"], further) == ("Beruf", ())


def test_addresses_of_companies_in_a_list_without_names_of_people_are_compared():
    accounts = pl.DataFrame({"company_name": ["Nord", "Nord", "Sud"], "Straße": ["Am Markt 1", "Am Markt 1", "Weg 2"]})
    assert cleanup.duplicates(accounts).roles == {"company_name": "company_name", "Straße": "street"}
