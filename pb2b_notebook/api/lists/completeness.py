"""Whether the pages that were read are proven to be the whole list. Pure.

A list is complete if a response says that no page follows, or if the service's total is reached. A service that gives
cursors ends a list with a page that has none. Without any such sign, a page with fewer rows than an earlier one is the
last one; the number of rows of the only page proves nothing, whatever it is: it may be the service's limit.

Where pages are places in the list (numbers or offsets), a row that goes moves all later ones up, and the next page
leaves one out. No count shows it: the row that went was counted. Such a list is complete if nothing changed while it
was read, or if reading its pages again, the last one first, finds no other row: rows move to pages still to be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pb2b_notebook.api.http.responses.envelope import Page, Raws
from pb2b_notebook.api.lists import windows
from pb2b_notebook.api.lists.windows import OVERLAP, SECOND, UnreliableWindowsError, change_time, time_text

Verdict = Literal["proven", "unproven", "short"]
_ROUND: Final = 5
_CAP: Final = 10
_MANY_MORE: Final = 10
"""Least rows more than a count that are not those of a user who creates some meanwhile."""
"""Counts that are multiples of this may be the most that a service counts."""
_USUAL_CAP: Final = 100
_CAPS: Final = re.compile("(?:1|2|25|5)0+|9{3,}")
"""Limits that services have, of 20 rows to 10,000 and more."""
_POWERS: Final = frozenset({16, 32, 64, 128, 256, 512, 1024})


@dataclass(slots=True)
class Evidence:
    """What was seen of the pages of one list.

    Attributes:
        asked: Rows that a page was asked for; ``None`` without such a parameter.
        gives_cursors: Whether the service is known to give a cursor wherever a page follows.
        came: Number of rows that came.
        count_repeated: Returns how many of them an earlier page had, where pages may overlap.
        largest: Rows of the largest page.
        total: The service's latest count.
        pages: Number of pages.
        counts: All counts of the whole list.
        first_record: The row with which the list begins.
        differs: Whether the service may differ from our contract, as the first page shows.
        counts_all: Whether the count is certainly not that of one page.
        unlisted: Number of rows that the service is shown to count and not to list.
        cuts: Rows that cut the list in parts of nearly a page, and how many rows had come with each, where the service
            may differ and counts.
    """

    asked: int | None = None
    gives_cursors: bool = False
    came: int = 0
    count_repeated: Callable[[], int] = field(default=lambda: 0, repr=False)
    largest: int = 0
    total: int | None = None
    pages: int = 0
    last: Page | None = field(default=None, repr=False)
    counts: set[int] = field(default_factory=set)
    first_record: bytes | None = field(default=None, repr=False)
    differs: bool = False
    counts_all: bool = False
    unlisted: int = 0
    cuts: list[tuple[bytes, int]] = field(default_factory=list, repr=False)

    def add(self, page: Page, new: int | None = None, *, part: bool = False) -> None:
        """Record a page.

        Args:
            page: The page.
            new: Number of its rows that no earlier page had; ``None`` for all.
            part: Whether it is of a part of the list, which has a count of its own.
        """
        self.last = page
        if self.first_record is None and page.records:
            self.first_record = bytes(page.records[0])
        self.pages += 1
        self.came += len(page.records) if new is None else new
        self.largest = max(self.largest, len(page.records))
        if not part and page.total is not None:
            self.total = page.total
            self.counts.add(page.total)
        if not part and self.differs and self.total is not None:
            self._cut(page.records)
        self.gives_cursors = self.gives_cursors or page.next_cursor is not None

    def _cut(self, records: Raws) -> None:
        """Keep a row for each page less one row: a request for those between two has room for more."""
        step, last = max(1, self.largest - 1), self.cuts[-1][1] if self.cuts else 0
        for came in range(max(last + step, self.came - len(records) + 1), self.came + 1, step):
            self.cuts.append((bytes(records[came - self.came - 1]), came))

    @property
    def rows(self) -> int:
        """Number of rows so far, without repeated ones where pages overlap."""
        return self.came - self.count_repeated()

    def has_come(self, count: int) -> bool:
        """Whether this many rows have come; to count repeated ones after each page would take as long as to read it."""
        return self.came >= count and self.rows >= count

    def verdict(self) -> Verdict:
        """Return ``proven`` complete; ``short`` of a promise or a total; or ``unproven``.

        >>> from pb2b_notebook.api.http.responses.envelope import Page
        >>> found = Evidence(asked=500)
        >>> found.add(Page([b"{}"] * 100, None, None, None))
        >>> found.verdict()
        'unproven'
        >>> found = Evidence()
        >>> found.add(Page([b"{}"] * 7, "c7", 7, None))
        >>> found.add(Page([], None, None, None, promises_more=True))
        >>> found.verdict()
        'short'
        """
        if self.last is None:
            return "unproven"
        if self.total is not None and not self.has_come(self.total):
            return "short"
        if self.last.ends:
            return "proven"
        rows = len(self.last.records)
        again = self.last.open_end and rows > 0
        counted = self.rows == self.total and (self.pages > 1 or not rows) and not again
        if self.last.promises_more and (rows or not counted or self.may_count_page):
            return "short"
        if counted:
            return "proven"
        # What a service calls the total of its only page may be the number of rows on that page.
        proven = self.gives_cursors or rows < self.largest or (not rows and not self.last.absent)
        return "proven" if proven and not self.last.open_end else "unproven"

    @property
    def may_count_page(self) -> bool:
        """Whether the count may be that of the only page with rows, which is what some services call the total."""
        return 1 < self.rows == self.largest and not self.counts_all

    @property
    def ends_above_its_count(self) -> bool:
        """Whether the cursors led to many more rows than each page counts: its counts may be estimates.

        Rows that are created while a list is read are some more.
        """
        cursors_ended = self.gives_cursors and self.last is not None and not self.last.promises_more
        many = cursors_ended and len(self.counts) == 1 and self.pages > 1
        return many and self.rows - max(self.counts) >= max(_MANY_MORE, max(self.counts) / 10)

    @property
    def is_probable(self) -> bool:
        """Whether a list without proof is probably whole: its only page has a total of its own, and is not full."""
        if self.last is None or self.rows != self.total:
            return False
        rows = len(self.last.records)
        full = self.asked is not None and rows >= self.asked
        return not full and not is_round(rows)

    @property
    def text(self) -> str:
        """What was seen, for a message."""
        seen = f"{self.rows:,} rows came"
        if self.total is not None and self.total > self.rows:
            unlisted = f", of which {self.unlisted:,} are counted but not listed" if self.unlisted else ""
            return f"{seen} of {self.total:,} that the service counts{unlisted}, and no cursor"
        if self.last is not None and self.last.unfinished:
            return f"{seen}, and the service answered {self.last.unfinished}, by which they may be a part of the list"
        if self.last is not None and self.last.promises_more:
            return f"{seen}, and the last page says that more rows follow, without a cursor"
        if self.last is not None and self.last.open_end and self.last.absent:
            return f"{seen}, a number that may be the most that the service counts, and no parameter leads further"
        if self.last is not None and self.last.open_end:
            pages = "pages with rows that had come" if self.last.records else "empty pages"
            return f"{seen}, and then only {pages}, each with another cursor"
        return f"{seen}, the last {len(self.last.records) if self.last else 0:,} on a page without any sign of an end"


def may_be_capped(page: Page, seen: Evidence, *, counted: bool = False) -> bool:
    """Whether a full page may be the last one that a service lists or counts, as that of the first 10,000 rows is.

    Args:
        page: The page.
        seen: What was seen of the pages before it.
        counted: Whether the page is counted among them already.
    """
    rows = seen.rows + (0 if counted else len(page.records))
    full = bool(page.records) and len(page.records) >= seen.largest
    counts = [rows if page.total is None else page.total, page.last or 0]
    wrong = (page.total is not None and rows > page.total) or 0 < (page.last or 0) < seen.pages + (not counted)
    # A cursor that ends is a sign of its own: only the usual limits are doubted then.
    counts = [n for n in counts if not counted or n % _USUAL_CAP == 0]
    several = seen.pages + (not counted) > 1
    limited = not counted and bool(page.records) and several and _CAPS.fullmatch(str(rows)) is not None
    return limited or (full and (wrong or any(map(may_be_limit, counts))))


def may_be_limit(count: int) -> bool:
    """Whether a count may be the most that a service counts.

    >>> may_be_limit(10_000), may_be_limit(50), may_be_limit(57)
    (True, True, False)
    """
    return count > 0 and (count % _CAP == 0 or _CAPS.fullmatch(str(count)) is not None)


def is_round(rows: int) -> bool:
    """Whether a number of rows may be the size of a page that a service chose."""
    return rows % _ROUND == 0 or rows in _POWERS


def next_bounds(records: Iterable[Any], *, after: str, before: str | None) -> dict[str, str] | None:
    """Return the parameter that reads on from a page by time of change; ``None`` if its rows are in no such order.

    Args:
        records: Raw records of the page.
        after: Name of the filter with the lower bound.
        before: Name of the filter with the upper bound; ``None`` without one.
    """
    try:
        times = [change_time(record) for record in records]
    except UnreliableWindowsError:
        return None
    if not times or times[0] == times[-1]:
        return None
    # Times that are shown in whole seconds may be kept finer.
    overlap = SECOND if all(time % SECOND == 0 for time in times) else OVERLAP
    if times == sorted(times):
        return {after: time_text(times[-1] - overlap)}
    if times == sorted(times, reverse=True) and before is not None:
        return {before: time_text(times[-1] + overlap)}
    return None


def is_newest_first(records: Iterable[Any]) -> bool | None:
    """Whether the rows are in descending order of their last change; ``None`` if one time is all that they show.

    A row that never changed counts by the time of its creation; rows without times do not count.
    """
    times = []
    for record in records:
        try:
            times.append(change_time(record))
        except UnreliableWindowsError:
            continue
    if len(set(times)) < 2:  # noqa: PLR2004 - one time has no order
        return None
    return times == sorted(times, reverse=True)


def is_by_creation(records: Iterable[Any]) -> bool:
    """Whether rows may as well be in the order of their creation, by which many services list whatever is asked for."""
    times = [windows.creation_time(record) for record in records]
    known = [time for time in times if time is not None]
    return len(known) < len(times) or known in (sorted(known), sorted(known, reverse=True))


def bounds_around(record: Any, *, after: str, before: str | None) -> dict[str, str]:
    """Return the bounds of time that hold one record, which has a time."""
    at = change_time(record)
    return {after: time_text(at - OVERLAP)} | ({} if before is None else {before: time_text(at + OVERLAP)})
