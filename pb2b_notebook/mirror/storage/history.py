"""The history of a resource: each replaced or removed row with the time and the version that ended it.

The history is a separate table, written just before the commit that replaces the rows. If the writer is killed in
between, the next sync removes what that commit would have ended, and finds the same change again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mirror.storage.comparison import Changes

ENDED_AT: Final = "_ended_at"
"""Column with the start of the sync that ended the row, by the service's clock."""

ENDED_BY: Final = "_ended_by"
"""Column with the first version of the table without the row."""

EXISTED: Final = "_existed"
"""Column that is false for a new id, which had no row before."""

COLUMNS: Final = (ENDED_AT, ENDED_BY, EXISTED)
_IGNORED_FIELDS: Final = frozenset({"id", "updated_at", "object"})


def history_rows(before: pl.DataFrame, inserted: pl.Series, *, at: int, by: int) -> pl.DataFrame:
    """Return the history rows of one commit.

    Args:
        before: Rows that the commit replaces or removes.
        inserted: Ids that the commit adds.
        at: Start of the sync in µs.
        by: Version that the commit creates.
    """
    absent = pl.DataFrame({"id": inserted}).with_columns(pl.lit(value=False).alias(EXISTED))
    rows = pl.concat([before.with_columns(pl.lit(value=True).alias(EXISTED)), absent], how="diagonal")
    return rows.with_columns(
        pl.lit(at, pl.Int64).cast(pl.Datetime("us", "UTC")).alias(ENDED_AT), pl.lit(by, pl.Int64).alias(ENDED_BY)
    )


def history_of_changes(changes: Changes, *, at: int, by: int) -> pl.DataFrame:
    """Return the history rows for the changes of a batch."""
    return history_rows(changes.before, changes.inserted["id"], at=at, by=by)


def rows_before(current: pl.LazyFrame, former: pl.LazyFrame) -> pl.LazyFrame:
    """Return the rows at an earlier time or version.

    Args:
        current: Current rows.
        former: History rows that ended after that time or version.
    """
    first = _earliest(former)
    names = current.collect_schema().names()
    there = first.filter(pl.col(EXISTED)).drop(COLUMNS)
    return pl.concat([current.join(first, on="id", how="anti"), there], how="diagonal").select(names)


def differences(current: pl.DataFrame, former: pl.LazyFrame) -> pl.DataFrame:
    """Return the differences between an earlier time and now, field by field.

    Args:
        current: Current rows, at least those whose ids are in ``former``.
        former: History rows that ended after the earlier time.

    Returns:
        One row for each changed field: id, change ("created", "changed", "deleted" or "removed"), field, before, after
        (both as text; lists and records as JSON) and updated_at. A created or removed row has one row without a field.
    """
    first = _earliest(former).collect()
    there = first.filter(pl.col(EXISTED)).drop(COLUMNS)
    fresh = first.filter(~pl.col(EXISTED)).select("id")
    created = current.join(fresh, on="id", how="semi", maintain_order="left")
    removed = there.join(current, on="id", how="anti", maintain_order="left")
    now = current.join(there, on="id", how="semi", maintain_order="left")
    then = now.select("id").join(there, on="id", how="left", maintain_order="left")
    parts = [_row_change(created, "created"), _row_change(removed, "removed")]
    parts += [_field_changes(then, now, name) for name in now.columns if name not in _IGNORED_FIELDS]
    return pl.concat(parts, how="vertical").sort("updated_at", "id", nulls_last=False, maintain_order=True)


def _earliest(former: pl.LazyFrame) -> pl.LazyFrame:
    return former.sort(ENDED_BY, maintain_order=True).unique("id", keep="first", maintain_order=True)


def _row_change(rows: pl.DataFrame, change: str) -> pl.DataFrame:
    none = pl.lit(None, pl.String)
    return rows.select(
        "id",
        pl.lit(change).alias("change"),
        none.alias("field"),
        none.alias("before"),
        none.alias("after"),
        _update_time(rows).alias("updated_at"),
    )


def _field_changes(then: pl.DataFrame, now: pl.DataFrame, name: str) -> pl.DataFrame:
    before = then[name] if name in then.columns else pl.Series(name, [None] * len(now), now[name].dtype)
    differs = before.ne_missing(now[name])
    after, before = now[name].filter(differs), before.filter(differs)
    gone = after.is_not_null() & before.is_null() if name == "deleted_at" else pl.Series([False] * len(after))
    return pl.DataFrame(
        {
            "id": now["id"].filter(differs),
            "change": pl.Series(["deleted" if is_gone else "changed" for is_gone in gone], dtype=pl.String),
            "field": pl.Series([name] * len(after), dtype=pl.String),
            "before": as_texts(before),
            "after": as_texts(after),
            "updated_at": now.select(_update_time(now).alias("updated_at")).to_series().filter(differs),
        }
    )


def _update_time(rows: pl.DataFrame) -> Any:
    none = pl.lit(None, pl.Datetime("us", "UTC"))
    return pl.col("updated_at") if "updated_at" in rows.columns else none


def as_texts(values: pl.Series) -> pl.Series:
    """Return the values as text: times in ISO 8601, lists and records as JSON."""
    if values.dtype == pl.String:
        return values
    if isinstance(values.dtype, pl.Datetime):
        return values.dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
    if values.dtype.is_nested():
        return pl.Series(values.name, list(_json(values.to_list())), pl.String)
    return values.cast(pl.String)


def _json(values: Iterable[Any]) -> Iterable[str | None]:
    return (None if value is None else json.dumps(value, ensure_ascii=False, default=str) for value in values)
