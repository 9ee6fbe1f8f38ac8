"""Count the rows that a service counts and does not list, such as deleted ones.

A list of such a service has fewer rows than its total. That explains nothing about the rows that a page has lost: so
each reading counts the unlisted rows in short parts of the list, which share no row, and together they have to be all
that is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import pairwise
from typing import Final

from pb2b_notebook.api.http.responses.envelope import Page
from pb2b_notebook.api.lists.parameters import AFTER, BEFORE
from pb2b_notebook.api.lists.requests.page_requests import PageRequests
from pb2b_notebook.api.lists.requests.row_filters import other_value
from pb2b_notebook.api.lists.trials.probes import count_now
from pb2b_notebook.api.lists.windows import OVERLAP, UnreliableWindowsError, change_time, time_text
from pb2b_notebook.errors import APIError

_FEWEST_REQUESTS: Final = 60
_REQUESTS_PER_PAGE: Final = 3
"""Requests that reading a page of the list in two parts takes, with the one that shows where to cut it."""

Bounds = Mapping[str, str]


def count_unlisted_rows(requests: PageRequests) -> int:
    """Return how many rows the service counts and does not list, as short parts of the list show.

    A part of the list that ends by the service's word, with fewer rows than a page has, lacks none for want of room.

    Args:
        requests: Requests of the list, which was read to its end, with fewer rows than it counts.
    """
    facts, seen = requests.facts, requests.seen
    if facts.upper_bound is None or not facts.has(AFTER) or facts.ignores(AFTER):
        return 0
    if {count_now(requests)} != seen.counts:
        return 0  # it counts something else each time
    bounds = {name: value for name, value in requests.query.sent if name in {AFTER, BEFORE}}
    missing, found = (seen.total or 0) - seen.rows, 0
    most = len(requests.ids) + _FEWEST_REQUESTS + _REQUESTS_PER_PAGE * seen.pages
    with suppress(APIError, UnreliableWindowsError):
        if requests.ask(None, {**bounds, AFTER: other_value(AFTER)}).total:
            return 0  # it counts the rows outside of a part, too
        for gap in _gaps(requests, bounds, missing):
            for part in _parts(requests, gap):
                if part.ends and 0 < len(part.records) < seen.largest:
                    found += max(0, (part.total or 0) - len(part.records))
                if found >= missing or len(requests.ids) > most:
                    return found
    return found


def _gaps(requests: PageRequests, bounds: Bounds, missing: int) -> Iterator[Bounds]:
    """Yield the bounds of pages in whose time the service counts more rows than came; all where most pages may be so.

    Each half of the pages takes one request. Rows of one time, and other orders than that of the last change, lead to
    other pages, whose rows prove as much.
    """
    ends, count = requests.seen.ends, len(requests.seen.ends)
    times = [change_time(last) for last, _ in ends]
    if 2 * missing >= count or any(later <= earlier for earlier, later in pairwise(times)):
        yield bounds
        return
    marks = [time_text(time + OVERLAP) for time in times]
    ranges = [(0, count, 0, (requests.seen.total or 0))]  # pages, and what the service counts up to both ends
    while ranges:
        low, high, before, upto = ranges.pop()
        came = (requests.seen.rows if high == count else ends[high - 1][1]) - (ends[low - 1][1] if low else 0)
        if upto - before <= came:
            continue
        if high - low == 1:
            lower = {AFTER: marks[low - 1]} if low else {}
            yield {**bounds, **lower, **({BEFORE: marks[high - 1]} if high < count else {})}
            continue
        middle = (low + high) // 2
        counted = requests.ask(None, {**bounds, BEFORE: marks[middle - 1], **requests.size.of_one}).total or 0
        ranges += [(middle, high, counted, upto), (low, middle, before, counted)]


def _parts(requests: PageRequests, bounds: Bounds) -> Iterator[Page]:
    """Yield the rows within bounds as parts that share no row, each of at most half a page."""
    while True:
        page = requests.ask(None, bounds)
        if page.ends and len(page.records) < requests.seen.largest:
            yield page
            return
        times = sorted({change_time(record) for record in page.records})
        if len(times) < 2:  # noqa: PLR2004 - a part has another time than the rest
            return
        middle, last = (time_text(time + OVERLAP) for time in (times[len(times) // 2 - 1], times[-1]))
        yield requests.ask(None, {**bounds, BEFORE: middle})
        yield requests.ask(None, {**bounds, AFTER: middle, **({} if page.ends else {BEFORE: last})})
        if page.ends:
            return
        bounds = {**bounds, AFTER: last}
