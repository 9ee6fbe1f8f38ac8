"""Look, by reading alone, at how far a service is the one of the contract in use.

Asked are all lists, for one row each, and the objects that there is one of. What reads one object by its id is not: it
may count as opened by somebody. The answers are compared with the contract: envelope, pagination, names and types of
fields, ``request_id`` and rate headers. A finding names fields and types, never a value.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from pb2b_notebook.api.http import envelope
from pb2b_notebook.api.http.client import Call
from pb2b_notebook.api.http.deviations import missing_fields, unexpected_fields
from pb2b_notebook.api.lists.listing import PAGE_SIZES
from pb2b_notebook.display import notices
from pb2b_notebook.display.progress import Progress
from pb2b_notebook.errors import (
    APIError,
    AuthenticationError,
    NotJSONError,
    PermissionDeniedError,
    ProspectB2BError,
    RateLimitError,
    ServerError,
    TransportError,
)
from pb2b_notebook.openapi.operations import Field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from pb2b_notebook.api.http.client import Client
    from pb2b_notebook.api.http.envelope import Reply
    from pb2b_notebook.api.http.write_lock import WriteLock
    from pb2b_notebook.openapi.operations import Operation, Operations

Result = Literal["works", "differs", "forbidden", "not tried", "failed"]
FIELDS = (
    Field("operation", "text"),
    Field("result", "text"),
    Field("detail", "text"),
    Field("scope", "text"),
    Field("status", "integer"),
    Field("request_id", "text"),
    Field("documented", "boolean"),
)
SILENCES = 2
"""So many operations in a row without any answer, and the rest is not tried: each would take its whole deadline."""

_ROWS = 5
_MOST_TOLD = 12


@dataclass(frozen=True, slots=True)
class Probe:
    """What came of one operation.

    Attributes:
        operation: its id.
        result: ``works``, ``differs`` (an answer, but not the contract's), ``forbidden`` (this key may not),
            ``not tried`` or ``failed`` (no answer that one could compare).
        detail: what differs, or why; empty where there is nothing to say.
        scope: what the contract asks for.
        status: of the answer.
        request_id: of the request.
        documented: whether the service documents the operation.
    """

    operation: str
    result: Result
    detail: str
    scope: str
    status: int | None
    request_id: str | None
    documented: bool


def check(client: Client, operations: Operations, *, progress: bool = True) -> tuple[Probe, ...]:
    """Probe the operations that read, one after the other.

    Args:
        client: what sends.
        operations: the contract in use.
        progress: show a bar if it takes long.

    Returns:
        One probe for each operation that reads, in the contract's order.

    Raises:
        AuthenticationError: the key is refused; nothing further was asked.
    """
    reads = [operation for operation in operations.values() if operation.method == "GET" and not operation.mutates]
    checking = _Checking(client)
    found = {}
    with Progress("check", shown=progress) as bar:
        # A list in an object needs the id of one, which the list above it tells.
        for operation in sorted(reads, key=lambda each: len(each.path_parameters)):
            found[operation.id] = checking.probe(operation)
            bar.add(1, len(reads))
    return tuple(found[operation.id] for operation in reads)


def unlock(lock: WriteLock, probes: Iterable[Probe], at: datetime) -> None:
    """Open the lock if anything answered in a way that could be compared, and say what became of it.

    Args:
        lock: of the workspace.
        probes: of a check that ran to its end.
        at: when, by the service's clock.
    """
    counts = counted(probe.result for probe in probes)
    if not (counts.get("works") or counts.get("differs")):
        notices.say(f"check: {told(counts)}; writes stay locked, since nothing could be compared")
        return
    kept = lock.open(counts, at)
    where = "for this workspace, from this machine" if kept else "in this session only: it could not be written down"
    notices.say(f"check: {told(counts)}; writes are unlocked {where}", logging.INFO)


def report(rows: Sequence[tuple[str, str, str]]) -> str:
    """Result, operation and detail of each probe as lines of text, and how many had which result.

    >>> print(report([("works", "me.get", ""), ("differs", "leads.list", "pagination: missing")]))
    works      me.get
    differs    leads.list  pagination: missing
    1 works, 1 differs
    """
    width = max((len(operation) for _, operation, _ in rows), default=0)
    lines = [f"{result:<9}  {operation:<{width}}  {detail}".rstrip() for result, operation, detail in rows]
    counts = counted(result for result, _, _ in rows)
    return "\n".join([*map(envelope.printable, lines), told(counts)])


def told(counts: Mapping[str, int]) -> str:
    """How many operations had which result, in words.

    >>> told({"works": 24, "forbidden": 1})
    '24 works, 1 forbidden'
    """
    return ", ".join(f"{count} {result}" for result, count in counts.items())


def counted(results: Iterable[str]) -> dict[str, int]:
    """How many operations had which result."""
    results = list(results)
    return {result: results.count(result) for result in dict.fromkeys(results)}


class _Checking:
    """One run: what it has learnt so far, and how long nobody has answered."""

    def __init__(self, client: Client) -> None:
        self._client = client
        # The path of each list with its placeholders → its path as it was asked, and the first row.
        self._lists: dict[str, tuple[str, Mapping[str, Any] | None]] = {}
        self._silent = 0

    def probe(self, operation: Operation) -> Probe:
        if self._silent >= SILENCES:
            return _probe(operation, "not tried", "the service no longer answers")
        path, why = self._path(operation)
        if path is None:
            return _probe(operation, "not tried", why)
        size = next((p for p in PAGE_SIZES if operation.parameter(p) is not None), None)
        query = ((size, "1"),) if operation.many and size is not None else ()
        try:
            reply = self._client.send(Call(operation, path, query))
        except ProspectB2BError as problem:
            return self._refused(operation, problem)
        self._silent = 0
        try:
            differences, rows = compared(reply, operation)
        except NotJSONError as problem:
            return _probe(operation, "failed", problem.message, reply.status, problem.request_id)
        if operation.many:
            self._lists[operation.path] = (path, rows[0] if rows else None)
        detail = _listed(differences) or ("" if rows else "no row to compare")
        request_id = envelope.request_id(reply)
        return _probe(operation, "differs" if differences else "works", detail, reply.status, request_id)

    def _path(self, operation: Operation) -> tuple[str | None, str]:
        """The path to ask, or why there is none."""
        needed = [p.name for p in operation.parameters if p.location == "query" and p.required]
        if needed:
            return None, f"it needs {', '.join(needed)}"
        if not operation.path_parameters:
            return operation.path, ""
        if not operation.many:
            return None, "it reads one object by its id, which may count as opening it"
        above, _, below = operation.path.rpartition("{")
        name, _, rest = below.partition("}")
        folder = above.rstrip("/")
        if folder not in self._lists:
            return None, f"no list told the {name} for it"
        path, row = self._lists[folder]
        value = None if row is None else row.get(name, row.get("id"))
        if not isinstance(value, str) or value in {"", ".", ".."}:
            return None, f"{folder} is empty" if row is None else f"the rows of {folder} have no {name}"
        return f"{path}/{quote(value, safe='')}{rest}", ""

    def _refused(self, operation: Operation, problem: ProspectB2BError) -> Probe:
        if isinstance(problem, AuthenticationError):
            raise problem
        unanswered = isinstance(problem, (TransportError, RateLimitError))
        self._silent = self._silent + 1 if unanswered else 0
        status = problem.status if isinstance(problem, APIError) else None
        return _probe(operation, _result(problem), _worded(problem), status, problem.request_id)


def _result(problem: ProspectB2BError) -> Result:
    if isinstance(problem, PermissionDeniedError):
        return "forbidden"
    refused = isinstance(problem, APIError) and not isinstance(problem, (ServerError, RateLimitError))
    return "differs" if refused else "failed"


def _worded(problem: ProspectB2BError) -> str:
    if not isinstance(problem, APIError):
        return problem.message
    return f"{problem.status} {problem.code}".rstrip() + f": {problem.message}"


def _probe(
    operation: Operation, result: Result, detail: str, status: int | None = None, request_id: str | None = None
) -> Probe:
    scope = ", ".join(operation.scopes)
    return Probe(operation.id, result, detail, scope, status, request_id, operation.documented)


# --- comparing --------------------------------------------------------------------------------------------------------


def compared(reply: Reply, operation: Operation) -> tuple[dict[str, str], list[Mapping[str, Any]]]:
    """Where a 2xx answer is not as the contract says, path → what, and the objects that could be compared.

    Raises:
        NotJSONError: it is no JSON at all.

    >>> from pb2b_notebook.api.http.envelope import Reply
    >>> from pb2b_notebook.openapi import load
    >>> found, _ = compared(Reply(200, {}, b'{"data": {}, "meta": 1}'), load()["billing.usage"])
    >>> found["meta"], found["request_id"], found["data.usage"]
    ('unknown field, integer', 'missing', 'missing')
    """
    top = envelope.strictly(reply.body, reply)
    if not isinstance(top, dict):
        return {"": "not an object"}, []
    beside = {name: value for name, value in top.items() if name != "data"}
    found = _all(beside, operation.envelope)
    if envelope.rate(reply).limit is None:
        found["(headers)"] = "no rate limit"
    rows = _rows(top, operation.many)
    if rows is None:
        found["data"] = (
            "missing" if "data" not in top else f"not {'a list of objects' if operation.many else 'an object'}"
        )
        return found, []
    if operation.many and len(rows) > 1:
        found["data"] = f"{len(rows):,} rows where one was asked for"
    for row in rows[:_ROWS]:
        found |= {f"data.{path}": what for path, what in _all(row, operation.fields).items()}
    return found, rows


def _all(values: Mapping[str, Any], fields: tuple[Field, ...]) -> dict[str, str]:
    return {**missing_fields(values, fields), **unexpected_fields(values, fields)}


def _rows(top: Mapping[str, Any], many: bool) -> list[Mapping[str, Any]] | None:
    """The objects of an answer, or ``None`` where its data are something else."""
    data = top.get("data")
    rows = data if many else [data]
    return rows if isinstance(rows, list) and all(isinstance(row, dict) for row in rows) else None


def _listed(found: Mapping[str, str]) -> str:
    shown = [f"{path[:80]}: {what}" if path else what for path, what in list(found.items())[:_MOST_TOLD]]
    return "; ".join([*shown, *([f"and {len(found) - _MOST_TOLD} more"] if len(found) > _MOST_TOLD else [])])
