"""One reading of a list: how its pages are asked for, where they belong, and what provenance must know of them."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from math import ceil
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.api import notices
from pb2b_notebook.api.http import envelope
from pb2b_notebook.api.http.client import Call
from pb2b_notebook.api.lists import pagination, windows
from pb2b_notebook.errors import (
    BadRequestError,
    CursorExpiredError,
    InvalidParameterError,
    ResponseTooLargeError,
    ValidationError,
)
from pb2b_notebook.times import iso

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pb2b_notebook.api.calls.binding import Query
    from pb2b_notebook.api.calls.options import Options
    from pb2b_notebook.api.calls.session import Session
    from pb2b_notebook.api.http.envelope import Page
    from pb2b_notebook.openapi.operations import Operation

AFTER: Final = "updated_after"
BEFORE: Final = "updated_before"
CURSORS: Final = ("cursor", "after", "starting_after", "page_token")
PAGE_SIZES: Final = ("limit", "page_size", "per_page")
NEWEST_FIRST: Final = "updated_at.desc"
_SMALLER: Final = (200, 100, 50, 20, 10)
_WINDOW: Final = 60.0
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Placed(NamedTuple):
    """A page and where it belongs: pages are in the order of their places, whatever the order they came in."""

    place: tuple[float, int]
    page: Page


class UnsoundError(Exception):
    """The service does not keep to the order or the bounds that windows of time need. Never leaves this package."""


class Listing:
    """One reading of a list.

    Args:
        session: Session of the workspace.
        operation: a list.
        arguments: its filters.
        options: what is wanted of it.

    Attributes:
        newest_first: whether rows come in falling order of their last change.
        fetched_at: the service's time when it began.
        request_ids: of all requests, in the order of their answers.
        pages: that have come.
        rows: that were kept.
        total: the service's count when it began, where it counts.
        more: whether rows were left unread.
        beside: how many windows were read side by side, 1 for none.

    Raises:
        InvalidParameterError: a filter that the operation does not take, or windows where there can be none; nothing
            was sent.
    """

    def __init__(self, session: Session, operation: Operation, arguments: Mapping[str, Any], options: Options) -> None:
        self._session = session
        self._operation = operation
        self._options = options
        self._limit = options.limit
        arguments = dict(arguments)
        if self._limit is not None and operation.parameter("order") and arguments.get("order") is None:
            arguments["order"] = NEWEST_FIRST
        self._path, self._filters, _ = session.bind(operation, arguments)
        self.newest_first = ("order", NEWEST_FIRST) in self._filters
        self._check_windows()
        self._counts = operation.parameter("include_total") is not None and "include_total" not in arguments
        self.fetched_at = session.time()
        self.request_ids: list[str] = []
        self.pages = 0
        self._fetched = 0
        self.rows = 0
        self.total: int | None = None
        self.more = False
        self.beside = 1

    # --- reading -----------------------------------------------------------------------------------------------------

    def read(self) -> Iterator[Placed]:
        """All pages to the end or to the limit, each with its place; windows are read side by side where it pays.

        Raises:
            UnsoundError: windows cannot be trusted here; what has come so far is void.
        """
        pages = pagination.follow(self.ask, self._enough)
        first = next(pages)
        self.total = first.total
        yield Placed((-1, 0), self._kept(first))
        self.beside = self._windows(first)
        if self.beside > 1:
            from pb2b_notebook.api.lists.parallel import read_windows

            for placed in read_windows(self, first, self.beside):
                self._note(placed.page)
                yield placed
            self.more = False
            return
        for number, page in enumerate(pages, 1):
            yield Placed((-1, number), self._kept(page))
        if self.newest_first and self.pages > 1:
            yield from self._changed(first)

    def one_ahead(self) -> Iterator[Page]:
        """The pages in order, the next one fetched while the caller works on this one."""
        for page in pagination.one_ahead(pagination.follow(self.ask, self._enough)):
            self.total = page.total if page.total is not None else self.total
            yield self._kept(page)

    def ask(self, cursor: str | None = None, bounds: Mapping[str, str] | None = None, *, counted: bool = True) -> Page:
        """One page.

        Args:
            cursor: where it begins; ``None`` for the first.
            bounds: parameters in place of the listing's own.
            counted: with the first page, the service is asked how many rows there are.
        """
        bounds = bounds or {}
        query = [(name, value) for name, value in self._filters if name not in bounds] + list(bounds.items())
        if cursor is not None:
            query.append((_first(self._operation, CURSORS) or "cursor", cursor))
        while True:
            size = [] if self._size_name in bounds else self._size()
            total = [("include_total", "true")] if counted and self._counts and cursor is None else []
            try:
                return self._sent([*query, *size, *total])
            except (BadRequestError, ValidationError, ResponseTooLargeError) as refused:
                if not self._learns(refused, counted=bool(total)):
                    raise

    def _sent(self, query: list[tuple[str, str]]) -> Page:
        begun = monotonic()
        page = envelope.page(self._session.client.send(Call(self._operation, self._path, tuple(query))))
        self._session.latencies.append(monotonic() - begun)
        self.request_ids += [page.request_id] if page.request_id else []
        return page

    def _learns(self, refused: Exception, *, counted: bool) -> bool:
        """Whether to ask again, for less: a live service may not count, or not give pages of this size."""
        if counted and "include_total" in str(refused):
            self._counts = False
            return True
        too_large = isinstance(refused, ResponseTooLargeError)
        asked = self._asked_size()
        if self._options.page_size is not None or asked is None or not (too_large or self._names_size(refused)):
            return False
        smaller = next((size for size in _SMALLER if size < asked), None)
        if smaller is not None:
            self._session.page_sizes[self._operation.id] = smaller
        return smaller is not None

    def _names_size(self, refused: Exception) -> bool:
        details = getattr(refused, "details", ())
        return any(detail.field == self._size_name for detail in details) or bool(
            re.search(rf"\b{self._size_name}\b", str(refused))
        )

    @property
    def _size_name(self) -> str | None:
        return _first(self._operation, PAGE_SIZES)

    def _size(self) -> list[tuple[str, str]]:
        size, name = self._asked_size(), self._size_name
        return [] if name is None or size is None else [(name, str(size))]

    def _asked_size(self) -> int | None:
        if self._size_name is None:
            return None
        parameter = self._operation.parameter(self._size_name)
        largest = (parameter.maximum if parameter else None) or 100
        largest = min(largest, self._session.page_sizes.get(self._operation.id, largest))
        return min(self._options.page_size or largest, largest, self._limit or largest)

    def _enough(self, page: Page) -> bool:
        self._fetched += len(page.records)
        return self._limit is not None and self._fetched >= self._limit

    def _kept(self, page: Page) -> Page:
        """The page, cut at the limit."""
        room = None if self._limit is None else self._limit - self.rows
        kept = page if room is None or len(page.records) <= room else replace(page, records=page.records[:room])
        self.more = page.next_cursor is not None or len(kept.records) < len(page.records)
        self._note(kept)
        return kept

    def _note(self, page: Page) -> None:
        self.pages += 1
        self.rows += len(page.records)

    # --- windows of time ---------------------------------------------------------------------------------------------

    def _check_windows(self) -> None:
        reason = self._no_windows()
        if reason is not None and (self._options.parallel or 1) > 1:
            raise InvalidParameterError(
                f"{self._operation.id} cannot be read in parallel: {reason}", repair="leave parallel out"
            )

    def _no_windows(self) -> str | None:
        """Why this list is read page after page in any case."""
        if not (self._operation.parameter(AFTER) and self._operation.parameter(BEFORE)):
            return f"the contract has no {AFTER} and {BEFORE} for it, to cut it by"
        if not {"id", "updated_at"} <= {field.name for field in self._operation.fields}:
            return "its rows have no id and updated_at, to tell them apart by"
        if self._limit is not None:
            return "with a limit the newest rows are read, and no others"
        if self.newest_first:
            return "windows are read oldest change first; sort the frame instead"
        if any(name in CURSORS for name, _ in self._filters):
            return "a cursor is one place in the listing"
        return None

    def _windows(self, first: Page) -> int:
        """How many windows to read side by side."""
        asked, client = self._options.parallel, self._session.client
        if asked == 1 or first.next_cursor is None or not first.records or self._no_windows() is not None:
            return 1
        if asked is not None:
            return asked
        rate = client.rate
        if first.total is None or self._operation.id in self._session.unsound:
            return 1
        pages = ceil((first.total - len(first.records)) / len(first.records))
        return windows.choose(min(self._session.latencies), pages, rate.remaining, rate.limit, rate.window or _WINDOW)

    def bounds(self, after: int | None, until: int | None) -> dict[str, str]:
        """The parameters of a window, a millisecond more on both sides; open ends are the listing's own."""
        lower = {} if after is None else {AFTER: _text(after - windows.OVERLAP)}
        return lower | ({} if until is None else {BEFORE: _text(until + windows.OVERLAP)})

    def newest(self) -> int:
        """The instant of the row that changed last; the service's time where none can be asked for."""
        order = self._operation.parameter("order")
        now = _milliseconds(self._session.time())
        if order is None or NEWEST_FIRST not in order.choices or self._size_name is None:
            return now
        try:
            page = self.ask(None, {"order": NEWEST_FIRST, self._size_name: "1"}, counted=False)
        except (BadRequestError, ValidationError):
            return now
        return instant(page.records[0]) if page.records else now

    def fell_short(self, rows: int) -> bool:
        """Whether so many rows are fewer than the service now counts: windows must have missed some."""
        if self.beside == 1 or self.total is None or rows >= self.total:
            return False
        name = self._size_name
        now = self.ask(None, {} if name is None else {name: "1"}).total
        return now is not None and rows < now

    def _changed(self, first: Page) -> Iterator[Placed]:
        """What changed while pages were read newest first: it moved to the top, where nobody looked any more."""
        if not first.records or not {"id", "updated_at"} <= {field.name for field in self._operation.fields}:
            return
        try:
            since = instant(first.records[0]) - windows.OVERLAP
        except UnsoundError:
            return
        own = dict(self._filters).get(AFTER)
        if self._operation.parameter(AFTER) is None or (own is not None and own > _text(since)):
            return
        bounds = {AFTER: _text(since), "order": "updated_at.asc"}
        for number, page in enumerate(pagination.follow(lambda cursor: self.ask(cursor, bounds, counted=False)), 1):
            yield Placed((-2, -number), replace(page, records=page.records[::-1]))

    # --- what is told of it ------------------------------------------------------------------------------------------

    @property
    def expected(self) -> int | None:
        """How many rows there will be, as far as anybody knows."""
        return None if self.total is None else min(self.total, self._limit or self.total)

    def say_if_cut(self) -> None:
        """Tell that the limit cut the listing: "10 of 2,000", or "10, more exist" where nobody counted."""
        if not self.more:
            return
        of = f"of {self.total:,} rows" if self.total is not None else "rows, more exist"
        order = "newest" if self.newest_first else "oldest"
        notices.say(f"{self._operation.id}: {self.rows:,} {of} (limit={self._limit}, {order} first)", logging.INFO)

    def provenance(self, rows: int, *, complete: bool) -> Any:
        """What a frame of so many rows should remember of this reading."""
        from pb2b_notebook.frames import Provenance

        return Provenance(
            operation=self._operation.id,
            filters=_as_dict(self._filters),
            request_ids=tuple(self.request_ids),
            fetched_at=self.fetched_at,
            workspace=self._session.workspace,
            host=self._session.client.host,
            time_zone=str(self._session.known_zone or UTC),
            complete=complete,
            rows=rows,
        )


def instant(record: Any) -> int:
    """When a record was changed, in whole milliseconds since 1970, as it says itself.

    Raises:
        UnsoundError: it does not say, or not as a time with a zone.
    """
    import msgspec

    try:
        return _milliseconds(datetime.fromisoformat(_changed_at().decode(record).updated_at))
    except (msgspec.MsgspecError, ValueError, TypeError, OverflowError):
        raise UnsoundError from None


def _milliseconds(time: datetime) -> int:
    return (time - _EPOCH) // timedelta(milliseconds=1)


@cache
def _changed_at() -> Any:
    import msgspec

    return msgspec.json.Decoder(msgspec.defstruct("Changed", [("updated_at", str)]))


def refuses_bounds(problem: BaseException) -> bool:
    """Whether a service that took the listing refuses the parameters of its windows."""
    return isinstance(problem, (BadRequestError, ValidationError)) and not isinstance(problem, CursorExpiredError)


def _text(instant: int) -> str:
    return iso(datetime.fromtimestamp(instant / 1000, UTC))


def _first(operation: Operation, names: Sequence[str]) -> str | None:
    return next((n for n in names if operation.parameter(n) is not None), None)


def _as_dict(query: Query) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in query:
        if name in found:
            before = found[name]
            found[name] = [*(before if isinstance(before, list) else [before]), value]
        else:
            found[name] = value
    return found
