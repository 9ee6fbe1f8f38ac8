"""The files of the workspaces of a sandbox: on disk, beside the database; no route serves them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from weakref import finalize

from pb2b_notebook.forking import finalize_here, make_temporary_folder


class DataFolder:
    """A folder of files, created at first use and readable only by its owner.

    Args:
        path: Path of the folder; ``None`` for a temporary one, removed when it is closed or the interpreter exits.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._removal: finalize[..., Any] | None = None

    @classmethod
    def beside(cls, db: str | Path) -> DataFolder:
        """Return the folder of a database: ``<file>.files``, or a temporary one for a database in memory."""
        return cls(None if str(db) in (":memory:", "") else Path(f"{db}.files"))

    @property
    def path(self) -> Path:
        """The path of the folder; a temporary folder is created now."""
        if self._path is None:
            self._path = make_temporary_folder("pb2b-sandbox-")
            self._removal = finalize_here(self, partial(shutil.rmtree, self._path, ignore_errors=True))
        return self._path

    def file(self, *parts: str) -> Path:
        """Return the path of a file; the caller guarantees that ``parts`` are safe names."""
        return self.path.joinpath(*parts)

    def list_files(self, kind: str) -> list[Path]:
        """Return the files in the folders ``<workspace id>/<kind>``, including incomplete ones."""
        return [] if self._path is None else sorted(self._path.glob(f"*/{kind}/*"))

    @contextmanager
    def replace(self, *parts: str) -> Iterator[Path]:
        """Yield a path to write to; when the block ends, the file atomically replaces the one named by ``parts``.

        Raises:
            OSError: The folder or the file cannot be written; no incomplete file remains.
        """
        target = self.file(*parts)
        # One by one, because mkdir(parents=True) would make the folders in between readable for other users.
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
        """Remove a temporary folder; closing twice is harmless."""
        if self._removal is not None:
            self._removal()
