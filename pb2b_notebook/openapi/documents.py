"""Read an OpenAPI 3.1 document into the table of operations.

The document that ships with the package (``openapi.json``) is generated from the sandbox application, which is
the single source of the contract. It is a reconstruction: ``Operation.documented`` says which operations the
service documents publicly. Any other OpenAPI 3.1 document reads the same way, with what it lacks left empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from pb2b_notebook.errors import ContractError
from pb2b_notebook.openapi.alignment import align
from pb2b_notebook.openapi.object_ids import is_id
from pb2b_notebook.openapi.operations import BASE_PATH, Field, Kind, Operation, Operations, Parameter
from pb2b_notebook.openapi.schemas import Schemas, mapping, sequence

METHODS = ("get", "post", "put", "patch", "delete")
_KEY_HEADER = "idempotency-key"
_DEEPEST = 3  # deeper nesting than in any object of the contract: keep it as JSON


@cache
def load() -> Operations:
    """Return the operations of the contract that ships with this package."""
    return read_own_document(load_document())


@cache
def load_document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document that ships with this package."""
    import msgspec  # reads it in a third of the time

    text = resources.files("pb2b_notebook.openapi").joinpath("openapi.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, Any])


def read_own_document(openapi: Mapping[str, Any]) -> Operations:
    """Return the operations of our own document, whose ids are the ids and whose flags are trusted."""
    return Operations(_OwnOperations(openapi), _version(openapi))


def read_document(openapi: Mapping[str, Any], *, origin: str = "another document") -> Operations:
    """Return the operations of any OpenAPI 3.1 document.

    Operations that our contract has too are known by our ids, so that the verbs of a workspace find them; they are also
    found by the document's own ids.

    Args:
        openapi: The parsed document.
        origin: Name of the document in messages.

    Raises:
        ContractError: References of the document form a circle, or expand to too much.

    >>> lists = {"paths": {"/leads": {"get": {"operationId": "listLeads"}}}}
    >>> table = read_document(lists)
    >>> table["leads.list"] is table["listLeads"], table.find("GET /leads").id
    (True, 'leads.list')
    """
    theirs = list(_operations(openapi))
    return align(theirs, load(), version=_version(openapi), origin=origin)


def check_document(document: Any) -> Mapping[str, Any]:
    """Return the document if it is OpenAPI 3.1.

    Raises:
        ContractError: The document is not OpenAPI, or has another version.

    >>> check_document({"swagger": "2.0"})
    Traceback (most recent call last):
    pb2b_notebook.errors.ContractError: the document is Swagger 2; OpenAPI 3.1 is required → ...
    """
    repair = "use the OpenAPI 3.1 document that the service publishes"
    if not isinstance(document, Mapping):
        raise ContractError("the document is not a JSON object", repair=repair)
    if "swagger" in document:
        raise ContractError("the document is Swagger 2; OpenAPI 3.1 is required", repair=repair)
    version = document.get("openapi")
    if not isinstance(version, str):
        raise ContractError("the document has no OpenAPI version", repair=repair)
    if not re.fullmatch(r"3\.[1-9][0-9]?(\.[0-9]+)?(-\S+)?", version):
        raise ContractError(f"the document is OpenAPI {version[:20]!r}; OpenAPI 3.1 is required", repair=repair)
    if not isinstance(document.get("paths"), Mapping):
        raise ContractError("the document has no paths", repair=repair)
    return document


class OperationNode(NamedTuple):
    """One operation of a document: method, path, and its nodes."""

    method: str
    path: str
    raw: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...]

    @property
    def id(self) -> str:
        """Id in the document, or else ``"GET /path"``."""
        named = self.raw.get("operationId")
        return named if isinstance(named, str) and named.strip() else f"{self.method} {self.path}"


def operation_nodes(openapi: Mapping[str, Any], schemas: Schemas) -> Iterator[OperationNode]:
    """Yield the operations of a document, with paths below the base URL and resolved parameters.

    Of two that differ by a slash at the end of the path only, that is the one without it.
    """
    server = next((mapping(s).get("url") for s in sequence(openapi.get("servers"))), "")
    paths = mapping(openapi.get("paths"))
    for path, node in paths.items():
        item, twin = schemas.resolve(node), schemas.resolve(paths.get(path[:-1]) if path.endswith("/") else None)
        for method in METHODS:
            if isinstance(item.get(method), Mapping) and not isinstance(twin.get(method), Mapping):
                given = [*sequence(item.get("parameters")), *sequence(item[method].get("parameters"))]
                resolved = [schemas.resolve(parameter) for parameter in given]
                # A parameter of the operation overrides that of its path.
                unique = {(p.get("in"), p.get("name")): p for p in resolved if _is_named(p)}
                yield OperationNode(method.upper(), _below_base(server, path), item[method], tuple(unique.values()))


def _is_named(parameter: Mapping[str, Any]) -> bool:
    return isinstance(parameter.get("name"), str) and isinstance(parameter.get("in"), str)


def _below_base(server: Any, path: str) -> str:
    """Return the path below the base URL, whichever part of that URL the document repeats.

    >>> [_below_base(s, p) for s, p in (("/api", "/public/v1/leads"), ("", "/leads"), ("/v1", "/leads"))]
    ['/leads', '/leads', '/leads']
    """
    try:
        prefix = urlsplit(server).path.rstrip("/") if isinstance(server, str) else ""
    except ValueError:
        prefix = ""
    for full in (path, prefix + path):
        if full.startswith((BASE_PATH + "/", BASE_PATH + "?")) or full == BASE_PATH:
            return full.removeprefix(BASE_PATH) or "/"
    return path


def scopes_of(openapi: Mapping[str, Any], raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the scopes of an operation: our extension, or the first alternative of its security with scopes."""
    if "x-scopes" in raw:
        return _texts(raw["x-scopes"])
    for alternative in sequence(raw.get("security", openapi.get("security"))):
        named = [scope for scopes in mapping(alternative).values() for scope in _texts(scopes)]
        if named:
            return tuple(named)
    return ()


def takes_key(operation: OperationNode) -> bool:
    """Whether an operation takes an ``Idempotency-Key``, by our extension or a parameter of this name."""
    if isinstance(operation.raw.get("x-idempotent"), bool):
        return bool(operation.raw["x-idempotent"])
    return any(p["in"] == "header" and p["name"].lower() == _KEY_HEADER for p in operation.parameters)


def answer_of(schemas: Schemas, operation: OperationNode) -> tuple[bool, Any]:
    """Return whether the response is a list, and the schema of its object or of each listed one, or ``None``."""
    envelope = envelope_of(schemas, operation)
    if envelope is None:
        return False, None
    data = schemas.plain(schemas.properties(envelope).get("data", {}))
    many = data.get("type") == "array"
    return many, schemas.plain(data.get("items", {})) if many else data


def envelope_of(schemas: Schemas, operation: OperationNode) -> Mapping[str, Any] | None:
    """Return the schema of the whole response."""
    responses = mapping(operation.raw.get("responses"))
    success = next((responses[status] for status in sorted(responses) if str(status).startswith("2")), None)
    return schemas.body(success)


class _OwnOperations(Mapping[str, Operation]):
    """The operations of our own document by id; each is read when it is first used, of which most sessions use few."""

    def __init__(self, openapi: Mapping[str, Any]) -> None:
        self._openapi, self._schemas = openapi, Schemas(openapi)
        self._nodes = {node.id: node for node in operation_nodes(openapi, self._schemas)}
        self._read: dict[str, Operation] = {}

    def __getitem__(self, operation_id: str) -> Operation:
        known = self._read.get(operation_id)
        if known is not None:
            return known
        # Of two threads, both get the operation that was read first.
        return self._read.setdefault(
            operation_id, operation_of(self._openapi, self._schemas, self._nodes[operation_id])
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)


_SENT = re.compile(
    r"application/(x-www-form-urlencoded|((merge-patch|ld|vnd\.[a-z0-9.-]+)\+)?json(; ?charset=utf-8)?)",
    re.IGNORECASE | re.ASCII,
)
"""Media types of bodies that are JSON objects or forms; others, such as JSON Patch, have another structure."""


def _operations(openapi: Mapping[str, Any]) -> Iterator[Operation]:
    schemas = Schemas(openapi)
    for each in operation_nodes(openapi, schemas):
        operation = operation_of(openapi, schemas, each)
        # Only our own document can say that a POST changes nothing; another document must not unlock a write.
        # Though it may say nothing about the header, every mutation carries a key and is recorded.
        mutates = each.method != "GET" or operation.idempotent
        yield replace(operation, mutates=mutates, idempotent=mutates)


def operation_of(openapi: Mapping[str, Any], schemas: Schemas, operation: OperationNode) -> Operation:
    """Return the operation for the table."""
    raw = operation.raw
    body, media_type = schemas.body(raw.get("requestBody")), schemas.media_type(raw.get("requestBody"))
    many, answer = answer_of(schemas, operation)
    return Operation(
        id=operation.id,
        method=operation.method,
        path=operation.path.rstrip("/") or "/",
        slash=len(operation.path) > 1 and operation.path.endswith("/"),
        tag=next(iter(_texts(raw.get("tags"))), ""),
        summary=_text(raw.get("summary")),
        # A document without the flag is the service's own.
        documented=bool(raw.get("x-documented", True)),
        scopes=scopes_of(openapi, raw),
        idempotent=takes_key(operation),
        mutates=takes_key(operation) if "x-idempotent" in raw else operation.method != "GET",
        parameters=tuple(_parameter(schemas, p) for p in operation.parameters if p["in"] in {"path", "query"}),
        custom_filters=bool(raw.get("x-custom-filters", False)),
        body=None if body is None else tuple(schemas.properties(body)),
        many=many,
        fields=() if answer is None else _fields(schemas, answer),
        body_parameters=() if body is None else _body_parameters(schemas, body),
        description=_text(raw.get("description")),
        envelope=_fields(schemas, envelope_of(schemas, operation), but="data"),
        media_type=media_type if _SENT.fullmatch(media_type) else "",
    )


def _version(openapi: Mapping[str, Any]) -> str:
    return str(mapping(openapi.get("info")).get("version", ""))


def _text(node: Any) -> str:
    return node if isinstance(node, str) else ""


def _texts(node: Any) -> tuple[str, ...]:
    return tuple(text for text in sequence(node) if isinstance(text, str))


# --- fields and parameters -------------------------------------------------------------------------------------------

_FORMATS: dict[Any, Kind] = {"date-time": "datetime", "date": "date", "int64": "integer", "uint64": "integer"}
"""Formats of texts; the JSON of Protocol Buffers has large numbers as text."""
_SCALARS: dict[Any, Kind] = {"integer": "integer", "number": "number", "boolean": "boolean"}


def kind_of(schema: Mapping[str, Any]) -> Kind:
    """Return the kind of a plain schema; ``json`` for everything that is not a scalar.

    >>> kind_of({"type": "string", "format": "int64"}), kind_of({"type": "string"}), kind_of({"type": "array"})
    ('integer', 'text', 'json')
    """
    kind, form = schema.get("type"), schema.get("format")
    if kind == "string":
        return _FORMATS.get(form, "text") if isinstance(form, str) else "text"
    return _SCALARS.get(kind, "json") if isinstance(kind, str) else "json"


def _fields(schemas: Schemas, schema: Any, depth: int = 0, *, but: str | None = None) -> tuple[Field, ...]:
    """Return the fields of a record; many operations answer with the same one, such as a lead."""
    known = schemas.fields.get((id(schema), depth, but))
    if known is None:
        # The schema is kept, so that no other one gets its id.
        known = schemas.fields[id(schema), depth, but] = (schema, _read_fields(schemas, schema, depth, but))
    return known[1]


def _read_fields(schemas: Schemas, schema: Any, depth: int, but: str | None) -> tuple[Field, ...]:
    required = schemas.required_names(schema)
    return tuple(
        replace(
            _with_several_tags(_field(schemas, name, raw, depth)),
            required=name in required,
            nullable=schemas.takes_null(raw) or not schemas.plain(raw).get("type"),
        )
        for name, raw in schemas.properties(schema).items()
        if name != but
    )


def _with_several_tags(field: Field) -> Field:
    """Return a field of a response; tags that are one text are read as a list."""
    return replace(field, kind="texts") if (field.name, field.kind) == ("tags", "text") else field


def _field(schemas: Schemas, name: str, raw: Any, depth: int = 0) -> Field:
    schema = schemas.plain(raw)
    kind = kind_of(schema)
    if is_id(name) and str(schema.get("type")) not in {"array", "object"}:
        return Field(name, "text")
    if kind != "json":
        return Field(name, kind)
    if name == "custom_fields" and schema.get("type") != "array":
        return Field(name, "custom")
    nested = depth < _DEEPEST
    if schema.get("type") == "array":
        items = schemas.plain(schema.get("items", {}))
        if kind_of(items) == "text":
            return Field(name, "texts")
        children = _fields(schemas, items, depth + 1) if nested else ()
        return Field(name, "records", children) if children else Field(name, "json")
    children = _fields(schemas, schema, depth + 1) if nested and schema.get("type") == "object" else ()
    # A fixed record would drop the unknown keys of a record that accepts them.
    open_ended = schema.get("additionalProperties") not in (None, False)
    return Field(name, "record", children) if children and not open_ended else Field(name, "json")


def _parameter(schemas: Schemas, raw: Mapping[str, Any]) -> Parameter:
    schema = schemas.plain(raw.get("schema", {}))
    several = schema.get("type") == "array"
    items = schemas.plain(schema.get("items", {})) if several else schema
    return Parameter(
        name=raw["name"],
        location=raw["in"],
        kind="text" if is_id(raw["name"]) else kind_of(items),
        required=bool(raw.get("required", False)),
        repeatable=several and bool(raw.get("explode", True)),
        joined=several and not raw.get("explode", True),
        choices=_choices(items),
        maximum=_whole(items.get("maximum")),
        description=_text(raw.get("description")),
        most=_whole(schema.get("maxItems")),
    )


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _choices(schema: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(choice) for choice in sequence(schema.get("enum")) if choice is not None)


def _body_parameters(schemas: Schemas, body: Mapping[str, Any]) -> tuple[Parameter, ...]:
    required = schemas.required_names(body)
    return tuple(
        _body_parameter(schemas, name, raw, required=name in required) for name, raw in schemas.properties(body).items()
    )


def _body_parameter(schemas: Schemas, name: str, raw: Any, *, required: bool) -> Parameter:
    schema = schemas.plain(raw)
    several = schema.get("type") == "array"
    items = schemas.plain(schema.get("items", {})) if several else schema
    found = _field(schemas, name, items)
    return Parameter(
        name=name,
        location="body",
        kind=found.kind,
        required=required,
        repeatable=several,
        choices=_choices(items),
        maximum=None,
        description=_text(mapping(raw).get("description")),
        nullable=schemas.takes_null(raw),
        most=_whole(schema.get("maxItems")),
        fields=found.fields,
    )
