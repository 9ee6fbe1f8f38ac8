"""Read the schemas of any OpenAPI document: references, unions and nulls, within limits.

A document may come from the network. A schema that is missing or invalid reads as "anything", so that it does not hide
the other operations. References that form a circle or expand to too much are refused. No reference is followed out of
the document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from pb2b_notebook.errors import ContractError

MOST_STEPS = 500_000
"""Most nodes that are read in one document; ours has about 3,500."""

DEEPEST = 40
"""Deepest unions within unions; deeper ones are treated as a circle."""

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
_JSON = re.compile(r"application/([\w.-]+\+)?json(\s*;.*)?", re.IGNORECASE)
_MAPPINGS = (dict, Mapping)  # the abstract class alone takes many times as long to recognize a dictionary
_UNIONS = ("anyOf", "oneOf", "allOf")
_BY_NAME = ("properties", "patternProperties", "dependentSchemas", "$defs")
_EXPLANATIONS = ("title", "description", "example", "examples", "$comment", "externalDocs")


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON.

    >>> is_json("application/problem+json"), is_json("text/csv")
    (True, False)
    """
    return _JSON.fullmatch(media_type) is not None


def mapping(node: Any) -> Mapping[str, Any]:
    """Return the node if it is an object, else an empty one.

    >>> mapping({"type": "string"}), mapping(True), mapping(None)
    ({'type': 'string'}, {}, {})
    """
    return node if isinstance(node, _MAPPINGS) else {}


def sequence(node: Any) -> Sequence[Any]:
    """Return the node if it is a list, else an empty one.

    >>> sequence(["a"]), sequence("a"), sequence(None)
    (['a'], (), ())
    """
    return node if isinstance(node, list) else ()


class Schemas:
    """The schemas of one document.

    >>> lead = {"allOf": [{"$ref": "#/components/schemas/Named"}]}
    >>> named = {"required": ["name"], "properties": {"name": {"type": ["string", "null"]}}}
    >>> schemas = Schemas({"components": {"schemas": {"Named": named}}})
    >>> list(schemas.properties(lead)), schemas.required_names(lead), schemas.takes_null(named["properties"]["name"])
    (['name'], {'name'}, True)
    """

    def __init__(self, openapi: Mapping[str, Any]) -> None:
        self._openapi = openapi
        self._left = MOST_STEPS
        self.fields: dict[tuple[int, int, str | None], tuple[Any, Any]] = {}

    def resolve(self, node: Any) -> Mapping[str, Any]:
        """Return the node, or the one it refers to within the document; empty if there is none.

        Raises:
            ContractError: References form a circle, or the document expands to too many nodes.
        """
        self._left -= 1
        if self._left < 0:
            raise ContractError(
                f"the references of the document expand to more than {MOST_STEPS:,} nodes",
                repair="it may be malicious; use the API's own document",
            )
        followed: set[str] = set()
        while isinstance(node, _MAPPINGS) and isinstance(node.get("$ref"), str):
            if node["$ref"] in followed:
                raise _circle_error()
            followed.add(node["$ref"])
            node = self._target(node["$ref"])
        return mapping(node)

    def _target(self, reference: str) -> Any:
        """Return the node that a JSON pointer names. Source: RFC 6901."""
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
        """Return the schema without references, ``null``, and unions of one option.

        Raises:
            ContractError: The schema contains itself.
        """
        schema = self._at(raw, depth)
        if schema.get("allOf"):
            return self._combine(schema, depth)
        for keyword in _UNIONS:
            options = [o for o in sequence(schema.get(keyword)) if mapping(o).get("type") != "null"]
            if len(options) == 1:
                return self.plain(options[0], depth + 1)
        return _without_null(schema)

    def _combine(self, schema: Mapping[str, Any], depth: int) -> Mapping[str, Any]:
        """Return one schema for ``allOf``: each part adds to the ones before, and the last one says most."""
        whole: dict[str, Any] = {}
        for part in sequence(schema.get("allOf")):
            whole |= {keyword: value for keyword, value in self.plain(part, depth + 1).items() if value is not None}
        combined = {**whole, **{keyword: value for keyword, value in schema.items() if keyword != "allOf"}}
        if (combined.get("type") or "object") == "object" and (properties := self.properties(schema, depth)):
            combined |= {"type": "object", "properties": properties}
        return _without_null(combined)

    def options(self, raw: Any, depth: int = 0) -> list[Mapping[str, Any]]:
        """Return the alternative schemas of a value, without ``null``; one, unless it is a union.

        Raises:
            ContractError: The schema contains itself.
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
        """Return the properties of a record by name, including those of the schemas that it combines.

        Raises:
            ContractError: The schema contains itself.
        """
        schema = self._at(raw, depth)
        own = mapping(schema.get("properties"))
        found: dict[str, Any] = {}
        for keyword in _UNIONS:
            for part in sequence(schema.get(keyword)):
                for name, inner in self.properties(part, depth + 1).items():
                    # Of the parts that combine, the last one is the most specific; of alternatives, any will do.
                    if keyword == "allOf" or name not in found:
                        found[name] = inner
        # The record's own schema of a property takes precedence over that of a part.
        return {**found, **own}

    def required_names(self, raw: Any, depth: int = 0) -> set[str]:
        """Return the names of the properties that a record must have.

        Raises:
            ContractError: The schema contains itself.
        """
        schema = self._at(raw, depth)
        found = {name for name in sequence(schema.get("required")) if isinstance(name, str)}
        for part in sequence(schema.get("allOf")):
            found |= self.required_names(part, depth + 1)
        for keyword in ("anyOf", "oneOf"):
            options = [o for o in sequence(schema.get(keyword)) if mapping(o).get("type") != "null"]
            if options:
                # A record must have what each alternative requires.
                found |= set[str].intersection(*(self.required_names(option, depth + 1) for option in options))
        return found

    def takes_null(self, raw: Any, depth: int = 0) -> bool:
        """Whether ``null`` is a value.

        Raises:
            ContractError: The schema contains itself.
        """
        schema = self._at(raw, depth)
        kinds = schema.get("type")
        options = [*sequence(schema.get("anyOf")), *sequence(schema.get("oneOf"))]
        return (
            kinds == "null"
            or schema.get("nullable") is True  # OpenAPI 3.0
            or (isinstance(kinds, list) and "null" in kinds)
            or any(self.takes_null(option, depth + 1) for option in options)
        )

    def media_type(self, holder: Any) -> str:
        """Return the media type of the JSON of a request body or a response, else that of its form; empty without one.

        >>> Schemas({}).media_type({"content": {"text/csv": {}, "application/x-www-form-urlencoded": {}}})
        'application/x-www-form-urlencoded'
        """
        content = mapping(self.resolve(holder).get("content"))
        types = sorted(filter(is_json, content), key=lambda name: name.lower() != JSON)
        return next(iter((*types, *(name for name in content if name == FORM))), "")

    def body(self, holder: Any) -> Mapping[str, Any] | None:
        """Return the schema of the JSON or the form in a request body or a response; ``None`` without one."""
        content = mapping(self.resolve(holder).get("content"))
        schema = mapping(content.get(self.media_type(holder))).get("schema")
        return None if schema is None else self.resolve(schema)

    def inline(self, node: Any, followed: tuple[str, ...] = ()) -> Any:
        """Return a schema as JSON without references, names and explanations: equal ones have equal meaning.

        A reference within itself stays.

        >>> Schemas({"a": {"type": "string", "title": "A"}}).inline({"items": {"$ref": "#/a"}})
        {'items': {'type': 'string'}}
        """
        if isinstance(node, list):
            return [self.inline(each, followed) for each in node]
        if not isinstance(node, _MAPPINGS):
            return node
        reference = node.get("$ref")
        if isinstance(reference, str):
            circle = reference in followed or len(followed) > DEEPEST
            return {"$ref": reference} if circle else self.inline(self.resolve(node), (*followed, reference))
        return {
            keyword: {name: self.inline(each, followed) for name, each in inner.items()}
            if keyword in _BY_NAME and isinstance(inner, _MAPPINGS)
            else self.inline(inner, followed)
            for keyword, inner in node.items()
            if keyword not in _EXPLANATIONS
        }

    def _at(self, raw: Any, depth: int) -> Mapping[str, Any]:
        if depth > DEEPEST:
            raise _circle_error()
        return self.resolve(raw)


def _without_null(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema with its one type beside ``null``; without a type if there are several."""
    kinds = schema.get("type")
    if not isinstance(kinds, list):
        return schema
    rest = [kind for kind in kinds if kind != "null"]
    return {**schema, "type": rest[0] if len(rest) == 1 else None}


def _circle_error() -> ContractError:
    return ContractError(
        "references of the document form a circle", repair="correct its schemas: one of them contains itself"
    )
