"""Send one call and bring back its answer: retries, pacing and the deadline come together here, and only here."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from pb2b_notebook.api import envelope, retrying
from pb2b_notebook.api.envelope import Rate, Reply
from pb2b_notebook.api.pacing import Pacer, pacer_for
from pb2b_notebook.api.retrying import Again, Attempt, Policy
from pb2b_notebook.credentials import is_loopback
from pb2b_notebook.errors import (
    ConnectionFailedError,
    DeadlineError,
    IdempotencyInProgressError,
    ProspectB2BError,
    ReadOnlyError,
    TransportError,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    import httpx

    from pb2b_notebook.contract.operations import Operation
    from pb2b_notebook.credentials import Connection

DEADLINE = 60.0
OK = range(200, 300)


@dataclass(frozen=True, slots=True)
class Call:
    """One call, ready to send: the path filled in, the query in order, the body frozen as bytes."""

    operation: Operation
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """Where the client gets time, chance and rest from; tests bring their own, so that none has to wait."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


class Client:
    """The service behind one key. Safe to use from many threads.

    Args:
        connection: key and base URL.
        transport: an httpx transport to send through, instead of the network.
        read_only: refuse every mutation before it is sent.
        policy: the numbers of the retries.
        timing: clock, sleep and chance.
        pacer: who decides when a request may leave; by default one for the key in this process.
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
    ) -> None:
        import httpx

        from pb2b_notebook.api.transport import TIMEOUTS, Authorized, DeadlineTransport

        self.base_url = connection.base_url
        self.host = urlsplit(connection.base_url).netloc
        # Both must hold: a tunnel on loopback to the live service with a live key is LIVE.
        self.sandbox = is_loopback(connection.base_url) and str(connection.key).startswith("pb2b_test_")
        self.key_prefix = str(connection.key)
        self.read_only = read_only or connection.read_only
        self.rate = Rate()
        self._told: tuple[datetime, float] | None = None
        self._policy = policy or Policy()
        self._timing = timing or Timing()
        self._budget = retrying.Budget()
        self._pacer = pacer or pacer_for(self.host, connection.key.reveal())
        self._http = httpx.Client(
            transport=Authorized(transport or DeadlineTransport(connection.base_url), connection.key),
            timeout=TIMEOUTS,
            follow_redirects=False,
            trust_env=False,
            headers={"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "pb2b-notebook"},
        )

    def send(self, call: Call) -> Reply:
        """Send the call, again where that is right, and return its 2xx answer.

        Raises:
            ReadOnlyError: a mutation on a read-only client; nothing was sent.
            APIError: the service refused. TransportError, ProtocolError: no usable answer came.
        """
        if call.operation.mutates and self.read_only:
            raise ReadOnlyError(
                f"{call.operation.id} would change the workspace, and this connection is read-only",
                repair="connect with a key that may write, and without read_only=True",
            )
        clock = self._timing.clock
        ends = clock() + DEADLINE
        number = 0
        while True:
            number += 1
            ends += self._pacer.take_turn()
            reply, failure = self._attempt(call, ends - clock(), number)
            if reply is not None:
                return reply
            again = self._again(call, failure, number)
            if again is None or (not again.asked and clock() + again.wait >= ends):
                raise failure from None
            if again.asked:
                self._pacer.pause(again.wait)
                ends += again.wait
            self._timing.sleep(again.wait)

    def _attempt(self, call: Call, seconds: float, number: int) -> tuple[Reply | None, ProspectB2BError]:
        """One exchange: its 2xx answer, or the error that it means."""
        from pb2b_notebook.api.transport import exchange

        rate: Rate | None = None
        try:
            reply = exchange(self._http, self._request(call), seconds=seconds)
            rate = envelope.rate(reply)
            self._learn(reply, rate)
        except ProspectB2BError as problem:
            problem.attempts = number
            problem.idempotency_key = call.idempotency_key
            return None, problem
        finally:
            self._pacer.end_turn(rate)
        if reply.status in OK:
            self._budget.earn()
            return reply, ProspectB2BError("")
        return None, envelope.error(reply, attempts=number, idempotency_key=call.idempotency_key)

    def _learn(self, reply: Reply, rate: Rate) -> None:
        self.rate = rate if rate.limit is not None else self.rate
        told = envelope.date(reply)
        self._told = self._told if told is None else (told, self._timing.clock())

    def now(self) -> datetime:
        """The service's time: what its latest answer told, and what has passed since. Clocks of machines differ."""
        if self._told is None:
            return datetime.now(UTC)
        told, at = self._told
        return told + timedelta(seconds=self._timing.clock() - at)

    def _request(self, call: Call) -> httpx.Request:
        headers = {"Content-Type": "application/json"} if call.body is not None else {}
        if call.idempotency_key is not None:
            headers["Idempotency-Key"] = call.idempotency_key
        return self._http.build_request(
            call.operation.method,
            self.base_url + call.path,
            params=list(call.query) or None,
            content=call.body,
            headers=headers,
        )

    def _again(self, call: Call, failure: ProspectB2BError, number: int) -> Again | None:
        attempt = _described(failure, number)
        if attempt is None:
            return None
        again = retrying.decide(
            attempt, repeatable=self._repeatable(call), policy=self._policy, jitter=self._timing.chance()
        )
        return again if again is not None and self._budget.pay(again.cost) else None

    def _repeatable(self, call: Call) -> bool:
        """Whether sending twice has the effect of sending once.

        A live service may ignore the Idempotency-Key of an operation that we only reconstructed.
        """
        if not call.operation.mutates:
            return True
        return call.idempotency_key is not None and (self.sandbox or call.operation.documented)

    def close(self) -> None:
        """Close all connections; twice is harmless."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Client {self.key_prefix} at {self.base_url}>"


def _described(failure: ProspectB2BError, number: int) -> Attempt | None:
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
        return Attempt("status", number, failure.status, failure.retry_after)
    return None
