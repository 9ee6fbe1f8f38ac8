"""``pb.save_leads``: existing files are kept without overwrite=True, and files are written as a whole."""

import datetime as dt
import io
import json
import signal
import subprocess
import sys

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook import errors
from pb2b_notebook.files import metadata

DF = pl.DataFrame({"id": ["007"], "n": [1]})
SUFFIXES = ["csv", "xlsx", "jsonl", "parquet"]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_existing_file_is_replaced_only_with_overwrite(suffix, tmp_path):
    path = tmp_path / f"leads.{suffix}"
    path.write_text("mine")
    with pytest.raises(errors.LeadFileExistsError, match="overwrite=True"):
        pb.save_leads(DF, path)
    assert path.read_text() == "mine"
    assert names(tmp_path) == [path.name]
    pb.save_leads(DF, path, overwrite=True)
    assert pb.read_leads(path, frame="polars", quiet=True).equals(DF)


def test_a_companion_path_that_is_not_metadata_is_not_replaced(tmp_path):
    path, beside = tmp_path / "leads.csv", tmp_path / "leads.csv-metadata.json"
    beside.write_text("{}")
    with pytest.raises(errors.LeadFileExistsError, match="-metadata"):
        pb.save_leads(DF, path)
    assert names(tmp_path) == [beside.name]
    beside.unlink()
    pb.save_leads(DF, path)
    path.unlink()
    pb.save_leads(DF, path)  # the metadata of a deleted file may be replaced


def test_a_file_that_is_created_meanwhile_is_kept(tmp_path):
    from pb2b_notebook.files.atomic_files import write_atomically

    path = tmp_path / "leads.csv"
    with write_atomically(path, overwrite=False) as file:
        file.write(b"ours")
    path.unlink()

    def meanwhile():
        with write_atomically(path, overwrite=False) as file:
            file.write(b"ours")
            path.write_text("theirs")

    with pytest.raises(errors.LeadFileExistsError):
        meanwhile()
    assert path.read_text() == "theirs"
    assert names(tmp_path) == [path.name]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_failure_keeps_the_existing_file(suffix, tmp_path):
    path = tmp_path / f"leads.{suffix}"
    saved = pb.save_leads(DF, path)
    before = {name: (tmp_path / name).read_bytes() for name in names(tmp_path)}
    wrong = pl.DataFrame({"id": ["x"], "n": [float("inf")], "note": ["a" * 40_000]})
    wrong = wrong if suffix in {"xlsx", "jsonl"} else pl.DataFrame({"n": [b"bytes"]})
    with pytest.raises(errors.ProspectB2BError):
        pb.save_leads(wrong, path, overwrite=True)
    assert {name: (tmp_path / name).read_bytes() for name in names(tmp_path)} == before
    assert saved.rows == 1


CELL = """
import sys, polars as pl, pb2b_notebook as pb
from pb2b_notebook.display import progress
progress.SHOWN_AFTER = -1
class Bar(progress.Progress):
    def add(self, rows, total, note=""):
        super().add(rows, total, note)
        print("half", flush=True)
        sys.stdin.read()
import pb2b_notebook.files.saving as saving
saving.Progress = Bar
pb.save_leads(pl.DataFrame({"n": range(200_000)}), sys.argv[1], overwrite=True, progress=False)
"""


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_kill_while_saving_keeps_the_existing_file(suffix, tmp_path):
    path = tmp_path / f"leads.{suffix}"
    pb.save_leads(DF, path)
    with subprocess.Popen(
        [sys.executable, "-c", CELL, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as cell:
        assert cell.stdout.readline() == "half\n"
        cell.send_signal(signal.SIGKILL)
    assert pb.read_leads(path, frame="polars", quiet=True).equals(DF)


def test_paths_that_cannot_be_written_are_refused(tmp_path):
    (tmp_path / "file").write_text("")
    for path, part in [
        (tmp_path, "is a folder"),
        (tmp_path / "no" / "leads.csv", "folder 'no' does not exist"),
        (tmp_path / "file" / "leads.csv", "does not exist"),
        ("/proc/leads.csv", "cannot be written"),  # where not even root may
        (tmp_path / f"{'a' * 300}.csv", "cannot be written"),
        (tmp_path / "a\0.csv", "NUL"),
    ]:
        with pytest.raises(errors.LeadFileError, match=part):
            pb.save_leads(DF, path, format="csv")
    for name, part in [("leads.xls", "'.xlsx'"), ("leads", "no suffix"), ("leads.xslx", "'.xlsx'")]:
        with pytest.raises(errors.UnknownFormatError, match=part):
            pb.save_leads(DF, tmp_path / name)
    assert names(tmp_path) == ["file"]


def test_symbolic_links_and_file_modes_are_kept(tmp_path):
    path, link = tmp_path / "leads.xlsx", tmp_path / "link.xlsx"
    pb.save_leads(DF, path)
    path.chmod(0o640)
    link.symlink_to(path)
    pb.save_leads(DF.with_columns(n=pl.lit(2)), link, overwrite=True)
    assert link.is_symlink()
    assert pb.read_leads(path, quiet=True)["n"].tolist() == [2]
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("df", "part"),
    [
        (pd.DataFrame({"a": [1]}).set_index("a").assign(b=1), "reset_index"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "two columns called 'a'"),
        (pd.DataFrame([[1, 2]]), "not text"),
        (pd.DataFrame({"": [1]}), "no name"),
        (pd.DataFrame({"a": [object()]}), "column 'a'"),
        (pd.DataFrame({"a": [2**70]}), "column 'a'"),
        (pd.DataFrame(), "no columns"),
        (pl.DataFrame({"a": [b"x"]}), "column 'a'"),
        ({"a": [1]}, "DataFrame"),
        (None, "DataFrame"),
    ],
)
def test_frames_that_cannot_be_saved_are_refused(df, part, tmp_path):
    with pytest.raises(errors.InvalidParameterError, match=part):
        pb.save_leads(df, tmp_path / "leads.csv")
    assert names(tmp_path) == []


def test_frames_with_mixed_objects_are_saved():
    moment = pd.Timestamp("2026-03-10 12:00", tz="Europe/Berlin")
    df = pd.DataFrame(
        {
            "when": [moment, pd.NaT],
            "kind": pd.Categorical(["a", None]),
            "n": [1.5, float("nan")],
            "mixed": ["a", None],
            "small": pd.array([1, None], "Int8"),
        },
        index=[7, 9],
    )
    file = io.BytesIO()
    pb.save_leads(df, file, format="xlsx")
    again = pb.read_leads(file.getvalue(), frame="polars", quiet=True)
    assert again.rows() == [(moment.tz_convert("UTC").to_pydatetime(), "a", 1.5, "a", 1), (None,) * 5]


def test_invalid_options_are_refused(tmp_path):
    for options in ({"delimiter": ";"}, {"guard": "none"}, {"format": "xls"}):
        with pytest.raises(errors.ProspectB2BError, match="→"):
            pb.save_leads(DF, tmp_path / "leads.xlsx", **options)
    with pytest.raises(errors.InvalidParameterError, match="open file"):
        pb.save_leads(DF, 5, format="csv")
    with pytest.raises(errors.InvalidParameterError, match="format='csv'"):
        pb.save_leads(DF, sys.stdout)
    with (tmp_path / "text").open("w") as file, pytest.raises(errors.InvalidParameterError, match='mode "wb"'):
        pb.save_leads(DF, file, format="csv")


def test_for_other_programs_only_formulas_are_guarded(tmp_path):
    df = pl.DataFrame({"phone": ["+4930901820", "+1-1"], "day": ["2026-03-10"] * 2, "note": ["=1+1", "+49 30"]})
    saved = pb.save_leads(df, tmp_path / "phones.csv", guard="formulas")
    assert saved.path.read_text("utf-8-sig").splitlines() == [
        "phone,day,note",
        "+4930901820,2026-03-10,'=1+1",
        "'+1-1,2026-03-10,'+49 30",
    ]
    assert pb.read_leads(saved.path, frame="polars", quiet=True).equals(df)
    df = pl.DataFrame({"code": ["007"], "phone": ["+4930"], "note": ["=1+1"], "day": ["2026-03-10"]})
    saved = pb.save_leads(df, tmp_path / "a.csv", guard="formulas", delimiter=";")
    assert saved.path.read_bytes() == b"\xef\xbb\xbfcode;phone;note;day\r\n007;'+4930;'=1+1;2026-03-10\r\n"
    assert saved.guarded == 2
    assert pb.read_leads(saved.path, frame="polars", quiet=True).equals(df)
    saved = pb.save_leads(df, tmp_path / "b.csv")
    assert saved.path.read_bytes().endswith(b"\r\n'007,'+4930,'=1+1,'2026-03-10\r\n")


def test_metadata_is_a_w3c_document(tmp_path):
    saved = pb.save_leads(DF, tmp_path / "leads.csv", workspace="Acme")
    document = json.loads(saved.metadata.read_text())
    assert document["@context"] == "http://www.w3.org/ns/csvw"
    assert document["url"] == "leads.csv"
    assert [one["datatype"] for one in document["tableSchema"]["columns"]] == ["string", "integer"]
    provenance = pb.provenance(pb.read_leads(saved.path, quiet=True))
    assert (provenance.workspace, provenance.file.remembered, provenance.file.findings) == ("Acme", True, ())


def test_a_csv_file_that_was_changed_is_read_and_reported(tmp_path):
    df = pl.DataFrame({"id": ["007", "008"], "score": [1, 2], "custom_tags": [["a"], ["b", "c"]]})
    path = pb.save_leads(df, tmp_path / "leads.csv").path
    path.write_text("score;id;neu\r\n1;'007;x\r\nhigh;009;y\r\n", "cp1252")  # as a German spreadsheet might
    again = pb.read_leads(path, frame="polars", quiet=True)
    assert again.rows() == [(1, "007", "x", None), (None, "009", "y", '{"score":"high"}')]
    assert {one.code for one in pb.provenance(again).file.findings} == {"changed", "misfits"}


def test_metadata_of_another_file_is_ignored(tmp_path):
    path = pb.save_leads(DF, tmp_path / "leads.csv").path
    path.write_text("Mail,Code\na@example.com,'007\n")
    again = pb.read_leads(path, frame="polars", quiet=True)
    assert again.rows() == [("a@example.com", "007")]
    assert not pb.provenance(again).file.remembered


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"notes":[]}', "[" * 10_000, '{"notes":[{"pb2b_notebook":99}]}']
)
def test_broken_metadata_is_reported(text, tmp_path):
    path = pb.save_leads(DF, tmp_path / "leads.csv").path
    metadata.companion_path(path).write_text(text)
    again = pb.read_leads(path, frame="polars", quiet=True)
    assert again.rows() == [("007", "1")]
    assert {one.code for one in pb.provenance(again).file.findings} == {"metadata_unreadable", "unguarded"}


def test_progress_is_shown_on_long_work_only(tmp_path, monkeypatch, capsys):
    from pb2b_notebook.display import progress

    pb.save_leads(DF, tmp_path / "quick.csv")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(progress, "SHOWN_AFTER", -1)
    for suffix in SUFFIXES:
        saved = pb.save_leads(DF, tmp_path / f"slow.{suffix}")
        assert f"saving slow.{suffix}" in capsys.readouterr().err
        pb.read_leads(saved.path, quiet=True)
        assert f"reading slow.{suffix}" in capsys.readouterr().err
        pb.save_leads(DF, saved.path, overwrite=True, progress=False)
        pb.read_leads(saved.path, quiet=True, progress=False)
        assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("name", "says"),
    [("x.doc", "choose one of: .csv, .tsv, .xlsx"), ("x.foo", "choose one of: .csv, .tsv"), ("x.xslx", "'.xlsx'")],
)
def test_an_unknown_suffix_is_refused_with_the_known_ones(tmp_path, name, says):
    with pytest.raises(errors.UnknownFormatError, match=says):
        pb.save_leads(pd.DataFrame({"email": ["a@b.example"]}), tmp_path / name)


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "jsonl", "parquet"])
def test_a_name_that_the_system_cannot_store_is_refused(tmp_path, suffix):
    df = pd.DataFrame({"email": ["ada@lovelace.example"]})
    with pytest.raises(errors.LeadFileError, match="surrogate"):
        pb.save_leads(df, tmp_path / f"\ud800.{suffix}")
    with pytest.raises(errors.LeadFileError, match="surrogate"):
        pb.save_leads(df, tmp_path / "\ud800" / f"leads.{suffix}")
    assert list(tmp_path.iterdir()) == []


# --- several frames ---------------------------------------------------------------------------------------------------

LEADS = pl.DataFrame(
    {"id": ["007", "=1+1"], "tags": [["a", "b"], []], "at": [dt.datetime(2026, 3, 10, tzinfo=dt.UTC)] * 2}
)
JOBS = pl.DataFrame({"id": ["1", None, "3"], "progress": [0.5, None, 1.0]})


@pytest.mark.parametrize("frame", ["pandas", "polars"])
def test_several_frames_are_sheets_that_reading_restores(tmp_path, frame):
    sheets = {"Leads": LEADS, "Jobs": JOBS, "Ärger 🙂": LEADS[:0]}
    # Not by to_pandas(), which makes arrays of lists.
    given = {n: pd.DataFrame(one.to_dict(as_series=False), columns=one.columns) for n, one in sheets.items()}
    given = given if frame == "pandas" else sheets
    saved = pb.save_leads(given, tmp_path / "week.xlsx")
    assert (saved.sheets, saved.rows, saved.columns) == (tuple(sheets), 5, 8)
    assert "Leads, Jobs" in repr(saved)
    for name, one in sheets.items():
        if len(one):
            again = pb.read_leads(saved.path, sheet=name, frame="polars", quiet=True)
            assert again.equals(one)
            assert again.schema == one.schema
    assert pb.read_leads(saved.path, frame="polars", quiet=True).equals(LEADS)


def test_several_frames_can_be_saved_to_an_open_file():
    buffer = io.BytesIO()
    saved = pb.save_leads({"One": JOBS, "Two": JOBS}, buffer, format="xlsx")
    assert (saved.path, saved.size) == (None, len(buffer.getvalue()))
    buffer.seek(0)
    assert pb.read_leads(buffer, format="xlsx", sheet="Two", frame="polars", quiet=True).equals(JOBS)


@pytest.mark.parametrize(
    "sheets",
    [
        {}, {"": JOBS}, {"a" * 32: JOBS}, {"🙂" * 16: JOBS}, {"a/b": JOBS}, {"'a": JOBS}, {"History": JOBS},
        {"pb2b_notebook": JOBS}, {1: JOBS}, {"Jobs": JOBS, "jobs": JOBS}, {"Jobs": "no frame"},
    ],
)  # fmt: skip
def test_sheets_that_a_spreadsheet_refuses_are_refused_before_a_file_is_written(tmp_path, sheets):
    with pytest.raises(errors.InvalidParameterError) as caught:
        pb.save_leads(sheets, tmp_path / "week.xlsx")
    assert caught.value.repair
    assert names(tmp_path) == []


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_several_frames_need_a_workbook(tmp_path, suffix):
    with pytest.raises(errors.InvalidParameterError, match="xlsx"):
        pb.save_leads({"Leads": LEADS, "Jobs": JOBS}, tmp_path / f"week.{suffix}")
    assert names(tmp_path) == []
