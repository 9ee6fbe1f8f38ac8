"""Amounts of another currency than their field has are set aside."""

import pandas as pd
import polars as pl
import pytest

from each_case import each_case
from pb2b_notebook.intake.currencies import set_aside_other_currencies
from pb2b_notebook.mapping.application import read_column
from pb2b_notebook.mapping.lead_fields import LeadField

VALUE = LeadField("deal_value_eur", "number", builtin=False)


def aside(frame, field=VALUE):
    reading = read_column([15000] * len(frame), field, "Value", "", None)
    found = [(row, value) for row, _, _, value, _ in set_aside_other_currencies(frame, [reading])]
    assert [row for row, value in enumerate(reading.values) if value is None] == [row for row, _ in found]
    return found


@each_case("library", [pd.DataFrame, pl.DataFrame])
@each_case("column", ["Deal - Currency of Value", "Währung", "Devise", "Νόμισμα", "通貨", "Currency"])
def test_an_amount_in_another_currency_is_set_aside(library, column):
    cells = ["EUR", "€", "euro", None, "n/a", "usd", "JPY", "$", "Schweizer Franken", "Fr.", "kr"]
    assert [row for row, _ in aside(library({column: cells}))] == [5, 6, 7, 8, 9, 10]


@each_case("cell", ["Euro (€)", "EUR - Euro", "in EUR", "Eur.", "евро", "EUR/month", "yes", "Dubai", "12 Jan 2026"])
def test_a_cell_that_names_no_other_currency_takes_no_amount_out(cell):
    assert aside(pd.DataFrame({"Devise": [cell]})) == []


@each_case("column", ["Country", "Deal", "Recurrence", "Concurrency"])
def test_other_columns_name_no_currency(column):
    assert aside(pd.DataFrame({column: ["USD"]})) == []


@pytest.mark.parametrize("field", [LeadField("score", "number"), LeadField("deal_eur", "text")])
def test_a_field_without_a_currency_takes_any_amount(field):
    assert aside(pd.DataFrame({"Currency": ["USD"]}), field) == []


def test_an_intake_shows_what_it_did_not_write(ws):
    people = pd.DataFrame(
        {
            "Name": ["Ann Lee", "Bo Lee"],
            "Email": ["a@x.example", "b@y.example"],
            "Value": [15000, 900],
            "Currency": ["USD", "EUR"],
        }
    )
    mapping = {"Name": "full_name", "Email": "email", "Value": "deal_value_eur"}
    intake = ws.leads.intake(people, mapping=mapping, progress=False)
    [row] = intake.set_aside.to_dict("records")
    assert (row["value"], "EUR" in row["reason"]) == ("15000 USD", True)
    assert intake.cleaned.frame["custom_deal_value_eur"].to_list() == [None, 900.0]
