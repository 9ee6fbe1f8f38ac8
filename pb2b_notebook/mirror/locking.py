"""One writer at a time for each table of the mirror, whichever kernel it is in."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pb2b_notebook.errors import MirrorBusyError
from pb2b_notebook.mirror import extras
from pb2b_notebook.mirror.locations import unwritable_error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK_TIMEOUT = 5.0
"""Seconds that a second writer waits for the first one."""


@contextmanager
def writer_lock(lock: Path, resource: str, *, timeout: float = LOCK_TIMEOUT) -> Iterator[None]:
    """Be the one writer of a resource. The lock goes with its process, however that ends; readers need none.

    Args:
        lock: the file to hold.
        resource: for the message.
        timeout: seconds to wait.

    Raises:
        MirrorBusyError: another kernel, or another thread of this one, still writes after that time.
        MirrorError: the file cannot be made.
    """
    filelock = extras.filelock()
    held = filelock.FileLock(lock, timeout=timeout, mode=0o600, thread_local=False)
    try:
        held.acquire()
    except filelock.Timeout:
        raise MirrorBusyError(
            f"another kernel is writing {resource} into this mirror",
            repair=f"wait until it is done, or read what is there: ws.mirror.frame({resource!r})",
        ) from None
    except OSError as problem:
        raise unwritable_error(problem) from None
    try:
        yield
    finally:
        held.release()
