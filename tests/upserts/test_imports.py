"""An import creates no lead for a person who opted out and has another address, unless a person allows it."""

import pandas as pd
import polars as pl
import pytest

from pb2b_notebook.errors import InvalidParameterError, SuppressedRowsError

MAPPING = {"Name": "full_name", "Firma": "company_name", "Mail": "email"}
BACK = {
    "Name": ["Jonas Frei", "Ada Berg", "Chiara Conti"],
    "Firma": ["Lago", "Nordlicht", "Lago"],
    "Mail": ["jonas@plan.example", "ada@plan.example", "chiara@plan.example"],
}


@pytest.fixture
def gone(oracle):
    """Two leads who opted out, and a living one with the address of the second."""
    ada = oracle.leads.create(full_name="Ada Berg", company_name="Nordlicht AG", status="unsubscribed")
    chiara = oracle.leads.create(full_name="Chiara Conti", company_name="Lago S.p.A.", status="bounced")
    oracle.leads.create(full_name="Chiara Conti", company_name="Lago S.p.A.", email="Chiara@plan.example")
    return [ada["id"], chiara["id"]]


def created(oracle):
    leads = oracle.leads.list(frame="polars").filter(pl.col("import_id").is_not_null())
    return sorted(leads.filter(pl.col("email").str.ends_with("@plan.example"))["full_name"])


def test_nothing_is_sent_for_people_who_opted_out_without_a_yes(ws, oracle, gone):
    frame = pl.DataFrame(BACK)
    with pytest.raises(
        SuppressedRowsError, match=r"1 row looks like a person who opted out.*allow=\[row numb"
    ) as caught:
        ws.imports.create(frame, MAPPING)
    rows = caught.value.suppressed
    assert isinstance(rows, pl.DataFrame)
    assert (list(rows["row_number"]), list(rows["lead_id"]), list(rows["status"])) == ([2], gone[:1], ["unsubscribed"])
    assert "Berg" not in str(caught.value)
    assert created(oracle) == []
    run = ws.imports.wait(ws.imports.create(frame, MAPPING, allow=[2]))
    assert (run.created_count, created(oracle)) == (2, ["Ada Berg", "Jonas Frei"])
    again = ws.imports.create(frame, MAPPING)
    assert again.ids == run.ids


def test_a_dry_run_and_rows_without_matches_need_no_yes(ws, gone):
    assert ws.imports.create(pd.DataFrame(BACK), MAPPING, dry_run=True).ids
    assert ws.imports.create(pd.DataFrame(BACK).drop(index=1), MAPPING).ids
    assert ws.imports.create(pd.DataFrame(BACK), MAPPING, allow=True).ids


def test_csv_text_and_external_ids_are_compared_too(ws, gone):
    text = "Name,Firma,Nr\nAda Berg,Nordlicht,x1\n"
    mapping = {"Name": "full_name", "Firma": "company_name", "Nr": "external_id"}
    with pytest.raises(SuppressedRowsError):
        ws.imports.create(text, mapping, match_on="external_id")
    run = ws.imports.wait(ws.imports.create(text, mapping, match_on="external_id", allow=[1]))
    assert run.created_count == 1
    changed = text.replace("Nordlicht", "Nordlicht AG")
    assert ws.imports.wait(ws.imports.create(changed, mapping, match_on="external_id")).updated_count == 1


def test_rows_of_one_list_are_compared_with_those_that_are_opted_out_in_it(ws):
    frame = pd.DataFrame(BACK).assign(Name="Ada Berg", Firma="Nordlicht", Status=["new", "unsubscribed", "new"])
    with pytest.raises(SuppressedRowsError, match="2 rows look like people") as caught:
        ws.imports.create(frame, {**MAPPING, "Status": "status"})
    assert caught.value.suppressed["row_number"].tolist() == [1, 3]
    assert caught.value.suppressed["reasons"].str.endswith("(row 2 of the list)").all()


def test_a_row_that_the_list_opts_out_needs_a_yes(ws, oracle):
    people = pd.DataFrame({**BACK, "Opt-in": ["ja", "nein", None], "Notes": [None, None, "bitte nicht mehr anrufen"]})
    with pytest.raises(SuppressedRowsError, match="2 rows look like people") as caught:
        ws.imports.create(people, MAPPING)
    assert list(caught.value.suppressed["row_number"]) == [2, 3]
    assert "did not agree" in next(iter(caught.value.suppressed["reasons"]))
    assert created(oracle) == []
    assert ws.imports.wait(ws.imports.create(people, MAPPING, allow=[2, 3])).created_count == 3


def test_a_row_that_the_list_opts_out_needs_a_yes_even_if_its_lead_is_there(ws, oracle):
    oracle.leads.create(full_name="Zed Ortiz", email="zed@plan.example")
    people = pd.DataFrame({"Mail": ["zed@plan.example"], "Name": ["Zed Ortiz"], "Email Opt Out": [True]})
    with pytest.raises(SuppressedRowsError, match="1 row looks like a person"):
        ws.imports.create(people, {"Name": "full_name", "Mail": "email"})


@pytest.mark.parametrize("allow", ["all", ["row 1"], [1.5]])
def test_rows_that_are_allowed_are_numbers(ws, allow):
    with pytest.raises(InvalidParameterError, match="allow= is not a list of row numbers"):
        ws.imports.create(pd.DataFrame(BACK), MAPPING, allow=allow)


@pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame])
def test_who_wants_no_calls_is_imported_without_the_phone_as_a_plan_does(ws, oracle, caplog, library):
    people = library(
        {
            "Mail": ["ida@plan.example", "kim@plan.example"],
            "Tel": [4312345670, 4312345671],
            "Do Not Phone": ["yes", None],
        }
    )
    run = ws.imports.wait(ws.imports.create(people, {"Mail": "email", "Tel": "phone"}))
    assert run.created_count == 2
    leads = oracle.leads.list(email=["ida@plan.example", "kim@plan.example"], frame="polars").sort("email")
    assert leads["phone"].to_list() == [None, "4312345671"]
    assert any("import: 1 without the phone" in record.getMessage() for record in caplog.records)
