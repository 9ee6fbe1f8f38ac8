"""Levels of agreement of pairs."""

import duckdb
import polars as pl
import pytest

from linkage_stages import standardized
from pb2b_notebook import cleanup
from pb2b_notebook.cleanup.linkage.pairs import comparison
from pb2b_notebook.cleanup.linkage.pairs.features import build_features


def test_pairs_of_many_portions_keep_their_order(monkeypatch):
    """Pairs are compared in portions, in parallel, by several queries: each pattern belongs to its pair."""
    monkeypatch.setattr(comparison, "_PAIRS_OF_QUERY", 60_000)
    rows = [{"full_name": "Ada Berg", "city": city} for city in ("Kiel", "Bonn")] + [{"full_name": "Bo Lund"}]
    few = pl.DataFrame({"a": [0, 0, 1, 2], "b": [1, 2, 2, 2]}, schema_overrides={"a": pl.UInt32, "b": pl.UInt32})
    with duckdb.connect() as db:
        features = build_features(db, standardized(**pl.DataFrame(rows).to_dict(as_series=False))).table
        alone = comparison.compare(db, features, few)["pattern"]
        together = comparison.compare(db, features, few.select(pl.all().repeat_by(20_000).explode()))["pattern"]
    assert alone.n_unique() > 2
    assert together.equals(alone.repeat_by(20_000).explode())


def test_no_pairs_give_a_table_of_the_same_columns():
    few = pl.DataFrame({"a": [0, 0], "b": [0, 0]}, schema_overrides={"a": pl.UInt32, "b": pl.UInt32})
    with duckdb.connect() as db:
        features = build_features(db, standardized(full_name=["Ada Berg"])).table
        some, none = (comparison.compare(db, features, pairs, ()) for pairs in (few, few.clear()))
    assert none.schema == some.schema
    assert len(none) == 0


def test_a_phone_exchange_of_many_companies_is_no_evidence():
    """Mobile numbers of one block are used by many companies, which shows only in a large enough list.

    Nor is one of two companies, whose offices may be in one town.
    """
    people = [
        {
            "full_name": name, "phone": f"+4917139200{number:02d}", "country": "DE", "city": "Kiel",
            "email": f"{name.lower().replace(' ', '.')}@firma{number}.example", "company_name": f"{word} {trade}",
        }
        for number, (name, word, trade) in enumerate((
            ("Jörg Kühn", "Caladane", "Energie"), ("Jörg Kühn", "Joraplex", "Bau"), ("Elke Roth", "Nord", "Optik"),
            ("Ute Hahn", "Birkenhain", "Druck"), ("Max Vogt", "Wolken", "Textil"), ("Ida Lenz", "Moos", "Papier"),
        ))
    ]  # fmt: skip
    colleague = {**people[1], "company_name": people[0]["company_name"]}
    for number, second, reported in ((3, colleague, True), (6, colleague, False), (3, people[1], False)):
        rows = pl.DataFrame([people[0], second, *people[2:number]])
        reasons = cleanup.duplicates(rows, 0.001).pairs["reasons"][0]
        assert ("phone numbers of the same exchange" in reasons) is reported


def test_a_number_with_an_extension_is_not_a_typo():
    firm = {"company_name": "Brixwell Ltd", "company_domain": "brixwell.example"}
    people = [
        {"full_name": "Karen Jinger", "email": "karen@brixwell.example", "phone": "+49 89 636 48018", **firm},
        {"full_name": "Keith Janson", "email": "k.janson701@outlook.com", "phone": "+49 89 636 48018 4622", **firm},
    ]
    found = cleanup.duplicates(pl.DataFrame(people), 0.0001)
    assert "phone numbers differ by the extension" in found.pairs["reasons"][0]
    assert cleanup.duplicates(pl.DataFrame(people)).clusters.is_empty()
    american = [row | {"phone": row["phone"].replace("+49 89 636 48018", "+1 512 356 2373")} for row in people]
    assert cleanup.duplicates(pl.DataFrame(american)).clusters.is_empty()


@pytest.mark.parametrize(("short", "is_initial"), [("Ph.", True), ("Th.", False), ("Jo", False)])
def test_two_letters_that_are_no_name_are_an_initial(short, is_initial):
    given = {"Ph.": "Philippe", "Th.": "Hubert", "Jo": "Joseph"}[short]
    rows = [{"first_name": name, "last_name": "Martin", "company_name": "Brixwell Ltd"} for name in (short, given)]
    reasons = cleanup.duplicates(pl.DataFrame(rows), 0.0001).pairs["reasons"]
    assert any("same initial" in words for words in reasons) is is_initial


def test_the_first_of_two_family_names_matches():
    firm = {"company_name": "MMM Seguros S.A.", "country": "ES"}
    people = [
        {"full_name": "Narcisa Barrio Jaén", "first_name": None, "last_name": None, **firm},
        {"full_name": None, "first_name": "Narcisa", "last_name": "Barrio", **firm},
    ]
    found = cleanup.duplicates(pl.DataFrame(people), 0.01)
    assert "same first name; similar family names" in found.pairs["reasons"][0]


def test_swapped_columns_hide_no_family_name():
    rows = [
        {"first_name": first, "last_name": last, "email": "a.berger@nord.example", "phone": "+49 30 901855"}
        for first, last in (("Angelika", "Berger"), ("Berger", "Peter"))
    ]
    found = cleanup.duplicates(pl.DataFrame(rows), 0.001)
    assert "same family name, different first names" in found.pairs["reasons"][0]


def test_an_email_that_spells_the_others_name_is_reported():
    firm = {"company_name": "Fusion Willow Logistics", "company_domain": "fusion-willow.example"}
    people = [
        {"first_name": "Arn", "last_name": "Walmores", "email": "ann.wlmores@fusion-willow.example", **firm},
        {"first_name": "Ann", "last_name": "Wlmores", "email": "sales@fusion-willow.example", **firm},
    ]
    assert "the email spells the other's name" in cleanup.duplicates(pl.DataFrame(people), 0.01).pairs["reasons"][0]


def phone_reasons(one: str, other: str) -> str:
    rows = [{"full_name": name, "phone": number} for name, number in (("Ada Berg", one), ("Ada Berg", other))]
    found = cleanup.duplicates(pl.DataFrame(rows), 0.00001)
    return str(found.pairs["reasons"][0])


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("+1 612 555 0123", "(612) 555-0123", True),
        ("+47 22 33 44 55", "22334455", True),
        ("+49 30 12345678", "030 12345678", True),
        ("8 612 34567", "+370 612 34567", True),
        ("(11) 98234-5678", "(11) 8234-5678", True),
        ("+1 612 555 0123", "(212) 555-0123", False),
        ("612-555-0123", "212-555-0123", False),
        ("+41 31 311 22 33", "+41 21 311 22 33", False),
        ("+41 31 311 22 33", "021 311 22 33", False),
        ("+41 31 311 22 33", "031 311 22 33", True),
        ("8 916 123-45-67", "+7 916 123-45-67", True),
        ("+41 (0)31 311 22 33", "+41 31 311 22 33", True),
        ("+86 21 5555 1234", "+81 3 5555 1234", False),
        ("+52 1 81 8345 6789", "+52 81 8345 6789", True),
        ("+55 21 97777-8888", "(21) 97777-8888", True),
        ("+54 9 11 4321-5678", "011 15 4321-5678", True),
        ("+86 138 0013 8000", "017951 138 0013 8000", True),
    ],
)
def test_two_area_codes_are_two_numbers_and_a_missing_country_code_is_not(one: str, other: str, are_one: bool):
    assert ("same phone number" in phone_reasons(one, other)) is are_one


def test_a_number_of_many_area_codes_is_of_one_person():
    """Of the numbers of films, 555-0100 to 555-0199, the last eight digits are those of many people."""
    names = [
        f"{given} {family}"
        for given in ("Ada", "Bo", "Cleo", "Dan", "Eve")
        for family in ("Berg", "Lund", "Moor", "Rask")
    ]
    rows = [{"full_name": name, "phone": f"+1 {200 + 10 * n}-555-0123"} for n, name in enumerate(names)]
    found = cleanup.duplicates(pl.DataFrame([*rows, {"full_name": "Dan Moor", "phone": rows[14]["phone"]}]))
    assert found.frame["cluster_size"].to_list() == [1] * 14 + [2] + [1] * 5 + [2]
    assert "same phone number;" in found.pairs["reasons"][0] + ";"


def test_the_offices_of_a_company_with_one_number_in_each_city_are_not_one_person():
    offices = {
        "James Jones": 202,
        "James Johnson": 612,
        "Ann Webb": 312,
        "Bob Tay": 212,
        "James Jonson": 412,
        "Mark Po": 912,
    }
    names = [f"{given} {family}" for given in ("Ada", "Bo", "Cleo") for family in ("Berg", "Lund", "Moor", "Rask")]
    rows = [{"full_name": name, "phone": f"+1 303 555 0{n}"} for n, name in enumerate(names, 110)]
    rows += [{"full_name": name, "phone": f"1-{area}-270-6012"} for name, area in offices.items()]
    assert set(cleanup.duplicates(pl.DataFrame(rows)).frame["cluster_size"]) == {1}


def test_a_first_family_name_is_no_middle_name_beside_another_given_name():
    """What is between the first and the last word is García in both, which two sisters share."""
    names = ("María José García López", "María García López", "Ana García López", "Ana Paz García López")
    people = [{"full_name": name, "email": f"p{n}@sol{n}.example"} for n, name in enumerate(names)]
    pairs = cleanup.duplicates(pl.DataFrame(people), 0.0001).pairs
    reasons = {
        (min(a, b), max(a, b)): reasons for a, b, reasons in pairs.select("row_a", "row_b", "reasons").iter_rows()
    }
    for pair in ((0, 1), (2, 3)):
        assert "same name" in reasons[pair]
        assert "middle name" not in reasons[pair]


HOME = {"email": "home@mail.example", "phone": "+1 415 555 0142"}


@pytest.mark.parametrize(
    ("names", "shared", "is_one"),
    [
        (("Melissa Caldwell", "Mejssw Jadyeljl"), HOME, True),
        (("Melissa Caldwell", "Mejssw Jadyeljl"), {"city": "Kiel"}, False),
        (("Melissa Caldwell", "Mejssw Jadyeljl"), {"email": "info@mail.example"}, False),
        (("Melissa Caldwell", "Xhevdet Gashi"), HOME, False),
        (("Kerstin Blum", "Karsten Bohm"), HOME, False),
        (("Charles Curry", "Jared Caro"), HOME, False),
    ],
)
def test_a_garbled_name_is_of_one_person_behind_one_mailbox_and_phone(names, shared, is_one):
    """An unknown name is another person's, however alike both are, unless it has letters that no name has in a row."""
    found = cleanup.duplicates(pl.DataFrame([{"full_name": name, **shared} for name in names]))
    assert (len(found.clusters) > 0) is is_one


@pytest.mark.parametrize(
    ("shorter", "longer", "is_one"),
    [
        ("Monteiro de Oliveira", "Monteiro de Oliveira Pereira", True), ("Paulo de Assis", "Paulo de Assis Vale", True),
        ("Regina Alves Carneiro", "Regina Alves Gonçalves", False), ("Paulo de Assis", "Paulo Vale de Souza", False),
    ],
)  # fmt: skip
def test_a_further_family_name_behind_a_whole_name_is_of_one_person(shorter, longer, is_one):
    people = [{"first_name": "Marlene", "last_name": name, "born": "1960-06-05"} for name in (shorter, longer)]
    found = cleanup.duplicates(pl.DataFrame(people), fields={"born": "date"})
    assert (len(found.clusters) > 0) is is_one


@pytest.mark.parametrize(
    ("company", "domain", "is_spelled"),
    [
        ("Firma 376 GmbH", "firma376.example", True),
        ("Firma 376 GmbH", "firma.example", True),
        ("Novabit GmbH", "novabit24.example", True),
        ("Firma 376 GmbH", "firma181.example", False),
        ("Firma 37 GmbH", "firma376.example", False),
    ],
)
def test_a_domain_with_another_number_does_not_spell_the_company(company: str, domain: str, is_spelled: bool):
    person = {"full_name": "Oskar Rybak"}
    people = [{**person, "company_name": company, "email": None}, {**person, "email": f"orybak@{domain}"}]
    firms = [{"company_name": company, "website": None, "city": "Kiel"}, {"website": domain, "city": "Kiel"}]
    for rows, of, reason in (
        (people, "people", "similar companies"),
        (firms, "companies", "one domain spells the other's name"),
    ):
        found = cleanup.duplicates(pl.DataFrame(rows, infer_schema_length=None), 0.00001, of=of)
        assert (reason in found.pairs["reasons"][0]) is is_spelled


@pytest.mark.parametrize(("attested", "are_one"), [(6, False), (1, True)])
def test_two_given_names_that_the_list_has_often_are_of_two_people_behind_one_mailbox(attested: int, are_one: bool):
    """Neither is a known name, and they are alike; a spelling that no other row has may be a wrong one."""
    shared = {"email": "family@home.example", "phone": "+14155550123", "city": "Reno"}
    two = [{"full_name": f"{name} Caldwell", **shared} for name in ("Marissa", "Merrissa")]
    families = ("Stone", "Okafor", "Lindqvist", "Barros", "Whitfield", "Novak")
    others = [
        {"full_name": f"{name} {family}", "email": f"{name}@{family}.example", "phone": None, "city": "Kiel"}
        for name, times in (("Marissa", 6), ("Merrissa", attested))
        for family in families[:times]
    ]
    found = cleanup.duplicates(pl.DataFrame([*two, *others]))
    assert (found.frame["cluster_id"][0] == found.frame["cluster_id"][1]) is are_one


def test_a_given_name_that_is_often_cut_to_two_letters_is_not_another_one():
    families = ("Stone", "Okafor", "Lindqvist", "Barros", "Whitfield", "Novak")
    rows = [
        {"full_name": f"{given} {family}", "born": f"19{number}0-02-13", "tel": f"+141555501{number}{number}"}
        for number, family in enumerate(families, 4)
        for given in ("Xanthippeia", "Xa")
    ]
    pairs = cleanup.duplicates(pl.DataFrame(rows), fields={"born": "date", "tel": "phone"}).pairs
    assert pairs.filter((pl.col("row_b") - pl.col("row_a")).abs() == 1)["probability"].min() > 0.9


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ("M. Étienne Sénéchal", "Étienne Sénéchal", True), ("J. Robert Oppenheimer", "Robert Oppenheimer", True),
        ("J. Robert Oppenheimer", "Rosa Oppenheimer", False), ("J. Robert Oppenheimer", "Frank Oppenheimer", False),
    ],
)  # fmt: skip
def test_a_name_behind_an_initial_is_a_first_name(one: str, other: str, is_one: bool):
    """An initial is a first name, or a title: Monsieur."""
    rows = [
        {"full_name": one, "email": "a@postfach.example", "company_name": "Vieux Moulin Logistique SARL"},
        {
            "full_name": other,
            "email": "b@vieuxmoulin-logistique.example",
            "company_name": "Vieux Moulin Logistique SARL",
        },
    ]
    assert (len(cleanup.duplicates(pl.DataFrame(rows)).clusters) > 0) is is_one


@pytest.mark.parametrize(
    ("names", "addresses", "is_typo"),
    [
        (("Lily Buck", "Lily Buck"), ("lily.b224109", "lily.b224108"), True),
        (("Lily Buck", "Lily Buck"), ("lily.b24", "lily.b25"), False),
        (("Lily Buck", "Lily Buck"), ("lily.b224109", "lily.b731108"), False),
        (("Lily Buck", "Omar Haas"), ("kunde224109", "kunde224108"), False),
        (("Lily Buck", "Lily Buck"), ("s1224109", "s1224108"), False),
    ],
)
def test_one_digit_of_a_long_number_in_an_address_is_a_typo(names, addresses, is_typo):
    rows = [{"full_name": name, "email": f"{one}@nord.example"} for name, one in zip(names, addresses, strict=True)]
    found = cleanup.duplicates(pl.DataFrame(rows).with_columns(city=pl.lit("Kiel")), 0.001).pairs
    assert (not found.is_empty() and "email addresses differ by a typo" in found["reasons"][0]) is is_typo


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("Solar E GmbH", "Solar I GmbH", "different companies"),
        ("Quendel Partners A", "Quendel Partners B", "different companies"),
        ("Fund II", "Fund III", "different companies"),
        ("Nova c/o Krall", "Krall", "different companies"),
        ("Robledo y Hijos", "Robledo & Hijos", "same company"),
        ("Sankt Blasius", "St. Blasius", "same company"),
        ("Kornweg Bau GmbH c/o Lang", "Kornweg Bau", "same company"),
    ],
)
def test_letters_numbers_and_hosts_in_company_names(one: str, other: str, level: str):
    rows = [{"full_name": "Jana Rybak", "phone": "+49 431 9900112", "company_name": name} for name in (one, other)]
    assert level in cleanup.duplicates(pl.DataFrame(rows), 0.001).pairs["reasons"][0]


@pytest.mark.parametrize(
    ("one", "other", "reported"),
    [
        ("p4@solare.example", "p8@solari.example", False),
        ("p8@firma8.example", "p8@firma28.example", False),
        ("lead12@alfa.example", "lead31@beta.example", False),
        ("rybak1@alfa.example", "rybak2@beta.example", True),
        ("jana.rybak@alfa.example", "jana.rybak@beta.example", True),
        ("j.r@kiosk.example", "j.r@kiossk.example", True),
        ("j.r@alfa.example", "j.r@beta.example", False),
    ],
)
def test_letters_of_an_address_that_any_two_people_have_are_no_evidence(one: str, other: str, reported: bool):
    rows = [{"full_name": "Jana Rybak", "phone": "+49 431 9900112", "email": email} for email in (one, other)]
    reasons = cleanup.duplicates(pl.DataFrame(rows), 0.001).pairs["reasons"][0]
    assert ("same letters in the local part" in reasons or "same local part" in reasons) is reported


@pytest.mark.parametrize(
    ("domains", "firms", "is_typo"),
    [
        (("firma8.example", "firma28.example"), (None, None), False),
        (("solare.example", "solari.example"), ("Solar E", "Solar I"), False),
        (("solare.example", "solari.example"), (None, None), True),
        (("firma8.example", "frima8.example"), (None, None), True),
    ],
)
def test_a_domain_of_another_number_or_letter_is_no_typing_error(domains, firms, is_typo: bool):
    rows = [
        {"full_name": "Jana Rybak", "email": f"jana@{domain}", "company_name": firm}
        for domain, firm in zip(domains, firms, strict=True)
    ]
    found = cleanup.duplicates(pl.DataFrame(rows, schema_overrides={"company_name": pl.String}), 0.0001).pairs
    assert ("similar domains" in found["reasons"][0].split("; ")[0]) is is_typo


OFFICE_MAILBOXES = {
    # Behind the mailbox of an office, in whatever language, two names that are only alike are asked about.
    ("Piotr Wróbel", "Piotr Wróblewski", "sklep"): False,
    ("Tomáš Král", "Tomáš Králík", "obchod"): False,
    ("Mehmet Kara", "Mehmet Karaca", "satis"): False,
    ("Иван Соколов", "Ivan Sokolenko", "info"): False,
    ("Bernd Kalk", "Bernhard Kalck", "einkauf"): False,
    ("Kate Rand", "Katie Rant", "orders"): False,
    ("Luc Morel", "Lucas Moreau", "achats"): False,
    ("Marek Sobol", "Marcin Sobala", "zakupy"): False,
    ("Susan Reid", "Susan Read-Mills", "info"): False,
    ("Anne-Claire Fabre", "Anne-Clairette Fabre", "contact"): False,
    ("Edgars Krūmiņš", "Edgara Krūmiņa", "birojs"): False,
    ("Piotr Wróbel", "P. Wróbel", "sprzedaz"): True,
    ("Christian Brinkmann", "Christian Brinkman", "bestellungen"): True,
    ("Alessandro Ferrari", "Alesandro Ferrari", "vendite"): True,
    ("Claire Mayer-Blum", "Claire Mayer", "einkauf"): True,
    ("Tomáš Dvořák", "Dvořák Tomáš", "objednavky"): True,
    ("Ana Ruiz Vidal", "Ana Ruiz", "tienda"): True,
    # A short form of the name of one of them is a person's mailbox.
    ("Johannes Roth", "Johan Rot", "hannes"): True,
    ("Robert Roth", "Rob Rot", "beth"): False,  # another name is, as any other word
    # So are names behind the mailbox of a family, which may have its name in the plural.
    ("Tom Cutler", "Thomas Cutler jr", "the.cutlers"): False,
    ("Chris Alder", "Christine Alder", "thealders"): False,
    ("Sam Millard", "Samantha Millard", "the.millards"): False,
    ("Gintaras Balčiūnas", "Gintarė Balčiūnienė", "balciunai"): False,
    ("Kristaps Bērziņš", "Krista Bērziņa", "berzini"): False,
    ("Hiroshi Mizuno", "Hiroki Mizuno", "mizuno"): False,
    ("Johanna Ganz", "Johana Ganz", "fam.ganz"): True,
    # The address of a couple of whom each has the other's name in another gender.
    ("Andris Kalniņš", "Andra Kalniņa", "andris.kalnins"): False,
    # What stands behind the name of a father and that of his son.
    ("Luís Moura Filho", "Luís Moura Neto", "moura"): False,
    ("Hélio Campos Neto", "Hélio Campos Filho", "helio.campos"): False,
    ("Caio Prates Filho", "Caio Prates", "contato"): False,
    ("Kocsis Géza id.", "Kocsis Géza ifj.", "kocsis"): False,
    ("Kocsis Géza ifj.", "ifj. Kocsis Géza", "geza.kocsis"): True,
    ("Ana Maria Neto", "Ana Neto", "ana.neto"): True,
    ("Carlos Filho", "Carlos Filho", "carlos"): True,
}


@pytest.fixture(scope="module")
def joined_at_a_mailbox():
    """Return the pairs of names that are joined: each pair has a mailbox, a phone, a title and a company of its own."""
    rows = [
        {"full_name": name, "email": f"{local}@{firm}.example", "company_name": f"{firm} AG", "title": "Manager",
         "phone": f"+49 30 {4711003 + number * 97131}"}
        for number, (*names, local) in enumerate(OFFICE_MAILBOXES)
        for firm in [chr(65 + number % 26) * (3 + number // 26) + "xobmtn"[number % 6] * 4]
        for name in names
    ]  # fmt: skip
    found = cleanup.duplicates(pl.DataFrame(rows)).clusters["rows"].to_list()
    return {tuple(rows[row]["full_name"] for row in sorted(cluster)) for cluster in found}


@pytest.mark.parametrize(("one", "other", "local"), OFFICE_MAILBOXES)
def test_a_mailbox_of_an_office_or_a_family_does_not_join_two_names(joined_at_a_mailbox, one, other, local):
    assert ((one, other) in joined_at_a_mailbox) == OFFICE_MAILBOXES[one, other, local]


@pytest.mark.parametrize(
    ("names", "mailboxes"),
    [(("Jan Holm", "J. Holm"), ("jan.holm", "j.holm")), (("Jens Petersen", "Jens Pedersen"), ("jp", "jpe"))],
)
def test_two_jobs_and_addresses_behind_one_phone_are_for_review(names, mailboxes):
    rows = [
        {"full_name": name, "email": f"{local}@stavlund.example", "phone": "+45 33 12 40 00", "title": title,
         "company_name": "Stavlund A/S"}
        for name, local, title in zip(names, mailboxes, ("Sales", "Finance"), strict=True)
    ]  # fmt: skip
    assert cleanup.duplicates(pl.DataFrame(rows)).pairs["probability"].to_list() == [0.5]
    same_job = [row | {"title": "Sales"} for row in rows]
    assert len(cleanup.duplicates(pl.DataFrame(same_job)).clusters) == 1


def test_an_initial_with_another_job_at_the_mailbox_of_a_practice_is_for_review():
    office = {"email": "praxis@falkzahn.example", "phone": "+49 30 4711003", "company_name": "Zahnarztpraxis Falk"}
    rows = [office | {"full_name": name, "title": title}
            for name, title in (("Dr. B. Falk", "Zahnärztin"), ("Berta Falk", "Praxismanagerin"))]  # fmt: skip
    assert cleanup.duplicates(pl.DataFrame(rows)).clusters.is_empty()
    rows[1]["title"] = "Zahnärztin"
    assert len(cleanup.duplicates(pl.DataFrame(rows)).clusters) == 1


@pytest.mark.parametrize(("profile", "are_one"), [(None, False), ("https://www.linkedin.com/in/lgl71", True)])
def test_two_addresses_that_each_spell_their_own_first_family_name_are_of_two_people(profile, are_one):
    rows = [
        {"full_name": f"Laura {name} López", "email": f"lau.{name}@soltex.example".lower(), "company_name": "Soltex",
         "linkedin_url": profile}
        for name in ("Garcia", "Gracia")
    ]  # fmt: skip
    found = cleanup.duplicates(pl.DataFrame(rows, schema_overrides={"linkedin_url": pl.String}))
    assert found.clusters.is_empty() != are_one
