"""The due deliveries, the post of each, and its outcome: the outbox as the sender sees it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.core.signatures import signature_header
from pb2b_notebook.sandbox.core.signing_secrets import SigningSecrets
from pb2b_notebook.sandbox.core.store import Document, Store
from pb2b_notebook.sandbox.core.tables import DELIVERIES, WEBHOOKS
from pb2b_notebook.sandbox.http.parts import SandboxParts
from pb2b_notebook.sandbox.webhooks.delivery_attempts import Outcome, after_attempt, mark_given_up

DISABLED = "the webhook was disabled"
"""Error message of a delivery that was given up because its endpoint was disabled."""
_AGENT = "ProspectB2B-Webhooks/1 (sandbox)"


class Position(NamedTuple):
    """A position in the queue of one endpoint, ordered by due time and then by the order of writing."""

    due_at: str
    row: int


FRONT = Position("", 0)


@dataclass(frozen=True, slots=True)
class Post:
    """One attempt to make."""

    delivery_id: str
    workspace_id: str
    position: Position
    url: str
    headers: Mapping[str, str]
    body: bytes


class DeliveryQueue:
    """The pending deliveries of all endpoints of one sandbox."""

    def __init__(self, parts: SandboxParts) -> None:
        self._store = parts.store
        self._clock = parts.clock
        self._secrets = SigningSecrets(parts.store, parts.clock)

    def next_due(self, *, after: datetime | None = None) -> datetime | None:
        """Return when the next attempt is due, or the next one later than ``after``; ``None`` if no attempt follows."""
        bound = "" if after is None else instants.render(after)
        [(due_at,)] = self._store.execute(
            "SELECT min(next_attempt_at) FROM webhook_deliveries WHERE next_attempt_at > ?", (bound,)
        )
        return None if due_at is None else instants.parse(due_at)

    def due(self, now: datetime) -> list[str]:
        """Return the ids of the endpoints with an attempt due by ``now``."""
        rows = self._store.execute(
            "SELECT DISTINCT webhook_id FROM webhook_deliveries WHERE next_attempt_at <= ?", (instants.render(now),)
        )
        return [webhook_id for (webhook_id,) in rows]

    def take(self, webhook_id: str, after: Position) -> Post | None:
        """Return the first due attempt of an endpoint after a position; ``None`` if no attempt is due.

        URL and secrets are read now, because they may have changed since the event.
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
                # Pending deliveries of an earlier release, which did not give them up when the endpoint was disabled.
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

    def record(self, attempts: Iterable[tuple[Post, Outcome]]) -> None:
        """Store the outcomes of attempts in one transaction; deliveries deleted in the meantime are skipped."""
        with self._store.transaction():
            now = self._clock.now()
            for post, outcome in attempts:
                delivery = self._store.get(DELIVERIES, post.workspace_id, post.delivery_id)
                if delivery is not None:
                    attempted = after_attempt(delivery, outcome, now, due_at=post.position.due_at)
                    self._store.put(DELIVERIES, post.workspace_id, attempted)


def give_up(store: Store, workspace_id: str, webhook_id: str, now: datetime) -> None:
    """Fail the pending deliveries of a disabled endpoint; they can be retried by hand after it is enabled again."""
    with store.transaction():
        for delivery in store.find(DELIVERIES, workspace_id, "webhook_id = ? AND status = 'pending'", (webhook_id,)):
            store.put(DELIVERIES, workspace_id, mark_given_up(delivery, now, DISABLED))
