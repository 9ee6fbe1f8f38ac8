"""Read the pages of a list one after the other, to an end that is proven or not."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Final

from pb2b_notebook.api.http.adaptation import unlearning
from pb2b_notebook.api.http.responses.envelope import Page, Raws
from pb2b_notebook.api.lists import completeness, windows
from pb2b_notebook.api.lists.pages import pagination
from pb2b_notebook.api.lists.pages.continuation import Continuation
from pb2b_notebook.api.lists.pages.cursor_trials import CursorKind
from pb2b_notebook.api.lists.parameters import AFTER
from pb2b_notebook.api.lists.requests.matching_query import OURS
from pb2b_notebook.api.lists.requests.page_requests import LEAD_FIELDS, PageRequests
from pb2b_notebook.api.lists.requests.places import Places
from pb2b_notebook.api.lists.trials.probes import count_now, counts_all_rows, has_changed
from pb2b_notebook.api.lists.trials.unlisted_rows import COUNTS_UNLISTED, explain_shortfall
from pb2b_notebook.api.lists.windows import milliseconds
from pb2b_notebook.errors import (
    APIError,
    BadRequestError,
    NotFoundError,
    PaginationError,
    ProspectB2BError,
    ValidationError,
)

_COUNTS_PAGE: Final = "counts_page"
_ESTIMATES: Final = "estimates"
_NEARLY_ALL: Final = 0.9
"""Share of its total that a list has at least, if a page without a cursor may be its last: below, the list was cut."""
FOLLOWS: Final = "read on by time"
"""Cursor of a page that others follow, though the service gave none."""


class PageSequence:
    """The pages of one list in their order.

    Args:
        requests: Requests of the list.
        cursors: What its cursors are.
        begun: The service's time at which the reading began.
        is_enough: Called once with each page; returns whether to stop after it.
        strict: Whether a list that may well be cut is an error.

    Attributes:
        proven: Whether the service showed that there are no other rows.
    """

    def __init__(
        self,
        requests: PageRequests,
        cursors: CursorKind,
        begun: datetime,
        is_enough: Callable[[Page], bool],
        *,
        strict: bool = False,
    ) -> None:
        self._requests, self._facts, self._seen = requests, requests.facts, requests.seen
        self._cursors, self._begun, self._is_enough, self._strict = cursors, begun, is_enough, strict
        self._places = Places(lambda cursor, parameters: requests.ask(cursor, parameters, counted=False))
        self._seen.count_repeated = self._places.count_repeated
        self._continuation = Continuation(requests, self._places)
        self._enough = False
        self._beyond: str | None = None  # place after the last page by a count
        self._repeats = False  # whether its cursors lead to the same page again and again
        self._same_cursor = False  # whether each page has the same cursor: the service keeps the place
        self._refusal: APIError | None = None  # of a cursor that the service had given
        self._ends = False  # whether it ended by a word, or by a page without a cursor after others that had one
        self.proven = True

    def pages(self) -> Iterator[Page]:
        """Yield the pages in order; where a service shows no end, read on by time until one is proven.

        Raises:
            PaginationError: Rows are certainly missing, or the list has no end.
        """
        try:
            yield from self._pages()
        finally:
            self._places.forget_rows()

    def _pages(self) -> Iterator[Page]:
        seen = self._seen
        before: Raws = ()
        taken = False
        is_last, is_endless = self._is_last_wanted, self._is_endless
        pages = pagination.follow(self._ask_in_turn, is_last, strict=False, is_endless=is_endless)
        for page in pages:
            seen.asked = self._requests.size.asked
            if self._places and not taken:
                if not seen.differs:
                    self._places.remember(before, counted=False)  # rows of a page that did not show it
                taken = True
            seen.add(page)
            if self._places or seen.differs:
                self._places.remember(page.records, counted=bool(self._places))
            if page.next_cursor is not None:
                yield page
            elif self._enough:
                self.proven = seen.verdict() == "proven"
                yield page
            else:
                # Where a service differs, its cursors may end at the most that it lists: one request by time shows it.
                capped = seen.differs and seen.pages > 1 and self._may_be_capped(page)
                if len(self._places) > 1 and not (page.promises_more or capped):  # else rows may follow, read first
                    page = yield from self._read_again(page)  # noqa: PLW2901 - rows may follow it
                yield from self._ending(page, before, capped=capped)
            before = page.records

    def _is_endless(self, rows: int, empty: int) -> bool | None:
        """Whether empty pages that promise more end the list: a few of them, or many where rows are filtered.

        A service may look for the rows of a filter page after page, and give those without any as they are.
        """
        if self._seen.total is not None and self._seen.has_come(self._seen.total):
            return True
        if not OURS.issuperset(name for name, _ in self._requests.query.sent):
            return empty >= pagination.MOST_EMPTY_FILTERED or bool(self._facts.value("endless")) or None
        if not rows:
            return bool(self._facts.value("endless"))
        self._facts.learn("endless", True, "it promises more rows, with empty pages only")
        return True

    def _may_be_capped(self, page: Page) -> bool:
        """Whether a last page may be the last one that the service lists; one beyond its count may be empty, too."""
        return completeness.may_be_capped(page, self._seen, counted=True) or (
            self._beyond is not None and not page.records
        )

    def _is_last_wanted(self, page: Page) -> bool:
        self._enough = self._is_enough(page)
        return self._enough

    def _ask_in_turn(self, cursor: str | None) -> Page:
        """Request the next page; one with the last number, or with the last row that the service counts, is the last.

        Numbers of pages begin at 0 or at 1: the first page shows it.
        """
        page, seen = self._ask_place(cursor), self._seen
        if not seen.pages:
            seen.differs = self._requests.may_differ(page)
        page = self._without_count_of_page(page)
        self._same_cursor = self._same_cursor or (cursor is not None and cursor == page.next_cursor)
        self._cursors.observe(page, tried=cursor is not None and not self._same_cursor)
        counted = cursor is not None and page.total is not None
        if not self._same_cursor and (self._places or self._cursors.by_place or counted):
            self._places.add(cursor, {})
        if page.beyond is not None and (completeness.may_be_capped(page, seen) or self._may_count_page(page)):
            self._beyond = page.beyond
            return replace(page, next_cursor=page.beyond, promises_more=True, ends=False, position=True)
        if page.number is None:
            return page
        first = page.number - seen.pages
        reached = page.last is not None and page.number - first + 1 >= page.last
        if reached or (page.total is not None and seen.has_come(page.total - len(page.records))):
            if completeness.may_be_capped(page, seen):
                self._beyond = page.next_cursor
                return page
            return replace(page, next_cursor=None, promises_more=False, ends=True)
        return page

    def _without_count_of_page(self, page: Page) -> Page:
        """Return a page without its count and the end that this shows, where it is that of the page alone."""
        if page.next_cursor is None and (page.beyond is not None or not page.ends) and self._may_count_page(page):
            self._learn_count()
        if self._facts.value(_ESTIMATES) is True and self._seen.has_come((page.total or 0) - len(page.records)):
            return replace(page, total=None)  # where fewer rows came, it is a sign as in any other list
        if not self._facts.profile.value(_COUNTS_PAGE):
            return page
        if page.beyond is None or not page.records:
            return replace(page, total=None)
        return replace(page, total=None, next_cursor=page.beyond, promises_more=True, ends=False, position=True)

    def _may_count_page(self, page: Page) -> bool:
        """Whether the count on a first page may be that of the page alone."""
        known = self._facts.profile.value(_COUNTS_PAGE) is not None
        return self._seen.differs and not self._seen.pages and not known and 1 < len(page.records) == page.total

    def _learn_count(self) -> None:
        """Learn from a page of one row of several, once, whether the service calls the rows of a page the total."""
        of_one, context = self._requests.size.of_one, self._facts.context
        if not of_one or context.tried_count:
            return
        context.tried_count = True
        with suppress(ProspectB2BError):
            page = self._requests.ask(None, of_one)
            if len(page.records) == 1 and page.total is not None:
                self._facts.learn_of_service(_COUNTS_PAGE, page.total == 1, "the total of a page of one row of several")

    def _without_probe(self, page: Page) -> Page:
        """Return the page after a last one that no parameter leads to: the count stands, unless it may be the most.

        The service does not promise this page; it was asked for since others may exist.
        """
        # Where cursors have led on, a page without one is the last one.
        doubtful = completeness.may_be_limit(self._seen.rows) and not self._seen.gives_cursors
        self._seen.total = None if doubtful else self._seen.total
        return replace(page, promises_more=False, ends=not doubtful, open_end=doubtful, absent=doubtful)

    def _page_of_cursor(self, page: Page, cursor: str | None) -> Page:
        """Return the page that a cursor led to, and record whether it leads nowhere in any parameter."""
        self._repeats = self._repeats or (cursor is not None and page.promises_more and not page.size)
        return page

    def _ask_place(self, cursor: str | None) -> Page:
        """Request a page; one that a service refuses since it is too far in the list is empty, and does not end it."""
        try:
            page = self._requests.ask(cursor)
            unled = cursor is not None and page.promises_more and not page.size
            return self._without_probe(page) if unled and cursor == self._beyond else self._page_of_cursor(page, cursor)
        except APIError as refused:
            about_depth = self._cursors.by_place or isinstance(refused, (BadRequestError, ValidationError))
            if cursor is None or not about_depth or not unlearning.may_refuse_a_name(refused):
                raise
            if not self._cursors.by_place:
                self._refusal = refused  # it may give no more pages: a time may lead on
            after_all = cursor == self._beyond
            if after_all and isinstance(refused, NotFoundError):
                return Page((), None, None, refused.request_id, ends=True)
            if after_all:
                self._seen.total = None  # the service lists no more than it counts, whatever there is
            return Page((), None, None, refused.request_id, promises_more=True)

    def _ending(self, page: Page, before: Raws, *, capped: bool) -> Iterator[Page]:
        """Yield the last page that cursors lead to, and the pages after it that only a time leads to.

        Args:
            page: The last page; empty where the service takes its cursor in no known parameter.
            before: Rows of the page before it.
            capped: Whether the page may be the last one that the service lists, though others exist.
        """
        seen = self._seen
        page = self._end_if_repeated(page)
        self._repeats = self._repeats or (page.open_end and bool(page.records))
        if self._requests.query.begins_at_cursor:
            seen.total = None  # it counts the rows before the cursor too
        seen.counts_all = page.promises_more and not page.records and self._counts_beyond_page()
        if seen.verdict() == "short" and page.ends and not self._is_still_short():
            seen.total = None  # rows were deleted meanwhile
        if seen.verdict() == "proven" and seen.rows < max(seen.counts, default=0) and self._is_still_short():
            seen.total = max(seen.counts)  # a count that shrinks to what came is not a proof
        if seen.verdict() == "proven" and not capped:
            self._learn_from_end(page)
            if self._same_cursor and self._requests.sent_twice and seen.total is None:
                self._doubt("a page was asked for twice, and this service gives each page once: others may exist")
            yield page
            return
        silent = not (page.promises_more or capped or self._refusal)
        by_cursor = silent and (seen.gives_cursors or (seen.verdict() == "short" and self._gives_cursors()))
        seen.gives_cursors, self._ends = seen.gives_cursors or by_cursor, page.ends or by_cursor
        only = page.records if seen.pages == 1 else ()
        page = yield from self._read_on(page, before)
        if (capped or self._continuation.leads_on is not None) and len(self._places) > 1:
            page = yield from self._read_again(page)
        seen.gives_cursors = seen.gives_cursors or self._gives_cursors()
        page = yield from self._go_beyond(page, only)
        ends = seen.verdict() == "proven" or seen.is_probable or (self._ends and self._explains_shortfall())
        if ends and not self._continuation.order_shown and seen.total != seen.rows:
            text = "rows may be in the order of their creation: others may exist, so that it does not count as complete"
            self._doubt(text)
        self.proven = self.proven and ends  # before the page is used: a mirror removes rows by it
        yield page
        if not ends:
            self._leave_unproven(page)

    def _learn_from_end(self, page: Page) -> None:
        """Remember what the proven end of a list shows of its cursors and counts."""
        seen = self._seen
        if seen.gives_cursors and not page.ends and seen.pages > 1:
            self._facts.learn("gives_cursors", True, "only the last page has none")
        is_new = seen.ends_above_its_count and self._facts.value(_ESTIMATES) is not True
        if is_new and count_now(self._requests) in seen.counts:  # also after it
            self._facts.learn(_ESTIMATES, True, f"{seen.rows} rows came where it counts {seen.total}")

    def _go_beyond(self, page: Page, only: Raws) -> Generator[Page, None, Page]:
        """Yield the pages at places in the list that now are known, where no sign and no time proves its end."""
        by_time = self._continuation.leads_on == AFTER and not self._continuation.order_shown
        doubtful = by_time or self._seen.verdict() == "unproven"
        usual = self._facts.operation.id != LEAD_FIELDS and not page.open_end and not page.unfinished
        if doubtful and usual and self._continuation.finds_place(only):
            page = yield from self._read_on(page, only)
            if page.records and len(self._places) > 1:
                page = yield from self._read_again(page)
        return page

    def _explains_shortfall(self) -> bool:
        """Whether the service counts rows that a list does not have, or estimates, by which it seems cut."""
        seen, context = self._seen, self._facts.context
        if seen.total is None or seen.rows >= seen.total or not seen.differs or self._refusal is not None:
            return False
        operation = self._facts.operation.id
        if operation not in context.tried_totals:
            seen.unlisted, estimated = explain_shortfall(self._requests)
            text = f"{seen.rows:,} rows came where it counts {seen.total:,}"
            if estimated:
                # It excuses no later reading, which may have lost rows; only a count of the list is taken by its rows.
                self._facts.learn(_ESTIMATES, "above", f"{text}, and as many in short parts as it counts there")
                seen.total = None
                return True
            if not seen.unlisted:
                context.tried_totals.add(operation)
            elif self._facts.learn(COUNTS_UNLISTED, True, f"{text}; in a short part of the list, too"):
                self._facts.say("this service counts rows that it does not list, such as deleted ones", logging.INFO)
        if seen.unlisted < seen.total - seen.rows and not counts_all_rows(self._requests):
            return False
        seen.total = None
        return True

    def _end_if_repeated(self, page: Page) -> Page:
        """Return the page after the only one as the end, where the service gives its last page again instead of it."""
        seen = self._seen
        again = self._repeats and seen.pages == 2 and seen.total is None  # noqa: PLR2004 - and nothing after it
        if not again or not self._requests.repeats_last_page():
            return page
        self._repeats = False
        seen.last = replace(page, promises_more=False, ends=True)
        return seen.last

    def _counts_beyond_page(self) -> bool:
        """Whether a page of one row has the same count, which is then that of the list; asked where it matters."""
        seen, of_one = self._seen, self._requests.size.of_one
        if not of_one or seen.rows != seen.total or not seen.may_count_page:
            return False
        with suppress(ProspectB2BError):
            page = self._requests.ask(None, of_one)
            return len(page.records) == 1 and page.total == seen.total
        return False

    def _gives_cursors(self) -> bool:
        """Whether a page of one of several rows has a cursor: then the only page, which has none, is the last one."""
        seen, of_one = self._seen, self._requests.size.of_one
        none = not seen.rows or self._facts.operation.id == LEAD_FIELDS
        if seen.pages > 1 or none or not of_one or seen.verdict() == "proven":
            return False
        try:
            several = seen.rows > 1
            page = self._requests.ask(None, of_one, counted=False) if several else self._requests.first_of_all(of_one)
        except ProspectB2BError:  # the rows are there all the same
            return False
        beside = None if seen.last is None or seen.last.beside is not None else page.beside  # the last page has none
        found = (page.next_cursor or beside) is not None and len(page.records) == 1
        return found and self._facts.learn("gives_cursors", True, "a page of one row has one")

    def _read_on(self, page: Page, before: Raws) -> Generator[Page, None, Page]:
        """Yield the pages that a time, a row or a number leads to, up to the last one, which is returned."""
        seen = self._seen
        self._places.take_new([*before, *page.records])
        for _ in range(pagination.MOST_PAGES):
            following = self._continuation.page_after(page.records or before)
            fresh = () if following is None else self._places.take_new(following.records)
            if following is None or (not fresh and len(following.records) >= seen.largest):
                # As many rows as fit on a page have the same time, or rows are in another order: a place may lead on.
                if self._continuation.turn_to_places():
                    continue
                break
            yield replace(page, next_cursor=FOLLOWS)
            seen.add(following, len(fresh), part=True)
            page = replace(following, records=fresh, next_cursor=None)
            # Rows may be left out of a page after it was cut: a shorter one does not end a list.
            unsure = not following.ends and seen.total is None
            if seen.verdict() == "proven" and not unsure:
                break
            if not fresh and not self._continuation.turn_to_places():
                break  # without new rows, the same time would lead to the same rows again
        return page

    def _read_again(self, page: Page) -> Generator[Page, None, Page]:
        """Yield the pages up to the last one, which is returned; with rows that were left out since others moved."""
        seen = self._seen
        certain = self._cursors.by_place or self._continuation.leads_on is not None
        # Another cursor may be a place, too: counts beside it show whether rows went.
        quiet = len(seen.counts) < 2 and seen.verdict() != "short"  # noqa: PLR2004 - more than one
        if self._is_unchanged() if certain else quiet:
            return page
        # The service's time is in whole seconds.
        for missed in self._places.missed_rows(milliseconds(self._begun) + windows.SECOND):
            yield replace(page, next_cursor=FOLLOWS)
            page = replace(page, records=missed)
            seen.came += len(missed)
        if not self._places.settled:
            self._doubt("the list changed while it was read, so that it does not count as complete")
        return page

    def _is_unchanged(self) -> bool:
        """Whether the list certainly is as it was when the reading began: its count, and no row changed since."""
        return self._seen.counts == {self._seen.rows} and not has_changed(self._requests, self._begun)

    def _is_still_short(self) -> bool:
        """Whether the service now counts more rows than came."""
        now = count_now(self._requests)
        return now is None or self._seen.rows < now

    def _doubt(self, text: str) -> None:
        self.proven = False
        self._facts.say(text)

    def _leave_unproven(self, page: Page) -> None:
        """Record that rows may be missing; it is an error where rows certainly are.

        Raises:
            PaginationError: The service promises or counts more rows, or the page is as full as it can be.
        """
        seen = self._seen
        full = seen.asked is not None and len(page.records) >= seen.asked
        full = full or (self._strict and not page.open_end and completeness.is_round(len(page.records)))
        if self._refusal is not None:
            raise self._refusal
        # A service may promise more rows for ever, with cursors to the same ones: a time that leads on contradicts it.
        in_vain = self._repeats and self._continuation.leads_on == AFTER
        by_time = in_vain and (seen.total is None or seen.rows >= seen.total)
        short = (seen.verdict() == "short" or self._repeats) and not by_time
        nearly_all = self._ends and seen.rows >= _NEARLY_ALL * (seen.total or 0)
        certain = not page.ends and (self._strict or not nearly_all)
        if (short or full) and certain:
            raise PaginationError(
                f"{self._facts.operation.id} cannot be proven complete: {seen.text}",
                request_id=page.request_id,
                repair="read it in slices of updated_after and updated_before, or with a filter",
            )
        if self._facts.operation.id != LEAD_FIELDS:  # they are read beside each list of leads: provenance says it
            self._facts.say(f"{seen.text}: others may exist, so that it does not count as complete")
