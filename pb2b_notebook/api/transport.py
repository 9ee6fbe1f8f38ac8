"""The edge to the network: one HTTP exchange under one deadline, with a bound on what an answer may cost.

httpcore bounds each socket operation, not the whole exchange: a peer that sends a byte now and then keeps it alive for
ever. The network below therefore clips the timeout of every socket operation to what is left of the call's deadline.
"""

from __future__ import annotations

import sys
import time
import urllib.request
import zlib
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import httpcore

from pb2b_notebook.api.envelope import Reply
from pb2b_notebook.credentials import Secret, is_loopback
from pb2b_notebook.errors import (
    ConnectionFailedError,
    ConnectionLostError,
    DeadlineError,
    ProtocolError,
    ResponseTooLargeError,
    UsageError,
    without_frames,
)

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import httpx

TIMEOUTS = {"connect": 5.0, "read": 30.0, "write": 30.0, "pool": 5.0}
LARGEST_BODY = 32 * 2**20
PIECE = 2**14
MEBIBYTE = 2**20
_ends: ContextVar[float] = ContextVar("pb2b_deadline", default=float("inf"))


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Everything that this thread does on the network within the block ends after so many seconds."""
    token = _ends.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends.reset(token)


def _clip(timeout: float | None, expired: type[Exception]) -> float | None:
    left = _ends.get() - time.monotonic()
    if left <= 0:
        raise expired
    return left if timeout is None else min(timeout, left)


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _clip(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # In pieces: a peer that takes a byte now and then would keep one long write alive for ever.
        for start in range(0, len(buffer), PIECE):
            self._stream.write(buffer[start : start + PIECE], _clip(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        clipped = _clip(timeout, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, clipped))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self) -> None:
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        clipped = _clip(timeout, httpcore.ConnectTimeout)
        return _Stream(self._backend.connect_tcp(host, port, clipped, local_address, socket_options))

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, but for its key.

    Attributes:
        method: such as ``GET``.
        target: path and query, percent-encoded.
        headers: names and values.
        content: the body.
    """

    method: str
    target: str = field(repr=False)  # leads are people: no traceback shows what a filter asks for
    headers: tuple[tuple[bytes, bytes], ...] = ()
    content: bytes | None = field(default=None, repr=False)


class Answer(NamedTuple):
    """The beginning of an answer: its body comes piece by piece.

    Attributes:
        status: of HTTP.
        headers: in order, as received.
        body: its pieces as they come; ``decoded`` where an injected transport has unpacked it already.
        close: lets go of the connection; it is kept for the next request if the body was read to its end.
    """

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: Iterable[bytes]
    close: Callable[[], None]
    decoded: bool = False


class Network:
    """A pool of connections whose every socket operation respects :func:`deadline`.

    It speaks to httpcore directly: what httpx adds above it (redirects, cookies, parsing of addresses, log lines with
    queries in them) is not wanted here, and takes half of the time of a small page.

    Args:
        base_url: where it will connect to. Proxy variables count, except for loopback.
    """

    def __init__(self, base_url: str) -> None:
        url = urlsplit(base_url)
        self._scheme, self._host, self._port = url.scheme.encode(), (url.hostname or "").encode("idna"), url.port
        self._pool = httpcore.ConnectionPool(
            ssl_context=None if url.scheme == "http" else _certificates(),
            proxy=_proxy(base_url),
            max_connections=16,
            keepalive_expiry=30.0,
            network_backend=_Backend(),
        )

    def send(self, request: Request, key: Secret) -> Answer:
        """Send the request and read the head of its answer."""
        url = httpcore.URL(scheme=self._scheme, host=self._host, port=self._port, target=request.target.encode())
        headers = [*request.headers, _authorization(key)]
        extensions = {"timeout": TIMEOUTS}
        response = self._pool.handle_request(
            httpcore.Request(request.method, url, headers=headers, content=request.content, extensions=extensions)
        )
        return Answer(response.status, response.headers, response.iter_stream(), response.close)

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


class Injected:
    """Sends through an httpx transport that somebody brought, instead of the network.

    Args:
        transport: such as ``httpx.MockTransport`` or a transport that records.
        base_url: whose scheme and host the requests get.
    """

    def __init__(self, transport: httpx.BaseTransport, base_url: str) -> None:
        url = urlsplit(base_url)
        self._transport = transport
        self._origin = f"{url.scheme}://{url.netloc}"

    def send(self, request: Request, key: Secret) -> Answer:
        """Send the request and read the head of its answer."""
        import httpx

        response = self._transport.handle_request(
            httpx.Request(
                request.method,
                self._origin + request.target,
                headers=[*request.headers, _authorization(key)],
                content=request.content,
                extensions={"timeout": dict(TIMEOUTS)},
            )
        )
        if response.is_stream_consumed:  # brought whole, and unpacked
            return Answer(response.status_code, response.headers.raw, [response.content], response.close, decoded=True)
        return Answer(response.status_code, response.headers.raw, response.iter_raw(), response.close)

    def close(self) -> None:
        """Close the transport."""
        self._transport.close()


def _authorization(key: Secret) -> tuple[bytes, bytes]:
    """Added in the last moment, so that no request that anyone sees holds the key."""
    return (b"Authorization", b"Bearer " + key.reveal().encode("ascii"))


def _certificates() -> ssl.SSLContext:
    import httpx

    return httpx.create_ssl_context()


def _proxy(base_url: str) -> httpcore.Proxy | None:
    host = urlsplit(base_url).hostname or ""
    if is_loopback(base_url) or urllib.request.proxy_bypass(host):
        return None
    proxies = urllib.request.getproxies()
    address = proxies.get(urlsplit(base_url).scheme) or proxies.get("all")
    if not address:
        return None
    import httpx

    url = httpx.URL(address if "://" in address else f"http://{address}")
    auth = (url.username, url.password) if url.username else None
    return httpcore.Proxy(str(url.copy_with(username=None, password=None)), auth=auth)


class Line:
    """The way to one service with one key; closed once, it sends nothing any more.

    Args:
        base_url: of the service.
        key: the API key, which leaves its wrapper only on the wire.
        transport: an httpx transport to send through, instead of the network.
    """

    def __init__(self, base_url: str, key: Secret, transport: httpx.BaseTransport | None = None) -> None:
        url = urlsplit(base_url)
        self.host = url.hostname or ""
        self.closed = False
        self._wire: Network | Injected = Network(base_url) if transport is None else Injected(transport, base_url)
        self._key = key

    def send(self, request: Request) -> Answer:
        """Send the request and read the head of its answer; foreign exceptions pass, :func:`exchange` translates them.

        Raises:
            UsageError: the line is closed.
        """
        if self.closed:
            raise _closed()
        return self._wire.send(request, self._key)

    def close(self) -> None:
        """Close all connections; twice is harmless."""
        self.closed = True
        self._wire.close()


def exchange(line: Line, request: Request, *, seconds: float) -> Reply:
    """Send a request and read its whole answer, within so many seconds.

    Raises:
        ConnectionFailedError: no connection; nothing was sent.
        ConnectionLostError: it broke after the send, or the answer was cut.
        DeadlineError: no complete answer in time.
        ResponseTooLargeError: more than 32 MiB after decoding.
        ProtocolError: an encoding that was not asked for, or an answer that is not HTTP.
        UsageError: the line is closed.
    """
    failure: BaseException
    try:
        with deadline(seconds):
            answer = line.send(request)
            try:
                headers = _texts(answer.headers)
                return Reply(answer.status, headers, _decoded(answer, headers))
            finally:
                answer.close()
    # The frames below hold the header with the key, and a traceback that shows variables would show it: whatever comes
    # (Ctrl-C, no memory, an exception that nobody thought of) is raised anew from here, outside of the handlers.
    except _foreign() as problem:
        failure = _translated(problem, line.host)
    except BaseException as problem:  # noqa: BLE001 - raised again below
        failure = _closed() if line.closed and isinstance(problem, RuntimeError) else without_frames(problem)
    raise failure from None


def _texts(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers as text under lower-case names; what comes several times is one list, as RFC 9110 has it."""
    found: dict[str, str] = {}
    for name, value in headers:
        key, text = name.decode("latin-1").lower(), value.decode("utf-8", "replace")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


_FOREIGN = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    httpcore.ProxyError,
    OSError,
)
# httpx gives its exceptions the names that they have in httpcore.
_NOT_SENT = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol"})


def _foreign() -> tuple[type[BaseException], ...]:
    """What the layers below raise; those of httpx can only come where an injected transport has loaded it."""
    httpx = sys.modules.get("httpx")
    return _FOREIGN if httpx is None else (*_FOREIGN, httpx.HTTPError)


def _closed() -> UsageError:
    return UsageError("this workspace is closed", repair="connect again, or keep the with block open")


def _translated(problem: BaseException, host: str) -> Exception:
    """The typed error for a foreign one; its text is not taken over, since it may quote headers."""
    names = {kind.__name__ for kind in type(problem).__mro__}
    if names & _NOT_SENT:
        return ConnectionFailedError(
            f"no connection to {host} ({type(problem).__name__})",
            repair="check the network, the base URL and the proxy settings; nothing was sent",
        )
    if "TimeoutException" in names:
        return DeadlineError(
            f"{host} did not answer in time ({type(problem).__name__})",
            repair="try again; a write with the same Idempotency-Key takes effect only once",
        )
    return ConnectionLostError(
        f"the connection to {host} broke before the answer was complete ({type(problem).__name__})",
        repair="try again; a write with the same Idempotency-Key takes effect only once",
    )


def _decoded(answer: Answer, headers: Mapping[str, str]) -> bytes:
    """The body, decoded piece by piece, so that a bomb costs no more than the largest body."""
    named = "" if answer.decoded else headers.get("content-encoding", "")
    encodings = [e for e in map(str.strip, named.lower().split(",")) if e not in {"", "identity"}]
    if encodings not in ([], ["gzip"], ["x-gzip"], ["deflate"]):
        raise ProtocolError(
            "the answer has a content encoding that was not asked for",
            repair="a proxy may have changed it; try again, or another network",
        )
    inflate = zlib.decompressobj(wbits=47) if encodings else None
    parts: list[bytes] = []
    size = 0
    for chunk in answer.body:
        for piece in [chunk] if inflate is None else _inflated(inflate, chunk):
            size += len(piece)
            parts.append(_bounded(piece, size))
    if inflate is not None and not inflate.eof:
        raise ConnectionLostError("the answer was cut", repair="try again")
    return b"".join(parts)


def _bounded(piece: bytes, size: int) -> bytes:
    if size > LARGEST_BODY:
        raise ResponseTooLargeError(
            f"the answer is larger than {LARGEST_BODY // MEBIBYTE} MiB", repair="ask for smaller pages with page_size="
        )
    return piece


def _inflated(inflate: Any, chunk: bytes) -> Iterator[bytes]:
    """What a chunk unpacks to, in pieces of at most a mebibyte: a bomb is noticed before it is unpacked."""
    if inflate.eof:
        raise ProtocolError("the answer goes on after the end of its compression", repair="try again")
    full = True
    while chunk or full:
        try:
            piece: bytes = inflate.decompress(chunk, MEBIBYTE)
        except zlib.error:
            raise ProtocolError("the answer's compression is broken", repair="try again") from None
        yield piece
        # All input may be taken while output is still held back.
        chunk, full = inflate.unconsumed_tail, len(piece) == MEBIBYTE
    if inflate.unused_data:
        raise ProtocolError("the answer goes on after the end of its compression", repair="try again")
