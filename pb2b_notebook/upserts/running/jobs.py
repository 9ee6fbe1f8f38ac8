"""Jobs in the journal: a plan with its requests, on disk before the first one is sent, and the result of each."""

from __future__ import annotations

import json
import os
import threading
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, Literal

from pb2b_notebook.cache import make_private
from pb2b_notebook.errors import InvalidParameterError, JobBusyError, JournalError
from pb2b_notebook.journal import REPLAY_WINDOW, RETENTION, parse_instant, render_instant
from pb2b_notebook.upserts.running.payloads import Send

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pb2b_notebook.journal import Journal
    from pb2b_notebook.upserts.running.results import Result

LOCK_TIMEOUT: Final = 5.0
"""Seconds that a second kernel waits for the first one."""

CONTENT: Final = "content"
"""Fact of a job that brings in a list: the digest of its content."""

State = Literal["pending", "sent", "accepted", "done", "review"]

_locks: dict[tuple[int, str], threading.Lock] = {}


@dataclass(frozen=True, slots=True)
class Job:
    """One application of a plan.

    Attributes:
        id: Random id.
        fingerprint: Digest of its source: workspace, parameters, and the leads in their order.
        input: Digest of the values and of how they are sent.
        digest: Digest of the requests.
        state: "open", "finished" or "abandoned".
        created_at: Time by the service's clock, as all times of a job.
        facts: Origin: ``kind`` ("upsert", "delete", "undo"), ``via``, ``rows``, ``match_on`` …
        plan: Decisions as text.
    """

    id: str
    fingerprint: str
    input: str
    digest: str
    state: str
    created_at: datetime
    finished_at: datetime | None
    facts: Mapping[str, Any]
    plan: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """A request of a job, and what is known of it.

    Attributes:
        send: The request.
        id: Id in the journal.
        key: Idempotency-Key.
        state: "pending" (not sent), "sent" (the outcome is unknown), "accepted" (a job of the service works on it),
            "done" (every row has a result) or "review" (the outcome cannot be found out).
        sent_at: Time of the first attempt.
        attempts: Number of attempts so far.
        request_id: Request id of the response.
        sent_key: Idempotency key of the request as it was sent the last time; ``None`` if it was not sent yet, or by an
            earlier release.
        sent_payload: Body of that request, in the form that the service takes.
        results: One per row, or what an accepted request needs to go on.
    """

    send: Send = field(repr=False)
    id: int
    key: str
    state: State
    sent_at: datetime | None
    attempts: int
    request_id: str | None
    sent_key: str | None = None
    sent_payload: bytes | None = field(default=None, repr=False)
    results: Any = field(default=None, repr=False)

    @property
    def may_have_effect(self) -> bool:
        """Whether it was sent before."""
        return self.sent_at is not None


class Jobs:
    """The jobs of one workspace.

    Args:
        journal: Journal of this machine, or in memory.
        workspace: Service and workspace.
    """

    def __init__(self, journal: Journal, workspace: str) -> None:
        self._journal = journal
        self.workspace = workspace

    # --- whole jobs -------------------------------------------------------------------------------------------------

    def open_job(self, fingerprint: str) -> Job | None:
        """Return the open job with this fingerprint, if there is one."""
        return self._find("fingerprint = ? AND state = 'open'", fingerprint)

    def latest(self) -> int:
        """Return the number of the latest job: later ones are above it, whatever the clock of a service says."""
        [row] = self._execute("SELECT coalesce(max(rowid), 0) AS number FROM jobs")
        return int(row["number"])

    def find_repeat(self, digest: str, now: datetime, *, after: int | None) -> Job | None:
        """Return the job that finished the same requests within 24 hours, or after another job, if there is one."""
        return self._find(
            "digest = ? AND state = 'finished' AND (created_at > ? OR rowid > ?)",
            *(digest, render_instant(now - REPLAY_WINDOW), after),
        )

    def find_by_fact(self, name: str, value: str, *, after: int | None = 0) -> Job | None:
        """Return the latest job that has this fact and began after another one, if there is one."""
        return self._find("json_extract(facts, ?) = ? AND rowid > ?", f"$.{name}", value, after)

    def get(self, job_id: str) -> Job:
        """Return the job of this id.

        Raises:
            InvalidParameterError: This workspace has no such job.
        """
        job = self._find("id = ?", job_id)
        if job is None:
            raise InvalidParameterError(
                "no job of this workspace has this id", repair="ws.upserts.list() names them all"
            )
        return job

    def begin(self, job: Job, sends: Iterable[Send]) -> Job:
        """Journal a job with all its requests in one transaction; if an open job has its fingerprint, return that one.

        Raises:
            JournalError: The journal cannot be written, so nothing may be sent.
        """
        with self._journal.transaction() as db:
            open_job = db.execute(
                "SELECT * FROM jobs WHERE workspace = ? AND fingerprint = ? AND state = 'open'",
                (self.workspace, job.fingerprint),
            ).fetchone()
            if open_job is not None:
                return _read_job(open_job)
            self._forget_old(db, job.created_at)
            db.execute(
                "INSERT INTO jobs (id, workspace, fingerprint, input, digest, state, created_at, facts, plan)"
                " VALUES (?, ?, ?, ?, ?, 'open', ?, ?, ?)",
                (
                    *(job.id, self.workspace, job.fingerprint, job.input, job.digest),
                    *(render_instant(job.created_at), json.dumps(dict(job.facts)), job.plan),
                ),
            )
            self._insert(db, job.id, sends)
        return job

    def end(self, job_id: str, state: Literal["finished", "abandoned"], now: datetime) -> None:
        """Finish a job that has nothing left to send, or leave one that has."""
        left = "AND NOT EXISTS (SELECT 1 FROM sends WHERE job = jobs.id AND state IN ('pending', 'sent', 'accepted'))"
        self._execute(
            f"UPDATE jobs SET state = ?, finished_at = ? WHERE id = ? AND state = 'open'"  # noqa: S608 - our own text
            f" {left if state == 'finished' else ''}",
            *(state, render_instant(now), job_id),
        )

    def listing(self) -> list[dict[str, Any]]:
        """Return all jobs, newest first, with the number of their requests that are done.

        Their order is that of this journal: the clock of a service is an estimate, which may go back.
        """
        rows = self._execute(
            "SELECT jobs.id, jobs.rowid AS number, jobs.state, created_at, jobs.finished_at, facts,"
            " count(sends.id) AS requests,"
            " coalesce(sum(sends.state IN ('done', 'review')), 0) AS done,"
            " coalesce(sum(sends.state = 'review'), 0) AS review"
            " FROM jobs LEFT JOIN sends ON sends.job = jobs.id WHERE workspace = ?"
            " GROUP BY jobs.id ORDER BY jobs.rowid DESC",
            self.workspace,
        )
        return [dict(row) for row in rows]

    # --- their requests ---------------------------------------------------------------------------------------------

    def sends(self, job_id: str, *states: State) -> list[Sent]:
        """Return the requests of a job in these states, or all, in row order."""
        chosen = f" AND state IN ({', '.join('?' * len(states))})" if states else ""
        found = f"SELECT * FROM sends WHERE job = ?{chosen} ORDER BY ordinal, id"  # noqa: S608 - question marks only
        return [_read_sent(row) for row in self._execute(found, job_id, *states)]

    def writes_since(self, since: datetime) -> list[tuple[dict[str, Any], str]]:
        """Return the body and the lead id of each row that jobs or single calls of this workspace wrote, in order."""
        bound = (self.workspace, render_instant(since))
        sends = self._execute(
            "SELECT payload, results, sends.finished_at AS at FROM sends JOIN jobs ON jobs.id = job"
            " WHERE workspace = ? AND sends.finished_at > ? AND results LIKE '[%' AND payload IS NOT NULL"
            " ORDER BY sends.id",
            *bound,
        )
        single = self._execute(
            "SELECT payload, object_id, finished_at AS at FROM mutations"
            " WHERE workspace = ? AND finished_at > ? AND state = 'succeeded'"
            " AND operation IN ('leads.create', 'leads.upsert', 'leads.update')"
            " AND object_id IS NOT NULL AND payload IS NOT NULL",
            *bound,
        )
        found = [(row["at"], json.loads(row["payload"]), row["object_id"]) for row in single]
        for row in sends:
            whole = json.loads(row["payload"])
            for body, result in zip(whole.get("rows", [whole]), json.loads(row["results"]), strict=False):
                if result.get("status") == "succeeded" and result.get("lead_id"):
                    found.append((row["at"], body, result["lead_id"]))
        return [(body, lead_id) for _, body, lead_id in sorted(found, key=itemgetter(0))]

    def pending(self, job_id: str, count: int, *, after: int) -> list[Sent]:
        """Return the next requests that were not sent yet, those with an id above ``after``."""
        rows = self._execute(
            "SELECT * FROM sends WHERE job = ? AND state = 'pending' AND id > ? ORDER BY id LIMIT ?",
            *(job_id, after, count),
        )
        return [_read_sent(row) for row in rows]

    def keep_request(self, sent: Sent, key: str, payload: bytes | None, now: datetime) -> None:
        """Record a request durably, with the bytes and the key that are sent now: from now on it may have an effect.

        What was sent before without an effect, as a look-up has shown, counts as sent for the first time.
        """
        self._execute(
            "UPDATE sends SET state = 'sent', sent_at = coalesce(?, ?), sent_key = ?,"
            " sent_payload = nullif(?, payload) WHERE id = ?",
            *(sent.sent_at and render_instant(sent.sent_at), render_instant(now), key, payload, sent.id),
        )

    def renew(self, sent: Sent) -> Sent:
        """Return a request with what the journal holds about it now."""
        [row] = self._execute("SELECT * FROM sends WHERE id = ?", sent.id)
        return _read_sent(row)

    def add(self, job_id: str, sends: Iterable[Send]) -> None:
        """Journal the requests that follow from a response."""
        with self._journal.transaction() as db:
            self._insert(db, job_id, sends)

    def return_to_pending(self, ids: Sequence[int], attempts: int = 0) -> None:
        """Return requests to the pending ones: they were not sent, or refused before they had an effect."""
        with self._journal.transaction() as db:
            db.executemany(
                "UPDATE sends SET state = 'pending', sent_at = NULL, sent_key = NULL, sent_payload = NULL,"
                " attempts = attempts + ? WHERE id = ?",
                [(attempts, sent_id) for sent_id in ids],
            )

    def count_attempts(self, sent: Sent, attempts: int) -> None:
        """Count attempts whose outcome is unknown."""
        self._execute("UPDATE sends SET attempts = attempts + ? WHERE id = ?", attempts, sent.id)

    def finish(
        self,
        sent: Sent,
        results: Sequence[Result] | Mapping[str, Any],
        *,
        now: datetime,
        state: Literal["done", "accepted", "review"] = "done",
        status: int | None = None,
        request_id: str | None = None,
        attempts: int = 0,
        then: Sequence[Send] = (),
        job: str = "",
    ) -> None:
        """Journal the results of a request, durably, with the requests that follow from them."""
        with self._journal.transaction() as db:
            db.execute(
                "UPDATE sends SET state = ?, finished_at = ?, status = ?, request_id = coalesce(?, request_id),"
                " attempts = attempts + ?, results = ? WHERE id = ?",
                (state, render_instant(now), status, request_id, attempts, json.dumps(results), sent.id),
            )
            self._insert(db, job, then)

    # --- one kernel at a time ---------------------------------------------------------------------------------------

    @contextmanager
    def running(self, job_id: str, *, timeout: float = LOCK_TIMEOUT) -> Iterator[None]:
        """Hold the lock of a job while it runs. The lock ends with its process, however that ends.

        Raises:
            JobBusyError: Another kernel, or another thread of this one, still runs the job after ``timeout``.
            JournalError: The lock file cannot be created.
        """
        path = self._journal.path
        with self._in_process(job_id, timeout):
            if path is None:
                yield
                return
            with _file_lock(path.parent / "jobs" / f"{job_id}.lock", timeout):
                yield

    @contextmanager
    def _in_process(self, job_id: str, timeout: float) -> Iterator[None]:
        # One step of the interpreter, so it needs no lock. A forked child has its own.
        lock = _locks.setdefault((os.getpid(), job_id), threading.Lock())
        if not lock.acquire(timeout=timeout):
            raise _busy()
        try:
            yield
        finally:
            lock.release()

    # --- SQLite -----------------------------------------------------------------------------------------------------

    def _execute(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with self._journal.transaction() as db:
            return db.execute(sql, values).fetchall()

    def _insert(self, db: sqlite3.Connection, job_id: str, sends: Iterable[Send]) -> None:
        db.executemany(
            "INSERT OR IGNORE INTO sends (job, ordinal, operation, method, path, key, payload, rows, state)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'pending')",
            (
                (
                    *(job_id, send.ordinal, send.operation, send.method, send.path),
                    *(send.key(self.workspace, job_id), send.payload, json.dumps(send.rows)),
                )
                for send in sends
            ),
        )

    def _forget_old(self, db: sqlite3.Connection, now: datetime) -> None:
        old = (self.workspace, render_instant(now - RETENTION))
        db.execute("DELETE FROM sends WHERE job IN (SELECT id FROM jobs WHERE workspace = ? AND created_at < ?)", old)
        db.execute("DELETE FROM jobs WHERE workspace = ? AND created_at < ?", old)

    def _find(self, condition: str, *values: str | int | None) -> Job | None:
        newest = f"SELECT * FROM jobs WHERE workspace = ? AND {condition} ORDER BY rowid DESC LIMIT 1"  # noqa: S608 - our own text
        rows = self._execute(newest, self.workspace, *values)
        return _read_job(rows[0]) if rows else None


def new_id() -> str:
    """Return a random job id."""
    return f"up_{uuid.uuid4().hex[:16]}"


@contextmanager
def _file_lock(path: Path, timeout: float) -> Iterator[None]:
    import filelock

    try:
        make_private(path.parent)
        lock = filelock.FileLock(path, timeout=timeout, mode=0o600, thread_local=False)
        lock.acquire()
    except filelock.Timeout:
        raise _busy() from None
    except OSError as problem:
        raise JournalError(
            f"the lock file of a job cannot be created ({type(problem).__name__})",
            repair="make the cache folder writable, or set PB2B_CACHE_DIR to one that is",
        ) from None
    try:
        yield
    finally:
        lock.release()


def _busy() -> JobBusyError:
    return JobBusyError(
        "another kernel is running this job", repair="wait until it has finished, then run the cell again: it continues"
    )


def _read_job(row: sqlite3.Row) -> Job:
    values = {each.name: row[each.name] for each in fields(Job)}
    times = {name: parse_instant(row[name]) for name in ("created_at", "finished_at")}
    return Job(**values | times | {"facts": json.loads(row["facts"])})


def _read_sent(row: sqlite3.Row) -> Sent:
    send = Send(**{each.name: row[each.name] for each in fields(Send)} | {"rows": tuple(json.loads(row["rows"]))})
    return Sent(
        send=send,
        sent_payload=row["sent_payload"] or send.payload,
        sent_at=parse_instant(row["sent_at"]),
        results=None if row["results"] is None else json.loads(row["results"]),
        **{n: row[n] for n in ("id", "key", "state", "attempts", "request_id", "sent_key")},
    )
