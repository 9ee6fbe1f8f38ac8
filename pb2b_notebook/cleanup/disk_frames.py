"""Lazy frames of polars that are larger than memory: their rows are kept in files, and computed in portions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.display.progress import Progress
from pb2b_notebook.engines.work_files import collect_into, lazy_frame, work_path, write_into

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import polars as pl

    from pb2b_notebook.cleanup.frames import OpenFrame

PORTION: Final = 100_000
"""Rows that a step computes at once: fewer repeat work for each distinct value, and more need more memory."""


@dataclass(frozen=True, slots=True)
class DiskRows:
    """Rows of which a portion at a time is in memory.

    Attributes:
        table: The rows, from a file of the work folder.
        work: The user's work folder.
        label: Name of the step, for the progress bar.
    """

    table: pl.DataFrame
    work: Path
    label: str

    @classmethod
    def of(cls, df: Any, work: Any, label: str) -> DiskRows | None:
        """Read a lazy frame into a file of the work folder; ``None`` for other frames, or without a work folder.

        Args:
            df: The caller's frame.
            work: Argument ``work`` of the step.
            label: Name of the step.

        Raises:
            CleanupError: The folder cannot be used, or the frame cannot be collected.
        """
        folder, rows = None if work is None else work_path(work), lazy_frame(df)
        return None if folder is None or rows is None else cls(collect_into(folder, rows), folder, label)

    def open(self) -> OpenFrame:
        """Return all rows as an open frame, which is given back lazy."""
        return replace(open_frame(self.table), lazy=True)

    def collect(self, function: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
        """Return in memory what a function makes of each portion, one after the other: facts of the list."""
        import polars as pl

        return pl.concat(function(part) for _, part in self._portions())

    def write(self, function: Callable[[int, pl.DataFrame], Sequence[pl.DataFrame]]) -> list[pl.DataFrame]:
        """Return the tables that a function makes of each portion, from files of the work folder.

        Args:
            function: Function of the position of the first row of a portion and its rows, at least one portion.

        Raises:
            CleanupError: The folder cannot be written to.
        """
        return write_into(self.work, (function(start, part) for start, part in self._portions()))

    def _portions(self) -> Iterator[tuple[int, pl.DataFrame]]:
        with Progress(self.label, shown=True) as bar:
            for start in range(0, max(1, len(self.table)), PORTION):
                part = self.table.slice(start, PORTION)
                yield start, part
                bar.add(len(part), len(self.table))


def shift_rows(log: pl.DataFrame, start: int) -> pl.DataFrame:
    """Return a log of a portion with the positions of its rows in the list.

    Args:
        log: Table with a column ``row``; null for what is about no single row.
        start: Position of the first row of the portion.

    >>> import polars as pl
    >>> shift_rows(pl.DataFrame({"row": [0, None]}), 100)["row"].to_list()
    [100, None]
    """
    import polars as pl

    return log.with_columns(pl.col("row") + start)
