"""The latest requests of this machine, on disk: enough to support a failing one, and nothing of what was in it."""

from __future__ import annotations

import atexit
import sqlite3
import threading
import weakref
from collections import deque
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from pb2b_notebook.cache import cache_folder, make_private_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

KEPT = 10_000
LATEST = 0.5  # seconds until a line is on disk
PATIENCE = 0.5  # seconds that another kernel may keep the file
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
        time: when it ended, ISO 8601, by this machine's clock.
        service: the host, or a sandbox's identity.
        workspace: its id; empty while it is not known yet, as in the first ``GET /me``.
        operation: its id in the contract; never its path or query, which may hold lead data.
        status: of the last answer; ``None`` without one.
        error: the class of the error that the caller got.
        request_id: the service's.
        attempts: how often it was sent.
        idempotency_key: its first 14 characters.
        ms: milliseconds, waits included.
        bytes: of the decoded answer.
        rate_left: requests left in the window.
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


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


class RequestLog:
    """The latest 10,000 requests, shared by all kernels of this machine.

    A log must never stop the work it describes: where the file cannot be written, the latest requests of this kernel
    are kept in memory. Nor must it slow it: reads that went well are written together, within half a second; what
    went wrong, and what changed something, is written at once.

    Args:
        path: the SQLite file; by default in the cache folder. ``None`` keeps them in memory.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._memory: deque[Request] = deque(maxlen=KEPT)
        self._waiting: list[Request] = []
        self._timer: threading.Timer | None = None
        self._db: sqlite3.Connection | None = None
        self._written = 0
        _logs.add(self)

    @classmethod
    def of_this_machine(cls) -> RequestLog:
        """The log in the cache folder."""
        return cls(cache_folder() / "requests.sqlite3")

    def record(self, request: Request) -> None:
        """Add a request; the oldest go."""
        with self._lock:
            self._waiting.append(request)
            if request.error is not None or request.idempotency_key is not None:
                self._write()
            elif self._timer is None:
                self._timer = threading.Timer(LATEST, self.flush)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Write what waits."""
        with self._lock:
            self._write()

    def entries(self, service: str, workspace: str) -> list[dict[str, Any]]:
        """The workspace's requests, and those of the service before a workspace was known, newest first."""
        with self._lock:
            self._write()
            rows = [
                asdict(r) for r in reversed(self._memory) if r.service == service and r.workspace in {workspace, ""}
            ]
            with suppress(sqlite3.Error, OSError):
                db = self._opened()
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
        """All of them in one transaction, or none."""
        try:
            db = self._opened()
            if db is None:
                return False
            with _transaction(db):
                db.executemany(_INSERT, map(_values, requests))
                written, self._written = self._written, self._written + len(requests)
                if written // _TRIM_EVERY != self._written // _TRIM_EVERY:
                    db.execute("DELETE FROM requests WHERE id <= (SELECT max(id) FROM requests) - ?", (KEPT,))
        except (sqlite3.Error, OSError):
            return False
        return True

    def _opened(self) -> sqlite3.Connection | None:
        if self._db is None and self._path is not None:
            path = make_private_file(self._path)
            db = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
            try:
                db.row_factory = sqlite3.Row
                # The system's cache outlives a killed kernel; only a power cut can cost lines, and they are only a log.
                db.execute("PRAGMA synchronous = OFF")
                db.execute("PRAGMA journal_mode = TRUNCATE")
                db.execute(_SCHEMA)
            except BaseException:
                db.close()
                raise
            self._db = db
            # A log that nobody closes leaves no connection open. Not when the kernel ends: then a thread may be in it.
            weakref.finalize(self, db.close).atexit = False
        return self._db


_logs: weakref.WeakSet[RequestLog] = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    for log in list(_logs):
        log.close()
