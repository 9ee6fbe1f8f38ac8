"""Check how far a service follows the contract in use, by reading only.

A check reads one row of every list, and every object that exists once in a workspace. It reads no object by its id,
since the service may mark that as opened by a user. The responses are compared with the contract: envelope,
pagination, names and types of fields, ``request_id`` and rate headers. A finding names fields and types, never values.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import quote

from pb2b_notebook.api.http.call import Call
from pb2b_notebook.api.http.client import Client
from pb2b_notebook.api.http.responses import envelope, headers
from pb2b_notebook.api.http.responses.deviations import missing_fields, unexpected_fields
from pb2b_notebook.api.http.responses.reply import Reply, printable
from pb2b_notebook.api.http.sending.write_lock import WriteLock
from pb2b_notebook.api.lists.parameters import PAGE_SIZES
from pb2b_notebook.display import notices
from pb2b_notebook.display.progress import Progress
from pb2b_notebook.errors import (
    APIError,
    AuthenticationError,
    BadRequestError,
    NotFoundError,
    NotJSONError,
    PermissionDeniedError,
    ProspectB2BError,
    RateLimitError,
    ServerError,
    TransportError,
    ValidationError,
)
from pb2b_notebook.openapi.object_ids import id_text
from pb2b_notebook.openapi.operations import Field, Operation, Operations, fields_of

Result = Literal["works", "differs", "forbidden", "not tried", "failed"]
FIELDS = fields_of(
    "operation text, result text, detail text, scope text, status integer, request_id text, documented boolean"
)
SILENCES = 2
"""Operations in a row without a response after which the rest is not tried: each would take its whole deadline."""

_OURS = (("order", "updated_at.desc"), ("include_deleted", "true"), ("include_total", "true"))
"""Parameters that this package adds to lists of leads: a refusal is learned here, and not in the middle of a sync."""
_ROWS = 5
_MOST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Probe:
    """Result of checking one operation.

    Attributes:
        operation: Id of the operation.
        result: ``works``, ``differs`` (the response is not the contract's), ``forbidden`` (the key lacks a scope),
            ``not tried`` or ``failed`` (no response that could be compared).
        detail: What differs, or the reason; may be empty.
        scope: Scope that the contract requires.
        status: HTTP status of the response.
        request_id: Id of the request.
        documented: Whether the service documents the operation.
    """

    operation: str
    result: Result
    detail: str
    scope: str
    status: int | None
    request_id: str | None
    documented: bool


def check(client: Client, operations: Operations, *, progress: bool = True) -> tuple[Probe, ...]:
    """Check every operation that reads, one after the other.

    Args:
        client: Client of the service.
        operations: Contract in use.
        progress: Whether to show a bar if it takes long.

    Returns:
        One probe for each operation that reads, in the contract's order.

    Raises:
        AuthenticationError: The key was refused; nothing else was sent.
    """
    reads = [operation for operation in operations.values() if operation.method == "GET" and not operation.mutates]
    checking = _Checking(client)
    found = {}
    with Progress("check", shown=progress) as bar:
        # A list below an object needs an id, which comes from the list of those objects.
        for operation in sorted(reads, key=lambda each: len(each.path_parameters)):
            found[operation.id] = checking.probe(operation)
            bar.add(1, len(reads))
    return tuple(found[operation.id] for operation in reads)


def unlock(lock: WriteLock, probes: Iterable[Probe], at: datetime) -> None:
    """Open the write lock if any response could be compared, and print a notice either way.

    Args:
        lock: Write lock of the workspace.
        probes: Result of a complete check.
        at: Time of the check, by the service's clock.
    """
    counts = count_results(probe.result for probe in probes)
    if not (counts.get("works") or counts.get("differs")):
        notices.say(f"check: {counts_text(counts)}; writes stay locked, since nothing could be compared")
        return
    kept = lock.open(counts, at)
    where = "for this workspace, from this machine" if kept else "in this session only: the check could not be recorded"
    notices.say(f"check: {counts_text(counts)}; writes are unlocked {where}", logging.INFO)


def report(rows: Sequence[tuple[str, str, str]]) -> str:
    """Return result, operation and detail of each probe as lines of text, with the counts at the end.

    >>> print(report([("works", "me.get", ""), ("differs", "leads.list", "pagination: missing")]))
    works      me.get
    differs    leads.list  pagination: missing
    1 works, 1 differs
    """
    width = max((len(operation) for _, operation, _ in rows), default=0)
    lines = [f"{result:<9}  {operation:<{width}}  {detail}".rstrip() for result, operation, detail in rows]
    counts = count_results(result for result, _, _ in rows)
    return "\n".join([*map(printable, lines), counts_text(counts)])


def counts_text(counts: Mapping[str, int]) -> str:
    """Return the number of operations with each result, as text.

    >>> counts_text({"works": 24, "forbidden": 1})
    '24 works, 1 forbidden'
    """
    return ", ".join(f"{count} {result}" for result, count in counts.items())


def count_results(results: Iterable[str]) -> dict[str, int]:
    """Return result → number of operations."""
    results = list(results)
    return {result: results.count(result) for result in dict.fromkeys(results)}


class _Checking:
    """One check: the ids read so far, and the operations in a row without a response."""

    def __init__(self, client: Client) -> None:
        self._client = client
        # The path of each list with its placeholders → the path that was read, and its first row.
        self._lists: dict[str, tuple[str, Mapping[str, Any] | None]] = {}
        self._silent = 0

    def probe(self, operation: Operation) -> Probe:
        if self._silent >= SILENCES:
            return _probe(operation, "not tried", "the service no longer answers")
        path, why = self._path(operation)
        if path is None:
            return _probe(operation, "not tried", why)
        size = next((p for p in PAGE_SIZES if operation.parameter(p) is not None), None)
        refused = self._client.profile.names("refused", operation.id)
        query = ((size, "1"),) if operation.many and size is not None and size not in refused else ()
        ours = tuple(pair for pair in _OURS if operation.id == "leads.list" and operation.parameter(pair[0]))
        added = frozenset(name for name, _ in ours)
        try:
            try:
                reply = self._client.send(Call(operation, path, query + ours, added=added))
            except (BadRequestError, ValidationError) as problem:
                if not query or f"{size}" not in f"{problem}":
                    raise
                self._client.learn_refused(operation, [query[0][0]], f"{problem.status} with it")
                reply = self._client.send(Call(operation, path, ours, added=added))
        except ProspectB2BError as problem:
            return self._failed_probe(operation, problem)
        self._silent = 0
        self._client.profile.withdraw("missing", operation.id)
        try:
            differences, rows = compare_reply(reply, operation)
        except NotJSONError as problem:
            return _probe(operation, "failed", problem.message, reply.status, problem.request_id)
        if operation.many:
            self._lists[operation.path] = (path, rows[0] if rows else None)
        detail = _differences_text(differences) or ("" if rows else "no row to compare")
        request_id = envelope.request_id(reply)
        return _probe(operation, "differs" if differences else "works", detail, reply.status, request_id)

    def _path(self, operation: Operation) -> tuple[str | None, str]:
        """Return the path to read, or ``None`` and the reason."""
        needed = [p.name for p in operation.parameters if p.location == "query" and p.required]
        if needed:
            return None, f"it needs {', '.join(needed)}"
        if not operation.path_parameters:
            return operation.path, ""
        if not operation.many:
            return None, "reading one object by its id may mark it as opened"
        above, _, below = operation.path.rpartition("{")
        name, _, rest = below.partition("}")
        folder = above.rstrip("/")
        if folder not in self._lists:
            return None, f"no list returned a value for {name}"
        path, row = self._lists[folder]
        value = None if row is None else id_text(row.get(name, row.get("id")))
        if not isinstance(value, str) or value in {"", ".", ".."}:
            return None, f"{folder} is empty" if row is None else f"the rows of {folder} have no {name}"
        return f"{path}/{quote(value, safe='')}{rest}", ""

    def _failed_probe(self, operation: Operation, problem: ProspectB2BError) -> Probe:
        if isinstance(problem, AuthenticationError):
            raise problem
        if isinstance(problem, NotFoundError):  # the ids in its path are those of rows that were listed
            at = self._client.now()
            self._client.profile.learn("missing", True, f"it answers {problem.status}", operation=operation.id, at=at)
        unanswered = isinstance(problem, (TransportError, RateLimitError))
        self._silent = self._silent + 1 if unanswered else 0
        status = problem.status if isinstance(problem, APIError) else None
        return _probe(operation, _result(problem), _problem_text(problem), status, problem.request_id)


def _result(problem: ProspectB2BError) -> Result:
    if isinstance(problem, PermissionDeniedError):
        return "forbidden"
    refused = isinstance(problem, APIError) and not isinstance(problem, (ServerError, RateLimitError))
    return "differs" if refused else "failed"


def _problem_text(problem: ProspectB2BError) -> str:
    if not isinstance(problem, APIError):
        return problem.message
    return f"{problem.status} {problem.code}".rstrip() + f": {problem.message}"


def _probe(
    operation: Operation, result: Result, detail: str, status: int | None = None, request_id: str | None = None
) -> Probe:
    scope = ", ".join(operation.scopes)
    return Probe(operation.id, result, detail, scope, status, request_id, operation.documented)


# --- comparing --------------------------------------------------------------------------------------------------------


def compare_reply(reply: Reply, operation: Operation) -> tuple[dict[str, str], list[Mapping[str, Any]]]:
    """Return path → deviation of a 2xx response from the contract, and the objects that were compared.

    Raises:
        NotJSONError: The response is not JSON.

    >>> from pb2b_notebook.api.http.responses.reply import Reply
    >>> from pb2b_notebook.openapi import load
    >>> found, _ = compare_reply(Reply(200, {}, b'{"data": {}, "meta": 1}'), load()["billing.usage"])
    >>> found["meta"], found["request_id"], found["data.usage"]
    ('unknown field, integer', 'missing', 'missing')
    """
    top = envelope.parse_strict_json(reply.body, reply)
    if not isinstance(top, dict):
        return {"": "not an object"}, []
    beside = {name: value for name, value in top.items() if name != "data"}
    found = _deviations(beside, operation.envelope)
    if headers.rate(reply).limit is None:
        found["(headers)"] = "no rate limit"
    rows = _rows(top, operation.many)
    if rows is None:
        found["data"] = (
            "missing" if "data" not in top else f"not {'a list of objects' if operation.many else 'an object'}"
        )
        return found, []
    if operation.many and len(rows) > 1:
        found["data"] = f"{len(rows):,} rows where one was requested"
    for row in rows[:_ROWS]:
        found |= {f"data.{path}": what for path, what in _deviations(row, operation.fields).items()}
    return found, rows


def _deviations(values: Mapping[str, Any], fields: tuple[Field, ...]) -> dict[str, str]:
    return {**missing_fields(values, fields), **unexpected_fields(values, fields)}


def _rows(top: Mapping[str, Any], many: bool) -> list[Mapping[str, Any]] | None:
    """Return the objects of a response, or ``None`` where its data is something else."""
    data = top.get("data")
    rows = data if many else [data]
    return rows if isinstance(rows, list) and all(isinstance(row, dict) for row in rows) else None


def _differences_text(found: Mapping[str, str]) -> str:
    shown = [f"{path[:80]}: {what}" if path else what for path, what in list(found.items())[:_MOST_SHOWN]]
    return "; ".join([*shown, *([f"and {len(found) - _MOST_SHOWN} more"] if len(found) > _MOST_SHOWN else [])])
