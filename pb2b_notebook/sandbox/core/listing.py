"""Pages of a listing: keyset paging over one table (https://use-the-index-luke.com/no-offset)."""

from collections.abc import Sequence
from dataclasses import dataclass

from pb2b_notebook.sandbox.core.cursors import Position
from pb2b_notebook.sandbox.core.store import Scalar, Store, Table


@dataclass(frozen=True, slots=True)
class Condition:
    """An SQL expression with its parameters; the SQL never contains text from a client."""

    sql: str
    parameters: tuple[Scalar, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its objects as JSON text, and the position of the next page, if there is one."""

    rendered: list[str]
    next_position: Position | None


def read_page(
    store: Store,
    table: Table,
    workspace_id: str,
    conditions: Sequence[Condition],
    *,
    descending: bool,
    after: Position | None,
    limit: int,
) -> Page:
    """Return one page, ordered by ``updated_at`` and ``id`` in the same direction."""
    direction, beyond = ("DESC", "<") if descending else ("ASC", ">")
    place = [Condition(f"(updated_at, id) {beyond} (?, ?)", (after.updated_at, after.id))] if after else []
    where, parameters = _where(workspace_id, [*conditions, *place])
    rows = store.execute(
        f"SELECT updated_at, id, doc FROM {table.name} WHERE {where}"  # noqa: S608 - see Condition
        f" ORDER BY updated_at {direction}, id {direction} LIMIT ?",
        (*parameters, limit + 1),
    )
    page_rows = rows[:limit]
    more = len(rows) > limit
    return Page([row[2] for row in page_rows], Position(page_rows[-1][0], page_rows[-1][1]) if more else None)


def count(store: Store, table: Table, workspace_id: str, conditions: Sequence[Condition]) -> int:
    """Return the number of objects on all pages."""
    where, parameters = _where(workspace_id, conditions)
    rows = store.execute(f"SELECT count(*) FROM {table.name} WHERE {where}", parameters)  # noqa: S608 - see Condition
    total: int = rows[0][0]
    return total


def _where(workspace_id: str, conditions: Sequence[Condition]) -> tuple[str, list[Scalar]]:
    everything = [Condition("workspace_id = ?", (workspace_id,)), *conditions]
    sql = " AND ".join(f"({condition.sql})" for condition in everything)
    return sql, [parameter for condition in everything for parameter in condition.parameters]
