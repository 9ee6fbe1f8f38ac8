"""Plans: a frame is pushed back without ever creating a lead twice.

::

    frame ── desired ──┐
                       ├── planning ──► Plan ── apply ──► job in the journal ── running ──► Outcome
    leads ── current ──┘   (pure)        │                (fsynced first)                     │
                                         └── rows, diff, problems, cost                       └── undo_plan

``planning`` decides and never sends; ``running`` is the only code that writes leads in bulk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pb2b_notebook.upserts.outcomes import Outcome
    from pb2b_notebook.upserts.plans import Plan

__all__ = ["Outcome", "Plan"]


def __getattr__(name: str) -> object:
    from importlib import import_module

    homes = {"Outcome": "outcomes", "Plan": "plans"}
    if name in homes:
        return getattr(import_module(f"{__name__}.{homes[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
