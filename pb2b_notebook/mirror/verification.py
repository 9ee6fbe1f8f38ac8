"""Verification: every file of every table exists, can be read to its end, and has each id once.

Nothing is changed. Each problem comes with its repair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, Literal

from pb2b_notebook.errors import MirrorDamagedError, MirrorError
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mirror.storage.commit_log import NOT_COMMITTED, LogProblem, find_problem
from pb2b_notebook.mirror.storage.locations import Location, limit_error
from pb2b_notebook.mirror.storage.pruning import history_problem
from pb2b_notebook.mirror.storage.stores import Folder, StoreError, StorePath
from pb2b_notebook.mirror.storage.tables import Table
from pb2b_notebook.mirror.sync.snapshots import TAKEN_AT
from pb2b_notebook.openapi.operations import fields_of

FINDINGS: Final = fields_of(
    "resource text, part text, ok boolean, rows integer, files integer, problem text, repair text"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """The result for one table.

    Attributes:
        resource: Name of the resource.
        part: "rows", or "history" for the former rows.
        ok: Whether the table is intact.
        rows: Number of rows; ``None`` if it is unknown.
        files: Number of files.
        problem: Problem of the table; ``None`` if there is none.
        repair: Repair of the problem.
    """

    resource: str
    part: Literal["rows", "history"]
    ok: bool
    rows: int | None = None
    files: int | None = None
    problem: str | None = None
    repair: str | None = None


def verify_tables(location: Location, tables: Iterator[tuple[Table, Table]]) -> Iterator[Finding]:
    """Yield a finding for each table of a mirror.

    Args:
        location: Location of the mirror.
        tables: Tables of the current rows and of the former rows of each resource.
    """
    for table, former in tables:
        yield _finding(table, "rows", find_damage, table)
        if has_history(table, former):
            yield _finding(former, "history", find_history_damage, table, former)
    for name in location.uncommitted_folders():
        yield Finding(
            name,
            "rows",
            ok=False,
            problem=NOT_COMMITTED,
            repair=f"ws.mirror.repair({name!r}) reads the table again",
        )


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with a table.

    Attributes:
        problem: Problem of the table.
        log: The same problem if it is in the log.
    """

    problem: str
    log: LogProblem | None = None

    @property
    def sound(self) -> int | None:
        """Latest sound version of the table, if the log shows one."""
        return None if self.log is None else self.log.sound


def find_damage(table: Table) -> Damage | None:
    """Return what is wrong with a table of current rows; ``None`` if it is intact.

    Raises:
        MirrorError: The folder cannot be read, or the table is of another workspace; that is not damage.
    """
    return _find_damage(table, _duplicate_ids)


def find_history_damage(table: Table, former: Table) -> Damage | None:
    """Return what is wrong with a table of former rows; ``None`` if it is intact.

    Raises:
        MirrorError: The folder cannot be read, or the table is of another workspace; that is not damage.
    """

    def lost_commits(_: Table) -> str:
        try:
            return history_problem(table, former)
        except MirrorError:
            return ""  # the current rows are damaged, which is a finding of its own

    return _find_damage(former, lost_commits)


def has_history(table: Table, former: Table) -> bool:
    """Return whether there is a history, or should be one."""
    try:
        return former.exists or bool(history_problem(table, former))
    except MirrorError:
        return False


def _find_damage(table: Table, content_problem: Callable[[Table], str]) -> Damage | None:
    with table.typed_errors():
        log = find_problem(table.path)
    if log is not None:
        return Damage(log.text, log)
    try:
        with table.typed_errors():
            found = (text for path, size in table.sizes().items() for text in _file_problems(table.path / path, size))
            problem = next(found, "") or content_problem(table)
    except MirrorDamagedError as error:
        return Damage(error.message)
    return Damage(problem) if problem else None


def _finding(table: Table, part: Literal["rows", "history"], find: Callable[..., Damage | None], *of: Table) -> Finding:
    try:
        damage = find(*of)
    except MirrorError as error:
        return Finding(table.resource, part, ok=False, problem=error.message, repair=error.repair)
    if damage is not None:
        return Finding(table.resource, part, ok=False, problem=damage.problem, repair=_repair_text(table, part, damage))
    return Finding(table.resource, part, ok=True, rows=table.row_count(), files=len(table.sizes()))


def _repair_text(table: Table, part: Literal["rows", "history"], damage: Damage) -> str:
    call = f"ws.mirror.repair({table.resource!r})"
    if damage.log is not None and damage.log.checkpoint:
        return f"{call} deletes it; nothing is lost"
    if part == "history":
        return f"put the file back from a backup, or {call} starts the history again"
    if damage.sound is not None:
        return f"put the file back from a backup, or {call} goes back to version {damage.sound} and syncs"
    return f"put the file back from a backup, or {call} reads the table again and starts its history again"


def _file_problems(path: Folder, size: int) -> Iterator[str]:
    """Yield the problem of a file that is missing, has another size or cannot be read."""
    try:
        found = path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        yield f"the file {path.name} is missing"
        return
    if found != size:
        yield f"the file {path.name} has {found:,} bytes instead of {size:,}"
        return
    try:
        source = BytesIO(path.read_bytes()) if isinstance(path, StorePath) else path
        pl.scan_parquet(source, glob=False).select(pl.all().null_count()).collect()
    except StoreError:
        raise
    except (pl.exceptions.PolarsError, OSError) as problem:
        if limit := limit_error(problem):
            raise limit from None
        yield f"the file {path.name} cannot be read to its end"


def _duplicate_ids(table: Table) -> str:
    """Return the problem of a table in which an id is duplicate or missing."""
    if TAKEN_AT in table.polars_schema() or "id" not in table.polars_schema():
        return ""
    with table.typed_errors():
        ids = table.snapshot().select("id").collect().to_series()
    doubled: Any = len(ids) - ids.n_unique()
    if doubled or ids.null_count():
        return f"{doubled or ids.null_count():,} rows have a duplicate or missing id"
    return ""
