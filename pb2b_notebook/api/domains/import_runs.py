"""Import rows of any number: in pieces that the API accepts, each sent once, with row numbers of all rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Literal

from pb2b_notebook.api.calls import custom_fields
from pb2b_notebook.api.calls.identifiers import id_of, kind_named
from pb2b_notebook.api.calls.records import Record
from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.calls.signatures import Id
from pb2b_notebook.api.domains import import_rows, import_samples
from pb2b_notebook.api.domains.job_waiting import completed_job, state, wait_for
from pb2b_notebook.api.domains.lead_field_list import list_lead_fields
from pb2b_notebook.api.domains.list_schemas import Listed
from pb2b_notebook.api.domains.verbs import VerbOfOurs, run
from pb2b_notebook.api.http.responses.object_forms import spellings_in
from pb2b_notebook.display import notices
from pb2b_notebook.display.cards import Card, ShowsCard
from pb2b_notebook.errors import (
    APIError,
    InvalidParameterError,
    MappingError,
    NotFoundError,
    PayloadTooLargeError,
    PermissionDeniedError,
    UnknownOperationError,
    UsageError,
)
from pb2b_notebook.frames.conversion import to_frame
from pb2b_notebook.frames.provenance import attach, provenance
from pb2b_notebook.frames.schema import UNPARSED
from pb2b_notebook.frames.types import DataFrame, FrameName, FrameT
from pb2b_notebook.lazy_libraries import pa, pc
from pb2b_notebook.mapping.lead_fields import listed_keys
from pb2b_notebook.openapi.object_descriptions import fold
from pb2b_notebook.openapi.operations import Operation, fields_of

COUNTS: Final = ("total_rows", "created_count", "updated_count", "skipped_count", "error_count")
_DIGITS: Final = 18
"""Most digits of a row number, which is an integer of 64 bits."""
_PROBLEM: Final = fields_of("row_number integer, field text, code text, message text, raw json")


_NOT_KNOWN: Final = "not known"


def count_text(number: int | None) -> str:
    """Return a count for a card: "1,200", or "not known"."""
    return _NOT_KNOWN if number is None else f"{number:,}"


@dataclass(frozen=True, repr=False)
class _Counts(ShowsCard):
    """Sums of the counts of all pieces; ``None`` for a count that the service does not give.

    Attributes:
        pieces: The service's record of each piece, in order.
        offsets: Number of rows before each piece.
    """

    pieces: tuple[Record, ...]
    offsets: tuple[int, ...]

    @property
    def total_rows(self) -> int | None:
        """Number of rows passed."""
        return self._sum("total_rows")

    @property
    def created_count(self) -> int | None:
        """Number of leads created."""
        return self._sum("created_count")

    @property
    def updated_count(self) -> int | None:
        """Number of rows that changed a lead."""
        return self._sum("updated_count")

    @property
    def skipped_count(self) -> int | None:
        """Number of rows that are blank or change nothing."""
        return self._sum("skipped_count")

    @property
    def error_count(self) -> int | None:
        """Number of rows left out because of an invalid cell or an ambiguous match."""
        return self._sum("error_count")

    def _sum(self, name: str) -> int | None:
        if not any(name in piece for piece in self.pieces):
            return None
        return sum(int(piece.get(name) or 0) for piece in self.pieces)  # a service may give numbers as text

    def _facts(self) -> list[tuple[str, str]]:
        return [(name.removesuffix("_count").replace("_", " "), count_text(self._sum(name))) for name in COUNTS]

    def _card(self) -> Card:
        return Card(title=f"{type(self).__name__}:", facts=self._facts())


@dataclass(frozen=True, repr=False)
class ImportRun(_Counts):
    """Rows that are being imported: one import, or several if one would be too large.

    ``ws.imports.wait(run)`` waits for all of them; ``ws.imports.errors(run)`` lists what was wrong, with row numbers of
    all rows passed.
    """

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the imports."""
        return tuple(piece["id"] for piece in self.pieces)

    @property
    def id(self) -> str:
        """Id of the import.

        Raises:
            InvalidParameterError: There are several imports.
        """
        if len(self.pieces) > 1:
            raise InvalidParameterError(
                f"the rows were sent in {len(self.pieces)} imports, so that there is not one id",
                repair="use run.ids, which lists all of them",
            )
        return self.ids[0]

    @property
    def status(self) -> str:
        """Status of the run: "completed" once all imports are; "failed" or "cancelled" once one is."""
        found = {str(piece.get("status") or piece.get("state") or _NOT_KNOWN) for piece in self.pieces}
        order = ("failed", "cancelled", "running", "queued")
        return next((status for status in order if status in found), min(found))

    def to_frame(self, frame: FrameName = "pandas") -> DataFrame:
        """Return a frame with one row for each import."""
        return to_frame(_concat([piece.to_frame("pyarrow") for piece in self.pieces]), frame)

    def _facts(self) -> list[tuple[str, str]]:
        several = f" and {len(self.ids) - 1} more" if len(self.ids) > 1 else ""
        return [("import", f"{self.ids[0]}{several}"), ("status", self.status), *super()._facts()]


@dataclass(frozen=True, repr=False)
class ImportCheck(_Counts):
    """Result of a dry run of an import.

    Attributes:
        errors: Frame with one row for each invalid cell: ``row_number`` (of all rows passed, 1 is the first below the
            header), ``field``, ``code``, ``message``, ``raw`` (the row as it was sent); at most the first 100 of each
            10,000 rows. Where a service numbers rows under another name, ``row_number`` is null, and ``raw`` has it.
        failures: Reasons for which a whole piece would fail.
    """

    errors: Any
    failures: tuple[str, ...]

    def _facts(self) -> list[tuple[str, str]]:
        return [*super()._facts(), *(("would fail", text) for text in self.failures)]


class ImportErrors(VerbOfOurs):
    """``ws.imports.errors(import)``: one row is one invalid cell, with the number of its row.

    For an :class:`ImportRun`, row numbers count all rows passed.
    """

    def __init__(self) -> None:
        super().__init__("imports.errors", id_type="ImportRun | Id")

    def prepare(self, operation: Operation, given: dict[str, Any]) -> dict[str, Any]:
        """Leave a run unchanged: :meth:`run` reads its imports one by one."""
        name = operation.path_parameters[0]
        if isinstance(given.get(name), ImportRun):
            return given
        return super().prepare(operation, given)

    def run(self, session: Session, operation: Operation, given: dict[str, Any]) -> Any:
        """Read the errors of one import, or of all imports of a run."""
        name = operation.path_parameters[0]
        of = given[name]
        library = session.frame_name(given.get("frame"))
        if not isinstance(of, ImportRun):
            with session.partial_in(library):
                found = self._errors(session, operation, {**given, "frame": "pyarrow"})
                counted = self._count_from_one(session, _with_numbers_in_text(found), None)
            frame = to_frame(counted, library)
            with suppress(UsageError):  # errors that the import has in itself were not listed
                frame = attach(frame, provenance(found))
            return frame
        with session.partial_in(library):
            tables = [
                _shift_rows(self._count_from_one(session, _with_numbers_in_text(table), piece), offset)
                for table, piece, offset in zip(
                    self._tables(session, operation, given, of.ids), of.pieces, of.offsets, strict=True
                )
            ]
        return to_frame(_concat(tables), library)

    def _count_from_one(self, session: Session, errors: Any, of: Record | None) -> Any:
        """Return the errors with row numbers as ours, where it is certain how the service counts rows."""
        profile, total = session.client.profile, None if of is None else of.get("total_rows")
        name = _column_of_numbers(errors)
        numbers = [each if type(each) is int else _row_number(each) for each in errors.column(name).to_pylist()]
        first = import_rows.first_number(numbers, total)
        if first is not None and first != 1:
            profile.learn("first_row", first, "row numbers of an import's errors", operation=self.operation)
        known = profile.value("first_row", self.operation) if first is None else first
        if name != "row_number" and known is None:
            notices.say(f"this service numbers rows under {name}, and from which number is not certain: look at {name}")
        if known is None:
            return errors
        at = errors.column_names.index("row_number")
        field = errors.schema.field(at).with_type(pa.int64())
        return _shift_rows(errors.set_column(at, field, pa.array(numbers, pa.int64())), 1 - known)

    def _tables(
        self, session: Session, operation: Operation, given: dict[str, Any], ids: Sequence[str]
    ) -> Iterator[Any]:
        for import_id in ids:
            of_one = {**given, operation.path_parameters[0]: import_id, "frame": "pyarrow"}
            yield self._errors(session, operation, of_one)

    def _errors(self, session: Session, operation: Operation, given: dict[str, Any]) -> Any:
        """Return the errors of one import; none, with a notice, from a service that does not list them."""
        missing: NotFoundError | None = None
        try:
            if not session.is_missing(operation.id):
                return super().run(session, operation, given)
        except NotFoundError as problem:
            missing = problem
        made = run(session, "imports.get", given[operation.path_parameters[0]])  # raises if it does not exist
        if missing is not None:
            session.learn_missing(operation.id, missing)
        found = import_rows.errors_within(made, made["id"])
        if not found and made.get("job_id") is not None:
            with suppress(APIError, UnknownOperationError):
                found = import_rows.errors_within(run(session, "jobs.get", made["job_id"]), made["id"])
        notices.say(
            "this service lists no errors of imports: "
            + (
                "those in the import itself are returned, and raw has its own numbers of rows"
                if found
                else "compare the counts of ws.imports.get(…)"
            )
        )
        return session.table(found, operation.fields, given.get("frame"))


class ImportRuns(Listed[FrameT]):
    """Import frames and CSV."""

    _most_rows = import_rows.MOST_ROWS

    def create(
        self,
        data: Any,
        mapping: Any = None,
        *,
        match_on: Literal["email", "external_id"] = "email",
        filename: str | None = None,
        dry_run: bool = False,
        idempotency_key: str | None = None,
        again: bool = False,
        report: Callable[[int, int], object] | None = None,
    ) -> ImportRun:
        """Import rows as leads, by jobs: each row updates the lead that matches, or creates one.

        The arguments are those of :meth:`pb2b_notebook.upserts.imports.Imports.create`, which is ``ws.imports.create``
        and looks for people who opted out before. ``POST /imports``, scope leads.import; our reconstruction.
        """
        pieces, columns, name = _prepare(self._session, data, mapping, match_on, self._most_rows)
        more = {"match_on": match_on, "filename": filename or name, "dry_run": dry_run or None}
        given = {name: value for name, value in more.items() if value is not None}
        builtin = {parameter.name for parameter in self._session.operations.find("leads.create").body_parameters}
        if not dry_run:
            import_samples.try_one_row(self._session, [row for each in pieces for row in each.rows], columns, match_on)
        if not dry_run and not builtin.issuperset(columns.values()):
            custom_fields.say_unprotected(self._session.client, "leads that an import updates")
        last = pieces[-1]

        def send(piece: import_rows.Piece, key: str | None) -> Record:
            options = {"idempotency_key": key, "again": again}
            made: Record = run(self._session, "imports.create", rows=piece.rows, mapping=columns, **given, **options)
            return made

        def report_rows(piece: import_rows.Piece) -> None:
            if report is not None:
                report(piece.offset + len(piece.rows), last.offset + len(last.rows))

        sent = _send_pieces(pieces, _keys(idempotency_key, len(pieces)), send, report_rows)
        return ImportRun(tuple(sent.values()), tuple(sent))

    def validate(
        self,
        data: Any,
        mapping: Any = None,
        *,
        match_on: Literal["email", "external_id"] = "email",
        frame: FrameName | None = None,
    ) -> ImportCheck:
        r"""Check rows as an import does, and return what it would do; nothing is changed.

        ``POST /imports/validate``, scope leads.import; our reconstruction.

        Args:
            data: As for :meth:`create`.
            mapping: As for :meth:`create`.
            match_on: Field that identifies a lead.
            frame: Library of ``errors``, "pandas" or "polars"; by default the workspace's.

        Returns:
            An :class:`ImportCheck`. With more than 10,000 rows, each piece is checked by itself.

        Raises:
            InvalidParameterError, MappingError: A column or a lead field does not exist, there are no rows, or the
                text is not a CSV; nothing was sent.
            ValidationError: The service refused the mapping.

        Example:
            >>> import pb2b_notebook as pb
            >>> text = "Mail,Score\nada@example.com,high\n"
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     check = ws.imports.validate(text, {"Mail": "email", "Score": "score"})
            >>> check.errors[["row_number", "field"]].values.tolist()
            [[1, 'score']]
        """
        pieces, columns, _ = _prepare(self._session, data, mapping, match_on, self._most_rows)

        def check(piece: import_rows.Piece, _key: str | None) -> Record:
            found: Record = run(self._session, "imports.validate", rows=piece.rows, mapping=columns, match_on=match_on)
            return found

        found = _send_pieces(pieces, _keys(None, len(pieces)), check)
        checks, offsets = [*found.values()], tuple(found)
        problems = [
            {
                **{field.name: problem[field.name] for field in _PROBLEM},
                "row_number": None if (number := problem["row_number"]) is None else number + offset,
            }
            for piece, offset in zip(checks, offsets, strict=True)
            for problem in import_rows.errors_within({"errors": piece.get("errors")}, "")
        ]
        failures = tuple(reason for piece in checks if (reason := import_rows.reason_of(piece.get("failure"))))
        return ImportCheck(tuple(checks), offsets, self._session.table(problems, _PROBLEM, frame), failures)

    def wait(self, run: ImportRun | Id, *, timeout: float | None = None, progress: bool | None = None) -> ImportRun:
        """Wait until an import is done, with a progress bar; Ctrl-C leaves its jobs running.

        Args:
            run: Run from :meth:`create`, or the id of an import, or the import itself.
            timeout: Seconds of the service's time, for each job; by default as long as it takes.
            progress: Whether to show a bar; by default as in the workspace.

        Returns:
            The finished run.

        Raises:
            JobFailedError: A job failed or was cancelled; the others continue.
            JobUnfinishedError: A job did not end in time; the jobs continue.
        """
        known = run if isinstance(run, ImportRun) else ImportRun((self._import(run),), (0,))
        ended = []
        for piece in known.pieces:
            if state(piece) == "running":
                wait_for(self._session, {**piece, "object": "import"}, timeout=timeout, progress=progress)
            found = self._import(piece["id"])
            ended.append(found if state(found) == "running" else completed_job(found))
        return ImportRun(tuple(ended), known.offsets)

    def _import(self, given: Any) -> Record:
        found: Record = run(self._session, "imports.get", id_of(given, kind_named("import")))
        return found


def _prepare(
    session: Session, data: Any, mapping: Any, match_on: str, most_rows: int
) -> tuple[list[import_rows.Piece], dict[str, str], str | None]:
    """Return the rows in pieces, the mapping for the service, and the file's name; nothing is sent."""
    from pb2b_notebook.mapping import Mapping

    frame, name = import_rows.frame_of(data)
    if mapping is None:  # never guessed: the mapping decides which leads change
        raise MappingError(
            "an import needs a mapping, from columns to lead fields",
            repair='{"Mail": "email"}, or pb.Mapping.suggest(df, ws.lead_fields.list()) to review and correct',
        )
    applied = mapping if isinstance(mapping, Mapping) else Mapping(mapping)
    listed = lead_fields_of(session)
    rows, columns = applied.to_import(frame, listed)
    if match_on not in columns.values():
        raise InvalidParameterError(
            f"no column is mapped to {match_on!r}, which the import matches on",
            repair=f'map a column to it, or use match_on="{"external_id" if match_on == "email" else "email"}"',
        )
    return list(import_rows.pieces(rows, most_rows=most_rows)), _with_keys_of_service(session, columns, listed), name


def _with_keys_of_service(session: Session, columns: dict[str, str], listed: Any) -> dict[str, str]:
    """Return the mapping with the keys of the service, where it lists a lead field as its leads have it."""
    spelled = spellings_in(session.client.profile.names("forms"))
    if listed is None or spelled.keys().isdisjoint(columns.values()):
        return columns
    known = listed_keys(listed)
    return {name: spelled[key] if spelled.get(key) in known else key for name, key in columns.items()}


def _send_pieces(
    pieces: Sequence[import_rows.Piece],
    keys: Sequence[str | None],
    send: Callable[[import_rows.Piece, str | None], Record],
    report: Callable[[import_rows.Piece], None] | None = None,
) -> dict[int, Record]:
    """Send all pieces in order, and return offset → response.

    A piece that is too large for the service, or for a gateway before it, is sent in halves; later ones are then sent
    in no more rows. The same rows are sent in the same halves again, each once.

    Args:
        pieces: All pieces.
        keys: Idempotency key of each piece; ``None`` for one of the journal.
        send: Sends a piece with its key.
        report: Called after each piece; ``None`` where pieces are checked, and not imported.
    """
    sent: dict[int, Record] = {}
    waiting = [*zip(pieces, keys, strict=True)][::-1]
    most = max(len(piece.rows) for piece in pieces)
    try:
        while waiting:
            piece, key = waiting.pop()
            fits = len(piece.rows) <= most
            try:
                if fits:
                    sent[piece.offset] = send(piece, key)
            except PayloadTooLargeError as refused:
                if len(piece.rows) == 1 or refused.effect_unknown:
                    raise
                fits, most = False, (len(piece.rows) + 1) // 2
            if fits and report is not None:
                report(piece)
            if not fits:
                waiting += [(half, key and f"{key}-{half.offset}") for half in reversed(import_rows.halves(piece))]
    except (Exception, KeyboardInterrupt) as problem:
        count = len(sent) + len(waiting) + (piece.offset not in sent)
        if report is not None and 0 < len(sent) < count:
            problem.add_note(f"{len(sent)} of {count} imports were sent before; the same call sends only the others")
        raise
    return sent


def _keys(key: str | None, count: int) -> list[str | None]:
    return [key] * count if key is None or count == 1 else [f"{key}-{number}" for number in range(1, count + 1)]


def lead_fields_of(session: Session) -> Any:
    """Return the frame of the lead fields; ``None`` where the key may not read it."""
    if session.is_missing("lead_fields.list"):
        return None
    try:
        return list_lead_fields(session)
    except (PermissionDeniedError, NotFoundError, UnknownOperationError):
        return None  # then only the contract's fields are checked; the service knows the others


def _with_numbers_in_text(errors: Any) -> Any:
    """Return the errors with the row numbers that a service gives as text, which name the rows to correct.

    >>> _with_numbers_in_text(pa.table({"row_number": ["2", "first", None, "9" * 30]})).column("row_number").to_pylist()
    [2, None, None, None]
    """
    errors = _with_our_columns(errors)
    at = errors.column_names.index("row_number")
    numbers, given = errors.column(at), []
    if not pa.types.is_integer(numbers.type):  # as the document of the service declares them
        given, numbers = numbers.to_pylist(), pa.nulls(errors.num_rows, pa.int64())
    elif UNPARSED in errors.column_names:
        given = [json.loads(text or "{}").get("row_number") for text in errors.column(UNPARSED).to_pylist()]
    if not given and errors.num_rows:
        return errors
    numbers = pc.coalesce(numbers, pa.array([_row_number(each) for each in given], pa.int64()))
    field = errors.schema.field(at).with_type(pa.int64())
    return errors.set_column(at, field, numbers)


def _column_of_numbers(errors: Any) -> str:
    """Return the column that numbers the rows of errors: ours, or the only one of another name where ours is empty.

    >>> _column_of_numbers(pa.table({"row_number": pa.nulls(1), "RowIndex": [2]}))
    'RowIndex'
    """
    others = [name for name in errors.column_names if fold(name) in import_rows.NUMBERS]
    is_empty = errors.column("row_number").null_count == errors.num_rows > 0
    return others[0] if is_empty and len(others) == 1 else "row_number"


def _row_number(given: Any) -> int | None:
    """Return a row number that is given as text, or as a float; ``None`` for anything else."""
    text = str(int(given)) if isinstance(given, float) and given.is_integer() else given
    is_number = isinstance(text, str) and text.isdecimal() and len(text) <= _DIGITS
    return int(text) if is_number else None


def _with_our_columns(errors: Any) -> Any:
    """Return the errors with the columns of our contract, with texts that the service gives under other names.

    >>> found = _with_our_columns(pa.table({"id": ["e1"], "attribute": ["email"], "errors": ['["is invalid"]']}))
    >>> found.column("field").to_pylist(), found.column("message").to_pylist()
    (['email'], ['is invalid'])
    >>> found = _with_our_columns(pa.table({"message": [""], "messages": ["[]"], "errors": ['["a","b"]']}))
    >>> found.column("message").to_pylist()
    ['a; b']
    """
    kinds = {"row_number": pa.int64(), "field": pa.string(), "message": pa.string(), "raw": pa.string()}
    for name in [name for name in kinds if name not in errors.column_names]:
        errors = errors.append_column(name, pa.nulls(errors.num_rows, kinds[name]))
    for name, others in (("field", import_rows.NAMES), ("message", import_rows.MESSAGES)):
        found = [c for c in dict.fromkeys([name, *others]) if c in errors.column_names]
        columns = [texts for c in found if (texts := _texts_of(errors.column(c))) is not None]
        if len(columns) > 1 and pa.types.is_string(errors.column(name).type):
            errors = errors.set_column(errors.column_names.index(name), name, pc.coalesce(*columns))
    return errors


def _texts_of(column: Any) -> Any:
    """Return a column of texts, in which a list of texts is one; ``None`` for any other column."""
    if not pa.types.is_string(column.type):
        return None
    return pa.array([_join_texts(text) for text in column.to_pylist()], pa.string())


def _join_texts(text: str | None) -> str | None:
    """Return the texts of a list that is JSON as one text; anything else as it is, but for an empty text."""
    with suppress(ValueError):
        found = json.loads(text or "null")
        if isinstance(found, list) and all(isinstance(each, str) for each in found):
            return "; ".join(found) or None
    return text or None


def _shift_rows(errors: Any, offset: int) -> Any:
    at = errors.column_names.index("row_number")
    return errors.set_column(at, errors.schema.field(at), pc.add(errors.column(at), offset))


def _concat(tables: Sequence[Any]) -> Any:
    return pa.concat_tables(tables, promote_options="default")
