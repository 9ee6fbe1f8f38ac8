"""The desired rows: columns in the types of the lead fields, and the problems of the cells."""

import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pytest

from each_case import each_case
from pb2b_notebook import errors
from pb2b_notebook.upserts.planning.desired_rows import read_desired
from upsert_frames import ADA, BOB, FIELDS, NOON, actions, leads, planned


@each_case(
    ("frame", "options", "word"),
    [
        ({"email": ["a@x.example"], "titel": ["CEO"]}, {}, "title"),
        ({"email": ["a@x.example"], "created_at": [NOON]}, {"only": ["created_at"]}, "only the service sets"),
        ({"email": ["a@x.example"]}, {"only": ["title"]}, "no column"),
        ({"email": ["a@x.example"]}, {"only": "title"}, "list"),
        ({"email": ["a@x.example"], "object": ["job"]}, {}, "not of leads"),
        ({"email": ["a@x.example"], 7: ["x"]}, {}, "not text"),
    ],
)
def test_a_frame_that_does_not_hold_leads_is_refused(frame, options, word):
    with pytest.raises(errors.InvalidParameterError, match=word):
        planned(pd.DataFrame(frame), leads(ADA), **options)


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([7, None]),
        pd.Series([7, None], dtype="Int64"),
        pd.Series([np.int8(7), None], dtype=object),
        pd.Series([np.float32(7), np.nan], dtype=object),
        pd.Series(["7", None]),
        pd.Series(["7", ""]).astype("category"),
        pd.Series([7, 7]).astype("category").where([True, False]),
        pl.Series([7, None], dtype=pl.UInt8),
        pl.Series(["7", " "], dtype=pl.Categorical),
        pl.Series([7.0, float("nan")]),
    ],
    ids=str,
)
def test_numbers_of_every_dtype_are_read_as_numbers(column):
    library = pl if isinstance(column, pl.Series) else pd
    frame = library.DataFrame({"email": ["ada@x.example", "bob@x.example"], "score": column})
    decided = planned(frame, leads(ADA | {"score": 7}, BOB))
    assert actions(decided) == [("unchanged", None), ("unchanged", None)]


@each_case(
    ("column", "values"),
    [
        ("score", [7.5, "many", True, [1], {"a": 1}, float("inf"), 2**70]),
        ("last_contacted_at", [dt.datetime(2026, 3, 10), "2026-03-10 12:00", "soon", pd.Timestamp("2026-03-10")]),  # noqa: DTZ001
        ("custom_renewal", [NOON, "10.03.2026"]),
        ("custom_opt_in", ["maybe", 2]),
        ("title", [{"a": 1}, True, ["x"]]),
        ("tags", [[1, 2], {"a": 1}]),
        ("custom_budget", [2**53 + 1, float("-inf"), "1,5"]),
    ],
)
def test_a_cell_of_another_type_makes_only_its_row_invalid(column, values):
    for value in values:
        frame = pd.DataFrame(
            {"email": ["ada@x.example", "new@x.example"], column: pd.Series([None, value], dtype=object)}
        )
        decided = planned(frame, leads(ADA))
        assert actions(decided) == [("unchanged", None), ("invalid", "unconverted")], value
        assert decided.rows["field"].to_list() == [None, column]
        assert "x.example" not in decided.rows["reason"][1]


def test_an_unknown_status_word_is_read_and_left_to_the_checks_of_what_is_sent():
    frame = pd.DataFrame({"email": ["new@x.example"], "status": ["gone"]})
    assert actions(planned(frame, leads(ADA))) == [("create", None)]


@pytest.mark.parametrize(
    "column",
    [pd.Series([dt.datetime(2026, 3, 10, 12)]), pl.Series([dt.datetime(2026, 3, 10, 12)])],  # noqa: DTZ001
)
def test_a_time_without_a_zone_is_invalid(column):
    library = pl if isinstance(column, pl.Series) else pd
    frame = library.DataFrame({"email": ["ada@x.example"], "last_contacted_at": column})
    assert actions(planned(frame, leads(ADA))) == [("invalid", "unconverted")]


def test_a_time_of_the_service_without_a_zone_is_not_compared():
    frame = leads(ADA).select("id", "title", pl.col("created_at").dt.replace_time_zone(None))
    assert actions(planned(frame, leads(ADA))) == [("unchanged", None)]
    assert actions(planned(frame.to_pandas(), leads(ADA))) == [("unchanged", None)]


def test_a_text_with_an_unpaired_surrogate_is_invalid():
    frame = pd.DataFrame({"email": ["ada@x.example"], "title": pd.Series(["\ud800"], dtype=object)})
    assert actions(planned(frame, leads(ADA))) == [("invalid", "unconverted")]


def test_a_difference_below_a_millisecond_is_not_a_change():
    given = dt.datetime(2026, 3, 10, 12, 0, 0, 123456, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    kept = dt.datetime(2026, 3, 10, 11, 0, 0, 123000, tzinfo=dt.UTC)
    current = leads(ADA).with_columns(last_contacted_at=pl.lit(kept))
    rows = [{"email": "ada@x.example", "last_contacted_at": given}]
    assert actions(planned(rows, current)) == [("unchanged", None)]


def test_a_pandas_index_with_duplicates_is_accepted():
    frame = pd.DataFrame({"email": ["ada@x.example", "bob@x.example"], "title": ["CEO", "CEO"]}, index=["x", "x"])
    assert [action for action, _ in actions(planned(frame, leads(ADA, BOB)))] == ["update", "update"]


def test_columns_with_other_names_of_fields_are_refused_together_with_their_names(ws):
    listed = pd.DataFrame({"Vorname": ["Ada"], "Firma": ["Nordlicht"], "email": ["ada@nordlicht.example"]})
    names = {"Vorname": "first_name", "Firma": "company_name"}
    with pytest.raises(errors.InvalidParameterError, match="'Vorname' looks like 'first_name', 'Firma'") as refused:
        ws.leads.plan(listed)
    assert str(names) in refused.value.repair
    assert ws.leads.plan(listed.rename(columns=names)).summary["create"] == 1


def test_the_repair_of_other_names_is_a_line_that_runs(ws):
    listed = pd.DataFrame(
        {"ID": ["lead_0"], "Firma": ["Nordlicht"], "E-Mail": ["a@x.example"], "Mail": ["b@x.example"], "Notiz": ["x"]}
    )
    with pytest.raises(errors.InvalidParameterError, match=r"'ID' looks like 'id'.*'Mail', 'Notiz'") as refused:
        ws.leads.plan(listed)
    line = refused.value.repair.removeprefix("plan ").partition(" (polars")[0]
    renamed = eval(line, {"df": listed})  # noqa: S307 - our own
    assert ws.leads.plan(renamed).rows["code"].tolist() == ["unknown_id"]


def test_an_index_of_ids_is_not_taken_for_rows_without_a_key():
    frame = pd.DataFrame({"id": ["lead_a"], "title": ["CEO"]})
    with pytest.raises(errors.InvalidParameterError, match=r"'id' is the index.*df\.reset_index\(\)"):
        planned(frame.set_index("id"), leads(ADA))
    with pytest.raises(errors.InvalidParameterError, match=r"'id' is the index.*drop=True"):
        planned(frame.assign(email="ada@x.example").set_index("id"), leads(ADA))
    assert planned(frame.assign(email="new@x.example", id=7).set_index("id"), leads(ADA)) is not None
    assert actions(planned(frame.assign(n=0).set_index("n"), leads(ADA))) == [("update", None)]


@each_case(
    ("number", "dtype"),
    [
        (12345678901234567890.0, "float64"),
        (2**53 + 1, "float64"),
        (16777217, "float32"),
        (16777217, "float[pyarrow]"),
        (1.1, "Float32"),
    ],
)
def test_a_number_with_lost_digits_is_not_written_as_text(number, dtype):
    frame = pd.DataFrame({"email": ["ada@x.example"] * 2, "external_id": [number, None]}).astype({"external_id": dtype})
    (problem,) = read_desired(frame, FIELDS, match_on="email").cell_problems
    assert (problem.row, problem.field, problem.severity) == (0, "external_id", "error")
    assert "dtype=str" in problem.message


def test_times_that_lost_their_zone_name_the_line_that_gives_it_back():
    at = pd.Series(pd.to_datetime([NOON]))
    frame = pd.DataFrame({"id": ["lead_a"], "updated_at": at.dt.tz_localize(None), "title": ["CEO"]})
    (problem,) = read_desired(frame, FIELDS, match_on="email").cell_problems
    assert "df['updated_at'].dt.tz_localize('UTC')" in problem.message
    repaired = frame.assign(updated_at=frame["updated_at"].dt.tz_localize("UTC"))
    assert actions(planned(repaired, leads(ADA))) == [("update", None)]


@pytest.mark.parametrize("cells", [[dt.date(2026, 3, 2), NOON.replace(tzinfo=None)], [NOON.replace(tzinfo=None), None]])
def test_a_time_of_day_in_a_column_of_dates_is_refused_and_not_cut_off(cells):
    frame = pd.DataFrame(
        {"email": ["ada@x.example", "bob@x.example"], "custom_renewal": pd.Series(cells, dtype=object)}
    )
    [problem] = read_desired(frame, FIELDS, match_on="email").cell_problems
    assert cells[problem.row] == NOON.replace(tzinfo=None)
    assert ".dt.date" in problem.message
