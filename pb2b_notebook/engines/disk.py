"""The tables of all stages in files of a private work folder: each stage is called for portions of the rows.

In the files (:mod:`~.work_files`), each column is one Arrow array, since taking rows by number from several takes six
times as long.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pb2b_notebook.display.progress import Progress
from pb2b_notebook.engines.memory import InMemory
from pb2b_notebook.engines.work_files import PREFIX, compact, private_folder, read_mapped, write_tables, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import polars as pl
    import pyarrow as pa

    from pb2b_notebook.engines.protocol import Shared

PORTION: Final = 250_000
"""Rows that a stage computes at once."""
SHARED_PORTION: Final = 4 * PORTION
"""Rows whose shared values are counted at once: of them, only the few columns are read that this needs."""


class WorkFolder(InMemory):
    """Keeps the results of all stages in files. A stage whose result is there already is not computed again.

    Args:
        folder: Existing private folder of this computation.
        label: What is computed, for the progress bar.
    """

    def __init__(self, folder: Path, label: str) -> None:
        super().__init__()
        self._folder, self._label = folder, label

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
            write_tables(unfinished / "portions", self._portions(name, function, table))
            portions = read_mapped(unfinished / "portions")
            for number, column in enumerate(portions.columns):
                write_tables(unfinished / f"{number:03}", [_arrow(portions.select(column).rechunk())])
            with writing():
                (unfinished / "portions").unlink()
                unfinished.rename(done)
        return _read_columns(done)

    def share(self, table: pl.DataFrame, columns: Sequence[Shared]) -> pl.DataFrame:
        """Return a table with the columns that follow from rows which share values, in portions of the values."""
        if len(table) <= SHARED_PORTION:
            return super().share(table, columns)
        with Progress(f"{self._label}: shared values", shown=True) as bar:
            for one in columns:
                table = table.with_columns(_shared_columns(one, table))
                bar.add(len(table) // len(columns), len(table))
        return table

    def _portions(
        self, name: str, function: Callable[[pl.DataFrame], pl.DataFrame], table: pl.DataFrame
    ) -> Iterator[pa.Table]:
        with Progress(f"{self._label}: {name}", shown=True) as bar:
            for start in range(0, max(1, len(table)), PORTION):
                part = function(table.slice(start, PORTION))
                bar.add(len(part), len(table))
                yield compact(part)


@contextmanager
def open_work_folder(work: Path, contents: Iterable[bytes], label: str = "stages") -> Iterator[WorkFolder]:
    """Open a folder for one computation inside the user's work folder. It is deleted at the end, also after an error.

    After a kill it stays, and on Linux the next call with the same contents continues with its finished stages, unless
    the system was started again. Folders of other contents that no process uses are deleted.

    Args:
        work: The user's work folder; created if its parent exists.
        contents: All that the results of the stages follow from.
        label: What is computed, for the progress bar.

    Raises:
        CleanupError: The folder cannot be created, or another process computes the same in it.
    """
    digest = hashlib.blake2b(_boot_id(), digest_size=16)
    for content in contents:
        digest.update(content)
    with private_folder(work, f"{PREFIX}stages-{digest.hexdigest()}") as folder:
        yield WorkFolder(folder, label)


def _boot_id() -> bytes:
    """Return what changes when the system starts: after a power cut, files of finished stages may lack pages."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_bytes()
    except OSError:  # not Linux: each computation begins at its first stage
        return secrets.token_bytes(16)


def _read_columns(folder: Path) -> pl.DataFrame:
    import polars as pl

    return pl.concat([read_mapped(path) for path in sorted(folder.iterdir())], how="horizontal")


def _shared_columns(one: Shared, table: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of rows that share values: found for all rows of some values, then for those of the next."""
    import polars as pl

    count = -(-len(table) // SHARED_PORTION)
    part = table.select(pl.when(one.key.is_not_null()).then(one.key.hash() % count)).to_series()
    places = [(part == number).arg_true() for number in range(count)]
    read = table.select(list(dict.fromkeys(one.reads)))
    found = pl.concat([one.function(read[rows]).select(list(one.alone)) for rows in places])
    alone = part.is_null().arg_true()
    values = [pl.lit(value, found.schema[name]).alias(name) for name, value in one.alone.items()]
    rest = alone.to_frame("row").with_columns(values).drop("row")
    return pl.concat([found, rest])[pl.concat([*places, alone]).arg_sort()]


def _arrow(table: pl.DataFrame) -> pa.Table:
    import polars as pl

    return table.to_arrow(compat_level=pl.CompatLevel.newest())
