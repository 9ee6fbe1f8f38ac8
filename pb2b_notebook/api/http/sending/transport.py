"""Exchange one HTTP request and response under one deadline, with a limit on the size of the response.

httpx limits each socket operation, not the whole exchange: a peer that sends a byte now and then keeps it alive
forever. The transport below therefore cuts the timeout of every socket operation to what is left of the deadline.
"""

from __future__ import annotations

import os
import re
import ssl
import time
import urllib.request
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from typing import Any, Final, cast
from urllib.parse import urlsplit

import httpcore
import httpx

from pb2b_notebook import in_process
from pb2b_notebook.api.http.responses.reply import CODECS, Reply
from pb2b_notebook.credentials import Secret, is_loopback
from pb2b_notebook.errors import (
    ConfigurationError,
    ConnectionFailedError,
    ConnectionLostError,
    DeadlineError,
    ProtocolError,
    ResponseTooLargeError,
    UsageError,
    without_frames,
)
from pb2b_notebook.forking import renew_in_child

TIMEOUTS = {"connect": 5.0, "read": 30.0, "write": 30.0, "pool": 5.0}
LARGEST_BODY = 32 * 2**20
PIECE = 2**14
_READ: Final = 2**19
MEBIBYTE = 2**20
_CODECS: Final = {**CODECS, "x-gzip": "gzip", "deflate": "gzip"}
"""Codec of each content encoding; that of gzip reads zlib's format too. Source: RFC 9110, section 8.4.1."""
_GZIP: Final = b"\x1f\x8b"
"""Begin of a gzip file, by which a body is known whose header a proxy left out. Source: RFC 1952, section 2.3.1."""
_CHARSET: Final = re.compile(r"charset\s*=\s*\"?([\w.:-]{1,40})", re.IGNORECASE)
_UTF8: Final = frozenset({"utf-8", "utf8"})
_PREFIX: Final = re.compile(rb"\xef\xbb\xbf|\)\]\}',?\s*\n")
_ends: ContextVar[float] = ContextVar("pb2b_deadline", default=float("inf"))


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Limit all network operations of this thread within the block to this many seconds in total."""
    token = _ends.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends.reset(token)


def _clip(timeout: float | None, expired: type[Exception]) -> float:
    left = _ends.get() - time.monotonic()
    if left <= 0:
        raise expired
    return left if timeout is None else min(timeout, left)


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        _streams.add(self)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        # httpcore asks for 64 KiB, which is a fifth of a page of leads, and looks at its state before each read.
        return self._stream.read(max(max_bytes, _READ), _clip(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # In pieces: a peer that reads a byte now and then would keep one long write alive for ever.
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


_streams: weakref.WeakSet[_Stream] = weakref.WeakSet()


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


def _trusted_certificates() -> ssl.SSLContext:
    """Return the context of TLS with the certificates of this machine, or those that the environment names.

    Raises:
        UsageError: The file or folder of certificates cannot be read.
    """
    try:
        return httpx.create_ssl_context()
    except (OSError, ValueError) as problem:  # ssl.SSLError is an OSError
        named = [name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE") if os.environ.get(name)]
        where = f"named by {' and '.join(named)}" if named else "of this machine"
        raise UsageError(
            f"the file {where} for TLS cannot be used ({getattr(problem, 'strerror', None) or type(problem).__name__})",
            repair=f"correct or unset {' and '.join(named)}" if named else "install certifi again: pip install certifi",
        ) from None


class DeadlineTransport(httpx.BaseTransport):
    """Connection pool whose socket operations respect :func:`deadline`.

    Args:
        base_url: URL of the service. Proxy variables apply, except to loopback.
    """

    def __init__(self, base_url: str) -> None:
        # To read the certificates of all authorities takes 15 ms, which http:// does not need.
        self._ssl_context = _trusted_certificates() if urlsplit(base_url).scheme == "https" else None
        self._base_url = base_url
        self._pool = self._new_pool()
        renew_in_child(self)

    def _new_pool(self) -> httpcore.ConnectionPool:
        return httpcore.ConnectionPool(
            ssl_context=self._ssl_context,
            proxy=_proxy(self._base_url),
            max_connections=16,
            keepalive_expiry=30.0,
            network_backend=_Backend(),
        )

    def renew_after_fork(self) -> None:
        """Open own connections; the copies of the parent's sockets are closed, which does not end its connections."""
        for stream in list(_streams):
            stream.close()
        self._pool = self._new_pool()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request; :func:`exchange` translates the exceptions of httpx and httpcore."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path
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


class InProcessTransport(httpx.BaseTransport):
    """Sends requests to an application of this process, within :func:`deadline`.

    Args:
        base_url: URL of the application; see :mod:`pb2b_notebook.in_process`.

    Raises:
        ConfigurationError: This process has no application at the URL.
    """

    def __init__(self, base_url: str) -> None:
        server = in_process.find(base_url)
        if server is None:
            raise _gone_error(base_url)
        self._server = server

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Have the application answer the request, in this thread.

        Raises:
            ConfigurationError: The application was stopped.
        """
        seconds = _clip(request.extensions.get("timeout", {}).get("read"), httpcore.ReadTimeout)
        body = b"".join(cast("httpx.SyncByteStream", request.stream))
        try:
            status, headers, content = self._server.request(
                request.method, request.url.raw_path, request.headers.raw, body, seconds=seconds
            )
        except TimeoutError:
            raise httpx.ReadTimeout("the response came too late", request=request) from None
        except ConnectionRefusedError:
            raise _gone_error(self._server.url) from None
        except ConnectionError:
            raise httpx.ReadError("the application cut the connection", request=request) from None
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(content), request=request)


def _gone_error(base_url: str) -> ConfigurationError:
    return ConfigurationError(
        f"this process has no sandbox at {base_url}",
        repair="it was closed, or another process opened it: there, open it with in_process=False",
    )


def transport_to(base_url: str) -> httpx.BaseTransport:
    """Return the transport to a service: over the network, or to a sandbox of this process.

    Raises:
        ConfigurationError: The URL is that of a sandbox which this process does not have.
        UsageError: The file or folder of certificates cannot be read.
    """
    return InProcessTransport(base_url) if in_process.is_in_process(base_url) else DeadlineTransport(base_url)


class Authorized(httpx.BaseTransport):
    """Adds the key to a copy of each request, so that no request or response object outside contains it."""

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
        """Close the inner transport."""
        self._inner.close()


class Channel:
    """Channel to one service, directly over a transport. Once closed, it sends nothing.

    ``httpx.Client`` adds redirects, cookies, hooks and log lines with whole URLs. None of these is wanted here, and
    they took a third of the time of a small page.

    Args:
        transport: Transport that adds the key.
        forks: Whether the transport opens its own connections in a forked child.
    """

    def __init__(self, transport: httpx.BaseTransport, *, forks: bool = True) -> None:
        self._transport = transport
        self._forks = forks
        self._forked = False
        self.closed = False
        renew_in_child(self)

    def renew_after_fork(self) -> None:
        """Remember that this is another process."""
        self._forked = True

    def send(self, request: httpx.Request) -> httpx.Response:
        """Send the request and read the headers of its response; :func:`exchange` translates the exceptions.

        Raises:
            UsageError: The channel is closed, or a caller's transport came from the parent of this process.
        """
        self.check_open()
        if self._forked and not self._forks:
            raise UsageError(
                "the transport= of this workspace may hold connections of the parent process",
                repair="connect again in this process, with a transport of its own; nothing was sent",
            )
        return self._transport.handle_request(request)

    def check_open(self) -> None:
        """Raise :class:`UsageError` if the channel is closed."""
        if self.closed:
            raise _closed_error()

    def close(self) -> None:
        """Close all connections; a second call does nothing."""
        if not self.closed:
            self.closed = True
            self._transport.close()


def exchange(channel: Channel, request: httpx.Request, *, seconds: float) -> Reply:
    """Send a request and return its complete response.

    Args:
        channel: Channel to the service.
        request: Request to send.
        seconds: Time for the whole exchange.

    Raises:
        ConnectionFailedError: There was no connection; nothing was sent.
        ConnectionLostError: The connection broke after the send, or the response was truncated.
        DeadlineError: The response was not complete in time.
        ResponseTooLargeError: The decoded response is larger than 32 MiB.
        ProtocolError: The response has an encoding that was not requested, or is not HTTP.
        UsageError: The channel is closed.
    """
    failure: BaseException
    try:
        with deadline(seconds):
            response = channel.send(request)
            try:
                body = _decode_body(response)
            finally:
                response.close()
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Reply(response.status_code, headers, _as_utf8(body, headers.get("content-type", "")))
    # The stack frames below contain the header with the key, and a traceback that shows variables would show it: every
    # exception, even Ctrl-C or a MemoryError, is raised again from here, outside of the handlers.
    except _FOREIGN as problem:
        failure = _typed_error(problem, request.url.host)
    except BaseException as problem:  # noqa: BLE001 - raised again below
        failure = _closed_error() if channel.closed and isinstance(problem, RuntimeError) else without_frames(problem)
    raise failure from None


_SUCCESS: Final = 2
_NOT_MODIFIED: Final = 304
_SHORT: Final = 1 << 14
_BLANKS: Final = 64
"""Bytes at either end of a response among which its first and its last sign are."""


def check_whole(reply: Reply) -> Reply:
    """Return a response, unless its JSON lacks its end, though no header says so, or it is that of a cache.

    A gateway may have cut it, or refer to a copy that this client does not have.

    Raises:
        ConnectionLostError: It is truncated, or says that nothing has changed.

    >>> check_whole(Reply(200, {}, b'{"data": []}')).status, check_whole(Reply(200, {}, b"OK")).status
    (200, 200)
    """
    end = {b"{": b"}", b"[": b"]"}.get(reply.body[:_BLANKS].lstrip()[:1])
    if end is not None and reply.status // 100 == _SUCCESS:
        ended = reply.body[-_BLANKS:].rstrip()[-1:] == end
        if not ended or (len(reply.body) <= _SHORT and _lacks_end(reply.body)):
            raise _truncation_error()
    if reply.status == _NOT_MODIFIED:
        raise _truncation_error()
    return reply


def _lacks_end(body: bytes) -> bool:
    """Whether a JSON text was cut; of a long one, the last sign is enough."""
    import msgspec

    try:
        msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as problem:
        return "truncated" in str(problem)
    return False


def _truncation_error() -> ConnectionLostError:
    return ConnectionLostError("the response was truncated", repair="try again")


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


def _closed_error() -> UsageError:
    return UsageError("this workspace is closed", repair="connect again, or keep the with block open")


def _typed_error(problem: Exception, host: str) -> Exception:
    """Return the typed error for one of httpx or httpcore; its text is left out, since it may quote headers."""
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
        f"the connection to {host} broke before the response was complete ({type(problem).__name__})",
        repair="try again; a write with the same Idempotency-Key takes effect only once",
    )


def _decode_body(response: httpx.Response) -> bytes:
    """Return the decoded body."""
    if response.is_stream_consumed:  # another transport read it completely, and httpx has decoded it
        return _strip_prefix(_unzip(_check_size(response.content)))
    encodings = [e.strip().lower() for e in response.headers.get("content-encoding", "").split(",") if e.strip()]
    encodings = [e for e in encodings if e != "identity"]
    if len(encodings) > 1 or not _CODECS.keys() >= set(encodings):
        raise ProtocolError(
            "the response has a content encoding that was not requested",
            repair="a proxy may have changed it; try again, or use another network",
        )
    body = _join(response.iter_raw())
    return _strip_prefix(_decompress(body, _CODECS[encodings[0]]) if encodings else _unzip(body))


def _unzip(body: bytes) -> bytes:
    """Return a body whose compression no header names."""
    return _decompress(body, "gzip") if body.startswith(_GZIP) else body


def _strip_prefix(body: bytes) -> bytes:
    """Return a body without what some services put before JSON: the byte order mark, or a guard against scripts."""
    return body[found.end() :] if (found := _PREFIX.match(body)) else body


def _as_utf8(body: bytes, content_type: str) -> bytes:
    """Return a body as UTF-8, which JSON has to be, if it is in the other encoding that its type names.

    Servlets name ISO-8859-1 by default: a body that is valid UTF-8 is in it.
    """
    named = _CHARSET.search(content_type)
    if named is None or named[1].lower() in _UTF8 or body.isascii():
        return body
    with suppress(UnicodeDecodeError):
        body.decode()
        return body
    with suppress(UnicodeError, LookupError):
        return body.decode(named[1]).encode()
    return body


def _join(pieces: Iterable[bytes]) -> bytes:
    """Return the pieces as one, if they are not too large together."""
    parts: list[bytes] = []
    size = 0
    for piece in pieces:
        size += len(piece)
        parts.append(_check_size(piece, size))
    return b"".join(parts)


def _check_size(piece: bytes, size: int | None = None) -> bytes:
    if (len(piece) if size is None else size) > LARGEST_BODY:
        raise ResponseTooLargeError(
            f"the response is larger than {LARGEST_BODY // MEBIBYTE} MiB",
            repair="request smaller pages with page_size=",
        )
    return piece


def _decompress(body: bytes, codec: str) -> bytes:
    """Return a body decompressed in pieces, so that a decompression bomb costs no more than the largest body."""
    import pyarrow as pa

    try:
        with pa.CompressedInputStream(pa.BufferReader(body), codec) as stream:
            whole = _join(iter(partial(stream.read, MEBIBYTE), b""))
    except OSError as problem:
        if "Truncated" not in str(problem):
            raise ProtocolError("the response's compression is broken", repair="try again") from None
        whole = b""
    if not whole:
        raise _truncation_error()
    return whole
