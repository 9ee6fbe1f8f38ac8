"""Select the rows of a page that match the filters, also where the service does not apply one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from pb2b_notebook.api.http.adaptation import time_forms
from pb2b_notebook.api.http.responses.envelope import Page
from pb2b_notebook.api.lists import windows
from pb2b_notebook.api.lists.parameters import AFTER
from pb2b_notebook.api.lists.requests.page_requests import PageRequests
from pb2b_notebook.api.lists.requests.places import id_of
from pb2b_notebook.api.lists.requests.row_filters import is_impossible, other_value
from pb2b_notebook.api.lists.windows import UnreliableWindowsError
from pb2b_notebook.errors import APIError, InvalidParameterError, ProtocolError


class RowSelection:
    """The rows of one reading that match its filters.

    Attributes:
        uncounted: Whether the service's count has rows that are left out here.
        is_unsure: Whether rows are kept that are within a bound of time only by digits that the service does not show.
    """

    def __init__(self, requests: PageRequests) -> None:
        self._requests, self._facts, self._query = requests, requests.facts, requests.query
        self.uncounted = self.is_unsure = False

    def select(self, page: Page) -> Page:
        """Return the page with the rows that match.

        Raises:
            InvalidParameterError: The service ignores a filter, and its rows do not show what it is about.
        """
        return self._within_times(self._matching(self._changed_after(self._without_deleted(page))))

    def _matching(self, page: Page) -> Page:
        """Return the page with the rows that match the filters which the service ignores."""
        rows = self._query.rows
        if rows is None or not page.records:
            return page
        masks = rows.masks(page.records)
        hidden = rows.hidden_names(masks)
        applied = self._query.applied
        doubtful = [name for name, mask in masks.items() if name not in applied and not mask.all()]
        for name in (*doubtful, *hidden):
            if name in applied or self._is_ignored(name):
                if name in hidden:
                    raise self._not_shown(name)
                self._facts.learn("ignored", [name], "the same rows for any value")
                self._query.apply_here(name, notice=True)
        used = [mask for name, mask in masks.items() if name in applied]
        if not used:
            return page
        self.uncounted = True
        return replace(page, records=[r for r, *fits in zip(page.records, *used, strict=True) if all(fits)])

    def _without_deleted(self, page: Page) -> Page:
        if not self._query.hides_deleted:
            return page
        self.uncounted = True
        return replace(page, records=[record for record in page.records if not windows.is_deleted(record)])

    def _within_times(self, page: Page) -> Page:
        """Return the page without rows outside of bounds of time, which a service may read in its own way."""
        sent, profile = self._query.sent, self._facts.profile
        wider = time_forms.widened_bounds(sent, profile.value("time_form"), profile.names(time_forms.BOUNDS))
        bounds = time_forms.bounds_of(sent) if self._requests.seen.differs else wider
        if not bounds:
            return page
        rows = [(record, _times_at(bounds, record)) for record in page.records]
        kept = [(record, times) for record, times in rows if time_forms.within(bounds, times, cut=self._are_cut)]
        self.uncounted = self.uncounted or bool(wider) or len(kept) < len(page.records)
        self.is_unsure = self.is_unsure or not all(time_forms.within(bounds, times, cut=None) for _, times in kept)
        return replace(page, records=[record for record, _ in kept])

    def _changed_after(self, page: Page) -> Page:
        """Return the page without rows of earlier changes, where the service ignores the filter, or rounds its time.

        The filter is documented: of a service that keeps to the contract, the ends of a page are compared with it.
        Deleted rows stay, whose deletion may be no change.

        Raises:
            InvalidParameterError: The service ignores the filter, and its rows have no time of their change.
        """
        since, ignored = dict(self._query.sent).get(AFTER), self._facts.ignores(AFTER) or self._requests.reads_all_times
        applied = self._knows_applied(AFTER) and not self._requests.reads_all_times
        if since is None or not page.records:
            return page
        differs = self._requests.seen.differs
        if not (ignored or differs):
            ends = (page.records[0], page.records[-1])
            if all(_shows_change(record) and _may_be_changed_after(since, record, cut=False) for record in ends):
                return page
        kept = [record for record in page.records if _may_be_changed_after(since, record, cut=self._are_cut)]
        shown = len(kept) < len(page.records) or any(map(_shows_change, kept))
        if shown and len(kept) == len(page.records):
            return page
        if applied or (not ignored and not self._is_ignored(AFTER)):  # it may take no more than the day of a time
            self.uncounted = self.uncounted or len(kept) < len(page.records)
            return replace(page, records=kept)
        new = not self._requests.reads_all_times and self._facts.learn(
            "ignored", [AFTER], "the same rows for any value"
        )
        if not shown:
            raise self._not_shown(AFTER)
        if new:
            self._facts.say(f"this service does not filter by {AFTER}: all rows are read, and filtered here")
        self.uncounted = True
        return replace(page, records=kept)

    @property
    def _are_cut(self) -> bool:
        """Whether times are read in another form, which cuts them to milliseconds."""
        return any(form.startswith("times ") for form in self._facts.profile.names("forms"))

    def _not_shown(self, name: str) -> InvalidParameterError:
        return InvalidParameterError(
            f"{self._facts.operation.id}: this service ignores the filter {name}, and its rows do not show it",
            repair="leave it out, and select the rows that you need",
        )

    def _knows_applied(self, name: str) -> bool:
        return name in self._facts.names("applied")

    def _is_ignored(self, name: str) -> bool:
        """Whether the service gives the same rows for a value that no row has; asked once."""
        first = self._requests.seen.first_record
        if self._knows_applied(name) or first is None:
            return False
        given = [value for each, value in self._query.sent if each == name]
        try:
            other = other_value(name, self._facts.operation.parameter(name), given)
            page = self._requests.ask(None, {name: other, **self._requests.size.of_one}, counted=False)
            ignored = bool(page.records) and (is_impossible(other) or id_of(page.records[0]) == id_of(first))
        except (APIError, ProtocolError):
            ignored = False  # it reads the value
        if not ignored:
            self._facts.learn("applied", [name], "other rows for a value that none has")
        return ignored


def _may_be_changed_after(since: str, record: Any, *, cut: bool) -> bool:
    """Whether a row may have changed after a time: not one whose latest change certainly is earlier."""
    with suppress(UnreliableWindowsError, ValueError):
        return windows.may_be_after(record, datetime.fromisoformat(since), cut=cut) or windows.is_deleted(record)
    return True


def _times_at(bounds: Sequence[tuple[str, datetime]], record: Any) -> list[datetime | None]:
    """Return the time of a record that each bound is about; ``None`` for a change of one that is deleted: see above."""
    times = windows.times_of(record, [f"{name.rpartition('_')[0]}_at" for name, _ in bounds])
    if not windows.is_deleted(record):
        return times
    return [None if name == AFTER else time for (name, _), time in zip(bounds, times, strict=True)]


def _shows_change(record: Any) -> bool:
    """Whether a row has a time of its latest change or creation."""
    with suppress(UnreliableWindowsError):
        return bool(windows.change_time(record))
    return False
