"""What a service demands in headers: another media type of a body, the version of the object, or an id. Pure.

A demand is a refusal by which nothing was done: the same call is sent again as it is asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from pb2b_notebook.api.http.adaptation.unlearning import REFUSED
from pb2b_notebook.api.http.adaptation.unlearning import VERSION as VERSION_FIELD
from pb2b_notebook.api.http.adaptation.versions import are_equal
from pb2b_notebook.errors import APIError, PreconditionFailedError
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.openapi.schemas import FORM

JSON: Final = "application/json"
MEDIA_TYPE: Final = 415
"""Status of a body whose media type is not taken. Source: RFC 9110, section 15.5.16."""
VERSION: Final = 428
"""Status of a write that must name the version of its object, in ``If-Match``. Source: RFC 6585, section 3."""
_NAMED: Final = re.compile(r"application/(?:[\w.-]+\+)?json\b", re.IGNORECASE)
_OTHERS: Final = {
    "PATCH": ("application/merge-patch+json", "application/vnd.api+json"),
    "POST": ("application/vnd.api+json",),
}
"""Method → media types of bodies as ours. Sources: RFC 7396; JSON:API 1.1."""
_ID = r"""['"`]?\b((?:x-)?(?:[a-z]+-)?(?:request|correlation|trace|tracking|transaction|message)-id)\b['"`]?"""
_LACK = r"(?:requir\w+|missing|mandatory|absent|must|not (?:present|found|provided|set|sent))"
_ID_HEADER: Final = lazy_pattern(
    rf"\b{_LACK}\b[^.,;()\n]{{0,24}}\bheader:?\s+{_ID}(?!\s*[:=])|"
    rf"\b{_LACK}\s+(?:the\s+)?{_ID}\s+(?:\w+\s+)?header|"
    rf"(?:\bheader:?\s+|(?=['\"`]?\bx-)){_ID}\s+(?:is\s+|was\s+)?{_LACK}|"
    rf"{_ID}\s+(?:\w+\s+)?header\s+(?:is\s+|was\s+)?{_LACK}",
    re.IGNORECASE,
)
"""A header for an id that is itself required or missing; many refusals only end with the id of their request."""
TOKEN: Final = "X-CSRF-Token"  # noqa: S105 - the name of a header
FETCH: Final = "Fetch"
"""Value with which a reading asks for the token. Source: SAP Gateway, "Cross-Site Request Forgery Protection"."""
_FORBIDDEN: Final = 403
_TOKEN: Final = lazy_pattern(r"\b[cx]srf\b", re.IGNORECASE)
_LAST: Final = (JSON, f"{JSON}; charset=utf-8")


def media_types_to_try(refused: APIError, method: str, sent: str, known: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the media types that a refused body may have instead.

    Args:
        refused: Refusal of the body.
        method: Method of the write.
        sent: Media type of the refused body.
        known: Media types that other operations of the service demand.

    >>> problem = APIError("Content-Type must be application/merge-patch+json", status=415)
    >>> media_types_to_try(problem, "PATCH", "application/json")[:2]
    ('application/merge-patch+json', 'application/vnd.api+json')
    >>> media_types_to_try(APIError("unsupported", status=415), "POST", "application/vnd.api+json")  # learned once
    ('application/json', 'application/json; charset=utf-8')
    >>> media_types_to_try(APIError("not found", status=404), "PATCH", "application/json")
    ()
    """
    if refused.status != MEDIA_TYPE:
        return ()
    named = [name.lower() for name in _NAMED.findall(refused.message)]
    found = (*named, *known, *_OTHERS.get(method, ()), *_LAST)
    return tuple(name for name in dict.fromkeys(found) if name != sent)


def id_header(refused: APIError) -> str:
    """Return the header that a refusal demands for an id of the request; empty if it is about something else.

    >>> id_header(APIError("Header X-Correlation-ID is required", status=400))
    'X-Correlation-ID'
    >>> id_header(APIError("full_name is required (Request-ID: 4711)", status=422))
    ''
    """
    named = _ID_HEADER.search(refused.message) if refused.status in REFUSED else None
    return next(filter(None, named.groups())) if named else ""


def demands_token(refused: APIError) -> bool:
    """Whether a refusal demands a token against forged requests, which a reading gives, as SAP's gateways do.

    >>> demands_token(APIError("CSRF token validation failed", status=403))
    True
    """
    return refused.status == _FORBIDDEN and _TOKEN.search(refused.message) is not None


def in_media_type(body: bytes, media_type: str) -> bytes:
    """Return the JSON of a body as a media type has it: in a form, members are named by their path, in brackets.

    >>> in_media_type(b'{"city": "Oslo", "phone": null, "tags": ["a", "b"], "custom_fields": {"seats": 2}}', FORM)
    b'city=Oslo&phone=&tags%5B%5D=a&tags%5B%5D=b&custom_fields%5Bseats%5D=2'
    """
    if media_type != FORM:
        return body
    return urlencode([pair for name, value in json.loads(body).items() for pair in _pairs(name, value)]).encode()


def _pairs(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _pairs(f"{name}[{key}]", inner)
    elif isinstance(value, list) and value:
        for number, inner in enumerate(value):
            yield from _pairs(f"{name}[{number if isinstance(inner, dict | list) else ''}]", inner)
    else:
        yield name, value if isinstance(value, str) else "" if value in (None, []) else json.dumps(value)


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
