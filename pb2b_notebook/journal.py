"""What was sent, with which key, and what came of it: a record of keyed mutations that survives a killed kernel.

The intent, its Idempotency-Key and the frozen payload are on disk *before* the first send; the outcome follows after
the answer. Whatever happens in between, the next run of the same cell finds the key again and cannot repeat the effect.

SQLite with a rollback journal and full synchronisation: several kernels may share the file, and WAL mode has a known
defect with several connections before SQLite 3.51.3 (sqlite.org, "WAL-reset bug").
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import uuid
import weakref
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote

from pb2b_notebook.cache import cache_folder, make_private_file
from pb2b_notebook.errors import JournalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Decide = Callable[["Entry | None", bool], Literal["send", "resend", "replay"]]

State = Literal["intended", "succeeded", "refused"]

REPLAYED_FOR = timedelta(hours=24)  # a payload that succeeded is not sent again for so long
RESENT_FOR = timedelta(hours=23)  # the service keeps keys for 24 hours; an hour is left for clocks that differ
KEPT_FOR = timedelta(days=30)

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
"""


@dataclass(frozen=True, slots=True)
class Mutation:
    """One keyed mutation, ready to send: what identifies it, apart from its key.

    Attributes:
        workspace: service and workspace, so that journals of several never mix.
        operation: its id in the contract.
        method: such as ``POST``.
        path: below the base URL, with its query.
        payload: the exact bytes of the body.
    """

    workspace: str
    operation: str
    method: str
    path: str
    payload: bytes | None

    @property
    def fingerprint(self) -> str:
        """The same for the same mutation, and for no other."""
        parts = [self.workspace, self.method, self.path]
        digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass"))
        digest.update(b"\0" + (self.payload or b""))
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal.

    Attributes:
        answer: the body that came, without secrets.
        attempts: requests, over all runs that are finished.
        sends: runs that have taken this line over to send it; more than one may be under way.
        intended_at: by the service's clock, as are all times.
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


class Journal:
    """The journal of one machine, for all workspaces. Safe in many threads and many processes.

    Args:
        path: the SQLite file; by default ``journal.sqlite3`` in the cache folder. ``None`` keeps it in memory, for a
            sandbox that is gone itself when it closes.
        session: tells this kernel's entries from those of others.

    Every method takes the time as the service tells it: the service counts the life of its keys by its own clock, and
    a machine's clock may be a day off, or be set right between two cells.

    Raises:
        JournalError: from any method, when the file cannot be read or written.
    """

    def __init__(self, path: Path | None, *, session: str | None = None) -> None:
        self.path = path
        self.session = session or uuid.uuid4().hex
        self._lock = threading.RLock()
        self._memory: sqlite3.Connection | None = None

    @classmethod
    def of_this_machine(cls) -> Journal:
        """The journal in the cache folder."""
        return cls(cache_folder() / "journal.sqlite3")

    # --- what mutations need ----------------------------------------------------------------------------------------

    def resolve(
        self, mutation: Mutation, decide: Decide, *, now: datetime, new_key: str, key: str | None = None
    ) -> Entry:
        """In one transaction: let ``decide`` look at the latest twin, then take it over or write a new intent, durably.

        Args:
            mutation: what is about to be sent.
            decide: from the latest twin of this workspace (or ``None``) and whether its outcome is stale, to
                ``"replay"``, ``"resend"`` or ``"send"``; it may raise.
            now: the time.
            new_key: for ``"send"``.
            key: given by hand: only twins under it count, and it is what is sent.

        Returns:
            The entry to replay or to send under. Two kernels that run the same cell at once get the same entry.
        """
        with self.transaction() as db:
            row = db.execute(
                "SELECT * FROM mutations WHERE workspace = ? AND fingerprint = ? AND key = coalesce(?, key)"
                " ORDER BY id DESC LIMIT 1",
                (mutation.workspace, mutation.fingerprint, key),
            ).fetchone()
            twin = None if row is None else _entry(row)
            decision = decide(twin, twin is not None and self._changed_since(db, mutation, twin))
            if twin is None or decision == "send":
                return self._insert(db, mutation, key or new_key, now)
            if decision == "resend":
                taken = "UPDATE mutations SET sends = sends + 1 WHERE id = ? RETURNING *"
                return _entry(db.execute(taken, (twin.id,)).fetchone())
            return twin

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
        judged: bool = True,
    ) -> None:
        """Write down, durably, what came of it. A refusal had no effect; an unknown outcome is never finished.

        A success is final: another kernel may have had it under the same key while this one was refused. A refusal that
        did not judge the mutation itself (``judged=False``: turned away at the door, or never sent) says nothing of
        what another run under the same key has done, so it counts only where there was none.
        """
        with self.transaction() as db:
            db.execute(
                "UPDATE mutations SET state = ?, finished_at = ?, status = ?, attempts = attempts + ?, request_id = ?,"
                " object_id = ?, answer = ? WHERE id = ? AND state <> 'succeeded' AND (? OR sends = 1)",
                (state, _text(now), status, attempts, request_id, object_id, answer, entry.id, judged),
            )

    # --- what people ask --------------------------------------------------------------------------------------------

    def entries(self, workspace: str) -> list[dict[str, Any]]:
        """All entries of the workspace, newest first, without payloads and answers."""
        with self.transaction() as db:
            rows = db.execute(
                "SELECT intended_at, operation, state, status, object_id, request_id, attempts, key, finished_at"
                " FROM mutations WHERE workspace = ? ORDER BY id DESC",
                (workspace,),
            ).fetchall()
        return [dict(row) for row in rows]

    # --- what a person may ask to be forgotten ----------------------------------------------------------------------

    def count(self, workspace: str, names: Callable[[bytes], bool]) -> int:
        """How many lines of the workspace name somebody.

        Args:
            workspace: service and workspace.
            names: whether a text does; it is asked about path, payload, answer and object of each line.
        """
        with self.transaction() as db:
            return len(_naming(db, workspace, names)) + len(_jobs_naming(db, workspace, names))

    def forget(self, workspace: str, names: Callable[[bytes], bool]) -> int:
        """Remove the lines and the jobs that name somebody, also from the free pages of the file; returns how many.

        What they recorded could then be sent again: of the person nothing may be left to recognize it by.
        """
        with self.transaction() as db:
            found, jobs = _naming(db, workspace, names), _jobs_naming(db, workspace, names)
            db.executemany("DELETE FROM mutations WHERE id = ?", [(one,) for one in found])
            db.executemany("DELETE FROM sends WHERE job = ?", [(one,) for one in jobs])
            db.executemany("DELETE FROM jobs WHERE id = ?", [(one,) for one in jobs])
        return len(found) + len(jobs)

    def close(self) -> None:
        """Forget a journal in memory; files hold no connection open."""
        with self._lock:
            if self._memory is not None:
                self._memory.close()
                self._memory = None

    # --- SQLite -----------------------------------------------------------------------------------------------------

    def _insert(self, db: sqlite3.Connection, mutation: Mutation, key: str, now: datetime) -> Entry:
        db.execute(
            "DELETE FROM mutations WHERE workspace = ? AND intended_at < ?",
            (mutation.workspace, _text(now - KEPT_FOR)),
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
                _text(now),
            ),
        )
        row = db.execute("SELECT * FROM mutations WHERE id = ?", (cursor.lastrowid,)).fetchone()
        return _entry(row)

    def _changed_since(self, db: sqlite3.Connection, mutation: Mutation, twin: Entry) -> bool:
        """Whether this journal holds a later mutation that makes the twin's outcome stale.

        A deletion does, always. Another change of the object does when it happened in this session: who sets a title,
        sets another and runs the first cell again, wants the first title. After a restart the same cells in the same
        order find their own outcomes. What was created stays created, whatever was changed in it since.
        """
        if twin.object_id is None:
            return False
        segments = mutation.path.partition("?")[0].split("/")
        created = mutation.method == "POST" and twin.object_id not in segments and segments[-1] != "upsert"
        return (
            db.execute(
                "SELECT 1 FROM mutations WHERE workspace = ? AND object_id = ? AND id > ? AND state = 'succeeded'"
                " AND (method = 'DELETE' OR (? AND session = ?)) LIMIT 1",
                (mutation.workspace, twin.object_id, twin.id, not created, self.session),
            ).fetchone()
            is not None
        )

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction on the file: what the block writes is on disk when it ends, or nothing of it is.

        Raises:
            JournalError: the file cannot be read or written.
        """
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
            raise JournalError(
                f"the journal {self.path or 'in memory'} cannot be used ({type(problem).__name__})",
                repair="make the cache folder writable, or set PB2B_CACHE_DIR to one that is; "
                "nothing is sent that cannot be written down first",
            ) from None

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        if self.path is None:
            if self._memory is None:
                self._memory = _opened(":memory:")
                weakref.finalize(self, self._memory.close)  # also where nobody closes it
            yield self._memory
            return
        with closing(_opened(str(make_private_file(self.path)))) as db:
            yield db


def _naming(db: sqlite3.Connection, workspace: str, names: Callable[[bytes], bool]) -> list[int]:
    rows = db.execute("SELECT id, path, object_id, payload, answer FROM mutations WHERE workspace = ?", (workspace,))
    return [
        row["id"]
        for row in rows
        if names(unquote(row["path"]).encode())
        or any(names(text) for text in ((row["object_id"] or "").encode(), row["payload"], row["answer"]) if text)
    ]


def _jobs_naming(db: sqlite3.Connection, workspace: str, names: Callable[[bytes], bool]) -> list[str]:
    """The jobs of bulk writes whose plan, payloads or results name somebody."""
    found = [
        row["id"]
        for row in db.execute("SELECT id, plan FROM jobs WHERE workspace = ?", (workspace,))
        if names(row["plan"])
    ]
    rows = db.execute(
        "SELECT job, path, payload, results FROM sends JOIN jobs ON jobs.id = sends.job WHERE workspace = ?",
        (workspace,),
    )
    for row in rows:
        texts = (unquote(row["path"]).encode(), row["payload"], (row["results"] or "").encode())
        if row["job"] not in found and any(names(text) for text in texts if text):
            found.append(row["job"])
    return found


def _opened(path: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=5.0, isolation_level=None, check_same_thread=False)
    try:
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA synchronous = EXTRA")
        # A journal with freed pages would still hold what was erased from it.
        db.execute("PRAGMA secure_delete = ON")
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'sends'").fetchone():
            db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
        db.execute("PRAGMA journal_mode = DELETE")  # another program may have left it in WAL mode
    except BaseException:
        db.close()
        raise
    return db


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(
        id=row["id"],
        session=row["session"],
        key=row["key"],
        state=row["state"],
        intended_at=datetime.fromisoformat(row["intended_at"]),
        finished_at=None if row["finished_at"] is None else datetime.fromisoformat(row["finished_at"]),
        status=row["status"],
        object_id=row["object_id"],
        request_id=row["request_id"],
        attempts=row["attempts"],
        answer=row["answer"],
        operation=row["operation"],
        sends=row["sends"],
    )


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds")
