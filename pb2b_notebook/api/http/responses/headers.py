"""Read the headers of a response: its date, the rate limit, and the wait that the service asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

from pb2b_notebook.api.http.responses.reply import Reply
from pb2b_notebook.lazy import lazy_pattern

LONGEST_WINDOW = 120  # seconds
_EPOCH_BEGINS = 10**8
_EPOCH_IN_MILLISECONDS = 10**11
ONE_NAME = 2  # quotation marks around one name
_DIGITS = lazy_pattern(r"[0-9]{1,6}")
_COUNT = lazy_pattern(r"[0-9]{1,13}")
_OWN_WAITS = {
    "retry-after-ms": 1000, "x-ms-retry-after-ms": 1000, "x-retry-after-ms": 1000,
    "x-retry-after": 1, "x-ratelimit-reset-after": 1, "x-rate-limit-retry-after-seconds": 1,
}  # fmt: skip
"""Headers of some services with the wait → units in a second: those of OpenAI, Azure, Discord and Pinterest."""
_NUMBER = lazy_pattern(r"[0-9]{1,6}(\.[0-9]{1,9})?")
_HTTP_DATE = lazy_pattern(r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT")
_LIFETIME = lazy_pattern(r"(s-maxage|max-age)=([0-9]{1,9})")
_LONGEST_AGE = 10**8  # seconds: three years
_MEMBER = lazy_pattern(r"\b([a-z]+)\s*=\s*([0-9]{1,12})")


_REPLAYED = lazy_pattern(r"(?=.*(idempot|replay))(?=.*(replay|hit|cached|duplicate|status)).*")
"""Names of headers that say that a response is that of an earlier request with the same idempotency key."""
_YES = frozenset({"true", "1", "yes", "hit", "replayed", "replay", "cached", "duplicate"})


@dataclass(frozen=True, slots=True)
class Rate:
    """The rate limit of a response: requests per ``window`` seconds, how many remain, seconds to the reset."""

    limit: int | None = None
    remaining: int | None = None
    reset: float | None = None
    window: float | None = None


def date(reply: Reply) -> datetime | None:
    """Return the service's time, from its ``Date`` header (whole seconds, UTC)."""
    return _http_date(reply.headers.get("date", ""))


@lru_cache(maxsize=8)  # the header changes once per second
def _http_date(text: str) -> datetime | None:
    if not _HTTP_DATE.fullmatch(text):
        return None
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None


def cache_times(reply: Reply) -> tuple[int, int]:
    """Return the seconds for which a cache has kept a response, and those after which it asks the service again.

    >>> from pb2b_notebook.api.http.responses.reply import Reply
    >>> cache_times(Reply(200, {"age": "12", "cache-control": "max-age=0, s-maxage=30"}, b""))
    (12, 19)
    """
    age = _count(reply.headers.get("age", "")) or 0
    lifetimes: dict[str, str] = dict(_LIFETIME.findall(reply.headers.get("cache-control", "").lower()))
    of_shared = lifetimes.get("s-maxage", lifetimes.get("max-age", "0"))  # RFC 9111, section 5.2.2.10
    return age, max(int(of_shared) - age, 0) + 1


def creation_time(reply: Reply) -> datetime | None:
    """Return the service's time of a response, less the seconds for which a cache has kept it."""
    now = date(reply)
    return None if now is None else now - timedelta(seconds=min(cache_times(reply)[0], _LONGEST_AGE))


def is_replayed(reply: Reply) -> bool:
    """Whether a header says that a response is that of an earlier request with the same idempotency key.

    >>> from pb2b_notebook.api.http.responses.reply import Reply
    >>> for name, value in ("idempotent-replayed", "true"), ("x-idempotency-status", "Replayed"), ("x-replay", "1"):
    ...     assert is_replayed(Reply(201, {name: value}, b""))
    >>> for name, value in ("idempotent-replayed", "false"), ("idempotency-key", "1"), ("x-cache", "hit"):
    ...     assert not is_replayed(Reply(201, {name: value}, b""))
    """
    found = (value for name, value in reply.headers.items() if _REPLAYED.fullmatch(name.lower()))
    return any(value.strip().lower() in _YES for value in found)


def retry_after(reply: Reply) -> float | None:
    """Return the seconds that the service asks to wait: 1 to 6 digits, or an HTTP date minus the response's ``Date``.

    Anything else is ``None``, and the caller backs off by its own policy. Source: RFC 9110, section 10.2.3.

    >>> from pb2b_notebook.api.http.responses.reply import Reply
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


def own_wait(reply: Reply) -> float | None:
    """Return the seconds to wait that a header of another name states; ``None`` without one.

    >>> from pb2b_notebook.api.http.responses.reply import Reply
    >>> own_wait(Reply(429, {"x-ms-retry-after-ms": "800"}, b"")), own_wait(Reply(429, {}, b""))
    (0.8, None)
    """
    found = ((reply.headers.get(name, "").strip(), units) for name, units in _OWN_WAITS.items())
    return next((float(text) / units for text, units in found if _NUMBER.fullmatch(text)), None)


def rate(reply: Reply) -> Rate:
    """Return the rate limit from ``X-RateLimit-*`` or from the IETF fields ``RateLimit`` and ``RateLimit-Policy``.

    Source: the contract; draft-ietf-httpapi-ratelimit-headers for the IETF fields.
    """
    name, policy = _short_policy(reply.headers.get("ratelimit-policy", ""))
    stated = reply.headers.get("ratelimit", "")
    # Without names, as in earlier drafts, the whole field is about one limit.
    state = _members(stated).get(name) or (dict(_MEMBER.findall(stated)) if stated.count('"') <= ONE_NAME else {})
    limit = _single_header(reply, "limit") or _count(policy.get("q") or state.get("limit") or name)
    remaining = _single_header(reply, "remaining")
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
    at, now = _single_header(reply, "reset"), date(reply)
    if at is not None and at >= _EPOCH_IN_MILLISECONDS:
        at //= 1000
    if at is not None and at < _EPOCH_BEGINS:  # seconds from now, as in the first drafts
        return float(at)
    if at is not None and now is not None:
        return max(0.0, at - now.timestamp())
    seconds = _count(state.get("t") or state.get("reset") or "")
    return None if seconds is None else float(seconds)


def _single_header(reply: Reply, part: str) -> int | None:
    """Return one number of the rate limit from a header of its own, as in the first drafts of the IETF fields."""
    names = (f"x-ratelimit-{part}", f"ratelimit-{part}", f"x-rate-limit-{part}")
    found = (_count(reply.headers.get(name, "").partition(",")[0].partition(";")[0].strip()) for name in names)
    return next((number for number in found if number is not None), None)


def _count(text: str) -> int | None:
    return int(text) if _COUNT.fullmatch(text) else None
