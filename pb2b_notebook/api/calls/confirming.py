"""Find out whether a write took effect that was answered without its object: by an empty body, a page or a word.

Some services answer a write with 204, with ``{"success": true}``, or with the address of the new object; a proxy
answers with a page. The object is then read, and it is done only if it has the values that were sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from pb2b_notebook.api.calls.created_ids import created_id
from pb2b_notebook.api.calls.job_words import end_of
from pb2b_notebook.api.http.call import Call
from pb2b_notebook.api.http.client import Client
from pb2b_notebook.api.http.responses import envelope
from pb2b_notebook.api.http.responses.reply import Reply
from pb2b_notebook.api.http.sending.courier import CREATED
from pb2b_notebook.credentials import is_secret
from pb2b_notebook.display import notices
from pb2b_notebook.errors import JobFailedError, NotJSONError, ProspectB2BError, ProtocolError
from pb2b_notebook.openapi.object_descriptions import fold, noun_of
from pb2b_notebook.openapi.object_ids import id_text
from pb2b_notebook.openapi.operations import Operation, Operations
from pb2b_notebook.times import iso

_LATEST: Final = "updated_at.desc"
_RUNS: Final = {"campaigns.runs.create": "campaign_runs.get", "prospector.workflows.runs.create": "prospector.runs.get"}
"""Operation that starts a run → the one that reads it."""
_STARTED: Final = frozenset({*_RUNS, "imports.create", "exports.create"})
"""Operations that start a job, also where a document does not show that."""
_ADDRESSES: Final = ("location", "operation-location", "azure-asyncoperation", "content-location")
"""Headers with the address of what a call started. Sources: RFC 9110; the guidelines of Microsoft's REST APIs."""
_OF_ONE_LEAD: Final = frozenset({"leads.create", "leads.upsert", "leads.update"})
"""Operations that send the values of a lead, and answer with it."""
_BESIDE_ID: Final = frozenset({"id", "object", "status", "state", "message", "request_id", "success", "type"})
"""Members of a response that has no more than the id of what it started."""
_DELETED: Final = re.compile(r"(rows?|records?|num(ber)?|n)?(deleted|affected)(rows?|records?|count)?|deletecount")
"""Folded names of how much was deleted."""
_DEEPEST: Final = 3
_WAITS: Final = (1.0, 2.0, 4.0)
"""Seconds after which an object is looked for again that a service may show later."""
_LATER: Final = frozenset({envelope.ACCEPTED, CREATED})
"""Statuses of a write that is done later (RFC 9110, 15.3.3), or was done, which lists may show later."""
UNDER_WAY: Final = timedelta(minutes=1)
"""How long a creation may be under way: the deadline of a call."""
ALLOWANCE: Final = timedelta(seconds=5)
"""How much earlier than a call its lead may be created: the Date header has whole seconds, and clocks differ."""
_AS_WRITTEN: Final = frozenset(
    {"full_name", "first_name", "last_name", "company_name", "title", "city", "external_id", "status", "source"}
)
"""Fields that services keep as they were written, but for their case."""
_SENT_ONLY: Final = frozenset({"if_updated_at", "match_on"})
"""Fields of a write that are not values of the object."""


def confirm(
    client: Client,
    operations: Operations,
    call: Call,
    reply: Reply,
    *,
    since: datetime,
    others: Callable[[], Collection[str]] = tuple,
) -> Reply:
    """Return a response with the object of a write; one without it is replaced by the object as it is now.

    Args:
        client: Client that reads the object.
        operations: Contract in use.
        call: The write.
        reply: Its 2xx response.
        since: When it was first sent, by the service's clock: what was created before is not its lead.
        others: Returns the ids of the objects that other calls have made, in which a list may show the same values.

    Raises:
        ProtocolError: The response has no object, and none shows that the write took effect: that is unknown.
        JobFailedError: The service accepted a creation, and its job failed.
    """
    if call.operation.method == "DELETE":
        return _deletion(client, call, reply)
    look = partial(_written_object, client, operations, call, reply, since=since, others=others)
    lacks = _lacks_object(call, reply)
    if not lacks:
        _say_what_is_not_shown(call, reply)
    try:
        instead = _instead_of_job(client, operations, call, reply)
    except JobFailedError:
        found = _look_again(client, look)  # its object may have been made before a later step failed
        if found is None:
            raise
        return with_object(call, reply, found)
    if instead is not reply or not lacks:
        return instead
    found = _acted_object(client, operations, call, reply)
    if found is None:
        found = _look_again(client, look) if reply.status in _LATER else look()
    if found is not None:
        return with_object(call, reply, found)
    envelope.unwrap(reply)  # raises if it is not JSON
    raise _unknown(call, reply, "has no object, and no object shows that it was done")


def _look_again(client: Client, look: Callable[[], dict[str, Any] | None]) -> dict[str, Any] | None:
    """Return what a look finds, at once or after some seconds: a list may show an object later."""
    for seconds in (0.0, *_WAITS):
        if seconds:
            client.wait(seconds)
        if (found := look()) is not None:
            return found
    return None


def _unknown(call: Call, reply: Reply, what: str) -> ProtocolError:
    return ProtocolError(
        f"the response to {call.operation.id} ({reply.status}) {what}",
        request_id=envelope.request_id(reply),
        repair="check whether it took effect; the same call again uses the same key, again=True a new one",
        attempts=reply.attempts,
    )


def _deletion(client: Client, call: Call, reply: Reply) -> Reply:
    """Return the response to a deletion, a word or a number as no object.

    Raises:
        ProtocolError: It says that nothing was deleted.
    """
    data = envelope.parse_strict_json(envelope.unwrap(reply).data)
    if denies_deletion(data):
        raise _unknown(call, reply, "says that nothing was deleted")
    if reply.status == envelope.ACCEPTED:
        client.say_once("this service has accepted the deletion, and carries it out later")
    if isinstance(data, dict):
        return reply
    return Reply(reply.status, reply.headers, b"", reply.attempts, call.operation)


def denies_deletion(data: Any) -> bool:
    """Whether the answer to a deletion says that nothing was deleted.

    >>> [denies_deletion(data) for data in (False, 0, {"deletedCount": 0}, {"affected_rows": "0"})]
    [True, True, True, True]
    >>> [denies_deletion(data) for data in (None, True, 1, "", "ok", {"deleted": True}, {"id": 7, "score": 0})]
    [False, False, False, False, False, False, False]
    """
    if isinstance(data, Mapping):
        return any(_DELETED.fullmatch(fold(name)) and denies_deletion(value) for name, value in data.items())
    return data is not None and str(data).lower() in {"0", "false"}


def _say_what_is_not_shown(call: Call, reply: Reply) -> None:
    """Print which values of a lead a response does not have: a service may leave out fields that it does not know."""
    sent = json.loads(call.body) if call.body and call.operation.id in _OF_ONE_LEAD else None
    found = envelope.parse_strict_json(envelope.unwrap(reply).data) if isinstance(sent, dict) else None
    names = not_shown(found, sent) if isinstance(found, dict) and isinstance(sent, dict) else []
    if names:
        notices.say(
            f"{call.operation.id}: the lead that the service returned has no {', '.join(names)} as it was sent: it may "
            "not have stored that; ws.leads.get(…) shows what it has"
        )


def not_shown(found: Mapping[str, Any], sent: Mapping[str, Any]) -> list[str]:
    """Return the names of the values that were sent and that an object does not have: it has none, or another text.

    A null that was sent empties a value: an object that has one does not have the null. A value that an object has
    under another name is there.

    Services write phones, addresses and countries in their own way: these are not compared.

    >>> not_shown({"id": "lead_1", "city": None, "tags": []}, {"city": "Oslo", "title": "CEO", "tags": []})
    ['city', 'title']
    >>> not_shown({"id": "lead_1", "town": "Oslo", "job": {"name": "CTO"}}, {"city": "Oslo", "title": "CEO"})
    ['title']
    >>> not_shown({"city": "OSLO", "status": "new", "phone": "+1"}, {"city": "Oslo", "status": "replied", "phone": "1"})
    ['status']
    >>> not_shown({"custom_fields": {"Tier": None}}, {"custom_fields": {"tier": "A", "mood": "good"}})
    ['custom_fields.mood']
    >>> not_shown({"phone": "+1", "city": "", "custom_fields": {"tier": "A"}},
    ...           {"phone": None, "city": None, "custom_fields": {"tier": None}})
    ['phone', 'custom_fields.tier']
    >>> not_shown({"custom_fields": {}}, {"custom_fields": {"tier": None}})
    []
    """
    given = {name: value for name, value in sent.items() if _says_something(value) and name not in _SENT_ONLY}
    others = [value for name, value in found.items() if name not in sent]
    names = [
        name
        for name, value in given.items()
        if (_is_lost(name, value, found[name]) if name in found else not _is_among(value, others))
    ]
    names += [n for n, value in sent.items() if value is None and n not in _SENT_ONLY and not _is_blank(found.get(n))]
    custom, held = sent.get("custom_fields"), found.get("custom_fields")
    if isinstance(custom, Mapping) and isinstance(held, Mapping):
        shown = {key.casefold() for key in held}
        names += [f"custom_fields.{key}" for key, value in custom.items() if value and key.casefold() not in shown]
        names += [f"custom_fields.{k}" for k, value in custom.items() if value is None and not _is_blank(held.get(k))]
    return names


def _is_among(sent: Any, others: Iterable[Any]) -> bool:
    """Whether a text or a list that was sent is among the values of an object, or those of an object in it."""
    if not isinstance(sent, str | list):
        return False
    inner = [each for value in others for each in (value.values() if isinstance(value, Mapping) else [value])]
    return sent in inner


def _is_blank(value: Any) -> bool:
    return value in (None, "", [], {})


def _says_something(value: Any) -> bool:
    """Whether a value is not empty; a record of nulls is."""
    return any(each is not None for each in value.values()) if isinstance(value, Mapping) else bool(value)


def _is_lost(name: str, sent: Any, held: Any) -> bool:
    """Whether an object does not have a value that was sent: it has none, another text, or a part of it."""
    if _is_blank(held):
        return True
    if name not in _AS_WRITTEN or not isinstance(sent, str) or not isinstance(held, str):
        return False
    return fold(sent.strip()) not in fold(held)


def _instead_of_job(client: Client, operations: Operations, call: Call, reply: Reply) -> Reply:
    """Return the import, export or run that was started, where a service answers with its id, its address or a job."""
    reader = _reader_of_started(operations, call.operation)
    if reader is None:
        return reply
    try:
        found = _object_of_job(client, operations, call, reader, reply)
    except JobFailedError:
        raise
    except ProspectB2BError:
        return reply
    return with_object(call, reply, found) if found else reply


def _reader_of_started(operations: Operations, operation: Operation) -> Operation | None:
    """Return the operation that reads what a call starts or creates; ``None`` for other calls."""
    if operation.many or operation.method != "POST":
        return None
    if operation.id in _RUNS:
        return operations.get(_RUNS[operation.id])
    return None if "{" in operation.path else _reader_below(operations, operation.path)


def _object_of_job(
    client: Client, operations: Operations, call: Call, reader: Operation, reply: Reply
) -> dict[str, Any] | None:
    """Return the object that a response names, that its job works on, or that names its job in the list."""
    data = envelope.parse_strict_json(envelope.unwrap(reply).data)
    body, addresses = data if isinstance(data, dict) else {}, [*_addresses(data, reply.headers)]
    works = call.operation.id in _STARTED or "job_id" in {field.name for field in call.operation.fields}
    whole = body.get("id") is not None and not (works and body.keys() <= _BESIDE_ID)
    if whole and body.get("object") != "job":
        return None
    folder = reader.path.rpartition("/")[0]
    made = _started_id(data, reader, call) if works else None
    made = made or next(filter(None, (_id_in(each, (folder, call.path)) for each in addresses)), None)
    job, job_id = body, next(filter(None, (job_id_in(body, each) for each in ["", *addresses])), None)
    made = made or job.get("resource_id")
    if made is None and job_id is not None:
        job = _read_job(client, operations, job_id, waits=reply.status == envelope.ACCEPTED and not works) or body
        made = job.get("resource_id") or job.get(f"{noun_of(reader.path)}_id")
    if isinstance(made, str | int):
        found = next(iter(_read(client, reader, f"{folder}/{quote(str(made), safe='')}")), None)
        return None if found is None else found | _secrets_of(job)
    if job_id is None:
        return None
    # That the service names a job shows that it was started, whether its list shows the run or not.
    instead = {"object": "campaign_run", "job_id": job_id} if call.operation.id in _RUNS else None
    return _with_job(client, operations, call, job_id) or instead


def _read_job(client: Client, operations: Operations, job_id: str, *, waits: bool) -> dict[str, Any] | None:
    """Return a job; on request, as soon as it has ended, or as it is after some seconds.

    Raises:
        JobFailedError: It failed or was cancelled, and was waited for.
    """
    found: dict[str, Any] | None = None
    for seconds in (0.0, *_WAITS) if waits else (0.0,):
        if seconds:
            client.wait(seconds)
        with suppress(ProspectB2BError):
            found = next(iter(_read(client, operations.get("jobs.get"), f"/jobs/{quote(job_id, safe='')}")), None)
        if found is None or _end_of_job(found) is not None:
            break
    end = None if found is None else _end_of_job(found)
    if waits and found is not None and end in {"failed", "cancelled"}:
        error = found.get("error")
        reason = error.get("message") if isinstance(error, Mapping) else error
        code = error.get("code") if isinstance(error, Mapping) else None
        raise JobFailedError(
            f"it was accepted, and its job {job_id} {end}{f': {reason}' if reason else ''}",
            job_id=job_id,
            code=str(code or end),
            repair=f'ws.jobs.events("{job_id}") lists what happened; the same call sends it again',
        )
    return found


def _end_of_job(job: Mapping[str, Any]) -> str | None:
    return end_of(str(job.get("status") or job.get("state") or ""))


def _acted_object(client: Client, operations: Operations, call: Call, reply: Reply) -> dict[str, Any] | None:
    """Return the object of an action that was done without a body; ``None`` without one.

    A service may have accepted it, and its job have completed; or it has created what it shows in its object.
    """
    holder, _, action = call.operation.path.rpartition("/")
    reader = _reader(operations, holder) if "{" in holder and call.operation.method == "POST" else None
    if reader is not None and reply.status == CREATED and not reply.body.strip():
        return next(iter(_read(client, reader, call.path.removesuffix(f"/{action}"))), None)
    if reply.status != envelope.ACCEPTED or reader is None:
        return None
    with suppress(NotJSONError):
        data = envelope.parse_strict_json(envelope.unwrap(reply).data)
        named = (job_id_in(data, each) for each in ["", *_addresses(data, reply.headers)])
        job_id = next(filter(None, named), None)
        try:
            job = None if job_id is None else _read_job(client, operations, job_id, waits=True)
        except JobFailedError as failed:  # a part of the action may be done
            raise ProtocolError(failed.message) from None
        if job is not None and _end_of_job(job) == "completed":
            found = _read(client, reader, call.path.removesuffix(f"/{action}"))
            return found[0] | _secrets_of(job) if found else None
    return None


def _secrets_of(job: Mapping[str, Any]) -> dict[str, Any]:
    """Return the secrets in the object that a job has made, which are shown only once."""
    parts = [job[name] for name in _OWN_PARTS if isinstance(job.get(name), Mapping)]
    return {name: value for part in (job, *parts) for name, value in part.items() if is_secret(name, value)}


def _with_job(client: Client, operations: Operations, call: Call, job_id: str) -> dict[str, Any] | None:
    """Return the object of the list to which a call adds that names a job."""
    listing = _reader(operations, call.operation.path)
    if listing is None:
        return None
    with suppress(ProspectB2BError):
        page = envelope.page(client.send(Call(listing, call.path, (("order", _LATEST),), added=frozenset({"order"}))))
        rows = (envelope.parse_strict_json(bytes(record)) for record in page.records)
        return next((row for row in rows if isinstance(row, dict) and str(row.get("job_id")) == job_id), None)
    return None


_OWN_PARTS: Final = ("metadata", "meta", "response", "result", "data", "attributes")
"""Parts of a response that are about what it started, and not about another object or an error."""


def _started_id(data: Any, reader: Operation, call: Call) -> Any:
    """Return the id of the started object that a response has instead of it: as text, or under the object's name."""
    if not isinstance(data, dict):
        return data if isinstance(data, str) and re.fullmatch(r"[\w.:-]*[0-9][\w.:-]*", data) else None
    nouns = {noun_of(reader.path), noun_of(call.operation.path)}
    names = {"id"} if data.get("object") != "job" and not isinstance(data.get("job"), dict) else set()
    of_object = {f"{noun.replace('_', '')}id" for noun in nouns}
    named = next((data[name] for name in data if name.replace("_", "").lower() in names | of_object), None)
    if named is None:  # below the metadata of an operation, as google.longrunning has it
        parts = (data[part] for part in _OWN_PARTS if isinstance(data.get(part), dict))
        below = (part[name] for part in parts for name in part if name.replace("_", "").lower() in of_object)
        below = (each for each in below if each is not None)
        named = next(below, None)
    return created_id(data, ()) if named is None and "id" in names and not job_id_in(data) else named


def _addresses(data: Any, headers: Mapping[str, str], depth: int = 0) -> Iterator[str]:
    """Yield the addresses in the headers and in the body of a response, which may be those of what it started."""
    yield from (headers[name] for name in _ADDRESSES if name in headers)
    for value in data.values() if isinstance(data, dict) and depth < _DEEPEST else ():
        if isinstance(value, str) and "/" in value:
            yield value
        yield from _addresses(value, {}, depth + 1)


def _id_in(address: str, folders: Iterable[str]) -> str | None:
    """Return the id in an address of an object in one of these folders of the service."""
    path = urlsplit(address).path.rstrip("/")
    before, _, last = path.rpartition("/")
    return unquote(last) if any(before.endswith(folder) for folder in folders) else None


def job_id_in(data: Any, location: str = "") -> str | None:
    """Return the id of the job by which a service answers a request; ``None`` without one.

    Args:
        data: ``data`` of the envelope: the job, or an object that names it.
        location: URL of the job, from a header of the response; empty without one.

    >>> job_id_in({"object": "job", "jobId": 7}), job_id_in({"job_id": "j1"}), job_id_in(None, "/v1/jobs/j2?x=1")
    ('7', 'j1', 'j2')
    """
    if isinstance(data, Mapping):
        inner = data.get("job")
        job = inner if isinstance(inner, Mapping) else data if data.get("object") == "job" else {}
        own = (job[name] for name in sorted(job, key=lambda name: name != "id") if name.lower().endswith("id"))
        found = data.get("job_id") or next((each for each in own if isinstance(each, str | int)), None)
        if found is not None:
            return str(id_text(found))
    named = re.search(r"/jobs/([^/?#]+)", location)
    return None if named is None else unquote(named[1])


def with_object(call: Call, reply: Reply, found: Mapping[str, Any]) -> Reply:
    """Return the response with an object, and with the secrets of the response, which are shown only once."""
    with suppress(ProtocolError):
        data = envelope.parse_strict_json(envelope.unwrap(reply).data)
        given = data.items() if isinstance(data, dict) else ()
        found = {**found, **{name: value for name, value in given if is_secret(name, value)}}
    return Reply(reply.status, reply.headers, json.dumps({"data": found}).encode(), reply.attempts, call.operation)


def _lacks_object(call: Call, reply: Reply) -> bool:
    """Whether a write that answers with an object was answered without one."""
    operation = call.operation
    declared = {field.name for field in operation.fields}
    if operation.many or operation.method == "DELETE" or "id" not in declared:
        return False
    is_action = operation.method == "POST" and "{" in operation.path
    if reply.status == envelope.NO_CONTENT and is_action:
        return False  # its status says that it was done, and there may be no object to show
    try:
        data = envelope.parse_strict_json(envelope.unwrap(reply).data)
    except NotJSONError:
        return True
    if not isinstance(data, dict) or data.get("id") is None:
        return True
    # Accepted is not done: also a lead that is shown then may never be stored.
    return reply.status == envelope.ACCEPTED and operation.id.startswith("leads.")


def _written_object(
    client: Client,
    operations: Operations,
    call: Call,
    reply: Reply,
    *,
    since: datetime,
    others: Callable[[], Collection[str]],
) -> dict[str, Any] | None:
    """Return the object with the values that a write sent; ``None`` if none is certainly it."""
    sent = json.loads(call.body) if call.body else {}
    if not isinstance(sent, dict):
        return None
    shown = shown_values(call.operation, sent)
    if shown.keys() <= _SENT_ONLY and not sent.keys() <= _SENT_ONLY:
        return None  # no object shows whether it has what was sent
    creates = call.operation.method == "POST" and "{" not in call.operation.path
    here = _time_here(client, since)
    for candidates in (_named_object, _listed_objects) if creates else (_changed_object,):
        with suppress(ProspectB2BError):
            found = [each for each in candidates(client, operations, call, reply, since) if has_values(each, shown)]
            if creates and not call.operation.path.endswith("/upsert"):  # an earlier object may have the same values
                found = [each for each in found if is_new(each, since) or was_made_at(each, here)]
                made = others() if found and candidates is _listed_objects else ()
                found = [each for each in found if str(each.get("id")) not in made]
            if len(found) == 1 and found[0].get("id") is not None:
                return found[0]
    return None


def shown_values(operation: Operation, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a body that its object shows: an import has how many rows were sent, and not the rows."""
    declared = {field.name for field in operation.fields}
    lead = operation.id.startswith("leads.")  # it may have fields that no contract declares
    shown = {name: value for name, value in sent.items() if lead or name in declared}
    rows = sent.get("rows")
    return shown | ({"total_rows": len(rows)} if isinstance(rows, list) and "total_rows" in declared else {})


def shows_all(call: Call) -> bool:
    """Whether an object with the values of a write certainly has all that it sent.

    Its object may never show a part of it, such as a secret, and a value that is missing may stand for 0 or false.
    """
    sent = json.loads(call.body or b"{}")
    if not isinstance(sent, dict):
        return False
    may_be_empty = any(value == 0 for value in sent.values())
    return not may_be_empty and sent.keys() <= shown_values(call.operation, sent).keys() | _SENT_ONLY


def _changed_object(
    client: Client, operations: Operations, call: Call, _reply: Reply, _since: datetime
) -> list[dict[str, Any]]:
    """Return the object that a write names in its path, as it is now."""
    if not call.operation.path.endswith("}") or call.operation.method not in {"PATCH", "PUT"}:
        return []
    return _read(client, _reader(operations, call.operation.path), call.path)


def _named_object(
    client: Client, operations: Operations, call: Call, reply: Reply, _since: datetime
) -> list[dict[str, Any]]:
    """Return the object that the address or the id in a response names."""
    folder = call.path.removesuffix("/upsert")
    address = urlsplit(reply.headers.get("location", ""))
    location = address.path.rstrip("/")
    named = location.rpartition(f"{folder}/")[2] if f"{folder}/" in location else ""
    if location.endswith(folder):  # "/leads?id=eq.7", as of PostgREST
        named = dict(parse_qsl(address.query)).get("id", "").removeprefix("eq.")
    with suppress(NotJSONError):
        answer = envelope.parse_strict_json(envelope.unwrap(reply).data)
        named = named or created_id(answer, {noun_of(folder)}) or ""
    if not named or "/" in named:
        return []
    return _read(client, _reader_below(operations, folder), f"{folder}/{quote(unquote(named), safe='')}")


def _listed_objects(
    client: Client, operations: Operations, call: Call, _reply: Reply, since: datetime
) -> list[dict[str, Any]]:
    """Return the objects of a list that may be the one that a write made: those of its address, or the latest."""
    listing = _reader(operations, call.path.removesuffix("/upsert"))
    if listing is None:
        return []
    email, found = json.loads(call.body or b"{}").get("email"), list[Any]()
    begun = min(since, _time_here(client, since))
    for name, value in (("email", email), ("updated_after", iso(begun - ALLOWANCE))):
        if value and not _is_useless(client, listing, name):
            query = ((name, str(value)), *((("order", _LATEST),) if name != "email" else ()))
            page = envelope.page(client.send(Call(listing, listing.path, query, added=frozenset(dict(query)))))
            found = [envelope.parse_strict_json(bytes(record)) for record in page.records]
            if not _is_useless(client, listing, name):  # it may have been refused by now
                break
    return [each for each in found if isinstance(each, dict)]


def _is_useless(client: Client, listing: Operation, name: str) -> bool:
    """Whether the service is known to refuse or to ignore a filter."""
    return name in client.profile.names("refused", listing.id) | client.profile.names("ignored", listing.id)


def is_new(found: Mapping[str, Any], since: datetime) -> bool:
    """Whether an object may be the one that a call created that was first sent at this time of the service."""
    try:
        return datetime.fromisoformat(found["created_at"]) >= since - ALLOWANCE
    except (KeyError, TypeError, ValueError):
        return False


def was_made_at(found: Mapping[str, Any], at: datetime) -> bool:
    """Whether an object was created in the minute in which a creation may have been under way."""
    return is_new(found, at) and not is_new(found, at + UNDER_WAY)


def _time_here(client: Client, at: datetime) -> datetime:
    """Return a time of the service by the clock of this machine: the service's ``Date`` may be ahead of both."""
    return at - (client.now() - datetime.now(UTC))


def _reader_below(operations: Operations, folder: str) -> Operation | None:
    """Return the operation that reads one object of a list."""
    return next((o for o in operations.values() if o.method == "GET" and _is_below(o.path, folder)), None)


def _is_below(path: str, folder: str) -> bool:
    """Whether a path of the contract is that of one object of a list."""
    rest = path.removeprefix(f"{folder}/")
    return rest != path and rest.startswith("{") and "/" not in rest


def _reader(operations: Operations, path: str) -> Operation | None:
    return next((o for o in operations.values() if o.method == "GET" and o.path == path), None)


def _read(client: Client, operation: Operation | None, path: str) -> list[dict[str, Any]]:
    if operation is None:
        return []
    data = envelope.parse_strict_json(envelope.unwrap(client.send(Call(operation, path))).data)
    return [data] if isinstance(data, dict) else []


def has_values(lead: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    """Whether an object has all the values that were sent.

    >>> has_values({"email": "Ada@x.example", "tags": ["b", "a"]}, {"email": "ada@x.example", "tags": ["a", "b"]})
    True
    >>> has_values({"steps": [{"Subject": "Hi", "wait_days": 0}]}, {"steps": [{"subject": "Hi"}]})
    True
    """
    held = lead.get("custom_fields")
    custom = held if isinstance(held, Mapping) else {}
    for name, value in body.items():
        if name in _SENT_ONLY:
            continue
        if name == "custom_fields":
            if any(custom.get(key) != item for key, item in (value or {}).items()):
                return False
        elif name == "email" and isinstance(value, str):
            given = lead.get("email")
            if not isinstance(given, str) or given.strip().casefold() != value.strip().casefold():
                return False
        elif isinstance(value, list) and isinstance(lead.get(name), list):
            if not _has_items(lead[name], value):
                return False
        elif (lead.get(name, custom.get(name)) or None) != (value or None):  # a row of an import has all its cells
            return False
    return True


def _with_folded_names(inner: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object inside another one, whose names are those of the service, by what its names are."""
    return {fold(name): value for name, value in inner.items()}


def _has_items(held: Sequence[Any], sent: Sequence[Any]) -> bool:
    """Whether a list has the texts that were sent, in any order, or its objects, in theirs."""
    if len(held) == len(sent) and all(isinstance(each, Mapping) for each in (*held, *sent)):
        return all(
            has_values(_with_folded_names(each), _with_folded_names(values))
            for each, values in zip(held, sent, strict=True)
        )
    return sorted(map(str, sent)) == sorted(map(str, held))
