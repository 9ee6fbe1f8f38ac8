"""The retry policy: whether to send a request again, and how long to wait first. The client acts on these decisions.

Full jitter spreads the retries of clients that failed together (AWS Architecture Blog, "Exponential Backoff and
Jitter"). The token bucket limits the retries that a failing service gets on top of its load (as in the standard retry
mode of the AWS SDKs).

``client`` says which error is which failure and which call is repeatable. A whole plan has limits of its own above this
policy: :class:`pb2b_notebook.upserts.running.run_options.RunLimits`.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Literal

TOO_MANY_REQUESTS = 429
NOT_NOW = frozenset({TOO_MANY_REQUESTS, 423, 425, 449})
"""Statuses that say that nothing was done, and to ask again: RFC 4918, 11.3; RFC 8470, 5.2; 449 is Microsoft's."""
_OF_GATEWAYS = frozenset({520, 521, 522, 523, 524, 529})
"""What Cloudflare answers for 500, 502 and 504, and 529 of an overloaded service for 503."""
RETRIED_STATUSES = frozenset({408, 500, 502, 503, 504}) | NOT_NOW | _OF_GATEWAYS

Failure = Literal["not_sent", "lost", "timeout", "status", "in_progress"]


@dataclass(frozen=True, slots=True)
class Policy:
    """Limits and delays of retries; times are in seconds.

    Attributes:
        attempts: Most attempts of a call, the first one included.
        base: Delay from which the backoff doubles.
        cap: Longest delay of the backoff.
        longest_wait: Longest wait that the service may request, over all attempts of a call.
        in_progress: Waits for a request with the same Idempotency-Key that is still running, and up to a quarter more.
        deadline: Time for a call; waits that the service requests, and those of the pacer, are added.
    """

    attempts: int = 5
    base: float = 0.5
    cap: float = 20.0
    longest_wait: float = 120.0
    in_progress: tuple[float, ...] = (1.0, 2.0, 4.0)
    deadline: float = 60.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """How an attempt failed.

    Attributes:
        failure: ``not_sent`` (no connection), ``lost`` (connection or response broke after the send), ``timeout``,
            ``status`` (a complete response that may be retried) or ``in_progress`` (409: a request with the same
            Idempotency-Key is still running).
        number: Number of the attempt, 1 for the first.
        status: HTTP status, 0 without a response.
        retry_after: Seconds that the service asks to wait.
        requested_wait: Seconds that the service has already made this call wait.
    """

    failure: Failure
    number: int
    status: int = 0
    retry_after: float | None = None
    requested_wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Retry:
    """A retry after ``wait`` seconds; a wait ``requested`` by the service holds for all threads that use the key."""

    wait: float
    requested: bool = False
    cost: int = 0


def decide(attempt: Attempt, *, repeatable: bool, policy: Policy, jitter: float) -> Retry | None:
    """Return when to send again after a failed attempt; ``None`` to give up.

    Args:
        attempt: The failed attempt.
        repeatable: Whether sending twice has the effect of sending once, as for reads and for mutations with an
            Idempotency-Key. Other mutations are sent again only when the first cannot have taken effect: there was no
            connection, or the service refused it for now.
        policy: Retry policy.
        jitter: Random number in [0, 1).

    >>> decide(Attempt("status", 1, 503), repeatable=True, policy=Policy(), jitter=0.5)
    Retry(wait=0.25, requested=False, cost=5)
    >>> print(decide(Attempt("lost", 1), repeatable=False, policy=Policy(), jitter=0.5))
    None
    >>> decide(Attempt("status", 2, 425), repeatable=False, policy=Policy(), jitter=0.5)
    Retry(wait=0.5, requested=False, cost=5)
    """
    if attempt.failure == "in_progress":
        waits = policy.in_progress
        # Many threads that wait for one request do not all come back at the same instant, to be refused again.
        return Retry(waits[attempt.number - 1] * (1 + jitter / 4)) if attempt.number <= len(waits) else None
    not_done = attempt.failure == "not_sent" or attempt.status in NOT_NOW
    if attempt.number >= policy.attempts or not (repeatable or not_done):
        return None
    cost = 0 if attempt.status == TOO_MANY_REQUESTS else 10 if attempt.failure == "timeout" else 5
    if attempt.retry_after is not None:
        if attempt.requested_wait + attempt.retry_after > policy.longest_wait:
            return None
        return Retry(attempt.retry_after * (1 + jitter / 10), requested=True, cost=cost)
    return Retry(jitter * min(policy.cap, policy.base * 2 ** (attempt.number - 1)), cost=cost)


@dataclass(slots=True)
class Budget:
    """Token bucket that pays for retries, shared by all threads of a client.

    >>> budget = Budget(size=10)
    >>> budget.pay(10), budget.pay(5)
    (True, False)
    """

    size: int = 100
    tokens: int = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self.tokens = self.size

    def pay(self, cost: int) -> bool:
        """Take ``cost`` tokens and return whether there were enough."""
        with self._lock:
            if self.tokens < cost:
                return False
            self.tokens -= cost
            return True

    def earn(self) -> None:
        """Return a token after a success, up to the size of the bucket."""
        with self._lock:
            self.tokens = min(self.size, self.tokens + 1)
