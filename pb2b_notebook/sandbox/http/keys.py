"""API keys: created here, shown once, stored only as hashes, checked on every request."""

import hmac
import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from pb2b_notebook.errors import UsageError, nearest
from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.core.clocks import DomainClock
from pb2b_notebook.sandbox.core.identifiers import derive_id
from pb2b_notebook.sandbox.core.problems import forbidden, invalid_credentials
from pb2b_notebook.sandbox.core.store import Store

SCOPES = (
    "me.read", "leads.read", "leads.write", "leads.import", "leads.export", "lead-fields.read", "messages.read",
    "inbox.read", "billing.read", "campaigns.read", "webhooks.write", "campaigns.write", "campaigns.run",
    "prospector.read", "prospector.write", "prospector.run", "jobs.read", "settings.read", "tickets.read",
    "tickets.write", "webhooks.read",
)  # fmt: skip
"""The 21 scopes of the contract."""

SCHEMA = (
    """CREATE TABLE IF NOT EXISTS workspaces (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, leads_limit INTEGER NOT NULL, leads_stored INTEGER NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS memberships (
        id TEXT PRIMARY KEY, workspace_id TEXT NOT NULL, email TEXT NOT NULL, role TEXT NOT NULL,
        read_only INTEGER NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS api_keys (
        id TEXT PRIMARY KEY, membership_id TEXT NOT NULL, name TEXT NOT NULL, prefix TEXT NOT NULL UNIQUE,
        digest BLOB NOT NULL, scopes TEXT NOT NULL, expires_at TEXT, revoked_at TEXT,
        created_at TEXT NOT NULL, updated_at TEXT NOT NULL)""",
)

_SYNTAX = re.compile(r"pb2b_(test|live)_([0-9a-z]{4,32})_([0-9A-Za-z]{16,128})")
_PREFIX_LENGTH = 8
_SECRET_BYTES = 20
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Principal:
    """The sender of a request: a valid key with its membership and workspace.

    A key never has more permissions than its membership: a key of a read-only membership cannot write.
    """

    key_id: str
    name: str
    prefix: str
    scopes: tuple[str, ...]
    expires_at: str | None
    created_at: str
    updated_at: str
    membership_id: str
    email: str
    role: str
    read_only: bool
    workspace_id: str
    workspace_name: str

    def permit(self, scope: str, *, writes: bool) -> None:
        """Check that this key may call an operation.

        Raises:
            Problem: 403 ``missing_scope`` (the message names the scope) or ``read_only``.
        """
        if scope not in self.scopes:
            raise forbidden("missing_scope", f"this key does not have the scope {scope}")
        if writes and self.read_only:
            raise forbidden("read_only", "this key belongs to a read-only membership: it cannot write")


def _digest(key: str) -> bytes:
    # A plain hash is enough: the secret has 160 random bits, so it cannot be guessed.
    return sha256(key.encode()).digest()


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A key without its secret, also after it was revoked or has expired. Times are ISO 8601 in UTC."""

    prefix: str
    name: str
    workspace_id: str
    workspace_name: str
    scopes: tuple[str, ...]
    read_only: bool
    created_at: str
    expires_at: str | None
    revoked_at: str | None


class Keyring:
    """The keys of one sandbox."""

    def __init__(self, store: Store, clock: DomainClock) -> None:
        self._store = store
        self._clock = clock
        store.define(*SCHEMA)

    def create(
        self,
        workspace_id: str,
        *,
        name: str,
        read_only: bool = False,
        scopes: Iterable[str] | None = None,
        expires_at: datetime | None = None,
    ) -> str:
        """Create a key and return it; it cannot be shown again.

        Args:
            workspace_id: Id of the workspace that the key opens.
            name: Purpose of the key, up to 100 printable characters.
            read_only: Whether to issue the key from the read-only membership of the workspace: it cannot write.
            scopes: Scopes out of :data:`SCOPES`; ``None`` means all.
            expires_at: Expiry by the domain clock, an aware datetime.

        Raises:
            UsageError: A scope or the workspace is unknown, the name is invalid, or ``expires_at`` is naive. No key is
                created.
        """
        granted = _check_scopes(SCOPES if scopes is None else scopes)
        if not (0 < len(name) <= _LONGEST_NAME and name.isprintable()):
            raise UsageError("the name of the key is invalid", repair=f"give 1 to {_LONGEST_NAME} printable characters")
        if expires_at is not None and expires_at.tzinfo is None:
            raise UsageError("expires_at has no time zone", repair="give an aware datetime")
        rows = self._store.execute(
            "SELECT id FROM memberships WHERE workspace_id = ? AND read_only = ? ORDER BY rowid LIMIT 1",
            (workspace_id, int(read_only)),
        )
        if not rows:
            raise UsageError("unknown workspace_id", repair="use the sandbox's workspace_id or other_workspace_id")
        expiry = instants.render(expires_at) if expires_at else None
        with self._store.transaction():
            return self._add(rows[0][0], name, json.dumps(granted), expiry, instants.render(self._clock.tick()))

    def _add(self, membership_id: str, name: str, scopes: str, expires_at: str | None, now: str) -> str:
        # The prefix is public, and derived from the seed so that a notebook that shows it does not change.
        number = self._store.count_up("keys.made")
        prefix = sha256(f"{self._store.fact('seed')}/{number}".encode()).hexdigest()[:_PREFIX_LENGTH]
        key = f"pb2b_test_{prefix}_{secrets.token_hex(_SECRET_BYTES)}"
        self._store.execute(
            "INSERT INTO api_keys VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?, ?)",
            (derive_id("key", prefix), membership_id, name, prefix, _digest(key), scopes, expires_at, now, now),
        )
        return key

    def rotate(self, prefix: str, *, expires_at: datetime | None = None) -> str:
        """Create a key with the name, scopes and membership of an old one, and revoke the old one at the same moment.

        Args:
            prefix: Prefix of the old key; the new key has another one.
            expires_at: Expiry of the new key, an aware datetime; by default that of the old key.

        Raises:
            UsageError: No key has this prefix, it was revoked, or it has expired and ``expires_at`` is not given.
                Nothing is changed.
        """
        with self._store.transaction():
            record = self._record(prefix)
            if record.revoked_at is not None:
                raise UsageError(f"the key {prefix} was revoked and cannot be rotated", repair="create a new key")
            now = instants.render(self._clock.tick())
            if expires_at is None and record.expires_at is not None and record.expires_at <= now:
                raise UsageError(f"the key {prefix} has expired", repair="give the expiry of the new key")
            [(membership_id, scopes)] = self._store.execute(
                "SELECT membership_id, scopes FROM api_keys WHERE prefix = ?", (prefix,)
            )
            self._end(prefix, now)
            expiry = instants.render(expires_at) if expires_at else record.expires_at
            return self._add(membership_id, record.name, scopes, expiry, now)

    def revoke(self, prefix: str) -> None:
        """Revoke a key at once; revoking it again changes nothing.

        Raises:
            UsageError: No key has this prefix.
        """
        with self._store.transaction():
            self._record(prefix)
            self._end(prefix, instants.render(self._clock.tick()))

    def _end(self, prefix: str, now: str) -> None:
        self._store.execute(
            "UPDATE api_keys SET revoked_at = ?, updated_at = ? WHERE prefix = ? AND revoked_at IS NULL",
            (now, now, prefix),
        )

    def records(self) -> list[KeyRecord]:
        """Return all keys, including revoked and expired ones, in the order of their creation."""
        rows = self._store.execute(f"{_LIST} ORDER BY k.rowid")
        return [_record(row) for row in rows]

    def _record(self, prefix: str) -> KeyRecord:
        rows = self._store.execute(f"{_LIST} WHERE k.prefix = ?", (prefix,))
        if not rows:
            raise UsageError("no key has this prefix", repair="GET /me shows the prefix of a key")
        return _record(rows[0])

    def authenticate(self, authorization: str | None) -> Principal:
        """Return the principal of an ``Authorization`` header.

        Raises:
            Problem: 401 ``missing_key``, ``malformed_key``, ``invalid_key``, ``revoked_key`` or ``expired_key``. Only a
                client that has the secret learns that its key was revoked or has expired.
        """
        key, prefix = _parse(authorization)
        rows = self._store.execute(_FIND, (prefix,))
        if not rows or not hmac.compare_digest(rows[0][0], _digest(key)):
            raise invalid_credentials("invalid_key", "this key does not exist")
        revoked_at, principal = rows[0][1], _principal(rows[0][2:])
        if revoked_at is not None:
            raise invalid_credentials("revoked_key", "this key was revoked")
        if principal.expires_at is not None and principal.expires_at <= instants.render(self._clock.now()):
            raise invalid_credentials("expired_key", "this key has expired")
        return principal


def _check_scopes(scopes: Iterable[str]) -> tuple[str, ...]:
    granted = tuple(dict.fromkeys(scopes))
    for scope in granted:
        if scope not in SCOPES:
            raise UsageError("unknown scope", repair=nearest(str(scope)[:_LONGEST_NAME], SCOPES))
    return granted


_LIST = """
    SELECT k.prefix, k.name, w.id, w.name, k.scopes, m.read_only, k.created_at, k.expires_at, k.revoked_at
    FROM api_keys k JOIN memberships m ON m.id = k.membership_id JOIN workspaces w ON w.id = m.workspace_id"""


def _record(row: tuple[Any, ...]) -> KeyRecord:
    prefix, name, workspace_id, workspace_name, scopes, read_only, *times = row
    return KeyRecord(prefix, name, workspace_id, workspace_name, tuple(json.loads(scopes)), bool(read_only), *times)


_FIND = """
    SELECT k.digest, k.revoked_at, k.id, k.name, k.prefix, k.scopes, k.expires_at, k.created_at, k.updated_at,
           m.id, m.email, m.role, m.read_only, w.id, w.name
    FROM api_keys k JOIN memberships m ON m.id = k.membership_id JOIN workspaces w ON w.id = m.workspace_id
    WHERE k.prefix = ?"""


def _principal(row: tuple[Any, ...]) -> Principal:
    key_id, name, prefix, scopes, *rest = row
    expires_at, created_at, updated_at, membership_id, email, role, read_only, *workspace = rest
    return Principal(
        key_id,
        name,
        prefix,
        tuple(json.loads(scopes)),
        expires_at,
        created_at,
        updated_at,
        membership_id,
        email,
        role,
        bool(read_only),
        *workspace,
    )


def _parse(authorization: str | None) -> tuple[str, str]:
    if authorization is None:
        raise invalid_credentials("missing_key", "send the header Authorization: Bearer <key>")
    scheme, _, key = authorization.partition(" ")
    match = _SYNTAX.fullmatch(key.strip(" "))
    if scheme.lower() != "bearer" or match is None:
        raise invalid_credentials(
            "malformed_key", "the header must read Authorization: Bearer pb2b_test_<prefix>_<secret>"
        )
    if match[1] == "live":
        raise invalid_credentials(
            "invalid_key", "this is a live key, and this is a sandbox: use the key that the sandbox printed"
        )
    return match[0], match[2]
