"""Keep the custom fields of a lead that a write does not name, also where a service replaces all of them.

In our contract a write merges ``custom_fields`` by key; a live service may replace the whole object, and the others
would be lost without a word. Until it is known what a service does, a write names all of them, as they were a moment
before. The others are then written once more without the new ones: if those are lost by that, the service replaces, and
they are written again. Only what the call has just written is ever at risk.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from pb2b_notebook.api.http import envelope
from pb2b_notebook.api.http.client import Call, Client
from pb2b_notebook.api.http.reply import Reply
from pb2b_notebook.api.http.unlearning import mentions
from pb2b_notebook.display import notices
from pb2b_notebook.errors import APIError, BadRequestError, ProspectB2BError, ValidationError
from pb2b_notebook.journal import key_of
from pb2b_notebook.openapi.operations import Operations

MERGED: Final = "merged"
REPLACED: Final = "replaced"
_FACT: Final = "custom_fields"
_VERSION: Final = "if_updated_at"

Send = Callable[[Call], Reply]


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

    Args:
        written: Those fields, as they were written before.
        held: Custom fields of the lead after the write.

    >>> what_happened({"tier": "B"}, {"tier": "B", "region": "north"})
    'merged'
    >>> what_happened({"tier": "B"}, {"region": "north"})
    'replaced'
    >>> what_happened({"tier": None}, {"region": "north"}) is None
    True
    """
    names = {name for name, value in written.items() if value not in (None, "", [])}
    kept = {name for name in names if held.get(name) not in (None, "", [])}
    return None if not names else MERGED if kept == names else REPLACED if not kept else None


def may_lose_some(client: Client, call: Call) -> bool:
    """Whether a write has custom fields and may lose others: always, until the service is known to merge them."""
    return b'"custom_fields"' in (call.body or b"") and client.profile.value(_FACT) != MERGED


def keep_others(client: Client, operations: Operations, call: Call, send: Send, also: Send) -> Reply:
    """Send a write of one lead so that its other custom fields stay, and return the latest response.

    Args:
        client: Client that reads the lead, and keeps what is learned.
        operations: Contract in use.
        call: ``leads.update`` or ``leads.upsert``.
        send: Sends the write.
        also: Sends the further writes from which it is learned what the service does.

    Raises:
        APIError, TransportError, ProtocolError: As for ``send`` and ``also``.
    """
    body = json.loads(call.body or b"{}")
    written = body.get(_FACT)
    if not may_lose_some(client, call) or not written or not isinstance(written, dict):
        return send(call)
    lead = _lead_of(client, operations, call, body)
    rest = others(lead, written)
    if not rest:
        return send(call)
    try:
        reply = send(_with_body(call, {**body, _FACT: rest | written}))
    except (BadRequestError, ValidationError) as refused:
        typed = {name: _as_json(value) if name in mentions(refused, rest) else value for name, value in rest.items()}
        if typed == rest:
            raise  # without them, they might be lost
        rest = typed
        reply = send(_with_body(call, {**body, _FACT: rest | written}))
    return learn(client, operations, lead, written, also) or reply


def learn(
    client: Client, operations: Operations, lead: Mapping[str, Any], written: Mapping[str, Any], send: Send
) -> Reply | None:
    """Learn from a lead whose custom fields were written what the service does with those that a write does not name.

    Args:
        client: Client that keeps what is learned.
        operations: Contract in use.
        lead: The lead before the write.
        written: Custom fields that were written.
        send: Sends a write.

    Returns:
        The latest response with the lead; ``None`` if nothing was done, as where it is known.
    """
    rest = others(lead, written)
    if client.profile.value(_FACT) is not None or not rest or not what_happened(written, written):
        return None
    whole, alone = (_update(operations, lead.get("id"), {_FACT: fields}) for fields in ({**rest, **written}, rest))
    reader = Call(operations.find("leads.get"), alone.path)
    return _learn(client, written, whole, others_alone=alone, reader=reader, send=send)


def _learn(
    client: Client, written: Mapping[str, Any], whole: Call, *, others_alone: Call, reader: Call, send: Send
) -> Reply | None:
    """Learn what the service does with custom fields that a write does not name, from those that were just written.

    Args:
        client: Client that keeps what is learned.
        written: What was just written.
        whole: Writes that and the others.
        others_alone: Writes the others.
        reader: Reads the lead.
        send: Sends a write.

    Returns:
        The latest response with the lead; ``None`` if nothing was done.
    """
    found = reply = None
    try:
        reply = send(others_alone)
        held = _object(reply)
        held = held if isinstance(held.get(_FACT), dict) else _object(client.send(reader))
        found = what_happened(written, held.get(_FACT) or {})
    except ProspectB2BError as problem:
        if isinstance(problem, APIError) and not problem.effect_unknown:
            return None
    if found != MERGED:  # also where it is not clear
        reply = send(whole)
    new = found is not None and client.profile.learn(_FACT, found, "a write that did not name all of them")
    if new and found == REPLACED:
        notices.say(
            "this service replaces all custom fields of a lead by those of a write: the others are read before each "
            "write, and sent with it"
        )
    return reply


def with_others(call: Call, leads: Sequence[Mapping[str, Any] | None]) -> Call:
    """Return a bulk upsert that names also the other custom fields of its leads.

    Args:
        call: The bulk upsert.
        leads: Lead of each row, read just now; ``None`` for one that does not exist yet.
    """
    whole = json.loads(call.body or b"{}")
    for row, lead in zip(whole["rows"], leads, strict=True):
        if lead is not None and isinstance(row.get(_FACT), dict) and row[_FACT]:
            row[_FACT] = others(lead, row[_FACT]) | row[_FACT]
    return _with_body(call, whole)


def _as_json(value: Any) -> Any:
    """Return the number or truth value that a service gave as text."""
    with suppress(ValueError, TypeError, RecursionError):
        found = json.loads(value)
        return found if isinstance(found, int | float) else value
    return value


def _lead_of(client: Client, operations: Operations, call: Call, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the lead that a write changes; an empty one where none is found."""
    with suppress(ProspectB2BError):
        if call.operation.id == "leads.update":
            return _object(client.send(Call(operations.find("leads.get"), call.path)))
        listing, email = operations.find("leads.list"), body.get("email")
        if isinstance(email, str) and body.get("match_on", "email") == "email":
            query = (("email", email),)
            page = envelope.page(client.send(Call(listing, listing.path, query, added=frozenset({"email"}))))
            found = [envelope.parse_strict_json(bytes(record)) for record in page.records]
            same = [each for each in found if _fold(each.get("email")) == _fold(email)]
            return same[0] if len(same) == 1 else {}
    return {}


def _fold(email: Any) -> str:
    return email.strip().casefold() if isinstance(email, str) else ""


def _object(reply: Reply) -> dict[str, Any]:
    data = envelope.parse_strict_json(envelope.unwrap(reply).data)
    return data if isinstance(data, dict) else {}


def _update(operations: Operations, lead_id: Any, body: Mapping[str, Any]) -> Call:
    operation = operations.find("leads.update")
    path = operation.path.replace("{id}", quote(str(lead_id), safe=""))
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    # Its own key: the same values may be written twice here, and both times they must take effect.
    return Call(operation, path, (), text, str(uuid.uuid4()), frozenset({_VERSION}))


def _with_body(call: Call, body: Mapping[str, Any]) -> Call:
    """Return the call with another body, and an idempotency key of its own for it."""
    if body == json.loads(call.body or b"{}"):
        return call
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    key = None if call.idempotency_key is None else key_of(call.idempotency_key, text)
    return replace(call, body=text.encode(), idempotency_key=key)
