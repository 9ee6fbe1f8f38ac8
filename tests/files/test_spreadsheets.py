"""Files that LibreOffice opens and saves come back unchanged."""

import os
import shutil
import subprocess

import polars as pl
import pytest

import pb2b_notebook as pb
from awkward_tables import TEXTS


@pytest.fixture(scope="session")
def office(tmp_path_factory):
    """Open and save a file in LibreOffice; without it, the test fails in CI and is skipped elsewhere."""
    program = shutil.which("soffice")
    if program is None:
        reason = "no LibreOffice: apt-get install --no-install-recommends libreoffice-calc"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    home = tmp_path_factory.mktemp("office")

    def resave(path, suffix=None):
        folder = path.parent / "resaved"
        command = [program, "--headless", f"-env:UserInstallation={home.as_uri()}"]
        command += ["--convert-to", suffix or path.suffix.removeprefix("."), "--outdir", folder, path]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=240)
        again = folder / f"{path.stem}.{suffix}" if suffix else folder / path.name
        assert again.exists(), done.stderr
        assert again.read_bytes() != path.read_bytes()
        return again

    return resave


@pytest.fixture(scope="session")
def many():
    with pb.open_sandbox(leads=1_500, rate_limit=1_000_000) as ws:
        leads = ws.leads.list(include_deleted=True)
    assert len(leads) == 1_500
    return leads


def test_many_leads_survive_as_xlsx(office, many, tmp_path, same):
    again = pb.read_leads(office(pb.save_leads(many, tmp_path / "leads.xlsx").path))
    same(again, many)
    report = pb.provenance(again).file
    assert (report.remembered, report.workspace) == (True, pb.provenance(many).workspace)
    assert report.findings == ()


def test_many_leads_survive_as_csv(office, many, tmp_path, same):
    saved = pb.save_leads(many, tmp_path / "leads.csv")
    path = office(saved.path)
    shutil.copy(saved.metadata, path.parent)
    again = pb.read_leads(path)
    same(again, many)
    assert [one.code for one in pb.provenance(again).file.findings] == ["changed"]


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_text_that_a_spreadsheet_would_run_or_change_survives(office, suffix, tmp_path):
    texts = [text for text in TEXTS if text != "\n"]  # LibreOffice 26.8 saves a lone line break as a blank
    df = pl.DataFrame(
        {"=name": texts, "tags": [[text, "b"] for text in texts], "code": [f"00{n}" for n in range(len(texts))]}
    )
    saved = pb.save_leads(df, tmp_path / f"texts.{suffix}")
    path = office(saved.path)
    if saved.metadata:
        shutil.copy(saved.metadata, path.parent)
    assert pb.read_leads(path, frame="polars").equals(df)


def test_a_csv_file_survives_being_saved_as_a_workbook(office, tmp_path):
    """Ids, phones and formulas are unchanged; other types that LibreOffice guessed stay."""
    df = pl.DataFrame({"id": ["007", "1e5"], "phone": ["+4930901820", "030/901820"], "note": ["=1+1", "@x"]})
    path = pb.save_leads(df, tmp_path / "leads.csv").path
    assert pb.read_leads(office(path, "xlsx"), frame="polars").equals(df)


@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_workbooks_of_other_formats_are_read_as_they_were_saved(office, suffix, tmp_path):
    with pb.open_sandbox(leads=30) as ws:
        leads = ws.leads.list(frame="polars")
    texts = [text for text in TEXTS if "\t" not in text]  # tests/files/workbooks/test_ods_inspection.py
    leads = leads.with_columns(note=pl.Series((texts * 30)[:30]))
    again = pb.read_leads(office(pb.save_leads(leads, tmp_path / "leads.xlsx").path, suffix), frame="polars")
    report = pb.provenance(again).file
    assert (report.format, report.remembered) == (suffix, True)
    assert again.equals(leads)
