"""Conversion of pydantic's errors to the details of the contract: one per field, without the value that was sent."""

from collections.abc import Iterable, Mapping
from typing import Any

from pb2b_notebook.openapi.text_patterns import MISMATCHES
from pb2b_notebook.sandbox.core.problems import Problem, detail, invalid, safe_name

_PLACES = ("body", "query", "path", "header")
_CODES = {"missing": "required", "extra_forbidden": "unknown_field", "value_error": "invalid_value"}
_MESSAGES = {
    "missing": "is required",
    "extra_forbidden": "is not a field of this object",
    "model_attributes_type": "send a JSON object",
    "model_type": "send a JSON object",
    "dict_type": "send a JSON object",
}


def as_problem(errors: Iterable[Mapping[str, Any]]) -> Problem:
    """Return the 422 for a list of pydantic's errors.

    >>> as_problem([{"loc": ("body", "email"), "type": "missing", "msg": "Field required"}]).details
    [{'field': 'email', 'code': 'required', 'message': 'is required'}]
    """
    details: dict[str, dict[str, str]] = {}
    for error in errors:
        field = ".".join(_shown_path(_path(error["loc"]))) or "body"
        code = _CODES.get(error["type"], error["type"])
        message = _MESSAGES.get(error["type"]) or _in_words(error["msg"])
        details.setdefault(field, detail(field, code, message))
    return invalid(list(details.values()))


def _in_words(message: str) -> str:
    pattern = message.removeprefix("String should match pattern '").removesuffix("'")
    return MISMATCHES.get(pattern, message.removeprefix("Value error, "))


def _shown_path(path: tuple[int | str, ...]) -> list[str]:
    # The columns of a mapping are names that the client chose freely.
    return [str(part) if isinstance(part, int) or path[0] == "mapping" else safe_name(part) for part in path]


def _path(loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    return loc[1:] if loc and loc[0] in _PLACES else loc
