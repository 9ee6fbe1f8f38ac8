"""Which cells of a column change, and to what: by expressions where the text alone decides, else value by value."""

from __future__ import annotations

import itertools
import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.cleanup.cells import ROW, Cells, map_distinct, take_cells, with_row_numbers
from pb2b_notebook.cleanup.values.tags import rewrite_tags
from pb2b_notebook.openapi.import_cells import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    import narwhals as nw

    from pb2b_notebook.cleanup.frames import OpenFrame
    from pb2b_notebook.cleanup.values.text import Rewritten

    Rewrite = Callable[[str, Any, frozenset[str]], Rewritten]

_ODD_SPACES: Final = "^ | $|[ \t-\r\x1c-\x1f]{2}|[\t-\r\x1c-\x1f]"
_BEYOND: Final = "[^\t-\r\x1c-~]"
"""Characters beyond ASCII, and control characters that are not white space."""
_by_row = operator.attrgetter("row")


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


def _always(_value: str) -> bool:
    return True


def _never(_value: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Rewriter:
    """How the texts of a column are rewritten.

    Attributes:
        rewrite: Function of a value, its context and the rules that are not applied.
        is_canonical: Expression, in explicit ASCII classes, for texts that ``rewrite`` does not change; ``None`` if no
            expression can decide. A test holds the two together.
        non_canonical: Function that selects the rows to rewrite, where one expression is not enough.
        context: Function that returns the context of a value in a row; ``None`` if values need no context.
        needs_context: Which values the context matters for: the others are rewritten once for all rows.
        multiline: Whether a text may have several lines, whose breaks are kept.
        without: Rules that are not applied.
    """

    rewrite: Rewrite
    is_canonical: Callable[[nw.Expr], nw.Expr] | None = None
    non_canonical: Callable[[nw.DataFrame[Any], str], nw.DataFrame[Any]] | None = None
    context: Callable[[int, str], Hashable] | None = None
    needs_context: Callable[[str], bool] = _always
    multiline: bool = False
    without: frozenset[str] = frozenset()


def find_changes(frame: OpenFrame, column: str, rewriter: Rewriter) -> list[Change]:
    """Return the cells of a column that change, by row."""
    if frame.is_text(column):
        trimmed, cells = _non_canonical_cells(frame, column, rewriter)
    else:
        texts = [(row, value) for row, value in enumerate(frame.values(column)) if isinstance(value, str)]
        trimmed, cells = [], Cells([row for row, _ in texts], [value for _, value in texts])
    rewritten = _rewrite_values(cells, rewriter)
    if rewriter.context is not None:
        rewritten = itertools.chain(rewritten, _rewrite_in_context(cells, rewriter))
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


def _rewrite_values(cells: Cells, rewriter: Rewriter) -> Iterator[tuple[int, str, Rewritten]]:
    """Yield the cells that change by their value alone."""
    needs_context = rewriter.needs_context if rewriter.context is not None else _never

    def rewrite(value: str, _: Any) -> Rewritten | None:
        result = None if needs_context(value) else rewriter.rewrite(value, None, rewriter.without)
        return None if result is None or result.value == value else result

    return map_distinct(cells, rewrite)


def _rewrite_in_context(cells: Cells, rewriter: Rewriter) -> Iterator[tuple[int, str, Rewritten]]:
    """Yield the cells that change by their row, calling the function once for each value and context."""
    known: dict[Any, Rewritten] = {}
    for row, value, _ in map_distinct(cells, lambda value, _: rewriter.needs_context(value)):
        key = value, rewriter.context(row, value)  # type: ignore[misc]
        if key not in known:
            known[key] = rewriter.rewrite(*key, rewriter.without)
        if known[key].value != value:
            yield row, value, known[key]


def _non_canonical_cells(frame: OpenFrame, column: str, rewriter: Rewriter) -> tuple[list[Change], Cells]:
    """Return the changes of cells that need nothing but other white space, and the cells left to rewrite."""
    import narwhals as nw

    table = with_row_numbers(frame, column)
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
