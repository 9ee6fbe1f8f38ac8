"""Whether the rows of a list come in the order that was asked for: a service may ignore the order, or refuse it."""

from __future__ import annotations

from pb2b_notebook.api.http.adaptation import unlearning
from pb2b_notebook.api.http.responses.envelope import Page
from pb2b_notebook.api.lists import completeness, windows
from pb2b_notebook.api.lists.parameters import AFTER, NEWEST_FIRST, OLDEST_FIRST
from pb2b_notebook.api.lists.requests.page_requests import PageRequests
from pb2b_notebook.api.lists.requests.page_sizes import FEW_ROWS
from pb2b_notebook.api.lists.trials.probes import begins_with
from pb2b_notebook.api.lists.windows import UnreliableWindowsError, instant
from pb2b_notebook.errors import APIError


class RowOrder:
    """The order of the rows of one reading.

    Args:
        requests: Requests of the list.
        newest: Whether the newest rows are wanted, though the operation takes no order.
        limited: Whether a part of the list is wanted.
    """

    def __init__(self, requests: PageRequests, *, newest: bool, limited: bool) -> None:
        self._requests, self._facts, self._query = requests, requests.facts, requests.query
        self._newest, self._limited = newest, limited

    @property
    def wanted(self) -> str | None:
        """The order in which rows are wanted; ``None`` for that of the service."""
        return NEWEST_FIRST if self._newest and self._query.order is None else self._query.order

    def differs(self, first: Page) -> bool:
        """Whether the service refuses or ignores the order that was asked for, by the first page.

        Of a list that is proven to be one page, only the rows count.
        """
        if self.wanted not in {NEWEST_FIRST, OLDEST_FIRST} or not self._facts.rows_have_times:
            return False
        newest_first = completeness.is_newest_first(first.records)
        ordered = newest_first is None or newest_first == (self.wanted == NEWEST_FIRST)
        if not ordered and not self._facts.refuses("order") and not self._newest:
            self._learn("ignored", "rows in another order")
        # Such rows may be the first ones, whatever their time is: later ones may follow.
        timeless = self._facts.has_timeless or (first.records and windows.is_timeless(first.records[-1]))
        if ordered and not timeless and self._is_applied(first):
            return False
        return not ordered or self._requests.seen.verdict() != "proven"

    def _is_applied(self, first: Page) -> bool:
        """Whether the service applies the order: tried once if the rows may be in this one by chance."""
        facts = self._facts
        if facts.refuses("order") or self._newest or facts.ignores("order"):
            return False
        tried = self._requests.seen.verdict() == "proven" or "order" in facts.names("applied")
        if tried or not self._limited or not first.records or not self._requests.may_differ(first):
            return True
        if len(first.records) >= FEW_ROWS and not completeness.is_by_creation(first.records):
            self._learn("applied", "rows in it, and not in that of their creation")
            return True
        other = OLDEST_FIRST if self.wanted == NEWEST_FIRST else NEWEST_FIRST
        try:
            same = begins_with(self._requests, first.records[0], {"order": other})
        except APIError as refused:
            if not unlearning.may_refuse_a_name(refused):
                raise
            same = False  # it reads the value
        self._learn("ignored" if same else "applied", "the first row in the opposite order")
        return not same

    def _learn(self, fact: str, evidence: str) -> None:
        self._facts.learn(fact, ["order"], evidence)

    def can_look_back(self, first: Page) -> bool:
        """Whether a filter by time finds the newest rows: not where rows have no time of change."""
        if not self._facts.has(AFTER) or any(name == AFTER for name, _ in self._query.sent):
            return False
        if self._facts.has_timeless:
            return False
        try:
            return bool([instant(record) for record in first.records])
        except UnreliableWindowsError:
            return False
