"""Apply a mapping: frames with the columns of the API, and rows for its imports."""

import datetime as dt

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook.errors import MappingError


def listed(frame, column):
    values = frame[column].to_list() if isinstance(frame, pl.DataFrame) else frame[column].tolist()
    return [None if not isinstance(value, list) and pd.isna(value) else value for value in values]


@pytest.mark.parametrize(
    ("key", "column", "dtypes"),
    [
        ("full_name", "full_name", ("str", pl.String)),
        ("score", "score", ("Int64", pl.Int64)),
        ("deal_value", "custom_deal_value", ("Float64", pl.Float64)),
        ("opt_in", "custom_opt_in", ("boolean", pl.Boolean)),
        ("renewal", "custom_renewal", ("datetime64[s]", pl.Date)),
        ("demo_at", "custom_demo_at", ("datetime64[us, UTC]", pl.Datetime("us", "UTC"))),
        ("tags", "tags", ("object", pl.List(pl.String))),
    ],
)
def test_columns_have_the_names_and_dtypes_of_the_service(made, fields, key, column, dtypes):
    for cells in ([None], [None, None]):
        frame = pb.Mapping({"c": key}).apply(made({"c": cells}), fields)
        dtype = frame[column].dtype
        assert dtype == dtypes[1] if isinstance(frame, pl.DataFrame) else str(dtype) == dtypes[0]
        assert list(frame.columns) == [column]


def test_values_are_typed(made, fields):
    frame = made(
        {
            "n": ["7", " 8 ", None],
            "v": ["1.200,50", "3", ""],
            "d": ["31.12.2026", None, "1.2.2026"],
            "t": ["1.3.2026 14:00", "1.7.2026, 8:30", None],
            "w": ["a; b", "c", None],
            "o": ["ja", "Nein", None],
        }
    )
    mapping = pb.Mapping(
        {"n": "score", "v": "deal_value", "d": "renewal", "t": "demo_at", "w": "tags", "o": "opt_in"},
        converters={"v": "decimal_comma", "d": "day_first", "t": "day_first:Europe/Berlin"},
    )
    applied = mapping.apply(frame, fields)
    assert listed(applied, "score") == [7, 8, None]
    assert listed(applied, "custom_deal_value") == [1200.5, 3.0, None]
    assert [v and (v.year, v.month, v.day) for v in listed(applied, "custom_renewal")] == [
        (2026, 12, 31),
        None,
        (2026, 2, 1),
    ]
    assert [v and v.isoformat() for v in listed(applied, "custom_demo_at")] == [
        "2026-03-01T13:00:00+00:00", "2026-07-01T06:30:00+00:00", None,
    ]  # fmt: skip
    assert [None if v is None else list(v) for v in listed(applied, "tags")] == [["a", "b"], ["c"], None]
    assert listed(applied, "custom_opt_in") == [True, False, None]


def test_a_cell_that_does_not_fit_is_kept_as_json_and_malformed_text_as_text(made, fields):
    frame = made({"E": ["mailto:ada@example.com", "b@c.example"], "S": ["many", "2"], "V": ["x", "1.5"]})
    applied = pb.Mapping({"E": "email", "S": "score", "V": "deal_value"}).apply(frame, fields)
    assert listed(applied, "email") == ["mailto:ada@example.com", "b@c.example"]
    assert listed(applied, "score") == [None, 2]
    assert listed(applied, "unparsed") == ['{"custom_deal_value":"x","score":"many"}', None]


def test_whole_numbers_beyond_2_to_the_53rd_are_never_rounded(made, fields):
    applied = pb.Mapping({"V": "deal_value", "S": "score"}).apply(
        made({"V": ["9007199254740993", None], "S": ["9007199254740993", None]}), fields
    )
    assert listed(applied, "score")[0] == 2**53 + 1
    assert listed(applied, "custom_deal_value")[0] is None
    assert listed(applied, "unparsed")[0] == '{"custom_deal_value":9007199254740993}'


def test_defaults_fill_blanks_and_missing_columns(made, fields):
    mapping = pb.Mapping({"C": "company_name"}, defaults={"company_name": "?", "source": "show", "tags": ["x"]})
    applied = mapping.apply(made({"C": ["A", None, " "]}), fields)
    assert listed(applied, "company_name") == ["A", "?", "?"]
    assert listed(applied, "source") == ["show"] * 3
    assert [list(v) for v in listed(applied, "tags")] == [["x"]] * 3


def test_the_index_of_pandas_is_kept(fields):
    frame = pd.DataFrame({"S": ["1", "2"]}, index=pd.Index(["x", "y"], name="key"))
    assert pb.Mapping({"S": "score"}).apply(frame, fields).index.equals(frame.index)


def test_without_fields_the_remembered_types_are_used(made):
    mapping = pb.Mapping({"S": "score", "T": "tier", "R": "renewal"}, types={"renewal": "date"})
    applied = mapping.apply(made({"S": ["1"], "T": ["Gold"], "R": ["2026-03-10"]}))
    assert list(applied.columns) == ["score", "custom_tier", "custom_renewal"]


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (pb.Mapping({"x": "email"}), "the frame has no column 'x'"),
        (pb.Mapping({"E": "emial"}), "no writable lead field 'emial'"),
        (pb.Mapping({"E": "custom_tier"}), "did you mean 'tier'"),
        (pb.Mapping({"E": "email", "F": "email"}), "two columns are mapped to 'email'"),
        (pb.Mapping({"E": "email"}, defaults={"score": "many"}), "the default of 'score' needs a whole number"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(made, fields, mapping, message):
    for run in (mapping.apply, mapping.to_import):
        with pytest.raises(MappingError, match=message):
            run(made({"E": ["a@b.example"], "F": ["c@d.example"]}), fields)


def test_rows_for_an_import_keep_their_columns_and_their_bad_cells(made, fields):
    mapping = pb.Mapping(
        {"E": "email", "S": "score", "D": "renewal", "T": "tags"},
        defaults={"source": "show"},
        converters={"T": "split:|"},
    )
    frame = made(
        {
            "E": ["a@b.example", None],
            "S": ["7", "many"],
            "D": ["2026-03-10", "soon"],
            "T": ["a|b", None],
            "N": ["x", "y"],
        }
    )
    rows, columns = mapping.to_import(frame, fields)
    assert rows == [
        {"E": "a@b.example", "S": 7, "D": "2026-03-10", "T": ["a", "b"], "source": "show"},
        {"E": None, "S": "many", "D": "soon", "T": None, "source": "show"},
    ]
    assert columns == {"E": "email", "S": "score", "D": "renewal", "T": "tags", "source": "source"}


def test_a_default_does_not_take_the_name_of_a_column(made, fields):
    rows, columns = pb.Mapping({"E": "email"}, defaults={"source": "show"}).to_import(
        made({"E": ["a@b.example"], "source": ["not mapped"]}), fields
    )
    assert rows == [{"E": "a@b.example", "source (default)": "show"}]
    assert columns == {"E": "email", "source (default)": "source"}


def test_cells_of_any_type_are_read(fields):
    berlin = dt.timezone(dt.timedelta(hours=1))
    frame = pd.DataFrame(
        {
            "phone": [4930901820.0, float("nan"), 4930901821.0],
            "demo": pd.to_datetime(["2026-03-10 12:00", None, "2026-03-11 12:00"]).tz_localize(berlin),
            "when": [dt.date(2026, 3, 10), None, dt.datetime(2026, 3, 10, 1)],  # noqa: DTZ001 - as files have it
            "n": [True, None, 2**70],
        }
    )
    rows, _ = pb.Mapping({"phone": "phone", "demo": "demo_at", "when": "renewal", "n": "score"}).to_import(
        frame, fields
    )
    assert [row["phone"] for row in rows] == ["4930901820", None, "4930901821"]
    assert rows[0]["demo"] == "2026-03-10T11:00:00.000Z"
    assert [row["when"] for row in rows] == ["2026-03-10", None, "2026-03-10T01:00:00"]
    assert [row["n"] for row in rows] == [True, None, str(2**70)]


def test_the_service_agrees_about_which_rows_are_bad(ws):
    """Mapping.check reports the same cells that a dry run of the import refuses."""
    fields = ws.lead_fields.list()
    frame = pd.DataFrame(
        {
            "Mail": ["a1@example.com", "a2@example.com", "nobody", "a4@example.com", "a5@example.com", None],
            "Punkte": ["7", "many", "3", "2.5", None, "1"],
            "Verlängerung": ["31.12.2026", "1.2.2026", "1.2.2026", "1.2.2026", "30.2.2026", "1.2.2026"],
            "Themen": ["Analytics, Security", "Security", "Gardening", "", "Security", "Security"],
        }
    )
    mapping = pb.Mapping(
        {"Mail": "email", "Punkte": "score", "Verlängerung": "renewal_date", "Themen": "interests"},
        converters={"Verlängerung": "day_first", "Themen": "split:,"},
        defaults={"source": "trade show"},
    )
    rows, columns = mapping.to_import(frame, fields)
    answer = ws.call("POST /imports/validate", rows=rows, mapping=columns, match_on="email")
    refused = {(one["row_number"], one["field"]) for one in answer.errors}
    assert refused == {(2, "score"), (3, "email"), (3, "interests"), (4, "score"), (5, "renewal_date"), (6, "email")}
    assert answer.created_count == 1
    problems = mapping.check(frame, fields)
    counted = problems[problems["severity"] == "error"].groupby("field")["rows"].sum().to_dict()
    assert counted == {"email": 2, "interests": 1, "renewal_date": 1, "score": 2}


def test_a_list_that_pandas_reads_as_an_array_is_a_list():
    df = pd.DataFrame({"tags": [pd.Series(["a", "b"]).to_numpy(), None]})
    assert pb.Mapping({"tags": "tags"}).to_import(df).rows[0] == {"tags": ["a", "b"]}
