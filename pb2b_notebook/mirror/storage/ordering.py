"""The service's order of rows: by ``updated_at``, then by ``id``. Pure."""

from __future__ import annotations

from typing import Any, Final

from pb2b_notebook.lazy_libraries import pl

_KEYS: Final = ("updated_at", "id")


def sort_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows in order. Rows at the beginning that are already sorted are not moved.

    Sorting a million rows takes as long as reading them, and rows that became visible late follow few newer ones.

    >>> import polars as pl
    >>> sort_rows(pl.DataFrame({"id": ["a", "b", "d", "c"], "updated_at": [1, 2, 3, 3]}))["id"].to_list()
    ['a', 'b', 'c', 'd']
    """
    keys = [name for name in _KEYS if name in rows.columns]
    settled = _sorted_prefix(rows.select(keys)) if keys else rows.height
    if settled == rows.height:
        return rows
    behind = rows[settled:].sort(keys, nulls_last=False, maintain_order=True)
    return pl.concat([rows[:settled], behind], rechunk=False) if settled else behind


def _sorted_prefix(keys: pl.DataFrame) -> int:
    """Return the number of rows at the beginning that are already in order."""
    first, *others = keys.get_columns()
    if first.null_count():
        return 0
    count = len(first)
    if not first.is_sorted():
        least_behind = first.cum_min(reverse=True)
        misplaced = int((first > least_behind).arg_true()[0])
        # Rows with the time that belongs here may be further ahead.
        count = _start_of(first[:misplaced], least_behind[misplaced])
    return _before_unordered_ties(first[:count], others)


def _before_unordered_ties(first: pl.Series, others: list[pl.Series]) -> int:
    """Return the number of rows before the first time whose rows are not sorted by id."""
    count = len(first)
    tied = (first[1:] == first[:-1]).arg_true()
    for other in others if len(tied) else ():
        wrong = (other[:count].gather(tied + 1) < other[:count].gather(tied)).arg_true()
        if len(wrong):
            return _start_of(first, first[int(tied[int(wrong[0])])])
    return count


def _start_of(rising: pl.Series, value: Any) -> int:
    """Return the index of the first row with a value, or where it would be inserted."""
    return int(rising.search_sorted(value, side="left"))
