"""Work of a form or a page, which shows progress and results itself: nothing is printed beside it, where it stays."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_hidden: ContextVar[bool] = ContextVar("pb2b_progress_hidden", default=False)


@contextmanager
def hide_progress(*, hidden: bool = True) -> Iterator[None]:
    """Show no progress bars and print no explanations (notices of level INFO) in this thread; also a decorator.

    Args:
        hidden: Whether they are hidden; false changes nothing.
    """
    token = _hidden.set(hidden or _hidden.get())
    try:
        yield
    finally:
        _hidden.reset(token)


def is_progress_hidden() -> bool:
    """Return whether progress bars and explanations are hidden in this thread.

    >>> with hide_progress():
    ...     is_progress_hidden()
    True
    """
    return _hidden.get()
