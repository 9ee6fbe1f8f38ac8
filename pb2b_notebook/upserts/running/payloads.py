"""Build the requests that carry out the decisions, in the largest chunks that the API accepts. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote

from pb2b_notebook.errors import InvalidParameterError
from pb2b_notebook.journal import key_of
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.openapi.operations import Operations
from pb2b_notebook.upserts.planning.decisions import Decisions

CHUNK: Final = 100
"""Rows of one bulk upsert."""
MAX_BYTES: Final = (1 << 20) - 1024
"""Maximum bytes of the body of one request: 1 MiB, less a reserve of 1 KiB."""


@dataclass(frozen=True, slots=True)
class Send:
    """One request of a job.

    Attributes:
        ordinal: Position of its first row.
        operation: Operation id of the contract.
        method: HTTP method, such as ``POST``.
        path: Path below the base URL.
        payload: Exact bytes of the body; ``None`` without a body.
        rows: Positions of the rows that it carries, in order.
    """

    ordinal: int
    operation: str
    method: str
    path: str
    payload: bytes | None
    rows: tuple[int, ...]

    def key(self, workspace: str, job: str) -> str:
        """Return the Idempotency-Key: it depends on the target, the job and the row, and not on the payload.

        A changed payload therefore gives 409, never a second lead.

        >>> Send(0, "leads.bulk_upsert", "POST", "/leads/bulk-upsert", b"{}", (0,)).key("host/ws_1", "job_1")[:8]
        '0b81ce31'
        """
        parts = [workspace, self.method, self.path, job, str(self.ordinal)]
        return key_of(*parts)


def with_times_as_text(decisions: Decisions) -> Decisions:
    """Return the decisions with times and dates as the text that JSON carries."""
    made = []
    for name, field in decisions.fields.items():
        for column in (f"was {name}", name):
            if decisions.changes.schema[column] == pl.String:
                continue
            if field.kind == "datetime":
                made.append(instants(pl.col(column)))
            if field.kind == "date":
                made.append(pl.col(column).cast(pl.String))
    rows = decisions.rows
    if rows.schema["updated_at"] != pl.String:
        rows = rows.with_columns(_versions(pl.col("updated_at")))
    return replace(decisions, rows=rows, changes=decisions.changes.with_columns(made))


def instants(times: pl.Expr) -> pl.Expr:
    """Return times as the API writes them."""
    return times.dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ")


def _versions(times: pl.Expr) -> pl.Expr:
    """Return versions of leads as the API writes them; with microseconds, where a service has them."""
    whole = times.dt.microsecond() % 1000 == 0
    return pl.when(whole).then(instants(times)).otherwise(times.dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ"))


def sends(decisions: Decisions, operations: Operations) -> list[Send]:
    """Return all requests of a plan, in row order."""
    writes = decisions.rows.filter(pl.col("action").is_in(["create", "update", "delete"]))
    bodies = Bodies(decisions)
    bulk = writes.filter(~pl.col("single"))
    alone = writes.filter("single")
    guarded = decisions.rules.on_conflict == "report"
    requests_of_plan = [
        *_bulk(bulk, bodies, decisions.rules.match_on, operations),
        *_single_requests(alone, bodies, operations, guarded=guarded),
    ]
    return sorted(requests_of_plan, key=lambda send: send.ordinal)


def with_sample(requests_of_plan: Sequence[Send], updated: Collection[int]) -> list[Send]:
    """Return the requests with the first row of a bulk upsert that changes a lead in one of its own, to be sent first.

    By it, what the service does with fields that a row does not name is learned at the risk of one lead.

    >>> bulk = Send(0, "leads.bulk_upsert", "POST", "/bulk", b'{"rows":[{"a":1},{"b":2},{"c":3}]}', (0, 1, 4))
    >>> [(send.ordinal, send.payload, send.rows) for send in with_sample([bulk], {1, 4})]
    [(1, b'{"rows":[{"b":2}]}', (1,)), (0, b'{"rows":[{"a":1},{"c":3}]}', (0, 4))]
    """
    for place, send in enumerate(requests_of_plan):
        first = next((row for row in send.rows if row in updated), None)
        if send.operation == "leads.bulk_upsert" and first is not None:
            others = tuple(row for row in send.rows if row != first)
            rest = [_with_rows(send, others)] if others else []
            return [_with_rows(send, (first,)), *requests_of_plan[:place], *rest, *requests_of_plan[place + 1 :]]
    return [*requests_of_plan]


def _with_rows(send: Send, rows: tuple[int, ...]) -> Send:
    import msgspec

    whole = msgspec.json.decode(send.payload or b"{}", type=dict[str, msgspec.Raw])
    given = msgspec.json.decode(whole["rows"], type=list[msgspec.Raw])
    chosen = [each for row, each in zip(send.rows, given, strict=True) if row in rows]
    return replace(send, ordinal=rows[0], payload=msgspec.json.encode({**whole, "rows": chosen}), rows=rows)


class Bodies:
    """The body of each row, by its position."""

    def __init__(self, decisions: Decisions) -> None:
        changes = decisions.changes
        self._places = {row: place for place, row in enumerate(changes["row"].to_list())}
        self._columns = [
            (field, changes[f"set {name}"].to_list(), changes[name].to_list())
            for name, field in decisions.fields.items()
        ]

    def __getitem__(self, row: int) -> dict[str, Any]:
        place = self._places[row]
        body: dict[str, Any] = {}
        for field, chosen, values in self._columns:
            if chosen[place]:
                (body if field.builtin else body.setdefault("custom_fields", {}))[field.key] = values[place]
        return body


def _bulk(rows: pl.DataFrame, bodies: Bodies, match_on: str, operations: Operations) -> Iterator[Send]:
    import msgspec

    if "leads.bulk_upsert" not in operations:
        wanted = rows.select("row", "match", "lead_id", "updated_at")
        for row, match, lead_id, updated_at in wanted.iter_rows():
            body = {match_on: match} | bodies[row]
            yield write_alone(row, lead_id, body, match_on, operations, if_updated_at=updated_at)
        return
    operation = operations.find("leads.bulk_upsert")
    head = b'{"match_on":"%s","rows":[' % match_on.encode()
    encoded_rows: list[bytes] = []
    numbers: list[int] = []
    size = len(head)

    def send() -> Send:
        body = head + b",".join(encoded_rows) + b"]}"
        return Send(numbers[0], operation.id, operation.method, operation.path, body, tuple(numbers))

    for row, match, updated_at in rows.select("row", "match", "updated_at").iter_rows():
        body = {match_on: match} | bodies[row]
        if updated_at is not None:
            body["if_updated_at"] = updated_at
        encoded = msgspec.json.encode(body)
        if len(head) + len(encoded) + 2 > MAX_BYTES:
            raise InvalidParameterError("a row is too large for a request", repair="shorten its texts")
        if encoded_rows and (len(encoded_rows) == CHUNK or size + len(encoded) + 1 > MAX_BYTES):
            yield send()
            encoded_rows, numbers, size = [], [], len(head)
        encoded_rows.append(encoded)
        numbers.append(row)
        size += len(encoded) + 1
    if encoded_rows:
        yield send()


def _single_requests(rows: pl.DataFrame, bodies: Bodies, operations: Operations, *, guarded: bool) -> Iterator[Send]:
    for row, action, lead_id, updated_at in rows.select("row", "action", "lead_id", "updated_at").iter_rows():
        if action == "delete":
            yield deletion(row, lead_id, operations)
            continue
        body = bodies[row]
        if action == "create":
            yield creation(row, body, operations)
            continue
        # By its id only this lead changes. A status always needs a precondition: it must not replace an unseen one.
        version = updated_at if guarded or "status" in body else None
        yield change(row, lead_id, body, operations, if_updated_at=version)


def write_alone(
    row: int,
    lead_id: str | None,
    body: Mapping[str, Any],
    match_on: str,
    operations: Operations,
    *,
    missing: Collection[str] = (),
    if_updated_at: str | None = None,
) -> Send:
    """Return the request that writes one row: to the lead's id, else by an upsert, else by creating the lead.

    Args:
        row: Position of the row.
        lead_id: Lead to change; ``None`` to create one.
        body: Fields to write.
        match_on: Field that an upsert matches by.
        operations: Operations of the contract in use.
        missing: Operations that the service does not have.
        if_updated_at: Version of the lead that the row was compared with.
    """
    import msgspec

    if lead_id is not None:
        return change(row, lead_id, body, operations, if_updated_at=if_updated_at)
    if "leads.upsert" in operations and "leads.upsert" not in missing:
        operation, whole = operations.find("leads.upsert"), {"match_on": match_on, **body}
    else:
        operation, whole = operations.find("leads.create"), dict(body)
    return Send(row, operation.id, operation.method, operation.path, msgspec.json.encode(whole), (row,))


def change(
    row: int, lead_id: str, body: Mapping[str, Any], operations: Operations, *, if_updated_at: str | None
) -> Send:
    """Return the request that changes one lead by its id."""
    import msgspec

    operation = operations.find("leads.update")
    whole = dict(body) | ({} if if_updated_at is None else {"if_updated_at": if_updated_at})
    return Send(
        row, operation.id, operation.method, _path_of(operation.path, lead_id), msgspec.json.encode(whole), (row,)
    )


def creation(row: int, body: Mapping[str, Any], operations: Operations) -> Send:
    """Return the request that creates one lead, whatever leads there are."""
    import msgspec

    operation = operations.find("leads.create")
    return Send(row, operation.id, operation.method, operation.path, msgspec.json.encode(dict(body)), (row,))


def deletion(row: int, lead_id: str, operations: Operations) -> Send:
    """Return the request that deletes one lead."""
    operation = operations.find("leads.delete")
    return Send(row, operation.id, operation.method, _path_of(operation.path, lead_id), None, (row,))


def requests(decisions: Decisions) -> int:
    """Return the number of requests that a plan takes, without building them."""
    writes = decisions.rows.filter(pl.col("action").is_in(["create", "update", "delete"]))
    alone = int(writes["single"].sum())
    return alone + -(-(writes.height - alone) // CHUNK)


def _path_of(path: str, lead_id: str) -> str:
    return path.replace("{id}", quote(lead_id, safe=""))
