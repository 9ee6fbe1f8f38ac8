"""Run an ASGI application in a thread, on a loopback port that the system chooses."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import struct
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NoReturn, Self

from pb2b_notebook.errors import ConfigurationError, MissingExtraError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

LOOPBACK = "127.0.0.1"
CONNECTION = "pb2b.connection"
"""The ASGI extension under which an application finds the :class:`Connection` of its request."""
_LAST_PORT = 65_535


def bind(port: int = 0) -> socket.socket:
    """Take a port of loopback for a :class:`Server`; nobody is accepted yet.

    Args:
        port: 0 (the default) lets the system choose a free one; at most 65,535.

    Raises:
        ConfigurationError: the port is taken or not allowed.
        UsageError: there is no such port.
    """
    if not 0 <= port <= _LAST_PORT:
        raise UsageError("there is no such port", repair=f"choose one up to {_LAST_PORT}, or 0 for any free one")
    # Named, because asyncio sets TCP_NODELAY only where the protocol is: without it a kept connection waits 40 ms
    # a request for a delayed acknowledgement.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((LOOPBACK, port))
    except OSError as error:
        bound.close()
        refused = "is not allowed to this user" if isinstance(error, PermissionError) else "is taken"
        raise ConfigurationError(
            f"port {port} {refused}", repair="choose another port, or 0 for any free one"
        ) from None
    return bound


class Connection:
    """The connection that a request came over, for an application that has to break it."""

    def __init__(self, transport: Callable[[], asyncio.Transport | None]) -> None:
        self._transport = transport

    def close(self) -> None:
        """Close it, once what was sent is out (TCP FIN)."""
        transport = self._transport()
        if transport is not None:
            transport.close()

    def reset(self) -> None:
        """Break it at once (TCP RST); what was not sent yet is dropped."""
        transport = self._transport()
        if transport is None:
            return
        # Closing a socket that lingers for no time resets the connection.
        no_time = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_time)
        transport.abort()


class Server:
    """An application served over real HTTP on loopback, for as long as the ``with`` block runs.

    The port is bound in the constructor, so ``url`` is right before the first request, and two servers never
    race for a port. uvicorn's own access log stays off: query strings hold lead data.

    Args:
        app: any ASGI application.
        port: see :func:`bind`.
        bound: what :func:`bind` gave, for who wants to know that the port is free before there is an application.

    Raises:
        ConfigurationError: the port is taken or not allowed, or the application does not start.
        UsageError: there is no such port.
        MissingExtraError: uvicorn is not installed.
    """

    def __init__(self, app: Any, *, port: int = 0, bound: socket.socket | None = None) -> None:
        try:
            import uvicorn
        except ImportError:
            raise MissingExtraError("sandbox", "serving on loopback") from None
        self._socket = bind(port) if bound is None else bound
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{LOOPBACK}:{self.port}"
        config = uvicorn.Config(
            _ending_quietly(self._with_connection(app)),
            log_level="warning",
            access_log=False,
            lifespan="on",
            # The application writes its own Date, from its own clock, and does not advertise a server.
            date_header=False,
            server_header=False,
            timeout_graceful_shutdown=2,
        )
        self._server = uvicorn.Server(config)
        self._thread: threading.Thread | None = None

    def _with_connection(self, app: Any) -> Any:
        async def served(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                connection = Connection(lambda: self._transport(scope["client"]))
                scope["extensions"] = {**scope.get("extensions", {}), CONNECTION: connection}
            await app(scope, receive, send)

        return served

    def _transport(self, client: tuple[str, int]) -> asyncio.Transport | None:
        """Of the connection of this client, which has one request at a time; ``None`` if it hung up."""
        connections = self._server.server_state.connections
        return next((each.transport for each in connections if getattr(each, "client", None) == client), None)

    def start(self) -> Self:
        """Start the thread and return once the application answers."""
        ready = threading.Event()
        self._announce(ready.set)

        def run() -> None:
            try:
                self._server.run(sockets=[self._socket])
            finally:
                ready.set()

        self._thread = threading.Thread(target=run, name="pb2b-server", daemon=True)
        self._thread.start()
        ready.wait()
        if not self._server.started:
            self.stop()
            raise _not_started()
        return self

    def stop(self) -> None:
        """Stop serving, wait for the thread, free the port; twice is harmless."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(timeout=10)
            self._thread = None
        self._socket.close()

    def run_in_foreground(self, ready: Callable[[], None] = lambda: None) -> None:
        """Serve in this thread until Ctrl-C or SIGTERM; ``ready`` is called once it accepts connections.

        After SIGTERM it returns, so that whoever called it can close what it served.

        Raises:
            ConfigurationError: the application does not start.
        """
        self._announce(ready)
        with suppress(SystemExit), _outliving_sigterm():  # how uvicorn says that the application did not start
            self._server.run(sockets=[self._socket])
        if not self._server.started:
            raise _not_started()

    def _announce(self, ready: Callable[[], None]) -> None:
        startup = self._server.startup

        async def start_and_announce(sockets: list[socket.socket] | None = None) -> None:
            await startup(sockets)
            if self._server.started:
                ready()

        self._server.startup = start_and_announce  # type: ignore[method-assign]

    def __enter__(self) -> Self:
        return self if self._thread is not None else self.start()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


@contextmanager
def _outliving_sigterm() -> Iterator[None]:
    """Let SIGTERM leave the block instead of ending the process: uvicorn raises it again when it has stopped."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(_number: int, _frame: object) -> NoReturn:
    raise SystemExit


def _not_started() -> ConfigurationError:
    return ConfigurationError("the application did not start", repair="see the log lines above")


def _ending_quietly(app: Any) -> Any:
    """Let a request that is cut off by the end of the server end without a traceback in its log.

    uvicorn waits for open requests as long as ``timeout_graceful_shutdown`` says, then cancels them, and would show
    each as a failure of the application. What the client is told is the application's own matter.
    """

    async def served(scope: Any, receive: Any, send: Any) -> None:
        try:
            await app(scope, receive, send)
        except asyncio.CancelledError:
            if scope["type"] != "http":
                raise

    return served
