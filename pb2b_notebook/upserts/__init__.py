"""Write a frame of leads back without ever creating a lead twice.

::

    frame ── desired_rows ───┐
                             ├── planning ──► Plan ── applying ──► jobs (in the journal) ── running ──► Outcome
    leads ── current_leads ──┘   (pure)        │                    (on disk before the                  │
                                               │                     first request)                      │
                                               └── rows, diff, problems, cost                            └── undoing

``planning`` decides and sends nothing; ``plan_building`` makes plans and changed plans of it. ``running`` is the only
code that writes leads in bulk; ``applying`` opens and continues its jobs, ``job_control`` lists them. ``leads`` and
``imports`` are ``ws.leads`` and ``ws.imports`` with plans. ``outcomes`` and ``costs`` are the values that
plans and jobs return, ``tables`` their frames, ``plan_actions`` what can be done with them, and ``target_workspace`` is
the workspace that they write to.
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
