"""What to leave out of a request that the service refused: only what this package added by itself. Pure.

The documentation of the service does not mention these parameters; they make reading faster or safer. A refusal leads
to one more request without them, and is remembered in the profile of the service.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pb2b_notebook.errors import APIError, BadRequestError, CursorExpiredError, RateLimitError
from pb2b_notebook.journal import key_of
from pb2b_notebook.lazy import lazy_pattern

if TYPE_CHECKING:
    from pb2b_notebook.api.http.call import Call

WEAKER: Final = {
    "order": "rows come in the service's own order",
    "include_total": "the number of rows is not known before they are read",
    "include_deleted": "deleted objects are not listed, so that a deletion shows only when everything is read again",
    "updated_before": "lists are read page after page",
    "limit": "pages have the service's own size",
    "ids": "objects are read one by one",
    "if_updated_at": "each lead is read before it is changed; a change that another user makes at the same moment, or "
    "to a lead that is written with others, is not noticed",
}
"""Name of a parameter or field → what is weaker without it."""

VERSION: Final = "if_updated_at"
"""Field of a write with the version of the object that it changes."""
_CHANGED: Final = lazy_pattern(
    r"stale|outdated|conflict|mismatch|(has|was|been) (changed|modified|updated)", re.IGNORECASE
)
UNKNOWN: Final = lazy_pattern(
    r"(un|not )(known|recogni[sz]ed|defined|expected)|unexpected|unpermitted|unsupported|extra|additional propert|"
    r"not (be )?(allowed|permitted|supported|present|mapped)|should not exist|"
    r"not an? (valid |known |query )*(field|param|propert|filter)|invalid (query |request )?(field|propert|param)|"
    r"(field|propert|param|column).*(does not exist|not found)|no (such )?(field|column|propert|param|filter)|"
    r"(could|can) ?not find (the |a |any )?(field|column|propert|param|filter|member)",
    re.IGNORECASE,
)
"""Words of a refusal of a name, and not of its value."""
_CHOICES: Final = lazy_pattern(
    r"(?<!not )(?<!not a )(?<!not an )\b(one of|allowed|valid|supported|permitted|accepted|available|known|expected)"
    r"( \w+){0,3}? ?(:|\bare\b|\[|\().*",
    re.IGNORECASE | re.DOTALL,
)
"""What a refusal says of the names that are taken."""
REFUSED: Final = frozenset({400, 422})
_OTHERS: Final = frozenset({403, 404, 405, 409, 500, 501})
"""Other statuses with which some services refuse a parameter that they do not know."""
FAILED: Final = 500
NOT_FOUND: Final = 404
MISSING: Final = frozenset({403, 404, 405, 501})
"""Statuses that are about a parameter, whatever their code says, if the list is there without it."""
_LATE: Final = frozenset({504, 524})
"""Statuses of a gateway that waited too long for the service. Sources: RFC 9110, section 15.6.5; Cloudflare."""
COUNT: Final = "include_total"
SIZES: Final = frozenset({"limit", "page_size", "per_page"})


def is_late(refused: APIError) -> bool:
    """Whether the service took too long, which counting the rows of a long list may take."""
    return refused.status in _LATE


def may_refuse_a_name(problem: APIError) -> bool:
    """Whether an error may be about a parameter, where the same request without it was accepted before."""
    if isinstance(problem, CursorExpiredError | RateLimitError):
        return False
    return problem.status in REFUSED | _OTHERS or isinstance(problem, BadRequestError)


def names_to_drop(
    refused: APIError, added: Collection[str], *, reads: bool = False, exists: bool = False
) -> frozenset[str]:
    """Return the names that a refused request should leave out: those that the refusal names, else all of ours.

    Args:
        refused: The refusal.
        added: Names in the request that the caller did not give.
        reads: Whether the request only reads: then a status without a code, such as 404, may mean a parameter, too.
        exists: Whether what is read certainly exists: then such a status with a code may mean a parameter, too.

    >>> from pb2b_notebook.errors import ValidationError
    >>> sorted(names_to_drop(ValidationError("unknown parameter order", status=422), {"order", "ids"}))
    ['order']
    >>> sorted(names_to_drop(ValidationError("Unprocessable", status=422), {"order", "ids"}))
    ['ids', 'order']
    >>> sorted(names_to_drop(ValidationError("if_updated_at is stale", status=422), {"if_updated_at"}))
    []
    """
    if is_late(refused):
        return frozenset({COUNT} & set(added)) if reads else frozenset()
    coded = exists and refused.status in MISSING
    unclear = reads and may_refuse_a_name(refused) and (not refused.code or coded)
    known = refused.status in REFUSED or (isinstance(refused, BadRequestError) and (reads or refused.status < FAILED))
    if isinstance(refused, CursorExpiredError) or not (known or unclear):
        return frozenset()
    found = set(mentions(refused, added))
    if _CHANGED.search(_text_of(refused)):
        found.discard(VERSION)  # it was compared, and the object has another one now
        added = frozenset(added) - {VERSION}
    if found:
        return frozenset(found - SIZES)  # a page may be smaller before it has no size
    # A refusal that names other fields is about what the caller gave.
    return frozenset() if refused.details else frozenset(added)


def mentions(refused: APIError, names: Collection[str]) -> frozenset[str]:
    """Return the names that a refusal is about: those of its fields, else those in its text.

    >>> mentions(APIError("unknown parameter order; choose one of: email, limit", status=422), ["order", "email"])
    frozenset({'order'})
    """
    texts = (refused.message, *(f"{d.field} {d.message}" for d in refused.details))
    fields = _names_in(" ".join(str(d.field) for d in refused.details), names)
    return fields or _names_in(" ".join(_CHOICES.sub("", text) for text in texts), names)


def wording_of(refused: APIError, name: str) -> str:
    """Return the text of a refusal with a mark for the name: that of another name is then known; empty without it.

    >>> wording_of(APIError('no column "tag" here', status=400), "tag")
    'no column "{}" here'
    """
    text = _text_of(refused)
    marked = re.sub(rf"(?<![a-z_]){pattern_of(name)}(?![a-z_])", "{}", text, flags=re.IGNORECASE)
    return "" if marked == text else marked


def _names_in(text: str, names: Collection[str]) -> frozenset[str]:
    return frozenset(n for n in names if re.search(rf"(?<![a-z_]){pattern_of(n)}(?![a-z_])", text, re.IGNORECASE))


def pattern_of(name: str) -> str:
    """Return a pattern of a name of ours in whatever way a service writes its names, where case does not count.

    >>> [bool(re.fullmatch(pattern_of("match_on"), text, re.IGNORECASE)) for text in ("matchOn", "Match-On", "match")]
    [True, True, False]
    """
    return "[_. -]?".join(map(re.escape, name.split("_")))


def _text_of(refused: APIError) -> str:
    return " ".join([refused.message, *(f"{d.field} {d.message}" for d in refused.details)])


def refused_names(refused: APIError, dropped: Collection[str]) -> frozenset[str]:
    """Return the names that the service refuses, without those of which it refuses only one of the values.

    >>> from pb2b_notebook.errors import Detail, ValidationError
    >>> too_long = Detail("email.0", "String should have at most 320 characters", "string_too_long")
    >>> refused_names(ValidationError("invalid", status=422, details=(too_long,)), {"email"})
    frozenset()
    """
    items = " ".join(str(detail.field) for detail in refused.details)
    return frozenset(name for name in dropped if not re.search(rf"(?<![a-z_]){name}[.\[/][0-9]", items))


def without(call: Call, names: Collection[str]) -> Call:
    """Return the call without these parameters of its query, and without these fields of its body and of its rows.

    A body that changes has another idempotency key: the service may have kept the refusal under the first one.
    """
    if not names:
        return call
    query = tuple(pair for pair in call.query if pair[0] not in names)
    body = _body_without(call.body, names)
    key = call.idempotency_key
    if key is not None and body != call.body:
        key = key_of(key, "without", *sorted(names))
    return replace(call, query=query, body=body, idempotency_key=key, added=call.added - frozenset(names))


def _body_without(body: bytes | None, names: Collection[str]) -> bytes | None:
    if body is None or not any(f'"{name}"'.encode() in body for name in names):
        return body
    whole = json.loads(body)
    rows = whole.get("rows")
    for each in (whole, *(rows if isinstance(rows, list) else ())):
        for name in names:
            if isinstance(each, dict):
                each.pop(name, None)
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
