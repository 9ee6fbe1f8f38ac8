"""Choose in how many windows a list is read in parallel: one where its service does not show that windows hold."""

from __future__ import annotations

from math import ceil
from typing import Final

from pb2b_notebook import threads
from pb2b_notebook.api.http.responses.envelope import Page
from pb2b_notebook.api.http.responses.time_values import NAIVE_TIMES
from pb2b_notebook.api.lists import completeness, windows
from pb2b_notebook.api.lists.pages.cursor_trials import CursorKind
from pb2b_notebook.api.lists.pages.sequence import FOLLOWS
from pb2b_notebook.api.lists.parameters import AFTER, BEFORE
from pb2b_notebook.api.lists.requests.page_requests import PageRequests
from pb2b_notebook.api.lists.windows import UnreliableWindowsError
from pb2b_notebook.display import notices
from pb2b_notebook.errors import InvalidParameterError

_WINDOW: Final = 60.0
"""Seconds of a rate limit, where the service does not report them."""


class WindowChoice:
    """The number of windows of one reading.

    Args:
        requests: Requests of the list.
        cursors: What its cursors are.
        asked: Windows that the caller asked for, 1 for none; ``None`` chooses by latency and rate limit.
        limited: Whether a part of the list is wanted.

    Raises:
        InvalidParameterError: This list cannot be read in parallel, and the caller asked for it.
    """

    def __init__(self, requests: PageRequests, cursors: CursorKind, *, asked: int | None, limited: bool) -> None:
        self._facts, self._query, self._seen = requests.facts, requests.query, requests.seen
        self._cursors, self._asked, self._limited = cursors, asked, limited
        reason = self._sequential_reason()
        if reason is not None and (asked or 1) > 1:
            raise InvalidParameterError(
                f"{self._facts.operation.id} cannot be read in parallel: {reason}", repair="leave parallel out"
            )

    def after(self, page: Page, number: int, *, rows: int, total: int | None) -> int:
        """Return in how many windows to read what follows a page."""
        asked = self._asked
        # The cursor of the second page shows whether it is a place.
        untried = number == 0 and self._seen.differs and self._facts.value("cursors") is None
        unfit = asked == 1 or page.next_cursor is None or not page.records
        if unfit or untried or self._sequential_reason() is not None:
            return 1
        reason = self._unfit_page(page, total)
        if reason is not None and asked is not None:
            notices.say(f"{self._facts.operation.id} is read page after page, not in {asked} windows: {reason}")
        if reason is not None:
            return 1
        if asked is not None:
            return threads.allow(asked)
        if self._facts.ignores("windows") or completeness.is_newest_first(page.records[::-1]) is False:
            return 1  # rows in another order
        uncounted = windows.UNCOUNTED if number else 0
        total = total if page.total is None else page.total
        return self._worthwhile(uncounted if total is None else ceil((total - rows) / len(page.records)))

    def _worthwhile(self, pages: int) -> int:
        """Return how many windows save time with this number of pages."""
        context = self._facts.context
        rate = context.client.rate
        count = windows.choose(min(context.latencies), pages, rate.remaining, rate.limit, rate.window or _WINDOW)
        return threads.allow(count)

    def _sequential_reason(self) -> str | None:
        """Return why this list can only be read page after page; ``None`` if it can be read in parallel."""
        if not self._facts.has(AFTER) or self._facts.upper_bound is None:
            return f"it has no filters {AFTER} and {BEFORE}"
        if not self._facts.rows_have_times:
            return "its rows have no id and updated_at"
        if self._limited:
            return "with a limit only the newest rows are read"
        if self._query.newest_first:
            return "windows are read oldest change first; sort the frame instead"
        if self._query.begins_at_cursor:
            return "a cursor is one position in the list"
        return None

    def _unfit_page(self, page: Page, total: int | None) -> str | None:
        """Return why a list with this page can only be read page after page; ``None`` if windows may be tried."""
        try:
            windows.instant(page.records[-1])
        except UnreliableWindowsError as no_time:
            return str(no_time)
        return self._unfit_cursor(page, total) or self._unfit_times(page)

    def _unfit_times(self, page: Page) -> str | None:
        if page.forms and (windows.are_whole_seconds(page.records) or NAIVE_TIMES in page.forms):
            return "this service gives times in a form in which their bounds are not certain"
        return None

    def _unfit_cursor(self, page: Page, total: int | None) -> str | None:
        if page.number is not None:
            return "this service numbers its pages"  # the number of the last page is that of the whole list
        if page.next_cursor == FOLLOWS:
            return "this service gives no cursor"
        if page.position or (self._cursors.are_places and (total is None or not self._facts.rows_have_times)):
            return "its pages are places in the list"  # also of a window, which rows leave when they change
        if total is None and self._facts.value("cursors") != "keys":
            return "this service does not count, and its cursors may have filters of their own"
        return None
