"""Stay below the rolling rate limit, so that the service need not answer 429. All threads of a key share one pacer.

The service counts a request when it arrives, at some time between our send and its response. A request therefore
counts here from the send until one window after its *response*: whatever the latency, the service never sees more
than the limit in any window.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_right
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from pb2b_notebook.api.http.responses.headers import Rate
from pb2b_notebook.credentials import Secret
from pb2b_notebook.forking import renew_in_child

WINDOW = 60.0
SHARED = 0.9  # share of the limit that is used while another client uses the same key
MARGIN = 0.02  # seconds: two processes do not read their clocks at the same instant
PROBES = 4  # requests in flight before a response has reported the limit
LONGEST = 120.0  # seconds, longer than any deadline: an older turn was never ended, because of a Ctrl-C


@dataclass(slots=True)
class Budget:
    """State of the rolling window; times are seconds of a monotonic clock.

    Attributes:
        window: Length of the window in seconds.
        limit: Requests in a window; ``None`` until a response reports it.
        ended: Times of the responses to the requests that still count, in order.
        in_flight: Times of the requests without a response so far.
        others: Requests of other clients in the window, by the latest response.
        others_seen: Time of that response.
        paused_until: Time before which nothing is sent; a Retry-After sets it.
    """

    window: float = WINDOW
    limit: int | None = None
    ended: deque[float] = field(default_factory=deque)
    in_flight: list[float] = field(default_factory=list)
    others: int = 0
    others_seen: float = 0.0
    paused_until: float = 0.0


def wait_for_turn(budget: Budget, now: float) -> float:
    """Return the seconds until another request may be sent; 0 if it may be sent now.

    >>> wait_for_turn(Budget(limit=2, ended=deque([10.0, 11.0])), now=30.0)
    40.02
    """
    if now < budget.paused_until:
        return budget.paused_until - now
    if budget.limit is None:
        return 0.0 if len(budget.in_flight) < PROBES else budget.window / 100
    others = budget.others if now < budget.others_seen + budget.window else 0
    allowed = max(1, int(budget.limit * SHARED) if others else budget.limit) - others
    room = allowed - len(budget.in_flight) - 1
    if len(budget.ended) <= room:
        return 0.0
    gone = bisect_right(budget.ended, now - budget.window - MARGIN)
    excess = len(budget.ended) - gone - room
    if excess <= 0:
        return 0.0
    if excess <= len(budget.ended) - gone:
        return round(max(0.0, budget.ended[gone + excess - 1] + budget.window + MARGIN - now), 6)
    # Requests in flight or other clients fill the window: look again after a hundredth of it.
    return budget.window / 100


def learn(budget: Budget, rate: Rate, *, sent: float, now: float) -> None:
    """Update the limit from a response, and estimate how many requests other clients of the key have sent.

    The service counted at some instant between ``sent`` and ``now``. It may have counted every request of ours that
    was possibly still in its window at ``sent``: otherwise a burst of ours that leaves the window would look like
    another client.
    """
    if rate.window:
        budget.window = rate.window
    if rate.limit is None:
        return
    budget.limit = max(1, rate.limit)
    if rate.remaining is not None:
        ours = len(budget.ended) - bisect_right(budget.ended, sent - budget.window) + len(budget.in_flight)
        budget.others = max(0, rate.limit - rate.remaining - ours)
        budget.others_seen = now


class Turn(NamedTuple):
    """Permission to send one request, with its time and the seconds waited for it."""

    sent: float
    waited: float


class Pacer:
    """Decides when a request of a key may be sent.

    Args:
        window: Length of the window in seconds; a response may report another one.
        clock: Monotonic clock in seconds.
        sleep: Waits a number of seconds.
    """

    def __init__(
        self,
        *,
        window: float = WINDOW,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._budget = Budget(window=window)
        self._lock = threading.Lock()
        self._clock = clock
        self._sleep = sleep
        renew_in_child(self)

    def renew_after_fork(self) -> None:
        """Count the parent's requests in flight as ended: this process gets no response to them."""
        self._lock = threading.Lock()
        self._budget.ended.extend(self._clock() for _ in self._budget.in_flight)
        self._budget.in_flight.clear()

    def take_turn(self) -> Turn:
        """Wait until a request may be sent, and count it as in flight until :meth:`end_turn`."""
        start = self._clock()
        while True:
            with self._lock:
                now = self._clock()
                self._forget(now)
                wait = wait_for_turn(self._budget, now)
                if wait <= 0:
                    self._budget.in_flight.append(now)
                    return Turn(now, now - start)
            self._sleep(wait)

    def end_turn(self, turn: Turn, rate: Rate | None) -> None:
        """End a request; ``rate`` is ``None`` without a response, though the service may have counted the request."""
        with self._lock:
            now = self._clock()
            if turn.sent in self._budget.in_flight:
                self._budget.in_flight.remove(turn.sent)
            self._budget.ended.append(now)
            if rate is not None:
                learn(self._budget, rate, sent=turn.sent, now=now)

    def _forget(self, now: float) -> None:
        budget = self._budget
        if budget.in_flight and budget.in_flight[0] + LONGEST < now:
            budget.in_flight.pop(0)
        # The response to a request in flight may still count these together with it.
        oldest = budget.in_flight[0] if budget.in_flight else now
        while budget.ended and budget.ended[0] + budget.window + MARGIN <= oldest:
            budget.ended.popleft()

    def pause(self, seconds: float) -> None:
        """Let no thread send for this many seconds, because the service asked for it."""
        with self._lock:
            self._budget.paused_until = max(self._budget.paused_until, self._clock() + seconds)


_pacers: dict[tuple[str, bytes], Pacer] = {}


def pacer_for(host: str, key: Secret) -> Pacer:
    """Return the pacer of a key on a host, which all workspaces of this process share."""
    import hashlib

    # One step of the interpreter, so it needs no lock.
    return _pacers.setdefault((host, hashlib.sha256(key.reveal().encode()).digest()), Pacer())
