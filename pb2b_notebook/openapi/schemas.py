"""Read the schemas of an OpenAPI document, of ours or of anybody's: references, unions and nulls, within bounds.

A document may come from a network. What it leaves out or garbles reads as "anything", since one odd schema must not
hide the other operations; references that lead in a circle, or to more than a document can mean, are refused. No
reference is ever followed out of the document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from pb2b_notebook.errors import ContractError

MOST_STEPS = 500_000
"""Nodes that are looked at in one document; ours takes some 3,500."""

DEEPEST = 40
"""Unions within unions. Deeper is a circle: a schema that is made of itself."""

_JSON = re.compile(r"application/([\w.-]+\+)?json(\s*;.*)?", re.IGNORECASE)
_UNIONS = ("anyOf", "oneOf", "allOf")


def mapping(node: Any) -> Mapping[str, Any]:
    """The node, or an empty one where it is no object.

    >>> mapping({"type": "string"}), mapping(True), mapping(None)
    ({'type': 'string'}, {}, {})
    """
    return node if isinstance(node, Mapping) else {}


def sequence(node: Any) -> Sequence[Any]:
    """The node, or an empty one where it is no list.

    >>> sequence(["a"]), sequence("a"), sequence(None)
    (['a'], (), ())
    """
    return node if isinstance(node, list) else ()


class Schemas:
    """The schemas of one document.

    Args:
        openapi: the parsed document.

    >>> lead = {"allOf": [{"$ref": "#/components/schemas/Named"}]}
    >>> named = {"required": ["name"], "properties": {"name": {"type": ["string", "null"]}}}
    >>> schemas = Schemas({"components": {"schemas": {"Named": named}}})
    >>> list(schemas.properties(lead)), schemas.required(lead), schemas.takes_null(named["properties"]["name"])
    (['name'], {'name'}, True)
    """

    def __init__(self, openapi: Mapping[str, Any]) -> None:
        self._openapi = openapi
        self._left = MOST_STEPS

    def resolve(self, node: Any) -> Mapping[str, Any]:
        """What the node is, or what it refers to within the document; empty where that is nothing.

        Raises:
            ContractError: its references lead in a circle, or the document was too much already.
        """
        self._left -= 1
        if self._left < 0:
            raise ContractError(
                f"the document means more than {MOST_STEPS:,} nodes by its references",
                repair="it may be hostile; give the API's own document",
            )
        followed: set[str] = set()
        while isinstance(node, Mapping) and isinstance(node.get("$ref"), str):
            if node["$ref"] in followed:
                raise _circle()
            followed.add(node["$ref"])
            node = self._target(node["$ref"])
        return mapping(node)

    def _target(self, reference: str) -> Any:
        """What a JSON pointer names. Source: RFC 6901."""
        if not reference.startswith("#/"):
            return None
        node: Any = self._openapi
        for part in unquote(reference[2:]).split("/"):
            name = part.replace("~1", "/").replace("~0", "~")
            if isinstance(node, list) and name.isdecimal() and int(name) < len(node):
                node = node[int(name)]
            else:
                node = mapping(node).get(name)
        return node

    def plain(self, raw: Any, depth: int = 0) -> Mapping[str, Any]:
        """The schema without references, without ``null``, and without unions of one.

        Raises:
            ContractError: it is made of itself.
        """
        schema = self._at(raw, depth)
        for keyword in _UNIONS:
            options = [o for o in sequence(schema.get(keyword)) if mapping(o).get("type") != "null"]
            if len(options) == 1:
                return self.plain(options[0], depth + 1)
        kinds = schema.get("type")
        if isinstance(kinds, list):
            rest = [k for k in kinds if k != "null"]
            return {**schema, "type": rest[0] if len(rest) == 1 else None}
        return schema

    def options(self, raw: Any, depth: int = 0) -> list[Mapping[str, Any]]:
        """The schemas that the value may have one of, without ``null``: one, unless there is a choice.

        Raises:
            ContractError: it is made of itself.
        """
        schema = self._at(raw, depth)
        choices = [*sequence(schema.get("anyOf")), *sequence(schema.get("oneOf"))]
        if choices:
            return [found for choice in choices for found in self.options(choice, depth + 1)]
        kinds = schema.get("type")
        if isinstance(kinds, list):
            return [{**schema, "type": kind} for kind in kinds if kind != "null"]
        return [] if kinds == "null" else [self.plain(schema, depth)]

    def properties(self, raw: Any, depth: int = 0) -> dict[str, Any]:
        """The properties of a record by name, those of the schemas that it is made of included.

        Raises:
            ContractError: it is made of itself.
        """
        schema = self._at(raw, depth)
        found = dict(mapping(schema.get("properties")))
        for keyword in _UNIONS:
            for part in sequence(schema.get(keyword)):
                for name, inner in self.properties(part, depth + 1).items():
                    # What the record itself says of a property is more than the case that a part makes of it.
                    found.setdefault(name, inner)
        return found

    def required(self, raw: Any, depth: int = 0) -> set[str]:
        """The names of the properties that a record must have.

        Raises:
            ContractError: it is made of itself.
        """
        schema = self._at(raw, depth)
        found = {name for name in sequence(schema.get("required")) if isinstance(name, str)}
        for part in sequence(schema.get("allOf")):
            found |= self.required(part, depth + 1)
        return found

    def takes_null(self, raw: Any, depth: int = 0) -> bool:
        """Whether ``null`` is a value.

        Raises:
            ContractError: it is made of itself.
        """
        schema = self._at(raw, depth)
        kinds = schema.get("type")
        options = [*sequence(schema.get("anyOf")), *sequence(schema.get("oneOf"))]
        return (
            kinds == "null"
            or (isinstance(kinds, list) and "null" in kinds)
            or any(self.takes_null(option, depth + 1) for option in options)
        )

    def body(self, holder: Any) -> Mapping[str, Any] | None:
        """The schema of the JSON content of a request body or a response; ``None`` where there is none."""
        content = mapping(self.resolve(holder).get("content"))
        media = next((kind for kind in content if _JSON.fullmatch(kind)), "")
        schema = mapping(content.get(media)).get("schema")
        return None if schema is None else self.resolve(schema)

    def _at(self, raw: Any, depth: int) -> Mapping[str, Any]:
        if depth > DEEPEST:
            raise _circle()
        return self.resolve(raw)


def _circle() -> ContractError:
    return ContractError(
        "references of the document lead in a circle",
        repair="have its schemas checked: one is made of itself",
    )
