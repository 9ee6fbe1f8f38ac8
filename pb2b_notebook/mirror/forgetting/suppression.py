"""Who was forgotten stays forgotten: a later sync leaves these leads out, though the service still lists them.

Only a digest of each lead's id is filter_rows, in one file of the mirror, a line each.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Any

from pb2b_notebook.cache import make_private_file
from pb2b_notebook.mirror.locations import unwritable_error

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class Suppression:
    """The leads that must not come back.

    Args:
        path: of the file; it need not be there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, ids: Iterable[str]) -> None:
        """Let these leads be left out from now on, durably.

        Raises:
            MirrorError: the file cannot be written.
        """
        new = sorted({_digest(one) for one in ids} - self._digests())
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
        """The rows of a ``pyarrow.Table`` that are not about such a lead: by ``lead_id``, or else by ``id``."""
        import pyarrow as pa

        digests = self._digests()
        if not digests or not len(rows):
            return rows
        columns = [rows.column(name).to_pylist() for name in ("id", "lead_id") if name in rows.column_names]
        about = [any(one is not None and _digest(one) in digests for one in row) for row in zip(*columns, strict=True)]
        return rows.filter(pa.array([not one for one in about], pa.bool_())) if any(about) else rows

    def _digests(self) -> set[str]:
        try:
            return set(self._path.read_text("ascii").split())
        except FileNotFoundError:
            return set()
        except OSError as problem:
            raise unwritable_error(problem) from None


def _digest(one: str) -> str:
    return hashlib.sha256(one.encode("utf-8", "surrogatepass")).hexdigest()
