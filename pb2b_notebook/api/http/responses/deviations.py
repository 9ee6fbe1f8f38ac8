"""Find where an object of a response deviates from the contract; names and types only, never a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pb2b_notebook.frames.exact_reader import fit, type_name
from pb2b_notebook.frames.strict_json import Member
from pb2b_notebook.openapi.operations import Field

MOST = 64
"""Limit of fields that are compared in one object; with more, the keys may be ids."""


def unexpected_fields(values: Mapping[str, Any], fields: Iterable[Field]) -> dict[str, str]:
    """Return path → deviation of fields that the contract does not know or declares with another type.

    >>> from pb2b_notebook.openapi import Field
    >>> unexpected_fields({"score": "high", "mood": 1}, [Field("score", "integer")])
    {'score': 'text where integer is declared', 'mood': 'unknown field, integer'}
    """
    return dict(_iter_unexpected(values, fields, ""))


def missing_fields(values: Mapping[str, Any], fields: Iterable[Field]) -> dict[str, str]:
    """Return path → deviation of fields that the contract promises and the object lacks.

    >>> from pb2b_notebook.openapi import Field
    >>> missing_fields({"id": None}, [Field("id", "text", nullable=False), Field("email", "text", required=True)])
    {'id': 'null', 'email': 'missing'}
    """
    return dict(_iter_missing(values, fields, ""))


def _iter_unexpected(values: Mapping[str, Any], fields: Iterable[Field], prefix: str) -> Iterator[tuple[str, str]]:
    known = {field.name: field for field in fields}
    for name, value in list(values.items())[:MOST]:
        field = known.get(name)
        if field is None:
            yield prefix + name, f"unknown field, {type_name(value)}"
        elif value is not None and not _is_of_kind(value, field):
            yield prefix + name, f"{type_name(value)} where {_type_name(field)} is declared"
        else:
            for inner, below in _within(value, field, prefix + name):
                yield from _iter_unexpected(inner, field.fields, below)


def _iter_missing(values: Mapping[str, Any], fields: Iterable[Field], prefix: str) -> Iterator[tuple[str, str]]:
    for field in fields:
        if field.name not in values:
            if field.required:
                yield prefix + field.name, "missing"
        elif values[field.name] is None:
            if not field.nullable:
                yield prefix + field.name, "null"
        else:
            for inner, below in _within(values[field.name], field, prefix + field.name):
                yield from _iter_missing(inner, field.fields, below)


def _is_of_kind(value: Any, field: Field) -> bool:
    if field.kind in {"record", "custom"}:
        return isinstance(value, dict)
    if field.kind == "records":
        return isinstance(value, list) and all(isinstance(item, dict) for item in value)
    # A free-form value may be anything.
    return field.kind == "json" or fit(field.kind, (), Member(field.name, value, "")).whole


def _within(value: Any, field: Field, path: str) -> list[tuple[Mapping[str, Any], str]]:
    """Return the records in a value whose fields the contract declares, with the prefix of their paths."""
    if not field.fields:
        return []
    if isinstance(value, dict):
        return [(value, f"{path}.")]
    items = value if isinstance(value, list) else []
    return [(item, f"{path}[].") for item in items[:MOST] if isinstance(item, dict)]


def _type_name(field: Field) -> str:
    words = {"custom": "record", "records": "list of records", "texts": "list of text"}
    return words.get(field.kind, field.kind)
