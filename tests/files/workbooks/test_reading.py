"""XLSX files of other people and programs."""

import datetime as dt
import io
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import xlsxwriter

import pb2b_notebook as pb
import workbook_files
from each_case import each_case
from pb2b_notebook import errors
from read_files import codes, read


def test_cells_keep_their_types_and_columns_of_leads_get_those_of_their_fields():
    noon = dt.datetime(2026, 3, 10, 12)  # noqa: DTZ001 - a workbook knows no zones
    df = read(
        workbook_files.of_rows(
            ["Name", "PLZ", "phone", "score", "n", "when", "day", "ok"],
            ["Ada", 1067, 4930901820, 7, 1.5, noon, dt.date(2026, 3, 10), True],
            ["Bob", "01067", "+4930", 8, 2, noon, dt.date(2026, 3, 11), None],
        )
    )
    assert df.rows() == [
        ("Ada", "1067", "4930901820", 7, 1.5, noon, dt.date(2026, 3, 10), True),
        ("Bob", "01067", "+4930", 8, 2.0, noon, dt.date(2026, 3, 11), None),
    ]
    assert df.schema["score"] == pl.Int64
    assert codes(df) == set()


def test_a_column_that_does_not_fit_its_lead_field_is_left_as_it_is():
    df = read(workbook_files.of_rows(["email", "score"], ["ada@example.com", "high"], ["bob@example.com", 7]))
    assert df["score"].to_list() == ["high", "7"]
    [finding] = pb.provenance(df).file.findings
    assert (finding.code, finding.rows) == ("left_as_it_is", (0,))


def test_merged_cells_and_a_title_are_read():
    df = read(
        workbook_files.of_rows(
            ["Our leads"], [], ["Firma", "Kontakt", None, "Mail"],
            ["ACME", "Ada", "L", "a@example.com"], [None, "Bob", "M", "b@example.com"], ["Z", "Cy", "N", "c@x.com"],
            merged=["A1:D1", "B3:C3", "A4:A5"],
        )
    )  # fmt: skip
    assert df["Firma"].to_list() == ["ACME", "ACME", "Z"]
    assert df.columns == ["Firma", "Kontakt", "column_3", "Mail"]
    assert codes(df) == {"merged", "preamble", "unnamed_column"}
    assert pb.provenance(df).file.header == 3


def test_formulas_are_not_run():
    df = read(workbook_files.calculated())
    assert df.rows() == [(1, 2, None)]
    assert codes(df) == {"formulas", "error_values"}
    df = read(workbook_files.of_rows(["a", "twice"], [1, "=A2*2"]))
    assert df.rows() == [(1, None)]
    assert codes(df) == {"formulas", "uncalculated"}


def test_the_sheet_of_leads_is_chosen():
    book = openpyxl.Workbook()
    book.active.title = "Hidden"
    book.active.append(["secret"])
    book.active.sheet_state = "hidden"
    for name in ("First", "Second"):
        book.create_sheet(name).append([name])
    book.active = 1
    data = workbook_files.saved(book)
    df = read(data)
    assert df.columns == ["First"]
    assert "'Second'" in pb.provenance(df).file.summary
    assert read(data, sheet="Second").columns == ["Second"]
    assert read(data, sheet="Hidden").columns == ["secret"]
    with pytest.raises(errors.InvalidParameterError, match="did you mean 'Second'"):
        read(data, sheet="Secnd")


def test_a_table_in_the_middle_of_a_sheet_is_found():
    book = openpyxl.Workbook()
    for place, text in {"C5": "Name", "D5": "Mail", "C6": "Ada", "C8": "Bob", "D8": "b@example.com"}.items():
        book.active[place] = text
    df = read(workbook_files.saved(book))
    assert df.rows() == [("Ada", None), (None, None), ("Bob", "b@example.com")]
    assert pb.provenance(df).file.header == 5


def test_rows_and_columns_added_in_a_spreadsheet_are_read():
    df = pl.DataFrame({"email": ["ada@example.com"], "custom_code": ["007"], "score": [7]})
    file = io.BytesIO()
    pb.save_leads(df, file, format="xlsx")
    book = openpyxl.load_workbook(file)
    page = book["Leads"]
    page["D1"] = "Notiz"
    page.append(["bob@example.com", 8, "high", "neu"])
    again = read(workbook_files.saved(book))
    assert again.rows() == [
        ("ada@example.com", "007", 7, None, None),
        ("bob@example.com", "8", None, "neu", '{"score":"high"}'),
    ]
    assert codes(again) == {"misfits"}


def test_a_broken_metadata_sheet_is_reported():
    file = io.BytesIO()
    pb.save_leads(pl.DataFrame({"code": ["007"]}), file, format="xlsx")
    for text in ("", "{", '{"notes":[]}', "[" * 100_000):
        book = openpyxl.load_workbook(file)
        book["pb2b_notebook"]["A1"] = text[:30_000]
        df = read(workbook_files.saved(book))
        assert df.rows() == [("007",)]
        assert "metadata_unreadable" in codes(df)


def test_damaged_and_protected_workbooks_of_the_old_format_are_refused():
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000)
    with pytest.raises(errors.DamagedFileError, match="the workbook is damaged → open it"):
        read(old)
    with pytest.raises(errors.ProtectedFileError, match="password"):
        read(old + "EncryptedPackage".encode("utf-16-le"))


def test_a_sheet_that_is_protected_against_changes_is_read():
    book = openpyxl.load_workbook(io.BytesIO(workbook_files.of_rows(["Mail"], ["a@example.com"])))
    book.active.protection.set_password("secret")
    assert read(workbook_files.saved(book)).rows() == [("a@example.com",)]


@pytest.mark.parametrize("serial", [0, -1])
def test_day_zero_among_dates_is_null_and_the_column_stays_a_date(serial):
    """A spreadsheet shows it as 1900-01-00, most often for a formula over a blank cell."""
    df = read(_dated(serial, 45_000))
    assert df["day"].to_list() == [None, dt.date(2023, 3, 15)]
    assert codes(df) == {"day_zero"}


@each_case("style", ["yyyy-mm-dd", "hh:mm", 20, '"am" dd/mm/yy', "[$-409]d-mmm;@"])
@each_case("serial", [-1, -0.5, -45_000.25, 60, 60.25])
def test_a_number_that_is_no_day_never_becomes_a_time_or_another_day(serial, style):
    """The reader makes 12:00 of minus half a day, and the 28th of February 1900 of the 29th, which never was."""
    df = read(_dated(serial, 0.25, style=style))
    assert df["day"].to_list() == [None, "06:00:00"]
    assert codes(df) == {"day_zero"}


@each_case("style", ["#,##0.00", '0.0 "days"', "[Red]-0", "General", None])
def test_numbers_that_are_not_formatted_as_dates_stay_also_below_zero(style):
    assert read(_dated(-1, -0.5, 60, style=style))["day"].to_list() == [-1.0, -0.5, 60.0]


def test_dates_below_zero_of_an_xls_workbook_are_blank():
    """The file was written by xlwt: serials in the format of dates, and the same numbers without it."""
    df = read(Path(__file__).with_name("dates_below_zero.xls").read_bytes())
    assert df["day"].to_list() == [None, None, None, None, None, "06:00:00", "2023-03-15", "1900-03-01"]
    assert df["number"].to_list() == [-1.0, -0.5, -45_000.25, 60.0, 60.25, 0.25, 45_000.0, 61.0]
    assert codes(df) == {"day_zero"}


def test_days_of_a_workbook_of_1904_are_counted_from_there():
    assert read(_dated(60, 46_085, date_1904=True))["day"].to_list() == [dt.date(1904, 3, 1), dt.date(2030, 3, 5)]


def test_a_duration_without_end_is_a_damaged_file():
    with pytest.raises(errors.DamagedFileError, match="too large for the duration that it shows → correct the cell"):
        read(_dated(1e15, style="[h]:mm:ss"))


def test_times_of_day_stay_also_at_midnight():
    assert read(_dated(0, 0.5))["day"].to_list() == ["00:00:00", "12:00:00"]


def _dated(*serials, style="yyyy-mm-dd", **options):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, options) as book:
        page, shown = book.add_worksheet(), None if style is None else book.add_format({"num_format": style})
        page.write_row(0, 0, ["email", "day"])
        for line, serial in enumerate(serials, 1):
            page.write_string(line, 0, f"{line}@lovelace.example")
            page.write_number(line, 1, serial, shown)
    return file.getvalue()


@pytest.mark.parametrize(("struck", "count"), [((1, 3), 2), ((), 0)])
def test_rows_that_are_struck_through_are_read_and_named(struck, count):
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet, strike = book.add_worksheet(), book.add_format({"font_strikeout": True})
    book.add_format({"bold": True})
    for row, cells in enumerate([("Name", "City"), ("Ada", "Bonn"), ("Bo", "Ulm"), ("Cy", "Jena")]):
        sheet.write_row(row, 0, cells, strike if row in struck else None)
    book.close()
    frame = read(file.getvalue())
    assert len(frame) == 3
    found = {finding.code: finding.count for finding in pb.provenance(frame).file.findings}
    assert found.get("struck_through", 0) == count
