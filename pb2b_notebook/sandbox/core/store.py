"""The database of the sandbox: SQLite, one table per object type, with the JSON text beside the searched columns.

A list page is one index range whose JSON texts are joined without parsing them. There is one connection behind one
lock: the sandbox serves one user, and a write with everything that belongs to it is one transaction.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from pb2b_notebook.errors import ConfigurationError, UsageError
from pb2b_notebook.forking import ParentsLock, finalize_here, renew_in_child

Document = dict[str, Any]
Scalar = str | int | float | None

_COMMON = ("id", "workspace_id", "created_at", "updated_at", "deleted_at")


@dataclass(frozen=True, slots=True)
class Table:
    """The table of one object type.

    Attributes:
        name: Name of the SQL table.
        prefix: Prefix of the ids.
        columns: Searched columns, each computed from the document.
        indexed: Columns that are selective enough for an index.
        soft_deletes: Whether deleted objects stay, with ``deleted_at`` set; the others then have their own page index.
    """

    name: str
    prefix: str
    columns: Mapping[str, Callable[[Document], Scalar]] = field(default_factory=dict)
    indexed: tuple[str, ...] = ()
    soft_deletes: bool = False

    def row(self, workspace_id: str, document: Document) -> tuple[Scalar | bytes, ...]:
        """Return the values of a row, in the order of :meth:`column_names`."""
        return (
            document["id"],
            workspace_id,
            document["created_at"],
            document["updated_at"],
            document.get("deleted_at"),
            *[compute(document) for compute in self.columns.values()],
            msgspec.json.encode(document).decode(),
        )

    def column_names(self) -> tuple[str, ...]:
        """Return all columns; the document is last, so that a scan of the others need not read it."""
        return (*_COMMON, *self.columns, "doc")

    def create(self) -> str:
        """Return the statement that creates the table."""
        columns = ", ".join(f"{name} TEXT" for name in _COMMON[1:])
        # Without a declared type a column stores numbers as numbers and text as text.
        searched = "".join(f", {name}" for name in self.columns)
        return f"CREATE TABLE IF NOT EXISTS {self.name} (id TEXT PRIMARY KEY, {columns}{searched}, doc TEXT NOT NULL)"

    def create_indexes(self) -> list[str]:
        """Return the statements that create the indexes; they are cheaper after a bulk load."""
        page = f"{self.name} (workspace_id, updated_at, id)"
        live_page = f"CREATE INDEX IF NOT EXISTS {self.name}_kept ON {page} WHERE deleted_at IS NULL"
        return [
            f"CREATE INDEX IF NOT EXISTS {self.name}_page ON {page}",
            *([live_page] if self.soft_deletes else []),
        ] + [
            # Partial, so that the query planner does not use them for a scan of the whole workspace.
            f"CREATE INDEX IF NOT EXISTS {self.name}_{column} ON {self.name} (workspace_id, {column})"
            f" WHERE {column} IS NOT NULL"
            for column in self.indexed
        ]


# "PB2B", the application id in the header of our files (https://www.sqlite.org/pragma.html#pragma_application_id).
_MARK = 0x50423242
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


PARENTS_SANDBOX = ParentsLock(
    "this sandbox",
    "call its API (ws.leads, ws.jobs …), which the parent answers; do the rest in the parent, "
    "or open another sandbox here",
)


class InUseError(ConfigurationError):
    """Another process owns the database now; it may be free later."""


class Store:
    """One SQLite database, locked exclusively while it is open.

    Args:
        path: Path of a file, or ``":memory:"``.

    Raises:
        ConfigurationError: The file cannot be opened, is not a database, belongs to another program, or is in use.

    A file survives ``kill -9`` at any point: a committed change stays, and an uncommitted one leaves no trace. SQLite
    guarantees this for a rollback journal with full synchronization (https://www.sqlite.org/atomiccommit.html); the
    journal of a killed process is rolled back when the file is next opened. A write-ahead log would be faster for
    several connections, but there is only one here. It would also expose the file to the WAL-reset bug
    (https://www.sqlite.org/wal.html#walresetbug): in SQLite 3.7.0 to 3.51.2, which many Pythons are built with, two
    connections that write and checkpoint at the same time can damage a database in WAL mode. A file that another
    program has switched to WAL mode is switched back.

    A file has one owner. Two sandboxes on one file would each have a clock, rate windows and idempotency claims of
    their own, and a program that reads the file for more than a moment would make every request fail. So the store
    takes SQLite's exclusive lock when it opens, and releases it when it closes or its process ends in any way. After
    that any program may read the file.
    """

    def __init__(self, path: str | Path = ":memory:") -> None:
        self._lock: Any = threading.RLock()
        try:
            # Long enough for a reader to finish, short enough for a second sandbox to fail without a noticeable wait.
            self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=0.5)
        except sqlite3.Error as error:
            raise _unusable(error) from None
        renew_in_child(self, lock="_lock")
        self._is_closed = False
        finalize_here(self, self._connection.close)  # also if close() is never called
        try:
            self._check_mark()
            self._take_ownership()
        except sqlite3.Error as error:
            self.close()
            raise (_in_use() if is_busy(error) else _unusable(error)) from None
        except ConfigurationError:
            self.close()
            raise

    def renew_after_fork(self) -> None:
        """Refuse every use in a forked child: the connection, and the lock of the file, are the parent's."""
        self._lock = PARENTS_SANDBOX

    def _check_mark(self) -> None:
        """Refuse a database that is not empty and lacks our application id, before anything is written."""
        [(mark,)] = self.execute("PRAGMA application_id")
        [(objects,)] = self.execute("SELECT count(*) FROM sqlite_schema")
        if mark != _MARK and (mark or objects):
            raise ConfigurationError(
                "the file is a database of another program, not of a sandbox",
                repair="give the path of a new file, or of a file that a sandbox created",
            )

    def _take_ownership(self) -> None:
        for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=TRUNCATE", "synchronous=FULL", "cache_size=-65536"):
            self.execute(f"PRAGMA {pragma}")
        # In exclusive locking mode the lock stays when the transaction ends.
        self.execute("BEGIN EXCLUSIVE")
        self.execute(f"PRAGMA application_id={_MARK}")
        self.execute("CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
        self.execute("COMMIT")

    def copy(self, other: "Store") -> None:
        """Replace everything in this database by what another one holds; not inside a transaction."""
        with other._lock, self._lock:  # noqa: SLF001
            other._connection.backup(self._connection)  # noqa: SLF001

    def image(self) -> bytes:
        """Return the whole database, as the bytes of a file."""
        with self._lock:
            return self._connection.serialize()

    def load_image(self, image: bytes) -> None:
        """Replace everything in this database, which is in memory, by that of an image.

        Raises:
            sqlite3.Error: The image is not that of a database.
        """
        with self._lock:
            self._connection.deserialize(image)
        self.execute("SELECT count(*) FROM facts")

    def define(self, *statements: str) -> None:
        """Run statements that define the schema."""
        with self.transaction():
            for statement in statements:
                self.execute(statement)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Lock the store, so that several reads see the same state."""
        with self._lock:
            yield

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run the block as one transaction: commit when it ends, roll back when it raises.

        An inner transaction joins the outer one.
        """
        with self._lock:
            if self._is_in_transaction():
                yield
                return
            self.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                # After some failures, such as a full disk, SQLite has already rolled back.
                if self._is_in_transaction():
                    self._connection.execute("ROLLBACK")
                raise

    def _is_in_transaction(self) -> bool:
        return self._connection.in_transaction

    def try_raise_fact(self, name: str, value: str) -> bool:
        """Call :meth:`raise_fact` if the database accepts writes; return whether the fact is committed.

        Inside a transaction it is not, because the transaction may still be rolled back.
        """
        with self._lock:
            inside = self._is_in_transaction()
            try:
                self.raise_fact(name, value)
            except sqlite3.OperationalError:
                if inside:
                    raise
                return False
            return not inside

    @contextmanager
    def savepoint(self, *, keep: bool = True) -> Iterator[None]:
        """Run a part of a transaction that is rolled back when it raises, and also at its end unless ``keep``."""
        with self._lock:
            self._connection.execute("SAVEPOINT part")
            try:
                yield
            except BaseException:
                keep = False
                raise
            finally:
                # After some failures, such as a full disk, SQLite has already rolled back.
                if self._connection.in_transaction:
                    if not keep:
                        self._connection.execute("ROLLBACK TO part")
                    self._connection.execute("RELEASE part")

    def execute(self, sql: str, parameters: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and return all its rows.

        Raises:
            UsageError: The store is closed.
        """
        with self._lock:
            if self._is_closed:
                raise UsageError("this sandbox is closed", repair="open another one: pb.open_sandbox()")
            return self._connection.execute(sql, tuple(parameters)).fetchall()

    def fact(self, name: str) -> str | None:
        """Return a fact about the database, such as its clock; ``None`` if it is not set."""
        rows = self.execute("SELECT value FROM facts WHERE name = ?", (name,))
        return rows[0][0] if rows else None

    def set_fact(self, name: str, value: str) -> None:
        """Set a fact about the database."""
        with self.transaction():
            self.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def raise_fact(self, name: str, value: str) -> None:
        """Set a fact about the database, unless its present value sorts after the new one."""
        with self.transaction():
            self.execute(
                "INSERT INTO facts VALUES (?, ?) ON CONFLICT DO UPDATE SET value = max(value, excluded.value)",
                (name, value),
            )

    def count_up(self, name: str) -> int:
        """Return the next number of a series that starts at 1; rolled back with its transaction."""
        with self.transaction():
            number = int(self.fact(name) or 0) + 1
            self.set_fact(name, str(number))
            return number

    def load(self, table: Table, workspace_id: str, documents: Iterable[Document], *, in_order: bool = False) -> None:
        """Add many new objects.

        Args:
            table: Table of the objects.
            workspace_id: Id of their workspace.
            documents: Objects, in any order.
            in_order: Whether to store the objects in the order of the listing, which is worth it for a large table: a
                page of the listing is then read from a few adjacent places of the file instead of from hundreds. The
                order stays, because a replaced object moves to the end, as its ``updated_at`` does.
        """
        names = table.column_names()
        columns, marks = ", ".join(names), ", ".join("?" * len(names))
        target = "temp.staging" if in_order else table.name
        with self.transaction():
            if in_order:
                self.execute(f"CREATE TEMP TABLE staging AS SELECT {columns} FROM {table.name} LIMIT 0")  # noqa: S608 - our own names
            self._connection.executemany(
                f"INSERT INTO {target} ({columns}) VALUES ({marks})",  # noqa: S608 - our own names
                (table.row(workspace_id, document) for document in documents),
            )
            if in_order:
                self.execute(
                    f"INSERT INTO {table.name} ({columns})"  # noqa: S608 - our own names
                    f" SELECT {columns} FROM {target} ORDER BY workspace_id, updated_at, id"
                )
                self.execute(f"DROP TABLE {target}")

    def put(self, table: Table, workspace_id: str, document: Document) -> None:
        """Add an object, or replace the object with the same id."""
        names = table.column_names()
        marks = ", ".join("?" * len(names))
        with self.transaction():
            self.execute(
                f"INSERT OR REPLACE INTO {table.name} ({', '.join(names)}) VALUES ({marks})",  # noqa: S608 - our own names
                table.row(workspace_id, document),
            )

    def get(self, table: Table, workspace_id: str, object_id: str) -> Document | None:
        """Return one object of a workspace, or ``None``."""
        found = self.find(table, workspace_id, "id = ?", (object_id,))
        return found[0] if found else None

    def find(self, table: Table, workspace_id: str, condition: str, parameters: Iterable[Scalar]) -> list[Document]:
        """Return the objects of a workspace that meet an SQL condition, ordered by id."""
        rows = self.execute(
            f"SELECT doc FROM {table.name} WHERE workspace_id = ? AND {condition} ORDER BY id",  # noqa: S608 - our own names
            (workspace_id, *parameters),
        )
        return [msgspec.json.decode(row[0]) for row in rows]

    def close(self) -> None:
        """Close the database; closing twice is harmless."""
        with self._lock:
            self._is_closed = True
            self._connection.close()


def is_busy(error: BaseException) -> bool:
    """Return whether SQLite failed only because another connection holds a lock; a retry may succeed."""
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY


def is_full(error: BaseException) -> bool:
    """Return whether SQLite failed only because the disk, or the storage of a browser, has no room."""
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL


def _in_use() -> InUseError:
    return InUseError(
        "the database is in use by another sandbox or another program",
        repair="stop that program (or close its workspace), or choose another file (--db)",
    )


def _unusable(error: sqlite3.Error) -> ConfigurationError:
    return ConfigurationError(
        f"cannot open the database of the sandbox: {error}",
        repair="give a writable path of a new file, or of a file that a sandbox created",
    )
