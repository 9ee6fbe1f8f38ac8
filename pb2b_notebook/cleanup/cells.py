"""A function of values asked once for each distinct value, however many rows hold it.

Text is told apart by polars, whatever library the frame is of; other values as Python has them, one by one.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pb2b_notebook.cleanup.frames import text_series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import polars as pl

Said = TypeVar("Said")


class Cells(NamedTuple):
    """Some cells of a column, none of them null.

    Attributes:
        rows: their positions from 0; a ``polars.Series`` where the values are one.
        values: theirs: a ``polars.Series`` of text, or a list of anything.
    """

    rows: Any
    values: Any


def said_of(
    cells: Cells, say: Callable[[Any, Any], Said | None], by: pl.Series | None = None
) -> Iterator[tuple[int, Any, Said]]:
    """The row and the value of each cell that there is something to say of, and what; in no certain order of rows.

    Args:
        cells: where to look.
        say: asked once for each distinct value and what it is read by; what is empty or ``None`` is left out.
        by: what each row of the frame is read by, beside the value: text or ``None``.
    """
    if isinstance(cells.values, list):
        yield from _said_one_by_one(cells, say, by)
        return
    table = _table(cells.values, None if by is None else by.gather(cells.rows))
    asked = table.unique()
    answers = [say(*pair) for pair in _pairs(asked)]
    places = [place for place, answer in enumerate(answers) if answer]
    chosen = asked[places].with_columns(_series("answer", places))
    found = table.with_columns(cells.rows.alias("row")).join(chosen, on=table.columns, nulls_equal=True)
    for row, value, place in found.select("row", "value", "answer").iter_rows():
        yield row, value, answers[place]


def made_of(values: Any, make: Callable[[Any, Any], str | None], by: pl.Series | None = None) -> pl.Series:
    """What a function makes of each value that is text, null for the rest.

    Args:
        values: of all rows: a ``polars.Series`` of text, or a list of anything.
        make: asked once for each distinct text and what it is read by.
        by: what each row is read by, beside the value: text or null.

    >>> made_of([" a", 5, " a"], lambda text, _: text.strip()).to_list()
    ['a', None, 'a']
    """
    import polars as pl

    if isinstance(values, list):
        return text_series(_made_one_by_one(values, make, by))

    table = _table(values, by)
    asked = table.unique()
    answers = [None if value is None else make(value, other) for value, other in _pairs(asked)]
    told = asked.with_columns(pl.Series("answer", answers, dtype=pl.String))
    joined = table.join(told, on=table.columns, how="left", nulls_equal=True, maintain_order="left")
    return joined["answer"]


def after_at(values: Any, *, whole: bool) -> pl.Series:
    """What is behind the last @ of each text.

    Args:
        values: of all rows: a ``polars.Series`` of text, or a list of anything.
        whole: a text without an @ is given whole, and is not null.

    >>> after_at(["ada@example.com", "example.com", 5], whole=True).to_list()
    ['example.com', 'example.com', None]
    """
    import polars as pl

    if isinstance(values, list):
        values = text_series([value if isinstance(value, str) else None for value in values])
    parts = pl.col("parts")
    told = pl.when(parts.list.len() > (0 if whole else 1)).then(parts.list.last())
    found: pl.Series = values.str.split("@").alias("parts").to_frame().select(told)["parts"]
    return found


def key_of(value: Any) -> Any:
    """What equal values share: 1, 1.0 and True are equal, and are three things to an import."""
    try:
        hash(value)
    except TypeError:
        return type(value), repr(value)
    return type(value), value


def _said_one_by_one(cells: Cells, say: Callable[[Any, Any], Said | None], by: Any) -> Iterator[tuple[int, Any, Said]]:
    known: dict[Any, Said | None] = {}
    others = None if by is None else by.to_list()
    for row, value in zip(cells.rows, cells.values, strict=True):
        other = None if others is None else others[row]
        key = key_of(value), other
        if key not in known:
            known[key] = say(value, other)
        said = known[key]
        if said:
            yield row, value, said


def _made_one_by_one(values: list[Any], make: Callable[[Any, Any], str | None], by: Any) -> list[str | None]:
    known: dict[Any, str | None] = {}
    others = None if by is None else by.to_list()
    made: list[str | None] = []
    for row, value in enumerate(values):
        if not isinstance(value, str):
            made.append(None)
            continue
        key = value, None if others is None else others[row]
        if key not in known:
            known[key] = make(*key)
        made.append(known[key])
    return made


def _table(values: pl.Series, by: pl.Series | None) -> pl.DataFrame:
    table = values.alias("value").to_frame()
    return table if by is None else table.with_columns(by.alias("by"))


def _pairs(asked: pl.DataFrame) -> Iterator[tuple[Any, Any]]:
    """Values, and what each is read by."""
    values = asked["value"].to_list()
    return zip(values, asked["by"].to_list() if "by" in asked.columns else itertools.repeat(None), strict=False)


def _series(name: str, numbers: list[int]) -> pl.Series:
    import polars as pl

    return pl.Series(name, numbers, dtype=pl.UInt32)
