"""Rows matched to the leads of the workspace, by id or by key."""

import datetime as dt

import pandas as pd
import polars as pl
import pytest

from each_case import each_case
from pb2b_notebook.mapping import LeadField
from pb2b_notebook.upserts.planning.decide import decide
from pb2b_notebook.upserts.planning.decisions import Rules
from pb2b_notebook.upserts.planning.desired_rows import read_desired
from pb2b_notebook.upserts.planning.matching import relevant_leads, typed_column
from upsert_frames import ADA, BOB, FIELDS, NOON, actions, leads, planned


def test_an_id_wins_over_an_email_so_that_a_corrected_email_updates_the_lead():
    decided = planned([{"id": "lead_a", "email": "ada@correct.example"}], leads(ADA, BOB))
    assert actions(decided) == [("update", None)]
    assert decided.rows["single"].to_list() == [True]
    assert decided.changes["was email"].to_list() == ["ada@x.example"]


def test_a_row_by_id_whose_key_stays_is_sent_in_bulk():
    assert planned([{"id": "lead_a", "title": "CEO"}], leads(ADA)).rows["single"].to_list() == [False]


def test_leads_that_share_a_key_are_changed_by_id_only():
    twins = leads(ADA, ADA | {"id": "lead_2"})
    assert actions(planned([{"email": "ada@x.example", "title": "CEO"}], twins)) == [("conflict", "ambiguous_match")]
    assert planned([{"id": "lead_2", "title": "CEO"}], twins).rows["single"].to_list() == [True]


def test_a_key_matches_the_survivor_and_not_the_merged_lead():
    merged = leads(ADA, ADA | {"id": "lead_2", "merged_into": "lead_a"})
    decided = planned([{"email": "ada@x.example", "title": "CEO"}], merged)
    assert decided.rows.select("action", "lead_id", "single").rows() == [("update", "lead_a", True)]


@pytest.mark.parametrize(
    "rows",
    [
        [{"email": "New@x.example"}, {"email": "new@x.example "}],
        [{"id": "lead_a"}, {"id": "lead_a"}],
        [{"email": "ada@x.example"}, {"id": "lead_a"}],
        [{"id": "lead_a", "email": "moved@x.example"}, {"email": "moved@x.example"}],
    ],
    ids=["key", "id", "key and id", "a key that another row takes"],
)
def test_rows_that_refer_to_the_same_lead_are_duplicate_keys(rows):
    codes = [
        code for _, code in actions(planned([row | {"title": f"CEO {n}"} for n, row in enumerate(rows)], leads(ADA)))
    ]
    assert codes[-1] == "duplicate_key"


def test_a_deleted_lead_is_not_matched_and_not_changed():
    gone = leads(ADA | {"deleted_at": NOON})
    assert actions(planned([{"email": "ada@x.example", "title": "CEO"}], gone)) == [("create", None)]
    assert actions(planned([{"id": "lead_a", "title": "CEO"}], gone)) == [("conflict", "lead_deleted")]


def test_an_unknown_id_and_a_missing_key_are_invalid():
    decided = planned([{"id": "lead_?", "title": "CEO"}, {"id": None, "title": "CEO"}], leads(ADA))
    assert actions(decided) == [("invalid", "unknown_id"), ("invalid", "missing_key")]


def test_a_lead_whose_key_another_row_takes_is_changed_by_id():
    rows = [{"id": "lead_a", "email": "bob@x.example", "title": None}, {"id": "lead_b", "email": None, "title": "CEO"}]
    assert planned(rows, leads(ADA, BOB)).rows["single"].to_list() == [True, True]


def test_rows_merged_into_another_row_are_not_sent():
    rows = pl.DataFrame({"email": ["new@x.example", "new@x.example"], "merged_into": [None, "0"]})
    assert actions(planned(rows, leads(ADA))) == [("create", None), ("unchanged", "merged_away")]


@pytest.mark.parametrize(("survivor", "code"), [("lead_?", "unknown_survivor"), ("lead_a", "own_survivor")])
def test_a_survivor_must_be_another_lead_of_the_workspace(survivor, code):
    rows = [{"id": "lead_a", "merged_into": survivor}]
    assert actions(planned(rows, leads(ADA, BOB))) == [("invalid", code)]


@each_case(
    ("kind", "wanted", "kept", "action"),
    [
        ("datetime", NOON, "2026-03-10T12:00:00.000Z", "unchanged"),
        ("datetime", NOON, "2026-03-11T12:00:00.000Z", "update"),
        ("date", dt.date(2026, 3, 10), "2026-03-10", "unchanged"),
        ("date", dt.date(2026, 3, 10), "soon", "update"),
        ("boolean", True, "True", "unchanged"),
        ("number", 7, "7", "unchanged"),
        ("multi_select", ["a"], "a", "unchanged"),
        ("multi_select", ["a"], "a, b", "update"),
        ("text", "a", ["a"], "update"),
        ("number", 7, {"n": 7}, "update"),
    ],
)
def test_leads_whose_field_has_another_type_are_compared_by_value(kind, wanted, kept, action):
    fields = FIELDS | {"custom_x": LeadField("x", kind, builtin=False)}
    rows = read_desired(pl.DataFrame({"id": ["lead_a"], "custom_x": [wanted]}), fields, match_on="email")
    current = leads(ADA).with_columns(pl.Series("custom_x", [kept]))
    assert actions(decide(rows, current, Rules())) == [(action, None)]


@each_case(
    ("number", "ids", "expected"),
    [
        (7, ["007"], ("update", "lead_a")),
        (7.0, ["007", "70"], ("update", "lead_a")),
        (7, ["007", "7"], ("conflict", None)),
        (7, ["007", "07"], ("conflict", None)),
        (7, ["7", "70"], ("update", "lead_a")),
        ("7", ["007"], ("create", None)),
        (7, ["070"], ("create", None)),
    ],
)
def test_a_number_finds_the_lead_whose_external_id_it_is_without_leading_zeros(number, ids, expected):
    held = zip((ADA, BOB), ids, strict=False)
    current = leads(*(lead | {"external_id": external_id} for lead, external_id in held))
    rows = [{"external_id": number, "title": "CEO"}]
    decided = planned(rows, current, match_on="external_id")
    assert decided.rows.select("action", "lead_id").row(0) == expected
    desired = read_desired(pd.DataFrame(rows), FIELDS, match_on="external_id")
    kept = relevant_leads(desired, current, Rules(match_on="external_id"))
    assert actions(decide(desired, kept, Rules(match_on="external_id"))) == actions(decided)


@each_case(
    ("text", "tags"),
    [("vip, eu", ["vip", "eu"]), ("Berlin, DE; vip", ["Berlin, DE", "vip"]), (" ", []), (None, None)],
)
def test_a_list_that_a_service_keeps_as_text_is_compared_as_a_list(text, tags):
    current = pl.DataFrame({"tags": [text]}, schema={"tags": pl.String})
    assert current.select(typed_column(current, "tags", pl.List(pl.String)))["tags"].to_list() == [tags]
