"""Predict whether an import job accepts a cell, with the job's own codes and the limits of the contract's schema.

A cell is converted as :class:`pb2b_notebook.Mapping` converts it, or sent unchanged if it cannot be converted; then it
is read and checked as the service does. Tests compare the result with the import job cell by cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook import openapi
from pb2b_notebook.cleanup.frames import SPACES
from pb2b_notebook.frames.strict_json import encodable
from pb2b_notebook.mapping.application import as_json
from pb2b_notebook.mapping.cells.conversion import convert
from pb2b_notebook.openapi import instants
from pb2b_notebook.openapi.import_cells import check_custom_value, is_blank, read_cell
from pb2b_notebook.openapi.schemas import Schemas
from pb2b_notebook.openapi.text_patterns import COUNTRY, EMAIL, HOST_NAME, MISMATCHES, PHONE, URL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pb2b_notebook.mapping.lead_fields import LeadField

# pydantic checks patterns in Rust, where \s is Unicode's White_Space: Python's has four more control characters.
_RUST_SPACES: Final = SPACES.replace("\x1c-", "")
_FIELD_OF_TYPE: Final = {"email": "email", "phone": "phone", "url": "website"}
"""Field type → the built-in field whose pattern it shares."""


class Refusal(NamedTuple):
    """Why an import rejects a row.

    Attributes:
        code: Error code of the import job.
        message: Message for people, without the value.
    """

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a built-in field in the contract's schema; 0, ``None`` and ``()`` where it sets no limit."""

    type: str
    longest: int
    pattern: re.Pattern[str] | None
    options: tuple[str, ...]
    minimum: int | None
    maximum: int | None
    instant: bool
    most_items: int
    longest_item: int


def refusal(cell: Any, field: LeadField) -> Refusal | None:
    """Return why an import would reject a cell; ``None`` if it accepts the cell, or the cell is blank.

    >>> from pb2b_notebook.mapping.lead_fields import LeadField
    >>> refusal("ada@", LeadField("email", "email"))
    Refusal(code='string_pattern_mismatch', message='is not an email address, such as ada@example.com')
    >>> refusal("12", LeadField("score", "number")) is None
    True
    """
    if is_blank(cell):
        return None
    try:
        value = convert(cell, field)
    except ValueError:
        value = cell
    if is_blank(value):
        return None
    sent = as_json(value)
    if not all(map(_can_be_sent, sent if isinstance(sent, list) else [sent])):
        return Refusal("invalid_text", "contains NUL or an unpaired surrogate, which no request can carry")
    try:
        read = read_cell(sent, field.type)
    except ValueError as problem:
        return Refusal("invalid_value", str(problem))
    if not field.builtin:
        return _custom_refusal(read, field)
    limits = builtin_limits().get(field.key)
    if limits is not None and limits.options and field.options:
        # A workspace may have status words of its own.
        limits = replace(limits, options=tuple(dict.fromkeys([*limits.options, *field.options])))
    return None if limits is None else _refusal_of_builtin(read, limits, field.key)


@cache
def builtin_limits() -> Mapping[str, Limits]:
    """Return the limits of each built-in lead field, from the OpenAPI document."""
    document = openapi.load_document()
    schemas = Schemas(document)
    row = {"$ref": "#/components/schemas/LeadRow"}
    return {name: _limits(schemas, schemas.plain(node)) for name, node in schemas.properties(row).items()}


def limits_of_type(kind: str) -> Limits | None:
    """Return the limits of fields of type "email", "phone" or "url"; ``None`` for other types."""
    return builtin_limits()[_FIELD_OF_TYPE[kind]] if kind in _FIELD_OF_TYPE else None


def _limits(schemas: Schemas, node: Mapping[str, Any]) -> Limits:
    items = schemas.plain(node.get("items", {}))
    pattern = node.get("pattern")
    return Limits(
        type=str(node.get("type")),
        longest=int(node.get("maxLength", 0)),
        pattern=_as_python(pattern) if pattern else None,
        options=tuple(node.get("enum", ())),
        minimum=node.get("minimum"),
        maximum=node.get("maximum"),
        instant=node.get("format") == "date-time",
        most_items=int(node.get("maxItems", 0)),
        longest_item=int(items.get("maxLength", 0)),
    )


def _as_python(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of the document as the service reads it: Python's ``$`` also matches before a last newline."""
    body = pattern.removeprefix("^").removesuffix("$").replace(r"\s", _RUST_SPACES)
    return re.compile(rf"{body}\Z")


def _can_be_sent(cell: Any) -> bool:
    return not isinstance(cell, str) or ("\x00" not in cell and encodable(cell))


def _refusal_of_builtin(value: Any, limits: Limits, key: str) -> Refusal | None:
    if limits.type == "integer":
        return _number_refusal(value, limits)
    if limits.type == "array":
        return _list_refusal(value, limits)
    # A status is checked by its options; a country is checked as text first, then as a code.
    if limits.options and key != "country":
        return None if value in limits.options else Refusal("literal_error", _one_of(limits.options))
    return _text_refusal(value, limits, key)


def _text_refusal(value: Any, limits: Limits, key: str) -> Refusal | None:
    refused = None
    if not isinstance(value, str):
        refused = Refusal("string_type", "needs text")
    elif limits.longest and len(value) > limits.longest:
        refused = Refusal("string_too_long", f"needs text of at most {limits.longest:,} characters")
    elif limits.pattern is not None and not limits.pattern.match(value):
        refused = Refusal(
            "string_pattern_mismatch", _MISMATCH_BY_FIELD.get(key, "does not have the form that the field needs")
        )
    elif limits.options and value not in limits.options:
        refused = Refusal("invalid_value", MISMATCHES[COUNTRY])
    elif limits.instant and not _is_instant(value):
        refused = Refusal("invalid_value", "needs a time with a zone, such as 2026-03-10T12:00:00Z")
    return refused


def _number_refusal(value: Any, limits: Limits) -> Refusal | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole and not (isinstance(value, float) and value.is_integer()):
        return Refusal("int_type", "needs a whole number, such as 1200")
    if limits.minimum is not None and value < limits.minimum:
        return Refusal("greater_than_equal", f"needs a whole number of at least {limits.minimum:,}")
    if limits.maximum is not None and value > limits.maximum:
        return Refusal("less_than_equal", f"needs a whole number of at most {limits.maximum:,}")
    return None


def _list_refusal(value: Any, limits: Limits) -> Refusal | None:
    if not isinstance(value, list):
        return Refusal("list_type", "needs a list of text")
    short = [item for item in value if len(item) <= limits.longest_item]
    # The service counts the valid items, and stops at the first one above the limit.
    if len(short) > limits.most_items:
        return Refusal("too_long", f"needs at most {limits.most_items} values")
    if len(short) < len(value):
        return Refusal("string_too_long", f"needs values of at most {limits.longest_item} characters each")
    return None


def _custom_refusal(value: Any, field: LeadField) -> Refusal | None:
    try:
        check_custom_value(value, field.type, field.options)
    except ValueError as problem:
        return Refusal("invalid_value", str(problem))
    return None


_MISMATCH_BY_FIELD: Final = {
    "email": MISMATCHES[EMAIL],
    "owner_email": MISMATCHES[EMAIL],
    "phone": MISMATCHES[PHONE],
    "website": MISMATCHES[URL],
    "linkedin_url": MISMATCHES[URL],
    "company_domain": MISMATCHES[HOST_NAME],
}


def _one_of(options: tuple[str, ...]) -> str:
    return f"needs one of the {len(options)} options of the field"


def _is_instant(text: str) -> bool:
    """Return whether a text is an RFC 3339 date-time that exists; a leap second is allowed."""
    try:
        instants.parse(text)
    except ValueError:
        return False
    return True
