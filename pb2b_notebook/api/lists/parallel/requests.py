"""What the windows of one list ask of its service, and whether they missed rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pb2b_notebook.api.http.responses.envelope import Page
from pb2b_notebook.api.lists.pages import pagination
from pb2b_notebook.api.lists.parameters import AFTER, BEFORE
from pb2b_notebook.api.lists.requests.page_requests import PageRequests
from pb2b_notebook.api.lists.requests.places import id_of
from pb2b_notebook.api.lists.trials.probes import count_now, has_changed, newest_instant
from pb2b_notebook.api.lists.windows import UnreliableWindowsError, instant, milliseconds, refusal_of_bounds, time_text
from pb2b_notebook.errors import APIError, CursorExpiredError, PaginationError


class WindowRequests:
    """The requests of the windows of one list.

    Args:
        requests: Requests of the list.
        counted: Whether the service counts its rows.
    """

    def __init__(self, requests: PageRequests, *, counted: bool) -> None:
        self._requests, self.counted = requests, counted
        self._expected_ids: set[str] = set()

    def ask(self, cursor: str | None, bounds: Mapping[str, str], *, counted: bool = True) -> Page:
        """Request one page of a window, as :meth:`PageRequests.ask` does."""
        return self._requests.ask(cursor, bounds, counted=counted)

    def ask_beyond_bounds(self, cursor: str | None, bounds: Mapping[str, str]) -> Page:
        """Request one row within bounds, or the page of the list without bounds that follows a row.

        Args:
            cursor: Cursor of the page; ``None`` for the first row.
            bounds: Parameters of the window.

        Raises:
            UnreliableWindowsError: The service gives several rows, or takes no cursor without the bounds that it had.
        """
        if cursor is not None:
            try:
                return self._requests.ask(cursor, counted=False)
            except CursorExpiredError:
                raise UnreliableWindowsError("its cursors are bound to their filters") from None
        one = self._requests.size.of_one
        page = self._requests.ask(None, {**bounds, **one}, counted=False)
        if len(page.records) > 1:
            raise UnreliableWindowsError("it does not count, and gives no single row")
        return page

    def bounds(self, after: int | None, until: int | None, overlap: int) -> dict[str, str]:
        """Return the parameters of a window, wider by the overlap on both sides; open ends are the listing's own."""
        lower = {} if after is None else {AFTER: time_text(after - overlap)}
        return lower | ({} if until is None else {BEFORE: time_text(until + overlap)})

    def expect(self, *records: Any) -> None:
        """Remember rows of the next window that were seen at the end of one; :meth:`missed_rows` looks for them."""
        self._expected_ids |= {str(found) for record in records if not isinstance(found := id_of(record), bytes)}

    def newest(self) -> int:
        """Return the instant of the row that changed last, or the service's time where that cannot be requested."""
        return newest_instant(self._requests, milliseconds(self._requests.facts.context.time()))

    def check_end(self, cursor: str) -> None:
        """Read the end of the list without bounds: rows without a time lie outside of all windows, often behind it.

        A service without a count shows them nowhere else. Some bind a cursor to its bounds, and refuse it.

        Args:
            cursor: Cursor near the end.

        Raises:
            UnreliableWindowsError: Rows there have no time.
        """
        try:
            for page in pagination.follow(lambda place: self.ask(place, {}, counted=False), cursor=cursor):
                for record in page.records:
                    instant(record)
        except (CursorExpiredError, PaginationError):
            return
        except APIError as refused:
            if refusal_of_bounds(refused) is None:
                raise

    def missed_rows(self, table: Any, total: int | None, *, by_place: bool, begun: datetime) -> bool:
        """Whether rows are missing: the service counts more now, or one that was seen is not in the table.

        Args:
            table: All rows.
            total: The service's count when the reading began.
            by_place: Whether cursors are places in the list.
            begun: The service's time at which the reading began.
        """
        if by_place and (table.num_rows != total or has_changed(self._requests, begun)):
            return True  # a row that left a window moved others to a place that was read already
        if total is None:
            return not self._expected_ids <= set(table["id"].to_pylist())
        if table.num_rows >= total:
            return False
        now = count_now(self._requests)
        return now is not None and table.num_rows < now
