"""What all operations share: permissions, the reading of bodies, transactions and idempotency.

A module of ``routes/`` creates one :class:`Tag` and declares its operations on it::

    tag = Tag("Leads", "People and companies to talk to.")

    @tag.operation("GET /leads", "leads.list", "leads.read", {200: LeadList}, documented=True)
    def list_leads(call: Call, query: Annotated[LeadQuery, Query()]) -> ResponseBody: ...

An operation is an ordinary function that runs in a worker thread. If it writes, it runs inside one transaction. It
returns an :class:`~.envelopes.ResponseBody`, or raises a :class:`~.problems.Problem`, which rolls the transaction back.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pb2b_notebook.sandbox.core.cursors import fingerprint
from pb2b_notebook.sandbox.core.envelopes import JSON, ResponseBody, object_body, page_body
from pb2b_notebook.sandbox.core.listing import Condition, count, read_page
from pb2b_notebook.sandbox.core.problems import Problem, bad_request, detail, invalid, not_found, safe_name, suggestion
from pb2b_notebook.sandbox.core.queries import ListQuery
from pb2b_notebook.sandbox.core.store import Document, Table
from pb2b_notebook.sandbox.http import bodies, idempotency
from pb2b_notebook.sandbox.http.blocking import run_blocking
from pb2b_notebook.sandbox.http.keys import Principal
from pb2b_notebook.sandbox.http.parameters import Parameters
from pb2b_notebook.sandbox.http.parts import SandboxParts

Endpoint = Callable[..., ResponseBody]
Service = TypeVar("Service")
BASE_PATH = "/api/public/v1"
CUSTOM = "custom."
# No operation has as many parameters: of a longer query only the first ones are reported.
_MOST_CHECKED = 100
REPLAYED = "Idempotent-Replayed"


@dataclass(frozen=True)
class Operation:
    """One operation of the contract.

    Attributes:
        endpoint: Function that answers a request.
        parameters: What the function reads from the request.
        id: Operation id, such as ``leads.list``.
        method: HTTP method.
        path: Path below the base path.
        scope: Scope that the key needs.
        responses: Models of the response bodies by status; the first status is the usual one.
        documented: Whether the service documents the operation publicly; otherwise it is our reconstruction.
        idempotent: Whether it takes an ``Idempotency-Key``.
        custom_filters: Whether it takes ``custom.<key>`` parameters.
        body_limit: Largest body in bytes; 0 for an operation without a body.
    """

    endpoint: Endpoint
    parameters: Parameters
    id: str
    method: str
    path: str
    scope: str
    responses: Mapping[int, type[BaseModel]]
    documented: bool = False
    idempotent: bool = False
    custom_filters: bool = False
    body_limit: int = 0

    @property
    def writes(self) -> bool:
        """Whether the operation writes."""
        return self.method != "GET"

    def check_query(self, request: Request) -> None:
        """Refuse unknown parameters, and repeated ones that take a single value.

        Raises:
            Problem: 400 for a query string that is not UTF-8; 422 with one detail per parameter.
        """
        if b"%" in request.scope["query_string"]:
            _check_encoding(request.scope["query_string"])
        times = Counter(name for name, _ in request.query_params.multi_items())
        known = self.parameters.known
        details = []
        for name in list(times)[:_MOST_CHECKED]:
            custom = self.custom_filters and name.startswith(CUSTOM)
            field = safe_name(name)
            if name not in known and not custom:
                message = f"{self.id} does not take this parameter; {suggestion(name, known)}"
                details.append(detail(field, "unknown_parameter", message))
            elif times[name] > 1 and (custom or not known[name]):
                details.append(detail(field, "duplicate_parameter", "give this parameter only once"))
            elif any("\0" in value for value in request.query_params.getlist(name)):
                details.append(detail(field, "invalid_text", "contains NUL"))
        if details:
            raise invalid(details)


def _check_encoding(query_string: bytes) -> None:
    from urllib.parse import unquote_to_bytes

    try:
        unquote_to_bytes(query_string).decode("utf-8")
    except UnicodeDecodeError:
        raise bad_request("malformed_query", "the query string is not UTF-8") from None


@dataclass
class Call:
    """One request to an operation.

    Attributes:
        parts: The parts of the sandbox.
        principal: The key that sent the request, with its workspace.
        operation: The operation that is called.
        request: The HTTP request.
        request_id: Id of the request; objects store it as the id of the request that created them.
        payload: The JSON body, if the operation has one.
    """

    parts: SandboxParts
    principal: Principal
    operation: Operation
    request: Request
    request_id: str
    payload: Any = None

    @property
    def workspace_id(self) -> str:
        """The only workspace that this call may see."""
        return self.principal.workspace_id

    def one(self, data: Any, *, status: int = 200, secret: tuple[str, ...] = ()) -> ResponseBody:
        """Return the response with one object; see :func:`.envelopes.object_body`."""
        return object_body(data, self.request_id, status=status, secret=secret)

    def page(self, table: Table, query: ListQuery, *conditions: Condition) -> ResponseBody:
        """Return the response with the page of ``table`` for ``query`` and further conditions."""
        parts = self.parts
        now = parts.clock.now()
        listing = fingerprint(self.workspace_id, self.request.url.path, self._deciding_parameters())
        after = parts.cursors.read(query.cursor, listing, now) if query.cursor else None
        matching = [*query.conditions(), *conditions]
        page = read_page(
            parts.store,
            table,
            self.workspace_id,
            matching,
            descending=query.order.endswith(".desc"),
            after=after,
            limit=query.limit,
        )
        position = page.next_position
        pagination: dict[str, Any] = {
            "next_cursor": parts.cursors.issue(listing, position, now) if position else None,
            "has_more": position is not None,
            "limit": query.limit,
        }
        if query.include_total:
            pagination["total"] = count(parts.store, table, self.workspace_id, matching)
        return page_body(page.rendered, pagination, self.request_id)

    def service(self, kind: Callable[[SandboxParts, str], Service]) -> Service:
        """Return a domain service for the workspace of this call."""
        return kind(self.parts, self.workspace_id)

    def find(self, table: Table, object_id: str, noun: str) -> Document:
        """Return an object of the workspace.

        Raises:
            Problem: 404 ``not_found``.
        """
        found = self.parts.store.get(table, self.workspace_id, object_id)
        if found is None:
            raise not_found(noun)
        return found

    def custom_parameters(self) -> dict[str, str]:
        """Return the ``custom.<key>`` parameters, by key."""
        return {
            name.removeprefix(CUSTOM): value
            for name, value in self.request.query_params.multi_items()
            if name.startswith(CUSTOM)
        }

    def _deciding_parameters(self) -> list[tuple[str, str]]:
        items = self.request.query_params.multi_items()
        return [(name, value) for name, value in items if name not in ("cursor", "limit", "include_total")]


@dataclass
class Tag:
    """The operations of one domain of the contract.

    Args:
        name: Name in the reference.
        description: One sentence.
    """

    name: str
    description: str
    operations: list[Operation] = field(default_factory=list)

    def operation(
        self, route: str, operation_id: str, scope: str, responses: Mapping[int, type[BaseModel]], **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """Declare an operation: ``"GET /leads"`` and the fields of :class:`Operation`; writes are idempotent."""
        method, path = route.split(" ")

        def declare(endpoint: Endpoint) -> Endpoint:
            parameters = Parameters.of(endpoint)
            usual = {"body_limit": bodies.MEBIBYTE if parameters.body else 0, "idempotent": method != "GET"}
            self.operations.append(
                Operation(endpoint, parameters, operation_id, method, path, scope, responses, **(usual | options))
            )
            return endpoint

        return declare


def route_of(operation: Operation) -> Route:
    """Return the route that serves an operation."""
    return Route(BASE_PATH + operation.path, partial(_serve, operation), methods=[operation.method])


async def _serve(operation: Operation, request: Request) -> Response:
    """Check key, rate limit, scope, parameters and body in this order; the first failure is answered."""
    parts: SandboxParts = request.app.state.parts
    principal = await run_blocking(_admit, parts, request)
    principal.permit(operation.scope, writes=operation.writes)
    operation.check_query(request)
    call = Call(parts, principal, operation, request, request.state.request_id)
    if operation.body_limit:
        call.payload = await bodies.read_json(request, operation.body_limit)
    else:
        await bodies.refuse_body(request)
    arguments = operation.parameters.read(request.path_params, request.query_params, call.payload)
    response: Response = await run_blocking(_answer, call, arguments)
    return response


def _answer(call: Call, arguments: dict[str, Any]) -> Response:
    """Run an operation in its transaction, and in its idempotency claim if the request has a key."""
    store, operation = call.parts.store, call.operation
    if not operation.writes:
        with store.reading():
            return _respond(operation.endpoint(call=call, **arguments))
    claim = _claim(call)
    if claim is None:
        with store.transaction():
            _check_key_again(call)
            return _respond(operation.endpoint(call=call, **arguments))
    records, now = call.parts.idempotency, call.parts.clock.now()
    with store.reading():
        first = records.recall(claim, now)
    if first is not None:  # a repetition changes nothing: many at once do not refuse each other
        _check_key_again(call)
        return _replay(*first)
    with records.running(claim), store.transaction():
        _check_key_again(call)
        first = records.recall(claim, now)  # its twin may have ended since
        if first is not None:
            return _replay(*first)
        body = operation.endpoint(call=call, **arguments)
        records.keep(claim, body.status, body.kept or body.body, now)
        return _respond(body)


def _check_key_again(call: Call) -> None:
    """Refuse a write whose key was revoked while its body was received: a revocation takes effect at once."""
    call.parts.keyring.authenticate(call.request.headers.get("authorization"))


def _replay(status: int, body: bytes) -> Response:
    return Response(body, status, headers={REPLAYED: "true"}, media_type=JSON)


def _respond(answer: ResponseBody) -> Response:
    return Response(answer.body, answer.status, media_type=JSON)


def _claim(call: Call) -> idempotency.Claim | None:
    keys = call.request.headers.getlist("idempotency-key")
    if not call.operation.idempotent or not keys:
        return None
    return idempotency.Claim(
        call.workspace_id,
        call.operation.method,
        call.request.url.path,
        idempotency.check_syntax(",".join(keys)),
        idempotency.payload_fingerprint(call.payload),
    )


def _admit(parts: SandboxParts, request: Request) -> Principal:
    principal = parts.keyring.authenticate(request.headers.get("authorization"))
    budget = parts.limiter.take(principal.key_id)
    request.state.budget = budget
    if not budget.accepted:
        raise Problem(
            429,
            "rate_limited",
            f"more than {budget.limit} requests in the rolling window of this key",
            headers={"Retry-After": str(budget.wait)},
        )
    return principal
