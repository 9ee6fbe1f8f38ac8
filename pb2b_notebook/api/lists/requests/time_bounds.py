"""Whether the filters by time of a service keep the rows near their bounds, learned once from a row of its own.

Some services compare days, whole seconds or their local time, or leave out the row at an upper bound, and say nothing
of it: rows that match do not come. A bound is then moved by some room, and held here. Rows that come beyond a bound
need no trial, since their times show it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pb2b_notebook.api.http.adaptation import time_forms, unlearning
from pb2b_notebook.api.http.adaptation.time_forms import BOUNDS, KEPT, ROOMS
from pb2b_notebook.api.http.responses.envelope import Page
from pb2b_notebook.api.lists import windows
from pb2b_notebook.api.lists.facts import ListFacts
from pb2b_notebook.errors import APIError
from pb2b_notebook.times import exact_iso

Fetch = Callable[[list[tuple[str, str]]], Page]
_TRIED: Final = {KEPT: timedelta(), **{text: room for text, room in ROOMS.items() if text != time_forms.WIDEST}}


def stems_to_try(facts: ListFacts, query: Iterable[tuple[str, str]]) -> list[str]:
    """Return the times that a query has bounds of, such as ``updated``, of which no trial has been made."""
    stems = {name.rpartition("_")[0] for name, _ in time_forms.bounds_of(tuple(query)) if not facts.ignores(name)}
    known = {text.partition(":")[0] for text in facts.names(BOUNDS)}
    return sorted(stems - known - facts.context.tried_bounds)


def learn_bounds(facts: ListFacts, stem: str, records: Iterable[Any], fetch: Fetch) -> None:
    """Learn whether the bounds of a time keep a row that has it.

    Args:
        facts: What is known of the list.
        stem: The time, such as ``updated``.
        records: Rows of the list, not only those that a bound has left.
        fetch: Requests a page of the list with these filters and no others.
    """
    field = f"{stem}_at"
    alive = (windows.times_of(record, [field]) for record in records if not windows.is_deleted(record))
    times = [time for [time] in alive if time is not None]
    if not times or not facts.has(f"{stem}_after"):
        return
    time = max(times).astimezone(UTC)
    shown = timedelta(milliseconds=1) if any(each.microsecond for each in times) else timedelta(seconds=1)
    kept = time_forms.WIDEST
    for text, room in _TRIED.items():
        after, before = time - max(shown, room), time + room
        found = _times_between(facts, stem, (after, before), fetch)
        if found is None:
            return  # it takes no such bounds
        if any(after < each <= before for each in found):
            kept = text
            break
    facts.learn_of_service(BOUNDS, [f"{stem}: {kept}"], f"a trial with the {field} of a row")
    if kept != KEPT:
        facts.say(f"this service leaves out rows near a bound of {field}: {kept} more are read, and compared here")


def _times_between(
    facts: ListFacts, stem: str, times: tuple[datetime, datetime], fetch: Fetch
) -> list[datetime] | None:
    """Return the times of the rows that a service gives between two; ``None`` if it refuses the lower bound alone."""
    query = [(f"{stem}_{end}", exact_iso(time)) for end, time in zip(("after", "before"), times, strict=True)]
    query = [(name, text) for name, text in query if facts.has(name) and not facts.refuses(name)]
    no_upper: tuple[str, str] | None = None
    while query:
        try:
            page = fetch(query)
        except APIError as refused:
            if refused.status == unlearning.NOT_FOUND:
                return []  # where no row matches
            if not unlearning.may_refuse_a_name(refused):
                raise
            no_upper = query.pop()  # it may have none
            continue
        if no_upper is not None:
            facts.context.client.learn_refused(facts.operation, [no_upper[0]], "refused beside a lower bound")
        found = (windows.times_of(record, [f"{stem}_at"]) for record in page.records)
        return [time for [time] in found if time is not None]
    return None
