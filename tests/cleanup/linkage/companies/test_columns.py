"""Columns of company lists are recognized, and merge into one record for each company."""

import pandas as pd
import polars as pl
import pytest

from each_case import each_case
from pb2b_notebook import cleanup
from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.errors import CleanupError


def test_fields_wins_over_the_name_of_a_column():
    rows = pd.DataFrame({"name": ["Ada Berg", "Eva Hale"], "account": ["Nordlicht AG"] * 2, "note": ["a", "b"]})
    found = cleanup.duplicates(rows, of="companies", fields={"account": "company_name"})
    assert found.compared == ("account",)
    assert found.frame["cluster_size"].tolist() == [2, 2]


@pytest.mark.parametrize(
    ("fields", "message"), [({"x": "street"}, "the frame has no column"), ({"name": "vat"}, "unknown role")]
)
def test_wrong_fields_are_refused(fields, message):
    with pytest.raises(CleanupError, match=message):
        cleanup.duplicates(pd.DataFrame({"name": ["Nordlicht"]}), of="companies", fields=fields)


@pytest.mark.parametrize("library", [pd, pl])
def test_companies_merge_into_one_record_with_the_source_of_each_value(library):
    rows = library.DataFrame(
        {
            "Firma": ["NORDLICHT OPTIK", "Nordlicht Optik GmbH", "Zenker Reisen"],
            "Straße": [None, "Hauptstr. 1", "Am Markt 2"],
            "PLZ": ["20095", "20095", "20095"],
            "Telefon": ["+49 40 5550100", None, None],
        }
    )
    merged = cleanup.merge(rows, cleanup.duplicates(rows, of="companies"))
    golden = merged.golden
    assert list(golden.columns)[:4] == ["Firma", "Straße", "PLZ", "Telefon"]
    assert list(golden["Firma"]) == ["Nordlicht Optik GmbH", "Zenker Reisen"]
    assert golden["Telefon"].to_list()[0] == "+49 40 5550100"
    assert set(merged.provenance["field"]) == {"Firma", "Straße", "PLZ", "Telefon"}
    assert "1 company from 2 rows" in repr(merged)
    by_rule = cleanup.merge(rows, cleanup.duplicates(rows, of="companies"), rules={"Firma": "longest"})
    assert by_rule.golden["Firma"].to_list() == ["Nordlicht Optik GmbH", "Zenker Reisen"]


@each_case("of", ["people", "companies"])
@each_case("fields", ["company_name", 5, ["company_name"], {"company_name": ["phone"]}, {"company_name": 5}])
def test_fields_of_another_kind_are_a_typed_error(of, fields):
    rows = pd.DataFrame({"company_name": ["Nordlicht AG"]})
    with pytest.raises(CleanupError, match="fields="):
        cleanup.duplicates(rows, of=of, fields=fields)


def test_a_subject_of_another_kind_is_a_typed_error():
    with pytest.raises(CleanupError, match="unknown subject"):
        cleanup.duplicates(pd.DataFrame({"company_name": ["Nordlicht AG"]}), of=["companies"])


@pytest.mark.parametrize("library", [pd, pl])
def test_further_columns_of_companies_are_compared_by_their_role(library):
    rows = library.DataFrame(
        {
            "Firma": ["Nordlicht Optik", "Nordlicht Optik", "Nordlicht Optik", "Zenker Reisen", "Quellbach Druck"],
            "Ort": ["Ulm", "Köln", "Bonn", "Ulm", "Ulm"],
            "founded": ["1985-03-07", "7.3.1985", "1999-11-30", None, "1985-03-07"],
            "crm no": ["A-77120", "A-77120", "B-10393", "A-77120", "C-40021"],
        }
    )
    roles = {"founded": "date", "crm no": "identifier"}
    found = cleanup.duplicates(rows, of="companies", fields=roles)
    assert list(found.frame["cluster_size"]) == [2, 2, 1, 1, 1]
    assert found.roles == {"Firma": "company_name", "Ort": "city", **roles}
    best = open_frame(found.pairs).table.sort("probability", descending=True).row(0)
    assert {*best[:2]} == {0, 1}
    assert "same founded" in best[4]
    assert "same crm no" in best[4]
    assert best[2] > 0.9


def test_no_further_column_joins_two_company_names():
    rows = pd.DataFrame({"Firma": ["Kranichfeld Uhren", "Bergheimer Kohle"] * 10, "founded": ["1985-03-07"] * 20})
    rows["no"] = "X-4711"
    found = cleanup.duplicates(rows, of="companies", fields={"founded": "date", "no": "identifier"})
    assert found.frame["cluster_id"].nunique() == 2


def test_too_many_further_columns_of_companies_are_refused():
    rows = pd.DataFrame({"Firma": ["a"], **{f"x{n}": ["b"] for n in range(13)}})
    with pytest.raises(CleanupError, match="more than 12 columns"):
        cleanup.duplicates(rows, of="companies", fields={f"x{n}": "text" for n in range(13)})


def test_a_number_that_a_register_gave_is_found_before_that_of_a_tax_office():
    rows = pd.DataFrame(
        {"tax_id": ["1", "2"], "legal_name": ["Nordlicht AG", "Zenker AG"], "registration_number": ["3", "4"]}
    )
    assert cleanup.duplicates(rows, of="companies").roles == {
        "legal_name": "company_name", "registration_number": "registration_number"
    }  # fmt: skip


@pytest.mark.parametrize("library", [pd, pl])
def test_the_name_that_a_mapping_took_for_that_of_a_person_is_the_company(library):
    rows = library.DataFrame({"full_name": ["Nordlicht Optik GmbH", "NORDLICHT OPTIK"], "city": ["Hamburg"] * 2})
    found = cleanup.duplicates(rows, of="companies")
    assert found.roles == {"full_name": "company_name", "city": "city"}
    assert found.frame["cluster_size"].to_list() == [2, 2]
    assert cleanup.merge(rows, found).golden["full_name"].to_list() == ["Nordlicht Optik GmbH"]
