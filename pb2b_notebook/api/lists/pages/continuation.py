"""What leads on from a page without a certain cursor.

That is a text which may be one, the time of the last row, that row, or a number of rows or of pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from pb2b_notebook.api.http.adaptation import unlearning
from pb2b_notebook.api.http.call import LEADS
from pb2b_notebook.api.http.responses.envelope import Page, Raws
from pb2b_notebook.api.lists import completeness, windows
from pb2b_notebook.api.lists.parameters import (
    AFTER,
    AFTER_ID,
    BEFORE,
    BEYOND,
    CURSORS,
    MORE_PLACES,
    declared_name,
    place_of,
)
from pb2b_notebook.api.lists.requests.matching_query import OURS
from pb2b_notebook.api.lists.requests.page_requests import LEAD_FIELDS, PageRequests
from pb2b_notebook.api.lists.requests.places import Places, id_of, ids_of
from pb2b_notebook.errors import APIError, ProspectB2BError
from pb2b_notebook.openapi.operations import Parameter

BESIDE: Final = "a text beside the rows"
_PLACE: Final = "place_parameter"
_SMALLEST_PAGE: Final = 5
"""Rows of the smallest page that a service may have: fewer are all that there are."""


class Continuation:
    """Reads on from pages that have no cursor.

    Attributes:
        leads_on: What leads on: a text beside the rows, one of ``BEYOND`` or ``MORE_PLACES``, or the time; ``None``
            before one of them has.
        order_shown: Whether rows that were read on by time certainly are in order of it.
    """

    def __init__(self, requests: PageRequests, places: Places) -> None:
        self._requests, self._facts, self._places = requests, requests.facts, places
        self.leads_on: str | None = None
        self._time_leads_on = True
        self.order_shown = True
        self._finds_timeless: bool | None = None
        self._listed = (0, 0)  # rows and pages that were not read on by time
        self._read_up_to: dict[str, str] = {}  # lower bound of the latest page that was read on by time
        self._read_down_to: dict[str, str] = {}  # upper bound of the latest page that was read on by time

    def page_after(self, records: Raws) -> Page | None:
        """Return the page after rows; ``None`` where nothing leads on."""
        if self.leads_on is None and not self._listed[0]:
            self._listed = (self._requests.seen.rows, self._requests.seen.pages)
        return self._page_beside() or self._page_by_time(records) or self._page_beyond(records)

    def turn_to_places(self) -> bool:
        """Leave the time that has led on where the service counts more rows, and return whether a place may lead on."""
        seen = self._requests.seen
        return self.leads_on == AFTER and seen.total is not None and seen.rows < seen.total and self._leave_time()

    def _leave_time(self) -> bool:
        """Read on by places only, whose order is that of the list."""
        self.leads_on, self._time_leads_on, self.order_shown = None, False, True
        return True

    # --- by a text beside the rows -----------------------------------------------------------------------------------

    def _page_beside(self) -> Page | None:
        """Return the page that a text beside the rows leads to; ``None`` where it is not the next cursor.

        It may be the cursor of the page itself: the next one has other rows, or none where such texts have led on.
        """
        last = self._requests.seen.last
        if last is None or last.beside is None or self.leads_on not in {None, BESIDE}:
            return None
        declared = declared_name(self._facts.operation, CURSORS)
        known = self._facts.profile.value("cursor_parameter")
        for name in dict.fromkeys(name for name in (known, *last.names, declared) if name):
            try:
                page = self._requests.ask(None, {name: last.beside}, counted=False)
            except APIError as refused:
                self._facts.learn_refused(refused, [name])
                continue
            ids = ids_of(page.records)
            ends = not ids and (self.leads_on == BESIDE or name == known)
            if ends or (self._places.has_new(page.records) and not {*ids} & {*ids_of(last.records)}):
                self.leads_on = BESIDE
                self._facts.learn_of_service("cursor_parameter", name, f"it leads on in {self._facts.operation.id}")
                return page
        return None

    # --- by time -----------------------------------------------------------------------------------------------------

    def _page_by_time(self, records: Raws) -> Page | None:
        """Return the page of the rows that changed after these of a page; ``None`` where no time leads on."""
        facts = self._facts
        usable = self._time_leads_on and facts.has(AFTER) and not facts.ignores(AFTER) and facts.rows_have_times
        if self.leads_on not in {None, AFTER} or not usable:
            return None
        bounds = completeness.next_bounds(records, after=AFTER, before=facts.upper_bound)
        if bounds is None:
            return None
        try:
            if not self._filters_find_all(records) or self._has_newer(bounds):
                return None
            doubtful = len(records) >= _SMALLEST_PAGE and completeness.is_by_creation(records)
            if AFTER in bounds and doubtful and self._has_older(bounds, records):
                return None
            page = self._requests.ask(None, bounds, counted=False)
            self._read_down_to = {BEFORE: bounds[BEFORE]} if BEFORE in bounds else {}
        except APIError as refused:
            # The first page was accepted without the bound: it is the bound that is refused.
            facts.learn_refused(refused, bounds)
            return None
        ignored = self.leads_on is None and ids_of(page.records) == ids_of(records)
        self.leads_on = None if ignored else AFTER
        return None if ignored else page

    def _filters_find_all(self, records: Raws) -> bool:
        """Whether filters by time of change also find rows that never changed, by the time of creation; asked once."""
        timeless = next((record for record in records if windows.is_timeless(record)), None)
        if self._finds_timeless is None and timeless is not None:
            bounds = completeness.bounds_around(timeless, after=AFTER, before=self._facts.upper_bound)
            page = self._requests.ask(None, bounds, counted=False)
            self._finds_timeless = id_of(timeless) in ids_of(page.records)
        return self._finds_timeless is not False

    def _has_newer(self, bounds: Mapping[str, str]) -> bool:
        """Whether unread rows changed in the time of the latest page, so that rows are in order of another time.

        In the order of creation, as many services have it, an upper bound of the change would leave rows out. Fewer
        rows than fit on a page were listed in that time, so that an unread one is on the first page of the answer.
        """
        if BEFORE not in bounds:
            return False
        newer = self._requests.ask(None, {AFTER: bounds[BEFORE], **self._read_down_to}, counted=False)
        return self._places.has_new(newer.records)

    def _has_older(self, bounds: Mapping[str, str], records: Raws) -> bool:
        """Whether unread rows changed before the last row of the latest page, so that the order is of another time.

        Only rows whose times of creation are in order, too, may be in that of their creation. A service that has no
        upper bound, or ignores it, does not show it.
        """
        facts = self._facts
        # A service that refuses others of ours in every operation is not asked for this one.
        unasked = facts.operation.id != "leads.list" and facts.profile.names("refused")
        if facts.upper_bound is None or unasked:
            self.order_shown = False
            return False
        try:
            older = self._requests.ask(None, {BEFORE: bounds[AFTER], **self._read_up_to}, counted=False)
        except APIError as refused:
            facts.learn_refused(refused, [BEFORE])
            self.order_shown = False
            return False
        self.order_shown = self.order_shown and id_of(records[-1]) not in ids_of(older.records)
        self._read_up_to = {AFTER: bounds[AFTER]}
        return self.order_shown and self._places.has_new(older.records)

    # --- by the last row, a number of rows or of pages ---------------------------------------------------------------

    def _page_beyond(self, records: Raws) -> Page | None:
        """Return the page after a last row, a number of rows or a page number, if one of these parameters leads on.

        A service that ignores the parameter gives rows that are listed already.
        """
        facts, leading = self._facts, self._facts.profile.value("cursor_parameter")
        leading = leading if place_of(leading or "") else self._facts.profile.value(_PLACE)
        known = leading is not None
        if not self._may_lead_beyond(records, known=known):
            return None
        for name in [self.leads_on] if self.leads_on else [leading] if known else self._names_beyond(records):
            page = None
            try:
                for value in self._values_beyond(name, records):
                    page = self._requests.ask(None, {name: str(value)}, counted=False)
                    ends = not page.records and (known or self.leads_on == name)
                    if ends or self._places.has_new(page.records):
                        self._remember(name, value, len(page.records))
                        return page
            except APIError as refused:
                facts.learn_refused(refused, [name])
                continue
            if page is not None and page.records and not known and not self._selects:
                facts.learn("ignored", [name], "the same rows with it")
        return None

    def finds_place(self, records: Raws) -> bool:
        """Whether a parameter now is known to take a place in lists: the second row comes as a page of its own.

        It is looked for once for the service, where nothing shows that the only page is the last one: with such a
        parameter, the page after it shows it.
        """
        facts, of_one = self._facts, self._requests.size.of_one
        if self.leads_on == AFTER and facts.profile.value(_PLACE) is not None:
            return self._leave_time()
        strict = any(fact.name == "refused" for fact in facts.profile.facts)  # it would refuse all names but one
        if len(records) < 2 or not of_one or strict or facts.context.tried_place:  # noqa: PLR2004 - a second row
            return False
        facts.context.tried_place = True
        second = id_of(records[1])
        names = [*BEYOND[1:], *MORE_PLACES]
        with suppress(ProspectB2BError):
            for tried in (names, *([name] for name in names)):
                values = {name: "1" if place_of(name) == "offset" else "2" for name in tried}
                page = self._requests.ask(None, {**of_one, **values}, counted=False)
                found = ids_of(page.records) == [second]
                if not found and len(tried) > 1:
                    return False
                if found and len(tried) == 1:
                    facts.learn_of_service(_PLACE, tried[0], "the second row comes with it")
                    return self._leave_time()
        return False

    def _names_beyond(self, records: Raws) -> Iterator[str]:
        """Yield the parameters that may lead beyond a page, which are tried one by one: those of the document, or all.

        Where only a promise says that rows follow, the last row leads on in most services: it is tried first.
        """
        facts = self._facts
        # Where no count shows that rows follow, they are tried in the list that each service has.
        follow = self._requests.seen.verdict() == "short" or facts.operation.id == LEADS
        declared = [p.name for p in facts.operation.parameters if p.location == "query" and _takes_place(p)]
        useless = facts.names("refused") | facts.names("ignored")
        names = [name for name in declared or [*BEYOND, *(MORE_PLACES if follow else ())] if name not in useless]
        if names[:1] == [AFTER_ID] and self._requests.seen.total is None:
            yield names.pop(0)
        yield from self._names_with_effect(names, records)

    def _names_with_effect(self, names: list[str], records: Raws) -> list[str]:
        """Return parameters without those that one request with all of them shows to be refused, or without effect."""
        facts = self._facts
        while len(names) > 1:
            values = {name: str(self._values_beyond(name, records)[-1]) for name in names}
            try:
                page = self._requests.ask(None, values, counted=False)
            except APIError as refused:
                named = unlearning.mentions(refused, names)
                if not named:
                    return names
                facts.learn_refused(refused, named)
                names = [name for name in names if name not in named]
                continue
            if not page.records or self._places.has_new(page.records):
                return names
            if not self._selects:
                facts.learn("ignored", names, "the same rows with them")
            return []
        return names

    @property
    def _selects(self) -> bool:
        """Whether filters leave rows out: a service may give their only page for each number."""
        return not OURS.issuperset(name for name, _ in self._requests.query.sent)

    def _may_lead_beyond(self, records: Raws, *, known: bool) -> bool:
        """Whether rows may follow this page, and a parameter may lead to them."""
        seen = self._requests.seen
        short = seen.verdict() == "short"
        if self._facts.operation.id == LEAD_FIELDS and not short:
            return False
        if not records or seen.gives_cursors or (seen.last is not None and seen.last.ends) or self.leads_on == AFTER:
            return False
        full = (seen.asked is not None and len(records) >= seen.asked) or completeness.is_round(len(records))
        return short or full or known

    def _values_beyond(self, name: str, records: Raws) -> tuple[Any, ...]:
        """Return the values of a parameter that may lead on: numbers of pages begin at 0 or at 1, or an id at a row."""
        rows, pages = self._listed
        values = {AFTER_ID: (id_of(records[-1]),), "offset": (rows,), "page": (pages, pages + 1)}
        return values[place_of(name) or name]

    def _remember(self, name: str, value: Any, rows: int) -> None:
        """Remember the parameter that leads on, and the page as a place if it is one."""
        self.leads_on, self._listed = name, (self._listed[0] + rows, self._listed[1] + 1)
        if name != AFTER_ID:
            self._places.add(None, {name: str(value)})
        if rows:
            self._facts.learn_of_service("cursor_parameter", name, f"it leads on in {self._facts.operation.id}")


def _takes_place(parameter: Parameter) -> bool:
    """Whether a parameter of a document takes a place in the list; ``start`` and ``from`` may be times."""
    return place_of(parameter.name) is not None and parameter.kind not in {"datetime", "date"}
