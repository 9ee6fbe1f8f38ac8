"""Send one call and bring back its answer: retries, pacing and the deadline come together here, and only here."""

from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self
from urllib.parse import quote, urlencode, urlsplit

from pb2b_notebook.api.http import envelope, retrying
from pb2b_notebook.api.http.envelope import Rate, Reply
from pb2b_notebook.api.http.pacing import Pacer, Turn, pacer_for
from pb2b_notebook.api.http.retrying import Again, Attempt, Policy
from pb2b_notebook.credentials import is_loopback
from pb2b_notebook.errors import (
    ConnectionFailedError,
    DeadlineError,
    IdempotencyInProgressError,
    InvalidParameterError,
    NotFoundError,
    ProspectB2BError,
    ReadOnlyError,
    TransportError,
    UncheckedServiceError,
    without_frames,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    import httpx

    from pb2b_notebook.api.http.write_lock import WriteLock
    from pb2b_notebook.credentials import Connection
    from pb2b_notebook.openapi.operations import Operation
    from pb2b_notebook.request_log import RequestLog

OK = range(200, 300)
TIMED_OUT = 408
FAILED = 500
_KEY = re.compile(r"[!-~]{1,255}")
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "pb2b-notebook"}


Query = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One call, ready to send: the path filled in, the query in order, the body frozen as bytes."""

    operation: Operation
    path: str
    query: Query = field(default=(), repr=False)  # leads are people: no traceback shows them
    body: bytes | None = field(default=None, repr=False)
    idempotency_key: str | None = None

    def __post_init__(self) -> None:
        key = self.idempotency_key
        if key is not None and not (isinstance(key, str) and _KEY.fullmatch(key)):
            raise InvalidParameterError(
                "an idempotency_key is 1 to 255 visible ASCII characters",
                repair="give such a one, or none: one is made for you",
            )


@dataclass(frozen=True, slots=True)
class Timing:
    """Where the client gets time, chance and rest from; tests bring their own, so that none has to wait.

    Attributes:
        clock: a monotonic clock, in seconds.
        sleep: waits that many seconds.
        chance: a random number in [0, 1).
        wall: seconds by the clock on the wall, which goes on while the machine sleeps.
    """

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    wall: Callable[[], float] = time.time


class Client:
    """The service behind one key. Safe to use from many threads.

    Args:
        connection: key and base URL.
        transport: an httpx transport to send through, instead of the network.
        read_only: refuse every mutation before it is sent.
        policy: the numbers of the retries.
        timing: clock, sleep and chance.
        pacer: who decides when a request may leave; by default one for the key in this process, by the real time.
        log: where finished calls are written down.

    Attributes:
        sent: how many requests have left, retries included.
        write_lock: what refuses mutations until it is open; ``None`` where nothing does.
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
        from pb2b_notebook.api.http.transport import Authorized, DeadlineTransport, Line

        self.base_url = connection.base_url
        self.host = urlsplit(connection.base_url).netloc
        # Both must hold: a tunnel on loopback to the live service with a live key is LIVE.
        self.sandbox = is_loopback(connection.base_url) and str(connection.key).startswith("pb2b_test_")
        self.key_prefix = str(connection.key)
        self.read_only = read_only or connection.read_only
        self.rate = Rate()
        self.sent = 0
        # What the journal and the mirror know the service by: a sandbox's port changes, its identity does not.
        self.service = self.host
        self.workspace = ""
        self.write_lock: WriteLock | None = None
        self._log = log
        self._told: tuple[datetime, float, float] | None = None
        self._policy = policy or Policy()
        self._timing = timing or Timing()
        self._budget = retrying.Budget()
        self._pacer = pacer or (
            pacer_for(self.host, connection.key)
            if timing is None
            else Pacer(clock=self._timing.clock, sleep=self._timing.sleep)
        )
        self._key = connection.key
        self._line = Line(Authorized(transport or DeadlineTransport(connection.base_url), connection.key))

    def send(self, call: Call) -> Reply:
        """Send the call, again where that is right, and return its 2xx answer.

        Raises:
            ReadOnlyError: a mutation on a read-only client; nothing was sent.
            APIError: the service refused. TransportError, ProtocolError: no usable answer came.
        """
        if call.operation.mutates:
            self.check_writable(call.operation.id)
        start = self._timing.clock()
        try:
            reply = self._send(call)
        except ProspectB2BError as problem:
            self._write_down(call, start, problem)
            if isinstance(problem, NotFoundError) and _is_about_the_path(call, problem):
                problem.repair = f"check the base URL, {self.base_url}: this service has no {call.operation.path} there"
            raise without_frames(problem) from None
        self._write_down(call, start, reply)
        return reply

    @property
    def scope(self) -> str:
        """What journals and logs know this workspace by: the service and the workspace's id."""
        return f"{self.service}/{self.workspace}"

    @property
    def writes_locked(self) -> bool:
        """Whether writes wait for a check of the service."""
        return self.write_lock is not None and not self.write_lock.is_open()

    def check_writable(self, operation: str) -> None:
        """Refuse a mutation on a read-only connection, and on a service that nobody has checked.

        Raises:
            ReadOnlyError: it is one.
            UncheckedServiceError: the write lock is closed.
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

    def _send(self, call: Call) -> Reply:
        clock = self._timing.clock
        ends = clock() + self._policy.deadline
        number, rested, effect_unknown = 0, 0.0, False
        while True:
            number += 1
            turn = self._pacer.take_turn()
            ends += turn.waited
            reply, failure = self._attempt(call, turn, ends - clock(), number)
            if reply is not None:
                return replace(reply, attempts=number)
            effect_unknown = effect_unknown or (call.operation.mutates and _may_have_worked(failure))
            again = self._again(call, failure, number, rested=rested, left=ends - clock())
            if again is None:
                failure.effect_unknown = effect_unknown
                raise failure from None
            if again.asked:
                self._pacer.pause(again.wait)
                ends += again.wait
                rested += getattr(failure, "retry_after", 0.0)
            self._timing.sleep(again.wait)

    def _write_down(self, call: Call, start: float, outcome: Reply | ProspectB2BError) -> None:
        if self._log is None:
            return
        from pb2b_notebook.request_log import Request

        reply = outcome if isinstance(outcome, Reply) else None
        error = None if isinstance(outcome, Reply) else outcome
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
        """One exchange: its 2xx answer, or the error that it means."""
        from pb2b_notebook.api.http.transport import exchange

        rate: Rate | None = None
        self.sent += 1
        try:
            reply = self._without_key(exchange(self._line, self._request(call), seconds=seconds))
            rate = envelope.rate(reply)
            self._learn(reply, rate)
        except ProspectB2BError as problem:
            problem.attempts = number
            problem.idempotency_key = call.idempotency_key
            return None, problem
        finally:
            self._pacer.end_turn(turn, rate)
        if reply.status in OK:
            self._budget.earn()
            return reply, ProspectB2BError("")
        return None, envelope.error(reply, attempts=number, idempotency_key=call.idempotency_key)

    def _without_key(self, reply: Reply) -> Reply:
        """The answer of a service that may repeat the key in it, without the key."""
        secret = self._key.reveal()
        if secret.encode() not in reply.body and not any(secret in value for value in reply.headers.values()):
            return reply
        headers = {name: value.replace(secret, str(self._key)) for name, value in reply.headers.items()}
        return replace(reply, headers=headers, body=reply.body.replace(secret.encode(), str(self._key).encode()))

    def _learn(self, reply: Reply, rate: Rate) -> None:
        self.rate = rate if rate.limit is not None else self.rate
        if self.sandbox:
            self.service = reply.headers.get("x-sandbox-instance", self.service)
        told = envelope.date(reply)
        if told is not None:
            self._told = (told, self._timing.clock(), self._timing.wall())

    def now(self) -> datetime:
        """The service's time: what its latest answer told, and what has passed since. Clocks of machines differ.

        Monotonic clocks stop while a machine sleeps, the clock on the wall may be set back: the larger one counts.
        """
        if self._told is None:
            return datetime.now(UTC)
        told, at, at_wall = self._told
        return told + timedelta(seconds=max(self._timing.clock() - at, self._timing.wall() - at_wall))

    def _request(self, call: Call) -> httpx.Request:
        import httpx

        from pb2b_notebook.api.http.transport import TIMEOUTS

        headers = dict(_HEADERS) if call.body is None else {**_HEADERS, "Content-Type": "application/json"}
        if call.idempotency_key is not None:
            headers["Idempotency-Key"] = call.idempotency_key
        address = self.base_url + call.path
        try:
            return httpx.Request(
                call.operation.method,
                f"{address}?{urlencode(call.query, quote_via=quote)}" if call.query else address,
                headers=headers,
                content=call.body,
                extensions={"timeout": TIMEOUTS},
            )
        except httpx.InvalidURL:
            raise InvalidParameterError(
                "the values make an address that is too long for a request",
                repair="give fewer or shorter values, and read in several calls",
            ) from None

    def _again(self, call: Call, failure: ProspectB2BError, number: int, *, rested: float, left: float) -> Again | None:
        attempt = _described(failure, number, rested)
        if attempt is None:
            return None
        # Sending twice must have the effect of sending once.
        repeatable = not call.operation.mutates or (
            call.idempotency_key is not None and self.recognizes_keys(call.operation)
        )
        again = retrying.decide(attempt, repeatable=repeatable, policy=self._policy, jitter=self._timing.chance())
        if again is None or (not again.asked and again.wait >= left):
            return None
        return again if self._budget.pay(again.cost) else None

    def recognizes_keys(self, operation: Operation) -> bool:
        """Whether the service is known to recognize the operation's Idempotency-Key.

        A live service may ignore that of an operation that we only reconstructed.
        """
        return self.sandbox or operation.documented

    def close(self) -> None:
        """Close all connections; twice is harmless."""
        self._line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Client {self.key_prefix} at {self.base_url}>"


def _may_have_worked(failure: ProspectB2BError) -> bool:
    """Whether a mutation that failed like this may have taken effect: no refusal came, and it may have arrived."""
    from pb2b_notebook.errors import APIError, ProtocolError

    if isinstance(failure, APIError):
        unknown = failure.status >= FAILED or failure.status == TIMED_OUT
        return unknown or isinstance(failure, IdempotencyInProgressError)
    return isinstance(failure, (TransportError, ProtocolError)) and not isinstance(failure, ConnectionFailedError)


def _described(failure: ProspectB2BError, number: int, rested: float) -> Attempt | None:
    """The failure in the words of the retry rules; ``None`` for one that a repetition cannot mend."""
    from pb2b_notebook.errors import APIError

    if isinstance(failure, ConnectionFailedError):
        return Attempt("not_sent", number)
    if isinstance(failure, DeadlineError):
        return Attempt("timeout", number)
    if isinstance(failure, TransportError):
        return Attempt("lost", number)
    if isinstance(failure, IdempotencyInProgressError):
        return Attempt("in_progress", number, failure.status)
    if isinstance(failure, APIError) and failure.status in retrying.RETRIED_STATUSES:
        return Attempt("status", number, failure.status, failure.retry_after, rested)
    return None


def _is_about_the_path(call: Call, problem: NotFoundError) -> bool:
    """Whether nothing that was asked for can be missing but the operation itself."""
    named = call.operation.path_parameters or call.query or call.body
    return problem.code == "unknown_route" or not named
