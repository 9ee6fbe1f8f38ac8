"""Where the tables of the stages are: in memory, or in the files of a private work folder.

A stage is a function of rows that returns the same for a part of them as for all (*parts = whole*). What it needs of
other rows it is given as small tables, which are counted before. So one algorithm serves both: :class:`InMemory` calls
each stage once, and :class:`WorkFolder` calls it for portions of the rows, and keeps the result in files.

In the files (:mod:`pb2b_notebook.cleanup.work_files`), each column is one Arrow array, since taking rows by number from
several takes six times as long.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from pb2b_notebook import threads
from pb2b_notebook.cleanup.work_files import PREFIX, compact, private_folder, read_mapped, write_tables, writing
from pb2b_notebook.display.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import polars as pl
    import pyarrow as pa

Result = TypeVar("Result")

PORTION: Final = 250_000
"""Rows that a stage computes at once."""
WATCHED_PORTION: Final = 25_000
"""Rows that a stage computes at once in memory while a form watches: well under a second, so that its Stop is quick."""


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


class WorkFolder(InMemory):
    """Keeps the results of all stages in files. A stage whose result is there already is not computed again.

    Args:
        folder: Existing private folder of this computation.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def map(self, name: str, function: Callable[[pl.DataFrame], pl.DataFrame], table: pl.DataFrame) -> pl.DataFrame:
        """Return what a function of rows makes of a table: computed in portions, and read from files.

        Raises:
            CleanupError: There is no room for the files, or they cannot be written.
        """
        done, unfinished = self._folder / name, self._folder / f"{name}.unfinished"
        if not done.is_dir():
            with writing():
                shutil.rmtree(unfinished, ignore_errors=True)
                unfinished.mkdir(mode=0o700)
            write_tables(unfinished / "portions", _portions(name, function, table))
            portions = read_mapped(unfinished / "portions")
            for number, column in enumerate(portions.columns):
                write_tables(unfinished / f"{number:03}", [_arrow(portions.select(column).rechunk())])
            with writing():
                (unfinished / "portions").unlink()
                unfinished.rename(done)
        return _read_columns(done)


def _portions(name: str, function: Callable[[pl.DataFrame], pl.DataFrame], table: pl.DataFrame) -> Iterator[pa.Table]:
    with Progress(f"duplicates: {name}", shown=True) as bar:
        for start in range(0, max(1, len(table)), PORTION):
            part = function(table.slice(start, PORTION))
            bar.add(len(part), len(table))
            yield compact(part)


@contextmanager
def open_work_folder(work: Path, contents: Iterable[bytes]) -> Iterator[WorkFolder]:
    """Open a folder for one computation inside the user's work folder. It is deleted at the end, also after an error.

    After a kill it stays, and on Linux the next call with the same contents continues with its finished stages, unless
    the system was started again. Folders of other contents that no process uses are deleted.

    Args:
        work: The user's work folder; created if its parent exists.
        contents: All that the results of the stages follow from.

    Raises:
        CleanupError: The folder cannot be created, or another process computes the same in it.
    """
    digest = hashlib.blake2b(_boot_id(), digest_size=16)
    for content in contents:
        digest.update(content)
    with private_folder(work, f"{PREFIX}stages-{digest.hexdigest()}") as folder:
        yield WorkFolder(folder)


def _boot_id() -> bytes:
    """Return what changes when the system starts: after a power cut, files of finished stages may lack pages."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_bytes()
    except OSError:  # not Linux: each computation begins at its first stage
        return secrets.token_bytes(16)


def _read_columns(folder: Path) -> pl.DataFrame:
    import polars as pl

    return pl.concat([read_mapped(path) for path in sorted(folder.iterdir())], how="horizontal")


def _arrow(table: pl.DataFrame) -> pa.Table:
    import polars as pl

    return table.to_arrow(compat_level=pl.CompatLevel.newest())
