"""Verification: every file of every table exists, can be read to its end, and has each id once.

Nothing is changed. Each problem comes with its repair.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from pb2b_notebook.errors import MirrorDamagedError, MirrorError, NotMirroredError
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mirror.storage.locations import Location
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
        yield _finding(table, "rows", unique=True)
        if former.path.is_dir():
            yield _finding(former, "history", unique=False)
    for name in location.uncommitted_folders():
        yield Finding(
            name,
            "rows",
            ok=False,
            problem="nothing is committed here: the first sync was interrupted, or the log was deleted",
            repair=f"ws.mirror.sync({name!r}) reads the table again",
        )


def _finding(table: Table, part: Literal["rows", "history"], *, unique: bool) -> Finding:
    missing = _missing_commit(table.path)
    if missing is not None:
        return _damaged_finding(table, part, f"commit {missing} is missing from the log", _read_again(table, part))
    broken = _broken_commit(table.path)
    if broken is not None:
        return _damaged_finding(
            table,
            part,
            f"the last commit of the log, {broken.name}, is incomplete",
            f"delete that file of _delta_log to restore the commit before it; or {_read_again(table, part)}",
        )
    try:
        files = table.sizes()
        problem = next((found for path, size in files.items() for found in _file_problems(table.path / path, size)), "")
        rows = None if problem else table.row_count()
        if not problem and unique:
            problem = _duplicate_ids(table)
    except (MirrorDamagedError, NotMirroredError) as error:
        return _damaged_finding(table, part, error.message, _read_again(table, part))
    except MirrorError as error:
        return _damaged_finding(table, part, error.message, error.repair)
    if problem:
        return _damaged_finding(table, part, problem, f"put the file back from a backup, or {_read_again(table, part)}")
    return Finding(table.resource, part, ok=True, rows=rows, files=len(files))


def _damaged_finding(table: Table, part: Literal["rows", "history"], problem: str, repair: str) -> Finding:
    return Finding(table.resource, part, ok=False, problem=problem, repair=repair)


def _read_again(table: Table, part: str) -> str:
    name = table.resource
    if part == "history":
        return f'ws.mirror.drop({name!r}, part="history") starts the history again'
    return f"ws.mirror.drop({name!r}), then ws.mirror.sync({name!r})"


def _missing_commit(folder: Path) -> int | None:
    """Return the first missing commit of the log, if any; a checkpoint replaces all commits before it."""
    log = folder / "_delta_log"
    start = max((int(file.name[:20]) for file in log.glob("*.checkpoint*.parquet")), default=0)
    numbers = {int(file.stem) for file in log.glob("*.json") if file.stem.isdigit()}
    return next((number for number in range(start, max(numbers, default=start)) if number not in numbers), None)


def _broken_commit(folder: Path) -> Path | None:
    """Return the newest commit if it is not complete JSON, which a power cut may cause but a killed process cannot."""
    import json

    commits = sorted((folder / "_delta_log").glob("*.json"))
    if not commits:
        return None
    try:
        lines = commits[-1].read_text("utf-8").splitlines()
        actions = [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError):
        return commits[-1]
    return None if actions else commits[-1]


def _file_problems(path: Path, size: int) -> Iterator[str]:
    """Yield the problem of a file that is missing, has another size or cannot be read."""
    try:
        found = path.stat().st_size
    except OSError:
        yield f"the file {path.name} is missing"
        return
    if found != size:
        yield f"the file {path.name} has {found:,} bytes instead of {size:,}"
        return
    try:
        pl.scan_parquet(path, glob=False).select(pl.all().null_count()).collect()
    except (pl.exceptions.PolarsError, OSError):
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
