"""Which cells of a column change, and to what: by expressions where the text alone decides, else value by value."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.cleanup.cells import FEW_ROWS, ROW, Cells, map_distinct, take_cells, with_row_numbers
from pb2b_notebook.cleanup.values.tags import rewrite_tags
from pb2b_notebook.openapi.import_cells import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import narwhals as nw
    import polars as pl

    from pb2b_notebook.cleanup.frames import OpenFrame
    from pb2b_notebook.cleanup.values.text import Rewritten

    Rewrite = Callable[[str, Any, frozenset[str]], Rewritten]

_ODD_SPACES: Final = "^ | $|[ \t-\r\x1c-\x1f]{2}|[\t-\r\x1c-\x1f]"
_BEYOND: Final = "[^\t-\r\x1c-~]"
"""Characters beyond ASCII, and control characters that are not white space."""
_by_row = operator.attrgetter("row")

BY_ROW: Final = object()
"""The context of a value that more of its row decides than the country."""


class Change(NamedTuple):
    """One changed cell.

    Attributes:
        row: Row position from 0.
        value: Value that the frame gets.
        before: Former value, as text.
        after: New value, as text; ``None`` where nothing is left.
        rules: Rules that changed it, in order.
    """

    row: int
    value: Any
    before: str
    after: str | None
    rules: tuple[str, ...]


def _country(_value: str, country: str | None) -> str | None:
    return country


@dataclass(frozen=True, slots=True)
class Rewriter:
    """How the texts of a column are rewritten.

    Attributes:
        rewrite: Function of a value, its context and the rules that are not applied.
        is_canonical: Expression, in explicit classes of letters, for texts that ``rewrite`` does not change; ``None``
            if no expression can decide. A test holds the two together.
        non_canonical: Function that selects the rows to rewrite, where one expression is not enough.
        countries: Country of each row, or null; ``None`` if the country matters for no value.
        context: Function of a value and the country of its row that returns the context of the value, the same for all
            rows where the country does not matter, or :data:`BY_ROW`.
        row_context: Function of a row that returns the context of a value in it, where ``context`` says so.
        multiline: Whether a text may have several lines, whose breaks are kept.
        without: Rules that are not applied.
    """

    rewrite: Rewrite
    is_canonical: Callable[[nw.Expr], nw.Expr] | None = None
    non_canonical: Callable[[nw.DataFrame[Any], str], nw.DataFrame[Any]] | None = None
    countries: pl.Series | None = None
    context: Callable[[str, str | None], Any] = _country
    row_context: Callable[[int], Any] = int
    multiline: bool = False
    without: frozenset[str] = frozenset()


def find_changes(frame: OpenFrame, column: str, rewriter: Rewriter) -> list[Change]:
    """Return the cells of a column that change, by row."""
    if frame.is_text(column):
        trimmed, cells = _non_canonical_cells(frame, column, rewriter)
    else:
        texts = [(row, value) for row, value in enumerate(frame.values(column)) if isinstance(value, str)]
        trimmed, cells = [], Cells([row for row, _ in texts], [value for _, value in texts])
    rewritten = _rewrite_cells(cells, rewriter)
    found = [Change(row, result.value, value, result.value, result.rules) for row, value, result in rewritten]
    return sorted([*trimmed, *found], key=_by_row)


def find_tag_changes(
    values: Sequence[Any], options: Sequence[str] = (), without: frozenset[str] = frozenset()
) -> list[Change]:
    """Return the cells of a column of tags that change: lists stay lists, text stays text.

    >>> [change.value for change in find_tag_changes([["vip ", "VIP", ""], ["vip"], "a; b;a"])]
    [['vip'], 'a;b']
    """
    known: dict[Any, tuple[list[str], tuple[str, ...]]] = {}
    found = []
    for row, value in enumerate(values):
        parts = value.split(SEPARATOR) if isinstance(value, str) else value
        if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
            continue
        key = tuple(parts)
        if key not in known:
            known[key] = rewrite_tags(parts, options, without=without)
        tags, rules = known[key]
        if rules:
            after = SEPARATOR.join(tags) or None
            found.append(Change(row, after if isinstance(value, str) else tags, SEPARATOR.join(parts), after, rules))
    return found


def _rewrite_cells(cells: Cells, rewriter: Rewriter) -> Iterator[tuple[int, str, Rewritten]]:
    """Yield the cells that change, calling the function once for each value and context."""

    @cache
    def rewrite(value: str, context: Any) -> Rewritten | None:
        result = rewriter.rewrite(value, context, rewriter.without)
        return None if result.value == value else result

    def rewrite_or_wait(value: str, country: str | None) -> Any:
        context = rewriter.context(value, country)
        return BY_ROW if context is BY_ROW else rewrite(value, context)

    for row, value, result in map_distinct(cells, rewrite_or_wait, rewriter.countries):
        final = rewrite(value, rewriter.row_context(row)) if result is BY_ROW else result
        if final is not None:
            yield row, value, final


def _non_canonical_cells(frame: OpenFrame, column: str, rewriter: Rewriter) -> tuple[list[Change], Cells]:
    """Return the changes of cells that need nothing but other white space, and the cells left to rewrite."""
    import narwhals as nw

    table = with_row_numbers(frame, column)
    if len(frame) <= FEW_ROWS:
        return [], take_cells(table, column)
    if rewriter.non_canonical is not None:
        table = rewriter.non_canonical(table, column)
    elif rewriter.is_canonical is not None:
        table = table.filter(~rewriter.is_canonical(nw.col(column)))
    if rewriter.is_canonical is None or rewriter.multiline or "whitespace" in rewriter.without:
        return [], take_cells(table, column)
    text = nw.col(column)
    after = text.str.replace_all("[\t-\r\x1c- ]+", " ").str.replace_all("^ | $", "")
    odd = table.filter(text.str.contains(_ODD_SPACES) & ~text.str.contains(_BEYOND)).with_columns(after.alias("_after"))
    odd = odd.filter(rewriter.is_canonical(nw.col("_after")))
    columns = (odd[name].to_list() for name in (ROW, column, "_after"))
    trimmed = [Change(row, value, before, value, ("whitespace",)) for row, before, value in zip(*columns, strict=True)]
    return trimmed, take_cells(table.join(odd, on=ROW, how="anti"), column)
