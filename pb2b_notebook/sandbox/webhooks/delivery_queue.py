"""Which deliveries are due, what each posts, and what came of it: the sender's view of the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.core.platform_tables import DELIVERIES, WEBHOOKS
from pb2b_notebook.sandbox.core.signatures import signature_header
from pb2b_notebook.sandbox.core.signing_secrets import SigningSecrets
from pb2b_notebook.sandbox.webhooks.delivery_attempts import after_attempt, given_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from pb2b_notebook.sandbox.core.store import Document, Store
    from pb2b_notebook.sandbox.http.services import Services
    from pb2b_notebook.sandbox.webhooks.delivery_attempts import Outcome

DISABLED = "the webhook was disabled"
"""Why a delivery was given up without a further attempt."""
_AGENT = "ProspectB2B-Webhooks/1 (sandbox)"


class Position(NamedTuple):
    """A place in the queue of one endpoint: what is due first comes first, then what was written first."""

    due_at: str
    row: int


FRONT = Position("", 0)


@dataclass(frozen=True, slots=True)
class Post:
    """One attempt that is to be made."""

    delivery_id: str
    workspace_id: str
    position: Position
    url: str
    headers: Mapping[str, str]
    body: bytes


class DeliveryQueue:
    """The pending deliveries of all endpoints of one sandbox."""

    def __init__(self, services: Services) -> None:
        self._store = services.store
        self._clock = services.clock
        self._secrets = SigningSecrets(services.store, services.clock)

    def next_due(self, *, after: datetime | None = None) -> datetime | None:
        """When the next attempt is due: the first of all, or the first one later than ``after``."""
        bound = "" if after is None else instants.render(after)
        [(due_at,)] = self._store.execute(
            "SELECT min(next_attempt_at) FROM webhook_deliveries WHERE next_attempt_at > ?", (bound,)
        )
        return None if due_at is None else instants.parse(due_at)

    def due(self, now: datetime) -> list[str]:
        """The endpoints for which an attempt is due by ``now``."""
        rows = self._store.execute(
            "SELECT DISTINCT webhook_id FROM webhook_deliveries WHERE next_attempt_at <= ?", (instants.render(now),)
        )
        return [webhook_id for (webhook_id,) in rows]

    def take(self, webhook_id: str, after: Position) -> Post | None:
        """Prepare the first attempt that is due at an endpoint, from a position on; ``None`` if there is none.

        All that it needs is read now: the URL may have been changed since, a secret rotated or expired.
        """
        with self._store.reading():
            found = self._store.execute(
                "SELECT next_attempt_at, rowid, id, workspace_id FROM webhook_deliveries"
                " WHERE webhook_id = ? AND next_attempt_at <= ? AND (next_attempt_at, rowid) > (?, ?)"
                " ORDER BY next_attempt_at, rowid LIMIT 1",
                (webhook_id, instants.render(self._clock.now()), *after),
            )
            if not found:
                return None
            due_at, row, delivery_id, workspace_id = found[0]
            webhook = self._store.get(WEBHOOKS, workspace_id, webhook_id)
            if webhook is None or not webhook["enabled"]:
                # Left by a release that did not give them up when the endpoint was disabled.
                give_up(self._store, workspace_id, webhook_id, self._clock.now())
                return None
            return self._prepare(delivery_id, workspace_id, Position(due_at, row), webhook)

    def _prepare(self, delivery_id: str, workspace_id: str, position: Position, webhook: Document) -> Post:
        [(event, body)] = self._store.execute(
            "SELECT event, body FROM webhook_deliveries JOIN delivery_bodies ON delivery_id = id WHERE id = ?",
            (delivery_id,),
        )
        timestamp = str(int(self._clock.now().timestamp()))
        raw = body.encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": _AGENT,
            "X-ProspectB2B-Event": event,
            "X-ProspectB2B-Delivery": delivery_id,
            "X-ProspectB2B-Timestamp": timestamp,
            "X-ProspectB2B-Signature": signature_header(self._secrets.valid_secrets(webhook["id"]), timestamp, raw),
        }
        return Post(delivery_id, workspace_id, position, webhook["url"], headers, raw)

    def record(self, made: Iterable[tuple[Post, Outcome]]) -> None:
        """Keep what came of attempts, in one transaction; what was deleted meanwhile is left alone."""
        with self._store.transaction():
            now = self._clock.now()
            for post, outcome in made:
                delivery = self._store.get(DELIVERIES, post.workspace_id, post.delivery_id)
                if delivery is not None:
                    attempted = after_attempt(delivery, outcome, now, due_at=post.position.due_at)
                    self._store.put(DELIVERIES, post.workspace_id, attempted)


def give_up(store: Store, workspace_id: str, webhook_id: str, now: datetime) -> None:
    """End what is pending at an endpoint that takes no more; enabled again, it can be retried by hand."""
    with store.transaction():
        for delivery in store.find(DELIVERIES, workspace_id, "webhook_id = ? AND status = 'pending'", (webhook_id,)):
            store.put(DELIVERIES, workspace_id, given_up(delivery, now, DISABLED))
