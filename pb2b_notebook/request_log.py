"""The log of the latest requests of this machine: enough to investigate a failed request, without its content."""

from __future__ import annotations

import atexit
import sqlite3
import threading
import weakref
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

from pb2b_notebook import threads
from pb2b_notebook.cache import cache_folder, make_private_file
from pb2b_notebook.forking import renew_in_child
from pb2b_notebook.sqlite_files import connect, transaction

MAX_REQUESTS = 10_000
FLUSH_INTERVAL = 0.5  # seconds until a request is on disk
BUSY_TIMEOUT = 0.5  # seconds to wait for another kernel that writes
_TRIM_EVERY = 500

_SCHEMA = """
CREATE TABLE IF NOT EXISTS requests (
    id INTEGER PRIMARY KEY, time TEXT, service TEXT, workspace TEXT, operation TEXT, status INTEGER, error TEXT,
    request_id TEXT, attempts INTEGER, idempotency_key TEXT, ms REAL, bytes INTEGER, rate_left INTEGER
) STRICT
"""
_INSERT = """
INSERT INTO requests
    (time, service, workspace, operation, status, error, request_id, attempts, idempotency_key, ms, bytes, rate_left)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_SELECT = "SELECT * FROM requests WHERE service = ? AND workspace IN (?, '') ORDER BY id DESC"


@dataclass(frozen=True, slots=True)
class Request:
    """One finished call.

    Attributes:
        time: End of the call by this machine's clock, ISO 8601.
        service: Host, or identity of a sandbox.
        workspace: Id of the workspace; empty while it is unknown, as in the first ``GET /me``.
        operation: Id of the operation in the contract; never the path or query, which may contain lead data.
        status: HTTP status of the last answer; ``None`` without a response.
        error: Class name of the error that the caller got.
        request_id: Request id from the service.
        attempts: Number of times it was sent.
        idempotency_key: First 14 characters of the idempotency key.
        ms: Duration in milliseconds, waits included.
        bytes: Size of the decoded answer.
        rate_left: Requests left in the rate-limit window.
    """

    time: str
    service: str
    workspace: str
    operation: str
    status: int | None
    error: str | None
    request_id: str | None
    attempts: int
    idempotency_key: str | None
    ms: float
    bytes: int | None
    rate_left: int | None


_values = attrgetter(*Request.__dataclass_fields__)


class RequestLog:
    """The latest 10,000 requests, shared by all kernels of this machine.

    A log must never stop the work it describes: if the file cannot be written, the latest requests of this kernel are
    kept in memory. Nor must it slow that work down: successful reads are written together, within half a second. Errors
    and mutations are written at once.

    Args:
        path: SQLite file. ``None`` keeps the requests in memory.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._memory: deque[Request] = deque(maxlen=MAX_REQUESTS)
        self._waiting: list[Request] = []
        self._timer: threading.Timer | None = None
        self._db: sqlite3.Connection | None = None
        self._written = 0
        _logs.add(self)
        renew_in_child(self, lock="_lock")

    def renew_after_fork(self) -> None:
        """Leave the waiting requests and the connection to the parent."""
        self._lock = threading.Lock()
        self._waiting, self._timer, self._db = [], None, None

    @classmethod
    def of_this_machine(cls) -> RequestLog:
        """Return the log in the cache folder, ``requests.sqlite3``."""
        return cls(cache_folder() / "requests.sqlite3")

    def record(self, request: Request) -> None:
        """Add a request; of more than 10,000, the oldest are deleted."""
        with self._lock:
            self._waiting.append(request)
            if request.error is not None or request.idempotency_key is not None or self._path is None:
                self._write()
            elif self._timer is None:
                self._timer = threads.call_later(FLUSH_INTERVAL, self.flush)
                if self._timer is None:
                    self._write()

    def flush(self) -> None:
        """Write the requests that are not on disk yet."""
        with self._lock:
            self._write()

    def entries(self, service: str, workspace: str) -> list[dict[str, Any]]:
        """Return the requests of a workspace, newest first, with those before the workspace was known."""
        with self._lock:
            self._write()
            rows = [
                asdict(r) for r in reversed(self._memory) if r.service == service and r.workspace in {workspace, ""}
            ]
            with suppress(sqlite3.Error, OSError):
                db = self._connection()
                if db is not None:
                    rows += [dict(row) for row in db.execute(_SELECT, (service, workspace))]
        return [{name: row[name] for name in Request.__dataclass_fields__} for row in rows]

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._write()
            if self._db is not None:
                self._db.close()
                self._db = None

    def _write(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._waiting = self._waiting, []
        if waiting and not self._store(waiting):
            self._memory.extend(waiting)

    def _store(self, requests: Sequence[Request]) -> bool:
        """Store the requests in one transaction; return whether that worked."""
        try:
            db = self._connection()
            if db is None:
                return False
            with transaction(db):
                db.executemany(_INSERT, map(_values, requests))
                written, self._written = self._written, self._written + len(requests)
                if written // _TRIM_EVERY != self._written // _TRIM_EVERY:
                    db.execute("DELETE FROM requests WHERE id <= (SELECT max(id) FROM requests) - ?", (MAX_REQUESTS,))
        except (sqlite3.Error, OSError):
            return False
        return True

    def _connection(self) -> sqlite3.Connection | None:
        if self._db is None and self._path is not None:
            # Not durable: only a power cut can cost entries, and this is only a log.
            self._db = connect(
                make_private_file(self._path), lambda db: db.execute(_SCHEMA), busy_timeout=BUSY_TIMEOUT, durable=False
            )
            # Closes a log that is never closed. Not at exit, when a thread may still be using the connection.
            weakref.finalize(self, self._db.close).atexit = False
        return self._db


_logs: weakref.WeakSet[RequestLog] = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    for log in list(_logs):
        log.close()
