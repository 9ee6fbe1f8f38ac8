"""Names written family name first: turned where the row or a known given name makes it sure, and visible."""

import pandas as pd
import polars as pl
import pytest

from pb2b_notebook.cleanup import normalize

TURNED = {
    "Kühn, Dirk": ("Dirk Kühn", None),
    "KÜHN, DIRK": ("Dirk Kühn", None),
    "Strauß, Uwe": ("Uwe Strauß", None),
    "Schmidt, Hans-Peter": ("Hans-Peter Schmidt", None),
    "van der Berg, Jan": ("Jan van der Berg", None),
    "Berg, Jan van den": ("Jan van den Berg", None),
    "García López, José": ("José García López", "jose.garcialopez@madrid.example"),
    "Li, Wei": ("Wei Li", "w.li@wuhan.example"),
    "Müller, Jörg": ("Jörg Müller", "joerg.mueller@nord.example"),
    "Smith, J.": ("J. Smith", "j.smith@leeds.example"),
    "de Vries, Anneke": ("Anneke de Vries", "a.devries@delft.example"),
    "'t Hart, Joost": ("Joost 't Hart", "joost.hart@delft.example"),
    "McGregor, Ewan": ("Ewan McGregor", "ewan@leith.example"),
    "van der Berg, Jurriaan": ("Jurriaan van der Berg", "jurriaan.vdberg@delft.example"),
    "Baird, Frederick A III": ("Frederick A Baird III", None),
    "Boustany, Charles W., Jr.": ("Charles W. Boustany Jr.", None),
    "McDonnell, Robert M (Bob)": ("Robert M (Bob) McDonnell", None),
}
LEFT = [
    "Smith, CFA", "SMITH, MBA", "Weber, Jr.", "Müller, GmbH", "Nordwind, Inc", "Berg, Vertrieb", "Berg, Hamburg",
    "Weber, Anna und Peter", "Ada Berg, Jan", "Anna, Peter", "Dirk, Kühn", "Kühn, Dirk, Bonn", "Kühn, Dirk (Berg)",
    "Uwe, Heike", "Uwe, Strauß", "Info, Anna", "Team, Max", "Weber, Jr., Dr.", "Smith, John, Mary",
    "Gray, Max u. Eva", "Berg, Jr. (Einkauf)",
]  # fmt: skip


@pytest.mark.parametrize("library", [pd, pl])
def test_a_sure_name_is_suggested_in_reading_order_and_turned_if_accepted(library):
    frame = library.DataFrame({"full_name": list(TURNED), "email": [email for _, email in TURNED.values()]})
    found = normalize(frame).suggestions
    assert list(found["suggestion"]) == [name for name, _ in TURNED.values()]
    assert {*found["rule"]} == {"reading_order"}
    done = normalize(frame, accept=["reading_order"])
    assert list(done.frame["full_name"]) == [name for name, _ in TURNED.values()]
    assert sum("accepted reading_order" in rules for rules in done.changes["rule"]) == len(TURNED)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Herr Lang, Dirk", "Dirk Lang"),
        ("Mr. JONES, PAUL", "Paul Jones"),
        ("Kühn,  Dr. Dirk", "Dirk Kühn"),
        ("NOBLE JR., JOHN W. MD", "John W. Noble Jr."),
        ("JONES, PAUL II", "Paul Jones II"),
        ("Frau van der Berg, Anna", "Anna van der Berg"),
        # Without a known given name a person decides; the title is in its column.
        ("Herr Okonkwo, Chidi", "Okonkwo, Chidi"),
        ("Herr Ada Berg, Jan", "Ada Berg, Jan"),
        ("Jones, Paul II", "Jones, Paul II"),
    ],
)
def test_a_name_that_loses_its_title_is_repaired_as_a_whole(text, name):
    assert normalize(pd.DataFrame({"full_name": [text]})).frame["full_name"].tolist() == [name]


def test_a_name_keeps_its_order_where_that_is_wanted_or_usual():
    text = "Dr. Kovács, Anna"
    assert normalize(pd.DataFrame({"full_name": [text]}), without=["reading_order"]).frame.iloc[0, 0] == "Kovács, Anna"
    in_hungary = pd.DataFrame({"full_name": [text], "country": ["HU"]})
    assert normalize(in_hungary).frame["full_name"].tolist() == ["Kovács, Anna"]


@pytest.mark.parametrize("email", [None, "office@nord.example"])
def test_what_may_be_anything_else_stays(email):
    frame = pd.DataFrame({"full_name": LEFT, "email": [email] * len(LEFT)})
    assert "reading_order" not in {*normalize(frame).suggestions["rule"]}


def test_the_other_name_columns_of_the_row_make_it_sure():
    row = pd.DataFrame({"full_name": ["Okonkwo, Chidi"], "first_name": ["Chidi"], "last_name": ["Okonkwo"]})
    assert normalize(row, accept=["reading_order"]).frame["full_name"].tolist() == ["Chidi Okonkwo"]


@pytest.mark.parametrize("library", [pd, pl])
def test_a_whole_name_in_the_column_of_family_names_is_split_beside_a_blank_given_name(library):
    people = {"first_name": [None, "Dirk", ""], "last_name": ["Kühn, Dirk", "Kühn, Dirk", "Berg, Vertrieb"]}
    done = normalize(library.DataFrame(people), accept=["reading_order"]).frame
    assert list(done["last_name"]) == ["Kühn", "Kühn, Dirk", "Berg, Vertrieb"]
    assert list(done["first_name"])[:2] == ["Dirk", "Dirk"]
