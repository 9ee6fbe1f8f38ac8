"""Subscription and usage: what is kept of them, and what follows from the clock.

A period is a calendar month in UTC, and renews by itself: nobody has to run anything at midnight.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.core import usage as counters
from pb2b_notebook.sandbox.core.identifiers import derive
from pb2b_notebook.sandbox.core.platform_tables import SUBSCRIPTIONS

if TYPE_CHECKING:
    from pb2b_notebook.sandbox.core.store import Document
    from pb2b_notebook.sandbox.http.services import Services

_LONGER_THAN_A_MONTH = timedelta(days=32)


def billing_period(moment: datetime) -> tuple[datetime, datetime]:
    """The start of the month that an aware instant falls into, and of the next one.

    >>> from datetime import UTC
    >>> [each.isoformat() for each in billing_period(datetime(2026, 12, 31, tzinfo=UTC))]
    ['2026-12-01T00:00:00+00:00', '2027-01-01T00:00:00+00:00']
    """
    start = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return start, (start + _LONGER_THAN_A_MONTH).replace(day=1)


def subscription(services: Services, workspace_id: str) -> dict[str, Any]:
    """What a workspace pays for, now."""
    kept, now = _kept(services, workspace_id), services.clock.now()
    start, end = (instants.render(each) for each in billing_period(now))
    trial = _on_trial(kept, now)
    # It changed last when its trial ended, or when it was renewed.
    changes = [kept["updated_at"], start, *([] if trial else [kept["trial_ends_at"]])]
    return {
        "id": kept["id"],
        "object": "billing_subscription",
        "status": "trialing" if trial else "active",
        "plan": kept["plan"],
        "seats": kept["seats"],
        "currency": kept["currency"],
        "price_cents": kept["price_cents"],
        "current_period_start": max(start, kept["created_at"]),
        "current_period_end": end,
        "cancel_at_period_end": kept["cancel_at_period_end"],
        "created_at": kept["created_at"],
        "updated_at": max(changes),
    }


def usage(services: Services, workspace_id: str) -> dict[str, Any]:
    """What a workspace has used of its plan in the current period."""
    kept, now = _kept(services, workspace_id), services.clock.now()
    start, end = (instants.render(each) for each in billing_period(now))
    used = counters.read(services.store, workspace_id, counters.period_of(now))
    stored, limit = services.store.execute(
        "SELECT leads_stored, leads_limit FROM workspaces WHERE id = ?", (workspace_id,)
    )[0]
    began = max(start, kept["created_at"])
    return {
        "id": derive("usage", workspace_id, start),
        "object": "billing_usage",
        "active_trial": _on_trial(kept, now),
        "usage": {
            "emails_sent": used["emails_sent"],
            "emails_limit": kept["emails_limit"],
            "prospector_credits_used": used["prospector_credits_used"],
            "prospector_credits_limit": kept["prospector_credits_limit"],
            "leads_stored": stored,
            "leads_limit": limit,
            "period_start": began,
            "period_end": end,
            "trial_ends_at": kept["trial_ends_at"],
        },
        "created_at": began,
        "updated_at": instants.render(now),
    }


def _kept(services: Services, workspace_id: str) -> Document:
    [kept] = services.store.find(SUBSCRIPTIONS, workspace_id, "1", ())
    return kept


def _on_trial(kept: Document, now: datetime) -> bool:
    trial_ends_at: str = kept["trial_ends_at"]
    return instants.render(now) < trial_ends_at
