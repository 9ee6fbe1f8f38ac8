"""All tables in memory: each stage is one call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from pb2b_notebook import threads

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl

    from pb2b_notebook.display.progress import Progress
    from pb2b_notebook.engines.protocol import Shared

Result = TypeVar("Result")

WATCHED_PORTION: Final = 25_000
"""Rows that a stage computes at once in memory while a form watches: well under a second, so that its Stop is quick."""


class InMemory:
    """Keeps all tables in memory.

    Args:
        bar: Progress bar that counts the finished stages.
    """

    def __init__(self, bar: Progress | None = None) -> None:
        self._bar = bar

    def map(self, name: str, function: Callable[[pl.DataFrame], pl.DataFrame], table: pl.DataFrame) -> pl.DataFrame:
        """Return what a function of rows makes of a table.

        Args:
            name: Name of the result.
            function: Function that returns a row for each row, the same whatever the other rows are.
            table: Table whose columns are one array each.
        """
        if self._bar is None or not self._bar.is_watched:
            result = function(table)
        else:
            result = self._map_watched(self._bar, name, function, table)
        if self._bar is not None:
            self._bar.add(1, None, name)
        return result

    @staticmethod
    def _map_watched(
        bar: Progress, name: str, function: Callable[[pl.DataFrame], pl.DataFrame], table: pl.DataFrame
    ) -> pl.DataFrame:
        import polars as pl

        parts = []
        for start in range(0, max(1, len(table)), WATCHED_PORTION):
            bar.add(0, None, name)
            parts.append(function(table.slice(start, WATCHED_PORTION)))
        return pl.concat(parts, rechunk=True)

    def add(self, name: str, function: Callable[[pl.DataFrame], pl.DataFrame], table: pl.DataFrame) -> pl.DataFrame:
        """Return a table with the columns that a function of rows makes of it, added or in place of its own."""
        return table.with_columns(self.map(name, function, table))

    def share(self, table: pl.DataFrame, columns: Sequence[Shared]) -> pl.DataFrame:
        """Return a table with the columns that follow from rows which share values."""
        return table.with_columns(
            column for found in self.run([(one.function, table) for one in columns]) for column in found
        )

    def gather(
        self,
        function: Callable[[pl.DataFrame], pl.DataFrame],
        table: pl.DataFrame,
        *,
        key: str = "",  # noqa: ARG002 - here all rows are in one place
        reads: Sequence[str] = (),  # noqa: ARG002
    ) -> pl.DataFrame:
        """Return facts: what a function makes of rows, one part after the other.

        Args:
            function: Function of rows; it gets all rows of a value of the key, or none.
            table: Table.
            key: Name of a column; "" if any rows will do.
            reads: Columns that the function reads; by default all.
        """
        return function(table)

    def count(self, table: pl.DataFrame, *columns: str, sums: Sequence[str] = ()) -> pl.DataFrame:
        """Return each combination of values with its number of rows, ``n``, and the sums of other columns."""
        import polars as pl

        return table.group_by(columns).agg(pl.col(sums).cast(pl.Int64).sum(), n=pl.len().cast(pl.Int64))

    def keep(self, table: pl.DataFrame) -> pl.DataFrame:
        """Return a table that is used several times: an engine that computes when it is asked computes it once."""
        return table

    def run(self, tasks: Sequence[tuple[Callable[[pl.DataFrame], Result], pl.DataFrame]]) -> list[Result]:
        """Return the results of functions of tables that do not depend on each other."""
        with threads.executor(rows=max((len(table) for _, table in tasks), default=0)) as pool:
            return list(pool.map(lambda task: task[0](task[1]), tasks))


IN_MEMORY: Final = InMemory()
