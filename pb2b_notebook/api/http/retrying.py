"""Whether to send again, and how long to wait first. Pure decisions; the client acts on them.

The numbers and their reasons: full jitter spreads clients that failed together (AWS Architecture Blog, "Exponential
Backoff and Jitter"); the token bucket keeps a failing service from being hit by retries on top of its load (as in the
standard retry mode of the AWS SDKs).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Literal

RETRIED_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
TOO_MANY_REQUESTS = 429

Failure = Literal["not_sent", "lost", "timeout", "status", "in_progress"]


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers, in seconds.

    Attributes:
        attempts: at most, the first one counted.
        base: of the backoff.
        cap: of the backoff.
        longest_wait: that the service may ask for, over all attempts of a call.
        in_progress: waits for a twin that is still running.
        deadline: of a call; waits that the service asks for, and those for a turn, come on top.
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
        failure: ``not_sent`` (no connection), ``lost`` (broke after the send, or the answer was cut), ``timeout``,
            ``status`` (a complete answer that may be retried) or ``in_progress`` (409: a twin is still running).
        number: 1 for the first.
        status: of the answer, 0 without one.
        retry_after: seconds that the service asked for.
        rested: seconds that the service has asked the call to wait before.
    """

    failure: Failure
    number: int
    status: int = 0
    retry_after: float | None = None
    rested: float = 0.0


@dataclass(frozen=True, slots=True)
class Again:
    """Send again after ``wait`` seconds; a wait that the service ``asked`` for holds for every thread of the key."""

    wait: float
    asked: bool = False
    cost: int = 0


def decide(attempt: Attempt, *, repeatable: bool, policy: Policy, jitter: float) -> Again | None:
    """Whether and when to send again after a failed attempt; ``None`` gives up.

    Args:
        attempt: what happened.
        repeatable: sending twice has the effect of sending once: reads, and mutations with an Idempotency-Key. Others
            are sent again only when nothing can have happened: no connection, or refused over the rate limit.
        policy: the numbers.
        jitter: a random number in [0, 1).

    >>> decide(Attempt("status", 1, 503), repeatable=True, policy=Policy(), jitter=0.5)
    Again(wait=0.25, asked=False, cost=5)
    >>> decide(Attempt("lost", 1), repeatable=False, policy=Policy(), jitter=0.5) is None
    True
    """
    if attempt.failure == "in_progress":
        waits = policy.in_progress
        return Again(waits[attempt.number - 1]) if attempt.number <= len(waits) else None
    refused = attempt.status == TOO_MANY_REQUESTS
    if attempt.number >= policy.attempts or not (repeatable or refused or attempt.failure == "not_sent"):
        return None
    cost = 0 if refused else 10 if attempt.failure == "timeout" else 5
    if attempt.retry_after is not None:
        if attempt.rested + attempt.retry_after > policy.longest_wait:
            return None
        return Again(attempt.retry_after * (1 + jitter / 10), asked=True, cost=cost)
    return Again(jitter * min(policy.cap, policy.base * 2 ** (attempt.number - 1)), cost=cost)


@dataclass(slots=True)
class Budget:
    """A token bucket that retries are paid from; shared by all threads of a client.

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
        """Take ``cost`` tokens, if there are so many."""
        with self._lock:
            if self.tokens < cost:
                return False
            self.tokens -= cost
            return True

    def earn(self) -> None:
        """A success gives a token back, up to the size."""
        with self._lock:
            self.tokens = min(self.size, self.tokens + 1)
