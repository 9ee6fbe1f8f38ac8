"""An update that names its fields in a mask, as the services of Google demand it. Pure.

A mask is a list of names, joined by commas, in a parameter of the query or beside the values in the body. A field that
it names is replaced: custom fields are sent with those that the object has. Source: Google's AIP-134 and AIP-161.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.api.http.adaptation.unlearning import REFUSED, VERSION
from pb2b_notebook.errors import APIError
from pb2b_notebook.journal import key_of
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.openapi.object_descriptions import fold

if TYPE_CHECKING:
    from pb2b_notebook.api.http.call import Call

QUERY: Final = "query"
BODY: Final = "body"
_MASK: Final = lazy_pattern(r"(?<![A-Za-z_])(update|field|fields)[ _]?mask(?![A-Za-z_])", re.IGNORECASE)
_CUSTOM: Final = fold("custom_fields")
"""The only field with parts that an update may have, folded."""
_USUAL: Final = ("updateMask", "update_mask")


def masks_to_try(refused: APIError, call: Call) -> tuple[str, ...]:
    """Return where an update may have its mask, the most probable first; nothing if a refusal is not about one.

    >>> from pb2b_notebook.api.http.call import Call
    >>> from pb2b_notebook.openapi import load
    >>> call = Call(load()["leads.update"], "/leads/1", (), b'{"city": "Oslo"}')
    >>> masks_to_try(APIError("field_mask is required", status=400), call)[:2]
    ('field_mask in query', 'updateMask in query')
    >>> masks_to_try(APIError("city is required", status=400), call)
    ()
    """
    if refused.status not in REFUSED or call.body is None or call.operation.method != "PATCH":
        return ()
    texts = (refused.message, *(f"{detail.field} {detail.message}" for detail in refused.details))
    named = [found[0] for text in texts for found in _MASK.finditer(text)]
    names = dict.fromkeys([*(name for name in named if " " not in name), *_USUAL]) if named else ()
    return tuple(f"{name} in {place}" for place in (QUERY, BODY) for name in names)


def with_mask(call: Call, mask: str, response: Any) -> Call:
    """Return an update with a mask of the fields that it changes.

    >>> from pb2b_notebook.api.http.call import Call
    >>> from pb2b_notebook.openapi import load
    >>> body = b'{"lead": {"city": "Oslo", "custom_fields": {"tier": "A"}}}'
    >>> call = Call(load()["leads.update"], "/leads/1", (), body)
    >>> masked = with_mask(call, "mask in query", {"data": {"id": "1", "custom_fields": {"seats": 2}}})
    >>> masked.query, masked.body
    ((('mask', 'city,custom_fields'),), b'{"lead":{"city":"Oslo","custom_fields":{"seats":2,"tier":"A"}}}')
    >>> with_mask(call, "mask in query", {"lead": {"id": "1", "city": "Rome"}}).query
    (('mask', 'city,custom_fields'),)
    >>> alone = replace(call, body=b'{"custom_fields": {"tier": "A"}}')
    >>> with_mask(alone, "mask in query", {"data": {"id": "1"}}).query
    (('mask', 'custom_fields'),)
    >>> with_mask(replace(call, body=b'{"city": "Oslo"}'), "mask in body", {}).body
    b'{"city":"Oslo","mask":"city"}'
    """
    name, _, place = mask.partition(" in ")
    body = json.loads(call.body or b"{}")
    body.pop(VERSION, None)  # it is compared here
    outer = next((key for key, value in body.items() if len(body) == 1 and isinstance(value, dict)), "")
    outer = "" if fold(outer) == _CUSTOM else outer  # the only change is of a field with parts
    held = _object_in(response, outer)
    changes = body[outer] if outer else body
    whole = {each: _merge(held.get(each), value) for each, value in changes.items()}
    made = {outer: whole} if outer else whole
    if place == BODY:
        made[name] = ",".join(whole)
    query = call.query if place == BODY else (*call.query, (name, ",".join(whole)))
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
    key = call.idempotency_key
    return replace(call, query=query, body=text.encode(), idempotency_key=key and key_of(key, mask, text))


def _object_in(response: Any, outer: str) -> Mapping[str, Any]:
    """Return the object of a response, which may be below the name that its values have in a request."""
    held = response
    for name in ("data", outer):
        held = held[name] if name and isinstance(held, Mapping) and name in held else held
        held = held[0] if isinstance(held, list) and len(held) == 1 else held
    return held if isinstance(held, Mapping) else {}


def _merge(held: Any, sent: Any) -> Any:
    return {**held, **sent} if isinstance(held, Mapping) and isinstance(sent, Mapping) else sent
