"""The workbook of a report: sheets, native charts, real dates and numbers, and no formula from a name."""

import datetime as dt
import zipfile

import pytest
from openpyxl import load_workbook


@pytest.fixture(scope="module")
def saved(sandbox_report, tmp_path_factory):
    return sandbox_report.save(tmp_path_factory.mktemp("reports") / "week.xlsx")


def test_each_section_is_a_sheet_with_its_sentences(saved, sandbox_report):
    book = load_workbook(saved)
    assert book.sheetnames == ["Summary", *(section.name for section in sandbox_report.sections)]
    for section in sandbox_report.sections:
        page = book[section.name]
        assert page.cell(1, 1).value == section.name
        assert [page.cell(3 + place, 1).value for place in range(len(section.words))] == list(section.words)


def test_dates_and_numbers_are_not_text(saved, sandbox_report):
    book = load_workbook(saved)
    section = sandbox_report.section("New leads")
    head = 3 + len(section.words) + 1
    cells = [
        [cell.value for cell in row]
        for row in book["New leads"].iter_rows(min_row=head + 1, max_row=head + 7, max_col=2)
    ]
    assert cells == [[dt.datetime.combine(day, dt.time()), count] for day, count in section.table.iter_rows()]
    summary = {row[0].value: row[1].value for row in book["Summary"].iter_rows(max_col=2)}
    assert summary["first day"] == dt.datetime(2026, 3, 2)  # noqa: DTZ001 - cells have no zone
    assert summary["made (Europe/Berlin)"] == dt.datetime(2026, 3, 10, 13)  # noqa: DTZ001
    assert summary["time zone"] == "Europe/Berlin"


def test_charts_are_the_spreadsheets_own(saved, sandbox_report):
    names = zipfile.ZipFile(saved).namelist()
    drawn = [section for section in sandbox_report.sections if section.chart is not None and len(section.table)]
    assert len([name for name in names if name.startswith("xl/charts/chart")]) == len(drawn) >= 6
    assert not [name for name in names if name.endswith((".png", ".jpeg"))]


def test_a_name_is_never_a_formula_or_a_link(hostile_report, tmp_path):
    path = hostile_report.save(tmp_path / "week.xlsx")
    cells = [cell for page in load_workbook(path) for row in page.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert any(cell.value and str(cell.value).startswith("'=1+1") for cell in cells)
