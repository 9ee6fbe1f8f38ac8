"""Links of the document (OpenAPI 3.1, section 4.8.20): from an answer that shows an object to what can be done with it.

Everything follows from the operations: what a path addresses, and what an answer holds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, get_args, get_origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pb2b_notebook.sandbox.http.routing import Operation

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class _Shown(NamedTuple):
    """An object in an answer: where, as a JSON pointer, and its model."""

    pointer: str
    model: type[Any]


def links(operation: Operation, status: int, operations: Sequence[Operation]) -> dict[str, dict[str, Any]]:
    """The links of one answer of an operation, by the id of the operation that they lead to.

    A new object leads to what addresses it, a list's first object likewise. A change of an object leads nowhere: who
    sent it had the id.
    """
    shown = _shown(operation, status)
    own = addressed(operation, operations)
    if shown is None or (own is not None and issubclass(shown.model, own)):
        return {}
    found = {}
    for other in operations:
        model, names = addressed(other, operations), _PLACEHOLDER.findall(other.path)
        if model is not None and issubclass(shown.model, model):
            parameters = {name: f"$response.body#{shown.pointer}/{name}" for name in names}
            found[other.id] = {"operationId": other.id, "parameters": parameters}
    return found


def _shown(operation: Operation, status: int) -> _Shown | None:
    data = operation.answers[status].model_fields["data"].annotation
    if get_origin(data) is list:
        return _Shown("/data/0", get_args(data)[0])
    return _Shown("/data", data) if isinstance(data, type) else None


def addressed(operation: Operation, operations: Sequence[Operation]) -> type[Any] | None:
    """The model of the object that the placeholder of a path names, if there is one."""
    resource, brace, _ = operation.path.partition("}")
    if not brace:
        return None
    reader = next((each for each in operations if (each.method, each.path) == ("GET", resource + brace)), operation)
    shown = _shown(reader, next(iter(reader.answers)))
    return shown.model if shown else None
