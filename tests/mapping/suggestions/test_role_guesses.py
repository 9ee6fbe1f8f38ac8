"""Roles of columns that are not lead fields, guessed from their names and values."""

from each_case import each_case
from pb2b_notebook.mapping.suggestions.role_guesses import guess_company_roles, guess_role, guess_roles, recognized_role


@each_case(
    ("column", "values", "role"),
    [
        ("custom_date_of_birth", ["1985-03-07", "1990-04-12"], "date"),
        ("custom_geburtsdatum", ["7.3.1985", "12.4.1990"], "date"),
        ("custom_zip", ["10437", "80331"], "postcode"),
        ("custom_street_address", ["12 Mill Road", "4 Elm Walk"], "street"),
        ("custom_customer_number", ["K40931", "K40932"], "weak identifier"),
        ("custom_gender", ["f", "m", "f"], "category"),
        ("soc_sec_id", ["5304218", "8115873"], "identifier"),
        ("PESEL", ["44051401359", "02070803628"], "identifier"),
        ("Codice Fiscale", ["RSSMRA85T10A562S", "VRDLGI90A41F205X"], "identifier"),
        ("Steuer-ID", ["86095742719", "47036892816"], "identifier"),
        ("Nº de Seguridad Social / DNI", ["12345678Z", "87654321X"], "identifier"),
        ("tax_id", ["078-05-1120", "219-09-9999"], "identifier"),
        ("tax_id", ["12-3456789", "98-7654321"], "weak identifier"),
        ("passport_no", ["X1234567", "Y7654321"], "weak identifier"),
        ("ORCID iD", ["0000-0002-1825-0097", "https://orcid.org/0000-0001-5109-370X"], "identifier"),
        ("address_1", ["rosser street", "tathra east"], "street"),
        ("address_id", ["ADDR-0001", "ADDR-0002"], ""),
        ("Street key", ["main st 1", "elm rd 2"], ""),
        ("WEBSITE_ADDRESS", ["birkenhain.example", "nordlicht.example"], ""),
        ("dateofbirth", ["1985-03-07", "1990-04-12"], "date"),
        ("yob", ["1985", "1990"], "date"),
        ("Mother DOB", ["1955-03-07", "1960-04-12"], ""),
        ("Child birth date", ["2015-03-07", "2010-04-12"], ""),
        ("Geburtsdatum Kind", ["7.3.2015", "12.4.2010"], ""),
        ("Birth year of spouse", ["1985", "1990"], ""),
        ("Emergency contact address", ["12 Mill Road", "4 Elm Walk"], ""),
        ("ADDR_LINE1", ["12 Mill Road", "4 Elm Walk"], "street"),
        ("ADDR_POSTAL_CODE", ["89132", "43004"], "postcode"),
        ("addr_state", ["NV", "OH"], "region"),
        ("ADDR_CITY", ["Las Vegas", "Blacklick"], ""),
        ("addr_state", ["Nevada", "Ohio"], ""),
        ("residential_address_line2", ["Villa 3", "Floor 2"], "text"),
        ("state_code", ["WA", "NSW", "wa"], "region"),
        ("Bundesland", ["Hessen", "Bayern"], "region"),
        ("State", ["contacted", "replied"], ""),
        ("E-Mail Address", ["ada12@birkenhain", "eva@nordlicht"], ""),
        # A wrong guess must not join two people.
        ("custom_renewal_date", ["2026-01-01", "2026-01-01"], ""),
        ("custom_birth_date", ["yes", "no"], ""),
        ("custom_customer_number", ["1111"] * 9, ""),
        ("Account ID", ["A4711", "B4712"], ""),
        ("VAT number", ["DE4711", "DE4712"], "vat_number"),
        ("Geburtsdatum", ["7.3.1985", "12.4.1990"], "date"),
        ("custom_email_address", ["a@b.example"], ""),
        ("custom_tier", ["A", "B"], ""),
        ("custom_zip", [None, None], ""),
    ],
)
def test_the_role_of_a_custom_column(column, values, role):
    assert guess_role(column, values) == role


def test_a_number_of_people_who_are_many_times_in_a_list_is_a_number_of_each():
    numbers, names = (values * 5 for values in (["043-15-8218", "487-99-4913"], ["Ada", "Eva"]))
    assert guess_role("ssn", numbers) == ""
    assert guess_role("ssn", numbers, names) == "identifier"


@each_case(
    ("column", "role"),
    [
        ("Account Name", "company_name"), ("Firmenname", "company_name"), ("Raison sociale", "company_name"),
        ("supplier_name", "company_name"), ("Straße", "street"), ("Billing Street", "street"), ("PLZ", "postcode"),
        ("Postal Code", "postcode"), ("Ort", "city"), ("Land", "country"), ("Homepage", "website"),
        ("Domain", "company_domain"), ("Telefon", "phone"), ("USt-IdNr.", "vat_number"), ("VAT ID", "vat_number"),
        ("Partita IVA", "vat_number"), ("HRB", "registration_number"), ("Company Number", "registration_number"),
        ("D-U-N-S", "registration_number"), ("PRIMARY_NAME_ORG", "company_name"), ("LEI_NUMBER", "registration_number"),
        ("ADDR_LINE1", "street"), ("affiliation", "company_name"),
    ],
)  # fmt: skip
def test_columns_of_company_lists_are_recognized(column, role):
    assert recognized_role(column)[0] == role


@each_case("column", ["street_number", "Hausnummer", "Haus-Nr.", "House No", "building_number", "Civico"])
def test_a_house_number_in_a_column_of_its_own(column):
    assert guess_role(column, ["12", "4a", "7-9", "No. 3"]) == "house number"


def test_the_roles_of_a_list_of_people_and_of_companies():
    people = {
        "Name": ["Ada Berg", "Eva Hale"], "Born": ["7.3.1985", "1.4.1990"], "Founded": ["1.1.2001", "2.2.2002"],
        "USt-IdNr": ["DE4711", "DE4712"], "Note": ["a", "b"], "Empty": [None, None],
    }  # fmt: skip
    assert guess_roles(people, {"Name": "full_name"}) == {"Born": "date", "USt-IdNr": "vat_number"}
    # Without people, the date is that of the company; a role is given once.
    companies = {"Firma": ["A", "B"], "Firmierung": ["A AG", "B AG"], **people}
    del companies["Name"]
    assert guess_roles(companies, {"Firma": "company_name"}) == {"Founded": "date", "USt-IdNr": "vat_number"}
    # A middle name tells two people apart, as it does where duplicates() guesses the roles itself.
    parts = {"First": ["Ada"], "Last": ["Berg"], "Mother's middle name": ["Eva"], "Middle Name": ["Lou"]}
    assert guess_roles(parts, {"First": "first_name", "Last": "last_name"}) == {"Middle Name": "middle name"}
    assert guess_roles(parts, {"Last": "last_name"}) == {}
    assert guess_company_roles(["Firmierung", "Name"], [], companies.get) == {"Firmierung": "company_name"}


@each_case(
    ("seats", "role"),
    [(["Hamburg", "München", None], "city"), (["Bari, IT", "Ulm"], "city"), (["Germany", "FR", "Italien"], "country"),
     (["Am Markt 4, 89073 Ulm", "12 Elm Walk"], "street"), ([None, 7], "")],
)  # fmt: skip
@each_case("column", ["HQ", "Firmensitz", "Siège", "Sede legale", "Siedziba"])
def test_the_seat_of_a_company_is_what_its_values_are(column, seats, role):
    companies = {"Firma": ["A", "B", "C"], column: seats}
    found = guess_company_roles([column], ["company_name"], companies.get)
    assert found == ({column: role} if role else {})
    # A column that is called a city is that of the cities.
    assert guess_company_roles([column, "Ort"], [], {**companies, "Ort": ["Ulm"]}.get).get("Ort") == "city"


def test_a_street_that_colleagues_share_is_the_office():
    offices = ["Am Markt 1", "am markt 1", "Weg 2", "Weg 2", "Ring 3", "Ring 3"]
    homes = ["Am Markt 1", "Am Bach 7", "Weg 2", "Weg 4", "Ring 3", "Ring 9"]
    people = {
        "Name": ["Ada Berg", "Eva Hale", "Bo Lund", "Cy Dahl", "Di Falk", "Al Moe"],
        "Firma": ["Acme", "Acme", "Nord", "Nord", "Sud", "Sud"],
    }
    fields = {"Name": "full_name", "Firma": "company_name"}
    assert guess_roles({**people, "Straße": offices}, fields) == {}
    assert guess_roles({**people, "Straße": homes}, fields) == {"Straße": "street"}
    # Two spellings of one name are not those of two colleagues.
    spelled = {"Name": ["Ada Berg", "Ada Bergh"] * 3, "Firma": people["Firma"], "Straße": offices}
    assert guess_roles(spelled, fields) == {"Straße": "street"}


def test_a_customer_number_that_colleagues_share_is_the_companys():
    columns = {
        "Name": ["Kari Nordmo", "Karin Nordmo", "Omar Farsi", "Amar Farsi", "Bo Lund"],
        "Org": ["Nordmo Tak", "Nordmo Tak", "Muscat Dates", "Muscat Dates", "Lund AB"],
        "Customer no.": ["C-0116", "C-0116", "C-0118", "C-0118", "C-0119"],
    }
    fields = {"Name": "full_name", "Org": "company_name"}
    assert guess_roles(columns, fields) == {}
    own = columns | {"Customer no.": [f"C-011{number}" for number in range(5)]}
    assert guess_roles(own, fields) == {"Customer no.": "weak identifier"}


def test_a_few_quarters_are_not_streets():
    names = ["Ada Berg", "Eva Hale", "Bo Lund"] * 20
    assert guess_role("Dirección", ["La Floresta", "La Cruz", "La Muralla"] * 20, names) == ""
    assert guess_role("Dirección", ["Calle 1", "Calle 2", "La Muralla 7"] * 20, names) == "street"
