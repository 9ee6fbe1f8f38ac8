"""Check that a response is about the object that its request names: a mixed-up response must not be believed. Pure."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from pb2b_notebook.api.http import envelope
from pb2b_notebook.api.http.client import Call
from pb2b_notebook.api.http.reply import Reply
from pb2b_notebook.errors import ProtocolError


def check_same_object(call: Call, reply: Reply) -> None:
    """Refuse a response about another object of the same kind.

    A path that ends with an id names its object. A new lead is named by its email address, which a service may write in
    another way (upper case, an internationalized domain).

    Args:
        call: The request.
        reply: Its 2xx response, an envelope.

    Raises:
        ProtocolError: The response is about another object. No id or address is in the message.
    """
    data = envelope.parse_strict_json(envelope.unwrap(reply).data)
    if not isinstance(data, dict):
        return
    if call.operation.path.endswith("}"):
        wanted, given = unquote(call.path.rpartition("/")[2]), data.get("id")
        mixed_up = isinstance(given, str) and given != wanted and _prefix(given) == _prefix(wanted) != ""
    elif "{" not in call.operation.path and call.body is not None and isinstance(data.get("email"), str):
        body = json.loads(call.body)
        wanted, given = (_address(each.get("email")) for each in (body, data)) if isinstance(body, dict) else ("", "")
        mixed_up = bool(wanted and given and wanted != given)
    else:
        return
    if mixed_up:
        raise ProtocolError(
            f"the response to {call.operation.id} is about another object than the request",
            repair="send the call again, and report it if it repeats: a proxy may have mixed up responses",
            request_id=envelope.request_id(reply),
            attempts=reply.attempts,
        )


def _prefix(object_id: str) -> str:
    """Return what the ids of one kind begin with; empty for other ids, which a service may write in several ways."""
    return object_id.rpartition("_")[0]


def _address(value: Any) -> str:
    """Return an address as it is compared; empty if it cannot be compared.

    >>> _address(" Ada@MÜNCHEN.example "), _address(None), _address("ada")
    ('ada@xn--mnchen-3ya.example', '', '')
    """
    local, at, domain = value.strip().casefold().rpartition("@") if isinstance(value, str) else ("", "", "")
    try:
        return f"{local}@{domain.encode('idna').decode()}" if at else ""
    except UnicodeError:
        return ""
