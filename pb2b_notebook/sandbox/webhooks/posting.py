"""One POST to a sink: bounded in where it goes, how long it takes, and how much of the answer is read.

HTTP/1.1 over a connection of its own, spoken by h11. A redirect is an answer like any other, and not a good one.
"""

from __future__ import annotations

import codecs
import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING

import h11

from pb2b_notebook.sandbox.webhooks.delivery_attempts import Outcome
from pb2b_notebook.sandbox.webhooks.sinks import locate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pb2b_notebook.sandbox.webhooks.sinks import Sink

TIMEOUT = 15.0
"""Seconds from the first step towards a sink to the end of its answer."""
SNIPPET = 500
"""How many bytes of an answer's body are read and kept."""
_LARGEST_HEAD = 65_536
_PIECE = 16_384

# The first that fits. Whatever else is wrong was found out before anything was sent, and says so itself.
_REASONS: dict[type[Exception], str] = {
    ssl.SSLCertVerificationError: "the endpoint's certificate is not trusted on this machine",
    ssl.SSLError: "no encrypted connection came about",
    ConnectionRefusedError: "the connection was refused",
    ConnectionError: "the connection was closed before the answer was complete",
    OSError: "the endpoint could not be reached",
    h11.RemoteProtocolError: "the endpoint's answer is not valid HTTP",
}


class AbandonedError(Exception):
    """The attempt was cut off from this side: nothing is known of it, so it does not count."""


class Poster:
    """Posts to sinks on this machine.

    Args:
        timeout: seconds for one attempt as a whole, however slowly the sink reads or answers.
    """

    def __init__(self, *, timeout: float = TIMEOUT) -> None:
        self._timeout = timeout
        self._lock = threading.Lock()
        self._open: set[_Line] = set()
        self._closed = False

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Make one attempt.

        Raises:
            AbandonedError: :meth:`close` came first.
        """
        answer = _Answer()
        problem: str | None
        try:
            sink = locate(url)
            with self._line() as line:
                line.connect(sink, self._tls if sink.encrypted else None)
                line.ask(sink, headers, body)
                line.read(answer)
            problem = answer.refusal
        except (OSError, ValueError, h11.RemoteProtocolError) as failure:
            if self._closed:
                raise AbandonedError from None
            problem = answer.refusal or self._explain(failure)
        return Outcome(answer.status, answer.snippet, problem)

    def close(self) -> None:
        """Cut off the attempts in hand, and make no more."""
        with self._lock:
            self._closed = True
            for line in self._open:
                line.cut()

    @contextmanager
    def _line(self) -> Iterator[_Line]:
        line = _Line(time.monotonic() + self._timeout)
        with self._lock:
            if self._closed:
                raise AbandonedError
            self._open.add(line)
        try:
            yield line
        finally:
            with self._lock:
                self._open.remove(line)
            line.close()

    def _explain(self, failure: Exception) -> str:
        """Tell why an attempt failed; the sink's own words are in the snippet, and the URL in the webhook."""
        if isinstance(failure, TimeoutError):
            return f"the endpoint did not answer in full within {self._timeout:g} seconds"
        return next((reason for kind, reason in _REASONS.items() if isinstance(failure, kind)), str(failure))


class _Answer:
    """What has come so far."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.body = b""

    @property
    def refusal(self) -> str | None:
        """Why the answer is not a good one, whether all of it came or not."""
        if self.status is None or HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES:
            return None
        redirects = HTTPStatus.MULTIPLE_CHOICES <= self.status < HTTPStatus.BAD_REQUEST
        return f"the endpoint answered {self.status}" + (": redirects are not followed" if redirects else "")

    @property
    def snippet(self) -> str | None:
        """The beginning of the body as text, without the half of a character."""
        if self.status is None:
            return None
        return codecs.getincrementaldecoder("utf-8")("replace").decode(self.body[:SNIPPET])


class _Line:
    """A connection that ends at its deadline, whatever it is doing then."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self._socket: socket.socket | None = None
        self._cut = False
        self._protocol = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LARGEST_HEAD)

    def connect(self, sink: Sink, tls: ssl.SSLContext | None) -> None:
        """Connect to the first address that takes it; the addresses were checked, and nothing else is asked.

        Raises:
            OSError: why the first one did not.
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
            # The handshake comes after the socket is known, so that it can be cut.
            secured = tls.wrap_socket(self._in_time(), server_hostname=sink.host, do_handshake_on_connect=False)
            self._socket = secured
            self._in_time()
            secured.do_handshake()

    def ask(self, sink: Sink, headers: Mapping[str, str], body: bytes) -> None:
        """Send the request."""
        given = [("Host", sink.authority), ("Connection", "close"), ("Content-Length", str(len(body)))]
        request = h11.Request(method="POST", target=sink.target, headers=[*given, *headers.items()])
        sent = b"".join(self._protocol.send(event) or b"" for event in (request, h11.Data(body), h11.EndOfMessage()))
        # Whoever refuses a body unread may have answered before it hung up.
        with suppress(BrokenPipeError, ConnectionResetError):
            self._in_time().sendall(sent)

    def read(self, answer: _Answer) -> None:
        """Read the answer to its end, or as much of its body as is kept.

        Raises:
            OSError: it did not come, not in time, or not to its end.
            RemoteProtocolError: it is not HTTP.
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
            piece = self._in_time().recv(_PIECE)
            self._protocol.receive_data(piece)
            try:
                event = self._protocol.next_event()
            except h11.RemoteProtocolError:
                if not piece:
                    raise ConnectionResetError from None
                raise
        return event

    def _in_time(self) -> socket.socket:
        """The socket, for one operation that ends by the deadline.

        Raises:
            TimeoutError: the deadline has passed.
            ConnectionAbortedError: it was cut.
        """
        left = self._deadline - time.monotonic()
        if self._cut or self._socket is None:
            raise ConnectionAbortedError
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
        return self._socket

    def cut(self) -> None:
        """End what another thread is doing with it, and let it begin nothing more."""
        self._cut = True
        with suppress(OSError):
            if self._socket is not None:
                self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of it."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
