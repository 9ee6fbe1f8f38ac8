"""What an attempt makes of a delivery: succeeded, due again later, or failed. Decisions only; no clock, no network.

The schedule is our choice: the service's documentation says that deliveries are retried, not when. It has no jitter,
which spreads the retries of many senders: a sandbox is one, and its outputs are to be the same every day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pb2b_notebook.openapi import instants

if TYPE_CHECKING:
    from datetime import datetime

    from pb2b_notebook.sandbox.core.store import Document

BACKOFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
)
"""How long a delivery waits after each failed attempt, on the domain clock."""

ATTEMPTS = len(BACKOFF) + 1
"""After so many attempts a delivery has failed; by hand it can be retried further."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt.

    Attributes:
        status_code: of the answer; ``None`` if none came.
        snippet: the beginning of the answer's body; ``None`` if no answer came.
        problem: why the attempt failed, in one sentence; ``None`` if it succeeded.
    """

    status_code: int | None = None
    snippet: str | None = None
    problem: str | None = None


def after_attempt(delivery: Document, outcome: Outcome, now: datetime, *, due_at: str) -> Document:
    """Decide what a delivery is after an attempt.

    Args:
        delivery: as it is now. While the attempt was made it may have been given up, or retried by hand.
        outcome: of the attempt.
        now: by the domain clock.
        due_at: its ``next_attempt_at`` when the attempt began.

    >>> from datetime import UTC, datetime
    >>> delivery = {"status": "pending", "attempt_count": 0, "next_attempt_at": "", "updated_at": ""}
    >>> noon = datetime(2026, 3, 10, 12, tzinfo=UTC)
    >>> again = after_attempt(delivery, Outcome(problem="the connection was refused"), noon, due_at="")
    >>> again["status"], again["attempt_count"], again["next_attempt_at"]
    ('pending', 1, '2026-03-10T12:01:00.000Z')
    """
    at = changed_at(delivery, now)
    attempts = delivery["attempt_count"] + 1
    attempted = delivery | {
        "attempt_count": attempts,
        "response_status_code": outcome.status_code,
        "response_body_snippet": outcome.snippet,
        "error_message": outcome.problem,
        "updated_at": at,
    }
    if outcome.problem is None:
        return attempted | {"status": "succeeded", "next_attempt_at": None, "delivered_at": at}
    if delivery["next_attempt_at"] != due_at:
        return attempted
    if attempts >= ATTEMPTS:
        return attempted | {"status": "failed", "next_attempt_at": None}
    return attempted | {"next_attempt_at": instants.render(now + BACKOFF[attempts - 1])}


def due_now(delivery: Document, now: datetime) -> Document:
    """Make a delivery due, whatever came of it before.

    Its attempts go on being counted: where the schedule has ended, this one is the last.
    """
    return delivery | {
        "status": "pending",
        "next_attempt_at": instants.render(now),
        "updated_at": changed_at(delivery, now),
    }


def given_up(delivery: Document, now: datetime, reason: str) -> Document:
    """End a pending delivery without an attempt; ``reason`` takes the place of its error message."""
    return delivery | {
        "status": "failed",
        "next_attempt_at": None,
        "error_message": reason,
        "updated_at": changed_at(delivery, now),
    }


def changed_at(delivery: Document, now: datetime) -> str:
    """Date a change: now, but after the last one.

    An attempt does not move a clock that stands, or outputs would depend on how fast the network is; so the clock may
    still show the time of the change before.
    """
    present = instants.render(now)
    if present > delivery["updated_at"]:
        return present
    return instants.render(instants.parse(delivery["updated_at"]) + instants.MILLISECOND)
