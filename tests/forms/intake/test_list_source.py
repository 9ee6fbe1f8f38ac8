"""A list as the forms "Duplicates" and "Plans" read it."""

import pandas as pd

from pb2b_notebook.forms import known_fields
from pb2b_notebook.forms.intake.list_source import ListSource

LIST = pd.DataFrame({
    "Name": ["Ida Kornfeld", "Uwe Brandt", "Eva Holm"],
    "E-Mail": ["ida@kornfeld.example", "uwe@brandt.example", "eva@holm.example"],
    "Firma": ["Kornfeld GmbH", "Brandt AG", "Holm KG"],
    "Einwilligung": ["ja", "nein", "ja"],
    "Notiz": [None, None, "bitte nicht mehr kontaktieren"],
})  # fmt: skip


def rows_of(space, people):
    source = ListSource(space, known_fields.default_fields(space), lambda act: act(), lambda act: act())
    source.read(people)
    return source.rows()


def test_the_rows_keep_who_opted_out_by_columns_that_are_not_mapped(space):
    rows = rows_of(space, LIST)
    assert [*rows.columns] == ["full_name", "email", "company_name", "Opted out"]
    assert rows["Opted out"].fillna(False).tolist() == [False, True, True]
    plan = space.leads.plan(rows)
    assert plan.rows["action"].tolist() == ["create", "conflict", "conflict"]
    assert [*rows_of(space, LIST.head(1)).columns] == ["full_name", "email", "company_name"]
