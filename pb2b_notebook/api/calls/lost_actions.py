"""Decide by an object whether it was published, paused or cancelled by an action whose response was lost. Pure.

A service may ignore idempotency keys. Pausing or cancelling again only stops what is stopped; publishing again could
start a campaign that another user has paused meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from pb2b_notebook.api.calls.confirming import ALLOWANCE
from pb2b_notebook.api.calls.job_words import end_of
from pb2b_notebook.api.calls.lost_creations import Fate
from pb2b_notebook.api.http.adaptation.status_words import own_word
from pb2b_notebook.openapi.operations import Operation, Operations

_STATES: Final = {"publish": "published", "pause": "paused", "cancel": "cancelled"}
"""Last part of the path of an action → status that it leads to."""


def reader_of(operation: Operation, operations: Operations) -> Operation | None:
    """Return the operation that reads the object of an action that sets its state; ``None`` for other calls."""
    holder, _, action = operation.path.rpartition("/")
    if operation.method != "POST" or action not in _STATES:
        return None
    return next((each for each in operations.values() if each.method == "GET" and each.path == holder), None)


def fate_of_action(operation: Operation, found: Mapping[str, Any], since: datetime) -> Fate:
    """Return what became of an action, by its object as it is now.

    Args:
        operation: The action.
        found: Its object.
        since: When it was first sent, by the clock of the objects.

    Returns:
        The object if it has the state of the action; ``"absent"`` if the action can be sent again.

    >>> from pb2b_notebook.openapi import load
    >>> publish, at = load()["campaigns.publish"], datetime.fromisoformat("2026-03-10T12:00:00+00:00")
    >>> campaign = {"id": "campaign_1", "status": "paused", "updated_at": "2026-03-10T12:01:00.000Z"}
    >>> fate_of_action(publish, campaign, at), fate_of_action(publish, campaign | {"status": "draft"}, at)
    ('unclear', 'absent')
    >>> fate_of_action(publish, campaign | {"updated_at": "2026-03-09T12:00:00.000Z"}, at)
    'absent'
    >>> fate_of_action(publish, campaign | {"status": "PUBLISHED"}, at)["id"]
    'campaign_1'
    """
    action, status = operation.path.rpartition("/")[2], str(found.get("status") or "")
    state = _STATES[action]
    if own_word(state, [status]) == status or end_of(status) == state:
        return found
    stops = action != "publish" and bool(status)
    return "absent" if stops or own_word("draft", [status]) == status or _is_older(found, since) else "unclear"


def _is_older(found: Mapping[str, Any], since: datetime) -> bool:
    """Whether an object has certainly not changed since a time."""
    try:
        return datetime.fromisoformat(found["updated_at"]) < since - ALLOWANCE
    except (KeyError, TypeError, ValueError):
        return False
