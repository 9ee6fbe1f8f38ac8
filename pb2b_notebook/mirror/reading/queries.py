"""Rows of a table as frames. Conditions and columns are pushed down into the files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pb2b_notebook.errors import InvalidParameterError, nearest
from pb2b_notebook.lazy_libraries import pa, pl
from pb2b_notebook.mirror.storage.layout import as_frame, frame_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pb2b_notebook.mirror.storage.tables import Table

    Where = str | pl.Expr | Mapping[str, Any] | None


def frame(
    table: Table, stored: pl.LazyFrame, *, where: Where = None, columns: Sequence[str] | None = None, frame: str
) -> Any:
    """Return rows as a frame with the contract's names and dtypes.

    Args:
        table: Table of the rows.
        stored: Rows under their stored names.
        where: Condition as SQL text, a polars expression or values by column.
        columns: Names of the columns to return, in this order; by default all.
        frame: Library of the returned frame, "pandas" or "polars".

    Raises:
        InvalidParameterError: A column is unknown, or ``where`` is not a condition.
    """
    return to_requested_frame(table, collect_rows(table, stored, where=where, columns=columns), frame)


def to_requested_frame(table: Table, found: pl.DataFrame, frame: str, *, flat: bool = False) -> Any:
    """Return collected rows in the requested library; ``flat`` turns lists and records into text."""
    from pb2b_notebook import frames

    if frame == "polars" and not flat:
        return found
    stored = {frame_name(field): field for field in table.schema() or ()}
    schema = pa.schema([stored[name].with_name(name) for name in found.columns if name in stored])
    rows = as_frame(found.to_arrow(), schema)
    return frames.to_frame(frames.flatten_columns(rows) if flat else rows, frame)


def current_rows(table: Table, *, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """Return the current rows as a polars frame under the frame's names."""
    return collect_rows(table, table.snapshot(), columns=columns)


def collect_rows(
    table: Table, stored: pl.LazyFrame, *, where: Where = None, columns: Sequence[str] | None = None
) -> pl.DataFrame:
    """Return rows as a polars frame under the frame's names; conditions and columns are pushed down."""
    lazy = select_rows(with_frame_names(stored, table), where, columns)
    with table.typed_errors():
        return lazy.collect()


def select_rows(rows: pl.LazyFrame, where: Where, columns: Sequence[str] | None) -> pl.LazyFrame:
    """Return the rows that meet a condition, and the named columns; ``None`` for all."""
    if where is not None:
        rows = rows.filter(_check_condition(condition(where, rows.collect_schema().names()), rows))
    if columns is not None:
        rows = rows.select(check_columns(columns, rows.collect_schema().names()))
    return rows


def _check_condition(condition: pl.Expr, rows: pl.LazyFrame) -> pl.Expr:
    """Return the condition after checking it on the columns. It may still fail on a row."""
    try:
        rows.collect_schema().to_frame().filter(condition)
    except pl.exceptions.PolarsError:
        raise _invalid_condition() from None
    return condition


def scan(table: Table) -> pl.LazyFrame:
    """Return the rows of the latest version lazily, under the frame's names."""
    return with_frame_names(table.snapshot(), table)


def with_frame_names(lazy: pl.LazyFrame, table: Table) -> pl.LazyFrame:
    """Return the rows under the frame's names."""
    names = table.names()
    return lazy.rename(names) if names else lazy


def condition(where: Where, names: Sequence[str]) -> pl.Expr:
    """Return a condition as a polars expression.

    Raises:
        InvalidParameterError: ``where`` is not a condition, or a column is unknown.
    """
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
        raise InvalidParameterError(f"where must be a condition, not {type(where).__name__}", repair=_FORMS)
    try:
        return pl.sql_expr(where)
    except (pl.exceptions.PolarsError, UnicodeEncodeError):
        raise _invalid_condition() from None


def check_columns(columns: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return the columns after checking that they exist.

    Raises:
        InvalidParameterError: A column is unknown; the message suggests the nearest.
    """
    if isinstance(columns, str):
        raise InvalidParameterError("columns must be a list of names", repair=f"columns=[{columns!r}]")
    for name in columns:
        if name not in names:
            raise InvalidParameterError(f"unknown column {name!r}", repair=nearest(str(name), names))
    return list(columns)


_FORMS = "use where=\"status = 'new'\", where={'status': 'new'} or a polars expression"


def _invalid_condition() -> InvalidParameterError:
    return InvalidParameterError("where is not a condition on this resource's columns", repair=_FORMS)
