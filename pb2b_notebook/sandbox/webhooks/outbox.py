"""The outbox: an event is stored in the transaction of the change that causes it, and sent afterwards.

Both are stored or neither is, whenever the sandbox is killed (the pattern *transactional outbox*:
https://microservices.io/patterns/data/transactional-outbox.html). One pending delivery is stored for each enabled
endpoint that subscribes to the event, with the body that every attempt posts. The time of an event is that of the
change, and its ids have their own counters, so that the number of subscribers does not affect other data.
"""

from typing import Any

from pb2b_notebook.sandbox.core.identifiers import derive_id
from pb2b_notebook.sandbox.core.store import Document
from pb2b_notebook.sandbox.core.tables import DELIVERIES, WEBHOOKS
from pb2b_notebook.sandbox.http.parts import SandboxParts
from pb2b_notebook.sandbox.webhooks.events import EventType, render_event


class Outbox:
    """The events of one workspace, for one unit of work inside a transaction."""

    def __init__(self, parts: SandboxParts, workspace_id: str) -> None:
        self._parts = parts
        self._workspace_id = workspace_id
        self._listeners: dict[str, list[str]] | None = None

    def emit(self, event: EventType, subject: Document) -> None:
        """Store an event with ``subject`` as its data.

        It is sent after the transaction is committed, and lost if that is rolled back.
        """
        listeners = self._subscribers(event)
        if not listeners:
            return
        parts = self._parts
        happened_at = subject["updated_at"]
        event_id = derive_id("evt", parts.seed, "api", parts.store.count_up("events.made"))
        body = render_event(event_id, event, happened_at, subject)
        for webhook_id in listeners:
            delivery = self._delivery(webhook_id, event, happened_at)
            parts.store.put(DELIVERIES, self._workspace_id, delivery)
            parts.store.execute(
                "INSERT INTO delivery_bodies VALUES (?, ?, ?)", (delivery["id"], self._workspace_id, body)
            )
            parts.sender.wake(webhook_id)

    def _subscribers(self, event: EventType) -> list[str]:
        # Read once: endpoints do not change within a unit of work, and an import of 10,000 rows calls this 10,000
        # times.
        if self._listeners is None:
            self._listeners = {}
            for webhook in self._parts.store.find(WEBHOOKS, self._workspace_id, "1", ()):
                for event_type in webhook["events"] if webhook["enabled"] else ():
                    self._listeners.setdefault(event_type, []).append(webhook["id"])
        return self._listeners.get(event, [])

    def _delivery(self, webhook_id: str, event: EventType, now: str) -> dict[str, Any]:
        return {
            "id": self._parts.new_id(DELIVERIES),
            "object": "webhook_delivery",
            "webhook_id": webhook_id,
            "event": event,
            "status": "pending",
            "attempt_count": 0,
            "response_status_code": None,
            "response_body_snippet": None,
            "error_message": None,
            "next_attempt_at": now,
            "delivered_at": None,
            "created_at": now,
            "updated_at": now,
        }
