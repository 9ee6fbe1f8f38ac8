"""The outermost layer: the headers of every response, and the response to unexpected errors."""

import asyncio
import itertools
import logging
import re
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pb2b_notebook.sandbox.core.envelopes import REQUEST_ID, error_response
from pb2b_notebook.sandbox.core.identifiers import derive_id
from pb2b_notebook.sandbox.core.problems import Problem
from pb2b_notebook.sandbox.core.store import is_busy, is_full
from pb2b_notebook.sandbox.faults.effects import ConnectionCutError
from pb2b_notebook.sandbox.http.blocking import run_blocking
from pb2b_notebook.sandbox.http.limits import Budget
from pb2b_notebook.sandbox.http.parts import SandboxParts

log = logging.getLogger(__name__)


class OuterMiddleware:
    """ASGI middleware: request id, ``Date``, rate headers, HEAD, and an envelope for uncaught errors."""

    def __init__(self, app: ASGIApp, *, parts: SandboxParts) -> None:
        self._app = app
        self._parts = parts
        # A restart on the same file starts another series of ids.
        start = parts.store.count_up("starts")
        self._ids = (derive_id("req", parts.seed, start, number) for number in itertools.count())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add headers to its response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope = {**scope, "path": _routed_path(scope)}
        state = scope.setdefault("state", {})
        state["request_id"] = next(self._ids)
        response = _ResponseSender(send, lambda: self._headers(state), head=scope["method"] == "HEAD")
        try:
            if self._parts.clock.saves_next:
                await run_blocking(self._parts.clock.now)
            # RFC 9110: HEAD is GET without the content. The server must still see HEAD.
            await self._app({**scope, "method": "GET"} if response.head else scope, receive, response.send)
        except ClientDisconnect:
            return  # the client is gone
        except ConnectionCutError:
            raise  # the fault must not be answered
        except (Exception, asyncio.CancelledError) as failure:
            problem = _as_problem(failure)
            if problem.status == HTTPStatus.INTERNAL_SERVER_ERROR:
                # A bug: tests check that this does not happen. The response reveals no internals.
                log.exception("request %s failed", state["request_id"])
            if not response.started:
                await error_response(problem, state["request_id"])(scope, receive, response.send)
                if isinstance(failure, Exception):
                    return
            raise

    def _headers(self, state: dict[str, Any]) -> list[tuple[bytes, bytes]]:
        now = self._parts.clock.now().replace(microsecond=0)
        headers = {
            REQUEST_ID: state["request_id"],
            "Date": format_datetime(now, usegmt=True),
            # Identifies the database whatever the port; journals and mirrors of clients rely on it.
            "X-Sandbox-Instance": self._parts.instance,
        }
        if budget := state.get("budget"):
            headers |= _rate_headers(budget, now)
        return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


def _routed_path(scope: Scope) -> str:
    """Decode the path except ``%2F``, so that ``/leads/a%2Fb`` is the route of one lead with the id ``a/b``."""
    path: str = scope["path"]
    raw: bytes = scope.get("raw_path") or b""
    if b"%2f" not in raw.lower():
        return path
    segments = re.split("%2f", raw.decode("ascii"), flags=re.IGNORECASE)
    return "%2F".join(unquote(segment) for segment in segments)


class _ResponseSender:
    """Sends a response with the added headers, and without its content after HEAD."""

    def __init__(self, send: Send, headers: Callable[[], list[tuple[bytes, bytes]]], *, head: bool) -> None:
        self._send = send
        self._headers = headers
        self.head = head
        self.started = False

    async def send(self, message: Message) -> None:
        """Pass a message on."""
        if message["type"] == "http.response.start":
            self.started = True
            message["headers"] = [*message["headers"], *self._headers()]
        elif self.head:
            message = {**message, "body": b""}
        await self._send(message)


def _as_problem(failure: BaseException) -> Problem:
    if isinstance(failure, asyncio.CancelledError):
        return _unavailable("the sandbox is stopping: try again when it runs")
    if is_busy(failure):
        return _unavailable("another program has locked the sandbox's database: try again")
    if is_full(failure):
        return _unavailable("the sandbox's database is full: make room on its disk; nothing of this request was kept")
    return Problem(500, "internal_error", "internal error of the sandbox; this is a bug")


def _unavailable(message: str) -> Problem:
    return Problem(503, "unavailable", message, headers={"Retry-After": "1"})


def _rate_headers(budget: Budget, now: datetime) -> dict[str, str]:
    # By the clock of Date, so that Reset - Date is the wait, although the limit uses another clock.
    return {
        "X-RateLimit-Limit": str(budget.limit),
        "X-RateLimit-Remaining": str(budget.remaining),
        "X-RateLimit-Reset": str(int(now.timestamp()) + budget.wait),
        # draft-ietf-httpapi-ratelimit-headers; only this header contains the length of the window.
        "RateLimit-Policy": f'"key";q={budget.limit};w={budget.window}',
    }
