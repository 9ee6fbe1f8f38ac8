"""The API as data: a frozen table of operations and fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pb2b_notebook.errors import UnknownOperationError, nearest

Kind = Literal[
    "text", "integer", "number", "boolean", "datetime", "date", "texts", "json", "record", "records", "custom"
]
# Paths are relative to the base URL, whether a document repeats it in each path or not.
BASE_PATH = "/api/public/v1"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an object of the API: what a column of a frame is made from.

    Attributes:
        name: the JSON key.
        kind: ``text``, ``integer``, ``number``, ``boolean``, ``datetime`` (ISO 8601 with a zone), ``date``,
            ``texts`` (a list of text), ``json`` (free form), ``record`` (a record with ``fields``), ``records``
            (a list of those) or ``custom`` (the workspace's custom fields).
        fields: the children of a ``record`` or ``records``.
        required: it is always there.
        nullable: it may be ``null``.
    """

    name: str
    kind: Kind
    fields: tuple[Field, ...] = ()
    # No part of what a column is: frames are made for services that keep less than their word.
    required: bool = field(default=False, compare=False, repr=False)
    nullable: bool = field(default=True, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the path or the query, or one field of a JSON body.

    Attributes:
        repeatable: takes a list; in a query any of its values matches.
        nullable: takes ``None``, which in a body clears.
        most: values that it takes at once; ``None`` where the document names no limit.
    """

    name: str
    location: Literal["path", "query", "body"]
    kind: Kind
    required: bool
    repeatable: bool
    choices: tuple[str, ...]
    maximum: int | None
    description: str
    nullable: bool = False
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the API.

    Attributes:
        id: such as ``leads.list``.
        method: ``GET``, ``POST``, ``PATCH``, ``DELETE``, ``PUT``.
        path: below the base URL, with ``{placeholders}``.
        tag: the domain that the reference lists it under.
        summary: one line.
        description: what there is to know beside it; may be empty.
        documented: whether the service documents it; otherwise it is our reconstruction.
        scopes: what the key must have.
        idempotent: takes an ``Idempotency-Key``.
        mutates: changes something at the service, so a read-only workspace refuses it.
        parameters: of path and query.
        custom_filters: accepts ``custom.<key>=value``.
        body: the names of the fields that a JSON body may have; ``None`` without a body.
        body_parameters: the same with what is known of each.
        many: answers with a list (a frame) and not with one object (a record).
        fields: of the object or of each listed object.
        envelope: what stands beside ``data`` in the answer.
    """

    id: str
    method: str
    path: str
    tag: str
    summary: str
    documented: bool
    scopes: tuple[str, ...]
    idempotent: bool
    mutates: bool
    parameters: tuple[Parameter, ...]
    custom_filters: bool
    body: tuple[str, ...] | None
    many: bool
    fields: tuple[Field, ...]
    body_parameters: tuple[Parameter, ...] = ()
    description: str = ""
    envelope: tuple[Field, ...] = ()

    @property
    def path_parameters(self) -> tuple[str, ...]:
        """The placeholders of the path, in order."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))

    @property
    def query_parameters(self) -> tuple[str, ...]:
        """The names of the query parameters, in the document's order."""
        return tuple(p.name for p in self.parameters if p.location == "query")

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that name, or ``None``."""
        return next((p for p in self.parameters if p.name == name), None)


class Operations(Mapping[str, Operation]):
    """All operations of one document, by id; :meth:`find` also takes ``"GET /path"``.

    Operations that our contract has too are known by our ids, whatever the document calls them; its own names find
    them as well.

    Args:
        table: the operations by id.
        version: of the document.
        aliases: the document's own names of operations, where they differ: name → id.
        missing: what our contract has and this one has not: id → ``"GET /path"``.
        origin: where the document is from; empty for ours.

    >>> from pb2b_notebook.openapi import load
    >>> table = load()
    >>> table["leads.list"].path
    '/leads'
    >>> table.find("get /leads/lead_123").id
    'leads.get'
    """

    def __init__(
        self,
        table: Mapping[str, Operation],
        version: str,
        *,
        aliases: Mapping[str, str] | None = None,
        missing: Mapping[str, str] | None = None,
        origin: str = "",
    ) -> None:
        self._table = dict(table)
        self._aliases = dict(aliases or {})
        self._missing = dict(missing or {})
        self.version = version
        self.origin = origin

    def __getitem__(self, operation_id: str) -> Operation:
        return self._table[self._aliases.get(operation_id, operation_id)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)

    def __repr__(self) -> str:
        return f"<{len(self)} operations of {self.origin or 'the contract of this package'}, version {self.version}>"

    def _ipython_key_completions_(self) -> list[str]:
        """What ``ws.operations["<TAB>`` offers."""
        return [*self._table, *self._aliases]

    def find(self, name: str) -> Operation:
        """The operation with this id, or with this method and path (placeholders filled in or not).

        Raises:
            UnknownOperationError: none is; the message suggests the nearest.
        """
        if not isinstance(name, str):
            raise UnknownOperationError(
                f"an operation is named by text, not {type(name).__name__}",
                repair='such as "leads.list" or "GET /leads"',
            )
        text = name.strip()
        if text in self:
            return self[text]
        method, _, path = text.partition(" ")
        path = "/" + path.strip().strip("/")
        matching = [o for o in self._table.values() if o.method == method.upper() and _matches(o.path, path)]
        # A literal path ("/leads/upsert") wins over a placeholder ("/leads/{id}").
        if matching:
            return min(matching, key=lambda o: o.path.count("{"))
        raise self._unknown(text)

    def _unknown(self, text: str) -> UnknownOperationError:
        which = f"the contract in use ({self.origin})" if self.origin else "the contract"
        if text in self._missing:
            return UnknownOperationError(
                f"{which} has no operation {text!r}, {self._missing[text]} in ours",
                repair="connect without contract= to use ours; list(ws.operations) names what this one has",
            )
        known = [*self._table, *self._aliases, *(f"{o.method} {o.path}" for o in self._table.values())]
        return UnknownOperationError(f"{which} has no operation {text!r}", repair=_suggestion(text, known))


def _suggestion(text: str, known: list[str]) -> str:
    hint = nearest(text, known)
    return hint if hint.startswith("did") else "list(ws.operations) names them all"


def _matches(template: str, path: str) -> bool:
    pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
    return re.fullmatch(pattern, path) is not None
