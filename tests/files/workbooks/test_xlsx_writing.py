"""XLSX files that other programs open, and the limits of a sheet."""

import io
import os
import zipfile

import openpyxl
import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
import workbook_files
from awkward_tables import TEXTS
from kernels import run
from pb2b_notebook import errors


def test_saved_text_is_text_to_other_programs():
    df = pd.DataFrame({"=name": TEXTS, "n": range(len(TEXTS))})
    file = io.BytesIO()
    pb.save_leads(df, file, format="xlsx")
    page = openpyxl.load_workbook(file)["Leads"]
    assert {cell.data_type for row in page.iter_rows(min_col=1, max_col=1) for cell in row} <= {"s", "inlineStr"}
    assert b"<f" not in zipfile.ZipFile(file).read(workbook_files.SHEET)
    assert page["A1"].value == "=name"


@pytest.mark.parametrize("frame", ["pandas", "polars"])
def test_a_workbook_survives_another_program(leads, polars_leads, frame, same):
    df = leads if frame == "pandas" else polars_leads
    file = io.BytesIO()
    pb.save_leads(df.head(300), file, format="xlsx")
    again = pb.read_leads(workbook_files.resaved(file.getvalue()), frame=frame)
    if frame == "pandas":
        same(again, df.head(300))
    else:
        assert again.equals(df.head(300))
    assert pb.provenance(again).file.remembered


def test_more_than_a_sheet_can_hold_is_refused():
    with pytest.raises(errors.FileLimitError, match="32,767"):
        pb.save_leads(pl.DataFrame({"note": ["ok", "😀" * 20_000]}), io.BytesIO(), format="xlsx")
    with pytest.raises(errors.FileLimitError, match="1,048,575"):
        pb.save_leads(pl.DataFrame({"n": range(1_048_576)}), io.BytesIO(), format="xlsx")
    with pytest.raises(errors.FileLimitError, match="16,384"):
        pb.save_leads(pl.DataFrame({f"c{n}": [1] for n in range(16_385)}), io.BytesIO(), format="xlsx")


FULL = """
    import os, resource, sys
    import pandas as pd
    import pb2b_notebook as pb
    df = pd.DataFrame({"email": [f"{number * 7919:x}@lovelace.example" for number in range(30_000)]})
    sys.dont_write_bytecode = True  # a module that is compiled within the limit would be cut, for all later tests
    most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), most))
    try:
        pb.save_leads(df, sys.argv[2])
    except pb.errors.LeadFileError as error:
        print(error.message)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    print(os.listdir(os.path.dirname(sys.argv[2])))
"""


@pytest.mark.skipif(os.name != "posix", reason="the limit is POSIX's")
@pytest.mark.parametrize("room", [100, 200_000])
def test_a_full_disk_is_reported_as_such_and_leaves_no_file(tmp_path, room):
    found = run(FULL, room, tmp_path / "leads.xlsx")
    assert found.stdout.splitlines() == ["'leads.xlsx' cannot be written: File too large", "[]"], found.stderr
    assert "Exception ignored" not in found.stderr
