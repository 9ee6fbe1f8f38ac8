"""Read what the service answers: pages, single objects, errors, rate limits. Pure, and tolerant of variants.

The contract's envelopes are read first; where a live service differs from what we reconstructed, the variants that
are listed under "Reading tolerantly" in the documentation are understood as well.
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
from pb2b_notebook.frames.strict import elements, members

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    # The records of a page, as ``bytes`` or as views into its body: nothing is copied before it is decoded.
    Raws = Sequence[Any]

LONGEST_ID = 200
LONGEST_WINDOW = 120  # seconds
ONE_NAME = 2  # quotation marks
CURSOR_HOLDERS = ("pagination", "page", "page_info", "meta", "")
CURSOR_NAMES = ("next_cursor", "cursor_next", "next", "end_cursor")


@dataclass(frozen=True, slots=True)
class Reply:
    """One complete HTTP answer. ``headers`` has lower-case names; ``body`` is decoded; ``attempts`` brought it."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)  # a traceback that shows variables must not show leads, or a signing secret
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Rate:
    """The rate budget that an answer tells: requests per ``window`` seconds, what remains, seconds to the reset."""

    limit: int | None = None
    remaining: int | None = None
    reset: float | None = None
    window: float | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list.

    Attributes:
        records: each record's own JSON bytes, not yet decoded.
        next_cursor: where the next page begins; ``None`` on the last page.
        promises_more: the service says that there is another page.
        total: the number of all matching rows, where the service counted them.
        request_id: of the request that brought the page.
        served_at: the service's time of the answer, where it told one.
        size: of the decoded answer, in bytes.
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
    """One object: its JSON bytes (``null`` for an answer without a body) and the request that brought it."""

    data: bytes = field(repr=False)
    request_id: str | None
    replayed: bool = False


def page(reply: Reply) -> Page:
    """Read a list envelope.

    Raises:
        NotJSONError: not JSON, or JSON that is broken or says one thing twice.
        ProtocolError: JSON, but not a list.
    """
    records, rest = _split(reply)
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
    """Read the envelope of one object; an empty body, as a DELETE may have, counts as ``null``.

    Raises:
        NotJSONError: not JSON, or JSON that is broken or says one thing twice.
    """
    replayed = reply.headers.get("idempotent-replayed", "").lower() == "true"
    if not reply.body.strip():
        return Answer(b"null", request_id(reply), replayed)
    top = _frame(reply)
    whole = strictly(reply.body, reply)
    return Answer(bytes(top["data"]) if "data" in top else reply.body, request_id(reply, whole), replayed)


_DRIFT = "the service differs from our contract here; compare with `pb2b contract` and report it"


def _frame(reply: Reply) -> dict[str, bytes]:
    """Split the top level of the envelope into raw values, without decoding them."""
    import msgspec

    try:
        top: dict[str, bytes] = msgspec.json.decode(reply.body, type=dict[str, msgspec.Raw])
    except msgspec.ValidationError:
        strictly(reply.body, reply)  # it stops at the first odd byte: the rest may not be JSON at all
        raise ProtocolError(
            "the answer is JSON, but not an envelope",
            request_id=request_id(reply),
            repair=_DRIFT,
            attempts=reply.attempts,
        ) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return {member.name: member.text.encode() for member in _exactly(members, reply.body, reply)}
    return top


def _split(reply: Reply) -> tuple[Raws, dict[str, Any]]:
    """The records of a list as they are, and the rest of the envelope read exactly."""
    import msgspec

    try:
        records: Raws = _listing().decode(reply.body).data
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return _split_carefully(reply)
    return records, strictly(_without(reply.body, records), reply)


@cache
def _listing() -> Any:
    import msgspec

    return msgspec.json.Decoder(msgspec.defstruct("Listing", [("data", list[msgspec.Raw])]))


def _without(body: bytes, records: Raws) -> bytes:
    """The envelope with no record in it: msgspec lets the last of two equal names win, so this is read once more."""
    import pyarrow as pa

    if not records:
        return body
    # The records are views into the body: their addresses tell exactly where they are.
    whole, first, last = (pa.py_buffer(one) for one in (body, records[0], records[-1]))
    return body[: first.address - whole.address] + body[last.address + last.size - whole.address :]


def _split_carefully(reply: Reply) -> tuple[Raws, dict[str, Any]]:
    """The same for what msgspec refuses, which may be legal JSON."""
    import msgspec

    top = _frame(reply)
    try:
        records: Raws = msgspec.json.decode(top["data"], type=list[msgspec.Raw])
    except (KeyError, msgspec.ValidationError):
        raise ProtocolError(
            "the answer to a list is not a list", request_id=request_id(reply), repair=_DRIFT, attempts=reply.attempts
        ) from None
    except (msgspec.DecodeError, RecursionError):
        records = _exactly(elements, top["data"], reply)
    around = [member for member in _exactly(members, reply.body, reply) if member.name != "data"]
    return records, {member.name: strictly(member.text.encode(), reply) for member in around}


def _exactly(cut: Callable[[bytes], list[Any]], text: bytes, reply: Reply) -> list[Any]:
    """Ask the slow reader, which also takes what is legal JSON and no Unicode: half a character as an escape."""
    try:
        return cut(bytes(text))
    except ProtocolError:
        raise _not_json(reply) from None


def strictly(body: bytes, reply: Reply | None = None) -> Any:
    """Decode JSON exactly: no NaN, no Infinity, no name twice, UTF-8 only, bounded depth.

    Raises:
        NotJSONError: anything else.

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
        f"the answer ({reply.status}, {kind}, {len(reply.body):,} bytes) is not strict JSON",
        request_id=request_id(reply),
        attempts=reply.attempts,
        repair="a login page or a proxy answered: check the base URL and the network"
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
    """The places of an envelope that may tell of the next page."""
    places = [rest.get(holder) if holder else rest for holder in CURSOR_HOLDERS]
    return [place for place in places if isinstance(place, dict)]


def request_id(reply: Reply, body: Mapping[str, Any] | None = None) -> str | None:
    """The service's id of the request: from the body, else from any ``*request-id`` header."""
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
    """The typed error that an answer outside 2xx means."""
    if reply.status // 100 in {1, 3}:
        return ProtocolError(
            f"the service answered {reply.status}, a redirect; redirects are not followed",
            repair="check the base URL: the key goes to no other address",
            request_id=request_id(reply),
            attempts=attempts,
            idempotency_key=idempotency_key,
        )
    body = _error_body(reply)
    code, message, details = _problem(body)
    wait = retry_after(reply)
    if reply.status == TOO_MANY_REQUESTS and "retry-after" not in reply.headers:
        wait = rate(reply).reset  # a service that tells the wait only so
    default = errors.ServerError if reply.status >= _SERVER_ERROR else APIError
    kind = _BY_CODE.get((reply.status, code)) or _BY_STATUS.get(reply.status, default)
    return kind(
        message or f"the service answered {reply.status} without saying why",
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
    """Code, message and details from any of the known shapes of an error."""
    inner = body.get("error")
    many = body.get("errors")
    if isinstance(inner, dict):
        return _one(inner.get("code")), _one(inner.get("message")), _details(inner.get("details"))
    if isinstance(inner, str):
        return _one(body.get("code")), _one(inner), []
    if isinstance(many, list) and many:
        first = many[0] if isinstance(many[0], dict) else {"message": many[0]}
        message = _one(first.get("message")) or _one(first.get("detail"))
        return _one(first.get("code")), message, _details(many)
    message = _one(body.get("message")) or _one(body.get("detail")) or _one(body.get("title"))
    return _one(body.get("code")), message, _details(body.get("details"))


def _one(value: Any) -> str:
    """A text of the service, short enough for a message, and without what a terminal would obey."""
    return printable(value[:500]) if isinstance(value, str) else ""


def printable(text: str) -> str:
    r"""The text with a mark for each control character: escape sequences could forge or hide output.

    >>> printable("a\x1b[2Jb")
    'a�[2Jb'
    """
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def _details(raw: Any) -> list[Detail]:
    if not isinstance(raw, list):
        return []
    return [
        Detail(_one(d.get("field")), _one(d.get("code")), _one(d.get("message")))
        for d in raw[:100]
        if isinstance(d, dict) and d.get("field")
    ]


# --- headers ---------------------------------------------------------------------------------------------------------

_DIGITS = re.compile(r"[0-9]{1,6}")
_COUNT = re.compile(r"[0-9]{1,12}")
_HTTP_DATE = re.compile(r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT")
_MEMBER = re.compile(r"\b([a-z]+)\s*=\s*([0-9]{1,12})")


def date(reply: Reply) -> datetime | None:
    """The service's own time, from its ``Date`` header (whole seconds, UTC)."""
    return _http_date(reply.headers.get("date", ""))


@lru_cache(maxsize=8)  # within a second it is the same
def _http_date(text: str) -> datetime | None:
    if not _HTTP_DATE.fullmatch(text):
        return None
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None


def retry_after(reply: Reply) -> float | None:
    """Seconds that the service asks to wait: 1 to 6 digits, or an HTTP date minus the answer's own ``Date``.

    Anything else is ``None``, and the caller backs off on its own account. Source: RFC 9110, section 10.2.3.

    >>> retry_after(Reply(429, {"retry-after": "7"}, b""))
    7.0
    >>> retry_after(Reply(429, {"retry-after": "-1"}, b"")) is None
    True
    """
    text = reply.headers.get("retry-after", "").strip(" \t")
    if _DIGITS.fullmatch(text):
        return float(text)
    until, now = _http_date(text), date(reply)
    return max(0.0, (until - now).total_seconds()) if until is not None and now is not None else None


def rate(reply: Reply) -> Rate:
    """The rate budget, from ``X-RateLimit-*`` or from the IETF fields ``RateLimit`` and ``RateLimit-Policy``.

    Source: the contract; draft-ietf-httpapi-ratelimit-headers for the IETF fields.
    """
    name, policy = _short_policy(reply.headers.get("ratelimit-policy", ""))
    stated = reply.headers.get("ratelimit", "")
    # Without names, as in earlier drafts, all of it is about the one limit.
    state = _members(stated).get(name) or (dict(_MEMBER.findall(stated)) if stated.count('"') <= ONE_NAME else {})
    limit = _count(reply.headers.get("x-ratelimit-limit", "")) or _count(policy.get("q") or state.get("limit") or name)
    remaining = _count(reply.headers.get("x-ratelimit-remaining", ""))
    if remaining is None:
        remaining = _count(state.get("r") or state.get("remaining") or "")
    window = _count(policy.get("w") or "")
    return Rate(limit, remaining, _reset(reply, state), None if window is None else float(window))


def _short_policy(text: str) -> tuple[str, dict[str, str]]:
    """The first policy over a window that one can wait for; quotas of a day or a month show as 429, not as pace."""
    fitting = ((name, of) for name, of in _members(text).items() if int(of.get("w", "0")) <= LONGEST_WINDOW)
    return next(fitting, ("", {}))


def _members(text: str) -> dict[str, dict[str, str]]:
    """Name to parameters of each member of a structured field such as ``"burst";q=60;w=60, "day";q=5000;w=86400``."""
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
