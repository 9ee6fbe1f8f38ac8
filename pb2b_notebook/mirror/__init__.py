"""The mirror: what was read once is kept as Delta tables on this machine, and only what changed is read again.

The way of a row::

    Session.batches ──► comparison (what is new, what changed) ──► tables (rows and watermark, one commit) ──► queries
                                                                  │
                                                                  └► history (what the rows were before)

``deltalake``, ``duckdb`` and ``filelock`` are the extra ``mirror``; they are imported when they are first needed.
"""

from __future__ import annotations

from pb2b_notebook.mirror.locations import Location, temporary_location
from pb2b_notebook.mirror.opening import open_mirror
from pb2b_notebook.mirror.workspace_mirror import Mirror

__all__ = ["Location", "Mirror", "open_mirror", "temporary_location"]
