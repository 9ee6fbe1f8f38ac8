"""How good the result is, on people whose duplicates are known and on whom no weight was fitted."""

import pandas as pd
import polars as pl
import pytest

from pb2b_notebook import cleanup
from pb2b_notebook.sandbox.core.clocks import START
from pb2b_notebook.sandbox.demo_data.seeding import generate_leads

COLUMNS = (
    "id", "first_name", "last_name", "full_name", "email", "phone", "title", "company_name", "company_domain",
    "website", "linkedin_url", "country", "city",
)  # fmt: skip


def quality(clusters, people):
    """Precision and recall of pairs of rows within clusters."""
    both = pl.DataFrame({"cluster": clusters, "person": people})

    def pairs(*by):
        return both.group_by(by).len().select((pl.col("len") * (pl.col("len") - 1) // 2).sum()).item()

    hits = pairs("cluster", "person")
    return hits / pairs("cluster"), hits / pairs("person")


def test_the_duplicates_of_the_sandbox_are_found():
    leads = list(generate_leads(1, 2_000, now=START))
    frame = pl.DataFrame({name: [lead.doc[name] for lead in leads] for name in COLUMNS}, strict=False)
    found = cleanup.duplicates(frame)
    precision, recall = quality(found.frame["cluster_id"], [lead.person for lead in leads])
    assert precision > 0.98
    assert recall > 0.95


def test_misleading_agreements_link_no_rows():
    """All rows are different people."""
    office = {"company_name": "Nordlicht GmbH", "company_domain": "nordlicht.example", "phone": "+49 30 23125 000"}
    people = [
        {"full_name": "Klaus Brandt", "email": "info@nordlicht.example", **office},
        {"full_name": "Petra Voigt", "email": "info@nordlicht.example", **office},
        {"full_name": "Peter Voigt", "email": "peter.voigt@nordlicht.example", **office},
        {"full_name": "Ulla Seidel", "email": "info@nordlicht.example", **office},
        {"full_name": "Karl Bauer", "email": "karl.bauer@nordlicht.example", **office},
        {"full_name": "Anna Weiß", "email": "anna.weiss@gmail.com", "company_name": "Wolkenwerk AG"},
        {"full_name": "Anna Weiß", "email": "anna@moosbruecke.example", "company_name": "Moosbrücke KG"},
    ]
    assert cleanup.duplicates(pl.DataFrame(people)).clusters.is_empty()


def test_abbreviated_and_incomplete_rows_are_linked():
    """An abbreviated company, a company spelled by a domain, a switchboard number, a name spelled by an address."""
    people = [
        {"full_name": "Greta Holm", "company_name": "Dental Technologies AB", "city": "Lund"},
        {"full_name": "Greta Holm", "company_name": "Dental Tech", "city": "Lund"},
        {"full_name": "Oskar Rybak", "email": "orybak@pomorzesteel.example", "company_name": None},
        {"full_name": "Oskar Rybak", "email": None, "company_name": "Pomorze Steel S.A."},
        {"full_name": "Ilse Bruckner", "phone": "+43 1 58720 0", "company_name": "Ennstal OG"},
        {"full_name": "Ilse Bruckner", "phone": "+43 1 58720 314", "company_name": "Ennstal OG"},
        {"full_name": None, "email": "tkarjala@saimaanpaperi.example", "company_name": "Saimaan Paperi"},
        {"full_name": "Tuula Karjala", "email": None, "company_name": "Saimaan Paperi Oy"},
    ]
    found = cleanup.duplicates(pl.DataFrame(people, infer_schema_length=None))
    assert sorted(map(sorted, found.clusters["rows"].to_list())) == [[0, 1], [2, 3], [4, 5], [6, 7]]


def test_an_abbreviated_address_belongs_to_the_colleague_whose_name_it_abbreviates():
    """Three letters of each name, or a given name and an initial."""
    people = [
        {"full_name": "Sára Doležal", "email": None, "company_name": "Prochazka Metro Rail"},
        {"full_name": None, "email": "sardol@prochazkametrorail.example", "company_name": None},
        {"full_name": "Igor Jajko", "email": None, "company_name": "Gaudyn Steel Sp. z o.o."},
        {"full_name": None, "email": "igorj@gaudynsteel.example", "company_name": None},
        {"full_name": None, "email": "igorj@another.example", "company_name": None},
    ]
    found = cleanup.duplicates(pl.DataFrame(people, infer_schema_length=None))
    assert sorted(map(sorted, found.clusters["rows"].to_list())) == [[0, 1], [2, 3]]


@pytest.mark.parametrize("name", [{"full_name": "Ada"}, {"full_name": "Hale"}, {"last_name": "Hale"}, {}])
def test_rows_with_one_name_and_the_same_email_are_linked(name):
    rows = [{**name, "email": "h.ada@nord.example"}] * 2
    assert cleanup.duplicates(pl.DataFrame(rows)).frame["cluster_size"].to_list() == [2, 2]


def test_colleagues_with_similar_names_and_emails_are_not_linked():
    """Their emails differ by a letter because their names do: that is no evidence of a typo."""
    people = [
        {"full_name": f"{first} Kestrel", "email": f"{first.lower()}.kestrel@acme.example", "company_name": "Acme Ltd"}
        for first in ("Mark", "Mary")
    ]
    assert cleanup.duplicates(pl.DataFrame(people)).clusters.is_empty()


@pytest.mark.parametrize(
    ("own", "wanted"),
    [
        ({"email": "ada.berg@acme.example"}, True),
        ({"phone": "+493055501170"}, True),
        ({"linkedin_url": "https://www.linkedin.com/in/adaberg"}, True),
        ({"email": "ada.berg@acme.example", "phone": "+493055501170", "company_name": "Acme Optik"}, True),
        ({"company_name": "Acme Optik"}, False),
        ({"email": "info@acme.example", "company_name": "Acme Optik"}, False),
    ],
)
def test_two_countries_do_not_outweigh_an_address_phone_or_profile_of_ones_own(own, wanted):
    """People move, and the country of a row may be that of a form or an employer."""
    rows = [{"full_name": "Ada Berg", **own, "country": country} for country in ("DE", "FR")]
    found = cleanup.duplicates(pd.DataFrame(rows))
    assert (len(found.clusters) > 0) == wanted
