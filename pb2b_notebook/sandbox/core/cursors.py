"""Cursors: a signed position in one listing, bound to its query, valid for 24 hours of the domain clock."""

import base64
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from pb2b_notebook.sandbox.core.problems import Problem, bad_request

LIFETIME = timedelta(hours=24)
_SIGNATURE_BYTES = 16


@dataclass(frozen=True, slots=True)
class Position:
    """The last row of the page before: its ``updated_at`` and ``id``."""

    updated_at: str
    id: str


def fingerprint(workspace_id: str, path: str, parameters: Iterable[tuple[str, str]]) -> str:
    """Return the fingerprint of a listing: workspace, path, and the parameters that decide its rows and order."""
    text = json.dumps([workspace_id, path, sorted(parameters)])
    return sha256(text.encode()).hexdigest()[:32]


class CursorSigner:
    """Issues and reads cursors.

    Args:
        secret: Signing secret, stored with the data so that cursors survive a restart.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def issue(self, listing: str, position: Position, now: datetime) -> str:
        """Return the cursor of the page after ``position`` in the listing with that fingerprint."""
        expires_at = int((now + LIFETIME).timestamp())
        text = json.dumps([listing, position.updated_at, position.id, expires_at], separators=(",", ":"))
        return base64.urlsafe_b64encode(self._sign(text.encode()) + text.encode()).decode().rstrip("=")

    def read(self, cursor: str, listing: str, now: datetime) -> Position:
        """Return the position that a cursor holds.

        Raises:
            Problem: 400 ``invalid_cursor`` or ``cursor_expired``.
        """
        signed = _decode(cursor)
        signature, text = signed[:_SIGNATURE_BYTES], signed[_SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._sign(text)):
            raise _not_a_cursor()
        bound_to, updated_at, last_id, expires_at = json.loads(text)
        if bound_to != listing:
            raise bad_request(
                "invalid_cursor", "the cursor belongs to another listing: send the same parameters with it"
            )
        if now.timestamp() >= expires_at:
            raise bad_request("cursor_expired", "the cursor is older than 24 hours: start again at the first page")
        return Position(updated_at, last_id)

    def _sign(self, text: bytes) -> bytes:
        return hmac.digest(self._secret, text, "sha256")[:_SIGNATURE_BYTES]


def _decode(cursor: str) -> bytes:
    try:
        signed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise _not_a_cursor() from None
    # Several Base64 texts decode to the same bytes; only the text that was issued is accepted.
    if base64.urlsafe_b64encode(signed).decode().rstrip("=") != cursor:
        raise _not_a_cursor()
    return signed


def _not_a_cursor() -> Problem:
    return bad_request("invalid_cursor", "this is not a cursor of this service")
