"""The mirror: Delta tables on this machine with the workspace's data, which a sync updates with the changes.

The path of a row::

    Session.batches ──► comparison (new and changed rows) ──► tables (rows and watermark, one commit) ──► queries
                                                              │
                                                              └► history (former rows)

``deltalake``, ``duckdb`` and ``filelock`` are the extra ``mirror``; they are imported when they are first needed.
"""

from __future__ import annotations

from pb2b_notebook.mirror.locations import Location, temporary_location
from pb2b_notebook.mirror.opening import open_mirror
from pb2b_notebook.mirror.workspace_mirror import Mirror

__all__ = ["Location", "Mirror", "open_mirror", "temporary_location"]
