"""Which cells of a column are to be written otherwise, and how: by expressions where looks decide, else by value."""

from __future__ import annotations

import itertools
import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.cleanup.cells import Cells, map_distinct, take_cells, with_row_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    import narwhals as nw

    from pb2b_notebook.cleanup.frames import OpenFrame
    from pb2b_notebook.cleanup.values.text import Rewritten

_ODD_SPACES: Final = "^ | $|[ \t-\r\x1c-\x1f]{2}|[\t-\r\x1c-\x1f]"
_by_row = operator.attrgetter("row")
_BEYOND: Final = "[^\t-\r\x1c-~]"
"""Letters beyond ASCII, and control characters that are no white space."""


class Change(NamedTuple):
    """One cell that is written otherwise.

    Attributes:
        row: its position from 0.
        value: what the frame gets.
        before: what was there, as text.
        after: what is there now, as text; ``None`` where nothing is left.
        rules: what made it so, in order.
    """

    row: int
    value: Any
    before: str
    after: str | None
    rules: tuple[str, ...]


def _always(_value: str) -> bool:
    return True


def _never(_value: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Way:
    """How the texts of a column are rewritten.

    Attributes:
        rewrite: the function for a value and its context.
        settled: which texts it would leave as they are, as an expression in explicit ASCII classes; ``None`` if looks
            do not tell. A test holds the two together.
        unsettled: the rows to rewrite, where that takes more than an expression.
        context: what of its row a value is read by; ``None`` for nothing.
        contextual: which values that matters for: the others are rewritten once, wherever they stand.
        lines: the texts may have several, and their breaks mean something.
    """

    rewrite: Callable[[str, Any], Rewritten]
    settled: Callable[[nw.Expr], nw.Expr] | None = None
    unsettled: Callable[[nw.DataFrame[Any], str], nw.DataFrame[Any]] | None = None
    context: Callable[[int, str], Hashable] | None = None
    contextual: Callable[[str], bool] = _always
    lines: bool = False


def changes_of(frame: OpenFrame, column: str, way: Way) -> list[Change]:
    """The cells of a column that are to be written otherwise, by row."""
    if frame.is_text(column):
        spaced, cells = _unsettled(frame, column, way)
    else:
        texts = [(row, value) for row, value in enumerate(frame.values(column)) if isinstance(value, str)]
        spaced, cells = [], Cells([row for row, _ in texts], [value for _, value in texts])
    rewritten = _alone(cells, way)
    if way.context is not None:
        rewritten = itertools.chain(rewritten, _in_context(cells, way))
    found = [Change(row, made.value, value, made.value, made.rules) for row, value, made in rewritten]
    return sorted([*spaced, *found], key=_by_row)


def _alone(cells: Cells, way: Way) -> Iterator[tuple[int, str, Rewritten]]:
    """The cells that are rewritten by their value alone."""
    contextual = way.contextual if way.context is not None else _never

    def changed(value: str, _: Any) -> Rewritten | None:
        made = None if contextual(value) else way.rewrite(value, None)
        return None if made is None or made.value == value else made

    return map_distinct(cells, changed)


def _in_context(cells: Cells, way: Way) -> Iterator[tuple[int, str, Rewritten]]:
    """The cells that are rewritten by what else is in their row, once for each context that a value stands in."""
    known: dict[Any, Rewritten] = {}
    for row, value, _ in map_distinct(cells, lambda value, _: way.contextual(value)):
        key = value, way.context(row, value)  # type: ignore[misc]
        if key not in known:
            known[key] = way.rewrite(*key)
        if known[key].value != value:
            yield row, value, known[key]


def _unsettled(frame: OpenFrame, column: str, way: Way) -> tuple[list[Change], Cells]:
    """The cells that are not right by their looks: those that want nothing but white space put right, and the rest."""
    import narwhals as nw

    table = with_row_numbers(frame, column)
    if way.unsettled is not None:
        table = way.unsettled(table, column)
    elif way.settled is not None:
        table = table.filter(~way.settled(nw.col(column)))
    if way.settled is None or way.lines:
        return [], take_cells(table, column)
    text = nw.col(column)
    after = text.str.replace_all("[\t-\r\x1c- ]+", " ").str.replace_all("^ | $", "")
    odd = table.filter(text.str.contains(_ODD_SPACES) & ~text.str.contains(_BEYOND)).with_columns(after.alias("_after"))
    odd = odd.filter(way.settled(nw.col("_after")))
    columns = (odd[name].to_list() for name in ("row", column, "_after"))
    spaced = [Change(row, value, before, value, ("whitespace",)) for row, before, value in zip(*columns, strict=True)]
    return spaced, take_cells(table.join(odd, on="row", how="anti"), column)
