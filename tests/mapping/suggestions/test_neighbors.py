"""What the columns beside a column say of it."""

import pytest

from each_case import each_case

NAMES = ["Ada Lovelace", "Grace Hopper", "Alan Turing", "Marie Curie"]


@pytest.mark.parametrize(
    ("names", "key"), [(["Weber", "Gray", None], "last_name"), (["Anna Weber", "Gray, Max", "Bo"], "full_name")]
)
def test_a_name_beside_a_given_name_is_the_family_name_unless_it_contains_both(suggest_mapping, names, key):
    columns = suggest_mapping(Name=names, Vorname=["Anna", "Max", "Bo"]).columns
    assert columns == {"Name": key, "Vorname": "first_name"}


def test_a_name_beside_a_family_name_that_it_does_not_contain_is_a_given_name(suggest_columns):
    first, last = ([name.split()[place] for name in NAMES] for place in (0, 1))
    assert suggest_columns({"성": last, "이름": first}) == {"성": "last_name", "이름": "first_name"}
    assert suggest_columns({"성": last, "이름": NAMES}) == {"성": "last_name", "이름": "full_name"}
    assert suggest_columns({"Nombre": NAMES}) == {"Nombre": "full_name"}
    assert suggest_columns({"Nombre": first}) == {"Nombre": "first_name"}
    assert suggest_columns({"Nombre": NAMES, "Apellidos": last}) == {
        "Nombre": "first_name",
        "Apellidos": "last_name",
    }


def test_a_whole_name_beside_another_family_name_stays_whole(suggest_columns):
    birth = ["Byron", "Murray", "Stoney", "Skłodowska"]
    assert suggest_columns({"Name": NAMES, "Last name": birth}) == {"Name": "full_name", "Last name": "last_name"}
    firms = ["Engines", "Navy", "Bletchley Park", "Curie"]
    assert suggest_columns({"Name": firms, "Last name": birth})["Name"] != "first_name"


def test_a_nom_of_two_words_is_a_whole_name_unless_another_column_may_hold_the_rest(suggest_columns):
    assert suggest_columns({"Nom": NAMES, "Priorité": ["Haute", "Basse", "Haute", "Basse"]}) == {"Nom": "full_name"}
    firms = {"Nom": ["De Gaulle", "Le Pen", "La Tour", "Du Bois"], "Prén.": ["Charles", "Marine", "Anne", "Luc"]}
    assert suggest_columns(firms)["Nom"] == "last_name"


def test_a_column_that_may_hold_the_family_name_leaves_the_given_name(suggest_columns):
    names = {"Nombre": ["Ana María", "José Luis", "Juan Carlos", "María José"]}
    assert suggest_columns(names | {"Ap. pat.": ["García", "LÓPEZ", "Ruiz", "Díaz"]}) == {"Nombre": "first_name"}
    assert suggest_columns(names | {"Activo": ["Sí", "No", "Sí", "Sí"]}) == {"Nombre": "full_name"}
    assert suggest_columns(names | {"Estado": ["Jalisco", "Sonora", "Puebla", "Colima"]}) == {"Nombre": "full_name"}
    assert suggest_columns(names | {"Tipo": ["Casa", "Trabajo", "Casa", "Otro"]}) == {"Nombre": "full_name"}


def test_an_id_repeats_with_the_lead_in_a_list_of_orders(suggest_columns):
    orders = {
        "Customer ID": ["7", "7", "8", "8"],
        "Email": ["ada@example.com", "ada@example.com", "bo@example.com", "bo@example.com"],
    }
    long = {column: values * 4 for column, values in orders.items()}
    assert suggest_columns(long) == {"Customer ID": "external_id", "Email": "email"}
    assert suggest_columns({"Contact ID": ["7"] * 2, "Name": ["Ada Lovelace"] * 2})["Contact ID"] == "external_id"
    two = {"User ID": ["u_1"] * 4, "Contact ID": ["1", "2", "3", "4"], "Name": NAMES}
    assert suggest_columns(two) == {"Contact ID": "external_id", "Name": "full_name"}


def test_a_number_that_colleagues_share_is_that_of_their_company(suggest_mapping):
    people = {
        "Customer no.": ["C-1", "C-1", "C-2", "C-2", "C-3", "C-4"],
        "Name": ["Ada Berg", "Bo Lund", "Cy Roth", "Di Holm", "Eva Kern", "Max Gray"],
        "Email": [f"{name}@x.example" for name in ("ada", "bo", "cy", "di", "eva", "max")],
        "Company": ["Nord AB", "Nord", "West AG", "West AG", "Ost", "Elbe"],
    }
    assert "Customer no." not in suggest_mapping(**people).columns
    of_people = people | {"Name": ["Ada Berg", "A. Berg", "Cy Roth", "Cyrus Roth", "Eva Kern", "Max Gray"]}
    of_people["Email"] = ["ada@x.example", "ada@x.example", "cy@x.example", "cy@x.example", None, None]
    assert suggest_mapping(**of_people).columns["Customer no."] == "external_id"
    own = people | {"Customer no.": [f"C-{n}" for n in range(6)]}
    assert suggest_mapping(**own).columns["Customer no."] == "external_id"


def test_an_id_of_many_rows_is_not_that_of_a_lead(suggest_columns):
    users = {
        "User ID": ["u_17"] * 4,
        "Email": ["ada@example.com", "bo@example.com", "cy@example.com", "di@example.com"],
    }
    assert suggest_columns(users) == {"Email": "email"}
    assert suggest_columns({"User ID": ["u_1", "u_2", "u_3", "u_3"]}) == {"User ID": "external_id"}


def test_names_of_companies_are_not_those_of_people(suggest_columns):
    register = {
        "Nom complet": ["MACONNERIE CREOLE (MC)", "NAVAL", "ROUX FILS", "MEYER"],
        "Raison sociale": ["Maconnerie Creole", "Naval", "Roux", "Meyer"],
    }
    assert suggest_columns(register) == {"Raison sociale": "company_name"}
    assert suggest_columns(register | {"Nom complet": NAMES})["Nom complet"] == "full_name"
    companies = ["Engines Ltd", "US Navy", "Bletchley Park", "Curie SA"]
    leads = {"lead_name": companies, "contact_1_name": NAMES}
    assert suggest_columns(leads) == {"contact_1_name": "full_name"}
    assert suggest_columns({"Name": companies}) == {"Name": "company_name"}
    assert suggest_columns({"Name": companies, "Firma": NAMES}) == {"Firma": "company_name"}
    turkish = {"Unvan": ["Ege Tekstil A.Ş.", "Ada Gıda", "Koç A.Ş.", "Deniz A.Ş."]}
    assert suggest_columns(turkish) == {"Unvan": "company_name"}
    assert suggest_columns({"BankAccountName": companies}) == {}
    assert suggest_columns({"Name": ["Ada Ag", "Bo Co", *NAMES] * 2}) == {"Name": "full_name"}


def test_a_buyer_is_the_lead_of_a_list_that_names_nobody_else(suggest_columns):
    emails = ["ada@example.com", "bo@example.com", "cy@example.com", "di@example.com"]
    buyers = {"Buyer Name": NAMES, "Buyer Email": emails}
    assert suggest_columns(buyers) == {"Buyer Name": "full_name", "Buyer Email": "email"}
    assert suggest_columns({"Guest": NAMES}) == {"Guest": "full_name"}
    attendees = {"Attendee": NAMES[::-1], "Email": emails[::-1]}
    assert suggest_columns(buyers | attendees) == {"Attendee": "full_name", "Email": "email"}


@each_case(
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
@each_case("guest", ["Buyer", "Guest", "Payer", "Käufer"])
def test_a_buyer_beside_another_person_is_not_the_lead(suggest_columns, named, found, guest):
    emails = ["ada@example.com", "bo@example.com", "cy@example.com", "di@example.com"]
    others = {column: emails if "email" in column else NAMES for column in named}
    buyer = {guest: NAMES[::-1], f"{guest} email": emails[::-1], f"{guest} phone": ["+49 30 901820"] * 4}
    assert suggest_columns(others | buyer) == found
    assert suggest_columns(others | {f"{guest} email": emails[::-1]}) == found


def test_the_sender_of_inquiries_is_the_lead_and_their_receiver_is_not(suggest_columns):
    emails, phones = ["a@b.example", "c@d.example"] * 2, ["+49 30 901820", "+49 30 901821"] * 2
    inquiries = {"Sender Name": NAMES, "Sender Email": emails, "Sender Mobile": phones, "Receiver Mobile": phones}
    found = {"Sender Name": "full_name", "Sender Email": "email", "Sender Mobile": "phone"}
    assert suggest_columns(inquiries) == found
    assert suggest_columns({"Name": NAMES, "Email": emails, "Sender Email": emails}) == {
        "Name": "full_name",
        "Email": "email",
    }


def test_a_guest_keeps_the_email_of_a_list_of_guests_and_a_buyer_does_not(suggest_columns):
    emails = ["ada@example.com", "bo@example.com", "cy@example.com", "di@example.com"]
    guests = {
        "Guest Name": NAMES,
        "Email": emails,
        "Guests": ["1", "2", "1", "3"],
        "Member": ["Yes", "No", "Yes", "No"],
    }
    assert suggest_columns(guests) == {"Guest Name": "full_name", "Email": "email"}
    assert suggest_columns({"Buyer": NAMES, "Guests": ["1", "2", "1", "3"]}) == {"Buyer": "full_name"}
    assert suggest_columns({"Buyer name": NAMES, "Guest email": emails}) == {}
    assert suggest_columns(guests | {"Buyer email": emails[::-1]}) == {"Email": "email"}


def test_a_name_that_two_languages_have_is_read_by_the_columns_beside_it(suggest_columns):
    first, father, last = ["Иван", "Петър"] * 2, ["Петров", "Илиев"] * 2, ["Ангелов", "Колев"] * 2
    for family in ("Фамилия", "Фамилно име"):
        bulgarian = {"Име": first, "Презиме": father, family: last}
        assert suggest_columns(bulgarian) == {"Име": "first_name", family: "last_name"}
    assert suggest_columns({"Име": first, "Презиме": last}) == {"Име": "first_name", "Презиме": "last_name"}
    both = {"Име и презиме": ["Иван Петров", "Петър Илиев"] * 2}
    assert suggest_columns(both) == {"Име и презиме": "full_name"}
    assert suggest_columns(both | {"Фамилия": last}) == {"Име и презиме": "first_name", "Фамилия": "last_name"}
    assert suggest_columns({"Emri": NAMES}) == {"Emri": "full_name"}
    assert suggest_columns({"Emri": first, "Mbiemri": last}) == {"Emri": "first_name", "Mbiemri": "last_name"}
    cities = ["Odense", "Aarhus"] * 2
    assert suggest_columns({"Navn": NAMES, "By": cities}) == {"Navn": "full_name", "By": "city"}
    assert suggest_columns({"Name": NAMES, "By": NAMES[::-1]}) == {"Name": "full_name"}
    assert suggest_columns({"Song": ["Help", "Hello"] * 2, "By": ["Abba", "Adele"] * 2}) == {}


@each_case("column", ["Nom", "Last name"])
@each_case("comma", [",", ", "])
def test_a_family_name_with_a_comma_and_a_given_name_is_the_whole_name(suggest_columns, column, comma):
    names = [comma.join(reversed(name.upper().split(" ", 1))) for name in NAMES]
    assert suggest_columns({column: names}) == {column: "full_name"}
    first = [name.split()[0] for name in NAMES]
    family = [name.split()[-1] for name in NAMES]
    assert suggest_columns({column: family, "First name": first}) == {column: "last_name", "First name": "first_name"}
    assert suggest_columns({"Last name": [f"{name}, Jr." for name in family]}) == {"Last name": "last_name"}


def test_columns_beside_a_name_decide_what_it_means(suggest_columns):
    companies = ["MediNova Distributors", "KeyMasters", "CableCo", "TechCorp"]
    suppliers = {"Supplier Name": companies, "Contact Person": NAMES}
    assert suggest_columns(suppliers) == {"Supplier Name": "company_name", "Contact Person": "full_name"}
    first = [name.split()[0] for name in NAMES]
    assert suggest_columns({"nome": NAMES, "primeiro_nome": first}) == {
        "nome": "full_name",
        "primeiro_nome": "first_name",
    }
    codes = {
        "Nome": NAMES,
        "UF": ["SP", "RJ", "MG", "PR"],
        "Profissao": ["Motorista", "Professora", "Analista", "Gari"],
    }
    assert suggest_columns(codes) == {"Nome": "full_name"}
    assert suggest_columns({"contactoNombre": NAMES}) == {"contactoNombre": "full_name"}
    croatian = {"Ime": first, "Prezime": ["Horvat", "Babić"] * 2, "Grad": ["Split", "Zagreb"] * 2}
    assert suggest_columns(croatian)["Grad"] == "city"
    german = {"Anrede": ["Frau", "Herr"] * 2, "Titel": [None] * 4, "Vorname": first}
    assert suggest_columns(german) == {"Vorname": "first_name"}


COMPANIES = ["Padaria Silva Ltda", "Souza Engenharia S.A.", "Bar do Zé ME", "Lima & Filhos Ltda"]


@each_case("customer", ["Customer", "Клиент", "Kundenavn", "Nombre del cliente"])
def test_a_customer_beside_the_name_of_a_contact_is_a_company_and_beside_a_phone_it_is_not(suggest_columns, customer):
    phones = ["+1 415 835 1656", "+44 20 7946 0018", "+49 30 901820", "+33 1 42 68 53 00"]
    assert (
        suggest_columns({customer: ["Acme", "Globex", "Initech", "Hooli"], "Contact": NAMES})[customer]
        == "company_name"
    )
    assert suggest_columns({customer: NAMES, "Contact": phones}).get(customer) in {None, "full_name"}
    assert suggest_columns({customer: COMPANIES, "Contact": phones})[customer] == "company_name"


def test_a_name_beside_nothing_of_people_or_companies_is_that_of_a_thing(suggest_columns):
    animals = {"name": ["Cheetah", "Owl monkey", "Cow", "Dog"], "genus": ["Acinonyx", "Aotus", "Bos", "Canis"]}
    assert suggest_columns(animals) == {}
    assert suggest_columns(animals | {"email": [f"{name}@example.com" for name in "abcd"]})["name"] == "full_name"
    assert suggest_columns(animals | {"name": NAMES}) == {"name": "full_name"}
    assert suggest_columns({"name": ["张伟", "王芳", "李娜", "刘洋"], "年龄": ["20", "30", "40", "50"]}) == {
        "name": "full_name"
    }


def test_companies_beside_their_contacts_are_not_given_names(suggest_columns):
    assert suggest_columns({"Nome": ["Posto Sul", "Bar Lua", "Loja Um", "Foto Mar"], "Contatos": NAMES}) == {
        "Contatos": "full_name"
    }


def test_a_message_is_not_the_rest_of_a_name(suggest_columns):
    messages = ["Olá", "Dúvida", "Quero um orçamento para sexta", "Oi"]
    assert suggest_columns({"Nome": NAMES, "Mensagem": messages}) == {"Nome": "full_name"}
    assert suggest_columns({"Nome": NAMES, "Texto livre": messages}) == {"Nome": "full_name"}


def test_a_guest_has_the_phone_of_a_list_of_guests(suggest_columns):
    phones = ["+1 415 835 1656", "+44 20 7946 0018", "+49 30 901820", "+33 1 42 68 53 00"]
    found = suggest_columns({"Guest Name": NAMES, "Guest Phone": phones, "Guest Count": ["2", "1", "3", "1"]})
    assert found == {"Guest Name": "full_name", "Guest Phone": "phone"}


def test_people_who_send_and_receive_are_left(suggest_columns):
    pages = [f"https://www.linkedin.com/in/{name}" for name in ("me", "ada", "bo", "cy")]
    log = {
        "SENDER PROFILE URL": [pages[0], pages[1], pages[0], pages[2]],
        "RECIPIENT PROFILE URLS": [pages[1], *pages[:3]],
    }
    assert suggest_columns(log) == {}
    invitations = {
        "inviterProfileUrl": [*pages[:1] * 3, pages[3]],
        "inviteeProfileUrl": [*pages[1:3], pages[3], pages[0]],
    }
    assert suggest_columns(invitations) == {}
    sent = {"Sender email": ["me@us.example"] * 4, "Recipient email": [f"{name}@x.example" for name in "abcd"]}
    assert suggest_columns(sent) == {"Recipient email": "email"}


def test_a_job_title_goes_before_a_role(suggest_columns):
    jobs = {"role": ["Project Manager"] * 4, "jobtitle": ["Order Specialist", "Clerk", "Buyer", None]}
    assert suggest_columns(jobs) == {"jobtitle": "title"}


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (
            {"Name 1": ["Nord Energy GmbH", "Sud SE", "Roth Bau", "Lund AG"], "Name 2": ["Abt. B", None] * 2},
            "company_name",
        ),
        ({"NAME1": ["Ada Berg", "Eva Hale", "Bo Lund", "Cy Dahl"], "NAME2": [None, "c/o Roth"] * 2}, "full_name"),
        ({"Name 1": ["Berg", "Hale", "Lund", "Dahl"], "Name 2": ["Ada", "Eva", "Bo", "Cy"]}, None),
    ],
)
def test_a_first_name_of_two_is_that_of_a_customer(suggest_columns, columns, found):
    assert suggest_columns(columns).get(next(iter(columns))) == found


@each_case("column", ["Work", "Büro", "Office", "Home"])
def test_a_place_of_phones_is_a_phone(suggest_columns, column):
    assert suggest_columns({column: ["+49 30 901820", "+44 20 7946 0018", "(415) 835-1656", None]}) == {column: "phone"}
    assert suggest_columns({column: ["Am Markt 1", "yes", "remote", "Bonn"]}) == {}


def test_kinds_of_anything_are_not_given_names_beside_whole_names(suggest_columns):
    names = [f"{given} {family}" for given in ("Ada", "Bo", "Cy") for family in ("Berg", "Lund")] * 100
    kinds = ["Installation", "Performance", "Structural", "Equipment", "Other", "Delay"] * 100
    assert suggest_columns({"Motif": kinds, "Nom": names, "Email": ["a@b.example"] * 600})["Nom"] == "full_name"


def test_a_name_that_no_table_knows_is_the_persons_if_the_addresses_spell_it(suggest_columns):
    names, spelled = NAMES[:2], ["alovelace@engines.example", "grace.hopper@navy.example"]
    assert suggest_columns({"Attorney Name": names, "Email": spelled})["Attorney Name"] == "full_name"
    for other, emails in (
        ("Dog name", ["info@engines.example", "office@navy.example"]),
        ("Child name", ["george.lovelace@engines.example", "vhopper@navy.example"]),
    ):
        assert suggest_columns({other: names, "Email": emails}) == {"Email": "email"}
    deals = {"Record name": ["berg acquisition", "hale renewal"], "Email": ["berg@a.example", "bo.hale@b.example"]}
    assert suggest_columns(deals) == {"Email": "email"}
    assert "Lawyer name" not in suggest_columns({"Lawyer name": names, "Name": NAMES[2:], "Email": spelled})


def test_a_contact_with_the_order_of_its_name_makes_the_vendor_a_company(suggest_columns):
    columns = {
        "VENDOR NAME": ["HAYS HAULING", "ORR BAKERY"],
        "CONTACT (LAST, FIRST MI)": ["VANCE, CHRIS J", "LEE, ANN"],
        "E-MAIL": ["cv@hays.example", "ann@orr.example"],
    }
    assert [*suggest_columns(columns).values()] == ["company_name", "full_name", "email"]


def test_a_name_that_equals_the_given_name_of_one_row_is_not_whole(suggest_columns):
    names = {"Vorname": ["Anna", "Max", "Bo", "N."], "Person Name": ["Weber", "Gray", "Lund", "N."]}
    assert suggest_columns(names) == {"Vorname": "first_name", "Person Name": "last_name"}


def test_signs_of_vehicles_are_countries_where_phones_or_addresses_show_it(suggest_columns):
    land = {"Name": NAMES, "Land": ["D", "A", "D", "D"]}
    emails = {"E-Mail": ["ada@engines.de", "grace@navy.at", "alan@park.com", "marie@curie.de"]}
    phones = {"Telefon": ["+49 30 901820", "0043 1 901820", None, "+49 (0)30 901821"]}
    assert suggest_columns(land | emails)["Land"] == suggest_columns(land | phones)["Land"] == "country"
    for others in (
        {"E-Mail": ["ada@engines.com", "grace@navy.com", "alan@park.com", "marie@curie.com"]},
        {"E-Mail": ["ada@engines.at", "grace@navy.de", "alan@park.at", "marie@curie.at"]},
        {"Telefon": ["+49 30 901820", None, None, "+49 30 901821"]},
    ):
        assert "Land" not in suggest_columns(land | others)


def test_a_turkish_title_with_legal_forms_is_the_company(suggest_columns):
    firms, names = ["ÇELİK İPLİK A.Ş.", "ŞİMŞEK GIDA LTD. ŞTİ."], ["AYŞE IŞIK", "İBRAHİM ŞİMŞEK"]
    columns = {"ÜNVANI": firms, "YETKİLİ": names}
    assert suggest_columns(columns)["ÜNVANI"] == "company_name"
    assert suggest_columns(columns | {"ÜNVANI": ["Genel Müdür", "Satış Müdürü"]})["ÜNVANI"] == "title"


def test_a_letter_before_the_names_of_a_person_is_left_out(suggest_columns):
    first, last = ([name.split()[place] for name in NAMES] for place in (0, 1))
    badge = {"P_FN": first, "P_LN": last, "P_ORG": ["Engines", "Navy", "Park", "Curie"], "Q1": ["a", "b", "a", "b"]}
    found = {"P_FN": "first_name", "P_LN": "last_name", "P_ORG": "company_name"}
    assert suggest_columns(badge) == found
    assert "P_FN" not in suggest_columns(badge | {"Name": NAMES})
