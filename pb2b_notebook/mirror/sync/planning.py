"""The plan of the next sync: what to request, from the state that is committed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from pb2b_notebook.mirror.storage.commits import SyncState
from pb2b_notebook.mirror.storage.instants import SECOND

OVERLAP: Final = 120 * SECOND
"""How far before the watermark a sync reads again, because rows become visible some time after their ``updated_at``.
All times here are in microseconds."""

_TIME_STEP: Final = 1_000
"""The API's times are in milliseconds, and several rows may have the last committed time."""

_MAX_VANISHED: Final = 50
_MAX_VANISHED_SHARE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Request:
    """The request of a sync.

    Attributes:
        mode: ``first``; ``resumed`` after an interruption; ``changes`` since the watermark; ``whole`` if the list has
            no filter by time or fits one page; ``full`` if the user asked for a sweep.
        after: Time after which the rows changed; ``None`` for all rows.
    """

    mode: Literal["first", "resumed", "changes", "whole", "full"]
    after: int | None

    @property
    def everything(self) -> bool:
        """Whether all rows are listed, so that a missing row is gone at the service."""
        return self.mode in {"whole", "full"}


def plan_request(
    state: SyncState, newest: int | None, *, incremental: bool, full: bool = False, small: bool = False
) -> Request:
    """Return what the next sync requests.

    Args:
        state: Sync state of the table.
        newest: Largest stored ``updated_at``; ``None`` without rows.
        incremental: Whether the list can be filtered by time of change.
        full: Whether the user wants everything read again.
        small: Whether all rows fit one page, and deletions show only in a whole listing.

    >>> from pb2b_notebook.mirror.storage.commits import SyncState
    >>> plan_request(SyncState(), None, incremental=True)
    Request(mode='first', after=None)
    >>> plan_request(SyncState(watermark=900_000_000), 850_000_000, incremental=True)
    Request(mode='changes', after=780000000)
    >>> plan_request(SyncState(watermark=900_000_000), None, incremental=True)
    Request(mode='changes', after=None)
    >>> plan_request(SyncState(begun=900_000_000, progress=500_000_000), 500_000_000, incremental=True)
    Request(mode='resumed', after=499999000)
    """
    if state.watermark is None and state.begun is None:
        return Request("first", None)
    if state.watermark is None:
        return Request("resumed", _resumption(state) if incremental else None)
    if full:
        return Request("full", None)
    if not incremental or small:
        return Request("whole", None)
    if newest is None:
        # Without rows, the offset between the service's Date and its updated_at is unknown, and nothing is read twice.
        return Request("changes", None)
    # The newest row counts too, because a Date ahead of updated_at would hide changes in between. This reads nothing
    # twice: between the newest stored row and a correct watermark there are no rows.
    regular = min(state.watermark - OVERLAP, newest)
    resumption = _resumption(state) if state.unfinished else None
    return Request("changes", regular) if resumption is None else Request("resumed", max(regular, resumption))


def _resumption(state: SyncState) -> int | None:
    """Return the time after which an interrupted sync continues; ``None`` if its commits do not show it.

    Rows that became visible late during the first attempt are in the overlap before its start.
    """
    if not state.progress or state.begun is None:
        return None
    return min(state.progress - _TIME_STEP, state.begun - OVERLAP)


def sweep_decision(vanished: int, stored: int, listed: int) -> Literal["remove", "ask", "keep"]:
    """Decide whether to remove rows that a complete listing no longer contains.

    An empty listing removes no rows. More than 50 rows and a tenth of the table are removed only if the user confirms.

    >>> sweep_decision(3, 2000, 1997), sweep_decision(300, 2000, 1700), sweep_decision(2, 2, 0)
    ('remove', 'ask', 'keep')
    """
    if not listed:
        return "keep"
    return "ask" if vanished > _MAX_VANISHED and vanished > stored * _MAX_VANISHED_SHARE else "remove"
