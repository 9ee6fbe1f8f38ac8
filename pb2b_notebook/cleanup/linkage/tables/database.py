"""The database in memory that computes on texts faster than polars: it compares pairs, and hashes rows and keys."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from functools import cache, lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Final, cast

from pb2b_notebook.errors import CleanupError, MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import duckdb
    import numpy as np
    import polars as pl
    import pyarrow as pa

_IN_MEMORY: Final[Mapping[str, str | int]] = {"temp_directory": ""}
# Memory that one step frees is taken by the next. Returning it to the system in between costs 12 % of the time.
_LARGE: Final = {
    **_IN_MEMORY,
    "allocator_flush_threshold": "16GB",
    "allocator_bulk_deallocation_flush_threshold": "16GB",
}
_INTERRUPTED: Final = re.compile(r"\bQuery interrupted\b|\bKeyboardInterrupt\b")
FEW_ROWS: Final = 1_000
"""Rows of a list for which opening a database, and optimizing its queries, takes longer than all the rest."""
_QUERIES: Final = 32
"""Parsed queries that are kept: to parse one takes as long as to compare a thousand pairs."""


@contextmanager
def open_database(rows: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory. It spills nothing to disk, because it holds personal data."""
    try:
        import duckdb
    except ModuleNotFoundError:
        raise MissingExtraError("cleanup", "finding duplicates") from None
    few = rows <= FEW_ROWS
    with _database_for_few(os.getpid()).cursor() if few else duckdb.connect(config={**_LARGE}) as db:
        if few:
            db.execute("PRAGMA disable_optimizer")
        try:
            yield db
        except duckdb.OutOfMemoryException:
            raise CleanupError(
                "there is not enough memory to compare these rows", repair="compare fewer rows at once"
            ) from None


@contextmanager
def _raising_interrupts() -> Iterator[None]:
    """Raise Ctrl-C as such: the database reports it as an error of its own, or of Python."""
    import duckdb

    try:
        yield
    except (RuntimeError, duckdb.Error) as problem:
        if not isinstance(problem, duckdb.InterruptException) and not _INTERRUPTED.search(str(problem)):
            raise
    else:
        return
    raise KeyboardInterrupt


@cache
def database_of_process() -> duckdb.DuckDBPyConnection:
    """Return the database of a worker process, which computes on one part after the other with one core."""
    import duckdb

    return duckdb.connect(config={**_LARGE, "threads": 1})


@cache
def _database_for_few(process: int) -> duckdb.DuckDBPyConnection:  # noqa: ARG001 - a forked child opens its own
    """Return the database that a process keeps for short lists. It has no tables, and starts no threads."""
    import duckdb

    return duckdb.connect(config={**_IN_MEMORY, "threads": 1})


def run_query(
    db: duckdb.DuckDBPyConnection, query: str, **tables: pl.DataFrame | pa.RecordBatchReader
) -> dict[str, np.ndarray]:
    """Return the columns of a query as arrays of numpy, in the order of the rows of its table.

    Args:
        db: Database to compute in.
        query: SQL whose columns are numbers, none of them NULL.
        tables: The tables that the query reads, by name.
    """
    import polars as pl

    with _raising_interrupts():
        for name, table in tables.items():
            source = table.to_arrow(compat_level=pl.CompatLevel.newest()) if isinstance(table, pl.DataFrame) else table
            db.register(name, source)
        # `db.sql(query)` plans a query twice; to plan a comparison takes longer than to compare a thousand pairs.
        columns = cast("dict[str, np.ndarray]", db.execute(_statement_of(query)).fetchnumpy())
        for name in tables:
            db.unregister(name)
    return columns


@lru_cache(maxsize=_QUERIES)
def _statement_of(query: str) -> duckdb.Statement:
    (statement,) = _database_for_few(os.getpid()).extract_statements(query)
    return statement


def run_planned_query(query: str, name: str, table: pl.DataFrame) -> dict[str, np.ndarray]:
    """Return what :func:`run_query` returns, for few rows: the plan of the query is kept for the next ones.

    Args:
        query: SQL whose columns are numbers, none of them NULL.
        name: Name of the table that it reads.
        table: This table.
    """
    return _planned_query(os.getpid(), query, name, tuple(table.schema.items())).run(table)


@lru_cache(maxsize=_QUERIES)
def _planned_query(
    process: int,  # noqa: ARG001 - a forked child opens its own
    query: str,
    name: str,
    columns: tuple[tuple[str, pl.DataType], ...],
) -> _PlannedQuery:
    return _PlannedQuery(query, name, dict(columns))


class _Rows:
    """The rows that a planned query reads: without any but for the time that it runs."""

    table: pa.Table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)


class _PlannedQuery:
    """A query with its plan, in a database of its own, which keeps no rows: each run reads its own where they are."""

    def __init__(self, query: str, name: str, schema: Mapping[str, pl.DataType]) -> None:
        import duckdb
        import polars as pl

        self._lock = Lock()
        self._rows = _Rows()
        self._none = self._rows.table = pl.DataFrame(schema=schema).to_arrow(compat_level=pl.CompatLevel.newest())
        self._db = duckdb.connect(config={**_IN_MEMORY, "threads": 1})
        self._db.execute("PRAGMA disable_optimizer")
        self._db.register(name, self._rows)
        self._db.execute(f"PREPARE planned AS {query}")

    def run(self, table: pl.DataFrame) -> dict[str, np.ndarray]:
        import polars as pl

        with self._lock, _raising_interrupts():
            self._rows.table = table.to_arrow(compat_level=pl.CompatLevel.newest())
            try:
                return cast("dict[str, np.ndarray]", self._db.execute("EXECUTE planned").fetchnumpy())
            finally:
                self._rows.table = self._none
