"""Request one page of a list: in the parameter that takes its cursor, in a size and with filters that are accepted."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from threading import Lock
from time import monotonic
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from pb2b_notebook.api.http.adaptation import unlearning
from pb2b_notebook.api.http.adaptation.time_forms import BOUNDS, KEPT
from pb2b_notebook.api.http.call import LEADS, Call
from pb2b_notebook.api.http.responses import envelope, flat_values
from pb2b_notebook.api.http.responses.empty_lists import says_empty
from pb2b_notebook.api.http.responses.envelope import Page, parse_strict_json
from pb2b_notebook.api.http.responses.object_forms import spellings_in
from pb2b_notebook.api.http.responses.paging import is_link, is_position, query_of_link
from pb2b_notebook.api.http.responses.time_values import NAIVE_TIMES
from pb2b_notebook.api.lists.completeness import Evidence, is_round
from pb2b_notebook.api.lists.facts import ListFacts
from pb2b_notebook.api.lists.parameters import (
    AFTER,
    AFTER_ID,
    AFTER_ROW,
    CURSORS,
    OTHER_CURSORS,
    OTHER_NAMES,
    are_alike,
    declared_name,
    is_size,
)
from pb2b_notebook.api.lists.requests.matching_query import OURS, matching_query
from pb2b_notebook.api.lists.requests.page_sizes import PageSize
from pb2b_notebook.api.lists.requests.places import id_of, ids_of
from pb2b_notebook.api.lists.requests.query import ListQuery
from pb2b_notebook.api.lists.requests.time_bounds import learn_bounds, stems_to_try
from pb2b_notebook.display import notices
from pb2b_notebook.errors import (
    APIError,
    BadRequestError,
    ProspectB2BError,
    ProtocolError,
    ResponseTooLargeError,
    ValidationError,
)
from pb2b_notebook.openapi.object_descriptions import fold, in_style_of

LEAD_FIELDS: Final = "lead_fields.list"
"""The list that is one page in most services, and read beside each list of leads."""
_REPEATS: Final = "repeats_last_page"
_FEW_NAMES: Final = 4
"""Parameters in which a place beyond the end is tried."""
_PLACES: Final = frozenset({"page", "offset"})
"""Parameters of a number of pages or of rows, which no parameter of other cursors takes."""


class PageRequests:
    """The requests of one reading of a list; threads may send them at the same time.

    Args:
        facts: What is known of the list; what responses show is kept there.
        path: Its path, filled in.
        query: Its filters.
        size: The size of its pages.
        seen: What was seen of its pages.

    Attributes:
        facts: What is known of the list.
        query: Its filters.
        size: The size of its pages.
        seen: What was seen of its pages.
        ids: Ids of all requests, in the order of their answers.
        sent: Number of all requests, also of those without an id.
        sent_twice: Whether a page was asked for more than once.
        reads_all_times: Whether the time after which rows changed is not sent, since the service refuses this one.
    """

    def __init__(self, facts: ListFacts, path: str, query: ListQuery, size: PageSize, seen: Evidence) -> None:
        self.facts, self.query, self.size, self.seen = facts, query, size, seen
        self._path = path
        self._counts = facts.has("include_total") and all(name != "include_total" for name, _ in query.sent)
        # Parameters without which a service that refuses them is asked again.
        self._added = query.added | {"include_total"} | (set() if size.given else {size.name or "limit"})
        self._parameter = ""  # that takes the cursor, by the latest response
        self._spelled: tuple[str, ...] = ()
        self._leading: tuple[str, str] | None = None  # what the response gave, and the parameter that led on
        self.ids: list[str] = []
        self.sent = 0
        self.sent_twice = self.reads_all_times = False
        self._leads_on_after_one = False  # after a page of one row
        self._trial = Lock()

    def ask(self, cursor: str | None = None, bounds: Mapping[str, str] | None = None, *, counted: bool = True) -> Page:
        """Request one page.

        Args:
            cursor: Cursor of the page; ``None`` for the first.
            bounds: Parameters that replace the list's own.
            counted: Whether the request for the first page asks for the number of rows.
        """
        bounds = bounds or {}
        refuses = self.reads_all_times or (self.facts.refuses(AFTER) and self.facts.ignores(AFTER))
        left = (AFTER,) if refuses else ()
        query = [*self.query.without(*bounds, *left), *bounds.items()]
        if cursor is not None:
            page = self._ask_next(query, cursor, bounds)
            # Without content, it does not end a list that goes on at this cursor: a proxy may have answered.
            return page if page.size or not page.ends else replace(page, ends=False, promises_more=True)
        total = [("include_total", "true")] if counted and self._counts else []
        try:
            page = self._ask_in_size([*query, *total], sized=self.size.name in bounds)
        except APIError as missing:
            if missing.status == unlearning.NOT_FOUND and (
                says_empty(missing, self.facts.operation) or self._is_empty(missing, [*query, *total])
            ):
                page = Page((), None, None, missing.request_id, ends=True)
            elif self._drop_refused_filters(missing):
                return self.ask(None, bounds, counted=counted)
            else:
                raise
        if page.records:
            self.facts.context.with_rows.add(self.facts.operation.id)
        if self._moves_bounds(query, page):
            return self.ask(None, bounds, counted=counted)
        if self.size.name not in bounds and self.size.is_cut(page, first=not self.seen.pages):
            return self.ask(None, bounds, counted=counted)
        return page if page.records or not self._selects_by_ours([*query, *total], page) else self.ask(None, bounds)

    def count_without_filters(self) -> int | None:
        """Return how many rows the service counts in the list without filters; ``None`` if it does not count."""
        total = [("include_total", "true")] if self._counts else []
        return self._fetch([*total, *self.size.parameters]).total

    def _moves_bounds(self, query: Sequence[tuple[str, str]], page: Page) -> bool:
        """Whether the service leaves out rows near the bounds of a request, as a trial has shown since it was sent."""
        known = self.facts.names(BOUNDS)
        if page.documented and not self.facts.context.may_differ(0):
            return False
        with self._trial:
            for stem in stems_to_try(self.facts, query):
                self.facts.context.tried_bounds.add(stem)
                last = self.seen.last.records if self.seen.last is not None else ()
                rows = page.records or last or self._fetch(self.size.parameters).records
                learn_bounds(self.facts, stem, rows, lambda given: self._fetch([*given, *self.size.parameters]))
        return any(not text.endswith(KEPT) for text in self.facts.names(BOUNDS) - known)

    def _selects_by_ours(self, query: Sequence[tuple[str, str]], empty: Page) -> bool:
        """Whether a list is empty since the service takes parameters of ours for filters by fields of these names.

        Those without which rows come are left out from now on.
        """
        ours = [*(pair for pair in query if pair[0] in self._added & OURS), *self.size.parameters]
        # Lead fields are read beside each list of leads.
        differs = self.facts.operation.id != LEAD_FIELDS and self.may_differ(empty)
        if self.seen.pages or empty.next_cursor is not None or not ours or not differs:
            return False
        harmless = self.facts.operation.id in self.facts.context.with_rows or self.facts.value("rows_with_ours")
        if harmless and self.facts.names("applied").issuperset(self._filters):
            return False
        if not {*query} <= {*ours} and (rows := self._rows_with(ours)):
            self.facts.learn("rows_with_ours", True, "rows come with them")
            useless = [name for name in self._filters if self._finds_nothing(name, rows)]
            named = [name for name, _ in query if name in self.query.added - OURS and self._finds_nothing(name, rows)]
            learned = bool(named) and self.facts.context.client.learn_refused(self.facts.operation, named, "no rows")
            return self._apply_here(useless, "no rows come with it") or learned
        if not self._rows_with([]):
            return False  # the list is empty
        names = [pair[0] for pair in ours if not self._rows_with([pair])]
        client = self.facts.context.client
        return bool(names) and client.learn_refused(self.facts.operation, names, "no rows come with it")

    def _drop_refused_filters(self, refused: APIError) -> bool:
        """Whether filters are refused whatever their value, without a name; they are applied here from now on."""
        names = self._filters
        unnamed = refused.status in unlearning.REFUSED and not refused.details
        if not names or not (unnamed or refused.status in unlearning.MISSING) or self.seen.pages:
            return False
        rows = self._rows_with(self.size.parameters)
        refusing = [name for name in names if self._refuses_value(name, rows, refused)] if rows else []
        if rows and not refusing and not unnamed:  # ours may be refused so, beside filters that are not
            ours = [pair for pair in self.query.sent if pair[0] in self._added & OURS]
            ours += [("include_total", "true")] if self._counts else []
            refusing_ours = [pair[0] for pair in ours if not self._rows_with([pair])]
            client = self.facts.context.client
            return bool(refusing_ours) and client.learn_refused(self.facts.operation, refusing_ours, "refused alone")
        self._learn_wording(refused, refusing)
        return self._apply_here(refusing, f"it answers {refused.status}")

    def _learn_wording(self, refused: Exception, names: Sequence[str]) -> None:
        """Remember how the service refuses a name whatever its value."""
        if isinstance(refused, APIError) and len(names) == 1:
            self.facts.context.client.wordings |= {unlearning.wording_of(refused, names[0])} - {""}

    @property
    def _filters(self) -> list[str]:
        """Filters that are sent, and that can be applied here."""
        return sorted(self.query.rows.names & {name for name, _ in self.query.sent}) if self.query.rows else []

    def first_of_all(self, size: Mapping[str, str]) -> Page:
        """Request the first page of the list without filters, whose rows are not those of the reading."""
        return self._fetch([*size.items()])

    def _rows_with(self, query: Sequence[tuple[str, str]]) -> list[Mapping[str, Any]]:
        """Return the rows of a page; none where it is refused."""
        try:
            return [parse_strict_json(bytes(record)) for record in self._fetch([*query]).records]
        except APIError as refused:
            if refused.status in unlearning.REFUSED | unlearning.MISSING:
                return []
            raise

    def _apply_here(self, names: Sequence[str], evidence: str) -> bool:
        for name in names:
            self.facts.context.client.learn_refused(self.facts.operation, [name], evidence)
            self.query.apply_here(name, notice=True)
        return bool(names)

    def _refuses_value(self, name: str, rows: Sequence[Mapping[str, Any]], refused: APIError) -> bool:
        """Whether a filter is refused in the same way with the value of a row, which is certainly one that exists."""
        one = self._with_value_of(name, rows)
        if one is not None and {*one} <= {*self.query.sent}:
            return True  # the refused value
        try:
            return one is not None and not self._fetch([*one, *self.size.parameters])
        except APIError as again:
            return again.status == refused.status

    def _takes_a_value_of(self, name: str, refused: Exception) -> bool:
        """Whether a filter is taken with the value of a row: only another value of it is refused."""
        if not isinstance(refused, APIError):
            return False
        rows = self._rows_with([])
        return self._with_value_of(name, rows) is not None and not self._refuses_value(name, rows, refused)

    def _finds_nothing(self, name: str, rows: Sequence[Mapping[str, Any]]) -> bool:
        """Whether a filter finds no row by the value of one, as where a service takes it for a field of this name."""
        one = self._with_value_of(name, rows)
        if one is None or name in self.facts.names("applied"):
            return False
        if not self._rows_with([*one, *self.size.parameters]):
            return True
        self.facts.learn("applied", [name], "rows come with the value of one")
        return False

    def _with_value_of(self, name: str, rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]] | None:
        given = [pair for pair in self.query.sent if pair[0] == name]
        return next(filter(None, (matching_query(given, row) for row in rows)), None)

    def _is_empty(self, missing: APIError, query: Sequence[tuple[str, str]]) -> bool:
        """Whether a service answers 404 where no object matches: with the values of a row, it takes the filters."""
        names = sorted({name for name, _ in query})
        if OURS.issuperset(names):
            return False
        if self.facts.names("missing_if_empty").issuperset(names):
            return True
        with suppress(APIError):
            rows = (parse_strict_json(bytes(record)) for record in self._fetch(self.size.parameters).records)
            other = next(filter(None, (matching_query(query, row) for row in rows)), None)
            if other is not None and self._fetch([*other, *self.size.parameters]).records:
                self.facts.learn("missing_if_empty", names, f"{missing.status} where no row matches")
                return True
        return False

    def may_differ(self, first: Page) -> bool:
        """Whether the service may differ from our contract, by the first page."""
        return not first.documented or self.facts.context.may_differ(first.total if self._counts else 0)

    def _ask_next(self, query: list[tuple[str, str]], cursor: str, bounds: Mapping[str, str]) -> Page:
        """Request the page at a cursor, in the parameter that takes it: by the document, the response, or trial."""
        if cursor.startswith("?"):
            return self._ask_link(query, cursor, bounds)
        page: Page | None = None
        given, context = self._parameter, self.facts.context
        useless = cursor.isdecimal() and given in context.useless_parameters
        # By its count, the list is at its end, and this only makes sure of it.
        doubted = cursor.isdecimal() and self.seen.total is not None and self.seen.has_come(self.seen.total)
        for name in islice(self._cursor_names(cursor), 1 if useless else _FEW_NAMES if doubted else None):
            try:
                page = self._ask_in_size([*query, (name, cursor)])
            except APIError as refused:
                unknown = unlearning.UNKNOWN.search(f"{refused.code} {refused}") is not None
                about_name = unknown and not (bounds and self._is_about_others(refused))
                if not unlearning.may_refuse_a_name(refused) or (self._cursor_leads_on and not about_name):
                    raise
                continue
            if bounds or not page.records or not self._begins_list(page):
                if name != "cursor" and name != declared_name(self.facts.operation, CURSORS):
                    evidence = f"it leads on in {self.facts.operation.id}"
                    self.facts.learn_of_service("cursor_parameter", name, evidence)
                self._leading = (given, name)
                # Fewer rows than fit on a page, twice, and nothing but a cursor promises more: they are the last ones.
                short = not bounds and 0 < len(page.records) < self.seen.largest
                return _as_end(page) if short and page.bare_cursor and self._repeats(page) else page
            certain = self._leads_on_after_one or (self.facts.profile.value(_REPEATS) and not self._may_be_full)
            if certain and page.bare_cursor and len(page.records) == self.seen.rows:
                return _as_end(page)  # the only page again
        # A number that leads to the first page again is not taken; a cursor that does goes in a circle.
        numbered = page is None or page.number or (cursor.isdecimal() and page.records and self._begins_list(page))
        if page is not None and not numbered and (self._cursor_leads_on or not self._repeats(page)):
            return page  # or its first row changed
        if cursor.isdecimal():  # in the next list, it is not tried under all names again
            context.useless_parameters.add(given)
        # No parameter leads on: the rest is read by time.
        return Page((), None, None, None if page is None else page.request_id, promises_more=True)

    def _is_about_others(self, refused: APIError) -> bool:
        """Whether a refusal does not name the parameter in which a cursor has led on."""
        return self._leading is not None and not unlearning.mentions(refused, [self._leading[1]])

    @property
    def _may_be_full(self) -> bool:
        """Whether the only page may be as full as it can be: where its cursor is ignored, it is given again, too."""
        return is_round(self.seen.rows) or self.seen.rows >= (self.size.asked or self.seen.rows + 1)

    def repeats_last_page(self) -> bool:
        """Whether the service gives the last page again instead of an end: its cursor leads on after a page of one row.

        A cursor that leads from the only page to the same rows is then the end of the list. It is tried once for the
        service, and for a list whose only page may be full.
        """
        known = self.facts.profile.value(_REPEATS)
        if known is False or not self.size.of_one or (known and not self._may_be_full):
            return bool(known)
        try:
            one = self.ask(None, self.size.of_one, counted=False)
            following = self.ask(one.next_cursor, counted=False) if one.next_cursor and len(one.records) == 1 else None
        except APIError:
            return False
        if following is None:
            return False
        self._leads_on_after_one = bool(following.records) and id_of(one.records[0]) not in ids_of(following.records)
        self.facts.learn_of_service(
            _REPEATS, self._leads_on_after_one or bool(known), "after a page of one row, others follow"
        )
        return self._leads_on_after_one

    def _ask_link(self, query: list[tuple[str, str]], cursor: str, bounds: Mapping[str, str]) -> Page:
        """Request the page of a link, with the filters that it leaves out, unless these are refused beside it.

        A place in the list counts pages of one size, so that a link to a place is followed in the size asked for.
        """
        link = [pair for pair in parse_qsl(cursor[1:], keep_blank_values=True) if pair[0] not in bounds]
        named = {name for name, _ in link}
        others = [pair for pair in query if pair[0] not in named]
        sized = self.size.name in {*named, *bounds} or any(map(is_size, named))
        others += self.size.parameters if is_position(cursor) and not sized else []
        try:
            return self._ask_in_size([*others, *link], sized=True)
        except (BadRequestError, ValidationError):
            if bounds or not others:
                raise
        return self._ask_in_size(link, sized=True)

    @property
    def _cursor_leads_on(self) -> bool:
        """Whether a cursor has led to another page."""
        return self._leading is not None

    def _begins_list(self, page: Page) -> bool:
        """Whether a page begins with the row that the list begins with.

        Until a cursor has led on, the ids are compared: other fields may differ in each response. After that, a row
        that changes moves to the end of the list, and may begin a page there.
        """
        first, again = self.seen.first_record, page.records[0]
        if first is None:
            return False
        return bytes(again) == first if self._cursor_leads_on else id_of(again) == id_of(first)

    def _repeats(self, page: Page) -> bool:
        """Whether a page has the rows of the latest one, so that the service ignored its cursor."""
        last = self.seen.last
        return last is not None and ids_of(page.records) == ids_of(last.records)

    def _cursor_names(self, cursor: str) -> Iterator[str]:
        """Yield the parameters that may take a cursor, the most probable first: one that has led on, nearly always."""
        given, leading = self._parameter, self._leading
        if leading is not None and leading[0] == given:
            yield leading[1]
        yield from (name for name in self._possible_names(cursor, given) if leading != (given, name))

    def _possible_names(self, cursor: str, given: str) -> list[str]:
        """Return all names that are known for the parameter of a cursor: a number of rows is a place.

        Args:
            cursor: The cursor.
            given: Parameter that the latest response gives for it; empty without one.
        """
        declared = declared_name(self.facts.operation, CURSORS)
        theirs = declared if self.facts.context.operations.origin else None
        named = (name for name in self.facts.operation.query_parameters if are_alike(name, given))
        known = self.facts.profile.value("cursor_parameter")
        names = [
            next(named, None),  # in the document's own letters
            known if known and are_alike(known, given) else None,
            theirs,
            next((name for name in self._spelled if are_alike(name, given)), None),
            given,
            known,
            declared,
            *self._spelled,
            *OTHER_NAMES.get(given, ()),
            *("offset", *OTHER_NAMES["offset"]) * (cursor == str(self.seen.rows)),
            "cursor",
            *AFTER_ROW * self._is_last_row(cursor),
            *("start_cursor",) * any(fold(name) == "nextcursor" for name in self._spelled),  # as at Notion
            *(() if given in _PLACES and cursor.isdecimal() else (*CURSORS, *OTHER_CURSORS)),
        ]
        spelled = spellings_in(self.facts.profile.names("forms"))
        styled = [in_style_of(spelled, name) for name in names if name]
        folded = {fold(name) for name in names if name and self.facts.context.operations.origin and theirs is None}
        documented = [name for name in self.facts.operation.query_parameters if fold(name) in folded]
        return list(dict.fromkeys(name for name in (names[0], *documented, *names, *styled) if name))

    def _is_last_row(self, cursor: str) -> bool:
        """Whether a cursor is the id of the last row of the latest page."""
        last = self.seen.last
        return last is not None and bool(last.records) and str(id_of(last.records[-1])) == cursor

    def _ask_in_size(self, query: list[tuple[str, str]], *, sized: bool = False) -> Page:
        while True:
            try:
                return self._fetch([*query, *([] if sized else self.size.parameters)])
            except (APIError, ResponseTooLargeError) as refused:
                if isinstance(refused, APIError) and not unlearning.may_refuse_a_name(refused):
                    raise
                unknown = self._drop_unknown_filter(refused, query)
                if unknown is not None:
                    query = [pair for pair in query if pair[0] != unknown]
                elif sized and self.size.refuses_one(refused, query):
                    query, sized = [pair for pair in query if pair[0] != self.size.name], False
                elif sized or not self.size.reduce(refused, accepted=self.seen.pages > 0):
                    raise

    def _drop_unknown_filter(self, refused: Exception, query: list[tuple[str, str]]) -> str | None:
        """Return the filter that the service does not have, which is applied here from now on; ``None`` for another."""
        if self.seen.first_record is not None:
            return None
        name = self.query.refused_name(refused, tuple(query), self.facts.context.client.wordings)
        if name is None and self.query.refuses_time(refused, query):
            self.reads_all_times = True
            self.facts.say(f"this service refuses this time for {AFTER}: all rows are read, and filtered here")
            return AFTER
        certain = name is not None and self.query.names_parameter(refused, name)
        if name is not None and name != AFTER and not certain and self._takes_a_value_of(name, refused):
            return None  # "unknown status" is about the word, and rows show only the words that the service has
        if name is not None:
            self._learn_wording(refused, [name])
            client, evidence = self.facts.context.client, f"it answers {getattr(refused, 'status', '')}"
            client.learn_refused(self.facts.operation, [name], evidence)
            if name == AFTER:
                self.facts.learn("ignored", [name], evidence)
                self.facts.say(f"this service refuses {AFTER}: all rows are read, and filtered here")
            else:
                self.query.apply_here(name, notice=True)
        return name

    def _fetch(self, query: list[tuple[str, str]]) -> Page:
        begun = monotonic()
        operation, context = self.facts.operation, self.facts.context
        reply = context.client.send(Call(operation, self._path, tuple(query), added=self._added))
        page = envelope.page(reply)
        if operation.id == LEADS and not self.seen.pages and page.records and "id" not in _first_row(page):
            raise ProtocolError(
                "the leads have no id by a known name, so that one cannot be distinguished from another",
                request_id=page.request_id,
                repair="compare a lead with the contract by `pb2b contract`, and report this to support",
            )
        self.sent_twice = self.sent_twice or reply.attempts > 1
        self._parameter, self._spelled = page.parameter or self._parameter, page.names or self._spelled
        if page.forms:
            self._learn_forms(page.forms)
        if operation.id == LEAD_FIELDS and flat_values.have_prefix(page.records):
            page = replace(page, records=self._with_keys_of_leads(page.records))
        if page.next_cursor is not None and is_link(page.next_cursor):
            following = query_of_link(page.next_cursor, context.client.base_url + self._path)
            ours = {theirs: name for name, theirs in operation.query_names}
            page = replace(page, next_cursor="?" + urlencode([(ours.get(n, n), value) for n, value in following]))
        if page.promises_more and page.next_cursor is None and page.records and self.facts.has(AFTER_ID):
            page = replace(page, next_cursor=str(id_of(page.records[-1])), parameter=AFTER_ID)
        context.latencies.append(monotonic() - begun)
        self.sent += 1
        self.ids += [page.request_id] if page.request_id else []
        return page

    def _with_keys_of_leads(self, records: Sequence[Any]) -> Sequence[Any]:
        """Return lead fields with the keys that custom fields have in leads, where these are beside the others."""
        context, known = self.facts.context, self.facts.profile
        if flat_values.known_prefix(known.names("forms")) is None and (of := context.operations.get(LEADS)) is not None:
            with suppress(ProspectB2BError):  # a lead shows the form
                self._learn_forms(envelope.page(context.client.send(Call(of, of.path))).forms)
        prefix = flat_values.known_prefix(known.names("forms"))
        if prefix is None:
            return records
        self._learn_forms(frozenset({flat_values.KEYS_WITH_PREFIX}))
        return flat_values.without_prefix(records, prefix)

    def _learn_forms(self, forms: frozenset[str]) -> None:
        """Remember in which form of its own the service gives objects, and print it once."""
        new = forms - self.facts.profile.names("forms")
        if new:
            self.facts.learn_of_service("forms", new, f"objects of {self.facts.operation.id}")
            level = logging.WARNING if NAIVE_TIMES in new else logging.INFO
            notices.say(f"this service gives objects in a form of its own: {_some_of(new)}", level)


def _first_row(page: Page) -> Any:
    return parse_strict_json(bytes(page.records[0]))


def _as_end(page: Page) -> Page:
    """Return the page after the last one for a page that is the last one again."""
    return replace(page, records=(), next_cursor=None, promises_more=False, ends=True)


def _some_of(forms: frozenset[str]) -> str:
    """Return forms for a notice, the names that the service spells in its way by one of them."""
    names = spellings_in(forms)
    found = sorted(form for form in forms if form not in {f"{ours} as {theirs}" for ours, theirs in names.items()})
    if names:
        ours = min(names)
        found.append(f"{len(names)} names such as {names[ours]} for {ours}")
    return ", ".join(found)
