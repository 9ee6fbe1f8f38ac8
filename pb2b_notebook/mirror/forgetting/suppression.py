"""The list of forgotten leads, which later syncs leave out although the service still lists them.

It is a file of the mirror with the digest of one lead's id on each line.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pb2b_notebook.cache import make_private_file
from pb2b_notebook.lazy_libraries import pa
from pb2b_notebook.mirror.storage.locations import unwritable_error


class Suppression:
    """The leads that must not be stored again.

    Args:
        path: File of the digests; it may be missing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, ids: Iterable[str]) -> None:
        """Leave these leads out from now on, durably.

        Raises:
            MirrorError: The file cannot be written.
        """
        new = sorted({_digest(lead_id) for lead_id in ids} - self._digests())
        if not new:
            return
        try:
            with make_private_file(self._path).open("a", encoding="ascii") as file:
                file.writelines(f"{digest}\n" for digest in new)
                file.flush()
                os.fsync(file.fileno())
        except OSError as problem:
            raise unwritable_error(problem) from None

    def filter_rows(self, rows: Any) -> Any:
        """Return the rows of a ``pyarrow.Table`` that are not about a forgotten lead, by ``lead_id`` or ``id``."""
        digests = self._digests()
        if not digests or not len(rows):
            return rows
        columns = [rows.column(name).to_pylist() for name in ("id", "lead_id") if name in rows.column_names]
        about = [any(key is not None and _digest(key) in digests for key in row) for row in zip(*columns, strict=True)]
        return rows.filter(pa.array([not is_about for is_about in about], pa.bool_())) if any(about) else rows

    def _digests(self) -> set[str]:
        try:
            return set(self._path.read_text("ascii").split())
        except FileNotFoundError:
            return set()
        except OSError as problem:
            raise unwritable_error(problem) from None


def _digest(lead_id: str) -> str:
    return hashlib.sha256(lead_id.encode("utf-8", "surrogatepass")).hexdigest()
