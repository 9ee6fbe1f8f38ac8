"""Count the rows that a service counts and does not list, such as deleted ones.

A list of such a service has fewer rows than its total. That explains nothing about the rows that a page has lost: so
each reading counts the unlisted rows in short parts of the list, which share no row, and together they have to be all
that is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import pairwise
from typing import Any, Final, NamedTuple

from pb2b_notebook.api.http.adaptation import time_forms
from pb2b_notebook.api.http.responses.envelope import Page
from pb2b_notebook.api.lists.parameters import AFTER, BEFORE
from pb2b_notebook.api.lists.requests.page_requests import PageRequests
from pb2b_notebook.api.lists.requests.places import ids_of
from pb2b_notebook.api.lists.requests.row_filters import other_value
from pb2b_notebook.api.lists.trials.probes import count_now
from pb2b_notebook.api.lists.windows import OVERLAP, UnreliableWindowsError, change_time, time_text
from pb2b_notebook.errors import APIError

_FEWEST_REQUESTS: Final = 60
_REQUESTS_PER_PAGE: Final = 4
"""Requests that reading a page of the list in two parts takes, with those that show where to cut it."""

_FEW: Final = 8
"""Rows of so short a part that an estimate of its rows is exact, as a rule."""
COUNTS_UNLISTED: Final = "counts_unlisted"
"""Fact that the total of a list counts rows that it does not list."""

Bounds = Mapping[str, str]


class Shortfall(NamedTuple):
    """Why a list has fewer rows than its total, as short parts of it show.

    Attributes:
        unlisted: Number of rows that the service counts and does not list.
        estimated: Whether the total is an estimate: the parts have all rows of the list, and each has as many as it
            counts.
    """

    unlisted: int = 0
    estimated: bool = False


def explain_shortfall(requests: PageRequests) -> Shortfall:
    """Return why a list that was read to its end has fewer rows than the service counts.

    A part of the list that ends by the service's word, with fewer rows than a page has, lacks none for want of room.
    """
    facts, seen = requests.facts, requests.seen
    if facts.upper_bound is None or not facts.has(AFTER) or facts.ignores(AFTER):
        return Shortfall()
    if {count_now(requests)} != seen.counts:
        return Shortfall()  # it counts something else each time
    bounds = {name: value for name, value in requests.query.sent if name in {AFTER, BEFORE}}
    missing, found = (seen.total or 0) - seen.rows, Shortfall()
    whole = False
    most = len(requests.ids) + _FEWEST_REQUESTS + _REQUESTS_PER_PAGE * seen.pages
    with suppress(APIError, UnreliableWindowsError):
        if requests.ask(None, {**bounds, AFTER: other_value(AFTER)}).total:
            return found  # it counts the rows outside of a part, too
        for gap in _gaps(requests, bounds, missing):
            part = _count_in(requests, gap, missing - found.unlisted, most)
            found = Shortfall(found.unlisted + part.unlisted, part.estimated)
            if found.estimated or found.unlisted >= missing or len(requests.ids) > most:
                return found
            whole = whole or gap == bounds
        if not found.unlisted and not whole:
            return _count_in(requests, bounds, missing, most)
    return found


def _count_in(requests: PageRequests, bounds: Bounds, missing: int, most: int) -> Shortfall:
    """Return what the parts within bounds show, until as many rows as are missing are found, or most requests sent."""
    seen, unlisted, exact = requests.seen, 0, True
    ids: set[Any] = set()
    overlaps, known = _are_widened(requests), bool(requests.facts.value(COUNTS_UNLISTED))
    for place, part in _parts(requests, bounds):
        whole = _is_whole(requests, part) and len(part.records) > 0
        excess = _excess(part) if whole and not overlaps else 0
        if excess > 0 and not known and not _persists(requests, place, part):
            return Shortfall()
        known = known or excess > 0
        unlisted += max(0, excess)
        exact = exact and whole and part.total == len(part.records)
        ids.update(ids_of(part.records))
        if unlisted >= missing or len(requests.ids) > most:
            return Shortfall(unlisted)
    return Shortfall(unlisted, exact and len(ids) == seen.rows)


def _excess(part: Page) -> int:
    return (part.total or 0) - len(part.records)


def _persists(requests: PageRequests, bounds: Bounds, part: Page) -> bool:
    """Whether the halves of a part count as many more rows than they list, down to a few rows: estimates do not."""
    while len(times := sorted({change_time(record) for record in part.records})) > _FEW:
        middle = time_text(times[len(times) // 2 - 1] + OVERLAP)
        places = [{**bounds, BEFORE: middle}, {**bounds, AFTER: middle}]
        halves = [requests.ask(None, place) for place in places]
        if sum(map(_excess, halves)) != _excess(part):
            return False
        bounds, part = max(zip(places, halves, strict=True), key=lambda half: _excess(half[1]))
    return True


def _are_widened(requests: PageRequests) -> bool:
    """Whether bounds are sent wider than they are, so that a row near one is counted in two parts."""
    profile = requests.facts.profile
    bound = ((AFTER, other_value(AFTER)),)
    return bool(time_forms.widened_bounds(bound, profile.value("time_form"), profile.names(time_forms.BOUNDS)))


def _is_whole(requests: PageRequests, part: Page) -> bool:
    """Whether a part has all its rows: it has room for more, and the service says that none follow."""
    ends = part.ends or (requests.seen.gives_cursors and part.next_cursor is None and not part.promises_more)
    return ends and len(part.records) < requests.seen.largest


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


def _parts(requests: PageRequests, bounds: Bounds) -> Iterator[tuple[Bounds, Page]]:
    """Yield the rows within bounds as parts that share no row, each with fewer rows than a page if times allow it."""
    waiting = [bounds]
    while waiting:
        bounds = waiting.pop()
        page = requests.ask(None, bounds)
        listed = [change_time(record) for record in page.records]
        times = sorted(set(listed))
        if _is_whole(requests, page) or len(times) < 2:  # noqa: PLR2004 - a part has another time than the rest
            yield bounds, page
            continue
        # Of rows in the order of their change, nearly a page is one part; others are halved.
        place = -2 if listed == sorted(listed) else len(times) // 2 - 1
        middle = time_text(times[place] + OVERLAP)
        waiting += [{**bounds, AFTER: middle}, {**bounds, BEFORE: middle}]
