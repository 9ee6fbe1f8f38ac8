"""Paths and open files."""

import os

import pytest

import pb2b_notebook as pb
from pb2b_notebook import errors


def test_paths_that_cannot_be_read_are_refused(tmp_path):
    (tmp_path / "leads.csv").write_text("a,b\n1,2\n")
    (tmp_path / "leads.xlsx").write_text("a,b\n1,2\n")
    for path, kind, part in [
        (tmp_path / "leds.csv", errors.LeadFileNotFoundError, "did you mean 'leads.csv'"),
        (tmp_path / "no" / "leads.csv", errors.LeadFileNotFoundError, "folder does not exist"),
        ("https://x.example/a.csv", errors.LeadFileNotFoundError, "does not read URLs → download the file"),
        (tmp_path, errors.LeadFileError, "is a folder → pass one of its files, such as leads.csv"),
        (os.devnull, errors.LeadFileError, "not a regular file"),
        ("a\0b.csv", errors.LeadFileError, "cannot be read"),
        (tmp_path / "leads.xlsx", errors.DamagedFileError, "not a workbook.* format='csv'"),
        (5, errors.InvalidParameterError, "a path, bytes or an open file"),
    ]:
        with pytest.raises(kind, match=part):
            pb.read_leads(path)
    assert len(pb.read_leads(tmp_path / "leads.xlsx", format="csv", quiet=True)) == 1
    (tmp_path / "leads.xslx").write_text("a,b\n")
    with pytest.raises(errors.UnknownFormatError, match=r"did you mean '\.xlsx'"):
        pb.read_leads(tmp_path / "leads.xslx")
    for options, part in [
        ({"sheet": "A"}, "no sheet"),
        ({"frame": "dask"}, "dask"),
        ({"format": "dbf"}, "unknown format"),
    ]:
        with pytest.raises(errors.UsageError if "format" not in options else errors.UnknownFormatError, match=part):
            pb.read_leads(tmp_path / "leads.csv", **options)


def test_open_files_are_read(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_bytes("name,city\nJürgen,Köln\n".encode("cp1252"))
    with path.open("rb") as file:
        assert pb.read_leads(file, quiet=True)["name"].tolist() == ["Jürgen"]
    with path.open(encoding="cp1252") as file:
        assert pb.read_leads(file, quiet=True)["name"].tolist() == ["Jürgen"]
    with path.open(encoding="utf-8") as file, pytest.raises(errors.DamagedFileError, match='mode "rb"'):
        pb.read_leads(file)
