"""Read one list: request its pages, order them, and record their provenance."""

from __future__ import annotations

import logging
import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from functools import partial
from itertools import chain, count
from math import ceil
from time import monotonic
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from pb2b_notebook import threads
from pb2b_notebook.api.context import Context
from pb2b_notebook.api.http import envelope, unlearning
from pb2b_notebook.api.http.client import Call, Query
from pb2b_notebook.api.http.envelope import Page, Raws
from pb2b_notebook.api.http.object_forms import NAIVE_TIMES, spellings_in
from pb2b_notebook.api.http.paging import is_link, numbers_in, query_of_link
from pb2b_notebook.api.lists import completeness, pagination, windows
from pb2b_notebook.api.lists.completeness import Evidence
from pb2b_notebook.api.lists.parallel import read_windows
from pb2b_notebook.api.lists.places import CursorTrial, Places, cursor_trial, id_of, value_trial
from pb2b_notebook.api.lists.row_filters import RowFilters, other_value
from pb2b_notebook.api.lists.windows import Placed, UnreliableWindowsError, instant, milliseconds, time_text
from pb2b_notebook.display import notices
from pb2b_notebook.errors import (
    APIError,
    BadRequestError,
    InvalidParameterError,
    NotFoundError,
    PaginationError,
    ProtocolError,
    RateLimitError,
    ResponseTooLargeError,
    ValidationError,
)
from pb2b_notebook.openapi.operations import Operation
from pb2b_notebook.times import iso

AFTER: Final = "updated_after"
BEFORE: Final = "updated_before"
IDS: Final = "ids"
"""The filter whose values are joined by commas."""
_FEW_IDS: Final = 10
FEW_ROWS: Final = 10
"""Rows that show whether the service keeps to the order: fewer may be in any order by chance."""
_SMALLEST_PAGE: Final = 5
"""Rows of the smallest page that a service may have: fewer are all that there are."""
AFTER_ID: Final = "starting_after"
CURSORS: Final = ("cursor", "after", AFTER_ID, "page_token")
BEYOND: Final = (AFTER_ID, "offset", "page")
"""Parameters that lead on from a page without a cursor, if a service has one of them."""
OTHER_CURSORS: Final = (
    "start_cursor", "next_cursor", "page_cursor", "next_token", "continuation_token", "pagination_token", "token",
)  # fmt: skip
"""Parameters that other services take a cursor in, which are tried where none of ours leads on."""
OTHER_NAMES: Final = {
    "page": ("page_number", "pageNumber", "page[number]"),
    "offset": ("skip", "start", "page[offset]"),
    "page_token": ("pageToken", "nextToken"),
    "continuation_token": ("continuationToken",),
}
"""Parameter that a response names → others that services take its cursor in."""
PAGE_SIZES: Final = ("limit", "page_size", "per_page")
_OF_VALUES: Final = ("status", "source", "country", "type", "direction")
"""Filters of values that most rows have."""
LEAD_FIELDS: Final = "lead_fields.list"
NEWEST_FIRST: Final = "updated_at.desc"
OLDEST_FIRST: Final = "updated_at.asc"
_SMALLER: Final = (200, 100, 50, 20, 10)
_WINDOW: Final = 60.0
_RECENT: Final = (1, 7, 30, 180, None)
"""Days back in which the newest rows are looked for; ``None`` is the whole list."""
_FOLLOWS: Final = "read on by time"
"""Cursor of a page that others follow, though the service gave none."""


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
        added: Names in the query that the caller did not give; a service that refuses them is read without.
        newest: Whether the newest rows are wanted, though the operation takes no order.
        rows: The filters as conditions on rows, for a service that does not apply them; ``None`` checks none.

    Attributes:
        newest_first: Whether rows are in descending order of their last change.
        fetched_at: The service's time when the reading began.
        request_ids: Ids of all requests, in the order of their answers.
        pages: Number of pages read so far.
        rows: Number of rows kept.
        total: The service's count when the reading began, where it counts.
        more: Whether rows were left unread.
        proven: Whether the service showed that there are no other rows.
        sorts: Order of the rows that the service did not give: "updated_at.asc" or "updated_at.desc"; else ``None``.
        windows: Number of windows that were read in parallel, 1 for none.
        live_only: Whether deleted objects are not wanted.

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
        added: frozenset[str] = frozenset(),
        newest: bool = False,
        rows: RowFilters | None = None,
    ) -> None:
        self._context = context
        self._operation = operation
        self._path, self._filters = path, filters
        self._limit, self._page_size, self._parallel = limit, page_size, parallel
        names = [name for name, _ in filters]
        self.newest_first = ("order", NEWEST_FIRST) in filters
        self._added = added
        self._newest = newest
        self._profile = context.client.profile
        shows_deleted = "include_deleted" in added or ("include_deleted", "true") in filters
        self.live_only = not shows_deleted and any(field.name == "deleted_at" for field in operation.fields)
        self._row_filters = rows or None
        self._applied: set[str] = set()  # filters that the service does not apply
        for name in rows.names if rows else ():
            if name in self._profile.names("refused", operation.id) | self._profile.names("ignored", operation.id):
                self._apply_here(name)
        self._check_parallel()
        self._counts = operation.parameter("include_total") is not None and "include_total" not in names
        self._parameter = ""
        self._evidence = Evidence()
        self._first_record: bytes | None = None
        self._cursor_leads_on = False
        self._finds_timeless: bool | None = None
        self._read_up_to: dict[str, str] = {}  # lower bound of the latest page that was read on by time
        self._order_shown = True  # whether rows that were read on by time certainly are in order of it
        self._read_down_to: dict[str, str] = {}  # upper bound of the latest page that was read on by time
        self._leads_on: str | None = None  # what leads on from pages without a cursor: one of BEYOND, or the time
        self._places = Places(lambda cursor, parameters: self.ask(cursor, parameters, counted=False))
        self._by_place = False  # whether the pages certainly are places
        self._beyond: str | None = None  # place after the last page by a count
        self._differs = False  # whether the service may differ from our contract
        self._same_cursor = False  # whether each page has the same cursor: the service keeps the place
        self._sent_twice = False  # whether a page was asked for more than once
        self._refusal: APIError | None = None  # of a cursor that the service had given
        self.proven = True
        self.sorts: str | None = None
        self.fetched_at = context.time()
        self.request_ids: list[str] = []
        self.pages = 0
        self._fetched = 0
        self._expected_ids: set[str] = set()
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
        pages = self._sequence()
        first = next(pages)
        if (name := self._one_value_filter(first)) is not None:
            yield from self._in_values(name)
            return
        self.total = first.total
        if self._is_out_of_order(first):
            yield from self._in_order(first, pages)
            return
        decided = monotonic()
        for number, page in enumerate(chain([first], pages)):
            yield Placed((-2, number), self._keep(page))  # those of the first window have place -1
            # Without a count, a list is long once reading it has taken some time.
            later = first.total is None and self._parallel is None and monotonic() - decided > windows.WORTH_IT
            if number == 0 or later or (number == 1 and self._differs):  # its cursor was tried
                decided, windowed = monotonic(), self._choose_windows(page, number)
                if windowed > 1:
                    yield from self._in_windows(page, windowed)
                    return
        if self.newest_first and self.pages > 1:
            yield from self._changes_since(first)

    def _in_windows(self, page: Page, count: int) -> Iterator[Placed]:
        """Yield the pages after this one, read in parallel."""
        self.windows = count
        if self.total is not None:  # a page after the first one says no total, or that of the whole list
            page = replace(page, total=self.total - self.rows + len(page.records))
        for placed in read_windows(self, page, count):
            found = self._matching(placed.page)
            self._count(found)
            yield Placed(placed.place, found)
        self.more = False

    def one_ahead(self) -> Iterator[Page]:
        """Yield the pages in order; the next one is fetched while the caller works on this one."""
        pages = self._sequence()
        first = next(pages)
        if (name := self._one_value_filter(first)) is not None:
            yield from (placed.page for placed in self._in_values(name))
            return
        if self._limit is not None and self._is_out_of_order(first):
            text = "rows come in the service's own order: these may not be the newest or oldest; list() finds them"
            notices.say(f"{self._operation.id}: {text}")
        for page in threads.read_ahead(chain([first], pages)):
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
            page = self._ask_next(query, cursor, bounds)
            # Without content, it does not end a list that goes on at this cursor: a proxy may have answered.
            return page if page.size or not page.ends else replace(page, ends=False, promises_more=True)
        total = [("include_total", "true")] if counted and self._counts else []
        return self._ask_in_size([*query, *total], sized=self._size_name in bounds)

    def _ask_next(self, query: list[tuple[str, str]], cursor: str, bounds: Mapping[str, str]) -> Page:
        """Request the page at a cursor, in the parameter that takes it: by the document, the response, or trial."""
        if cursor.startswith("?"):
            link = [pair for pair in parse_qsl(cursor[1:], keep_blank_values=True) if pair[0] not in bounds]
            named = {name for name, _ in link}
            return self._ask_in_size([*(pair for pair in query if pair[0] not in named), *link], sized=True)
        page: Page | None = None
        for name in self._cursor_names():
            try:
                page = self._ask_in_size([*query, (name, cursor)])
            except APIError as refused:
                about_name = unlearning.UNKNOWN.search(f"{refused.code} {refused}")
                if not unlearning.may_refuse_a_name(refused) or (self._cursor_leads_on and not about_name):
                    raise
                continue
            if bounds or not page.records or not self._begins_list(page):
                if name != "cursor" and name != _first(self._operation, CURSORS):
                    self._profile.learn("cursor_parameter", name, f"it leads on in {self._operation.id}")
                self._cursor_leads_on = True
                return page
        if page is not None and not page.number:
            return page  # the first page again: the list goes in a circle
        # No parameter leads on: the rest is read by time.
        return Page((), None, None, None if page is None else page.request_id, promises_more=True)

    def _begins_list(self, page: Page) -> bool:
        """Whether a page begins with the row that the list begins with.

        Until a cursor has led on, the ids are compared: other fields may differ in each response. After that, a row
        that changes moves to the end of the list, and may begin a page there.
        """
        first, again = self._first_record, page.records[0]
        if first is None:
            return False
        return bytes(again) == bytes(first) if self._cursor_leads_on else id_of(again) == id_of(first)

    def _cursor_names(self) -> list[str]:
        """Return the parameters that may take a cursor, the most probable first."""
        declared = _first(self._operation, CURSORS)
        theirs = declared if self._context.operations.origin else None
        names = [
            theirs,
            self._parameter,
            self._profile.value("cursor_parameter"),
            declared,
            *OTHER_NAMES.get(self._parameter, ()),
            "cursor",
            *CURSORS,
            *OTHER_CURSORS,
        ]
        return list(dict.fromkeys(name for name in names if name))

    def _ask_in_size(self, query: list[tuple[str, str]], *, sized: bool = False) -> Page:
        while True:
            try:
                return self._fetch([*query, *([] if sized else self._size())])
            except (APIError, ResponseTooLargeError) as refused:
                if isinstance(refused, APIError) and not unlearning.may_refuse_a_name(refused):
                    raise
                unknown = self._unknown_filter(refused, query)
                if unknown is not None:
                    query = [pair for pair in query if pair[0] != unknown]
                elif not self._asks_for_less(refused):
                    raise

    def _fetch(self, query: list[tuple[str, str]]) -> Page:
        begun = monotonic()
        client = self._context.client
        added = self._added | {"include_total"} | (set() if self._page_size else {self._size_name or "limit"})
        reply = client.send(Call(self._operation, self._path, tuple(query), added=frozenset(added)))
        page = envelope.page(reply)
        self._sent_twice = self._sent_twice or reply.attempts > 1
        self._parameter = page.parameter or self._parameter
        if page.forms:
            self._learn_forms(page.forms)
        if page.next_cursor is not None and is_link(page.next_cursor):
            following = query_of_link(page.next_cursor, client.base_url + self._path)
            page = replace(page, next_cursor="?" + urlencode(following))
        if page.promises_more and page.next_cursor is None and page.records and self._operation.parameter(AFTER_ID):
            page = replace(page, next_cursor=str(id_of(page.records[-1])), parameter=AFTER_ID)
        self._context.latencies.append(monotonic() - begun)
        self.request_ids += [page.request_id] if page.request_id else []
        return page

    def _learn_forms(self, forms: frozenset[str]) -> None:
        """Remember in which form of its own the service gives objects, and print it once."""
        new = forms - self._profile.names("forms")
        if new:
            self._profile.learn("forms", new, f"objects of {self._operation.id}", at=self._context.time())
            level = logging.WARNING if NAIVE_TIMES in new else logging.INFO
            notices.say(f"this service gives objects in a form of its own: {_some_of(new)}", level)

    def _unknown_filter(self, refused: Exception, query: list[tuple[str, str]]) -> str | None:
        """Return the filter that the service does not have, which is then applied to the rows; ``None`` for another."""
        rows = self._row_filters
        text = _text_of(refused)
        if rows is None or self._first_record is not None or not unlearning.UNKNOWN.search(text):
            return None
        fields = {detail.field for detail in getattr(refused, "details", ())}
        sent = rows.names & {name for name, _ in query}
        name = next((n for n in sorted(sent) if n in fields or re.search(rf"\b{re.escape(n)}\b", text)), None)
        if name is not None:
            self._context.client.learn_refused(self._operation, [name], f"it answers {getattr(refused, 'status', '')}")
            self._apply_here(name)
            self._say_applied(name)
        return name

    def _apply_here(self, name: str) -> None:
        """Apply a filter to the rows on this machine, instead of asking the service for it."""
        self._applied.add(name)
        self._filters = tuple(pair for pair in self._filters if pair[0] != name)

    def _say_applied(self, name: str) -> None:
        notices.say(
            f"{self._operation.id}: this service does not filter by {name}: more rows are read, and filtered here"
        )

    def _matching(self, page: Page) -> Page:
        """Return the page with the rows that match the filters, also where the service does not apply one."""
        page = self._without_deleted(page)
        rows = self._row_filters
        if rows is None or not page.records:
            return page
        masks = rows.masks(page.records)
        hidden = rows.hidden_names(masks)
        doubtful = [name for name, mask in masks.items() if name not in self._applied and not mask.all()]
        for name in (*doubtful, *hidden):
            if name in self._applied or self._is_ignored(name):
                if name in hidden:
                    raise InvalidParameterError(
                        f"{self._operation.id}: this service ignores the filter {name}, and its rows do not show it",
                        repair="leave it out, and select the rows that you need",
                    )
                at = self._context.time()
                self._profile.learn(
                    "ignored", [name], "the same rows for any value", operation=self._operation.id, at=at
                )
                self._apply_here(name)
                self._say_applied(name)
        used = [mask for name, mask in masks.items() if name in self._applied]
        if not used:
            return page
        self.total = None  # it counts the other rows too
        return replace(page, records=[r for r, *fits in zip(page.records, *used, strict=True) if all(fits)])

    @property
    def _has_deleted(self) -> bool:
        """Whether the service is known to list deleted objects that are not wanted."""
        return self.live_only and bool(self._profile.value("lists_deleted", self._operation.id))

    def _without_deleted(self, page: Page) -> Page:
        if not self._has_deleted:
            return page
        self.total = None  # it counts them too
        return replace(page, records=[record for record in page.records if not windows.is_deleted(record)])

    def _is_ignored(self, name: str) -> bool:
        """Whether the service gives the same rows for a value that no row has; asked once."""
        if name in self._profile.names("applied", self._operation.id) or self._first_record is None:
            return False
        try:
            size = {} if self._size_name is None else {self._size_name: "1"}
            given = [value for each, value in self._filters if each == name]
            other = other_value(name, self._operation.parameter(name), given)
            page = self.ask(None, {name: other, **size}, counted=False)
            ignored = bool(page.records) and id_of(page.records[0]) == id_of(self._first_record)
        except (APIError, ProtocolError):
            ignored = False  # it reads the value
        if not ignored:
            self._profile.learn(
                "applied",
                [name],
                "other rows for a value that none has",
                operation=self._operation.id,
                at=self._context.time(),
            )
        return ignored

    # --- filters with several values ---------------------------------------------------------------------------------

    def _one_value_filter(self, first: Page) -> str | None:
        """Return the filter with several values of which a service that differs from ours may apply only one."""
        profile, operation = self._profile, self._operation
        differs = self._may_differ(first)
        for name in dict.fromkeys(name for name, _ in self._filters):
            # Each id has a row: one alone for many is seldom all there is.
            few = name == IDS and len(first.records) < 2  # noqa: PLR2004 - one
            if len(self._values_asked(name)) < 2 or not (differs or few):  # noqa: PLR2004 - several
                continue
            if name in profile.names("several_values", operation.id):
                continue
            try:
                if name not in profile.names("one_value", operation.id) and self._takes_several(name, first):
                    continue
            except (APIError, ProtocolError):
                pass  # without a trial, each value is asked for alone
            return name
        return None

    def _may_differ(self, first: Page) -> bool:
        return not first.documented or self._context.may_differ(first.total if self._counts else 0)

    def _values_asked(self, name: str) -> list[str]:
        """Return the values of a filter."""
        given = (value.split(",") if name == IDS else [value] for each, value in self._filters if each == name)
        return list(dict.fromkeys(chain.from_iterable(given)))

    def _takes_several(self, name: str, first: Page) -> bool:
        """Whether the service gives rows of several values; if the first page shows one, two others are tried."""
        asked = {value.casefold() for value in self._values_asked(name)}
        learn = partial(self._profile.learn, operation=self._operation.id, at=self._context.time())
        if len(asked & _values_of(first.records, name).keys()) > 1:
            learn("several_values", [name], "rows of several values")
            return True
        own = self._row_filters.names if self._row_filters else frozenset[str]()
        rest = tuple(pair for pair in self._filters if pair[0] != name and pair[0] not in own)
        known = list(_values_of(self._part(rest).ask(counted=False).records, name).items())
        pair = [*known[:1], *known[1:][-1:]]
        if len(pair) == 1:
            return False  # too few rows for a trial
        if not pair:
            return True  # the rows do not show it
        both = [value for _, value in pair]
        page = self._part((*rest, *((name, value) for value in ([",".join(both)] if name == IDS else both)))).ask(
            counted=False
        )
        if {folded for folded, _ in pair} <= _values_of(page.records, name).keys():
            learn("several_values", [name], "rows of both values")
            return True
        whole = page.next_cursor is None and not page.promises_more
        if whole and learn("one_value", [name], "rows of only one of two values"):
            notices.say(
                f"{self._operation.id}: this service takes one value of {name} at a time: each is asked for alone"
            )
        return False

    def _in_values(self, name: str) -> Iterator[Placed]:
        """Yield the rows of each value of a filter, to be sorted where they have times."""
        self.sorts = (self._order or OLDEST_FIRST) if self._rows_have_times else None
        self.newest_first, self.total = False, None
        numbers = count()
        rest = tuple(pair for pair in self._filters if pair[0] not in {name, "order"})
        values = self._values_asked(name)
        # Many ids are found sooner in the whole list.
        parts = [()] if name == IDS and len(values) > _FEW_IDS else [((name, value),) for value in values]
        for pairs in parts:
            part = self._part((*rest, *pairs), parallel=1)
            if not pairs and self._row_filters is not None:
                part._apply_here(name)  # noqa: SLF001 - of this class
            for page in part.one_ahead():
                self._count(page)
                yield Placed((-1, next(numbers)), page)
            self.request_ids += part.request_ids
            self.proven = self.proven and part.proven
        self.more = not self.proven or (self._limit is not None and self.rows > self._limit)

    def _asks_for_less(self, refused: Exception) -> bool:
        """Whether to ask again for less: a live service may not give pages of this size, or take no size at all."""
        too_large = isinstance(refused, ResponseTooLargeError)
        asked, name = self._asked_size(), self._size_name
        if self._page_size is not None or asked is None or not (too_large or self._names_size(refused)):
            return False
        if self._evidence.pages and not too_large:
            return False  # a page of this size came: it is the place that is refused
        stated = [int(number) for number in re.findall(r"\b[0-9]{1,4}\b", _text_of(refused)) if 0 < int(number) < asked]
        if not (too_large or stated or isinstance(refused, (BadRequestError, ValidationError))):
            return False  # with another status, a limit may be that of a plan
        smaller = max(stated, default=next((size for size in _SMALLER if size < asked), None))
        if too_large:
            if smaller is not None:
                self._context.page_sizes[self._operation.id] = smaller
            return smaller is not None
        at = self._context.time()
        if smaller is None or (not stated and unlearning.UNKNOWN.search(str(refused))):
            return self._context.client.learn_refused(self._operation, [str(name)], "it refuses any value")
        return self._profile.learn("page_size", smaller, f"it refuses {name}={asked}", at=at)

    def _names_size(self, refused: Exception) -> bool:
        details = getattr(refused, "details", ())
        if details:  # the message may list the parameters that it knows
            return any(detail.field == self._size_name for detail in details)
        return bool(re.search(rf"\b{self._size_name}\b", str(refused)))

    @property
    def _size_name(self) -> str | None:
        return _first(self._operation, PAGE_SIZES)

    def _size(self) -> list[tuple[str, str]]:
        size, name = self._asked_size(), self._size_name
        return [] if name is None or size is None else [(name, str(size))]

    def _asked_size(self) -> int | None:
        if self._size_name is None or self._size_name in self._profile.names("refused", self._operation.id):
            return None
        parameter = self._operation.parameter(self._size_name)
        largest: int = (parameter.maximum if parameter else None) or 100
        largest = min(largest, self._context.page_sizes.get(self._operation.id, largest))
        largest = min(largest, self._profile.value("page_size", default=largest))
        few = self._limit is not None and not self._applied and not self._has_deleted
        return min(self._page_size or largest, largest, max(self._limit or 0, FEW_ROWS) if few else largest)

    # --- the end of a list -------------------------------------------------------------------------------------------

    def _sequence(self) -> Iterator[Page]:
        """Yield the pages in order; where a service shows no end, read on by time until one is proven."""
        known = bool(self._profile.value("gives_cursors", self._operation.id))
        seen = self._evidence = Evidence(gives_cursors=known)
        before: Raws = ()
        taken = False
        for page in pagination.follow(self._ask_in_turn, self._is_enough, strict=False):
            seen.asked = self._asked_size()
            if self._places and not taken:
                self._places.take_new(before)  # of a page that did not show it
                taken = True
            if self._places:
                seen.add(page, len(self._places.take_new(page.records)))
            else:
                seen.add(page)
                if self._differs:
                    self._places.remember(page.records)
            if self._first_record is None and page.records:
                self._first_record = bytes(page.records[0])
            if page.next_cursor is not None:
                yield page
            elif self._limit is not None and self._fetched >= self._limit:
                self.proven = seen.verdict() == "proven"
                yield page
            else:
                # Where a service differs, its cursors may end at the most that it lists: one request by time shows it.
                capped = self._differs and seen.pages > 1 and completeness.may_be_capped(page, seen, counted=True)
                if len(self._places) > 1 and not (page.promises_more or capped):  # else rows may follow, read first
                    page = yield from self._read_again(page)  # noqa: PLW2901 - rows may follow it
                yield from self._ending(page, before, capped=capped)
            before = page.records

    def _ask_in_turn(self, cursor: str | None) -> Page:
        """Request the next page; one with the last number, or with the last row that the service counts, is the last.

        Numbers of pages begin at 0 or at 1: the first page shows it.
        """
        page, seen = self._ask_place(cursor), self._evidence
        if not seen.pages:
            self._differs = self._may_differ(page)
        self._same_cursor = self._same_cursor or (cursor is not None and cursor == page.next_cursor)
        hidden = cursor is not None and seen.pages == 1 and not self._same_cursor and self._hides_place(page)
        self._by_place = self._by_place or hidden or self._is_place(page)
        counted = cursor is not None and page.total is not None
        if not self._same_cursor and (self._places or self._by_place or counted):
            self._places.add(cursor, {})
        if page.beyond is not None and completeness.may_be_capped(page, seen):
            self._beyond = page.beyond
            return replace(page, next_cursor=page.beyond, promises_more=True, ends=False, position=True)
        if page.number is None:
            return page
        first = page.number - seen.pages
        reached = page.last is not None and page.number - first + 1 >= page.last
        if reached or (page.total is not None and seen.rows + len(page.records) >= page.total):
            if completeness.may_be_capped(page, seen):
                self._beyond = page.next_cursor
                return page
            return replace(page, next_cursor=None, promises_more=False, ends=True)
        return page

    def _ask_place(self, cursor: str | None) -> Page:
        """Request a page; one that a service refuses since it is too far in the list is empty, and does not end it."""
        try:
            return self.ask(cursor)
        except APIError as refused:
            about_depth = self._by_place or isinstance(refused, (BadRequestError, ValidationError))
            if cursor is None or not about_depth or not unlearning.may_refuse_a_name(refused):
                raise
            if not self._by_place:
                self._refusal = refused  # it may give no more pages: a time may lead on
            after_all = cursor == self._beyond
            if after_all and isinstance(refused, NotFoundError):
                return Page((), None, None, refused.request_id, ends=True)
            if after_all:
                self._evidence.total = None  # the service lists no more than it counts, whatever there is
            return Page((), None, None, refused.request_id, promises_more=True)

    def _ending(self, page: Page, before: Raws, *, capped: bool) -> Iterator[Page]:
        """Yield the last page that cursors lead to, and the pages after it that only a time leads to.

        Args:
            page: The last page; empty where the service takes its cursor in no known parameter.
            before: Rows of the page before it.
            capped: Whether the page may be the last one that the service lists, though others exist.
        """
        seen = self._evidence
        if any(name in CURSORS for name, _ in self._filters):
            seen.total = None  # it counts the rows before the cursor too
        if seen.verdict() == "short" and page.ends and not self._is_short_still():
            seen.total = None  # rows were deleted meanwhile
        if seen.verdict() == "proven" and not capped:
            if seen.gives_cursors and not page.ends and self.pages:
                self._profile.learn("gives_cursors", True, "only the last page has none", operation=self._operation.id)
            yield page
            if self._same_cursor and self._sent_twice and seen.total is None:
                self.proven = False
                text = "a page was asked for twice, and this service gives each page once: others may exist"
                notices.say(f"{self._operation.id}: {text}")
            return
        page = yield from self._read_on(page, before)
        if (capped or self._leads_on is not None) and len(self._places) > 1:
            page = yield from self._read_again(page)
        yield page
        if seen.verdict() != "proven" and not seen.is_probable:
            self._leave_unproven(page)
        elif not self._order_shown and seen.total != seen.rows:
            self.proven = False
            text = "rows may be in the order of their creation: others may exist, so that it does not count as complete"
            notices.say(f"{self._operation.id}: {text}")

    def _read_on(self, page: Page, before: Raws) -> Generator[Page, None, Page]:
        """Yield the pages that a time, a row or a number leads to, up to the last one, which is returned."""
        seen = self._evidence
        self._places.take_new([*before, *page.records])
        for _ in range(pagination.MOST_PAGES):
            following = self._page_after(page.records or before) or self._page_beyond(page.records or before)
            if following is None:
                break
            fresh = self._places.take_new(following.records)
            if not fresh and len(following.records) >= seen.largest:
                break  # as many rows as fit on a page have the same time
            yield replace(page, next_cursor=_FOLLOWS)
            seen.add(following, len(fresh), part=True)
            page = replace(following, records=fresh, next_cursor=None)
            # Rows may be left out of a page after it was cut: a shorter one does not end a list.
            unsure = not following.ends and seen.total is None
            if not fresh or (seen.verdict() == "proven" and not unsure):
                break  # without new rows, the same time would lead to the same rows again
        return page

    # --- pages that are places in the list ---------------------------------------------------------------------------

    def _is_place(self, page: Page) -> bool:
        """Whether the next page is a place in the list: also where it is the number of rows under another name."""
        rows = str(self._evidence.rows + len(page.records))
        named = bool(page.parameter) and page.next_cursor == rows
        return page.position or named or (self._differs and rows in numbers_in(page.next_cursor or ""))

    def _hides_place(self, page: Page) -> bool:
        """Whether the cursor of the second page is a place in the list, though it does not show it; tried once."""
        known, operation, first = (
            self._profile.value("cursors", self._operation.id),
            self._operation,
            self._evidence.last,
        )
        if known is not None or self._by_place or not self._differs or self._limit is not None or first is None:
            return bool(known == "places")
        if operation.parameter(AFTER) is None or not self._rows_have_times:
            return False
        trial = self._cursor_trial(first.records, page.records)
        if trial is None:
            # In the documented place, a cursor is believed. Elsewhere its pages are read again, unless windows show it.
            return not first.documented and self._parallel in {None, 1}
        try:
            # A cursor may be good for one request, and hold a state of the service: that of another reading is tried.
            again = self.ask(counted=False)
            if again.next_cursor is None or [*map(id_of, again.records)] != [*map(id_of, first.records)]:
                return True  # the list changed meanwhile: it is read again for certain
            found = trial.result(self.ask(again.next_cursor, trial.bounds, counted=False).records)
        except RateLimitError:
            return False
        except (APIError, ProtocolError):
            found = "unknown"
        # Cursors that hold for one filter only are those of the whole service.
        of = "" if found == "unknown" else operation.id
        self._profile.learn("cursors", found, "a cursor with another filter", operation=of)
        return found == "places"

    def _cursor_trial(self, first: Raws, second: Raws) -> CursorTrial | None:
        """Return what shows whether the cursor between two pages is a place; ``None`` if no filter does."""
        before = BEFORE if self._operation.parameter(BEFORE) and not self._refuses(BEFORE) else None
        by_time = cursor_trial(first, second, AFTER, before)
        used = {name for name, _ in self._filters} | self._profile.names("ignored", self._operation.id)
        names = [n for n in _OF_VALUES if self._operation.parameter(n) and n not in used and not self._refuses(n)]
        return by_time or next(filter(None, (value_trial(first, second, name) for name in names)), None)

    def _read_again(self, page: Page) -> Generator[Page, None, Page]:
        """Yield the pages up to the last one, which is returned; with rows that were left out since others moved."""
        seen = self._evidence
        certain = self._by_place or self._leads_on is not None
        # Another cursor may be a place, too: counts beside it show whether rows went.
        quiet = len(seen.counts) < 2 and seen.verdict() != "short"  # noqa: PLR2004 - more than one
        if self._is_unchanged() if certain else quiet:
            return page
        # The service's time is in whole seconds.
        for missed in self._places.missed_rows(milliseconds(self.fetched_at) + windows.SECOND):
            yield replace(page, next_cursor=_FOLLOWS)
            page = replace(page, records=missed)
            seen.rows += len(missed)
        if not self._places.settled:
            self.proven = False
            text = "the list changed while it was read, so that it does not count as complete"
            notices.say(f"{self._operation.id}: {text}")
        return page

    def _is_unchanged(self) -> bool:
        """Whether the list certainly is as it was when the reading began: its count, and no row changed since."""
        seen = self._evidence
        return seen.counts == {seen.rows} and not self._has_changed()

    def _has_changed(self) -> bool:
        """Whether a row may have changed since the reading began."""
        if not self._rows_have_times or self._operation.parameter(AFTER) is None:
            return True
        since = max([iso(self.fetched_at), *(value for name, value in self._filters if name == AFTER)])
        try:
            return bool(self.ask(None, {AFTER: since}, counted=False).records)
        except APIError as refused:
            if not unlearning.may_refuse_a_name(refused):
                raise
            return True

    @property
    def _has_place_cursors(self) -> bool:
        """Whether cursors are places in the list, as they or a trial show."""
        return self._by_place or bool(self._profile.value("cursors", self._operation.id) == "places")

    def _page_after(self, records: Raws) -> Page | None:
        """Return the page of the rows that changed after these of a page; ``None`` where no time leads on."""
        operation = self._operation
        if self._leads_on not in {None, AFTER} or operation.parameter(AFTER) is None or not self._rows_have_times:
            return None
        before = BEFORE if operation.parameter(BEFORE) and not self._refuses(BEFORE) else None
        bounds = completeness.next_bounds(records, after=AFTER, before=before)
        if bounds is None:
            return None
        try:
            if not self._filters_find_all(records, before) or self._has_newer(bounds):
                return None
            doubtful = len(records) >= _SMALLEST_PAGE and completeness.is_by_creation(records)
            if AFTER in bounds and doubtful and self._has_older(bounds, records, before):
                return None
            page = self.ask(None, bounds, counted=False)
            self._read_down_to = {BEFORE: bounds[BEFORE]} if BEFORE in bounds else {}
        except APIError as refused:
            # The first page was accepted without the bound: it is the bound that is refused.
            self._learn_refused(refused, bounds)
            return None
        self._leads_on = AFTER
        return page

    def _has_newer(self, bounds: Mapping[str, str]) -> bool:
        """Whether unread rows changed in the time of the latest page, so that rows are in order of another time.

        In the order of creation, as many services have it, an upper bound of the change would leave rows out. Fewer
        rows than fit on a page were listed in that time, so that an unread one is on the first page of the answer.
        """
        if BEFORE not in bounds:
            return False
        newer = self.ask(None, {AFTER: bounds[BEFORE], **self._read_down_to}, counted=False)
        return self._places.has_new(newer.records)

    def _has_older(self, bounds: Mapping[str, str], records: Raws, before: str | None) -> bool:
        """Whether unread rows changed before the last row of the latest page, so that the order is of another time.

        Only rows whose times of creation are in order, too, may be in that of their creation. A service that has no
        upper bound, or ignores it, does not show it.
        """
        # A service that refuses others of ours in every operation is not asked for this one.
        if before is None or (self._operation.id != "leads.list" and self._profile.names("refused")):
            self._order_shown = False
            return False
        try:
            older = self.ask(None, {BEFORE: bounds[AFTER], **self._read_up_to}, counted=False)
        except APIError as refused:
            self._learn_refused(refused, [BEFORE])
            self._order_shown = False
            return False
        last = id_of(records[-1])
        self._order_shown = self._order_shown and all(id_of(record) != last for record in older.records)
        self._read_up_to = {AFTER: bounds[AFTER]}
        return self._order_shown and self._places.has_new(older.records)

    def _page_beyond(self, records: Raws) -> Page | None:
        """Return the page after a last row, a number of rows or a page number, if one of these parameters leads on.

        A service that ignores the parameter gives rows that are listed already.
        """
        seen, leading = self._evidence, self._profile.value("cursor_parameter")
        full = (seen.asked is not None and len(records) >= seen.asked) or completeness.is_round(len(records))
        if self._operation.id == LEAD_FIELDS and seen.verdict() != "short":
            return None  # one page in most services, and read beside each list of leads
        if not records or seen.gives_cursors or (seen.last is not None and seen.last.ends) or self._leads_on == AFTER:
            return None
        if seen.verdict() != "short" and not full and leading not in BEYOND:
            return None
        names = [self._leads_on] if self._leads_on else [leading] if leading in BEYOND else BEYOND
        # Numbers of pages begin at 0 or at 1: the second page is 1 or 2.
        values = {AFTER_ID: (id_of(records[-1]),), "offset": (seen.rows,), "page": (seen.pages, seen.pages + 1)}
        useless = self._profile.names("refused", self._operation.id) | self._profile.names(
            "ignored", self._operation.id
        )
        for name in (each for each in names if each not in useless):
            try:
                for value in values[name]:
                    page = self.ask(None, {name: str(value)}, counted=False)
                    ends = self._leads_on == name and not page.records
                    if ends or self._places.has_new(page.records):
                        self._leads_on = name
                        if name != AFTER_ID:
                            self._places.add(None, {name: str(value)})
                        self._profile.learn("cursor_parameter", name, f"it leads on in {self._operation.id}")
                        return page
            except APIError as refused:
                self._learn_refused(refused, [name])
                continue
            if page.records and self._leads_on != name:
                self._profile.learn("ignored", [name], "the same rows with it", operation=self._operation.id)
        return None

    def _learn_refused(self, refused: APIError, names: Iterable[str]) -> None:
        """Remember parameters that are refused, where the list without them is not.

        Other statuses are not remembered: the service may have failed, or the key may have lost its scope.

        Raises:
            APIError: It is not about a parameter.
        """
        if not unlearning.may_refuse_a_name(refused):
            raise refused
        if refused.status in unlearning.REFUSED or isinstance(refused, BadRequestError):
            self._context.client.learn_refused(self._operation, names, f"{refused.status} with it")

    def _filters_find_all(self, records: Raws, before: str | None) -> bool:
        """Whether filters by time of change also find rows that never changed, by the time of creation; asked once."""
        timeless = next((record for record in records if windows.is_timeless(record)), None)
        if self._finds_timeless is None and timeless is not None:
            bounds = completeness.bounds_around(timeless, after=AFTER, before=before)
            page = self.ask(None, bounds, counted=False)
            self._finds_timeless = id_of(timeless) in {id_of(record) for record in page.records}
        return self._finds_timeless is not False

    def _is_short_still(self) -> bool:
        """Whether the service now counts more rows than came."""
        name = self._size_name
        now = self.ask(None, {} if name is None else {name: "1"}).total
        return now is None or self._evidence.rows < now

    def _leave_unproven(self, page: Page) -> None:
        """Record that rows may be missing; it is an error where rows certainly are.

        Raises:
            PaginationError: The service promises or counts more rows, or the page is as full as it can be.
        """
        seen, self.proven = self._evidence, False
        full = seen.asked is not None and len(page.records) >= seen.asked
        if self._refusal is not None:
            raise self._refusal
        if (seen.verdict() == "short" or full) and not page.ends:
            raise PaginationError(
                f"{self._operation.id} cannot be proven complete: {seen.text}",
                request_id=page.request_id,
                repair="read it in slices of updated_after and updated_before, or with a filter",
            )
        if self._operation.id != LEAD_FIELDS:  # they are read beside each list of leads: provenance says it
            notices.say(f"{self._operation.id}: {seen.text}: others may exist, so that it does not count as complete")

    def _refuses(self, name: str) -> bool:
        return name in self._profile.names("refused", self._operation.id)

    # --- order -------------------------------------------------------------------------------------------------------

    @property
    def _order(self) -> str | None:
        given = next((value for name, value in self._filters if name == "order"), None)
        return NEWEST_FIRST if given is None and self._newest else given

    def _is_out_of_order(self, first: Page) -> bool:
        """Whether the service refuses or ignores the order that was asked for."""
        if self._order not in {NEWEST_FIRST, OLDEST_FIRST} or not self._rows_have_times:
            return False
        newest_first = completeness.is_newest_first(first.records)
        ordered = newest_first is None or newest_first == (self._order == NEWEST_FIRST)
        if not ordered and not self._refuses("order") and not self._newest:
            self._learn_order("ignored", "rows in another order")
        # Such rows may be the first ones, whatever their time is: later ones may follow.
        timeless = self._has_timeless or (first.records and windows.is_timeless(first.records[-1]))
        if ordered and not timeless and self._applies_order(first):
            return False
        return not ordered or self._evidence.verdict() != "proven"

    def _applies_order(self, first: Page) -> bool:
        """Whether the service applies the order: tried once if the rows may be in this one by chance."""
        operation, profile = self._operation, self._profile
        if self._refuses("order") or self._newest or "order" in profile.names("ignored", operation.id):
            return False
        tried = self._evidence.verdict() == "proven" or "order" in profile.names("applied", operation.id)
        if tried or self._limit is None or not first.records or not self._may_differ(first):
            return True
        if len(first.records) >= FEW_ROWS and not completeness.is_by_creation(first.records):
            self._learn_order("applied", "rows in it, and not in that of their creation")
            return True
        other = OLDEST_FIRST if self._order == NEWEST_FIRST else NEWEST_FIRST
        try:
            page = self.ask(None, {"order": other}, counted=False)
            same = bool(page.records) and id_of(page.records[0]) == id_of(first.records[0])
        except APIError as refused:
            if not unlearning.may_refuse_a_name(refused):
                raise
            same = False  # it reads the value
        self._learn_order("ignored" if same else "applied", "the first row in the opposite order")
        return not same

    def _learn_order(self, fact: str, evidence: str) -> None:
        self._profile.learn(fact, ["order"], evidence, operation=self._operation.id, at=self._context.time())

    @property
    def _has_timeless(self) -> bool:
        """Whether some rows are known to have no time of change: the service may list them last in any order."""
        return bool(self._profile.value("timeless", self._operation.id))

    @property
    def _rows_have_times(self) -> bool:
        return {"id", "updated_at"} <= {field.name for field in self._operation.fields}

    def _in_order(self, first: Page, pages: Iterator[Page]) -> Iterator[Placed]:
        """Yield the rows from which the requested ones are found by sorting: all, or those that changed lately."""
        self.sorts, limit, self._limit = self._order, self._limit, None
        self.newest_first = False
        if limit is None or self._evidence.verdict() == "proven":
            for number, page in enumerate([first, *pages]):
                yield Placed((-1, number), self._keep(page))
            self.more = limit is not None and self.rows > limit
            return
        days = _RECENT if self.sorts == NEWEST_FIRST and self._may_look_back(first) else (None,)
        for back in days:
            after = [] if back is None else [(AFTER, iso(self._context.time() - timedelta(days=back)))]
            filters = tuple(pair for pair in self._filters if pair[0] != "order") + tuple(after)
            part = self._part(filters, parallel=1)
            found = list(part.one_ahead())
            self.request_ids += part.request_ids
            if back is None or part.rows >= limit:
                self.proven = part.proven
                self.total = first.total if first.total is not None else part.rows if back is None else None
                for number, page in enumerate(found):
                    yield Placed((-1, number), self._keep(page))
                break
        self.more = back is not None or self.rows > limit
        end = "newest" if self.sorts == NEWEST_FIRST else "oldest"
        few = "" if self.proven else f", and others may exist: they may not be the {end}"
        notices.say(
            f"{self._operation.id}: this service does not list in the order that was asked for: "
            f"{self.rows:,} rows were read to find them{few}",
            logging.INFO if self.proven else logging.WARNING,
        )

    def _part(self, filters: Query, *, parallel: int | None = None) -> Listing:
        """Return another reading of this list."""
        part = Listing(
            self._context,
            self._operation,
            self._path,
            filters,
            page_size=self._page_size,
            parallel=parallel,
            rows=self._row_filters,
        )
        part._applied |= self._applied
        part._added = self._added
        part.live_only = self.live_only
        return part

    def _may_look_back(self, first: Page) -> bool:
        """Whether a filter by time finds the newest rows: not where rows have no time of change."""
        if self._operation.parameter(AFTER) is None or any(name == AFTER for name, _ in self._filters):
            return False
        if self._has_timeless:
            return False
        try:
            return bool([instant(record) for record in first.records])
        except UnreliableWindowsError:
            return False

    def _is_enough(self, page: Page) -> bool:
        self._fetched += len(page.records if self._limit is None else self._matching(page).records)
        return self._limit is not None and self._fetched >= self._limit

    def _keep(self, page: Page) -> Page:
        """Return the page, cut at the limit, and count it."""
        page = self._matching(page)
        room = None if self._limit is None else self._limit - self.rows
        kept = page if room is None or len(page.records) <= room else replace(page, records=page.records[:room])
        self.more = page.next_cursor is not None or len(kept.records) < len(page.records) or not self.proven
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
        if not (self._operation.parameter(AFTER) and self._operation.parameter(BEFORE)) or self._refuses(BEFORE):
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

    def _choose_windows(self, page: Page, number: int) -> int:
        """Return in how many windows to read what follows a page, of which this is the number from 0, in parallel."""
        asked, client = self._parallel, self._context.client
        # The cursor of the second page shows whether it is a place.
        untried = number == 0 and self._differs and self._profile.value("cursors", self._operation.id) is None
        unfit = asked == 1 or page.next_cursor is None or not page.records
        if unfit or untried or self._sequential_reason() is not None:
            return 1
        reason = self._unfit_page(page)
        if reason is not None and asked is not None:
            notices.say(f"{self._operation.id} is read page after page, not in {asked} windows: {reason}")
        if reason is not None:
            return 1
        if asked is not None:
            return threads.allow(asked)
        rate = client.rate
        if "windows" in self._profile.names("ignored", self._operation.id):
            return 1
        if completeness.is_newest_first(page.records[::-1]) is False:
            return 1  # rows in another order
        uncounted = windows.UNCOUNTED if number else 0
        total = self.total if page.total is None else page.total
        pages = uncounted if total is None else ceil((total - self.rows) / len(page.records))
        count = windows.choose(min(self._context.latencies), pages, rate.remaining, rate.limit, rate.window or _WINDOW)
        return threads.allow(count)

    def _unfit_page(self, page: Page) -> str | None:
        """Return why a list with this page can only be read page after page; ``None`` if windows may be tried."""
        if page.number is not None:
            return "this service numbers its pages"  # the number of the last page is that of the whole list
        if page.next_cursor == _FOLLOWS:
            return "this service gives no cursor"
        if page.position or (self._has_place_cursors and (self.total is None or not self._rows_have_times)):
            return "its pages are places in the list"  # also of a window, which rows leave when they change
        if page.forms and (windows.are_whole_seconds(page.records) or NAIVE_TIMES in page.forms):
            return "this service gives times in a form in which their bounds are not certain"
        return None

    def bounds(self, after: int | None, until: int | None, overlap: int) -> dict[str, str]:
        """Return the parameters of a window, wider by the overlap on both sides; open ends are the listing's own."""
        lower = {} if after is None else {AFTER: time_text(after - overlap)}
        return lower | ({} if until is None else {BEFORE: time_text(until + overlap)})

    def expect(self, *records: Any) -> None:
        """Remember rows of the next window that were seen at the end of one; :meth:`missed_rows` looks for them."""
        self._expected_ids |= {str(found) for record in records if not isinstance(found := id_of(record), bytes)}

    def newest(self) -> int:
        """Return the instant of the row that changed last, or the service's time where that cannot be requested."""
        order = self._operation.parameter("order")
        now = milliseconds(self._context.time())
        if order is None or NEWEST_FIRST not in order.choices or self._size_name is None:
            return now
        try:
            page = self.ask(None, {"order": NEWEST_FIRST, self._size_name: "1"}, counted=False)
        except APIError as refused:
            if not unlearning.may_refuse_a_name(refused):
                raise
            return now
        found = instant(page.records[0]) if page.records else now
        # A service that ignores the order returns its oldest row: windows up to there would hold nothing.
        return now if self._evidence.last is None or found <= instant(self._evidence.last.records[-1]) else found

    def missed_rows(self, table: Any) -> bool:
        """Whether windows have missed rows: the service counts more now, or one that was seen is not in the table."""
        if self.windows == 1:
            return False
        if self._has_place_cursors and (table.num_rows != self.total or self._has_changed()):
            return True  # a row that left a window moved others to a place that was read already
        if self.total is None:
            return not self._expected_ids <= set(table["id"].to_pylist())
        if table.num_rows >= self.total:
            return False
        name = self._size_name
        now = self.ask(None, {} if name is None else {name: "1"}).total
        return now is not None and table.num_rows < now

    def _changes_since(self, first: Page) -> Iterator[Placed]:
        """Yield what changed while pages were read newest first: it moved to the top, above the pages read so far."""
        if not first.records or not {"id", "updated_at"} <= {field.name for field in self._operation.fields}:
            return
        try:
            since = instant(first.records[0]) - windows.OVERLAP
        except UnreliableWindowsError:
            return
        own = dict(self._filters).get(AFTER)
        if self._operation.parameter(AFTER) is None or (own is not None and own > time_text(since)):
            return
        replaced = {AFTER: time_text(since), "order": OLDEST_FIRST}
        filters = [pair for pair in self._filters if pair[0] not in replaced] + list(replaced.items())
        part = self._part(tuple(filters))
        for number, page in enumerate(part._sequence(), 1):  # noqa: SLF001 - of this class
            yield Placed((-2, -number), replace(page, records=self._matching(page).records[::-1]))
        self.request_ids += part.request_ids
        self.proven = self.proven and part.proven

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


def _some_of(forms: frozenset[str]) -> str:
    """Return forms for a notice, the names that the service spells in its way by one of them."""
    names = spellings_in(forms)
    found = sorted(form for form in forms if form not in {f"{ours} as {theirs}" for ours, theirs in names.items()})
    if names:
        ours = min(names)
        found.append(f"{len(names)} names such as {names[ours]} for {ours}")
    return ", ".join(found)


def _text_of(refused: Exception) -> str:
    details = getattr(refused, "details", ())
    return " ".join([getattr(refused, "message", ""), *(detail.message for detail in details)])


def _values_of(records: Raws, name: str) -> dict[str, str]:
    """Return the values that rows have in the field of a filter, by their folded text."""
    found: dict[str, str] = {}
    for record in records:
        value = envelope.parse_strict_json(bytes(record)).get({"tag": "tags", IDS: "id"}.get(name, name))
        values = value if isinstance(value, list) else [value]
        found |= {each.casefold(): each for each in map(str, values) if each and each != "None"}
    return found


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
