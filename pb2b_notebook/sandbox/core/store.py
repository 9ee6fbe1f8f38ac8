"""The sandbox's memory: SQLite, one table an object type, the rendered JSON beside the columns that are searched.

A list page is one index range whose JSON texts are joined as they are, never parsed. There is one connection,
behind one lock: the sandbox is for one user, and a write with all that belongs to it is one transaction.
"""

from __future__ import annotations

import sqlite3
import threading
import weakref
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from pb2b_notebook.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

Document = dict[str, Any]
Scalar = str | int | float | None

_COMMON = ("id", "workspace_id", "created_at", "updated_at", "deleted_at")


@dataclass(frozen=True, slots=True)
class Table:
    """How one object type is kept.

    Attributes:
        name: of the SQL table.
        prefix: of the ids.
        columns: what is searched, each computed from the document.
        indexed: which of these columns are selective enough for an index of their own.
        soft_deletes: whether objects stay with ``deleted_at`` set; the others then have a page index of their own.
    """

    name: str
    prefix: str
    columns: Mapping[str, Callable[[Document], Scalar]] = field(default_factory=dict)
    indexed: tuple[str, ...] = ()
    soft_deletes: bool = False

    def row(self, workspace_id: str, document: Document) -> tuple[Scalar | bytes, ...]:
        """The values of a row, in the order of :meth:`column_names`."""
        return (
            document["id"],
            workspace_id,
            document["created_at"],
            document["updated_at"],
            document.get("deleted_at"),
            *(compute(document) for compute in self.columns.values()),
            msgspec.json.encode(document).decode(),
        )

    def column_names(self) -> tuple[str, ...]:
        """Every column; the document is last, so that a scan over the others need not read it."""
        return (*_COMMON, *self.columns, "doc")

    def create(self) -> str:
        """The statement that makes the table."""
        columns = ", ".join(f"{name} TEXT" for name in _COMMON[1:])
        # No declared type: a column keeps numbers as numbers and text as text.
        searched = "".join(f", {name}" for name in self.columns)
        return f"CREATE TABLE IF NOT EXISTS {self.name} (id TEXT PRIMARY KEY, {columns}{searched}, doc TEXT NOT NULL)"

    def create_indexes(self) -> list[str]:
        """The statements that make its indexes: after a bulk load they cost less."""
        page = f"{self.name} (workspace_id, updated_at, id)"
        kept = f"CREATE INDEX IF NOT EXISTS {self.name}_kept ON {page} WHERE deleted_at IS NULL"
        return [
            f"CREATE INDEX IF NOT EXISTS {self.name}_page ON {page}",
            *([kept] if self.soft_deletes else []),
        ] + [
            # Partial, so that no plan takes them for a mere walk over the workspace.
            f"CREATE INDEX IF NOT EXISTS {self.name}_{column} ON {self.name} (workspace_id, {column})"
            f" WHERE {column} IS NOT NULL"
            for column in self.indexed
        ]


# "PB2B" in the header of our files, where SQLite gives an application's formats a place to be told apart.
_MARK = 0x50423242
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class InUseError(ConfigurationError):
    """Somebody else owns the database now; later it may be free."""


class Store:
    """One SQLite database, and its only user for as long as it is open.

    Args:
        path: a file, or ``":memory:"``.

    Raises:
        ConfigurationError: the file cannot be opened, is not a database, is another program's, or is in use.

    A file survives ``kill -9`` at any point: a change that was committed stays, and one that was not leaves no trace.
    So says SQLite of a rollback journal with full synchronisation (https://www.sqlite.org/atomiccommit.html); the
    journal of a process that was killed is rolled back when the file is next opened. A write-ahead log would be faster
    for several connections, and here there is only one. It would also lay the file open to the WAL-reset bug
    (https://www.sqlite.org/wal.html#walresetbug): in SQLite 3.7.0 to 3.51.2, which many Pythons are built with, two
    connections that write and checkpoint at once can damage a database, but only one in that mode. A file that another
    program has put into it is taken out of it.

    It has one owner. Two sandboxes on one file would each go by a clock, rate windows and idempotency claims of their
    own, and whoever only looks in for longer than a moment would fail every request. So the store takes SQLite's
    exclusive lock when it opens and lets go when it closes or its process ends, however it ends. After that anything
    may read the file.
    """

    def __init__(self, path: str | Path = ":memory:") -> None:
        self._lock = threading.RLock()
        try:
            # Long enough for a reader to finish, short enough for a second sandbox to be told at once.
            self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=0.5)
        except sqlite3.Error as error:
            raise _unusable(error) from None
        weakref.finalize(self, self._connection.close)  # also where nobody closes it
        try:
            self._check_mark()
            self._own()
        except sqlite3.Error as error:
            self.close()
            raise (_in_use() if is_busy(error) else _unusable(error)) from None
        except ConfigurationError:
            self.close()
            raise

    def _check_mark(self) -> None:
        """Refuse a database that holds something and does not say that it is ours; nothing is written yet."""
        [(mark,)] = self.execute("PRAGMA application_id")
        [(objects,)] = self.execute("SELECT count(*) FROM sqlite_schema")
        if mark != _MARK and (mark or objects):
            raise ConfigurationError(
                "this file is the database of another program: no sandbox wrote it",
                repair="give the path of a new file, or of one that a sandbox wrote",
            )

    def _own(self) -> None:
        for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=TRUNCATE", "synchronous=FULL", "cache_size=-65536"):
            self.execute(f"PRAGMA {pragma}")
        # In this mode the lock that the transaction takes stays when it ends.
        self.execute("BEGIN EXCLUSIVE")
        self.execute(f"PRAGMA application_id={_MARK}")
        self.execute("CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
        self.execute("COMMIT")

    def define(self, *statements: str) -> None:
        """Run statements of the schema."""
        with self.transaction():
            for statement in statements:
                self.execute(statement)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Keep others out, so that several reads see one state."""
        with self._lock:
            yield

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything inside one unit: all of it is kept, or, when an exception leaves, nothing.

        An inner transaction joins the outer one.
        """
        with self._lock:
            if self._is_in_transaction():
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                # After some failures, such as a full disk, SQLite has rolled back by itself.
                if self._is_in_transaction():
                    self._connection.execute("ROLLBACK")
                raise

    def _is_in_transaction(self) -> bool:
        return self._connection.in_transaction

    def keep(self, name: str, value: str) -> bool:
        """As :meth:`raise_fact`, where it can be done now; whether the fact is on the disk.

        It is not yet inside a transaction, which may still be undone; nor where the database takes no writes.
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
        """Make a part of a transaction undoable: when an exception leaves, or at its end unless ``keep``."""
        with self._lock:
            self._connection.execute("SAVEPOINT part")
            try:
                yield
            except BaseException:
                keep = False
                raise
            finally:
                # After some failures, such as a full disk, SQLite has rolled back all by itself.
                if self._connection.in_transaction:
                    if not keep:
                        self._connection.execute("ROLLBACK TO part")
                    self._connection.execute("RELEASE part")

    def execute(self, sql: str, parameters: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement; all its rows."""
        with self._lock:
            return self._connection.execute(sql, tuple(parameters)).fetchall()

    def fact(self, name: str) -> str | None:
        """Read one of the database's own facts, such as its clock."""
        rows = self.execute("SELECT value FROM facts WHERE name = ?", (name,))
        return rows[0][0] if rows else None

    def set_fact(self, name: str, value: str) -> None:
        """Write one of the database's own facts."""
        with self.transaction():
            self.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def raise_fact(self, name: str, value: str) -> None:
        """Write one of the database's own facts, unless the one it has sorts after it."""
        with self.transaction():
            self.execute(
                "INSERT INTO facts VALUES (?, ?) ON CONFLICT DO UPDATE SET value = max(value, excluded.value)",
                (name, value),
            )

    def count_up(self, name: str) -> int:
        """The next number of a series that starts at 1; taken back if the transaction fails."""
        with self.transaction():
            number = int(self.fact(name) or 0) + 1
            self.set_fact(name, str(number))
            return number

    def load(self, table: Table, workspace_id: str, documents: Iterable[Document], *, in_order: bool = False) -> None:
        """Add many new objects.

        Args:
            table: of the objects.
            workspace_id: whose they are.
            documents: in any order.
            in_order: lay them down in the order of the pages, whatever order they come in; worth it for a large
                table. It stays so: an object that is replaced moves to the end, as its ``updated_at`` does. A page is
                then read from a few neighbouring places of the file instead of from hundreds.
        """
        names = table.column_names()
        columns, marks = ", ".join(names), ", ".join("?" * len(names))
        target = "temp.staging" if in_order else table.name
        with self.transaction():
            if in_order:
                self.execute(f"CREATE TEMP TABLE staging AS SELECT {columns} FROM {table.name} LIMIT 0")  # noqa: S608
            self._connection.executemany(
                f"INSERT INTO {target} ({columns}) VALUES ({marks})",  # noqa: S608 (own names)
                (table.row(workspace_id, document) for document in documents),
            )
            if in_order:
                self.execute(
                    f"INSERT INTO {table.name} ({columns})"  # noqa: S608
                    f" SELECT {columns} FROM {target} ORDER BY workspace_id, updated_at, id"
                )
                self.execute(f"DROP TABLE {target}")

    def put(self, table: Table, workspace_id: str, document: Document) -> None:
        """Add an object, or replace the one with its id."""
        names = table.column_names()
        marks = ", ".join("?" * len(names))
        with self.transaction():
            self.execute(
                f"INSERT OR REPLACE INTO {table.name} ({', '.join(names)}) VALUES ({marks})",  # noqa: S608
                table.row(workspace_id, document),
            )

    def get(self, table: Table, workspace_id: str, object_id: str) -> Document | None:
        """Read one object of one workspace."""
        found = self.find(table, workspace_id, "id = ?", (object_id,))
        return found[0] if found else None

    def find(self, table: Table, workspace_id: str, condition: str, parameters: Iterable[Scalar]) -> list[Document]:
        """Read the objects of a workspace that meet an SQL condition, in the order of their ids."""
        rows = self.execute(
            f"SELECT doc FROM {table.name} WHERE workspace_id = ? AND {condition} ORDER BY id",  # noqa: S608
            (workspace_id, *parameters),
        )
        return [msgspec.json.decode(row[0]) for row in rows]

    def close(self) -> None:
        """Close the database; twice is harmless."""
        with self._lock:
            self._connection.close()


def is_busy(error: BaseException) -> bool:
    """Whether SQLite failed only because somebody else holds the database: later it may go well."""
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY


def _in_use() -> InUseError:
    return InUseError(
        "another sandbox serves this file, or another program holds it",
        repair="stop it (or close its workspace), or choose another file (--db)",
    )


def _unusable(error: sqlite3.Error) -> ConfigurationError:
    return ConfigurationError(
        f"the sandbox cannot use its database: {error}",
        repair="give a path that can be written, of a new file or of one that a sandbox wrote",
    )
