"""Write a frame of leads back without ever creating a lead twice.

::

    frame ── desired ──┐
                       ├── planning ──► Plan ── apply ──► job in the journal ── running ──► Outcome
    leads ── current ──┘   (pure)        │                (fsynced first)                     │
                                         └── rows, diff, problems, cost                       └── undo_plan

``planning`` decides and sends nothing: ``matching`` finds the lead of each row, ``reasons`` says why a row is not
written, and ``decisions`` holds the rules and the result; ``running`` is the only code that writes leads in bulk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.lazy import exports

if TYPE_CHECKING:
    from pb2b_notebook.upserts.outcomes import Outcome
    from pb2b_notebook.upserts.plans import Plan

_HOMES = {"Outcome": "outcomes", "Plan": "plans"}

__all__ = ["Outcome", "Plan"]

__getattr__, __dir__ = exports(__name__, _HOMES)
