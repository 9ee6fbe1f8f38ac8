"""Summarize a list in one request: its newest object, and how many there are."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, Final, NamedTuple

from pb2b_notebook.api.calls.records import Record
from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.http.adaptation import time_forms, unlearning
from pb2b_notebook.api.http.call import Call
from pb2b_notebook.api.http.responses import envelope
from pb2b_notebook.api.http.responses.envelope import Page
from pb2b_notebook.api.lists.completeness import is_newest_first, may_be_limit
from pb2b_notebook.api.lists.parameters import AFTER, BEFORE, NEWEST_FIRST
from pb2b_notebook.api.lists.requests.page_sizes import FEW_ROWS
from pb2b_notebook.api.lists.requests.row_filters import RowFilters, is_impossible, other_value
from pb2b_notebook.api.lists.trials.unlisted_rows import COUNTS_UNLISTED
from pb2b_notebook.api.lists.windows import UnreliableWindowsError, change_time, is_timeless, time_text
from pb2b_notebook.errors import (
    BadRequestError,
    NotFoundError,
    PermissionDeniedError,
    ProspectB2BError,
    ValidationError,
)
from pb2b_notebook.openapi.operations import Operation

_LARGEST_TOTAL: Final = "largest_total"
_TOTALS: Final = "totals"
"""Fact what the total of a list with filters counts: the "filtered" objects, or "all"."""


class ListSummary(NamedTuple):
    """Summary of a list, read from its first page.

    Attributes:
        newest: The object that changed last; ``None`` for an empty list.
        total: Number of objects; ``None`` where the service does not count, or the key may not read them.
    """

    newest: Record | None
    total: int | None


def summarize_list(session: Session, name: str, *ids: str, **filters: Any) -> ListSummary:
    """Return the newest object of a list and how many there are.

    Args:
        session: Session of the workspace.
        name: Id of the operation in our contract.
        ids: Ids for its path.
        filters: Filters of the list; ``None`` means no filter.

    Raises:
        APIError, TransportError: The request failed. A missing scope, or a service that does not count, raises nothing.
    """
    operation, profile = session.operations.find(name), session.client.profile
    given = {**dict(zip(operation.path_parameters, ids, strict=True)), **filters}
    ours = {"order": NEWEST_FIRST, "limit": FEW_ROWS, "include_total": True}
    ours = {name: value for name, value in ours.items() if operation.parameter(name)}
    try:
        page = _page_in_any_size(session, operation, given, ours)
        if page is None:
            newest = session.newest(operation, given)  # which applies the filters that the service does not have
            return ListSummary(None if newest is None else Record(newest, operation.fields), None)
        newest = bytes(page.records[0]) if page.records else None
        filtered = _is_filtered(session, operation, given, ours, page)
        several = _several_values(session, operation, given, page)
        if not filtered or several or (len(page.records) > 1 and not _is_in_order(session, operation, page)):
            newest = session.newest(operation, given)
        filtered = filtered and not several - profile.names("several_values", operation.id)
    except (PermissionDeniedError, NotFoundError):
        return ListSummary(None, None)
    found = None if newest is None else Record(newest, operation.fields)
    total = _count_of(session, operation, given, page) if filtered else None
    if total is not None:
        session.remember_rows(operation, given, total)
    if total == 0:
        session.hint_at_names(operation, given)
    return ListSummary(found, total)


def _page_in_any_size(
    session: Session, operation: Operation, given: Mapping[str, Any], ours: dict[str, Any]
) -> Page | None:
    """Return the first page; ``None`` from a service that does not take the filters, or lists deleted objects too."""
    profile = session.client.profile
    refused = profile.names("refused", operation.id)
    counts_deleted = profile.value("lists_deleted", operation.id) and not given.get("include_deleted")
    if refused & given.keys() or counts_deleted or _several_alone(operation, given):
        return None
    try:
        return _first_page(session, operation, given, ours)
    except (BadRequestError, ValidationError) as refused:
        if ours.pop("limit", None) is None or unlearning.mentions(refused, given):
            return None  # it is about what the caller gave
    try:
        return _first_page(session, operation, given, ours)  # the service may have another name for it
    except (BadRequestError, ValidationError):
        return None


def _is_filtered(
    session: Session, operation: Operation, given: Mapping[str, Any], ours: Mapping[str, Any], page: Page
) -> bool:
    """Whether the service applies the filters of a page: it is asked once for another value of each.

    The few rows of the page may match by chance, and the total counts the others.
    """
    path, query, _ = session.bind(operation, {**given, **ours})
    rows = RowFilters(query, operation)
    profile = session.client.profile
    bounds = time_forms.bounds_of(query)
    if bounds and (session.may_differ(page.total) or time_forms.widened_bounds(query, profile.value("time_form"))):
        return False  # rows show whether they are within
    if not page.records:
        return True
    counts = profile.value(_TOTALS, operation.id)
    counts_all = counts == "all" and (rows or AFTER in given)
    if counts_all or rows.names & profile.names("ignored", operation.id):
        return False
    masks = rows.masks(page.records)
    if page.total == len(page.records) and rows.names == masks.keys() and all(mask.all() for mask in masks.values()):
        return True
    # Other parameters may choose what is shown of a row, and not which rows.
    names = {*masks, *rows.hidden_names(masks)} - profile.names("applied", operation.id)
    if not names and counts is None and session.may_differ(page.total):
        names = {*sorted(masks.keys() | ({AFTER} & given.keys()))[:1]}
    call = Call(operation, path, query, added=frozenset(ours))
    return all(_is_applied(session, call, name, page, shown=name in masks) for name in sorted(names))


def _is_applied(session: Session, call: Call, name: str, page: Page, *, shown: bool) -> bool:
    """Whether a service applies a filter, and its total counts the rows that match: it is asked for another value.

    Args:
        session: Session of the workspace.
        call: Request of a list.
        name: Filter in it.
        page: Its answer.
        shown: Whether rows show what the filter is about.
    """
    learn = partial(session.client.profile.learn, operation=call.operation.id, at=session.time())
    value = other_value(name, call.operation.parameter(name), [text for each, text in call.query if each == name])
    other = (*(pair for pair in call.query if pair[0] != name), (name, value))
    with suppress(ProspectB2BError):  # it reads the value
        found = envelope.page(session.client.send(replace(call, query=other)))
        fact = _fact_of_trial(page, found, impossible=is_impossible(value))
        if fact == "ignored" and shown:
            learn("ignored", [name], "the same rows for any value")
        elif fact in {"all", "filtered"}:
            learn(_TOTALS, fact, f"the count with another value of {name}")
        if fact in {"ignored", "all"}:
            return False
    if name != AFTER:
        learn("applied", [name], "other rows for another value")
    return True


def _fact_of_trial(page: Page, found: Page, *, impossible: bool) -> str:
    """Return what a page with another value of a filter shows: "ignored", or what totals count; empty for nothing."""
    same_total = found.total == page.total
    if found.records and (impossible or (same_total and bytes(found.records[0]) == bytes(page.records[0]))):
        return "ignored"
    if page.total is None:
        return ""
    return "all" if same_total and page.total > len(found.records) else "filtered"


def _several_values(session: Session, operation: Operation, given: Mapping[str, Any], page: Page) -> frozenset[str]:
    """Return the filters with several values of which the service may apply only one: reading rows shows it."""
    known = session.client.profile.names("several_values", operation.id)
    return _names_of_several(given) - known if session.may_differ(page.total) else frozenset()


def _several_alone(operation: Operation, given: Mapping[str, Any]) -> bool:
    """Whether a filter has several values, of which the service takes one at a time by its document."""
    return any(parameter.alone and parameter.name in _names_of_several(given) for parameter in operation.parameters)


def _names_of_several(given: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(n for n, value in given.items() if isinstance(value, (list, tuple, set)) and len(value) > 1)


def _first_page(session: Session, operation: Operation, given: Mapping[str, Any], ours: Mapping[str, Any]) -> Page:
    path, query, _ = session.bind(operation, {**given, **ours})
    page = envelope.page(session.client.send(Call(operation, path, query, added=frozenset(ours))))
    return replace(page, total=None) if session.client.profile.value("estimates", operation.id) else page


def _is_in_order(session: Session, operation: Operation, page: Page) -> bool:
    """Whether the rows of a page certainly are newest first: not where the service may ignore the order."""
    profile = session.client.profile
    refused = profile.names("refused", operation.id) | profile.names("ignored", operation.id)
    unordered = "order" in refused or operation.parameter("order") is None
    if unordered or profile.value("timeless", operation.id) or any(map(is_timeless, page.records)):
        return False
    known = page.ends or not session.may_differ(page.total) or "order" in profile.names("applied", operation.id)
    return known and is_newest_first(page.records) is not False


def _count_of(session: Session, operation: Operation, given: Mapping[str, Any], page: Page) -> int | None:
    """Return the number of rows of a list, if its first page shows it: its own number of rows may be all it knows."""
    rows = len(page.records)
    if not _is_credible(session, operation, given, page):
        return None
    if not rows and session.may_differ(page.total) and _first_page(session, operation, given, {}).records:
        return None  # the service takes parameters of ours for filters
    if session.client.profile.value(COUNTS_UNLISTED, operation.id):
        return rows if page.ends else None
    if page.ends and page.total is not None and page.total > rows and session.may_differ(page.total):
        return None  # it says that these are all rows, and that there are more
    if page.total is not None and (page.total > rows or page.ends or rows < FEW_ROWS):
        return page.total
    return rows if page.ends or (not rows and not page.absent) else None


def _is_credible(session: Session, operation: Operation, given: Mapping[str, Any], page: Page) -> bool:
    """Whether nothing contradicts a total: neither its page, nor what was listed before, nor the parts of the list."""
    total, rows = page.total, len(page.records)
    if total is None:
        return True
    if total < rows or (total == rows and _goes_on(page)):
        return False
    if total < session.known_rows(operation, given) and session.may_differ(total):
        return _counts_on(session, operation, given, page, trusted=False)
    doubtful = not page.ends and may_be_limit(total) and session.may_differ(total)
    return not doubtful or _counts_on(session, operation, given, page)


def _goes_on(page: Page) -> bool:
    return page.next_cursor is not None or page.promises_more


def _counts_on(
    session: Session, operation: Operation, given: Mapping[str, Any], page: Page, *, trusted: bool = True
) -> bool:
    """Whether a total is not the most that the service counts: those of two parts of the list add up to it.

    Args:
        session: Session of the workspace.
        operation: A list.
        given: Its filters.
        page: Its first page.
        trusted: Whether a count that is not above one that was proven is believed.
    """
    profile, known = session.client.profile, _LARGEST_TOTAL
    if page.total is None or (trusted and page.total <= profile.value(known, operation.id, 0)):
        return page.total is not None
    refused = profile.names("refused", operation.id) | profile.names("ignored", operation.id)
    if not page.records or any(operation.parameter(name) is None or name in refused for name in (AFTER, BEFORE)):
        return False
    counts: list[int | None] = []
    with suppress(ProspectB2BError, UnreliableWindowsError):  # the rows are read to count them
        split = time_text(change_time(page.records[0]) - 1)
        for name in (AFTER, BEFORE):
            part = _first_page(session, operation, {**given, name: split}, {"limit": 1, "include_total": True})
            counts.append(part.total)
    if sum(count or 0 for count in counts) != page.total or None in counts:
        return False
    profile.learn(known, page.total, "two parts of the list add up to it", operation=operation.id, at=session.time())
    return True
