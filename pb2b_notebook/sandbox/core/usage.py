"""What a workspace has used of its plan: counters by calendar month (UTC), moved in the transaction that uses them.

Stored leads are no counter: they are counted where leads are created and deleted (see :mod:`.leads`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from pb2b_notebook.openapi import instants

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pb2b_notebook.sandbox.core.store import Store
    from pb2b_notebook.sandbox.http.services import Services

Counter = Literal["emails_sent", "prospector_credits_used"]
COUNTERS: tuple[Counter, ...] = get_args(Counter)

SCHEMA = """CREATE TABLE IF NOT EXISTS usage_counters (
    workspace_id TEXT, period TEXT, counter TEXT, used INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, period, counter)) WITHOUT ROWID"""


def period_of(moment: datetime) -> str:
    """Name the period that an instant falls into.

    >>> from datetime import UTC, datetime
    >>> period_of(datetime(2026, 3, 10, tzinfo=UTC))
    '2026-03'
    """
    return instants.render(moment)[:7]


def add(services: Services, workspace_id: str, counter: Counter, number: int) -> None:
    """Count ``number`` more in the current period, inside the caller's transaction."""
    load(services.store, workspace_id, period_of(services.clock.now()), {counter: number})


def load(store: Store, workspace_id: str, period: str, used: Mapping[Counter, int]) -> None:
    """Count more in any period: for histories that are written after the fact."""
    for counter, number in used.items():
        store.execute(
            "INSERT INTO usage_counters VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET used = used + excluded.used",
            (workspace_id, period, counter, number),
        )


def read(store: Store, workspace_id: str, period: str) -> dict[Counter, int]:
    """What was used in a period: every counter, 0 where nothing was."""
    rows = store.execute(
        "SELECT counter, used FROM usage_counters WHERE workspace_id = ? AND period = ?", (workspace_id, period)
    )
    return dict.fromkeys(COUNTERS, 0) | dict(rows)
