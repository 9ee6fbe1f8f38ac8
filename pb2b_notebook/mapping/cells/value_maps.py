"""Value maps: what the cells of one column mean, such as "heiß" for tier A. They are part of a mapping."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any, Final

from pb2b_notebook.errors import MappingError

MOST_VALUES: Final = 10_000
"""Limit of the values of one column."""
_REPAIR: Final = 'values={"Interest": {"hot": "A", "cold": None}}, where None stands for a blank cell'


def check_values(values: Any, columns: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return value maps with their keys in the form that cells are compared in.

    Raises:
        MappingError: It is not such a dict, a column is not mapped, or two keys are the same but for case.

    >>> check_values({"Interest": {"Hot ": "A"}}, {"Interest": "tier"})
    {'Interest': {'hot': 'A'}}
    """
    if not isinstance(values, Mapping) or not all(isinstance(table, Mapping) for table in values.values()):
        raise MappingError("values must map columns to dicts of cell text and value", repair=_REPAIR)
    checked: dict[str, dict[str, Any]] = {}
    for column, table in values.items():
        if column not in columns:
            raise MappingError(f"the column {str(column)[:40]!r} has a value map, but is not mapped", repair="map it")
        if len(table) > MOST_VALUES:
            raise MappingError(f"a value map is limited to {MOST_VALUES:,} values", repair=_REPAIR)
        folded: dict[str, Any] = {}
        for cell, value in table.items():
            key = cell_key(cell)
            if not key or not _is_value(value):
                raise MappingError(
                    "a value map needs text and a text, finite number, true, false or None", repair=_REPAIR
                )
            if folded.get(key, value) != value:
                raise MappingError("two keys of a value map differ only in case or white space", repair=_REPAIR)
            folded[key] = value
        checked[column] = folded
    return checked


def cell_key(cell: Any) -> str:
    """Return the form in which cells are compared with a value map: trimmed, without case, numbers as written.

    >>> cell_key(" HEISS "), cell_key("heiß"), cell_key(3.0), cell_key(None)
    ('heiss', 'heiss', '3', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split()).casefold()


def _is_value(value: Any) -> bool:
    return value is None or isinstance(value, str | bool | int) or (isinstance(value, float) and isfinite(value))
