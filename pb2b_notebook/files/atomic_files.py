"""Where a file goes: written beside its place, forced to the disk, and put there as a whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO

from pb2b_notebook.errors import LeadFileError, LeadFileExistsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def write_atomically(path: Path, *, overwrite: bool) -> Iterator[BinaryIO]:
    """A file to write, which is at ``path`` once the block has ended well, and nowhere if it has not.

    Args:
        path: of the file, in a folder that is there.
        overwrite: replace what is there; otherwise it is left alone, even if it comes while the block runs.

    Raises:
        LeadFileExistsError: something is there.
        LeadFileError: it cannot be written there.
    """
    check_writable(path, overwrite=overwrite)
    path = path.resolve()  # a link stays one
    draft = path.with_name(f".{path.name[:50]}.{secrets.token_hex(4)}.tmp")
    with _translate_errors(path):
        try:
            with draft.open("xb+") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            _move_into_place(draft, path, overwrite=overwrite)
        finally:
            draft.unlink(missing_ok=True)


def check_writable(path: Path, *, overwrite: bool) -> None:
    """Refuse a place that is taken, before any work is done.

    Raises:
        LeadFileExistsError: a file is there, and it is not to be replaced.
        LeadFileError: what is there is no file, or its folder is not there.
    """
    if "\0" in path.name:
        raise LeadFileError("the name of the file cannot be", repair="leave the NUL character out")
    with _translate_errors(path):
        _check_place(path, overwrite=overwrite)


def _check_place(path: Path, *, overwrite: bool) -> None:
    if path.is_dir():
        raise LeadFileError(f"{path.name or path} is a folder", repair="give the path of a file")
    if not path.parent.is_dir():
        raise LeadFileError(
            f"the folder {path.parent.name!r} is not there", repair="make it first: Path(…).mkdir(parents=True)"
        )
    if path.exists() and (not overwrite or not path.is_file()):
        raise already_exists(path)


@contextmanager
def _translate_errors(path: Path) -> Iterator[None]:
    """Raise what the system says as an error of ours."""
    try:
        yield
    except LeadFileError:
        raise
    except FileExistsError:
        raise already_exists(path) from None
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise LeadFileError(
            f"{path.name[:100]!r} cannot be written: {reason}",
            repair="check its folder, its mode and the space on the disk",
        ) from None


def already_exists(path: Path) -> LeadFileExistsError:
    """The error of a place that is taken."""
    return LeadFileExistsError(f"there is {path.name!r} already", repair="take another name, or overwrite=True")


def _move_into_place(draft: Path, path: Path, *, overwrite: bool) -> None:
    if overwrite:
        with suppress(OSError):
            shutil.copymode(path, draft)
        draft.replace(path)
        return
    try:
        path.hardlink_to(draft)  # fails if something came meanwhile, and is as whole as a rename
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError from None
        draft.rename(path)
