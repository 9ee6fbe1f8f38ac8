"""Which operation of another document is which of ours: by method and path, else by id. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from pb2b_notebook.openapi.operations import Operations

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pb2b_notebook.openapi.operations import Operation

Place = tuple[str, str]


def place(operation: Operation) -> Place:
    """Method and path, whatever the placeholders are called.

    >>> from pb2b_notebook.openapi import load
    >>> place(load()["leads.get"])
    ('GET', '/leads/{}')
    """
    return operation.method, re.sub(r"\{[^{}]*\}", "{}", operation.path)


def pairs(ours: Mapping[str, Operation], theirs: Iterable[Operation]) -> list[tuple[Operation, Operation | None]]:
    """Each of their operations with the one of ours that it is: at the same place, or moved and of the same id."""
    theirs = list(theirs)
    by_place = {place(operation): operation for operation in ours.values()}
    still = {place(operation) for operation in theirs}
    found: list[tuple[Operation, Operation | None]] = []
    moved: set[str] = set()
    for operation in theirs:
        match = by_place.get(place(operation))
        named = ours.get(operation.id)
        if match is None and named is not None and place(named) not in still and named.id not in moved:
            moved.add(named.id)
            match = named
        found.append((operation, match))
    return found


def aligned(
    theirs: Sequence[Operation], ours: Mapping[str, Operation], *, version: str = "", origin: str = ""
) -> Operations:
    """Their operations under our ids and placeholders, where they are the same, so that our accessors find them.

    Args:
        theirs: as their document has them.
        ours: by id.
        version: of their document.
        origin: where it is from.
    """
    table: dict[str, Operation] = {}
    aliases: dict[str, str] = {}
    matched = pairs(ours, theirs)
    taken = {match.id for _, match in matched if match is not None}
    named = Counter(operation.id for operation in theirs)
    for operation, match in matched:
        # An id that is another operation's here, or that two have, names nothing.
        unclear = operation.id in taken or named[operation.id] > 1
        if match is None:
            key = f"{operation.method} {operation.path}" if unclear else operation.id
            table[key] = replace(operation, id=key)
            continue
        table[match.id] = _under_our_names(operation, match)
        if operation.id != match.id and not unclear:
            aliases[operation.id] = match.id
    missing = {o.id: f"{o.method} {o.path}" for o in ours.values() if o.id not in table}
    return Operations(table, version, aliases=aliases, missing=missing, origin=origin)


def _under_our_names(operation: Operation, match: Operation) -> Operation:
    """The operation with our id, and with our names of the placeholders, which only this side ever sees."""
    renamed = dict(zip(operation.path_parameters, match.path_parameters, strict=False))
    others = {p.name for p in operation.parameters if p.location != "path"} | set(operation.body or ())
    if len(operation.path_parameters) != len(match.path_parameters) or others & set(renamed.values()):
        renamed = {}
    path = operation.path
    if renamed:
        path = re.sub(r"\{(\w+)\}", lambda found: "{" + renamed[found[1]] + "}", path)
    parameters = tuple(
        replace(p, name=renamed.get(p.name, p.name)) if p.location == "path" else p for p in operation.parameters
    )
    # A dry run changes nothing, as our contract knows; another document cannot say so.
    mutates = operation.mutates and (match.mutates or place(operation) != place(match))
    return replace(operation, id=match.id, path=path, parameters=parameters, mutates=mutates)
