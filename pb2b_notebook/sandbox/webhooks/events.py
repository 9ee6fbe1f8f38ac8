"""The nine webhook events, and the object in each of them."""

from typing import Literal, NamedTuple, get_args

import msgspec

from pb2b_notebook.sandbox.core.store import Document


class Occasion(NamedTuple):
    """When an event is sent: a summary and further details."""

    summary: str
    description: str


EventType = Literal[
    "lead.created", "lead.updated", "import.completed", "import.failed", "export.completed", "export.failed",
    "campaign.created", "campaign.updated", "campaign.published",
]  # fmt: skip

EVENT_TYPES: tuple[EventType, ...] = get_args(EventType)
"""In the order of the contract."""

OCCASIONS: dict[EventType, Occasion] = {
    "lead.created": Occasion("A lead was created", "By a request, an import or a prospector run."),
    "lead.updated": Occasion("A lead changed", "Also if it was merged into another one, or deleted."),
    "import.completed": Occasion("An import has ended", "Its `error_count` counts the rows that were skipped."),
    "import.failed": Occasion("An import has failed", "None of its rows was applied; the `error` of the job says why."),
    "export.completed": Occasion("An export is ready", "The file is in the workspace; the API does not serve it."),
    "export.failed": Occasion("An export has failed", "The `error` of the job says why; there is no file."),
    "campaign.created": Occasion("A campaign was created", "As a draft."),
    "campaign.updated": Occasion("A campaign changed", "Also if it was paused."),
    "campaign.published": Occasion("A campaign was published", "Its runs may send from now on."),
}
"""When each event is sent."""


def subject(event: EventType) -> str:
    """Return the schema name of the object in the ``data`` of an event.

    >>> subject("import.failed")
    'Import'
    """
    return event.partition(".")[0].capitalize()


def render_event(event_id: str, event: str, created_at: str, data: Document) -> str:
    """Return the exact text of an event that every attempt signs and posts to every endpoint.

    >>> render_event("evt_1", "lead.created", "2026-03-10T12:00:00.001Z", {"id": "lead_1"})
    '{"id":"evt_1","object":"event","type":"lead.created",...,"data":{"id":"lead_1"}}'
    """
    body = {"id": event_id, "object": "event", "type": event, "created_at": created_at, "data": data}
    return msgspec.json.encode(body).decode()
