"""The latest requests of this machine, on disk: enough to support a failing one, and nothing of what was in it."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections import deque
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from pb2b_notebook.cache import cache_folder, make_private_file

if TYPE_CHECKING:
    from pathlib import Path

KEPT = 10_000
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
VALUES
    (:time, :service, :workspace, :operation, :status, :error, :request_id, :attempts, :idempotency_key, :ms, :bytes,
     :rate_left)
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


class RequestLog:
    """The latest 10,000 requests, shared by all kernels of this machine.

    A log must never stop the work it describes: where the file cannot be written, the latest requests of this kernel
    are kept in memory.

    Args:
        path: the SQLite file; by default in the cache folder. ``None`` keeps them in memory.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._memory: deque[Request] = deque(maxlen=KEPT)
        self._db: sqlite3.Connection | None = None
        self._written = 0

    @classmethod
    def of_this_machine(cls) -> RequestLog:
        """The log in the cache folder."""
        return cls(cache_folder() / "requests.sqlite3")

    def record(self, request: Request) -> None:
        """Add a request; the oldest go."""
        with self._lock:
            if not self._store(request):
                self._memory.append(request)

    def entries(self, service: str, workspace: str) -> list[dict[str, Any]]:
        """The workspace's requests, and those of the service before a workspace was known, newest first."""
        with self._lock:
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
            if self._db is not None:
                self._db.close()
                self._db = None

    def _store(self, request: Request) -> bool:
        try:
            db = self._opened()
            if db is None:
                return False
            db.execute(_INSERT, asdict(request))
            self._written += 1
            if self._written % _TRIM_EVERY == 0:
                db.execute("DELETE FROM requests WHERE id <= (SELECT max(id) FROM requests) - ?", (KEPT,))
        except (sqlite3.Error, OSError):
            return False
        return True

    def _opened(self) -> sqlite3.Connection | None:
        if self._db is None and self._path is not None:
            path = make_private_file(self._path)
            db = sqlite3.connect(path, timeout=0.5, isolation_level=None, check_same_thread=False)
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
            weakref.finalize(self, db.close)  # a workspace that nobody closes leaves no connection open
        return self._db
