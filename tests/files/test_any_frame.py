"""Any frame comes back from every format, in both libraries (Hypothesis)."""

import datetime as dt
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import pb2b_notebook as pb
from awkward_tables import RAW
from pb2b_notebook.files.cells import read_cell, write_cell
from pb2b_notebook.files.escaping import guard, quote, restore, restore_foreign, unquote

TEXT = st.one_of(st.sampled_from(RAW), st.text(st.characters(codec="utf-8"), max_size=12))
SIGNS = st.text(st.sampled_from("'=+-@\t\r\n\"\\_x0<r>/;,1a. "), max_size=8)
MOMENTS = st.datetimes(dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30))  # noqa: DTZ001 - some have no zone
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
COLUMNS = {
    "text": (pl.String, TEXT | SIGNS),
    "integer": (pl.Int64, st.integers(-(2**63), 2**63 - 1)),
    "number": (pl.Float64, NUMBERS),
    "boolean": (pl.Boolean, st.booleans()),
    "datetime": (pl.Datetime("us", "UTC"), MOMENTS.map(lambda moment: moment.replace(tzinfo=dt.UTC))),
    "local": (pl.Datetime("us"), MOMENTS),
    "date": (pl.Date, st.dates()),
    "texts": (pl.List(pl.String), st.lists(TEXT | SIGNS, max_size=3)),
}
NAMES = TEXT.filter(lambda name: name and len(name) < 50 and "\0" not in name)  # Arrow ends a name there


@st.composite
def frames(draw):
    rows = draw(st.integers(0, 4))
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    series = []
    for name in names:
        dtype, values = COLUMNS[draw(st.sampled_from(sorted(COLUMNS)))]
        column = draw(st.lists(st.none() | values, min_size=rows, max_size=rows))
        series.append(pl.Series(name, column, dtype=dtype, strict=True))
    return pl.DataFrame(series)


@pytest.mark.parametrize("suffix", ["csv", "tsv", "xlsx", "jsonl", "parquet"])
@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(df=frames())
@example(df=pl.DataFrame({"a": RAW}))
@example(df=pl.DataFrame({text: [text] for text in RAW if text and "\0" not in text}))
@example(df=pl.DataFrame({"tags": [RAW, [], None]}))
@example(df=pl.DataFrame({" ": []}, schema={" ": pl.String}))
@example(df=pl.DataFrame({"unparsed": ["mine", None], "score": [1, 2]}))
@example(df=pl.DataFrame({"unparsed": [True, None], "score": [1, 2]}))
@example(df=pl.DataFrame({"unparsed": []}, schema={"unparsed": pl.List(pl.String)}))
@example(df=pl.DataFrame({"score": ["high", "7"], "tags": [1, 2], "created_at": [True, None]}))
def test_any_frame_comes_back(df, suffix):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"leads.{suffix}"
        pb.save_leads(df, path)
        again = pb.read_leads(path, frame="polars", quiet=True)
        assert again.schema == df.schema
        assert again.equals(df)
        pandas = pb.read_leads(path, quiet=True)
        pb.save_leads(pandas, path, overwrite=True)
        pandas_again = pb.read_leads(path, quiet=True)
        assert pandas_again.equals(pandas)
        assert pandas_again.dtypes.equals(pandas.dtypes)


@given(text=TEXT | SIGNS)
def test_any_text_comes_back_from_its_cell(text):
    for formulas_only in (False, True):
        assert restore(guard(text, formulas_only=formulas_only)) == text
    assert unquote(quote(text)) == text
    cell = guard(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    if text.strip("'"):
        assert restore_foreign(cell) == text


@given(data=st.data(), kind=st.sampled_from(sorted(set(COLUMNS) - {"text"})))
def test_any_value_comes_back_from_its_text(data, kind):
    value = data.draw(COLUMNS[kind][1])
    assert read_cell(write_cell(value, kind), kind) == value
