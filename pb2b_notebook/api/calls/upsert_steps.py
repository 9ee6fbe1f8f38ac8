"""An upsert of one lead in steps, for a service that does not have the operation: look it up, update or create it.

A lead is created only after a list that is proven whole has shown that no lead has its address. The creation has an
entry of its own in the journal: a call that is repeated finds the lead, or sends the same creation with the same key.
Lists may lag behind writes, so that leads that were created in this session are remembered, too. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from pb2b_notebook.api.http.client import MISSING, Call
from pb2b_notebook.api.http.write_forms import is_another_operation
from pb2b_notebook.errors import APIError
from pb2b_notebook.journal import key_of
from pb2b_notebook.openapi.operations import Operations

UPSERT = "leads.upsert"


def lacks_operation(refused: APIError) -> bool:
    """Whether a refusal says that the service does not have the operation."""
    return refused.status in MISSING or is_another_operation(refused)


def addresses_of(call: Call) -> list[str]:
    """Return the spellings of the address by which an upsert is looked up; none if it matches by another field."""
    body = json.loads(call.body or b"{}")
    email = body.get("email")
    if body.get("match_on", "email") != "email" or not isinstance(email, str) or not email.strip():
        return []
    return list(dict.fromkeys([email.strip(), email.strip().lower()]))


def has_address(lead: Any, addresses: Sequence[str]) -> bool:
    """Whether a lead has the address of an upsert, trimmed and case-folded.

    >>> has_address({"email": " ADA@x.example"}, ["ada@x.example"])
    True
    """
    email = lead.get("email") if isinstance(lead, dict) else None
    return isinstance(email, str) and email.strip().casefold() in {each.casefold() for each in addresses}


def step(call: Call, operations: Operations, lead: Mapping[str, Any] | None) -> Call:
    """Return the update of the lead that an upsert matches, or the creation of its lead.

    Args:
        call: The upsert.
        operations: Contract in use.
        lead: The only lead with the address; ``None`` to create one.
    """
    operation = operations.find("leads.create" if lead is None else "leads.update")
    path = operation.path if lead is None else operation.path.replace("{id}", quote(str(lead["id"]), safe=""))
    body = {name: value for name, value in json.loads(call.body or b"{}").items() if name != "match_on"}
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    key = call.idempotency_key
    return replace(
        call, operation=operation, path=path, body=text, idempotency_key=key and key_of(key, operation.id), given=None
    )
