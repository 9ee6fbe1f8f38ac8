"""Read what a document says of a value or an operation beyond what it may be.

The keywords are the annotations of JSON Schema 2020-12 and of OpenAPI 3.1; the extensions are those that oasdiff reads.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Literal

DEPRECATED: Final = "deprecated"
SUNSET: Final = "x-sunset"
"""The day on which something deprecated goes."""
READ_ONLY: Final = "readOnly"
"""Not part of a request."""
WRITE_ONLY: Final = "writeOnly"
"""Not part of a response."""
STYLE: Final = "style"
"""How a list or a record is written in a parameter."""
ANNOTATIONS: Final = (DEPRECATED, SUNSET, "x-stability-level", READ_ONLY, WRITE_ONLY, "discriminator")

Annotations = Mapping[str, str]
Step = Literal["added", "removed", "changed"]


def annotations_of(node: Mapping[str, Any]) -> dict[str, str]:
    """Return keyword → value of the annotations of a schema, a parameter or an operation.

    >>> annotations_of({"type": "string", "readOnly": True, "deprecated": False})
    {'readOnly': 'true'}
    """
    given = ((name, node.get(name)) for name in ANNOTATIONS)
    return {name: _text(value) for name, value in given if value not in (None, False)}


def compare_annotations(ours: Annotations, theirs: Annotations) -> dict[str, Step]:
    """Return the annotations that differ, and how.

    >>> compare_annotations({"deprecated": "true", "x-sunset": "2027-01-01"}, {"x-sunset": "2027-06-01"})
    {'deprecated': 'removed', 'x-sunset': 'changed'}
    """
    return {
        name: "added" if name not in ours else "removed" if name not in theirs else "changed"
        for name in dict.fromkeys([*ours, *theirs])
        if ours.get(name) != theirs.get(name)
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
