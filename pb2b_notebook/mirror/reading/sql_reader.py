"""``sql``: one SELECT over mirrored tables, the same for a workspace, a mirror and several mirrors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Generic, Literal, overload

from pb2b_notebook.errors import suggesting, typed_interrupt
from pb2b_notebook.frames.types import FrameT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from pb2b_notebook.frames.types import FrameName


class SqlReader(ABC, Generic[FrameT]):
    """Whatever has mirrored tables that SQL can read."""

    @overload
    def sql(
        self,
        sql: str,
        parameters: Sequence[Any] | Mapping[str, Any] | None = None,
        *,
        frame: None = None,
        timeout: float | None = 300.0,
        memory: str | None = None,
    ) -> FrameT: ...
    @overload
    def sql(
        self,
        sql: str,
        parameters: Sequence[Any] | Mapping[str, Any] | None = None,
        *,
        frame: Literal["pandas"],
        timeout: float | None = 300.0,
        memory: str | None = None,
    ) -> pd.DataFrame: ...
    @overload
    def sql(
        self,
        sql: str,
        parameters: Sequence[Any] | Mapping[str, Any] | None = None,
        *,
        frame: Literal["polars"],
        timeout: float | None = 300.0,
        memory: str | None = None,
    ) -> pl.DataFrame: ...
    @overload
    def sql(
        self,
        sql: str,
        parameters: Sequence[Any] | Mapping[str, Any] | None = None,
        *,
        frame: Literal["pyarrow"],
        timeout: float | None = 300.0,
        memory: str | None = None,
    ) -> pa.Table: ...
    @overload
    def sql(
        self,
        sql: str,
        parameters: Sequence[Any] | Mapping[str, Any] | None = None,
        *,
        frame: Literal["duckdb"],
        timeout: float | None = 300.0,
        memory: str | None = None,
    ) -> duckdb.DuckDBPyRelation: ...
    @suggesting
    @typed_interrupt("the SQL was stopped; it returned no rows")
    def sql(
        self,
        sql: str,
        parameters: Sequence[Any] | Mapping[str, Any] | None = None,
        *,
        frame: FrameName | None = None,
        timeout: float | None = 300.0,
        memory: str | None = None,
    ) -> Any:
        """Run one SELECT over the mirrored tables, in DuckDB's SQL, without a request.

        Every mirrored resource is a table; ``history.leads`` holds earlier versions of the rows of ``leads``, with
        ``_ended_at`` and ``_ended_by`` (a version). ``now()`` and ``current_date`` are the service's time in UTC, on a
        sandbox that of its clock. A query has no access to files, the network or extensions. A cell that begins with
        ``%%pb2b`` does the same.

        Args:
            sql: Statement; ``?`` or ``$name`` are placeholders of parameters.
            parameters: A list for ``?``, a dict for ``$name``.
            frame: Library of the frame, "pandas" or "polars"; by default the workspace's.
            timeout: Seconds after which the statement is stopped, 300 by default; ``None`` for no limit. Ctrl-C stops
                it within a second.
            memory: Memory that the statement may use, such as "2GB"; by default half of this machine's.

        Raises:
            QueryError: The statement is not a single SELECT, it reads something other than the tables, it needs more
                time or memory, or it fails.
            ReadInterrupted: Ctrl-C was pressed.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     _ = ws.mirror.sync("leads")
            ...     ws.sql("select count(*) as n from leads where status <> $status", {"status": "none"})["n"].tolist()
            [20]
        """
        return self._run_sql(sql, parameters, frame=frame, timeout=timeout, memory=memory)

    @abstractmethod
    def _run_sql(
        self,
        sql: str,
        parameters: Sequence[Any] | Mapping[str, Any] | None,
        *,
        frame: FrameName | None,
        timeout: float | None,
        memory: str | None,
    ) -> Any:
        """Run the statement over the tables that this object has; the arguments are those of :meth:`sql`."""
