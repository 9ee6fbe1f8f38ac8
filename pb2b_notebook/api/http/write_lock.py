"""Writes on a live service stay locked until a check ran there once: our contract is a reconstruction.

What ran is written down beside the journal, one file a workspace, so that a check counts for every later session and
every kernel of this machine.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pb2b_notebook.cache import cache_folder, make_private

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path


class WriteLock:
    """The lock of one workspace of a live service.

    Args:
        service: the host.
        workspace: its id.

    >>> WriteLock("api.example.com", "ws_1").is_open()
    False
    """

    def __init__(self, service: str, workspace: str) -> None:
        self._facts = {"service": service, "workspace": workspace}
        name = hashlib.sha256(f"{service}/{workspace}".encode()).hexdigest()[:32]
        self._path = cache_folder() / "checks" / f"{name}.json"
        self._open = False

    def is_open(self) -> bool:
        """Whether a check ran here; asks the disk until one did, since another kernel may have run it."""
        self._open = self._open or self._is_written_down()
        return self._open

    def open(self, results: Mapping[str, int], at: datetime) -> bool:
        """Open it, here and in every later session.

        Args:
            results: how many operations had which result.
            at: when, by the service's clock.

        Returns:
            Whether it could be written down; if not, it is open in this session only.
        """
        self._open = True
        text = json.dumps({**self._facts, "checked_at": at.isoformat(), "results": dict(results)})
        try:
            _replace(self._path, text)
        except OSError:
            return False
        return True

    def _is_written_down(self) -> bool:
        try:
            written: Any = json.loads(self._path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return False
        return isinstance(written, dict) and self._facts.items() <= written.items()


def _replace(path: Path, text: str) -> None:
    """Write the file as a whole or not at all, readable for its owner alone."""
    make_private(path.parent.parent)
    make_private(path.parent)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        with suppress(OSError):
            fresh.unlink()
        raise
