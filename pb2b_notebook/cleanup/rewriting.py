"""Which cells of a column are to be written otherwise, and how: by expressions where looks decide, else by value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.cleanup.looking import Cells, numbered, taken

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    import narwhals as nw

    from pb2b_notebook.cleanup.tables import Opened
    from pb2b_notebook.cleanup.texts import Rewritten

_ODD_SPACES: Final = "^ | $|[ \t-\r\x1c-\x1f]{2}|[\t-\r\x1c-\x1f]"
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


def changes_of(held: Opened, column: str, way: Way) -> list[Change]:
    """The cells of a column that are to be written otherwise, by row."""
    found = {one.row: one for one in _spaced(held, column, way)} if held.is_text(column) else {}
    cells = _cells(held, column, way)
    alone: dict[str, Rewritten | None] = {}
    together: dict[Any, Rewritten] = {}
    for row, value in zip(cells.rows, cells.values, strict=True):
        if row in found or not isinstance(value, str):
            continue
        if value not in alone:
            contextual = way.context is not None and way.contextual(value)
            alone[value] = None if contextual else way.rewrite(value, None)
        made = alone[value] or _in_context(way, row, value, together)
        if made.value != value:
            found[row] = Change(row, made.value, value, made.value, made.rules)
    return [found[row] for row in sorted(found)]


def _in_context(way: Way, row: int, value: str, known: dict[Any, Rewritten]) -> Rewritten:
    """A value as it is to be in its row, once for each context that it stands in."""
    key = (value, way.context(row, value) if way.context else None)
    if key not in known:
        known[key] = way.rewrite(*key)
    return known[key]


def _cells(held: Opened, column: str, way: Way) -> Cells:
    """The cells that are not right by their looks."""
    if not held.is_text(column):
        values = held.values(column)
        rows = [row for row, value in enumerate(values) if value is not None]
        return Cells(rows, [values[row] for row in rows])
    import narwhals as nw

    table = numbered(held, column)
    if way.unsettled is not None:
        table = way.unsettled(table, column)
    elif way.settled is not None:
        table = table.filter(~way.settled(nw.col(column)))
    return taken(table, column)


def _spaced(held: Opened, column: str, way: Way) -> Iterator[Change]:
    """Plain ASCII that wants nothing but its white space put right: by expressions alone."""
    import narwhals as nw

    if way.settled is None or way.lines:
        return
    text = nw.col(column)
    table = numbered(held, column).filter(text.str.contains(_ODD_SPACES) & ~text.str.contains(_BEYOND))
    after = text.str.replace_all("[\t-\r\x1c- ]+", " ").str.replace_all("^ | $", "")
    table = table.with_columns(after.alias("_after"))
    table = table.filter(way.settled(nw.col("_after"))).sort("row")
    columns = (table["row"].to_list(), table[column].to_list(), table["_after"].to_list())
    for row, before, value in zip(*columns, strict=True):
        yield Change(row, value, before, value, ("whitespace",))
