"""The secrets that sign webhook deliveries: created here, shown once, and stored for signing.

Unlike an API key, a signing secret cannot be stored as a hash: HMAC needs the secret itself. Only the response that
creates a secret shows it; afterwards an endpoint shows ``whsec_`` and eight digits of it.

After a rotation the old secret stays valid for 24 hours beside the new one, so that no delivery is lost until the
receiver has the new one. At most two secrets are valid: a second rotation within a day ends the oldest at once.
"""

import secrets
from datetime import timedelta
from typing import NamedTuple

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.core.clocks import DomainClock
from pb2b_notebook.sandbox.core.identifiers import derive_id
from pb2b_notebook.sandbox.core.store import Store

OVERLAP = timedelta(hours=24)
"""How long the old secret stays valid after a rotation, by the domain clock."""

SCHEMA = """CREATE TABLE IF NOT EXISTS signing_secrets (
    webhook_id TEXT, number INTEGER, secret TEXT NOT NULL, expires_at TEXT,
    PRIMARY KEY (webhook_id, number)) WITHOUT ROWID"""

_VISIBLE_DIGITS = 8
_SECRET_BYTES = 24


class IssuedSecret(NamedTuple):
    """A new secret, and the part of it that may be shown later."""

    secret: str
    prefix: str


class SigningSecrets:
    """The signing secrets of all endpoints of one sandbox. Call its methods inside a transaction."""

    def __init__(self, store: Store, clock: DomainClock) -> None:
        self._store = store
        self._clock = clock

    def issue(self, webhook_id: str) -> IssuedSecret:
        """Create a secret for an endpoint; the previous one stays valid for :data:`OVERLAP`."""
        latest = self._store.execute("SELECT max(number) FROM signing_secrets WHERE webhook_id = ?", (webhook_id,))
        number = (latest[0][0] or 0) + 1
        self._store.execute("DELETE FROM signing_secrets WHERE webhook_id = ? AND number < ?", (webhook_id, number - 1))
        self._store.execute(
            "UPDATE signing_secrets SET expires_at = ? WHERE webhook_id = ?",
            (instants.render(self._clock.now() + OVERLAP), webhook_id),
        )
        issued = make_secret(webhook_id, number)
        self._store.execute("INSERT INTO signing_secrets VALUES (?, ?, ?, NULL)", (webhook_id, number, issued.secret))
        return issued

    def valid_secrets(self, webhook_id: str) -> tuple[str, ...]:
        """Return the secrets that sign a delivery now, newest first: one, or two within a day of a rotation."""
        rows = self._store.execute(
            "SELECT secret FROM signing_secrets WHERE webhook_id = ? AND (expires_at IS NULL OR expires_at > ?)"
            " ORDER BY number DESC",
            (webhook_id, instants.render(self._clock.now())),
        )
        return tuple(row[0] for row in rows)

    def forget(self, webhook_id: str) -> None:
        """Delete the secrets of an endpoint that is deleted."""
        self._store.execute("DELETE FROM signing_secrets WHERE webhook_id = ?", (webhook_id,))


def renew_secrets(store: Store) -> None:
    """Create every secret again: a copied database shares none with the one that it was copied from."""
    for webhook_id, number in store.execute("SELECT webhook_id, number FROM signing_secrets"):
        store.execute(
            "UPDATE signing_secrets SET secret = ? WHERE webhook_id = ? AND number = ?",
            (make_secret(webhook_id, number).secret, webhook_id, number),
        )


def erase_secrets(store: Store) -> None:
    """Leave the secrets out of a database that is kept as a file, until :func:`renew_secrets`."""
    store.execute("UPDATE signing_secrets SET secret = ''")


def make_secret(webhook_id: str, number: int) -> IssuedSecret:
    """Create the ``number``-th secret of an endpoint.

    The visible digits are derived from the endpoint, so that notebooks show the same digits every day; the other 192
    bits are random.
    """
    prefix = f"whsec_{derive_id('whsec', webhook_id, number)[-_VISIBLE_DIGITS:]}"
    return IssuedSecret(f"{prefix}_{secrets.token_hex(_SECRET_BYTES)}", prefix)
