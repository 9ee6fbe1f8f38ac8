"""The usage of a workspace: counters per calendar month (UTC), updated in the transaction that uses the plan.

Stored leads have no counter here; :mod:`.leads.rules` counts them when it creates and deletes leads.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, get_args

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.core.store import Store
from pb2b_notebook.sandbox.http.parts import SandboxParts

Counter = Literal["emails_sent", "prospector_credits_used"]
COUNTERS: tuple[Counter, ...] = get_args(Counter)

SCHEMA = """CREATE TABLE IF NOT EXISTS usage_counters (
    workspace_id TEXT, period TEXT, counter TEXT, used INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, period, counter)) WITHOUT ROWID"""


def period_of(moment: datetime) -> str:
    """Return the period of an instant.

    >>> from datetime import UTC, datetime
    >>> period_of(datetime(2026, 3, 10, tzinfo=UTC))
    '2026-03'
    """
    return instants.render(moment)[:7]


def add(parts: SandboxParts, workspace_id: str, counter: Counter, number: int) -> None:
    """Add to a counter of the current period, inside the caller's transaction."""
    load(parts.store, workspace_id, period_of(parts.clock.now()), {counter: number})


def load(store: Store, workspace_id: str, period: str, used: Mapping[Counter, int]) -> None:
    """Add to the counters of any period, for histories that are generated afterwards."""
    for counter, number in used.items():
        store.execute(
            "INSERT INTO usage_counters VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET used = used + excluded.used",
            (workspace_id, period, counter, number),
        )


def read(store: Store, workspace_id: str, period: str) -> dict[Counter, int]:
    """Return all counters of a period, 0 for those never used."""
    rows = store.execute(
        "SELECT counter, used FROM usage_counters WHERE workspace_id = ? AND period = ?", (workspace_id, period)
    )
    return dict.fromkeys(COUNTERS, 0) | dict(rows)
