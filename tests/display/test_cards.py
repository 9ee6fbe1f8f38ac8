"""A card shows the same facts as text and as HTML, and nothing in it is markup or a formula."""

import json
import re
from pathlib import Path

import pb2b_notebook
from each_case import each_case
from pb2b_notebook.api.calls.records import Record
from pb2b_notebook.display.cards import Card, Table, badge, shorten

EVIL = "<img src=x onerror=alert(1)>"


def test_facts_are_aligned_below_the_heading():
    card = Card(title="Plan", badge="SANDBOX", about="2 rows", facts=[("create", "1"), ("unchanged", "1")])
    assert card.text() == "Plan · SANDBOX · 2 rows\n  create     1\n  unchanged  1"


def test_facts_without_a_heading_are_not_indented():
    assert Card(facts=[("file", "a.csv"), ("rows", "2")]).text() == "file  a.csv\nrows  2"


def test_the_names_of_facts_can_have_a_smallest_width():
    assert Card(facts=[("job", "j1")], label_width=6).text() == "job     j1"


def test_a_fact_of_several_lines_stays_in_its_column():
    card = Card(title="ProspectB2B", facts=[("scopes", "2: a,\nb")], code=["ws.leads.list()", "ws.help()"])
    assert card.text() == ("ProspectB2B\n  scopes  2: a,\n          b\n  try     ws.leads.list()\n          ws.help()")
    assert "<div><code>ws.help()</code></div>" in card.html()


def test_a_table_is_aligned_in_text_and_has_column_names_in_html():
    card = Card(title="Mapping", table=Table(("column", "field"), [("E-Mail", "email"), ("Ort", None)]))
    assert card.text() == "Mapping\n  E-Mail  email\n  Ort"
    assert card.html().count("<th ") == 2


def test_details_are_in_the_html_only_and_only_where_they_have_rows():
    card = Card(title="Plan", details=[Table(("row",), [(7,)], "changes"), Table(("row",), [], "problems")])
    assert card.text() == "Plan"
    assert "<summary>changes</summary>" in card.html()
    assert "problems" not in card.html()


def test_an_empty_card_has_no_table():
    assert Card(title="record:").text() == "record:"
    assert "<table>" not in Card(title="record:").html()


@each_case("part", ["title", "about", "name", "value", "code", "line", "cell", "column", "caption"])
def test_every_part_of_a_card_is_escaped_and_not_math(part):
    parts = dict.fromkeys(("title", "about", "name", "value", "code", "line", "cell", "column", "caption"), "fine")
    parts[part] = EVIL
    table = Table((parts["column"],), [(parts["cell"],)], parts["caption"])
    card = Card(
        title=parts["title"],
        about=parts["about"],
        facts=[(parts["name"], parts["value"])],
        code=[parts["code"]],
        lines=[parts["line"]],
        details=[table],
    )
    assert "<img" not in card.html()
    assert "&lt;img" in card.html()
    assert "mathjax_ignore" in card.html()


def test_badges_differ_in_color():
    assert badge("LIVE").replace("LIVE", "") != badge("SANDBOX").replace("SANDBOX", "")


def test_a_short_text_is_not_cut():
    assert shorten("email", 5) == "email"


def test_records_are_escaped():
    html = Record(json.dumps({"id": EVIL, EVIL: "$5 to $10"}).encode())._repr_html_()
    assert "<img" not in html
    assert "mathjax_ignore" in html


def test_only_the_card_kit_escapes_html():
    """The sandbox's portal writes whole pages, and has its own module for their markup."""
    package = Path(pb2b_notebook.__file__).parent
    escapes = re.compile(r"\bhtml\.escape\(|^from html import .*\bescape\b", re.MULTILINE)
    found = {str(path.relative_to(package)) for path in package.rglob("*.py") if escapes.search(path.read_text())}
    assert found == {"display/cards.py", "sandbox/portal/markup.py"}
