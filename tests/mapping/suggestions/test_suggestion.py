"""Suggestions for a whole list."""

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook.errors import MappingError

PHONES = ["+1 415 835 1656", "+44 20 7946 0018", "+49 30 901820", "+33 1 42 68 53 00"]


def test_each_field_is_given_to_the_better_column(suggest_mapping):
    mapping = suggest_mapping(Mail=["none", "ada@example.com"], Email=["ada@example.com", "bob@example.com"])
    assert mapping.columns == {"Email": "email"}


def test_an_empty_column_gives_way_to_one_with_values(suggest_columns):
    columns = {"Mobile Phone": [None] * 4, "Work phone": PHONES, "Location": [None] * 4, "Business City": ["Bonn"] * 4}
    assert suggest_columns(columns) == {"Work phone": "phone", "Business City": "city"}


def test_a_phone_may_have_arabic_or_persian_digits(suggest_columns):
    assert suggest_columns({"Phone": ["+٩٧١ ٥٠ ١٢٣ ٤٥٦٧", "۰۹۱۲۳۴۵۶۷۸۹", None, None]}) == {"Phone": "phone"}


def test_a_frame_of_the_service_maps_to_itself(shared_ws):
    leads = shared_ws.leads.list(limit=200)
    mapping = pb.Mapping.suggest(leads, shared_ws.lead_fields.list())
    assert all(column in {key, f"custom_{key}"} for column, key in mapping.columns.items())
    assert set(mapping.columns) == set(leads.columns) - {
        "id", "object", "import_id", "deleted_at", "created_at", "updated_at",
    }  # fmt: skip


def test_both_libraries_get_the_same_suggestions(shared_ws):
    columns = {"Firma": ["A", None], "Q1": ["a@example.com", "b@example.com"], "Q2": ["Deutschland", "Austria"]}
    pandas = pb.Mapping.suggest(pd.DataFrame(columns), shared_ws.lead_fields.list())
    polars = pb.Mapping.suggest(pl.DataFrame(columns), shared_ws.lead_fields.list(frame="polars"))
    assert pandas == polars
    assert pandas.columns == {"Firma": "company_name", "Q1": "email", "Q2": "country"}


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "two columns called 'a'"),
        (pd.DataFrame([[1, 2]]), "a column name is not text"),
    ],
)
def test_columns_without_a_unique_text_name_are_refused(fields, frame, message):
    with pytest.raises(MappingError, match=message):
        pb.Mapping.suggest(frame, fields)


def test_fields_without_types_are_refused():
    with pytest.raises(MappingError, match="no columns 'key' and 'type'"):
        pb.Mapping.suggest(pd.DataFrame({"a": [1]}), pd.DataFrame({"key": ["email"]}))


@pytest.mark.parametrize(
    ("column", "values", "field"),
    [
        ("Works at", ["Nord GmbH", "Sol Ltd"], "company_name"),
        ("Trabaja en", ["Nord SA", "Sol SL"], "company_name"),
        ("店舗名", ["みどり薬局", "さくら薬局"], "company_name"),
        ("Based in", ["Leeds", "Hull"], "city"),
        ("Нас. пункт", ["Тверь", "Омск"], "city"),
        ("Based in", ["Germany", "France"], None),
        ("Wohnt in", ["Leeds", "Hull"], "city"),
        ("PLZ/Ort", ["10115 Berlin", "80331 München"], "city"),
        ("CAP Comune", ["20121 Milano", "00184 Roma"], "city"),
        ("PSČ/Město", ["110 00 Praha", "602 00 Brno"], "city"),
        ("PLZ/Ort", ["10115", "80331"], None),
        ("A/C", ["Ada Berg", "Bo Hale"], "full_name"),
        ("A/C", ["DE12 5001", "DE12 5002"], None),
        ("Do rąk", ["Ada Berg", "Bo Hale"], "full_name"),
        ("z. Hd.", ["Nord GmbH", "Sol AG"], None),
        ("Jméno kontaktní osoby za odběratele", ["Jan Novák", "Eva Malá"], "full_name"),
        ("Ответственное лицо", ["Иван Петров", "Ольга Белова"], "full_name"),
        ("Capacity", ["CEO", "Buyer"], "title"),
        ("Capacity", ["120", "80"], None),
        ("Capacity", ["small", "large"], None),
        ("Tätig als", ["Einkäufer", "IT-Leiter"], "title"),
    ],
)
def test_a_column_may_be_named_by_a_phrase(suggest_columns, column, values, field):
    assert suggest_columns({"E-mail": ["ada@nord.example", "jo@sol.example"], column: values}).get(column) == field


def test_a_column_of_objects_is_not_a_field_of_text(suggest_columns):
    objects = [f'{{"name": "{name} GmbH"}}' for name in ("Novak", "Demo", "Berg", "Vos")]
    columns = {"company": objects, "contact": objects, "title": [f"[{each}]" for each in objects], "phone": PHONES}
    assert suggest_columns(columns) == {"phone": "phone"}
