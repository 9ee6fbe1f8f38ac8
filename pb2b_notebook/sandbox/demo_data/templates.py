"""Filled databases in memory, which new sandboxes copy instead of filling their own.

The same seed gives the same data, so the second sandbox with the same arguments needs none of it generated again.
"""

import os
from functools import lru_cache

from pb2b_notebook.sandbox.core.store import Store
from pb2b_notebook.sandbox.core.tables import SCHEMA, TABLES
from pb2b_notebook.sandbox.demo_data.fill import fill
from pb2b_notebook.sandbox.demo_data.seeding import demo_workspaces
from pb2b_notebook.sandbox.http import keys

MOST_LEADS = 2_000
"""The largest workspace that is kept as a template: about 15 MB, copied in 13 ms."""
_KEPT = 8


def template(seed: int, *, leads: int, leads_limit: int | None) -> Store:
    """Return the database that :func:`.fill` makes of these arguments; it is only read."""
    return _template(os.getpid(), seed, leads, leads_limit)  # a forked child cannot use what its parent opened


@lru_cache(maxsize=_KEPT)
def _template(_process: int, seed: int, leads: int, leads_limit: int | None) -> Store:
    store = Store()
    store.define(*(table.create() for table in TABLES), *SCHEMA, *keys.SCHEMA)
    fill(store, demo_workspaces(seed), leads=leads, leads_limit=leads_limit)
    return store
