"""The state of a delivery after an attempt: succeeded, due again later, or failed. Pure functions, no clock or network.

The schedule is our choice, because the service documents that deliveries are retried, but not when. It has no jitter:
jitter spreads the retries of many senders, but a sandbox is a single one, and its output must be the same every day.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.core.store import Document

BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5))
"""Delays after each failed attempt, on the domain clock."""

ATTEMPTS = len(BACKOFF) + 1
"""Number of attempts after which a delivery has failed; it can still be retried by hand."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one attempt.

    Attributes:
        status_code: HTTP status of the response; ``None`` if no response came.
        snippet: Beginning of the response body; ``None`` if no response came.
        problem: Reason of the failure, in one sentence; ``None`` if the attempt succeeded.
    """

    status_code: int | None = None
    snippet: str | None = None
    problem: str | None = None


def after_attempt(delivery: Document, outcome: Outcome, now: datetime, *, due_at: str) -> Document:
    """Return a delivery as it is after an attempt.

    Args:
        delivery: Delivery as it is stored now. During the attempt it may have been given up, or retried by hand.
        outcome: Outcome of the attempt.
        now: Time of the domain clock.
        due_at: The ``next_attempt_at`` of the delivery when the attempt began.

    >>> from datetime import UTC, datetime
    >>> delivery = {"status": "pending", "attempt_count": 0, "next_attempt_at": "", "updated_at": ""}
    >>> noon = datetime(2026, 3, 10, 12, tzinfo=UTC)
    >>> again = after_attempt(delivery, Outcome(problem="the connection was refused"), noon, due_at="")
    >>> again["status"], again["attempt_count"], again["next_attempt_at"]
    ('pending', 1, '2026-03-10T12:01:00.000Z')
    """
    at = time_of_change(delivery, now)
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
    """Return a delivery that is due now, whatever its status was.

    Its attempts are counted further: after the end of the schedule this attempt is the last one.
    """
    return delivery | {
        "status": "pending",
        "next_attempt_at": instants.render(now),
        "updated_at": time_of_change(delivery, now),
    }


def mark_given_up(delivery: Document, now: datetime, reason: str) -> Document:
    """Return a pending delivery as failed without an attempt, with ``reason`` as its error message."""
    return delivery | {
        "status": "failed",
        "next_attempt_at": None,
        "error_message": reason,
        "updated_at": time_of_change(delivery, now),
    }


def time_of_change(delivery: Document, now: datetime) -> str:
    """Return the time of a change: now, or a millisecond after the last change if that is later.

    An attempt does not advance a fixed clock, because the output would then depend on the speed of the network. So the
    clock may still show the time of the last change.
    """
    present = instants.render(now)
    if present > delivery["updated_at"]:
        return present
    return instants.render(instants.parse(delivery["updated_at"]) + instants.MILLISECOND)
