"""One row an object: a listing that is read while its objects change names some of them twice."""

from __future__ import annotations

from typing import Any


def newest_by_id(table: Any) -> Any:
    """The table with the last row of each ``id``, in the order of these rows; rows without an id all stay.

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
    rows = pa.table({"id": ids, "row": pa.array(range(len(ids)), pa.int64())})
    last = rows.filter(pc.is_valid(rows["id"])).group_by("id").aggregate([("row", "max")])["row_max"]
    without = rows.filter(pc.is_null(rows["id"]))["row"]
    kept = pa.chunked_array([*last.chunks, *without.chunks], pa.int64())
    return table.take(kept.take(pc.sort_indices(kept)))
