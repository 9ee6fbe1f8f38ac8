"""One call of an operation, ready to send. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pb2b_notebook.errors import (
    InvalidParameterError,
)
from pb2b_notebook.openapi.operations import Operation

IMPORT = "imports.create"
LEADS = "leads.list"
"""The list that each service has."""
_KEY = re.compile(r"[!-~]{1,255}")

Query = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One call, ready to send: the path filled in, the query in order, the body as bytes.

    ``added`` has the names of parameters and fields that the caller did not give: without them the call means the same.
    ``given`` is the body that the caller gave, where ``body`` has more: by it, the same call is recognized.
    ``media_type`` is that of the body, where it is tried; ``version`` is sent as ``If-Match``; ``exact`` says that the
    body has the version of its object in the text of the service.
    """

    operation: Operation
    path: str
    query: Query = field(default=(), repr=False)  # personal data: not shown in tracebacks
    body: bytes | None = field(default=None, repr=False)
    idempotency_key: str | None = None
    added: frozenset[str] = frozenset()
    given: bytes | None = field(default=None, repr=False)
    media_type: str = ""
    version: str = ""
    exact: bool = False

    def __post_init__(self) -> None:
        key = self.idempotency_key
        if key is not None and not (isinstance(key, str) and _KEY.fullmatch(key)):
            raise InvalidParameterError(
                "an idempotency_key must be 1 to 255 visible ASCII characters",
                repair="pass such a key, or leave it out: one is created for you",
            )
