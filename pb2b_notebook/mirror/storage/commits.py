"""What a commit records besides rows: the sync state of its table, and the operation.

The sync state is stored as application transactions of the Delta protocol
(https://github.com/delta-io/delta/blob/master/PROTOCOL.md#transaction-identifiers). They are part of the commit that
adds the rows, and survive checkpoints and compaction. Commit metadata does not, so it holds only the operation.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from pb2b_notebook.errors import MirrorError
from pb2b_notebook.mirror.storage import extras
from pb2b_notebook.mirror.storage.commit_log import ACTIONS

_PREFIX: Final = "pb2b."
_COUNTS: Final = ("inserted", "updated", "deleted")
_MAX_ATTEMPTS: Final = 5
_PAUSE: Final = 0.3  # seconds

T = TypeVar("T")


class CommitConflictError(MirrorError):
    """Another writer committed first, so the comparison with the stored rows is out of date."""


def retry_conflicts(work: Callable[[], T]) -> T:
    """Return what ``work`` returns; after another writer's commit, do it again from the new version.

    Raises:
        CommitConflictError: Other writers committed first each time.
    """
    for attempt in range(1, _MAX_ATTEMPTS):
        try:
            return work()
        except CommitConflictError:
            # Two that lost against each other shall not meet again.
            time.sleep(random.uniform(0, _PAUSE * attempt))  # noqa: S311 - no secret
    return work()


@dataclass(frozen=True, slots=True)
class SyncState:
    """How far a table is complete. Times are microseconds since 1970 by the service's clock.

    Attributes:
        watermark: Start of the last complete sync.
        begun: Start of the first attempt of the latest sync; later than ``watermark`` while that sync is incomplete.
        progress: Latest ``updated_at`` up to which that sync has committed all rows; 0 if their order does not show it.
        since: Start of the history.
        origin: Version at the start of the history.
        synced: End of the last complete sync, by the clock of the machine that ran it.
        history: Number of commits of the history that belong to the table; a history with fewer has lost some.
    """

    watermark: int | None = None
    begun: int | None = None
    progress: int | None = None
    since: int | None = None
    origin: int | None = None
    synced: int | None = None
    history: int | None = None

    @property
    def unfinished(self) -> bool:
        """Whether the latest sync was interrupted."""
        return self.begun is not None and (self.watermark is None or self.watermark < self.begun)


def read_state(delta: Any) -> SyncState:
    """Return the sync state in the latest version of a ``deltalake.DeltaTable``."""
    return SyncState(**{field.name: delta.transaction_version(_PREFIX + field.name) for field in fields(SyncState)})


def operation(name: str, **counts: int) -> dict[str, str]:
    """Return the commit metadata of an operation, with the numbers of inserted, updated and deleted rows."""
    return {_PREFIX + "operation": name, **{_PREFIX + kind: str(count) for kind, count in counts.items()}}


def properties(state: Mapping[str, int], metadata: Mapping[str, str], *, files: int) -> Any:
    """Return the ``deltalake.CommitProperties`` of a commit.

    Args:
        state: Values of :class:`SyncState`.
        metadata: Metadata of the operation.
        files: Number of files that the commit adds and removes.
    """
    lake = extras.deltalake()
    return lake.CommitProperties(
        custom_metadata={**metadata, ACTIONS: str(files + len(state))},
        max_commit_retries=0,
        app_transactions=[lake.Transaction(_PREFIX + name, at) for name, at in state.items()],
    )


def history_row(commit: Mapping[str, Any]) -> dict[str, Any]:
    """Return a commit of the log as a row of ``ws.mirror.history``; other programs' commits keep the engine's name."""
    name = str(commit.get(_PREFIX + "operation") or commit.get("operation", ""))
    return {
        "version": commit.get("version"),
        "committed_at": datetime.fromtimestamp(commit["timestamp"] / 1000, UTC),
        "operation": name.partition(" ")[0].lower(),
        **{kind: int(commit.get(_PREFIX + kind) or 0) for kind in _COUNTS},
    }
