"""Received events on disk, each stored once, so that "at most once" holds across restarts and processes.

An event is stored before its delivery is answered, and marked as running before its handler is called. So a process
that is killed loses no event that it acknowledged, and calls no handler a second time. An event that was not started
is still waiting; one that was started stays marked as running, and a person decides about it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal

from pb2b_notebook.errors import ConfigurationError, InvalidParameterError
from pb2b_notebook.sqlite_files import DurableFile
from pb2b_notebook.times import iso
from pb2b_notebook.webhooks.events import Event, read_event

State = Literal["unhandled", "waiting", "running", "handled", "failed"]

RETENTION = timedelta(days=7)
"""How long an event is kept and its repetitions are recognized; one that is waiting for its handler stays longer."""

_BUSY_TIMEOUT = 2.0  # seconds; the sender must be answered within five
_APPLICATION_ID = 0x50423257  # "PB2W", in the field of SQLite's header that identifies a file format
_SCHEMA = """
CREATE TABLE events (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    object_id TEXT,
    created_at TEXT,
    received_at TEXT NOT NULL,
    delivery_id TEXT,
    signed_at TEXT,
    deliveries INTEGER NOT NULL DEFAULT 1,
    state TEXT NOT NULL CHECK (state IN ('unhandled', 'waiting', 'running', 'handled', 'failed')),
    started_at TEXT,
    finished_at TEXT,
    error TEXT,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX by_age ON events (received_at);
CREATE INDEX by_turn ON events (number) WHERE state = 'waiting';
"""
_BEGIN_NEXT = """
UPDATE events SET state = 'running', started_at = :now, finished_at = NULL, error = NULL
WHERE number = (
    SELECT min(number) FROM events
    WHERE state = 'waiting' AND (:types IS NULL OR type IN (SELECT value FROM json_each(:types)))
)
RETURNING *
"""
_BEGIN_ONE = """
UPDATE events SET state = 'running', started_at = :now, finished_at = NULL, error = NULL
WHERE id = :id AND state = :was
RETURNING *
"""
_EMPTY = """
UPDATE events SET
    body = :body, object_id = NULL,
    error = CASE WHEN state IN ('waiting', 'running') THEN 'the person was forgotten' END,
    state = CASE WHEN state IN ('waiting', 'running') THEN 'failed' ELSE state END
WHERE number = :number
"""


class EventStore:
    """The events of one endpoint. Safe in many threads and, on a file, in many processes.

    Args:
        db: Path of a file, which only its owner may read, or ``":memory:"``, which lasts as long as this object.

    Raises:
        ConfigurationError: From any method, when the file cannot be used or another program wrote it.
    """

    def __init__(self, db: str | Path) -> None:
        self.path = None if str(db) == ":memory:" else Path(db).expanduser()
        # The folder belongs to the caller. The bodies in the file are leads.
        file = DurableFile(
            self.path,
            _create_tables,
            error=partial(_unusable, self.path),
            busy_timeout=_BUSY_TIMEOUT,
            private_folder=False,
        )
        self._transaction = file.transaction
        with self._transaction():
            pass  # a wrong path is an error here, not when the first event comes

    def add(self, event: Event, body: bytes, *, state: State, now: datetime) -> bool:
        """Store an event durably, unless it is stored already; return whether it is new.

        Args:
            event: Event that was read from the body.
            body: Raw bytes of the delivery.
            state: State of a new event: ``waiting`` for its handler, or ``unhandled``.
            now: Time of the delivery.
        """
        with self._transaction() as db:
            old = iso(now - RETENTION)
            db.execute("DELETE FROM events WHERE received_at < ? AND state <> 'waiting'", (old,))
            known = db.execute("UPDATE events SET deliveries = deliveries + 1 WHERE id = ?", (event.id,))
            if known.rowcount:
                return False
            db.execute(
                "INSERT INTO events (id, type, object_id, created_at, received_at, delivery_id, signed_at, state, body)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    event.id,
                    event.type,
                    event.object_id,
                    _text(event.created_at),
                    iso(now),
                    event.delivery_id,
                    _text(event.signed_at),
                    state,
                    body,
                ),
            )
            return True

    def begin_next(self, types: Sequence[str] | None, *, now: datetime) -> Event | None:
        """Return the event that has waited longest and mark it as running, so that only this caller gets it.

        Args:
            types: Event types to take; ``None`` is any.
            now: Time of the start.
        """
        with self._transaction() as db:
            wanted = None if types is None else json.dumps(list(types))
            row = db.execute(_BEGIN_NEXT, {"now": iso(now), "types": wanted}).fetchone()
            return None if row is None else _event(row)

    def begin(self, event_id: str, *, was: State, now: datetime) -> Event | None:
        """Mark one event as running and return it; ``None`` if it is no longer in the state ``was``."""
        with self._transaction() as db:
            row = db.execute(_BEGIN_ONE, {"now": iso(now), "id": event_id, "was": was}).fetchone()
            return None if row is None else _event(row)

    def finish(self, event_id: str, *, now: datetime, error: str | None = None) -> None:
        """Record that the handler returned, or that it failed with ``error``."""
        with self._transaction() as db:
            db.execute(
                "UPDATE events SET state = ?, finished_at = ?, error = ? WHERE id = ?",
                ("handled" if error is None else "failed", iso(now), error, event_id),
            )

    def get(self, event_id: str) -> tuple[Event, State]:
        """Return an event and its state.

        Raises:
            InvalidParameterError: No event has this id.
        """
        with self._transaction() as db:
            row = db.execute("SELECT * FROM events WHERE id = ?", (event_id,)).fetchone()
        if row is None:
            raise InvalidParameterError(
                "no event has this id", repair=f"receiver.events() lists the events of the last {RETENTION.days} days"
            )
        return _event(row), row["state"]

    def rows(self) -> list[dict[str, Any]]:
        """Return all events in the order they came, without their bodies."""
        with self._transaction() as db:
            found = db.execute(
                "SELECT received_at, type, id, object_id, created_at, delivery_id, deliveries, state, started_at,"
                " finished_at, error FROM events ORDER BY number"
            ).fetchall()
        return [dict(row) for row in found]

    def count(self, mentions: Callable[[bytes], bool]) -> int:
        """Return the number of events that mention a person, by a predicate on their texts."""
        with self._transaction() as db:
            return len(_events_with(db, mentions))

    def forget(self, mentions: Callable[[bytes], bool]) -> int:
        """Empty the events that mention a person; return their number.

        Their ids and types stay, so that a repeated delivery is still recognized. An event that is waiting for its
        handler has nothing left to handle, and is marked as failed.
        """
        with self._transaction() as db:
            found = _events_with(db, mentions)
            for number, event_id, kind in found:
                body = json.dumps({"id": event_id, "object": "event", "type": kind, "data": {}}).encode()
                db.execute(_EMPTY, {"number": number, "body": body})
        return len(found)

    def counts(self) -> dict[str, int]:
        """Return the number of events by state; states without events are left out."""
        with self._transaction() as db:
            return dict(map(tuple, db.execute("SELECT state, count(*) FROM events GROUP BY state ORDER BY state")))


def _events_with(db: sqlite3.Connection, mentions: Callable[[bytes], bool]) -> list[tuple[int, str, str]]:
    rows = db.execute("SELECT number, id, type, object_id, error, body FROM events")
    return [
        (row["number"], row["id"], row["type"])
        for row in rows
        if any(mentions(text) for text in (row["body"], *((row[n] or "").encode() for n in ("object_id", "error"))))
    ]


def _unusable(path: Path | None, reason: str) -> ConfigurationError:
    return ConfigurationError(
        f"the event store {path or 'in memory'} cannot be used ({reason})",
        repair="pass the path of a new file, or of a file that a receiver wrote, in a writable folder",
    )


def _create_tables(db: sqlite3.Connection) -> None:
    """Create the tables in an empty file; refuse the file of another program."""
    if _is_event_store(db):
        return
    db.execute("BEGIN IMMEDIATE")
    if not _is_event_store(db):  # another process may have been faster
        if db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            raise sqlite3.DatabaseError
        for statement in _SCHEMA.split(";"):
            db.execute(statement)
        db.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    db.execute("COMMIT")


def _is_event_store(db: sqlite3.Connection) -> bool:
    return bool(db.execute("PRAGMA application_id").fetchone()[0] == _APPLICATION_ID)


def _event(row: sqlite3.Row) -> Event:
    return read_event(row["body"], delivery_id=row["delivery_id"], signed_at=_instant(row["signed_at"]))


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
