"""Lock writes on a live service until it was checked once: our contract is a reconstruction.

A check is recorded in a file beside the journal, one for each workspace, so that it counts for every later session
and every kernel on this machine.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pb2b_notebook.cache import cache_folder, replace_private


class WriteLock:
    """The lock of one workspace of a live service.

    >>> WriteLock("api.example.com", "ws_1").is_open()
    False
    """

    def __init__(self, service: str, workspace: str) -> None:
        self._facts = {"service": service, "workspace": workspace}
        name = hashlib.sha256(f"{service}/{workspace}".encode()).hexdigest()[:32]
        self._path = cache_folder() / "checks" / f"{name}.json"
        self._open = False

    def is_open(self) -> bool:
        """Whether a check has run; the file is read until it has, since another kernel may have run it."""
        self._open = self._open or self._is_recorded()
        return self._open

    def open(self, results: Mapping[str, int], at: datetime) -> bool:
        """Open the lock, in this session and every later one.

        Args:
            results: Result of a check → number of operations.
            at: Time of the check, by the service's clock.

        Returns:
            Whether the check could be recorded; if not, the lock is open in this session only.
        """
        self._open = True
        text = json.dumps({**self._facts, "checked_at": at.isoformat(), "results": dict(results)})
        try:
            replace_private(self._path, text)
        except OSError:
            return False
        return True

    def _is_recorded(self) -> bool:
        try:
            record: Any = json.loads(self._path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return False
        return isinstance(record, dict) and self._facts.items() <= record.items()
