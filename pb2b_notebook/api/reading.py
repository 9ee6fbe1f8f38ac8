"""Run operations for one workspace: lists become frames, single objects become records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC
from functools import cache, partial
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pb2b_notebook.api import envelope, notices, pagination
from pb2b_notebook.api.binding import Query, bind
from pb2b_notebook.api.client import Call
from pb2b_notebook.api.mutating import mutate
from pb2b_notebook.api.progress import Progress
from pb2b_notebook.api.records import Record
from pb2b_notebook.errors import (
    BadRequestError,
    InvalidParameterError,
    NotFoundError,
    PermissionDeniedError,
    UsageError,
    ValidationError,
    nearest,
)
from pb2b_notebook.times import is_naive, needs_zone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime, tzinfo

    from pb2b_notebook.api.client import Client
    from pb2b_notebook.api.envelope import Page
    from pb2b_notebook.contract.operations import Field, Operation, Operations
    from pb2b_notebook.frames import FrameSchema
    from pb2b_notebook.journal import Journal

# Names that a list call reserves for itself; no filter of the contract has one of these.
OPTIONS = ("frame", "columns", "limit", "page_size", "parallel", "flat", "progress")
CURSORS = ("cursor", "after", "starting_after", "page_token")
PAGE_SIZES = ("limit", "page_size", "per_page")
LARGEST_PAGE = 500
MOST_ROWS = pagination.MOST_PAGES * LARGEST_PAGE
MOST_WINDOWS = 8
FRAMES = ("pandas", "polars")


@dataclass(frozen=True, slots=True)
class Options:
    """What a reader wants of a list; ``None`` leaves it to the workspace."""

    frame: str | None = None
    columns: Sequence[str] | None = None
    limit: int | None = None
    page_size: int | None = None
    parallel: int | None = None
    flat: bool | None = None
    progress: bool | None = None

    def __post_init__(self) -> None:
        if self.frame is not None and self.frame not in FRAMES:
            raise InvalidParameterError(f"there is no frame {self.frame!r}", repair=nearest(str(self.frame), FRAMES))
        _check_count("limit", self.limit, MOST_ROWS, "leave limit out to read everything")
        _check_count("page_size", self.page_size, LARGEST_PAGE, f"the service takes 1 to {LARGEST_PAGE}")
        _check_count("parallel", self.parallel, MOST_WINDOWS, "parallel=1 reads page after page; the default chooses")
        if isinstance(self.columns, str):
            raise InvalidParameterError("columns is a list of names", repair=f"columns=[{self.columns!r}]")
        if self.columns is not None:
            object.__setattr__(self, "columns", _names(self.columns))


def _names(columns: Any) -> list[str]:
    names = list(columns)
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise InvalidParameterError("columns is a list of different names", repair='columns=["id", "email"]')
    return names


def _check_count(name: str, value: object, most: int, repair: str) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise InvalidParameterError(f"{name} is a whole number, not {type(value).__name__}", repair=f"{name}=100")
    if not 1 <= int(value.__index__()) <= most:
        raise InvalidParameterError(f"{name} is from 1 to {most:,}", repair=repair)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a list that is read in bounded memory.

    Attributes:
        request_ids: of the requests that brought the rows, one a page.
        served_at: the service's time of the first of these answers, aware, in UTC; ``None`` where it told none.
        bytes: of the decoded answers.
        pages: that brought them.
        total: how many rows the whole list has, where the service counted them.
        more: whether another batch follows.
    """

    request_ids: tuple[str, ...]
    served_at: datetime | None
    bytes: int
    pages: int
    total: int | None
    more: bool
    _decode: Callable[[], Any] = field(repr=False)

    @property
    def table(self) -> Any:
        """The rows as a ``pyarrow.Table``: the declared columns, those of custom and unknown fields, ``unparsed``.

        It is decoded when it is first asked for, in whichever thread asks, so that the next pages can be fetched
        meanwhile. Batches may differ in the columns of unknown fields.

        Raises:
            NotJSONError, ProtocolError: a record that is none.
        """
        return self._decode()


@dataclass(slots=True)
class Reader:
    """The operations of one workspace.

    Attributes:
        client: what sends.
        operations: the contract that names and checks the arguments.
        journal: where keyed mutations are written down before they are sent.
        workspace: the workspace's name, for provenance.
        frame: ``pandas`` or ``polars``, where a call does not say.
        progress: show bars on long reads, where a call does not say.
        now: the service's time, which "7d" counts back from; by default as its latest answer told it.
        pause: lets so many seconds of the service's time pass. Over a clock that stands, it is what moves it.
    """

    client: Client
    operations: Operations
    journal: Journal
    workspace: str = ""
    frame: str = "pandas"
    progress: bool = True
    now: Callable[[], datetime] | None = None
    pause: Callable[[float], None] = sleep
    _custom: dict[str, str] | None = field(default=None, repr=False)
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
        """Read a list to its end, or to ``options.limit`` rows (then newest first), into one frame."""
        from pb2b_notebook import frames

        schema = self.schema(operation)
        _check_columns(options.columns, schema)
        decoder = frames.Decoder(schema)
        listing = _Listing(self, operation, arguments, options)
        with Progress(operation.id, shown=self.progress if options.progress is None else options.progress) as progress:
            for page in listing:
                decoder.add(page.records)
                progress.add(len(page.records), listing.expected)
        # A row that changes while the list is read comes again further on: its newest state is the one that counts.
        table = frames.newest_by_id(decoder.table())
        frames.report_drift(operation.id, decoder.drift)
        listing.say_if_cut()
        table = table if options.columns is None else table.select(options.columns)
        result = frames.to_frame(table, options.frame or self.frame)
        return frames.attach(result, listing.provenance(table.num_rows))

    def pages(self, operation: Operation, arguments: Mapping[str, Any], options: Options) -> Iterator[Any]:
        """Read a list page by page, each a frame of the same columns and dtypes, in bounded memory.

        A row that changes meanwhile may come a second time, on a later page.
        """
        from pb2b_notebook import frames

        schema = self.schema(operation)
        _check_columns(options.columns, schema)
        decoder = frames.Decoder(schema)
        for page in _Listing(self, operation, arguments, options).one_ahead():
            table = decoder.page(page.records, options.columns)
            frames.report_drift(operation.id, decoder.drift)
            yield frames.to_frame(table, options.frame or self.frame)

    def batches(
        self,
        operation: Operation,
        arguments: Mapping[str, Any],
        *,
        page_size: int | None = None,
        rows: int = 0,
        seconds: float = float("inf"),
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

        Raises:
            InvalidParameterError: a filter that the operation does not take; nothing was sent.
            APIError, TransportError, ProtocolError: a page did not come; earlier batches are whole.
        """
        schema = self.schema(operation)
        listing = _Listing(self, operation, arguments, Options(page_size=page_size))
        waiting: list[Page] = []
        since = 0.0
        for page in listing.one_ahead():
            since = since if waiting else monotonic()
            waiting.append(page)
            enough = sum(len(one.records) for one in waiting) >= rows or monotonic() - since >= seconds
            if enough or page.next_cursor is None:
                yield _batch(operation, schema, waiting, listing.total)
                waiting = []

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

        for name in ("limit", "page_size", "parallel", "progress"):
            if getattr(options, name) is not None:
                raise InvalidParameterError(f"{operation.id} takes no {name!r}", repair="leave it out")
        schema = self.schema(operation)
        _check_columns(options.columns, schema)
        page = envelope.page(self._send(operation, arguments, idempotency_key, again=again))
        decoder = frames.Decoder(schema)
        decoder.add(page.records)
        return frames.to_frame(decoder.table(options.columns), options.frame or self.frame)

    def _record(self, operation: Operation, reply: envelope.Reply) -> Record:
        answer = envelope.answer(reply)
        return Record(
            answer.data,
            operation.fields,
            custom=lambda: self._custom_for(operation),
            request_id=answer.request_id,
            operation=operation.id,
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
            pages = list(_Listing(self, operation, {}, Options()))
        except (PermissionDeniedError, NotFoundError):
            return {}
        found = [envelope.strictly(bytes(record)) for page in pages for record in page.records]
        return {
            one["key"]: one["type"]
            for one in found
            if isinstance(one, dict) and not one.get("builtin")
            if isinstance(one.get("key"), str) and isinstance(one.get("type"), str)
        }

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
        """Path, query and body of a call; see :func:`pb2b_notebook.api.binding.bind`."""
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
        self._custom = None

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


class _Listing:
    """One reading of a list: its pages one ahead, cut at the limit, with what provenance needs to know."""

    def __init__(self, reader: Reader, operation: Operation, arguments: Mapping[str, Any], options: Options) -> None:
        self._reader = reader
        self._operation = operation
        self._options = options
        self._limit = options.limit
        arguments = dict(arguments)
        if self._limit is not None and operation.parameter("order") and arguments.get("order") is None:
            arguments["order"] = "updated_at.desc"
        self._path, query, _ = reader.bind(operation, arguments)
        self._filters: Query = query
        self._counts = operation.parameter("include_total") is not None and "include_total" not in arguments
        self.fetched_at = reader.time()
        self.request_ids: list[str] = []
        self._fetched = 0
        self.rows = 0
        self.total: int | None = None
        self.more = False

    def __iter__(self) -> Iterator[Page]:
        return self._kept(pagination.follow(self._fetch, self._enough))

    def one_ahead(self) -> Iterator[Page]:
        """The pages, the next one fetched while the caller works on this one."""
        return self._kept(pagination.one_ahead(pagination.follow(self._fetch, self._enough)))

    def _kept(self, pages: Iterator[Page]) -> Iterator[Page]:
        for page in pages:
            self.request_ids += [page.request_id] if page.request_id else []
            self.total = page.total if page.total is not None else self.total
            room = None if self._limit is None else self._limit - self.rows
            kept = page if room is None or len(page.records) <= room else _cut(page, room)
            self.rows += len(kept.records)
            self.more = page.next_cursor is not None or len(kept.records) < len(page.records)
            yield kept
            if self.rows == self._limit:
                return

    def _enough(self, page: Page) -> bool:
        self._fetched += len(page.records)
        return self._limit is not None and self._fetched >= self._limit

    def _fetch(self, cursor: str | None) -> Page:
        query = [*self._filters, *self._page_size()]
        if cursor is not None:
            query.append((_first(self._operation, CURSORS) or "cursor", cursor))
        elif self._counts:
            try:
                return self._page([*query, ("include_total", "true")])
            except (BadRequestError, ValidationError) as refused:
                if "include_total" not in str(refused):
                    raise
                self._counts = False  # a live service may not count; the listing does without
        return self._page(query)

    def _page(self, query: list[tuple[str, str]]) -> Page:
        return envelope.page(self._reader.client.send(Call(self._operation, self._path, tuple(query))))

    def _page_size(self) -> list[tuple[str, str]]:
        name = _first(self._operation, PAGE_SIZES)
        if name is None:
            return []
        parameter = self._operation.parameter(name)
        largest = (parameter.maximum if parameter else None) or 100
        size = min(self._options.page_size or largest, largest, self._limit or largest)
        return [(name, str(size))]

    @property
    def expected(self) -> int | None:
        """How many rows there will be, as far as anybody knows."""
        return None if self.total is None else min(self.total, self._limit or self.total)

    def say_if_cut(self) -> None:
        """Tell that the limit cut the listing: "10 of 2,000", or "10, more exist" where nobody counted."""
        if not self.more:
            return
        of = f"of {self.total:,} rows" if self.total is not None else "rows, more exist"
        order = "newest" if ("order", "updated_at.desc") in self._filters else "oldest"
        notices.say(f"{self._operation.id}: {self.rows:,} {of} (limit={self._limit}, {order} first)")

    def provenance(self, rows: int) -> Any:
        """What the frame should remember of this reading."""
        from pb2b_notebook.frames import Provenance

        return Provenance(
            operation=self._operation.id,
            filters=_as_dict(self._filters),
            request_ids=tuple(self.request_ids),
            fetched_at=self.fetched_at,
            workspace=self._reader.workspace,
            host=self._reader.client.host,
            time_zone=str(self._reader._zone or UTC),  # noqa: SLF001 - what the times were taken in, if any was
            complete=not self.more,
            rows=rows,
        )


def _batch(operation: Operation, schema: FrameSchema, pages: Sequence[Page], total: int | None) -> Batch:
    return Batch(
        request_ids=tuple(page.request_id for page in pages if page.request_id),
        served_at=pages[0].served_at,
        bytes=sum(page.size for page in pages),
        pages=len(pages),
        total=total,
        more=pages[-1].next_cursor is not None,
        _decode=cache(partial(_decoded, operation, schema, [record for page in pages for record in page.records])),
    )


def _decoded(operation: Operation, schema: FrameSchema, records: Sequence[Any]) -> Any:
    from pb2b_notebook import frames

    decoder = frames.Decoder(schema)
    decoder.add(records)
    table = decoder.table()
    frames.report_drift(operation.id, decoder.drift)
    return table


def _cut(page: Page, room: int) -> Page:
    from dataclasses import replace

    return replace(page, records=page.records[:room])


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
