"""A sink on loopback that answers requests from a script and records them."""

from __future__ import annotations

import json
import socket
import struct
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable

    Answer = int | bytes | Callable[["Exchange"], None]

TIMEOUT = 60


@dataclass(frozen=True)
class Received:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        return json.loads(self.body)

    @property
    def delivery_id(self) -> str:
        return self.headers["x-prospectb2b-delivery"]


class Exchange:
    """The connection of a scripted answer: it can write bytes or reset the connection."""

    def __init__(self, connection: socket.socket, received: Received) -> None:
        self.connection = connection
        self.received = received

    def write(self, data: bytes) -> None:
        self.connection.sendall(data)

    def drip(self, chunk: bytes) -> None:
        """Write a chunk repeatedly until the client disconnects."""
        with self.connection:
            while True:
                try:
                    self.connection.sendall(chunk)
                except OSError:
                    return
                # Slow on purpose, not a timing: the test ends when the client disconnects.
                threading.Event().wait(0.01)

    def reset(self) -> None:
        """End with RST instead of FIN."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


class Hold:
    """An answer that is held until the test releases it."""

    def __init__(self, status: int = 204) -> None:
        self.status = status
        self.reached = threading.Event()
        self.released = threading.Event()

    def __call__(self, exchange: Exchange) -> None:
        self.reached.set()
        self.released.wait(TIMEOUT)
        exchange.write(_reply(self.status))


class ScriptedSink:
    """Serves until the ``with`` block ends.

    Args:
        answers: Answers to the first requests, in order: a status, raw bytes, or a function of the :class:`Exchange`.
        then: Answer to all later requests.
        host: Loopback address.
        tls: TLS context of the server; ``None`` for plain HTTP.
    """

    def __init__(self, *answers: Answer, then: Answer = 204, host: str = "127.0.0.1", tls: Any = None) -> None:
        self.received: list[Received] = []
        self._answers = list(answers)
        self._then = then
        self._came = threading.Condition()
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                sink._answer(self.connection, Received(self.path, headers, self.rfile.read(length)))
                self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        class Listening(ThreadingHTTPServer):
            address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_: object) -> None:
                """Ignore clients that disconnect: tests do this on purpose."""

            def server_bind(self) -> None:
                # Without resolving the name of the machine, which may be slow.
                self.socket.bind(self.server_address)
                self.server_address = self.socket.getsockname()
                self.server_name, self.server_port = host, self.server_address[1]

        self._server = Listening((host, 0), Handler)
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port: int = self._server.server_port
        self.url = f"{'http' if tls is None else 'https'}://{f'[{host}]' if ':' in host else host}:{self.port}/hooks"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wait_for(self, count: int) -> None:
        """Wait until ``count`` requests have been received."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.received) >= count, TIMEOUT), f"{len(self.received)} came"

    @property
    def events(self) -> list[dict[str, Any]]:
        return [each.event for each in self.received]

    @property
    def types(self) -> list[str]:
        return [event["type"] for event in self.events]

    def _answer(self, connection: socket.socket, received: Received) -> None:
        with self._came:
            self.received.append(received)
            answer = self._answers.pop(0) if self._answers else self._then
            self._came.notify_all()
        if callable(answer):
            answer(Exchange(connection, received))
        else:
            connection.sendall(answer if isinstance(answer, bytes) else _reply(answer))


def _reply(status: int) -> bytes:
    body = b"" if status == 204 else f"status {status}".encode()
    length = b"" if status == 204 else b"Content-Length: %d\r\n" % len(body)
    return b"HTTP/1.1 %d Answer\r\n" % status + length + b"\r\n" + body
