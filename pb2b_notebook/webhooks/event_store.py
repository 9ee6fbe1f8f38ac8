"""The events that came, on disk, each once: what makes "at most once" hold over restarts and between processes.

An event is kept before its delivery is answered, and marked as running before its handler is called. So a process that
is killed loses no event that it has acknowledged, and calls no handler a second time: an event that was not begun
waits, and one that was begun stays marked, for a person to decide.

SQLite with a rollback journal and full synchronisation: several processes may share the file, and WAL mode has a known
defect with several connections before SQLite 3.51.3 (sqlite.org, "WAL-reset bug").
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import weakref
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pb2b_notebook.errors import ConfigurationError, InvalidParameterError
from pb2b_notebook.times import iso
from pb2b_notebook.webhooks.events import read_event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pb2b_notebook.webhooks.events import Event

State = Literal["unhandled", "waiting", "running", "handled", "failed"]

KEPT_FOR = timedelta(days=7)
"""How long an event is kept, and its repetitions are told; one that waits for its handler stays."""

_BUSY_FOR = 2.0  # seconds; the sender is to be answered within five
_MARK = 0x50423257  # "PB2W" in the header of our files, where SQLite gives formats a place to be told apart
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
        db: a file, made readable for its owner alone, or ``":memory:"``, which lasts as long as this object.

    Raises:
        ConfigurationError: from any method, when the file cannot be used; also when another program wrote it.
    """

    def __init__(self, db: str | Path) -> None:
        self.path = None if str(db) == ":memory:" else Path(db).expanduser()
        self._lock = threading.RLock()
        self._memory: sqlite3.Connection | None = None
        with self._transaction():
            pass  # a wrong path is told when it is given, not when the first event comes

    def add(self, event: Event, body: bytes, *, state: State, now: datetime) -> bool:
        """Keep an event, durably, unless it is kept already; whether it is new.

        Args:
            event: as it was read.
            body: its raw bytes.
            state: of a new one: ``waiting`` for its handler, or ``unhandled``.
            now: when it came.
        """
        with self._transaction() as db:
            old = iso(now - KEPT_FOR)
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
        """Take the event that has waited longest, and mark it as running: nobody else gets it.

        Args:
            types: only of these; ``None`` is any.
            now: the time.
        """
        with self._transaction() as db:
            wanted = None if types is None else json.dumps(list(types))
            row = db.execute(_BEGIN_NEXT, {"now": iso(now), "types": wanted}).fetchone()
            return None if row is None else _event(row)

    def begin(self, event_id: str, *, was: State, now: datetime) -> Event | None:
        """Mark one event as running, if it is still in the state that it was; else ``None``."""
        with self._transaction() as db:
            row = db.execute(_BEGIN_ONE, {"now": iso(now), "id": event_id, "was": was}).fetchone()
            return None if row is None else _event(row)

    def finish(self, event_id: str, *, now: datetime, error: str | None = None) -> None:
        """Write down that the handler has returned, or what became of it."""
        with self._transaction() as db:
            db.execute(
                "UPDATE events SET state = ?, finished_at = ?, error = ? WHERE id = ?",
                ("handled" if error is None else "failed", iso(now), error, event_id),
            )

    def get(self, event_id: str) -> tuple[Event, State]:
        """An event and its state.

        Raises:
            InvalidParameterError: no such event is kept.
        """
        with self._transaction() as db:
            row = db.execute("SELECT * FROM events WHERE id = ?", (event_id,)).fetchone()
        if row is None:
            raise InvalidParameterError(
                "no such event is kept", repair=f"receiver.events() lists what came in the last {KEPT_FOR.days} days"
            )
        return _event(row), row["state"]

    def rows(self) -> list[dict[str, Any]]:
        """All events, in the order they came, without their bodies."""
        with self._transaction() as db:
            found = db.execute(
                "SELECT received_at, type, id, object_id, created_at, delivery_id, deliveries, state, started_at,"
                " finished_at, error FROM events ORDER BY number"
            ).fetchall()
        return [dict(row) for row in found]

    def count(self, names: Callable[[bytes], bool]) -> int:
        """How many events name somebody, by a function that tells it of a body."""
        with self._transaction() as db:
            return len(_naming(db, names))

    def forget(self, names: Callable[[bytes], bool]) -> int:
        """Empty the events that name somebody; returns how many.

        Their ids and types stay, so that a repetition of the delivery is still known as one. An event that waits for
        its handler has nothing left to handle, and is marked as failed.
        """
        with self._transaction() as db:
            found = _naming(db, names)
            for number, event_id, kind in found:
                body = json.dumps({"id": event_id, "object": "event", "type": kind, "data": {}}).encode()
                db.execute(_EMPTY, {"number": number, "body": body})
        return len(found)

    def counts(self) -> dict[str, int]:
        """How many events are in each state that there is."""
        with self._transaction() as db:
            return dict(map(tuple, db.execute("SELECT state, count(*) FROM events GROUP BY state ORDER BY state")))

    # --- SQLite -----------------------------------------------------------------------------------------------------

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._lock, self._connection() as db:
                db.execute("BEGIN IMMEDIATE")
                try:
                    yield db
                except BaseException:
                    db.rollback()
                    raise
                db.commit()
        except (sqlite3.Error, OSError) as problem:
            raise ConfigurationError(
                f"the event store {self.path or 'in memory'} cannot be used ({type(problem).__name__})",
                repair="give the path of a new file, or of one that a receiver wrote, in a folder that can be written",
            ) from None

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        if self.path is None:
            if self._memory is None:
                self._memory = _opened(":memory:")
                weakref.finalize(self, self._memory.close)
            yield self._memory
            return
        # Not make_private_file: the folder is the caller's. The bodies in the file are leads.
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        # Opened anew each time: a connection must not be carried into a forked worker of a web server.
        with closing(_opened(str(self.path))) as db:
            yield db


def _naming(db: sqlite3.Connection, names: Callable[[bytes], bool]) -> list[tuple[int, str, str]]:
    rows = db.execute("SELECT number, id, type, object_id, error, body FROM events")
    return [
        (row["number"], row["id"], row["type"])
        for row in rows
        if any(names(text) for text in (row["body"], *((row[n] or "").encode() for n in ("object_id", "error"))))
    ]


def _opened(path: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=_BUSY_FOR, isolation_level=None, check_same_thread=False)
    try:
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA synchronous = EXTRA")
        db.execute("PRAGMA secure_delete = ON")  # what is forgotten after seven days is gone from the file
        if db.execute("PRAGMA application_id").fetchone()[0] != _MARK:
            _found(db)
        db.execute("PRAGMA journal_mode = DELETE")  # another program may have left it in WAL mode
    except BaseException:
        db.close()
        raise
    return db


def _found(db: sqlite3.Connection) -> None:
    """Make an empty file ours; two processes may try at once."""
    db.execute("BEGIN IMMEDIATE")
    if db.execute("PRAGMA application_id").fetchone()[0] != _MARK:
        if db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            raise sqlite3.DatabaseError
        for statement in _SCHEMA.split(";"):
            db.execute(statement)
        db.execute(f"PRAGMA application_id = {_MARK}")
    db.execute("COMMIT")


def _event(row: sqlite3.Row) -> Event:
    return read_event(row["body"], delivery_id=row["delivery_id"], signed_at=_instant(row["signed_at"]))


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
