"""Read a request body from ASGI, up to a size limit, and send the response."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from pb2b_notebook.webhooks.verification import MAX_BYTES, check_size

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

MAX_READ = 4 * MAX_BYTES
"""Limit in bytes of what is read of a body. Nothing beyond the limit of a delivery is kept, but a sender that is only a
little over it can read the refusal, which it could not if the connection were closed at once."""


class ClientDisconnectedError(Exception):
    """The client closed the connection before its response."""


class Response(NamedTuple):
    """A response to a request.

    Attributes:
        status: HTTP status.
        content: Members of the JSON object in the body.
        close: Whether the connection ends, because the rest of the request is not read.
        allow: Allowed methods, where another one was used.
    """

    status: int
    content: Mapping[str, str]
    close: bool = False
    allow: str = ""


async def read_body(receive: Receive) -> bytes:
    """Return the body. Memory holds at most :data:`~.verification.MAX_BYTES` of it and one chunk.

    Raises:
        DeliveryTooLargeError: The body is larger than a delivery may be.
        ClientDisconnectedError: The client closed the connection.
    """
    chunks: list[bytes] = []
    size = 0
    more = True
    while more and size <= MAX_READ:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnectedError
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= MAX_BYTES:
            chunks.append(chunk)
        more = message.get("more_body", False)
    check_size(size)
    return b"".join(chunks)


async def respond(send: Send, scope: Scope, response: Response) -> None:
    """Send a response as JSON."""
    content = json.dumps(dict(response.content)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    if response.allow:
        headers.append((b"allow", response.allow.encode()))
    if response.close and scope.get("http_version", "1.1").startswith("1"):  # HTTP/2 forbids the header
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else content})
