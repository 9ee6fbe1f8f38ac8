"""Pruning: delete history before a time, and files that no version needs; and settle what a killed writer left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pb2b_notebook.errors import MirrorError
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mirror.storage.commit_log import NOT_COMMITTED
from pb2b_notebook.mirror.storage.engine_errors import damaged_error
from pb2b_notebook.mirror.storage.history import ENDED_AT, ENDED_BY
from pb2b_notebook.mirror.storage.instants import to_datetime
from pb2b_notebook.mirror.storage.tables import Table
from pb2b_notebook.mirror.storage.versions import Version
from pb2b_notebook.openapi.operations import fields_of

PRUNE_REPORT: Final = fields_of(
    "resource text, history_rows_removed integer, bytes_freed integer, history_since datetime"
)


@dataclass(frozen=True, slots=True)
class PruneResult:
    """What was deleted for one resource."""

    resource: str
    history_rows_removed: int
    bytes_freed: int
    since: int | None


def prune(table: Table, former: Table, cut: int) -> PruneResult:
    """Delete the history before a time, merge small files, and delete files that no version needs.

    Args:
        table: Table of the current rows. Files that readers of the last hour may use are kept.
        former: Table of the history.
        cut: Time in µs; history rows that ended before it are deleted.
    """
    before = table.bytes_on_disk() + former.bytes_on_disk()
    state = table.state()
    removed = _delete_history_before(table, former, cut) if former.exists else 0
    table.compact()
    table.vacuum()
    if former.exists:
        former.compact()
        former.vacuum(at_once=True)
    since = table.state().since if removed else state.since
    after = table.bytes_on_disk() + former.bytes_on_disk()
    return PruneResult(table.resource, removed, max(0, before - after), since)


def _delete_history_before(table: Table, former: Table, cut: int) -> int:
    """Commit the new start first, so that a kill in between leaves more history than the state says, not less."""
    with former.typed_errors():
        old = former.snapshot().filter(pl.col(ENDED_AT) <= to_datetime(cut)).select(pl.col(ENDED_BY).max(), pl.len())
        last, count = old.collect().row(0)
    if not count:
        return 0
    state = table.state()
    table.commit_state({"since": max(cut, state.since or cut), "origin": max(last, state.origin or last)})
    former.remove(pl.col(ENDED_BY) <= last, seen=former.version)
    return int(count)


def settle_history(table: Table, former: Table) -> int:
    """Check that the history is whole, and remove rows of a commit that the table does not have.

    A writer that is killed just before that commit leaves them; in a store also one that lost to another writer.

    Returns:
        Version of the history that belongs to the table.

    Raises:
        MirrorDamagedError: The history has lost commits.
        CommitConflictError: Another writer committed first.
    """
    check_history(table, former)
    if not former.exists:
        return -1
    if former.shared:
        if former.copied:
            raise MirrorError(
                f"the table {table.resource} was copied into this object store from a folder, and can only be read",
                repair="sync into another URL of the store; the first sync there reads everything",
            )
        return former.restore(_own_version(table))
    with former.typed_errors():
        last = former.snapshot().select(pl.col(ENDED_BY).max()).collect().item()
    if last is not None and last > table.version:
        former.remove(pl.col(ENDED_BY) > table.version, seen=former.version)
    return former.version


def own_history(table: Table, former: Table) -> Version:
    """Return the version of the history that belongs to the table.

    In a store, writers that lost, or have not committed their rows yet, may have added to later versions.
    """
    return former.at(_own_version(table)) if former.shared and not former.copied else former.latest()


def _own_version(table: Table) -> int:
    return (table.state().history or 0) - 1


def check_history(table: Table, former: Table) -> None:
    """Check that the history has all commits that belong to the table, which its own log cannot show.

    Raises:
        MirrorDamagedError: The history has lost commits.
    """
    if problem := history_problem(table, former):
        raise damaged_error(table.resource, f"has a damaged history: {problem}")


def history_problem(table: Table, former: Table) -> str:
    """Return the problem of a history that has lost its latest commits; "" if it has all."""
    committed = table.state().history
    if committed is None:  # an earlier release did not count them
        return NOT_COMMITTED if former.path.is_dir() and not former.exists else ""
    lost = committed - former.version - 1
    return f"the latest {lost} commits are missing" if lost > 0 else ""
