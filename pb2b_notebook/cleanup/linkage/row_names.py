"""Name rows: by their ``id``, else by their index label, else by their position from 0."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.errors import CleanupError
from pb2b_notebook.frames.library import row_labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pb2b_notebook.cleanup.frames import OpenFrame

_LARGEST: Final = (1 << 63) - 1
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
    """Return the labels of the rows: those of a pandas index, where they can name rows; else positions from 0.

    Labels can name rows if they are all integers or all text, and none occurs twice.
    """
    if frame.index is None:
        return range(len(frame))
    import pandas as pd

    index = row_labels(pd.DataFrame(index=frame.index))
    if index is None or not index.is_unique or not len(index):
        return range(len(frame))
    labels = index.tolist()
    if pd.api.types.is_integer_dtype(index.dtype) and index.notna().all() and int(index.max()) <= _LARGEST:
        return [int(label) for label in labels]
    if all(isinstance(label, str) and label.isprintable() for label in labels):
        return [str(label) for label in labels]
    return range(len(frame))


def refuse_positions(frame: OpenFrame, chosen: Iterable[Any], prefix: str = "row") -> None:
    """Refuse choices that name rows without an id, where the frame's index labels cannot name rows.

    Results name such rows by position, so a number in a choice could be a label or a position.

    Args:
        frame: Frame of the rows.
        chosen: Row names in choices.
        prefix: First word of the names of rows without an id among rows with ids.

    Raises:
        CleanupError: A choice names a row without an id.
    """
    if frame.index is None or not len(frame) or not isinstance(labels_of(frame), range):
        return
    import pandas as pd

    if row_labels(pd.DataFrame(index=frame.index)) is None:
        return
    ids, labels = set(ids_of(frame)), {str(label) for label in frame.index}
    by_prefix = f"{prefix} "
    for name in chosen:
        if isinstance(name, str):
            refused = name not in ids and (name.startswith(by_prefix) or (prefix == "row" and name in labels))
        else:
            refused = prefix == "row"
        if refused:
            raise CleanupError(
                "a choice names a row without an id, and the index labels cannot name rows",
                repair="begin again with df.reset_index(drop=True), whose labels are integers that occur once",
            )


def row_names(
    ids: Sequence[str | None],
    known_ids: Sequence[str | None] = (),
    *,
    labels: Sequence[Any] | None = None,
    known_labels: Sequence[Any] | None = None,
) -> list[Any]:
    """Return a name for each row; no name occurs twice.

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


def row_groups(given: Iterable[Any], argument: str) -> list[list[Any]]:
    """Return pairs or groups of row names as lists of plain names.

    Args:
        given: Pairs or groups of names.
        argument: Name of the argument, for the error.

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
    """Return a name as JSON can hold it: a NumPy integer becomes an ``int``.

    "against 3", as earlier releases named a known row, becomes "known 3".

    >>> plain_name("against 3"), plain_name("lead_1")
    ('known 3', 'lead_1')
    """
    if isinstance(name, str) and (former := _FORMER.fullmatch(name)):
        return f"known {former[1]}"
    return name.item() if hasattr(name, "item") else name


def in_id_order(rows: Sequence[int], names: Sequence[Any], ids: Sequence[str | None]) -> list[int]:
    """Return rows by their ids, then the others by position: where all have ids, the frame's order does not matter.

    >>> in_id_order([0, 1, 2], ["row 0", "l2", "l1"], [None, "l2", "l1"])
    [2, 1, 0]
    """
    return sorted(rows, key=lambda row: (False, ids[row] or "", row) if names[row] == ids[row] else (True, "", row))
