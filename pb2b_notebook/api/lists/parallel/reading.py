"""Read the windows of a list in parallel, by a pool of threads; ``windows.py`` decides what to read next."""

from __future__ import annotations

import threading
from dataclasses import replace
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from pb2b_notebook import threads
from pb2b_notebook.api.lists.pages import pagination
from pb2b_notebook.api.lists.windows import (
    OVERLAP,
    SECOND,
    UNCOUNTED,
    Placed,
    Plan,
    UnreliableWindowsError,
    Window,
    are_whole_seconds,
    instant,
    refusal_of_bounds,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pb2b_notebook.api.http.responses.envelope import Page, Raws
    from pb2b_notebook.api.lists.parallel.requests import WindowRequests

MOST_WAITING = 16  # pages that the caller has not taken yet


def read_windows(requests: WindowRequests, first: Page, count: int) -> Iterator[Placed]:
    """Yield all pages of a list after its first, oldest change first, each with its place.

    Without a count, each window begins with one row, and goes on without bounds up to the first row of the next one: so
    all places of the list are read without bounds, by which a service may leave out rows without a time.

    A row that changes meanwhile moves to the end. The newest window has no upper bound, and if its last page was
    requested before all other windows were read, the rows that have changed since are read once more.

    Args:
        requests: Requests of a list of which the first page was read; it has more.
        first: The first page.
        count: Number of windows read at a time.

    Raises:
        UnreliableWindowsError: The service does not keep to the order or the bounds of windows.
        APIError, TransportError, ProtocolError: A page could not be read.
    """
    size = max(1, len(first.records))
    span = _span(first)
    if first.total is None:
        for record in first.records:  # no count would show that windows lack the rows without a time
            instant(record)
    window = Window(None, None, first.total or UNCOUNTED * size, counted=first.total is not None, begun=True)
    plan = Plan(window, size, SECOND if are_whole_seconds(first.records) else OVERLAP)
    plan.add_page(window, size, span, None)
    pool = _WorkerPool(requests, plan, {window: first.next_cursor}, first.records)
    try:
        pool.start(count)
        pool.cut(count, requests.newest())
        yield from pool
        if pool.newest_is_stale:
            yield from _read_changes(requests, pool)
        if not requests.counted and pool.latest_cursor is not None:
            requests.check_end(pool.latest_cursor)
    finally:
        pool.stop()


def _read_changes(requests: WindowRequests, pool: _WorkerPool) -> Iterator[Placed]:
    """Yield what changed while the older windows were read: nothing if the latest rows alone come again, unchanged."""
    bounds = requests.bounds(pool.reached, None, pool.overlap)
    known = set(map(bytes, pool.latest))
    for number, page in enumerate(pagination.follow(lambda cursor: requests.ask(cursor, bounds, counted=False))):
        if number or page.next_cursor is not None or not known.issuperset(map(bytes, page.records)):
            yield Placed((float("inf"), number), page)


def _span(page: Page) -> tuple[int, int] | None:
    """Return the instants of the first and the last row; ``None`` without rows."""
    if not page.records:
        return None
    first, last = instant(page.records[0]), instant(page.records[-1])
    if first > last:
        raise UnreliableWindowsError("its rows are not in the order of their last change, oldest first")
    return first, last


def _own(window: Window, records: Any) -> Any:
    """Return the records that are the window's own, without those of its neighbours."""
    start, end = 0, len(records)
    while window.after is not None and start < end and instant(records[start]) <= window.after:
        start += 1
    while window.until is not None and end > start and instant(records[end - 1]) > window.until:
        end -= 1
    return records[start:end]


class _WorkerPool:
    """The threads that read one list, and the state they share.

    Iterating yields the pages as they arrive, and ends when all windows are read.

    Args:
        requests: Requests of the list to read.
        plan: Windows of the list; read and changed under the lock only.
        cursors: Cursors of the windows that were begun before.
        latest: Rows of the first page.

    Attributes:
        latest: Rows of the page with the latest change among the rows that were yielded.
        reached: Instant of that change.
        latest_cursor: Cursor after the latest change on a page that has one.
        overlap: Milliseconds that a window requests more on both sides.
    """

    def __init__(self, requests: WindowRequests, plan: Plan, cursors: dict[Window, str | None], latest: Raws) -> None:
        self._requests = requests
        self._plan = plan
        self._cursors = cursors
        self._counted = requests.counted
        self.latest, self.reached = latest, instant(latest[-1])
        self.overlap = plan.overlap
        self.latest_cursor: str | None = None
        self._latest_end = 0
        self._change = threading.Condition()
        self._arrivals: SimpleQueue[Placed | None] = SimpleQueue()
        self._waiting = 0
        self._threads = 0
        self._stopped = False
        self._failure: BaseException | None = None
        # A counter that orders requests and ends of windows.
        self._events = 0
        self._requested: dict[Window, int] = {}
        self._ended: dict[Window, int] = {}

    def start(self, count: int) -> None:
        """Start the threads, as daemons: a service that stalls must not keep the interpreter from exiting."""
        self._threads = count
        for number in range(count):
            threads.start(self._work, name=f"pb2b-window-{number}")

    def cut(self, count: int, newest: int) -> None:
        """Cut what is left into windows, up to the newest row."""
        with self._change:
            self._plan.cut(count, newest)
            self._change.notify_all()

    def stop(self) -> None:
        """Stop reading, without waiting for the pages in flight."""
        with self._change:
            self._stopped = True
            self._change.notify_all()

    @property
    def newest_is_stale(self) -> bool:
        """Whether the last page of the newest window was requested before the other windows were read."""
        newest = self._plan.windows[-1]
        return any(ended > self._requested[newest] for window, ended in self._ended.items() if window is not newest)

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
            while (next_one := self._next_window()) is not None:
                self._read(*next_one)
        except BaseException as problem:  # noqa: BLE001 - raised in the caller's thread
            with self._change:
                self._failure = self._failure or refusal_of_bounds(problem) or problem
            self.stop()
        finally:
            self._arrivals.put(None)

    def _next_window(self) -> tuple[Window, str | None] | None:
        """Wait for a window to read, and return it with the cursor of its next page; ``None`` once all are done."""
        with self._change:
            while not self._stopped and not self._plan.done:
                if self._cursors:
                    return self._cursors.popitem()  # no other thread may read it, too
                window = self._plan.take()
                if window is not None:
                    return window, None
                self._change.wait()
        return None

    def _read(self, window: Window, cursor: str | None) -> None:
        with self._change:
            # Without a count, a window is read past its end: the rows there must be in the next one.
            until = window.until if self._counted else None
            bounds = self._requests.bounds(window.after, until, self._plan.overlap)
        for number, page in enumerate(pagination.follow(self._page_reader(window, bounds), cursor=cursor), 1):
            with self._change:
                own, over = self._add_page(window, page)
                self._waiting += 1
            self._arrivals.put(Placed((-1 if window.after is None else window.after, number), own))
            if over or self._stopped:
                return

    def _page_reader(self, window: Window, bounds: dict[str, str]) -> Callable[[str | None], Page]:
        def ask(cursor: str | None) -> Page:
            with self._change:
                self._change.wait_for(lambda: self._waiting < MOST_WAITING or self._stopped)
                self._events += 1
                self._requested[window] = self._events
            if self._counted or window.after is None:
                return self._requests.ask(cursor, bounds)
            return self._requests.ask_beyond_bounds(cursor, bounds)

        return ask

    def _add_page(self, window: Window, page: Page) -> tuple[Page, bool]:
        """Record a page; return it without the rows of neighbours, and whether it is the window's last."""
        span = _span(page)
        if not self._counted:
            for record in page.records:  # no count would show that another window lacks such a row
                instant(record)
        if span is not None and span[0] < max(window.reached or 0, (window.after or 0) - self._plan.overlap):
            raise UnreliableWindowsError("its pages have rows from before their bound or the page before")
        own = replace(page, records=_own(window, page.records))
        if own.records and (reached := instant(own.records[-1])) >= self.reached:
            self.reached, self.latest = reached, own.records
        if span is not None and page.next_cursor is not None and span[1] >= self._latest_end:
            self._latest_end, self.latest_cursor = span[1], page.next_cursor
        self._plan.add_page(window, len(own.records), span, page.total)
        over = page.next_cursor is None or (span is not None and window.until is not None and span[1] > window.until)
        if over:
            if not self._counted and span is not None and window.until is not None and span[1] > window.until:
                beyond = next(record for record in page.records if instant(record) > window.until)
                self._requests.expect(beyond, page.records[-1])
            self._plan.finish(window)
            self._events += 1
            self._ended[window] = self._events
        self._change.notify_all()
        return own, over
