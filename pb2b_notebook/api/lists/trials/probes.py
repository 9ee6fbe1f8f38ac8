"""Small requests that ask about a list, and not for its rows."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from pb2b_notebook.api.http.adaptation import unlearning
from pb2b_notebook.api.lists.parameters import AFTER, NEWEST_FIRST
from pb2b_notebook.api.lists.requests.page_requests import PageRequests
from pb2b_notebook.api.lists.requests.places import id_of
from pb2b_notebook.api.lists.requests.row_filters import other_value
from pb2b_notebook.api.lists.windows import instant
from pb2b_notebook.errors import APIError
from pb2b_notebook.times import iso


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
