"""Errors of the storage engines as errors of this package, without a value of a row."""

from __future__ import annotations

from typing import Final

from pb2b_notebook.engines.work_files import NO_ROOM_TEXT
from pb2b_notebook.errors import MirrorDamagedError, MirrorError
from pb2b_notebook.mirror.storage.locations import limit_error, unwritable_error
from pb2b_notebook.mirror.storage.stores import StoreError, store_error

_FILE_LIMIT: Final = "File too large"
_LATER_FORMAT: Final = ("Kernel error: Unsupported", "reader version", "reader feature", "writer feature")
_NOT_PERMITTED: Final = ("Permission denied", "Read-only file system", "os error 13", "os error 30")


def to_mirror_error(problem: Exception, resource: str) -> MirrorError:
    """Return the error for an engine's exception. Only the kind is read from its text, which may contain a path."""
    text = str(problem)
    known = problem.error if isinstance(problem, StoreError) else limit_error(problem) or store_error(text)
    if known is not None:
        return known
    if any(sign in text for sign in NO_ROOM_TEXT):
        limit_text = " within the limit on the size of a file (ulimit -f)" if _FILE_LIMIT in text else ""
        return MirrorError(
            f"there is no room to write {resource} into the mirror{limit_text}",
            repair="make room, raise the limit, or set PB2B_CACHE_DIR to another folder; committed rows stay, and the "
            "next sync continues from there",
        )
    if any(sign in text for sign in _NOT_PERMITTED):
        return unwritable_error(PermissionError(13, "permission denied"))
    if any(sign in text for sign in _LATER_FORMAT):
        return MirrorError(
            f"the mirror's table {resource} has a format that this release cannot read: another program or a later "
            "release wrote it",
            repair="update pb2b-notebook, or set PB2B_CACHE_DIR to another folder; the mirror stays as it is",
        )
    return damaged_error(resource, f"cannot be read ({type(problem).__name__})")


def damaged_error(resource: str, problem: str) -> MirrorDamagedError:
    """Return the error for a table with a problem, such as "cannot be read"."""
    return MirrorDamagedError(
        f"the mirror's table {resource} {problem}",
        repair=f"ws.mirror.verify() shows what is wrong, and ws.mirror.repair({resource!r}) restores what it can",
    )
