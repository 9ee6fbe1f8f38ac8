"""``pb.forms``: connect, export, import, watch and change by hand, or by value with the same forms.

Each form shows itself in JupyterLab, Notebook and Voila, and works without a front end: set ``form.values`` and call
``form.submit()``, which returns what the button would have produced, or raises what it would have shown.

``inputs``, ``buttons``, ``rendering``, ``paging``, ``keyboard``, ``page``, ``browser_files``, ``questions`` and
``watching`` are the parts of a form; ``access`` knows what the key allows, ``known_fields`` the lead fields, and
``base`` has what all forms share. One module or folder is one form: ``connecting``, ``intake``, ``lead_search``,
``lead_editing``, ``exporting``, ``imports``, ``job_monitoring``, ``webhook_monitoring``, ``duplicates``, ``plans``.
``app`` puts them on one page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.lazy import exports

if TYPE_CHECKING:
    from pb2b_notebook.forms.app import App
    from pb2b_notebook.forms.base import Form
    from pb2b_notebook.forms.connecting import ConnectForm
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
    from pb2b_notebook.forms.webhook_monitoring import WebhookMonitor

_HOMES = {
    "App": "app", "ConnectForm": "connecting", "DuplicateForm": "duplicates.find",
    "DuplicateReview": "duplicates.review", "ExportForm": "exporting", "Form": "base", "ImportForm": "imports.form",
    "IntakeForm": "intake.form", "JobMonitor": "job_monitoring", "LeadForm": "lead_editing",
    "LeadSearch": "lead_search", "PlanForm": "plans.make", "PlanReview": "plans.review",
    "WebhookMonitor": "webhook_monitoring",
}  # fmt: skip

__all__ = [
    "App", "ConnectForm", "DuplicateForm", "DuplicateReview", "ExportForm", "Form", "ImportForm",
    "IntakeForm", "JobMonitor", "LeadForm", "LeadSearch", "PlanForm", "PlanReview", "WebhookMonitor",
]  # fmt: skip

__getattr__, __dir__ = exports(__name__, _HOMES)
