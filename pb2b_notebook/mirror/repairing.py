"""Repair of damaged tables: go back to the latest sound version, or delete what only the service can give again.

A sync then reads what is missing. Nothing that is intact is touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from pb2b_notebook.mirror.storage.locations import Location, holds_table
from pb2b_notebook.mirror.storage.pruning import settle_history
from pb2b_notebook.mirror.storage.tables import Table
from pb2b_notebook.mirror.sync.snapshots import TAKEN_AT
from pb2b_notebook.mirror.verification import Damage, find_damage, find_history_damage, has_history
from pb2b_notebook.openapi.operations import fields_of

REPAIRS: Final = fields_of("resource text, part text, problem text, action text, lost text")


@dataclass(frozen=True, slots=True)
class Repair:
    """What was done about one damage.

    Attributes:
        resource: Name of the resource.
        part: "rows", or "history" for the former rows.
        problem: Problem of the table.
        action: What was done.
        lost: What cannot be had again; ``None`` if nothing is lost.
    """

    resource: str
    part: Literal["rows", "history"]
    problem: str
    action: str
    lost: str | None = None


def repair(location: Location, table: Table, former: Table) -> Iterator[Repair]:
    """Repair the tables of one resource and yield what was done. The caller holds the writer's lock and syncs then.

    Raises:
        MirrorError: The folder cannot be read or written, or the table is of another workspace.
    """
    had_history = has_history(table, former)
    damage = find_damage(table)
    if damage is not None:
        action = _go_back(table, damage)
        if action is None:
            lost = _loss_text(table, had_history=had_history)
            location.remove_resource(table.resource)
            yield Repair(table.resource, "rows", damage.problem, "read again", lost)
            return
        yield Repair(table.resource, "rows", damage.problem, action)
    if not has_history(table, former):
        return
    damage = find_history_damage(table, former)
    if damage is not None and not (damage.log and damage.log.checkpoint):
        begin_history(location, table)
        lost = "the history so far"
        yield Repair(table.resource, "history", damage.problem, "the history begins again", lost)
        return
    if damage is not None:
        yield Repair(table.resource, "history", damage.problem, _go_back(former, damage) or "")
    settle_history(table, former)


def begin_history(location: Location, table: Table) -> None:
    """Delete the history of a table, so that it begins with the latest complete sync."""
    state = table.state()
    table.commit_state({"since": state.watermark or 0, "origin": table.version + 1, "history": 0})
    location.remove_history(table.resource)


def _go_back(table: Table, damage: Damage) -> str | None:
    """Return what was done if the table is intact after going back to its latest sound version; else ``None``."""
    if damage.log is None or damage.log.sound is None:
        return None
    table.cut_back(damage.log)
    if find_damage(table) is not None:
        return None
    return "deleted the copy" if damage.log.checkpoint else f"went back to version {damage.log.sound}"


def _loss_text(table: Table, *, had_history: bool) -> str | None:
    """Return what the service cannot give again."""
    if had_history:
        return "the history so far"
    return "the dated rows so far" if _has_snapshots(table) else None


def _has_snapshots(table: Table) -> bool:
    from pb2b_notebook.errors import MirrorError

    try:
        return holds_table(table.path) and TAKEN_AT in table.polars_schema()
    except MirrorError:
        return False
