"""One HTTP request and one response, as they pass between the client and a transport.

Neither shows its headers or its body in tracebacks that show variables: they may have the key, or leads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from typing import Any, Final, Protocol
from urllib.parse import SplitResult, quote, urlsplit

Headers = Sequence[tuple[bytes, bytes]]
_SAFE: Final = "%/:?#[]@!$&'()*+,;=~"
"""Characters of a URL that are sent as they are. Source: RFC 3986, section 2.2."""
_DEFAULT_PORTS: Final = {"http": ":80", "https": ":443"}


class Request:
    """One request, ready to send except for the key.

    Args:
        method: HTTP method.
        url: Whole URL, whose host is ASCII; other characters of its path are percent-encoded.
        headers: Names and values, with ``Host``.
        body: The whole body.
    """

    __slots__ = ("body", "headers", "method", "url")

    def __init__(self, method: str, url: str, headers: Headers, body: bytes | None = None) -> None:
        self.method, self.url, self.headers, self.body = method, quote(url, safe=_SAFE), headers, body

    def with_header(self, name: bytes, value: bytes) -> Request:
        """Return a copy with another header."""
        made = copy(self)  # without quoting its URL again
        made.headers = [*self.headers, (name, value)]
        return made

    def url_parts(self) -> tuple[SplitResult, bytes]:
        """Return the parts of the URL, and what a server is asked for: path and query."""
        parts = urlsplit(self.url)
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        return parts, target.encode("ascii")


def host_header(url: str) -> str:
    """Return the header ``Host`` of requests to a URL.

    >>> host_header("https://api.example:443/v1"), host_header("http://127.0.0.1:8000")
    ('api.example', '127.0.0.1:8000')
    """
    parts = urlsplit(url)
    return parts.netloc.removesuffix(_DEFAULT_PORTS.get(parts.scheme, ":"))


def encode_headers(headers: Mapping[str, str]) -> Headers:
    """Return headers as they are sent."""
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]


class Response:
    """One response, whose body is not read yet.

    Args:
        status: HTTP status.
        headers: Names and values, as received.
        pieces: The body in pieces, encoded as its headers say.
        close: Ends the exchange, whether the body was read or not.
    """

    __slots__ = ("close", "headers", "pieces", "status")

    def __init__(
        self, status: int, headers: Headers, pieces: Iterable[bytes], close: Callable[[], Any] = lambda: None
    ) -> None:
        self.status, self.headers, self.pieces, self.close = status, _merge_headers(headers), pieces, close


def _merge_headers(headers: Headers) -> dict[str, str]:
    """Return lower-case name → value of headers; several of one name are one list. Source: RFC 9110, section 5.3."""
    found: dict[str, str] = {}
    for raw, value in headers:
        name, text = raw.decode("latin-1").lower(), _text(value)
        found[name] = f"{found[name]}, {text}" if name in found else text
    return found


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


class Transport(Protocol):
    """Sends requests, and reads the headers of their responses."""

    def send(self, request: Request) -> Response:
        """Send a request."""

    def close(self) -> None:
        """Close all connections."""
