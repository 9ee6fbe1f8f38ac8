"""Fields that the lists of a service leave out: in its frames and in the mirror they look blank, and are not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.errors import ProspectB2BError

if TYPE_CHECKING:
    from pb2b_notebook.api.context import Context
    from pb2b_notebook.openapi.operations import Operation

LEFT_OUT: Final = "left_out"
_SHOWN: Final = 8
_BLANK: Final[tuple[Any, ...]] = (None, "", [], {})
_ROWS: Final = 100
"""Rows of which none may have a field before it is doubted."""
TRIALS: Final = 3
"""Leads that are read by themselves before it is decided; one may have no value of its own."""


def absent_names(rows: Iterable[Mapping[str, Any]], declared: Iterable[str]) -> frozenset[str]:
    """Return the declared fields that no row of a page names, not even as null.

    >>> sorted(absent_names([{"id": "l1", "city": None}], ["id", "city", "phone"]))
    ['phone']
    """
    return frozenset(declared).difference(*rows)


def hidden_fields(listed: Mapping[str, Any], whole: Mapping[str, Any]) -> frozenset[str]:
    """Return the fields of which a lead by itself has a value, and the list has none.

    >>> listed = {"id": "l1", "city": None, "title": "CEO"}
    >>> sorted(hidden_fields(listed, {"id": "l1", "city": "Turku", "phone": None, "title": "CFO"}))
    ['city']
    """
    return frozenset(name for name, value in whole.items() if value not in _BLANK and listed.get(name) in _BLANK)


def text_of_left_out(names: Iterable[str]) -> str:
    """Return what lists leave out, as text.

    >>> text_of_left_out(["phone", "city"])
    'the lists of this service leave out city, phone'
    """
    shown = sorted(names)
    more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    return f"the lists of this service leave out {', '.join(shown[:_SHOWN])}{more}"


def learn_left_out(
    context: Context,
    operation: Operation,
    records: Sequence[Any],
    read: Callable[[str], Any],
    *,
    again: bool = False,
) -> None:
    """Compare leads of a page with leads by themselves where all of the page lack a field, and say once what they lack.

    Args:
        context: Session of the workspace.
        operation: ``leads.list``.
        records: Rows of a page, as JSON.
        read: Function that reads one lead by its id.
        again: Whether leads were compared before in this session: then none is read.
    """
    profile = context.client.profile
    known = profile.names(LEFT_OUT, operation.id)
    rows = list[dict[str, Any]]()
    with suppress(ValueError):  # the reader of the rows raises its own error
        rows = [row for record in records[:_ROWS] if isinstance(row := json.loads(bytes(record)), dict)]
    absent = absent_names(rows, operation.names) - {"deleted_at"} if rows else frozenset[str]()
    if absent and not again and not known & absent and not profile.value("whole_rows", operation.id):
        hidden = set[str]()
        for row in rows[:TRIALS]:
            with suppress(ProspectB2BError):
                whole = read(str(row.get("id")))
                if isinstance(whole, dict) and whole.get("id") == row.get("id"):
                    hidden |= absent & hidden_fields(row, whole)
        if hidden:
            evidence = "a lead by itself has them"
            profile.learn(LEFT_OUT, sorted({*known, *hidden}), evidence, operation=operation.id, at=context.time())
            known = profile.names(LEFT_OUT, operation.id)
    if known & absent:
        where = "they are blank in frames of lists and in the mirror, and not in ws.leads.get(id)"
        context.client.say_once(f"{text_of_left_out(known)}: {where}; a plan reads each lead by itself")
