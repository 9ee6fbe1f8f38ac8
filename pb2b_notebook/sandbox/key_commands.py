"""The commands of ``pb2b sandbox keys``: workspaces by name, lifetimes from now, keys by their prefix.

Arguments and results are JSON values, because the process that owns the database runs the command, and that need not be
the process of the terminal (see :mod:`.administration`).
"""

import inspect
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from pb2b_notebook.errors import InvalidParameterError, UsageError, nearest
from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.core.clocks import DomainClock
from pb2b_notebook.sandbox.core.store import Store
from pb2b_notebook.sandbox.http.keys import Keyring
from pb2b_notebook.times import parse_time

ACTIONS = ("create", "list", "rotate", "revoke")
_AHEAD = re.compile(r"([0-9]{1,5})\s?([mhdw])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_KINDS: dict[str, Any] = {
    "name": str,
    "workspace": str | None,
    "scopes": list[str] | None,
    "read_only": bool,
    "expires": str | None,
    "key": str,
}
# A key in full, shortened as on the card, or only its prefix.
_SHOWN = re.compile(r"(?:pb2b_test_)?([0-9a-z]{4,32})(?:_[0-9A-Za-z…]*)?")


class KeyCommands:
    """Creates, lists, rotates and revokes the keys of one database."""

    def __init__(self, store: Store, clock: DomainClock) -> None:
        self._store = store
        self._clock = clock
        self._keyring = Keyring(store, clock)

    def run(self, action: str, arguments: dict[str, Any]) -> Any:
        """Run one of :data:`ACTIONS` and return its result.

        Raises:
            UsageError: The action is unknown, or the arguments do not fit it.
        """
        if action not in ACTIONS:
            raise UsageError(f"unknown action {action!r}", repair=nearest(action, ACTIONS))
        act = getattr(self, action)
        try:
            inspect.signature(act).bind(**arguments)
            for name, value in arguments.items():
                msgspec.convert(value, _KINDS[name])
        except (TypeError, msgspec.ValidationError):
            raise UsageError(
                f"invalid arguments for {action}", repair="use the same release of pb2b-notebook on both sides"
            ) from None
        return act(**arguments)

    def create(
        self,
        *,
        name: str,
        workspace: str | None = None,
        scopes: Sequence[str] | None = None,
        read_only: bool = False,
        expires: str | None = None,
    ) -> str:
        """Create a key; see :meth:`.Keyring.create`. ``workspace`` is a name or an id; by default the first one."""
        return self._keyring.create(
            self._find_workspace(workspace),
            name=name,
            read_only=read_only,
            scopes=scopes,
            expires_at=self._expiry(expires),
        )

    def list(self) -> list[dict[str, Any]]:
        """Return all keys, each with ``expired`` by the domain clock."""
        now = instants.render(self._clock.now())
        return [
            asdict(record) | {"expired": record.expires_at is not None and record.expires_at <= now}
            for record in self._keyring.records()
        ]

    def rotate(self, *, key: str, expires: str | None = None) -> str:
        """Replace a key by a new one; see :meth:`.Keyring.rotate`."""
        return self._keyring.rotate(_prefix(key), expires_at=self._expiry(expires))

    def revoke(self, *, key: str) -> None:
        """Revoke a key at once."""
        self._keyring.revoke(_prefix(key))

    def _find_workspace(self, name_or_id: str | None) -> str:
        known: dict[str, str] = dict(self._store.execute("SELECT name, id FROM workspaces ORDER BY rowid"))
        if name_or_id is None:
            return next(iter(known.values()))
        for name, workspace_id in known.items():
            if name_or_id == workspace_id or name_or_id.strip().casefold() == name.casefold():
                return workspace_id
        raise UsageError("unknown workspace", repair=nearest(name_or_id, known))

    def _expiry(self, expires: str | None) -> datetime | None:
        """Parse an instant, or a time from now by the clock of the sandbox."""
        if expires is None:
            return None
        now = self._clock.now()
        ahead = _AHEAD.fullmatch(expires.strip().lower())
        try:
            end = now + int(ahead[1]) * _UNITS[ahead[2]] if ahead else parse_time(expires, now, UTC)
        except (InvalidParameterError, OverflowError):
            raise UsageError(
                "invalid expiry",
                repair="give a time from now ('12h', '30d', '8w') or ISO 8601 ('2026-12-31', '2026-12-31T12:00:00Z')",
            ) from None
        if end <= now:
            raise UsageError(
                f"the expiry is in the past: the clock of the sandbox shows {instants.render(now)}",
                repair="give a later time, or a time from now such as '30d'",
            )
        return end


def _prefix(key: str) -> str:
    """Return the prefix of a key; an error does not repeat the text, which may be a secret."""
    match = _SHOWN.fullmatch(key.strip())
    if match is None:
        raise UsageError("invalid key prefix", repair="`pb2b sandbox keys list` shows the prefixes")
    return match[1]
