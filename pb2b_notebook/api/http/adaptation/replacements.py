"""An update for a service without ``PATCH``: its whole object as it is now, with the changes, for a ``PUT``. Pure.

A ``PUT`` replaces an object: what it leaves out may be erased (RFC 9110, section 9.3.4). So it has all that the service
shows of the object, in the service's own names and forms. It is not sent where a value may be hidden from the key: one
is masked, no address of a lead is shown, or a field of another object is not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.api.http.adaptation.unlearning import VERSION, mentions, pattern_of
from pb2b_notebook.errors import APIError
from pb2b_notebook.journal import key_of
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.openapi.object_descriptions import HOLDERS, TIMES, fold, is_name_of, time_named

if TYPE_CHECKING:
    from pb2b_notebook.api.http.call import Call
    from pb2b_notebook.openapi.operations import Operation

_NO_METHOD: Final = frozenset({405, 501})
"""Statuses of a method that a service does not have. Source: RFC 9110, sections 15.5.6 and 15.6.2."""
_NOT_FOUND: Final = 404
_IDS: Final = frozenset({"id", "uuid", "guid", "recordid", "objectid", "leadid"})
"""Folded names of an object's own id."""
_OF_THE_SERVICE: Final = _IDS | {"object", "deletedat", "mergedinto", "importid", "requestid", "links", "self", "url"}
"""Folded names of members that only the service sets, beside the times of creation and change."""
_MASKED: Final = re.compile("[*•●]{2}|…")
_READ_ONLY: Final = lazy_pattern(
    r"read[_ -]?only|immutable|computed|(can|may|must) ?not be (set|changed|written|modified|updated|edited|sent)"
    r"|not (be )?(writ|sett|edit|updat|modifi)|not (allowed|permitted|accepted|expected)|forbidden|unrecogni[sz]ed"
    r"|unexpected|unknown|additional propert|server[_ -]?(set|managed|side)",
    re.IGNORECASE,
)
"""Words of a refusal of a member itself, and not of its value."""
_MERGED: Final = "custom_fields"
_NO_TIME: Final = lazy_pattern(r"0|9999-|false\b", re.IGNORECASE)


def lacks_method(refused: APIError, method: str) -> bool:
    """Whether a refusal says that the service does not have the method of a write at its path.

    >>> lacks_method(APIError("no route matches PATCH /v1/leads/17", status=404), "PATCH")
    True
    >>> lacks_method(APIError("no lead 17", status=404), "PATCH")
    False
    """
    named = re.search(rf"\b{method}\b", refused.message) is not None
    return refused.status in _NO_METHOD or (refused.status == _NOT_FOUND and named)


def takes_only_posts(refused: APIError) -> bool:
    """Whether a refusal of an update names POST as the only method of its path that may be one instead.

    >>> refused = APIError("method not allowed", status=405)
    >>> refused.allowed = frozenset({"GET", "POST", "DELETE"})
    >>> takes_only_posts(refused)
    True
    """
    return "POST" in refused.allowed and refused.allowed.isdisjoint({"PATCH", "PUT"})


def whole_body(sent: bytes, response: Any, operation: Operation | None = None) -> bytes | None:
    """Return the body of a replacement; ``None`` where the object is not certainly shown as a whole.

    Args:
        sent: Body of the update, in the service's form.
        response: Response with the object as it is now, parsed.
        operation: The update; by default that of a lead, which is not shown as a whole without an address. Any
            other object is, with every field that its update may change.

    >>> found = {"data": {"id": "lead_1", "email": "a@x.example", "tags": ["vip"], "phone": None}, "request_id": "r"}
    >>> whole_body(b'{"city": "Oslo", "if_updated_at": "2026-03-10T12:00:00.000Z"}', found)
    b'{"email":"a@x.example","tags":["vip"],"city":"Oslo"}'
    >>> whole_body(b'{"city": "Oslo"}', {"data": {"id": "lead_1", "email": "a***@x.example"}}) is None
    True
    >>> from pb2b_notebook.openapi import load
    >>> hook = {"data": {"id": "webhook_1", "url": "https://x.example", "events": ["lead.created"], "enabled": True}}
    >>> whole_body(b'{"enabled": false}', hook, load()["webhooks.update"]) is None
    True
    >>> hook["data"]["description"] = None
    >>> whole_body(b'{"enabled": false}', hook, load()["webhooks.update"])
    b'{"url":"https://x.example","events":["lead.created"],"enabled":false}'
    """
    body = json.loads(sent)
    body.pop(VERSION, None)
    outer = next((name for name, value in body.items() if len(body) == 1 and isinstance(value, dict)), "")
    found = _object_in(response, outer)
    if found is None:
        return None
    outer = "" if outer in found else outer
    changes = body[outer] if outer else body
    taken = {"url"}.intersection(operation.body or ()) if operation is not None else set()  # a webhook's own
    own = {n: value for n, value in found.items() if value is not None and (n in taken or not _is_of_the_service(n))}
    if operation is None or operation.id.startswith("leads."):
        is_whole = any("@" in json.dumps(value) for name, value in own.items() if is_name_of("email", name))
    else:
        is_whole = {fold(name) for name in operation.body or () if name != VERSION} <= set(map(fold, found))
    if not is_whole or _is_deleted(found) or _MASKED.search(json.dumps(own, ensure_ascii=False)):
        return None
    held, given = own.get(_MERGED), changes.get(_MERGED)
    merged = {_MERGED: {**held, **given}} if isinstance(held, dict) and isinstance(given, dict) else {}
    whole = {**own, **changes, **merged}
    return json.dumps({outer: whole} if outer else whole, ensure_ascii=False, separators=(",", ":")).encode()


def _is_deleted(found: Mapping[str, Any]) -> bool:
    """Whether an object is shown as deleted; a replacement may bring it back.

    >>> [_is_deleted({"deletedAt": time}) for time in ("2026-03-10T12:00:00Z", None, "0001-01-01T00:00:00Z")]
    [True, False, False]
    """
    times = [str(value) for name, value in found.items() if fold(name) == "deletedat" and value not in _EMPTY]
    return any(_NO_TIME.match(time) is None for time in times)


KEPT: Final = "kept"
CLEARED: Final = "cleared"
_EMPTY: Final[tuple[Any, ...]] = (None, "", [], {})
_NEEDED: Final = frozenset({"full_name", "first_name", "last_name", "company_name"})
"""Fields that a service may need, so that even one that clears the others keeps them."""


def fate_of_others(
    before: Mapping[str, Any], after: Mapping[str, Any], sent: bytes, writable: Iterable[str]
) -> str | None:
    """Return what an update did with the fields that it does not name; ``None`` where that is not certain.

    >>> before, names = {"email": "ada@x.example", "phone": "+49301", "city": "Oslo"}, ["email", "phone", "city"]
    >>> fate_of_others(before, {**before, "city": "Bonn"}, b'{"city": "Bonn"}', names)
    'kept'
    >>> fate_of_others(before, {"city": "Bonn", "email": None, "phone": None}, b'{"city": "Bonn"}', names)
    'cleared'
    >>> print(fate_of_others(before, {**before, "phone": None}, b'{"city": "Bonn"}', names))
    None
    >>> named = {"full_name": "Ada Berg", "city": "Oslo"}
    >>> print(fate_of_others(named, {**named, "city": "Bonn"}, b'{"city": "Bonn"}', [*named]))
    None
    """
    others = [name for name in _others(before, sent, writable) if name in after]
    lost = [name for name in others if after[name] in _EMPTY or after[name] == 0]
    own = _telling(others, before)
    if own and not lost:
        return KEPT
    kept = [name for name in own if after[name] == before[name]]
    return CLEARED if len(lost) > 1 and not kept else None


def shows_fate(before: Mapping[str, Any], sent: bytes, writable: Iterable[str]) -> bool:
    """Return whether an object has values that an update does not name, by which it shows what becomes of them.

    >>> lead, names = {"full_name": "Ada Berg", "phone": "+49301"}, ["full_name", "phone", "city"]
    >>> shows_fate(lead, b'{"city": "Bonn"}', names), shows_fate(lead, b'{"phone": ""}', names)
    (True, False)
    """
    return bool(_telling(_others(before, sent, writable), before))


def _others(before: Mapping[str, Any], sent: bytes, writable: Iterable[str]) -> list[str]:
    """Return the fields of an object with a value that an update does not name."""
    named = {fold(name) for name in re.findall(r'"([^"\\]+)"\s*:', sent.decode("utf-8", "replace"))}
    filled = [n for n in writable if n not in {_MERGED, "status"} and before.get(n) not in _EMPTY]
    return [name for name in filled if fold(name) not in named]


def _telling(others: Iterable[str], before: Mapping[str, Any]) -> list[str]:
    """Return those of some fields that a service which clears fields does not keep all the same."""
    return [name for name in others if name not in _NEEDED and not isinstance(before[name], list)]  # tags may be apart


def changed_names(
    before: Mapping[str, Any], after: Mapping[str, Any], written: Mapping[str, Any], writable: Iterable[str]
) -> list[str]:
    """Return the fields that a write does not name, and that have lost their values by it.

    >>> before = {"email": "ada@x.example", "city": "Oslo", "status": "bounced", "title": None}
    >>> changed_names(before, {"email": "ada@x.example", "status": "new"}, {"email": 1}, ["email", "city", "status"])
    ['city', 'status']
    """
    names = [name for name in writable if name not in written and before.get(name) not in _EMPTY and name != VERSION]
    return [name for name in names if after.get(name) != before[name]]


def _object_in(response: Any, outer: str) -> Mapping[str, Any] | None:
    """Return the object in a response whose values are in the object itself."""
    for found in (response.get("data"), response.get(outer), response) if isinstance(response, dict) else ():
        if isinstance(found, dict) and not _IDS.isdisjoint(map(fold, found)):
            return None if any(isinstance(found.get(name), dict) for name in HOLDERS) else found
    return None


def _is_of_the_service(name: str) -> bool:
    return fold(name) in _OF_THE_SERVICE or name in TIMES or time_named(name) is not None


def in_place_of(call: Call, body: bytes) -> Call:
    """Return a write with another body, and with a key of its own: the same update replaces another object later."""
    key = call.idempotency_key
    return replace(call, body=body, idempotency_key=key and key_of(key, "PUT", body.decode()))


def read_only_names(refused: APIError, body: bytes, sent: bytes, writable: Iterable[str]) -> frozenset[str]:
    """Return the members that a refusal of a replacement names and that only the service sets, as it says.

    The set is empty if the refusal also names a member that an update may change, or one like it ("owner" beside
    "owner_id"), or whose value it refuses: a replacement without it could erase it.

    >>> from pb2b_notebook.errors import ValidationError
    >>> refused = ValidationError("score is read-only", status=422)
    >>> read_only_names(refused, b'{"score":1,"city":"Oslo"}', b'{"city":1}', ["city", "owner_id"])
    frozenset({'score'})
    >>> refused = ValidationError("owner is unknown", status=422)
    >>> read_only_names(refused, b'{"owner":{},"city":"Oslo"}', b'{"city":1}', ["city", "owner_id"])
    frozenset()
    >>> refused = ValidationError("region: 'Europe (old)' is not a valid choice", status=422)
    >>> read_only_names(refused, b'{"region":"Europe (old)","city":"Oslo"}', b'{"city":1}', ["city"])
    frozenset()
    """
    whole, given = json.loads(body), json.loads(sent)
    names = mentions(refused, whole.keys() - given.keys()) if refused.status in {400, 422} else frozenset()
    may_change = tuple(map(fold, writable))
    if any(own.startswith(fold(name)) for name in names for own in may_change):
        return frozenset()
    problems = (refused.message, *(f"{each.field} {each.code} {each.message}" for each in refused.details))
    denied = " ".join(text for text in problems if _READ_ONLY.search(text))
    return names if all(re.search(pattern_of(name), denied, re.IGNORECASE) for name in names) else frozenset()
