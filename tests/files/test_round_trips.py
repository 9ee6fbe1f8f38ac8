"""Saved frames come back unchanged: leads of the sandbox, both libraries, every format."""

import datetime as dt
import io

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb


def test_leads_of_a_workspace_come_back_in_pandas(leads, suffix, tmp_path, same):
    saved = pb.save_leads(leads, tmp_path / f"leads.{suffix}")
    again = pb.read_leads(saved.path)
    same(again, leads)
    origin, report = pb.provenance(leads), pb.provenance(again).file
    assert (report.workspace, report.host) == (origin.workspace, origin.host)
    assert report.remembered
    assert report.findings == ()


def test_leads_of_a_workspace_come_back_in_polars(polars_leads, suffix, tmp_path):
    saved = pb.save_leads(polars_leads, tmp_path / f"leads.{suffix}")
    again = pb.read_leads(saved.path, frame="polars")
    assert again.equals(polars_leads)
    assert again.schema == polars_leads.schema


def test_a_file_of_one_library_is_read_by_the_other(polars_leads, leads, suffix, tmp_path, same):
    saved = pb.save_leads(leads, tmp_path / f"leads.{suffix}")
    assert pb.read_leads(saved.path, frame="polars").equals(polars_leads)


def test_the_workspace_is_kept_when_a_read_file_is_saved_again(leads, suffix, tmp_path):
    first = pb.save_leads(leads, tmp_path / f"first.{suffix}")
    second = pb.save_leads(pb.read_leads(first.path), tmp_path / f"second.{suffix}")
    assert pb.provenance(pb.read_leads(second.path)).workspace == pb.provenance(leads).workspace


def test_the_workspace_of_a_derived_frame_can_be_passed(shared_ws, leads, suffix, tmp_path):
    saved = pb.save_leads(leads.head(3), tmp_path / f"some.{suffix}", workspace=shared_ws)
    assert pb.provenance(pb.read_leads(saved.path)).workspace == shared_ws.name == pb.provenance(leads).workspace


def test_every_kind_of_column_comes_back(suffix, tmp_path):
    moment = dt.datetime(2026, 3, 10, 12, 0, 0, 123_000, tzinfo=dt.UTC)
    df = pl.DataFrame(
        {
            "text": ["007", "", None],
            "integer": [2**53 + 1, -(2**63), None],
            "number": [0.1, 1e-320, None],
            "boolean": [True, False, None],
            "datetime": [moment, dt.datetime(1850, 1, 1, 0, 0, 0, 1, tzinfo=dt.UTC), None],
            "local": [moment.replace(tzinfo=None), moment.replace(tzinfo=None, year=9999, microsecond=999_999), None],
            "date": [dt.date(2026, 3, 10), dt.date(1, 1, 1), None],
            "texts": [["a", "b;c"], [], None],
            "nothing": pl.Series([None, None, None], dtype=pl.String),
        },
        schema_overrides={"datetime": pl.Datetime("us", "UTC"), "local": pl.Datetime("us")},
    )
    again = pb.read_leads(pb.save_leads(df, tmp_path / f"kinds.{suffix}").path, frame="polars")
    assert again.schema == df.schema
    assert again.equals(df)


def test_records_come_back_as_records(suffix, tmp_path, same):
    df = pd.DataFrame({"n": pd.array([1, 2], "Int64"), "owner": [{"name": "=Ada", "n": 1.5}, None]})
    same(pb.read_leads(pb.save_leads(df, tmp_path / f"records.{suffix}").path), df)


@pytest.mark.parametrize("rows", [0, 1])
def test_a_frame_with_no_or_one_row_keeps_its_types(leads, polars_leads, suffix, tmp_path, rows, same):
    same(pb.read_leads(pb.save_leads(leads.head(rows), tmp_path / f"a.{suffix}").path), leads.head(rows))
    some = polars_leads.head(rows)
    assert pb.read_leads(pb.save_leads(some, tmp_path / f"b.{suffix}").path, frame="polars").equals(some)


@pytest.mark.parametrize("name", ["csv", "xlsx", "jsonl", "parquet"])
def test_a_frame_comes_back_through_a_buffer(leads, name):
    file = io.BytesIO()
    saved = pb.save_leads(leads, file, format=name)
    assert saved.path is None
    file.seek(0)
    again = pb.read_leads(file)
    assert again["id"].equals(leads["id"])
    assert again["created_at"].equals(leads["created_at"])
