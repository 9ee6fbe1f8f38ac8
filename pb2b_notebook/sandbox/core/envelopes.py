"""The envelopes of all responses: ``{"data": …, "request_id": …}`` and ``{"error": …, "request_id": …}``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.responses import Response

from pb2b_notebook.sandbox.core.problems import Problem

REQUEST_ID = "X-Request-Id"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class ResponseBody:
    """A successful response before it becomes a response.

    Attributes:
        status: HTTP status.
        body: JSON text.
        kept: JSON text to store for idempotent replays, if it must differ from the body: a secret is shown once and
            never stored.
    """

    status: int
    body: bytes
    kept: bytes | None = None


def object_body(data: Any, request_id: str, *, status: int = 200, secret: Sequence[str] = ()) -> ResponseBody:
    """Return the response with one object; the fields named in ``secret`` are null in a replay."""
    body = msgspec.json.encode({"data": data, "request_id": request_id})
    if not secret:
        return ResponseBody(status, body)
    hidden = {**data, **dict.fromkeys(secret)}
    return ResponseBody(status, body, msgspec.json.encode({"data": hidden, "request_id": request_id}))


def page_body(rendered: Sequence[str], pagination: Mapping[str, Any], request_id: str) -> ResponseBody:
    """Return the response with a page of objects that are already JSON text."""
    tail = msgspec.json.encode({"pagination": pagination, "request_id": request_id})
    return ResponseBody(200, b'{"data":[' + ",".join(rendered).encode() + b"]," + tail[1:])


def error_response(problem: Problem, request_id: str) -> Response:
    """Return the response with the error envelope of a problem."""
    body = msgspec.json.encode({"error": problem.as_error(), "request_id": request_id})
    return Response(body, problem.status, headers=problem.headers, media_type=JSON)
