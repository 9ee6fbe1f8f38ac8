"""The files that the workspaces of a sandbox hold: on disk, beside the database, and behind no route."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import finalize

if TYPE_CHECKING:
    from collections.abc import Iterator


class DataFolder:
    """A folder of files, made at first use and readable by its owner only.

    Args:
        path: where; ``None`` for a temporary one, which goes when it is closed or the interpreter ends.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._removal: finalize[..., DataFolder] | None = None

    @classmethod
    def beside(cls, db: str | Path) -> DataFolder:
        """Give the folder of a database: ``<file>.files``, or a temporary one for a database in memory."""
        return cls(None if str(db) in (":memory:", "") else Path(f"{db}.files"))

    @property
    def path(self) -> Path:
        """The folder; made now, if it is temporary."""
        if self._path is None:
            self._path = Path(tempfile.mkdtemp(prefix="pb2b-sandbox-"))
            self._removal = finalize(self, shutil.rmtree, self._path, ignore_errors=True)
        return self._path

    def file(self, *parts: str) -> Path:
        """Where a file lies; ``parts`` are names of the sandbox's own making."""
        return self.path.joinpath(*parts)

    def present(self, kind: str) -> list[Path]:
        """List the files that lie in the folders ``<workspace id>/<kind>``, half-written ones among them."""
        return [] if self._path is None else sorted(self._path.glob(f"*/{kind}/*"))

    @contextmanager
    def writing(self, *parts: str) -> Iterator[Path]:
        """Give the path of a new file, which takes the place of an old one as a whole when the block ends.

        Raises:
            OSError: the folder or the file cannot be written; nothing is left of it.
        """
        target = self.file(*parts)
        # One by one: mkdir(parents=True) would let others read the folders in between.
        for folder in (self.path, *(self.file(*parts[:depth]) for depth in range(1, len(parts)))):
            folder.mkdir(mode=0o700, exist_ok=True)
        partial = target.with_name(f"{target.name}.partial")
        try:
            yield partial
            with partial.open("rb") as written:
                os.fsync(written.fileno())
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)

    def close(self) -> None:
        """Remove a temporary folder; twice is harmless."""
        if self._removal is not None:
            self._removal()
