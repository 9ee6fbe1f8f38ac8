"""Every problem of a mapping is reported with its number of rows, and never with a lead's value."""

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook.errors import MappingError

COLUMNS = ["severity", "code", "column", "field", "rows", "first_row", "message", "repair"]


def rows_of(frame):
    return (
        frame.to_dicts()
        if isinstance(frame, pl.DataFrame)
        else frame.astype(object).where(frame.notna(), None).to_dict("records")
    )


def found(problems, code):
    return [row for row in rows_of(problems) if row["code"] == code]


def test_no_problems_are_a_frame_with_the_same_columns(made, fields):
    problems = pb.Mapping({"E": "email"}).check(made({"E": ["ada@example.com"]}), fields)
    assert list(problems.columns) == COLUMNS
    assert len(problems) == 0
    assert str(problems["rows"].dtype) == "Int64"


def test_an_absent_column_is_named_with_the_nearest(made, fields):
    [problem] = found(pb.Mapping({"Emial": "email"}).check(made({"Email": ["a@b.example"]}), fields), "absent_column")
    assert (problem["severity"], problem["column"], problem["field"]) == ("error", "Emial", "email")
    assert problem["repair"] == "did you mean 'Email'?"


def test_unknown_read_only_and_duplicate_fields(made, fields):
    mapping = pb.Mapping({"a": "emial", "b": "created_at", "c": "email", "d": "email"})
    problems = mapping.check(made({name: ["x@y.example"] for name in "abcd"}), fields)
    assert found(problems, "unknown_field")[0]["repair"] == "did you mean 'email'?"
    assert found(problems, "read_only_field")[0]["column"] == "b"
    assert found(problems, "duplicate_field")[0]["message"] == "'c' is already mapped to this field"


def test_unmapped_columns_are_reported_unless_ignored(made, fields):
    frame = made({"E": ["a@b.example", "c@d.example"], "Note": ["x", None], "Empty": [None, None], "id": ["1", "2"]})
    unmapped = found(pb.Mapping({"E": "email"}).check(frame, fields), "unmapped_column")
    assert [(row["column"], row["severity"], row["rows"]) for row in unmapped] == [
        ("Note", "warning", 1),
        ("Empty", "info", 0),
        ("id", "info", 2),
    ]
    ignoring = pb.Mapping({"E": "email"}, ignored=["Note", "Empty", "id"])
    assert len(ignoring.check(frame, fields)) == 0


def test_the_field_to_match_on_is_needed_in_every_row(made, fields):
    frame = made({"E": ["a@b.example", None, " "], "X": ["1", "2", "3"]})
    [blank] = found(pb.Mapping({"E": "email", "X": "external_id"}).check(frame, fields), "blank_field")
    assert (blank["rows"], blank["first_row"], blank["severity"]) == (2, 1, "error")
    assert not found(
        pb.Mapping({"E": "email", "X": "external_id"}).check(frame, fields, match_on="external_id"), "blank_field"
    )
    [missing] = found(pb.Mapping({"X": "external_id"}).check(frame, fields), "required_field")
    assert missing["field"] == "email"


def test_required_fields_need_a_column_or_a_default(made, fields_requiring):
    fields = fields_requiring(required=["company_name", "title"])
    frame = made({"E": ["a@b.example", "c@d.example"], "C": ["A", None]})
    problems = pb.Mapping({"E": "email", "C": "company_name"}).check(frame, fields)
    assert [row["field"] for row in found(problems, "required_field")] == ["title"]
    assert [(row["field"], row["rows"]) for row in found(problems, "blank_field")] == [("company_name", 1)]
    corrected = pb.Mapping({"E": "email", "C": "company_name"}, defaults={"company_name": "?", "title": "?"})
    assert len(corrected.check(frame, fields)) == 0


@pytest.mark.parametrize(
    ("key", "cells", "bad"),
    [
        ("score", ["1", "many", "2.5", "1.000"], 3),
        ("deal_value", ["1", "1,5", "1e400", "nan"], 3),
        ("opt_in", ["ja", "0", "maybe"], 1),
        ("renewal", ["2026-03-10", "2026-02-30", "10.3.2026"], 2),
        ("demo_at", ["2026-03-10T12:00:00Z", "2026-03-10 12:00", "soon"], 2),
        ("tier", ["Gold", "gold", "Platinum"], 2),
        ("interests", ["Analytics;Security", "Analytics,Security"], 1),
        ("email", ["a@b.example", "ada at example", "@"], 2),
        ("phone", ["+49 30 901820", "n/a"], 1),
        ("website", ["https://a.example", "www.a.example"], 1),
    ],
)
def test_values_that_do_not_convert_are_counted_and_not_shown(made, fields, key, cells, bad):
    [problem] = found(pb.Mapping({"c": key}).check(made({"c": cells}), fields, match_on=key), "unconverted")
    assert (problem["severity"], problem["rows"]) == ("error", bad)
    first = problem["first_row"]
    assert cells[first] not in problem["message"] + problem["repair"]


def test_forms_of_built_in_text_are_warned_about(made, fields):
    frame = made({"E": ["a@b.example"] * 2, "L": ["Germany", "DE"], "D": ["https://a.example", "b.example"]})
    problems = found(pb.Mapping({"E": "email", "L": "country", "D": "company_domain"}).check(frame, fields), "odd_form")
    assert [(row["field"], row["rows"]) for row in problems] == [("country", 1), ("company_domain", 1)]
    assert "'host'" in problems[1]["repair"]


@each_case(
    ("cells", "refused"),
    [
        (["1.200", "3.500", "7"], 2),
        (["12.000", None, 8.125], 1),
        (["1.234,50", "12.000", "999,99"], 3),
        (["0,5", "12.5", "7"], 2),
        (["1.200", "12.5", "0.75"], 0),
        (["1.200", "1200.50", "7"], 0),
        (["1,234", "7", "12.5"], 1),
    ],
)
def test_points_that_may_separate_thousands_need_a_converter(fields, cells, refused):
    frame = pd.DataFrame({"E": ["a@b.example"] * 3, "V": pd.Series(cells, dtype=object)})
    mapping = pb.Mapping({"E": "email", "V": "deal_value"})
    problems = found(mapping.check(frame, fields), "unconverted")
    assert sum(problem["rows"] for problem in problems) == refused
    assert all("decimal_comma" in problem["message"] for problem in problems)
    assert mapping.apply(frame, fields)["custom_deal_value"].isna().sum() == refused + cells.count(None)


def test_a_reason_names_the_converters_that_read_the_cell(made, fields):
    frame = made({"E": ["a@b.example"], "R": ["31.12.2026"], "V": ["1.200,50"]})
    problems = found(pb.Mapping({"E": "email", "R": "renewal", "V": "deal_value"}).check(frame, fields), "unconverted")
    assert [problem["message"].rpartition("; ")[2] for problem in problems] == [
        "the converter day_first reads it",
        "the converter decimal_comma reads it",
    ]


def test_rows_that_match_the_same_lead_are_warned_about(made, fields):
    frame = made({"E": ["ada@example.com", " ADA@example.com ", "bob@example.com", "Ada@Example.com"]})
    [problem] = found(pb.Mapping({"E": "email"}).check(frame, fields), "repeated_match")
    assert (problem["severity"], problem["rows"], problem["first_row"]) == ("warning", 2, 1)


def test_bad_defaults_odd_converters_and_retyped_fields(made, fields):
    mapping = pb.Mapping(
        {"E": "email", "T": "tier"},
        converters={"T": "decimal_comma"},
        defaults={"score": "many", "emial": "x", "created_at": "now"},
        types={"tier": "text"},
    )
    problems = mapping.check(made({"E": ["a@b.example"], "T": ["7"]}), fields)
    assert found(problems, "bad_default")[0]["field"] == "score"
    assert found(problems, "unknown_field")[0]["repair"] == "did you mean 'email'?"
    assert found(problems, "read_only_field")[0]["field"] == "created_at"
    assert found(problems, "odd_converter")[0]["column"] == "T"
    assert "of type text" in found(problems, "retyped_field")[0]["message"]


def test_the_first_row_is_called_by_its_label_in_the_index(fields):
    frame = pd.DataFrame({"E": ["a@b.example", "nobody"]}, index=["x", "y"])
    [problem] = found(pb.Mapping({"E": "email"}).check(frame, fields), "unconverted")
    assert problem["first_row"] == "y"
    assert frame.loc[problem["first_row"], "E"] == "nobody"


def test_the_most_severe_problems_come_first(made, fields):
    frame = made({"Empty": [None], "Note": ["x"], "E": ["nobody"]})
    problems = pb.Mapping({"E": "email"}).check(frame, fields)
    assert [row["severity"] for row in rows_of(problems)] == ["error", "warning", "info"]


def test_both_libraries_give_the_same_problems(fields):
    columns = {"E": ["x", None, "a@b.example", "A@b.example"], "S": ["1", "x", None, "3"], "N": [None, "n", "m", None]}
    mapping = pb.Mapping({"E": "email", "S": "score"})
    pandas = mapping.check(pd.DataFrame(columns), fields)
    polars = mapping.check(pl.DataFrame(columns), fields)
    assert rows_of(pandas) == rows_of(polars)


def test_a_mapping_is_checked_against_the_current_fields(fields):
    frame = pd.DataFrame({"E": ["a@b.example"], "T": ["Gold"]})
    mapping = pb.Mapping({"E": "email", "T": "tier"})
    assert len(mapping.check(frame, fields)) == 0
    without = fields[fields["key"] != "tier"]
    [problem] = found(mapping.check(frame, without), "unknown_field")
    assert problem["column"] == "T"
    with pytest.raises(MappingError, match="no writable lead field 'tier'"):
        mapping.apply(frame, without)
