"""What the step of the columns says beside each column."""

import polars as pl

from pb2b_notebook.forms.intake.panels import ColumnsPanel
from pb2b_notebook.mapping import Mapping
from pb2b_notebook.mapping.lead_fields import LeadField, read_fields

FIELDS = {
    "email": LeadField("email", "email", "E-mail"),
    "last_name": LeadField("last_name", "text", "Last name"),
    "tier": LeadField("tier", "select", "Account tier", options=("A", "B"), builtin=False),
}
PEOPLE = pl.DataFrame(
    {
        "E-Mail": ["ada@nord.example; a.berg@home.example", "bo@nord.example"],
        "Achternaam": ["Berg", "Lund"],
        "Tussenvoegsel": ["van der", None],
        "Tier": ["hot", "cold"],
        "Einwilligung": ["ja", "ja"],
        "Notiz": [None, "bitte nicht mehr kontaktieren"],
        "Halle": ["4", "5"],
    }
)


def test_a_column_that_is_left_out_says_what_it_is_read_for_and_what_it_could_be(space):
    panel = ColumnsPanel(FIELDS, lambda: None, lambda _: None)
    mapping = Mapping({"E-Mail": "email", "Achternaam": "last_name"})
    intake = space.leads.intake(PEOPLE, mapping=mapping.without_column("Notiz", ignored=True), progress=False)
    assert intake.rows["state"].to_list()[1] == "opted_out"  # as the first line of the step says
    panel.show(intake)
    verdicts = {column: text for _, column, text in panel._judge(PEOPLE, mapping)}
    read = "left out as a value, and read for who opted out"
    assert verdicts == {
        "E-Mail": "all cells fit; 1 cell has several, of which the first is used",
        "Achternaam": "all cells fit",
        "Tussenvoegsel": "completes the family names",
        "Tier": "left out, since its cells do not fit Account tier: choose Account tier to repair them in the next "
        "step",
        "Einwilligung": read,
        "Notiz": read,
        "Halle": "left out: choose a field to bring it in",
    }


def test_the_first_rows_are_shown_as_they_are_sent(space):
    panel = ColumnsPanel(read_fields(space.lead_fields.list()), lambda: None, lambda _: None)
    people = pl.DataFrame({"E-Mail": ["ADA@Nord.example"], "Tags": ["socio; pesca"]})
    mapping = Mapping({"E-Mail": "email"}).with_column("Tags", "tags", "split:;")
    panel.show(space.leads.intake(people, mapping=mapping, progress=False))
    assert "ada@nord.example" in panel._preview.value
    assert ">socio, pesca<" in panel._preview.value
