"""The API as data: a frozen table of operations and fields, read from an OpenAPI 3.1 document.

The document that ships with the package (``openapi.json``) is generated from the sandbox application, which is
the single source of the contract. It is a reconstruction: ``Operation.documented`` says which operations the
service documents publicly. Any other OpenAPI 3.1 document reads the same way, with what it lacks left empty.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from pb2b_notebook.errors import UnknownOperationError, nearest

Kind = Literal[
    "text", "integer", "number", "boolean", "datetime", "date", "texts", "json", "record", "records", "custom"
]
METHODS = ("get", "post", "put", "patch", "delete")
# Paths are relative to the base URL, whether a document repeats it in each path or not.
BASE_PATH = "/api/public/v1"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an object of the API: what a column of a frame is made from.

    Attributes:
        name: the JSON key.
        kind: ``text``, ``integer``, ``number``, ``boolean``, ``datetime`` (ISO 8601 with a zone), ``date``,
            ``texts`` (a list of text), ``json`` (free form), ``record`` (a record with ``fields``), ``records``
            (a list of those) or ``custom`` (the workspace's custom fields).
        fields: the children of a ``record`` or ``records``.
    """

    name: str
    kind: Kind
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the path or the query, or one field of a JSON body.

    Attributes:
        repeatable: takes a list; in a query any of its values matches.
        nullable: takes ``None``, which in a body clears.
    """

    name: str
    location: Literal["path", "query", "body"]
    kind: Kind
    required: bool
    repeatable: bool
    choices: tuple[str, ...]
    maximum: int | None
    description: str
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the API.

    Attributes:
        id: such as ``leads.list``.
        method: ``GET``, ``POST``, ``PATCH``, ``DELETE``, ``PUT``.
        path: below the base URL, with ``{placeholders}``.
        tag: the domain that the reference lists it under.
        summary: one line.
        description: what there is to know beside it; may be empty.
        documented: whether the service documents it publicly; otherwise it is our reconstruction.
        scopes: what the key must have.
        idempotent: takes an ``Idempotency-Key``.
        mutates: changes something at the service, so a read-only workspace refuses it.
        parameters: of path and query.
        custom_filters: accepts ``custom.<key>=value``.
        body: the names of the fields that a JSON body may have; ``None`` without a body.
        body_parameters: the same with what is known of each.
        many: answers with a list (a frame) and not with one object (a record).
        fields: of the object or of each listed object.
    """

    id: str
    method: str
    path: str
    tag: str
    summary: str
    documented: bool
    scopes: tuple[str, ...]
    idempotent: bool
    mutates: bool
    parameters: tuple[Parameter, ...]
    custom_filters: bool
    body: tuple[str, ...] | None
    many: bool
    fields: tuple[Field, ...]
    body_parameters: tuple[Parameter, ...] = ()
    description: str = ""

    @property
    def path_parameters(self) -> tuple[str, ...]:
        """The placeholders of the path, in order."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))

    @property
    def query_parameters(self) -> tuple[str, ...]:
        """The names of the query parameters, in the document's order."""
        return tuple(p.name for p in self.parameters if p.location == "query")

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that name, or ``None``."""
        return next((p for p in self.parameters if p.name == name), None)


class Operations(Mapping[str, Operation]):
    """All operations of one document, by id; :meth:`find` also takes ``"GET /path"``.

    >>> table = load()
    >>> table["leads.list"].path
    '/leads'
    >>> table.find("get /leads/lead_123").id
    'leads.get'
    """

    def __init__(self, table: dict[str, Operation], version: str) -> None:
        self._table = table
        self.version = version

    def __getitem__(self, operation_id: str) -> Operation:
        return self._table[operation_id]

    def __iter__(self) -> Any:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)

    def find(self, name: str) -> Operation:
        """The operation with this id, or with this method and path (placeholders filled in or not).

        Raises:
            UnknownOperationError: none is; the message suggests the nearest.
        """
        if not isinstance(name, str):
            raise UnknownOperationError(
                f"an operation is named by text, not {type(name).__name__}",
                repair='such as "leads.list" or "GET /leads"',
            )
        text = name.strip()
        if text in self._table:
            return self._table[text]
        method, _, path = text.partition(" ")
        path = "/" + path.strip().strip("/")
        matching = [o for o in self._table.values() if o.method == method.upper() and _matches(o.path, path)]
        # A literal path ("/leads/upsert") wins over a placeholder ("/leads/{id}").
        if matching:
            return min(matching, key=lambda o: o.path.count("{"))
        known = [*self._table, *(f"{o.method} {o.path}" for o in self._table.values())]
        raise UnknownOperationError(f"the contract has no operation {text!r}", repair=_suggestion(text, known))


def _suggestion(text: str, known: list[str]) -> str:
    hint = nearest(text, known)
    return hint if hint.startswith("did") else "list(ws.operations) names them all"


def _matches(template: str, path: str) -> bool:
    pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
    return re.fullmatch(pattern, path) is not None


@cache
def load() -> Operations:
    """The operations of the contract that ships with this package."""
    return read_document(load_document())


@cache
def load_document() -> dict[str, Any]:
    """The OpenAPI 3.1 document that ships with this package."""
    text = resources.files("pb2b_notebook.contract").joinpath("openapi.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def read_document(openapi: Mapping[str, Any]) -> Operations:
    """Read any OpenAPI 3.1 document into the table.

    Args:
        openapi: the parsed document.
    """
    table: dict[str, Operation] = {}
    for path, item in openapi.get("paths", {}).items():
        shared = item.get("parameters", [])
        for method in METHODS:
            if method in item:
                operation = _operation(openapi, path, method, item[method], shared)
                table[operation.id] = operation
    return Operations(table, str(openapi.get("info", {}).get("version", "")))


def _operation(
    openapi: Mapping[str, Any], path: str, method: str, raw: Mapping[str, Any], shared: list[Any]
) -> Operation:
    parameters = [_resolve(openapi, p) for p in [*shared, *raw.get("parameters", [])]]
    body = _json_schema(openapi, raw.get("requestBody"))
    many, fields = _answer(openapi, raw.get("responses", {}))
    idempotent = bool(raw.get("x-idempotent", False))
    return Operation(
        id=raw.get("operationId") or f"{method.upper()} {path}",
        method=method.upper(),
        path=path.removeprefix(BASE_PATH) or "/",
        tag=next(iter(raw.get("tags", [])), ""),
        summary=raw.get("summary", ""),
        documented=bool(raw.get("x-documented", False)),
        scopes=tuple(raw.get("x-scopes", ())),
        idempotent=idempotent,
        # In our contract every mutation takes a key; in a document that does not say, be careful.
        mutates=raw.get("x-idempotent", method != "get"),
        parameters=tuple(
            _parameter(openapi, p)
            for p in parameters
            if p.get("in") in {"path", "query"} and not p.get("x-custom-filters")
        ),
        custom_filters=bool(raw.get("x-custom-filters", False)),
        body=None if body is None else tuple(_properties(openapi, body)),
        many=many,
        fields=fields,
        body_parameters=() if body is None else _body_parameters(openapi, body),
        description=raw.get("description", ""),
    )


def _resolve(openapi: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    seen = 0
    while "$ref" in node and seen < 20:  # noqa: PLR2004 - a chain of references this long is a circle
        seen += 1
        target: Any = openapi
        for part in str(node["$ref"]).removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def _json_schema(openapi: Mapping[str, Any], holder: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if not holder:
        return None
    content = _resolve(openapi, holder).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    return None if schema is None else _resolve(openapi, schema)


def _answer(openapi: Mapping[str, Any], responses: Mapping[str, Any]) -> tuple[bool, tuple[Field, ...]]:
    success = next((responses[s] for s in sorted(responses) if s.startswith("2")), None)
    schema = _json_schema(openapi, success)
    if schema is None:
        return False, ()
    data = _plain(openapi, _properties(openapi, schema).get("data", {}))
    many = data.get("type") == "array"
    item = _plain(openapi, data.get("items", {})) if many else data
    return many, _fields(openapi, item)


def _properties(openapi: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(schema.get("properties", {}))
    for keyword in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(keyword, ()):
            found.update(_properties(openapi, _resolve(openapi, part)))
    return found


def _fields(openapi: Mapping[str, Any], schema: Mapping[str, Any], depth: int = 0) -> tuple[Field, ...]:
    return tuple(_field(openapi, name, raw, depth) for name, raw in _properties(openapi, schema).items())


def _plain(openapi: Mapping[str, Any], raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema without references and without ``null``."""
    schema = _resolve(openapi, raw)
    for keyword in ("anyOf", "oneOf", "allOf"):
        options = [o for o in schema.get(keyword, ()) if o.get("type") != "null"]
        if len(options) == 1:
            return _plain(openapi, options[0])
    kinds = schema.get("type")
    if isinstance(kinds, list):
        rest = [k for k in kinds if k != "null"]
        return {**schema, "type": rest[0] if len(rest) == 1 else None}
    return schema


_FORMATS: dict[str, Kind] = {"date-time": "datetime", "date": "date"}
_SCALARS: dict[str, Kind] = {"integer": "integer", "number": "number", "boolean": "boolean"}


def _field(openapi: Mapping[str, Any], name: str, raw: Mapping[str, Any], depth: int = 0) -> Field:
    schema = _plain(openapi, raw)
    kind = schema.get("type")
    if name == "custom_fields":
        return Field(name, "custom")
    if kind == "string":
        return Field(name, _FORMATS.get(schema.get("format", ""), "text"))
    if kind in _SCALARS:
        return Field(name, _SCALARS[kind])
    nested = depth < 3  # noqa: PLR2004 - deeper nesting than any object of the contract: keep it as JSON
    if kind == "array":
        items = _plain(openapi, schema.get("items", {}))
        if items.get("type") == "string" and items.get("format") not in _FORMATS:
            return Field(name, "texts")
        children = _fields(openapi, items, depth + 1) if nested else ()
        return Field(name, "records", children) if children else Field(name, "json")
    children = _fields(openapi, schema, depth + 1) if nested and kind == "object" else ()
    # A record that also takes unknown keys would lose them as columns of a fixed record.
    open_ended = schema.get("additionalProperties") not in (None, False)
    return Field(name, "record", children) if children and not open_ended else Field(name, "json")


def _parameter(openapi: Mapping[str, Any], raw: Mapping[str, Any]) -> Parameter:
    schema = _plain(openapi, raw.get("schema", {}))
    repeatable = schema.get("type") == "array" and raw.get("explode", True)
    items = _plain(openapi, schema.get("items", {})) if schema.get("type") == "array" else schema
    return Parameter(
        name=raw["name"],
        location=raw["in"],
        kind=_field(openapi, "", items).kind,
        required=bool(raw.get("required", False)),
        repeatable=bool(repeatable),
        choices=tuple(str(c) for c in items.get("enum", ())),
        maximum=items.get("maximum"),
        description=raw.get("description", ""),
    )


def _body_parameters(openapi: Mapping[str, Any], body: Mapping[str, Any]) -> tuple[Parameter, ...]:
    required = _required(openapi, body)
    return tuple(_body_parameter(openapi, n, raw, n in required) for n, raw in _properties(openapi, body).items())


def _body_parameter(openapi: Mapping[str, Any], name: str, raw: Mapping[str, Any], required: bool) -> Parameter:
    schema = _plain(openapi, raw)
    several = schema.get("type") == "array"
    items = _plain(openapi, schema.get("items", {})) if several else schema
    return Parameter(
        name=name,
        location="body",
        kind=_field(openapi, name, items).kind,
        required=required,
        repeatable=several,
        choices=tuple(str(c) for c in items.get("enum", ()) if c is not None),
        maximum=None,
        description=raw.get("description", ""),
        nullable=_takes_null(openapi, raw),
    )


def _required(openapi: Mapping[str, Any], schema: Mapping[str, Any]) -> set[str]:
    found = set(schema.get("required", ()))
    for part in schema.get("allOf", ()):
        found |= _required(openapi, _resolve(openapi, part))
    return found


def _takes_null(openapi: Mapping[str, Any], raw: Mapping[str, Any]) -> bool:
    schema = _resolve(openapi, raw)
    kinds = schema.get("type")
    options = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    return (
        kinds == "null"
        or (isinstance(kinds, list) and "null" in kinds)
        or any(_takes_null(openapi, option) for option in options)
    )
