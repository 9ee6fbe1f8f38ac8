"""Pairs of a column and a field, by name and by values."""

import pytest

from each_case import each_case
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.mapping.suggestions.candidates import pairs_of

NAMES = ["Ada Lovelace", "Grace Hopper", "Alan Turing", "Marie Curie"]
CODES = ["CA", "IN", "DE", "PA"]
PHONES = ["+1 415 835 1656", "+44 20 7946 0018", "+49 30 901820", "+33 1 42 68 53 00"]
COUNTRIES = ["Germany", "France", "Mexico", "Italy"]
PAGES = ["https://example.com/a", "https://example.org/b", "https://example.net/c", "https://example.com/d"]


@each_case(
    ("values", "key", "converter"),
    [
        (["ada@example.com", "bob@example.org"], "email", None),
        (["+49 30 901820", "(030) 90 18 20", "0043 1 5880"], "phone", None),
        (["https://www.linkedin.com/in/ada", "linkedin.com/in/bob"], "linkedin_url", "https"),
        (["https://example.com/a", "http://example.org"], "website", None),
        (["example.com", "shop.example.org"], "company_domain", None),
        (["DE", "AT", "CH"], "country", None),
        (["Deutschland", "Austria", "schweiz"], "country", "country"),
        (["Gold", "Bronze", "Gold"], "tier", None),
        (["gold", "SILVER"], "tier", "option"),
        (["Analytics; Security", "Security"], "interests", None),
        (["Analytics, Security", "Security"], "interests", "split:,"),
    ],
)
def test_values_alone_are_enough(suggest_mapping, values, key, converter):
    mapping = suggest_mapping(Q7=values)
    assert mapping.columns == {"Q7": key}
    assert mapping.converters.get("Q7") == converter
    assert 0.5 <= mapping.suggestions["Q7"].confidence < 0.9
    assert mapping.suggestions["Q7"].reason


def test_letters_are_options_of_a_field_only_in_a_column_whose_name_says_nothing():
    grade = {"grade": LeadField("grade", "select", options=("A", "B", "C"), builtin=False)}
    names = ("Q7", "STATUS_CLIE", "Interesse", "Hall")
    found = [[pair.key for pair in pairs_of(name, ["A", "B", "A"], grade)] for name in names]
    assert found == [["grade"], [], [], []]


@each_case(
    ("name", "values", "converter"),
    [
        ("Renewal date", ["31.12.2026", "1.2.2026"], "day_first"),
        ("Renewal date", ["12/31/2026", "2/1/2026"], "month_first"),
        ("Renewal date", ["2026-12-31"], None),
        ("Renewal date", ["31.12.26", "1.2.2026"], "day_first"),
        ("Renewal date", ["12/31/26", "2/1/99"], "month_first"),
        ("Deal value (EUR)", ["1.200,50", "3"], "decimal_comma"),
        ("Deal value (EUR)", ["1,200.50", "3"], "decimal_point"),
        ("Deal value (EUR)", ["1200.50"], None),
        ("Employees", ["1.200", "15"], "decimal_comma"),
        ("Website", ["www.example.com", "example.org/a"], "https"),
        ("Company domain", ["https://www.example.com/x", "ada@example.org"], "host"),
        ("Country", ["Germany"], "country"),
        ("Land", ["D", "F", "A"], "country:vehicle"),
        ("Land", ["CH", "D", "CH"], "country:vehicle"),
        ("Land", ["Deutschland", "Deutschland", "I", "A"], "country:vehicle"),
        ("Land", ["D", "UK", "D", "Türkiye"], "country:vehicle"),
        ("Land", ["D", "Tschechien"], "country:vehicle"),
        ("Land", ["D", "DK", "Polska"], "country:vehicle"),
        ("Land", ["A", "Deutschland", "Schweiz"], "country:vehicle"),
        ("Land", ["B", "NL", "F", "L"], "country:vehicle"),  # NL is a province of Canada, too
        ("Land", ["B", "NL", "CH", "B"], "country:vehicle"),
        ("Land", ["B", "CH", "Brasilien"], "country"),
        ("Land", ["S", "Deutschland", "Schweiz", "Spanien"], "country"),  # Sweden, or one of these
        ("Country", ["D", "CA", "DE", "IL"], None),  # states
    ],
)
def test_a_suggestion_has_the_converter_that_its_values_need(suggest_mapping, name, values, converter):
    assert suggest_mapping(**{name: values}).converters.get(name) == converter


@each_case(
    ("name", "values"),
    [
        ("Renewal date", ["1/2/2026", "3/4/2026"]),
        ("Renewal date", ["12.03.26", "13.04.26"]),  # or in 2012 and 2013
        ("Renewal date", ["12.03.26", "2026-04-13"]),
        ("Deal value (EUR)", ["1,200", "3,500"]),
        ("Land", ["D", "A"]),  # home and abroad, or Germany and Austria
        ("Land", ["D", "DK", "D"]),
        ("Land", ["N", "S", "O", "W"]),
    ],
)
def test_ambiguous_values_are_not_guessed(suggest_mapping, name, values):
    assert suggest_mapping(**{name: values}).columns == {}


def test_values_that_contradict_the_name_decide(suggest_mapping):
    mapping = suggest_mapping(Name=["ada@example.com", "bob@example.com"], Score=["high", "low"])
    assert mapping.columns == {"Name": "email"}


@each_case(
    "values",
    [
        ["(415) 835-1656", "(312) 555-0110", "(212) 555-0187", "(254) 555-0199"],
        ["415-835-1656", "312-555-0110", "212-555-0187", "254-555-0199"],
        ["415.835.1656", "312.555.0110", "212.555.0187", "254.555.0199"],
        ["4158351656", "3125550110", "2125550187", "2545550199"],
        ["'+1 415-835-1656", "'+1 312-555-0110", None, "'+1 212-555-0187"],
        ["(415) 835-1656 ext. 12", "(312) 555-0110 x4", "312 555 0110", None],
        [4158351656, 3125550110, 2125550187, 2545550199],
        ["030 901820 / 0171 3200001", "030 901821 / 0171 3200002", "23-45-67", None],
        ["0171 3200001 (mobil)", "Phone:+44 20 79460018 Mobile:+44 7911 123456", "Tel. 030 901820", None],
    ],
)
def test_a_phone_without_its_country_is_a_phone(suggest_columns, values):
    assert suggest_columns({"Phone": values, "Direct Phone": [None] * 4}) == {"Phone": "phone"}
    assert "phone" not in suggest_columns({"Q7": ["2026-01-05", "2026-02-11", None, None]}).values()


def test_a_profile_goes_before_a_page_of_sales_navigator(suggest_columns):
    pages = ["https://www.linkedin.com/sales/lead/ACwAAA1,NAME_SEARCH", "https://www.linkedin.com/sales/lead/ACwAAA2"]
    profiles = ["https://www.linkedin.com/in/ada-berg-1", "https://www.linkedin.com/in/bobli"]
    columns = {"profileUrl": pages, "defaultProfileUrl": profiles}
    assert suggest_columns(columns) == {"defaultProfileUrl": "linkedin_url"}
    assert suggest_columns({"profileUrl": pages}) == {"profileUrl": "linkedin_url"}


@each_case(
    ("name", "values", "field"),
    [
        ("Wie lautet deine E-Mail-Adresse?", ["ada@a.example", "bob@b.example"], "email"),
        ("Wie heißt du?", ["Ada Berg", "Bob Li"], "full_name"),
        ("In welcher Firma arbeitest du?", ["Roth GmbH", "Kolb KG"], "company_name"),
        ("Número de telefone", ["912 345 678", "213 456 789"], "phone"),
        ("Nombre de la compañía", ["Mar SL", "Río SA"], "company_name"),
        ("Postanschrift – Ort", ["Essen", "Köln"], "city"),
        ("Fonction", ["Gérant", "DRH"], "title"),
        ("Phone 1 - Value", ["+49 171 5550001 ::: +49 171 5550002", "030 4445566"], "phone"),
    ],
)
def test_columns_of_forms_and_programs_are_known(suggest_columns, name, values, field):
    assert suggest_columns({name: values}) == {name: field}


@each_case(
    "values",
    [
        ["1234567-A1", "1234568-A2", "1234569-B1", "2234567-C1"],
        ["409.253.186-98", "097.681.354-84", "289.135.604-70", "12.345.678/0001-95"],
        ["2024-00123/A1", "2024-00124/A1", "2024-00125/B2", None],
        ["12.03.2026", "13.03.2026", "1.4.2026", "2.4.2026"],
        ["4111 1111 1111 1111", "5500-0000-0000-0004", None, "030 901820"],
        ["KW 3", "KW 12", "KW 40", None],
    ],
)
@each_case("name", ["Phone", "Tel/Mobil"])
def test_codes_dates_and_cards_are_not_phones_whatever_their_name(suggest_columns, name, values):
    assert "phone" not in suggest_columns({name: values}).values()


@each_case(
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
        (["Affiliation"], ["University - Student", "University - Staff", "Visitor", "Faculty"]),
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
        (["Sector", "Sektor", "Secteur"], ["North", "South-West", "Nord", "Est"]),
        (["Function", "Funktion"], ["Input", "Output", "sum", "avg"]),
        (["Account", "Account name"], ["adal", "grace.h", "alan_t", "marie2"]),
        (["Account #", "Employee #"], ["10023", "10024", "10025", "20031"]),
        (["To", "From", "Von"], PHONES),
        (["AD", "Q1"], ["SI", "NO", "SI", "SI"]),
        (["Delivery company", "Insurance Company", "Versand Firma"], ["UPS", "Allianz", "DHL", "AXA"]),
        (["Location"], ["/etc/hosts", "/usr", "/var/log", "C:\\Temp"]),
        (["Pozice", "Pozycja", "Position"], ["brankář", "útočník", "bramkarz", "вратарь"]),
        (["טלפון אמא"], PHONES),
    ],
)
def test_a_column_about_something_else_is_left(suggest_columns, names, values):
    found = {name: suggest_columns({name: values}) for name in names}
    assert found == {name: {} for name in names}


@pytest.mark.parametrize("column", ["First name", "Given name", "Vorname"])
def test_given_names_of_two_words_are_given_names(suggest_columns, column):
    assert suggest_columns({column: ["Min Jun", "Seo Yeon", "Ana María", "Jean Luc"]}) == {column: "first_name"}


@each_case(
    ("column", "values", "field"),
    [
        ("Last name", ["Lima", "Costa", "Sa", "de Sa"], "last_name"),
        ("Last name", ["DE SA", "SILVA E SA", "REBELO DE SA", "de Sa"], "last_name"),
        ("Name", ["Nguyen Van Ab", "Ali Spa", "John Kg", "Ada Lovelace"], "full_name"),
        ("Name", [*NAMES[:3], "Acme Ltd"], "full_name"),
        ("Name", [f"{number}. {name}" for number, name in enumerate(NAMES)], "full_name"),
        ("Vorname", ["Ada", "Acme Ltd", "Grace", "Bo"], "first_name"),
    ],
)
def test_a_few_legal_forms_leave_names_of_people(suggest_columns, column, values, field):
    assert suggest_columns({column: values}) == {column: field}


@each_case("column", ["Naam", "Navn", "Name", "Full name"])
def test_a_name_of_businesses_is_not_that_of_a_person(suggest_columns, column):
    businesses = ["Jansen Bouw", "Bakkerij Oost", "Hotel Oud", "Kwekerij Zuid"]
    assert suggest_columns({column: businesses}) == {}
    assert suggest_columns({column: NAMES}) == {column: "full_name"}


@each_case(
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
        ("Account", ["Checking", "Chase Savings", "Checking", "Credit Card"], ""),
        ("Account", ["Engines Ltd", "Savings Bank Bonn", "Visa", "PayPal"], "company_name"),
        ("Company", ["A", "B", "A", "B"], ""),
        ("Company", ["HP", "EY", "3M", "GE"], "company_name"),
        ("Position", ["PG", "SF", "QB", "RB"], ""),
        ("Position", ["CEO", "CTO", "PM", "VP"], "title"),
        ("Role", ["Client", "Vendor", "Client", "Partner"], ""),
        ("Occupation", [7, 6, 1, 5], ""),
        ("Location", [32, 36, 37, 44], ""),
        ("Location", ["Zoom", "Google Meet", "https://zoom.us/j/1", None], ""),
        ("Location", ["Berlin", "Remote", "Oslo", "Bonn"], "city"),
        ("Mobil", [0.0140431, -0.0784311, 0.2151301, 0.0299611], ""),
        ("Var1", ["0.0140431", "0.0784311", "0.2151301", "0.0299611"], ""),
        ("Category", ["Price", "Taste", "Price", "Price"], ""),
        ("Category", ["vip; fair", "fair", "webinar; vip", None], "tags"),
        ("hscore", ["12", "80", "45", "7"], ""),
        ("Destination", ["Rome", "Oslo", "Rome", "Bonn"], ""),
        ("Contract", ["Month-to-month", "One year", "Two year", "One year"], ""),
        ("Position", ["Guard", "Center", "Center-Forward", "Forward"], ""),
        ("Requester Email", ["ada@example.com", "bo@example.com", "cy@example.com", "di@example.com"], "email"),
        ("Customer Code", ["C0001", "C0002", "C0003", "C0004"], "external_id"),
        ("Customer Name", ["Engines Ltd", "US Navy", "Bletchley Park", "Curie SA"], "company_name"),
        ("Customer Name", NAMES, "full_name"),
        ("Puntaje", ["80", "55", "91", "40"], "score"),
        ("Status", ["new", "reviewed", "new", "hired"], ""),
        ("客户类别", ["自动化", "电商", "自动化", "零售"], ""),
        ("客户代码", ["C0001", "C0002", "C0003", "C0004"], "external_id"),
        ("Customer Name", ["Acme Heating", "Bolt Plumbing", "Coral Dental", "Ada Lee"], ""),
        ("Client Name", ["I Fund Cities", "AMC", "American Reporting Company", "Rocket Close"], ""),
        ("Client Name", ["Acme Ltd", *NAMES[1:]], ""),
        ("Role", ["AMC Contact"] * 4, ""),
        ("Role", ["Coordinator", "Engineer", "Coordinator", "CXO"], "title"),
        ("Email", ["-", "- -", "a@b.example", "n/a"], "email"),
        ("Full name", ["- -", "- -", "Ada Berg", "—"], "full_name"),
    ],
)
def test_values_and_words_refute_a_name_that_means_several_things(suggest_columns, column, values, field):
    assert suggest_columns({column: values}) == ({column: field} if field else {})


@each_case(
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
        ("Role", ["user", "lead", "user", "user"], ""),
        ("Source City", ["Cluj", "Arad", "Iași", "Cluj"], ""),
        ("From Country", CODES, ""),
        ("Outreach channel", ["email", "phone", "email", "email"], ""),
        ("Rating", [None] * 4, ""),
        ("SMS", ["yes", "no", "yes", "yes"], ""),
        ("Reference", ["met at the fair", "from a friend", "met at the fair", "by mail"], ""),
    ],
)
def test_a_word_or_a_value_that_is_not_understood_leaves_a_column(suggest_columns, column, values, field):
    assert suggest_columns({column: values}) == ({column: field} if field else {})


def test_a_second_address_is_not_a_part_of_another_field(suggest_mapping):
    emails = {"E-Mail": ["ada@nord.example"], "EMAIL;TYPE=HOME": ["ada@home.example"]}
    assert suggest_mapping(**emails).columns == {"E-Mail": "email"}


def test_an_affiliation_is_the_company_unless_it_is_a_kind_of_member(suggest_columns):
    assert suggest_columns({"Affiliation": ["ETH Zürich", "Nord AG", "Student Union Kiel"]}) == {
        "Affiliation": "company_name"
    }


def test_what_an_account_may_do_is_not_a_title(suggest_columns):
    assert suggest_columns({"Role": ["end-user", "agent", "admin", "end-user"]}) == {}
    assert suggest_columns({"Role": ["Owner", "Agent", "CEO", "Owner"]}) == {"Role": "title"}


PLACES = ["Lyon", "Graz", "Porto", "Split", "Turku", "Gdańsk", "Bergen", "Namur", "Sibiu", "Luxembourg", "Singapore"]


@pytest.mark.parametrize(
    ("places", "key"), [([f"{place}, Region, Mexico" for place in PLACES], None), (PLACES, "city")]
)
def test_one_word_for_unknown_places_does_not_hide_what_the_others_are(suggest_mapping, places, key):
    values = ["Desconocido"] * 40 + places
    assert suggest_mapping(Location=values).columns.get("Location") == key


def test_the_workspaces_own_field_is_mapped_by_its_name_if_any_value_fits_it(suggest_mapping):
    columns = {"Renewal date": ["2026-02-03", "soon", "open"], "Account tier": ["Gold", "hot", "cold"]}
    assert suggest_mapping(**columns, Kind=["Gold", "Silver", "Bronze"]).columns == {
        "Renewal date": "renewal",
        "Account tier": "tier",
    }


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        ([None] * 11 + ["Nord AG"], [f"Firma {row} GmbH" for row in range(12)], "Firma"),
        ([None] * 6 + ["Nord AG"] * 6, [f"Firma {row} GmbH" for row in range(12)], "Company"),
    ],
)
def test_a_nearly_empty_column_gives_way_to_a_full_one_with_a_usual_name(suggest_columns, first, second, wanted):
    people = {"Email": [f"p{row}@nord.example" for row in range(12)], "Company": first, "Firma": second}
    assert suggest_columns(people) == {"Email": "email", wanted: "company_name"}
