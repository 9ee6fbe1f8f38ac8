"""Name rows: by their ``id``, else by their index label (in polars by their position from 0)."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.frames import SPACES
from pb2b_notebook.errors import CleanupError
from pb2b_notebook.frames.library import UNIQUE_LABELS, index_labels, label_values, plain_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

    from pb2b_notebook.cleanup.frames import OpenFrame

_SEVERAL: Final = -1
_FORMER: Final = re.compile(r"against (\d+)")


def ids_of(frame: OpenFrame) -> list[str | None]:
    """Return the id of each row; ``None`` where it has none.

    A number is not an id of a lead. An unpaired surrogate in an id becomes "?".
    """
    values = frame.values("id") if "id" in frame.names else [None] * len(frame)
    ids = [value if isinstance(value, str) and value.strip() else None for value in values]
    try:
        "".join(filter(None, ids)).encode()
    except UnicodeEncodeError:
        return [value and value.encode(errors="replace").decode() for value in ids]
    return ids


def labels_of(frame: OpenFrame) -> Sequence[Any]:
    """Return the labels of the rows as values of one column: those of a pandas index, else positions from 0."""
    labels = index_labels(frame.index)
    return range(len(frame)) if labels is None else label_values(labels)


class RowFinder:
    """Finds the rows that choices name: by their name in the results, or by its text.

    Args:
        names: Name of each row. A name occurs twice only where an index label does.
    """

    def __init__(self, names: Sequence[Any]) -> None:
        self._names = names

    @cached_property
    def _rows(self) -> dict[Any, int]:
        rows: dict[Any, int] = {}
        for keys in (map(str, self._names), self._names):
            found: dict[Any, int] = {}
            for row, name in enumerate(keys):
                found[name] = _SEVERAL if name in found else row
            rows |= found
        return rows

    def row(self, name: Any) -> int | None:
        """Return the row of a name; ``None`` if there is none.

        Raises:
            CleanupError: Several rows have this index label. The label is not in the message: it may be a lead's value.
        """
        row = self._rows.get(name, self._rows.get(str(name)))
        if row == _SEVERAL:
            raise CleanupError(
                "a choice names an index label that several rows have",
                repair=f"{UNIQUE_LABELS}, whose labels occur once",
            )
        return row

    def rows(self, names: Iterable[Any]) -> list[int]:
        """Return the rows of those names that there are, in order."""
        return [row for name in names if (row := self.row(name)) is not None]

    def names(self, given: Iterable[Any]) -> set[Any]:
        """Return the names in the results of what choices name; unchanged where no row has the name."""
        rows = {name: self.row(name) for name in given}
        return {name if row is None else self._names[row] for name, row in rows.items()}


def row_names(
    ids: Sequence[str | None],
    known_ids: Sequence[str | None] = (),
    *,
    labels: Sequence[Any] | None = None,
    known_labels: Sequence[Any] | None = None,
) -> list[Any]:
    """Return a name for each row; no name occurs twice, unless a label does.

    Args:
        ids: Ids of the rows of a frame.
        known_ids: Ids of the known rows.
        labels: Labels of the rows of the frame; positions by default.
        known_labels: Labels of the known rows; positions by default.

    >>> row_names(["lead_1", None, "lead_1"]), row_names([None, None])
    (['lead_1', 'row 1', 'row 2'], [0, 1])
    >>> row_names([None], ["lead_1", None], labels=[7])
    ['row 7', 'lead_1', 'known 1']
    """
    labels = range(len(ids)) if labels is None else labels
    if not known_ids and not any(ids):
        return list(labels)
    known_labels = range(len(known_ids)) if known_labels is None else known_labels
    by_label = [*(f"row {label}" for label in labels), *(f"known {label}" for label in known_labels)]
    # A name by label is never used as an id, whatever the ids are.
    taken, names = {*by_label}, list[str]()
    for row_id, label in zip([*ids, *known_ids], by_label, strict=True):
        name = label if row_id is None or row_id in taken else row_id
        taken.add(name)
        names.append(name)
    return names


def names_of_rows(frames: Sequence[OpenFrame]) -> tuple[pl.Series, pl.Series, bool]:
    """Return the name of each row, its name by id or position whatever the labels are, and whether all are ids.

    Args:
        frames: A frame; and the known rows, if there are any.
    """
    import polars as pl

    columns = [frame.text_column("id") if "id" in frame.names else None for frame in frames]
    texts = [column for column in columns if column is not None]
    # The same as below, without a Python object for each row.
    if len(texts) == len(columns):
        ids = pl.concat(texts).alias("name")
        are_ids = len(ids) > 0 and not ids.has_nulls() and ids.n_unique() == len(ids)
        if are_ids and not ids.str.contains(f"^(?:row |known |[{SPACES}]*$)").any():
            return ids, ids, True
    elif len(frames) == 1 and len(frames[0]) and "id" not in frames[0].names and frames[0].index is None:
        positions = pl.int_range(len(frames[0]), eager=True).alias("name")
        return positions, positions, False
    lists, labels = [ids_of(frame) for frame in frames], [labels_of(frame) for frame in frames]
    names = row_names(*lists, labels=labels[0], known_labels=labels[1] if len(frames) > 1 else ())
    order = row_names(*lists)
    by_id = len(texts) == len(columns)
    return _name_series(names, by_id=by_id), _name_series(order, by_id=by_id), all(chain(*lists))


def _name_series(names: list[Any], *, by_id: bool) -> pl.Series:
    import polars as pl

    return pl.Series("name", names, dtype=name_type(names, by_id=by_id))


def row_groups(given: Iterable[Any], argument: str) -> list[list[Any]]:
    """Return pairs or groups of row names as lists of plain names.

    Raises:
        CleanupError: An item is not a group of names.
    """
    try:
        groups = [None if isinstance(group, str) else [plain_name(name) for name in group] for group in given]
    except TypeError:
        groups = [None]
    found = [group for group in groups if group is not None]
    if len(found) < len(groups):
        raise CleanupError(
            f"each item of {argument}= must be a pair or a group of row names",
            repair=f'pass pairs of names: {argument}=[("l1", "l2")]',
        )
    return found


def as_names(given: Any) -> list[Any]:
    """Return one name or several as a list of plain names.

    >>> as_names("lead_1"), as_names(5), as_names(("lead_1", "lead_2"))
    (['lead_1'], [5], ['lead_1', 'lead_2'])
    """
    is_name = isinstance(given, str) or not hasattr(given, "__iter__")
    return [plain_name(name) for name in ([given] if is_name else given)]


def plain_name(name: Any) -> Any:
    """Return a name as JSON can hold it: an integer, a float, a boolean or a text.

    "against 3", as earlier releases named a known row, becomes "known 3".

    >>> plain_name("against 3"), plain_name("lead_1")
    ('known 3', 'lead_1')
    """
    if isinstance(name, str) and (former := _FORMER.fullmatch(name)):
        return f"known {former[1]}"
    return plain_label(name)


def name_type(names: Sequence[Any], *, by_id: bool) -> Any:
    """Return the polars type of a column of row names.

    Args:
        names: Names of all rows.
        by_id: Whether the column ``id`` is of text: it decides where there are no rows.
    """
    import polars as pl

    kinds = {str: pl.String, float: pl.Float64, bool: pl.Boolean}
    if names:
        return kinds.get(type(names[0]), pl.Int64)
    return pl.String if by_id else pl.Int64


def in_id_order(rows: Sequence[int], names: Sequence[Any], ids: Sequence[str | None]) -> list[int]:
    """Return rows by their ids, then the others by position: where all have ids, the frame's order does not matter.

    >>> in_id_order([0, 1, 2], ["row 0", "l2", "l1"], [None, "l2", "l1"])
    [2, 1, 0]
    """
    return sorted(rows, key=lambda row: (False, ids[row] or "", row) if names[row] == ids[row] else (True, "", row))
