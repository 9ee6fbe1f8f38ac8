"""The ASGI application: operations, documentation pages, and errors in one format."""

from collections.abc import Awaitable, Callable
from difflib import get_close_matches
from functools import cache
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi_offline import FastAPIOffline
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, compile_path

from pb2b_notebook.sandbox import portal
from pb2b_notebook.sandbox.core.envelopes import error_response
from pb2b_notebook.sandbox.core.problems import Problem
from pb2b_notebook.sandbox.core.validation import as_problem
from pb2b_notebook.sandbox.document import document
from pb2b_notebook.sandbox.faults.effects import FaultLayer
from pb2b_notebook.sandbox.faults.schedule import Faults
from pb2b_notebook.sandbox.http.parts import SandboxParts
from pb2b_notebook.sandbox.http.routing import BASE_PATH
from pb2b_notebook.sandbox.middleware import OuterMiddleware
from pb2b_notebook.sandbox.routes import TAGS

DOCUMENT_PATH = "/developers/api/openapi.json"
DOCS_PATH = "/docs"
_LONGEST_COMPARED = 64


def create_app(parts: SandboxParts | None, faults: Faults | None = None) -> FastAPI:
    """Return the ASGI application; without the parts of a sandbox it can only generate its document."""
    app = FastAPIOffline(
        title="ProspectB2B public API",
        openapi_url=DOCUMENT_PATH,
        docs_url=DOCS_PATH,
        redoc_url=None,
        redirect_slashes=False,
        separate_input_output_schemas=False,
    )
    app.state.parts = parts
    app.router.routes.extend(_operations())
    # Generated once, at the first request: the operations do not change.
    app.openapi = cache(lambda: document.describe(app))  # type: ignore[method-assign]
    app.add_route(portal.PORTAL_PATH, _portal(app), include_in_schema=False)
    if faults is not None:
        app.add_middleware(FaultLayer, faults=faults)
    app.add_middleware(OuterMiddleware, parts=parts)
    app.add_exception_handler(Problem, _refuse)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _refuse_invalid)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _refuse_route)  # type: ignore[arg-type]
    # Otherwise the first request does it, and fails where a later one is answered with an envelope.
    app.middleware_stack = app.build_middleware_stack()
    return app


def build_document() -> dict[str, Any]:
    """Build the OpenAPI document of the sandbox, the same on every machine.

    >>> build_document()["openapi"]
    '3.1.0'
    """
    return document.describe(create_app(None))


@cache
def _operations() -> tuple[BaseRoute, ...]:
    """Return the routes of all operations, created once per process because FastAPI is slow at it."""
    router = APIRouter()
    for tag in TAGS:
        tag.mount(router)
    return tuple(router.routes)


def _portal(app: FastAPI) -> Callable[[Request], Awaitable[Response]]:
    @cache
    def page() -> str:
        return portal.render(app.openapi(), document_path=DOCUMENT_PATH, docs_path=DOCS_PATH)

    async def serve(_request: Request) -> Response:
        return Response(page(), media_type="text/html", headers={"Content-Security-Policy": portal.SECURITY})

    return serve


# Coroutines: a plain function would be called in a worker thread.
async def _refuse(request: Request, error: Problem) -> Response:
    return error_response(error, request.state.request_id)


async def _refuse_invalid(request: Request, error: RequestValidationError) -> Response:
    return error_response(as_problem(error.errors()), request.state.request_id)


def _allowed_methods(path: str) -> str:
    templates: dict[str, set[str]] = {}
    for operation in document.operations():
        if compile_path(BASE_PATH + operation.path)[0].fullmatch(path):
            templates.setdefault(operation.path, set()).add(operation.method)
    # A literal path (/leads/upsert) takes precedence over a placeholder that also matches it (/leads/{id}).
    # A path without operations is a page of the documentation.
    methods = templates[min(templates, key=lambda template: template.count("{"))] if templates else {"GET"}
    heads = {"HEAD"} if "GET" in methods else set()
    return ", ".join(sorted(methods | heads | {"OPTIONS"}))


def _no_route(path: str) -> str:
    below = path.removeprefix(BASE_PATH).rstrip("/")[:_LONGEST_COMPARED]
    matches = get_close_matches(below, sorted({operation.path for operation in document.operations()}), n=1)
    hint = f"did you mean {BASE_PATH}{matches[0]}? " if matches else ""
    return f"there is no such route; {hint}{DOCS_PATH} lists all routes"


async def _refuse_route(request: Request, error: HTTPException) -> Response:
    """Return the response for an unknown path, for a method that a path does not take, and for OPTIONS."""
    path = request.url.path
    if error.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
        return await _refuse(request, Problem(error.status_code, "unknown_route", _no_route(path)))
    headers = {"Allow": _allowed_methods(path)}
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=headers)
    return await _refuse(
        request, Problem(405, "method_not_allowed", f"this route takes only {headers['Allow']}", headers=headers)
    )
