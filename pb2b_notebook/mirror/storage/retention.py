"""Retention: which files of a table no version needs, and which part of its log.

A mirror that is synced every five minutes makes 105,120 commits a year. Its log and its folder must not grow with them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from pb2b_notebook.mirror.storage.stores import Folder

READER_HOURS: Final = 1
"""How long readers may use the files of an earlier version."""

STORE_HOURS: Final = 7 * 24
"""The same in an object store, where no lock shows that a writer has ended: it is the age at which files without a
commit are taken for those of a writer that was killed."""

KEPT_COMMITS: Final = 100
"""Commits that the log keeps at least, if they are not older than 30 days."""

_MOST_COMMITS: Final = 150
_MAX_OBSOLETE: Final = 48  # files
_OBSOLETE_BYTES: Final = 16 << 20
_OF_THE_LOG: Final = re.compile(r"([0-9]{20})\.(.*)")


@dataclass(frozen=True, slots=True)
class ObsoleteFiles:
    """The data files that the latest version does not have.

    Attributes:
        size: Size of all of them in bytes.
        old: Number of those that no reader uses any more. A vacuum can delete most of them.
    """

    size: int
    old: int

    def vacuum_is_due(self, current: int) -> bool:
        """Return whether a vacuum is worth its time.

        Args:
            current: Size of the latest version's files in bytes.

        >>> ObsoleteFiles(size=20 << 20, old=1).vacuum_is_due(1 << 20), ObsoleteFiles(50_000, old=49).vacuum_is_due(0)
        (True, True)
        >>> ObsoleteFiles(size=20 << 20, old=0).vacuum_is_due(1 << 20), ObsoleteFiles(50_000, old=48).vacuum_is_due(0)
        (False, False)
        """
        return self.old > _MAX_OBSOLETE or (self.old > 0 and self.size > current + _OBSOLETE_BYTES)


def obsolete_files(folder: Folder, current: Collection[str], hours: int) -> ObsoleteFiles:
    """Return the data files in a table's folder that are not current; old ones are older than these hours."""
    readers_since = time.time() - hours * 3600
    size = old = 0
    for file in folder.iterdir():
        if file.name.endswith(".parquet") and file.name not in current:
            with suppress(FileNotFoundError):  # deleted meanwhile
                found = file.stat()
                size, old = size + found.st_size, old + (found.st_mtime < readers_since)
    return ObsoleteFiles(size, old)


def trim_log(log: Folder) -> None:
    """Delete the commits before a checkpoint, so that at least the latest 100 stay, if the log has more than 150.

    A checkpoint replaces all commits before it
    (https://github.com/delta-io/delta/blob/master/PROTOCOL.md#metadata-cleanup). The oldest is deleted first, so that
    a kill leaves a log without gaps.
    """
    names = map(_OF_THE_LOG.fullmatch, (file.name for file in log.iterdir()))
    found = sorted((int(name[1]), name[2], name.string) for name in names if name)
    commits = [number for number, kind, _ in found if kind == "json"]
    if len(commits) <= _MOST_COMMITS:
        return
    checkpoints = [number for number, kind, _ in found if kind == "checkpoint.parquet"]
    start = max((number for number in checkpoints if number <= commits[-1] - KEPT_COMMITS), default=0)
    for number, _, name in found:
        if number < start:
            (log / name).unlink(missing_ok=True)
