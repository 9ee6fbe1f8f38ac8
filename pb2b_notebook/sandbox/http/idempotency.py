"""Idempotency keys: the claim, the effect and the response of a write are one transaction.

- Only a successful response (2xx) is stored, for 24 hours of the domain clock. A request with the same payload gets it
  again, byte for byte; a request with another payload is refused.
- A client error (4xx) rolls everything back, including the claim. Nothing happened, so the corrected request may use
  the same key, and a retry is processed from the beginning. A server error (5xx) is not stored for the same reason.
- A second request with the key, while the first one still runs, is refused at once instead of waiting.

A record belongs to workspace, method and path, not to the API key: after a rotation the new key gets the response, too.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.core.problems import bad_request, conflict
from pb2b_notebook.sandbox.core.store import Store

LIFETIME = timedelta(hours=24)
LONGEST_KEY = 255

SCHEMA = (
    """CREATE TABLE IF NOT EXISTS idempotency (
    workspace_id TEXT, method TEXT, path TEXT, key TEXT, payload TEXT NOT NULL, status INTEGER NOT NULL,
    body BLOB NOT NULL, expires_at TEXT NOT NULL, PRIMARY KEY (workspace_id, method, path, key)) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS idempotency_expiry ON idempotency (expires_at)",
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One use of an idempotency key: the scope in which it is unique, and the payload."""

    workspace_id: str
    method: str
    path: str
    key: str
    payload: str

    @property
    def scope(self) -> tuple[str, str, str, str]:
        """The scope in which the key is unique."""
        return (self.workspace_id, self.method, self.path, self.key)


def check_syntax(key: str) -> str:
    """Return the key if it has 1–255 visible ASCII characters.

    Raises:
        Problem: 400 ``invalid_idempotency_key``.
    """
    if not 1 <= len(key) <= LONGEST_KEY or not all("!" <= character <= "~" for character in key):
        raise bad_request("invalid_idempotency_key", "Idempotency-Key must have 1 to 255 visible ASCII characters")
    return key


def payload_fingerprint(payload: Any) -> str:
    """Return the fingerprint of a JSON payload; the order of its members and white space do not matter."""
    return sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()


class IdempotencyRecords:
    """The stored responses, and the claims of requests that still run."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._running: dict[tuple[str, str, str, str], str] = {}
        self._lock = threading.Lock()
        store.define(*SCHEMA)

    @contextmanager
    def running(self, claim: Claim) -> Iterator[None]:
        """Hold a claim while the block runs.

        Raises:
            Problem: 409 ``idempotency_in_progress`` if the claim is held already, or ``idempotency_key_reused`` if it
                is held for another payload.
        """
        with self._lock:
            payload = self._running.get(claim.scope)
            if payload is not None:
                raise _key_reused() if payload != claim.payload else _in_progress()
            self._running[claim.scope] = claim.payload
        try:
            yield
        finally:
            with self._lock:
                del self._running[claim.scope]

    def recall(self, claim: Claim, now: datetime) -> tuple[int, bytes] | None:
        """Return the stored response as status and body, or ``None``; call it inside the transaction of the effect.

        Raises:
            Problem: 409 ``idempotency_key_reused`` if the stored response belongs to another payload.
        """
        rows = self._store.execute(
            "SELECT payload, status, body FROM idempotency WHERE workspace_id = ? AND method = ? AND path = ?"
            " AND key = ? AND expires_at > ?",
            (*claim.scope, instants.render(now)),
        )
        if not rows:
            return None
        payload, status, body = rows[0]
        if payload != claim.payload:
            raise _key_reused()
        return status, body

    def keep(self, claim: Claim, status: int, body: bytes, now: datetime) -> None:
        """Store the first response, inside the transaction of the effect, and delete expired answers."""
        self._store.execute("DELETE FROM idempotency WHERE expires_at <= ?", (instants.render(now),))
        self._store.execute(
            "INSERT INTO idempotency VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*claim.scope, claim.payload, status, body, instants.render(now + LIFETIME)),
        )


def _key_reused() -> Exception:
    return conflict("idempotency_key_reused", "this Idempotency-Key was used with another payload")


def _in_progress() -> Exception:
    return conflict("idempotency_in_progress", "a request with this Idempotency-Key is still running")
