"""Run operations for one workspace: lists become frames, single objects become records."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import UTC
from functools import partial
from time import sleep
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pb2b_notebook.api import code_hints, notices
from pb2b_notebook.api.calls import drift_reports
from pb2b_notebook.api.calls.binding import Query, bind
from pb2b_notebook.api.calls.mutating import mutate
from pb2b_notebook.api.calls.options import ONLINE, OPTIONS, Options
from pb2b_notebook.api.calls.records import Record
from pb2b_notebook.api.http import envelope
from pb2b_notebook.api.http.client import Call
from pb2b_notebook.api.lists.batches import Batch, Gathering, gathered
from pb2b_notebook.api.lists.collecting import Collected
from pb2b_notebook.api.lists.listing import CURSORS, PAGE_SIZES, Listing, UnsoundError
from pb2b_notebook.api.progress import Progress
from pb2b_notebook.errors import (
    InvalidParameterError,
    NotFoundError,
    PermissionDeniedError,
    ProspectB2BError,
    ReadInterrupted,
    UsageError,
    nearest,
)
from pb2b_notebook.times import is_naive, needs_zone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime, tzinfo

    from pb2b_notebook.api.http.client import Client
    from pb2b_notebook.frames import FrameSchema
    from pb2b_notebook.journal import Journal
    from pb2b_notebook.openapi.operations import Field, Operation, Operations

__all__ = ["CURSORS", "OPTIONS", "PAGE_SIZES", "Batch", "Options", "Session"]


@dataclass(slots=True)
class Session:
    """The operations of one workspace.

    Attributes:
        client: what sends.
        operations: the contract that names and checks the arguments.
        journal: where keyed mutations are written down before they are sent.
        workspace: the workspace's name, for provenance.
        scopes: what the key may do, as it said; empty where it does not say.
        frame: ``pandas`` or ``polars``, where a call does not say.
        progress: show bars on long reads, where a call does not say.
        now: the service's time, which "7d" counts back from; by default as its latest answer told it.
        pause: lets so many seconds of the service's time pass. Over a clock that stands, it is what moves it.
        page_sizes: operation → rows a page, where the service was found to give fewer than its contract says.
        latencies: seconds that the latest requests took.
        unsound: operations whose times are no windows to read by.
        partial: the frame of what the last list had read when it was stopped; ``None`` if it was not.
        mirrored: answers a list from the mirror; ``None`` where there is none.
    """

    client: Client
    operations: Operations
    journal: Journal
    workspace: str = ""
    scopes: tuple[str, ...] = ()
    frame: str = "pandas"
    progress: bool = True
    now: Callable[[], datetime] | None = None
    pause: Callable[[float], None] = sleep
    page_sizes: dict[str, int] = field(default_factory=dict, repr=False)
    latencies: deque[float] = field(default_factory=lambda: deque(maxlen=8), repr=False)
    unsound: set[str] = field(default_factory=set, repr=False)
    partial: Any = field(default=None, repr=False)
    mirrored: Callable[[Operation, Mapping[str, Any], Options], Any] | None = field(default=None, repr=False)
    _custom: dict[str, str] | None = field(default=None, repr=False)
    _untyped: bool = field(default=False, repr=False)
    _zone: tzinfo | None = field(default=None, repr=False)
    _zone_told: bool = field(default=False, repr=False)

    def call(
        self, name: str, arguments: Mapping[str, Any], *, idempotency_key: str | None = None, again: bool = False
    ) -> Any:
        """Run any operation, named by id or as ``"GET /path"``: a frame for a list, else a :class:`Record`.

        Raises:
            UnknownOperationError: no such operation; the message suggests the nearest.
            InvalidParameterError: an argument that it does not take.
        """
        operation = self.operations.find(name)
        given = _joined(_filled_in(operation, name), arguments)
        options = Options(**{o: given.pop(o) for o in OPTIONS if operation.many and o in given})
        if operation.many and not operation.mutates:
            return self.list(operation, given, options)
        if not operation.many:
            return self._record(operation, self._send(operation, given, idempotency_key, again=again))
        return self._rows(operation, given, options, idempotency_key, again=again)

    def record(
        self, name: str, arguments: Mapping[str, Any], *, idempotency_key: str | None = None, again: bool = False
    ) -> Record:
        """Run an operation that answers with one object."""
        operation = self.operations.find(name)
        return self._record(operation, self._send(operation, arguments, idempotency_key, again=again))

    def list(self, operation: Operation, arguments: Mapping[str, Any], options: Options) -> Any:
        """Read a list to its end, or to ``options.limit`` rows (then newest first), into one frame.

        Raises:
            ReadInterrupted: by Ctrl-C; it holds the frame of what was read.
            APIError, TransportError, ProtocolError: so does its ``partial``, if there was anything.
        """
        found = self._listed(operation, arguments, options)
        if len(found) == 0 and (meant := code_hints.hint(arguments)):
            notices.say(f"{operation.id}: no rows; {meant}")
        return found

    def _listed(self, operation: Operation, arguments: Mapping[str, Any], options: Options) -> Any:
        if options.from_mirror:
            if self.mirrored is None:
                raise UsageError("there is no mirror to read from", repair="leave cached, max_age and refresh out")
            return self.mirrored(operation, arguments, options)
        schema = self.schema(operation)
        _check_columns(options.columns, schema)
        self.partial = None
        listing = Listing(self, operation, arguments, options)
        try:
            return self._collected(listing, schema, operation, options)
        except UnsoundError:
            told = f"{operation.id}: read again, page after page: this service's times are no windows to read by"
            notices.say(told, logging.INFO)
            self.unsound.add(operation.id)
        options = replace(options, parallel=1)
        return self._collected(Listing(self, operation, arguments, options), schema, operation, options)

    def _collected(self, listing: Listing, schema: FrameSchema, operation: Operation, options: Options) -> Any:
        from pb2b_notebook import frames

        decoder = frames.Decoder(schema)
        collected = Collected(decoder, newest_first=listing.newest_first)
        progress = Progress(operation.id, shown=self.progress if options.progress is None else options.progress)
        try:
            with progress:
                for placed in listing.read():
                    collected.add(placed)
                    progress.add(len(placed.page.records), listing.expected, self._budget(collected.pages))
            table = collected.table(options.limit)
        except (KeyboardInterrupt, ProspectB2BError) as problem:
            stop = problem
        else:
            if listing.fell_short(table.num_rows):
                raise UnsoundError
            frames.report_drift(operation.id, self.unexpected(decoder.drift))
            listing.say_if_cut()
            return self._frame(table, listing, options, complete=not listing.more)
        raise self._with_partial(stop, collected, listing, options)

    def _budget(self, pages: int) -> str:
        """How many pages have come, and how many requests may still be sent."""
        left = self.client.rate.remaining
        return f"{pages:,} pages" if left is None else f"{pages:,} pages, {left:,} requests left"

    def _with_partial(
        self, problem: BaseException, collected: Collected, listing: Listing, options: Options
    ) -> BaseException:
        """The same with the frame of what was read, which is also kept here: a cell has no name for its exception."""
        if not collected.pages:
            return problem
        table = collected.table_so_far()
        self.partial = self._frame(table, listing, options, complete=False)
        told = f"{table.num_rows:,} rows had been read; they are in ws.partial"
        if isinstance(problem, KeyboardInterrupt):
            return ReadInterrupted(told, self.partial)
        problem.partial = self.partial  # type: ignore[attr-defined]
        problem.add_note(told)
        return problem

    def _frame(self, table: Any, listing: Listing, options: Options, *, complete: bool) -> Any:
        from pb2b_notebook import frames

        shown = self._shown(table, options)
        return frames.attach(shown, listing.provenance(table.num_rows, complete=complete))

    def _shown(self, table: Any, options: Options) -> Any:
        """The table as the frame that is wanted."""
        from pb2b_notebook import frames

        table = table if options.columns is None else table.select(options.columns)
        return frames.to_frame(frames.flattened(table) if options.flat else table, options.frame or self.frame)

    def pages(self, operation: Operation, arguments: Mapping[str, Any], options: Options) -> Iterator[Any]:
        """Read a list page by page, each a frame of the same columns and dtypes, in bounded memory.

        A row that changes meanwhile may come a second time, on a later page; newest first, it may be missed.
        """
        from pb2b_notebook import frames

        if (options.parallel or 1) > 1:
            raise InvalidParameterError(
                "pages() gives one page after the other, and keeps none: windows side by side would have to wait",
                repair="leave parallel out, or read it whole with list()",
            )
        schema = self.schema(operation)
        _check_columns(options.columns, schema)
        decoder = frames.Decoder(schema)
        for page in Listing(self, operation, arguments, options).one_ahead():
            table = decoder.page(page.records, options.columns)
            frames.report_drift(operation.id, self.unexpected(decoder.drift))
            yield self._shown(table, replace(options, columns=None))

    def batches(
        self,
        operation: Operation,
        arguments: Mapping[str, Any],
        *,
        page_size: int | None = None,
        rows: int = 0,
        seconds: float = float("inf"),
        go_on: Callable[[int], None] = lambda _rows: None,
    ) -> Iterator[Batch]:
        """Read a list as Arrow tables, in bounded memory: the next page is fetched while the caller works on this one.

        The order is the service's, by default oldest change first. A row that changes meanwhile may come a second
        time, in a later batch.

        Args:
            operation: a list.
            arguments: its filters.
            page_size: rows a request, 1 to 500; by default as many as the service gives.
            rows: pages are put together until there are so many rows; by default each is a batch.
            seconds: or until so many have passed since the first of them came.
            go_on: is told how many rows wait before another page joins them; until it returns none does, and at most
                one more is fetched.

        Raises:
            InvalidParameterError: a filter that the operation does not take; nothing was sent.
            APIError, TransportError, ProtocolError: a page did not come, or a record is none; earlier batches are
                whole.
        """
        schema = self.schema(operation)
        listing = Listing(self, operation, arguments, Options(page_size=page_size))
        begin = partial(Gathering, operation, schema)
        for whole, last in gathered(listing.one_ahead(), begin, rows=rows, seconds=seconds, go_on=go_on):
            yield whole.batch(listing.total, more=last.next_cursor is not None)

    def table(self, rows: Sequence[Mapping[str, Any]], fields: Sequence[Field], frame: str | None) -> Any:
        """A frame of rows that this machine knows itself, with the same dtypes for any number of rows."""
        import json

        from pb2b_notebook.frames import Decoder, frame_schema, to_frame

        decoder = Decoder(frame_schema(fields))
        decoder.add([json.dumps(row).encode() for row in rows])
        return to_frame(decoder.table(), Options(frame=frame).frame or self.frame)

    def schema(self, operation: Operation) -> FrameSchema:
        """The columns of the operation's objects; custom fields are typed by the workspace's lead fields."""
        from pb2b_notebook.frames import frame_schema

        return frame_schema(operation.fields, self._custom_for(operation))

    def _rows(
        self,
        operation: Operation,
        arguments: Mapping[str, Any],
        options: Options,
        idempotency_key: str | None,
        *,
        again: bool,
    ) -> Any:
        """Send a mutation that answers with rows; what is wrong with the options is said before it is sent."""
        from pb2b_notebook import frames

        for name in ONLINE:
            if getattr(options, name) is not None:
                raise InvalidParameterError(f"{operation.id} takes no {name!r}", repair="leave it out")
        schema = self.schema(operation)
        _check_columns(options.columns, schema)
        page = envelope.page(self._send(operation, arguments, idempotency_key, again=again))
        decoder = frames.Decoder(schema)
        decoder.add(page.records)
        table = decoder.table(options.columns)
        drift_reports.report(operation, self.unexpected(decoder.drift))
        return self._shown(table, replace(options, columns=None))

    def _record(self, operation: Operation, reply: envelope.Reply) -> Record:
        answer = envelope.answer(reply)
        return Record(
            answer.data,
            operation.fields,
            custom=lambda: self._custom_for(operation),
            request_id=answer.request_id,
            operation=operation,
        )

    def _custom_for(self, operation: Operation) -> dict[str, str] | None:
        if not any(f.kind == "custom" for f in operation.fields):
            return None
        if self._custom is None:
            self._custom = self._read_custom()
        return self._custom

    def _read_custom(self) -> dict[str, str]:
        """The type of each custom field, by key; none where the key may not read them: columns then type themselves."""
        operation = self.operations.get("lead_fields.list")
        if operation is None:
            return {}
        try:
            pages = list(Listing(self, operation, {}, Options()).one_ahead())
        except (PermissionDeniedError, NotFoundError) as problem:
            self._untyped = True
            scopes = ", ".join(operation.scopes) or operation.id
            why = (
                f"the key lacks {scopes}"
                if isinstance(problem, PermissionDeniedError)
                else f"{operation.id} is not there"
            )
            notices.say(f"{why}: custom fields are typed by their values, and a column may change its dtype with them")
            return {}
        found = [envelope.strictly(bytes(record)) for page in pages for record in page.records]
        return {
            one["key"]: one["type"]
            for one in found
            if isinstance(one, dict) and not one.get("builtin")
            if isinstance(one.get("key"), str) and isinstance(one.get("type"), str)
        }

    def unexpected(self, drift: Mapping[str, str]) -> Mapping[str, str]:
        """What of a drift is one: without the custom fields that this key may not know, which was said."""
        return {name: what for name, what in drift.items() if not (self._untyped and name.startswith("custom_fields."))}

    @property
    def known_zone(self) -> tzinfo | None:
        """The workspace's time zone, if anybody has asked for it."""
        return self._zone

    def zone(self) -> tzinfo:
        """The workspace's time zone, read once; UTC where the key may not read the settings, or they name none."""
        if self._zone is None:
            self._zone = self._read_zone()
        return self._zone

    def _read_zone(self) -> tzinfo:
        if "settings.get" not in self.operations:
            return UTC
        try:
            named = self.record("settings.get", {}).get("timezone")
            return ZoneInfo(named) if isinstance(named, str) else UTC
        except (PermissionDeniedError, NotFoundError, ZoneInfoNotFoundError, ValueError):
            return UTC

    def bind(self, operation: Operation, arguments: Mapping[str, Any]) -> tuple[str, Query, bytes | None]:
        """Path, query and body of a call; see :func:`pb2b_notebook.api.calls.binding.bind`."""
        known = (*operation.parameters, *operation.body_parameters)
        times = [arguments.get(p.name) for p in known if p.kind == "datetime"]
        bound = bind(operation, arguments, now=self.time(), tz=UTC)
        if not any(needs_zone(value) for value in times):
            return bound
        # Bound again: to find what is wrong, the workspace's zone need not be asked for.
        tz = self.zone()
        if any(is_naive(value) for value in times):
            self._say_zone(tz)
        return bind(operation, arguments, now=self.time(), tz=tz)

    def _say_zone(self, tz: tzinfo) -> None:
        """Tell, once, in which zone a time without one was taken."""
        if not self._zone_told:
            notices.say(f"a time without a zone is taken in {tz}, the workspace's")
            self._zone_told = True

    def time(self) -> datetime:
        """The service's time."""
        return self.now() if self.now is not None else self.client.now()

    def forget_custom_fields(self) -> None:
        """Read the workspace's lead fields again before the next frame."""
        self._custom, self._untyped = None, False

    def _send(
        self, operation: Operation, arguments: Mapping[str, Any], idempotency_key: str | None, *, again: bool
    ) -> envelope.Reply:
        path, query, body = self.bind(operation, arguments)
        if idempotency_key is not None and not operation.idempotent:
            raise UsageError(f"{operation.id} takes no idempotency_key", repair="leave it out")
        call = Call(operation, path, query, body, idempotency_key)
        if operation.mutates and operation.idempotent:
            return mutate(self.client, self.journal, call, again=again, now=self.time)
        return self.client.send(call)


def _filled_in(operation: Operation, name: str) -> dict[str, str]:
    """The path parameters that ``"GET /leads/lead_123"`` already holds."""
    _, _, path = name.strip().partition(" ")
    if not path or name == operation.id:
        return {}
    parts = zip(operation.path.strip("/").split("/"), path.strip().strip("/").split("/"), strict=False)
    return {t[1:-1]: given for t, given in parts if t.startswith("{") and not given.startswith("{")}


def _joined(path: Mapping[str, str], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The path's values and the arguments; what is given twice might act on the wrong object."""
    for name in path:
        if name in arguments:
            raise InvalidParameterError(f"{name!r} is given twice, in the path and by name", repair="give it once")
    return {**path, **arguments}


def _check_columns(columns: Sequence[str] | None, schema: FrameSchema) -> None:
    """Refuse a mistyped column before the first request, not after the last one."""
    for name in columns or ():
        if name not in schema.names:
            raise InvalidParameterError(f"there is no column {name!r}", repair=nearest(name, schema.names))
