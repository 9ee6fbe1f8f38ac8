"""The folder on this machine where journals, logs and mirrors live; only its owner may look inside."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """The cache folder: ``PB2B_CACHE_DIR``, or the user's cache folder of the system for ``pb2b_notebook``.

    It is not created here; see :func:`make_private`.
    """
    named = os.environ.get("PB2B_CACHE_DIR")
    if named:
        return Path(named).expanduser()
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
