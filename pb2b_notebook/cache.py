"""The folder on this machine where journals, logs and mirrors live; only its owner may look inside."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """The cache folder: ``pb2b_notebook`` in ``PB2B_CACHE_DIR``, or in the user's cache folder of the system.

    It is a folder of its own in either, since its mode is set: a variable may well say ``/tmp``, or a home. It is not
    created here; see :func:`make_private`.
    """
    named = os.environ.get("PB2B_CACHE_DIR")
    if named:
        return Path(named).expanduser() / "pb2b_notebook"
    import platformdirs

    return Path(platformdirs.user_cache_dir("pb2b_notebook", appauthor=False))


def make_private(folder: Path) -> Path:
    """Create the folder where it is missing, with access for its owner alone (mode 0700).

    Raises:
        OSError: it cannot be created, or not be made private.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name == "posix" and folder.stat().st_mode & 0o077:
        folder.chmod(0o700)
    return folder


def make_private_file(path: Path) -> Path:
    """Create the file where it is missing, in a private folder, readable for its owner alone (mode 0600).

    Raises:
        OSError: it cannot be created.
    """
    make_private(path.parent)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    return path
