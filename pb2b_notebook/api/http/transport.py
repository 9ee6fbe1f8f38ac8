"""The edge to the network: one HTTP exchange under one deadline, with a bound on what an answer may cost.

httpx bounds each socket operation, not the whole exchange: a peer that sends a byte now and then keeps it alive for
ever. The transport below therefore clips the timeout of every socket operation to what is left of the call's deadline.
"""

from __future__ import annotations

import time
import urllib.request
import zlib
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpcore
import httpx

from pb2b_notebook.api.http.envelope import Reply
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
    from collections.abc import Iterable, Iterator

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


class DeadlineTransport(httpx.BaseTransport):
    """A pool of connections whose every socket operation respects :func:`deadline`.

    Args:
        base_url: where it will connect to. Proxy variables count, except for loopback.
    """

    def __init__(self, base_url: str) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            proxy=_proxy(base_url),
            max_connections=16,
            keepalive_expiry=30.0,
            network_backend=_Backend(),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request; foreign exceptions pass through and are translated in :func:`exchange`."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        response = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=url,
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(response), extensions=response.extensions
        )

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


def _proxy(base_url: str) -> httpcore.Proxy | None:
    host = urlsplit(base_url).hostname or ""
    if is_loopback(base_url) or urllib.request.proxy_bypass(host):
        return None
    proxies = urllib.request.getproxies()
    address = proxies.get(urlsplit(base_url).scheme) or proxies.get("all")
    if not address:
        return None
    url = httpx.URL(address if "://" in address else f"http://{address}")
    auth = (url.username, url.password) if url.username else None
    return httpcore.Proxy(str(url.copy_with(username=None, password=None)), auth=auth)


class Authorized(httpx.BaseTransport):
    """Adds the key to a copy of each request, so that no request or response object that anyone sees holds it."""

    def __init__(self, inner: httpx.BaseTransport, key: Secret) -> None:
        self._inner = inner
        self._key = key

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a copy of the request that carries the key."""
        copy = httpx.Request(
            request.method,
            request.url,
            headers=[*request.headers.raw, (b"Authorization", b"Bearer " + self._key.reveal().encode("ascii"))],
            stream=request.stream,
            extensions=request.extensions,
        )
        return self._inner.handle_request(copy)

    def close(self) -> None:
        """Close the transport below."""
        self._inner.close()


class Line:
    """The way to one service, right on the transport; closed once, it sends nothing any more.

    ``httpx.Client`` stands above transports for redirects, cookies, hooks and log lines that hold whole addresses: none
    is wanted here, and they took a third of the time of a small page.

    Args:
        transport: which adds the key.
    """

    def __init__(self, transport: httpx.BaseTransport) -> None:
        self._transport = transport
        self.closed = False

    def send(self, request: httpx.Request) -> httpx.Response:
        """Send the request and read the head of its answer; foreign exceptions pass, :func:`exchange` translates them.

        Raises:
            UsageError: the line is closed.
        """
        if self.closed:
            raise _closed()
        return self._transport.handle_request(request)

    def close(self) -> None:
        """Close all connections; twice is harmless."""
        if not self.closed:
            self.closed = True
            self._transport.close()


def exchange(line: Line, request: httpx.Request, *, seconds: float) -> Reply:
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
            response = line.send(request)
            try:
                body = _decoded(response)
            finally:
                response.close()
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Reply(response.status_code, headers, body)
    # The frames below hold the header with the key, and a traceback that shows variables would show it: whatever comes
    # (Ctrl-C, no memory, an exception that nobody thought of) is raised anew from here, outside of the handlers.
    except _FOREIGN as problem:
        failure = _translated(problem, request.url.host)
    except BaseException as problem:  # noqa: BLE001 - raised again below
        failure = _closed() if line.closed and isinstance(problem, RuntimeError) else without_frames(problem)
    raise failure from None


_FOREIGN = (
    httpx.HTTPError,
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    httpcore.ProxyError,
    OSError,
)
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpcore.ConnectError,
    httpcore.ConnectTimeout,
    httpcore.PoolTimeout,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)


def _closed() -> UsageError:
    return UsageError("this workspace is closed", repair="connect again, or keep the with block open")


def _translated(problem: Exception, host: str) -> Exception:
    """The typed error for a foreign one; its text is not taken over, since it may quote headers."""
    if isinstance(problem, _NOT_SENT):
        return ConnectionFailedError(
            f"no connection to {host} ({type(problem).__name__})",
            repair="check the network, the base URL and the proxy settings; nothing was sent",
        )
    if isinstance(problem, (httpx.TimeoutException, httpcore.TimeoutException)):
        return DeadlineError(
            f"{host} did not answer in time ({type(problem).__name__})",
            repair="try again; a write with the same Idempotency-Key takes effect only once",
        )
    return ConnectionLostError(
        f"the connection to {host} broke before the answer was complete ({type(problem).__name__})",
        repair="try again; a write with the same Idempotency-Key takes effect only once",
    )


def _decoded(response: httpx.Response) -> bytes:
    """The body, decoded piece by piece, so that a bomb costs no more than the largest body."""
    if response.is_stream_consumed:  # an injected transport brought it whole, and httpx has decoded it
        return _bounded(response.content)
    encodings = [e.strip().lower() for e in response.headers.get("content-encoding", "").split(",") if e.strip()]
    encodings = [e for e in encodings if e != "identity"]
    if encodings not in ([], ["gzip"], ["x-gzip"], ["deflate"]):
        raise ProtocolError(
            "the answer has a content encoding that was not asked for",
            repair="a proxy may have changed it; try again, or another network",
        )
    inflate = zlib.decompressobj(wbits=47) if encodings else None
    parts: list[bytes] = []
    size = 0
    for chunk in response.iter_raw():
        for piece in [chunk] if inflate is None else _inflated(inflate, chunk):
            size += len(piece)
            parts.append(_bounded(piece, size))
    if inflate is not None and not inflate.eof:
        raise ConnectionLostError("the answer was cut", repair="try again")
    return b"".join(parts)


def _bounded(piece: bytes, size: int | None = None) -> bytes:
    if (len(piece) if size is None else size) > LARGEST_BODY:
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
