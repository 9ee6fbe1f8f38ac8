"""A report as a notebook that makes it again: a cell with parameters, as papermill expects, then one for each section.

The outputs of the report that was saved are stored in it, so that it can be read before it is run.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.display.cards import ShowsCard

if TYPE_CHECKING:
    from pb2b_notebook.reports.report import WorkspaceReport

_PARAMETERS: Final = """\
period = {period!r}  # "daily", "weekly" or "monthly": the last complete one
at = None  # another time to look back from, such as "2026-03-10"; None is now, by the service's clock
zone = {zone!r}  # time zone in which days begin
profile = {profile!r}  # profile of the configuration file; None is the default key, "sandbox" the demo workspace
workspace = {workspace!r}  # refuses the key of another one; None accepts any"""
_OPEN: Final = """\
import pb2b_notebook as pb

ws = pb.open_sandbox(read_only=True) if profile == "sandbox" else pb.connect(profile=profile, read_only=True)
if workspace not in (None, ws.name):
    raise SystemExit(f"this key opens the workspace {ws.name!r}, not {workspace!r}")
report = ws.report(period, at=at, zone=zone)
report"""


def render(report: WorkspaceReport[Any]) -> str:
    """Return the notebook of a report as JSON (nbformat 4.5)."""
    zone = str(report.period.zone)
    parameters = _PARAMETERS.format(
        period=report.period.kind, zone=zone, profile=None if report.live else "sandbox", workspace=report.workspace
    )
    cells = [
        _markdown(
            f"# {_plain(report.title)}\n\nThis notebook makes the report again when it is run. The key comes from the "
            "profile, the environment or the keyring; none is stored here. With other parameters:\n\n"
            "```sh\npapermill report.ipynb out.ipynb -p period monthly -p profile acme\n```"
        ),
        _code(parameters, tags=("parameters",)),
        _code(_OPEN, report),
        *(_code(f"report.section({section.name!r})", section) for section in report.sections),
        _markdown('Save it for colleagues: `report.save("week-{period}.xlsx")`, or as `.html`.'),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number:02}"
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    document = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _code(source: str, shown: ShowsCard | None = None, *, tags: tuple[str, ...] = ()) -> dict[str, Any]:
    outputs = []
    if shown is not None:
        data = {"text/html": shown._repr_html_(), "text/plain": repr(shown)}
        outputs = [{"data": data, "execution_count": None, "metadata": {}, "output_type": "execute_result"}]
    metadata: dict[str, Any] = {"tags": list(tags)} if tags else {}
    return {
        "cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": outputs, "source": source,
    }  # fmt: skip


def _plain(text: str) -> str:
    """Return a text for Markdown, which may contain HTML: only letters, digits and harmless signs stay."""
    return "".join(char if char.isalnum() or char in " .,:&'()-" else " " for char in text)
