"""Exchange one HTTP request and response under one deadline, with a limit on the size of the response."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from pb2b_notebook import in_process
from pb2b_notebook.api.http.responses.reply import CODECS, Reply
from pb2b_notebook.api.http.sending.deadlines import TIMEOUTS, clip, deadline
from pb2b_notebook.api.http.sending.messages import Request, Response, Transport
from pb2b_notebook.credentials import Secret
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

LARGEST_BODY = 32 * 2**20
MEBIBYTE = 2**20
_CODECS: Final = {**CODECS, "x-gzip": "gzip", "deflate": "gzip"}
"""Codec of each content encoding; that of gzip reads zlib's format too. Source: RFC 9110, section 8.4.1."""
_GZIP: Final = b"\x1f\x8b"
"""Begin of a gzip file, by which a body is known whose header a proxy left out. Source: RFC 1952, section 2.3.1."""
_CHARSET: Final = re.compile(r"charset\s*=\s*\"?([\w.:-]{1,40})", re.IGNORECASE)
_UTF8: Final = frozenset({"utf-8", "utf8"})
_PREFIX: Final = re.compile(rb"\xef\xbb\xbf|\)\]\}',?\s*\n")


class InProcessTransport:
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

    def send(self, request: Request) -> Response:
        """Have the application answer the request, in this thread.

        Raises:
            ConfigurationError: The application was stopped.
        """
        seconds = clip(TIMEOUTS["read"], TimeoutError)
        try:
            status, headers, content = self._server.request(
                request.method, request.url_parts()[1], request.headers, request.body or b"", seconds=seconds
            )
        except ConnectionRefusedError:
            raise _gone_error(self._server.url) from None
        return Response(status, headers, [content])

    def close(self) -> None:
        """Do nothing: a process needs no connection to itself."""


def _gone_error(base_url: str) -> ConfigurationError:
    return ConfigurationError(
        f"this process has no sandbox at {base_url}",
        repair="it was closed, or another process opened it: there, open it with in_process=False",
    )


def transport_to(base_url: str) -> Transport:
    """Return the transport to a service: over the network, or to a sandbox of this process.

    Raises:
        ConfigurationError: The URL is that of a sandbox which this process does not have.
        UsageError: The file or folder of certificates cannot be read.
    """
    if in_process.is_in_process(base_url):
        return InProcessTransport(base_url)
    from pb2b_notebook.api.http.sending.network import NetworkTransport

    return NetworkTransport(base_url)


class Authorized:
    """Adds the key to a copy of each request, so that no request object outside contains it."""

    def __init__(self, inner: Transport, key: Secret) -> None:
        self._inner = inner
        self._key = key

    def send(self, request: Request) -> Response:
        """Send a copy of the request that carries the key."""
        value = b"Bearer " + self._key.reveal().encode("ascii")
        return self._inner.send(request.with_header(b"Authorization", value))

    def close(self) -> None:
        """Close the inner transport."""
        self._inner.close()


class Channel:
    """Channel to one service, directly over a transport. Once closed, it sends nothing.

    Args:
        transport: Transport that adds the key.
        forks: Whether the transport opens its own connections in a forked child.
    """

    def __init__(self, transport: Transport, *, forks: bool = True) -> None:
        self._transport = transport
        self._forks = forks
        self._forked = False
        self.closed = False
        renew_in_child(self)

    def renew_after_fork(self) -> None:
        """Remember that this is another process."""
        self._forked = True

    def send(self, request: Request) -> Response:
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
        return self._transport.send(request)

    def check_open(self) -> None:
        """Raise :class:`UsageError` if the channel is closed."""
        if self.closed:
            raise _closed_error()

    def close(self) -> None:
        """Close all connections; a second call does nothing."""
        if not self.closed:
            self.closed = True
            self._transport.close()


def exchange(channel: Channel, request: Request, *, seconds: float) -> Reply:
    """Send a request and return its complete response.

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
            return Reply(response.status, response.headers, _as_utf8(body, response.headers.get("content-type", "")))
    # The stack frames below contain the header with the key, and a traceback that shows variables would show it: every
    # exception, even Ctrl-C or a MemoryError, is raised again from here, outside of the handlers.
    except BaseException as problem:  # noqa: BLE001 - raised again below
        failure = _error_for(problem, channel, request)
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


_FOREIGN: Final = frozenset(
    {"HTTPError", "NetworkError", "TimeoutException", "ProtocolError", "UnsupportedProtocol", "ProxyError", "OSError"}
)
"""Names of the exceptions of httpx, httpcore and Python that are translated; both libraries use the same names."""
_NOT_SENT: Final = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol"})
_LATE: Final = frozenset({"TimeoutException", "TimeoutError"})


def _error_for(problem: BaseException, channel: Channel, request: Request) -> BaseException:
    """Return what to raise for an exception of an exchange."""
    names = {c.__name__ for c in type(problem).__mro__ if c.__module__ in {"httpx", "httpcore", "builtins"}}
    if names & _FOREIGN:
        return _typed_error(type(problem).__name__, names, urlsplit(request.url).hostname or "")
    if channel.closed and isinstance(problem, RuntimeError):
        return _closed_error()
    return without_frames(problem)


def _closed_error() -> UsageError:
    return UsageError("this workspace is closed", repair="connect again, or keep the with block open")


def _typed_error(name: str, names: set[str], host: str) -> Exception:
    """Return the typed error for one of httpx or httpcore; its text is left out, since it may quote headers."""
    if names & _NOT_SENT:
        return ConnectionFailedError(
            f"no connection to {host} ({name})",
            repair="check the network, the base URL and the proxy settings; nothing was sent",
        )
    repair = "try again; a write with the same Idempotency-Key takes effect only once"
    if names & _LATE:
        return DeadlineError(f"{host} did not answer in time ({name})", repair=repair)
    return ConnectionLostError(
        f"the connection to {host} broke before the response was complete ({name})", repair=repair
    )


def _decode_body(response: Response) -> bytes:
    """Return the decoded body."""
    encodings = [e.strip().lower() for e in response.headers.get("content-encoding", "").split(",") if e.strip()]
    encodings = [e for e in encodings if e != "identity"]
    if len(encodings) > 1 or not _CODECS.keys() >= set(encodings):
        raise ProtocolError(
            "the response has a content encoding that was not requested",
            repair="a proxy may have changed it; try again, or use another network",
        )
    body = _join(response.pieces)
    if encodings == ["deflate"] and not _is_zlib(body):
        return _strip_prefix(_inflate(body))
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


def _check_size(piece: bytes, size: int) -> bytes:
    if size > LARGEST_BODY:
        raise ResponseTooLargeError(
            f"the response is larger than {LARGEST_BODY // MEBIBYTE} MiB",
            repair="request smaller pages with page_size=",
        )
    return piece


def _is_zlib(body: bytes) -> bool:
    """Whether a body is empty, or begins as the zlib format does. Source: RFC 1950, section 2.2."""
    return not body or (body[0] & 15 == 8 and int.from_bytes(body[:2], "big") % 31 == 0)  # noqa: PLR2004 - of the RFC


def _inflate(body: bytes) -> bytes:
    """Return a deflated body without the header of zlib, as some services send it, decompressed in pieces."""
    stream, rest = zlib.decompressobj(-zlib.MAX_WBITS), body

    def pieces() -> Iterator[bytes]:
        nonlocal rest
        while not stream.eof:
            piece = stream.decompress(rest, MEBIBYTE)
            if not piece and rest == stream.unconsumed_tail:
                raise _truncation_error()
            rest = stream.unconsumed_tail
            yield piece

    with suppress(zlib.error):
        whole = _join(pieces())
        if not stream.unused_data:
            return whole
    raise ProtocolError("the response's compression is broken", repair="try again")


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
