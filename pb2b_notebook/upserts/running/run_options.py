"""Options and limits of a run of a job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Watch = Callable[[int, int], bool]
"""Called with the number of rows that are done and of all rows; returns whether to go on."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a job is run, and as what its outcome is returned.

    Attributes:
        concurrency: Requests at the same time.
        progress: Whether to show a bar.
        watch: Called a few times a second; ends the run for now by returning false.
        library: Library of the outcome's frames, "pandas" or "polars"; by default the workspace's.
        index: Index of the input, for the outcome's frames; ``None`` for polars.
        settles: Whether to find out only what became of requests that were sent, and to send no others.
    """

    concurrency: int = 4
    progress: bool = True
    watch: Watch | None = None
    library: str | None = None
    index: Any = None
    settles: bool = False


@dataclass(frozen=True, slots=True)
class RunLimits:
    """When a run gives up for now; what is left stays pending.

    Attributes:
        rounds: Number of times that a request is tried, each with the client's own attempts.
        failures: Number of failures in a row, over all requests.
        base: Seconds of the first pause after a failure; it doubles with each further one.
        cap: Maximum seconds of a pause.
    """

    rounds: int = 4
    failures: int = 10
    base: float = 0.25
    cap: float = 10.0
