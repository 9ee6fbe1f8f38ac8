"""Count the rows that a service counts and does not list, such as deleted ones.

A list of such a service has fewer rows than its total. That explains nothing about the rows that a page has lost: so
each reading counts the unlisted rows in short parts of the list, which share no row, and together they have to be all
that is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain, pairwise
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
"""Requests that are sent beside as many as the list took."""
_FEW: Final = 8
"""Rows of so short a part that an estimate of its rows is exact, as a rule."""
COUNTS_UNLISTED: Final = "counts_unlisted"
"""Fact that the total of a list counts rows that it does not list."""

Bounds = Mapping[str, str]
Cut = tuple[int, int]
"""A time in milliseconds, and how many rows came up to it."""


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
    most = 2 * requests.sent + _FEWEST_REQUESTS
    with suppress(APIError, UnreliableWindowsError):
        if requests.ask(None, {**bounds, AFTER: other_value(AFTER)}).total:
            return found  # it counts the rows outside of a part, too
        cuts = _cuts(requests)
        if 4 * missing <= len(cuts):  # halving leads to the few parts in question by fewer requests than all take
            found = _count_in(requests, _gaps(requests, bounds, cuts), missing, most)
        if not found.unlisted:
            found = _count_in(requests, _between(bounds, cuts), missing, most)
    return found


def _count_in(requests: PageRequests, places: Iterable[Bounds], missing: int, most: int) -> Shortfall:
    """Return what the parts within bounds show, until as many rows as are missing are found, or most requests sent."""
    seen, unlisted, exact = requests.seen, 0, True
    ids: set[Any] = set()
    overlaps, known = _are_widened(requests), bool(requests.facts.value(COUNTS_UNLISTED))
    for place, part in chain.from_iterable(_parts(requests, bounds) for bounds in places):
        if requests.sent > most:
            return Shortfall(unlisted)
        whole = _is_whole(requests, part)
        excess = _excess(part) if whole and part.records and not overlaps else 0
        if excess > 0 and not known and not _persists(requests, place, part):
            return Shortfall()
        known = known or excess > 0
        unlisted += max(0, excess)
        exact = exact and whole and part.total == len(part.records)
        ids.update(ids_of(part.records))
        if unlisted >= missing:
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


def _cuts(requests: PageRequests) -> list[Cut]:
    """Return times between which nearly a page of rows came, and how many up to each; none in another order."""
    cuts: list[Cut] = []
    for record, came in requests.seen.cuts:
        time = change_time(record)
        if cuts and time < cuts[-1][0]:
            return []
        if cuts and time == cuts[-1][0]:
            cuts.pop()
        if came < requests.seen.rows:
            cuts.append((time, came))
    return cuts


def _between(bounds: Bounds, cuts: Sequence[Cut]) -> Iterator[Bounds]:
    """Yield the bounds of the parts of a list between its cuts."""
    marks = [time_text(time + OVERLAP) for time, _ in cuts]
    for low, high in pairwise((None, *marks, None)):
        yield {**bounds, **({AFTER: low} if low else {}), **({BEFORE: high} if high else {})}


def _gaps(requests: PageRequests, bounds: Bounds, cuts: Sequence[Cut]) -> Iterator[Bounds]:
    """Yield the bounds of parts in whose time the service counts more rows than came; each half takes one request.

    Rows of one time, and other orders than that of the last change, lead to other parts, whose rows prove as much.
    """
    parts, came = [*_between(bounds, cuts)], [0, *(came for _, came in cuts), requests.seen.rows]
    ranges = [(0, len(parts), 0, (requests.seen.total or 0))]  # parts, and what the service counts up to both ends
    while ranges:
        low, high, before, upto = ranges.pop()
        if upto - before <= came[high] - came[low]:
            continue
        if high - low == 1:
            yield parts[low]
            continue
        middle = (low + high) // 2
        until = {**bounds, BEFORE: parts[middle - 1][BEFORE]}
        counted = requests.ask(None, {**until, **requests.size.of_one}).total or 0
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
