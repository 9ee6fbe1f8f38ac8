"""Flatten the schema of a record to path → shape, so that two documents can be compared."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pb2b_notebook.openapi.annotations import Annotations, annotations_of
from pb2b_notebook.openapi.documents import kind_of
from pb2b_notebook.openapi.limits import ALTERNATIVES, Limits, limits_of
from pb2b_notebook.openapi.schemas import Schemas, mapping, sequence

ANYTHING = "anything"
FURTHER_PROPERTIES = "*"
"""Name in a path of the properties that a record has beyond those it names."""
DEEPEST = 6
_TYPED = {"type", "enum", "const", "anyOf", "oneOf", "allOf"}


@dataclass(frozen=True, slots=True)
class Shape:
    """One value.

    Attributes:
        kind: Type in words: ``text``, ``integer``, ``number``, ``boolean``, ``datetime``, ``date``, ``record``,
            ``null``, ``list of …``, ``… or …``; ``anything`` where the document gives no type.
        required: Whether it must be present.
        nullable: Whether it may be ``null``; ``None`` where the document gives no type.
        choices: Allowed values of it, or of each of its items; ``None`` without a restriction.
        limits: What it must meet beyond that, by keyword; see :mod:`pb2b_notebook.openapi.limits`. Those of the items
            of a list begin with ``items.``.
        annotations: What the document says of it beside that; see :mod:`pb2b_notebook.openapi.annotations`.
        alternatives: Of a union, each schema without references → its name.
    """

    kind: str
    required: bool = False
    nullable: bool | None = False
    choices: frozenset[str] | None = None
    limits: Limits = field(default_factory=dict)
    annotations: Annotations = field(default_factory=dict, repr=False)
    alternatives: Mapping[str, str] = field(default_factory=dict, repr=False)


def shape(schemas: Schemas, raw: Any, *, required: bool = False) -> Shape:
    """Return the shape of a value with this schema.

    >>> from pb2b_notebook.openapi.schemas import Schemas
    >>> shape(Schemas({}), {"type": ["integer", "null"], "maximum": 500})
    Shape(kind='integer', required=False, nullable=True, choices=None, limits={'maximum': 500})
    """
    schema = schemas.resolve(raw)
    options = schemas.options(raw)
    kinds = sorted({_kind(schemas, option) for option in options}) or ["null"]
    named = [_choices(schemas, option) for option in options]
    return Shape(
        kind=ANYTHING if ANYTHING in kinds else " or ".join(kinds),
        required=required,
        nullable=schemas.takes_null(raw) or (False if not _TYPED.isdisjoint(schema) else None),
        choices=None if None in named or not named else frozenset().union(*filter(None, named)),
        limits=_limits(schemas, options),
        annotations=annotations_of(schema),
        alternatives=_alternatives(schemas, schema),
    )


def _alternatives(schemas: Schemas, schema: Mapping[str, Any]) -> dict[str, str]:
    """Return each schema of a union, as JSON without references → its name."""
    choices = [*sequence(schema.get("anyOf")), *sequence(schema.get("oneOf"))]
    choices = [choice for choice in choices if mapping(choice).get("type") != "null"]
    if len(choices) < 2:  # noqa: PLR2004 - one alone has no name here
        return {}
    return {_as_text(schemas, each): _name(schemas, each) for each in choices}


def _name(schemas: Schemas, choice: Any) -> str:
    named = mapping(choice).get("$ref", schemas.resolve(choice).get("title"))
    return named.rpartition("/")[2] if isinstance(named, str) else _kind(schemas, schemas.plain(choice))


def _limits(schemas: Schemas, options: Sequence[Mapping[str, Any]]) -> Limits:
    if len(options) != 1:
        return {ALTERNATIVES: len(options)}
    items = limits_of(schemas.plain(options[0]["items"]), schemas.inline) if "items" in options[0] else {}
    return limits_of(options[0], schemas.inline) | {f"items.{name}": value for name, value in items.items()}


def shapes(schemas: Schemas, raw: Any, prefix: str = "", depth: int = 0) -> dict[str, Shape]:
    """Return path → shape of all values in a record, including those in nested records and lists of records.

    >>> from pb2b_notebook.openapi.schemas import Schemas
    >>> steps = {"type": "array", "items": {"properties": {"day": {"type": "integer"}}}}
    >>> {path: found.kind for path, found in shapes(Schemas({}), {"properties": {"steps": steps}}).items()}
    {'steps': 'list of record', 'steps[].day': 'integer'}
    """
    required = schemas.required_names(raw)
    found: dict[str, Shape] = {}
    for name, inner in _properties(schemas, raw).items():
        path = prefix + name
        found[path] = shape(schemas, inner, required=name in required)
        if depth < DEEPEST:
            found |= _inner(schemas, inner, path, depth + 1)
    further = schemas.plain(raw).get("additionalProperties")
    if mapping(further):
        path = f"{prefix}{FURTHER_PROPERTIES}"
        found[path] = shape(schemas, further)
        if depth < DEEPEST:
            found |= _inner(schemas, further, path, depth + 1)
    return found


def _properties(schemas: Schemas, raw: Any) -> dict[str, Any]:
    """Return the properties of a record; one that differs between its alternatives may be any of them."""
    found = schemas.properties(raw)
    schema = schemas.resolve(raw)
    parts = [schemas.properties(part) for part in (*sequence(schema.get("anyOf")), *sequence(schema.get("oneOf")))]
    for name in found.keys() - mapping(schema.get("properties")).keys() if len(parts) > 1 else ():
        distinct = {_as_text(schemas, part[name]): part[name] for part in parts if name in part}
        if len(distinct) > 1:
            found[name] = {"anyOf": [distinct[text] for text in sorted(distinct)]}
    return found


def _as_text(schemas: Schemas, schema: Any) -> str:
    return json.dumps(schemas.inline(schema), sort_keys=True, default=str)


def parent(path: str) -> str:
    """Return the path of the value that contains this one; empty at the top level.

    >>> parent("steps[].day"), parent("usage.emails_sent"), parent("id")
    ('steps', 'usage', '')
    """
    return path.rpartition(".")[0].removesuffix("[]")


def with_whole(schemas: Schemas, raw: Any, *, required: bool = True) -> dict[str, Shape]:
    """Return the shapes of the values in a record or a list by path, and of the whole by the empty path."""
    return {"": shape(schemas, raw, required=required), **_inner(schemas, raw, "", 0)}


def _inner(schemas: Schemas, raw: Any, path: str, depth: int) -> dict[str, Shape]:
    """Return the shapes of the values in a record, in the records of a list, or in either."""
    found = shapes(schemas, raw, f"{path}." if path else "", depth)
    for option in schemas.options(raw):
        if option.get("type") == "array":
            found |= shapes(schemas, option.get("items", {}), f"{path}[].", depth)
    return found


def _kind(schemas: Schemas, option: Mapping[str, Any], depth: int = 0) -> str:
    kind = kind_of(option)
    if kind != "json":
        return kind
    if option.get("type") == "array":
        items = schemas.plain(option.get("items", {}))
        return f"list of {_kind(schemas, items, depth + 1) if depth < DEEPEST else ANYTHING}"
    if option.get("type") == "object" or schemas.properties(option):
        return "record"
    values = [*sequence(option.get("enum")), *([option["const"]] if "const" in option else [])]
    return "text" if values and all(isinstance(value, str) for value in values) else ANYTHING


def _choices(schemas: Schemas, option: Mapping[str, Any]) -> frozenset[str] | None:
    if option.get("type") == "array":
        option = schemas.plain(option.get("items", {}))
    if "const" in option:
        return frozenset({str(option["const"])})
    choices = sequence(option.get("enum")) or sequence(option.get("x-extensible-enum"))
    return frozenset(str(choice) for choice in choices if choice is not None) if choices else None
