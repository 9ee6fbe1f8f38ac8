"""Reports for people who do not open a notebook: ``ws.report("weekly")`` and ``pb2b report``.

The stages, each of which a cell can look at::

    reading (frames of the service) ─► sections (pure: frames in, tables and words out) ─► report
    report ─► workbook · page · notebook (pure: a report in, bytes out) ─► file
                 └► history: the figures of saved reports, numbers only, for the next comparison

``periods`` says which days a report is about, ``words`` makes sentences of figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.lazy import exports

if TYPE_CHECKING:
    from pb2b_notebook.reports.report import WorkspaceReport
    from pb2b_notebook.reports.sections import Section

__all__ = ["Section", "WorkspaceReport"]

__getattr__, __dir__ = exports(__name__, {"Section": "sections", "WorkspaceReport": "report"})
