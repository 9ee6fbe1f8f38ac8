"""What a service demands of a write in its headers: another media type of the body, or the version of the object. Pure.

A demand is a refusal by which nothing was done: the same write is sent again as it is asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from pb2b_notebook.api.http.adaptation.unlearning import VERSION as VERSION_FIELD
from pb2b_notebook.api.http.adaptation.versions import are_equal
from pb2b_notebook.errors import APIError, PreconditionFailedError

JSON: Final = "application/json"
MEDIA_TYPE: Final = 415
"""Status of a body whose media type is not taken. Source: RFC 9110, section 15.5.16."""
VERSION: Final = 428
"""Status of a write that must name the version of its object, in ``If-Match``. Source: RFC 6585, section 3."""
_NAMED: Final = re.compile(r"application/[\w.-]+(?:\+json)?", re.IGNORECASE)
_OTHERS: Final = {
    "PATCH": ("application/merge-patch+json", "application/vnd.api+json"),
    "POST": ("application/vnd.api+json",),
}
"""Method → media types of bodies as ours. Sources: RFC 7396; JSON:API 1.1."""


def media_types_to_try(refused: APIError, method: str, sent: str) -> tuple[str, ...]:
    """Return the media types that a refused body may have instead: what the refusal names, then the usual ones.

    >>> problem = APIError("Content-Type must be application/merge-patch+json", status=415)
    >>> media_types_to_try(problem, "PATCH", "application/json")
    ('application/merge-patch+json', 'application/vnd.api+json')
    >>> media_types_to_try(APIError("not found", status=404), "PATCH", "application/json")
    ()
    """
    if refused.status != MEDIA_TYPE:
        return ()
    named = [name.lower() for name in _NAMED.findall(refused.message) if name.lower().endswith("json")]
    return tuple(name for name in dict.fromkeys([*named, *_OTHERS.get(method, ())]) if name != sent)


def check_version(lead: Any, body: bytes | None) -> None:
    """Check that an object is as the write expects it, where the service compares another version than ours.

    Raises:
        PreconditionFailedError: It has changed since.
    """
    expected = json.loads(body).get(VERSION_FIELD) if body and f'"{VERSION_FIELD}"'.encode() in body else None
    found = lead.get("updated_at") if isinstance(lead, Mapping) else None
    same = expected is None or not found or are_equal(found, expected)
    if not same:
        raise PreconditionFailedError("the object has changed since it was read", status=409, code="conflict")
