"""Read one list: request its pages, order them, and record their provenance."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from math import ceil
from time import monotonic
from typing import Any, Final

from pb2b_notebook.api.context import Context
from pb2b_notebook.api.http import envelope
from pb2b_notebook.api.http.client import Call, Query
from pb2b_notebook.api.http.envelope import Page
from pb2b_notebook.api.lists import pagination, windows
from pb2b_notebook.api.lists.parallel import read_windows
from pb2b_notebook.api.lists.windows import Placed, UnreliableWindowsError, instant, milliseconds
from pb2b_notebook.display import notices
from pb2b_notebook.errors import BadRequestError, InvalidParameterError, ResponseTooLargeError, ValidationError
from pb2b_notebook.openapi.operations import Operation
from pb2b_notebook.times import iso

AFTER: Final = "updated_after"
BEFORE: Final = "updated_before"
CURSORS: Final = ("cursor", "after", "starting_after", "page_token")
PAGE_SIZES: Final = ("limit", "page_size", "per_page")
NEWEST_FIRST: Final = "updated_at.desc"
_SMALLER: Final = (200, 100, 50, 20, 10)
_WINDOW: Final = 60.0


def with_default_order(operation: Operation, arguments: Mapping[str, Any], limit: int | None) -> Mapping[str, Any]:
    """Return the arguments; with a limit and no order of their own, they ask for the newest rows."""
    if limit is not None and operation.parameter("order") and arguments.get("order") is None:
        return {**arguments, "order": NEWEST_FIRST}
    return arguments


class Listing:
    """One reading of a list.

    Args:
        context: Context of the workspace; facts that this reading observes about the service are kept there.
        operation: A list.
        path: Its path, filled in.
        filters: Its query.
        limit: Most rows to read; ``None`` for all.
        page_size: Rows per request; by default as many as the service allows.
        parallel: Windows of time to read in parallel, 1 for none; by default chosen by latency and rate limit.

    Attributes:
        newest_first: Whether rows are in descending order of their last change.
        fetched_at: The service's time when the reading began.
        request_ids: Ids of all requests, in the order of their answers.
        pages: Number of pages read so far.
        rows: Number of rows kept.
        total: The service's count when the reading began, where it counts.
        more: Whether rows were left unread.
        windows: Number of windows that were read in parallel, 1 for none.

    Raises:
        InvalidParameterError: This list cannot be read in parallel, and ``parallel`` asks for it; nothing was sent.
    """

    def __init__(
        self,
        context: Context,
        operation: Operation,
        path: str,
        filters: Query,
        *,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
    ) -> None:
        self._context = context
        self._operation = operation
        self._path, self._filters = path, filters
        self._limit, self._page_size, self._parallel = limit, page_size, parallel
        names = [name for name, _ in filters]
        self.newest_first = ("order", NEWEST_FIRST) in filters
        self._check_parallel()
        self._counts = operation.parameter("include_total") is not None and "include_total" not in names
        self.fetched_at = context.time()
        self.request_ids: list[str] = []
        self.pages = 0
        self._fetched = 0
        self.rows = 0
        self.total: int | None = None
        self.more = False
        self.windows = 1

    # --- reading -----------------------------------------------------------------------------------------------------

    def read(self) -> Iterator[Placed]:
        """Yield all pages to the end or to the limit, each with its place; windows are read in parallel where it pays.

        Raises:
            UnreliableWindowsError: This service cannot be read in windows; discard the pages yielded so far.
        """
        pages = pagination.follow(self.ask, self._is_enough)
        first = next(pages)
        self.total = first.total
        yield Placed((-1, 0), self._keep(first))
        self.windows = self._choose_windows(first)
        if self.windows > 1:
            for placed in read_windows(self, first, self.windows):
                self._count(placed.page)
                yield placed
            self.more = False
            return
        for number, page in enumerate(pages, 1):
            yield Placed((-1, number), self._keep(page))
        if self.newest_first and self.pages > 1:
            yield from self._changes_since(first)

    def one_ahead(self) -> Iterator[Page]:
        """Yield the pages in order; the next one is fetched while the caller works on this one."""
        for page in pagination.one_ahead(pagination.follow(self.ask, self._is_enough)):
            self.total = page.total if page.total is not None else self.total
            yield self._keep(page)

    def ask(self, cursor: str | None = None, bounds: Mapping[str, str] | None = None, *, counted: bool = True) -> Page:
        """Request one page.

        Args:
            cursor: Cursor of the page; ``None`` for the first.
            bounds: Parameters that replace the listing's own.
            counted: Whether the request for the first page asks for the number of rows.
        """
        bounds = bounds or {}
        query = [(name, value) for name, value in self._filters if name not in bounds] + list(bounds.items())
        if cursor is not None:
            query.append((_first(self._operation, CURSORS) or "cursor", cursor))
        while True:
            size = [] if self._size_name in bounds else self._size()
            total = [("include_total", "true")] if counted and self._counts and cursor is None else []
            try:
                return self._fetch([*query, *size, *total])
            except (BadRequestError, ValidationError, ResponseTooLargeError) as refused:
                if not self._asks_for_less(refused, counted=bool(total)):
                    raise

    def _fetch(self, query: list[tuple[str, str]]) -> Page:
        begun = monotonic()
        page = envelope.page(self._context.client.send(Call(self._operation, self._path, tuple(query))))
        self._context.latencies.append(monotonic() - begun)
        self.request_ids += [page.request_id] if page.request_id else []
        return page

    def _asks_for_less(self, refused: Exception, *, counted: bool) -> bool:
        """Whether to ask again for less: a live service may not count rows, or not give pages of this size."""
        if counted and "include_total" in str(refused):
            self._counts = False
            return True
        too_large = isinstance(refused, ResponseTooLargeError)
        asked = self._asked_size()
        if self._page_size is not None or asked is None or not (too_large or self._names_size(refused)):
            return False
        smaller = next((size for size in _SMALLER if size < asked), None)
        if smaller is not None:
            self._context.page_sizes[self._operation.id] = smaller
        return smaller is not None

    def _names_size(self, refused: Exception) -> bool:
        details = getattr(refused, "details", ())
        return any(detail.field == self._size_name for detail in details) or bool(
            re.search(rf"\b{self._size_name}\b", str(refused))
        )

    @property
    def _size_name(self) -> str | None:
        return _first(self._operation, PAGE_SIZES)

    def _size(self) -> list[tuple[str, str]]:
        size, name = self._asked_size(), self._size_name
        return [] if name is None or size is None else [(name, str(size))]

    def _asked_size(self) -> int | None:
        if self._size_name is None:
            return None
        parameter = self._operation.parameter(self._size_name)
        largest = (parameter.maximum if parameter else None) or 100
        largest = min(largest, self._context.page_sizes.get(self._operation.id, largest))
        return min(self._page_size or largest, largest, self._limit or largest)

    def _is_enough(self, page: Page) -> bool:
        self._fetched += len(page.records)
        return self._limit is not None and self._fetched >= self._limit

    def _keep(self, page: Page) -> Page:
        """Return the page, cut at the limit, and count it."""
        room = None if self._limit is None else self._limit - self.rows
        kept = page if room is None or len(page.records) <= room else replace(page, records=page.records[:room])
        self.more = page.next_cursor is not None or len(kept.records) < len(page.records)
        self._count(kept)
        return kept

    def _count(self, page: Page) -> None:
        self.pages += 1
        self.rows += len(page.records)

    # --- windows of time ---------------------------------------------------------------------------------------------

    def _check_parallel(self) -> None:
        reason = self._sequential_reason()
        if reason is not None and (self._parallel or 1) > 1:
            raise InvalidParameterError(
                f"{self._operation.id} cannot be read in parallel: {reason}", repair="leave parallel out"
            )

    def _sequential_reason(self) -> str | None:
        """Return why this list can only be read page after page; ``None`` if it can be read in parallel."""
        if not (self._operation.parameter(AFTER) and self._operation.parameter(BEFORE)):
            return f"it has no filters {AFTER} and {BEFORE}"
        if not {"id", "updated_at"} <= {field.name for field in self._operation.fields}:
            return "its rows have no id and updated_at"
        if self._limit is not None:
            return "with a limit only the newest rows are read"
        if self.newest_first:
            return "windows are read oldest change first; sort the frame instead"
        if any(name in CURSORS for name, _ in self._filters):
            return "a cursor is one position in the list"
        return None

    def _choose_windows(self, first: Page) -> int:
        """Return how many windows to read in parallel."""
        asked, client = self._parallel, self._context.client
        if asked == 1 or first.next_cursor is None or not first.records or self._sequential_reason() is not None:
            return 1
        if asked is not None:
            return asked
        rate = client.rate
        if first.total is None or self._operation.id in self._context.sequential_only:
            return 1
        pages = ceil((first.total - len(first.records)) / len(first.records))
        return windows.choose(min(self._context.latencies), pages, rate.remaining, rate.limit, rate.window or _WINDOW)

    def bounds(self, after: int | None, until: int | None) -> dict[str, str]:
        """Return the parameters of a window, one millisecond wider on both sides; open ends are the listing's own."""
        lower = {} if after is None else {AFTER: _text(after - windows.OVERLAP)}
        return lower | ({} if until is None else {BEFORE: _text(until + windows.OVERLAP)})

    def newest(self) -> int:
        """Return the instant of the row that changed last, or the service's time where that cannot be requested."""
        order = self._operation.parameter("order")
        now = milliseconds(self._context.time())
        if order is None or NEWEST_FIRST not in order.choices or self._size_name is None:
            return now
        try:
            page = self.ask(None, {"order": NEWEST_FIRST, self._size_name: "1"}, counted=False)
        except (BadRequestError, ValidationError):
            return now
        return instant(page.records[0]) if page.records else now

    def fell_short(self, rows: int) -> bool:
        """Whether the service now counts more than ``rows``: then the windows have missed some."""
        if self.windows == 1 or self.total is None or rows >= self.total:
            return False
        name = self._size_name
        now = self.ask(None, {} if name is None else {name: "1"}).total
        return now is not None and rows < now

    def _changes_since(self, first: Page) -> Iterator[Placed]:
        """Yield what changed while pages were read newest first: it moved to the top, above the pages read so far."""
        if not first.records or not {"id", "updated_at"} <= {field.name for field in self._operation.fields}:
            return
        try:
            since = instant(first.records[0]) - windows.OVERLAP
        except UnreliableWindowsError:
            return
        own = dict(self._filters).get(AFTER)
        if self._operation.parameter(AFTER) is None or (own is not None and own > _text(since)):
            return
        bounds = {AFTER: _text(since), "order": "updated_at.asc"}
        for number, page in enumerate(pagination.follow(lambda cursor: self.ask(cursor, bounds, counted=False)), 1):
            yield Placed((-2, -number), replace(page, records=page.records[::-1]))

    # --- reporting ----------------------------------------------------------------------------------------------------

    @property
    def expected(self) -> int | None:
        """Expected number of rows, where the service counts them."""
        return None if self.total is None else min(self.total, self._limit or self.total)

    def say_if_cut(self) -> None:
        """Print a notice if the limit cut the list: "10 of 2,000 rows", or "10 rows, more exist" without a count."""
        if not self.more:
            return
        of = f"of {self.total:,} rows" if self.total is not None else "rows, more exist"
        order = "newest" if self.newest_first else "oldest"
        notices.say(f"{self._operation.id}: {self.rows:,} {of} (limit={self._limit}, {order} first)", logging.INFO)

    def provenance(self, rows: int, *, complete: bool) -> Any:
        """Return the provenance of a frame of this reading."""
        from pb2b_notebook.frames import Provenance

        return Provenance(
            operation=self._operation.id,
            filters=_as_dict(self._filters),
            request_ids=tuple(self.request_ids),
            fetched_at=self.fetched_at,
            workspace=self._context.workspace,
            host=self._context.client.host,
            time_zone=str(self._context.known_zone or UTC),
            complete=complete,
            rows=rows,
        )


def _text(instant: int) -> str:
    return iso(datetime.fromtimestamp(instant / 1000, UTC))


def _first(operation: Operation, names: Sequence[str]) -> str | None:
    return next((n for n in names if operation.parameter(n) is not None), None)


def _as_dict(query: Query) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in query:
        if name in found:
            before = found[name]
            found[name] = [*(before if isinstance(before, list) else [before]), value]
        else:
            found[name] = value
    return found
