"""Small requests that ask about a list, and not for its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from pb2b_notebook.api.http.adaptation import unlearning
from pb2b_notebook.api.http.responses.envelope import Raws
from pb2b_notebook.api.lists.parameters import AFTER, BEFORE, NEWEST_FIRST
from pb2b_notebook.api.lists.requests.page_requests import PageRequests
from pb2b_notebook.api.lists.requests.places import id_of
from pb2b_notebook.api.lists.requests.row_filters import other_value
from pb2b_notebook.api.lists.windows import OVERLAP, UnreliableWindowsError, change_time, instant, time_text
from pb2b_notebook.errors import APIError
from pb2b_notebook.times import iso

_PAGES: Final = 3
"""Pages of a list whose parts are counted."""


def count_now(requests: PageRequests) -> int | None:
    """Return how many rows the service counts now; ``None`` if it does not count."""
    return requests.ask(None, requests.size.of_one).total


def has_changed(requests: PageRequests, since: datetime) -> bool:
    """Whether a row may have changed since a time of the service."""
    if not requests.facts.rows_have_times or not requests.facts.has(AFTER):
        return True
    after = max([iso(since), *(value for name, value in requests.query.sent if name == AFTER)])
    try:
        return bool(requests.ask(None, {AFTER: after}, counted=False).records)
    except APIError as refused:
        if not unlearning.may_refuse_a_name(refused):
            raise
        return True


def counts_unlisted_rows(requests: PageRequests, has_new: Callable[[Raws], bool]) -> bool:
    """Whether the service counts rows that it does not list, such as deleted ones: it does so in a short part, too.

    A part of the list that ends by the service's word, with fewer rows than a page has, lacks none for want of room.

    Args:
        requests: Requests of the list, which was read to its end.
        has_new: Whether rows have one that did not come.
    """
    facts = requests.facts
    if facts.upper_bound is None or not facts.has(AFTER) or facts.ignores(AFTER):
        return False
    if {count_now(requests)} != requests.seen.counts:
        return False  # it counts something else each time
    bounds = {name: value for name, value in requests.query.sent if name in {AFTER, BEFORE}}
    with suppress(APIError, UnreliableWindowsError):
        if requests.ask(None, {**bounds, AFTER: other_value(AFTER)}).total:
            return False  # it counts the rows outside of a part, too
        begin, seen = _begin_of_gap(requests, bounds), requests.seen
        # Far from the begin of the list, another row may be missing elsewhere: what is found there has to be all.
        least = (seen.total or 0) - seen.rows if begin != bounds else 1
        for part in _parts(requests, begin):
            page = requests.ask(None, part)
            if has_new(page.records):
                return False
            whole = page.ends and 0 < len(page.records) < requests.seen.largest
            if whole and page.total is not None and page.total - len(page.records) >= least:
                return True
    return False


def _begin_of_gap(requests: PageRequests, bounds: Mapping[str, str]) -> Mapping[str, str]:
    """Return bounds that begin with the first page up to whose last row the service counts more rows than came.

    Each half of the pages takes one request. It is a guess: rows of one time, and others than those in the order of
    their last change, lead to another page.
    """
    ends, low = requests.seen.ends, 0
    high = len(ends) - 1
    while low < high:
        middle = (low + high) // 2
        last, came = ends[middle]
        before = time_text(change_time(last) + OVERLAP)
        total = requests.ask(None, {**bounds, BEFORE: before, **requests.size.of_one}).total
        if total is not None and total > came:
            high = middle
        else:
            low = middle + 1
    return {**bounds, AFTER: time_text(change_time(ends[low - 1][0]))} if low else bounds


def counts_all_rows(requests: PageRequests) -> bool:
    """Whether the service counts all rows, whatever the filters, so that a list with filters has fewer.

    The total of a list without filters is never explained by that: it is the number of its own rows.
    """
    if requests.query.rows is None or not requests.facts.has(AFTER) or requests.facts.ignores(AFTER):
        return False
    with suppress(APIError):
        none = requests.ask(None, {AFTER: other_value(AFTER)})
        return not none.records and {none.total} == {requests.count_without_filters()} == requests.seen.counts
    return False


def _parts(requests: PageRequests, bounds: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """Yield the bounds of parts of a list, of half a page each."""
    for _ in range(_PAGES):
        page = requests.ask(None, bounds, counted=False)
        times = sorted({change_time(record) for record in page.records})
        if len(times) < 2:  # noqa: PLR2004 - a part has another time than the rest
            return
        middle, last = time_text(times[len(times) // 2 - 1]), time_text(times[-1])
        yield {**bounds, BEFORE: middle}
        yield {**bounds, AFTER: middle, **({} if page.ends else {BEFORE: last})}
        if page.ends:
            return
        bounds = {**bounds, AFTER: last}


def begins_with(requests: PageRequests, first: Any, bounds: Mapping[str, str]) -> bool:
    """Whether the list begins with the same row under other parameters."""
    page = requests.ask(None, bounds, counted=False)
    return bool(page.records) and id_of(page.records[0]) == id_of(first)


def newest_instant(requests: PageRequests, now: int) -> int:
    """Return the instant of the row that changed last; now where that cannot be requested.

    Args:
        requests: Requests of the list, of which the first page was read.
        now: The service's time, in milliseconds since 1970.
    """
    order = requests.facts.operation.parameter("order")
    if order is None or NEWEST_FIRST not in order.choices or requests.size.name is None:
        return now
    try:
        page = requests.ask(None, {"order": NEWEST_FIRST, **requests.size.of_one}, counted=False)
    except APIError as refused:
        if not unlearning.may_refuse_a_name(refused):
            raise
        return now
    found, last = instant(page.records[0]) if page.records else now, requests.seen.last
    # A service that ignores the order returns its oldest row: windows up to there would hold nothing.
    return now if last is None or found <= instant(last.records[-1]) else found
