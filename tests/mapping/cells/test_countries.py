"""Countries are read in every language of the CLDR; a name that is not certain is not read."""

import pickle
import subprocess
import sys
from pathlib import Path

from babel import localedata

from each_case import each_case
from pb2b_notebook.mapping.cells.countries import country_code, country_codes
from pb2b_notebook.sandbox.core.countries import COUNTRY_CODES


def cldr_names():
    """Each name of a country that a language of its own has, with its code and the locale."""
    for locale in localedata.locale_identifiers():
        path = Path(localedata.resolve_locale_filename(locale))
        territories = pickle.loads(path.read_bytes()).get("territories", {})  # noqa: S301 - of the installed package
        for code, name in territories.items():
            if code in country_codes() and name != code:
                yield name, code, locale


def test_nearly_every_name_of_the_cldr_is_read_and_none_is_wrong():
    # In Kirundi, Guyane is Guyana; in lists it is what the French call their department.
    names = [found for found in cldr_names() if not found[2].startswith("tok") and found[0] != "Guyane"]
    assert len(names) > 50_000
    read = [(name, code, locale, country_code(name)) for name, code, locale in names]
    assert [found for found in read if found[3] not in {found[1], None}] == []
    assert sum(found[3] is not None for found in read) / len(read) > 0.99


@each_case(
    ("text", "code"),
    [
        ("Германия", "DE"),
        ("ГЕРМАНИЯ", "DE"),
        ("Niemcy", "DE"),
        ("WEGRY", "HU"),
        ("Österreich", "AT"),
        ("KSA", "SA"),
        ("ČR", "CZ"),
        ("CR", "CR"),
        ("S. Korea", "KR"),
        ("Объединённые Арабские Эмираты", "AE"),
        ("Turkiye", "TR"),
        ("ドイツ", "DE"),
        ("Đức", "DE"),
        ("Côte d’Ivoire", "CI"),
        ("Suður-Afríka", "ZA"),
        ("Republic of Korea", "KR"),
        ("Russische Föderation", "RU"),
        ("Российская Федерация", "RU"),
        ("Bundesrepublik Deutschland", "DE"),
        ("U.S.A.", "US"),
        ("uk", "GB"),
        ("Hongkong", "HK"),
        ("Congo (Kinshasa)", "CD"),
        ("Германия (DE)", "DE"),
        ("NGA", "NG"),
        ("St. Kitts and Nevis", "KN"),
        ("Korea, Rep. of", "KR"),
        ("Russian Fed.", "RU"),
        ("Republic of Hungary", "HU"),
        ("United States Virgin Islands", "VI"),
        ("🇫🇷", "FR"),
        ("Allemagne 🇩🇪", "DE"),
        ("Wit-Rusland", "BY"),
        ("República Checa", "CZ"),
        ("Spojené státy americké", "US"),
        ("Великобританія", "GB"),
        ("호주", "AU"),
        ("TUERKEI", "TR"),
        ("Suedafrika", "ZA"),
        ("Aequatorialguinea", "GQ"),
        ("Guyane", "GF"),
    ],
)  # fmt: skip
def test_names_of_a_country_are_read(text, code):
    assert country_code(text) == code


@each_case(
    "text",
    [
        "Kongo",  # two countries
        "Amerika",  # a country and a continent
        "Nga",  # Russia in Vietnamese, and the code NGA
        "380",  # Italy by ISO 3166-1, Ukraine by its calling code
        "Republic of China",
        "Latvia / Lithuania",
        "Kosovo",  # not assigned by ISO 3166-1
        "Europa",
        "Paris",
        "None",
        "Almania",
        "",
    ],
)
def test_what_is_not_certain_is_not_read(text):
    assert country_code(text) is None


def test_without_babel_the_names_of_the_package_are_read():
    program = (
        "import sys; sys.modules['babel'] = None\n"
        "from pb2b_notebook.mapping.cells.countries import country_code\n"
        "print([country_code(name) for name in ('Allemagne', 'uk', 'Немачка', 'nga')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['DE', 'GB', None, 'NG']"


def test_the_country_column_is_found_by_the_names_of_the_package_alone():
    # German, France and Russia in Vietnamese are also given names there.
    assert [country_code(name, any_language=False) for name in ("Đức", "Pháp", "Nga")] == [None, None, "NG"]


def test_countries_are_the_same_as_those_of_the_service():
    assert country_codes() == set(COUNTRY_CODES)
