"""Decide where to cut a list into windows of time that are read in parallel; ``parallel.py`` reads them.

Cursors form a chain: each page names the next one, so reading a list takes its number of pages times the latency. Each
window of ``updated_after``/``updated_before`` is a chain of its own. How the rows are spread over time is not known in
advance, so the first cut is into equal spans. The first page of each window comes with the service's count of it, and a
thread that is done takes the later half of the window with most rows left. Only rows later than the current page can
be given away: the thread that reads the window then stops earlier, and its cursor stays valid.

Neither the count nor the instant of the newest row is needed. A window without a count is assumed to hold some times
what was read of it, at the pace of its latest page, and not more than fits before its end: where it holds more, it is
cut again while it is read. So is the newest window, which has no end.

Instants are whole milliseconds since 1970, as in the API. A window owns the rows whose ``updated_at`` is later than
``after`` and not later than ``until``, and requests a millisecond more on both sides: it then gets all its rows
whichever bound the service includes and however it rounds. Rows that belong to its neighbours are dropped. Where a
service shows whole seconds, it may keep finer times: the bounds are whole seconds then, and a second wider.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http import HTTPStatus
from math import ceil
from typing import Any, Final, NamedTuple

from pb2b_notebook.api.http.responses.envelope import Page
from pb2b_notebook.errors import APIError, CursorExpiredError, RateLimitError
from pb2b_notebook.times import iso

OVERLAP = 1  # millisecond
SECOND = 1000  # milliseconds
MOST = 8
UNCOUNTED = 50  # assumed pages of a list that the service does not count
NEAR = 0.015  # seconds: below this latency, decoding a page takes longer than waiting for it
WORTH_IT = 0.25  # seconds: a read of this length is not worth parallel windows
FRUITLESS = 8  # (nearly) empty windows that are accepted; for long lists, a tenth of the pages that were read
AHEAD = 8  # an uncounted window is assumed to hold this many times what was read of it
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Placed(NamedTuple):
    """A page and its place: pages belong in the order of their places, whatever the order they came in."""

    place: tuple[float, int]
    page: Page


class UnreliableWindowsError(Exception):
    """The service does not keep to the order or the bounds that windows of time need. Never leaves this package.

    Its text says what was seen, for a notice.

    Attributes:
        may_pass: Whether it may be a fault of the moment, and not a property of the service.
    """

    def __init__(self, seen: str, *, may_pass: bool = False) -> None:
        super().__init__(seen)
        self.may_pass = may_pass


def instant(record: Any) -> int:
    """Return when a record was last changed, in whole milliseconds since 1970.

    Raises:
        UnreliableWindowsError: The record has no ``updated_at`` that is a time with a zone.
    """
    import msgspec

    try:
        return milliseconds(datetime.fromisoformat(_decoder_of_changes().decode(record).updated_at))
    except (msgspec.MsgspecError, ValueError, TypeError, OverflowError):
        raise UnreliableWindowsError("its rows have no updated_at with a time zone") from None


def is_timeless(record: Any) -> bool:
    """Whether a record has only the time of its creation: some services set the other one when an object changes."""
    with suppress(UnreliableWindowsError):
        change_time(record)
        return not _decoder_of_both().decode(record).updated_at
    return False


def is_deleted(record: Any) -> bool:
    """Whether a record has a time of its deletion."""
    import msgspec

    with suppress(msgspec.MsgspecError):
        return _decoder_of_deletions().decode(record).deleted_at is not None
    return False


def change_time(record: Any) -> int:
    """Return when a record was last changed, as :func:`instant`; one without ``updated_at``, when it was created.

    Raises:
        UnreliableWindowsError: It has neither time with a zone.
    """
    return milliseconds(_latest_change(record))


def may_be_after(record: Any, bound: datetime, *, cut: bool) -> bool:
    """Whether a record may have changed after a time: it may be later by the digits that it does not show.

    Args:
        record: Record with the time of its change.
        bound: Time with a zone.
        cut: Whether the time may be cut to milliseconds, as it is where it is read in another form.

    Raises:
        UnreliableWindowsError: As for :func:`change_time`.
    """
    changed = _latest_change(record)
    if not changed.microsecond:  # the service may keep finer times than it shows
        return changed > bound - timedelta(seconds=1)
    return changed > bound - timedelta(milliseconds=cut and not changed.microsecond % 1000)


def _latest_change(record: Any) -> datetime:
    import msgspec

    try:
        times = _decoder_of_both().decode(record)
        changed = datetime.fromisoformat(times.updated_at or times.created_at)
        milliseconds(changed)
    except (msgspec.MsgspecError, ValueError, TypeError, OverflowError):
        raise UnreliableWindowsError("its rows have neither updated_at nor created_at with a time zone") from None
    return changed


def times_of(record: Any, fields: Iterable[str]) -> list[datetime | None]:
    """Return the times of some fields of a record; ``None`` for one that is not a time with a zone."""
    import msgspec

    values, found = msgspec.json.decode(record), list[datetime | None]()
    for field_name in fields:
        time = None
        with suppress(ValueError, TypeError):
            time = datetime.fromisoformat(values.get(field_name))
        found.append(time if time is not None and time.tzinfo else None)
    return found


def creation_time(record: Any) -> int | None:
    """Return when a record was created, in whole milliseconds since 1970; ``None`` without a time with a zone."""
    import msgspec

    with suppress(msgspec.MsgspecError, ValueError, TypeError, OverflowError):
        return milliseconds(datetime.fromisoformat(_decoder_of_both().decode(record).created_at))
    return None


def are_whole_seconds(records: Iterable[Any]) -> bool:
    """Whether no record shows a part of a second: the service may keep finer times than it shows."""
    try:
        return all(instant(record) % SECOND == 0 for record in records)
    except UnreliableWindowsError:
        return False


def milliseconds(time: datetime) -> int:
    """Return a time in whole milliseconds since 1970."""
    return (time - _EPOCH) // timedelta(milliseconds=1)


def time_text(instant: int) -> str:
    """Return an instant in milliseconds since 1970 as the text of a filter."""
    return iso(datetime.fromtimestamp(instant / 1000, UTC))


@cache
def _decoder_of_changes() -> Any:
    import msgspec

    return msgspec.json.Decoder(msgspec.defstruct("Changed", [("updated_at", str)]))


@cache
def _decoder_of_deletions() -> Any:
    import msgspec

    return msgspec.json.Decoder(msgspec.defstruct("Deleted", [("deleted_at", Any, None)]))


@cache
def _decoder_of_both() -> Any:
    import msgspec

    times = [(name, str | None, None) for name in ("updated_at", "created_at")]
    return msgspec.json.Decoder(msgspec.defstruct("ChangedOrCreated", times))


def refusal_of_bounds(problem: BaseException) -> UnreliableWindowsError | None:
    """Return that a service which answered the first page may refuse the windows; ``None`` if not they are refused."""
    if not isinstance(problem, APIError) or isinstance(problem, CursorExpiredError | RateLimitError):
        return None
    if problem.status == HTTPStatus.UNAUTHORIZED or problem.status > HTTPStatus.NOT_IMPLEMENTED:
        return None
    if problem.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return UnreliableWindowsError("it answers one by status 500", may_pass=True)
    return UnreliableWindowsError("it refuses bounds of updated_at")


def choose(latency: float, pages: int, left: int | None, limit: int | None, window: float) -> int:
    """Return how many windows to read in parallel: 1 for none, at most 8, and no more than are useful.

    Where the rate limit is the bottleneck, more connections save no time.

    Args:
        latency: Seconds from a request to its response.
        pages: Pages that are still to be read.
        left: Requests that may be sent now, where the service reports it.
        limit: Requests in a window of the rate limit, where the service reports it.
        window: Length of that window in seconds.

    >>> choose(0.04, 200, left=590, limit=600, window=60)
    8
    >>> choose(0.001, 200, left=590, limit=600, window=60)
    1
    >>> choose(0.04, 2000, left=500, limit=600, window=60)
    1
    """
    if latency < NEAR:
        return 1
    over = 0 if left is None or limit is None else max(0, pages - left)
    waiting = window * ceil(over / limit) if over and limit else 0.0
    return max(1, min(MOST, ceil(pages * latency / max(WORTH_IT, waiting)), pages // 2))


@dataclass(slots=True, eq=False)
class Window:
    """A span of time that one chain of cursors reads.

    Attributes:
        after: Instant after which rows are its own; ``None`` for no lower bound.
        until: Instant up to which rows are its own; ``None`` for no upper bound.
        size: Rows that its first request covers: the service's count, before that an estimate.
        counted: Whether the service counted them.
        begun: Whether its first request was sent.
        reached: Latest instant that was read.
        pace: Milliseconds from row to row, on the latest page.
        read: Rows read so far.
        done: Whether nothing is left to read.
        given: Windows that were cut off its end after its first request; its size still counts their rows.
        giver: Window that this one was cut off from.
    """

    after: int | None
    until: int | None
    size: float
    counted: bool = False
    begun: bool = False
    reached: int | None = None
    pace: float | None = None
    read: int = 0
    done: bool = False
    given: list[Window] = field(default_factory=list)
    giver: Window | None = None

    @property
    def left(self) -> float:
        """Estimated number of rows that are still to come."""
        if self.counted or self.pace is None or self.reached is None:
            return max(0.0, self.size - self.read - sum(other.size for other in self.given))
        fitting = (self.until - self.reached) / self.pace if self.pace and self.until is not None else float("inf")
        return min(AHEAD * self.read, fitting)


class Plan:
    """The windows of one list, oldest first; only the first one before :meth:`cut`.

    Args:
        first: Window over the whole list, of which the first page was read.
        page: Rows per page.
        overlap: Milliseconds that a window requests more on both sides; borders are multiples of it.
    """

    def __init__(self, first: Window, page: int, overlap: int = OVERLAP) -> None:
        self.windows = [first]
        self.overlap = overlap
        self._page = page
        self._newest = 0
        self._fruitless = self._pages = 0
        self._bearable = max(FRUITLESS, int(first.size / page / 10)) if first.counted else FRUITLESS

    def cut(self, count: int, newest: int) -> None:
        """Cut what is left of the first window into equal spans.

        Args:
            count: Number of windows.
            newest: Latest instant that has a row, or that may have one.
        """
        self._newest = newest
        window = self.windows[0]
        start, left = window.reached or 0, window.left
        for number in range(count - 1, 0, -1):
            border = self._snap(start + (newest - start) * number // count)
            if not window.done and start < border < (newest if window.until is None else window.until):
                self._cut_window(window, border, left / count)
                self._fruitless -= not window.counted  # where all rows are old, the later spans are empty

    def take(self) -> Window | None:
        """Return a window to read: the newest that no thread reads, or half of the one with most rows left.

        ``None`` if there is nothing to take now; once all windows are done there never will be.
        """
        window = next((w for w in reversed(self.windows) if not w.begun), None) or self._split_largest()
        if window is not None:
            window.begun = True
        return window

    def add_page(self, window: Window, rows: int, span: tuple[int, int] | None, total: int | None) -> None:
        """Record a page of a window.

        Args:
            window: Window that the page belongs to.
            rows: Rows of the page that are the window's own.
            span: Instants of the first and the last row of the page; ``None`` without rows.
            total: The service's count of the window, with its first page.

        Raises:
            UnreliableWindowsError: The service counts other rows than before: where its cursors hide places, it left
                out some.
        """
        if window.after is not None and window.counted and total not in {None, window.size}:
            raise UnreliableWindowsError("rows left a window while it was read")
        window.read += rows
        self._pages += 1
        if total is not None and not window.counted:
            window.size, window.counted = total, True
        if span is not None:
            window.reached = max(span[1], window.reached or span[1])
            window.pace = (span[1] - span[0]) / max(rows, 1)

    def finish(self, window: Window) -> None:
        """Record that the window was read to its end."""
        window.done = True
        if window.giver is not None and window.read < self._page / 2 and not window.given:
            self._fruitless += 1

    @property
    def done(self) -> bool:
        """Whether all windows are read to their ends."""
        return all(window.done for window in self.windows)

    def _split_largest(self) -> Window | None:
        if self._fruitless > max(self._bearable, self._pages // 10):
            return None
        for window in sorted(self.windows, key=lambda w: w.left, reverse=True):
            # The page in flight stays with its thread; less than a page for each is not worth a request.
            spare = window.left - self._page
            if spare < self._page:
                return None
            border = self._border(window, spare / 2 / window.left)
            if border is not None:
                return self._cut_window(window, border, spare / 2)
        return None

    def _border(self, window: Window, share: float) -> int | None:
        """Return where a share of the rest begins if rows are spread evenly; ``None`` if it cannot be cut."""
        # The rows read so far may be from before the window, which requests a little more on both sides.
        start = max((at for at in (window.after, window.reached) if at is not None), default=None)
        if window.done or start is None:
            return None
        end = self._newest if window.until is None else window.until
        if window.pace:
            # Assume the density of the latest page: during an import, a cut far behind it would find no rows.
            dense = start + ceil(window.left * window.pace) + 1
            end = dense if end <= start else min(end, dense)
        border = self._snap(end - max(1, round((end - start) * share)))
        return border if start < border < end else None

    def _snap(self, border: int) -> int:
        return border - border % self.overlap

    def _cut_window(self, window: Window, border: int, size: float) -> Window:
        """Give the rows after the border to a new window, and return it."""
        later = Window(border, window.until, size)
        # The rows of the new window are part of the size of the window whose first request covered them.
        later.giver = window if window.begun else window.giver
        if later.giver is not None:
            later.giver.given.append(later)
        if not window.begun:
            window.size -= size
        window.until = border
        self.windows.insert(self.windows.index(window) + 1, later)
        return later
