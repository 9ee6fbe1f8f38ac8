"""The table of operations: each with its parameters and the fields of its objects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from pb2b_notebook.errors import UnknownOperationError, nearest

Kind = Literal[
    "text", "integer", "number", "boolean", "datetime", "date", "texts", "json", "record", "records", "custom"
]
# Paths are relative to the base URL, even if a document repeats it in each path.
BASE_PATH = "/api/public/v1"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an object of the API, from which a column of a frame is built.

    Attributes:
        name: Key in JSON.
        kind: Type of the value: ``text``, ``integer``, ``number``, ``boolean``, ``datetime`` (ISO 8601 with a zone),
            ``date``, ``texts`` (a list of text), ``json`` (free form), ``record`` (a record with ``fields``),
            ``records`` (a list of those) or ``custom`` (the workspace's custom fields).
        fields: Fields of a ``record`` or ``records``.
        required: Whether it is always present.
        nullable: Whether it may be ``null``.
    """

    name: str
    kind: Kind
    fields: tuple[Field, ...] = ()
    # Not part of a column: frames must also hold what a service returns against its contract.
    required: bool = field(default=False, compare=False, repr=False)
    nullable: bool = field(default=True, compare=False, repr=False)


def fields_of(described: str) -> tuple[Field, ...]:
    """Return the fields of a table from their names and kinds.

    >>> [field.name for field in fields_of("id text, rows integer, done_at datetime")]
    ['id', 'rows', 'done_at']
    """
    pairs = (each.split() for each in described.split(","))
    return tuple(Field(name, cast("Kind", kind)) for name, kind in pairs)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the path or the query, or one field of a JSON body.

    Attributes:
        repeatable: Whether it takes a list; in a query, any of its values matches.
        nullable: Whether it takes ``None``, which clears the field in a body.
        most: Most values at once; ``None`` where the document names no limit.
        joined: Whether a list is one text with commas.
        alone: Whether it takes one value, where our contract has a list: each value is asked for alone.
        ours: Whether only a caller may give it: the document in use lacks it, and our contract has it.
        fields: Of a record in a body, or of a list of those: its fields.
        numeric: Whether it takes a time as a number, by the document in use.
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
    joined: bool = False
    alone: bool = False
    ours: bool = False
    fields: tuple[Field, ...] = ()
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the API.

    Attributes:
        id: Id, such as ``leads.list``.
        method: ``GET``, ``POST``, ``PATCH``, ``DELETE`` or ``PUT``.
        path: Path below the base URL, with ``{placeholders}``, and without a slash at its end.
        tag: Domain that the reference lists it under.
        summary: Summary in one line.
        description: Further description; may be empty.
        documented: Whether the service documents it; otherwise it is our reconstruction.
        scopes: Scopes that the key must have.
        idempotent: Whether it takes an ``Idempotency-Key``.
        mutates: Whether it changes something at the service, so that a read-only workspace refuses it.
        parameters: Parameters of path and query.
        custom_filters: Whether it accepts ``custom.<key>=value``.
        body: Names of the fields that a JSON body may have; ``None`` without a body.
        body_parameters: Those fields as parameters.
        many: Whether it answers with a list (a frame) and not with one object (a record).
        fields: Fields of the object or of each listed object.
        envelope: Fields beside ``data`` in the response.
        body_form: Form in which the document in use has the body; empty for that of our contract.
        replaced: Whether the document in use has a ``PUT`` of the whole object instead of this ``PATCH``.
        media_type: Media type that the document in use has for the body; empty for plain JSON.
        slash: Whether the document in use has a slash at the end of the path, as those of Django have.
        reads_as: Names of the fields that our contract has, in another document; empty in ours.
        body_names: Name of a field of the body in our contract → in the document in use, where they differ.
        query_names: Name of a filter in our contract → in the document in use, where they are written differently.
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
    body_form: str = ""
    replaced: bool = False
    media_type: str = ""
    slash: bool = False
    body_names: tuple[tuple[str, str], ...] = ()
    query_names: tuple[tuple[str, str], ...] = ()
    reads_as: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """Names of the fields in our contract; in the document in use, where ours lacks the operation."""
        return self.reads_as or frozenset(field.name for field in self.fields)

    @property
    def path_parameters(self) -> tuple[str, ...]:
        """Names of the placeholders in the path, in order."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))

    @property
    def query_parameters(self) -> tuple[str, ...]:
        """Names of the query parameters, in the document's order."""
        return tuple(p.name for p in self.parameters if p.location == "query")

    def parameter(self, name: str) -> Parameter | None:
        """Return the parameter of that name; ``None`` if the document in use lacks it."""
        return next((p for p in self.parameters if p.name == name and not p.ours), None)

    @property
    def undocumented(self) -> frozenset[str]:
        """Names of the parameters that only our contract has, which a service may ignore."""
        return frozenset(p.name for p in self.parameters if p.ours)


class Operations(Mapping[str, Operation]):
    """All operations of one document, by id; :meth:`find` also takes ``"GET /path"``.

    Operations that our contract has too are known by our ids; the document's own ids find them as well.

    Args:
        table: Operations by id.
        version: Version of the document.
        aliases: The document's own id → our id, where they differ.
        missing: Id → ``"GET /path"`` of the operations that only our contract has.
        origin: Name of the document; empty for ours.

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
        self._table = table
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
        """Return the completions of ``ws.operations["<TAB>``."""
        return [*self._table, *self._aliases]

    def find(self, name: str) -> Operation:
        """Return the operation with this id, or with this method and path (placeholders filled in or not).

        Raises:
            UnknownOperationError: There is no such operation; the message suggests the nearest.
        """
        if not isinstance(name, str):
            raise UnknownOperationError(
                f"the name of an operation must be text, not {type(name).__name__}",
                repair='use a name such as "leads.list" or "GET /leads"',
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
                repair="connect without contract= to use ours; list(ws.operations) lists the operations of this one",
            )
        known = [*self._table, *self._aliases, *(f"{o.method} {o.path}" for o in self._table.values())]
        return UnknownOperationError(f"{which} has no operation {text!r}", repair=_suggestion(text, known))


def _suggestion(text: str, known: list[str]) -> str:
    hint = nearest(text, known)
    return hint if hint.startswith("did") else "list(ws.operations) lists all of them"


def _matches(template: str, path: str) -> bool:
    pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
    return re.fullmatch(pattern, path) is not None
