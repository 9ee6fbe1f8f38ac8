"""Follow cursors to the last page, and never in a circle."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import Final

from pb2b_notebook.api.http.responses.envelope import Page
from pb2b_notebook.errors import PaginationError

MOST_PAGES = 10_000
MOST_EMPTY = 3
MOST_EMPTY_FILTERED: Final = 20
"""Empty pages in a row after which a list of filtered rows is left, as one that is not proven complete."""
PATIENCE: Final = 600.0
"""Seconds that a list may take, beside those of its pages."""
SECONDS_A_PAGE: Final = 15.0
"""Seconds that each page may take on average: ten requests a minute need 6."""
_MORE_THAN_COUNTED: Final = 1_000
"""Rows beyond twice its own count at which a list does not end: rows may be added while it is read."""


def follow(
    fetch: Callable[[str | None], Page],
    enough: Callable[[Page], bool] = lambda _: False,
    cursor: str | None = None,
    *,
    strict: bool = True,
    is_endless: Callable[[int, int], bool | None] = lambda _, __: False,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Page]:
    """Yield page after page, up to the one without a next cursor.

    Args:
        fetch: Reads the page at a cursor; ``None`` is the first page.
        enough: Called once with each page; returns whether to stop after it.
        cursor: Cursor of the first page to read; ``None`` for the beginning.
        strict: Whether to refuse a last page that promises more, or that has a cursor after only empty pages.
        is_endless: Called with the numbers of rows and of empty pages in a row, from the third one; returns whether
            these end the list, though the service promises more, are an error, or (``None``) may be followed by rows.
        clock: Monotonic clock, in seconds.

    Raises:
        PaginationError: A cursor is repeated (but for one that all pages have, while it leads to new rows, and the
            service counts more or has an envelope of its own), three pages in a row are empty though each promises
            more, or begin and end with rows of earlier pages, more pages in a row repeat objects than had new ones, a
            page promises more without a cursor, more rows come than twice the service's own count, the pages take
            longer than ten minutes and 15 s each, or 10,000 pages have no end.
    """
    seen = set() if cursor is None else {cursor}
    listed: set[int] = set()
    ids: set[int] = set()
    empty = again = known = fresh = rows = total = 0
    spent = 0.0
    for number in range(MOST_PAGES):
        begun = clock()
        page = fetch(cursor)
        spent += clock() - begun
        rows += len(page.records)
        total = max(total, page.total or 0 if (page.total or 0) > len(page.records) else 0)
        empty = 0 if page.records else empty + 1
        again = again + 1 if _are_listed(page, listed) else 0
        # Rows that change while they are listed come once more, at the end: at most as many pages as came before.
        known = known + 1 if _are_listed_ids(page, ids) else 0
        fresh += not known
        many = empty >= MOST_EMPTY
        over = many and (page.bare_cursor or is_endless(rows, empty))
        stuck = not strict and (bool(over) or again == MOST_EMPTY)
        page = _ended_if_doubtful(page, seen, repeated=bool(known), stuck=stuck)
        scrolls = page.next_cursor == cursor and (not page.documented or rows < total) and not (known or again)
        cursor = page.next_cursor
        if cursor is not None and known > max(MOST_EMPTY, fresh):
            raise _endless(f"{known:,} pages in a row had objects that were listed before", page)
        if cursor is not None and total and rows > 2 * total + _MORE_THAN_COUNTED:
            raise _endless(f"{rows:,} rows came, and the service counts {total:,}", page)
        if cursor is not None and spent > PATIENCE + SECONDS_A_PAGE * number:
            raise _endless(f"{number + 1:,} pages took {spent:,.0f} s", page)
        if cursor is not None and cursor in seen and not scrolls:
            raise _endless("the service repeated a cursor", page)
        if cursor is not None and again == MOST_EMPTY:
            raise _endless(f"{MOST_EMPTY} pages in a row had rows that were listed before", page)
        if cursor is not None and many and over is False:
            raise _endless(f"{MOST_EMPTY} pages in a row were empty, but each announced more rows", page)
        if strict and cursor is None and page.promises_more:
            raise PaginationError(
                "a page says that more rows follow, but has no cursor for the next page",
                request_id=page.request_id,
                repair="filter the list until it fits on one page, and report this to support",
            )
        last = enough(page) or cursor is None
        yield page
        if cursor is None or last:
            return
        seen.add(cursor)
    raise PaginationError(
        f"the list has more than {MOST_PAGES:,} pages",
        repair="filter the list, or read it in slices of updated_after and updated_before",
    )


def _ended_if_doubtful(page: Page, seen: Collection[str], *, repeated: bool, stuck: bool) -> Page:
    """Return the page as the last one, if its cursor is disputed, and it has no new rows.

    Where each page has the same cursor, the one after the last page is empty. After the last page of a feed there are
    only empty ones, each with a cursor for what is new; and some services say for ever that more rows follow, with
    empty pages, or with the same one.
    """
    if stuck and page.next_cursor is not None and page.next_cursor not in seen:
        return replace(page, next_cursor=None, promises_more=False, open_end=True)
    if page.disputed and (repeated or not page.records):
        return replace(page, next_cursor=None, promises_more=False, ends=True)
    if page.next_cursor in seen and not page.records:
        return replace(page, next_cursor=None, promises_more=False)
    return page


def _are_listed(page: Page, listed: set[int]) -> bool:
    """Whether the first and the last row of a page were rows of earlier pages, as they were then; remember both."""
    ends = {hash(bytes(row)) for row in (*page.records[:1], *page.records[-1:])}
    known = bool(ends) and ends <= listed
    listed |= ends
    return known


def _are_listed_ids(page: Page, listed: set[int]) -> bool:
    """Whether the first and the last object of a page were listed before, however they are now; remember both."""
    found = [re.search(rb'"id"\s*:\s*("[^"]*"|[0-9]+)', bytes(row)) for row in (*page.records[:1], *page.records[-1:])]
    ids = {hash(each[1]) for each in found if each is not None}
    known = bool(ids) and ids <= listed
    listed |= ids
    return known


def _endless(what: str, page: Page) -> PaginationError:
    return PaginationError(
        f"the list does not end: {what}",
        request_id=page.request_id,
        repair="read it again; if it persists, quote the request_id to support",
    )
