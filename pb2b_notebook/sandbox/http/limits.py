"""The rolling rate limit of a key: at most N requests in any window of a given length.

The default of N is an argument of :class:`~pb2b_notebook.sandbox.sandbox.Sandbox`.
"""

import math
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

from pb2b_notebook.errors import UsageError


@dataclass(frozen=True, slots=True)
class Budget:
    """The rate limit of a key after one request.

    Attributes:
        limit: Requests in a window.
        remaining: Number of further requests that would be accepted now.
        wait: Whole seconds, rounded up, until the oldest counted request leaves the window.
        accepted: Whether this request was within the limit; a refused one is not counted.
        window: Length of the window in whole seconds, rounded up.
    """

    limit: int
    remaining: int
    wait: int
    accepted: bool
    window: int = 60


class RollingLimit:
    """Counts the requests of each key in memory; a restart resets the counts.

    Args:
        limit: Requests in a window, at least 1.
        window: Length of the window in seconds.
        monotonic: Function that returns seconds since a fixed point; tests pass their own.

    Raises:
        UsageError: The limit is below 1, or the window is not positive and finite.

    Example:
        >>> limit = RollingLimit(1, 60, monotonic=lambda: 0.0)
        >>> limit.take("key").accepted, limit.take("key").accepted
        (True, False)
    """

    def __init__(self, limit: int, window: float, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        if limit < 1 or not 0 < window < math.inf:
            raise UsageError(
                "the rate limit is out of range",
                repair="give rate_limit=1 or more, and window= as a finite number of seconds above 0",
            )
        self._limit = limit
        self._window = window
        self._monotonic = monotonic
        self._taken: defaultdict[str, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()

    def take(self, key: str) -> Budget:
        """Count one request of ``key`` if it is within the limit; return the budget after it."""
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
