"""From pydantic's errors to the contract's details: one a field, and never the value that was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pb2b_notebook.sandbox.problems import detail, invalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pb2b_notebook.sandbox.problems import Problem

_PLACES = ("body", "query", "path", "header")
_CODES = {"missing": "required", "extra_forbidden": "unknown_field", "value_error": "invalid_value"}
_MESSAGES = {"missing": "is required", "extra_forbidden": "is not a field of this object"}


def as_problem(errors: Iterable[Mapping[str, Any]]) -> Problem:
    """Make the 422 of pydantic's error list.

    >>> as_problem([{"loc": ("body", "email"), "type": "missing", "msg": "Field required"}]).details
    [{'field': 'email', 'code': 'required', 'message': 'is required'}]
    """
    details: dict[str, dict[str, str]] = {}
    for error in errors:
        field = ".".join(str(part) for part in _path(error["loc"])) or "body"
        code = _CODES.get(error["type"], error["type"])
        message = _MESSAGES.get(error["type"], error["msg"].removeprefix("Value error, "))
        details.setdefault(field, detail(field, code, message))
    return invalid(list(details.values()))


def _path(loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    return loc[1:] if loc and loc[0] in _PLACES else loc
