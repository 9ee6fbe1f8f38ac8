"""The tables of members, settings, subscriptions, tickets and webhooks."""

from __future__ import annotations

from operator import itemgetter

from pb2b_notebook.sandbox.core.signing_secrets import SCHEMA as SIGNING_SECRETS
from pb2b_notebook.sandbox.core.store import Table

SETTINGS = Table("settings", "settings")
MEMBERS = Table("members", "mem")
SUBSCRIPTIONS = Table("subscriptions", "sub")
TICKETS = Table("tickets", "ticket", columns={"status": itemgetter("status")})
WEBHOOKS = Table("webhooks", "webhook")
DELIVERIES = Table(
    "webhook_deliveries",
    "delivery",
    columns={
        "webhook_id": itemgetter("webhook_id"),
        "event": itemgetter("event"),
        "status": itemgetter("status"),
        "next_attempt_at": itemgetter("next_attempt_at"),
    },
    indexed=("webhook_id",),
)

PLATFORM_TABLES = (SETTINGS, MEMBERS, SUBSCRIPTIONS, TICKETS, WEBHOOKS, DELIVERIES)

# The exact body of each delivery: every attempt signs and posts the same text.
DELIVERY_BODIES = """CREATE TABLE IF NOT EXISTS delivery_bodies (
    delivery_id TEXT PRIMARY KEY, workspace_id TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID"""

# The sender looks for due deliveries in all workspaces, and then endpoint by endpoint.
_DUE, _DUE_BY_WEBHOOK = (
    f"CREATE INDEX IF NOT EXISTS {name} ON webhook_deliveries ({columns}) WHERE next_attempt_at IS NOT NULL"
    for name, columns in (
        ("deliveries_due", "next_attempt_at"),
        ("deliveries_due_by_webhook", "webhook_id, next_attempt_at"),
    )
)

PLATFORM_SCHEMA = (SIGNING_SECRETS, DELIVERY_BODIES, _DUE, _DUE_BY_WEBHOOK)
"""The tables that hold no objects of the API, and indexes."""
