"""Rows of a table as frames: conditions and columns are pushed down into its files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pb2b_notebook.errors import InvalidParameterError, nearest
from pb2b_notebook.mirror.layout import as_frame, frame_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from pb2b_notebook.mirror.tables import Table

    Where = str | pl.Expr | Mapping[str, Any] | None


def frame(
    table: Table, stored: pl.LazyFrame, *, where: Where = None, columns: Sequence[str] | None = None, frame: str
) -> Any:
    """Rows as a frame with the contract's names and dtypes.

    Args:
        table: whose rows they are.
        stored: the rows under their stored names.
        where: SQL text, a polars expression or values by column.
        columns: only these, in this order.
        frame: "pandas" or "polars".

    Raises:
        InvalidParameterError: an unknown column, or a condition that is none.
    """
    return to_requested_frame(table, collect_rows(table, stored, where=where, columns=columns), frame)


def to_requested_frame(table: Table, found: pl.DataFrame, frame: str, *, flat: bool = False) -> Any:
    """Collected rows in the wanted library; ``flat`` gives lists and records as text."""
    import pyarrow as pa

    from pb2b_notebook import frames

    if frame == "polars" and not flat:
        return found
    stored = {frame_name(field): field for field in table.schema() or ()}
    schema = pa.schema([stored[name].with_name(name) for name in found.columns if name in stored])
    rows = as_frame(found.to_arrow(), schema)
    return frames.to_frame(frames.flatten_columns(rows) if flat else rows, frame)


def current_rows(table: Table, *, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """The current rows as a polars frame under the frame's names."""
    return collect_rows(table, table.snapshot(), columns=columns)


def collect_rows(
    table: Table, stored: pl.LazyFrame, *, where: Where = None, columns: Sequence[str] | None = None
) -> pl.DataFrame:
    """Rows as a polars frame under the frame's names; conditions and columns are pushed down."""
    lazy = with_frame_names(stored, table)
    if where is not None:
        lazy = lazy.filter(_check_condition(condition(where, lazy.collect_schema().names()), lazy))
    if columns is not None:
        lazy = lazy.select(check_columns(columns, lazy.collect_schema().names()))
    with table.typed_errors():
        return lazy.collect()


def _check_condition(condition: pl.Expr, rows: pl.LazyFrame) -> pl.Expr:
    """The condition, if it is one over these columns: what fails on the rows themselves is another matter.

    Raises:
        InvalidParameterError: it is none.
    """
    import polars as pl

    try:
        rows.collect_schema().to_frame().filter(condition)
    except pl.exceptions.PolarsError:
        raise _invalid_condition() from None
    return condition


def scan(table: Table) -> pl.LazyFrame:
    """The table's rows lazily, under the frame's names, as they are in this version."""
    return with_frame_names(table.snapshot(), table)


def with_frame_names(lazy: pl.LazyFrame, table: Table) -> pl.LazyFrame:
    """The rows under the frame's names."""
    names = table.names()
    return lazy.rename(names) if names else lazy


def condition(where: Where, names: Sequence[str]) -> pl.Expr:
    """The polars expression of a condition.

    Raises:
        InvalidParameterError: it is none, or names an unknown column.
    """
    import polars as pl

    if isinstance(where, pl.Expr):
        return where
    if isinstance(where, Mapping):
        check_columns(list(where), names)
        each = [
            pl.col(name).is_in([v for v in value if v is not None])
            if isinstance(value, list | tuple | set)
            else pl.col(name).eq_missing(pl.lit(value))
            for name, value in where.items()
        ]
        return pl.all_horizontal(each) if each else pl.lit(value=True)
    if not isinstance(where, str):
        raise InvalidParameterError(f"where is a condition, not {type(where).__name__}", repair=_FORMS)
    try:
        return pl.sql_expr(where)
    except pl.exceptions.PolarsError:
        raise _invalid_condition() from None


def check_columns(columns: Sequence[str], names: Sequence[str]) -> list[str]:
    """The columns, all of which are there.

    Raises:
        InvalidParameterError: one is not; the message suggests the nearest.
    """
    if isinstance(columns, str):
        raise InvalidParameterError("columns is a list of names", repair=f"columns=[{columns!r}]")
    for name in columns:
        if name not in names:
            raise InvalidParameterError(f"there is no column {name!r}", repair=nearest(str(name), names))
    return list(columns)


_FORMS = "such as where=\"status = 'new'\", where={'status': 'new'} or a polars expression"


def _invalid_condition() -> InvalidParameterError:
    return InvalidParameterError("where is no condition over this resource's columns", repair=_FORMS)
