"""Signed deliveries like those of the service."""

import json
from datetime import UTC, datetime

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
SECRET = "whsec_canary4f9a8b7c6d5e"


def body_of(event_id="evt_1", event_type="lead.created", **data):
    """Return the raw body of an event about a lead."""
    event = {
        "id": event_id, "object": "event", "type": event_type, "created_at": "2026-03-10T11:59:58.123Z",
        "data": {"id": "lead_1", "object": "lead", "email": "ada@example.com", **data},
    }  # fmt: skip
    return json.dumps(event, separators=(",", ":")).encode()


class Clock:
    """A clock that a test moves."""

    def __init__(self):
        self.at = NOW

    def __call__(self):
        return self.at


def states(receiver):
    """Return the state by event id, in the order the events arrived."""
    frame = receiver.events()
    return dict(zip(frame["id"], frame["state"], strict=True))
