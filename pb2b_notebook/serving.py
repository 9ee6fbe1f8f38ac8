"""Serve an ASGI application on a loopback port, in a thread or in the foreground."""

from __future__ import annotations

import os
import signal
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Self

from pb2b_notebook import threads
from pb2b_notebook.browser import is_in_browser
from pb2b_notebook.errors import ConfigurationError, MissingExtraError, UsageError
from pb2b_notebook.forking import renew_in_child

if TYPE_CHECKING:
    import asyncio

LOOPBACK = "127.0.0.1"
CONNECTION = "pb2b.connection"
"""The ASGI extension under which an application finds the :class:`Connection` of its request."""
_LAST_PORT = 65_535


def bind(port: int = 0) -> socket.socket:
    """Return a socket bound to a loopback port, for a :class:`Server`; it does not listen yet.

    Args:
        port: Port up to 65,535; 0 (the default) lets the system choose a free one.

    Raises:
        ConfigurationError: The port is in use or not allowed.
        UsageError: The number is not a port.
    """
    if not 0 <= port <= _LAST_PORT:
        raise UsageError(f"{port} is not a port", repair=f"choose a port up to {_LAST_PORT}, or 0 for any free port")
    # asyncio sets TCP_NODELAY only on a socket that names its protocol; without it, each request on a connection that
    # is kept open waits 40 ms for a delayed acknowledgement.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((LOOPBACK, port))
    except OSError as error:
        bound.close()
        refused = "is not allowed for this user" if isinstance(error, PermissionError) else "is in use"
        raise ConfigurationError(
            f"port {port} {refused}", repair="choose another port, or 0 for any free port"
        ) from None
    return bound


@cache
def can_serve() -> bool:
    """Whether this Python can serve on loopback: it can start threads and listen on a port, which a browser forbids.

    >>> can_serve()
    True
    """
    if is_in_browser():  # its sockets are imitations, of which some parts are missing
        return False
    try:
        with bind() as attempt:
            attempt.listen()
    except (OSError, ConfigurationError):
        return False
    return threads.available()


def _open_files() -> list[int]:
    """Return the numbers of the files that this process has open; none where the system does not list them."""
    try:
        return [int(entry.name) for entry in Path("/dev/fd").iterdir()]
    except OSError:
        return []


class Connection:
    """The connection of a request, for an application that must close or reset it."""

    def __init__(self, transport: Callable[[], asyncio.Transport | None]) -> None:
        self._transport = transport

    def close(self) -> None:
        """Close the connection after sending what was written (TCP FIN)."""
        transport = self._transport()
        if transport is not None:
            transport.close()

    def reset(self) -> None:
        """Reset the connection at once (TCP RST); what was not sent yet is dropped."""
        transport = self._transport()
        if transport is None:
            return
        # Closing a socket with a linger time of zero resets the connection.
        no_time = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_time)
        transport.abort()


class Server:
    """An application served over HTTP on loopback, for as long as the ``with`` block runs.

    The port is bound in the constructor, so ``url`` is known before the first request, and two servers never
    race for a port. uvicorn's access log stays off: query strings contain lead data.

    Args:
        app: An ASGI application.
        port: Port; see :func:`bind`.
        bound: Socket from :func:`bind`, for a caller that binds the port before it has the application.

    Raises:
        ConfigurationError: The port is in use or not allowed, the application does not start, or this Python cannot
            serve.
        UsageError: The number is not a port.
        MissingExtraError: The package uvicorn is not installed.
    """

    def __init__(self, app: Any, *, port: int = 0, bound: socket.socket | None = None) -> None:
        if not can_serve():
            raise ConfigurationError("this Python cannot serve on loopback", repair="use in_process=True")
        try:
            import uvicorn
        except ImportError:
            raise MissingExtraError("sandbox", "serving on loopback") from None
        self._socket = bind(port) if bound is None else bound
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{LOOPBACK}:{self.port}"
        config = uvicorn.Config(
            _end_quietly(self._with_connection(app)),
            log_level="warning",
            access_log=False,
            lifespan="on",
            ws="none",  # no application here has them; their library takes a while to load
            # The application writes its own Date, from its own clock, and does not advertise a server.
            date_header=False,
            server_header=False,
            timeout_graceful_shutdown=2,
        )
        self._server = uvicorn.Server(config)
        self._thread: threading.Thread | None = None
        self._close_connections_at_the_end()
        renew_in_child(self)

    def renew_after_fork(self) -> None:
        """Let go of the parent's connections: they would stay open, and unanswered, until this process ends."""
        self._thread = None
        # Also those that the server has accepted but not registered yet. They are replaced and not closed, because the
        # event loop in this copy would close the numbers again, when other files have them.
        nowhere = os.open(os.devnull, os.O_RDWR)
        for entry in _open_files():
            with suppress(OSError):  # not a socket
                inherited = socket.socket(fileno=entry)
                try:
                    is_servers = inherited.family == socket.AF_INET and inherited.getsockname()[1] == self.port
                finally:
                    inherited.detach()
                if is_servers:
                    os.dup2(nowhere, entry, inheritable=False)
        os.close(nowhere)

    def _with_connection(self, app: Any) -> Any:
        async def serve(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                connection = Connection(lambda: self._transport(scope["client"]))
                scope["extensions"] = {**scope.get("extensions", {}), CONNECTION: connection}
            await app(scope, receive, send)

        return serve

    def _transport(self, client: tuple[str, int]) -> asyncio.Transport | None:
        """Return the transport of a client's connection, which has one request at a time; ``None`` if it is closed."""
        connections = self._server.server_state.connections
        return next((each.transport for each in connections if getattr(each, "client", None) == client), None)

    def start(self) -> Self:
        """Start the thread, and return once the application accepts connections."""
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
            raise _start_error()
        return self

    def stop(self) -> None:
        """Stop serving, wait for the thread and free the port; a second call does nothing."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(timeout=10)
            self._thread = None
        self._socket.close()

    def run_in_foreground(self, ready: Callable[[], None] = lambda: None) -> None:
        """Serve in this thread until Ctrl-C or SIGTERM; ``ready`` is called once it accepts connections.

        It returns after SIGTERM, so that the caller can close what it served.

        Raises:
            ConfigurationError: The application does not start.
        """
        self._announce(ready)
        with suppress(SystemExit), _survive_sigterm():  # uvicorn raises SystemExit if the application does not start
            self._server.run(sockets=[self._socket])
        if not self._server.started:
            raise _start_error()

    def _announce(self, ready: Callable[[], None]) -> None:
        startup = self._server.startup

        async def start_and_announce(sockets: list[socket.socket] | None = None) -> None:
            await startup(sockets)
            if self._server.started:
                ready()

        self._server.startup = start_and_announce  # type: ignore[method-assign]

    def _close_connections_at_the_end(self) -> None:
        """Abort connections that are still open after uvicorn's shutdown, for example of a client that does not read.

        uvicorn leaves them to the end of the event loop, which would leave their sockets open.
        """
        import asyncio

        shutdown = self._server.shutdown

        async def shut_down_and_close(sockets: list[socket.socket] | None = None) -> None:
            await shutdown(sockets)
            for connection in list(self._server.server_state.connections):
                if (transport := getattr(connection, "transport", None)) is not None:
                    transport.abort()
            await asyncio.sleep(0)  # an abort closes the socket in the loop's next turn

        self._server.shutdown = shut_down_and_close  # type: ignore[method-assign]

    def __enter__(self) -> Self:
        return self if self._thread is not None else self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


@contextmanager
def _survive_sigterm() -> Iterator[None]:
    """Let SIGTERM end the block instead of the process: uvicorn raises the signal again after it has stopped."""
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


def _start_error() -> ConfigurationError:
    return ConfigurationError("the application did not start", repair="see the log lines above")


def _end_quietly(app: Any) -> Any:
    """Return the application, without a traceback in the log for a request that the end of the server cancels.

    uvicorn waits for open requests for ``timeout_graceful_shutdown`` seconds, then cancels them, and would log each as
    a failure of the application. What the client receives is up to the application.
    """
    import asyncio

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        try:
            await app(scope, receive, send)
        except asyncio.CancelledError:
            if scope["type"] != "http":
                raise

    return serve
