"""The database in memory that computes on texts faster than polars: it compares pairs, and hashes rows and keys."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from pb2b_notebook.errors import CleanupError, MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb
    import numpy as np
    import polars as pl
    import pyarrow as pa


@contextmanager
def open_database() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory. It spills nothing to disk, because it holds personal data."""
    try:
        import duckdb
    except ModuleNotFoundError:
        raise MissingExtraError("cleanup", "finding duplicates") from None
    # Memory that one step frees is taken by the next. Returning it to the system in between costs 12 % of the time.
    keep_memory = {"allocator_flush_threshold": "16GB", "allocator_bulk_deallocation_flush_threshold": "16GB"}
    with duckdb.connect(config={"temp_directory": "", **keep_memory}) as db:
        try:
            yield db
        except duckdb.OutOfMemoryException:
            raise CleanupError(
                "there is not enough memory to compare these rows", repair="compare fewer rows at once"
            ) from None


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

    for name, table in tables.items():
        source = table.to_arrow(compat_level=pl.CompatLevel.newest()) if isinstance(table, pl.DataFrame) else table
        db.register(name, source)
    # `db.sql(query)` plans a query twice; to plan a comparison takes longer than to compare a thousand pairs.
    columns = cast("dict[str, np.ndarray]", db.execute(query).fetchnumpy())
    for name in tables:
        db.unregister(name)
    return columns
