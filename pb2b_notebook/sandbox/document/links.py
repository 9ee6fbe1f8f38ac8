"""Links of the document (OpenAPI 3.1, section 4.8.20): from an answer with an object to the operations on that object.

The links follow from the operations: which object a path addresses, and which object an answer has.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple, get_args, get_origin

from pb2b_notebook.sandbox.http.routing import Operation

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class _ResponseObject(NamedTuple):
    """An object in an answer: its JSON pointer and its model."""

    pointer: str
    model: type[Any]


def links(operation: Operation, status: int, operations: Sequence[Operation]) -> dict[str, dict[str, Any]]:
    """Return the links of one answer of an operation, by the id of the operation that they lead to.

    A new object, and the first object of a list, lead to the operations that address it. The change of an object has
    no links, since the client knows its id.
    """
    shown = _response_object(operation, status)
    own = addressed_model(operation, operations)
    if shown is None or (own is not None and issubclass(shown.model, own)):
        return {}
    found = {}
    for other in operations:
        model, names = addressed_model(other, operations), _PLACEHOLDER.findall(other.path)
        if model is not None and issubclass(shown.model, model):
            parameters = {name: f"$response.body#{shown.pointer}/{name}" for name in names}
            found[other.id] = {"operationId": other.id, "parameters": parameters}
    return found


def _response_object(operation: Operation, status: int) -> _ResponseObject | None:
    data = operation.responses[status].model_fields["data"].annotation
    if get_origin(data) is list:
        return _ResponseObject("/data/0", get_args(data)[0])
    return _ResponseObject("/data", data) if isinstance(data, type) else None


def addressed_model(operation: Operation, operations: Sequence[Operation]) -> type[Any] | None:
    """Return the model of the object that the placeholder of a path names, or ``None``."""
    resource, brace, _ = operation.path.partition("}")
    if not brace:
        return None
    reader = next((each for each in operations if (each.method, each.path) == ("GET", resource + brace)), operation)
    shown = _response_object(reader, next(iter(reader.responses)))
    return shown.model if shown else None
