"""Flatten the schema of a record to path → shape, so that two documents can be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pb2b_notebook.openapi.documents import kind_of
from pb2b_notebook.openapi.limits import ALTERNATIVES, Limits, limits_of
from pb2b_notebook.openapi.schemas import Schemas, mapping, sequence

ANYTHING = "anything"
DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Shape:
    """One value.

    Attributes:
        kind: Type in words: ``text``, ``integer``, ``number``, ``boolean``, ``datetime``, ``date``, ``record``,
            ``null``, ``list of …``, ``… or …``; ``anything`` where the document gives no type.
        required: Whether it must be present.
        nullable: Whether it may be ``null``.
        choices: Allowed values of it, or of each of its items; ``None`` without a restriction.
        limits: What it must meet beyond that, by keyword; see :mod:`pb2b_notebook.openapi.limits`. Those of the items
            of a list begin with ``items.``.
    """

    kind: str
    required: bool = False
    nullable: bool = False
    choices: frozenset[str] | None = None
    limits: Limits = field(default_factory=dict)


def shape(schemas: Schemas, raw: Any, *, required: bool = False) -> Shape:
    """Return the shape of a value with this schema.

    >>> from pb2b_notebook.openapi.schemas import Schemas
    >>> shape(Schemas({}), {"type": ["integer", "null"], "maximum": 500})
    Shape(kind='integer', required=False, nullable=True, choices=None, limits={'maximum': 500})
    """
    options = schemas.options(raw)
    kinds = sorted({_kind(schemas, option) for option in options}) or ["null"]
    named = [_choices(schemas, option) for option in options]
    return Shape(
        kind=ANYTHING if ANYTHING in kinds else " or ".join(kinds),
        required=required,
        nullable=schemas.takes_null(raw),
        choices=None if None in named or not named else frozenset().union(*filter(None, named)),
        limits=_limits(schemas, options),
    )


def _limits(schemas: Schemas, options: Sequence[Mapping[str, Any]]) -> Limits:
    if len(options) != 1:
        return {ALTERNATIVES: len(options)}
    items = limits_of(schemas.plain(options[0]["items"])) if "items" in options[0] else {}
    return limits_of(options[0]) | {f"items.{name}": value for name, value in items.items()}


def shapes(schemas: Schemas, raw: Any, prefix: str = "", depth: int = 0) -> dict[str, Shape]:
    """Return path → shape of all values in a record, including those in nested records and lists of records.

    >>> from pb2b_notebook.openapi.schemas import Schemas
    >>> steps = {"type": "array", "items": {"properties": {"day": {"type": "integer"}}}}
    >>> {path: found.kind for path, found in shapes(Schemas({}), {"properties": {"steps": steps}}).items()}
    {'steps': 'list of record', 'steps[].day': 'integer'}
    """
    required = schemas.required_names(raw)
    found: dict[str, Shape] = {}
    for name, inner in schemas.properties(raw).items():
        path = prefix + name
        found[path] = shape(schemas, inner, required=name in required)
        if depth < DEEPEST:
            for option in schemas.options(inner):
                found |= _inner(schemas, option, path, depth + 1)
    return found


def parent(path: str) -> str:
    """Return the path of the value that contains this one; empty at the top level.

    >>> parent("steps[].day"), parent("usage.emails_sent"), parent("id")
    ('steps', 'usage', '')
    """
    return path.rpartition(".")[0].removesuffix("[]")


def with_whole(schemas: Schemas, raw: Any, *, required: bool = True) -> dict[str, Shape]:
    """Return the shapes of a record by path, and of the record itself by the empty path."""
    return {"": shape(schemas, raw, required=required), **shapes(schemas, raw)}


def _inner(schemas: Schemas, option: Mapping[str, Any], path: str, depth: int) -> dict[str, Shape]:
    if option.get("type") != "array":
        return shapes(schemas, option, f"{path}.", depth)
    return shapes(schemas, schemas.plain(option.get("items", {})), f"{path}[].", depth)


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
    if not sequence(mapping(option).get("enum")):
        return None
    return frozenset(str(choice) for choice in option["enum"] if choice is not None)
