"""Write a file atomically: to a temporary file next to it, synced to the disk, then moved into place."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from pb2b_notebook.errors import LeadFileError, LeadFileExistsError


@contextmanager
def write_atomically(path: Path, *, overwrite: bool) -> Iterator[BinaryIO]:
    """Yield a file to write, which appears at ``path`` when the block ends without an error.

    Args:
        path: Path of the file, in an existing folder.
        overwrite: Whether to replace an existing file; otherwise it is kept, even if it is created while the block
            runs.

    Raises:
        LeadFileExistsError: The file exists and ``overwrite`` is false.
        LeadFileError: The file cannot be written there.
    """
    check_writable(path, overwrite=overwrite)
    path = path.resolve()  # a symbolic link stays a link
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
    """Refuse a path that cannot be written, before any work is done.

    Raises:
        LeadFileExistsError: The file exists and ``overwrite`` is false.
        LeadFileError: The file is not a regular file, or its folder does not exist.
    """
    if "\0" in str(path):
        raise LeadFileError("the file name contains a NUL character", repair="remove it")
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        raise LeadFileError(
            "the file name contains characters that this system cannot store, such as an unpaired surrogate",
            repair="use another name",
        ) from None
    with _translate_errors(path):
        _check_place(path, overwrite=overwrite)


def _check_place(path: Path, *, overwrite: bool) -> None:
    if path.is_dir():
        raise LeadFileError(f"{path.name or path} is a folder", repair="pass the path of a file")
    if not path.parent.is_dir():
        raise LeadFileError(
            f"the folder {path.parent.name!r} does not exist",
            repair=f"create it: Path({str(path.parent)!r}).mkdir(parents=True)",
        )
    if path.exists() and (not overwrite or not path.is_file()):
        raise already_exists(path)


@contextmanager
def _translate_errors(path: Path) -> Iterator[None]:
    """Translate errors of the operating system."""
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
    """Return the error about a file that exists."""
    return LeadFileExistsError(f"{path.name!r} already exists", repair="use another name, or pass overwrite=True")


def _move_into_place(draft: Path, path: Path, *, overwrite: bool) -> None:
    if overwrite:
        with suppress(OSError):
            shutil.copymode(path, draft)
        draft.replace(path)
        return
    try:
        path.hardlink_to(draft)  # fails if a file was created meanwhile, and is as atomic as a rename
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError from None
        draft.rename(path)
