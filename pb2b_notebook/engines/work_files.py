"""Rows in files of the user's work folder, for frames that do not fit in memory.

The files are read through a memory map: the system fetches the pages that are read, and takes them back when memory is
short. They are private, and deleted as soon as they are mapped, so that the system frees them when no frame uses them
any more, and also after a kill. What a kill leaves while files are written, and Windows, which cannot delete a file in
use, the next call with the work folder deletes.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.errors import CleanupError
from pb2b_notebook.forking import check_engine
from pb2b_notebook.lazy_libraries import nw

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import filelock
    import polars as pl
    import pyarrow as pa

PREFIX: Final = "pb2b-work-"
_ROWS: Final = f"{PREFIX}rows-"
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NO_ROOM_TEXT: Final = ("No space left", "File too large", "Disk quota", "os error 28", "os error 27")
"""How polars reports a full disk: its errors have no number."""


def work_path(work: Any) -> Path:
    """Return the path of a work folder.

    Raises:
        CleanupError: It is not a path.
    """
    # An empty text would be the current folder.
    with suppress(TypeError, RuntimeError):
        if not isinstance(work, str) or work:
            return Path(work).expanduser()
    raise CleanupError("work= must be the path of a folder", repair='pass work="scratch/"')


def lazy_frame(df: Any) -> pl.LazyFrame | None:
    """Return the ``polars.LazyFrame`` that a value is or that narwhals wraps; ``None`` for others."""
    native = nw.to_native(df, pass_through=True)
    if not nw.dependencies.is_polars_lazyframe(native):
        return None
    check_engine("polars")
    found: pl.LazyFrame = native
    return found


def collect_into(work: Path, rows: pl.LazyFrame) -> pl.DataFrame:
    """Return the rows of a lazy frame, read once and in portions, from a file that has no name any more.

    Args:
        work: The user's work folder; created if its parent exists.
        rows: The lazy frame.

    Raises:
        CleanupError: The folder cannot be written to, or the frame cannot be collected.
    """
    import polars as pl
    import pyarrow as pa

    with private_folder(work, f"{_ROWS}{secrets.token_hex(8)}") as folder:
        try:
            rows.sink_ipc(
                folder / "rows", compression="uncompressed", compat_level=pl.CompatLevel.newest(), maintain_order=True
            )
        except (pl.exceptions.PolarsError, OSError) as problem:
            if any(sign in str(problem) for sign in NO_ROOM_TEXT):
                raise no_room() from None
            raise CleanupError(
                f"the LazyFrame cannot be collected ({type(problem).__name__})",
                repair="call .collect() and correct what it reports",
            ) from None
        try:
            return read_mapped(folder / "rows")
        except pa.ArrowException:
            raise CleanupError(
                "a column of the LazyFrame has a type that a file of the work folder cannot hold",
                repair="cast it, for example integers of 128 bits to pl.Int64, or leave it out",
            ) from None


def write_into(work: Path, parts: Iterable[Sequence[pl.DataFrame]]) -> list[pl.DataFrame]:
    """Return tables that come in parts, from files like that of :func:`collect_into`.

    Args:
        work: The user's work folder; created if its parent exists.
        parts: The same number of tables for each part, at least one part. A column has one type in all parts, or types
            that polars has a common type for.

    Raises:
        CleanupError: The folder cannot be written to.
    """
    import polars as pl

    found: list[list[pl.DataFrame]] = []
    with private_folder(work, f"{_ROWS}{secrets.token_hex(8)}") as folder:
        for number, tables in enumerate(parts):
            found.append([])
            for place, table in enumerate(tables):
                path = folder / f"{number}-{place}"
                if not table.is_empty():
                    write_tables(path, [compact(table)])
                found[-1].append(table if table.is_empty() else read_mapped(path))
    return [pl.concat(column, how="vertical_relaxed") for column in zip(*found, strict=True)]


def read_mapped(path: Path) -> pl.DataFrame:
    """Return the table of an Arrow file, whose pages are read when they are used."""
    import polars as pl
    import pyarrow as pa

    with pa.memory_map(str(path)) as source:
        return pl.DataFrame(pl.from_arrow(pa.ipc.open_file(source).read_all(), rechunk=False))


def write_tables(path: Path, tables: Iterable[pa.Table]) -> None:
    """Write tables of one schema, at least one, as the batches of an Arrow file."""
    import pyarrow as pa

    tables = iter(tables)
    first = next(tables)
    with writing():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with writing(), os.fdopen(descriptor, "wb") as sink, pa.ipc.new_file(sink, first.schema) as writer:
        writer.write_table(first)
        for table in tables:
            writer.write_table(table)


def compact(table: pl.DataFrame) -> pa.Table:
    """Return a table with the texts of its own rows only: the views of a portion refer to the texts of all rows."""
    import polars as pl
    import pyarrow as pa

    found = table.to_arrow(compat_level=pl.CompatLevel.oldest())
    return found.cast(pa.schema([field.with_type(_with_views(field.type)) for field in found.schema]))


def _with_views(kind: pa.DataType) -> pa.DataType:
    import pyarrow as pa

    if pa.types.is_large_string(kind):
        return pa.string_view()
    return pa.large_list(_with_views(kind.value_type)) if pa.types.is_large_list(kind) else kind


@contextmanager
def private_folder(work: Path, name: str) -> Iterator[Path]:
    """Create a private folder in the user's work folder, or take over the one that a kill left, and delete it."""
    import filelock

    folder = work / name
    created = not work.exists()
    with writing():
        work.mkdir(mode=0o700, exist_ok=True)
        # While a frame is read, its rows are not known: finished stages may be of them.
        for other in work.glob(f"{_ROWS}*" if name.startswith(_ROWS) else f"{PREFIX}*"):
            if other.is_dir() and other.name != name:
                with suppress(filelock.Timeout), _lock_of(other):  # unless a process uses it
                    shutil.rmtree(other, ignore_errors=True)
                    Path(f"{other}.lock").unlink(missing_ok=True)
        lock = _lock_of(folder)
        try:
            lock.acquire()
        except filelock.Timeout:
            raise CleanupError(
                "another process computes the same rows in this work folder",
                repair="wait until it is done, or pass another folder as work=",
            ) from None
    try:
        with writing():
            folder.mkdir(mode=0o700, exist_ok=True)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()
        with suppress(OSError):
            Path(lock.lock_file).unlink()
        if created:
            with suppress(OSError):  # another computation is in it
                work.rmdir()


def _lock_of(folder: Path) -> filelock.BaseFileLock:
    import filelock

    return filelock.FileLock(f"{folder}.lock", timeout=0, mode=0o600, thread_local=False)


@contextmanager
def writing() -> Iterator[None]:
    """Turn errors of the file system into errors of this package."""
    try:
        yield
    except OSError as problem:
        if problem.errno in _NO_ROOM:
            raise no_room() from None
        raise CleanupError(
            f"the work folder cannot be used ({os.strerror(problem.errno or 0)})",
            repair="pass work= a folder that exists, or whose parent exists, and to which this user may write",
        ) from None


def no_room() -> CleanupError:
    """Return the error for a disk that is full."""
    return CleanupError(
        "there is no room in the work folder",
        repair="pass work= a folder on a larger disk: a million rows need about 2 GB while they are compared",
    )
