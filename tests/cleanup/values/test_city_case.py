"""Cities that are written all in one case get the case of names, unless a word may be an abbreviation."""

import pandas as pd
import polars as pl

from each_case import each_case
from pb2b_notebook.cleanup import normalize
from pb2b_notebook.cleanup.values.city_case import rewrite_city


@each_case(
    ("city", "country", "wanted"),
    [
        ("BERLIN", None, "Berlin"),
        ("new york", None, "New York"),
        ("FRANKFURT AM MAIN", "DE", "Frankfurt am Main"),
        ("FRANKFURT/MAIN", "DE", "Frankfurt/Main"),
        ("STOKE-ON-TRENT", "GB", "Stoke-on-Trent"),
        ("RIO DE JANEIRO", "BR", "Rio de Janeiro"),
        ("JEREZ DE LA FRONTERA", "ES", "Jerez de la Frontera"),
        ("LA PAZ", "BO", "La Paz"),
        ("ALPHEN AAN DEN RIJN", "NL", "Alphen aan den Rijn"),
        ("IJSSELSTEIN", "NL", "IJsselstein"),
        ("L'AQUILA", "IT", "L'Aquila"),
        ("REGGIO NELL'EMILIA", "IT", "Reggio nell'Emilia"),
        ("O'FALLON", "US", "O'Fallon"),
        ("MCALLEN", "US", "McAllen"),
        ("PARIS CEDEX 08", "FR", "Paris Cedex 08"),
        ("İZMİR", "TR", "İzmir"),
        ("МОСКВА", "RU", "Москва"),
        ("РОСТОВ-НА-ДОНУ", "RU", "Ростов-на-Дону"),
        ("HUẾ", "VN", "Huế"),
        ("AIX-EN-PROVENCE", None, "Aix-en-Provence"),
        ("VILLENEUVE-LÈS-AVIGNON", "FR", "Villeneuve-lès-Avignon"),
        ("CORMELLES-LE-ROYAL", "FR", "Cormelles-le-Royal"),
        ("ZELL AM SEE", "AT", "Zell am See"),
        ("BĚLÁ NAD RADBUZOU", "CZ", "Bělá nad Radbuzou"),
        ("LYON 2E", "FR", "Lyon 2e"),
        ("MCHINJI", "MW", "Mchinji"),
        ("İVRINDI", "TR", "İvrindi"),
        ("г. МОСКВА", "RU", "Москва"),
        ("FORLI'", "IT", "Forlì"),
        ("Cantu’", "IT", "Cantù"),
        ("CITTA' DI CASTELLO", "IT", "CITTA' DI CASTELLO"),
        ("Ca'", "IT", "Ca'"),
        ("Sana'", "YE", "Sana'"),
        ("Barka'", None, "Barka'"),
        ("ẖerut", "IL", "H̱erut"),
        ("CHARĪ̄KOṬ", "NP", "Charī̄koṭ"),
        ("ILLNAU / UNTER-ILLNAU", "CH", "Illnau / Unter-Illnau"),
    ],
)
def test_a_city_in_one_case_gets_the_case_of_names(city, country, wanted):
    assert rewrite_city(city, country).value == wanted
    assert rewrite_city(wanted, country).value == wanted


@each_case(
    "city",
    [
        "NYC", "DC", "CDMX", "CABA", "WASHINGTON DC", "WASHINGTON, D.C.", "LA", "ULM", "Y", "BUDAPEST XIII", "XI'AN",
        "NORTH LAS VEGAS", "'S-HERTOGENBOSCH", "ΑΘΗΝΑ", "東京", "McAllen", "s-Hertogenbosch", "IJEBU-IGBO", "IŞIKLI",
        "SECTOR 4B", "PORT OF LA",
    ],
)  # fmt: skip
def test_a_city_with_what_may_be_an_abbreviation_stays(city):
    assert rewrite_city(city).value == city


def test_the_case_of_a_city_is_a_rule_that_can_be_left_out():
    people = pd.DataFrame({"city": ["BERLIN", "Ulm", "n/a"], "country": ["DE", "DE", "DE"]})
    done = normalize(people)
    assert done.frame["city"].fillna("").tolist() == ["Berlin", "Ulm", ""]
    assert done.changes["rule"].tolist() == ["shouting", "placeholder"]
    assert normalize(people, without=["shouting"]).frame["city"].fillna("").tolist() == ["BERLIN", "Ulm", ""]


def test_an_accent_behind_an_italian_city_is_visible_and_can_be_left():
    frame = pd.DataFrame({"city": ["Forli'", "Sana'"], "country": ["IT", "YE"]})
    done = normalize(frame)
    assert done.frame["city"].tolist() == ["Forlì", "Sana'"]
    assert done.changes["rule"].tolist() == ["accent"]
    assert normalize(frame, without="accent").frame["city"].tolist() == ["Forli'", "Sana'"]


CITIES_WITH_COUNTRY = [
    ("Roma, Italia", "IT", "Roma"), ("ROMA, ITALIA", "IT", "Roma"), ("München, Germany", "DE", "München"),
    ("D-80331 München", "DE", "München"), ("A-1010 Wien", "AT", "Wien"), ("CH-8001 Zürich", "CH", "Zürich"),
    ("NL-1012 AB Amsterdam", "NL", "Amsterdam"), ("S-111 22 Stockholm", "SE", "Stockholm"),
    ("A-3100 St. Pölten", "AT", "St. Pölten"), ("Mexico City, Mexico", "MX", "Mexico City"),
    ("PL-00-001 Warszawa", "PL", "Warszawa"), ("Lille (France)", "FR", "Lille"), ("Wien/Österreich", "AT", "Wien"),
    ("São Paulo - Brasil", "BR", "São Paulo"), ("Москва, Россия", "RU", "Москва"), ("Toronto, CA", "CA", "Toronto"),
    ("Dallas, TX, USA", "US", "Dallas, TX"), ("London, UK", "GB", "London"),
    *(
        (city, country, city)
        for city, country in [
            ("Roma, Italia", None), ("Roma, Italia", "DE"), ("San Jose, CA", "US"), ("Edinburgh, Scotland", "GB"),
            ("Frankfurt (Oder)", "DE"), ("Atlanta, Georgia", "US"), ("80331 München", "DE"), ("D-80331", "DE"),
            ("D-80331 München", "AT"), ("Brno - střed", "CZ"), ("Italia", "IT"), ("Cork/Kerry", "IE"),
        ]
    ),
]  # fmt: skip


def test_the_country_of_the_row_goes_from_its_city_in_a_short_list_as_in_a_long_one():
    for times in (1, 20):
        before, countries, after = zip(*CITIES_WITH_COUNTRY * times, strict=True)
        done = normalize(pl.DataFrame({"city": before, "country": countries}))
        assert done.frame["city"].to_list() == [*after]
        changed = done.changes.filter(pl.col("field") == "city")
        assert changed["rule"].str.contains("country").all()
