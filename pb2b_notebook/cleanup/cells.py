"""Functions of a cell's value, called once for each distinct value instead of once for each row.

polars finds the distinct texts, whatever the library of the frame; few of them, and other values, are compared as
Python objects.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from pb2b_notebook.cleanup.frames import as_text_series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import narwhals as nw
    import polars as pl

    from pb2b_notebook.cleanup.frames import OpenFrame

Result = TypeVar("Result")

ROW: Final = "row position"
"""Name of the column of row positions; no lead field can have this name, because keys have no spaces."""
FEW_ROWS: Final = 40
"""Most rows of a frame whose texts are all judged one by one: expressions that leave most out would take longer."""


class Cells(NamedTuple):
    """Some cells of a column, none of them null.

    Attributes:
        rows: Row positions from 0; a ``polars.Series`` if the values are one.
        values: Values of these rows: a ``polars.Series`` of text, or a list.
    """

    rows: Any
    values: Any


def with_row_numbers(frame: OpenFrame, column: str) -> nw.DataFrame[Any]:
    """Return the cells of a text column that are not null, with their row positions."""
    import narwhals as nw

    cells = frame.text_or_values(column).alias(column)
    table: nw.DataFrame[Any] = nw.from_native(cells.to_frame(), eager_only=True).with_row_index(ROW)
    return table.filter(~nw.col(column).is_null()) if cells.null_count() else table


def take_cells(table: nw.DataFrame[Any], column: str) -> Cells:
    """Return the cells of a table that :func:`with_row_numbers` began."""
    return Cells(table[ROW].to_native(), table[column].to_native())


def map_distinct(
    cells: Cells, function: Callable[[Any, Any], Result | None], contexts: pl.Series | None = None
) -> Iterator[tuple[int, Any, Result]]:
    """Yield row, value and result for each cell with a result, in no particular order of rows.

    Args:
        cells: Cells to go through.
        function: Function of a value and its context, called once for each distinct pair; an empty result or ``None``
            is skipped.
        contexts: Context of every row of the frame, as text or null; without it the context is ``None``.
    """
    if isinstance(cells.values, list) or len(cells.values) <= FEW_ROWS:
        yield from _map_python_values(cells, function, contexts)
        return
    table = _table(cells.values, None if contexts is None else contexts.gather(cells.rows))
    distinct = table.unique()
    results = [function(*pair) for pair in _pairs(distinct)]
    places = [place for place, result in enumerate(results) if result]
    chosen = distinct[places].with_columns(_series("result", places))
    found = table.with_columns(cells.rows.alias(ROW)).join(chosen, on=table.columns, nulls_equal=True)
    for row, value, place in found.select(ROW, "value", "result").iter_rows():
        yield row, value, results[place]


def transform_distinct(
    values: Any, function: Callable[[Any, Any], str | None], contexts: pl.Series | None = None
) -> pl.Series:
    """Return the result of a function for each value that is text, null for the others.

    Args:
        values: Values of all rows: a ``polars.Series`` of text, or a list.
        function: Function of a text and its context, called once for each distinct pair.
        contexts: Context of every row, as text or null; without it the context is ``None``.

    >>> transform_distinct([" a", 5, " a"], lambda text, _: text.strip()).to_list()
    ['a', None, 'a']
    """
    import polars as pl

    if isinstance(values, list) or len(values) <= FEW_ROWS:
        return as_text_series(_transform_python_values(values, function, contexts))
    table = _table(values, contexts)
    distinct = table.unique()
    results = [None if value is None else function(value, context) for value, context in _pairs(distinct)]
    table_of_results = distinct.with_columns(pl.Series("result", results, dtype=pl.String))
    joined = table.join(table_of_results, on=table.columns, how="left", nulls_equal=True, maintain_order="left")
    return joined["result"]


def parts_after_at(values: Any, *, whole: bool) -> pl.Series:
    """Return the part of each text after its last @.

    Args:
        values: Values of all rows: a ``polars.Series`` of text, or a list.
        whole: Whether a text without an @ is returned whole instead of as null.

    >>> parts_after_at(["ada@example.com", "example.com", 5], whole=True).to_list()
    ['example.com', 'example.com', None]
    """
    import polars as pl

    if isinstance(values, list):
        values = as_text_series([value if isinstance(value, str) else None for value in values])
    parts = pl.col("parts")
    last = pl.when(parts.list.len() > (0 if whole else 1)).then(parts.list.last())
    found: pl.Series = values.str.split("@").alias("parts").to_frame().select(last)["parts"]
    return found


def key_of(value: Any) -> Any:
    """Return a dictionary key for a value: 1, 1.0 and True are equal in Python, but not to an import."""
    try:
        hash(value)
    except TypeError:
        return type(value), repr(value)
    return type(value), value


def _map_python_values(
    cells: Cells, function: Callable[[Any, Any], Result | None], contexts: pl.Series | None
) -> Iterator[tuple[int, Any, Result]]:
    known: dict[Any, Result | None] = {}
    listed = None if contexts is None else contexts.to_list()
    for row, value in zip(cells.rows, cells.values, strict=True):
        context = None if listed is None else listed[row]
        key = key_of(value), context
        if key not in known:
            known[key] = function(value, context)
        result = known[key]
        if result:
            yield row, value, result


def _transform_python_values(
    values: Sequence[Any] | pl.Series, function: Callable[[Any, Any], str | None], contexts: pl.Series | None
) -> list[str | None]:
    known: dict[Any, str | None] = {}
    listed = None if contexts is None else contexts.to_list()
    results: list[str | None] = []
    for row, value in enumerate(values):
        if not isinstance(value, str):
            results.append(None)
            continue
        key = value, None if listed is None else listed[row]
        if key not in known:
            known[key] = function(*key)
        results.append(known[key])
    return results


def _table(values: pl.Series, contexts: pl.Series | None) -> pl.DataFrame:
    table = values.alias("value").to_frame()
    return table if contexts is None else table.with_columns(contexts.alias("context"))


def _pairs(distinct: pl.DataFrame) -> Iterator[tuple[Any, Any]]:
    """Yield each distinct value with its context."""
    values = distinct["value"].to_list()
    return zip(
        values, distinct["context"].to_list() if "context" in distinct.columns else itertools.repeat(None), strict=False
    )


def _series(name: str, numbers: list[int]) -> pl.Series:
    import polars as pl

    return pl.Series(name, numbers, dtype=pl.UInt32)
