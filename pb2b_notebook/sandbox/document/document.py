"""The OpenAPI 3.1 document of the application.

FastAPI derives operations, parameters and schemas from the code that serves them. This module adds what all operations
share: error responses, headers, idempotency, and links from an answer to the operations on its object.
"""

import json
import warnings
from typing import Any

from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema
from pydantic.warnings import UnsupportedFieldAttributeWarning

from pb2b_notebook.sandbox.core import models
from pb2b_notebook.sandbox.document.event_document import event_schemas, webhooks
from pb2b_notebook.sandbox.document.examples import REQUEST_ID, examples
from pb2b_notebook.sandbox.document.fastapi_routes import fastapi_routes
from pb2b_notebook.sandbox.document.links import links
from pb2b_notebook.sandbox.http.routing import BASE_PATH, Operation
from pb2b_notebook.sandbox.routes import TAGS, operations

Json = dict[str, Any]

TITLE = "ProspectB2B public API"
VERSION = "1.0.0"
DESCRIPTION = """\
Leads, jobs, campaign runs and billing of one ProspectB2B workspace.

**This document is a reconstruction.** It is generated from the sandbox of `pb2b-notebook`, which follows the
service's public documentation. `x-documented` says whether that documentation names an operation; the other
operations are our reconstruction, and the live service may differ.

**Authentication.** `Authorization: Bearer pb2b_live_<prefix>_<secret>` on every request. A key belongs to one
workspace and inherits the permissions of the membership that issued it. `x-scopes` names the scopes of an operation.
Start with `GET /me`.

**Envelopes.** One object: `{"data": {…}, "request_id": "…"}`. Many: `{"data": […], "pagination": {…}, "request_id":
"…"}`. An error: `{"error": {"code", "message", "details"}, "request_id": "…"}`. Quote the `request_id` to support;
the header `X-Request-Id` repeats it.

**Paging.** Pass `pagination.next_cursor` back as `cursor`, with the same parameters, until it is null. For an
incremental sync use `updated_after`.

**Idempotency.** Operations with `x-idempotent: true` take an `Idempotency-Key`. For 24 hours the same key and payload
return the first answer again, with `Idempotent-Replayed: true` and the first `request_id` in the body. Another payload
is 409 `idempotency_key_reused`; while the first request still runs, the answer is 409 `idempotency_in_progress`. A
rejected request leaves its key unused.

**Rate limit.** A rolling window per key; `X-RateLimit-Limit`, `-Remaining` and `-Reset` on every answer to a valid
key, `Retry-After` on 429.

**Webhooks.** Events are posted to the endpoints that subscribe to them, signed with the endpoint's own secret, and
again after a failure: an event may arrive twice, late, or in another order. The body is `{"id", "object": "event",
"type", "created_at", "data"}`; `data` is the object at the time of the event.
"""

_REFUSALS = {
    400: ("BadRequest", "Not well formed: JSON, query string, cursor or Idempotency-Key."),
    401: ("Unauthorized", "The key is missing, malformed, unknown, revoked or expired."),
    403: ("Forbidden", "The key lacks the scope, its membership is read-only, or a limit of the plan is reached."),
    404: ("NotFound", "No such object in this workspace."),
    409: (
        "Conflict",
        "The request conflicts with the stored state, or its Idempotency-Key was used with another payload.",
    ),
    413: ("PayloadTooLarge", "The body is larger than the operation accepts."),
    415: ("UnsupportedMediaType", "The body is not `application/json`, or is compressed."),
    422: ("ValidationFailed", "Parameters or fields are invalid; one detail per field."),
    429: ("RateLimited", "Over the rolling limit of the key; `Retry-After` says how long to wait."),
    500: ("InternalError", "The service failed. The sandbox answers with this error only on demand."),
    503: ("Unavailable", "The service is unavailable; `Retry-After` says how long to wait."),
}
_HEADERS = {
    "X-Request-Id": ("string", "Id of this request; quote it to support."),
    "X-RateLimit-Limit": ("integer", "Requests that the key may make in the rolling window."),
    "X-RateLimit-Remaining": ("integer", "Requests that are left in the window."),
    "X-RateLimit-Reset": (
        "integer",
        "Epoch seconds, on the clock of `Date`, at which the next request becomes available.",
    ),
    "Retry-After": ("integer", "Seconds to wait before the next request."),
    "WWW-Authenticate": ("string", "`Bearer`."),
}
_RATE = ("X-Request-Id", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


def render(document: Json) -> str:
    """Return a document as the text that is checked in: indented, UTF-8, one newline at the end."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def build_document() -> Json:
    """Build the OpenAPI document of the sandbox, the same on every machine.

    >>> build_document()["openapi"]
    '3.1.0'
    """
    with warnings.catch_warnings():
        # FastAPI ignores it where it builds a schema at once; ours are built here.
        warnings.simplefilter("ignore", UnsupportedFieldAttributeWarning)
        document = get_openapi(
            title=TITLE,
            version=VERSION,
            openapi_version="3.1.0",
            routes=fastapi_routes(),
            separate_input_output_schemas=False,
        )
    document["info"]["description"] = DESCRIPTION
    document["servers"] = [
        {"url": BASE_PATH, "description": "The host that serves this document."},
        {"url": f"https://login.prospectb2b.com{BASE_PATH}", "description": "The live service."},
    ]
    document["tags"] = [{"name": tag.name, "description": tag.description} for tag in TAGS]
    document["security"] = [{"bearerAuth": []}]
    document["components"] = _components(document["components"]["schemas"])
    raw_paths = document.pop("paths")
    document["paths"] = {path.removeprefix(BASE_PATH): item for path, item in raw_paths.items()}
    for operation in operations():
        _complete(document["paths"][operation.path][operation.method.lower()], operation)
    document["webhooks"] = webhooks(document["components"]["schemas"])
    _untitle(document)
    return document


def _components(schemas: Json) -> Json:
    _, shared = models_json_schema(
        [(model, "validation") for model in models.SHARED], ref_template="#/components/schemas/{model}"
    )
    known = {name: schema for name, schema in schemas.items() if name not in ("HTTPValidationError", "ValidationError")}
    every = known | shared["$defs"]
    for name, example in examples().items():
        if name in every:
            every[name]["examples"] = [example]
    return {
        "schemas": dict(sorted((every | event_schemas(every)).items())),
        "responses": {name: _refusal(status) for status, (name, _) in _REFUSALS.items()},
        "headers": {name: _header(*described) for name, described in _HEADERS.items()} | {"Replayed": _REPLAYED},
        "parameters": {"IdempotencyKey": _IDEMPOTENCY_KEY},
        "securitySchemes": {
            "bearerAuth": {
                "type": "http",
                "scheme": "bearer",
                "description": "`pb2b_live_<prefix>_<secret>`; a sandbox's keys begin with `pb2b_test_`.",
            }
        },
    }


def _header(kind: str, description: str) -> Json:
    return {"description": description, "required": True, "schema": {"type": kind}}


_REPLAYED = {
    "description": "`true` if this repeats the first answer to the Idempotency-Key.",
    "schema": {"type": "string", "enum": ["true"]},
}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Makes a retry safe: for 24 hours the same key and payload return the first answer again. Unique "
    "within workspace, method and path; a random UUID is enough.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]{1,255}$"},
}


def _refusal(status: int) -> Json:
    name, description = _REFUSALS[status]
    headers = {
        401: ("X-Request-Id", "WWW-Authenticate"),
        429: (*_RATE, "Retry-After"),
        503: ("X-Request-Id", "Retry-After"),
    }
    error = {"code": _CODES.get(status, "internal_error"), "message": description, "details": []}
    return {
        "description": description,
        "headers": _references(headers.get(status, ("X-Request-Id",) if status == 500 else _RATE)),  # noqa: PLR2004
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/ErrorEnvelope"},
                "examples": {name: {"value": {"error": error, "request_id": REQUEST_ID}}},
            }
        },
    }


_CODES = {
    400: "invalid_cursor", 401: "revoked_key", 403: "missing_scope", 404: "not_found", 409: "idempotency_key_reused",
    413: "payload_too_large", 415: "unsupported_media_type", 422: "validation_failed", 429: "rate_limited",
    503: "unavailable",
}  # fmt: skip


def _references(headers: tuple[str, ...]) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in headers}


def _complete(described: Json, operation: Operation) -> None:
    for parameter in described.get("parameters", []):
        _complete_parameter(parameter)
    if operation.idempotent:
        described.setdefault("parameters", []).append({"$ref": "#/components/parameters/IdempotencyKey"})
    described["responses"] = {
        str(status): _success(operation, status, described["responses"][str(status)]) for status in operation.responses
    } | {
        str(status): {"$ref": f"#/components/responses/{_REFUSALS[status][0]}"}
        for status in sorted(_refusal_statuses(operation))
    }
    if operation.body_limit:
        described["requestBody"]["description"] = f"At most {operation.body_limit} bytes of JSON."


def _complete_parameter(parameter: Json) -> None:
    if parameter["name"] == "ids":
        # One parameter, its values separated by commas.
        parameter |= {"style": "form", "explode": False}
    if parameter["in"] == "query":
        parameter["schema"] = _without_null(parameter["schema"])
        # FastAPI adds it to the parameter already.
        parameter["schema"].pop("description", None)


def _without_null(schema: Json) -> Json:
    # A query parameter is absent or text: a URL has no null.
    options = [option for option in schema.get("anyOf", []) if option.get("type") != "null"]
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    return rest | options[0] if len(options) == 1 else schema


def _refusal_statuses(operation: Operation) -> set[int]:
    statuses = {400, 401, 403, 422, 429, 500, 503}
    statuses |= {404} if "{" in operation.path else set()
    statuses |= {409} if operation.idempotent else set()
    return statuses | ({413, 415} if operation.body_limit else set())


def _success(operation: Operation, status: int, raw: Json) -> Json:
    headers = _references(_RATE)
    if operation.idempotent:
        headers["Idempotent-Replayed"] = {"$ref": "#/components/headers/Replayed"}
    response = {"description": raw["description"], "headers": headers, "content": raw["content"]}
    found = links(operation, status, list(operations()))
    return response | ({"links": found} if found else {})


def _untitle(node: Any) -> None:
    """Remove the titles that pydantic derives from names; a property called title stays."""
    if isinstance(node, dict):
        if isinstance(node.get("title"), str):
            del node["title"]
        for name, child in node.items():
            if name not in ("info", "examples"):
                _untitle(child)
    elif isinstance(node, list):
        for child in node:
            _untitle(child)
