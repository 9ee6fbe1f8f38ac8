"""Check that a response is about the object that its request names: a mixed-up response must not be believed. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

from pb2b_notebook.api.http.call import Call
from pb2b_notebook.api.http.responses import envelope
from pb2b_notebook.api.http.responses.reply import Reply
from pb2b_notebook.errors import ProtocolError
from pb2b_notebook.lazy import lazy_pattern

_MASKED: Final = lazy_pattern(r"[*•●…#\[<]|\.{2,}|x{3,}|^(redacted|hidden|masked|private|anonym\w*)@")
"""What a service writes in place of the characters that it hides."""


def check_same_object(call: Call, reply: Reply) -> None:
    """Refuse a response about another object of the same kind.

    A path that ends with an id names its object; the id of a merged lead may answer with the lead that survived. A new
    lead is named by its email address, which a service may write in another way (upper case, an internationalized
    domain, without dots or a tag, masked): only an address that cannot be the same one counts.

    Raises:
        ProtocolError: The response is about another object. No id or address is in the message.
    """
    data = envelope.parse_strict_json(envelope.unwrap(reply).data)
    if not isinstance(data, dict):
        return
    if call.operation.path.endswith("}"):
        wanted, given = unquote(call.path.rpartition("/")[2]), data.get("id")
        mixed_up = isinstance(given, str) and given != wanted and _prefix(given) == _prefix(wanted) != ""
        mixed_up = mixed_up and not (call.operation.method == "GET" and _is_survivor(data, wanted))
    elif "{" not in call.operation.path and call.body is not None and isinstance(data.get("email"), str):
        body = json.loads(call.body)
        mixed_up = isinstance(body, dict) and are_different_addresses(body.get("email"), data["email"])
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


def _is_survivor(data: Mapping[str, Any], wanted: str) -> bool:
    """Whether an object names the one that was asked for, which was merged into it."""
    return data.get("merged_into") == data["id"] or json.dumps(wanted) in json.dumps(data)


def are_different_addresses(sent: Any, given: Any) -> bool:
    """Whether two addresses are of two people, however a service writes them; false if one cannot be compared.

    >>> are_different_addresses("ada@example.com", "bob@other.example")
    True
    >>> are_different_addresses("ada@example.com", "bob@example.com")
    True
    >>> for other in ("a***@e***.com", "Ada@Mail.Example", "a.da+news@other.example", "redacted@example.com", "ada"):
    ...     assert not are_different_addresses("ada@example.com", other)
    """
    one, other = _parts(sent), _parts(given)
    if one is None or other is None or one[0] == other[0]:
        return False
    return one[1] != other[1] or not (one[0].startswith(other[0]) or other[0].startswith(one[0]))


def _parts(value: Any) -> tuple[str, str] | None:
    """Return local part, without signs and ``+tag``, and domain of an address; nothing for text that is masked.

    >>> _parts(" Ada.Berg+news@MÜNCHEN.example "), _parts("a***@example.com"), _parts("ada"), _parts(None)
    (('adaberg', 'xn--mnchen-3ya.example'), None, None, None)
    """
    local, at, domain = value.strip().casefold().rpartition("@") if isinstance(value, str) else ("", "", "")
    if not at or _MASKED.search(f"{local}@{domain}"):
        return None
    try:
        return re.sub(r"\W", "", local.partition("+")[0]), domain.encode("idna").decode()
    except UnicodeError:
        return None
