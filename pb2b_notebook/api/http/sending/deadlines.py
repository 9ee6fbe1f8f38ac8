"""One deadline for all network operations of an exchange."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

TIMEOUTS = {"connect": 5.0, "read": 30.0, "write": 30.0, "pool": 5.0}
_ends: ContextVar[float] = ContextVar("pb2b_deadline", default=float("inf"))


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Limit all network operations of this thread within the block to this many seconds in total."""
    token = _ends.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends.reset(token)


def clip(timeout: float | None, expired: type[Exception]) -> float:
    """Return a timeout in seconds, cut to what is left of the deadline; raise the exception if nothing is."""
    left = _ends.get() - time.monotonic()
    if left <= 0:
        raise expired
    return left if timeout is None else min(timeout, left)
