"""One POST to a sink, with limits on its address, its duration, and the bytes of the response that are read.

It uses HTTP/1.1 over a new connection, with h11. A redirect is not followed and counts as a failure.
"""

from __future__ import annotations

import codecs
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from http import HTTPStatus
from urllib.parse import urlsplit

import h11

from pb2b_notebook.in_process import find, is_in_process
from pb2b_notebook.sandbox.webhooks.delivery_attempts import Outcome
from pb2b_notebook.sandbox.webhooks.sinks import Sink, check_sink, locate

TIMEOUT = 15.0
"""Seconds from the start of the connection to the end of the response."""
SNIPPET = 500
"""Bytes of a response body that are read and stored."""
_LARGEST_HEAD = 65_536
_CHUNK = 16_384

# The first class that matches. Other errors are raised before anything is sent, and have a message of their own.
_REASONS: dict[type[Exception], str] = {
    ssl.SSLCertVerificationError: "the endpoint's certificate is not trusted on this machine",
    ssl.SSLError: "the TLS handshake failed",
    ConnectionRefusedError: "the connection was refused",
    ConnectionError: "the connection was closed before the response was complete",
    OSError: "the endpoint could not be reached",
    h11.RemoteProtocolError: "the response of the endpoint is not valid HTTP",
}


class AbandonedError(Exception):
    """The sandbox cut the attempt off: its outcome is unknown, so it does not count."""


class Poster:
    """Posts to sinks on this machine.

    Args:
        timeout: Seconds for a whole attempt, however slowly the sink reads or answers.
    """

    def __init__(self, *, timeout: float = TIMEOUT) -> None:
        self._timeout = timeout
        self._lock = threading.Lock()
        self._open: set[_Connection] = set()
        self._closed = False

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Make one attempt and return its outcome.

        Raises:
            AbandonedError: :meth:`close` was called first.
        """
        answer = _Answer()
        problem: str | None
        try:
            if is_in_process(url):
                _post_in_process(check_sink(url), headers, body, answer)
                return Outcome(answer.status, answer.snippet, answer.refusal)
            sink = locate(url)
            with self._connection() as connection:
                connection.connect(sink, self._tls if sink.encrypted else None)
                connection.send(sink, headers, body)
                connection.read(answer)
            problem = answer.refusal
        except (OSError, ValueError, h11.RemoteProtocolError) as failure:
            if self._closed:
                raise AbandonedError from None
            problem = answer.refusal or self._explain(failure)
        return Outcome(answer.status, answer.snippet, problem)

    def close(self) -> None:
        """Cut off running attempts, and refuse new ones."""
        with self._lock:
            self._closed = True
            for connection in self._open:
                connection.abort()

    @contextmanager
    def _connection(self) -> Iterator[_Connection]:
        connection = _Connection(time.monotonic() + self._timeout)
        with self._lock:
            if self._closed:
                raise AbandonedError
            self._open.add(connection)
        try:
            yield connection
        finally:
            with self._lock:
                self._open.remove(connection)
            connection.close()

    def _explain(self, failure: Exception) -> str:
        """Return why an attempt failed, without the text of the sink and without the URL."""
        if isinstance(failure, TimeoutError):
            return f"the endpoint did not send a complete response within {self._timeout:g} seconds"
        return next((reason for kind, reason in _REASONS.items() if isinstance(failure, kind)), str(failure))


def _post_in_process(url: str, headers: Mapping[str, str], body: bytes, answer: _Answer) -> None:
    server = find(url)
    if server is None:
        raise ConnectionRefusedError
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    own = {"Host": parts.netloc, "Content-Length": str(len(body))}
    raw = [(name.encode(), value.encode()) for name, value in (own | dict(headers)).items()]
    answer.status, _, answer.body = server.request("POST", target.encode(), raw, body)


class _Answer:
    """The part of the response that has been received."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.body = b""

    @property
    def refusal(self) -> str | None:
        """Why the status is a failure; ``None`` for a 2xx, or before a status was received."""
        if self.status is None or HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES:
            return None
        redirects = HTTPStatus.MULTIPLE_CHOICES <= self.status < HTTPStatus.BAD_REQUEST
        return f"the endpoint answered {self.status}" + (": redirects are not followed" if redirects else "")

    @property
    def snippet(self) -> str | None:
        """Beginning of the body as text, without an incomplete character at its end."""
        if self.status is None:
            return None
        return codecs.getincrementaldecoder("utf-8")("replace").decode(self.body[:SNIPPET])


class _Connection:
    """A connection in which every operation ends by the deadline."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self._socket: socket.socket | None = None
        self._cut = False
        self._protocol = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LARGEST_HEAD)

    def connect(self, sink: Sink, tls: ssl.SSLContext | None) -> None:
        """Connect to the first address that accepts; the addresses have been checked, and no name is resolved.

        Raises:
            OSError: No address accepts; this is the error of the first one.
        """
        first: OSError | None = None
        for address in sink.addresses:
            try:
                self._socket = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
                self._in_time().connect((address, sink.port))
            except OSError as failure:
                self.close()
                first = first or failure
            else:
                break
        if self._socket is None and first is not None:
            raise first
        if tls is not None:
            # The handshake starts after the socket is stored, so that it can be cut off.
            secured = tls.wrap_socket(self._in_time(), server_hostname=sink.host, do_handshake_on_connect=False)
            self._socket = secured
            self._in_time()
            secured.do_handshake()

    def send(self, sink: Sink, headers: Mapping[str, str], body: bytes) -> None:
        """Send the request."""
        own = [("Host", sink.authority), ("Connection", "close"), ("Content-Length", str(len(body)))]
        request = h11.Request(method="POST", target=sink.target, headers=[*own, *headers.items()])
        sent = b"".join(self._protocol.send(event) or b"" for event in (request, h11.Data(body), h11.EndOfMessage()))
        # A server that refuses the body unread may have answered before it closed the connection.
        with suppress(BrokenPipeError, ConnectionResetError):
            self._in_time().sendall(sent)

    def read(self, answer: _Answer) -> None:
        """Read the response to its end, or until its body reaches the snippet's length.

        Raises:
            OSError: The response is missing, late or incomplete.
            RemoteProtocolError: The response is not HTTP.
        """
        while len(answer.body) < SNIPPET:
            event = self._next_event()
            if isinstance(event, h11.Response):
                answer.status = event.status_code
            elif isinstance(event, h11.Data):
                answer.body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                return

    def _next_event(self) -> object:
        event = self._protocol.next_event()
        while event is h11.NEED_DATA:
            chunk = self._in_time().recv(_CHUNK)
            self._protocol.receive_data(chunk)
            try:
                event = self._protocol.next_event()
            except h11.RemoteProtocolError:
                if not chunk:
                    raise ConnectionResetError from None
                raise
        return event

    def _in_time(self) -> socket.socket:
        """Return the socket for one operation, with the remaining time as its timeout."""
        left = self._deadline - time.monotonic()
        if self._cut or self._socket is None:
            raise ConnectionAbortedError
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
        return self._socket

    def abort(self) -> None:
        """Abort the operation of another thread, and refuse further ones."""
        self._cut = True
        with suppress(OSError):
            if self._socket is not None:
                self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
