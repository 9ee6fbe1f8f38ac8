"""Refusals: what the API answers instead of an object.

Domain code raises a :class:`Problem`; the application turns it into the error envelope. Messages name fields,
never values: leads are people.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pb2b_notebook.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence


_MOST_DETAILS = 100
_MOST_NAMED = 10
_LONGEST_COMPARED = 64
_LONGEST_NAME = 40
_LONGEST_PATH = 120
_NAME = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]*)?")
# The columns of a file have blanks and letters of any script.
_PART = re.compile(r"[\w (),&/+#:'…-]*")
UNNAMED = "(no name)"


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it so
    """A refusal in the contract's terms.

    Args:
        status: the HTTP status, 400–599.
        code: the machine-readable code, such as ``missing_scope``.
        message: one sentence for people.
        details: one ``{"field", "code", "message"}`` a problem.
        headers: further response headers.
        extra: further members of ``error``: ``current`` of a conflict, ``ids`` of an ambiguous match.
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
        """The value of the envelope's ``error``."""
        return {"code": self.code, "message": self.message, "details": self.details, **self.extra}


def detail(field: str, code: str, message: str) -> dict[str, str]:
    """One problem with one field; a part of its path that no name looks like is not repeated."""
    parts = (part if _PART.fullmatch(part) else UNNAMED for part in field.split("."))
    return {"field": _cut(".".join(parts), _LONGEST_PATH), "code": code, "message": message}


def shown(name: str) -> str:
    """A name that a client sent, as it may be repeated: cut to 40 characters, and only if it looks like one.

    Where a name belongs people paste e-mail addresses, and programs send whole files.

    >>> shown("stauts"), shown("ada@example.com")
    ('stauts', '(no name)')
    """
    return _cut(name, _LONGEST_NAME) if _NAME.fullmatch(name) else UNNAMED


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}…"


def bad_request(code: str, message: str) -> Problem:
    """400: the request is not well formed."""
    return Problem(400, code, message)


def unauthorized(code: str, message: str) -> Problem:
    """401, with the challenge that RFC 9110 asks for."""
    return Problem(401, code, message, headers={"WWW-Authenticate": "Bearer"})


def forbidden(code: str, message: str) -> Problem:
    """403: the key is good but may not do this."""
    return Problem(403, code, message)


def not_found(what: str) -> Problem:
    """404, the same whether the object never was or belongs to another workspace."""
    return Problem(404, "not_found", f"there is no such {what} in this workspace")


def conflict(code: str, message: str, **members: Any) -> Problem:
    """409: the request contradicts what is stored."""
    details = members.pop("details", ())
    return Problem(409, code, message, details=details, extra=members)


def invalid(details: Sequence[Mapping[str, str]]) -> Problem:
    """422: one detail a field, for at most 100 fields."""
    fields = sorted({each["field"] for each in details})
    named = ", ".join(fields[:_MOST_NAMED]) + (" and more" if len(fields) > _MOST_NAMED else "")
    return Problem(422, "validation_failed", f"these fields do not validate: {named}", details=details[:_MOST_DETAILS])


def suggestion(name: str, known: Collection[str]) -> str:
    """Say which name was probably meant; comparing very long ones would only cost time."""
    return nearest(name[:_LONGEST_COMPARED], known)
