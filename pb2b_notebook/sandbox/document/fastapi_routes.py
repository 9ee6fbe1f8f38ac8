"""The operations as FastAPI declares them, for its document: they are served by :mod:`.routing`."""

import inspect
from typing import Annotated, Any

import fastapi
from fastapi import APIRouter
from starlette.routing import BaseRoute

from pb2b_notebook.sandbox.http.parameters import Parameters
from pb2b_notebook.sandbox.http.routing import BASE_PATH, Operation
from pb2b_notebook.sandbox.routes import TAGS


def fastapi_routes() -> list[BaseRoute]:
    """Return one route of FastAPI for each operation, in the order of the reference."""
    router = APIRouter()
    for tag in TAGS:
        for operation in tag.operations:
            _add(router, operation, tag.name)
    return list(router.routes)


def _add(router: APIRouter, operation: Operation, tag: str) -> None:
    usual, *others = operation.responses
    summary, _, description = (inspect.getdoc(operation.endpoint) or "").partition("\n")
    summary = summary.rstrip(".")

    def endpoint() -> None: ...

    endpoint.__signature__ = _signature(operation.parameters)  # type: ignore[attr-defined]
    router.add_api_route(
        BASE_PATH + operation.path,
        endpoint,
        methods=[operation.method],
        operation_id=operation.id,
        summary=summary,
        description=" ".join(description.split()) or f"{summary}.",
        tags=[tag],
        status_code=usual,
        response_model=operation.responses[usual],
        responses={status: {"model": operation.responses[status]} for status in others},
        openapi_extra={
            "x-documented": operation.documented,
            "x-scopes": [operation.scope],
            "x-idempotent": operation.idempotent,
            **({"x-custom-filters": True} if operation.custom_filters else {}),
        },
    )


def _signature(parameters: Parameters) -> inspect.Signature:
    annotations: dict[str, Any] = {
        name: Annotated[str, fastapi.Path(alias=in_path, description=each.description, examples=[each.example])]
        for name, (in_path, each) in parameters.path.items()
    }
    if parameters.query is not None:
        annotations[parameters.query.name] = Annotated[parameters.query.model, fastapi.Query()]
    if parameters.body is not None:
        annotations[parameters.body.name] = parameters.body.model
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Signature([inspect.Parameter(name, kind, annotation=each) for name, each in annotations.items()])
