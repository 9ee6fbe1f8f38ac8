"""The rolling rate limit of a key: at most so many requests in any window of so many seconds."""

from __future__ import annotations

import math
import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pb2b_notebook.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Budget:
    """What one request left of its key's window.

    Attributes:
        limit: requests in a window.
        remaining: how many more are accepted at once.
        wait: whole seconds, rounded up, until the oldest counted request leaves the window.
        accepted: whether this request was within the limit; a refused one is not counted.
        window: its length in whole seconds, rounded up.
    """

    limit: int
    remaining: int
    wait: int
    accepted: bool
    window: int = 60


class RollingLimit:
    """Counts requests by key, in memory: a restart forgives.

    Args:
        limit: requests in a window, at least 1.
        window: seconds.
        monotonic: seconds since some fixed point; a test passes its own.

    Raises:
        UsageError: a limit below 1, or a window of no time or without an end.

    Example:
        >>> limit = RollingLimit(1, 60, monotonic=lambda: 0.0)
        >>> limit.take("key").accepted, limit.take("key").accepted
        (True, False)
    """

    def __init__(self, limit: int, window: float, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        if limit < 1 or not 0 < window < math.inf:
            raise UsageError(
                "a rate limit needs room for a request and an end of its window",
                repair="give at least 1 request and a window of seconds, above 0 and finite",
            )
        self._limit = limit
        self._window = window
        self._monotonic = monotonic
        self._taken: defaultdict[str, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()

    def take(self, key: str) -> Budget:
        """Count one request of ``key``, if it is within the limit."""
        with self._lock:
            now = self._monotonic()
            taken = self._taken[key]
            while taken and taken[0] <= now - self._window:
                taken.popleft()
            accepted = len(taken) < self._limit
            if accepted:
                taken.append(now)
            wait = math.ceil(taken[0] + self._window - now)
            return Budget(self._limit, self._limit - len(taken), max(wait, 1), accepted, math.ceil(self._window))
