"""OpenDocument spreadsheets that would exhaust memory, and those that only look so."""

import io
import zipfile

import pytest

import workbook_files
from pb2b_notebook import errors
from read_files import codes, read

CELL = '<table:table-cell office:value-type="string"{}><text:p>{}</text:p></table:table-cell>'
COLUMNS, ROWS = ' table:number-columns-repeated="{}"', ' table:number-rows-repeated="{}"'


def row(*cells, repeats=1):
    return f"<table:table-row{ROWS.format(repeats)}>{''.join(cells)}</table:table-row>"


def cell(text, repeats=1):
    return CELL.format(COLUMNS.format(repeats), text)


def blank(repeats):
    return f'<table:table-cell table:style-name="ce1"{COLUMNS.format(repeats)}/>'


def test_blank_cells_and_rows_up_to_the_end_of_the_sheet_are_not_read():
    rows = row(cell("name"), cell("mail"), blank(16_382)), row(cell("Ada"), cell("a@example.com"), blank(16_382))
    data = workbook_files.open_document("".join([*rows, row(blank(16_384), repeats=1_048_574)]))
    assert read(data).rows() == [("Ada", "a@example.com")]


def test_repeated_rows_and_cells_are_read():
    data = workbook_files.open_document(row(cell("name"), cell("mail")) + row(cell("x", repeats=2), repeats=3))
    assert read(data).rows() == [("x", "x")] * 3


def test_a_spreadsheet_that_does_not_name_its_kind_is_read():
    """Google's export has no member "mimetype"."""
    data = workbook_files.open_document(row(cell("name"), cell("mail")) + row(cell("Ada"), cell("a@example.com")))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if name != "mimetype"}
    assert read(workbook_files.zipped(members)).rows() == [("Ada", "a@example.com")]


@pytest.mark.parametrize(
    "rows",
    [
        row(cell("a")) + row(blank(16_000), cell("b"), repeats=1_000_000),
        row(cell("a"), repeats=1_000_000) + row(blank(16_000), cell("b")),
        row(cell("a", repeats=16_384), repeats=1_048_576),
        row(cell("a" * 100_000, repeats=100), repeats=1_000),
    ],
    ids=["far", "wide", "all", "long"],
)
def test_few_bytes_that_stand_for_very_many_cells_are_refused(rows):
    with pytest.raises(errors.FileLimitError, match="→"):
        read(workbook_files.open_document(rows))


def test_a_password_is_asked_for_by_name():
    manifest = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    data = workbook_files.open_document(row(cell("a")), **{"META-INF/manifest.xml": manifest})
    with pytest.raises(errors.ProtectedFileError, match="needs a password"):
        read(data)


def test_a_document_that_is_cut_off_is_damaged():
    data = workbook_files.open_document("<table:table-row>")
    with pytest.raises(errors.DamagedFileError, match="damaged or incomplete"):
        read(data)


def test_tabs_and_line_breaks_that_are_left_out_are_reported():
    df = read(workbook_files.open_document(row(cell("note")) + row(cell("a<text:tab/>b<text:line-break/>c"))))
    assert (df["note"].to_list(), codes(df)) == (["abc"], {"breaks_left_out"})
