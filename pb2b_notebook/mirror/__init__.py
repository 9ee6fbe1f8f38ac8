"""The mirror: Delta tables with the workspace's data, on this machine or in an object store, which a sync updates.

A sync, in order::

    sync_run ──► planning ──► pages ──► comparison ──► tables, commits ──► history
    each table   what to      rows of   new, newer,    rows and sync       former rows
    in turn      request      a source  unchanged      state, one commit
                 (a sweep finds rows that are gone, and asks before it removes many of them)

The wings; later ones use earlier ones:

``storage``     one Delta table: its files, commits, history, lock and upkeep; ``stores`` has paths in object stores
``reading``     frames, SQL, Spark, lists answered from the mirror (``cached=True``), earlier versions
``forgetting``  every trace of one person
``sync``        one table, snapshots of single objects, and the run over all

``workspace_mirror`` is ``ws.mirror``: it composes all of these. ``combined_mirrors`` reads several of them as one,
``opening`` opens mirrors without a key, ``verification`` finds damage and ``repairing`` repairs it; ``magics`` is
``%%pb2b``.

``deltalake``, ``duckdb`` and ``filelock`` are the extra ``mirror``, and ``obstore`` the extra ``stores``; they are
imported when they are first needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.lazy import exports

if TYPE_CHECKING:
    from pb2b_notebook.mirror.combined_mirrors import Mirrors
    from pb2b_notebook.mirror.opening import open_mirror, open_mirrors
    from pb2b_notebook.mirror.storage.locations import Location, temporary_location
    from pb2b_notebook.mirror.workspace_mirror import Mirror

_HOMES = {
    "Location": "storage.locations", "Mirror": "workspace_mirror", "Mirrors": "combined_mirrors",
    "open_mirror": "opening", "open_mirrors": "opening", "temporary_location": "storage.locations",
}  # fmt: skip

__all__ = ["Location", "Mirror", "Mirrors", "open_mirror", "open_mirrors", "temporary_location"]

__getattr__, __dir__ = exports(__name__, _HOMES)
