"""The journal: a record of mutations, their idempotency keys and outcomes that survives a killed kernel.

The intent, its Idempotency-Key and the frozen payload are on disk *before* the first send. The outcome follows after
the response. Whatever happens in between, the next run of the same cell finds the key and cannot repeat the effect.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote

from pb2b_notebook.cache import cache_folder
from pb2b_notebook.errors import JournalError
from pb2b_notebook.sqlite_files import DurableFile

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    Decide = Callable[["Entry | None", bool], Literal["send", "resend", "replay"]]

State = Literal["intended", "succeeded", "refused"]

REPLAY_WINDOW = timedelta(hours=24)  # how long a payload that succeeded is not sent again
RESEND_WINDOW = timedelta(hours=23)  # the service keeps keys for 24 hours; an hour is left for clocks that differ
RETENTION = timedelta(days=30)

_BUSY_TIMEOUT = 20.0  # seconds; a dozen workers may write at once
_VERSION = 0
"""Format of the file, as SQLite's ``user_version``; a release that changes it also reads the earlier ones."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS mutations (
    id INTEGER PRIMARY KEY,
    workspace TEXT NOT NULL,
    session TEXT NOT NULL,
    operation TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    key TEXT NOT NULL,
    payload BLOB,
    fingerprint TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('intended', 'succeeded', 'refused')),
    intended_at TEXT NOT NULL,
    finished_at TEXT,
    status INTEGER,
    object_id TEXT,
    request_id TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    sends INTEGER NOT NULL DEFAULT 1,
    answer BLOB
) STRICT;
CREATE INDEX IF NOT EXISTS by_fingerprint ON mutations (workspace, fingerprint, id);
CREATE INDEX IF NOT EXISTS by_object ON mutations (workspace, object_id, id);
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY,
    workspace TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    input TEXT NOT NULL,
    digest TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'finished', 'abandoned')),
    created_at TEXT NOT NULL,
    finished_at TEXT,
    facts TEXT NOT NULL,
    plan BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS jobs_by_fingerprint ON jobs (workspace, fingerprint);
CREATE TABLE IF NOT EXISTS sends (
    id INTEGER PRIMARY KEY,
    job TEXT NOT NULL REFERENCES jobs (id),
    ordinal INTEGER NOT NULL,
    operation TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    payload BLOB,
    rows TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'accepted', 'done', 'review')),
    sent_at TEXT,
    finished_at TEXT,
    status INTEGER,
    request_id TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    results TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS sends_of_job ON sends (job, state, id);
CREATE TABLE IF NOT EXISTS lists (
    workspace TEXT NOT NULL,
    digest TEXT NOT NULL,
    choices TEXT NOT NULL,
    typed INTEGER NOT NULL,
    kept_at TEXT NOT NULL,
    PRIMARY KEY (workspace, digest)
) STRICT;
"""
_ADDED = [
    f"ALTER TABLE {table} ADD COLUMN {column}"
    for table in ("mutations", "sends")
    for column in ("sent_key TEXT", "sent_payload BLOB")
] + ["ALTER TABLE mutations ADD COLUMN resent_at TEXT"]
"""Columns that the first format did not have: key and body of the latest request, in the form that a service takes; and
when it was sent again."""


def key_of(*parts: str) -> str:
    """Return the idempotency key of what these texts name: a UUID, which every service accepts as one.

    Some services take no other text, or no more than 40 to 64 characters. 122 bits of SHA-256 never collide here.

    >>> key_of("host/ws_1", "job_1", "0")
    'f803e109-0d14-4aec-b8b0-fd4472bed713'
    """
    digest = hashlib.sha256(chr(0).join(parts).encode("utf-8", "surrogatepass")).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


@dataclass(frozen=True, slots=True)
class Mutation:
    """One mutation that is ready to send, without its idempotency key.

    Attributes:
        workspace: Service and workspace, such as ``host/ws_1``; entries of different workspaces never mix.
        operation: Id of the operation in the contract.
        method: HTTP method, such as ``POST``.
        path: Path below the base URL, with its query.
        payload: Exact bytes of the body.
    """

    workspace: str
    operation: str
    method: str
    path: str
    payload: bytes | None

    @property
    def fingerprint(self) -> str:
        """Digest that only equal mutations share."""
        parts = [self.workspace, self.method, self.path]
        digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass"))
        digest.update(b"\0" + (self.payload or b""))
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the journal.

    Attributes:
        answer: Body of the response, without secrets.
        attempts: Number of requests in all finished runs.
        sends: Number of runs that took this entry over to send it; several may be running.
        sent_key: Idempotency key of the latest request; ``None`` if there was none, or an earlier release made it.
        sent_payload: Body of that request.
        resent_at: Times at which it was sent again, separated by spaces; ``None`` if it was not.
        intended_at: Time of the intent by the service's clock, like all times here.
    """

    id: int
    session: str
    key: str
    state: State
    intended_at: datetime
    finished_at: datetime | None
    status: int | None
    object_id: str | None
    request_id: str | None
    attempts: int
    answer: bytes | None
    operation: str
    sends: int
    sent_key: str | None = None
    sent_payload: bytes | None = None
    resent_at: str | None = None

    @property
    def sent_at(self) -> list[datetime]:
        """Times at which it was sent, the first of them that of the intent."""
        return [self.intended_at, *map(datetime.fromisoformat, (self.resent_at or "").split())]


class Journal:
    """The journal of one machine, for all workspaces. Safe in many threads and many processes.

    Args:
        path: SQLite file. ``None`` keeps the journal in memory, for a sandbox that ends with this process.
        session: Id of this kernel in its entries; by default a random one.

    Every method takes the service's time. The service measures the life of its keys by its own clock, and the clock of
    this machine may be a day off, or be corrected between two cells.

    Raises:
        JournalError: From any method, when the file cannot be read or written.
    """

    def __init__(self, path: Path | None, *, session: str | None = None) -> None:
        self.path = path
        self.session = session or uuid.uuid4().hex
        self._file = DurableFile(
            path, _create_tables, error=partial(_unusable, path), busy_timeout=_BUSY_TIMEOUT, private_folder=True
        )

    @classmethod
    def of_this_machine(cls) -> Journal:
        """Return the journal in the cache folder, ``journal.sqlite3``."""
        return cls(cache_folder() / "journal.sqlite3")

    # --- sending mutations ------------------------------------------------------------------------------------------

    def resolve(
        self, mutation: Mutation, decide: Decide, *, now: datetime, new_key: str, key: str | None = None
    ) -> Entry:
        """Return the entry to replay or to send with, durably written. Look-up and write are one transaction.

        Two kernels that run the same cell at the same time get the same entry.

        Args:
            mutation: Mutation to send.
            decide: Function of the latest entry for the same mutation (or ``None``) and whether its outcome is stale.
                It returns ``"replay"``, ``"resend"`` (take that entry over) or ``"send"`` (write a new one), or raises.
            now: Time by the service's clock.
            new_key: Idempotency key for ``"send"``.
            key: Idempotency key that the user chose. It replaces ``new_key``, and only entries with it are looked up.
        """
        with self.transaction() as db:
            row = db.execute(
                "SELECT * FROM mutations WHERE workspace = ? AND fingerprint = ? AND key = coalesce(?, key)"
                " ORDER BY id DESC LIMIT 1",
                (mutation.workspace, mutation.fingerprint, key),
            ).fetchone()
            previous = None if row is None else _entry(row)
            decision = decide(previous, previous is not None and self._is_stale(db, mutation, previous))
            if previous is None or decision == "send":
                return self._insert(db, mutation, key or new_key, now)
            if decision == "resend":
                take_over = "UPDATE mutations SET sends = sends + 1 WHERE id = ? RETURNING *"
                return _entry(db.execute(take_over, (previous.id,)).fetchone())
            return previous

    def latest(self, entry: Entry) -> Entry:
        """Return an entry as it is now: another kernel that sends it may have finished it."""
        with self.transaction() as db:
            row = db.execute("SELECT * FROM mutations WHERE id = ?", (entry.id,)).fetchone()
        return entry if row is None else _entry(row)

    def keep_request(self, entry: Entry, key: str, payload: bytes | None) -> None:
        """Record the request of an entry durably, with the bytes and the key that are sent now."""
        with self.transaction() as db:
            db.execute("UPDATE mutations SET sent_key = ?, sent_payload = ? WHERE id = ?", (key, payload, entry.id))

    def keep_resend(self, entry: Entry, now: datetime) -> None:
        """Record durably that an entry is sent again now."""
        with self.transaction() as db:
            times = "UPDATE mutations SET resent_at = coalesce(resent_at || ' ', '') || ? WHERE id = ?"
            db.execute(times, (render_instant(now), entry.id))

    def finish(
        self,
        entry: Entry,
        state: Literal["succeeded", "refused"],
        *,
        now: datetime,
        status: int | None,
        attempts: int,
        request_id: str | None = None,
        object_id: str | None = None,
        answer: bytes | None = None,
        key_checked: bool = True,
    ) -> None:
        """Record an outcome durably. A refused mutation had no effect; an unknown outcome is never recorded.

        A success is final: another kernel may have succeeded with the same key while this one was refused. A refusal
        before the service looked up the key (``key_checked=False``: rejected credentials or rate, or never sent) says
        nothing about another run with the same key. It is recorded only if there was no other run.
        """
        with self.transaction() as db:
            db.execute(
                "UPDATE mutations SET state = ?, finished_at = ?, status = ?, attempts = attempts + ?, request_id = ?,"
                " object_id = ?, answer = ? WHERE id = ? AND state <> 'succeeded' AND (? OR sends = 1)",
                (state, render_instant(now), status, attempts, request_id, object_id, answer, entry.id, key_checked),
            )

    # --- reading ----------------------------------------------------------------------------------------------------

    def entries(self, workspace: str) -> list[dict[str, Any]]:
        """Return all entries of the workspace, newest first, without payloads and answers."""
        with self.transaction() as db:
            rows = db.execute(
                "SELECT intended_at, operation, state, status, object_id, request_id, attempts, key, finished_at"
                " FROM mutations WHERE workspace = ? ORDER BY id DESC",
                (workspace,),
            ).fetchall()
        return [dict(row) for row in rows]

    def object_ids(self, workspace: str, operation: str) -> frozenset[str]:
        """Return the ids of the objects that the calls of an operation have made or changed."""
        with self.transaction() as db:
            rows = db.execute(
                "SELECT object_id FROM mutations"
                " WHERE workspace = ? AND operation = ? AND state = 'succeeded' AND object_id IS NOT NULL",
                (workspace, operation),
            ).fetchall()
        return frozenset(row["object_id"] for row in rows)

    # --- choices about lists ----------------------------------------------------------------------------------------

    def keep_list(self, workspace: str, digest: str, choices: str, *, typed: bool, now: datetime) -> None:
        """Keep the choices about a list for 30 days, durably.

        Args:
            workspace: Service and workspace.
            digest: Digest of the list.
            choices: The choices, as text.
            typed: Whether a person typed values of it, which may name anyone.
            now: Time by the service's clock.
        """
        with self.transaction() as db:
            old = render_instant(now - RETENTION)
            db.execute("DELETE FROM lists WHERE workspace = ? AND kept_at < ?", (workspace, old))
            db.execute(
                "INSERT OR REPLACE INTO lists (workspace, digest, choices, typed, kept_at) VALUES (?, ?, ?, ?, ?)",
                (workspace, digest, choices, typed, render_instant(now)),
            )

    def kept_list(self, workspace: str, digest: str) -> str | None:
        """Return the choices about a list, as text; ``None`` if there are none."""
        with self.transaction() as db:
            row = db.execute(
                "SELECT choices FROM lists WHERE workspace = ? AND digest = ?", (workspace, digest)
            ).fetchone()
        return None if row is None else str(row["choices"])

    def drop_list(self, workspace: str, digest: str) -> None:
        """Delete the choices about a list."""
        with self.transaction() as db:
            db.execute("DELETE FROM lists WHERE workspace = ? AND digest = ?", (workspace, digest))

    # --- forgetting a person ----------------------------------------------------------------------------------------

    def count(self, workspace: str, mentions: Callable[[bytes], bool]) -> int:
        """Return the number of entries, jobs and choices about lists that mention a person, or may do so.

        Args:
            workspace: Service and workspace.
            mentions: Predicate on a text. It gets the path, payload, answer and object id of each entry.
        """
        with self.transaction() as db:
            return sum(len(found(db, workspace, mentions)) for found in (_mutations_with, _jobs_with, _lists_with))

    def forget(self, workspace: str, mentions: Callable[[bytes], bool]) -> int:
        """Delete the entries, jobs and choices that mention a person, also from free pages; return their number.

        Their mutations can then be sent again, because nothing that identifies the person may remain. Choices about
        lists with values that a person typed go in any case: a name alone does not show whose it is.
        """
        with self.transaction() as db:
            found, jobs = _mutations_with(db, workspace, mentions), _jobs_with(db, workspace, mentions)
            lists = _lists_with(db, workspace, mentions)
            db.executemany("DELETE FROM lists WHERE workspace = ? AND digest = ?", [(workspace, one) for one in lists])
            db.executemany("DELETE FROM mutations WHERE id = ?", [(mutation_id,) for mutation_id in found])
            db.executemany("DELETE FROM sends WHERE job = ?", [(job_id,) for job_id in jobs])
            db.executemany("DELETE FROM jobs WHERE id = ?", [(job_id,) for job_id in jobs])
        return len(found) + len(jobs) + len(lists)

    def close(self) -> None:
        """Discard a journal in memory; a file has no connection open."""
        self._file.close()

    # --- SQLite -----------------------------------------------------------------------------------------------------

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """Return a context manager for one transaction: all that its block writes is on disk at the end, or none of it.

        Raises:
            JournalError: The file cannot be read or written.
        """
        return self._file.transaction()

    def _insert(self, db: sqlite3.Connection, mutation: Mutation, key: str, now: datetime) -> Entry:
        db.execute(
            "DELETE FROM mutations WHERE workspace = ? AND intended_at < ?",
            (mutation.workspace, render_instant(now - RETENTION)),
        )
        cursor = db.execute(
            "INSERT INTO mutations (workspace, session, operation, method, path, key, payload, fingerprint, state,"
            " intended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'intended', ?)",
            (
                mutation.workspace,
                self.session,
                mutation.operation,
                mutation.method,
                mutation.path,
                key,
                mutation.payload,
                mutation.fingerprint,
                render_instant(now),
            ),
        )
        row = db.execute("SELECT * FROM mutations WHERE id = ?", (cursor.lastrowid,)).fetchone()
        return _entry(row)

    def _is_stale(self, db: sqlite3.Connection, mutation: Mutation, previous: Entry) -> bool:
        """Return whether a later mutation makes the outcome of a previous entry stale.

        A deletion always does. Another change of the object does if it was made in this session: a user who sets a
        title, sets another one and runs the first cell again wants the first title. After a restart, the same cells in
        the same order find their own outcomes. A creation never becomes stale by a change.
        """
        if previous.object_id is None:
            return False
        segments = mutation.path.partition("?")[0].split("/")
        created = mutation.method == "POST" and previous.object_id not in segments and segments[-1] != "upsert"
        return (
            db.execute(
                "SELECT 1 FROM mutations WHERE workspace = ? AND object_id = ? AND id > ? AND state = 'succeeded'"
                " AND (method = 'DELETE' OR (? AND session = ?)) LIMIT 1",
                (mutation.workspace, previous.object_id, previous.id, not created, self.session),
            ).fetchone()
            is not None
        )


def _mutations_with(db: sqlite3.Connection, workspace: str, mentions: Callable[[bytes], bool]) -> list[int]:
    rows = db.execute(
        "SELECT id, path, object_id, payload, sent_payload, answer FROM mutations WHERE workspace = ?", (workspace,)
    )
    return [
        row["id"]
        for row in rows
        if mentions(unquote(row["path"]).encode())
        or mentions((row["object_id"] or "").encode())
        or any(mentions(row[name]) for name in ("payload", "sent_payload", "answer") if row[name])
    ]


def _jobs_with(db: sqlite3.Connection, workspace: str, mentions: Callable[[bytes], bool]) -> list[str]:
    """Return the ids of the bulk writes whose plan, payloads or results mention a person."""
    found = [
        row["id"]
        for row in db.execute("SELECT id, plan, facts FROM jobs WHERE workspace = ?", (workspace,))
        if mentions(row["plan"]) or mentions(row["facts"].encode())
    ]
    rows = db.execute(
        "SELECT sends.* FROM sends JOIN jobs ON jobs.id = sends.job WHERE workspace = ?",
        (workspace,),
    )
    for row in rows:
        texts = (unquote(row["path"]).encode(), row["payload"], row["sent_payload"], (row["results"] or "").encode())
        if row["job"] not in found and any(mentions(text) for text in texts if text):
            found.append(row["job"])
    return found


def _lists_with(db: sqlite3.Connection, workspace: str, mentions: Callable[[bytes], bool]) -> list[str]:
    """Return the digests of the lists whose choices mention a person, or have values that a person typed."""
    rows = db.execute("SELECT digest, choices, typed FROM lists WHERE workspace = ?", (workspace,))
    return [row["digest"] for row in rows if row["typed"] or mentions(row["choices"].encode("utf-8", "surrogatepass"))]


def _unusable(path: Path | None, reason: str) -> JournalError:
    return JournalError(
        f"the journal {path or 'in memory'} cannot be used ({reason})",
        repair="make the cache folder writable, or set PB2B_CACHE_DIR to another one; "
        "no mutation is sent before it is recorded here",
    )


def _create_tables(db: sqlite3.Connection) -> None:
    [(version,)] = db.execute("PRAGMA user_version").fetchall()
    if version > _VERSION:
        raise JournalError(
            f"a later pb2b-notebook wrote the journal (format {version}; this release reads up to {_VERSION})",
            repair="update pb2b-notebook, or set PB2B_CACHE_DIR to another folder; the journal stays as it is",
        )
    if _is_complete(db):
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        for statement in _SCHEMA.split(";"):
            db.execute(statement)
        for statement in _ADDED:
            _, _, table, _, _, column, _ = statement.split()
            if column not in _columns(db, table):
                db.execute(statement)
    except BaseException:
        db.rollback()
        raise
    db.execute("COMMIT")


def _is_complete(db: sqlite3.Connection) -> bool:
    """Whether the file has all tables and columns, also those that an earlier release did not have."""
    return "sent_payload" in _columns(db, "sends") and "resent_at" in _columns(db, "mutations")


def _columns(db: sqlite3.Connection, table: str) -> set[str]:
    return {row["name"] for row in db.execute(f"PRAGMA table_info({table})")}


def _entry(row: sqlite3.Row) -> Entry:
    values = {each.name: row[each.name] for each in fields(Entry)}
    return Entry(**values | {name: parse_instant(row[name]) for name in ("intended_at", "finished_at")})


def parse_instant(text: str | None) -> datetime | None:
    """Return an instant as the journal stores it; ``None`` where there is none."""
    return None if text is None else datetime.fromisoformat(text)


def render_instant(instant: datetime) -> str:
    """Return an instant as the journal stores it: in UTC, with milliseconds."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds")
