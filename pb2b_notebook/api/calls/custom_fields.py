"""Keep the custom fields of a lead that a write does not name, also where a service replaces all of them.

In our contract a write merges ``custom_fields`` by key; a live service may replace the whole object, and the others
would be lost without a word. Until it is known what a service does, a write names all of them, as they were a moment
before. The others are then written once more without the new ones: if those are lost by that, the service replaces, and
they are written again. Only what the call has just written is ever at risk.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from pb2b_notebook.api.http.adaptation.unlearning import mentions
from pb2b_notebook.api.http.call import Call
from pb2b_notebook.api.http.client import Client
from pb2b_notebook.api.http.responses import envelope
from pb2b_notebook.api.http.responses.reply import Reply
from pb2b_notebook.display import notices
from pb2b_notebook.errors import APIError, BadRequestError, ConflictError, ProspectB2BError, ValidationError
from pb2b_notebook.journal import key_of
from pb2b_notebook.openapi.operations import Operations

MERGED: Final = "merged"
REPLACED: Final = "replaced"
_FACT: Final = "custom_fields"
_UPDATE: Final = "leads.update"
_ATTEMPTS: Final = 3
_VERSION: Final = "if_updated_at"
REPLAYED: Final = "idempotent-replayed"

Send = Callable[[Call], Reply]
Read = Callable[[Sequence[str]], Iterable[Mapping[str, Any]]]


def others(lead: Mapping[str, Any], named: Collection[str]) -> dict[str, Any]:
    """Return the custom fields of a lead that have a value and that a write does not name.

    >>> others({"custom_fields": {"tier": "A", "region": "north", "note": None}}, {"tier"})
    {'region': 'north'}
    """
    held = lead.get(_FACT)
    values = held.items() if isinstance(held, dict) else ()
    return {name: value for name, value in values if name not in named and value not in (None, "", [])}


def what_happened(written: Mapping[str, Any], held: Mapping[str, Any]) -> str | None:
    """Return what a service did with custom fields that the latest write did not name; ``None`` if that is not clear.

    >>> what_happened({"tier": "B"}, {"tier": "B", "region": "north"})
    'merged'
    >>> what_happened({"tier": "B"}, {"region": "north"})
    'replaced'
    >>> what_happened({"tier": "B"}, {"tier": "A"}) is what_happened({"tier": None}, {"region": "north"}) is None
    True
    """
    names = {name for name, value in written.items() if value not in (None, "", [])}
    present = {name for name in names if held.get(name) not in (None, "", [])}
    if names and not present:
        return REPLACED
    return MERGED if names and all(_as_text(held.get(name)) == _as_text(written[name]) for name in names) else None


def _as_text(value: Any) -> str:
    """Return a value as text, by which it is compared: a service may give numbers and truth values as text."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def are_merged(client: Client, operation: str = _UPDATE) -> bool:
    """Whether the service is known to keep the custom fields that a write does not name.

    It is learned from updates: the upserts and imports of a service other than ours may do something else.
    """
    return bool(client.profile.value(_FACT) == MERGED) and (operation == _UPDATE or not client.is_foreign)


def are_replaced(client: Client) -> bool:
    """Whether the service is known to lose the custom fields that a write does not name."""
    return bool(client.profile.value(_FACT) == REPLACED)


def may_be_replaced(client: Client, operation: str) -> bool:
    """Whether the service is known to lose them, or is unknown: a sandbox of ours keeps them."""
    return are_replaced(client) or (client.is_foreign and not are_merged(client, operation))


def may_lose_some(client: Client, call: Call) -> bool:
    """Whether a write has custom fields and may lose others: always, until the service is known to merge them."""
    return b'"custom_fields"' in (call.body or b"") and not are_merged(client, call.operation.id)


def keep_others(
    client: Client, operations: Operations, call: Call, send: Send, also: Send, *, read: Read = lambda _emails: ()
) -> Reply:
    """Send a write of one lead so that its other custom fields stay, and return the latest response.

    Args:
        client: Client that reads the lead, and keeps what is learned.
        operations: Contract in use.
        call: ``leads.update``, ``leads.upsert`` or ``leads.bulk_upsert``.
        send: Sends the write.
        also: Sends the further writes from which it is learned what the service does.
        read: Reads the leads with some email addresses, for an upsert.

    Raises:
        APIError, TransportError, ProtocolError: As for ``send`` and ``also``.
    """
    call = replace(call, given=call.body)
    body = json.loads(call.body or b"{}")
    written = body.get(_FACT)
    if may_lose_some(client, call) and call.operation.id == "leads.bulk_upsert":
        call = _with_others_by_email(client, call, body, read)
    if not may_lose_some(client, call) or not written or not isinstance(written, dict):
        return send(call)
    lead = _lead_of(client, operations, call, body, read)
    if lead is None and call.operation.id == "leads.upsert" and client.is_foreign:
        # Without them, it shows which lead it is.
        found = _object(send(with_body(call, {name: value for name, value in body.items() if name != _FACT})))
        by_id = replace(_update(operations, {"id": found.get("id")}, written), idempotency_key=None)
        try:
            return keep_others(client, operations, by_id, send, also)
        except APIError as refused:
            refused.add_note("all but the custom fields of this upsert was written")
            raise
    if lead is None:
        say_unprotected(client, "leads that are not read before")
    rest = others(lead or {}, written)
    if not rest:
        return send(call)
    try:
        reply = send(with_body(call, {**body, _FACT: rest | written}))
    except (BadRequestError, ValidationError) as refused:
        typed = {name: _as_json(value) if name in mentions(refused, rest) else value for name, value in rest.items()}
        if typed == rest:
            raise  # without them, they might be lost
        rest = typed
        reply = send(with_body(call, {**body, _FACT: rest | written}))
    lead = lead or {}
    if reply.headers.get(REPLAYED):
        return restore(client, operations, lead, written, also) or reply
    return learn(client, operations, lead.get("id"), written, also, shown=_object(reply)) or reply


def write_dropped(client: Client, operations: Operations, call: Call, reply: Reply, send: Send) -> Reply:
    """Write the custom fields of an upsert by an update, if its response shows that the service has dropped them.

    Returns:
        The latest response with the lead.

    Raises:
        APIError, TransportError, ProtocolError: As for ``send``.
    """
    written, lead = json.loads(call.body or b"{}").get(_FACT), _object(reply)
    held = lead.get(_FACT)
    if not (isinstance(written, dict) and isinstance(held, dict) and lead.get("id")):
        return reply
    dropped = [name for name, value in written.items() if value and _as_text(held.get(name)) != _as_text(value)]
    if not dropped or len(dropped) < sum(map(bool, written.values())) or reply.headers.get(REPLAYED):
        return reply  # single values may be written in the service's own way
    client.say_once("this service drops the custom fields of leads.upsert: an update writes them")
    return keep_others(
        client, operations, replace(_update(operations, lead, written), idempotency_key=None), send, send
    )


def restore(
    client: Client, operations: Operations, lead: Mapping[str, Any], written: Mapping[str, Any], send: Send
) -> Reply | None:
    """Write custom fields once more of a write that is repeated, if learning from it was interrupted and lost them.

    Returns:
        The latest response with the lead; ``None`` if nothing was done.
    """
    if not are_replaced(client):
        return learn(client, operations, lead.get("id"), written, send, shown=lead)
    lost = what_happened(written, lead.get(_FACT) or {}) == REPLACED
    return _write_all(client, operations, lead, written, send) if lost and others(lead, written) else None


def learn(
    client: Client,
    operations: Operations,
    lead_id: Any,
    written: Mapping[str, Any],
    send: Send,
    *,
    shown: Mapping[str, Any] | None = None,
) -> Reply | None:
    """Learn from a lead whose custom fields were written what the service does with those that a write does not name.

    The others are written alone, as they are after the write, and only while the lead has that version. Nothing is
    learned from a lead that does not show what was written, or that may be shown as it was before.

    Args:
        client: Client that keeps what is learned.
        operations: Contract in use.
        lead_id: Id of the lead.
        written: Custom fields that were just written.
        send: Sends a write.
        shown: The lead as the response to the write shows it; it is read where that does not show its custom fields.

    Returns:
        The latest response with the lead; ``None`` if nothing was done, as where it is known.
    """
    if client.profile.value(_FACT) is not None or not what_happened(written, written):
        return None
    lead = shown if isinstance((shown or {}).get(_FACT), dict) else _read(client, operations, lead_id)
    if lead is None or what_happened(written, lead[_FACT]) != MERGED or not others(lead, written):
        return None
    lead = {**lead, "id": lead_id}
    found = reply = after = None
    try:
        reply = send(_update(operations, lead, others(lead, written)))
        after = _object(reply)
        if not isinstance(after.get(_FACT), dict):
            after = _read(client, operations, lead_id)
            # The others were written as they are: the version alone shows that the lead is not as it was before.
            after = None if after is None or after.get("updated_at") == lead.get("updated_at") else after
        found = None if after is None else what_happened(written, after[_FACT])
    except ProspectB2BError as problem:
        if isinstance(problem, APIError) and not problem.effect_unknown:
            return None
    if found != MERGED:  # also where it is not clear
        reply = _write_all(client, operations, {**lead, **(after or {})}, written, send)
    new = found is not None and client.profile.learn(_FACT, found, "a write that did not name all of them")
    if new and found == REPLACED:
        notices.say(
            "this service replaces all custom fields of a lead by those of a write: the others are read before each "
            "write, and sent with it"
        )
    return reply


def _write_all(
    client: Client, operations: Operations, lead: Mapping[str, Any], written: Mapping[str, Any], send: Send
) -> Reply:
    """Write custom fields with the others of their lead, as those are now if another user changes it meanwhile."""
    for left in reversed(range(_ATTEMPTS)):
        try:
            return send(_update(operations, lead, others(lead, written) | {**written}))
        except ConflictError:
            now = _read(client, operations, lead["id"])
            if now is None or not left:
                raise
            lead = {**now, "id": lead["id"]}
    raise AssertionError


def _read(client: Client, operations: Operations, lead_id: Any) -> dict[str, Any] | None:
    """Return the lead as it is now; ``None`` where its custom fields are not shown."""
    path = operations.find("leads.get").path.replace("{id}", quote(str(lead_id), safe=""))
    with suppress(ProspectB2BError):
        found = _object(client.send(Call(operations.find("leads.get"), path)))
        return found if isinstance(found.get(_FACT), dict) else None
    return None


def with_others(call: Call, leads: Sequence[Mapping[str, Any] | None]) -> Call:
    """Return an upsert that names also the other custom fields of its leads.

    Args:
        call: The upsert, of one lead or of rows.
        leads: Lead of each row, read just now; ``None`` for one that does not exist yet.
    """
    whole = json.loads(call.body or b"{}")
    for row, lead in zip(whole.get("rows", [whole]), leads, strict=True):
        if lead is not None and isinstance(row, dict) and isinstance(row.get(_FACT), dict) and row[_FACT]:
            row[_FACT] = others(lead, row[_FACT]) | row[_FACT]
    return with_body(call, whole)


def _as_json(value: Any) -> Any:
    """Return the number or truth value that a service gave as text."""
    with suppress(ValueError, TypeError, RecursionError):
        found = json.loads(value)
        return found if isinstance(found, int | float) else value
    return value


def _lead_of(
    client: Client, operations: Operations, call: Call, body: Mapping[str, Any], read: Read
) -> Mapping[str, Any] | None:
    """Return the lead that a write changes; an empty one where there is none, ``None`` where that is not known."""
    with suppress(ProspectB2BError):
        if call.operation.id == "leads.update":
            return _object(client.send(Call(operations.find("leads.get"), call.path)))
        email = body.get("email")
        if isinstance(email, str) and body.get("match_on", "email") == "email":
            found = _by_email([email], read)
            return None if found is None else found.get(_fold(email), {})
    return None


def _by_email(emails: Sequence[str], read: Read) -> dict[str, Mapping[str, Any]] | None:
    """Return the leads that are the only ones with their address; ``None`` if the filter by address does not hold."""
    asked, found = {_fold(email) for email in emails}, dict[str, list[Mapping[str, Any]]]()
    for lead in read(emails):
        found.setdefault(_fold(lead.get("email")), []).append(lead)
        if not found.keys() <= asked:
            return None
    return {email: leads[0] for email, leads in found.items() if len(leads) == 1}


def _with_others_by_email(client: Client, call: Call, body: Mapping[str, Any], read: Read) -> Call:
    """Return a bulk upsert that names also the other custom fields of the leads that its addresses match."""
    emails = [row.get("email") if isinstance(row, dict) else None for row in body["rows"]]
    found = None
    if body.get("match_on", "email") == "email":
        with suppress(ProspectB2BError):
            found = _by_email([email for email in emails if isinstance(email, str)], read)
    if found is None:
        say_unprotected(client, "leads that are not found by their addresses")
        return call
    return with_others(call, [found.get(_fold(email)) for email in emails])


def say_unprotected(client: Client, which: str) -> None:
    """Print once for what a service other than ours may lose other custom fields."""
    if client.is_foreign:
        client.say_once(
            "this service may replace all custom fields of a lead by those of a write, which loses the others of "
            f"{which}; ws.leads.plan(frame) reads the leads first, and keeps them"
        )


def _fold(email: Any) -> str:
    return email.strip().casefold() if isinstance(email, str) else ""


def _object(reply: Reply) -> dict[str, Any]:
    data = envelope.parse_strict_json(envelope.unwrap(reply).data)
    return data if isinstance(data, dict) else {}


def _update(operations: Operations, lead: Mapping[str, Any], custom: Mapping[str, Any]) -> Call:
    """Return the update of a lead's custom fields, which holds for the version that it has."""
    operation = operations.find(_UPDATE)
    path = operation.path.replace("{id}", quote(str(lead.get("id")), safe=""))
    version = {_VERSION: lead["updated_at"]} if lead.get("updated_at") else {}
    text = json.dumps({_FACT: custom, **version}, ensure_ascii=False, separators=(",", ":")).encode()
    # Its own key: the same values may be written twice here, and both times they must take effect.
    return Call(operation, path, (), text, str(uuid.uuid4()), frozenset({_VERSION}))


def with_body(call: Call, body: Mapping[str, Any]) -> Call:
    """Return the call with another body, and an idempotency key of its own for it."""
    if body == json.loads(call.body or b"{}"):
        return call
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    key = None if call.idempotency_key is None else key_of(call.idempotency_key, text)
    return replace(call, body=text.encode(), idempotency_key=key)
