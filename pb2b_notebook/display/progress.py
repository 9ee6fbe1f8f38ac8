"""A progress bar for calls that take longer than a second; quicker calls show nothing.

A bar that cannot be shown is left out: it never ends the call that it is about. A listener may end it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from typing import Any, Self

from pb2b_notebook.display.hiding import is_progress_hidden

SHOWN_AFTER = 1.0
_listener: ContextVar[Callable[[int, int | None], object] | None] = ContextVar("pb2b_progress_listener", default=None)


@contextmanager
def listen_to_progress(listener: Callable[[int, int | None], object]) -> Iterator[None]:
    """Call a function at each step of the work in this thread.

    Args:
        listener: Function of the steps that are done and of all of them, ``None`` if their number is not known. An
            exception that it raises ends the work.

    >>> with listen_to_progress(print), Progress("normalize", shown=False) as bar:
    ...     bar.add(1, 3)
    1 3
    """
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


class Progress:
    """A progress bar: rows so far, and the total if it is known.

    The bar is made only when it is due: tqdm makes its widgets at once, even for a bar that it shows later, and a
    notebook would save the state of each.

    Args:
        label: Text before the bar.
        shown: Whether there is a bar at all.
        clock: Monotonic clock in seconds.
        unit: Name of what is counted.
    """

    def __init__(
        self, label: str, *, shown: bool, clock: Callable[[], float] = time.monotonic, unit: str = "rows"
    ) -> None:
        self._label = label
        self._unit = unit
        self._clock = clock
        self._started = clock()
        is_shown = shown and not is_progress_hidden() and not _are_turned_off()
        self._due = self._started + SHOWN_AFTER if is_shown else float("inf")
        self._rows = 0
        self._bar: Any = None
        self._listener = _listener.get()

    def add(self, rows: int, total: int | None, note: str = "") -> None:
        """Count more rows, and show the bar if it is due.

        Args:
            rows: Rows since the last call.
            total: All rows, or ``None`` if the number is not known.
            note: Text after the rate.
        """
        self._rows += rows
        if self._listener is not None:
            self._listener(self._rows, total)
        if not self.is_due():
            return
        try:
            bar = self._make_bar() if self._bar is None else self._bar
            bar.total = total
            bar.set_postfix_str(note, refresh=False)
            bar.update(self._rows - bar.n)
        except Exception:  # noqa: BLE001 - without a terminal, or with TQDM_ variables that tqdm cannot read
            self._bar, self._due = None, float("inf")

    @property
    def is_watched(self) -> bool:
        """Whether a listener follows the steps, and may end the work at each."""
        return self._listener is not None

    def is_due(self) -> bool:
        """Return whether the bar is shown, or has to be."""
        return self._bar is not None or self._clock() >= self._due

    def _make_bar(self) -> Any:
        self._bar = _bar_class(os.getpid())(desc=self._label, unit=f" {self._unit}", leave=False)
        # The rate covers all rows, also those before the bar was made, and the first line comes at once.
        self._bar.start_t -= self._clock() - self._started
        self._bar.last_print_t = self._bar.start_t
        return self._bar

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            with suppress(Exception):
                self._bar.close()


@cache
def _bar_class(process: int) -> Any:
    """Return tqdm with a lock of its own for this process.

    tqdm's lock is shared with all other processes, and a thread of the parent may have held it during a fork: a bar of
    the child would wait for it forever.
    """
    from tqdm.auto import tqdm

    return type(f"tqdm_{process}", (tqdm,), {"_lock": threading.RLock()})


def _are_turned_off() -> bool:
    """Whether ``TQDM_DISABLE`` turns bars off; tqdm itself does not look at it in a notebook."""
    return os.environ.get("TQDM_DISABLE", "").strip().lower() not in {"", "0", "false", "no"}
