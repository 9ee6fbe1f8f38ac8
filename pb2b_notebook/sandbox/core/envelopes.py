"""The shapes that every answer has: ``{"data": …, "request_id": …}``, ``{"error": …, "request_id": …}``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pb2b_notebook.sandbox.core.problems import Problem

REQUEST_ID = "X-Request-Id"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """A success before it becomes a response: status and JSON bytes.

    ``kept`` is what an idempotent replay shows where it must differ: a secret is shown once and never stored.
    """

    status: int
    body: bytes
    kept: bytes | None = None


def one(data: Any, request_id: str, *, status: int = 200, secret: Sequence[str] = ()) -> Answer:
    """Answer with one object; the fields named in ``secret`` read null in a replay."""
    body = msgspec.json.encode({"data": data, "request_id": request_id})
    if not secret:
        return Answer(status, body)
    hidden = {**data, **dict.fromkeys(secret)}
    return Answer(status, body, msgspec.json.encode({"data": hidden, "request_id": request_id}))


def many(rendered: Sequence[str], pagination: Mapping[str, Any], request_id: str) -> Answer:
    """Answer with a page of objects that are JSON text already."""
    tail = msgspec.json.encode({"pagination": pagination, "request_id": request_id})
    return Answer(200, b'{"data":[' + ",".join(rendered).encode() + b"]," + tail[1:])


def refusal(problem: Problem, request_id: str) -> Response:
    """Answer with the error envelope."""
    body = msgspec.json.encode({"error": problem.as_error(), "request_id": request_id})
    return Response(body, problem.status, headers=problem.headers, media_type=JSON)
