"""Read responses: pages, single objects, errors and rate limits. Pure functions, tolerant of variants.

The contract's envelopes are read first. A live service may differ from our reconstruction: the variants listed under
"Reading tolerantly" in the documentation are read as well.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from pb2b_notebook import errors
from pb2b_notebook.errors import APIError, Detail, NotJSONError, ProtocolError
from pb2b_notebook.frames.strict_json import elements, members

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    # The records of a page, as ``bytes`` or as views into its body: nothing is copied before decoding.
    Raws = Sequence[Any]

LONGEST_ID = 200
LONGEST_WINDOW = 120  # seconds
ONE_NAME = 2  # quotation marks around one name
CURSOR_HOLDERS = ("pagination", "page", "page_info", "meta", "")
CURSOR_NAMES = ("next_cursor", "cursor_next", "next", "end_cursor")


@dataclass(frozen=True, slots=True)
class Reply:
    """One complete HTTP response: ``headers`` has lower-case names, ``body`` is decoded, ``attempts`` were made."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)  # tracebacks that show variables must not show leads or a signing secret
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Rate:
    """The rate limit of a response: requests per ``window`` seconds, how many remain, seconds to the reset."""

    limit: int | None = None
    remaining: int | None = None
    reset: float | None = None
    window: float | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list.

    Attributes:
        records: JSON bytes of each record, not decoded.
        next_cursor: Cursor of the next page; ``None`` on the last page.
        promises_more: Whether the service reports another page.
        total: Number of all matching rows, where the service counts them.
        request_id: Id of the request.
        served_at: The service's time of the response; ``None`` without a ``Date`` header.
        size: Size of the decoded response, in bytes.
    """

    records: Raws = field(repr=False)
    next_cursor: str | None
    total: int | None
    request_id: str | None
    promises_more: bool = False
    served_at: datetime | None = None
    size: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """One object: its JSON bytes (``null`` for a response without a body) and the id of its request."""

    data: bytes = field(repr=False)
    request_id: str | None
    replayed: bool = False


def page(reply: Reply) -> Page:
    """Return the page in a list envelope.

    Raises:
        NotJSONError: The body is not JSON, is broken, or names a key twice.
        ProtocolError: The body is JSON, but not a list.
    """
    records, rest = _split_list(reply)
    paging = rest.get("pagination")
    total = paging.get("total") if isinstance(paging, dict) else None
    return Page(
        records=records,
        next_cursor=_cursor(rest),
        total=total if isinstance(total, int) else None,
        request_id=request_id(reply, rest),
        promises_more=any(place.get("has_more") is True for place in _holders(rest)),
        served_at=date(reply),
        size=len(reply.body),
    )


def answer(reply: Reply) -> Answer:
    """Return the object in an envelope; an empty body, as of a DELETE, is ``null``.

    Raises:
        NotJSONError: The body is not JSON, is broken, or names a key twice.
    """
    replayed = reply.headers.get("idempotent-replayed", "").lower() == "true"
    if not reply.body.strip():
        return Answer(b"null", request_id(reply), replayed)
    top = _top_level(reply)
    whole = strictly(reply.body, reply)
    return Answer(bytes(top["data"]) if "data" in top else reply.body, request_id(reply, whole), replayed)


_DRIFT = "the service differs from our contract here; compare with `pb2b contract` and report it"


def _top_level(reply: Reply) -> dict[str, bytes]:
    """Split the top level of the envelope into raw values, without decoding them."""
    import msgspec

    try:
        top: dict[str, bytes] = msgspec.json.decode(reply.body, type=dict[str, msgspec.Raw])
    except msgspec.ValidationError:
        strictly(reply.body, reply)  # msgspec stops at the first unexpected byte; the rest may not be JSON at all
        raise ProtocolError(
            "the response is JSON, but not an envelope",
            request_id=request_id(reply),
            repair=_DRIFT,
            attempts=reply.attempts,
        ) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return {member.name: member.text.encode() for member in _cut_exactly(members, reply.body, reply)}
    return top


def _split_list(reply: Reply) -> tuple[Raws, dict[str, Any]]:
    """Return the raw records of a list, and the rest of the envelope, decoded exactly."""
    import msgspec

    try:
        records: Raws = _list_decoder().decode(reply.body).data
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return _split_list_exactly(reply)
    return records, strictly(_without(reply.body, records), reply)


@cache
def _list_decoder() -> Any:
    import msgspec

    return msgspec.json.Decoder(msgspec.defstruct("Listing", [("data", list[msgspec.Raw])]))


def _without(body: bytes, records: Raws) -> bytes:
    """Return the envelope without its records. It is decoded again, since msgspec accepts a key that is named twice."""
    import pyarrow as pa

    if not records:
        return body
    # The records are views into the body: their addresses give their positions.
    whole, first, last = (pa.py_buffer(one) for one in (body, records[0], records[-1]))
    return body[: first.address - whole.address] + body[last.address + last.size - whole.address :]


def _split_list_exactly(reply: Reply) -> tuple[Raws, dict[str, Any]]:
    """Split a list that msgspec refuses, which may still be legal JSON."""
    import msgspec

    top = _top_level(reply)
    try:
        records: Raws = msgspec.json.decode(top["data"], type=list[msgspec.Raw])
    except (KeyError, msgspec.ValidationError):
        raise ProtocolError(
            "the response to a list is not a list", request_id=request_id(reply), repair=_DRIFT, attempts=reply.attempts
        ) from None
    except (msgspec.DecodeError, RecursionError):
        records = _cut_exactly(elements, top["data"], reply)
    around = [member for member in _cut_exactly(members, reply.body, reply) if member.name != "data"]
    return records, {member.name: strictly(member.text.encode(), reply) for member in around}


def _cut_exactly(cut: Callable[[bytes], list[Any]], text: bytes, reply: Reply) -> list[Any]:
    """Cut with the slow parser, which also accepts legal JSON that is invalid Unicode (escaped unpaired surrogates)."""
    try:
        return cut(bytes(text))
    except ProtocolError:
        raise _not_json(reply) from None


def strictly(body: bytes, reply: Reply | None = None) -> Any:
    """Decode strict JSON: UTF-8, bounded depth, no NaN or Infinity, no key that is named twice.

    Raises:
        NotJSONError: The text is anything else.

    >>> strictly(b'{"a": 1}')
    {'a': 1}
    """
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse, object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        raise _not_json(reply) from None


def _refuse(name: str) -> Any:
    raise ValueError(name)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _not_json(reply: Reply | None) -> NotJSONError:
    if reply is None:
        return NotJSONError("the text is not strict JSON")
    kind = reply.headers.get("content-type", "no content type").partition(";")[0][:60]
    html = reply.body.lstrip()[:1] == b"<"
    return NotJSONError(
        f"the response ({reply.status}, {kind}, {len(reply.body):,} bytes) is not strict JSON",
        request_id=request_id(reply),
        attempts=reply.attempts,
        repair="this is a login page or a proxy: check the base URL and the network"
        if html
        else "try again; if it persists, quote the request_id to support",
    )


def _cursor(rest: Mapping[str, Any]) -> str | None:
    for place in _holders(rest):
        if place.get("has_more") is False:
            return None
        for name in CURSOR_NAMES:
            value = place.get(name)
            if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "":
                return str(value)
    return None


def _holders(rest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the parts of an envelope that may name the next page."""
    places = [rest.get(holder) if holder else rest for holder in CURSOR_HOLDERS]
    return [place for place in places if isinstance(place, dict)]


def request_id(reply: Reply, body: Mapping[str, Any] | None = None) -> str | None:
    """Return the service's id of the request, from the body or from any ``*request-id`` header."""
    in_body = (body or {}).get("request_id")
    if isinstance(in_body, str):
        return printable(in_body[:LONGEST_ID])
    return next(
        (printable(value[:LONGEST_ID]) for name, value in reply.headers.items() if name.endswith("request-id")), None
    )


# --- errors ----------------------------------------------------------------------------------------------------------

_BY_CODE: dict[tuple[int, str], type[APIError]] = {
    (400, "cursor_expired"): errors.CursorExpiredError,
    (409, "idempotency_key_reused"): errors.IdempotencyKeyReusedError,
    (409, "idempotency_in_progress"): errors.IdempotencyInProgressError,
    (409, "conflict"): errors.PreconditionFailedError,
    (409, "ambiguous_match"): errors.AmbiguousMatchError,
    (409, "lead_deleted"): errors.LeadDeletedError,
}
_BY_STATUS: dict[int, type[APIError]] = {
    400: errors.BadRequestError,
    401: errors.AuthenticationError,
    403: errors.PermissionDeniedError,
    404: errors.NotFoundError,
    409: errors.ConflictError,
    413: errors.PayloadTooLargeError,
    422: errors.ValidationError,
    429: errors.RateLimitError,
}
_SERVER_ERROR = 500
TOO_MANY_REQUESTS = 429


def error(reply: Reply, *, attempts: int = 1, idempotency_key: str | None = None) -> errors.ProspectB2BError:
    """Return the typed error for a response outside 2xx."""
    if reply.status // 100 in {1, 3}:
        return ProtocolError(
            f"the service answered with a redirect ({reply.status}); redirects are not followed",
            repair="check the base URL: the key is sent to no other address",
            request_id=request_id(reply),
            attempts=attempts,
            idempotency_key=idempotency_key,
        )
    body = _error_body(reply)
    code, message, details = _problem(body)
    wait = retry_after(reply)
    if reply.status == TOO_MANY_REQUESTS and "retry-after" not in reply.headers:
        wait = rate(reply).reset  # some services report the wait only there
    default = errors.ServerError if reply.status >= _SERVER_ERROR else APIError
    kind = _BY_CODE.get((reply.status, code)) or _BY_STATUS.get(reply.status, default)
    return kind(
        message or f"the service answered {reply.status} without a message",
        status=reply.status,
        code=code,
        details=details,
        retry_after=wait,
        request_id=request_id(reply, body),
        attempts=attempts,
        idempotency_key=idempotency_key,
    )


def _error_body(reply: Reply) -> Mapping[str, Any]:
    try:
        body = strictly(reply.body, reply)
    except NotJSONError:
        return {}
    return body if isinstance(body, dict) else {}


def _problem(body: Mapping[str, Any]) -> tuple[str, str, list[Detail]]:
    """Return code, message and details of an error in any of the known shapes."""
    inner = body.get("error")
    many = body.get("errors")
    if isinstance(inner, dict):
        return _safe_text(inner.get("code")), _safe_text(inner.get("message")), _details(inner.get("details"))
    if isinstance(inner, str):
        return _safe_text(body.get("code")), _safe_text(inner), []
    if isinstance(many, list) and many:
        first = many[0] if isinstance(many[0], dict) else {"message": many[0]}
        message = _safe_text(first.get("message")) or _safe_text(first.get("detail"))
        return _safe_text(first.get("code")), message, _details(many)
    message = _safe_text(body.get("message")) or _safe_text(body.get("detail")) or _safe_text(body.get("title"))
    return _safe_text(body.get("code")), message, _details(body.get("details"))


def _safe_text(value: Any) -> str:
    """Return a text of the service, cut for a message and without control characters."""
    return printable(value[:500]) if isinstance(value, str) else ""


def printable(text: str) -> str:
    r"""Return the text with a mark for each control character: escape sequences could forge or hide output.

    >>> printable("a\x1b[2Jb")
    'a�[2Jb'
    """
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def _details(raw: Any) -> list[Detail]:
    if not isinstance(raw, list):
        return []
    return [
        Detail(_safe_text(d.get("field")), _safe_text(d.get("code")), _safe_text(d.get("message")))
        for d in raw[:100]
        if isinstance(d, dict) and d.get("field")
    ]


# --- headers ---------------------------------------------------------------------------------------------------------

_DIGITS = re.compile(r"[0-9]{1,6}")
_COUNT = re.compile(r"[0-9]{1,12}")
_HTTP_DATE = re.compile(r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT")
_MEMBER = re.compile(r"\b([a-z]+)\s*=\s*([0-9]{1,12})")


def date(reply: Reply) -> datetime | None:
    """Return the service's time, from its ``Date`` header (whole seconds, UTC)."""
    return _http_date(reply.headers.get("date", ""))


@lru_cache(maxsize=8)  # the header changes once a second
def _http_date(text: str) -> datetime | None:
    if not _HTTP_DATE.fullmatch(text):
        return None
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None


def retry_after(reply: Reply) -> float | None:
    """Return the seconds that the service asks to wait: 1 to 6 digits, or an HTTP date minus the response's ``Date``.

    Anything else is ``None``, and the caller backs off by its own policy. Source: RFC 9110, section 10.2.3.

    >>> retry_after(Reply(429, {"retry-after": "7"}, b""))
    7.0
    >>> print(retry_after(Reply(429, {"retry-after": "-1"}, b"")))
    None
    """
    text = reply.headers.get("retry-after", "").strip(" \t")
    if _DIGITS.fullmatch(text):
        return float(text)
    until, now = _http_date(text), date(reply)
    return max(0.0, (until - now).total_seconds()) if until is not None and now is not None else None


def rate(reply: Reply) -> Rate:
    """Return the rate limit from ``X-RateLimit-*`` or from the IETF fields ``RateLimit`` and ``RateLimit-Policy``.

    Source: the contract; draft-ietf-httpapi-ratelimit-headers for the IETF fields.
    """
    name, policy = _short_policy(reply.headers.get("ratelimit-policy", ""))
    stated = reply.headers.get("ratelimit", "")
    # Without names, as in earlier drafts, the whole field is about one limit.
    state = _members(stated).get(name) or (dict(_MEMBER.findall(stated)) if stated.count('"') <= ONE_NAME else {})
    limit = _count(reply.headers.get("x-ratelimit-limit", "")) or _count(policy.get("q") or state.get("limit") or name)
    remaining = _count(reply.headers.get("x-ratelimit-remaining", ""))
    if remaining is None:
        remaining = _count(state.get("r") or state.get("remaining") or "")
    window = _count(policy.get("w") or "")
    return Rate(limit, remaining, _reset(reply, state), None if window is None else float(window))


def _short_policy(text: str) -> tuple[str, dict[str, str]]:
    """Return the first policy with a window of up to 2 minutes; quotas of a day or a month are not paced."""
    fitting = ((name, of) for name, of in _members(text).items() if int(of.get("w", "0")) <= LONGEST_WINDOW)
    return next(fitting, ("", {}))


def _members(text: str) -> dict[str, dict[str, str]]:
    """Return name → parameters of a structured field such as ``"burst";q=60;w=60, "day";q=5000;w=86400``."""
    members = (member.strip() for member in text.split(","))
    return {member.partition(";")[0]: dict(_MEMBER.findall(member)) for member in members if member}


def _reset(reply: Reply, state: Mapping[str, str]) -> float | None:
    at, now = _count(reply.headers.get("x-ratelimit-reset", "")), date(reply)
    if at is not None and now is not None:
        return max(0.0, at - now.timestamp())
    seconds = _count(state.get("t") or state.get("reset") or "")
    return None if seconds is None else float(seconds)


def _count(text: str) -> int | None:
    return int(text) if _COUNT.fullmatch(text) else None
