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
_TRIALS: Final = 3
"""Rows of a request from which it is tried to learn what the service does."""

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
        own = mentions(refused, rest)  # the service alone sets them, and no write can lose them
        if not own:
            raise
        rest = {name: value for name, value in rest.items() if name not in own}
        reply = send(_with_body(call, {**body, _FACT: rest | written}))
    if client.profile.value(_FACT) is None and rest and what_happened(written, written) and lead.get("id"):
        whole, alone = (_update(operations, lead["id"], {_FACT: fields}) for fields in (rest | written, rest))
        reader = Call(operations.find("leads.get"), alone.path)
        return _learn(client, written, whole, others_alone=alone, reader=reader, send=also) or reply
    return reply


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


def keep_others_of_rows(
    client: Client, operations: Operations, call: Call, leads: Sequence[Mapping[str, Any] | None], also: Send
) -> Call:
    """Return a bulk upsert so that the other custom fields of its leads stay; what is not known yet is learned first.

    Args:
        client: Client that keeps what is learned.
        operations: Contract in use.
        call: The bulk upsert.
        leads: Lead of each row, read just now; ``None`` for one that does not exist yet.
        also: Sends the writes from which it is learned what the service does.

    Raises:
        TransportError, ProtocolError: As for ``also``; nothing of the bulk upsert was sent.
    """
    whole = json.loads(call.body or b"{}")
    rows = [
        (row, lead, others(lead, row[_FACT]))
        for row, lead in zip(whole["rows"], leads, strict=True)
        if lead is not None and isinstance(row.get(_FACT), dict)
    ]
    rows = [(row, lead, rest) for row, lead, rest in rows if rest]
    for row, lead, _ in rows[:_TRIALS]:
        if client.profile.value(_FACT) is None:
            with suppress(APIError):  # the response to the whole says what is wrong with the row
                _write_first(client, operations, row, lead, also)
    if client.profile.value(_FACT) != MERGED:
        for row, _, rest in rows:
            row[_FACT] = rest | row[_FACT]
    return _with_body(call, whole)


def _write_first(
    client: Client, operations: Operations, row: dict[str, Any], lead: Mapping[str, Any], send: Send
) -> None:
    """Write the custom fields of a row by themselves, to learn from it; the row then names the new version."""
    body: dict[str, Any] = {name: row[name] for name in (_FACT, _VERSION) if name in row}
    reply = keep_others(client, operations, _update(operations, lead["id"], body), send, send)
    version = _object(reply).get("updated_at")
    if _VERSION in row and isinstance(version, str):
        row[_VERSION] = version


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
