"""Forked processes: each opens its own connections, and none waits for a lock of its parent or deletes its files.

A forked child starts as a copy of its parent with one thread. Three things in that copy are dangerous. A socket or a
SQLite connection is still used by the parent, and a response can reach the wrong process. A lock that another thread
of the parent held is never released. And finalizers delete the parent's temporary files when the child exits.
``multiprocessing`` forks by default on Linux up to Python 3.13; so do gunicorn, joblib and Dask.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn, Protocol

from pb2b_notebook.errors import ConfigurationError, UsageError

HOLD_TIMEOUT = 2.0
"""Seconds that a fork waits for a lock which protects data that parent and child both keep."""
_THREADS = {
    "polars": os.environ.get("POLARS_THREAD_NAME", "polars")[:10] + "-",
    "deltalake": "tokio-",
    "obstore": "tokio-",
}
"""How the threads of each engine are named; the system keeps 15 characters of a name."""


class _Renewed(Protocol):
    def renew_after_fork(self) -> None: ...


_owners: weakref.WeakSet[Any] = weakref.WeakSet()
_locks: weakref.WeakKeyDictionary[Any, str] = weakref.WeakKeyDictionary()
_held: list[Any] = []
_running: set[str] = set()
_lost: set[str] = set()


def renew_in_child(owner: _Renewed, *, lock: str = "") -> None:
    """Have ``owner.renew_after_fork()`` called in each forked child, before any other code of the child runs.

    Args:
        owner: Object with locks or connections; it is not kept alive.
        lock: Attribute with the lock of data that the child goes on with, so that a fork does not copy a half-done
            change.
    """
    _owners.add(owner)
    if lock:
        _locks[owner] = lock


def finalize_here(owner: object, function: Callable[..., object], *arguments: Any) -> weakref.finalize[..., Any]:
    """Return a finalizer as :class:`weakref.finalize` does, which does nothing in a forked child."""
    return weakref.finalize(owner, _call_in, os.getpid(), function, *arguments)


def _call_in(process: int, function: Callable[..., object], *arguments: Any) -> None:
    if os.getpid() == process:
        function(*arguments)


def make_temporary_folder(prefix: str) -> Path:
    """Create a private folder among the temporary files of the system.

    Raises:
        ConfigurationError: The system has no folder for temporary files, or none that can be written now.
    """
    try:
        return Path(tempfile.mkdtemp(prefix=prefix))  # mode 0700
    except OSError as problem:  # also where too many files are open: then Python finds no folder that it can write
        raise ConfigurationError(
            f"no temporary folder can be created ({type(problem).__name__})",
            repair="close files (ulimit -n), make room, or set TMPDIR to a folder that can be written",
        ) from problem


@contextmanager
def temporary_folder(prefix: str) -> Iterator[Path]:
    """Create a temporary folder for the block; only the process that created it deletes it."""
    folder = make_temporary_folder(prefix)
    process = os.getpid()
    try:
        yield folder
    finally:
        _call_in(process, shutil.rmtree, folder, True)


def refuse_pickling(what: str, repair: str) -> NoReturn:
    """Raise the error for an object that another process cannot use.

    Raises:
        UsageError: Always.
    """
    raise UsageError(f"{what} cannot be pickled or copied: another process needs its own", repair=repair)


class ParentsLock:
    """Stands in for a lock in a forked child where only the parent may go on: to take it is an error."""

    def __init__(self, what: str, repair: str) -> None:
        self._what = what
        self._repair = repair

    def __enter__(self) -> NoReturn:
        raise UsageError(f"{self._what} runs in the parent of this process", repair=self._repair)

    def __exit__(self, *_: object) -> None:
        """Do nothing: it is never taken."""

    def acquire(self, timeout: float = -1) -> bool:  # noqa: ARG002 - as of a lock
        """Return ``False``: a further fork need not wait for what only the parent uses."""
        return False


def check_engine(name: str) -> None:
    """Refuse an engine whose threads did not come along into this forked process: a call would wait forever.

    Raises:
        UsageError: This process was forked after the engine had started its threads.
    """
    if name in _lost:
        raise UsageError(
            f"{name} cannot be used in this process: it was forked after {name} had started its threads",
            repair='start workers with multiprocessing.get_context("spawn"), or fork before the first polars frame, '
            "mirror or cleanup; requests and pandas frames work here",
        )


def _thread_names() -> list[str] | None:
    """Return the names of all threads of this process; ``None`` where the system does not list them."""
    try:
        tasks = list(Path("/proc/self/task").iterdir())
    except OSError:
        return None
    names = []
    for task in tasks:
        with suppress(OSError):  # the thread has ended
            names.append((task / "comm").read_text(encoding="utf-8", errors="replace"))
    return names


def _before() -> None:
    _held.clear()
    for owner, name in list(_locks.items()):
        lock = getattr(owner, name)
        if lock.acquire(timeout=HOLD_TIMEOUT):
            _held.append(lock)
    _running.clear()
    loaded = [engine for engine in _THREADS if engine in sys.modules]
    names = _thread_names() if loaded else []
    _running.update(
        engine for engine in loaded if names is None or any(name.startswith(_THREADS[engine]) for name in names)
    )


def _release() -> None:
    while _held:
        _held.pop().release()


def _after_in_child() -> None:
    _held.clear()  # each owner gets new locks
    _lost.update(_running)
    for owner in list(_owners):
        owner.renew_after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_release, after_in_child=_after_in_child)
