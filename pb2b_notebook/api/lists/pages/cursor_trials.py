"""What the cursors of a list are: keys of rows, or places in the list, as they show or a trial shows.

The trial only reads: the list is begun again, and the cursor of its second page is sent with a filter that leaves out
rows of the first one. The key of a row leads to the same rows as before; a place leads beyond them. The cursors of the
reading itself are left alone: they may be good for one request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pb2b_notebook.api.http.responses import envelope
from pb2b_notebook.api.http.responses.envelope import Page, Raws
from pb2b_notebook.api.http.responses.paging import numbers_in
from pb2b_notebook.api.lists.parameters import AFTER, OF_VALUES
from pb2b_notebook.api.lists.requests.page_requests import PageRequests
from pb2b_notebook.api.lists.requests.places import id_of, ids_of
from pb2b_notebook.api.lists.windows import SECOND, UnreliableWindowsError, change_time, time_text
from pb2b_notebook.errors import APIError, ProtocolError, RateLimitError


class CursorKind:
    """Whether the cursors of one reading are places in the list.

    Args:
        requests: Requests of the list.
        limited: Whether a part of the list is wanted: then no trial is made.
        windowed: Whether windows are asked for, which show it too.

    Attributes:
        by_place: Whether the cursors of this reading certainly are places.
    """

    def __init__(self, requests: PageRequests, *, limited: bool, windowed: bool) -> None:
        self._requests, self._facts, self._seen = requests, requests.facts, requests.seen
        self._limited, self._windowed = limited, windowed
        self.by_place = False

    @property
    def are_places(self) -> bool:
        """Whether cursors are places in the list, as they or a trial show."""
        return self.by_place or bool(self._facts.value("cursors") == "places")

    def observe(self, page: Page, *, tried: bool) -> None:
        """Look at the cursor of a page.

        Args:
            page: The page.
            tried: Whether a cursor that does not show it is tried, once for the service.
        """
        hidden = tried and self._seen.pages == 1 and self._hides_place(page)
        self.by_place = self.by_place or hidden or self._is_place(page)

    def _is_place(self, page: Page) -> bool:
        """Whether the next page is a place in the list: also where it is the number of rows under another name."""
        rows = str(self._seen.rows + len(page.records))
        named = bool(page.parameter) and page.next_cursor == rows
        return page.position or named or (self._seen.differs and rows in numbers_in(page.next_cursor or ""))

    def _hides_place(self, page: Page) -> bool:
        """Whether the cursor of the second page is a place in the list, though it does not show it."""
        known, first = self._facts.value("cursors"), self._seen.last
        if known is not None or self.by_place or not self._seen.differs or self._limited or first is None:
            return bool(known == "places")
        if not self._facts.has(AFTER) or not self._facts.rows_have_times:
            return False
        trial = self._trial(first.records, page.records)
        if trial is None:
            # In the documented place, a cursor is believed. Elsewhere its pages are read again, unless windows show it.
            return not first.documented and not self._windowed
        try:
            # A cursor may be good for one request, and hold a state of the service: that of another reading is tried.
            again = self._requests.ask(counted=False)
            if again.next_cursor is None or ids_of(again.records) != ids_of(first.records):
                return True  # the list changed meanwhile: it is read again for certain
            found = trial.result(self._requests.ask(again.next_cursor, trial.bounds, counted=False).records)
        except RateLimitError:
            return False
        except (APIError, ProtocolError):
            found = "unknown"
        # Cursors that hold for one filter only are those of the whole service.
        learn = self._facts.learn_of_service if found == "unknown" else self._facts.learn
        learn("cursors", found, "a cursor with another filter")
        return found == "places"

    def _trial(self, first: Raws, second: Raws) -> CursorTrial | None:
        """Return what shows whether the cursor between two pages is a place; ``None`` if no filter does."""
        facts = self._facts
        by_time = cursor_trial(first, second, AFTER, facts.upper_bound)
        used = {name for name, _ in self._requests.query.sent} | facts.names("ignored") | facts.names("refused")
        names = [name for name in OF_VALUES if facts.has(name) and name not in used]
        return by_time or next(filter(None, (value_trial(first, second, name) for name in names)), None)


@dataclass(frozen=True, slots=True)
class CursorTrial:
    """A request for the second page of a list with a filter by time of change, which shows what its cursor is.

    Attributes:
        bounds: The filter.
        expected: Id of the row with which the page begins if the cursor is the key of a row.
        doubtful: Ids of rows at the bound, which a service may count in or not.
        excluded: Ids of rows of the second page that the filter certainly leaves out.
        page: Ids of all rows of the second page.
    """

    bounds: Mapping[str, str]
    expected: Any
    doubtful: frozenset[Any]
    excluded: frozenset[Any]
    page: frozenset[Any]

    def result(self, records: Raws) -> Literal["keys", "places", "unknown"]:
        """Return what the cursor is, by the rows that came."""
        ids = [found for found in ids_of(records) if found not in self.doubtful]
        if not self.excluded.isdisjoint(ids):
            return "unknown"  # the cursor has its own filters
        if ids[:1] == [self.expected]:
            return "keys"
        # A place further on, with or without rows of the page that the filter has not left out.
        return "places" if self.page.isdisjoint(ids) or ids[0] in self.page else "unknown"


def cursor_trial(first: Raws, second: Raws, after: str, before: str | None) -> CursorTrial | None:
    """Return the trial of the cursor between two pages; ``None`` where their rows have no times that allow one.

    Args:
        first: Rows of the first page.
        second: Rows of the second page.
        after: Name of the filter with the lower bound of the time of change.
        before: Name of the filter with the upper bound; ``None`` without one.
    """
    try:
        earlier = [change_time(record) for record in first]
        times = dict(zip(ids_of(second), map(change_time, second), strict=True))
    except UnreliableWindowsError:
        return None
    at = sorted(times.values())[len(times) // 2] if times else 0
    for name, sign in ((after, 1), (before, -1)):
        # A service may round times to seconds, and may or may not include the bound.
        distance = {each: sign * (time - at) for each, time in times.items()}
        fitting = [each for each, past in distance.items() if past > SECOND]
        excluded = frozenset(each for each, past in distance.items() if past < -SECOND)
        if name is not None and fitting and excluded and any(sign * (time - at) < -SECOND for time in earlier):
            doubtful = frozenset(times) - excluded - set(fitting)
            return CursorTrial({name: time_text(at)}, fitting[0], doubtful, excluded, frozenset(times))
    return None


def value_trial(first: Raws, second: Raws, name: str) -> CursorTrial | None:
    """Return the trial of the cursor between two pages by a filter of values; ``None`` where their rows allow none.

    In a list newest first, a lower bound of time leaves out rows of later pages only, which moves no place.

    Args:
        first: Rows of the first page.
        second: Rows of the second page.
        name: Name of the filter, and of the field that it is about.

    >>> page = [b'{"id":1,"country":{"code":"FI"}}', b'{"id":2,"country":"FI"}', b'{"id":3,"country":"SE"}']
    >>> value_trial(page, page, "country").bounds
    {'country': 'FI'}
    """
    values_before = (envelope.parse_strict_json(bytes(record)).get(name) for record in first)
    before = {value if isinstance(value, str) else None for value in values_before}
    values = {id_of(record): envelope.parse_strict_json(bytes(record)).get(name) for record in second}
    for value in values.values():
        excluded = frozenset(each for each, other in values.items() if other != value)
        if isinstance(value, str) and value and excluded and before - {value}:
            expected = next(each for each, other in values.items() if other == value)
            return CursorTrial({name: value}, expected, frozenset(), excluded, frozenset(values))
    return None
