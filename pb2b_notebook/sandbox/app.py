"""The ASGI application: operations, documentation pages, and errors in one format."""

from difflib import get_close_matches
from functools import cache
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, compile_path
from starlette.staticfiles import StaticFiles

from pb2b_notebook.sandbox import portal
from pb2b_notebook.sandbox.core.envelopes import error_response
from pb2b_notebook.sandbox.core.problems import Problem
from pb2b_notebook.sandbox.faults.effects import FaultLayer
from pb2b_notebook.sandbox.faults.schedule import Faults
from pb2b_notebook.sandbox.http.parts import SandboxParts
from pb2b_notebook.sandbox.http.routing import BASE_PATH, route_of
from pb2b_notebook.sandbox.middleware import OuterMiddleware
from pb2b_notebook.sandbox.routes import operations

DOCUMENT_PATH = "/developers/api/openapi.json"
DOCS_PATH = "/docs"
_STATIC_PATH = "/static-offline-docs"
_LONGEST_COMPARED = 64


def create_app(parts: SandboxParts, faults: Faults) -> Starlette:
    """Return the ASGI application."""
    app = Starlette(routes=_routes())
    app.state.parts = parts
    app.router.redirect_slashes = False
    app.add_middleware(FaultLayer, faults=faults)
    app.add_middleware(OuterMiddleware, parts=parts)
    app.add_exception_handler(Problem, _refuse)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _refuse_route)  # type: ignore[arg-type]
    # Otherwise the first request does it, and fails where a later one is answered with an envelope.
    app.middleware_stack = app.build_middleware_stack()
    return app


@cache
def _routes() -> tuple[BaseRoute, ...]:
    return (
        *(route_of(operation) for operation in operations()),
        Route(portal.PORTAL_PATH, _serve_portal),
        Route(DOCUMENT_PATH, _serve_document),
        Route(DOCS_PATH, _serve_docs),
        Route(f"{_STATIC_PATH}/{{path:path}}", _serve_static_file),
    )


# Only the document and the page of DOCS_PATH need FastAPI: to load it takes as long as all the rest of a sandbox.
async def _serve_portal(_request: Request) -> Response:
    return Response(_portal(), media_type="text/html", headers={"Content-Security-Policy": portal.SECURITY})


async def _serve_document(_request: Request) -> Response:
    return JSONResponse(_document())


async def _serve_docs(_request: Request) -> Response:
    from fastapi.openapi.docs import get_swagger_ui_html

    return get_swagger_ui_html(
        openapi_url=DOCUMENT_PATH,
        title=f"{_document()['info']['title']} - Swagger UI",
        swagger_js_url=f"{_STATIC_PATH}/swagger-ui-bundle.js",
        swagger_css_url=f"{_STATIC_PATH}/swagger-ui.css",
        swagger_favicon_url=f"{_STATIC_PATH}/favicon.png",
    )


async def _serve_static_file(request: Request) -> Response:
    files = StaticFiles(packages=[("fastapi_offline", "static")])
    return await files.get_response(request.path_params["path"], request.scope)


@cache
def _portal() -> str:
    return portal.render(_document(), document_path=DOCUMENT_PATH, docs_path=DOCS_PATH)


@cache
def _document() -> dict[str, Any]:
    """Return the document, generated once, at the first request: the operations do not change."""
    from pb2b_notebook.sandbox.document.document import build_document

    return build_document()


# Coroutines: a plain function would be called in a worker thread.
async def _refuse(request: Request, error: Problem) -> Response:
    return error_response(error, request.state.request_id)


def _allowed_methods(path: str) -> str:
    templates: dict[str, set[str]] = {}
    for operation in operations():
        if compile_path(BASE_PATH + operation.path)[0].fullmatch(path):
            templates.setdefault(operation.path, set()).add(operation.method)
    # A literal path (/leads/upsert) takes precedence over a placeholder that also matches it (/leads/{id}).
    # A path without operations is a page of the documentation.
    methods = templates[min(templates, key=lambda template: template.count("{"))] if templates else {"GET"}
    heads = {"HEAD"} if "GET" in methods else set()
    return ", ".join(sorted(methods | heads | {"OPTIONS"}))


def _no_route(path: str) -> str:
    below = path.removeprefix(BASE_PATH).rstrip("/")[:_LONGEST_COMPARED]
    matches = get_close_matches(below, sorted({operation.path for operation in operations()}), n=1)
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
