"""``pb.forms``: connect, export, import, watch and change by hand, or by value with the same forms.

Each form shows itself in JupyterLab, Notebook and Voila, and works without a front end: set ``form.values`` and call
``form.submit()``, which returns what the button would have produced, or raises what it would have shown.

==================================================  ===================================================================
Module or folder                                    What it does
==================================================  ===================================================================
``base``                                            **what all forms share**
``access``                                          what the key allows
``known_fields``                                    the lead fields, and **their labels**
``inputs``, ``buttons``                             named values in widgets with a label; the kinds of buttons
``value_notes``, ``full_names``                     what is wrong with the values; a full name that follows its parts
``rendering``, ``paging``                           HTML that is escaped; long tables, one page at a time
``questions``, ``watching``                         a question before something is sent; progress, and Stop
``page``, ``keyboard``, ``browser_files``           what happens in the browser: focus, keys, files
``connecting``, ``intake``, ``lead_search``         one form each, as are the next three rows
``lead_editing``, ``bulk_editing``                  one lead by hand; one field of several leads
``exporting``, ``imports``                          files of leads, out and in
``job_monitoring``, ``webhook_monitoring``          jobs; deliveries of webhooks
``reporting``, ``dashboard``                        a report on a week, a month or a day; pictures of the workspace
``duplicates``, ``plans``                           pairs and plans, reviewed by hand
``app``                                             all forms on one page
==================================================  ===================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.lazy import exports

if TYPE_CHECKING:
    from pb2b_notebook.forms.app import App
    from pb2b_notebook.forms.base import Form
    from pb2b_notebook.forms.connecting import ConnectForm
    from pb2b_notebook.forms.dashboard import DashboardForm
    from pb2b_notebook.forms.duplicates.find import DuplicateForm
    from pb2b_notebook.forms.duplicates.review import DuplicateReview
    from pb2b_notebook.forms.exporting import ExportForm
    from pb2b_notebook.forms.imports.form import ImportForm
    from pb2b_notebook.forms.intake.form import IntakeForm
    from pb2b_notebook.forms.job_monitoring import JobMonitor
    from pb2b_notebook.forms.lead_editing import LeadForm
    from pb2b_notebook.forms.lead_search import LeadSearch
    from pb2b_notebook.forms.plans.make import PlanForm
    from pb2b_notebook.forms.plans.review import PlanReview
    from pb2b_notebook.forms.reporting import ReportForm
    from pb2b_notebook.forms.webhook_monitoring import WebhookMonitor

_HOMES = {
    "App": "app", "ConnectForm": "connecting", "DashboardForm": "dashboard", "DuplicateForm": "duplicates.find",
    "DuplicateReview": "duplicates.review", "ExportForm": "exporting", "Form": "base", "ImportForm": "imports.form",
    "IntakeForm": "intake.form", "JobMonitor": "job_monitoring", "LeadForm": "lead_editing",
    "LeadSearch": "lead_search", "PlanForm": "plans.make", "PlanReview": "plans.review",
    "ReportForm": "reporting", "WebhookMonitor": "webhook_monitoring",
}  # fmt: skip

__all__ = [
    "App", "ConnectForm", "DashboardForm", "DuplicateForm", "DuplicateReview", "ExportForm", "Form", "ImportForm",
    "IntakeForm", "JobMonitor", "LeadForm", "LeadSearch", "PlanForm", "PlanReview", "ReportForm",
    "WebhookMonitor",
]  # fmt: skip

__getattr__, __dir__ = exports(__name__, _HOMES)
