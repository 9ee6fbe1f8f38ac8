"""Compare received rows with stored rows: which are new, newer or unchanged. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pb2b_notebook.lazy_libraries import pl


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes of a batch to the stored rows.

    Attributes:
        inserted: Rows with new ids, as a polars DataFrame with the stored names.
        updated: Rows that replace stored rows.
        before: Stored rows that they replace, in the same order.
    """

    inserted: pl.DataFrame
    updated: pl.DataFrame
    before: pl.DataFrame

    @property
    def empty(self) -> bool:
        """Whether the stored rows stay the same."""
        return self.inserted.is_empty() and self.updated.is_empty()


def compare(came: pl.DataFrame, stored: pl.DataFrame) -> Changes:
    """Return the new rows of a batch and those that replace a stored row.

    The row with the newest ``updated_at`` wins. Of rows with equal times the later one wins if it differs. A batch may
    contain a row twice, because it changed between two pages.

    Args:
        came: Rows of one batch in the order received, with all stored columns; rows without an id are dropped.
        stored: Stored rows with these ids, at most one for each id.

    >>> import polars as pl
    >>> came = pl.DataFrame({"id": ["a", "b", "b"], "updated_at": [1, 5, 6], "score": [1, 2, 3]})
    >>> stored = pl.DataFrame({"id": ["a", "b"], "updated_at": [1, 4], "score": [1, 1]})
    >>> changes = compare(came, stored)
    >>> changes.updated.rows(), changes.before.rows(), changes.inserted.height
    ([('b', 6, 3)], [('b', 4, 1)], 0)
    """
    newest = _newest(came.filter(pl.col("id").is_not_null()) if came["id"].null_count() else came)
    if stored.is_empty():
        return Changes(newest, newest.clear(), stored)
    known = newest.join(stored, on="id", how="semi", maintain_order="left")
    inserted = newest.join(stored, on="id", how="anti", maintain_order="left")
    before = known.select("id").join(stored, on="id", how="left", maintain_order="left").select(stored.columns)
    replaced = _is_replaced(known, before)
    return Changes(inserted, known.filter(replaced), before.filter(replaced))


def equal_rows(one: pl.DataFrame, other: pl.DataFrame) -> pl.Series:
    """Return, for each row, whether both frames have the same values in their common columns."""
    columns = [name for name in one.columns if name in other.columns]
    beside = pl.concat([one.select(columns), other.select(pl.col(columns).name.prefix("\0"))], how="horizontal")
    same = pl.all_horizontal([pl.col(name).eq_missing(pl.col(f"\0{name}")) for name in columns])
    return beside.select(same.alias("same")).to_series()


def _newest(came: pl.DataFrame) -> pl.DataFrame:
    """Return the last of the newest rows of each id, in the order of the batch."""
    if came["id"].n_unique() == came.height:
        return came
    if "updated_at" in came.columns:
        # The sort is stable: of rows with equal times, the later one is last.
        came = came.with_row_index("\0at").sort("updated_at", nulls_last=False, maintain_order=True)
        newest = came.unique("id", keep="last", maintain_order=True).sort("\0at")
        return newest.drop("\0at")
    return came.unique("id", keep="last", maintain_order=True)


def _is_replaced(known: pl.DataFrame, before: pl.DataFrame) -> Any:
    """Return which known rows differ from the stored row and are not older."""
    differs = ~equal_rows(known, before)
    if "updated_at" not in known.columns:
        return differs
    older = (known["updated_at"] < before["updated_at"]).fill_null(value=False)
    return differs & ~older
