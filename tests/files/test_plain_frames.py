"""``pb.flatten`` and ``pb.excel_frame``: what other tools need, without a changed value that is not said."""

import datetime as dt
import io

import pandas as pd
import polars as pl
import pytest
from openpyxl import load_workbook

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook.errors import InvalidParameterError

KINDS = pytest.mark.parametrize("frame", ["pandas", "polars"])


@KINDS
def test_a_flat_frame_of_leads_can_be_counted_and_deduplicated(shared_ws, frame):
    leads = shared_ws.leads.list(frame=frame)
    flat = pb.flatten(leads)
    assert list(flat.columns) == list(leads.columns)
    assert flat["tags"].to_list() == shared_ws.leads.list(frame=frame, flat=True)["tags"].to_list()
    if frame == "pandas":
        assert len(flat.drop_duplicates()) == len(leads.drop_duplicates()) == len(leads)
        assert flat.nunique().equals(leads.nunique())
        assert flat.drop(columns=["tags", "custom_interests"]).equals(leads.drop(columns=["tags", "custom_interests"]))
    else:
        assert flat.unique().height == len(leads)


@pytest.mark.parametrize("shape", [pb.flatten, pb.excel_frame])
def test_text_and_dates_among_other_values_get_no_quotes(shape):
    mixed = [10115, "A-1010", "01067", 'the "A" list', dt.date(2026, 3, 1), ["x", 1], {"a": "b"}, "", None]
    shown = shape(pd.DataFrame({"mixed": pd.Series(mixed, dtype=object)}))["mixed"].tolist()
    texts = ["10115", "A-1010", "01067", 'the "A" list', "2026-03-01", '["x",1]', '{"a":"b"}', ""]
    assert shown[:-1] == texts
    assert pd.isna(shown[-1])


def test_a_flat_frame_keeps_its_index_and_columns_of_other_types():
    df = pd.DataFrame(
        {"tags": [["a"], None], "span": pd.to_timedelta(["1h", "2h"]), "kind": pd.Categorical(["x", "y"])}, index=[7, 9]
    )
    flat = pb.flatten(df)
    assert flat.index.tolist() == [7, 9]
    assert flat.dtypes.astype(str).tolist() == ["str", "timedelta64[us]", "category"] or flat["span"].equals(df["span"])
    assert df["tags"][7] == ["a"]


@KINDS
def test_records_and_lists_of_records_become_json_text(frame):
    columns = {"meta": [{"n": 1}, None], "rows": [[{"n": 1}], []]}
    flat = pb.flatten(pd.DataFrame(columns) if frame == "pandas" else pl.DataFrame(columns))
    assert flat["meta"].to_list()[0] == '{"n":1}'
    assert flat["rows"].to_list()[0] == '[{"n":1}]'


def test_times_in_the_index_are_times_of_day(tmp_path):
    at = pd.to_datetime(["2026-03-31T22:30Z", "2026-04-30T22:30Z"]).rename("month")
    monthly = pd.DataFrame({"leads": [3, 4]}, index=at)
    shown = pb.excel_frame(monthly, zone="Europe/Berlin")
    assert (shown.index.name, str(shown.index[0])) == ("month (Europe/Berlin)", "2026-04-01 00:30:00")
    both = monthly.set_index(pd.MultiIndex.from_arrays([at, ["ines", "jonas"]], names=["month", "owner"]))
    pb.excel_frame(both).to_excel(tmp_path / "monthly.xlsx")
    assert list(pb.excel_frame(both).index.names) == ["month (UTC)", "owner"]
    assert str(monthly.index.tz) == "UTC"


@KINDS
def test_an_excel_frame_of_leads_is_written_by_the_usual_call(shared_ws, frame):
    leads = shared_ws.leads.list(limit=50, frame=frame)
    file = io.BytesIO()
    if frame == "pandas":
        with pytest.raises(ValueError, match="timezone"):
            leads.to_excel(io.BytesIO())
        pb.excel_frame(leads, zone="Europe/Berlin").to_excel(file, index=False)
    else:
        pb.excel_frame(leads, zone="Europe/Berlin").write_excel(file)
    cells = list(load_workbook(file).active.iter_rows(values_only=True))
    place = cells[0].index("created_at (Europe/Berlin)")
    shown, expected = cells[1][place], leads["created_at"].to_list()[0]
    assert isinstance(shown, dt.datetime)
    hours = {3600 * offset for offset in (1, 2)}
    assert round((shown.replace(tzinfo=dt.UTC) - expected).total_seconds()) in hours


@KINDS
def test_text_that_is_a_formula_or_that_a_cell_cannot_hold_is_made_safe(frame):
    texts = ["=1+1", "{=1}", "a\x00b\x0b", "x" * 40_000, "-1", None, "ok", "🙂" * 20_000]
    df = pl.DataFrame({"note": texts})
    shown = pb.excel_frame(df.to_pandas() if frame == "pandas" else df)["note"].to_list()
    assert shown[:3] == ["'=1+1", "'{=1}", "a\ufffdb\ufffd"]
    assert [len(text.encode("utf-16-le")) // 2 for text in (shown[3], shown[7])] == [32767, 32766]
    assert shown[4] == "-1"
    assert pd.isna(shown[5])
    file = io.BytesIO()
    pb.excel_frame(df.to_pandas()).to_excel(file, index=False, engine="openpyxl")
    assert not [cell for row in load_workbook(file).active.iter_rows() for cell in row if cell.data_type == "f"]


def test_times_that_a_workbook_cannot_hold_become_text_with_their_offset():
    old = dt.datetime(1850, 1, 1, tzinfo=dt.UTC)
    shown = pb.excel_frame(pl.DataFrame({"at": [old, None]}))
    assert shown["at (UTC)"].to_list() == ["1850-01-01T00:00:00+00:00", None]


@KINDS
def test_an_empty_frame_keeps_its_columns(shared_ws, frame):
    leads = shared_ws.leads.list(frame=frame)[:0]
    assert len(pb.flatten(leads).columns) == len(pb.excel_frame(leads).columns) == len(leads.columns)


UNENCODABLE = pd.DataFrame([["x"]], columns=pd.Index(["\ud800"], dtype=object))


@pytest.mark.parametrize("shape", [pb.flatten, pb.excel_frame])
def test_columns_of_types_that_files_do_not_have_stay_as_they_are(shape):
    df = pd.DataFrame({"tags": ["a"], "phase": [1 + 2j], "odd": pd.Series([object()], dtype=object)})
    assert shape(df).equals(df)


@each_case(
    ("call", "hint"),
    [
        (lambda: pb.excel_frame(pd.DataFrame({"a": [1]}), zone="Europe/Berln"), "Europe/Berlin"),
        (lambda: pb.flatten([1]), "DataFrame"),
        (lambda: pb.flatten(UNENCODABLE), "unpaired surrogate → rename it"),
        (lambda: pb.excel_frame(UNENCODABLE), "unpaired surrogate → rename it"),
        (lambda: pb.excel_frame(pl.DataFrame({"a": [dt.datetime.now(dt.UTC)], "a (UTC)": [1]})), "rename"),
    ],
)
def test_wrong_arguments_are_refused_with_their_repair(call, hint):
    with pytest.raises(InvalidParameterError, match=hint):
        call()


def test_an_unknown_time_zone_is_named_with_a_short_repair():
    with pytest.raises(InvalidParameterError, match="'Mars/One' → give one of IANA's names, such as") as caught:
        pb.excel_frame(pd.DataFrame({"a": [1]}), zone="Mars/One")
    assert len(str(caught.value)) < 150
