"""Write statuses in the words of a service: "Qualified", "LEAD_STATUS_QUALIFIED" or 4 for "qualified". Pure.

Only a refusal, or a list without rows, leads to it: a service may have a word in several cases, and then takes what was
sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.api.http.adaptation import unlearning
from pb2b_notebook.api.http.responses.status_labels import fold_word, labels_in
from pb2b_notebook.errors import APIError
from pb2b_notebook.journal import key_of
from pb2b_notebook.lazy import lazy_pattern

if TYPE_CHECKING:
    from pb2b_notebook.api.http.call import Call

STATUS: Final = "status"
_PREFIX: Final = lazy_pattern(
    r"(?i:(?:lead|contact|person|prospect|status|state|stage|lifecycle)[_.:/ -])+|"
    r"(?:Lead|Contact|Person|Prospect|Status|State|Stage|Lifecycle)+(?=[A-Z])"
)
"""Prefix of a word in an enum, which says of what it is the status: no other word may be left out, such as "not"."""
_OBJECT: Final = lazy_pattern(r"\bobject\b|\bdict", re.IGNORECASE)
_OF_STATUS: Final = lazy_pattern(r"\b(?i:status)|(?<=[a-z])(?<!Http)Status\b")
_NOT_TEXT: Final = frozenset({"statuses as objects", "statuses that are not text"})


def own_word(value: str, words: Iterable[str], forms: Collection[str] = ()) -> str:
    """Return the word of a service for a status; the status itself where not exactly one of its words is the same.

    Args:
        value: Status word of a user.
        words: Words that the service has.
        forms: What is known of the form of the service's objects, such as the labels of its statuses.

    >>> words = ["LEAD_STATUS_NEW", "LEAD_STATUS_CONTACTED"]
    >>> own_word("new", ["New", "Old"]), own_word("new", words), own_word("not_now", ["Not now"])
    ('New', 'LEAD_STATUS_NEW', 'Not now')
    >>> own_word("qualified", ["not_qualified", "not_new"]), own_word("New", ["3", "4"], {"status 3 is New"})
    ('qualified', '3')
    """
    every = {*words} - {value}
    labels = labels_in(forms)
    ways = (
        {word for word in every if word.casefold() == value.casefold()},
        {word for word in every if fold_word(word) == fold_word(value)},
        {word for word in every if _without_prefix(word) == fold_word(value)},
        {own for own, label in labels.items() if fold_word(label) == fold_word(value)},
    )
    found = next(filter(None, ways), {value})
    return next(iter(found)) if len(found) == 1 else value


def values_in_own_words(values: Iterable[str], words: Collection[str], forms: Collection[str] = ()) -> dict[str, str]:
    """Return status → word of a service, for statuses that it does not have and of which it has one word in its form.

    >>> values_in_own_words(["new", "Old", "lost"], {"NEW", "old", "Old"})
    {'new': 'NEW'}
    """
    if not _NOT_TEXT.isdisjoint(forms):
        return {}  # how a number is written is learned from a refusal
    found = {value: own_word(value, words, forms) for value in values if value not in words}
    return {value: word for value, word in found.items() if word != value}


def _without_prefix(word: str) -> str | None:
    """Return a word without the prefix of an enum; ``None`` for a word without one.

    >>> _without_prefix("LEAD_STATUS_NEW"), _without_prefix("LeadStatusNew"), _without_prefix("leading")
    ('new', 'new', None)
    """
    found = _PREFIX.match(word)
    return (fold_word(word[found.end() :]) or None) if found else None


def meanings(words: Iterable[str], forms: Collection[str] = ()) -> dict[str, str]:
    """Return the status words of a service whose meaning is certain → what they mean: a label, or all but a prefix.

    >>> meanings(["LEAD_STATUS_NEW", "parked"], {"status 3 is New"})
    {'LEAD_STATUS_NEW': 'new', '3': 'New'}
    """
    return {word: rest for word in words if (rest := _without_prefix(word))} | labels_in(forms)


def in_own_words(call: Call, refused: APIError, words: Collection[str], forms: Collection[str] = ()) -> Call | None:
    """Return a refused call with its statuses in the service's words; ``None`` if the refusal is about something else.

    >>> from pb2b_notebook.api.http.call import Call
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
    >>> forms = {"status 3 is New", "statuses as objects"}
    >>> by_id = in_own_words(write, APIError("status is not valid", status=422), (), forms)
    >>> by_id.body, in_own_words(by_id, APIError("status must be an object", status=422), (), forms).body
    (b'{"status":3}', b'{"status":{"id":3}}')
    """
    if refused.status not in unlearning.REFUSED or not call.path.startswith("/leads") or not is_about_status(refused):
        return None
    text = " ".join([refused.message, *(f"{detail.field} {detail.message}" for detail in refused.details)])
    is_number, is_object = not _NOT_TEXT.isdisjoint(forms), _OBJECT.search(text) is not None

    def own(value: Any) -> Any:
        if isinstance(value, int) and is_object:
            return {"id": value}
        if not isinstance(value, str) or not value:
            return value
        named = re.findall(rf"(?<!\w){re.escape(value)}(?!\w)|[\w.:/-]*\w", text, re.IGNORECASE)
        return own_word(value, {*words, *named}, forms)

    def own_value(value: Any) -> Any:
        found = own(value)
        return int(found) if is_number and isinstance(found, str) and found != value and found.isdecimal() else found

    query = tuple((name, str(own(value)) if name == STATUS else value) for name, value in call.query)
    body = _with_words(call.body, own_value)
    if query == call.query and body == call.body:
        return None
    key = call.idempotency_key
    if key is not None and body is not None and body != call.body:
        key = key_of(key, "words", body.decode())
    return replace(call, query=query, body=body, idempotency_key=key)


def is_about_status(refused: APIError) -> bool:
    """Whether a refusal is about a status.

    >>> [is_about_status(APIError(text, status=400)) for text in ("no value of type `LeadStatus`", "HttpStatus 400")]
    [True, False]
    """
    text = " ".join([refused.message, *(f"{detail.field} {detail.message}" for detail in refused.details)])
    return bool(unlearning.mentions(refused, {STATUS})) or _OF_STATUS.search(text) is not None


def _with_words(body: bytes | None, own: Any) -> bytes | None:
    """Return a body, and its rows, with the statuses that a function returns for them."""
    if body is None or b'"status"' not in body:
        return body
    whole = json.loads(body)
    rows = whole.get("rows") if isinstance(whole, Mapping) else None
    for each in (whole, *(rows if isinstance(rows, list) else ())):
        if isinstance(each, dict) and STATUS in each:
            each[STATUS] = own(each[STATUS])
    made = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
    return body if json.loads(made) == json.loads(body) else made
