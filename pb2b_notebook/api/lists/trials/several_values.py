"""Filters with several values, of which a service that differs from our contract may apply only one."""

from __future__ import annotations

from collections.abc import Callable

from pb2b_notebook.api.http.call import Query
from pb2b_notebook.api.http.responses import envelope
from pb2b_notebook.api.http.responses.envelope import Page, Raws
from pb2b_notebook.api.lists.parameters import IDS
from pb2b_notebook.api.lists.requests.matching_query import FIELDS
from pb2b_notebook.api.lists.requests.page_requests import PageRequests
from pb2b_notebook.errors import APIError, ProtocolError


def one_value_filter(requests: PageRequests, first: Page, ask_with: Callable[[Query], Page]) -> str | None:
    """Return the filter with several values of which the service may apply only one; ``None`` if it applies all.

    Args:
        requests: Requests of the list.
        first: Its first page.
        ask_with: Requests the first page of the list with other filters.
    """
    query, facts = requests.query, requests.facts
    differs = requests.may_differ(first)
    for name in dict.fromkeys(name for name, _ in query.sent):
        # Each id has a row: one alone for many is seldom all there is.
        few = name == IDS and len(first.records) < 2  # noqa: PLR2004 - one
        if len(query.values(name)) < 2 or not (differs or few):  # noqa: PLR2004 - several
            continue
        if name in facts.names("several_values"):
            continue
        try:
            if not facts.takes_one_value(name) and _takes_several(requests, name, first, ask_with):
                continue
        except (APIError, ProtocolError):
            pass  # without a trial, each value is asked for alone
        return name
    return None


def _takes_several(requests: PageRequests, name: str, first: Page, ask_with: Callable[[Query], Page]) -> bool:
    """Whether the service gives rows of several values; if the first page shows one, two others are tried."""
    query, facts = requests.query, requests.facts
    asked = {value.casefold() for value in query.values(name)}
    if len(asked & values_of(first.records, name).keys()) > 1:
        facts.learn("several_values", [name], "rows of several values")
        return True
    rest = query.without(name, *(query.rows.names if query.rows else ()))
    known = list(values_of(ask_with(rest).records, name).items())
    pair = [*known[:1], *known[1:][-1:]]
    if len(pair) == 1:
        return False  # too few rows for a trial
    if not pair:
        return True  # the rows do not show it
    both = [value for _, value in pair]
    page = ask_with((*rest, *((name, value) for value in ([",".join(both)] if name == IDS else both))))
    if {folded for folded, _ in pair} <= values_of(page.records, name).keys():
        facts.learn("several_values", [name], "rows of both values")
        return True
    whole = page.next_cursor is None and not page.promises_more
    if whole and facts.learn("one_value", [name], "rows of only one of two values"):
        facts.say(f"this service takes one value of {name} at a time: each is asked for alone")
    return False


def values_of(records: Raws, name: str) -> dict[str, str]:
    """Return the values that rows have in the field of a filter, by their folded text."""
    found: dict[str, str] = {}
    for record in records:
        value = envelope.parse_strict_json(bytes(record)).get(FIELDS.get(name, name))
        values = value if isinstance(value, list) else [value]
        found |= {each.casefold(): each for each in map(str, values) if each and each != "None"}
    return found
