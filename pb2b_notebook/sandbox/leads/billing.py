"""Subscription and usage: stored values, and values that follow from the clock.

A period is a calendar month in UTC. It renews by itself; no job runs at midnight.
"""

from datetime import datetime, timedelta
from typing import Any

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.core import usage as counters
from pb2b_notebook.sandbox.core.identifiers import derive_id
from pb2b_notebook.sandbox.core.store import Document
from pb2b_notebook.sandbox.core.tables import SUBSCRIPTIONS
from pb2b_notebook.sandbox.http.parts import SandboxParts

_LONGER_THAN_A_MONTH = timedelta(days=32)


def billing_period(moment: datetime) -> tuple[datetime, datetime]:
    """Return the start of the month of an aware datetime, and the start of the next month.

    >>> from datetime import UTC
    >>> [each.isoformat() for each in billing_period(datetime(2026, 12, 31, tzinfo=UTC))]
    ['2026-12-01T00:00:00+00:00', '2027-01-01T00:00:00+00:00']
    """
    start = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return start, (start + _LONGER_THAN_A_MONTH).replace(day=1)


def subscription(parts: SandboxParts, workspace_id: str) -> dict[str, Any]:
    """Return the subscription of a workspace, as of now."""
    stored, now = _stored_subscription(parts, workspace_id), parts.clock.now()
    start, end = (instants.render(each) for each in billing_period(now))
    trial = _on_trial(stored, now)
    # The last change is the end of the trial, the last renewal, or the stored one.
    changes = [stored["updated_at"], start, *([] if trial else [stored["trial_ends_at"]])]
    return {
        "id": stored["id"],
        "object": "billing_subscription",
        "status": "trialing" if trial else "active",
        "plan": stored["plan"],
        "seats": stored["seats"],
        "currency": stored["currency"],
        "price_cents": stored["price_cents"],
        "current_period_start": max(start, stored["created_at"]),
        "current_period_end": end,
        "cancel_at_period_end": stored["cancel_at_period_end"],
        "created_at": stored["created_at"],
        "updated_at": max(changes),
    }


def usage(parts: SandboxParts, workspace_id: str) -> dict[str, Any]:
    """Return the usage of a workspace in the current period."""
    stored, now = _stored_subscription(parts, workspace_id), parts.clock.now()
    start, end = (instants.render(each) for each in billing_period(now))
    used = counters.read(parts.store, workspace_id, counters.period_of(now))
    leads_stored, limit = parts.store.execute(
        "SELECT leads_stored, leads_limit FROM workspaces WHERE id = ?", (workspace_id,)
    )[0]
    began = max(start, stored["created_at"])
    return {
        "id": derive_id("usage", workspace_id, start),
        "object": "billing_usage",
        "active_trial": _on_trial(stored, now),
        "usage": {
            "emails_sent": used["emails_sent"],
            "emails_limit": stored["emails_limit"],
            "prospector_credits_used": used["prospector_credits_used"],
            "prospector_credits_limit": stored["prospector_credits_limit"],
            "leads_stored": leads_stored,
            "leads_limit": limit,
            "period_start": began,
            "period_end": end,
            "trial_ends_at": stored["trial_ends_at"],
        },
        "created_at": began,
        "updated_at": instants.render(now),
    }


def _stored_subscription(parts: SandboxParts, workspace_id: str) -> Document:
    [stored] = parts.store.find(SUBSCRIPTIONS, workspace_id, "1", ())
    return stored


def _on_trial(stored: Document, now: datetime) -> bool:
    trial_ends_at: str = stored["trial_ends_at"]
    return instants.render(now) < trial_ends_at
