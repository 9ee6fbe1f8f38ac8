"""Where to cut a list into windows of time that are read side by side. Pure decisions; ``parallel.py`` acts on them.

A cursor is a chain: each page names the next one, so a list takes its pages times the latency. Windows of
``updated_after``/``updated_before`` are chains of their own. Nobody knows beforehand how the rows are spread over time,
so the first cut is into equal spans; the first page of each window comes with the service's count of it, and whoever is
done takes the later half of the window that has most left. Only what is later than the row in hand can be given away:
the one who reads a window simply stops earlier, and its cursor stays good.

Instants are whole milliseconds since 1970, as the API shows them. A window owns the rows that are *shown* later than
``after`` and not later than ``until``, and asks for a millisecond more on both sides: then it gets its own rows
whichever of its bounds the service includes, and whatever it rounds; the rows that are its neighbours' it leaves to
them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from math import ceil
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.errors import BadRequestError, CursorExpiredError, ValidationError

if TYPE_CHECKING:
    from pb2b_notebook.api.http.envelope import Page

OVERLAP = 1  # millisecond
MOST = 8
UNCOUNTED = 50  # pages that a list is taken for where nobody counts it
NEAR = 0.015  # seconds: below this a page costs more to read than to wait for
WORTH_IT = 0.25  # seconds that a reading may take in any case; windows are not opened to save less
FRUITLESS = 8  # windows that may turn out (nearly) empty, before a tenth of all pages does
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Placed(NamedTuple):
    """A page and its place: pages belong in the order of their places, whatever the order they came in."""

    place: tuple[float, int]
    page: Page


class UnsoundError(Exception):
    """The service does not keep to the order or the bounds that windows of time need. Never leaves this package."""


def instant(record: Any) -> int:
    """Return when a record was last changed, in whole milliseconds since 1970.

    Raises:
        UnsoundError: The record has no ``updated_at`` that is a time with a zone.
    """
    import msgspec

    try:
        return milliseconds(datetime.fromisoformat(_updated_at_decoder().decode(record).updated_at))
    except (msgspec.MsgspecError, ValueError, TypeError, OverflowError):
        raise UnsoundError from None


def milliseconds(time: datetime) -> int:
    """Return a time in whole milliseconds since 1970."""
    return (time - _EPOCH) // timedelta(milliseconds=1)


@cache
def _updated_at_decoder() -> Any:
    import msgspec

    return msgspec.json.Decoder(msgspec.defstruct("Changed", [("updated_at", str)]))


def refuses_bounds(problem: BaseException) -> bool:
    """Whether a service that answered the first page refuses the parameters of the windows."""
    return isinstance(problem, (BadRequestError, ValidationError)) and not isinstance(problem, CursorExpiredError)


def choose(latency: float, pages: int, left: int | None, limit: int | None, window: float) -> int:
    """How many windows to read side by side: 1 for none, at most 8, and no more than it takes.

    Where the rate budget is the bottleneck, waiting for it is what takes time, and more connections save none of it.

    Args:
        latency: seconds from a request to its answer.
        pages: that are still to be read.
        left: requests that may be sent now, where the service told.
        limit: requests a window of time, where the service told.
        window: its length in seconds.

    >>> choose(0.04, 200, left=590, limit=600, window=60)
    8
    >>> choose(0.001, 200, left=590, limit=600, window=60)
    1
    >>> choose(0.04, 2000, left=500, limit=600, window=60)
    1
    """
    if latency < NEAR:
        return 1
    over = 0 if left is None or limit is None else max(0, pages - left)
    waiting = window * ceil(over / limit) if over and limit else 0.0
    return max(1, min(MOST, ceil(pages * latency / max(WORTH_IT, waiting)), pages // 2))


@dataclass(slots=True, eq=False)
class Window:
    """A span of time that one chain of cursors reads.

    Attributes:
        after: rows shown later than this are its own; ``None`` for all from the beginning.
        until: rows shown up to this are its own; ``None`` for an open end.
        size: rows that its first request covers, as the service counted them, before that as guessed.
        counted: whether the service counted them.
        begun: whether its first request was sent.
        reached: the latest instant that was read.
        pace: milliseconds from row to row, on the latest page.
        read: rows so far.
        done: nothing of it is left to read.
        given: the windows that were cut off its end after its first request, which its size still counts.
    """

    after: int | None
    until: int | None
    size: float
    counted: bool = False
    begun: bool = False
    reached: int | None = None
    pace: float | None = None
    read: int = 0
    done: bool = False
    given: list[Window] = field(default_factory=list)
    giver: Window | None = None

    @property
    def left(self) -> float:
        """Rows that are still to come, as far as anybody can tell."""
        return max(0.0, self.size - self.read - sum(other.size for other in self.given))


class Plan:
    """The windows of one reading, oldest first; none but the first before :meth:`cut`.

    Args:
        first: the window that holds everything, begun, with its first page read.
        page: rows a page.
    """

    def __init__(self, first: Window, page: int) -> None:
        self.windows = [first]
        self._page = page
        self._newest: int | None = None
        self._fruitless = 0
        self._bearable = max(FRUITLESS, int(first.size / page / 10))

    def cut(self, count: int, newest: int) -> None:
        """Cut what is left of the one window into ``count`` equal spans.

        Args:
            count: of windows.
            newest: the latest instant at which there is a row.
        """
        self._newest = newest
        window = self.windows[0]
        start, left = window.reached or 0, window.left
        for number in range(count - 1, 0, -1):
            border = start + (newest - start) * number // count
            if not window.done and start < border < (newest if window.until is None else window.until):
                self._split(window, border, left / count)

    def take(self) -> Window | None:
        """A window to begin with: the newest that nobody reads yet, or half of the one that has most left.

        ``None``: there is nothing to take now. Once all windows are done there never will be.
        """
        window = next((w for w in reversed(self.windows) if not w.begun), None) or self._stolen()
        if window is not None:
            window.begun = True
        return window

    def arrived(self, window: Window, rows: int, span: tuple[int, int] | None, total: int | None) -> None:
        """A page of the window has come.

        Args:
            window: whose page.
            rows: of it that are the window's own.
            span: the instants of the first and the last row of the page, ``None`` without one.
            total: the service's count of the window, with its first page.
        """
        window.read += rows
        if total is not None and not window.counted:
            window.size, window.counted = total, True
        if span is not None:
            window.reached = max(span[1], window.reached or span[1])
            window.pace = (span[1] - span[0]) / max(rows, 1)

    def finished(self, window: Window) -> None:
        """The window is read to its end."""
        window.done = True
        if window.giver is not None and window.read < self._page / 2 and not window.given:
            self._fruitless += 1

    @property
    def done(self) -> bool:
        """Whether all windows are read to their ends."""
        return all(window.done for window in self.windows)

    def _stolen(self) -> Window | None:
        if self._fruitless > self._bearable:
            return None
        for window in sorted(self.windows, key=lambda w: w.left, reverse=True):
            # The page that is under way is its reader's; less than a page each is not worth a request.
            spare = window.left - self._page
            if spare < self._page:
                return None
            border = self._border(window, spare / 2 / window.left)
            if border is not None:
                return self._split(window, border, spare / 2)
        return None

    def _border(self, window: Window, share: float) -> int | None:
        """Where a share of what is left begins, if rows are spread evenly; ``None`` if it cannot be cut."""
        start = window.after if window.reached is None else window.reached
        end = self._newest if window.until is None else window.until
        if window.done or start is None or end is None:
            return None
        if window.pace:
            # As dense as the latest page: in the midst of an import, a cut far behind it would find nothing.
            end = min(end, start + ceil(window.left * window.pace) + 1)
        if end - start <= OVERLAP:
            return None
        border = end - max(1, round((end - start) * share))
        return border if border > start else None

    def _split(self, window: Window, border: int, size: float) -> Window:
        """Give what is later than the border to a new window."""
        later = Window(border, window.until, size)
        # What the new window holds is counted in the size of the one whose first request covered it.
        later.giver = window if window.begun else window.giver
        if later.giver is not None:
            later.giver.given.append(later)
        if not window.begun:
            window.size -= size
        window.until = border
        self.windows.insert(self.windows.index(window) + 1, later)
        return later
