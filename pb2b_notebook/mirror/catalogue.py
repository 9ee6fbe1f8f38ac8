"""Which resources a mirror has, by the contract in use: each list as a table, and the snapshots of single objects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pb2b_notebook.errors import InvalidParameterError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pb2b_notebook.openapi.operations import Operation, Operations

Mode = Literal["changes", "whole", "snapshot"]

SNAPSHOTS: Final = ("billing.subscription", "billing.usage", "settings.get")
"""Single objects of which each sync keeps a dated row."""

AFTER: Final = "updated_after"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows of a resource come from.

    Attributes:
        name: of the resource and its tables, such as ``campaign_runs``.
        operation: what is read.
        mode: ``changes`` where the API tells what changed since a time, ``whole`` where it does not, ``snapshot`` for
            a single object.
        parent: the name of the resource whose rows fill the one placeholder of the path; ``""`` without a path
            parameter.
    """

    name: str
    operation: Operation
    mode: Mode
    parent: str = ""


def catalogue(operations: Operations) -> dict[str, Source]:
    """All resources of a contract, by name, parents before their children.

    A list below an object is a resource of its own only where no other list holds its objects: a lead's messages are
    among ``messages``, a job's events are in no other list.

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
    for one in lists:
        parent = by_path.get(one.path.partition("/{")[0]) if len(one.path_parameters) == 1 else None
        if parent is not None and one.fields not in known:
            name = f"{parent.name.removesuffix('s')}_{one.id.rpartition('.')[2]}"
            found[name] = Source(name, one, _mode(one), parent.name)
    for snapshot in SNAPSHOTS:
        if snapshot in operations:
            single = operations[snapshot]
            found[_name(single)] = Source(_name(single), single, "snapshot")
    return found


def select_sources(found: dict[str, Source], names: Sequence[str]) -> list[Source]:
    """The named resources and those that their paths need, or all of them; parents before their children.

    Raises:
        InvalidParameterError: an unknown name; the message suggests the nearest.
    """
    for name in names:
        if name not in found:
            raise InvalidParameterError(f"unknown resource {name!r}", repair=nearest(str(name), found))
    wanted = {*names, *(found[name].parent for name in names)}
    return [source for source in found.values() if not names or source.name in wanted]


def _name(operation: Operation) -> str:
    """The resource that a list or a single object is about."""
    parts = operation.id.split(".")
    kept = parts[:-1] if parts[-1] in {"list", "get"} and len(parts) > 1 else parts
    return re.sub(r"\W+", "_", "_".join(kept)).strip("_").lower()


def _mode(operation: Operation) -> Mode:
    return "changes" if operation.parameter(AFTER) is not None else "whole"
