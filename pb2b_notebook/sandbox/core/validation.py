"""Validation by pydantic, with the details of the contract: one per field, without the value that was sent."""

from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from pb2b_notebook.openapi.text_patterns import MISMATCHES
from pb2b_notebook.sandbox.core.problems import Problem, detail, invalid, safe_name

_CODES = {"missing": "required", "extra_forbidden": "unknown_field", "value_error": "invalid_value"}
_MESSAGES = {
    "missing": "is required",
    "extra_forbidden": "is not a field of this object",
    "model_attributes_type": "send a JSON object",
    "model_type": "send a JSON object",
    "dict_type": "send a JSON object",
}
_building = Lock()
Valid = TypeVar("Valid", bound=BaseModel)


def validate(model: type[Valid], value: Any, *, from_attributes: bool = False) -> Valid:
    """Return the model of a value.

    Args:
        model: Its model, whose schema is built when it is first needed.
        value: A parsed value.
        from_attributes: As pydantic's; it decides the code of the error for a value that is not an object.

    Raises:
        Problem: 422 with one detail per field.
    """
    if not model.__pydantic_complete__:
        with _building:  # older releases of pydantic have no lock of their own
            model.model_rebuild()
    try:
        return model.model_validate(value, from_attributes=from_attributes)
    except ValidationError as error:
        problem = _as_problem(error.errors(include_url=False, include_input=False, include_context=False))
        raise problem from None


def _as_problem(errors: Iterable[Mapping[str, Any]]) -> Problem:
    """Return the 422 for a list of pydantic's errors.

    >>> _as_problem([{"loc": ("email",), "type": "missing", "msg": "Field required"}]).details
    [{'field': 'email', 'code': 'required', 'message': 'is required'}]
    """
    details: dict[str, dict[str, str]] = {}
    for error in errors:
        field = ".".join(_shown_path(error["loc"])) or "body"
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
