"""What the import job says to a cell: its codes, from the contract's own schema of a lead.

A cell takes the way that an import takes: converted as :class:`pb2b_notebook.Mapping` converts it, or sent as it is
where it does not convert; then read and checked as the service does. So the verdict here is the verdict there, and the
tests hold the two together cell by cell.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook import openapi
from pb2b_notebook.cleanup.frames import SPACES
from pb2b_notebook.frames.strict import encodable
from pb2b_notebook.mapping.application import as_json
from pb2b_notebook.mapping.columns import is_blank
from pb2b_notebook.mapping.conversion import SEPARATOR, convert
from pb2b_notebook.openapi.schemas import Schemas

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pb2b_notebook.mapping.lead_fields import LeadField

LARGEST: Final = 2**63 - 1
LONGEST_CUSTOM: Final = 2000
"""Characters of a custom text; the contract's document does not say it (contract: chosen)."""

_NUMBER: Final = re.compile(r"-?[0-9]{1,300}(\.[0-9]{1,300})?([eE][-+]?[0-9]{1,2})?")
_WHOLE: Final = re.compile(r"-?[0-9]{1,300}")
_BOOLEANS: Final = frozenset({"true", "yes", "1", "false", "no", "0"})
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt](?P<clock>[0-9]{2}:[0-9]{2}:)(?P<second>[0-9]{2})(\.[0-9]{1,18})?"
    r"([Zz]|(?P<sign>[+-])(?P<offset>[0-9]{2}:[0-9]{2}))"
)
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
    Refusal(code='string_pattern_mismatch', message='is no e-mail address, such as ada@example.com')
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
        read = _READERS.get(field.type, _as_it_is)(sent)
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


def _as_it_is(cell: Any) -> Any:
    return cell


def _text(cell: Any) -> Any:
    return str(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell


def _number(cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    if _WHOLE.fullmatch(text):
        return int(text)
    if not _NUMBER.fullmatch(text):
        raise ValueError("needs a number, such as 1200.5")
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("needs a number that is not too large")
    return number


def _boolean(cell: Any) -> Any:
    if isinstance(cell, bool):
        return cell
    word = str(cell).strip().lower()
    if word not in _BOOLEANS:
        raise ValueError("needs true or false, yes or no, 1 or 0")
    return word in {"true", "yes", "1"}


def _trimmed(cell: Any) -> Any:
    return cell.strip() if isinstance(cell, str) else cell


def _several(cell: Any) -> Any:
    parts = cell.split(SEPARATOR) if isinstance(cell, str) else cell
    return [part.strip() for part in parts if part.strip()] if isinstance(parts, list) else parts


_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "text": _text,
    "number": _number,
    "boolean": _boolean,
    "date": _trimmed,
    "datetime": _trimmed,
    "select": _trimmed,
    "multi_select": _several,
    "email": _text,
    "phone": _text,
    "url": _trimmed,
}


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
        refused = Refusal("invalid_value", "is no country code: two capital letters of ISO 3166, such as DE")
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
    complaint = _CUSTOM.get(field.type, _anything)(value, field)
    return Refusal("invalid_value", complaint) if complaint else None


def _anything(_value: Any, _field: LeadField) -> str:
    return ""


def _custom_text(value: Any, _field: LeadField) -> str:
    fits = isinstance(value, str) and len(value) <= LONGEST_CUSTOM
    return "" if fits else f"needs text of at most {LONGEST_CUSTOM:,} characters"


def _custom_number(value: Any, _field: LeadField) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    small = not isinstance(value, int) or abs(value) <= LARGEST
    return "" if number and small else "needs a number; a whole one of at most 63 bits"


def _custom_date(value: Any, field: LeadField) -> str:
    if _custom_text(value, field) or not _DATE.fullmatch(value):
        return "needs a date, such as 2026-03-10"
    return "" if _is_day(value) else "needs a date that exists"


def _custom_datetime(value: Any, field: LeadField) -> str:
    fits = not _custom_text(value, field) and _is_instant(value)
    return "" if fits else "needs a time with a zone, such as 2026-03-10T12:00:00Z"


def _custom_option(value: Any, field: LeadField) -> str:
    return "" if value in field.options or not field.options else _one_of(field.options)


def _custom_options(value: Any, field: LeadField) -> str:
    if not isinstance(value, list):
        return "needs a list of the field's options"
    if field.options and not set(value) <= set(field.options):
        return _one_of(field.options)
    return "" if len(set(value)) == len(value) else "names an option twice"


def _custom_form(value: Any, field: LeadField) -> str:
    form = form_of(field.type)
    fits = form is not None and form.pattern is not None and not _custom_text(value, field)
    if fits and form.pattern.match(value):  # type: ignore[union-attr]
        return ""
    return _WANTED[_FORMED_LIKE[field.type]]


_CUSTOM: Final[dict[str, Callable[[Any, LeadField], str]]] = {
    "text": _custom_text,
    "number": _custom_number,
    "date": _custom_date,
    "datetime": _custom_datetime,
    "select": _custom_option,
    "multi_select": _custom_options,
    "email": _custom_form,
    "phone": _custom_form,
    "url": _custom_form,
}

_URL: Final = "is no http or https URL, such as https://example.com"
_EMAIL: Final = "is no e-mail address, such as ada@example.com"
_WANTED: Final = {
    "email": _EMAIL,
    "owner_email": _EMAIL,
    "phone": "is no phone number, such as +49 30 901820",
    "website": _URL,
    "linkedin_url": _URL,
    "company_domain": "is no host name, such as example.com",
}


def _one_of(options: tuple[str, ...]) -> str:
    return f"needs one of the {len(options)} options of the field"


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_instant(text: str) -> bool:
    """Whether it is an RFC 3339 date-time that the calendar holds; a leap second is a second."""
    found = _INSTANT.fullmatch(text)
    if found is None or int(found["second"]) > 60:  # noqa: PLR2004 - RFC 3339, section 5.7
        return False
    year = max(int(found["day"][:4]), 1)
    offset = f"{found['sign']}{found['offset']}" if found["sign"] else "+00:00"
    try:
        moment = dt.datetime.fromisoformat(
            f"{year:04}{found['day'][4:]}T{found['clock']}{min(int(found['second']), 59):02}{offset}"
        )
        moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return False
    return found["day"][:4] != "0000"
