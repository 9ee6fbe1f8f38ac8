"""Locks that allow one writer at a time for each resource of the mirror, in all kernels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pb2b_notebook.errors import MirrorBusyError
from pb2b_notebook.mirror.storage import extras
from pb2b_notebook.mirror.storage.locations import unwritable_error
from pb2b_notebook.mirror.storage.stores import Folder, StorePath

LOCK_TIMEOUT = 5.0
"""Seconds that a second writer waits for the first one."""


@contextmanager
def writer_lock(lock: Folder, resource: str, *, timeout: float = LOCK_TIMEOUT) -> Iterator[None]:
    """Hold the writer's lock of a resource during the block. It is released when its process ends; readers need none.

    In an object store nothing is locked: of two commits of one version the first wins, and the other writer reloads.

    Args:
        lock: Lock file.
        resource: Name of the resource, for the message.
        timeout: Longest time to wait, in seconds.

    Raises:
        MirrorBusyError: Another kernel, or another thread of this one, is still writing after that time.
        MirrorError: The lock file cannot be created.
    """
    if isinstance(lock, StorePath):
        yield
        return
    filelock = extras.filelock()
    file_lock = filelock.FileLock(lock, timeout=timeout, mode=0o600, thread_local=False)
    try:
        file_lock.acquire()
    except filelock.Timeout:
        raise MirrorBusyError(
            f"another kernel is writing {resource} into this mirror",
            repair=f"wait until it is done, or read the current rows: ws.mirror.frame({resource!r})",
        ) from None
    except OSError as problem:
        raise unwritable_error(problem) from None
    try:
        yield
    finally:
        file_lock.release()
