"""The settings, members and subscription of a new demo workspace."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.core.identifiers import derive_id
from pb2b_notebook.sandbox.core.store import Document, Store
from pb2b_notebook.sandbox.core.tables import MEMBERS, SETTINGS, SUBSCRIPTIONS
from pb2b_notebook.sandbox.demo_data.seeding import DemoWorkspace
from pb2b_notebook.sandbox.webhooks.rules import MOST_WEBHOOKS

HISTORY = timedelta(days=365)
"""Time from the creation of the workspaces to the start of the sandbox."""
TRIAL = timedelta(days=14)

_LOCALES = {"Europe/Berlin": "de-DE", "America/New_York": "en-US"}
_WEEK = ["monday", "tuesday", "wednesday", "thursday", "friday"]
_BULK_UPSERT_ROWS = 100
_IMPORT_ROWS = 10_000


def set_up(store: Store, workspace: DemoWorkspace, *, leads_limit: int, now: datetime) -> None:
    """Write settings, members and subscription of a new workspace.

    Args:
        store: Store, inside the transaction that fills it.
        workspace: Workspace to set up; it is a year old, and its trial is over.
        leads_limit: Largest number of leads.
        now: Start of the domain clock.
    """
    opened_at = now - HISTORY
    store.load(SETTINGS, workspace.id, [settings(workspace, leads_limit, opened_at)])
    store.load(MEMBERS, workspace.id, members(workspace, opened_at))
    store.load(SUBSCRIPTIONS, workspace.id, [subscription(workspace, opened_at)])


def settings(workspace: DemoWorkspace, leads_limit: int, opened_at: datetime) -> Document:
    """Return the settings of a demo workspace."""
    at = instants.render(opened_at)
    return {
        "id": derive_id("settings", workspace.id),
        "object": "workspace_settings",
        "timezone": workspace.timezone,
        "locale": _LOCALES.get(workspace.timezone, "en-GB"),
        "sending_window": {"days": _WEEK, "start": "08:30", "end": "17:30"},
        "default_owner_email": workspace.owner_emails[0],
        "features": {"campaigns": True, "prospector": True, "webhooks": True, "custom_fields": True},
        "limits": {
            "leads": leads_limit,
            "members": 10,
            "webhooks": MOST_WEBHOOKS,
            "bulk_upsert_rows": _BULK_UPSERT_ROWS,
            "import_rows": _IMPORT_ROWS,
        },
        "created_at": at,
        "updated_at": at,
    }


def members(workspace: DemoWorkspace, opened_at: datetime) -> Iterator[Document]:
    """Yield the members of a demo workspace, who joined one after the other."""
    for position, member in enumerate(workspace.members):
        joined_at = instants.render(opened_at + position * timedelta(hours=5, minutes=17))
        yield {
            "id": member.id,
            "object": "member",
            "email": member.email,
            "role": member.role,
            "read_only": member.read_only,
            "created_at": joined_at,
            "updated_at": joined_at,
        }


def subscription(workspace: DemoWorkspace, opened_at: datetime) -> Document:
    """Return the stored part of a subscription; :mod:`.billing` adds the fields that depend on the clock."""
    at = instants.render(opened_at)
    paid = workspace.leads is None
    return {
        "id": derive_id("sub", workspace.id),
        "plan": "growth" if paid else "starter",
        "seats": 10,
        "currency": "EUR" if paid else "USD",
        "price_cents": 49_900 if paid else 9_900,
        "cancel_at_period_end": False,
        "emails_limit": 20_000 if paid else 1_000,
        "prospector_credits_limit": 5_000 if paid else 250,
        "trial_ends_at": instants.render(opened_at + TRIAL),
        "created_at": at,
        "updated_at": at,
    }
