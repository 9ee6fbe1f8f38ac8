"""Run an ASGI application in a thread, on a loopback port that the system chooses."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any, Self

from pb2b_notebook.errors import ConfigurationError, MissingExtraError

if TYPE_CHECKING:
    from types import TracebackType

LOOPBACK = "127.0.0.1"


class Server:
    """An application served over real HTTP on loopback, for as long as the ``with`` block runs.

    The port is bound in the constructor, so ``url`` is right before the first request, and two servers never
    race for a port. uvicorn's own access log stays off: query strings hold lead data.

    Args:
        app: any ASGI application.
        port: 0 (the default) lets the system choose a free one.

    Raises:
        ConfigurationError: the port is taken, or the application does not start.
        MissingExtraError: uvicorn is not installed.
    """

    def __init__(self, app: Any, *, port: int = 0) -> None:
        try:
            import uvicorn
        except ImportError:
            raise MissingExtraError("sandbox", "serving on loopback") from None
        # Named, because asyncio sets TCP_NODELAY only where the protocol is: without it a kept connection waits 40 ms
        # a request for a delayed acknowledgement.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((LOOPBACK, port))
        except OSError:
            self._socket.close()
            raise ConfigurationError(
                f"port {port} is taken", repair="choose another port, or 0 for any free one"
            ) from None
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{LOOPBACK}:{self.port}"
        config = uvicorn.Config(
            app,
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

    def start(self) -> Self:
        """Start the thread and return once the application answers."""
        ready = threading.Event()
        startup = self._server.startup

        async def announce(sockets: list[socket.socket] | None = None) -> None:
            await startup(sockets)
            ready.set()

        self._server.startup = announce  # type: ignore[method-assign]

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
            raise ConfigurationError("the application did not start", repair="see the log lines above")
        return self

    def stop(self) -> None:
        """Stop serving, wait for the thread, free the port; twice is harmless."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(timeout=10)
            self._thread = None
        self._socket.close()

    def run_in_foreground(self) -> None:
        """Serve in this thread until Ctrl-C or SIGTERM."""
        self._server.run(sockets=[self._socket])

    def __enter__(self) -> Self:
        return self if self._thread is not None else self.start()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
