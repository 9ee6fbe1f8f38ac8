"""The nine webhook events, and the object that each carries."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args


class Occasion(NamedTuple):
    """When an event is sent: in a few words, and what else to know."""

    summary: str
    description: str


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

OCCASIONS: dict[EventType, Occasion] = {
    "lead.created": Occasion("A lead was created", "By a request, an import or a prospector run."),
    "lead.updated": Occasion("A lead changed", "Also if it was merged into another one, or deleted."),
    "import.completed": Occasion("An import has ended", "Its `error_count` tells of rows that were left out."),
    "import.failed": Occasion("An import has failed", "None of its rows was applied; the job's `error` tells why."),
    "export.completed": Occasion("An export is ready", "The file is in the workspace; the API serves none."),
    "export.failed": Occasion("An export has failed", "The job's `error` tells why; there is no file."),
    "campaign.created": Occasion("A campaign was created", "As a draft."),
    "campaign.updated": Occasion("A campaign changed", "Also if it was paused."),
    "campaign.published": Occasion("A campaign was published", "From now on its runs may send."),
}
"""When each is sent."""


def subject(event: EventType) -> str:
    """Name the schema of the object that an event carries as its ``data``.

    >>> subject("import.failed")
    'Import'
    """
    return event.partition(".")[0].capitalize()
