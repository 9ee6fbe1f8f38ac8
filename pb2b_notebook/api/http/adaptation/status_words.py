"""Write statuses in the case in which a service has its words: "Qualified" or "QUALIFIED" for "qualified". Pure.

Only a refusal leads to it: a service may have the same word in several cases, and then takes what was sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.api.http.adaptation import unlearning
from pb2b_notebook.errors import APIError
from pb2b_notebook.journal import key_of

if TYPE_CHECKING:
    from pb2b_notebook.api.http.sending.client import Call

_STATUS: Final = "status"


def in_own_words(call: Call, refused: APIError, words: Collection[str]) -> Call | None:
    """Return a refused call with its statuses in the service's words; ``None`` if the refusal is about something else.

    Args:
        call: Request for leads, or write of leads.
        refused: The refusal, which may name the words that are taken.
        words: Status words that leads of the service have.

    >>> from pb2b_notebook.api.http.sending.client import Call
    >>> from pb2b_notebook.openapi import load
    >>> call = Call(load()["leads.list"], "/leads", (("status", "new"), ("limit", "5")))
    >>> refused = APIError("status: new is not one of New, Contacted", status=422)
    >>> in_own_words(call, refused, ()).query
    (('status', 'New'), ('limit', '5'))
    >>> write = Call(load()["leads.update"], "/leads/l1", (), b'{"status":"new"}', "key")
    >>> in_own_words(write, refused, ()).body
    b'{"status":"New"}'
    >>> in_own_words(call, APIError("status: invalid", status=400), {"NEW"}).query[0]
    ('status', 'NEW')
    >>> print(in_own_words(call, APIError("limit: invalid", status=400), {"NEW"}))
    None
    """
    if refused.status not in unlearning.REFUSED or not call.path.startswith("/leads"):
        return None
    text = " ".join([refused.message, *(f"{detail.field} {detail.message}" for detail in refused.details)])
    if not unlearning.mentions(refused, {_STATUS}) and not re.search(r"\bstatus", text, re.IGNORECASE):
        return None

    def own(value: Any) -> Any:
        if not isinstance(value, str) or not value:
            return value
        named = re.findall(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE)
        found = {word for word in (*words, *named) if word.casefold() == value.casefold() and word != value}
        return found.pop() if len(found) == 1 else value

    query = tuple((name, own(value) if name == _STATUS else value) for name, value in call.query)
    body = _with_words(call.body, own)
    if query == call.query and body == call.body:
        return None
    key = call.idempotency_key
    if key is not None and body is not None and body != call.body:
        key = key_of(key, "words", body.decode())
    return replace(call, query=query, body=body, idempotency_key=key)


def _with_words(body: bytes | None, own: Any) -> bytes | None:
    """Return a body, and its rows, with the statuses that a function returns for them."""
    if body is None or b'"status"' not in body:
        return body
    whole = json.loads(body)
    rows = whole.get("rows") if isinstance(whole, Mapping) else None
    for each in (whole, *(rows if isinstance(rows, list) else ())):
        if isinstance(each, dict) and _STATUS in each:
            each[_STATUS] = own(each[_STATUS])
    made = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
    return body if json.loads(made) == json.loads(body) else made
