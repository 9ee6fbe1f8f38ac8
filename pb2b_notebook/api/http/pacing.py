"""Stay under the rolling rate limit before the service has to say 429; one pacer a key, shared by all threads.

The service counts a request when it arrives, which is some time between our send and its answer. A request therefore
holds its place from the send until one window after its *answer*: whatever the latency, the service can never see
more than the limit in any window.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_right
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from pb2b_notebook.api.http.envelope import Rate
    from pb2b_notebook.credentials import Secret

WINDOW = 60.0
SHARED = 0.9  # of the limit, as soon as another client is seen to use the same key
MARGIN = 0.02  # seconds: clocks of two processes are not read at the same instant
PROBES = 4  # requests that may be under way while no answer has told the limit yet
LONGEST = 120.0  # seconds: older than any deadline, a turn was left by a Ctrl-C between its beginning and its end


@dataclass(slots=True)
class Budget:
    """What is known of the rolling window, as plain values; times are seconds of a monotonic clock.

    Attributes:
        window: its length in seconds.
        limit: requests a window, once an answer told it.
        ended: when the answers came of the requests that still count, in order.
        under_way: when the requests were sent that have no answer yet.
        others: requests in the window that were not ours, by the latest answer.
        others_seen: when that answer came.
        paused_until: nobody sends before; a Retry-After sets it.
    """

    window: float = WINDOW
    limit: int | None = None
    ended: deque[float] = field(default_factory=deque)
    under_way: list[float] = field(default_factory=list)
    others: int = 0
    others_seen: float = 0.0
    paused_until: float = 0.0


def wait_for_turn(budget: Budget, now: float) -> float:
    """Seconds until one more request may be sent; 0 for at once.

    >>> wait_for_turn(Budget(limit=2, ended=deque([10.0, 11.0])), now=30.0)
    40.02
    """
    if now < budget.paused_until:
        return budget.paused_until - now
    if budget.limit is None:
        return 0.0 if len(budget.under_way) < PROBES else budget.window / 100
    others = budget.others if now < budget.others_seen + budget.window else 0
    allowed = max(1, int(budget.limit * SHARED) if others else budget.limit) - others
    room = allowed - len(budget.under_way) - 1
    if len(budget.ended) <= room:
        return 0.0
    gone = bisect_right(budget.ended, now - budget.window - MARGIN)
    excess = len(budget.ended) - gone - room
    if excess <= 0:
        return 0.0
    if excess <= len(budget.ended) - gone:
        return round(max(0.0, budget.ended[gone + excess - 1] + budget.window + MARGIN - now), 6)
    # Requests under way or other clients hold the window: look again soon, at most a hundredth of it later.
    return budget.window / 100


def learn(budget: Budget, rate: Rate, *, sent: float, now: float) -> None:
    """Take over what an answer says of the limit, and estimate what other clients of the key have used.

    The service counted at some instant between ``sent`` and ``now``. Of ours it may have counted all that had not
    surely left its window at the first of them: else our own requests, leaving in a burst, would look like another
    client's.
    """
    if rate.window:
        budget.window = rate.window
    if rate.limit is None:
        return
    budget.limit = max(1, rate.limit)
    if rate.remaining is not None:
        ours = len(budget.ended) - bisect_right(budget.ended, sent - budget.window) + len(budget.under_way)
        budget.others = max(0, rate.limit - rate.remaining - ours)
        budget.others_seen = now


class Turn(NamedTuple):
    """The right to send one request: when it was given, after how many seconds of waiting."""

    sent: float
    waited: float


class Pacer:
    """The one place that decides when a request of a key may leave.

    Args:
        window: seconds; an answer may tell another.
        clock: a monotonic clock in seconds.
        sleep: waits that many seconds.
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

    def take_turn(self) -> Turn:
        """Wait until a request may be sent, and count it as under way until :meth:`end_turn`."""
        start = self._clock()
        while True:
            with self._lock:
                now = self._clock()
                self._forget(now)
                wait = wait_for_turn(self._budget, now)
                if wait <= 0:
                    self._budget.under_way.append(now)
                    return Turn(now, now - start)
            self._sleep(wait)

    def end_turn(self, turn: Turn, rate: Rate | None) -> None:
        """The request is over: with an answer (and its rate), or without (``None``), which may have been counted."""
        with self._lock:
            now = self._clock()
            if turn.sent in self._budget.under_way:
                self._budget.under_way.remove(turn.sent)
            self._budget.ended.append(now)
            if rate is not None:
                learn(self._budget, rate, sent=turn.sent, now=now)

    def _forget(self, now: float) -> None:
        budget = self._budget
        if budget.under_way and budget.under_way[0] + LONGEST < now:
            budget.under_way.pop(0)
        # What a request still under way may have been counted together with is kept for its answer.
        oldest = budget.under_way[0] if budget.under_way else now
        while budget.ended and budget.ended[0] + budget.window + MARGIN <= oldest:
            budget.ended.popleft()

    def pause(self, seconds: float) -> None:
        """Nobody sends for that long: the service asked for it."""
        with self._lock:
            self._budget.paused_until = max(self._budget.paused_until, self._clock() + seconds)


_pacers: dict[tuple[str, bytes], Pacer] = {}
_pacers_lock = threading.Lock()


def pacer_for(host: str, key: Secret) -> Pacer:
    """The pacer of this key on this host, one for all workspaces of this process."""
    import hashlib

    name = (host, hashlib.sha256(key.reveal().encode()).digest())
    with _pacers_lock:
        return _pacers.setdefault(name, Pacer())
