"""ProspectB2B in Jupyter: leads, jobs, campaign runs and billing as DataFrames, with an embedded sandbox.

>>> import pb2b_notebook as pb
>>> with pb.open_sandbox(leads=20) as ws:
...     leads = ws.leads.list(status="new")

Importing the package loads neither httpx nor a frame library: each name is loaded when it is first used.

The rooms, from top to bottom: ``cli`` and ``forms`` over ``workspace`` (which composes all), then ``upserts``,
``mirror``, ``cleanup``, ``plots``, ``api`` and ``sandbox``, ``files``, ``mapping``, ``webhooks``, ``frames``,
``openapi``, ``errors``. The whole map is in ``docs/explanation/design.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.browser import is_in_browser, place_time_zones
from pb2b_notebook.lazy import exports, guard_imports

if TYPE_CHECKING:
    from pb2b_notebook import cleanup, contract, errors, forms, plots, webhooks
    from pb2b_notebook.api.calls.records import Record
    from pb2b_notebook.api.domains.export_files import read_export
    from pb2b_notebook.connections import connect, open_sandbox
    from pb2b_notebook.credentials import Secret
    from pb2b_notebook.errors import ProspectB2BError
    from pb2b_notebook.files import excel_frame, flatten, read_leads, save_leads
    from pb2b_notebook.frames import ContractDriftWarning, Provenance, provenance
    from pb2b_notebook.mapping import Mapping
    from pb2b_notebook.masking import mask
    from pb2b_notebook.mirror import open_mirror, open_mirrors
    from pb2b_notebook.sandbox.faults.faults import Fault
    from pb2b_notebook.workspace import Workspace

__version__ = "0.1.0"

_HOMES = {
    "ContractDriftWarning": "frames", "Fault": "sandbox.faults.faults", "Mapping": "mapping",
    "ProspectB2BError": "errors", "Provenance": "frames", "Record": "api.calls.records", "Secret": "credentials",
    "Workspace": "workspace", "cleanup": "cleanup", "connect": "connections", "contract": "contract",
    "errors": "errors", "excel_frame": "files", "flatten": "files", "forms": "forms",
    "load_ipython_extension": "mirror.magics", "mask": "masking",
    "open_mirror": "mirror", "open_mirrors": "mirror", "open_sandbox": "connections", "plots": "plots",
    "provenance": "frames",
    "read_export": "api.domains.export_files", "read_leads": "files", "save_leads": "files", "webhooks": "webhooks",
}  # fmt: skip

__all__ = [
    "ContractDriftWarning", "Fault", "Mapping", "ProspectB2BError", "Provenance", "Record", "Secret", "Workspace",
    "__version__", "cleanup", "connect", "contract", "errors", "excel_frame", "flatten", "forms", "mask",
    "open_mirror", "open_mirrors", "open_sandbox", "plots", "provenance", "read_export", "read_leads", "save_leads",
    "webhooks",
]  # fmt: skip

guard_imports()
if is_in_browser():
    place_time_zones()

__getattr__, __dir__ = exports(__name__, _HOMES)
