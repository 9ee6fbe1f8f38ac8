"""Suggestions for lists as CRMs, address books, data providers and event programs export them."""

from pathlib import Path

import pandas as pd
import pytest

import pb2b_notebook as pb
from pb2b_notebook.mapping.suggestion import named_field

ROWS = 12


def tables():
    """The lists by name, as (column, field, values), and the sample values by kind."""
    values, lists = {}, {}
    for line in Path(__file__).with_name("exported_lists.txt").read_text("utf-8").splitlines()[3:]:
        cells = [cell.strip() for cell in line.split(" | ")] if " | " in line else [line]
        if line.startswith("= "):
            values[cells[0][2:]] = [cell or None for cell in cells[1:]]
        elif line.startswith("## "):
            columns = lists.setdefault(line[3:], [])
        elif line:
            column, field, kind = (cell.strip() for cell in line.rsplit("|", 2))
            columns.append((column, field, values[kind]))
    return lists


LISTS = tables()
BUILTIN = [
    ("full_name", "Full name", "text"),
    ("first_name", "First name", "text"),
    ("last_name", "Last name", "text"),
    ("email", "E-mail", "email"),
    ("owner_email", "Owner", "email"),
    ("phone", "Phone", "phone"),
    ("company_name", "Company", "text"),
    ("company_domain", "Company domain", "text"),
    ("website", "Website", "url"),
    ("linkedin_url", "LinkedIn", "url"),
    ("title", "Title", "text"),
    ("seniority", "Seniority", "text"),
    ("industry", "Industry", "text"),
    ("country", "Country", "text"),
    ("city", "City", "text"),
    ("employee_count", "Employees", "number"),
    ("status", "Status", "select"),
    ("source", "Source", "text"),
    ("score", "Score", "number"),
    ("tags", "Tags", "multi_select"),
    ("external_id", "External id", "text"),
    ("last_contacted_at", "Last contacted", "datetime"),
]


@pytest.fixture(scope="module")
def builtin():
    """The built-in lead fields, without fields of a workspace."""
    frame = pd.DataFrame(BUILTIN, columns=["key", "label", "type"])
    options = [["new", "contacted", "qualified"] if key == "status" else [] for key in frame["key"]]
    return frame.assign(builtin=True, required=False, options=options)


def suggested(fields, columns):
    frame = pd.DataFrame({column: pd.Series(values * (ROWS // 4), dtype=object) for column, values in columns.items()})
    return pb.Mapping.suggest(frame, fields).columns


@pytest.mark.parametrize("names", [[*LISTS][start::20] for start in range(20)])
def test_columns_of_exported_lists_are_mapped_or_left(builtin, names):
    wrong = {}
    for name in names:
        found = suggested(builtin, {column: values for column, _, values in LISTS[name]})
        wrong |= {
            (name, column): (field, found.get(column, ""))
            for column, field, _ in LISTS[name]
            if found.get(column, "") not in ({"", field[1:]} if field.startswith("?") else {field})
        }
    assert wrong == {}


@pytest.mark.parametrize(
    "values",
    [
        ["(415) 835-1656", "(312) 555-0110", "(212) 555-0187", "(254) 555-0199"],
        ["415-835-1656", "312-555-0110", "212-555-0187", "254-555-0199"],
        ["415.835.1656", "312.555.0110", "212.555.0187", "254.555.0199"],
        ["4158351656", "3125550110", "2125550187", "2545550199"],
        ["'+1 415-835-1656", "'+1 312-555-0110", None, "'+1 212-555-0187"],
        ["(415) 835-1656 ext. 12", "(312) 555-0110 x4", "312 555 0110", None],
        [4158351656, 3125550110, 2125550187, 2545550199],
    ],
)
def test_a_phone_without_its_country_is_a_phone(builtin, values):
    assert suggested(builtin, {"Phone": values, "Direct Phone": [None] * 4}) == {"Phone": "phone"}
    assert "phone" not in suggested(builtin, {"Q7": ["2026-01-05", "2026-02-11", None, None]}).values()


NAMES = ["Ada Lovelace", "Grace Hopper", "Alan Turing", "Marie Curie"]
CODES = ["CA", "IN", "DE", "PA"]
PHONES = ["+1 415 835 1656", "+44 20 7946 0018", "+49 30 901820", "+33 1 42 68 53 00"]
COUNTRIES = ["Germany", "France", "Mexico", "Italy"]
PAGES = ["https://example.com/a", "https://example.org/b", "https://example.net/c", "https://example.com/d"]


@pytest.mark.parametrize(
    ("names", "values"),
    [
        (["Middle Name", "Event Name", "form_name", "Product Name", "User name", "Spouse name", "Nome utente"], NAMES),
        (["Course title", "Book Title", "Session title", "Parent company", "Previous company", "Owner name"], NAMES),
        (["state", "State", "Province", "Bundesland", "Currency", "Language Code", "Passport country"], CODES),
        (["Fax", "Business Fax", "Emergency phone", "Assistant Phone"], PHONES),
        (["page_url", "Image URL", "Event link", "GitHub", "YouTube", "URL of Member Profile", "Source URL"], PAGES),
        (["Certificate"], ["https://example.com/c?id=1", "https://example.com/c?id=2", "https://[bad", None]),
        (["Manager email", "Assistant Email"], ["jane@example.com", "john@example.com", None, None]),
        (["Title", "Title (Mr/Mrs)", "Titel"], ["Ms.", "Mrs.", "Mr.", "Dr."]),
        (["Contact?", "Lead"], ["Yes", "No", "Yes", "Yes"]),
        (["Complément fonction", "Facebook account name", "SAM AccountName"], ["Head of Research", "Lab", "Ops", "IT"]),
        (["Employee", "Customer", "Locale"], ["en_US", "de_DE", "fr_FR", "en_GB"]),
        (["Role", "Position"], ["Administrator", "Editor", "Contributor", "Editor"]),
        (["Position", "Poste"], ["Torwart", "Défenseur", "Striker", "Midfielder"]),
        (["Website", "Homepage", "Web", "Internet", "Site"], ["Yes", "No", "DSL", "Main Campus"]),
        (["Location", "Ort", "Standort", "Plaats"], ["Room 12", "Hall A3", "Shelf 4", "Regal 3"]),
        (["Location", "City code", "Origin", "Herkunft", "Country of origin", "Preferred country", "Name"], COUNTRIES),
        (["Father's Phone", "Telefon Mutter", "Telefon Eltern", "Téléphone urgence", "Telefone recado"], PHONES),
        (
            [
                "Szülő telefonszáma",
                "Målsman telefon",
                "Acil durum telefonu",
                "保護者連絡先",
                "紧急联系电话",
                "비상연락처",
            ],
            PHONES,
        ),
        (["Desired position", "Target title", "Preferred industry"], ["VP Sales", "Engineer", "CEO", "Head of IT"]),
        (["CC", "Bcc", "To", "Owner", "Owner Email"], ["a@x.com", "b@y.com", "c@z.com", "d@w.com"]),
        (["Rating", "Bewertung", "Ocena", "Tags", "Tag", "Keywords", "Source", "Channel"], ["5", "4", "3", "1"]),
        (["Telefonat", "Spalte 7", "Unnamed: 3"], ["05.01.2026", "06.02.2026", "07.03.2026", "01.04.2026"]),
        (["Size", "Reference"], ["42", "43", "44", "45"]),
        (["Tag"], ["Montag", "Dienstag", "Mittwoch", "Montag"]),
        (["Branch", "Branch name"], ["Boston", "Austin", "Reno", "Kent"]),
        (["Seniority"], ["2 years", "5 years", "1 year", "3 years"]),
        (["Name"], ["Web Form Q1", "Newsletter 12", "Fair 2026", "annlee92"]),
        (["Account", "Company", "Industry"], ["AC-100", "AC-101", "B12", "AC-103"]),
        (["Kontakt", "Contact"], ["Telefon", "E-Mail", "Phone", "WhatsApp"]),
        (["Recruiter LinkedIn"], ["https://www.linkedin.com/in/ada"] * 4),
    ],
)
def test_a_column_about_something_else_is_left(builtin, names, values):
    found = {name: suggested(builtin, {name: values}) for name in names}
    assert found == {name: {} for name in names}


@pytest.mark.parametrize(
    ("column", "field", "value"),
    [
        ("URL", "linkedin_url", "https://www.linkedin.com/in/ada"),
        ("Position in company", "title", "Chief Engineer"),
        ("Employees on LinkedIn", "employee_count", "120"),
        ("Name of company", "company_name", "Analytical Engines Ltd"),
        ("Account Owner Email", "owner_email", "jane@example.com"),
        ("What is your email address?", "email", "ada@example.com"),
    ],
)
def test_the_noun_of_a_longer_name_decides(builtin, column, field, value):
    assert suggested(builtin, {column: [value] * 4}) == {column: field}


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
        ("Company / title", "", "Analytical Engines Ltd"),
        ("Name & Title", "", "Ada Lovelace, Chief Engineer"),
        ("Contact/Title", "", "Ada Lovelace, Chief Engineer"),
        ("Contact/Email", "email", "ada@example.com"),
    ],
)
def test_two_usual_names_of_one_field_are_one(builtin, column, field, value):
    assert suggested(builtin, {column: [value] * 4}) == ({column: field} if field else {})


def test_a_name_beside_a_family_name_that_it_does_not_contain_is_a_given_name(builtin):
    first, last = ([name.split()[place] for name in NAMES] for place in (0, 1))
    assert suggested(builtin, {"성": last, "이름": first}) == {"성": "last_name", "이름": "first_name"}
    assert suggested(builtin, {"성": last, "이름": NAMES}) == {"성": "last_name", "이름": "full_name"}
    assert suggested(builtin, {"Nombre": NAMES}) == {"Nombre": "full_name"}
    assert suggested(builtin, {"Nombre": first}) == {"Nombre": "first_name"}
    assert suggested(builtin, {"Nombre": NAMES, "Apellidos": last}) == {
        "Nombre": "first_name",
        "Apellidos": "last_name",
    }


def test_a_whole_name_beside_another_family_name_stays_whole(builtin):
    birth = ["Byron", "Murray", "Stoney", "Skłodowska"]
    assert suggested(builtin, {"Name": NAMES, "Last name": birth}) == {"Name": "full_name", "Last name": "last_name"}
    firms = ["Engines", "Navy", "Bletchley Park", "Curie"]
    assert suggested(builtin, {"Name": firms, "Last name": birth})["Name"] != "first_name"


def test_a_nom_of_two_words_is_a_whole_name_unless_another_column_may_hold_the_rest(builtin):
    assert suggested(builtin, {"Nom": NAMES, "Priorité": ["Haute", "Basse", "Haute", "Basse"]}) == {"Nom": "full_name"}
    firms = {"Nom": ["De Gaulle", "Le Pen", "La Tour", "Du Bois"], "Prén.": ["Charles", "Marine", "Anne", "Luc"]}
    assert suggested(builtin, firms)["Nom"] == "last_name"


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("Decision Maker", "full_name"), ("prospect_name", "full_name"), ("apellido_paterno", "last_name"),
        ("apellido_materno", ""), ("Location Friendly Name", ""),
    ],
)  # fmt: skip
def test_a_noun_beside_a_name_says_whose_it_is(builtin, column, field):
    assert suggested(builtin, {column: NAMES}) == ({column: field} if field else {})


@pytest.mark.parametrize("column", ["First name", "Given name", "Vorname"])
def test_given_names_of_two_words_are_given_names(builtin, column):
    assert suggested(builtin, {column: ["Min Jun", "Seo Yeon", "Ana María", "Jean Luc"]}) == {column: "first_name"}


def test_a_column_that_may_hold_the_family_name_leaves_the_given_name(builtin):
    names = {"Nombre": ["Ana María", "José Luis", "Juan Carlos", "María José"]}
    assert suggested(builtin, names | {"Ap. pat.": ["García", "LÓPEZ", "Ruiz", "Díaz"]}) == {"Nombre": "first_name"}
    assert suggested(builtin, names | {"Activo": ["Sí", "No", "Sí", "Sí"]}) == {"Nombre": "full_name"}
    assert suggested(builtin, names | {"Estado": ["Jalisco", "Sonora", "Puebla", "Colima"]}) == {"Nombre": "full_name"}
    assert suggested(builtin, names | {"Tipo": ["Casa", "Trabajo", "Casa", "Otro"]}) == {"Nombre": "full_name"}


def test_an_id_repeats_with_the_lead_in_a_list_of_orders(builtin):
    orders = {
        "Customer ID": ["7", "7", "8", "8"],
        "Email": ["ada@example.com", "ada@example.com", "bo@example.com", "bo@example.com"],
    }
    long = {column: values * 4 for column, values in orders.items()}
    assert suggested(builtin, long) == {"Customer ID": "external_id", "Email": "email"}
    assert suggested(builtin, {"Contact ID": ["7"] * 2, "Name": ["Ada Lovelace"] * 2})["Contact ID"] == "external_id"
    two = {"User ID": ["u_1"] * 4, "Contact ID": ["1", "2", "3", "4"], "Name": NAMES}
    assert suggested(builtin, two) == {"Contact ID": "external_id", "Name": "full_name"}


def test_an_id_of_many_rows_is_not_that_of_a_lead(builtin):
    users = {
        "User ID": ["u_17"] * 4,
        "Email": ["ada@example.com", "bo@example.com", "cy@example.com", "di@example.com"],
    }
    assert suggested(builtin, users) == {"Email": "email"}
    assert suggested(builtin, {"User ID": ["u_1", "u_2", "u_3", "u_3"]}) == {"User ID": "external_id"}


def test_names_of_companies_are_not_those_of_people(builtin):
    register = {
        "Nom complet": ["MACONNERIE CREOLE (MC)", "NAVAL", "ROUX FILS", "MEYER"],
        "Raison sociale": ["Maconnerie Creole", "Naval", "Roux", "Meyer"],
    }
    assert suggested(builtin, register) == {"Raison sociale": "company_name"}
    assert suggested(builtin, register | {"Nom complet": NAMES})["Nom complet"] == "full_name"
    companies = ["Engines Ltd", "US Navy", "Bletchley Park", "Curie SA"]
    leads = {"lead_name": companies, "contact_1_name": NAMES}
    assert suggested(builtin, leads) == {"contact_1_name": "full_name"}
    assert suggested(builtin, {"Name": companies}) == {}
    assert suggested(builtin, {"Unvan": ["Ege Tekstil A.Ş.", "Ada Gıda", "Koç A.Ş.", "Deniz A.Ş."]}) == {}
    assert suggested(builtin, {"BankAccountName": companies}) == {}
    assert suggested(builtin, {"Name": ["Ada Ag", "Bo Co", *NAMES] * 2}) == {"Name": "full_name"}


@pytest.mark.parametrize(
    ("column", "values", "field"),
    [
        ("Last name", ["Lima", "Costa", "Sa", "de Sa"], "last_name"),
        ("Last name", ["DE SA", "SILVA E SA", "REBELO DE SA", "de Sa"], "last_name"),
        ("Name", ["Nguyen Van Ab", "Ali Spa", "John Kg", "Ada Lovelace"], "full_name"),
        ("Name", [*NAMES[:3], "Acme Ltd"], "full_name"),
        ("Vorname", ["Ada", "Acme Ltd", "Grace", "Bo"], "first_name"),
    ],
)
def test_a_few_legal_forms_leave_names_of_people(builtin, column, values, field):
    assert suggested(builtin, {column: values}) == {column: field}


def test_a_buyer_is_the_lead_of_a_list_that_names_nobody_else(builtin):
    emails = ["ada@example.com", "bo@example.com", "cy@example.com", "di@example.com"]
    buyers = {"Buyer Name": NAMES, "Buyer Email": emails}
    assert suggested(builtin, buyers) == {"Buyer Name": "full_name", "Buyer Email": "email"}
    assert suggested(builtin, {"Guest": NAMES}) == {"Guest": "full_name"}
    attendees = {"Attendee": NAMES[::-1], "Email": emails[::-1]}
    assert suggested(builtin, buyers | attendees) == {"Attendee": "full_name", "Email": "email"}


@pytest.mark.parametrize(
    ("named", "found"),
    [
        (
            ["Attendee first name", "Attendee last name"],
            {"Attendee first name": "first_name", "Attendee last name": "last_name"},
        ),
        (["Name"], {"Name": "full_name"}),
        (["Attendee email"], {"Attendee email": "email"}),
        *(([who], {}) for who in ("Insured", "Patient", "Student", "Trainer", "Mieter", "Élève", "Ship to name")),
    ],
)
@pytest.mark.parametrize("guest", ["Buyer", "Guest", "Payer", "Käufer"])
def test_a_buyer_beside_another_person_is_not_the_lead(builtin, named, found, guest):
    emails = ["ada@example.com", "bo@example.com", "cy@example.com", "di@example.com"]
    others = {column: emails if "email" in column else NAMES for column in named}
    buyer = {guest: NAMES[::-1], f"{guest} email": emails[::-1], f"{guest} phone": ["+49 30 901820"] * 4}
    assert suggested(builtin, others | buyer) == found
    assert suggested(builtin, others | {f"{guest} email": emails[::-1]}) == found


def test_a_guest_keeps_the_email_of_a_list_of_guests_and_a_buyer_does_not(builtin):
    emails = ["ada@example.com", "bo@example.com", "cy@example.com", "di@example.com"]
    guests = {
        "Guest Name": NAMES,
        "Email": emails,
        "Guests": ["1", "2", "1", "3"],
        "Member": ["Yes", "No", "Yes", "No"],
    }
    assert suggested(builtin, guests) == {"Guest Name": "full_name", "Email": "email"}
    assert suggested(builtin, {"Buyer": NAMES, "Guests": ["1", "2", "1", "3"]}) == {"Buyer": "full_name"}
    assert suggested(builtin, {"Buyer name": NAMES, "Guest email": emails}) == {}
    assert suggested(builtin, guests | {"Buyer email": emails[::-1]}) == {"Email": "email"}


def test_a_name_that_two_languages_have_is_read_by_the_columns_beside_it(builtin):
    first, father, last = ["Иван", "Петър"] * 2, ["Петров", "Илиев"] * 2, ["Ангелов", "Колев"] * 2
    for family in ("Фамилия", "Фамилно име"):
        bulgarian = {"Име": first, "Презиме": father, family: last}
        assert suggested(builtin, bulgarian) == {"Име": "first_name", family: "last_name"}
    assert suggested(builtin, {"Име": first, "Презиме": last}) == {"Име": "first_name", "Презиме": "last_name"}
    both = {"Име и презиме": ["Иван Петров", "Петър Илиев"] * 2}
    assert suggested(builtin, both) == {"Име и презиме": "full_name"}
    assert suggested(builtin, both | {"Фамилия": last}) == {"Име и презиме": "first_name", "Фамилия": "last_name"}
    assert suggested(builtin, {"Emri": NAMES}) == {"Emri": "full_name"}
    assert suggested(builtin, {"Emri": first, "Mbiemri": last}) == {"Emri": "first_name", "Mbiemri": "last_name"}
    cities = ["Odense", "Aarhus"] * 2
    assert suggested(builtin, {"Navn": NAMES, "By": cities}) == {"Navn": "full_name", "By": "city"}
    assert suggested(builtin, {"Name": NAMES, "By": NAMES[::-1]}) == {"Name": "full_name"}
    assert suggested(builtin, {"Song": ["Help", "Hello"] * 2, "By": ["Abba", "Adele"] * 2}) == {}


@pytest.mark.parametrize("column", ["C1", "Value", "Main", "Personal", "1", "Work"])
def test_a_word_that_leaves_a_meaning_has_none_alone(column):
    assert named_field(column) == ("", 0.0)
    assert named_field(f"{column} email")[0] == "email"


@pytest.mark.parametrize("column", ["Naam", "Navn", "Name", "Full name"])
def test_a_name_of_businesses_is_not_that_of_a_person(builtin, column):
    businesses = ["Jansen Bouw", "Bakkerij Oost", "Hotel Oud", "Kwekerij Zuid"]
    assert suggested(builtin, {column: businesses}) == {}
    assert suggested(builtin, {column: NAMES}) == {column: "full_name"}


@pytest.mark.parametrize(
    ("column", "values", "field"),
    [
        ("Niveau", ["Manager", "Director", "VP", "Senior"], "seniority"),
        ("Niveau", ["National", "Régional", "National", "Départemental"], ""),
        ("Ruolo", ["Adulto", "Bambino", "Adulto", "Adulto"], ""),
        ("Datei", ["guide.pdf", "list.xlsx", "guide.pdf", "photo.jpg"], ""),
        ("Leitweg-ID", ["09162000-12345-77", "05315000-98765-12", None, None], ""),
        ("Redeemed By Email", ["jane@us.com", "john@us.com", "jane@us.com", "jane@us.com"], ""),
        ("Credit Score", ["710", "655", "720", "690"], ""),
        ("Donor ID", ["1001", "1002", "1003", "1004"], "external_id"),
        ("Order ID", ["1001", "1002", "1003", "1004"], ""),
        ("Vendor Name", ["Acme Inc", "Globex LLC", "Initech", "Umbrella Corp"], "company_name"),
        ("Vendor Name", NAMES, ""),
        ("Rating", ["12", "80", "45", "5"], "score"),
        ("Herkunft", ["Messe", "Empfehlung", "Website", "Bekannte"], "source"),
        ("Website", ["a.com", "www.b.org/about", "müller.de", "N/A"], "website"),
        ("Owner", ["jane@us.com", "john@us.com", "jim@us.com", "joe@agency.com"], "owner_email"),
    ],
)
def test_values_and_words_refute_a_name_that_means_several_things(builtin, column, values, field):
    assert suggested(builtin, {column: values}) == ({column: field} if field else {})


@pytest.mark.parametrize(
    ("column", "values", "field"),
    [
        ("Recruiter Email", ["ada@example.com", "bo@example.com", "cy@example.com", "di@example.com"], ""),
        ("Betreuermail", ["jane@us.com", "john@us.com", "jane@us.com", "jane@us.com"], "email"),
        ("Spalte 7", ["ada@example.com", "bo@example.com", "cy@example.com", "di@example.com"], "email"),
        ("Vertreter", ["ada@example.com", "bo@example.com", "cy@example.com", "di@example.com"], ""),
        ("Oraș plecare", ["Cluj", "Arad", "Iași", "Cluj"], ""),
        ("Oraș", ["Cluj", "Arad", "Iași", "Cluj"], "city"),
        ("Źródło linka", ["https://a.pl/1", "https://b.pl/2", "https://c.pl/3", "https://d.pl/4"], ""),
        ("Adres linka", ["https://a.pl/1", "https://b.pl/2", "https://c.pl/3", "https://d.pl/4"], ""),
        ("Nationalitaet", CODES, ""),
        ("Geburtsland", CODES, ""),
        ("Kodakondsus", CODES, ""),
        ("Cpr", ["010190-1234", "020285-4321", "030377-1111", "040466-2222"], ""),
        ("Mobilszám", ["+36 30 123 4567", "06 1 234 5678", "+36 20 345 6789", "06-70-456-7890"], "phone"),
        ("Telefon zástupce", PHONES, "phone"),
        ("URL", ["https://tally.so/r/1", "https://tally.so/r/2", "https://tally.so/r/3", "https://tally.so/r/4"], ""),
        ("Contact Info", ["ada@example.com", "+49 30 901820", "555-1234", "bo@example.com"], ""),
        ("Title", ["Moby-Dick", "Emma", "Dracula", "Ulysses"], ""),
        ("Role", ["hráč", "trenér", "hráč", "hráč"], ""),
        ("SMS", ["yes", "no", "yes", "yes"], ""),
        ("Reference", ["met at the fair", "from a friend", "met at the fair", "by mail"], ""),
    ],
)
def test_a_word_or_a_value_that_is_not_understood_leaves_a_column(builtin, column, values, field):
    assert suggested(builtin, {column: values}) == ({column: field} if field else {})


def test_columns_beside_a_name_decide_what_it_means(builtin):
    companies = ["MediNova Distributors", "KeyMasters", "CableCo", "TechCorp"]
    suppliers = {"Supplier Name": companies, "Contact Person": NAMES}
    assert suggested(builtin, suppliers) == {"Supplier Name": "company_name", "Contact Person": "full_name"}
    first = [name.split()[0] for name in NAMES]
    assert suggested(builtin, {"nome": NAMES, "primeiro_nome": first}) == {
        "nome": "full_name",
        "primeiro_nome": "first_name",
    }
    codes = {
        "Nome": NAMES,
        "UF": ["SP", "RJ", "MG", "PR"],
        "Profissao": ["Motorista", "Professora", "Analista", "Gari"],
    }
    assert suggested(builtin, codes) == {"Nome": "full_name"}
    assert suggested(builtin, {"contactoNombre": NAMES}) == {"contactoNombre": "full_name"}
    croatian = {"Ime": first, "Prezime": ["Horvat", "Babić"] * 2, "Grad": ["Split", "Zagreb"] * 2}
    assert suggested(builtin, croatian)["Grad"] == "city"
    german = {"Anrede": ["Frau", "Herr"] * 2, "Titel": [None] * 4, "Vorname": first}
    assert suggested(builtin, german) == {"Vorname": "first_name"}


def test_what_an_account_may_do_is_not_a_title(builtin):
    assert suggested(builtin, {"Role": ["end-user", "agent", "admin", "end-user"]}) == {}
    assert suggested(builtin, {"Role": ["Owner", "Agent", "CEO", "Owner"]}) == {"Role": "title"}


def test_an_empty_column_gives_way_to_one_with_values(builtin):
    columns = {"Mobile Phone": [None] * 4, "Work phone": PHONES, "Location": [None] * 4, "Business City": ["Bonn"] * 4}
    assert suggested(builtin, columns) == {"Work phone": "phone", "Business City": "city"}
