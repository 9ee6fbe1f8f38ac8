"""Exports: made with the filters of a list, read through the API, and read from the file that the workspace serves."""

import json
import zipfile
from datetime import UTC, datetime

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook import errors
from pb2b_notebook.api.domains.export_files import read_export

FORMATS = ("csv", "jsonl", "xlsx")


@pytest.fixture(scope="module")
def ws():
    with pb.open_sandbox(leads=300, rate_limit=1_000_000) as opened:
        yield opened


def fetched(ws, export):
    """The file that one fetches in the signed-in workspace."""
    return ws.sandbox.data_folder / ws.id / "exports" / f"{export.id}.{export.format}"


def values(frame):
    """Rows as plain Python, the same from both libraries."""
    rows = frame.to_dicts() if isinstance(frame, pl.DataFrame) else frame.astype(object).to_dict("records")
    return [{n: None if not isinstance(v, list) and pd.isna(v) else v for n, v in row.items()} for row in rows]


# --- create, wait, rows ---------------------------------------------------------------------------------------------


def test_filters_of_an_export_are_those_of_a_list(ws):
    filters = {
        "status": ("new", "contacted"),
        "country": pd.Series(["DE"]),
        "has_email": True,
        "updated_after": "2025-01-01",
        "custom": {"tier": "A"},
    }
    export = ws.exports.wait(ws.exports.create(format="csv", filters=filters))
    assert export.filters == {
        "status": ["new", "contacted"],
        "country": ["DE"],
        "has_email": True,
        "updated_after": "2024-12-31T23:00:00.000Z",
        "custom.tier": "A",
    }
    assert export.row_count == len(ws.exports.rows(export)) == len(ws.leads.list(**filters))
    dotted = ws.exports.create(format="csv", filters={"custom.tier": "A", "ids": ["lead_1", "lead_2"]})
    assert dotted.filters == {"custom.tier": "A", "ids": ["lead_1", "lead_2"]}


def test_rows_have_the_columns_of_a_list_for_the_exports_fields(ws):
    export = ws.exports.create(format="csv", fields=["tier", "email", "id"], filters={"status": "new"})
    for frame in ("pandas", "polars"):
        rows = ws.exports.rows(export, frame=frame)
        assert list(rows.columns) == ["custom_tier", "email", "id"]
        expected = ws.leads.list(status="new", columns=["custom_tier", "email", "id"], frame=frame)
        assert values(rows) == values(expected)
    assert pb.provenance(ws.exports.rows(export.id)).filters == {"status": "new"}


def test_rows_without_fields_and_filters_are_all_leads(ws):
    rows, listed = ws.exports.rows(ws.exports.create(format="jsonl")), ws.leads.list()
    assert set(listed.columns) - set(rows.columns) == {"object"}
    assert len(rows) == len(listed)


def test_readiness_says_whether_an_export_is_ready(ws):
    export = ws.exports.create(format="csv", fields=["id"])
    assert not ws.exports.readiness(export).ready
    ended = ws.exports.wait(export)
    assert (ended.status, ended.row_count) == ("completed", len(ws.leads.list()))
    assert ws.exports.readiness(ended).ready


# --- the file -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("frame", ["pandas", "polars"])
def test_the_file_reads_as_the_list_does(ws, format_, frame):
    export = ws.exports.wait(ws.exports.create(format=format_))
    told = ws.exports.readiness(export)
    read = read_export(fetched(ws, export), told, fields=ws.lead_fields.list(), frame=frame)
    listed = ws.exports.rows(export, frame=frame)
    assert list(read.columns) == list(listed.columns)
    assert list(read.dtypes) == list(listed.dtypes)
    assert values(read) == values(listed)
    assert len(read) == told.row_count


@pytest.mark.parametrize("format_", FORMATS)
def test_a_file_of_no_rows_has_the_same_columns_and_dtypes(ws, format_):
    fields = ws.lead_fields.list()
    some = ws.exports.wait(ws.exports.create(format="csv", fields=["id", "score", "tags", "tier"]))
    none = ws.exports.wait(
        ws.exports.create(format=format_, fields=["id", "score", "tags", "tier"], filters={"email": "no@body.example"})
    )
    assert none.row_count == 0
    full, empty = (read_export(fetched(ws, one), fields=fields) for one in (some, none))
    if format_ != "jsonl":  # a file of no lines names no fields
        assert list(empty.dtypes) == list(full.dtypes)
        assert list(empty.columns) == list(full.columns)
    assert len(empty) == 0


@pytest.mark.parametrize("format_", FORMATS)
def test_formulas_and_long_numbers_are_read_exactly(ws, format_):
    big = 2**53 + 1
    evil = ["=1+1", "+49 30 901820", "-x", "@sum", "'quoted", 'a\nb, "c"', "  spaced ", "ünïcödé 😀"]
    made = [
        ws.leads.create(email=f"evil{n}@example.com", full_name=text, employee_count=big, tags=["x", "y z"])
        for n, text in enumerate(evil)
    ]
    export = ws.exports.wait(
        ws.exports.create(
            format=format_,
            filters={"ids": [lead.id for lead in made]},
            fields=["full_name", "employee_count", "tags", "score"],
        )
    )
    read = read_export(fetched(ws, export), ws.exports.readiness(export))
    assert read["full_name"].tolist() == evil
    assert read["employee_count"].tolist() == [big] * len(evil)
    assert read["tags"].tolist() == [["x", "y z"]] * len(evil)
    assert read["score"].isna().all()
    for lead in made:
        ws.leads.delete(lead)


def test_custom_fields_without_definitions_are_text_in_csv_and_typed_by_value_in_json_lines(ws):
    wanted = {"format": "csv", "fields": ["deal_value_eur", "tier"], "filters": {"custom": {"tier": "A"}}}
    csv = read_export(fetched(ws, ws.exports.wait(ws.exports.create(**wanted))))
    jsonl = read_export(fetched(ws, ws.exports.wait(ws.exports.create(**{**wanted, "format": "jsonl"}))))
    assert list(csv.columns) == list(jsonl.columns) == ["custom_deal_value_eur", "custom_tier"]
    assert str(csv["custom_deal_value_eur"].dtype) == "str"
    assert str(jsonl["custom_deal_value_eur"].dtype) in {"Int64", "Float64"}
    assert set(csv["custom_tier"]) == {"A"}


# --- a file that is not the one -------------------------------------------------------------------------------------


def test_the_digest_is_compared_before_anything_is_read(ws, tmp_path):
    export = ws.exports.wait(ws.exports.create(format="csv", fields=["id"]))
    told = ws.exports.readiness(export)
    path = tmp_path / "export.csv"
    path.write_bytes(fetched(ws, export).read_bytes())
    assert len(read_export(path, told)) == len(read_export(str(path), told.sha256.upper())) == told.row_count
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(errors.DamagedFileError, match=r"SHA-256 differs → .*readiness"):
        read_export(path, told)
    for nothing in ({"sha256": None}, {}, "abc"):
        with pytest.raises(errors.InvalidParameterError, match="no SHA-256"):
            read_export(path, nothing)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("export.csv", b"", errors.DamagedFileError),
        ("export.csv", b"id,id\n1,2\n", errors.DamagedFileError),
        ("export.csv", b"id,\n1,2\n", errors.DamagedFileError),
        ("export.csv", b"id,email\n1\n", errors.DamagedFileError),
        ("export.csv", b"id\n\xff\xfe\n", errors.DamagedFileError),
        ("export.csv", b"\xff\xfe", errors.DamagedFileError),
        ("export.jsonl", b'{"id": 1', errors.DamagedFileError),
        ("export.jsonl", b"[1]\n", errors.DamagedFileError),
        ("export.jsonl", b'{"id": NaN}\n', errors.DamagedFileError),
        ("export.xlsx", b"PK\x03\x04 no workbook", errors.DamagedFileError),
        ("export.xlsx", b"", errors.DamagedFileError),
        ("export.pdf", b"%PDF", errors.UnknownFormatError),
        ("export", b"id\n1\n", errors.UnknownFormatError),
    ],
)
def test_a_file_that_is_not_an_export_is_a_typed_error(tmp_path, name, content, kind):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(kind):
        read_export(path)


def test_a_folder_is_named_as_it_was_given():
    with pytest.raises(errors.UnknownFormatError, match=r"^\. does not have the name of an export"):
        read_export(".")


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.xlsx"])
def test_a_missing_file_says_where_to_download_it(tmp_path, name):
    with pytest.raises(errors.LeadFileNotFoundError, match="signed-in workspace"):
        read_export(tmp_path / name)
    (tmp_path / name).mkdir()
    with pytest.raises(errors.LeadFileError):
        read_export(tmp_path / name)


def test_a_truncated_xlsx_is_damaged(ws, tmp_path):
    export = ws.exports.wait(ws.exports.create(format="xlsx", fields=["id"]))
    path = tmp_path / "cut.xlsx"
    path.write_bytes(fetched(ws, export).read_bytes()[:-200])
    with pytest.raises(errors.DamagedFileError):
        read_export(path)
    assert zipfile.is_zipfile(fetched(ws, export))


def test_another_frame_is_refused(tmp_path):
    with pytest.raises(errors.InvalidParameterError, match="unknown frame 'panda'"):
        read_export(tmp_path / "a.csv", frame="panda")


# --- a file that somebody edited ------------------------------------------------------------------------------------


@pytest.mark.parametrize("frame", ["pandas", "polars"])
def test_a_value_that_does_not_fit_its_column_is_kept_in_unparsed(tmp_path, frame):
    path = tmp_path / "edited.csv"
    path.write_text(
        "id,score,created_at,tags,deal\nlead_1,7,2026-03-10T12:00:00.000Z,a;b,1.5\n"
        "lead_2,many,10.03.2026,,9007199254740993\n,,,,\n",
        "utf-8",
    )
    fields = pd.DataFrame({"key": ["deal"], "type": ["number"], "builtin": [False]})
    rows = values(read_export(path, fields=fields, frame=frame))
    assert rows[0] == {
        "id": "lead_1",
        "score": 7,
        "created_at": datetime(2026, 3, 10, 12, tzinfo=UTC),
        "tags": ["a", "b"],
        "custom_deal": 1.5,
        "unparsed": None,
    }
    nothing = {"score": None, "created_at": None, "tags": [], "custom_deal": None}
    assert {n: v for n, v in rows[1].items() if n != "unparsed"} == {"id": "lead_2", **nothing}
    kept = json.loads(rows[1]["unparsed"])
    assert kept == {"score": "many", "created_at": "10.03.2026", "custom_deal": "9007199254740993"}
    assert rows[2]["unparsed"] is None


def test_numbers_of_a_spreadsheet_are_read_exactly(tmp_path):
    from xlsxwriter import Workbook

    path = tmp_path / "edited.xlsx"
    book = Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["id", "score", "phone", "tier"])
    sheet.write_row(1, 0, ["lead_1", 7, 49309018200, 1.5])
    sheet.write(2, 0, "lead_2")
    sheet.write_boolean(2, 3, True)
    book.close()
    read = read_export(path)
    assert read["score"].tolist() == [7, pd.NA]
    assert read["phone"].iloc[0] == "49309018200"
    assert read["custom_tier"].tolist() == ["1.5", "true"]
