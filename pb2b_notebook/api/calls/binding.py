"""Bind Python arguments to path, query and body of an operation; nothing is sent."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, tzinfo
from numbers import Number
from typing import Any
from urllib.parse import quote

from pb2b_notebook.api.http.call import Query
from pb2b_notebook.errors import InvalidParameterError, nearest
from pb2b_notebook.nulls import is_null
from pb2b_notebook.openapi.object_ids import id_text, is_id
from pb2b_notebook.openapi.operations import Operation, Parameter
from pb2b_notebook.times import exact_iso, iso, parse_time

_CUSTOM = "custom_"
"""Prefix of the columns of custom fields."""
_OTHER_NAMES = {
    "fields": "columns", "select": "columns", "cols": "columns", "properties": "columns", "attributes": "columns",
    "format": "frame", "max_rows": "limit", "rows": "limit", "count": "limit", "top": "limit", "max_results": "limit",
}  # fmt: skip
"""What other libraries call an argument → our name."""


def unknown_argument(of: str, name: str, known: Collection[str]) -> InvalidParameterError:
    """Return the error for an argument that a call does not have; a column of a custom field goes into a dict.

    >>> unknown_argument("leads.list", "custom_tier", {"custom", "city"}).repair
    'custom={"tier": …}'
    >>> unknown_argument("leads.list", "fields", {"columns", "ids"}).repair
    "did you mean 'columns'?"
    """
    key = name.removeprefix(_CUSTOM)
    taker = next((each for each in ("custom", "custom_fields") if each in known and key != name), None)
    other = _OTHER_NAMES.get(name)
    if other in known:
        return InvalidParameterError(f"{of} takes no {name!r}", repair=f"did you mean {other!r}?")
    repair = nearest(name, known) if taker is None or name == "custom_fields" else f'{taker}={{"{key}": …}}'
    return InvalidParameterError(f"{of} takes no {name!r}", repair=repair)


def bind(
    operation: Operation, arguments: Mapping[str, Any], *, now: datetime, tz: tzinfo = UTC
) -> tuple[str, Query, bytes | None]:
    """Return path, query and body of a call.

    Args:
        operation: Operation of the contract.
        arguments: Arguments by name. ``None`` in the query means "not given"; in the body it is JSON's null.
            ``custom`` contains filters on custom fields, where the operation has them.
        now: The service's time, from which "7d" counts back.
        tz: Time zone of times without one.

    Returns:
        The path, the query as ordered pairs, and the body as JSON bytes or ``None``.

    Raises:
        InvalidParameterError: A name is unknown (the message suggests the nearest), an id is missing, or a value has
            the wrong type.
    """
    known = {p.name for p in operation.parameters} | set(operation.body or ())
    known |= {"custom"} if operation.custom_filters else set()
    for name in arguments:
        if name not in known:
            raise unknown_argument(operation.id, name, known)
    path = operation.path
    query: list[tuple[str, str]] = []
    for parameter in operation.parameters:
        value = arguments.get(parameter.name)
        if parameter.location == "path":
            path = path.replace("{" + parameter.name + "}", _segment(operation, parameter.name, value))
        elif value is not None:
            query += [(parameter.name, text) for text in _texts(parameter, value, now, tz)]
    _check_ranges(dict(query))
    if operation.custom_filters:
        query += _custom(arguments.get("custom"))
    taken = {p.name for p in operation.parameters} | {"custom"}
    body = None
    if operation.body is not None:
        given = {name: value for name, value in arguments.items() if name not in taken}
        for parameter in operation.body_parameters:
            _check_choices(parameter, given.get(parameter.name))
        times = {p.name for p in operation.body_parameters if p.kind == "datetime" and not p.repeatable}
        body = encode({n: _time(value, now, tz) if n in times else value for n, value in given.items()})
    return path, tuple(query), body


def _check_choices(parameter: Parameter, value: Any) -> None:
    """Refuse a misspelt choice in a body; a value that is not text is left to the service."""
    if not parameter.choices or value is None:
        return
    if parameter.repeatable and isinstance(value, str):
        raise InvalidParameterError(
            f"{parameter.name!r} must be a list, not a single text", repair=f"{parameter.name}=[…]"
        )
    for choice in value if parameter.repeatable and isinstance(value, Iterable) else [value]:
        if isinstance(choice, str):
            _check_choice(parameter, choice)


def _check_choice(parameter: Parameter, text: str) -> None:
    """Refuse a misspelt word, and any other value of ``order``; another word may be one that only the service knows."""
    if not parameter.choices or text in parameter.choices:
        return
    if parameter.name == "order" or any(is_misspelt(text, choice) for choice in parameter.choices):
        raise InvalidParameterError(f"unknown value for {parameter.name!r}", repair=nearest(text, parameter.choices))


def is_misspelt(text: str, word: str) -> bool:
    """Whether a text is a word with one letter missing, added, changed or two letters swapped.

    Other upper case is right: a service may write its words so.

    >>> [is_misspelt(text, "qualified") for text in ("qualifed", "quailfied", "qualified", "Qualified", "unqualified")]
    [True, True, False, False, False]
    """
    one, other = text.casefold(), word.casefold()
    if one == other:
        return False
    start = _common_length(one, other)
    one, other = one[start:], other[start:]
    end = _common_length(one[::-1], other[::-1])
    one, other = one[: len(one) - end], other[: len(other) - end]
    return max(len(one), len(other)) <= 1 or (len(one) == len(other) == 2 and one == other[::-1])  # noqa: PLR2004


def _common_length(one: str, other: str) -> int:
    """Return the number of letters with which both begin."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _check_ranges(query: Mapping[str, str]) -> None:
    """Refuse an empty range; the lower bound is excluded, the upper one included."""
    for name, after in query.items():
        before = query.get(f"{name.removesuffix('_after')}_before") if name.endswith("_after") else None
        if before is not None and datetime.fromisoformat(after) >= datetime.fromisoformat(before):
            raise InvalidParameterError(
                f"{name} is not before {name.removesuffix('_after')}_before: {after} and {before}",
                repair=f"{name} must be the earlier time, {name.removesuffix('_after')}_before the later one",
            )


def _time(value: Any, now: datetime, tz: tzinfo) -> Any:
    """Return a time in a body as the API writes it; text that is an instant already is returned unchanged."""
    if value is None or (isinstance(value, str) and _names_instant(value)):
        return value
    return iso(parse_time(value, now, tz))


def _names_instant(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).utcoffset() is not None
    except ValueError:
        return False


def _custom(filters: Any) -> list[tuple[str, str]]:
    if filters is None:
        return []
    if not isinstance(filters, Mapping):
        raise InvalidParameterError("custom must be a dict of filters by key", repair='custom={"tier": "gold"}')
    for key, value in filters.items():
        if isinstance(value, list | tuple | set):
            raise InvalidParameterError(
                f"custom field {key!r} takes one value, not a {type(value).__name__}", repair="call once for each value"
            )
    return [(f"custom.{_text(key)}", _text(value)) for key, value in filters.items()]


def _segment(operation: Operation, name: str, value: Any) -> str:
    value = id_text(value)
    if not isinstance(value, str) or not value.strip():
        given = "an empty text" if isinstance(value, str) else type(value).__name__
        raise InvalidParameterError(
            f"{operation.id} needs {name!r} as text, not {given}",
            repair=f"pass the {name} of the object, such as a value of the id column",
        )
    _check_text(value, name)
    if value in {".", ".."}:  # even percent-encoded, a server may read these as path segments
        raise InvalidParameterError(f"{name!r} is not an id", repair="pass a value of the id column")
    return quote(value, safe="")


def _texts(parameter: Parameter, value: Any, now: datetime, tz: tzinfo) -> list[str]:
    several = isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping))
    if not several:
        return [_parameter_text(parameter, value, now, tz)]
    texts = [_parameter_text(parameter, each, now, tz) for each in value]
    if not texts:
        raise InvalidParameterError(
            f"{parameter.name!r} is an empty list, which would match everything",
            repair=f"leave {parameter.name} out, or skip the call",
        )
    if parameter.most is not None and len(texts) > parameter.most:
        raise InvalidParameterError(
            f"{parameter.name!r} takes at most {parameter.most} values at once, not {len(texts):,}",
            repair=f"call once per {parameter.most} values, or read without {parameter.name} and select the rows",
        )
    if parameter.repeatable:
        return texts
    # "ids" is the only filter of our contract that joins its values in one parameter.
    if parameter.name == "ids" or parameter.joined:
        return [",".join(texts)]
    if len(texts) == 1:
        return texts
    raise InvalidParameterError(f"{parameter.name!r} takes one value", repair="call once for each value")


def _parameter_text(parameter: Parameter, value: Any, now: datetime, tz: tzinfo) -> str:
    name = parameter.name
    if parameter.kind == "datetime":
        return exact_iso(parse_time(value, now, tz))
    if parameter.kind == "boolean":
        if not isinstance(value, bool) and type(value).__name__ != "bool":
            raise InvalidParameterError(
                f"{name!r} must be True or False, not {type(value).__name__}", repair=f"{name}=True"
            )
        return "true" if value else "false"
    if parameter.kind == "integer":
        return str(_integer(name, value))
    if is_id(name):
        value = id_text(value)
    if (name == "ids" or name.endswith("_id")) and isinstance(value, Number):
        raise InvalidParameterError(
            f"{name!r} takes ids as text, not {type(value).__name__}", repair="pass values of an id column"
        )
    text = _text(value)
    _check_choice(parameter, text)
    return text


def _integer(name: str, value: Any) -> int:
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise InvalidParameterError(
            f"{name!r} must be a whole number, not {type(value).__name__}", repair=f"{name}=100, for example"
        )
    return int(value.__index__())


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    missing = is_null(value)
    if missing or isinstance(value, (bytes, Mapping, list, tuple, set)):
        kind = "missing" if missing else type(value).__name__
        raise InvalidParameterError(f"a filter cannot be {kind}", repair="pass text or a number, or leave it out")
    if isinstance(value, datetime):
        return iso(value)
    return _check_text(value.isoformat() if isinstance(value, date) else str(value), "a filter")


def _check_text(text: str, what: str) -> str:
    if not text.strip():
        raise InvalidParameterError(f"{what} is blank", repair="pass some text, or leave it out")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise InvalidParameterError(
            f"{what} contains an unpaired surrogate, which is invalid Unicode", repair="correct the text"
        ) from None
    return text


def encode(body: Mapping[str, Any]) -> bytes:
    """Return a body as JSON bytes, exact or refused: times as ISO 8601, numpy scalars as numbers, no NaN.

    Raises:
        InvalidParameterError: JSON cannot represent a value; the message names the field, never the value.

    >>> encode({"email": "ada@example.com", "score": 7})
    b'{"email":"ada@example.com","score":7}'
    """
    parts = []
    for name, value in body.items():
        try:
            text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain)
            parts.append(json.dumps(name).encode() + b":" + text.encode("utf-8"))
        except (TypeError, ValueError, RecursionError):
            raise InvalidParameterError(
                f"{name!r} has a value that JSON cannot represent (such as NaN, a set or an unpaired surrogate)",
                repair="use text, numbers, True/False, None, lists, dicts, dates or times with a zone",
            ) from None
    return b"{" + b",".join(parts) + b"}"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return value.tolist()
    raise TypeError
