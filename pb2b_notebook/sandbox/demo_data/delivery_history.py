"""The webhooks of the past year: one that works after a bad start, and one that was disabled."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.core.draws import Draws
from pb2b_notebook.sandbox.core.identifiers import derive_id
from pb2b_notebook.sandbox.core.signing_secrets import make_secret
from pb2b_notebook.sandbox.core.store import Document
from pb2b_notebook.sandbox.core.tables import DELIVERIES, WEBHOOKS
from pb2b_notebook.sandbox.demo_data.seeding import DemoWorkspace
from pb2b_notebook.sandbox.webhooks.delivery_attempts import ATTEMPTS, BACKOFF
from pb2b_notebook.sandbox.webhooks.events import render_event

# A port on which nothing listens, so that a retry fails as before.
SINK = "http://127.0.0.1:9/hooks"
# From the event to the end of the first attempt.
_TRAVEL = timedelta(seconds=1)
_BAD_START = 12
_REFUSED: dict[str, Any] = {
    "status": "failed",
    "attempt_count": ATTEMPTS,
    "response_status_code": None,
    "response_body_snippet": None,
    "error_message": "the connection was refused",
}
_OVERLOADED = _REFUSED | {
    "response_status_code": 503,
    "response_body_snippet": "upstream is not available",
    "error_message": "the endpoint answered 503",
}


class PastEvent(NamedTuple):
    """An event: its type, its instant, and the object at that time."""

    type: str
    at: str
    data: Document


class PastDelivery(NamedTuple):
    """A delivery of the past, and its body."""

    document: Document
    body: str


class History(NamedTuple):
    """The webhooks of a workspace, their secrets as ``(webhook id, secret)``, and all deliveries."""

    webhooks: list[Document]
    secrets: list[tuple[str, str]]
    deliveries: list[PastDelivery]


def past_webhooks(workspace: DemoWorkspace, now: datetime, events: Iterable[PastEvent]) -> History:
    """Return the webhooks of a workspace with their deliveries."""
    kept = list(events)
    jobs = _webhook(workspace, "Data team: imports and exports", ("import", "export"), now - timedelta(days=320))
    leads = _webhook(
        workspace, "CRM sync", ("lead",), now - timedelta(days=120), disabled_at=now - timedelta(days=61, hours=3)
    )
    draws = Draws(workspace.seed, "deliveries")
    deliveries = [*_deliveries(jobs, kept, draws, bad_start=_BAD_START), *_deliveries(leads, kept, draws)]
    secrets = [(webhook["id"], make_secret(webhook["id"], 1).secret) for webhook in (jobs, leads)]
    return History([jobs, leads], secrets, deliveries)


_EVENTS = {
    "import": ["import.completed", "import.failed"],
    "export": ["export.completed", "export.failed"],
    "lead": ["lead.created"],
}


def _webhook(
    workspace: DemoWorkspace,
    description: str,
    subjects: tuple[str, ...],
    made_at: datetime,
    *,
    disabled_at: datetime | None = None,
) -> Document:
    webhook_id = derive_id(WEBHOOKS.prefix, workspace.id, description)
    return {
        "id": webhook_id,
        "object": "webhook",
        "url": SINK,
        "events": [event for subject in subjects for event in _EVENTS[subject]],
        "enabled": disabled_at is None,
        "description": description,
        "secret_prefix": make_secret(webhook_id, 1).prefix,
        "created_at": instants.render(made_at),
        "updated_at": instants.render(disabled_at or made_at),
    }


def _deliveries(
    webhook: Document, events: list[PastEvent], draws: Draws, *, bad_start: int = 0
) -> Iterator[PastDelivery]:
    until = "9999" if webhook["enabled"] else webhook["updated_at"]
    wanted = [event for event in events if event.type in webhook["events"] and webhook["created_at"] < event.at < until]
    # The second endpoint went down two days before its webhook was disabled.
    down_from = "9999" if webhook["enabled"] else instants.render(instants.parse(until) - timedelta(days=2))
    for number, event in enumerate(wanted):
        if number < bad_start:
            yield _delivery(webhook, event, _REFUSED)
        elif event.at > down_from:
            yield _delivery(webhook, event, _OVERLOADED)
        else:
            attempts = 1 + (draws.below(3) if draws.chance(0.06) else 0)
            yield _delivery(webhook, event, _success_after(attempts))


def _success_after(attempts: int) -> dict[str, Any]:
    return {
        "status": "succeeded",
        "attempt_count": attempts,
        "response_status_code": 204,
        "response_body_snippet": "",
        "error_message": None,
    }


def _delivery(webhook: Document, event: PastEvent, outcome: dict[str, Any]) -> PastDelivery:
    event_id = derive_id("evt", event.type, event.data["id"], event.at)
    waited = sum(BACKOFF[: outcome["attempt_count"] - 1], _TRAVEL)
    ended_at = instants.render(instants.parse(event.at) + waited)
    document = {
        "id": derive_id(DELIVERIES.prefix, webhook["id"], event_id),
        "object": "webhook_delivery",
        "webhook_id": webhook["id"],
        "event": event.type,
        **outcome,
        "next_attempt_at": None,
        "delivered_at": ended_at if outcome["status"] == "succeeded" else None,
        "created_at": event.at,
        "updated_at": ended_at,
    }
    return PastDelivery(document, render_event(event_id, event.type, event.at, event.data))
