"""Write a frame of leads back without ever creating a lead twice.

::

    frame ── desired_rows ───┐
                             ├── planning ──► Plan ── applying ──► jobs (in the journal) ── running ──► Outcome
    leads ── current_leads ──┘   (pure)        │                    (on disk before the                  │
                                               │                     first request)                      │
                                               └── rows, diff, problems, cost                            └── undoing

``planning`` decides and sends nothing: ``matching`` finds the lead of each row, ``reasons`` says why a row is not
written and which reasons are conflicts when planning, ``opted_out`` finds people who opted out and come back by another
address, ``flat_lists`` reads joined text, and ``decisions`` holds the rules and the result. ``plan_building`` makes
plans and changed plans, ``payloads`` their requests. ``running`` is the only code that writes leads in bulk;
``results`` says which responses of the service are conflicts when applying; ``importing`` sends a plan as import jobs,
``lookups`` finds the outcome of a request that was not answered.
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
