"""The errors that the API answers with.

Domain code raises a :class:`Problem`; the application turns it into the error envelope. Messages name fields and never
repeat values, because the values of leads are personal data.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from pb2b_notebook.errors import nearest

_MOST_DETAILS = 100
_MOST_NAMED = 10
_LONGEST_COMPARED = 64
_LONGEST_NAME = 40
_LONGEST_PATH = 120
_NAME = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]*)?")
# The columns of a file have spaces and letters of any script.
_PART = re.compile(r"[\w (),&/+#:'…-]*")
UNNAMED = "(no name)"


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it so
    """An error in the terms of the contract.

    Args:
        status: HTTP status, 400–599.
        code: Machine-readable code, such as ``missing_scope``.
        message: Sentence for people.
        details: One ``{"field", "code", "message"}`` per problem.
        headers: Additional response headers.
        extra: Additional members of ``error``: ``current`` of a conflict, ``ids`` of an ambiguous match.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        details: Iterable[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = [dict(detail) for detail in details]
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})

    def as_error(self) -> dict[str, Any]:
        """Return the value of ``error`` in the envelope."""
        return {"code": self.code, "message": self.message, "details": self.details, **self.extra}


def detail(field: str, code: str, message: str) -> dict[str, str]:
    """Return one problem with one field; parts of its path that do not look like a name are not repeated."""
    parts = (part if _PART.fullmatch(part) else UNNAMED for part in field.split("."))
    return {"field": _cut(".".join(parts), _LONGEST_PATH), "code": code, "message": message}


def safe_name(name: str) -> str:
    """Return a name from a client as a message may repeat it: cut to 40 characters, and only if it looks like a name.

    People paste email addresses where a name belongs, and programs send whole files.

    >>> safe_name("stauts"), safe_name("ada@example.com")
    ('stauts', '(no name)')
    """
    return _cut(name, _LONGEST_NAME) if _NAME.fullmatch(name) else UNNAMED


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}…"


def bad_request(code: str, message: str) -> Problem:
    """Return a 400: the request is malformed."""
    return Problem(400, code, message)


def invalid_credentials(code: str, message: str) -> Problem:
    """Return a 401, with the challenge that RFC 9110 requires."""
    return Problem(401, code, message, headers={"WWW-Authenticate": "Bearer"})


def forbidden(code: str, message: str) -> Problem:
    """Return a 403: the key is valid but must not do this."""
    return Problem(403, code, message)


def not_found(what: str) -> Problem:
    """Return a 404, the same whether the object never existed or belongs to another workspace."""
    return Problem(404, "not_found", f"there is no such {what} in this workspace")


def conflict(code: str, message: str, **members: Any) -> Problem:
    """Return a 409: the request contradicts the stored data."""
    details = members.pop("details", ())
    return Problem(409, code, message, details=details, extra=members)


def invalid(details: Sequence[Mapping[str, str]]) -> Problem:
    """Return a 422 with one detail per field, for at most 100 fields."""
    fields = sorted({each["field"] for each in details})
    named = ", ".join(fields[:_MOST_NAMED]) + (" and more" if len(fields) > _MOST_NAMED else "")
    return Problem(422, "validation_failed", f"these fields do not validate: {named}", details=details[:_MOST_DETAILS])


def suggestion(name: str, known: Collection[str]) -> str:
    """Suggest the nearest known name. Only the first 64 characters are compared, to save time."""
    return nearest(name[:_LONGEST_COMPARED], known)
