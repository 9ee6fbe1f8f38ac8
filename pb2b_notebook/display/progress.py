"""A progress bar for what takes longer than a second, and nothing at all for the rest."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

SHOWN_AFTER = 1.0


class Progress:
    """Rows that have come, and how many there will be.

    tqdm makes its widgets at once even where it shows them later; a notebook would save the state of each. The bar is
    therefore made when it is due.

    Args:
        what: the label.
        shown: off for no bar at all.
        clock: a monotonic clock in seconds.
        unit: what is counted.
    """

    def __init__(
        self, what: str, *, shown: bool, clock: Callable[[], float] = time.monotonic, unit: str = "rows"
    ) -> None:
        self._what = what
        self._unit = unit
        self._clock = clock
        self._begun = clock()
        self._due = self._begun + SHOWN_AFTER if shown else float("inf")
        self._rows = 0
        self._bar: Any = None

    def add(self, rows: int, total: int | None, note: str = "") -> None:
        """So many rows more have come, of ``total`` if anybody knows; the note is shown behind their rate."""
        self._rows += rows
        if self._bar is None and self._clock() < self._due:
            return
        bar = self._made() if self._bar is None else self._bar
        bar.total = total
        bar.set_postfix_str(note, refresh=False)
        bar.update(self._rows - bar.n)

    def _made(self) -> Any:
        from tqdm.auto import tqdm

        self._bar = tqdm(desc=self._what, unit=f" {self._unit}", leave=False)
        # The rate is that of all rows, not of those from now on, and the first line comes at once.
        self._bar.start_t -= self._clock() - self._begun
        self._bar.last_print_t = self._bar.start_t
        return self._bar

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()
