"""The folder for journals, logs and mirrors on this machine; only its owner has access."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from pb2b_notebook.lazy import load_module


def cache_folder() -> Path:
    """Return the cache folder: ``pb2b_notebook`` in ``PB2B_CACHE_DIR``, or in the user's cache folder of the system.

    It is always a subfolder, since its mode is changed: the variable may name ``/tmp`` or a home folder. It is not
    created here; see :func:`make_private`.
    """
    named = os.environ.get("PB2B_CACHE_DIR")
    if named:
        return Path(named).expanduser() / "pb2b_notebook"
    platformdirs = load_module("platformdirs")
    return Path(platformdirs.user_cache_dir("pb2b_notebook", appauthor=False))


def make_private(folder: Path) -> Path:
    """Create the folder and its missing parents, with access for their owner only (mode 0700), and return it.

    Raises:
        OSError: The folder cannot be created or made private.
    """
    for missing in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)  # parents=True would create them open to everyone under umask 000
    if os.name == "posix" and folder.stat().st_mode & 0o077:
        folder.chmod(0o700)
    return folder


def make_private_file(path: Path) -> Path:
    """Create the file if it is missing, in a private folder, with access for its owner only (mode 0600).

    Raises:
        OSError: The file cannot be created.
    """
    make_private(path.parent)
    create_private_file(path)
    return path


def create_private_file(path: Path) -> None:
    """Create the file if it is missing, with access for its owner only; one that exists is not opened.

    To close a file ends all locks that the process has on it, also those of another connection to a database
    (sqlite.org, "How to corrupt an SQLite database file", 2.2).

    Raises:
        OSError: The file cannot be created.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def replace_private(path: Path, content: str | bytes) -> None:
    """Replace a file in a folder of the cache completely or not at all, with access for its owner only.

    Raises:
        OSError: The file cannot be written.
    """
    make_private(path.parent.parent)
    make_private(path.parent)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        with suppress(OSError):
            fresh.unlink()
        raise
