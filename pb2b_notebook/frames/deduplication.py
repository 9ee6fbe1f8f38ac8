"""Keep one row for each object: a listing that is read while its objects change has some of them twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pb2b_notebook.frames.arrow_numbers import numbers
from pb2b_notebook.frames.distinct_texts import column_is_distinct
from pb2b_notebook.lazy_libraries import pa, pc


def newest_by_id(table: Any, *, newest_first: bool = False) -> Any:
    """Return the table with the newest row of each ``id``, in the order of these rows; rows without an id stay.

    The newest row has the latest ``updated_at``. Of rows with the same or no ``updated_at``, it is the last one, or the
    first one with ``newest_first``.

    Args:
        table: A ``pyarrow.Table``; without a column ``id`` it is returned unchanged.
        newest_first: Whether rows are in descending order of their last change.

    >>> import pyarrow as pa
    >>> newest_by_id(pa.table({"id": ["a", "b", "a"], "score": [1, 2, 3]})).to_pydict()
    {'id': ['b', 'a'], 'score': [2, 3]}
    """
    if "id" not in table.column_names:
        return table
    ids = table["id"]
    if column_is_distinct(ids) or len(pc.unique(ids)) == len(ids):  # half the time of counting them
        return table
    counted = pc.value_counts(ids)
    once = numbers(pa.int64(), "q", [1])[0]
    repeated = counted.field("values").filter(pc.greater(counted.field("counts"), once)).drop_null()
    if not len(repeated):
        return table
    found = pc.indices_nonzero(pc.is_in(ids, value_set=repeated))
    rows = found.to_pylist()
    # Times have milliseconds: two states of one row may have the same.
    later = [-row for row in rows] if newest_first else rows
    older = _older_rows(rows, ids.take(found).to_pylist(), zip(_change_times(table, found), later, strict=True))
    return table.filter(pc.invert(pc.is_in(_row_numbers(table), value_set=older)))


def sort_by_change(table: Any, *, newest_first: bool) -> Any:
    """Return the table in order of the last change; where ``updated_at`` is null, by ``created_at``.

    >>> import datetime as dt, pyarrow as pa
    >>> days = [dt.datetime(2026, 3, day) for day in (1, 3, 2)]
    >>> sort_by_change(pa.table({"id": ["a", "b", "c"], "updated_at": days}), newest_first=True)["id"].to_pylist()
    ['b', 'c', 'a']
    """
    times = [table[name] for name in ("updated_at", "created_at") if name in table.column_names]
    times = [column for column in times if pa.types.is_timestamp(column.type)]
    if not times:
        return table
    keys = pa.table({"time": pc.coalesce(*times), "row": _row_numbers(table)})
    order = "descending" if newest_first else "ascending"
    return table.take(pc.sort_indices(keys, sort_keys=[("time", order), ("row", order)]))


def _older_rows(rows: list[int], ids: list[str], states: Iterable[tuple[int, int]]) -> Any:
    """Return those of some rows with repeated ids that are not the newest of their id."""
    newest: dict[str, tuple[tuple[int, int], int]] = {}
    for row_id, state in zip(ids, zip(states, rows, strict=True), strict=True):
        newest[row_id] = max(state, newest.get(row_id, state))
    return numbers(pa.int64(), "q", sorted(set(rows) - {row for _, row in newest.values()}))


def _row_numbers(table: Any) -> Any:
    return numbers(pa.int64(), "q", range(table.num_rows))


def _change_times(table: Any, rows: Any) -> list[int]:
    """Return when these rows were changed last, as comparable numbers; 0 if unknown."""
    if "updated_at" not in table.column_names or not pa.types.is_timestamp(table["updated_at"].type):
        return [0] * len(rows)
    return [time or 0 for time in table["updated_at"].take(rows).cast(pa.int64()).to_pylist()]
