"""The API as a value: its document, its operations, the fields of its objects, and what another document changes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pb2b_notebook.contract.documents import check_document, load, load_document, read_document
from pb2b_notebook.contract.operations import Field, Operation, Operations, Parameter

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

__all__ = [
    "Field",
    "Operation",
    "Operations",
    "Parameter",
    "check_document",
    "compare",
    "load",
    "load_document",
    "read_document",
]


def compare(
    ours: str | os.PathLike[str] | Mapping[str, Any],
    theirs: str | os.PathLike[str] | Mapping[str, Any] | None = None,
    *,
    frame: str = "pandas",
) -> Any:
    """What another document of the API has that ours has not, lacks, or says otherwise: a frame, the gravest first.

    One row is one difference, seen from ours. Columns, all text: ``severity`` ("breaking": what was written against
    ours fails or means something else; "notable": it works, but meets what it never met; "harmless"), ``part``
    ("operation", "parameter", "body", "field", "envelope", "scope", "event" or "document"), ``subject`` (the operation,
    the type of object, the scope or the event), ``name`` (of the parameter or field), ``change`` ("added", "removed",
    "changed"), ``aspect`` (of what changed, such as "type" or "required"), ``ours``, ``theirs``; and ``operations``,
    the list of those where it was seen.

    Args:
        ours: the document that was built on: parsed, the path of a file, or an address.
        theirs: the other one. One document alone is theirs, and ours is the one that this package follows.
        frame: "pandas" or "polars".

    Raises:
        ContractError, NotJSONError, ResponseTooLargeError, TransportError: a document cannot be read.

    Example:
        >>> import pb2b_notebook as pb
        >>> ours = pb.contract.load_document()
        >>> theirs = {**ours, "webhooks": {}}
        >>> pb.contract.compare(theirs)[["severity", "part", "subject", "change"]].iloc[0].tolist()
        ['breaking', 'event', 'campaign.created', 'removed']
    """
    if theirs is None:
        ours, theirs = load_document(), ours
    # Documents come over networks and differences as frames: work of the rooms above, under the name that users expect.
    # It is found by name, as the package finds its own parts: nothing in this room depends on it.
    drift = import_module("pb2b_notebook.api.contract.drift")
    return drift.as_frame(drift.drift(ours, theirs), frame)
