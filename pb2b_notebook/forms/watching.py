"""Watching long work from a form: its progress, and a Stop that ends only the watching."""

from __future__ import annotations

import threading
from collections.abc import Callable


class StoppedWatching(Exception):  # noqa: N818 - it is an outcome, not an error
    """The user pressed Stop. Jobs at the service go on.

    Args:
        reattach: Code that watches the same work again.
    """

    def __init__(self, reattach: str = "") -> None:
        super().__init__("stopped watching; the job goes on at the service")
        self.reattach = reattach


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
