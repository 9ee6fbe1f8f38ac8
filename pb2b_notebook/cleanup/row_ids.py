"""What rows are called: by their ids where they have them, else by their place in the frame."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.errors import CleanupError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pb2b_notebook.cleanup.frames import OpenFrame

_FORMER: Final = re.compile(r"against (\d+)")


def ids_of(frame: OpenFrame) -> list[str | None]:
    """The id of each row; ``None`` where it has none. A number is no id of a lead; half a character is written "?"."""
    values = frame.values("id") if "id" in frame.names else [None] * len(frame)
    ids = [value if isinstance(value, str) and value.strip() else None for value in values]
    try:
        "".join(filter(None, ids)).encode()
    except UnicodeEncodeError:
        return [value and value.encode(errors="replace").decode() for value in ids]
    return ids


def row_names(ids: Sequence[str | None], old: Sequence[str | None] = ()) -> list[Any]:
    """A name for each row, and no name for two.

    Args:
        ids: of the rows of a frame.
        old: ids of rows that were there already.

    >>> row_names(["lead_1", None, "lead_1"]), row_names([None, None])
    (['lead_1', 'row 1', 'row 2'], [0, 1])
    >>> row_names([None], ["lead_1", None])
    ['row 0', 'lead_1', 'known 1']
    """
    if not old and not any(ids):
        return list(range(len(ids)))
    places = [*(f"row {row}" for row in range(len(ids))), *(f"known {row}" for row in range(len(old)))]
    # A place is never taken for an id, whatever the ids are.
    taken, found = {*places}, list[str]()
    for one, place in zip([*ids, *old], places, strict=True):
        name = place if one is None or one in taken else one
        taken.add(name)
        found.append(name)
    return found


def row_groups(given: Iterable[Any], what: str) -> list[list[Any]]:
    """Pairs and groups of names, as a person gave them, as lists of plain names: 5 for a number of numpy's.

    Args:
        given: pairs or groups.
        what: how they are called.

    Raises:
        CleanupError: something that is no group of names.
    """
    try:
        groups = [None if isinstance(group, str) else [plain_name(name) for name in group] for group in given]
    except TypeError:
        groups = [None]
    found = [group for group in groups if group is not None]
    if len(found) < len(groups):
        raise CleanupError(
            f"{what} holds something that is no group of rows", repair=f'give pairs of names: {what}=[("l1", "l2")]'
        )
    return found


def as_names(given: Any) -> list[Any]:
    """One name or many, as a list of plain names.

    >>> as_names("lead_1"), as_names(5), as_names(("lead_1", "lead_2"))
    (['lead_1'], [5], ['lead_1', 'lead_2'])
    """
    one = isinstance(given, str) or not hasattr(given, "__iter__")
    return [plain_name(name) for name in ([given] if one else given)]


def plain_name(name: Any) -> Any:
    """Return a name as JSON can hold it; "against 3", as earlier releases named a known row, becomes "known 3".

    >>> plain_name("against 3"), plain_name("lead_1")
    ('known 3', 'lead_1')
    """
    if isinstance(name, str) and (former := _FORMER.fullmatch(name)):
        return f"known {former[1]}"
    return name.item() if hasattr(name, "item") else name


def in_id_order(rows: Sequence[int], names: Sequence[Any]) -> list[int]:
    """Rows by their ids, then those without one by their place: where all have ids, the frame's order says nothing.

    >>> in_id_order([0, 1, 2], ["row 0", "l2", "l1"])
    [2, 1, 0]
    """
    placed = ("row ", "known ")
    return sorted(
        rows, key=lambda row: (True, "", row) if str(names[row]).startswith(placed) else (False, names[row], row)
    )
