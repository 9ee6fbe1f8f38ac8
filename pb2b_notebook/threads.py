"""Work beside the caller: in threads, or in the caller's own turn where this Python cannot start any.

A Python in the browser (WebAssembly) has no threads. Whatever the package does in the background starts here, so that
no other module asks whether there are threads, and all of it returns the same results without them.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import cache, partial
from queue import SimpleQueue
from typing import Any, Final, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_LOOK: Final = 0.05  # seconds between two looks at the workers
_FEW_ROWS: Final = 1_000
"""Rows of a frame on which work is done sooner than threads are started for it."""


@cache
def available() -> bool:
    """Whether this Python can start threads.

    >>> available()
    True
    """
    attempt = threading.Thread(target=int)  # int() does nothing
    try:
        attempt.start()
    except RuntimeError:
        return False
    attempt.join()
    return True


def allow(count: int) -> int:
    """Return how many threads may share a work of this many parts: all of them, or 1 without threads."""
    return count if available() else 1


def start(
    work: Callable[[], Result], *, name: str, daemon: bool = True, result: Future[Result] | None = None
) -> Future[Result]:
    """Do one work in a thread of its own; without threads it is done when this returns.

    That costs less than an executor, whose thread waits for work.

    Args:
        work: Function without arguments.
        name: Name of the thread.
        daemon: Whether the interpreter may exit before the work is done.
        result: What gets the result, and is returned; for a caller that Ctrl-C may interrupt in this call.

    Example:
        >>> start(lambda: 6 * 7, name="example").result()
        42
    """
    result = Future() if result is None else result
    task = partial(_settle, result, work)
    if available():
        threading.Thread(target=task, name=name, daemon=daemon).start()
    else:
        task()
    return result


def _settle(result: Future[Any], work: Callable[[], Any]) -> None:
    try:
        result.set_result(work())
    except BaseException as problem:  # noqa: BLE001 - raised where the result is taken
        result.set_exception(problem)


def executor(workers: int | None = None, *, name: str = "pb2b", rows: int = _FEW_ROWS) -> Executor:
    """Return a pool of threads; without threads, an executor that does each task when it is handed over.

    Args:
        workers: Number of threads; by default as :class:`concurrent.futures.ThreadPoolExecutor`.
        name: Beginning of the names of the threads.
        rows: Number of rows of the frame that the tasks work on. For few rows no threads are started.
    """
    if rows < _FEW_ROWS or not available():
        return _InlineExecutor()
    return ThreadPoolExecutor(workers, thread_name_prefix=name)


class _InlineExecutor(Executor):
    """Does each task in the thread that hands it over, in order: a task that a task hands over waits for its end."""

    def __init__(self) -> None:
        self._tasks: deque[Callable[[], None]] = deque()
        self._working = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do a task, and return its result."""
        result: Future[Any] = Future()
        self._tasks.append(partial(_settle, result, partial(fn, *args, **kwargs)))
        if not self._working:
            self._working = True
            try:
                while self._tasks:
                    self._tasks.popleft()()
            finally:
                self._working = False
        return result


def call_later(seconds: float, function: Callable[[], object]) -> threading.Timer | None:
    """Call a function in a thread after some seconds; without threads return ``None``: the caller must not wait."""
    if not available():
        return None
    timer = threading.Timer(seconds, function)
    timer.daemon = True
    timer.start()
    return timer


def read_ahead(items: Iterator[Item]) -> Iterator[Item]:
    """Yield items; a thread fetches the next one while the caller works on this one. At most one item waits.

    A caller that stops early wastes at most the item in flight, without waiting for it. Without threads each item is
    fetched when it is wanted.
    """
    return _read_ahead(items) if available() else items


def _read_ahead(items: Iterator[Item]) -> Iterator[Item]:
    wanted: SimpleQueue[bool] = SimpleQueue()
    coming: SimpleQueue[tuple[Item] | BaseException | None] = SimpleQueue()

    def fetch() -> None:
        while wanted.get():
            try:
                coming.put((next(items),))
            except StopIteration:
                coming.put(None)
            except BaseException as problem:  # noqa: BLE001 - raised in the caller's thread
                coming.put(problem)

    # One thread for all items: a new thread allocates memory that is new to the process, which costs as much as a page.
    # Not an executor: at exit the interpreter would wait for its threads, for a stalled service up to the deadline.
    threading.Thread(target=fetch, name="pb2b-prefetch", daemon=True).start()
    wanted.put(True)
    try:
        while (fetched := coming.get()) is not None:
            if isinstance(fetched, BaseException):
                raise fetched
            wanted.put(True)
            yield fetched[0]
    finally:
        wanted.put(False)


class Workers:
    """Threads that repeat a step until it returns ``False``; without threads the caller repeats it.

    Args:
        step: Does a small part of the work, and returns whether there may be more.
        count: Number of threads.
        name: Name of the threads.
    """

    def __init__(self, step: Callable[[], bool], count: int, *, name: str) -> None:
        self._step = step
        self._threads: Sequence[threading.Thread] = (
            [threading.Thread(target=self._work, name=name, daemon=True) for _ in range(count)] if available() else ()
        )

    def _work(self) -> None:
        while self._step():
            pass

    def run(self, look: Callable[[], object]) -> None:
        """Repeat the step until no thread has more to do; ``look`` is called meanwhile."""
        for thread in self._threads:
            thread.start()
        while any(thread.is_alive() for thread in self._threads):
            for thread in self._threads:
                thread.join(_LOOK)
            look()
        while not self._threads and self._step():
            look()

    def join(self, seconds: float) -> None:
        """Wait this long for each thread that was started."""
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(seconds)
