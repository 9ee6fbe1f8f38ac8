"""Look up the outcome of a request whose idempotency key has expired: compare the leads with what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from pb2b_notebook.api.calls.confirming import has_values
from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.http.adaptation.versions import are_equal
from pb2b_notebook.api.http.call import Call
from pb2b_notebook.api.http.responses import envelope
from pb2b_notebook.errors import APIError, JobFailedError, ProtocolError
from pb2b_notebook.upserts.planning.current_leads import ADDED, batches, match_key
from pb2b_notebook.upserts.running import results as row_results
from pb2b_notebook.upserts.running.payloads import Send, write_alone
from pb2b_notebook.upserts.running.results import Result

LAGS: Final = (1.0, 2.0, 4.0)
"""Seconds of the service's time after which leads are looked up once more that an accepted request should have made."""


@dataclass(frozen=True)
class LookUp:
    """The results of a look-up.

    Attributes:
        results: One per row; ``None`` for a row that had no effect and is sent again by itself.
        then: The requests for those rows.
    """

    results: list[Result | None]
    then: list[Send]


def look_up(
    session: Session,
    send: Send,
    planned: Sequence[str],
    ids: Sequence[str | None],
    *,
    answered: bool = False,
    later: bool = False,
    failed: JobFailedError | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> LookUp | None:
    """Return the result of each row of a request; ``None`` if it had no effect at all, so that it may be sent again.

    Args:
        session: Session of the workspace.
        send: The request.
        planned: Planned action of each row.
        ids: Ids of the leads to be changed.
        answered: Whether the service accepted the request, in a form that is not understood. A row without an effect
            is then sent by itself, or is for review if it was by itself.
        later: Whether the service accepted it for later: a row without an effect may still get one, and is for review.
        failed: Failure of the job by which the service answered: a row without an effect has failed by it.
        since: When it was first sent, by the service's clock: a lead that was created before is not its lead.
        until: When it can last have taken effect, by that clock; ``None`` if that was just now.
    """
    if send.operation == "leads.create":
        return _look_up_creation(session, send, answered=answered, failed=failed, since=since, until=until)
    row_bodies = bodies(send) if send.payload is not None else [{} for _ in send.rows]
    match_on = envelope.parse_strict_json(send.payload or b"{}").get("match_on", "email")
    verdicts = _verdicts(session, row_bodies, planned, ids, match_on)
    for pause in LAGS if answered else ():
        if failed is not None or None not in verdicts:
            break
        session.pause(pause)  # the lists of some services lag behind their writes
        verdicts = _verdicts(session, row_bodies, planned, ids, match_on)
    if failed is not None:
        verdicts = [verdict or _failure(action, failed) for action, verdict in zip(planned, verdicts, strict=True)]
    verdicts = _verdicts_with_reviews(session, planned, verdicts, answered=answered, later=later)
    if not answered and all(verdict is None for verdict in verdicts):
        return None
    return LookUp(verdicts, list(_single_requests(session, send, verdicts, ids, row_bodies)))


def _verdicts_with_reviews(
    session: Session, planned: Sequence[str], verdicts: list[Result | None], *, answered: bool, later: bool
) -> list[Result | None]:
    """Return the verdicts, with those for review of rows without an effect that may not be sent again."""
    if answered and "leads.upsert" in missing_operations(session):
        why = "the service accepted it, but no lead shows it; created again, it might exist twice"
        verdicts = [
            row_results.needs_review(action, why) if verdict is None and action == "create" else verdict
            for action, verdict in zip(planned, verdicts, strict=True)
        ]
    if answered and len(verdicts) == 1 and verdicts[0] is None:
        verdicts = [row_results.needs_review(planned[0], "the service accepted it, but no lead shows it")]
    if later:
        why = "the service accepted it for later, and no lead shows it yet"
        verdicts = [verdict or row_results.needs_review(a, why) for a, verdict in zip(planned, verdicts, strict=True)]
    return verdicts


def _look_up_creation(
    session: Session,
    send: Send,
    *,
    answered: bool,
    failed: JobFailedError | None,
    since: datetime | None,
    until: datetime | None,
) -> LookUp | None:
    call = Call(session.operations.find(send.operation), send.path, (), send.payload)
    fate = session.find_created(call, since, until) if since else "unclear"
    if fate == "absent" and not answered:
        return None
    if isinstance(fate, Mapping):
        return LookUp([row_results.success("create", fate, "create")], [])
    if failed is not None and fate == "absent":
        return LookUp([_failure("create", failed)], [])
    # Sending it again might create it twice.
    return LookUp([row_results.needs_review("create", "it was sent, and no lead shows it")], [])


def _failure(action: str, failed: JobFailedError) -> Result:
    return row_results.failure(action, failed.code, failed.message)


def _verdicts(
    session: Session,
    row_bodies: Sequence[Mapping[str, Any]],
    planned: Sequence[str],
    ids: Sequence[str | None],
    match_on: str,
) -> list[Result | None]:
    leads = leads_by_id(session, [lead_id for lead_id in ids if lead_id])
    keys = [body.get(match_on) for body, lead_id in zip(row_bodies, ids, strict=True) if lead_id is None]
    created = by_key(session, [key for key in keys if key], match_on)
    verdicts: list[Result | None] = []
    for body, action, lead_id in zip(row_bodies, planned, ids, strict=True):
        holders = [leads[lead_id]] if lead_id in leads else created.get(match_key(body.get(match_on), match_on), [])
        verdicts.append(result_of(body, action, holders))
    return verdicts


def result_of(body: Mapping[str, Any], action: str, holders: Sequence[Mapping[str, Any]]) -> Result | None:
    """Return the result of a row by the leads that it refers to; ``None`` if it certainly had no effect.

    >>> result_of({"email": "a@x.example", "title": "CEO"}, "create", []) is None
    True
    >>> result_of({"email": "a@x.example", "title": "CEO"}, "create", [{"id": "lead_1", "email": "A@x.example",
    ...       "title": "CEO", "updated_at": "2026-03-10T12:00:00.000Z"}])["status"]
    'succeeded'
    """
    if action == "create" and not holders:
        return None
    if len(holders) != 1:
        return row_results.needs_review(
            action, "the lead does not exist any more" if not holders else "several leads match"
        )
    [lead] = holders
    if action == "delete":
        return row_results.success("delete", lead, action) if lead.get("deleted_at") else None
    if has_values(lead, body):
        return row_results.success(action, lead, action)
    if action == "update" and are_equal(lead.get("updated_at"), body.get("if_updated_at")):
        return None
    return row_results.needs_review(action, "it was sent, and the lead has other values now")


def _single_requests(
    session: Session,
    send: Send,
    verdicts: Sequence[Result | None],
    ids: Sequence[str | None],
    row_bodies: Sequence[Mapping[str, Any]],
) -> Iterator[Send]:
    """Yield the rows of a chunk that had no effect as single requests: the chunk's key stands for all of its rows."""
    missing = missing_operations(session)
    match_on = envelope.parse_strict_json(send.payload or b"{}").get("match_on", "email")
    for row, verdict, lead_id, body in zip(send.rows, verdicts, ids, row_bodies, strict=True):
        if verdict is not None:
            continue
        rest = {name: value for name, value in body.items() if name != "if_updated_at"}
        version = body.get("if_updated_at")
        yield write_alone(row, lead_id, rest, match_on, session.operations, missing=missing, if_updated_at=version)


def split_rows(session: Session, send: Send, ids: Sequence[str | None]) -> list[Send]:
    """Return the rows of a request as requests of their own, for a service that does not have its operation."""
    return list(_single_requests(session, send, [None] * len(send.rows), ids, bodies(send)))


def missing_operations(session: Session) -> frozenset[str]:
    """Return the operations that write leads and that this service does not have."""
    names = ("leads.bulk_upsert", "leads.upsert")
    return frozenset(name for name in names if session.client.profile.value("missing", name))


def bodies(send: Send) -> list[dict[str, Any]]:
    """Return the body that each row of a request sends."""
    whole = envelope.parse_strict_json(send.payload or b"{}")
    if send.operation in {"leads.bulk_upsert", "imports.create"}:
        rows: list[dict[str, Any]] = whole["rows"]
        return rows
    return [{name: value for name, value in whole.items() if name != "match_on"}]


def lead(session: Session, lead_id: Any) -> dict[str, Any] | None:
    """Return a lead as it is now; ``None`` if the service does not return it."""
    return leads_by_id(session, [str(lead_id)]).get(str(lead_id)) if lead_id else None


def leads_by_id(session: Session, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return leads by their ids, also deleted ones."""
    by_id = {}
    for part in batches(ids):
        for record in records(session, {"ids": part, "include_deleted": True}):
            by_id[str(record.get("id"))] = record
    return by_id


def with_new_leads(
    session: Session, send: Send, leads: Sequence[Mapping[str, Any] | None]
) -> list[Mapping[str, Any] | None]:
    """Return the lead of each row; where none is known, the one that has the row's email address by now.

    No list finds leads by an external id: rows that are matched by it keep what they have.
    """
    if envelope.parse_strict_json(send.payload or b"{}").get("match_on", "email") != "email":
        return [*leads]
    emails = [None if lead else body.get("email") for lead, body in zip(leads, bodies(send), strict=True)]
    found = leads_by_email(session, emails)
    return [lead or found.get(match_key(email, "email")) for lead, email in zip(leads, emails, strict=True)]


def leads_by_email(session: Session, emails: Iterable[Any]) -> dict[str, dict[str, Any]]:
    """Return the leads that are the only ones with these addresses, by match key."""
    found = by_key(session, [email for email in emails if email], "email")
    return {key: held[0] for key, held in found.items() if key and len(held) == 1}


def by_key(session: Session, keys: Sequence[str], match_on: str) -> dict[str, list[dict[str, Any]]]:
    """Return leads that are not deleted, by key. There is no filter by external id: all leads are read then."""
    by_key: dict[str, list[dict[str, Any]]] = {}
    if not keys:
        return by_key
    requests: list[dict[str, Any]] = [{"email": part} for part in batches(keys)] if match_on == "email" else [{}]
    for filters in requests:
        for record in records(session, filters):
            by_key.setdefault(match_key(record.get(match_on), match_on), []).append(record)
    return by_key


def records(session: Session, filters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Read the raw leads of a list."""
    operation = session.operations.find("leads.list")
    refused = session.client.profile.names("refused", operation.id)
    given = {name: value for name, value in filters.items() if operation.parameter(name) and name not in refused}
    found = session.objects(operation, given, added={*ADDED, "include_deleted"})
    return map(partial(_whole, session), found) if session.client.profile.names("left_out", operation.id) else found


def _whole(session: Session, listed: dict[str, Any]) -> dict[str, Any]:
    """Return a lead of a list that leaves out values with those that it has by itself."""
    operation = session.operations.find("leads.get")
    with suppress(APIError, ProtocolError):
        path, query, _ = session.bind(operation, {"id": str(listed.get("id"))})
        whole = envelope.parse_strict_json(envelope.unwrap(session.client.send(Call(operation, path, query))).data)
        return {**listed, **whole} if isinstance(whole, dict) else listed
    return listed
