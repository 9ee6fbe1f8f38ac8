"""Lists and records in cells of pandas that can be counted: equal to Python's, and hashable.

pandas hashes cells to count them, so that one column of lists or records makes ``drop_duplicates``, ``nunique`` and
``groupby`` fail; and where it looks for nulls, as ``great_tables`` does, it takes a list for an array.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

__all__ = ["ListCell", "RecordCell", "hashable_cell"]


class ListCell(tuple[Any, ...]):
    """A list that does not change, as ``cell == ["a", "b"]`` and ``cell + ["c"]`` expect.

    >>> cell = ListCell(["a", "b"])
    >>> cell, cell == ["a", "b"], cell + ["c"], len({cell, ListCell(["a", "b"])})
    (['a', 'b'], True, ['a', 'b', 'c'], 1)
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return tuple.__eq__(self, tuple(other)) if isinstance(other, (list, tuple)) else NotImplemented

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        try:
            return tuple.__hash__(self)
        except TypeError:  # of records
            return hash(repr([sorted(each.items()) if isinstance(each, dict) else each for each in self]))

    def __add__(self, other: Sequence[Any]) -> list[Any]:  # type: ignore[override]
        return [*self, *other]

    def __radd__(self, other: Sequence[Any]) -> list[Any]:
        return [*other, *self]

    def __getitem__(self, index: Any) -> Any:
        found = tuple.__getitem__(self, index)
        return list(found) if isinstance(index, slice) else found

    def __repr__(self) -> str:
        return repr(list(self))

    def copy(self) -> list[Any]:
        """Return a list that can be changed."""
        return list(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return ListCell, (list(self),)

    def append(self, *_: Any) -> NoReturn:
        """Refuse to change the cell, and name the way."""
        raise TypeError('a list in a cell cannot be changed in place → assign a new one, such as cell + ["new"]')

    extend = insert = remove = __setitem__ = __delitem__ = append
    """pandas shows as a list what has ``__setitem__``."""


class RecordCell(dict[str, Any]):
    """A record whose hash is that of its names and values, in any order.

    >>> len({RecordCell(a=1, b=["x"]), RecordCell(b=["x"], a=1)}), RecordCell(a=1) == {"a": 1}
    (1, True)
    """

    __slots__ = ()

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(repr(sorted(self.items(), key=lambda item: item[0])))


def hashable_cell(value: Any) -> Any:
    """Return a list or a record that can be hashed, and any other value as it is."""
    if isinstance(value, list):
        return ListCell(value)
    return RecordCell(value) if isinstance(value, dict) else value
