"""Follow cursors to the end, one page ahead of the reader, and never in a circle."""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING

from pb2b_notebook.errors import PaginationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pb2b_notebook.api.http.envelope import Page

MOST_PAGES = 10_000
MOST_EMPTY = 3


def follow(
    fetch: Callable[[str | None], Page],
    enough: Callable[[Page], bool] = lambda _: False,
    cursor: str | None = None,
) -> Iterator[Page]:
    """Yield page after page, from the first to the one without a next cursor.

    Args:
        fetch: reads the page at a cursor; ``None`` is the first.
        enough: told each page once; whether the reader wants none after it.
        cursor: where to begin; ``None`` with the first page.

    Raises:
        PaginationError: a cursor comes back a second time, three pages in a row are empty though each promises
            more, a page promises more without saying where, or there is no end after 10,000 pages.
    """
    seen = set() if cursor is None else {cursor}
    empty = 0
    for _ in range(MOST_PAGES):
        page = fetch(cursor)
        empty = 0 if page.records else empty + 1
        cursor = page.next_cursor
        if cursor is not None and cursor in seen:
            raise _endless("a cursor came back a second time", page)
        if cursor is not None and empty == MOST_EMPTY:
            raise _endless(f"{MOST_EMPTY} pages in a row were empty and promised more", page)
        if cursor is None and page.promises_more:
            raise PaginationError(
                "a page promises more, but names no cursor for it",
                request_id=page.request_id,
                repair="narrow the listing with filters until it fits a page, and report it to the service",
            )
        last = cursor is None or enough(page)
        yield page
        if cursor is None or last:
            return
        seen.add(cursor)
    raise PaginationError(
        f"there is no end after {MOST_PAGES:,} pages",
        repair="narrow the listing with filters, or read it in slices of updated_after/updated_before",
    )


def _endless(what: str, page: Page) -> PaginationError:
    return PaginationError(
        f"the listing does not end: {what}",
        request_id=page.request_id,
        repair="start it again; if it persists, quote the request_id to support",
    )


def one_ahead(pages: Iterator[Page]) -> Iterator[Page]:
    """Fetch the next page in a thread while the reader works on this one; at most one page waits.

    A reader that stops early wastes at most the page under way: it is not waited for.
    """
    wanted: SimpleQueue[bool] = SimpleQueue()
    coming: SimpleQueue[Page | BaseException | None] = SimpleQueue()

    def fetch() -> None:
        while wanted.get():
            try:
                coming.put(next(pages, None))
            except BaseException as problem:  # noqa: BLE001 - the reader gets it
                coming.put(problem)

    # One thread for all pages: memory that a new one asks for is new to the process, which costs as much as the page.
    # Not an executor: the interpreter waits for its threads when it exits, for a stalled service up to the deadline.
    threading.Thread(target=fetch, name="pb2b-prefetch", daemon=True).start()
    wanted.put(True)
    try:
        while (page := coming.get()) is not None:
            if isinstance(page, BaseException):
                raise page
            wanted.put(True)
            yield page
    finally:
        wanted.put(False)
