"""Watching long work from a form: how far it is, and a Stop that only stops the watching."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class StoppedWatching(Exception):  # noqa: N818 - it is an outcome, not an error
    """Somebody pressed Stop: what runs at the service goes on there.

    Args:
        reattach: how to pick it up again, as one types it.
    """

    def __init__(self, reattach: str = "") -> None:
        super().__init__("stopped watching; what was launched goes on")
        self.reattach = reattach


class Watch:
    """What a running function tells its form, and hears from it.

    Args:
        show: called with how much is done (0 to 1, or ``None`` where nobody knows) and with what is going on.

    Example:
        >>> watch = Watch(lambda done, what: print(done, what))
        >>> watch.report(0.5, "half of it")
        0.5 half of it
        >>> watch.stop()
        >>> watch.report(0.6, "more")
        Traceback (most recent call last):
        pb2b_notebook.forms.watching.StoppedWatching: stopped watching; what was launched goes on
    """

    def __init__(self, show: Callable[[float | None, str], None] | None = None) -> None:
        self._show = show
        self._stopped = threading.Event()
        self._reattach = ""

    def set_reattach(self, reattach: str) -> None:
        """From here on something runs at the service; ``reattach`` is how to pick it up again."""
        self._reattach = reattach

    def report(self, done: float | None, what: str) -> None:
        """Show how far it is.

        Raises:
            StoppedWatching: somebody pressed Stop.
        """
        if self._stopped.is_set():
            raise StoppedWatching(self._reattach)
        if self._show is not None:
            self._show(done, what)

    def pause(self, seconds: float) -> None:
        """Wait, but not beyond a Stop.

        Raises:
            StoppedWatching: somebody pressed Stop.
        """
        if self._stopped.wait(seconds):
            raise StoppedWatching(self._reattach)

    def stop(self) -> None:
        """Stop watching at the next report."""
        self._stopped.set()
