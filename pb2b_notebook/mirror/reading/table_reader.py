"""Rows and SQL of mirrored tables, the same for one mirror and for several."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Literal, overload

from pb2b_notebook.api.calls.options import Options
from pb2b_notebook.frames.types import LIBRARIES, FrameT, check_frame
from pb2b_notebook.mirror.reading.sql_reader import SqlReader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from pb2b_notebook.frames.types import FrameName

    Readers = dict[str, Callable[[], pl.LazyFrame]]


class TableReader(SqlReader[FrameT]):
    """Whatever has mirrored tables of its own.

    Args:
        library: Default library of the returned frames, "pandas" or "polars".
    """

    def __init__(self, library: str) -> None:
        check_frame(library, LIBRARIES)
        self.library = library

    @overload
    def frame(
        self,
        resource: str,
        *,
        where: str | pl.Expr | Mapping[str, Any] | None = None,
        columns: Sequence[str] | None = None,
        frame: None = None,
    ) -> FrameT: ...
    @overload
    def frame(
        self,
        resource: str,
        *,
        where: str | pl.Expr | Mapping[str, Any] | None = None,
        columns: Sequence[str] | None = None,
        frame: Literal["pandas"],
    ) -> pd.DataFrame: ...
    @overload
    def frame(
        self,
        resource: str,
        *,
        where: str | pl.Expr | Mapping[str, Any] | None = None,
        columns: Sequence[str] | None = None,
        frame: Literal["polars"],
    ) -> pl.DataFrame: ...
    @overload
    def frame(
        self,
        resource: str,
        *,
        where: str | pl.Expr | Mapping[str, Any] | None = None,
        columns: Sequence[str] | None = None,
        frame: Literal["pyarrow"],
    ) -> pa.Table: ...
    @overload
    def frame(
        self,
        resource: str,
        *,
        where: str | pl.Expr | Mapping[str, Any] | None = None,
        columns: Sequence[str] | None = None,
        frame: Literal["duckdb"],
    ) -> duckdb.DuckDBPyRelation: ...
    def frame(
        self,
        resource: str,
        *,
        where: str | pl.Expr | Mapping[str, Any] | None = None,
        columns: Sequence[str] | None = None,
        frame: FrameName | None = None,
    ) -> Any:
        """Return mirrored rows without a request. Deleted leads are included, with ``deleted_at`` set.

        Args:
            resource: Name of the resource, such as "leads".
            where: Condition as SQL (``"status = 'new' and score > 50"``), as a polars expression, or as values by
                column (``{"status": ["new", "contacted"]}``).
            columns: Names of the columns to return, in this order; by default all.
            frame: Library of the returned frame, "pandas" or "polars".

        Raises:
            NotMirroredError: The resource was never synced.
            InvalidParameterError: The resource or a column is unknown, or ``where`` is not a condition.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     _ = ws.mirror.sync("leads")
            ...     ws.mirror.frame("leads", where={"object": "lead"}, columns=["id"], frame="polars").shape
            (20, 1)
        """
        return self._read_rows(resource, where, columns, self._library_or_default(frame))

    @abstractmethod
    def _read_rows(
        self,
        resource: str,
        where: str | pl.Expr | Mapping[str, Any] | None,
        columns: Sequence[str] | None,
        library: str,
    ) -> Any:
        """Read the rows for :meth:`frame`, whose arguments these are."""

    @abstractmethod
    def _sql_tables(self) -> tuple[Readers, Readers]:
        """Return how to read each table that :meth:`sql` can name, and the former rows of each that has some."""

    def _run_sql(
        self,
        sql: str,
        parameters: Sequence[Any] | Mapping[str, Any] | None,
        *,
        frame: FrameName | None,
        timeout: float | None,
        memory: str | None,
    ) -> Any:
        from pb2b_notebook.frames import to_frame
        from pb2b_notebook.mirror.reading import sql as engine

        tables, former = self._sql_tables()
        tables |= {f"{engine.HISTORY}.{name}": read for name, read in former.items()}
        found = engine.run(sql, tables, parameters, now=self._now(), timeout=timeout, memory=memory)
        return to_frame(found, self._library_or_default(frame))

    def _now(self) -> datetime | None:
        """Return the time of a statement's ``now()``, or ``None`` for this machine's."""
        return None

    def _library_or_default(self, frame: str | None) -> str:
        return Options(frame=frame).frame or self.library
