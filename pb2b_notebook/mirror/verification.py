"""Whether a mirror is whole: every file of every table is there, reads to its end, and holds each id once.

Nothing is changed. What is wrong comes with how to mend it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from pb2b_notebook.errors import MirrorDamagedError, MirrorError, NotMirroredError
from pb2b_notebook.mirror.snapshots import TAKEN_AT
from pb2b_notebook.openapi.operations import Field

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pb2b_notebook.mirror.locations import Location
    from pb2b_notebook.mirror.tables import Table

FINDINGS: Final = (
    Field("resource", "text"),
    Field("part", "text"),
    Field("ok", "boolean"),
    Field("rows", "integer"),
    Field("files", "integer"),
    Field("problem", "text"),
    Field("repair", "text"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one table.

    Attributes:
        resource: its name.
        part: "rows", or "history" for the former rows.
        ok: whether it is whole.
        rows: that it holds; ``None`` where that cannot be told.
        files: that they are in.
        problem: what is wrong; ``None`` if nothing is.
        repair: what mends it.
    """

    resource: str
    part: Literal["rows", "history"]
    ok: bool
    rows: int | None = None
    files: int | None = None
    problem: str | None = None
    repair: str | None = None


def verify_tables(location: Location, tables: Iterator[tuple[Table, Table]]) -> Iterator[Finding]:
    """Look through all tables of a mirror.

    Args:
        location: of the mirror.
        tables: of each resource the current rows and the former ones.
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
            problem="nothing was committed here: a first sync did not come so far, or the table is half deleted",
            repair=f"ws.mirror.sync({name!r}) reads it anew",
        )


def _finding(table: Table, part: Literal["rows", "history"], *, unique: bool) -> Finding:
    missing = _missing_commit(table.path)
    if missing is not None:
        return _damaged_finding(table, part, f"the log lacks commit {missing}", _read_again(table, part))
    broken = _broken_commit(table.path)
    if broken is not None:
        return _damaged_finding(
            table,
            part,
            f"the log's last commit, {broken.name}, is cut off",
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
        return f'ws.mirror.drop({name!r}, part="history"): the history then begins anew'
    return f"ws.mirror.drop({name!r}), then ws.mirror.sync({name!r})"


def _missing_commit(folder: Path) -> int | None:
    """The first commit that is missing between those that are there; a checkpoint stands for all before it."""
    log = folder / "_delta_log"
    start = max((int(file.name[:20]) for file in log.glob("*.checkpoint*.parquet")), default=0)
    numbers = {int(file.stem) for file in log.glob("*.json") if file.stem.isdigit()}
    return next((number for number in range(start, max(numbers, default=start)) if number not in numbers), None)


def _broken_commit(folder: Path) -> Path | None:
    """The newest file of the log, if it is not JSON to its end: a power cut may leave it so, a killed process not."""
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
    """What is wrong with one file: it is missing, cut, or does not read."""
    import polars as pl

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
        yield f"the file {path.name} does not read to its end"


def _duplicate_ids(table: Table) -> str:
    """Whether an id is there twice or missing, for tables of objects with ids."""
    if TAKEN_AT in table.polars_schema() or "id" not in table.polars_schema():
        return ""
    with table.typed_errors():
        ids = table.snapshot().select("id").collect().to_series()
    doubled: Any = len(ids) - ids.n_unique()
    if doubled or ids.null_count():
        return f"{doubled or ids.null_count():,} rows have an id that another row has, or none"
    return ""
