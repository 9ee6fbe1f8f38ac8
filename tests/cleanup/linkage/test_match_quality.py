"""How good the answer is, on people whose truth is known and whom no weight was fitted on."""

import duckdb
import polars as pl
import pytest

from pb2b_notebook import cleanup
from pb2b_notebook.cleanup.linkage import comparison, standardization
from pb2b_notebook.cleanup.linkage.features import build_features
from pb2b_notebook.sandbox.core.clocks import START
from pb2b_notebook.sandbox.demo_data.seeding import generate_leads

COLUMNS = (
    "id", "first_name", "last_name", "full_name", "email", "phone", "title", "company_name", "company_domain",
    "website", "linkedin_url", "country", "city",
)  # fmt: skip

TEXTS = dict.fromkeys(standardization.SOURCES, pl.String)


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


def test_an_address_that_spells_a_colleagues_name_in_short_is_theirs():
    """Three letters and three, or a given name and an initial: told by who else is of that company."""
    people = [
        {"full_name": "Sára Doležal", "email": None, "company_name": "Prochazka Metro Rail"},
        {"full_name": None, "email": "sardol@prochazkametrorail.example", "company_name": None},
        {"full_name": "Igor Jajko", "email": None, "company_name": "Gaudyn Steel Sp. z o.o."},
        {"full_name": None, "email": "igorj@gaudynsteel.example", "company_name": None},
        {"full_name": None, "email": "igorj@another.example", "company_name": None},
    ]
    found = cleanup.duplicates(pl.DataFrame(people, infer_schema_length=None))
    assert sorted(map(sorted, found.clusters["rows"].to_list())) == [[0, 1], [2, 3]]


def test_legal_forms_of_several_words_are_no_part_of_a_companys_name():
    """Each word between two others was left standing, and made another company of it."""
    forms = (
        "",
        "GmbH & Co. KG",
        "Sp. z o.o.",
        "S. de R.L. de C.V.",
        "S.A. de C.V.",
        "A/S",
        "S.à r.l.",
        "SE & Co. KGaA",
    )
    people = pl.DataFrame({name: [None] * len(forms) for name in standardization.SOURCES}, schema_overrides=TEXTS)
    firms = standardization.standardize(
        people.with_columns(company_name=pl.Series([f"Kurz Textil {form}" for form in forms]))
    )
    assert set(firms["company"]) == {"kurz textil"}


def test_names_of_one_land_meet_more_often_than_both_are_common():
    """Half of the rows are Danish and half Spanish: a Danish name meets Danish ones only, and twice as often."""
    given = {"DK": ("Lars", "Mette", "Niels", "Karen"), "ES": ("Pablo", "Lucia", "Jorge", "Elena")}
    family = {"DK": ("Holm", "Lund", "Friis"), "ES": ("Vega", "Sanz", "Mora")}
    rows = [
        {"first_name": first, "last_name": last, "country": land, "company_name": f"{first} {last} {number}"}
        for land in given for first in given[land] for last in family[land] for number in range(10)
    ]  # fmt: skip
    nothing = pl.DataFrame({name: [None] * len(rows) for name in standardization.SOURCES}, schema_overrides=TEXTS)
    frame = nothing.with_columns(pl.DataFrame(rows).get_columns())
    with duckdb.connect() as db:
        keys = build_features(db, standardization.standardize(frame)).table
    # 30 have the given name, 40 the family name, of the 120 of that land.
    assert keys["namesakes"].to_list() == pytest.approx([30 * 40 / 120] * len(rows), rel=0.05)


def test_pairs_of_many_portions_keep_their_order():
    """The pairs are compared side by side, portion by portion: each pattern stands by its pair."""
    rows = [{"full_name": "Ada Berg", "city": city} for city in ("Kiel", "Bonn")] + [{"full_name": "Bo Lund"}]
    nothing = pl.DataFrame({name: [None] * len(rows) for name in standardization.SOURCES}, schema_overrides=TEXTS)
    few = pl.DataFrame({"a": [0, 0, 1, 2], "b": [1, 2, 2, 2]}, schema_overrides={"a": pl.UInt32, "b": pl.UInt32})
    with duckdb.connect() as db:
        keys = build_features(
            db, standardization.standardize(nothing.with_columns(pl.DataFrame(rows).get_columns()))
        ).table
        alone = comparison.compare(db, keys, few, ())["pattern"]
        together = comparison.compare(db, keys, few.select(pl.all().repeat_by(70_000).explode()), ())["pattern"]
    assert alone.n_unique() > 2
    assert together.equals(alone.repeat_by(70_000).explode())


def test_a_telephone_exchange_of_many_companies_tells_nothing():
    """Mobile numbers of one block, which people of many companies have: seen only where enough of them are."""
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
    for few, told in ((3, True), (6, False)):
        reasons = cleanup.duplicates(pl.DataFrame(people[:few])).pairs["reasons"][0]
        assert ("phone numbers of the same exchange" in reasons) is told


def standardized(**columns):
    """The keys of rows that have these columns."""
    nothing = pl.DataFrame({name: [None] * len(*list(columns.values())[:1]) for name in standardization.SOURCES}, TEXTS)
    return standardization.standardize(
        nothing.with_columns(pl.Series(name, values) for name, values in columns.items())
    )


def test_a_country_is_the_same_however_it_is_written():
    """By its name or its code, people were taken for people of other countries; a typing error says nothing."""
    told = standardized(country=["DE", "de", "Germany", "Deutschland", "Grmany", None])
    assert told["country"].to_list() == ["de"] * 4 + [""] * 2
    ada = {"full_name": "Ada Berg", "company_name": "Nordlicht GmbH"}
    found = cleanup.duplicates(pl.DataFrame([{**ada, "country": "DE"}, {**ada, "country": "Germany", "city": "Kiel"}]))
    assert found.frame["cluster_size"].to_list() == [2, 2]
    assert "different countries" not in found.pairs["reasons"][0]


def test_a_name_that_is_an_honorific_elsewhere_stays_a_name():
    """M. was taken for Monsieur, and Pan for Sir: an initial and a family name were lost."""
    names = ["M. Edwards", "Pan Wei", "Wei Ma", "Fr. Jean Dupont", "Pan Jan Nowak", "Dr. Ada Berg", "M. Jean Dupont"]
    told = standardized(full_name=names)
    assert list(zip(told["first"], told["last"], strict=True)) == [
        ("m", "edwards"), ("pan", "wei"), ("wei", "ma"), ("jean", "dupont"), ("jan", "nowak"), ("ada", "berg"),
        ("jean", "dupont"),
    ]  # fmt: skip
    assert standardized(first_name=["M."], last_name=["Ma"]).select("first", "last").row(0) == ("m", "ma")


def keys_of(rows):
    with duckdb.connect() as db:
        features = build_features(db, standardized(**pl.DataFrame(rows).to_dict(as_series=False)))
    return features.table[features.of_rows]


def test_a_domain_is_called_by_its_own_label_whatever_it_ends_in():
    """All domains that end in .co.uk were alike, because all were taken for "co"."""
    hosts = ["acme.com", "www.acme.co.uk", "shop.acme.com.br", "acme.gov.au", "acme.de", "com.acme.de"]
    assert keys_of([{"company_domain": host} for host in hosts])["label"].to_list() == ["acme"] * 6
    namesakes = [
        {"full_name": "Eric Davis", "company_domain": f"{firm}.co.uk", "email": f"eric.davis@{firm}.co.uk"}
        for firm in ("tecera", "brixwell")
    ]
    found = cleanup.duplicates(pl.DataFrame(namesakes), 0.01)
    assert all("similar domains" not in reasons for reasons in found.pairs["reasons"])


def test_a_switchboard_with_an_extension_behind_it_is_no_typing_error():
    firm = {"company_name": "Brixwell Ltd", "company_domain": "brixwell.example"}
    people = [
        {"full_name": "Karen Jinger", "email": "karen@brixwell.example", "phone": "+1 512 356 2373", **firm},
        {"full_name": "Keith Janson", "email": "k.janson701@outlook.com", "phone": "+1 512 356 2373 4622", **firm},
    ]
    found = cleanup.duplicates(pl.DataFrame(people), 0.0001)
    assert "phone numbers differ by the extension" in found.pairs["reasons"][0]
    assert cleanup.duplicates(pl.DataFrame(people)).clusters.is_empty()


def test_a_job_title_is_the_same_in_other_words_order_and_length():
    titles = ["Finance Manager", "Manager, Finance", "FINANCE MGR", "Mgr of Finance"]
    assert standardized(title=titles)["title"].n_unique() == 1
    assert standardized(title=["VP Sales", "Vice President of Sales", "VP Marketing"])["title"].n_unique() == 2


@pytest.mark.parametrize(
    ("typed", "more", "meant"),
    [
        (("Diana", "Glnewooder"), {"email": "diana.glenwooder@nord.example"}, ("diana", "glenwooder")),
        (("Diana", "Glnewooder"), {"email": "dglenwooder@nord.example"}, ("diana", "glenwooder")),
        (("Daina", "Glenwooder"), {"email": "glenwooder.diana@nord.example"}, ("diana", "glenwooder")),
        (
            ("D.", "Glenwooder"),
            {"linkedin_url": "https://linkedin.com/in/diana-glenwooder-4f2a"},
            ("diana", "glenwooder"),
        ),
        (("D.", "Glenwooder"), {"email": "dianaglenwooder88@gmail.com"}, ("diana", "glenwooder")),
        # A colleague's address, an address with the slip in it, and a name that the list does not know.
        (("Vera", "Holm"), {"email": "diana.glenwooder@nord.example"}, ("vera", "holm")),
        (("Diana", "Glenwooder"), {"email": "diana.glnewooder@nord.example"}, ("diana", "glenwooder")),
        (("Diana", "Glenwoader"), {"email": "diana.glenwooter@nord.example"}, ("diana", "glenwoader")),
        (("D.", "Glenwooder"), {"email": "info@nord.example"}, ("d", "glenwooder")),
        # Daniela may write from Daniel's address: both are names.
        (("Daniela", "Holm"), {"email": "daniel.holm@nord.example"}, ("daniela", "holm")),
    ],
)
def test_a_name_is_read_as_the_rows_own_address_spells_it(typed, more, meant):
    known = [
        {"first_name": first, "last_name": "Glenwooder", "email": f"x{n}@a{n}.example"}
        for first in ("Diana", "Daniel") for n in range(9)
    ]  # fmt: skip
    told = keys_of([*known, {"first_name": typed[0], "last_name": typed[1], **more}])
    assert told.select("first", "last").row(-1) == meant


def test_the_first_of_two_family_names_is_one():
    firm = {"company_name": "MMM Seguros S.A.", "country": "ES"}
    people = [
        {"full_name": "Narcisa Barrio Jaén", "first_name": None, "last_name": None, **firm},
        {"full_name": None, "first_name": "Narcisa", "last_name": "Barrio", **firm},
    ]
    found = cleanup.duplicates(pl.DataFrame(people), 0.01)
    assert "same first name; similar family names" in found.pairs["reasons"][0]


def test_an_address_that_spells_the_others_name_is_told():
    firm = {"company_name": "Fusion Willow Logistics", "company_domain": "fusion-willow.example"}
    people = [
        {"first_name": "Arn", "last_name": "Walmores", "email": "ann.wlmores@fusion-willow.example", **firm},
        {"first_name": "Ann", "last_name": "Wlmores", "email": "sales@fusion-willow.example", **firm},
    ]
    assert "the email spells the other's name" in cleanup.duplicates(pl.DataFrame(people), 0.01).pairs["reasons"][0]


@pytest.mark.parametrize("said", [{"full_name": "Ada"}, {"full_name": "Hale"}, {"last_name": "Hale"}, {}])
def test_half_a_name_and_the_same_address_are_one_person(said):
    rows = [{**said, "email": "h.ada@nord.example"}] * 2
    assert cleanup.duplicates(pl.DataFrame(rows)).frame["cluster_size"].to_list() == [2, 2]


def test_colleagues_whose_own_addresses_spell_their_names_are_two():
    """Their addresses differ by a letter because their names do: that was counted twice, as a slip in either."""
    people = [
        {"full_name": f"{first} Kestrel", "email": f"{first.lower()}.kestrel@acme.example", "company_name": "Acme Ltd"}
        for first in ("Mark", "Mary")
    ]
    assert cleanup.duplicates(pl.DataFrame(people)).clusters.is_empty()


def test_a_middle_name_is_no_family_name():
    assert standardized(full_name=["William Henry James", "Narcisa Barrio Jaén"])["second"].to_list() == ["", "barrio"]
