"""The fault layer: ASGI middleware inside the outermost one, which carries out faults on demand."""

import re
from collections import OrderedDict
from collections.abc import Callable
from functools import cache, partial
from typing import Any, Literal, NoReturn

import msgspec
from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pb2b_notebook import openapi
from pb2b_notebook.errors import UsageError
from pb2b_notebook.in_process import sleep
from pb2b_notebook.sandbox.core.envelopes import error_response
from pb2b_notebook.sandbox.core.problems import Problem, bad_request
from pb2b_notebook.sandbox.faults.faults import Fault
from pb2b_notebook.sandbox.faults.schedule import Faults, Strike
from pb2b_notebook.sandbox.http.routing import BASE_PATH
from pb2b_notebook.serving import CONNECTION, Connection

_Change = Callable[[list[msgspec.Raw], str | None], list[msgspec.Raw]]

HEADER = "X-Sandbox-Fault"
"""Header of a request that names its own faults, and of a response that names the faults that struck it."""

_MOST_LISTINGS = 10_000
_PAGE = "<!doctype html><html><head><title>Log in</title></head><body><h1>Please log in</h1></body></html>"
_FAILURES = {
    "429": ("rate_limited", "over the rate limit (a fault on demand)"),
    "500": ("internal_error", "the service failed (a fault on demand)"),
    "502": ("bad_gateway", "the gateway received an invalid answer (a fault on demand)"),
    "503": ("unavailable", "the service is unavailable (a fault on demand)"),
    "504": ("gateway_timeout", "the gateway received no answer in time (a fault on demand)"),
}


class ConnectionCutError(ConnectionResetError):
    """A fault cut the connection.

    The application raises it only when it is called in process, where there is no connection to cut.
    """


class FaultLayer:
    """ASGI middleware that applies faults to requests."""

    def __init__(self, app: ASGIApp, *, faults: Faults) -> None:
        self._app = app
        self._faults = faults
        # Rows to add to the page of a cursor: they belong to the page before it.
        self._carried_rows: OrderedDict[str | None, dict[str, list[msgspec.Raw]]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on through the faults that strike it."""
        given = Headers(scope=scope).get(HEADER) if scope["type"] == "http" else None
        if scope["type"] != "http" or not (given is not None or self._faults or self._carried_rows):
            await self._app(scope, receive, send)
            return
        cursor = QueryParams(scope["query_string"]).get("cursor")
        try:
            strikes = self._strikes(scope, given, paging=cursor is not None)
        except UsageError as error:
            problem = bad_request("invalid_fault", f"{HEADER}: {error.message}; {error.repair}")
            await error_response(problem, scope["state"]["request_id"])(scope, receive, send)
            return
        app = self._app
        if cursor in self._carried_rows:
            first = [row for rows in self._carried_rows[cursor].values() for row in rows]
            app = partial(_change_rows, app, lambda rows, _: [*first, *rows])
        for strike in _innermost_first(strikes):
            app = self._wrap(app, strike)
        try:
            await app(scope, receive, _with_fault_header(send, strikes) if strikes else send)
        except ConnectionCutError:
            if _connection(scope) is None:
                raise

    def _strikes(self, scope: Scope, given: str | None, *, paging: bool) -> list[Strike]:
        strikes = [] if given is None else self._faults.single(given)
        if self._faults:
            operation = _operation(scope["method"], scope["path"])
            strikes += self._faults.next_strikes(operation, paging=paging) if operation else []
        return strikes

    def _wrap(self, app: ASGIApp, strike: Strike) -> ASGIApp:
        kind = strike.fault.kind
        if kind in ("duplicate-rows", "reordered-rows"):
            return partial(_change_rows, app, partial(self._move, strike))
        effect: Callable[..., Any] = _EFFECTS.get(kind, _fail)
        return partial(effect, app, strike)

    def _move(self, strike: Strike, rows: list[msgspec.Raw], cursor: str | None) -> list[msgspec.Raw]:
        """Carry the last rows of a page over to the next one: repeated there, or only there and in another order."""
        fault = strike.fault
        repeated = fault.kind == "duplicate-rows"
        if not repeated:
            rows = sorted(rows, key=lambda _: strike.draws.fraction())
        # Never all rows: for a client, an empty page has another meaning.
        count = min(fault.rows or 0, len(rows) - 1)
        if cursor is None or count < 1:
            return rows
        self._carried_rows.setdefault(cursor, {})[fault.kind] = rows[-count:]
        self._carried_rows.move_to_end(cursor)
        while len(self._carried_rows) > _MOST_LISTINGS:
            self._carried_rows.popitem(last=False)
        return rows if repeated else rows[:-count]


def _innermost_first(strikes: list[Strike]) -> list[Strike]:
    """Order strikes from the inside out; the first is the outermost, but truncation applies to the final answer."""
    truncating = [strike for strike in strikes if strike.fault.kind == "truncated"]
    return [strike for strike in reversed(strikes) if strike not in truncating] + truncating[:1]


@cache
def _routes() -> list[tuple[str, re.Pattern[str], str]]:
    # A literal path ("/leads/upsert") wins over a placeholder ("/leads/{id}").
    known = sorted(openapi.load().values(), key=lambda operation: operation.path.count("{"))
    return [(o.method, re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(BASE_PATH + o.path))), o.id) for o in known]


def _operation(method: str, path: str) -> str | None:
    return next((name for verb, pattern, name in _routes() if verb == method and pattern.fullmatch(path)), None)


def _with_fault_header(send: Send, strikes: list[Strike]) -> Send:
    """Wrap ``send`` so that the response names its faults in a header, for those who look for a cause."""
    struck = "; ".join(str(strike.fault) for strike in strikes)

    async def send_with_header(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)[HEADER] = struck
        await send(message)

    return send_with_header


# --- effects: each replaces the application that it wraps -------------------------------------------------------------


async def _fail(app: ASGIApp, strike: Strike, scope: Scope, receive: Receive, send: Send) -> None:
    fault = strike.fault
    await _take_effect(app, fault, scope, receive)
    code, message = _FAILURES[fault.kind]
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    problem = Problem(int(fault.kind), code, message, headers=headers)
    await error_response(problem, scope["state"]["request_id"])(scope, receive, send)


async def _delay(app: ASGIApp, strike: Strike, scope: Scope, receive: Receive, send: Send) -> None:
    seconds = strike.fault.seconds or 0.0

    async def late(message: Message) -> None:
        if message["type"] == "http.response.start":
            await sleep(seconds)
        await send(message)

    if strike.fault.at == "before":
        await sleep(seconds)
        await app(scope, receive, send)
    else:
        await app(scope, receive, late)


async def _reset(app: ASGIApp, strike: Strike, scope: Scope, receive: Receive, _send: Send) -> None:
    await _take_effect(app, strike.fault, scope, receive)
    await _cut(scope, receive, "reset")


async def _truncate(app: ASGIApp, strike: Strike, scope: Scope, receive: Receive, send: Send) -> None:
    start, body = await _answer(app, scope, receive)
    await send(start)
    await send({"type": "http.response.body", "body": body[: strike.draws.below(len(body))], "more_body": True})
    await _cut(scope, receive, "close")


async def _expire(_app: ASGIApp, _strike: Strike, scope: Scope, receive: Receive, send: Send) -> None:
    problem = bad_request("cursor_expired", "the cursor is older than 24 hours: start again at the first page")
    await error_response(problem, scope["state"]["request_id"])(scope, receive, send)


async def _show_page(app: ASGIApp, strike: Strike, scope: Scope, receive: Receive, send: Send) -> None:
    await _take_effect(app, strike.fault, scope, receive)
    await Response(_PAGE, strike.fault.status or 200, media_type="text/html")(scope, receive, send)


_EFFECTS = {"latency": _delay, "reset": _reset, "truncated": _truncate, "stale-cursor": _expire, "html": _show_page}


async def _change_rows(app: ASGIApp, change: _Change, scope: Scope, receive: Receive, send: Send) -> None:
    start, body = _change_page(await _answer(app, scope, receive), change)
    MutableHeaders(scope=start)["Content-Length"] = str(len(body))
    await send(start)
    await send({"type": "http.response.body", "body": body})


class _Page(msgspec.Struct):
    data: list[msgspec.Raw]
    pagination: msgspec.Raw
    request_id: msgspec.Raw


class _Pagination(msgspec.Struct):
    next_cursor: str | None


def _change_page(answer: tuple[Message, bytes], change: _Change) -> tuple[Message, bytes]:
    """Return the answer with other rows if it is a page, and the same response otherwise."""
    start, body = answer
    try:
        page = msgspec.json.decode(body, type=_Page)
        cursor = msgspec.json.decode(page.pagination, type=_Pagination).next_cursor
    except msgspec.DecodeError:
        return answer
    page.data = change(page.data, cursor)
    return start, msgspec.json.encode(page)


# --- the wire --------------------------------------------------------------------------------------------------------


async def _discard(_message: Message) -> None:
    pass


async def _take_effect(app: ASGIApp, fault: Fault, scope: Scope, receive: Receive) -> None:
    if fault.at == "after":
        await app(scope, receive, _discard)


async def _answer(app: ASGIApp, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
    """Return the whole response of an application: its start message and its body."""
    starts: list[Message] = []
    body = bytearray()

    async def collect(message: Message) -> None:
        if message["type"] == "http.response.start":
            starts.append(message)
        else:
            body.extend(message.get("body", b""))

    await app(scope, receive, collect)
    return starts[0], bytes(body)


def _connection(scope: Scope) -> Connection | None:
    found: Connection | None = scope.get("extensions", {}).get(CONNECTION)
    return found


async def _cut(scope: Scope, receive: Receive, how: Literal["close", "reset"]) -> NoReturn:
    """Break the connection, wait until it is broken, and raise."""
    connection = _connection(scope)
    if connection is not None:
        getattr(connection, how)()
        while (await receive())["type"] != "http.disconnect":
            pass
    raise ConnectionCutError("a fault on demand cut the connection")
