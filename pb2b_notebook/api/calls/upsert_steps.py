"""An upsert of one lead in steps, for a service that does not have the operation: look it up, update or create it.

A lead is created only after a list that is proven whole has shown that no lead has its address. The creation has an
entry of its own in the journal: a call that is repeated finds the lead, or sends the same creation with the same key.
Lists may lag behind writes, so that leads that were created in this session are remembered, too. Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from pb2b_notebook.api.http.adaptation.write_forms import is_another_operation
from pb2b_notebook.api.http.call import Call
from pb2b_notebook.api.http.sending.courier import MISSING
from pb2b_notebook.errors import APIError, NotFoundError, PermissionDeniedError
from pb2b_notebook.journal import key_of
from pb2b_notebook.openapi.operations import Operations

UPSERT = "leads.upsert"
_WRITE: Final = "leads.write"
_OF_ALL_WRITES: Final = re.compile(
    r"scope|permission|role|member|read.?only|limit|quota|exceed|expired|trial|suspended|overdue", re.IGNORECASE
)
"""Words of a denial that is about the key or the whole workspace."""
_PAYMENT: Final = 402
"""Status of what a plan does not have. Source: RFC 9110, section 15.5.3."""


def lacks_operation(refused: APIError, scopes: Collection[str]) -> bool:
    """Whether a refusal says that the service does not have the operation, or not in the workspace's plan.

    Args:
        refused: The refusal of a write of leads.
        scopes: Scopes of the key; a denial of one that may write leads, and that names none, is about the plan.

    >>> from pb2b_notebook.errors import PermissionDeniedError
    >>> lacks_operation(PermissionDeniedError("not in your plan", status=403), ["leads.write"])
    True
    >>> lacks_operation(PermissionDeniedError("missing scope leads.write", status=403), ["leads.write"])
    False
    """
    if refused.status in MISSING or isinstance(refused, NotFoundError) or is_another_operation(refused):
        return True
    denied = (isinstance(refused, PermissionDeniedError) and _WRITE in scopes) or refused.status == _PAYMENT
    return denied and _OF_ALL_WRITES.search(f"{refused.code} {refused.message}") is None


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
