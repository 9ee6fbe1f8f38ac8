"""How good the answer is, on people whose truth is known and whom no weight was fitted on."""

import polars as pl
import pytest

from pb2b_notebook import cleanup
from pb2b_notebook.sandbox.clocks import START
from pb2b_notebook.sandbox.seeding import generate_leads

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


@pytest.mark.parametrize("seed", [1, 20260310])
def test_the_sandboxs_mess_is_told_apart(seed):
    leads = list(generate_leads(seed, 2_000, now=START))
    frame = pl.DataFrame({name: [lead.doc[name] for lead in leads] for name in COLUMNS}, strict=False)
    found = cleanup.duplicates(frame)
    precision, recall = quality(found.frame["cluster_id"], [lead.person for lead in leads])
    assert precision > 0.98
    assert recall > 0.95


def test_what_misleads_does_not_mislead():
    """Everybody here is somebody else."""
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


def test_what_is_written_short_is_still_the_same():
    """Abbreviated, spelled by a domain or an address alone, given the front desk's number: each is one person."""
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
