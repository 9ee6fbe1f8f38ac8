"""The resources of a mirror by the contract in use: lists, and snapshots of single objects."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pb2b_notebook.errors import InvalidParameterError, brief, nearest
from pb2b_notebook.openapi.operations import Operation, Operations

Mode = Literal["changes", "whole", "snapshot"]

SNAPSHOTS: Final = ("billing.subscription", "billing.usage", "settings.get")
"""Single objects for which each sync adds a dated row."""

AFTER: Final = "updated_after"


@dataclass(frozen=True, slots=True)
class Source:
    """The source of a resource's rows.

    Attributes:
        name: Name of the resource and its tables, such as ``campaign_runs``.
        operation: Operation that reads the rows.
        mode: ``changes`` if the list can be filtered by time of change, ``whole`` if it cannot, ``snapshot`` for a
            single object.
        parent: Resource whose ids replace the path parameter; ``""`` without a path parameter.
    """

    name: str
    operation: Operation
    mode: Mode
    parent: str = ""


def catalogue(operations: Operations) -> dict[str, Source]:
    """Return all resources of a contract by name, parents before their children.

    A list below an object is a separate resource only if no other list has its objects: the messages of a lead are in
    ``messages``, but the events of a job are in no other list.

    >>> from pb2b_notebook import openapi
    >>> found = catalogue(openapi.load())
    >>> found["leads"].mode, found["billing_usage"].mode, found["campaign_logs"].parent, "leads_messages" in found
    ('changes', 'snapshot', 'campaigns', False)
    """
    lists = [o for o in operations.values() if o.many and not o.mutates]
    tops = [o for o in lists if not o.path_parameters]
    found = {name: Source(name, o, _mode(o)) for o in tops for name in [_name(o)]}
    known = {o.fields for o in tops}
    by_path = {source.operation.path: source for source in found.values()}
    for nested in lists:
        parent = by_path.get(nested.path.partition("/{")[0]) if len(nested.path_parameters) == 1 else None
        if parent is not None and nested.fields not in known:
            name = f"{parent.name.removesuffix('s')}_{nested.id.rpartition('.')[2]}"
            found[name] = Source(name, nested, _mode(nested), parent.name)
    for snapshot in SNAPSHOTS:
        if snapshot in operations:
            single = operations[snapshot]
            found[_name(single)] = Source(_name(single), single, "snapshot")
    return found


def select_sources(found: dict[str, Source], names: Sequence[str]) -> list[Source]:
    """Return the named resources and the parents that they need, or all without names; parents first.

    Raises:
        InvalidParameterError: A name is unknown; the message suggests the nearest.
    """
    for name in names:
        if not isinstance(name, str) or name not in found:
            raise InvalidParameterError(f"unknown resource {brief(name)}", repair=nearest(name, found))
    wanted = {*names, *(found[name].parent for name in names)}
    return [source for source in found.values() if not names or source.name in wanted]


def _name(operation: Operation) -> str:
    """Return the name of the resource that an operation reads."""
    parts = operation.id.split(".")
    kept = parts[:-1] if parts[-1] in {"list", "get"} and len(parts) > 1 else parts
    return re.sub(r"\W+", "_", "_".join(kept)).strip("_").lower()


def _mode(operation: Operation) -> Mode:
    return "changes" if operation.parameter(AFTER) is not None else "whole"
