"""What ``validate`` passes, the sandbox's import job accepts; what it calls an error, the job refuses, same code."""

import datetime as dt

import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pb2b_notebook as pb
from pb2b_notebook.cleanup import validate

# Half of what comes is near the border of what a field takes.
NEAR = {
    "email": ["ada@example.com", " ada@b.co ", "a@b", "a b@c.de", "a@b.c\u2003", "@", "ü@ö.de", "a@b\x1c.de", 5],
    "phone": ["+49 30 901820", "12", "123 ", "tel:+4930", "+" * 70, 4930901820, 12.5, "0" * 64, "0" * 65, "٠٣٠٩٠١٨٢٠"],
    "full_name": ["x" * 255, "x" * 256, 7, 1.5, True, ["a"], "=1+1", float("inf"), 2**60, "ﬃ" * 255],
    "company_domain": ["example.com", "EXAMPLE.com", "no", "a..b", "-a.de", "a" * 63 + ".de", "a" * 64 + ".de", "ö.de"],
    "website": ["https://a.b", "http://a b", "ftp://a.b", " https://a.b ", "https://" + "a" * 1993, "HTTPS://a.b"],
    "country": ["DE", "de", "UK", "Germany", " DE", 5, True],
    "status": ["new", "NEW", " new ", "open", "replied", 3],
    "employee_count": [0, -1, 1.0, 1.5, "12", "1e3", "1.000", "1,5", True, "many", 2**63 - 1, "9" * 19, "1e25", "-0"],
    "score": [-(2**63 - 1), 3, "3.0", "3.5", "٣", 1e15, 1e16, "1e400", [1]],
    "tags": ["a;b", "a; ;b", ["x"], 5, True, ";".join(map(str, range(100))), ";".join(map(str, range(101))), "y" * 65],
    "last_contacted_at": ["2026-03-10T12:00:00Z", "2026-03-10", "2026-02-30T00:00:00Z", "2026-03-10T12:00:60Z",
                          "2026-03-10t12:00:00.1234567z", "2026-03-10 12:00Z", "9999-12-31T23:59:59-01:00",
                          "0000-01-01T00:00:00Z", dt.datetime(2026, 3, 10, tzinfo=dt.UTC), pd.Timestamp("2026-03-10")],
    "external_id": ["0007", 7, 7.0, 7.25, "", " ", "x" * 256],
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


def refused_by_the_job(ws, frame):
    checked = ws.imports.validate(frame, {name: name for name in NEAR})
    errors = checked.errors
    return {(n - 1, f, c) for n, f, c in zip(errors["row_number"], errors["field"], errors["code"], strict=True)}


def refused_by_us(frame, fields):
    problems = validate(frame, against=fields).problems
    bad = problems[problems["severity"] == "error"]
    return set(zip(bad["row"], bad["field"], bad["code"], strict=True))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rows=st.lists(row(), min_size=1, max_size=4))
def test_each_error_is_that_of_the_job_and_nothing_else_is_refused(cell_ws, rows):
    frame = pd.DataFrame({key: pd.Series([row[key] for row in rows], dtype=object) for key in NEAR})
    assert refused_by_us(frame, cell_ws.lead_fields.list()) == refused_by_the_job(cell_ws, frame)


def test_each_value_near_a_border_has_the_code_of_the_job(cell_ws):
    """Each by itself, so that a slip is told by its value."""
    fields = cell_ws.lead_fields.list()
    for key, values in NEAR.items():
        columns = {name: pd.Series([None] * len(values), dtype=object) for name in NEAR}
        columns |= {"email": pd.Series(["ada@example.com"] * len(values), dtype=object)}
        columns[key] = pd.Series(values, dtype=object)
        frame = pd.DataFrame(columns)
        assert refused_by_us(frame, fields) == refused_by_the_job(cell_ws, frame), key


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    texts=st.lists(
        st.one_of(*[st.sampled_from([v for v in values if isinstance(v, str)]) for values in NEAR.values()]),
        min_size=1, max_size=6,
    )
)  # fmt: skip
def test_typed_text_columns_are_judged_as_cells_are(cell_ws, texts):
    """Columns of text take the way of one expression a column; objects that of one look a value."""
    fields = cell_ws.lead_fields.list()
    columns = dict.fromkeys(NEAR, texts)
    as_objects = pd.DataFrame({key: pd.Series(values, dtype=object) for key, values in columns.items()})
    as_text = pd.DataFrame({key: pd.Series(values, dtype="str") for key, values in columns.items()})
    slowly = validate(as_objects, against=fields).problems
    pd.testing.assert_frame_equal(slowly, validate(as_text, against=fields).problems)
    assert validate(pl.DataFrame(columns), against=fields).problems.rows() == [
        tuple(None if pd.isna(value) else value for value in row) for row in slowly.itertuples(index=False)
    ]


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_what_no_request_can_carry_has_the_code_of_the_request(cell_ws, text):
    frame = pd.DataFrame({"email": ["ada@example.com"], "full_name": pd.Series([text], dtype=object)})
    assert refused_by_us(frame, None) == {(0, "full_name", "invalid_text")}
    with pytest.raises((pb.errors.ValidationError, pb.errors.InvalidParameterError), match="half a"):
        cell_ws.imports.validate(frame, {"email": "email", "full_name": "full_name"})


def test_the_seeded_leads_that_pass_are_taken(shared_ws):
    leads = shared_ws.leads.list().head(250)
    found = validate(leads, against=shared_ws.lead_fields.list())
    errors = found.problems.query("severity == 'error'")
    columns = {name: name.removeprefix("custom_") for name in leads.columns if name not in found.ignored}
    refused = shared_ws.imports.validate(leads, pb.Mapping(columns)).errors
    assert 0 < len(refused) < 100  # the job shows no more
    # Which leads are there already is for the service to know.
    refused = refused.query("code != 'ambiguous_match'")
    theirs = set(zip(refused["row_number"] - 1, refused["field"], refused["code"], strict=True))
    assert set(zip(errors["row"], errors["field"], errors["code"], strict=True)) == theirs
    assert len(found.passed) == len(leads) - errors["row"].nunique()
