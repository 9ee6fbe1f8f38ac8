"""Read the windows of a list side by side. What to read next is decided in ``windows.py``; here are the threads."""

from __future__ import annotations

import threading
from dataclasses import replace
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from pb2b_notebook.api.lists import pagination
from pb2b_notebook.api.lists.windows import (
    OVERLAP,
    UNCOUNTED,
    Placed,
    Plan,
    UnsoundError,
    Window,
    instant,
    refuses_bounds,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pb2b_notebook.api.http.envelope import Page
    from pb2b_notebook.api.lists.listing import Listing

MOST_WAITING = 16  # pages that came and that the caller has not taken yet


def read_windows(listing: Listing, first: Page, count: int) -> Iterator[Placed]:
    """All pages of a listing after its first, oldest change first, each with its place.

    A row that changes meanwhile moves to the end: the newest window has an open one, and if its last page was asked for
    before all other windows were read, what has changed since is asked for once more.

    Args:
        listing: of which the first page was read; it has more.
        first: that page.
        count: how many are read at a time.

    Raises:
        UnsoundError: the service does not keep to the order or the bounds of windows.
        APIError, TransportError, ProtocolError: a page did not come.
    """
    size = max(1, len(first.records))
    span = _span(first)
    window = Window(None, None, first.total or UNCOUNTED * size, counted=first.total is not None, begun=True)
    plan = Plan(window, size)
    plan.arrived(window, size, span, None)
    crew = _Crew(listing, plan, {window: first.next_cursor})
    try:
        crew.start(count)
        crew.cut(count, listing.newest())
        yield from crew
        if crew.newest_is_stale:
            yield from _changed(listing, plan)
    finally:
        crew.stop()


def _changed(listing: Listing, plan: Plan) -> Iterator[Placed]:
    """What changed while the older windows were read."""
    bounds = listing.bounds(max(window.reached or 0 for window in plan.windows), None)
    for number, page in enumerate(pagination.follow(lambda cursor: listing.ask(cursor, bounds, counted=False))):
        yield Placed((float("inf"), number), page)


def _span(page: Page) -> tuple[int, int] | None:
    """The instants of the first and the last row.

    Raises:
        UnsoundError: they are not in order, or not there.
    """
    if not page.records:
        return None
    first, last = instant(page.records[0]), instant(page.records[-1])
    if first > last:
        raise UnsoundError
    return first, last


def _own(window: Window, records: Any) -> Any:
    """The records that are the window's own: its neighbours bring the others."""
    start, end = 0, len(records)
    while window.after is not None and start < end and instant(records[start]) <= window.after:
        start += 1
    while window.until is not None and end > start and instant(records[end - 1]) > window.until:
        end -= 1
    return records[start:end]


class _Crew:
    """The threads of one reading, and what they share.

    Iterating gives the pages as they come, and ends when all windows are read.

    Args:
        listing: what is read.
        plan: which windows there are; only looked at and changed under the lock.
        cursors: where windows go on that were begun before.
    """

    def __init__(self, listing: Listing, plan: Plan, cursors: dict[Window, str | None]) -> None:
        self._listing = listing
        self._plan = plan
        self._cursors = cursors
        self._change = threading.Condition()
        self._arrivals: SimpleQueue[Placed | None] = SimpleQueue()
        self._waiting = 0
        self._threads = 0
        self._stopped = False
        self._failure: BaseException | None = None
        # A count of what happened, to tell what came before what.
        self._events = 0
        self._asked: dict[Window, int] = {}
        self._ended: dict[Window, int] = {}

    def start(self, count: int) -> None:
        """Let so many threads read; a service that does not answer must not keep the interpreter from ending."""
        self._threads = count
        for number in range(count):
            threading.Thread(target=self._work, name=f"pb2b-window-{number}", daemon=True).start()

    def cut(self, count: int, newest: int) -> None:
        """Cut what is left into windows, up to the newest row that there is."""
        with self._change:
            self._plan.cut(count, newest)
            self._change.notify_all()

    def stop(self) -> None:
        """Read no more; nobody waits for the pages under way."""
        with self._change:
            self._stopped = True
            self._change.notify_all()

    @property
    def newest_is_stale(self) -> bool:
        """Whether the last page of the newest window was asked for before the other windows were read."""
        newest = self._plan.windows[-1]
        return any(ended > self._asked[newest] for window, ended in self._ended.items() if window is not newest)

    def __iter__(self) -> Iterator[Placed]:
        while self._threads:
            placed = self._arrivals.get()
            if placed is None:
                self._threads -= 1
                continue
            with self._change:
                self._waiting -= 1
                self._change.notify_all()
            yield placed
        if self._failure is not None:
            raise self._failure

    def _work(self) -> None:
        try:
            while (window := self._taken()) is not None:
                self._read(window)
        except BaseException as problem:  # noqa: BLE001 - the caller gets it
            with self._change:
                self._failure = self._failure or (UnsoundError() if refuses_bounds(problem) else problem)
            self.stop()
        finally:
            self._arrivals.put(None)

    def _taken(self) -> Window | None:
        """A window to read, or ``None`` once there will be none."""
        with self._change:
            while not self._stopped and not self._plan.done:
                window = next(iter(self._cursors), None) or self._plan.take()
                if window is not None:
                    return window
                self._change.wait()
        return None

    def _read(self, window: Window) -> None:
        with self._change:
            cursor = self._cursors.pop(window, None)
            bounds = self._listing.bounds(window.after, window.until)
        for number, page in enumerate(pagination.follow(self._asking(window, bounds), cursor=cursor), 1):
            with self._change:
                own, over = self._arrived(window, page)
                self._waiting += 1
            self._arrivals.put(Placed((-1 if window.after is None else window.after, number), own))
            if over or self._stopped:
                return

    def _asking(self, window: Window, bounds: dict[str, str]) -> Callable[[str | None], Page]:
        def ask(cursor: str | None) -> Page:
            with self._change:
                self._change.wait_for(lambda: self._waiting < MOST_WAITING or self._stopped)
                self._events += 1
                self._asked[window] = self._events
            return self._listing.ask(cursor, bounds)

        return ask

    def _arrived(self, window: Window, page: Page) -> tuple[Page, bool]:
        """The page without the rows that are its neighbours', and whether it is the window's last."""
        span = _span(page)
        if span is not None and span[0] < max(window.reached or 0, (window.after or 0) - OVERLAP):
            raise UnsoundError
        own = replace(page, records=_own(window, page.records))
        self._plan.arrived(window, len(own.records), span, page.total)
        over = page.next_cursor is None or (span is not None and window.until is not None and span[1] > window.until)
        if over:
            self._plan.finished(window)
            self._events += 1
            self._ended[window] = self._events
        self._change.notify_all()
        return own, over
