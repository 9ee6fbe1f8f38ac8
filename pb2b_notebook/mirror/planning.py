"""What the next sync has to ask for, from what is committed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pb2b_notebook.mirror.instants import SECOND

if TYPE_CHECKING:
    from pb2b_notebook.mirror.commits import SyncState

OVERLAP: Final = 120 * SECOND
"""How far before the watermark a sync asks again: rows become visible some time after their ``updated_at``. All times
here are in microseconds."""

_TIME_STEP: Final = 1_000
"""The API's times are in milliseconds; several rows may share the last one that was committed."""

_MAX_VANISHED: Final = 50
_MAX_VANISHED_SHARE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Request:
    """What a sync asks for.

    Attributes:
        mode: ``first``; ``resumed`` after an interruption; ``changes`` since the watermark; ``whole`` where the API
            knows no time or one page holds everything; ``full`` when a person asked for a sweep.
        after: only rows changed after this time; ``None`` for all.
    """

    mode: Literal["first", "resumed", "changes", "whole", "full"]
    after: int | None

    @property
    def everything(self) -> bool:
        """Whether a row that does not come is gone at the service."""
        return self.mode in {"whole", "full"}


def plan_request(
    state: SyncState, newest: int | None, *, incremental: bool, full: bool = False, small: bool = False
) -> Request:
    """Decide what to ask for.

    Args:
        state: of the table.
        newest: the greatest stored ``updated_at``; ``None`` where no row is stored.
        incremental: whether the API tells what changed since a time.
        full: a person wants everything read again.
        small: everything fits one page, and deletions show only where everything is read.

    >>> from pb2b_notebook.mirror.commits import SyncState
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
        # Nothing tells how the service's Date stands to its updated_at, and nothing can be read twice.
        return Request("changes", None)
    # A service whose Date runs ahead of its updated_at would otherwise hide what changed in between. Nothing is read
    # twice for it: there is nothing between the newest stored row and a watermark that was right.
    regular = min(state.watermark - OVERLAP, newest)
    resumption = _resumption(state) if state.unfinished else None
    return Request("changes", regular) if resumption is None else Request("resumed", max(regular, resumption))


def _resumption(state: SyncState) -> int | None:
    """After which time an interrupted sync goes on; ``None`` where what it committed does not tell.

    What became visible late, while the first attempt was reading, lies in the overlap before its beginning.
    """
    if not state.progress or state.begun is None:
        return None
    return min(state.progress - _TIME_STEP, state.begun - OVERLAP)


def sweep_decision(vanished: int, stored: int, listed: int) -> Literal["remove", "ask", "keep"]:
    """What to do about rows that a complete listing does not hold any more.

    An empty answer removes nothing; more than a tenth and more than 50 rows are removed only if a person says so.

    >>> sweep_decision(3, 2000, 1997), sweep_decision(300, 2000, 1700), sweep_decision(2, 2, 0)
    ('remove', 'ask', 'keep')
    """
    if not listed:
        return "keep"
    return "ask" if vanished > _MAX_VANISHED and vanished > stored * _MAX_VANISHED_SHARE else "remove"
