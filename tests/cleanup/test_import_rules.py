"""The sandbox's import job rejects exactly the cells for which ``validate`` has an error, with the same codes."""

import datetime as dt

import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pb2b_notebook as pb
from pb2b_notebook import openapi
from pb2b_notebook.cleanup import validate
from pb2b_notebook.openapi.schemas import Schemas

SHORT_TEXT = ["x" * 255, "x" * 256, 7, 1.5, True, ["a"], "=1+1", float("inf"), 2**60, "ﬃ" * 255]
# Half of the examples are near the limits of a field.
NEAR = {
    "email": ["ada@example.com", " ada@b.co ", "a@b", "a b@c.de", "a@b.c\u2003", "@", "ü@ö.de", "a@b\x1c.de", 5,
              "a" * 316 + "@b.c", "a" * 317 + "@b.c", True],
    "owner_email": ["ada@example.com", "nobody", "a" * 317 + "@b.c", ["a@b.co"]],
    "phone": ["+49 30 901820", "12", "123 ", "tel:+4930", "+" * 70, 4930901820, 12.5, "0" * 64, "0" * 65, "٠٣٠٩٠١٨٢٠",
              True],
    **dict.fromkeys(["full_name", "first_name", "last_name", "company_name", "title", "seniority", "industry", "city",
                     "source"], SHORT_TEXT),
    "company_domain": ["example.com", "EXAMPLE.com", "no", "a..b", "-a.de", "a" * 63 + ".de", "a" * 64 + ".de", "ö.de",
                       "a." * 126 + "a",
                       "a." * 126 + "aa", True],
    "website": ["https://a.b", "http://a b", "ftp://a.b", " https://a.b ", "https://" + "a" * 1993, "HTTPS://a.b", 5.5],
    "linkedin_url": ["https://a.b", "linkedin.com/in/ada", "https://" + "a" * 1993, True],
    "country": ["DE", "de", "UK", "Germany", " DE", 5, True],
    "status": ["new", "NEW", " new ", "open", "replied", 3],
    "employee_count": [0, -1, 1.0, 1.5, "12", "1e3", "1.000", "1,5", True, "many", 2**63 - 1, "9" * 19, "1e25", "-0"],
    "score": [-(2**63 - 1), 3, "3.0", "3.5", "٣", 1e15, 1e16, "1e400", [1], 2**63, -(2**63)],
    "tags": ["a;b", "a; ;b", ["x"], 5, True, ";".join(map(str, range(100))), ";".join(map(str, range(101))), "y" * 65],
    "last_contacted_at": ["2026-03-10T12:00:00Z", "2026-03-10", "2026-02-30T00:00:00Z", "2026-03-10T12:00:60Z",
                          "2026-03-10t12:00:00.1234567z", "2026-03-10 12:00Z", "9999-12-31T23:59:59-01:00",
                          "0000-01-01T00:00:00Z", dt.datetime(2026, 3, 10, tzinfo=dt.UTC),
                          pd.Timestamp("2026-03-10"), True],
    "external_id": ["0007", 7, 7.0, 7.25, "", " ", "x" * 256, ["a"]],
    "merged_into": ["led_nobody", "x" * 65, True],
    "use_case": ["x" * 2000, "x" * 2001, 5, True, ["a"]],
    "deal_value_eur": [1, 1.5, "1.5", "1,5", "1e3", "NaN", float("inf"), 2**63, True, "-7"],
    "newsletter_opt_in": [True, "yes", "ja", "0", 0, 2, "perhaps", "Yes "],
    "renewal_date": ["2026-03-10", "2026-02-30", "10.3.2026", dt.date(2026, 3, 10), 20260310, " 2026-03-10 "],
    "demo_at": ["2026-03-10T12:00:00+01:00", "2026-03-10T25:00:00Z", "soon", dt.date(2026, 3, 10)],
    "tier": ["A", "a", " A ", "D", 5],
    "interests": ["Security", "Security;Reporting", "Security;Security", "Secrets", ["Security"], 7],
    "billing_email": ["a@b.co", "nobody", "a@b c.de"],
    "assistant_phone": ["+49 30 901820", "030", "123 ", "x"],
    "booking_url": ["https://a.b/c", "a.b"],
}  # fmt: skip
ANYTHING = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["Cs"], min_codepoint=1), max_size=12),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False),
    st.booleans(),
    st.lists(st.text("ab ;", max_size=3), max_size=3),
)


def row():
    cells = {
        key: st.one_of(st.none(), st.sampled_from(values), st.sampled_from(values), ANYTHING)
        for key, values in NEAR.items()
    }
    return st.fixed_dictionaries(cells | {"email": st.one_of(st.just("ada@example.com"), cells["email"])})


STATE_CODES = {"ambiguous_match", "unknown_lead"}
"""Codes that depend on the leads in the workspace."""


def cells_refused_by_the_job(ws, frame, match_on="email"):
    checked = ws.imports.validate(frame, {name: name for name in frame}, match_on=match_on)
    errors = checked.errors
    cells = zip(errors["row_number"], errors["field"], errors["code"], strict=True)
    return {(number - 1, field, code) for number, field, code in cells if code not in STATE_CODES}


def cells_refused_by_validate(frame, fields, match_on="email"):
    problems = validate(frame, lead_fields=fields, match_on=match_on).problems
    bad = problems[problems["severity"] == "error"]
    return set(zip(bad["row"], bad["field"], bad["code"], strict=True))


@settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rows=st.lists(row(), min_size=1, max_size=4))
def test_validate_refuses_the_same_cells_as_the_job(cell_ws, rows):
    frame = pd.DataFrame({key: pd.Series([row[key] for row in rows], dtype=object) for key in NEAR})
    assert cells_refused_by_validate(frame, cell_ws.lead_fields.list()) == cells_refused_by_the_job(cell_ws, frame)


def codes_of(schema):
    """Return the codes that a field can have by the contract's schema and by the reading of its cells."""
    by_keyword = {
        "maxLength": "string_too_long", "pattern": "string_pattern_mismatch", "minimum": "greater_than_equal",
        "maximum": "less_than_equal", "maxItems": "too_long", "enum": "literal_error", "format": "invalid_value",
    }  # fmt: skip
    by_type = {"string": "string_type", "integer": "int_type", "array": "list_type"}
    known = {"type", "description", "title", "default", "examples", "items", "minLength", *by_keyword}
    assert set(schema) <= known, "a keyword whose code this test does not know"
    found = {by_keyword[name] for name in schema if name in by_keyword} | {by_type[schema["type"]]}
    if schema["type"] == "integer":
        found.add("invalid_value")  # text that is not a number is refused before the schema applies
    if "items" in schema:
        found |= codes_of(schema["items"]) - {"string_type"}  # items of a list are read as text
    if "enum" in schema:
        found -= {"string_type"}  # a value of another type is not an option either
    return found


def test_values_near_each_limit_have_the_codes_of_the_job(cell_ws):
    """Fails if a field has a rule that no value above breaks."""
    fields = cell_ws.lead_fields.list()
    assert set(NEAR) == set(fields["key"])
    schemas = Schemas(openapi.load_document())
    row = schemas.properties({"$ref": "#/components/schemas/LeadRow"})
    codes = {}
    for key, values in NEAR.items():
        columns = {"email": ["ada@example.com"] * len(values), key: values}
        frame = pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()})
        refused = cells_refused_by_the_job(cell_ws, frame)
        assert cells_refused_by_validate(frame, fields) == refused, key
        codes[key] = {code for _, field, code in refused if field == key}
    # All rules of custom fields have the same code.
    expected = {key: codes_of(schemas.plain(row[key])) if key in row else {"invalid_value"} for key in NEAR}
    # A country is checked as text, and then against the list of codes.
    expected["country"] = {"string_type", "invalid_value"}
    assert {key: found - {"required"} for key, found in codes.items()} == expected
    assert set(fields["type"]) == {
        "text", "number", "boolean", "date", "datetime", "select", "multi_select", "email", "phone", "url",
    }  # fmt: skip
    assert set(fields[~fields["builtin"]]["type"]) == set(fields["type"])


@pytest.mark.parametrize("match_on", ["email", "external_id"])
def test_missing_match_keys_are_refused_and_repeated_ones_are_not(cell_ws, match_on):
    frame = pd.DataFrame({
        "email": ["ada@example.com", "ADA@example.com ", "ada@example.com", None, None, "bob@example.com"],
        "external_id": ["7", "7", None, "8", None, " "],
        "full_name": ["Ada", "Ada", "Ada", "Bob", "Eve", None],
    })  # fmt: skip
    lacking = {"email": {3, 4}, "external_id": {2, 4, 5}}[match_on]
    theirs = cells_refused_by_the_job(cell_ws, frame, match_on)
    assert theirs == {(row, match_on, "required") for row in lacking}
    assert cells_refused_by_validate(frame, cell_ws.lead_fields.list(), match_on) == theirs


def test_a_field_that_the_workspace_requires_is_required(cell_ws):
    """No operation makes a field required, so the frame of fields is edited; blank rows are skipped."""
    fields = cell_ws.lead_fields.list()
    fields.loc[fields["key"].isin(["tier", "city"]), "required"] = True
    frame = pd.DataFrame({
        "email": ["ada@example.com", "bob@example.com", None],
        "city": ["Bonn", " ", None],
        "custom_tier": ["A", "A", ""],
    })  # fmt: skip
    assert cells_refused_by_validate(frame, fields) == {(1, "city", "required")}
    problems = validate(frame.drop(columns="custom_tier"), lead_fields=fields).problems.query("field == 'tier'")
    assert (problems["row"].isna().tolist(), problems["code"].tolist()) == ([True], ["required"])


@settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow])
@given(
    texts=st.lists(
        st.one_of(*[st.sampled_from([v for v in values if isinstance(v, str)]) for values in NEAR.values()]),
        min_size=1, max_size=6,
    )
)  # fmt: skip
def test_text_columns_have_the_same_problems_as_object_columns(cell_ws, texts):
    """Text columns are checked by one expression, object columns value by value."""
    fields = cell_ws.lead_fields.list()
    columns = dict.fromkeys(NEAR, texts)
    as_objects = pd.DataFrame({key: pd.Series(values, dtype=object) for key, values in columns.items()})
    as_text = pd.DataFrame({key: pd.Series(values, dtype="str") for key, values in columns.items()})
    expected = validate(as_objects, lead_fields=fields).problems
    pd.testing.assert_frame_equal(expected, validate(as_text, lead_fields=fields).problems)
    assert validate(pl.DataFrame(columns), lead_fields=fields).problems.rows() == [
        tuple(None if pd.isna(value) else value for value in row) for row in expected.itertuples(index=False)
    ]


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_text_that_no_request_can_carry_is_refused(cell_ws, text):
    frame = pd.DataFrame({"email": ["ada@example.com"], "full_name": pd.Series([text], dtype=object)})
    assert cells_refused_by_validate(frame, None) == {(0, "full_name", "invalid_text")}
    with pytest.raises((pb.errors.ValidationError, pb.errors.InvalidParameterError), match=r"surrogate|half a char"):
        cell_ws.imports.validate(frame, {"email": "email", "full_name": "full_name"})


def test_the_job_accepts_the_sandbox_leads_that_pass(shared_ws):
    leads = shared_ws.leads.list().head(250)
    found = validate(leads, lead_fields=shared_ws.lead_fields.list())
    errors = found.problems.query("severity == 'error'")
    columns = {name: name.removeprefix("custom_") for name in leads.columns if name not in found.ignored}
    refused = shared_ws.imports.validate(leads, pb.Mapping(columns)).errors
    assert 0 < len(refused) < 100  # the job returns at most 100
    # Only the service knows which leads exist.
    refused = refused.query("code != 'ambiguous_match'")
    theirs = set(zip(refused["row_number"] - 1, refused["field"], refused["code"], strict=True))
    assert set(zip(errors["row"], errors["field"], errors["code"], strict=True)) == theirs
    assert len(found.passed) == len(leads) - errors["row"].nunique()
