"""Run the operations of one workspace: a list becomes a frame, a single object a record."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pb2b_notebook import openapi
from pb2b_notebook.api.calls import absent_fields, bulk_rows, drift_reports, upsert_steps
from pb2b_notebook.api.calls.binding import bind
from pb2b_notebook.api.calls.confirming import UNDER_WAY, confirm, has_values, shown_values, shows_all
from pb2b_notebook.api.calls.custom_fields import keep_others, write_dropped
from pb2b_notebook.api.calls.left_out_fields import learn_left_out
from pb2b_notebook.api.calls.lost_actions import fate_of_action, reader_of
from pb2b_notebook.api.calls.lost_creations import CLOCKS, MOST_READ, PAUSES, Fate, fate_of, list_of
from pb2b_notebook.api.calls.mutating import mutate
from pb2b_notebook.api.calls.named_filters import NamedFilters, name_in
from pb2b_notebook.api.calls.options import ONLINE, OPTIONS, Options
from pb2b_notebook.api.calls.own_statuses import by_own_words, learn_labels, learn_meanings, with_own_words
from pb2b_notebook.api.calls.records import Record
from pb2b_notebook.api.calls.same_object import check_same_object
from pb2b_notebook.api.context import Context
from pb2b_notebook.api.http.adaptation.status_words import STATUS, is_about_status
from pb2b_notebook.api.http.adaptation.write_forms import suggests_another_form
from pb2b_notebook.api.http.call import Call, Query
from pb2b_notebook.api.http.responses import envelope
from pb2b_notebook.api.http.responses.deletions import columns_of_doubt, is_deletion, may_mean_deleted
from pb2b_notebook.api.http.responses.envelope import Page, Raws
from pb2b_notebook.api.http.responses.reply import Reply
from pb2b_notebook.api.lists.batches import Batch, BatchBuilder, collect_batches
from pb2b_notebook.api.lists.collecting import Collector
from pb2b_notebook.api.lists.facts import ListFacts
from pb2b_notebook.api.lists.listing import Listing
from pb2b_notebook.api.lists.parameters import with_default_order
from pb2b_notebook.api.lists.requests.query import ListQuery
from pb2b_notebook.api.lists.requests.row_filters import RowFilters
from pb2b_notebook.api.lists.windows import UnreliableWindowsError, change_time
from pb2b_notebook.display import notices
from pb2b_notebook.display.progress import Progress
from pb2b_notebook.errors import (
    AmbiguousMatchError,
    APIError,
    BadRequestError,
    InvalidParameterError,
    NotFoundError,
    PermissionDeniedError,
    ProspectB2BError,
    ProtocolError,
    ReadInterrupted,
    ServerError,
    UnknownOutcomeError,
    UsageError,
    ValidationError,
    nearest,
)
from pb2b_notebook.frames import FrameSchema
from pb2b_notebook.journal import key_of
from pb2b_notebook.mapping.lead_fields import custom_keys, field_of
from pb2b_notebook.openapi.object_ids import with_text_ids
from pb2b_notebook.openapi.operations import Field, Operation, Parameter
from pb2b_notebook.times import is_naive, needs_zone

_WITH_CUSTOM_FIELDS: Final = frozenset({"leads.update", "leads.bulk_upsert"})
_MOST_WORDS: Final = 50
_SHOWN: Final = 100
"""Rows that show which status words a service has."""
_DELETED: Final = "include_deleted"
_LONGEST_WORD: Final = 40
_NO_FILTERS: Final = frozenset({"order"})
UNREADABLE: Final = (PermissionDeniedError, NotFoundError, BadRequestError, ValidationError, ServerError, ProtocolError)
"""Errors of a list that others can do without: it is not there, fails, or is not in a form that can be read."""


@dataclass(slots=True)
class Session(Context):
    """Reads, posts and deletes in one workspace; :class:`~pb2b_notebook.api.context.Context` lists its attributes.

    Attributes:
        partial: Frame of the rows that the last list had read when it was interrupted; ``None`` if it was not.
        unknown_columns: Columns of leads that the contract in use does not declare.
        mirrored: Answers a list from the mirror; ``None`` where there is no mirror.
    """

    partial: Any = field(default=None, repr=False)
    mirrored: Callable[[Operation, Mapping[str, Any], Options], Any] | None = field(default=None, repr=False)
    unknown_columns: set[str] = field(default_factory=set, repr=False)
    _custom: dict[str, str] | None = field(default=None, repr=False)
    _untyped: bool = field(default=False, repr=False)
    _zone_announced: bool = field(default=False, repr=False)
    _form_read: bool = field(default=False, repr=False)
    _words_read: bool = field(default=False, repr=False)
    _compared: bool = field(default=False, repr=False)
    _failed_windows: set[str] = field(default_factory=set, repr=False)
    _created: dict[str, str] = field(default_factory=dict, repr=False)
    _whole: dict[str, int] = field(default_factory=dict, repr=False)
    _names: NamedFilters = field(default_factory=NamedFilters, repr=False)

    def call(
        self, name: str, arguments: Mapping[str, Any], *, idempotency_key: str | None = None, again: bool = False
    ) -> Any:
        """Run any operation, named by id or as ``"GET /path"``: a frame for a list, else a :class:`Record`.

        Raises:
            UnknownOperationError: The contract has no such operation; the message suggests the nearest.
            InvalidParameterError: The operation does not take one of the arguments.
        """
        # A document may lack it: the service is asked for what an upsert does, in steps.
        operation = openapi.load()[name] if name in {upsert_steps.UPSERT, bulk_rows.BULK} else None
        operation = self.operations.find(name) if operation is None or name in self.operations else operation
        given = _join_arguments(_path_values(operation, name), arguments)
        options = Options(**{o: given.pop(o) for o in OPTIONS if operation.many and o in given})
        if operation.many and not operation.mutates:
            return self.list(operation, given, options)
        if not operation.many:
            return self._record(operation, self._send(operation, given, idempotency_key, again=again))
        return self._rows(operation, given, options, idempotency_key, again=again)

    def record(
        self,
        name: str,
        arguments: Mapping[str, Any],
        *,
        idempotency_key: str | None = None,
        again: bool = False,
    ) -> Record:
        """Run an operation that answers with one object."""
        operation = self.operations.find(name)
        return self._record(operation, self._send(operation, arguments, idempotency_key, again=again))

    def list(
        self, operation: Operation, arguments: Mapping[str, Any], options: Options, *, added: Collection[str] = ()
    ) -> Any:
        """Read a list to its end, or to ``options.limit`` rows (then newest first), into one frame.

        Raises:
            ReadInterrupted: Ctrl-C was pressed; ``partial`` holds the frame of what was read.
            APIError, TransportError, ProtocolError: A request failed; ``partial`` holds what was read, if anything.
        """
        found = self._list_by_words(operation, arguments, options, added)
        if len(found) == 0:
            self.hint_at_names(operation, arguments)
        return found

    def hint_at_names(self, operation: Operation, arguments: Mapping[str, Any]) -> None:
        """Say which name in the filters of an empty list was not understood, if there is one."""
        if hint := self._names.hint(arguments):
            notices.say(f"{operation.id}: no rows; {hint}")

    def _list_by_words(
        self, operation: Operation, arguments: Mapping[str, Any], options: Options, added: Collection[str]
    ) -> Any:
        """Read a list; one by a status that the service does not know or have is read by its own word for it."""
        try:
            found, refused = self._list(operation, arguments, options, added), None
        except (BadRequestError, ValidationError) as problem:
            if not is_about_status(problem):
                raise
            found, refused = None, problem
        unread = found is None or (len(found) == 0 and not options.from_mirror)
        if unread and operation.id == "leads.list" and STATUS in arguments and self.client.is_foreign:
            if not (self.client.profile.status_words or self._words_read):
                self._words_read = True
                self._list(operation, {}, Options(limit=_SHOWN, progress=False), ())  # rows show its words
            own = by_own_words(self.client.profile, arguments)
            if own is not None:
                notices.say(f"{operation.id}: read by the status {', '.join(map(repr, own[STATUS]))} of this service")
                return self._list(operation, own, options, added)
        if refused is not None:
            raise refused
        return found

    def _list(
        self, operation: Operation, arguments: Mapping[str, Any], options: Options, added: Collection[str]
    ) -> Any:
        if options.from_mirror:
            if self.mirrored is None:
                raise UsageError("there is no mirror to read from", repair="leave cached, max_age and refresh out")
            return self.mirrored(operation, arguments, options)
        schema = self.schema(operation)
        _check_columns(options.columns, schema)
        self.partial = None
        begin = partial(self._listing, operation, arguments, added=added)
        try:
            return self._remember_whole(operation, arguments, self._collect(begin, schema, operation, options))
        except UnreliableWindowsError as unreliable:
            passes = unreliable.may_pass and operation.id not in self._failed_windows
            self._failed_windows.add(operation.id)
            text = f"{operation.id} is read again, page after page; windows of time do not work here: {unreliable}"
            notices.say(text, logging.INFO if options.parallel is None else logging.WARNING)
        found = self._collect(begin, schema, operation, replace(options, parallel=1))
        if not passes:  # only now is it certain that it was about the windows
            self.client.profile.learn("ignored", ["windows"], text, operation=operation.id, at=self.time())
        return self._remember_whole(operation, arguments, found)

    def _remember_whole(self, operation: Operation, arguments: Mapping[str, Any], found: Any) -> Any:
        from pb2b_notebook.frames import provenance

        if provenance(found).complete:
            self.remember_rows(operation, arguments, len(found))
        return found

    def remember_rows(self, operation: Operation, arguments: Mapping[str, Any], rows: int) -> None:
        """Remember how many rows a list without filters had: a smaller total of it is doubted."""
        if all(value is None for name, value in arguments.items() if name not in _NO_FILTERS):
            self._whole[operation.id] = rows

    def known_rows(self, operation: Operation, arguments: Mapping[str, Any]) -> int:
        """Return how many rows a list without filters had last; 0 for other lists."""
        filtered = any(value is not None for name, value in arguments.items() if name not in _NO_FILTERS)
        return 0 if filtered else self._whole.get(operation.id, 0)

    def _listing(
        self, operation: Operation, arguments: Mapping[str, Any], options: Options, added: Collection[str] = ()
    ) -> Listing:
        """Return a listing that has not begun."""
        # A document that lacks what means the same without it is not a reason to refuse the call.
        arguments = {n: value for n, value in arguments.items() if n not in added or operation.parameter(n)}
        ordered = with_default_order(operation, arguments, options.limit)
        path, filters, _ = self.bind(operation, ordered)
        newest = options.limit is not None and operation.parameter("order") is None
        facts = ListFacts(self, operation)
        rows = RowFilters(with_own_words(self.client.profile, filters), operation, added)
        # Rows are sorted here as well, and a service that refuses to list deleted ones has others.
        ours = {"order"} & {name for name, _ in filters} | ({_DELETED} if (_DELETED, "true") in filters else set())
        return Listing(
            facts,
            path,
            ListQuery(facts, filters, rows, frozenset({*added, *ours})),
            limit=options.limit,
            page_size=options.page_size,
            parallel=options.parallel,
            newest=newest,
            strict=options.strict,
            deleted=_DELETED in ours and _DELETED not in added,
        )

    def _collect(
        self, begin: Callable[..., Listing], schema: FrameSchema, operation: Operation, options: Options
    ) -> Any:
        from pb2b_notebook import frames

        listing = begin(options=options)
        decoder = frames.Decoder(schema)
        collector = Collector(decoder, listing)
        progress = Progress(operation.id, shown=self.progress if options.progress is None else options.progress)
        first: Page | None = None
        try:
            with progress:
                for placed in listing.read():
                    first = first or placed.page
                    collector.add(placed)
                    progress.add(len(placed.page.records), listing.expected, self._progress_note(collector.pages))
            table = collector.table(options.limit)
        except (KeyboardInterrupt, ProspectB2BError) as problem:
            stop = problem
        else:
            if listing.missed_rows(table):
                raise UnreliableWindowsError("they miss rows")
            if listing.live_only and self._learn_deleted(operation, table):
                return self._collect(begin, schema, operation, options)
            frames.report_drift(operation.id, self.unexpected_fields(decoder.drift))
            self._learn_timeless(operation, table)
            if operation.id == "leads.list":
                self.unknown_columns |= set(table.column_names) - set(schema.names)
                self._learn_words(operation, table)
                self._say_what_may_be_deleted(operation, table)
            if listing.asks_for_deleted and self.client.is_foreign and not _has_deleted(table):
                notices.say(
                    f"{operation.id}: no deleted object is listed: this service may not list them", logging.INFO
                )
            listing.say_what_differs()
            try:
                self._learn_left_out(operation, first)
                return self._frame(table, listing, options, complete=listing.proven and not listing.more)
            except KeyboardInterrupt as problem:  # all rows are here
                stop = problem
        raise self._with_partial(stop, collector, listing, options)

    def _learn_deleted(self, operation: Operation, rows: Any) -> bool:
        """Remember that a list has deleted objects that were not asked for, and return whether that is new."""
        times = rows["deleted_at"] if "deleted_at" in rows.column_names else None
        new = (
            times is not None
            and times.null_count < len(times)
            and self.client.profile.learn(
                "lists_deleted", True, "rows with deleted_at", operation=operation.id, at=self.time()
            )
        )
        if new:
            notices.say(
                f"{operation.id}: this service also lists deleted objects: they are left out here, unless "
                "include_deleted=True asks for them"
            )
        return new

    def _learn_timeless(self, operation: Operation, rows: Any) -> None:
        """Remember that only some rows of a list have a time of change."""
        if "updated_at" in rows.column_names and 0 < rows["updated_at"].null_count < rows.num_rows:
            self.client.profile.learn(
                "timeless", True, f"rows of {operation.id}", operation=operation.id, at=self.time()
            )

    def _say_what_may_be_deleted(self, operation: Operation, leads: Any) -> None:
        """Print once which columns of the service's own may say that some of the leads are deleted."""
        for name in columns_of_doubt({*leads.column_names} - operation.names):
            found = [value for value in leads[name].unique().to_pylist() if may_mean_deleted(name, value)]
            if found:
                text = f"leads have {name} = {str(found[0]).lower()}, which may mean that they are deleted"
                self.client.say_once(f"{text}: they are listed with the others; leave them out by it")

    def _learn_left_out(self, operation: Operation, page: Page | None) -> None:
        """Compare leads of a page with leads by themselves, once, and say which fields lists leave out."""
        if operation.id == "leads.list" and page is not None and page.records and self.client.is_foreign:
            again, self._compared = self._compared, True
            learn_left_out(self, operation, page.records, self._read_whole_lead, again=again)

    def _read_whole_lead(self, lead_id: str) -> Any:
        """Return a lead by itself, without a warning about its form."""
        operation = self.operations.find("leads.get")
        path, query, _ = self.bind(operation, {"id": lead_id})
        return envelope.parse_strict_json(envelope.unwrap(self.client.send(Call(operation, path, query))).data)

    def _learn_words(self, operation: Operation, leads: Any) -> None:
        """Remember status words of the service's own: one that is a letter off ours is not misspelt then."""
        status, known = operation.parameter("status"), self.client.profile.names("words")
        if status is None or "status" not in leads.column_names or len(known) >= _MOST_WORDS:
            return
        given = {word for word in leads["status"].unique().to_pylist() if isinstance(word, str) and word}
        choices = status.choices or _statuses_of_ours()  # a document may name none
        words = sorted(word for word in given - {*choices, *known} if len(word) <= _LONGEST_WORD)
        if words:
            learn_meanings(self.client.profile, [*words, *known], self.time())
            self.client.profile.learn("words", words[:_MOST_WORDS], "statuses of leads", at=self.time())
        for word in filter(is_deletion, words):
            notices.say(
                f"leads have the status {word!r}, which seems to say that they are deleted: they are listed with the "
                "others; leave them out by their status"
            )

    def learn_documented_words(self) -> None:
        """Remember the status words of leads that only the service's own document names."""
        operation = self.operations.find("leads.list") if "leads.list" in self.operations else None
        status = None if operation is None else operation.parameter(STATUS)
        words = sorted({*(() if status is None else status.choices)} - {*_statuses_of_ours()})[:_MOST_WORDS]
        if words:
            learn_meanings(self.client.profile, words, self.time())
            self.client.profile.learn("words", words, "the service's document", at=self.time())

    def _with_words(self, operation: Operation) -> Operation:
        """Return an operation on leads with status words that the service has given, beside those of its document."""
        words = self.client.profile.status_words
        if not words or not operation.id.startswith("leads."):
            return operation

        def widen(parameter: Parameter) -> Parameter:
            if parameter.name != "status" or not parameter.choices:
                return parameter
            return replace(parameter, choices=tuple(dict.fromkeys([*parameter.choices, *sorted(words)])))

        return replace(
            operation,
            parameters=tuple(map(widen, operation.parameters)),
            body_parameters=tuple(map(widen, operation.body_parameters)),
        )

    def _progress_note(self, pages: int) -> str:
        """Return how many pages were read, and how many requests may still be sent."""
        left = self.client.rate.remaining
        return f"{pages:,} pages" if left is None else f"{pages:,} pages, {left:,} requests left"

    @contextmanager
    def partial_in(self, library: str) -> Iterator[None]:
        """Read Arrow tables from which a frame of a library is made: ``partial`` is a frame of this library, too."""
        from pb2b_notebook import frames

        try:
            yield
        except (ProspectB2BError, ReadInterrupted) as problem:
            if (table := problem.partial) is not None:
                self.partial = frames.attach(frames.to_frame(table, library), frames.provenance(table))
                problem.partial = self.partial
            raise

    def _with_partial(
        self, problem: BaseException, collector: Collector, listing: Listing, options: Options
    ) -> BaseException:
        """Return the error with the frame of the rows read; ``self.partial`` keeps it, since a cell loses its error."""
        if not collector.pages:
            return problem
        table = collector.table_so_far()
        self.partial = self._frame(table, listing, options, complete=False)
        note = f"{table.num_rows:,} rows had been read; they are in ws.partial"
        if isinstance(problem, KeyboardInterrupt):
            return ReadInterrupted(note, self.partial)
        problem.partial = self.partial  # type: ignore[attr-defined]
        problem.add_note(note)
        return problem

    def _frame(self, table: Any, listing: Listing, options: Options, *, complete: bool) -> Any:
        from pb2b_notebook import frames

        frame = self._to_frame(table, options)
        return frames.attach(frame, listing.provenance(table.num_rows, complete=complete))

    def _to_frame(self, table: Any, options: Options) -> Any:
        from pb2b_notebook import frames

        table = table if options.columns is None else table.select(options.columns)
        return frames.to_frame(frames.flatten_columns(table) if options.flat else table, options.frame or self.frame)

    def pages(self, operation: Operation, arguments: Mapping[str, Any], options: Options) -> Iterator[Any]:
        """Read a list page by page, each a frame of the same columns and dtypes, in bounded memory.

        A row that changes meanwhile may come a second time, on a later page; newest first, it may be missed.
        """
        from pb2b_notebook import frames

        if (options.parallel or 1) > 1:
            raise InvalidParameterError(
                "pages() reads one page after the other: it cannot read windows in parallel",
                repair="leave parallel out, or read the whole list with list()",
            )
        schema = self.schema(operation)
        _check_columns(options.columns, schema)
        decoder = frames.Decoder(schema)
        for page in self._listing(operation, arguments, options).one_ahead():
            table = decoder.page(page.records, options.columns)
            frames.report_drift(operation.id, self.unexpected_fields(decoder.drift))
            yield self._to_frame(table, replace(options, columns=None))

    def batches(
        self,
        operation: Operation,
        arguments: Mapping[str, Any],
        *,
        added: Collection[str] = (),
        page_size: int | None = None,
        rows: int = 0,
        seconds: float = float("inf"),
        before_page: Callable[[int], None] = lambda _rows: None,
    ) -> Iterator[Batch]:
        """Read a list as Arrow tables, in bounded memory: the next page is fetched while the caller works on this one.

        The order is the service's, by default oldest change first. A row that changes meanwhile may come a second
        time, in a later batch.

        Args:
            operation: A list.
            arguments: Its filters.
            added: Names of filters without which the list means the same, for a service that refuses them.
            page_size: Rows per request, 1 to 500; by default as many as the service allows.
            rows: Rows that complete a batch; by default each page is a batch.
            seconds: Seconds after its first page that complete a batch.
            before_page: Called with the number of waiting rows before another page joins them; until it returns, at
                most one more page is fetched.

        Raises:
            InvalidParameterError: The operation does not take a filter; nothing was sent.
            APIError, TransportError, ProtocolError: A page could not be read, or a record is not a JSON object. Earlier
                batches are whole.
        """
        schema = self.schema(operation)
        listing = self._listing(operation, arguments, Options(page_size=page_size), added)
        begin = partial(BatchBuilder, operation, schema)
        shown: Page | None = None
        for builder, last in collect_batches(
            listing.one_ahead(), begin, rows=rows, seconds=seconds, before_page=before_page
        ):
            shown = last if last.records else shown
            yield builder.batch(listing.total, more=last.next_cursor is not None, proven=listing.proven)
        if listing.proven:
            self.remember_rows(operation, arguments, listing.rows)
        self._learn_left_out(operation, shown)

    def objects(
        self, operation: Operation, arguments: Mapping[str, Any], *, added: Collection[str] = ()
    ) -> Iterator[Any]:
        """Read a list as parsed JSON, one object after the other, in bounded memory; ids are text."""
        for page in self._listing(operation, arguments, Options(), added).one_ahead():
            for record in page.records:
                yield with_text_ids(envelope.parse_strict_json(bytes(record)))

    def newest(self, operation: Operation, arguments: Mapping[str, Any]) -> bytes | None:
        """Return the object of a list that changed last, also where the service ignores the order; ``None`` without."""
        listing = self._listing(operation, arguments, Options(limit=1))
        rows = [bytes(record) for placed in listing.read() for record in placed.page.records]
        return max(rows, key=_time_of, default=None) if listing.sorts else next(iter(rows), None)

    def table(self, rows: Sequence[Mapping[str, Any]], fields: Sequence[Field], frame: str | None) -> Any:
        """Return a frame of rows that were made on this machine, with the same dtypes for any number of rows."""
        from pb2b_notebook.frames import frame_of_rows

        return frame_of_rows(rows, fields, self.frame_name(frame))

    def frame_name(self, frame: str | None) -> str:
        """Return the library that ``frame=`` names, or the workspace's.

        Raises:
            InvalidParameterError: The name is unknown.
        """
        return Options(frame=frame).frame or self.frame

    def schema(self, operation: Operation) -> FrameSchema:
        """Return the columns of the operation's objects; the workspace's lead fields give custom ones their types."""
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
        """Send a mutation that answers with rows; wrong options are refused before it is sent."""
        from pb2b_notebook import frames

        for name in ONLINE:
            if getattr(options, name) is not None:
                raise InvalidParameterError(f"{operation.id} takes no {name!r}", repair="leave it out")
        schema = self.schema(operation)
        _check_columns(options.columns, schema)
        if operation.id == bulk_rows.BULK:
            records = self._bulk_upsert(operation, arguments, idempotency_key, again=again)
        else:
            records = _page_of_rows(operation, self._send(operation, arguments, idempotency_key, again=again)).records
        decoder = frames.Decoder(schema)
        decoder.add(records)
        table = decoder.table(options.columns)
        drift_reports.report(operation, self.unexpected_fields(decoder.drift))
        return self._to_frame(table, replace(options, columns=None))

    def _bulk_upsert(
        self, operation: Operation, arguments: Mapping[str, Any], idempotency_key: str | None, *, again: bool
    ) -> Raws:
        """Upsert rows, and return the result of each as JSON: as the service gives it, or as leads show it."""
        path, query, body = self.bind(operation, arguments)
        given = json.loads(body or b"{}")
        bodies, begun = given.pop("rows", None) or [], self.time()
        if not self.is_missing(operation.id):
            try:
                call = Call(operation, path, query, body, idempotency_key)
                reply = self._keep_others(call, partial(self._write, again=again))
            except APIError as refused:
                if not upsert_steps.lacks_operation(refused, self.scopes):
                    raise
                self.learn_missing(operation.id, refused)
            else:
                found = bulk_rows.rows_in(reply, bodies)
                return self._shown_rows(operation, bodies, begun) if found is None else found
        self.client.say_once(f"this service has no {operation.id}: the rows are written one by one")
        upsert = openapi.load()[upsert_steps.UPSERT]
        upsert = self.operations.find(upsert.id) if upsert.id in self.operations else upsert

        def write(place: int, row: Mapping[str, Any]) -> Reply:
            text = json.dumps({**row, **given}, ensure_ascii=False, separators=(",", ":")).encode()
            key = idempotency_key and key_of(idempotency_key, str(place))
            return self._upsert(Call(upsert, upsert.path, (), text, key), partial(self._write, again=again))

        return bulk_rows.encode_rows(bulk_rows.write_each(bodies, write))

    def _shown_rows(self, operation: Operation, bodies: Sequence[Any], begun: datetime) -> Raws:
        """Return the results of rows by their leads, where the response showed none."""
        since, rows = self.time_of_objects(begun), bulk_rows.shown_rows(bodies, (), begun)
        looked_up = "the leads were looked up"
        try:
            for seconds in (0.0, *PAUSES):
                if not bulk_rows.are_shown(rows):
                    self.pause(seconds)
                    leads, _ = self._read_leads_at(bulk_rows.addresses_of(bodies))
                    rows = bulk_rows.shown_rows(bodies, leads, since)
        except ProspectB2BError as unread:  # the rows were sent all the same: they stay unknown
            looked_up = f"the leads could not be looked up ({unread.message})"
        unknown = sum(row["status"] == bulk_rows.UNKNOWN for row in rows)
        notices.say(
            f"{operation.id} was accepted, and its response does not show what became of the rows: {looked_up}, "
            f"and {len(rows) - unknown:,} of {len(rows):,} have the values that were sent"
        )
        return bulk_rows.encode_rows(rows)

    def _record(self, operation: Operation, reply: Reply) -> Record:
        response = envelope.unwrap(reply)
        return Record(
            response.data,
            operation.fields,
            custom=lambda: self._custom_for(operation),
            request_id=response.request_id,
            operation=operation,
        )

    def _custom_for(self, operation: Operation) -> dict[str, str] | None:
        if not any(f.kind == "custom" for f in operation.fields):
            return None
        if self._custom is None:
            self._custom = self._read_custom()
        return self._custom

    def _read_custom(self) -> dict[str, str]:
        """Read the type of each custom field, by key; empty where the key may not: values then type the columns."""
        operation = self.operations.get("lead_fields.list")
        if operation is None:
            return {}
        if self.is_missing(operation.id):
            self._untyped = True
            return {}
        found: list[Any] = []
        try:
            found.extend(self.objects(operation, {}))
        except UNREADABLE as problem:
            self._untyped = True
            self.learn_missing(operation.id, problem)
            reason = why_unread(operation, problem)
            notices.say(f"{reason}: custom fields are typed by their values, so the dtype of a column may change")
        rows = [each for each in found if isinstance(each, dict)]
        self.client.custom_keys = custom_keys(rows)
        learn_labels(self.client.profile, rows, self.time())
        fields = map(field_of, rows)
        return {each.key: each.type for each in fields if each is not None and not each.builtin}

    def unexpected_fields(self, drift: Mapping[str, str]) -> Mapping[str, str]:
        """Return the drift without the custom fields that this key may not read, about which there was a notice."""
        return {name: what for name, what in drift.items() if not (self._untyped and name.startswith("custom_fields."))}

    def is_missing(self, name: str) -> bool:
        """Whether the contract or the service is known to lack an operation that others can do without."""
        return name not in self.operations or bool(self.client.profile.value("missing", name))

    def learn_missing(self, name: str, problem: ProspectB2BError) -> None:
        """Remember that the service lacks an operation, if that is what the error says; it is not asked again."""
        if isinstance(problem, NotFoundError):
            self.client.profile.learn("missing", True, f"it answers {problem.status}", operation=name, at=self.time())

    def zone(self) -> tzinfo:
        """Return the workspace's time zone, read once; UTC where the key may not read the settings or none is set."""
        if self.known_zone is None:
            self.known_zone = self._read_zone()
        return self.known_zone

    def _read_zone(self) -> tzinfo:
        if self.is_missing("settings.get"):
            return UTC
        try:
            named = self.record("settings.get", {}).get("timezone")
            return ZoneInfo(named) if isinstance(named, str) else UTC
        except (PermissionDeniedError, NotFoundError) as problem:
            self.learn_missing("settings.get", problem)
        except (ZoneInfoNotFoundError, ValueError, ProtocolError):  # a zone or settings of another form
            pass
        return UTC

    def bind(self, operation: Operation, arguments: Mapping[str, Any]) -> tuple[str, Query, bytes | None]:
        """Return path, query and body of a call; see :func:`pb2b_notebook.api.calls.binding.bind`."""
        arguments = self._names.read(operation, arguments, self._read_members)
        operation = self._with_words(operation)
        known = (*operation.parameters, *operation.body_parameters)
        times = [arguments.get(p.name) for p in known if p.kind == "datetime"]
        bound = bind(operation, arguments, now=self.time(), tz=UTC)
        if not any(needs_zone(value) for value in times):
            return bound
        # The first call of bind has found what is wrong without a request for the workspace's zone.
        tz = self.zone()
        if any(is_naive(value) for value in times):
            self._announce_zone(tz)
        return bind(operation, arguments, now=self.time(), tz=tz)

    def _read_members(self) -> dict[str, str]:
        """Read the name of each member by address; empty where the key may not, or the service has no such list."""
        if self.is_missing("settings.members"):
            return {}
        try:
            found = list(self.objects(self.operations["settings.members"], {}))
        except (PermissionDeniedError, NotFoundError) as problem:
            self.learn_missing("settings.members", problem)
            return {}
        return {
            str(each["email"]): str(each.get("name") or name_in(str(each["email"])))
            for each in found
            if isinstance(each, dict) and each.get("email")
        }

    def _announce_zone(self, tz: tzinfo) -> None:
        if not self._zone_announced:
            notices.say(f"a time without a zone is read in the workspace's time zone, {tz}")
            self._zone_announced = True

    def forget_custom_fields(self) -> None:
        """Read the workspace's lead fields again before the next frame."""
        self._custom, self._untyped = None, False

    def _send(
        self,
        operation: Operation,
        arguments: Mapping[str, Any],
        idempotency_key: str | None,
        *,
        again: bool,
    ) -> Reply:
        path, query, body = self.bind(operation, arguments)
        if idempotency_key is not None and not operation.mutates:
            raise UsageError(f"{operation.id} takes no idempotency_key", repair="leave it out")
        call = Call(operation, path, query, body, idempotency_key)
        if operation.mutates and operation.idempotent:
            send = partial(self._write, again=again)
            if operation.id == upsert_steps.UPSERT:
                return self._upsert(call, send)
            return self._keep_others(call, send) if operation.id in _WITH_CUSTOM_FIELDS else send(call)
        reply = self.client.send(call)
        if not operation.many:
            check_same_object(call, reply)
        return reply

    def _write(self, call: Call, *, again: bool = False) -> Reply:
        """Send a mutation; one of a lead that is refused for its form is sent again once a lead has shown the form."""
        try:
            return self.mutate(call, again=again)
        except (BadRequestError, ValidationError) as refused:
            if not call.operation.id.startswith("leads.") or not suggests_another_form(refused, call):
                raise
            before = self.client.profile.names("forms")
            if before or self._form_read:
                raise
            self._form_read = True
            with suppress(ProspectB2BError):
                self._custom_for(self.operations.find("leads.list"))
                self.newest(self.operations.find("leads.list"), {})
            if self.client.profile.names("forms") == before:
                raise
        return self.mutate(call, again=again)

    def _keep_others(self, call: Call, send: Callable[[Call], Reply]) -> Reply:
        if call.operation.id != upsert_steps.UPSERT:
            return keep_others(self.client, self.operations, call, send, self.mutate, read=self._leads_with)
        before = self._lead_before(call)
        reply = keep_others(self.client, self.operations, call, send, self.mutate, read=self._leads_with)
        reply = write_dropped(self.client, self.operations, call, reply, self.mutate)
        if before is not None:
            written = json.loads(call.body or b"{}")
            absent_fields.settle(
                self.client, self.operations, call.operation.id, before=before, written=written, send=self.mutate
            )
        return reply

    def _lead_before(self, call: Call) -> dict[str, Any] | None:
        """Return the only lead that an upsert matches, where it is unknown what it does with other fields."""
        addresses = upsert_steps.addresses_of(call)
        if not addresses or not absent_fields.may_clear(self.client, call.operation.id):
            return None
        with suppress(ProspectB2BError):
            found = {lead["id"]: lead for lead in self.leads_at(addresses) or ()}
            return absent_fields.read(self.client, self.operations, next(iter(found))) if len(found) == 1 else None
        return None

    def _upsert(self, call: Call, send: Callable[[Call], Reply]) -> Reply:
        """Send an upsert; a service that does not have it gets an update or a creation, after the lead was looked up.

        Raises:
            AmbiguousMatchError: It does not have it, and several leads have the address; nothing was written.
        """
        addresses = upsert_steps.addresses_of(call)
        known = self.is_missing(call.operation.id)
        found = self.leads_at(addresses) if addresses and known else None
        if found is None:
            try:
                return self._keep_others(call, send)
            except APIError as refused:
                lacks = addresses and not known and upsert_steps.lacks_operation(refused, self.scopes)
                found = self.leads_at(addresses) if lacks else None
                if found is None:
                    raise  # it says what to do instead
        if len({lead["id"] for lead in found}) > 1:
            raise AmbiguousMatchError(
                "several leads have the address of this upsert", status=409, repair="update the right one by its id"
            )
        self.client.say_once(f"this service has no {call.operation.id}: the lead is looked up, and updated or created")
        made = self._created.get(addresses[-1])  # the list may lag behind its creation
        lead = next(iter(found), None) or (None if made is None else {"id": made})
        reply = self._keep_others(upsert_steps.step(call, self.operations, lead), send)
        written = envelope.parse_strict_json(envelope.unwrap(reply).data)
        if lead is None and isinstance(written, dict) and written.get("id"):
            self._created[addresses[-1]] = str(written["id"])
        self.client.profile.learn("missing", True, "it refuses it", operation=call.operation.id, at=self.time())
        return reply

    def leads_at(self, addresses: Sequence[str]) -> Sequence[Any] | None:
        """Return all leads with one of these addresses; ``None`` if others may exist."""
        found, proven = self._read_leads_at(addresses)
        return found if proven else None

    def _read_leads_at(self, addresses: Sequence[str]) -> tuple[Sequence[Any], bool]:
        """Return leads with one of these addresses, and whether these are certainly all."""
        listing = self._listing(self.operations.find("leads.list"), {"email": addresses}, Options(), {"email"})
        pages = [_with_address(page, addresses) for page in listing.one_ahead()]
        return [lead for page in pages for lead in page], listing.proven

    def _leads_with(self, emails: Sequence[str]) -> Iterator[Any]:
        """Read the leads with these email addresses; from a service that does not filter by them also others."""
        return (
            self.objects(self.operations.find("leads.list"), {"email": emails}, added={"email"}) if emails else iter(())
        )

    def mutate(self, call: Call, *, again: bool = False) -> Reply:
        """Send a mutation with a key from the journal; see :func:`pb2b_notebook.api.calls.mutating.mutate`."""

        def confirm_since(call: Call, reply: Reply, since: datetime) -> Reply:
            begun, others = self.time_of_objects(since), partial(self._ids_of_earlier, call)
            return confirm(self.client, self.operations, call, reply, since=begun, others=others)

        find = self._search_for(call.operation)
        try:
            return mutate(self.client, self.journal, call, again=again, now=self.time, confirm=confirm_since, find=find)
        except UnknownOutcomeError:
            shown = self._updated_lead(call)
            if shown is None:
                raise
            return shown

    def _ids_of_earlier(self, call: Call) -> frozenset[str]:
        """Return the ids of the objects that earlier calls of an operation have made or changed."""
        return self.journal.object_ids(self.client.scope, call.operation.id)

    def _search_for(self, operation: Operation) -> Callable[[Call, datetime, datetime | None], Fate] | None:
        """Return what finds out whether a call took effect whose response was lost; ``None`` where nothing shows it."""
        if list_of(operation, self.operations) is not None:
            return self.find_created
        return self._find_acted if reader_of(operation, self.operations) is not None else None

    def _find_acted(self, call: Call, since: datetime, _until: datetime | None = None) -> Fate:
        """Return what became of an action that was first sent at a time of the service, by its object."""
        fate: Fate = "unclear"
        for seconds in PAUSES if self.time() - since < UNDER_WAY else (0.0,):
            if isinstance(fate, str):
                self.pause(seconds)
                fate = self._fate_of_action(call, since)
        return fate

    def _fate_of_action(self, call: Call, since: datetime) -> Fate:
        reader, path = reader_of(call.operation, self.operations), call.path.rpartition("/")[0]
        if reader is not None:
            with suppress(ProspectB2BError):
                found = envelope.parse_strict_json(envelope.unwrap(self.client.send(Call(reader, path))).data)
                shown = found if isinstance(found, dict) else {}
                return fate_of_action(call.operation, shown, self.time_of_objects(since))
        return "unclear"

    def find_created(self, call: Call, since: datetime, until: datetime | None = None) -> Fate:
        """Return what became of a creation that was first sent at a time of the service, by its list.

        Args:
            call: The creation.
            since: When it was first sent.
            until: When it can last have taken effect; ``None`` if it may still be under way.
        """
        sent, listing = json.loads(call.body or b"{}"), list_of(call.operation, self.operations)
        if not isinstance(sent, dict) or listing is None or self.is_missing(listing.id):
            return "unclear"
        fate: Fate = "absent"
        others = self._ids_of_earlier(call)
        for seconds in PAUSES if self.time() - since < UNDER_WAY else (0.0,):
            if fate == "absent":
                self.pause(seconds)
                fate = self._fate_of(listing, shown_values(call.operation, sent), since, until, others)
        return fate

    def _fate_of(
        self,
        listing: Operation,
        sent: Mapping[str, Any],
        since: datetime,
        until: datetime | None,
        others: Collection[str],
    ) -> Fate:
        """Return what became of a creation, whose object is not one of those that other calls have made."""
        email = sent.get("email") if listing.id == "leads.list" else None
        try:
            if isinstance(email, str) and email.strip():
                found, proven = self._read_leads_at(list(dict.fromkeys([email.strip(), email.strip().lower()])))
            else:
                found, proven = self._read_changes(listing, since - CLOCKS)
        except ProspectB2BError:
            return "unclear"
        here = since - (self.time() - datetime.now(UTC))
        found = [each for each in found if str(each.get("id")) not in others]
        ends = None if until is None else until + self._skew_of_objects()
        fate = fate_of(found, sent, self.time_of_objects(since), here, until=ends)
        return "unclear" if fate == "absent" and not proven else fate

    def time_of_objects(self, at: datetime) -> datetime:
        """Return the time by the clock of the service's objects at which it was a time of its responses.

        A call was not sent later than it is now: the clock of a service may stand still.
        """
        return min(at, self.time()) + self._skew_of_objects()

    def _skew_of_objects(self) -> timedelta:
        """Return by how much the clock of the service's objects is ahead of that of its responses, if that is known."""
        return timedelta(seconds=self.client.profile.value("clock", default=0))

    def _read_changes(self, operation: Operation, since: datetime) -> tuple[Sequence[Any], bool]:
        """Return objects of a list that changed since a time, and whether these are certainly all."""
        timeless = self.client.profile.value("timeless", operation.id)
        timed = operation.parameter("updated_after") is not None and not timeless
        listing = self._listing(operation, {"updated_after": since} if timed else {}, Options(), ())
        found: Any = []
        for page in listing.one_ahead():
            found += [with_text_ids(envelope.parse_strict_json(bytes(record))) for record in page.records]
            if len(found) > MOST_READ:
                break
        whole = listing.proven and len(found) <= MOST_READ
        return [each for each in found if isinstance(each, dict)], whole

    def _updated_lead(self, call: Call) -> Reply | None:
        """Return the response with the lead of an update, if it shows all values, whoever wrote them."""
        if call.operation.id != "leads.update" or not shows_all(call):
            return None
        with suppress(ProspectB2BError):
            reply = self.client.send(Call(self.operations.find("leads.get"), call.path))
            lead = envelope.parse_strict_json(envelope.unwrap(reply).data)
            if isinstance(lead, dict) and has_values(lead, json.loads(call.given or call.body or b"{}")):
                notices.say("leads.update: the lead has these values by now; nothing was sent")
                return reply
        return None


def _page_of_rows(operation: Operation, reply: Reply) -> Page:
    """Return the rows of a response to a write of rows.

    Raises:
        ProtocolError: It has none: it shows what became of no row.
    """
    page = envelope.page(reply)
    if not page.records:
        raise ProtocolError(f"the response to {operation.id} has no rows", request_id=page.request_id)
    return page


def why_unread(operation: Operation, problem: ProspectB2BError) -> str:
    """Return why a list beside others was not read, or not to its end."""
    if isinstance(problem, PermissionDeniedError):
        return f"the key lacks {', '.join(operation.scopes) or operation.id}"
    if isinstance(problem, NotFoundError):
        return f"{operation.id} was not found"
    return f"{operation.id} was not read to its end ({problem.message})"


def _with_address(page: Page, addresses: Sequence[str]) -> list[Any]:
    """Return the leads of a page that have an address and an id."""
    leads = [with_text_ids(envelope.parse_strict_json(bytes(record))) for record in page.records]
    return [lead for lead in leads if upsert_steps.has_address(lead, addresses) and lead.get("id")]


def _time_of(record: bytes) -> int:
    """Return when a raw record was last changed, for comparison; those without a time come first."""
    try:
        return change_time(record)
    except UnreliableWindowsError:
        return -1


def _path_values(operation: Operation, name: str) -> dict[str, str]:
    """Return the path parameters that ``"GET /leads/lead_123"`` already holds."""
    _, _, path = name.strip().partition(" ")
    if not path or name == operation.id:
        return {}
    parts = zip(operation.path.strip("/").split("/"), path.strip().strip("/").split("/"), strict=False)
    return {t[1:-1]: given for t, given in parts if t.startswith("{") and not given.startswith("{")}


def _join_arguments(path: Mapping[str, str], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the path's values and the arguments; a value given twice might act on the wrong object."""
    for name in path:
        if name in arguments:
            raise InvalidParameterError(f"{name!r} is given twice, in the path and by name", repair="give it once")
    return {**path, **arguments}


def _has_deleted(table: Any) -> bool:
    return "deleted_at" in table.column_names and table["deleted_at"].null_count < table.num_rows


def _check_columns(columns: Sequence[str] | None, schema: FrameSchema) -> None:
    """Refuse a mistyped column before the first request, not after the last one."""
    for name in columns or ():
        if name not in schema.names:
            raise InvalidParameterError(f"unknown column {name!r}", repair=nearest(name, schema.names))


def _statuses_of_ours() -> tuple[str, ...]:
    status = openapi.load()["leads.list"].parameter(STATUS)
    return () if status is None else status.choices
