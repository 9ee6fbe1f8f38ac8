"""The mirror: Delta tables on this machine with the workspace's data, which a sync updates with the changes.

A sync, in order::

    sync_run ──► planning ──► pages ──► comparison ──► tables, commits ──► history
    each table   what to      rows of   new, newer,    rows and sync       former rows
    in turn      request      a source  unchanged      state, one commit
                 (a sweep finds rows that are gone, and asks before it removes many of them)

``synchronization`` runs these steps for one table, ``snapshots`` stores single objects, ``locking`` admits one writer.
Reading: ``queries``, ``filtering`` and ``ordering`` (frames), ``sql`` and ``magics`` (DuckDB), ``caching``
(``cached=True``), ``time_travel`` (earlier versions). Upkeep: ``compaction``, ``pruning``, ``verification``,
``forgetting``.
``workspace_mirror`` is ``ws.mirror``: it composes all of these.

``deltalake``, ``duckdb`` and ``filelock`` are the extra ``mirror``; they are imported when they are first needed.
"""

from __future__ import annotations

from pb2b_notebook.mirror.locations import Location, temporary_location
from pb2b_notebook.mirror.opening import open_mirror
from pb2b_notebook.mirror.workspace_mirror import Mirror

__all__ = ["Location", "Mirror", "open_mirror", "temporary_location"]
