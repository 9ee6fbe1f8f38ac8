"""Work of a form, which shows progress and results itself: nothing is printed beside it, where it would stay."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_within: ContextVar[bool] = ContextVar("pb2b_within", default=False)


@contextmanager
def within_form() -> Iterator[None]:
    """Show no progress bars and print no explanations (notices of level INFO) in this thread; also a decorator."""
    token = _within.set(True)
    try:
        yield
    finally:
        _within.reset(token)


def is_within_form() -> bool:
    """Return whether a form shows what goes on here.

    >>> with within_form():
    ...     is_within_form()
    True
    """
    return _within.get()
