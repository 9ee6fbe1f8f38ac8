"""The cost of a plan: requests, time, and leads of the workspace's allowance. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

WINDOW = 60.0
USUAL_LIMIT = 600
"""Requests per window, until the service has reported its limit."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What applying a plan would take.

    Attributes:
        requests: Number of requests.
        limit: Requests per minute, as reported by the service.
        creates: Number of leads that are created.
        left: Number of leads that the workspace may still hold; ``None`` where the key may not read it.

    >>> str(Cost(13, 600, 40, 5000)), str(Cost(2600, 600, 0, None))
    ('13 requests, about 2 s; creates 40 of 5,000 left', '2,600 requests, about 4 min')
    """

    requests: int
    limit: int | None = None
    creates: int = 0
    left: int | None = None

    @property
    def seconds(self) -> float:
        """Estimated duration in seconds at the rate limit."""
        return self.requests * WINDOW / (self.limit or USUAL_LIMIT)

    @property
    def passes_limit(self) -> bool:
        """Whether it would create more leads than the workspace may hold."""
        return self.left is not None and self.creates > self.left

    def __str__(self) -> str:
        if not self.requests:
            return "nothing to send"
        requests = f"{self.requests:,} request{'' if self.requests == 1 else 's'}, about {_duration_text(self.seconds)}"
        if not self.creates:
            return requests
        left = "" if self.left is None else f" of {self.left:,} left"
        return f"{requests}; creates {self.creates:,}{left}"

    __repr__ = __str__


def _duration_text(seconds: float) -> str:
    if seconds < 90:  # noqa: PLR2004 - below a minute and a half, seconds are clearer
        return f"{math.ceil(seconds)} s"
    return f"{round(seconds / 60)} min"
