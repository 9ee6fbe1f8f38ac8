"""Send one call as it is and return its response, with retries, pacing and a deadline."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import inf
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import quote, urlencode, urlsplit
from uuid import uuid4

from pb2b_notebook.api.http.adaptation import (
    demands,
    key_forms,
)
from pb2b_notebook.api.http.adaptation.refused_names import is_late_with_ours
from pb2b_notebook.api.http.call import Call
from pb2b_notebook.api.http.responses import envelope, headers
from pb2b_notebook.api.http.responses.error_replies import error_of, refusal_in, says_missing
from pb2b_notebook.api.http.responses.flat_values import named_custom
from pb2b_notebook.api.http.responses.headers import Rate
from pb2b_notebook.api.http.responses.reply import ACCEPT_ENCODING, Reply
from pb2b_notebook.api.http.sending import redirects, retrying
from pb2b_notebook.api.http.sending.messages import Request, Transport, encode_headers, host_header
from pb2b_notebook.api.http.sending.pacing import Pacer, Turn, pacer_for
from pb2b_notebook.api.http.sending.retrying import Attempt, Policy, Retry
from pb2b_notebook.api.http.sending.transport import Authorized, Channel, check_whole, exchange, transport_to
from pb2b_notebook.api.http.sending.write_lock import WriteLock
from pb2b_notebook.credentials import Connection, is_loopback
from pb2b_notebook.display import notices
from pb2b_notebook.errors import (
    APIError,
    BadRequestError,
    ConnectionFailedError,
    DeadlineError,
    IdempotencyInProgressError,
    InvalidParameterError,
    NotFoundError,
    ProspectB2BError,
    RateLimitError,
    ReadOnlyError,
    TransportError,
    UncheckedServiceError,
    without_frames,
)
from pb2b_notebook.openapi.operations import Operation
from pb2b_notebook.request_log import RequestLog
from pb2b_notebook.service_profile import ServiceProfile

if TYPE_CHECKING:
    import httpx

OK = range(200, 300)
CREATED = 201
TIMED_OUT = 408
FAILED = 500
_BUSY: Final = 503
MISSING = frozenset({404, 405, 501})
"""Statuses by which a service may say that it does not have an operation."""
PARTLY_DONE = frozenset({"leads.bulk_upsert", "imports.create"})
"""Operations whose response may report failed rows beside others that succeeded."""
_HEADERS = {"Accept": "application/json, */*;q=0.1", "Accept-Encoding": ACCEPT_ENCODING, "User-Agent": "pb2b-notebook"}
_SETTLED: Final = 5.0
"""Seconds after a write in which a service may still carry it out."""
_OWN_LETTERS: Final = 12
"""Least letters of the end of a key that nothing else in a response can be."""
_LONGEST_WAIT: Final = 60
"""Most seconds to wait for a cache: more than the deadline of a call is not worth it."""
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
"""Methods whose requests state the length of a body that they do not have. Source: RFC 9110, section 8.6."""
_LONGEST_URL = 2**16


@dataclass(frozen=True, slots=True)
class Timing:
    """Clocks, sleep and random numbers of a client; tests replace them, so that no test waits.

    Attributes:
        clock: Monotonic clock, in seconds.
        sleep: Waits a number of seconds.
        random: Random number in [0, 1).
        wall: Wall clock in seconds, which continues while the machine sleeps.
    """

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random.random
    wall: Callable[[], float] = time.time


class Courier:
    """Courier of the calls of one API key: sends each as it is. It is safe to use from many threads.

    Args:
        connection: Key and base URL.
        transport: An httpx transport to send through, instead of the network.
        read_only: Whether to refuse every mutation before it is sent.
        policy: Retry policy.
        timing: Clocks, sleep and random numbers.
        pacer: Pacer that decides when a request may be sent; by default the one of this key in this process.
        log: Log of finished calls.

    Attributes:
        sent: Number of sent requests, retries included.
        write_lock: Lock that refuses mutations until it is open; ``None`` without one.
        profile: What is known of the service.
        custom_keys: Keys that the service lists as custom fields of leads.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        transport: httpx.BaseTransport | None = None,
        read_only: bool = False,
        policy: Policy | None = None,
        timing: Timing | None = None,
        pacer: Pacer | None = None,
        log: RequestLog | None = None,
    ) -> None:
        self.base_url = connection.base_url
        self.host = urlsplit(connection.base_url).netloc
        self._host_header = host_header(connection.base_url)
        # Both are required: a loopback tunnel to the live service with a live key is LIVE.
        self.sandbox = is_loopback(connection.base_url) and str(connection.key).startswith("pb2b_test_")
        self.key_prefix = str(connection.key)
        self.read_only = read_only or connection.read_only
        self.rate = Rate()
        self.sent = 0
        # The name of the service in journal and mirror: the port of a sandbox changes, its identity does not.
        self.service = self.host
        self.workspace = ""
        self.write_lock: WriteLock | None = None
        self.profile = ServiceProfile()
        self.custom_keys: frozenset[str] = frozenset()
        self.seen_skew: tuple[int, datetime] | None = None  # of the latest new object, and the date of its response
        self._announced: frozenset[str] = frozenset()  # names that it refuses, and whole notices
        self._token = ""  # against forged requests, where the service demands one
        self._log = log
        self._tried_key_form: str | None = None  # in which the service has not refused an idempotency key yet
        self._date: tuple[datetime, float, float] | None = None
        self._policy = policy or Policy()
        self._timing = timing or Timing()
        self._budget = retrying.Budget()
        self._written = -inf  # when the latest write ended
        # Operations for which a cache keeps what precedes the write, however long we wait.
        self._kept_longer: frozenset[str] = frozenset()
        self._pacer = pacer or (
            pacer_for(self.host, connection.key)
            if timing is None
            else Pacer(clock=self._timing.clock, sleep=self._timing.sleep)
        )
        self._key = connection.key
        self._channel = Channel(
            Authorized(_through(transport, connection.base_url), connection.key), forks=transport is None
        )

    def _learn_honoured(self, operation: Operation, evidence: str) -> None:
        """Remember that the service knows the idempotency keys of an operation: it may be sent again at once."""
        self.profile.learn("honours_keys", True, evidence, operation=operation.id, at=self.now())

    def _is_keyless(self, operation: Operation) -> bool:
        return bool(self.profile.value("key_form", operation.id) == key_forms.NONE)

    def say_once(self, text: str) -> None:
        """Print a notice that holds for the whole service, once."""
        if text not in self._announced:
            self._announced |= {text}
            notices.say(text)

    @property
    def _key_form(self) -> str | None:
        return self._tried_key_form or self.profile.value("key_form")

    def media_type(self, call: Call) -> str:
        """Return the media type in which the service takes the body of a call."""
        known = self.profile.value("media_type", call.operation.id)
        return str(known or call.operation.media_type or demands.JSON)

    def send_as_is(self, call: Call) -> Reply:
        """Send a call in its form, again where that is safe, and log it; raise what :meth:`Client.send` raises."""
        form = key_forms.NONE if self._is_keyless(call.operation) else self._key_form
        start, call = self._timing.clock(), key_forms.in_form(call, form)
        try:
            reply = self._send_named(call)
            if not call.operation.mutates and self._precedes_write(reply):
                reply = self._after_cache(call, reply)
        except ProspectB2BError as problem:
            self._log_call(call, start, problem)
            if isinstance(problem, NotFoundError) and _is_about_the_path(call, problem):
                problem.repair = f"check the base URL, {self.base_url}: this service has no {call.operation.path} there"
            elif _is_missing(call, problem):
                also = "; ws.leads.plan(frame).apply() does the same without it" if "upsert" in call.path else ""
                problem.repair = f"if what it names exists, this service has no POST {call.operation.path}{also}"
            raise without_frames(problem) from None
        finally:
            if call.operation.mutates:
                self._written, self._kept_longer = self._timing.clock(), frozenset()
        self._log_call(call, start, reply)
        return reply

    def _precedes_write(self, reply: Reply) -> bool:
        """Whether a cache has kept a response from before our latest write, which it cannot show."""
        age, _ = headers.cache_times(reply)
        return age > 0 and self._timing.clock() - age < self._written + _SETTLED

    def _after_cache(self, call: Call, kept: Reply) -> Reply:
        """Return the response to a call once a cache does not keep it any longer; the kept one if that takes long."""
        if call.operation.id in self._kept_longer:
            return kept
        self.say_once("a cache answers for this service: what was written here shows when its time has passed")
        _, left = headers.cache_times(kept)
        if left <= _LONGEST_WAIT:
            self.wait(left)
            kept = self._send(call)
        if self._precedes_write(kept):
            self._kept_longer |= {call.operation.id}
        return kept

    @property
    def is_foreign(self) -> bool:
        """Whether the service is not a sandbox of ours, which has a name of its own and keeps to our contract."""
        return self.service == self.host

    @property
    def known_custom(self) -> frozenset[str]:
        """Keys of custom fields of leads: those that the service lists, and those that its leads have shown."""
        return self.custom_keys | named_custom(self.profile.names("forms"))

    @property
    def scope(self) -> str:
        """Name of this workspace in journals and logs: the service and the workspace's id."""
        return f"{self.service}/{self.workspace}"

    @property
    def writes_locked(self) -> bool:
        """Whether writes are refused until the service was checked."""
        return self.write_lock is not None and not self.write_lock.is_open()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._channel.closed

    def check_open(self) -> None:
        """Refuse work that would end with a request, or that needs what was closed with the client.

        Raises:
            UsageError: The client is closed.
        """
        self._channel.check_open()

    def check_writable(self, operation: str) -> None:
        """Refuse a mutation on a read-only connection, or on a service that was not checked.

        Raises:
            ReadOnlyError: The connection is read-only.
            UncheckedServiceError: The write lock is closed.
        """
        if self.read_only:
            raise ReadOnlyError(
                f"{operation} would change the workspace, and this connection is read-only",
                repair="connect with a key that may write, and without read_only=True",
            )
        if self.writes_locked:
            raise UncheckedServiceError(
                f"{operation} would change {self.host}, which was not checked against the contract yet",
                repair="run ws.check() once: it only reads, and shows what differs; or connect with trust=True",
            )

    def _send_named(self, call: Call) -> Reply:
        """Send a call; again with a header that a refusal demands for its id."""
        try:
            return self._send(call)
        except APIError as refused:
            name = demands.id_header(refused)
            evidence = f"{refused.status} without it"
            if not name or not self.profile.learn("id_headers", [name], evidence, at=self.now()):
                raise
        return self._send_named(call)

    def _send(self, call: Call) -> Reply:
        clock = self._timing.clock
        ends = clock() + self._policy.deadline
        number, requested_wait, effect_unknown = 0, 0.0, False
        while True:
            number += 1
            turn = self._pacer.take_turn()
            ends += turn.waited
            reply, failure = self._attempt(call, turn, ends - clock(), number)
            if reply is not None:
                custom = self.known_custom
                return replace(reply, attempts=number, operation=call.operation, path=call.path, custom=custom)
            effect_unknown = effect_unknown or (call.operation.mutates and _may_have_worked(failure))
            if isinstance(failure, IdempotencyInProgressError):
                self._learn_honoured(call.operation, "a request with the same key was in progress")
            retry = self._retry(call, failure, number, requested_wait=requested_wait, left=ends - clock())
            if retry is None:
                failure.effect_unknown = effect_unknown
                raise failure from None
            if retry.requested:
                self._pacer.pause(retry.wait)
                ends += retry.wait
                requested_wait += getattr(failure, "retry_after", 0.0)
            self._timing.sleep(retry.wait)

    def _log_call(self, call: Call, start: float, outcome: Reply | ProspectB2BError) -> None:
        if self._log is None:
            return
        from pb2b_notebook.request_log import Request

        reply = outcome if isinstance(outcome, Reply) else None
        error = None if isinstance(outcome, Reply) else outcome
        with suppress(Exception):  # a log never ends the call that it is about
            self._log.record(
                Request(
                    time=datetime.now(UTC).isoformat(timespec="milliseconds"),
                    service=self.service,
                    workspace=self.workspace,
                    operation=call.operation.id,
                    status=reply.status if reply else getattr(error, "status", None),
                    error=type(error).__name__ if error else None,
                    request_id=envelope.request_id(reply) if reply else getattr(error, "request_id", None),
                    attempts=outcome.attempts,
                    idempotency_key=call.idempotency_key[:14] if call.idempotency_key else None,
                    ms=round((self._timing.clock() - start) * 1000, 3),
                    bytes=len(reply.body) if reply else None,
                    rate_left=self.rate.remaining,
                )
            )

    def _attempt(self, call: Call, turn: Turn, seconds: float, number: int) -> tuple[Reply | None, ProspectB2BError]:
        """Send one request; return its 2xx response, or the error."""
        rate: Rate | None = None
        self.sent += 1
        try:
            request = self._request(call)
            reply = exchange(self._channel, request, seconds=seconds)
            redirected = self._redirected_request(call, request, reply)
            if redirected is not None:
                self.sent += 1
                reply = exchange(self._channel, redirected, seconds=seconds)
            reply = self._without_key(reply)
            if not call.operation.mutates:  # what a write did is looked up, whatever answers for it
                reply = check_whole(reply)
            if _has_made_object(call, request, reply):
                reply = replace(reply, status=CREATED, body=b"")
            rate = headers.rate(reply)
            self._learn_from(reply, rate)
            if call.operation.mutates and headers.is_replayed(reply):
                self._learn_honoured(call.operation, "a replayed response")
        except ProspectB2BError as problem:
            problem.attempts = number
            problem.idempotency_key = call.idempotency_key
            return None, problem
        finally:
            self._pacer.end_turn(turn, rate)
        if reply.status in OK:
            self._budget.earn()
            refusal, answer = None, replace(reply, operation=call.operation)
            reports_rows = call.operation.id in PARTLY_DONE and not says_missing(answer)
            lists_errors = call.operation.path.endswith("/errors") and b'"errors"' in reply.body
            if not reports_rows and not lists_errors:
                refusal = refusal_in(answer, attempts=number, idempotency_key=call.idempotency_key)
            return (reply, ProspectB2BError("")) if refusal is None else (None, refusal)
        return None, error_of(reply, attempts=number, idempotency_key=call.idempotency_key)

    def _redirected_request(self, call: Call, request: Request, reply: Reply) -> Request | None:
        """Return the request to send again after a redirect to the same object; ``None`` for any other response."""
        if reply.status not in redirects.FOLLOWED:
            return None
        target = redirects.target_of(request.url, reply.headers.get("location"), call.path)
        if target is None:
            return None
        here, there = urlsplit(request.url), urlsplit(target)
        adds_slash = there.path == f"{here.path}/"
        reads = call.operation.method == "GET"
        if not reads and not (adds_slash and reply.status in redirects.KEEP_METHOD and here.netloc == there.netloc):
            return None
        if adds_slash and reads:
            self.profile.learn("trailing_slash", True, f"{reply.status} to the path with a slash", at=self.now())
        return Request(request.method, target, request.headers, request.body)

    def _without_key(self, reply: Reply) -> Reply:
        """Return the response without the key, which a service may repeat in it; also with its "_" escaped."""
        secret, masked = self._key.reveal(), str(self._key)
        own = secret.rpartition("_")[2]
        own = own if len(own) >= _OWN_LETTERS else secret
        if own.encode() not in reply.body and not any(own in value for value in reply.headers.values()):
            return reply
        headers = {name: value.replace(secret, masked).replace(own, "***") for name, value in reply.headers.items()}
        body = reply.body.replace(secret.encode(), masked.encode()).replace(own.encode(), b"***")
        return replace(reply, headers=headers, body=body)

    def _learn_from(self, reply: Reply, rate: Rate) -> None:
        self.rate = rate if rate.limit is not None else self.rate
        if self.sandbox:
            self.service = reply.headers.get("x-sandbox-instance", self.service)
        date = headers.date(reply)
        if date is not None:
            self._date = (date, self._timing.clock(), self._timing.wall())

    def now(self) -> datetime:
        """Return the service's time: the date of its latest response, plus the time that has passed since.

        A monotonic clock stops while a machine sleeps, and a wall clock may be set back: the larger difference counts.
        """
        if self._date is None:
            return datetime.now(UTC)
        date, at, at_wall = self._date
        return date + timedelta(seconds=max(self._timing.clock() - at, self._timing.wall() - at_wall))

    def fetch_token(self, call: Call) -> bool:
        """Ask for a new token for writes by reading an object, and return whether the service gives one.

        What the reading raises is not about the write: not found is not that the object of the write is gone.
        """
        previous, self._token = self._token, demands.FETCH
        try:
            self._token = self.send_as_is(call).headers.get(demands.TOKEN.lower(), "")
        except ProspectB2BError:
            return False
        finally:
            self._token = "" if self._token == demands.FETCH else self._token
        return self._token not in {"", previous}

    def wait(self, seconds: float) -> None:
        """Wait until the service may have done what it has accepted."""
        self._timing.sleep(seconds)

    def _request(self, call: Call) -> Request:
        headers = {"Host": self._host_header, **_HEADERS}
        body = call.body
        if body is not None:
            headers["Content-Type"] = media_type = call.media_type or self.media_type(call)
            body = demands.in_media_type(body, media_type)
        if body is not None or call.operation.method in _WITH_BODY:
            headers["Content-Length"] = str(len(body or b""))
        headers |= {name: str(uuid4()) for name in self.profile.names("id_headers")}
        if self._token and (call.operation.mutates or self._token == demands.FETCH):
            headers[demands.TOKEN] = self._token
        if call.version:
            headers["If-Match"] = call.version
        if call.idempotency_key is not None:
            headers["Idempotency-Key"] = call.idempotency_key
        slash = call.operation.slash or self.profile.value("trailing_slash")
        url = self.base_url + call.path + ("/" if slash else "")
        if call.query:
            theirs = dict(call.operation.query_names)
            url += f"?{urlencode([(theirs.get(name, name), value) for name, value in call.query], quote_via=quote)}"
        if len(url) > _LONGEST_URL:
            raise InvalidParameterError(
                "the filters make the URL too long for a request",
                repair="pass fewer or shorter values, and read in several calls",
            )
        return Request(call.operation.method, url, encode_headers(headers), body)

    def _retry(
        self, call: Call, failure: ProspectB2BError, number: int, *, requested_wait: float, left: float
    ) -> Retry | None:
        attempt = _attempt_of(failure, number, requested_wait)
        if attempt is None or (number > 1 and is_late_with_ours(call, failure)):
            return None
        # Sending twice must have the effect of sending once.
        repeatable = not call.operation.mutates or (
            call.idempotency_key is not None
            and (self.recognizes_keys(call.operation) or _is_refused_for_now(call, attempt))
        )
        retry = retrying.decide(attempt, repeatable=repeatable, policy=self._policy, jitter=self._timing.random())
        if retry is None or (not retry.requested and retry.wait >= left):
            return None
        return retry if self._budget.pay(retry.cost) else None

    def recognizes_keys(self, operation: Operation) -> bool:
        """Whether the service is known to honour the operation's Idempotency-Key.

        A live service may ignore the key of an operation that is not documented, and what a creation made twice cannot
        be taken back: its key is relied on where the service has shown that it knows keys.
        """
        if self._is_keyless(operation):
            return False
        shown = bool(self.profile.value("honours_keys", operation.id))
        creates = operation.method == "POST" and not operation.path.endswith("upsert")
        return shown or not self.is_foreign or (operation.documented and not creates)

    def close(self) -> None:
        """Close all connections; a second call does nothing."""
        self._channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.key_prefix} at {self.base_url}>"


def _through(transport: httpx.BaseTransport | None, base_url: str) -> Transport:
    """Return the transport to send through: the caller's, or the usual one to a service."""
    if transport is None:
        return transport_to(base_url)
    from pb2b_notebook.api.http.sending.caller_transports import CallerTransport

    return CallerTransport(transport)


def _has_made_object(call: Call, request: Request, reply: Reply) -> bool:
    """Whether a POST is answered by the address of the object that it has made."""
    made = redirects.leads_to_new_object(request.url, reply.status, reply.headers.get("location"))
    return call.operation.method == "POST" and made


def _may_have_worked(failure: ProspectB2BError) -> bool:
    """Whether a mutation that failed like this may have taken effect: it may have arrived, and was not refused."""
    from pb2b_notebook.errors import ProtocolError

    if isinstance(failure, APIError):
        unknown = failure.status >= FAILED or failure.status == TIMED_OUT
        return unknown or isinstance(failure, IdempotencyInProgressError)
    return isinstance(failure, (TransportError, ProtocolError)) and not isinstance(failure, ConnectionFailedError)


def _is_refused_for_now(call: Call, attempt: Attempt) -> bool:
    """Whether a service says that it is busy, and when to send a call again: it did not get to it (RFC 9110, 15.6.4).

    A gateway may have answered, so that a creation is looked for in its list before it is sent again, and a campaign's
    state in the campaign; a run of a campaign or a reply is not sent again at all.
    """
    sets_state = call.operation.method != "POST" or call.operation.path.endswith("upsert")
    return attempt.status == _BUSY and attempt.retry_after is not None and sets_state


def _attempt_of(failure: ProspectB2BError, number: int, requested_wait: float) -> Attempt | None:
    """Return the failure as an attempt for the retry policy; ``None`` for an error that a retry cannot fix."""
    if isinstance(failure, ConnectionFailedError):
        return Attempt("not_sent", number)
    if isinstance(failure, DeadlineError):
        return Attempt("timeout", number)
    if isinstance(failure, TransportError):
        return Attempt("lost", number)
    if isinstance(failure, IdempotencyInProgressError):
        return Attempt("in_progress", number, failure.status)
    status = retrying.TOO_MANY_REQUESTS if isinstance(failure, RateLimitError) else getattr(failure, "status", None)
    refused = isinstance(failure, BadRequestError)  # whatever its status
    if isinstance(failure, APIError) and status in retrying.RETRIED_STATUSES and not refused:
        return Attempt("status", number, status, failure.retry_after, requested_wait)
    return None


def _is_missing(call: Call, problem: ProspectB2BError) -> bool:
    """Whether an error of a mutation may mean that the service does not have the operation."""
    status = problem.status if isinstance(problem, APIError) else None
    missing = status in MISSING or isinstance(problem, NotFoundError)
    return missing and not call.operation.path_parameters and call.operation.mutates


def _is_about_the_path(call: Call, problem: NotFoundError) -> bool:
    """Whether a 404 can only mean that the operation itself is missing: the call names no object."""
    named = call.operation.path_parameters or call.query or call.body
    return problem.code == "unknown_route" or not named
