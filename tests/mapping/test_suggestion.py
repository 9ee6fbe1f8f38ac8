"""Suggestions by name, in several languages, and by content."""

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook.errors import MappingError
from pb2b_notebook.mapping.countries import country_codes
from pb2b_notebook.mapping.naming import fold_name
from pb2b_notebook.mapping.suggestion import _synonyms
from pb2b_notebook.sandbox.core.countries import COUNTRY_CODES


def suggested(fields, **columns):
    return pb.Mapping.suggest(pd.DataFrame(columns), fields)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("email", "email"),
        ("E-Mail (geschäftlich)", "email"),
        ("ADRESSE E-MAIL", "email"),
        ("Geschäftliche E-Mail", "email"),
        ("Firemní e-mail", "email"),
        ("Dienstliche Telefonnummer", "phone"),
        ("Correo electrónico", "email"),
        ("メールアドレス", "email"),
        ("Telefonnr", "phone"),
        ("telefonnumber", "phone"),
        ("Mobile Phone", "phone"),
        ("Ansprechpartner", "full_name"),
        ("Vorname", "first_name"),
        ("Nom de famille", "last_name"),
        ("Nazwa firmy", "company_name"),
        ("Ragione sociale", "company_name"),
        ("jobTitle", "title"),
        ("Stanowisko", "title"),
        ("Anzahl Mitarbeiter", "employee_count"),
        ("Ülke", "country"),
        ("Miejscowość", "city"),
        ("Mots-clés", "tags"),
        ("Account Tier", "tier"),
        ("custom_tier", "tier"),
        ("opt-in newsletter", "opt_in"),
        ("contact_owner", "owner_email"),
        ("Email (required)", "email"),
        ("Name (vollst.)", "full_name"),
        ("Fa.", "company_name"),
        ("Nachname, Vorname", "full_name"),
        ("Name, Vorname", "full_name"),
        ("Name (First)", "first_name"),
        ("Prénom / Nom", "full_name"),
        ("First and last name", "full_name"),
        ("Contact last name", "last_name"),
    ],
)
def test_a_name_alone_is_enough(fields, name, key):
    assert suggested(fields, **{name: [None, None]}).columns == {name: key}


@pytest.mark.parametrize(
    ("names", "key"), [(["Weber", "Gray", None], "last_name"), (["Anna Weber", "Gray, Max", "Bo"], "full_name")]
)
def test_a_name_beside_a_given_name_is_the_family_name_unless_it_contains_both(fields, names, key):
    columns = suggested(fields, Name=names, Vorname=["Anna", "Max", "Bo"]).columns
    assert columns == {"Name": key, "Vorname": "first_name"}


@pytest.mark.parametrize(
    "name", ["", "x", "Bemerkung", "id", "created_at", "import_id", "Spalte 1", "\u202e", "a" * 20_000]
)
def test_a_name_that_indicates_nothing_is_not_mapped(fields, name):
    assert suggested(fields, **{name: ["some text", "more of it"]}).columns == {}


@pytest.mark.parametrize(
    "name",
    [
        "Company Address",
        "Address company",
        "Adresse société",
        "Dirección empresa",
        "Adresse Firma",
        "Indirizzo azienda",
    ],
)
def test_an_address_of_a_company_is_not_its_name(fields, name):
    assert suggested(fields, **{name: ["Hauptstr. 1, 10115 Berlin", "12 rue X, Paris"]}).columns == {}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Adresse 1 - Ort", "city"),
        ("Indirizzo - Città", "city"),
        ("Country/Region Name", "country"),
        ("Firma adı", "company_name"),
        ("Invitee Name", "full_name"),
        ("Dirección web", "website"),
    ],
)
def test_a_place_of_an_address_and_a_person_who_is_invited_are_known(fields, name, key):
    values = {"website": ["https://a.example", "www.b.example"], "country": ["Germany", "France"]}
    assert suggested(fields, **{name: values.get(key, ["Ada Berg", "Bo Hale"])}).columns == {name: key}


@pytest.mark.parametrize(
    ("values", "key", "converter"),
    [
        (["ada@example.com", "bob@example.org"], "email", None),
        (["+49 30 901820", "(030) 90 18 20", "0043 1 5880"], "phone", None),
        (["https://www.linkedin.com/in/ada", "linkedin.com/in/bob"], "linkedin_url", "https"),
        (["https://example.com/a", "http://example.org"], "website", None),
        (["example.com", "shop.example.org"], "company_domain", None),
        (["DE", "AT", "CH"], "country", None),
        (["Deutschland", "Austria", "schweiz"], "country", "country"),
        (["Gold", "Bronze", "Gold"], "tier", None),
        (["gold", "SILVER"], "tier", "option"),
        (["Analytics; Security", "Security"], "interests", None),
        (["Analytics, Security", "Security"], "interests", "split:,"),
    ],
)
def test_values_alone_are_enough(fields, values, key, converter):
    mapping = suggested(fields, Q7=values)
    assert mapping.columns == {"Q7": key}
    assert mapping.converters.get("Q7") == converter
    assert 0.5 <= mapping.suggestions["Q7"].confidence < 0.9
    assert mapping.suggestions["Q7"].reason


@pytest.mark.parametrize(
    ("name", "values", "converter"),
    [
        ("Renewal date", ["31.12.2026", "1.2.2026"], "day_first"),
        ("Renewal date", ["12/31/2026", "2/1/2026"], "month_first"),
        ("Renewal date", ["2026-12-31"], None),
        ("Deal value (EUR)", ["1.200,50", "3"], "decimal_comma"),
        ("Deal value (EUR)", ["1,200.50", "3"], "decimal_point"),
        ("Deal value (EUR)", ["1200.50"], None),
        ("Employees", ["1.200", "15"], "decimal_comma"),
        ("Website", ["www.example.com", "example.org/a"], "https"),
        ("Company domain", ["https://www.example.com/x", "ada@example.org"], "host"),
        ("Country", ["Germany"], "country"),
    ],
)
def test_a_suggestion_has_the_converter_that_its_values_need(fields, name, values, converter):
    assert suggested(fields, **{name: values}).converters.get(name) == converter


@pytest.mark.parametrize(
    ("name", "values"),
    [("Renewal date", ["1/2/2026", "3/4/2026"]), ("Deal value (EUR)", ["1,200", "3,500"])],
)
def test_ambiguous_values_are_not_guessed(fields, name, values):
    assert suggested(fields, **{name: values}).columns == {}


def test_values_that_contradict_the_name_decide(fields):
    mapping = suggested(fields, Name=["ada@example.com", "bob@example.com"], Score=["high", "low"])
    assert mapping.columns == {"Name": "email"}


def test_each_field_is_given_to_the_better_column(fields):
    mapping = suggested(fields, Mail=["none", "ada@example.com"], Email=["ada@example.com", "bob@example.com"])
    assert mapping.columns == {"Email": "email"}


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


def test_no_synonym_stands_for_two_fields():
    owners = {}
    for key, names in _synonyms().items():
        for name in names:
            owners.setdefault(name, set()).add(key)
    assert {name: keys for name, keys in owners.items() if len(keys) > 1} == {}


def test_synonyms_belong_to_existing_fields(shared_ws):
    assert set(_synonyms()) == set(shared_ws.lead_fields.list().query("builtin")["key"])


def test_countries_are_the_same_as_those_of_the_service():
    assert country_codes() == set(COUNTRY_CODES)


def test_folding_is_stable():
    assert fold_name(fold_name("Größe & Söhne, E-Mail")) == fold_name("Größe & Söhne, E-Mail")
