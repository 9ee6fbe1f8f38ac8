"""SQLite files that several threads and processes share: how they are created, opened and locked.

Every file uses a rollback journal. WAL mode has a known defect with several connections before SQLite 3.51.3
(sqlite.org, "WAL-reset bug").
"""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
import time
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, Final

from pb2b_notebook.cache import create_private_file, make_private_file
from pb2b_notebook.errors import TOO_MANY_FILES
from pb2b_notebook.forking import finalize_here, renew_in_child

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    CreateTables = Callable[[sqlite3.Connection], object]

_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT)
_PAUSE: Final = 0.002
"""Seconds between two tries to lock a file."""
_FILES_OF_A_TRANSACTION: Final = 3
"""The database, its rollback journal and their folder."""


def connect(
    path: str | Path, create_tables: CreateTables, *, busy_timeout: float, durable: bool = True
) -> sqlite3.Connection:
    """Open a SQLite file and return the connection, which any thread may use.

    Args:
        path: Existing file, or ``":memory:"``.
        create_tables: Function that creates the tables where they are missing, and raises ``sqlite3.DatabaseError`` if
            another program wrote the file.
        busy_timeout: Seconds to wait while another connection has the file locked.
        durable: Whether a commit survives a power cut and deleted rows are overwritten. Without it, a commit survives
            only the end of the process.

    Raises:
        sqlite3.Error: The file is not a database, is damaged or stays locked.
    """
    db = sqlite3.connect(path, timeout=busy_timeout, isolation_level=None, check_same_thread=False)
    try:
        db.row_factory = sqlite3.Row
        if durable:
            db.execute("PRAGMA synchronous = EXTRA")
            db.execute("PRAGMA secure_delete = ON")  # free pages would still hold what was deleted
        else:
            db.execute("PRAGMA synchronous = OFF")
        retry_while_busy(db, lambda: create_tables(db))
        # After the check that the file is ours. Another program may have left it in WAL mode.
        mode = f"PRAGMA journal_mode = {'DELETE' if durable else 'TRUNCATE'}"
        retry_while_busy(db, lambda: db.execute(mode))
    except BaseException:
        db.close()
        raise
    return db


def retry_while_busy(db: sqlite3.Connection, action: Callable[[], object]) -> None:
    """Run an action of a connection, again and again while another connection has the file locked.

    SQLite itself pauses for longer and longer between its tries, up to a tenth of a second, while a process that writes
    all the time locks the file again within a millisecond: of a dozen such processes, one waited for 20 seconds. With
    short pauses all have the same chance. And Ctrl-C ends the wait.

    Args:
        db: Connection in no transaction; its timeout is the longest wait.
        action: Function that has no effect when it raises and the transaction that it began is rolled back.

    Raises:
        sqlite3.Error: The action failed, or the file was locked all the time.
    """
    timeout = db.execute("PRAGMA busy_timeout").fetchone()[0]  # in milliseconds
    deadline = time.monotonic() + timeout / 1000
    db.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                action()
            except sqlite3.OperationalError as problem:
                if db.in_transaction:  # a commit that waits for a reader
                    db.rollback()
                if not _name_of(problem).startswith("SQLITE_BUSY") or time.monotonic() > deadline:
                    raise
                time.sleep(_PAUSE)
            else:
                return
    finally:
        db.execute(f"PRAGMA busy_timeout = {timeout}")  # for the commit, which waits for readers


def reason_of(problem: sqlite3.Error | OSError) -> str:
    """Return why a file cannot be used, in words without a value: a limit of the machine, or the kind of the error.

    >>> reason_of(OSError(errno.EMFILE, "")), reason_of(sqlite3.DatabaseError("file is not a database"))
    ('too many files are open: close some, or raise the limit (ulimit -n)', 'DatabaseError')
    """
    number = getattr(problem, "errno", None)
    name = _name_of(problem)
    if number in TOO_MANY_FILES or (name.startswith("SQLITE_CANTOPEN") and not _can_open_files()):
        return "too many files are open: close some, or raise the limit (ulimit -n)"
    if name.startswith("SQLITE_BUSY"):
        return "other processes were writing to it all the time"
    if name == "SQLITE_FULL" or number in _NO_ROOM:
        return "the disk is full"
    if name == "SQLITE_IOERR_WRITE" or number == errno.EFBIG:
        return "it may not grow: the disk is failing, or there is a limit on the size of files (ulimit -f)"
    return type(problem).__name__


def _name_of(problem: BaseException) -> str:
    """Return SQLite's name of an error; "" for an error of another origin."""
    return getattr(problem, "sqlite_errorname", None) or ""


def _can_open_files() -> bool:
    """Return whether this process can open as many files as SQLite needs for a transaction."""
    try:
        with ExitStack() as files:
            for _ in range(_FILES_OF_A_TRANSACTION):
                files.callback(os.close, os.open(os.devnull, os.O_RDONLY))
    except OSError as problem:
        return problem.errno not in TOO_MANY_FILES
    return True


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Commit what the block writes when it ends; roll it back if the block raises."""
    retry_while_busy(db, lambda: db.execute("BEGIN IMMEDIATE"))
    try:
        yield db
    except BaseException:
        db.rollback()
        raise
    db.commit()


class DurableFile:
    """A SQLite file that is opened for each transaction, or a database in memory. Safe in many threads and processes.

    A connection must not be carried into a forked worker of a web server, so none stays open between transactions.

    Args:
        path: SQLite file, created with mode 0600. ``None`` keeps the rows in memory until :meth:`close`.
        create_tables: See :func:`connect`.
        error: Function from the reason of a failure to the error that is raised for it; see :func:`reason_of`.
        busy_timeout: Seconds to wait while another process writes.
        private_folder: Whether the folder belongs to this package, so that it gets mode 0700.
    """

    def __init__(
        self,
        path: Path | None,
        create_tables: CreateTables,
        *,
        error: Callable[[str], Exception],
        busy_timeout: float,
        private_folder: bool,
    ) -> None:
        self._path = path
        self._create_tables = create_tables
        self._error = error
        self._busy_timeout = busy_timeout
        self._private_folder = private_folder
        self._lock = threading.RLock()
        self._memory: sqlite3.Connection | None = None
        # No fork in the midst of a transaction: half of it would be copied, and SQLite in the child would count the
        # parent's lock of a file as one of its own process, which never ends.
        renew_in_child(self, lock="_lock")

    def renew_after_fork(self) -> None:
        """Replace the lock, which another thread of the parent may have held."""
        self._lock = threading.RLock()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run the block in one transaction: everything that it writes is on disk when it ends, or none of it.

        Raises:
            Exception: The result of ``error``, when the file cannot be read or written.
        """
        try:
            with self._lock, self._connection() as db, transaction(db):
                yield db
        except (sqlite3.Error, OSError) as problem:
            raise self._error(reason_of(problem)) from None

    def close(self) -> None:
        """Discard a database in memory; a file has no connection open."""
        with self._lock:
            if self._memory is not None:
                self._memory.close()
                self._memory = None

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        if self._path is None:
            if self._memory is None:
                self._memory = self._connect(":memory:")
                finalize_here(self, self._memory.close)  # for owners that never call close()
            yield self._memory
            return
        if self._private_folder:
            make_private_file(self._path)
        else:
            create_private_file(self._path)
        with closing(self._connect(self._path)) as db:
            yield db

    def _connect(self, path: str | Path) -> sqlite3.Connection:
        return connect(path, self._create_tables, busy_timeout=self._busy_timeout)
