"""Read one list: its pages in order or in windows, the rows that match, and where they come from."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, timedelta
from itertools import chain, count
from time import monotonic
from typing import Any, Final

from pb2b_notebook import threads
from pb2b_notebook.api.http.call import Query
from pb2b_notebook.api.http.responses.envelope import Page
from pb2b_notebook.api.lists import windows
from pb2b_notebook.api.lists.completeness import Evidence
from pb2b_notebook.api.lists.facts import ListFacts
from pb2b_notebook.api.lists.pages.cursor_trials import CursorKind
from pb2b_notebook.api.lists.pages.sequence import PageSequence
from pb2b_notebook.api.lists.parallel.choice import WindowChoice
from pb2b_notebook.api.lists.parallel.reading import read_windows
from pb2b_notebook.api.lists.parallel.requests import WindowRequests
from pb2b_notebook.api.lists.parameters import AFTER, IDS, NEWEST_FIRST, OLDEST_FIRST
from pb2b_notebook.api.lists.requests.page_requests import PageRequests
from pb2b_notebook.api.lists.requests.page_sizes import PageSize
from pb2b_notebook.api.lists.requests.query import ListQuery
from pb2b_notebook.api.lists.trials.row_order import RowOrder
from pb2b_notebook.api.lists.trials.selection import RowSelection
from pb2b_notebook.api.lists.trials.several_values import one_value_filter, values_of
from pb2b_notebook.api.lists.windows import Placed, UnreliableWindowsError, instant, time_text
from pb2b_notebook.errors import APIError, InvalidParameterError, PaginationError
from pb2b_notebook.times import iso

_FEW_IDS: Final = 10
_FEW_PAGES: Final = 5
_VALUES_PER_PAGE: Final = 4
"""Values of a filter for which a page of the whole list is read instead of asking for each alone."""
_RECENT: Final = (1, 7, 30, 180, None)
"""Days back in which the newest rows are looked for; ``None`` is the whole list."""


class Listing:
    """One reading of a list.

    Args:
        facts: What is known of the list; what this reading observes is kept there.
        path: Its path, filled in.
        query: Its filters.
        limit: Most rows to read; ``None`` for all.
        page_size: Rows per request; by default as many as the service allows.
        parallel: Windows of time to read in parallel, 1 for none; by default chosen by latency and rate limit.
        newest: Whether the newest rows are wanted, though the operation takes no order.
        strict: Whether a list that may well be cut is an error.
        deleted: Whether the caller asks for deleted objects.

    Attributes:
        asks_for_deleted: Whether the caller asks for deleted objects.
        newest_first: Whether rows are in descending order of their last change.
        fetched_at: The service's time when the reading began.
        pages: Number of pages read so far.
        rows: Number of rows kept.
        total: The service's count when the reading began, where it counts.
        more: Whether rows were left unread.
        sorts: Order of the rows that the service did not give: "updated_at.asc" or "updated_at.desc"; else ``None``.
        windows: Number of windows that were read in parallel, 1 for none.

    Raises:
        InvalidParameterError: This list cannot be read in parallel, and ``parallel`` asks for it; nothing was sent.
    """

    def __init__(
        self,
        facts: ListFacts,
        path: str,
        query: ListQuery,
        *,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
        newest: bool = False,
        strict: bool = False,
        deleted: bool = False,
    ) -> None:
        self._facts, self._path, self._query = facts, path, query
        self._limit, self._page_size, self._parallel, self._strict = limit, page_size, parallel, strict
        limited, self._seen = limit is not None, Evidence(gives_cursors=bool(facts.value("gives_cursors")))
        size = PageSize(facts, query, limit=limit, given=page_size)
        self._requests = PageRequests(facts, path, query, size, self._seen)
        self._cursors = CursorKind(self._requests, limited=limited, windowed=(parallel or 1) > 1)
        self._window_choice = WindowChoice(self._requests, self._cursors, asked=parallel, limited=limited)
        self._selection = RowSelection(self._requests)
        self._order = RowOrder(self._requests, newest=newest, limited=limited)
        self._window_requests: WindowRequests | None = None
        self.asks_for_deleted = deleted
        self.newest_first = query.newest_first
        self.fetched_at = facts.context.time()
        self._sequence = PageSequence(self._requests, self._cursors, self.fetched_at, self._is_enough, strict=strict)
        self.sorts: str | None = None
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
        if (name := self._query.one_value_filter) is not None:
            yield from self._in_values(name)
            return
        pages = self._sequence.pages()
        first = next(pages)
        if (name := one_value_filter(self._requests, first, self._ask_with)) is not None:
            yield from self._in_values(name)
            return
        self.total = first.total
        if self._order.differs(first):
            yield from self._in_order(first, pages)
            return
        decided = monotonic()
        for number, page in enumerate(chain([first], pages)):
            yield Placed((-2, number), self._keep(page))  # those of the first window have place -1
            # Without a count, a list is long once reading it has taken some time.
            later = first.total is None and self._parallel is None and monotonic() - decided > windows.WORTH_IT
            if number == 0 or later or (number == 1 and self._seen.differs):  # its cursor was tried
                decided = monotonic()
                windowed = self._window_choice.after(page, number, rows=self.rows, total=self.total)
                if windowed > 1:
                    yield from self._in_windows(page, windowed)
                    return
        if self.newest_first and self.pages > 1:
            yield from self._changes_since(first)

    def one_ahead(self) -> Iterator[Page]:
        """Yield the pages in order; the next one is fetched while the caller works on this one."""
        if (name := self._query.one_value_filter) is not None:
            yield from (placed.page for placed in self._in_values(name))
            return
        pages = self._sequence.pages()
        first = next(pages)
        if (name := one_value_filter(self._requests, first, self._ask_with)) is not None:
            yield from (placed.page for placed in self._in_values(name))
            return
        if self._limit is not None and self._order.differs(first):
            text = "rows come in the service's own order: these may not be the newest or oldest; list() finds them"
            self._facts.say(text)
        for page in threads.read_ahead(chain([first], pages)):
            self.total = page.total if page.total is not None else self.total
            yield self._keep(page)

    def _in_windows(self, page: Page, count: int) -> Iterator[Placed]:
        """Yield the pages after this one, read in parallel."""
        self.windows = count
        self._window_requests = WindowRequests(self._requests, counted=self.total is not None)
        if self.total is not None:  # a page after the first one says no total, or that of the whole list
            page = replace(page, total=self.total - self.rows + len(page.records))
        for placed in read_windows(self._window_requests, page, count):
            yield Placed(placed.place, self._select(placed.page, counted=True))
        self.more = False

    def _in_values(self, name: str) -> Iterator[Placed]:
        """Yield the rows of each value of a filter, to be sorted where they have times."""
        self.sorts = (self._order.wanted or OLDEST_FIRST) if self._facts.rows_have_times else None
        self.newest_first, self.total = False, None
        numbers = count()
        rest = self._query.without(name, "order")
        values = self._query.values(name)
        found = self._in_whole_list(name, rest, values) if name != IDS else None
        for page in found or ():
            self._count(page)
            yield Placed((-1, next(numbers)), page)
        shown = values_of([record for page in found or () for record in page.records], name)
        # Many ids are found sooner in the whole list.
        parts: list[Query] = [()] if name == IDS and len(values) > _FEW_IDS else [((name, value),) for value in values]
        parts = [pairs for pairs in parts if not pairs or pairs[0][1].casefold() not in shown]
        for pairs in parts:
            part = self._part((*rest, *pairs), parallel=1)
            if not pairs and self._query.rows is not None:
                part._query.apply_here(name)  # noqa: SLF001 - of this class
            for page in part.one_ahead():
                self._count(page)
                yield Placed((-1, next(numbers)), page)
            self._add(part)
        self.more = not self.proven or (self._limit is not None and self.rows > self._limit)

    def _in_whole_list(self, name: str, rest: Query, values: Collection[str]) -> list[Page] | None:
        """Return the rows of many values from the whole list; ``None`` if it is long, or not proven whole.

        A value that no row shows is asked for all the same: a service may find a lead by what it does not show. Rows
        of other values are left out, as such a lead among them would seem to belong to no value.
        """
        asked = {value.casefold() for value in values}
        most, part, found = len(values) // _VALUES_PER_PAGE, self._part(rest, parallel=1), list[Page]()
        if not most:
            return None
        part._query.apply_here(name)  # noqa: SLF001 - of this class
        with suppress(APIError, PaginationError, InvalidParameterError):
            for placed in part.read():
                rows = [record for record in placed.page.records if not asked.isdisjoint(values_of([record], name))]
                found.append(replace(placed.page, records=rows))
                if len(found) >= most and placed.page.next_cursor is not None:
                    return None
            if part.proven:
                self._add(part)
                return found
        return None

    def _in_order(self, first: Page, pages: Iterator[Page]) -> Iterator[Placed]:
        """Yield the rows from which the requested ones are found by sorting: all, or those that changed lately."""
        self.sorts, limit = self._order.wanted, self._limit
        self.newest_first = False
        if limit is None or self._seen.verdict() == "proven":
            for number, page in enumerate([first, *pages]):
                yield Placed((-1, number), self._select(page, counted=True))
            self.more = limit is not None and self.rows > limit
            return
        short = first.total is not None and first.total <= _FEW_PAGES * len(first.records)  # is soon read as a whole
        looks_back = not short and self.sorts == NEWEST_FIRST and self._order.can_look_back(first)
        days = _RECENT if looks_back else (None,)
        for back in days:
            if back is not None and self._facts.refuses(AFTER):
                continue
            after = [] if back is None else [(AFTER, iso(self._facts.context.time() - timedelta(days=back)))]
            part = self._part((*self._query.without("order"), *after), parallel=1)
            try:
                found = list(part.one_ahead())
            except APIError as refused:
                if back is None:
                    raise
                self._facts.learn_refused(refused, [AFTER])
                continue
            self._requests.ids += part.request_ids
            if back is None or part.rows >= limit:
                self._sequence.proven = part.proven
                self.total = first.total if first.total is not None else part.rows if back is None else None
                for number, page in enumerate(found):
                    yield Placed((-1, number), self._select(page, counted=True))
                break
        self.more = back is not None or self.rows > limit
        end = "newest" if self.sorts == NEWEST_FIRST else "oldest"
        few = "" if self.proven else f", and others may exist: they may not be the {end}"
        self._facts.say(
            "this service does not list in the order that was asked for: "
            f"{self.rows:,} rows were read to find them{few}",
            logging.INFO if self.proven else logging.WARNING,
        )

    def _changes_since(self, first: Page) -> Iterator[Placed]:
        """Yield what changed while pages were read newest first: it moved to the top, above the pages read so far."""
        if not first.records or not self._facts.rows_have_times:
            return
        try:
            since = time_text(instant(first.records[0]) - windows.OVERLAP)
        except UnreliableWindowsError:
            return
        own = dict(self._query.sent).get(AFTER)
        if not self._facts.has(AFTER) or (own is not None and own > since):
            return
        part = self._part((*self._query.without(AFTER, "order"), (AFTER, since), ("order", OLDEST_FIRST)))
        for number, page in enumerate(part._sequence.pages(), 1):  # noqa: SLF001 - of this class
            yield Placed((-2, -number), replace(page, records=self._select(page).records[::-1]))
        self._add(part)

    # --- parts and rows ----------------------------------------------------------------------------------------------

    def _part(self, filters: Query, *, parallel: int | None = None) -> Listing:
        """Return another reading of this list."""
        query = self._query.part(filters)
        return Listing(
            self._facts, self._path, query, page_size=self._page_size, parallel=parallel, strict=self._strict
        )

    def _ask_with(self, filters: Query) -> Page:
        """Request the first page of the list with other filters."""
        return self._part(filters)._requests.ask(counted=False)  # noqa: SLF001 - of this class

    def _add(self, part: Listing) -> None:
        """Record that another reading has given rows of this one."""
        self._requests.ids += part.request_ids
        self._sequence.proven = self.proven and part.proven

    def _is_enough(self, page: Page) -> bool:
        self._fetched += len(page.records if self._limit is None else self._select(page).records)
        return self._limit is not None and self._fetched >= self._limit

    def _keep(self, page: Page) -> Page:
        """Return the page, cut at the limit, and count it."""
        page = self._select(page)
        room = None if self._limit is None else self._limit - self.rows
        kept = page if room is None or len(page.records) <= room else replace(page, records=page.records[:room])
        self.more = page.next_cursor is not None or len(kept.records) < len(page.records) or not self.proven
        self._count(kept)
        return kept

    def _select(self, page: Page, *, counted: bool = False) -> Page:
        """Return the page with the rows that match the filters; counted on request."""
        page = self._selection.select(page)
        if self._selection.uncounted:
            self.total = None  # it counts the other rows too
        if counted:
            self._count(page)
        return page

    def _count(self, page: Page) -> None:
        self.pages += 1
        self.rows += len(page.records)

    # --- reporting ---------------------------------------------------------------------------------------------------

    @property
    def proven(self) -> bool:
        """Whether the service showed that there are no other rows."""
        return self._sequence.proven

    @property
    def request_ids(self) -> list[str]:
        """Ids of all requests, in the order of their answers."""
        return self._requests.ids

    @property
    def live_only(self) -> bool:
        """Whether deleted objects are not wanted."""
        return self._query.live_only

    @property
    def expected(self) -> int | None:
        """Expected number of rows, where the service counts them."""
        limit = None if self.sorts is not None else self._limit
        return None if self.total is None else min(self.total, limit or self.total)

    def missed_rows(self, table: Any) -> bool:
        """Whether windows have missed rows: the service counts more now, or one that was seen is not in the table."""
        asked = self._window_requests
        by_place = self._cursors.are_places
        return asked is not None and asked.missed_rows(table, self.total, by_place=by_place, begun=self.fetched_at)

    def say_what_differs(self) -> None:
        """Print a notice if the limit cut the list, "10 of 2,000 rows", and if it may have rows of an earlier time."""
        if self._selection.is_unsure:
            text = "rows with the time of the bound are kept: this service may keep finer times than it shows"
            self._facts.say(text, logging.INFO)
        if not self.more or self._limit is None:  # without a limit, another notice says it
            return
        of = f"of {self.total:,} rows" if self.total is not None else "rows, more exist"
        order = "newest" if self.newest_first or self.sorts == NEWEST_FIRST else "oldest"
        rows = min(self.rows, self._limit)
        self._facts.say(f"{rows:,} {of} (limit={self._limit}, {order} first)", logging.INFO)

    def provenance(self, rows: int, *, complete: bool) -> Any:
        """Return the provenance of a frame of this reading."""
        from pb2b_notebook.frames import Provenance

        context = self._facts.context
        return Provenance(
            operation=self._facts.operation.id,
            filters=_as_dict(self._query.sent),
            request_ids=tuple(self.request_ids),
            fetched_at=self.fetched_at,
            workspace=context.workspace,
            host=context.client.host,
            time_zone=str(context.known_zone or UTC),
            complete=complete,
            rows=rows,
        )


def _as_dict(query: Query) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in query:
        if name in found:
            before = found[name]
            found[name] = [*(before if isinstance(before, list) else [before]), value]
        else:
            found[name] = value
    return found
