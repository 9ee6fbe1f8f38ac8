"""What the import job says to a cell: its codes, from the contract's own schema of a lead.

A cell takes the way that an import takes: converted as :class:`pb2b_notebook.Mapping` converts it, or sent as it is
where it does not convert; then read and checked as the service does. So the verdict here is the verdict there, and the
tests hold the two together cell by cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook import openapi
from pb2b_notebook.cleanup.frames import SPACES
from pb2b_notebook.frames.strict import encodable
from pb2b_notebook.mapping.application import as_json
from pb2b_notebook.mapping.conversion import convert
from pb2b_notebook.openapi import instants
from pb2b_notebook.openapi.import_cells import check_custom_value, is_blank, read_cell
from pb2b_notebook.openapi.schemas import Schemas
from pb2b_notebook.openapi.text_patterns import COUNTRY, EMAIL, HOST_NAME, MISMATCHES, PHONE, URL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pb2b_notebook.mapping.lead_fields import LeadField

# Of pydantic in Rust, whose \s is Unicode's White_Space: Python's has four control characters more.
_RUST_SPACES: Final = SPACES.replace("\x1c-", "")
_FORMED_LIKE: Final = {"email": "email", "phone": "phone", "url": "website"}
"""Which built-in field shows the form of a type."""


class Refusal(NamedTuple):
    """Why the job leaves a row out."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What the contract's schema says of a built-in field; 0, ``None`` and ``()`` where it says nothing."""

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
    """What the import job would say to a cell of a field; ``None`` if it takes it, or if it is blank.

    >>> from pb2b_notebook.mapping.lead_fields import LeadField
    >>> refusal("nobody", LeadField("email", "email"))
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
        return Refusal("invalid_text", "holds NUL or half a character: no request can carry it")
    try:
        read = read_cell(sent, field.type)
    except ValueError as problem:
        return Refusal("invalid_value", str(problem))
    if not field.builtin:
        return _custom(read, field)
    limits = built_in_limits().get(field.key)
    return None if limits is None else _built_in(read, limits, field.key)


@cache
def built_in_limits() -> Mapping[str, Limits]:
    """What the contract's document says of each field of a row of leads."""
    document = openapi.load_document()
    schemas = Schemas(document)
    row = {"$ref": "#/components/schemas/LeadRow"}
    return {name: _limits(schemas, schemas.plain(node)) for name, node in schemas.properties(row).items()}


def form_of(kind: str) -> Limits | None:
    """What fields of a type (``email``, ``phone``, ``url``) are to look like; ``None`` for other types."""
    return built_in_limits()[_FORMED_LIKE[kind]] if kind in _FORMED_LIKE else None


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
    """A pattern of the document as the service means it: Python's ``$`` also stands before a last line break."""
    body = pattern.removeprefix("^").removesuffix("$").replace(r"\s", _RUST_SPACES)
    return re.compile(rf"{body}\Z")


def _can_be_sent(cell: Any) -> bool:
    return not isinstance(cell, str) or ("\x00" not in cell and encodable(cell))


def _built_in(value: Any, limits: Limits, key: str) -> Refusal | None:
    if limits.type == "integer":
        return _whole(value, limits)
    if limits.type == "array":
        return _items(value, limits)
    # A status is one of the contract's words; a country is text first, and then a code.
    if limits.options and key != "country":
        return None if value in limits.options else Refusal("literal_error", _one_of(limits.options))
    return _words(value, limits, key)


def _words(value: Any, limits: Limits, key: str) -> Refusal | None:
    refused = None
    if not isinstance(value, str):
        refused = Refusal("string_type", "needs text")
    elif limits.longest and len(value) > limits.longest:
        refused = Refusal("string_too_long", f"needs text of at most {limits.longest:,} characters")
    elif limits.pattern is not None and not limits.pattern.match(value):
        refused = Refusal("string_pattern_mismatch", _WANTED.get(key, "has not the form that the field wants"))
    elif limits.options and value not in limits.options:
        refused = Refusal("invalid_value", MISMATCHES[COUNTRY])
    elif limits.instant and not _is_instant(value):
        refused = Refusal("invalid_value", "needs a time with a zone, such as 2026-03-10T12:00:00Z")
    return refused


def _whole(value: Any, limits: Limits) -> Refusal | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole and not (isinstance(value, float) and value.is_integer()):
        return Refusal("int_type", "needs a whole number, such as 1200")
    if limits.minimum is not None and value < limits.minimum:
        return Refusal("greater_than_equal", f"needs a whole number of at least {limits.minimum:,}")
    if limits.maximum is not None and value > limits.maximum:
        return Refusal("less_than_equal", f"needs a whole number of at most {limits.maximum:,}")
    return None


def _items(value: Any, limits: Limits) -> Refusal | None:
    if not isinstance(value, list):
        return Refusal("list_type", "needs a list of text")
    short = [item for item in value if len(item) <= limits.longest_item]
    # The service counts the good ones, and stops at the first too many.
    if len(short) > limits.most_items:
        return Refusal("too_long", f"needs at most {limits.most_items} values")
    if len(short) < len(value):
        return Refusal("string_too_long", f"needs values of at most {limits.longest_item} characters each")
    return None


def _custom(value: Any, field: LeadField) -> Refusal | None:
    try:
        check_custom_value(value, field.type, field.options)
    except ValueError as problem:
        return Refusal("invalid_value", str(problem))
    return None


_WANTED: Final = {
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
    """Whether it is an RFC 3339 date-time that the calendar holds; a leap second is a second."""
    try:
        instants.parse(text)
    except ValueError:
        return False
    return True
