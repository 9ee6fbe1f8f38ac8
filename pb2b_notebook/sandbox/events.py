"""The nine webhook events, and the object that each carries."""

from __future__ import annotations

from typing import Literal, get_args

EventType = Literal[
    "lead.created",
    "lead.updated",
    "import.completed",
    "import.failed",
    "export.completed",
    "export.failed",
    "campaign.created",
    "campaign.updated",
    "campaign.published",
]

EVENT_TYPES: tuple[EventType, ...] = get_args(EventType)
"""In the order of the contract."""

OCCASIONS: dict[EventType, str] = {
    "lead.created": "A lead was created: by a request, an import or a prospector run.",
    "lead.updated": "A lead changed, was merged into another one, or was deleted (`deleted_at` is set).",
    "import.completed": "An import has run to its end; `error_count` tells of rows that were left out.",
    "import.failed": "An import stopped; none of its rows was applied.",
    "export.completed": "An export is ready in the workspace.",
    "export.failed": "An export stopped; there is no file.",
    "campaign.created": "A campaign was created.",
    "campaign.updated": "A campaign changed, or was paused.",
    "campaign.published": "A campaign was published.",
}
"""When each is sent."""


def subject(event: EventType) -> str:
    """Name the schema of the object that an event carries as its ``data``.

    >>> subject("import.failed")
    'Import'
    """
    return event.partition(".")[0].capitalize()
