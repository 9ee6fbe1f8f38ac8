"""How a job is run, and as what its outcome is returned."""

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
    """

    concurrency: int = 4
    progress: bool = True
    watch: Watch | None = None
    library: str | None = None
    index: Any = None
