"""A report as a workbook: a sheet for each section, real dates and numbers, and charts of the spreadsheet's own."""

from __future__ import annotations

import datetime as dt
import re
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.files.plain_frames import excel_text

if TYPE_CHECKING:
    from pb2b_notebook.reports.report import WorkspaceReport
    from pb2b_notebook.reports.sections import Section

SUMMARY: Final = "Summary"
_FORMATS: Final = {
    "title": {"bold": True, "font_size": 14},
    "head": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"},
    "date": {"num_format": "yyyy-mm-dd", "align": "left"},
    "time": {"num_format": "yyyy-mm-dd hh:mm", "align": "left"},
    "share": {"num_format": "0.0%"},
    "number": {"num_format": "#,##0"},
    "text": {"num_format": "@"},
    "words": {"text_wrap": True, "valign": "top"},
}
_COLOURS: Final = ("#16425b", "#e07a1f")
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME: Final = 31
_WORDS_ROW: Final = 2
_WIDEST: Final = 45
_MOST_POINTS: Final = 40
"""Rows of a table that a chart draws."""


def render(report: WorkspaceReport[Any]) -> bytes:
    """Return the workbook of a report."""
    from xlsxwriter import Workbook

    content = BytesIO()
    # Text of a workspace is never a formula or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(content, options) as book:
        # Without it the same report would have other bytes each time.
        book.set_properties({"title": excel_text(report.title), "created": report.made_at.replace(tzinfo=None)})
        styles = {name: book.add_format(style) for name, style in _FORMATS.items()}
        _write_summary(book, styles, report)
        for section in report.sections:
            _write_section(book, styles, section)
    return content.getvalue()


def _write_summary(book: Any, styles: dict[str, Any], report: WorkspaceReport[Any]) -> None:
    page = book.add_worksheet(SUMMARY)
    page.hide_gridlines(2)
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 100)
    page.write_string(0, 0, excel_text(report.title), styles["title"])
    zone = str(report.period.zone)
    made = report.made_at.astimezone(report.period.zone).replace(tzinfo=None, second=0, microsecond=0)
    facts: list[tuple[str, Any]] = [
        ("workspace", report.workspace),
        ("data", "live" if report.live else "of a sandbox, not of a customer"),
        ("first day", report.period.first),
        ("last day", report.period.last),
        ("time zone", zone),
        (f"made ({zone})", made),
        ("compared with", report.since or f"the {report.period.noun} before; no saved report yet"),
    ]
    line = 2
    for name, value in facts:
        page.write_string(line, 0, name, styles["head"])
        _write_cell(page, styles, line, 1, value)
        line += 1
    line += 1
    for section in report.sections:
        page.write_string(line, 0, section.name, styles["head"])
        page.write_string(line, 1, excel_text(" ".join(section.words)), styles["words"])
        line += 1


def _write_section(book: Any, styles: dict[str, Any], section: Section) -> None:
    name = _FORBIDDEN.sub(" ", section.name)[:_LONGEST_NAME]
    page = book.add_worksheet(name)
    page.write_string(0, 0, section.name, styles["title"])
    for place, sentence in enumerate(section.words):
        page.write_string(_WORDS_ROW + place, 0, excel_text(sentence))
    if not len(section.table):
        return
    head = _WORDS_ROW + len(section.words) + 1
    columns = section.table.columns
    for place, column in enumerate(columns):
        page.write_string(head, place, excel_text(column), styles["head"])
        page.set_column(place, place, _width(section, column))
        for row, value in enumerate(section.table[column].to_list()):
            _write_cell(page, styles, head + 1 + row, place, value, share=column in section.shares)
    page.autofilter(head, 0, head + len(section.table), len(columns) - 1)
    _add_chart(book, page, name, section, head)


def _write_cell(page: Any, styles: dict[str, Any], line: int, place: int, value: Any, *, share: bool = False) -> None:
    if value is None:
        return
    if isinstance(value, dt.datetime):
        page.write_datetime(line, place, value, styles["time"])
    elif isinstance(value, dt.date):
        page.write_datetime(line, place, value, styles["date"])
    elif isinstance(value, int | float):
        page.write_number(line, place, value, styles["share" if share else "number"])
    else:
        page.write_string(line, place, excel_text(str(value)), styles["text"])


def _width(section: Section, column: str) -> float:
    place = section.table.columns.index(column)
    longest = max((len(row[place]) for row in section.rows()), default=0)
    return min(_WIDEST, max(12, longest + 2))


def _add_chart(book: Any, page: Any, sheet: str, section: Section, head: int) -> None:
    """Add the chart of the section below its table; a bar chart is drawn from the top, as the table is."""
    if section.chart is None:
        return
    chart = book.add_chart({"type": section.chart.kind})
    columns = section.table.columns
    last = head + min(len(section.table), _MOST_POINTS)
    place = columns.index(section.chart.category)
    for colour, name in zip(_COLOURS, section.chart.values, strict=False):
        values = columns.index(name)
        chart.add_series(
            {
                "name": [sheet, head, values],
                "categories": [sheet, head + 1, place, last, place],
                "values": [sheet, head + 1, values, last, values],
                "fill": {"color": colour},
                "gap": 60,
            }
        )
    chart.set_title({"name": section.name, "name_font": {"size": 12}})
    chart.set_legend({"position": "bottom"} if len(section.chart.values) > 1 else {"none": True})
    if section.chart.kind == "bar":
        chart.set_y_axis({"reverse": True})
    share = section.chart.values[0] in section.shares
    value_axis = {"num_format": "0%" if share else "#,##0", "major_gridlines": {"visible": True}}
    if section.chart.kind == "bar":
        chart.set_x_axis(value_axis)
    else:
        chart.set_y_axis(value_axis)
        if section.table.schema[section.chart.category].is_temporal():
            chart.set_x_axis({"date_axis": True, "num_format": "yyyy-mm-dd"})
    points = min(len(section.table), _MOST_POINTS)
    chart.set_size({"width": 720, "height": max(260, 80 + 24 * points) if section.chart.kind == "bar" else 300})
    page.insert_chart(head + len(section.table) + 2, 0, chart)
