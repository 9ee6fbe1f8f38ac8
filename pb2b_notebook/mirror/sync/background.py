"""A background task: commits run in a thread while the next pages are read."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Self

from pb2b_notebook import threads


class BackgroundTask:
    """One task at a time in a thread. Its exception is raised at the next start or at the end of the block.

    However the block ends, even by Ctrl-C, the running task is finished first, so that a commit is never interrupted.
    """

    def __init__(self) -> None:
        self._pool = threads.executor(1, name="pb2b-mirror")
        self._task: Future[Any] | None = None
        self._size = 0

    def start(self, size: int, work: Callable[..., Any], *arguments: Any, **keywords: Any) -> None:
        """Start a task of a size after the previous one is finished."""
        self._finish()
        self._task, self._size = self._pool.submit(work, *arguments, **keywords), size

    def wait_if_full(self, waiting: int, limit: int) -> None:
        """Wait for the running task if its size and ``waiting`` together are more than ``limit``."""
        if self._size + waiting > limit:
            self._finish()

    def _finish(self) -> None:
        task, self._task, self._size = self._task, None, 0
        if task is not None:
            task.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self._pool.shutdown(wait=True)
