"""ProspectB2B in Jupyter: leads, jobs, campaign runs and billing as DataFrames, with an embedded sandbox.

>>> import pb2b_notebook as pb
>>> with pb.open_sandbox(leads=20) as ws:
...     leads = ws.leads.list(status="new")

Importing the package loads neither httpx nor a frame library: each name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pb2b_notebook import cleanup, contract, errors, forms, plots, webhooks
    from pb2b_notebook.api.export_files import read_export
    from pb2b_notebook.api.records import Record
    from pb2b_notebook.credentials import Secret
    from pb2b_notebook.errors import ProspectB2BError
    from pb2b_notebook.files import read_leads, save_leads
    from pb2b_notebook.frames import ContractDriftWarning, Provenance, provenance
    from pb2b_notebook.mapping import Mapping
    from pb2b_notebook.masking import mask
    from pb2b_notebook.mirror import open_mirror
    from pb2b_notebook.sandbox.faults import Fault
    from pb2b_notebook.workspace import Workspace, connect, open_sandbox

__version__ = "0.1.0"

_HOMES = {
    "ContractDriftWarning": "frames",
    "Fault": "sandbox.faults",
    "Mapping": "mapping",
    "ProspectB2BError": "errors",
    "Provenance": "frames",
    "Record": "api.records",
    "Secret": "credentials",
    "Workspace": "workspace",
    "connect": "workspace",
    "mask": "masking",
    "open_mirror": "mirror",
    "open_sandbox": "workspace",
    "provenance": "frames",
    "read_export": "api.export_files",
    "read_leads": "files",
    "save_leads": "files",
}
_MODULES = {"cleanup", "contract", "errors", "forms", "plots", "webhooks"}

__all__ = [
    "ContractDriftWarning",
    "Fault",
    "Mapping",
    "ProspectB2BError",
    "Provenance",
    "Record",
    "Secret",
    "Workspace",
    "__version__",
    "cleanup",
    "connect",
    "contract",
    "errors",
    "forms",
    "mask",
    "open_mirror",
    "open_sandbox",
    "plots",
    "provenance",
    "read_export",
    "read_leads",
    "save_leads",
    "webhooks",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
