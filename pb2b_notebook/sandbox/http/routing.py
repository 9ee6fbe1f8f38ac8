"""What every operation shares: who may call it, how its body is read, its transaction, its idempotency.

A module of ``routes/`` makes one :class:`Tag` and declares its operations on it::

    tag = Tag("Leads", "People and companies to talk to.")

    @tag.operation("GET /leads", id="leads.list", scope="leads.read", answers={200: LeadList}, documented=True)
    def list_leads(call: Call, query: Annotated[LeadQuery, Query()]) -> Answer: ...

An operation is an ordinary function in a worker thread. It runs inside one transaction if it writes, and returns
an :class:`~.envelopes.Answer` or raises a :class:`~.problems.Problem`, which undoes what it wrote.
"""

import inspect
import types
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.params import Query as QueryMarker
from fastapi.routing import APIRoute
from pydantic import BaseModel

from pb2b_notebook.sandbox.core.cursors import fingerprint
from pb2b_notebook.sandbox.core.envelopes import JSON, Answer, many, one
from pb2b_notebook.sandbox.core.listing import Condition, count, read_page
from pb2b_notebook.sandbox.core.problems import Problem, bad_request, detail, invalid, shown, suggestion
from pb2b_notebook.sandbox.core.queries import ListQuery
from pb2b_notebook.sandbox.core.store import Table
from pb2b_notebook.sandbox.http import bodies, idempotency
from pb2b_notebook.sandbox.http.keys import Principal
from pb2b_notebook.sandbox.http.services import Services

BASE_PATH = "/api/public/v1"
CUSTOM = "custom."
# No operation has as many parameters: whoever sends more is refused for the first ones.
_MOST_CHECKED = 100
REPLAYED = "Idempotent-Replayed"


@dataclass(frozen=True)
class Operation:
    """One operation of the contract.

    Attributes:
        id: such as ``leads.list``.
        method: the HTTP method.
        path: below the base path.
        scope: what the key needs.
        answers: the model of the body by status; the first one is the usual.
        documented: whether the service documents it publicly; otherwise it is our reconstruction.
        idempotent: takes an ``Idempotency-Key``.
        custom_filters: takes ``custom.<key>`` parameters.
        body_limit: bytes; 0 for an operation without a body.
        query: the model of its query parameters.
    """

    id: str
    method: str
    path: str
    scope: str
    answers: Mapping[int, type[BaseModel]]
    documented: bool = False
    idempotent: bool = False
    custom_filters: bool = False
    body_limit: int = 0
    query: type[BaseModel] | None = None

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        return self.method != "GET"

    def check_query(self, request: Request) -> None:
        """Refuse parameters that the operation does not know, and single ones that come twice.

        Raises:
            Problem: 400 for bytes that are not text; 422, one detail a parameter.
        """
        if b"%" in request.scope["query_string"]:
            _check_encoding(request.scope["query_string"])
        times = Counter(name for name, _ in request.query_params.multi_items())
        known = self.query.model_fields if self.query else {}
        details = []
        for name in list(times)[:_MOST_CHECKED]:
            custom = self.custom_filters and name.startswith(CUSTOM)
            field = shown(name)
            if name not in known and not custom:
                message = f"{self.id} does not take it; {suggestion(name, known)}"
                details.append(detail(field, "unknown_parameter", message))
            elif times[name] > 1 and (custom or not _is_repeatable(known[name].annotation)):
                details.append(detail(field, "duplicate_parameter", "give it once"))
            elif any("\0" in value for value in request.query_params.getlist(name)):
                details.append(detail(field, "invalid_text", "holds NUL"))
        if details:
            raise invalid(details)


def _check_encoding(query_string: bytes) -> None:
    from urllib.parse import unquote_to_bytes

    try:
        unquote_to_bytes(query_string).decode("utf-8")
    except UnicodeDecodeError:
        raise bad_request("malformed_query", "the query string is not UTF-8") from None


def _is_repeatable(annotation: Any) -> bool:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _is_repeatable(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return any(_is_repeatable(part) for part in get_args(annotation))
    return origin is list


@dataclass
class CallContext:
    """One request on its way through an operation.

    Attributes:
        services: the sandbox's store, clock and the like.
        principal: who asks.
        operation: what for.
        request: as it came.
        request_id: of this request; objects keep it as the id of their making.
        payload: the JSON body, if the operation has one.
    """

    services: Services
    principal: Principal
    operation: Operation
    request: Request
    request_id: str
    payload: Any = None

    @property
    def workspace_id(self) -> str:
        """The only workspace that this call may see."""
        return self.principal.workspace_id

    def one(self, data: Any, *, status: int = 200, secret: tuple[str, ...] = ()) -> Answer:
        """Answer with one object; see :func:`.envelopes.one`."""
        return one(data, self.request_id, status=status, secret=secret)

    def page(self, table: Table, query: ListQuery, *conditions: Condition) -> Answer:
        """Answer with the page of ``table`` that ``query`` asks for, under further conditions."""
        services = self.services
        now = services.clock.now()
        listing = fingerprint(self.workspace_id, self.request.url.path, self._deciding_parameters())
        after = services.cursors.read(query.cursor, listing, now) if query.cursor else None
        asked = [*query.conditions(), *conditions]
        page = read_page(
            services.store,
            table,
            self.workspace_id,
            asked,
            descending=query.order.endswith(".desc"),
            after=after,
            limit=query.limit,
        )
        position = page.next_position
        pagination: dict[str, Any] = {
            "next_cursor": services.cursors.issue(listing, position, now) if position else None,
            "has_more": position is not None,
            "limit": query.limit,
        }
        if query.include_total:
            pagination["total"] = count(services.store, table, self.workspace_id, asked)
        return many(page.rendered, pagination, self.request_id)

    def custom_parameters(self) -> dict[str, str]:
        """The ``custom.<key>`` parameters, by key."""
        return {
            name.removeprefix(CUSTOM): value
            for name, value in self.request.query_params.multi_items()
            if name.startswith(CUSTOM)
        }

    def _deciding_parameters(self) -> list[tuple[str, str]]:
        items = self.request.query_params.multi_items()
        return [(name, value) for name, value in items if name not in ("cursor", "limit", "include_total")]


async def _current_call(request: Request) -> CallContext:
    call: CallContext = request.state.call
    return call


Call = Annotated[CallContext, Depends(_current_call)]
Endpoint = Callable[..., Answer]


@dataclass
class Tag:
    """The operations of one domain of the contract.

    Args:
        name: as the reference shows it.
        description: one sentence.
    """

    name: str
    description: str
    routes: list[tuple[Operation, Callable[..., Response]]] = field(default_factory=list)

    def operation(self, route: str, **declared: Any) -> Callable[[Endpoint], Endpoint]:
        """Declare an operation: ``"GET /leads"`` and the fields of :class:`Operation`."""
        method, path = route.split(" ")

        def declare(endpoint: Endpoint) -> Endpoint:
            operation = Operation(
                method=method,
                path=path,
                query=_query_model(endpoint),
                **{"body_limit": bodies.MEBIBYTE if _takes_body(endpoint) else 0, **declared},
            )
            self.routes.append((operation, _guard(operation, endpoint)))
            return endpoint

        return declare

    def mount(self, router: APIRouter) -> None:
        """Add the operations to the router."""
        for operation, guarded in self.routes:
            usual, *others = operation.answers
            router.add_api_route(
                BASE_PATH + operation.path,
                guarded,
                methods=[operation.method],
                operation_id=operation.id,
                summary=_summary(guarded),
                description=_description(guarded),
                tags=[self.name],
                status_code=usual,
                response_model=operation.answers[usual],
                responses={status: {"model": operation.answers[status]} for status in others},
                route_class_override=_StrictRoute,
                openapi_extra={
                    "x-documented": operation.documented,
                    "x-scopes": [operation.scope],
                    "x-idempotent": operation.idempotent,
                    **({"x-custom-filters": True} if operation.custom_filters else {}),
                },
            )


def _summary(endpoint: Callable[..., Any]) -> str:
    return (inspect.getdoc(endpoint) or "").partition("\n")[0].rstrip(".")


def _description(endpoint: Callable[..., Any]) -> str:
    return " ".join((inspect.getdoc(endpoint) or "").partition("\n")[2].split()) or _summary(endpoint) + "."


def _query_model(endpoint: Endpoint) -> type[BaseModel] | None:
    for hint in get_type_hints(endpoint, include_extras=True).values():
        if get_origin(hint) is Annotated and isinstance(get_args(hint)[1], QueryMarker):
            model: type[BaseModel] = get_args(hint)[0]
            return model
    return None


def _takes_body(endpoint: Endpoint) -> bool:
    hints = get_type_hints(endpoint).values()
    return any(inspect.isclass(hint) and issubclass(hint, BaseModel) for hint in hints) and (
        _query_model(endpoint) is None
    )


def _guard(operation: Operation, endpoint: Endpoint) -> Callable[..., Response]:
    """Wrap an operation in its transaction, and in its idempotency claim where it was given a key."""

    @wraps(endpoint)
    def guarded(call: CallContext, **arguments: Any) -> Response:
        store = call.services.store
        if not operation.writes:
            with store.reading():
                return _respond(endpoint(call=call, **arguments))
        claim = _claim(call)
        if claim is None:
            with store.transaction():
                _admit_still(call)
                return _respond(endpoint(call=call, **arguments))
        records, now = call.services.idempotency, call.services.clock.now()
        with records.running(claim), store.transaction():
            _admit_still(call)
            first = records.recall(claim, now)
            if first is not None:
                return Response(first[1], first[0], headers={REPLAYED: "true"}, media_type=JSON)
            answer = endpoint(call=call, **arguments)
            records.keep(claim, answer.status, answer.kept or answer.body, now)
            return _respond(answer)

    guarded.operation = operation  # type: ignore[attr-defined]
    return guarded


def _admit_still(call: CallContext) -> None:
    """Refuse a write whose key was revoked while its body came in: a revocation holds from its moment on."""
    call.services.keyring.authenticate(call.request.headers.get("authorization"))


def _respond(answer: Answer) -> Response:
    return Response(answer.body, answer.status, media_type=JSON)


def _claim(call: CallContext) -> idempotency.Claim | None:
    given = call.request.headers.getlist("idempotency-key")
    if not call.operation.idempotent or not given:
        return None
    return idempotency.Claim(
        call.workspace_id,
        call.operation.method,
        call.request.url.path,
        idempotency.check_syntax(",".join(given)),
        idempotency.payload_fingerprint(call.payload),
    )


class _ReadRequest(Request):
    """A request whose body was read and parsed already."""

    def __init__(self, request: Request, content: bytes, payload: Any) -> None:
        super().__init__(request.scope, request.receive)
        self._content = content
        self._payload = payload

    async def body(self) -> bytes:
        return self._content

    async def json(self) -> Any:
        return self._payload


class _StrictRoute(APIRoute):
    """Key, rate, scope, parameters, body: in this order, each before the next is looked at."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        run = super().get_route_handler()
        operation: Operation = self.endpoint.operation  # type: ignore[attr-defined]

        async def handle(request: Request) -> Response:
            services: Services = request.app.state.services
            principal = await run_in_threadpool(_admit, services, request)
            principal.permit(operation.scope, writes=operation.writes)
            operation.check_query(request)
            call = CallContext(services, principal, operation, request, request.state.request_id)
            request.state.call = call
            if not operation.body_limit:
                await bodies.refuse_any(request)
                return await run(request)
            content, call.payload = await bodies.read_json(request, operation.body_limit)
            return await run(_ReadRequest(request, content, call.payload))

        return handle


def _admit(services: Services, request: Request) -> Principal:
    principal = services.keyring.authenticate(request.headers.get("authorization"))
    budget = services.limiter.take(principal.key_id)
    request.state.budget = budget
    if not budget.accepted:
        raise Problem(
            429,
            "rate_limited",
            f"over {budget.limit} requests in the rolling window of this key",
            headers={"Retry-After": str(budget.wait)},
        )
    return principal
