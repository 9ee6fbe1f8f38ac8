"""A byte-level fault proxy on loopback: it passes HTTP/1.1 between a client and a sandbox, and breaks it on purpose.

Plain sockets and threads: what a fault does to the wire is exactly what is written here. Every request is recorded
with the time of its arrival, so that the proxy is also the witness of what was sent, how often and when.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD_END = b"\r\n\r\n"
PATIENCE = 30.0  # seconds after which a forgotten socket gives up, so that no test hangs


@dataclass
class Seen:
    """One request as it passed: what it was, when it came, and what was answered (status 0: nothing complete)."""

    at: float
    method: str
    path: str
    key: str | None
    status: int = 0
    reply: bytes = b""
    fault: str = ""


@dataclass
class Exchange:
    """One request on its way: the client's socket, the raw request, and how to reach the service."""

    client: socket.socket
    request: bytes
    seen: Seen
    proxy: FaultProxy

    def ask(self) -> bytes:
        """Forward the whole request and read the whole reply; ``b""`` if the service died over it."""
        reply = self.proxy.ask_service(self.request)
        self.seen.status, self.seen.reply = status_of(reply), reply
        return reply

    def give(self, data: bytes) -> None:
        """Send bytes to the client, unless it has disconnected."""
        self.client.sendall(data)

    def reset(self) -> None:
        """Break the client's connection with a RST instead of a FIN."""
        self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Fault(Protocol):
    """A fault of one exchange; its call returns whether the client's connection stays open."""

    def __call__(self, exchange: Exchange) -> bool: ...


# --- faults ----------------------------------------------------------------------------------------------------------


def honest(exchange: Exchange) -> bool:
    """Forward everything unchanged."""
    reply = exchange.ask()
    exchange.give(reply)
    return bool(reply)


@dataclass(frozen=True)
class CutReply:
    """The effect happens; of the reply only the first ``after`` bytes pass (0: none), then FIN, or RST."""

    after: int = 0
    rst: bool = False

    def __call__(self, exchange: Exchange) -> bool:
        exchange.give(exchange.ask()[: self.after])
        if self.rst:
            exchange.reset()
        return False


@dataclass(frozen=True)
class CutRequest:
    """The service gets the first ``after`` bytes of the request and then a FIN; the client gets a FIN or RST."""

    after: int = 0
    rst: bool = False

    def __call__(self, exchange: Exchange) -> bool:
        if self.after:
            exchange.proxy.ask_service(exchange.request[: min(self.after, len(exchange.request) - 1)], hang_up=True)
        if self.rst:
            exchange.reset()
        return False


@dataclass(frozen=True)
class Drip:
    """The reply passes byte by byte, every ``every`` seconds, from its first byte, or only the body."""

    every: float
    part: str = "head"

    def __call__(self, exchange: Exchange) -> bool:
        reply = exchange.ask()
        start = 0 if self.part == "head" else reply.index(HEAD_END) + len(HEAD_END)
        exchange.give(reply[:start])
        for position in range(start, len(reply)):
            exchange.give(reply[position : position + 1])
            if exchange.proxy.closing.wait(self.every):
                return False
        return True


@dataclass(frozen=True)
class Substitute:
    """Another reply passes instead; with ``effect`` the service still sees the request first."""

    reply: bytes
    effect: bool = False

    def __call__(self, exchange: Exchange) -> bool:
        if self.effect:
            exchange.ask()
        exchange.seen.status = status_of(self.reply)
        exchange.give(self.reply)
        return True


@dataclass
class Hold:
    """Stop at a point until ``release`` is set: ``"request"`` before the effect, ``"reply"`` after it.

    ``reached`` is set at the point, so that a test can kill a process exactly there.
    """

    point: str
    reached: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)

    def __call__(self, exchange: Exchange) -> bool:
        reply = exchange.ask() if self.point == "reply" else b""
        self.reached.set()
        self.release.wait(PATIENCE)
        exchange.give(reply)
        return False


@dataclass(frozen=True)
class Doing:
    """Do something: once the service has the request (``"forwarded"``), or before its reply passes (``"reply"``)."""

    what: Callable[[], None]
    point: str = "reply"

    def __call__(self, exchange: Exchange) -> bool:
        if self.point == "forwarded":
            reply = exchange.proxy.ask_service(exchange.request, then=self.what)
        else:
            reply = exchange.ask()
            self.what()
        exchange.give(reply)
        return False


@dataclass(frozen=True)
class Changed:
    """The reply passes with its bytes changed, such as a header added."""

    change: Callable[[bytes], bytes]

    def __call__(self, exchange: Exchange) -> bool:
        exchange.give(self.change(exchange.ask()))
        return True


def reply(status: int, body: bytes = b"", *, length: int | None = None, **headers: str) -> bytes:
    """The bytes of an HTTP reply; ``length`` lies about the body's, header names take ``_`` for ``-``."""
    fields = {"content-type": "application/json", "content-length": str(len(body) if length is None else length)}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = f"HTTP/1.1 {status} X\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return head.encode("utf-8") + b"\r\n" + body


def status_of(reply: bytes) -> int:
    """Return the status in raw reply bytes; 0 if they have none."""
    return int(reply[9:12]) if reply[:5] == b"HTTP/" and reply[9:12].isdigit() else 0


# --- the proxy -------------------------------------------------------------------------------------------------------


class FaultProxy:
    """Listens on a port of its own, which stays the same when the service behind it is restarted on another.

    Args:
        service: Base URL of the sandbox behind it, such as ``http://127.0.0.1:1234``.

    Attributes:
        url: URL that clients connect to.
        seen: Every request, in the order of arrival.
    """

    def __init__(self, service: str) -> None:
        self.service = service
        self.seen: list[Seen] = []
        self.closing = threading.Event()
        self._queue: deque[tuple[str, Fault]] = deque()
        self._standing: list[tuple[str, Fault]] = []
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def once(self, match: str, *faults: Fault) -> None:
        """Apply these faults, one each, to the next requests whose ``"METHOD path"`` contains ``match``."""
        with self._lock:
            self._queue += [(match, fault) for fault in faults]

    def always(self, match: str, fault: Fault) -> None:
        """Apply this fault to every request whose ``"METHOD path"`` contains ``match``."""
        with self._lock:
            self._standing.insert(0, (match, fault))

    def heal(self) -> None:
        """Forward everything unchanged again."""
        with self._lock:
            self._queue.clear()
            self._standing.clear()

    def count(self, match: str = "") -> int:
        """Return the number of requests whose ``"METHOD path"`` contains ``match``."""
        return sum(match in f"{s.method} {s.path}" for s in list(self.seen))

    def close(self) -> None:
        """Close every socket."""
        self.closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._listener.close()
        with self._lock:
            sockets = list(self._open)
        for one in sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- wires ------------------------------------------------------------------------------------------------------

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._open.add(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            with client, contextlib.suppress(OSError):
                while self._pass_one(client):
                    pass
        finally:
            with self._lock:
                self._open.discard(client)

    def _pass_one(self, client: socket.socket) -> bool:
        request = read_message(client)
        if not request:
            return False
        method, target = request.split(b" ", 2)[:2]
        seen = Seen(
            time.monotonic(), method.decode(), urlsplit(target.decode()).path, header(request, "idempotency-key")
        )
        with self._lock:
            self.seen.append(seen)
            fault = self._fault(f"{seen.method} {seen.path}")
        seen.fault = getattr(fault, "__name__", type(fault).__name__)
        return fault(Exchange(client, request, seen, self))

    def _fault(self, name: str) -> Fault:
        for position, (match, fault) in enumerate(self._queue):
            if match in name:
                del self._queue[position]
                return fault
        return next((fault for match, fault in self._standing if match in name), honest)

    def ask_service(self, request: bytes, *, hang_up: bool = False, then: Callable[[], None] | None = None) -> bytes:
        """Send bytes to the service on a connection of their own and read the reply, if one comes."""
        parts = urlsplit(self.service)
        try:
            with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=PATIENCE) as service:
                service.sendall(request)
                if then is not None:
                    then()
                if hang_up:
                    service.shutdown(socket.SHUT_WR)
                return read_message(service)
        except OSError:
            return b""


def read_message(wire: socket.socket) -> bytes:
    """One HTTP message with a Content-Length, or without a body; ``b""`` when the other side hung up before its end."""
    data = b""
    while HEAD_END not in data:
        piece = wire.recv(65536)
        if not piece:
            return b""
        data += piece
    whole = data.index(HEAD_END) + len(HEAD_END) + int(header(data, "content-length") or 0)
    while len(data) < whole:
        piece = wire.recv(65536)
        if not piece:
            return b""
        data += piece
    return data


def header(message: bytes, name: str) -> str | None:
    """Return a header of raw message bytes."""
    for line in message.partition(HEAD_END)[0].split(b"\r\n")[1:]:
        found, _, value = line.partition(b":")
        if found.strip().lower() == name.encode():
            return value.strip().decode("latin-1")
    return None
