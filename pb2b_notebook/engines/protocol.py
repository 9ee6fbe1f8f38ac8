"""What the stages of an algorithm ask of an engine, wherever it keeps their tables.

A stage is a function of rows that returns the same for a part of them as for all (*parts = whole*). What it needs of
other rows it is given as small tables, which are counted before. So one algorithm serves every engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl

TableT = TypeVar("TableT")
Result = TypeVar("Result")


class Shared(NamedTuple):
    """Columns of a row that follow from the rows that share a value with it.

    Attributes:
        function: Function of rows that returns these columns for each row; it gets all rows of a value, or none.
        key: The value, as an expression; null for rows that share nothing.
        reads: Columns that the function reads.
        alone: Column → what it is in rows that share nothing.
    """

    function: Callable[[pl.DataFrame], pl.DataFrame]
    key: pl.Expr
    reads: Sequence[str]
    alone: dict[str, Any]


class Engine(Protocol[TableT]):
    """Keeps tables of one kind, and runs functions of rows on them.

    Facts are small tables of polars, and come to the process that asks. Rows are numbered by their column ``i``.
    """

    def add(self, name: str, function: Callable[[pl.DataFrame], pl.DataFrame], table: TableT) -> TableT:
        """Return a table with the columns that a function of rows makes of it, added or in place of its own."""

    def share(self, table: TableT, columns: Sequence[Shared]) -> TableT:
        """Return a table with the columns that follow from rows which share values."""

    def gather(
        self,
        function: Callable[[pl.DataFrame], pl.DataFrame],
        table: TableT,
        *,
        key: str = "",
        reads: Sequence[str] = (),
    ) -> pl.DataFrame:
        """Return facts: what a function makes of rows, one part after the other.

        Args:
            function: Function of rows; it gets all rows of a value of the key, or none.
            table: Table.
            key: Name of a column; "" if any rows will do.
            reads: Columns that the function reads; by default all.
        """

    def count(self, table: TableT, *columns: str, sums: Sequence[str] = ()) -> pl.DataFrame:
        """Return each combination of values with its number of rows, ``n``, and the sums of other columns."""

    def keep(self, table: TableT) -> TableT:
        """Return a table that is used several times: an engine that computes when it is asked computes it once."""

    def run(self, tasks: Sequence[tuple[Callable[[TableT], Result], TableT]]) -> list[Result]:
        """Return the results of functions of tables that do not depend on each other."""
