"""One row an object: a listing that is read while its objects change names some of them twice."""

from __future__ import annotations

from typing import Any


def newest_by_id(table: Any) -> Any:
    """The table with the newest row of each ``id``, in the order of these rows; rows without an id all stay.

    The newest is the one with the latest ``updated_at``, where that is a time; among equals, the last one. Its place
    alone does not tell: a service that pages over changing data may repeat an old state after a new one.

    Args:
        table: a ``pyarrow.Table``; without a column ``id`` it is returned as it is.

    >>> import pyarrow as pa
    >>> newest_by_id(pa.table({"id": ["a", "b", "a"], "score": [1, 2, 3]})).to_pydict()
    {'id': ['b', 'a'], 'score': [2, 3]}
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if "id" not in table.column_names:
        return table
    ids = table["id"]
    if pc.count_distinct(ids, mode="only_valid").as_py() == len(ids) - ids.null_count:
        return table
    rows = pa.table({"id": ids, "time": _times(table), "row": pa.array(range(len(ids)), pa.int64())})
    without = rows.filter(pc.is_null(rows["id"]))["row"]
    rows = rows.filter(pc.is_valid(rows["id"]))
    by_age = rows.sort_by([("time", "ascending"), ("row", "ascending")])
    newest = by_age.group_by("id", use_threads=False).aggregate([("row", "last")])["row_last"]
    kept = pa.chunked_array([*newest.chunks, *without.chunks], pa.int64())
    return table.take(kept.take(pc.sort_indices(kept)))


def _times(table: Any) -> Any:
    """When each row was changed, as a number; unknown is before everything."""
    import pyarrow as pa
    import pyarrow.compute as pc

    known = "updated_at" in table.column_names and pa.types.is_timestamp(table.schema.field("updated_at").type)
    times = table["updated_at"].cast(pa.int64()) if known else pa.nulls(table.num_rows, pa.int64())
    return pc.fill_null(times, -(2**63))
