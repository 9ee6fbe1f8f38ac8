"""Serve an ASGI application to this process: without a port, a thread and an event loop, by a call.

The application runs in the thread that sends the request. That works for an application which waits for nothing but
its own parts: its coroutine then runs from its start to its end in one step. Where a served application would wait for
a worker thread, for time or for a slow sender, it uses :func:`run_blocking`, :func:`sleep` and :func:`time_limit`,
which here do the work at once.

The address ``in-process://sandbox-3f9c01ab`` has a scheme that nothing else answers to, and a name that is new each
time: no other process, and no later sandbox, can be mistaken for it. No HTTP client sends anything there.
"""

from __future__ import annotations

import secrets
import time
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import partial
from threading import RLock
from typing import Any, Final, NamedTuple, Self
from urllib.parse import unquote, urlsplit

from pb2b_notebook.errors import UsageError
from pb2b_notebook.forking import ParentsLock, renew_in_child

SCHEME: Final = "in-process"
"""The scheme of the URLs of this module."""
NAME_PATTERN: Final = "[a-z]+-[0-9a-f]{8}"
"""The pattern of their host, for validation."""

Headers = Sequence[tuple[bytes, bytes]]

_NEVER: Final = float("inf")
_gives_up: ContextVar[float | None] = ContextVar("pb2b_gives_up", default=None)
"""When the sender of the current request gives up, by the monotonic clock; ``None`` outside of such a request."""
_servers: weakref.WeakValueDictionary[str, InProcessServer] = weakref.WeakValueDictionary()


class Response(NamedTuple):
    """A complete response: status, headers as sent, and body."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class InProcessServer:
    """An application that this process reaches under a URL of its own, and no other process.

    Requests of several threads are answered one after another. In a forked child it refuses all requests, because the
    data of the application belong to the parent.

    Args:
        app: An ASGI application that waits for nothing outside; its lifespan is not run.
        kind: What the application is, in lower-case letters: the beginning of its name.
        between: Called before and after each request, for what a served application does meanwhile.

    Attributes:
        url: Its URL, without a path.

    Example:
        >>> async def app(scope, receive, send):
        ...     await send({"type": "http.response.start", "status": 200, "headers": []})
        ...     await send({"type": "http.response.body", "body": scope["path"].encode()})
        >>> server = InProcessServer(app, kind="example").start()
        >>> find(server.url + "/leads").request("GET", b"/leads", [], b"").body
        b'/leads'
        >>> server.stop()
    """

    def __init__(self, app: Any, *, kind: str, between: Callable[[], object] = lambda: None) -> None:
        self._app = app
        self._between = between
        self._name = f"{kind}-{secrets.token_hex(4)}"
        self._running = False
        self._lock: Any = RLock()
        self.url = f"{SCHEME}://{self._name}"
        renew_in_child(self, lock="_lock")

    def renew_after_fork(self) -> None:
        """Refuse every request: the application and its data are the parent's."""
        self._lock = ParentsLock(
            f"the {self._name.partition('-')[0]} at {self.url}",
            "open it with in_process=False, whose URL works in other processes, or open another one here",
        )
        self._between = lambda: None

    def start(self) -> Self:
        """Answer requests from now on; calling it twice is harmless."""
        _servers[self._name] = self
        self._running = True
        return self

    def stop(self) -> None:
        """Refuse requests from now on; calling it twice is harmless."""
        self._running = False

    def request(
        self, method: str, target: bytes, headers: Headers, body: bytes, *, seconds: float = _NEVER
    ) -> Response:
        """Have the application answer one request.

        Args:
            method: HTTP method.
            target: Path and query, encoded.
            headers: Names and values.
            body: The whole body.
            seconds: How long the sender waits for the response. The application may take longer, except that a
                :func:`sleep` ends then.

        Raises:
            ConnectionRefusedError: It was stopped, or not started.
            ConnectionError: The application cut the connection.
            TimeoutError: The response came too late; the request took effect.
            UsageError: This is a forked child, or the application waits for something outside.
        """
        if not self._running:
            raise ConnectionRefusedError
        ends = time.monotonic() + seconds
        exchange = _Exchange(body)
        self._between()
        with self._lock:
            token = _gives_up.set(ends)
            try:
                _complete(self._app(self._scope(method, target, headers), exchange.receive, exchange.send))
            finally:
                _gives_up.reset(token)
        self._between()
        if time.monotonic() > ends:
            raise TimeoutError
        return exchange.response()

    def _scope(self, method: str, target: bytes, headers: Headers) -> dict[str, Any]:
        raw_path, _, query = target.partition(b"?")
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": method,
            "scheme": SCHEME,
            "path": unquote(raw_path.decode("ascii")),
            "raw_path": raw_path,
            "query_string": query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in headers],
            "client": None,
            "server": (self._name, None),
        }


class _Exchange:
    """Both ends of one request, for the application."""

    def __init__(self, body: bytes) -> None:
        self._request: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]
        self._start: dict[str, Any] = {}
        self._body = bytearray()

    async def receive(self) -> dict[str, Any]:
        return self._request.pop() if self._request else {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        else:
            self._body += message.get("body", b"")

    def response(self) -> Response:
        return Response(self._start["status"], list(self._start["headers"]), bytes(self._body))


def _complete(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that never waits."""
    try:
        work.send(None)
    except StopIteration:
        return
    work.close()
    raise UsageError(
        "this part of the application needs an event loop, which does not run in process",
        repair="open it with in_process=False",
    )


def is_in_process(url: str) -> bool:
    """Whether a URL is one of this module's; it may be another process's.

    >>> is_in_process("in-process://sandbox-3f9c01ab/api"), is_in_process("http://127.0.0.1:8000")
    (True, False)
    """
    return urlsplit(url).scheme == SCHEME


def find(url: str) -> InProcessServer | None:
    """Return the server at a URL; ``None`` if this process has none there, as after the end of a sandbox."""
    return _servers.get(urlsplit(url).netloc)


async def run_blocking(
    work: Callable[..., Any], *arguments: Any, to_thread: Callable[..., Awaitable[Any]] | None = None
) -> Any:
    """Return the result of a function that takes a moment: in a worker thread, or in process at once.

    Args:
        work: The function.
        arguments: Its arguments.
        to_thread: Runs a function in a worker thread; by default :func:`asyncio.to_thread`.
    """
    if _gives_up.get() is not None:
        return work(*arguments)
    if to_thread is None:
        import asyncio

        to_thread = asyncio.to_thread
    return await to_thread(partial(work, *arguments))


async def sleep(seconds: float) -> None:
    """Sleep; in process no longer than the sender of the request waits."""
    ends = _gives_up.get()
    if ends is None:
        import asyncio

        await asyncio.sleep(seconds)
    else:
        time.sleep(max(0.0, min(seconds, ends - time.monotonic())))  # noqa: ASYNC251 - there is no event loop


@asynccontextmanager
async def time_limit(seconds: float) -> AsyncIterator[None]:
    """End the block with a :class:`TimeoutError` after some seconds; in process nothing in it waits for a sender."""
    if _gives_up.get() is not None:
        yield
        return
    import asyncio

    async with asyncio.timeout(seconds):
        yield
