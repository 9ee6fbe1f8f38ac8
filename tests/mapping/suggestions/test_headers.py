"""Which field a name alone indicates."""

from each_case import each_case
from pb2b_notebook.mapping.suggestions.headers import named_field

NAMES = ["Ada Lovelace", "Grace Hopper", "Alan Turing", "Marie Curie"]


@each_case(
    ("name", "key"),
    [
        ("email", "email"),
        ("E-Mail (geschäftlich)", "email"),
        ("ADRESSE E-MAIL", "email"),
        ("Geschäftliche E-Mail", "email"),
        ("Firemní e-mail", "email"),
        ("Dienstliche Telefonnummer", "phone"),
        ("Correo electrónico", "email"),
        ("メールアドレス", "email"),
        ("Telefonnr", "phone"),
        ("telefonnumber", "phone"),
        ("Mobile Phone", "phone"),
        ("Ansprechpartner", "full_name"),
        ("Vorname", "first_name"),
        ("Nom de famille", "last_name"),
        ("Nazwa firmy", "company_name"),
        ("Ragione sociale", "company_name"),
        ("jobTitle", "title"),
        ("Stanowisko", "title"),
        ("Anzahl Mitarbeiter", "employee_count"),
        ("Ülke", "country"),
        ("Miejscowość", "city"),
        ("Mots-clés", "tags"),
        ("Account Tier", "tier"),
        ("custom_tier", "tier"),
        ("opt-in newsletter", "opt_in"),
        ("contact_owner", "owner_email"),
        ("Email (required)", "email"),
        ("Name (vollst.)", "full_name"),
        ("Fa.", "company_name"),
        ("Nachname, Vorname", "full_name"),
        ("Name, Vorname", "full_name"),
        ("Name (First)", "first_name"),
        ("Name (Latin)", "full_name"),
        ("Name Vorname", "full_name"),
        ("Adresse de messagerie", "email"),
        ("Prénom / Nom", "full_name"),
        ("First and last name", "full_name"),
        ("Contact last name", "last_name"),
        ("# of employees", "employee_count"),
        ("Phone #", "phone"),
        ("Customer #", "external_id"),
        ("Respondent ID", "external_id"),
        ("Entity.LegalAddress.City", "city"),
        ("RegAddress.Country", "country"),
        ("Wystawca", "company_name"),
        ("My Tags", "tags"),
        ("姓1", "last_name"),
        ("TEL;TYPE=CELL", "phone"),
        ("EMAIL;TYPE=INTERNET", "email"),
        ("Mob.", "phone"),
        ("e-mail add.", "email"),
        ("Hi! What's your first name?", "first_name"),
        ("What company are you with?", "company_name"),
        ("What organisation are you affiliated with?", "company_name"),
        ("What's the name of your company?", "company_name"),
        ("Nombre de tu empresa", "company_name"),
        ("Nome della tua azienda", "company_name"),
        ("What is your LinkedIn profile?", "linkedin_url"),
        ("Quel est votre numéro de téléphone ?", "phone"),
        ("A quale numero di telefono possiamo richiamarti?", "phone"),
        ("Unter welcher Telefonnummer können wir Sie erreichen?", "phone"),
        ("Numéro de téléphone portable", "phone"),
        ("Número de teléfono móvil", "phone"),
        ("telefono_e164", "phone"),
        ("Please leave your email address", "email"),
        ("email_istituzionale", "email"),
        ("Correo institucional", "email"),
        ("Firma / Firma wystawcy", "company_name"),
        ("Name / Nazwisko", "last_name"),
        ("Nom / Name", "full_name"),
        ("Firma (Company)", "company_name"),
        ("Mitarb.", "employee_count"),
        ("Anz. Mitarb.", "employee_count"),
        ("Ansprechp.", "full_name"),
        ("Letzter Kontakt", "last_contacted_at"),
        ("Son görüşme tarihi", "last_contacted_at"),
        ("Fecha de renovación", "renewal"),
        ("Data odnowienia", "renewal"),
    ],
)
def test_a_name_alone_is_enough(suggest_mapping, name, key):
    assert suggest_mapping(**{name: [None, None]}).columns == {name: key}


@each_case(
    "name",
    [
        "",
        "x",
        "TEL;TYPE=FAX",
        "What's the name of your manager's company?",
        "Bemerkung",
        "id",
        "created_at",
        "import_id",
        "Spalte 1",
        "Name / Company",
        "Telefon / Fax",
        "Bemerk.",
        "Verk.",
        "Vertragsende",
        "\u202e",
        "a" * 20_000,
    ],
)
def test_a_name_that_indicates_nothing_is_not_mapped(suggest_mapping, name):
    assert suggest_mapping(**{name: ["some text", "more of it"]}).columns == {}


@each_case(
    ("name", "values", "key"),
    [
        ("Firma / Cwmnïau", ["Rolmasz", "Agro Bok"], "company_name"),
        ("Firma / Gewerk", ["Rolmasz / Metall", "Agro / Holz"], None),
        ("Ort / PLZ", ["10115 Berlin", "20095 Hamburg"], None),
        ("Name / Spitzname", ["Ada", "Bo"], None),
        ("Tel. privat", ["030 4455667", "040 4455667"], "phone"),
        ("Recapito tel.", ["030 4455667", "040 4455667"], "phone"),
        ("Kontakt tel", ["030 4455667", "040 4455667"], "phone"),
        ("N° de tél.", ["030 4455667", "040 4455667"], "phone"),
        ("Tél. standard", ["01 44 55 66 77", "02 44 55 66 77"], "phone"),
        ("Tel. privat", ["yes", "no"], None),
        ("Name / Nazwisko", ["Jan Kos", "Ewa Bok"], "full_name"),
        ("Name / Nazwisko", ["Kos", "Bok"], "last_name"),
    ],
)
def test_values_show_what_a_name_with_an_unknown_word_is(suggest_columns, name, values, key):
    assert suggest_columns({name: values}) == ({name: key} if key else {})


@each_case(
    "name",
    [
        "Company Address",
        "Address company",
        "Adresse société",
        "Dirección empresa",
        "Adresse Firma",
        "Indirizzo azienda",
    ],
)
def test_an_address_of_a_company_is_not_its_name(suggest_mapping, name):
    assert suggest_mapping(**{name: ["Hauptstr. 1, 10115 Berlin", "12 rue X, Paris"]}).columns == {}


@each_case(
    ("name", "key"),
    [
        ("Adresse 1 - Ort", "city"),
        ("Indirizzo - Città", "city"),
        ("Country/Region Name", "country"),
        ("Firma adı", "company_name"),
        ("Invitee Name", "full_name"),
        ("Dirección web", "website"),
    ],
)
def test_a_place_of_an_address_and_a_person_who_is_invited_are_known(suggest_mapping, name, key):
    values = {"website": ["https://a.example", "www.b.example"], "country": ["Germany", "France"]}
    assert suggest_mapping(**{name: values.get(key, ["Ada Berg", "Bo Hale"])}).columns == {name: key}


@each_case(
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
def test_the_noun_of_a_longer_name_decides(suggest_columns, column, field, value):
    assert suggest_columns({column: [value] * 4}) == {column: field}


@each_case("column", ["C1", "Value", "Main", "Personal", "1", "Work"])
def test_a_word_that_leaves_a_meaning_has_none_alone(column):
    assert named_field(column) == ("", 0.0)
    assert named_field(f"{column} email")[0] == "email"


@each_case(
    ("column", "field"),
    [
        ("Decision Maker", "full_name"), ("prospect_name", "full_name"), ("apellido_paterno", "last_name"),
        ("apellido_materno", ""), ("Location Friendly Name", ""),
    ],
)  # fmt: skip
def test_a_noun_beside_a_name_says_whose_it_is(suggest_columns, column, field):
    assert suggest_columns({column: NAMES}) == ({column: field} if field else {})


NAMED_TWICE = """
Company 会社名=company_name; Contact person 担当者=full_name; Nombre del país/región=country
Nom du pays/de la région=country; Name des Landes/der Region=country; Company | 会社名=company_name
First name 名=first_name; Last name 姓=last_name; 会社名（Company Name）=company_name; 氏名 (Full Name)=full_name
E-mail|メールアドレス=email; Telephone 电话=phone; 职位 Job title=title; 行业 Industry=industry; 城市 City=city
City / 都市=city
网站 Website=website; 公司名称/Company name=company_name; 联系人 Contact=full_name; Имя / First name=first_name
Фамилия (Last name)=last_name; Должность Position=title; Телефон | Phone=phone; Город City=city
Страна (Country)=country; Ονοματεπώνυμο / Full name=full_name; Εταιρεία Company=company_name; الهاتف Phone=phone
البريد الإلكتروني Email=email; الدولة / Country=country; المدينة City=city; שם פרטי First name=first_name
חברה Company=company_name; שם החברה (Company)=company_name; ชื่อ First name=first_name; เบอร์โทร Phone=phone
회사 / Company=company_name; 이메일 Email=email; 전화번호 (Phone)=phone; 직책 Title=title; Vorname | Prénom=first_name
Nachname | Nom=last_name; Unternehmen (Company)=company_name; Entreprise [Company]=company_name
Empresa / Company=company_name; Apellidos / Surname=last_name; Teléfono (Phone)=phone; País / Country=country
Stadt / City / Ville=city; Namn på land/region=country; Nom de pays/région=country; Numele țării/regiunii=country
Nome del paese/regione=country; Naam van land/regio=country; Nombre de tu país=country
Branche / Industry=industry; Jobtitel (Job title)=title
"""
NOT_NAMED_TWICE = """
Name フリガナ=full_name; Company (sponsor)=company_name; Phone (Fax)=phone; Email (cc)=email
Name of event/region=country; Nombre de la región=country; Nombre del evento=full_name
Event name イベント名=full_name; Contact date 連絡日=full_name; Fax ファックス=phone
Company phone 会社電話=company_name
Order number 注文番号=phone; Country of origin 原産国=country; Nombre del producto/región=country; Name (Hund)=country
Product 製品=company_name; Firma / Telefon=company_name; Assistant phone 秘書=phone; Nom du produit=last_name
Name des Events/der Region=country
"""


def _pairs(text):
    return [tuple(pair.split("=")) for pair in text.strip().replace("\n", "; ").split("; ")]


def test_a_column_that_is_named_in_two_languages_or_by_a_name_and_a_region_is_read():
    assert [pair for pair in _pairs(NAMED_TWICE) if named_field(pair[0])[0] != pair[1]] == []


def test_a_second_word_of_another_meaning_leaves_a_column_unread():
    assert [pair for pair in _pairs(NOT_NAMED_TWICE) if named_field(pair[0])[0] == pair[1]] == []


def test_the_company_of_an_address_is_the_company_and_its_address_is_not():
    assert [named_field(name)[0] for name in ("Default Address Company", "Billing Address Company")] == [
        "company_name"
    ] * 2
    assert named_field("Company Address")[0] != "company_name"
