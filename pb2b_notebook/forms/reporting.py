"""Report on the last complete week, month or day, and save the report as a workbook or a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Final

import ipywidgets as widgets

from pb2b_notebook.forking import temporary_folder
from pb2b_notebook.forms import buttons, inputs, rendering
from pb2b_notebook.forms.base import Form
from pb2b_notebook.forms.browser_files import FileSave
from pb2b_notebook.forms.inputs import Input
from pb2b_notebook.forms.watching import Watch
from pb2b_notebook.reports import Section, WorkspaceReport
from pb2b_notebook.workspace import Workspace

PERIODS: Final = {"the last week, Monday to Sunday": "weekly", "the last month": "monthly", "yesterday": "daily"}
"""Period in words → its name for ``ws.report()``."""
_FORMATS: Final = {"Excel": "xlsx", "a web page": "html"}


class ReportForm(Form[WorkspaceReport[Any]]):
    """Report on the last complete week, month or day: new leads, replies, usage, data quality, duplicates.

    ``form.result`` is the report of :meth:`ws.report() <pb2b_notebook.Workspace.report>`. A report that is downloaded
    is what the next one is compared with.

    Args:
        ws: The workspace.

    Example:
        >>> import pb2b_notebook as pb
        >>> with pb.open_sandbox(leads=20) as ws:
        ...     pb.forms.ReportForm(ws).submit(period="weekly", quality=False).period.label
        '2026-W10'
    """

    title: ClassVar[str] = "Report"
    action: ClassVar[str] = "Make the report"
    stopping: ClassVar[str] = "Stop"
    gives: ClassVar[str] = "report"
    operations: ClassVar[tuple[str, ...]] = ("leads.list",)

    def __init__(self, ws: Workspace[Any]) -> None:
        super().__init__(ws)

    def _ask(self) -> Sequence[Input]:
        return [
            inputs.choice("period", "About", PERIODS),
            inputs.flag("quality", "Data quality and duplicates, too", value=True),
        ]

    def _run(self, values: Mapping[str, Any], watch: Watch) -> WorkspaceReport[Any]:
        with watch.computing("making the report …"):
            return self._ws.report(values["period"], quality=values["quality"])

    def _show(self, result: WorkspaceReport[Any]) -> Sequence[Any]:
        saves = [
            FileSave(f"Download as {name}", partial(_file_of, result, suffix), self._show_failure)
            for name, suffix in _FORMATS.items()
        ]
        done = self._result_notice("success", result.title, rendering.text(result.subtitle))
        return [done, buttons.row(*saves), *(widgets.HTML(_section_html(section)) for section in result.sections)]


def _file_of(report: WorkspaceReport[Any], suffix: str) -> tuple[str, bytes]:
    with temporary_folder("pb2b-report-") as folder:
        path = report.save(folder / f"report-{{period}}.{suffix}")
        return path.name, path.read_bytes()


def _section_html(section: Section) -> str:
    """Return the title, the sentences and the table of a section as HTML."""
    words = "".join(f"<div>{rendering.text(sentence)}</div>" for sentence in section.words)
    table = rendering.table(section.table.columns, section.rows()) if len(section.table) else ""
    return rendering.wrap(f'<b style="display:block;margin-top:.8em">{rendering.text(section.name)}</b>{words}') + table
