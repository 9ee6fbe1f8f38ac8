"""Read lists that a frame has as joined text, as ``flat=True`` makes it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from pb2b_notebook.frames.flattening import SEPARATOR
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.openapi import import_cells


def with_lists(rows: pl.DataFrame, name: str, options: Iterable[str] = ()) -> pl.DataFrame:
    """Return the rows with a column of lists split, and with the values of the lead where the text was not edited.

    Args:
        rows: Rows with ``<name>``, ``was <name>``, and ``text <name>`` or ``list <name>`` or none of them.
        name: Column of lists.
        options: Values that the field may have.
    """
    before = pl.col(f"was {name}")
    if f"list {name}" in rows.columns:
        given = pl.col(f"list {name}")
        same = given.is_not_null() & given.eq_missing(before)
        rows = rows.with_columns(pl.when(same).then(before).otherwise(name).alias(name))
    if f"text {name}" not in rows.columns:
        return rows
    text, joined = pl.col(f"text {name}"), before.list.join(SEPARATOR)
    rows = rows.with_columns(pl.when(text == joined).then(before).otherwise(name).alias(name))
    edited = rows.filter(text.ne_missing(joined) & text.is_not_null())
    doubtful = edited.filter(text.str.contains(",", literal=True) & pl.col(name).is_not_null())
    if doubtful.is_empty():
        return rows
    others = {*rows[f"was {name}"].explode().drop_nulls(), *options}
    commas = not edited[f"text {name}"].str.contains(import_cells.SEPARATOR, literal=True).any()
    cells = doubtful.select(text, name, before).iter_rows()
    lists = [read_flat(one, read, own or [], others, commas=commas) for one, read, own in cells]
    return rows.update(doubtful.select("row", pl.Series(name, lists, dtype=pl.List(pl.String))), on="row")


def read_flat(text: str, read: list[str], own: list[str], others: Iterable[str], *, commas: bool) -> list[str]:
    """Return the items of a joined text that is not the one of the lead.

    A comma may also be part of an item. Text is read as imports read it, unless more of the lead's own values are in
    it as joined text. Where none of them is, ", " ends an item, unless an item that is known has it.

    Args:
        text: Text of the cell.
        read: Its items as imports have them, with ";" between them.
        own: Values that the lead has.
        others: Values that other leads have, and options.
        commas: Whether no cell of the column has ";" between its items.

    >>> read_flat("a, b, c, d", ["a, b, c, d"], ["a, b", "c"], [], commas=True)
    ['a, b', 'c', 'd']
    >>> read_flat("vip, Berlin, DE", ["vip, Berlin, DE"], [], ["Berlin, DE"], commas=True)
    ['vip', 'Berlin, DE']
    """
    if read != _strip_all(text.split(import_cells.SEPARATOR)):
        return read  # a printed list
    items = _items(text, own)
    if len({*items} & {*own}) > len({*read} & {*own}):
        return items
    return _items(text, others) if commas and not {*read} & {*own} else read


def _items(text: str, known: Iterable[str]) -> list[str]:
    """Return the items of a text that is joined with ", ", with known ones whole."""
    whole = {item.strip(): item for item in known}
    parts = _strip_all(text.split(","))
    if parts and whole.keys() >= {*parts}:
        return [whole[part] for part in parts]
    parts = text.split(SEPARATOR)
    longest = 1 + max((item.count(SEPARATOR) for item in whole), default=0)
    items: list[str] = []
    start = 0
    while start < len(parts):
        ends = range(min(start + longest, len(parts)), start, -1)
        found = ((end, SEPARATOR.join(parts[start:end]).strip()) for end in ends)
        end, item = next(((end, item) for end, item in found if item in whole), (start + 1, None))
        new = parts[start].strip(" ,").split(import_cells.SEPARATOR)
        items += [whole[item]] if item is not None else _strip_all(new)
        start = end
    return items


def _strip_all(parts: Iterable[str]) -> list[str]:
    return [part.strip() for part in parts if part.strip()]
