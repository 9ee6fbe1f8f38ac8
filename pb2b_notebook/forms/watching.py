"""Watching long work from a form: its progress, and a Stop that ends only the watching."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from pb2b_notebook.display.progress import listen_to_progress

_BETWEEN: Final = 0.1  # seconds between two messages to the browser


class StoppedWatching(Exception):  # noqa: N818 - it is an outcome, not an error
    """The user pressed Stop. Jobs at the service go on.

    Args:
        reattach: Code that watches the same work again.
    """

    def __init__(self, reattach: str = "") -> None:
        super().__init__("stopped watching; the job goes on at the service")
        self.reattach = reattach


class StoppedWork(StoppedWatching):
    """The user pressed Stop. Work that only reads and computes has ended, and nothing was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.args = ("stopped; nothing was sent",)


class Watch:
    """Carries progress from a running function to its form, and a Stop from the form to the function.

    Args:
        show: Function that shows progress; called with the share that is done (0 to 1, or ``None`` if it is not
            known) and with a description of the current step.

    Example:
        >>> watch = Watch(lambda done, step: print(done, step))
        >>> watch.report(0.5, "half of it")
        0.5 half of it
        >>> watch.stop()
        >>> watch.report(0.6, "more")
        Traceback (most recent call last):
        pb2b_notebook.forms.watching.StoppedWatching: stopped watching; the job goes on at the service
    """

    def __init__(self, show: Callable[[float | None, str], None] | None = None) -> None:
        self._show = show
        self._stopped = threading.Event()
        self._reattach = ""

    def set_reattach(self, reattach: str) -> None:
        """Remember the code that watches the running job again, to show it after a Stop."""
        self._reattach = reattach

    def report(self, done: float | None, step: str) -> None:
        """Show progress.

        Raises:
            StoppedWatching: The user pressed Stop.
        """
        if self._stopped.is_set():
            raise StoppedWatching(self._reattach)
        if self._show is not None:
            self._show(done, step)

    @contextmanager
    def computing(self, what: str) -> Iterator[None]:
        """Report each step of work that only reads and computes, so that Stop ends it between two steps.

        Raises:
            StoppedWork: The user pressed Stop.
        """
        shown = 0.0

        def report(done: int, total: int | None) -> None:
            nonlocal shown
            now = time.monotonic()
            if now - shown >= _BETWEEN or self._stopped.is_set():
                shown = now
                self.report(done / total if total else None, what)

        try:
            self.report(None, what)
            with listen_to_progress(report):
                yield
        except StoppedWatching:
            raise StoppedWork from None

    def pause(self, seconds: float) -> None:
        """Wait for some seconds, or until the user presses Stop.

        Raises:
            StoppedWatching: The user pressed Stop.
        """
        if self._stopped.wait(seconds):
            raise StoppedWatching(self._reattach)

    def stop(self) -> None:
        """Stop watching at the next report."""
        self._stopped.set()
