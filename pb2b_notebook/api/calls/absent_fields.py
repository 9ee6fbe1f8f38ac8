"""Keep the fields of a lead that an upsert does not name, also where a service clears them.

In our contract an absent field stays; the upsert of a live service may be a replacement, and say nothing of it. The
first upsert that changes a lead is compared with the lead before and after it: what it cleared is written again, and
leads are updated by their ids from then on. Only that one lead is ever at risk.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, Final
from urllib.parse import quote

from pb2b_notebook.api.http.adaptation.replacements import CLEARED, KEPT, changed_names, fate_of_others, shows_fate
from pb2b_notebook.api.http.call import Call
from pb2b_notebook.api.http.client import Client
from pb2b_notebook.api.http.responses import envelope
from pb2b_notebook.api.http.responses.reply import Reply
from pb2b_notebook.errors import ProspectB2BError
from pb2b_notebook.openapi.operations import Operations

FACT: Final = "absent_fields"
UPSERTS: Final = ("leads.upsert", "leads.bulk_upsert")


def may_clear(client: Client, operation: str) -> bool:
    """Whether it is unknown what an upsert does with fields that it does not name: a sandbox of ours keeps them."""
    known = client.profile.value(FACT, operation) is not None or client.profile.value("missing", operation)
    return client.is_foreign and operation in UPSERTS and not known


def may_show(operations: Operations, leads: Iterable[Mapping[str, Any]], sent: bytes) -> bool:
    """Whether one of some leads has values that an upsert does not name, so that its fate shows what it does."""
    writable = [*(operations.find("leads.update").body or ())]
    return any(shows_fate(lead, sent, writable) for lead in leads)


def imports_keep(client: Client) -> bool:
    """Whether an import is known to keep the fields of leads that it does not map, as a sandbox of ours does."""
    return not client.is_foreign or client.profile.value(FACT, "imports.create") == KEPT


def say_unproven(client: Client) -> None:
    """Print once that an import may clear what it does not map: a service other than ours need not keep it."""
    if client.is_foreign:
        client.say_once(
            "this service may clear the fields of leads that an import does not map; "
            "ws.leads.plan(frame) reads the leads first, and keeps them"
        )


def read(client: Client, operations: Operations, lead_id: Any) -> dict[str, Any] | None:
    """Return a lead as it is now; ``None`` where it is not shown."""
    with suppress(ProspectB2BError):
        get = operations.find("leads.get")
        found = client.send(Call(get, get.path.replace("{id}", quote(str(lead_id), safe=""))))
        lead = envelope.parse_strict_json(envelope.unwrap(found).data)
        return lead if isinstance(lead, dict) else None
    return None


def settle(
    client: Client,
    operations: Operations,
    operation: str,
    *,
    before: Mapping[str, Any],
    written: Mapping[str, Any],
    send: Callable[[Call], Reply],
) -> None:
    """Learn from an upsert that changed a lead what it does with other fields, and write again what it cleared.

    Raises:
        APIError, TransportError, ProtocolError: As for ``send``.
    """
    update = operations.find("leads.update")
    after = read(client, operations, before.get("id"))
    writable = [*(update.body or ())]
    if after is None or _is_as_before(before, after, written):
        return
    fate = fate_of_others(before, after, json.dumps(written).encode(), writable)
    lost = {name: before[name] for name in changed_names(before, after, written, writable)}
    emptied = any(name in after and after[name] in (None, "", [], {}) for name in lost)
    if fate is None and emptied and operation not in UPSERTS:
        fate = CLEARED  # the rows of an import are many: that one field was lost is enough
    if fate is None:
        return
    client.profile.learn(FACT, fate, "the lead before and after it", operation=operation, at=client.now())
    if fate != CLEARED:
        return
    for upsert in UPSERTS if operation in UPSERTS else ():
        client.profile.learn("missing", True, "it clears what it does not name", operation=upsert, at=client.now())
    instead = ", and leads are updated one by one" if operation in UPSERTS else ""
    client.say_once(
        f"this service clears the fields that {operation} does not name: those of the first lead are written again"
        f"{instead}"
    )
    path = update.path.replace("{id}", quote(str(before["id"]), safe=""))
    text = json.dumps(lost, ensure_ascii=False, separators=(",", ":")).encode()
    send(Call(update, path, (), text, str(uuid.uuid4())))


def _is_as_before(before: Mapping[str, Any], after: Mapping[str, Any], written: Mapping[str, Any]) -> bool:
    """Whether the lead may be shown as it was before the write: it has the same version, and other values."""
    same = before.get("updated_at") == after.get("updated_at")
    return same and any(after.get(name) != value for name, value in written.items() if name in after)
