"""Imports of any size: in as many pieces as the API needs, each sent once, with row numbers of the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from pb2b_notebook.api.calls.identifiers import identified, kind_named
from pb2b_notebook.api.domains import import_rows
from pb2b_notebook.api.domains.job_waiting import state, wait_for
from pb2b_notebook.api.domains.verbs import Resource, Verb, run
from pb2b_notebook.display.cards import Card, ShowsCard
from pb2b_notebook.errors import InvalidParameterError, MappingError, PermissionDeniedError
from pb2b_notebook.openapi.operations import Field

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pb2b_notebook.api.calls.records import Record
    from pb2b_notebook.api.calls.session import Session
    from pb2b_notebook.api.calls.signatures import DataFrame, FrameName, Id
    from pb2b_notebook.openapi.operations import Operation

COUNTS: Final = ("total_rows", "created_count", "updated_count", "skipped_count", "error_count")
_PROBLEM: Final = (
    Field("row_number", "integer"),
    Field("field", "text"),
    Field("code", "text"),
    Field("message", "text"),
    Field("raw", "json"),
)


@dataclass(frozen=True, repr=False)
class _Counted(ShowsCard):
    """What pieces of a whole count together.

    Attributes:
        pieces: what the service said of each, in order.
        offsets: for each, how many rows of the whole come before it.
    """

    pieces: tuple[Record, ...]
    offsets: tuple[int, ...]

    @property
    def total_rows(self) -> int:
        """Rows that were given."""
        return self._sum("total_rows")

    @property
    def created_count(self) -> int:
        """Leads that were created."""
        return self._sum("created_count")

    @property
    def updated_count(self) -> int:
        """Rows that changed a lead."""
        return self._sum("updated_count")

    @property
    def skipped_count(self) -> int:
        """Rows that are blank or change nothing."""
        return self._sum("skipped_count")

    @property
    def error_count(self) -> int:
        """Rows that were left out because of a bad cell or an unclear match."""
        return self._sum("error_count")

    def _sum(self, name: str) -> int:
        return sum(piece.get(name) or 0 for piece in self.pieces)

    def _facts(self) -> list[tuple[str, str]]:
        return [(name.removesuffix("_count").replace("_", " "), f"{self._sum(name):,}") for name in COUNTS]

    def _card(self) -> Card:
        return Card(title=f"{type(self).__name__}:", facts=self._facts())


@dataclass(frozen=True, repr=False)
class ImportRun(_Counted):
    """Rows on their way to becoming leads: one import, or several where one would be too large.

    ``ws.imports.wait(run)`` waits for all of them, ``ws.imports.errors(run)`` tells what was wrong, with row numbers of
    the whole.
    """

    @property
    def ids(self) -> tuple[str, ...]:
        """Of the imports."""
        return tuple(piece["id"] for piece in self.pieces)

    @property
    def id(self) -> str:
        """Of the import, where there is just one.

        Raises:
            InvalidParameterError: there are several.
        """
        if len(self.pieces) > 1:
            raise InvalidParameterError(f"these are {len(self.pieces)} imports", repair="run.ids names them all")
        return self.ids[0]

    @property
    def status(self) -> str:
        """Completed once all are; "failed" or "cancelled" once one is; else "running" or "queued"."""
        found = {str(piece.get("status")) for piece in self.pieces}
        order = ("failed", "cancelled", "running", "queued")
        return next((one for one in order if one in found), min(found))

    def to_frame(self, frame: FrameName = "pandas") -> DataFrame:
        """One row an import."""
        parts = [piece.to_frame(frame) for piece in self.pieces]
        if frame == "polars":
            import polars as pl

            return pl.concat(parts, how="diagonal")
        import pandas as pd

        return pd.concat(parts, ignore_index=True)

    def _facts(self) -> list[tuple[str, str]]:
        several = f" and {len(self.ids) - 1} more" if len(self.ids) > 1 else ""
        return [("import", f"{self.ids[0]}{several}"), ("status", self.status), *super()._facts()]


@dataclass(frozen=True, repr=False)
class ImportCheck(_Counted):
    """What an import would do, from a dry run that kept nothing.

    Attributes:
        errors: a frame, one row a bad cell: ``row_number`` (1-based, of the whole, the header not counted), ``field``,
            ``code``, ``message``, ``raw`` (the row as it was sent); at most the first 100 of each 10,000 rows.
        failures: why a piece would fail as a whole.
    """

    errors: Any
    failures: tuple[str, ...]

    def _facts(self) -> list[tuple[str, str]]:
        return [*super()._facts(), *(("would fail", text) for text in self.failures)]


class ImportErrors(Verb):
    """``ws.imports.errors(import)``: one row is one bad cell, with the number of its row.

    Of an :class:`ImportRun` the numbers are those of the whole that was given.
    """

    def __init__(self) -> None:
        super().__init__("imports.errors", id_type="ImportRun | Id")

    def prepare(self, operation: Operation, given: dict[str, Any]) -> dict[str, Any]:
        """Leave a run as it is: its ids are taken one by one."""
        name = operation.path_parameters[0]
        if isinstance(given.get(name), ImportRun):
            return given
        return super().prepare(operation, given)

    def run(self, session: Session, operation: Operation, given: dict[str, Any]) -> Any:
        """Read them, of one import or of all of a run."""
        name = operation.path_parameters[0]
        of = given[name]
        if not isinstance(of, ImportRun):
            return super().run(session, operation, given)
        frames = [
            _shifted(super(ImportErrors, self).run(session, operation, {**given, name: one}), offset)
            for one, offset in zip(of.ids, of.offsets, strict=True)
        ]
        return frames[0] if len(frames) == 1 else _stacked(frames)


class ImportRuns(Resource):
    """Imports from frames and CSV."""

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

        Only mapped columns leave this machine. More than 10,000 rows, or 10 MiB, go as several imports. Each is written
        to the journal before it is sent, so running the cell again sends nothing twice: also where it was interrupted,
        it sends just what is missing.

        ``POST /imports``, scope leads.import; our reconstruction.

        Args:
            data: a pandas or polars DataFrame, the path of a CSV file in UTF-8, or CSV text.
            mapping: column → key of a lead field, built-in or custom; or a :class:`pb2b_notebook.Mapping`, which may
                also convert and fill in. The field to match on is among them.
            match_on: what identifies a lead; e-mails match trimmed and case-folded, deleted leads never.
            filename: what to call the import; by default the file's name.
            dry_run: run it and count, but keep nothing.
            idempotency_key: your own key; several imports get it with their numbers.
            again: send it even if the same was done within 24 hours.
            report: called after each of the imports with how many rows have been sent, and of how many; what it raises
                ends the sending between two imports.

        Returns:
            An :class:`ImportRun`; ``ws.imports.wait(run)`` waits for it.

        Raises:
            InvalidParameterError, MappingError: a column or a lead field that there is none of, no rows, or text that
                is no CSV; nothing was sent.
            ReadOnlyError: the key or the workspace is read-only; nothing was sent.
            ValidationError: the service refused the mapping.

        Example:
            >>> import pandas as pd
            >>> import pb2b_notebook as pb
            >>> people = pd.DataFrame({"Mail": ["ada@example.com", "nobody"], "Name": ["Ada Lovelace", "Nobody"]})
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     run = ws.imports.create(people, {"Mail": "email", "Name": "full_name"})
            ...     run = ws.imports.wait(run)
            ...     errors = ws.imports.errors(run)
            >>> run.created_count, run.error_count
            (1, 1)
            >>> people.iloc[errors["row_number"] - 1]["Name"].tolist()
            ['Nobody']
        """
        pieces, columns, name = _given(self._session, data, mapping, match_on, self._most_rows)
        more = {"match_on": match_on, "filename": filename or name, "dry_run": dry_run}
        given = {name: value for name, value in more.items() if value is not None}
        sent: list[Record] = []
        try:
            for key, piece in zip(_keys(idempotency_key, len(pieces)), pieces, strict=True):
                sent.append(
                    run(
                        self._session,
                        "imports.create",
                        rows=piece.rows,
                        mapping=columns,
                        **given,
                        idempotency_key=key,
                        again=again,
                    )
                )
                if report is not None:
                    report(piece.offset + len(piece.rows), pieces[-1].offset + len(pieces[-1].rows))
        except (Exception, KeyboardInterrupt) as problem:
            if 0 < len(sent) < len(pieces):
                told = f"{len(sent)} of {len(pieces)} imports were sent before; the same call sends just the others"
                problem.add_note(told)
            raise
        return ImportRun(tuple(sent), tuple(piece.offset for piece in pieces))

    def validate(
        self,
        data: Any,
        mapping: Any = None,
        *,
        match_on: Literal["email", "external_id"] = "email",
        frame: FrameName | None = None,
    ) -> ImportCheck:
        r"""Tell what an import would do, and do nothing: the very same checks and rules.

        ``POST /imports/validate``, scope leads.import; our reconstruction.

        Args:
            data: as for :meth:`create`.
            mapping: as for :meth:`create`.
            match_on: what identifies a lead.
            frame: what ``errors`` is, "pandas" or "polars"; by default the workspace's.

        Returns:
            An :class:`ImportCheck`. Of more than 10,000 rows each piece is checked by itself.

        Raises:
            InvalidParameterError, MappingError: a column or a lead field that there is none of, no rows, or text that
                is no CSV; nothing was sent.
            ValidationError: the service refused the mapping.

        Example:
            >>> import pb2b_notebook as pb
            >>> text = "Mail,Score\nada@example.com,high\n"
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     check = ws.imports.validate(text, {"Mail": "email", "Score": "score"})
            >>> check.errors[["row_number", "field"]].values.tolist()
            [[1, 'score']]
        """
        pieces, columns, _ = _given(self._session, data, mapping, match_on, self._most_rows)
        told = [
            run(self._session, "imports.validate", rows=piece.rows, mapping=columns, match_on=match_on)
            for piece in pieces
        ]
        offsets = tuple(piece.offset for piece in pieces)
        problems = [
            {**one, "row_number": one["row_number"] + offset}
            for piece, offset in zip(told, offsets, strict=True)
            for one in piece.get("errors") or ()
        ]
        failures = tuple(str(piece["failure"].get("message")) for piece in told if piece.get("failure"))
        return ImportCheck(tuple(told), offsets, self._session.table(problems, _PROBLEM, frame), failures)

    def wait(self, run: ImportRun | Id, *, timeout: float | None = None, progress: bool | None = None) -> ImportRun:
        """Wait until an import is done, with a progress bar; Ctrl-C leaves its jobs running.

        Args:
            run: from :meth:`create`; or the id of an import, or the import itself.
            timeout: seconds of the service's time, for each of its jobs; by default as long as it takes.
            progress: show a bar; by default as the workspace does.

        Returns:
            The run as it is then.

        Raises:
            JobFailedError: a job failed or was cancelled; the others go on.
            JobUnfinishedError: the time is up; the jobs go on.
        """
        known = run if isinstance(run, ImportRun) else ImportRun((self._import(run),), (0,))
        ended = []
        for piece in known.pieces:
            if state(piece) == "under way":
                wait_for(self._session, piece, timeout=timeout, progress=progress)
            ended.append(self._import(piece["id"]))
        return ImportRun(tuple(ended), known.offsets)

    def _import(self, given: Any) -> Record:
        found: Record = run(self._session, "imports.get", identified(given, kind_named("import")))
        return found


def _given(
    session: Session, data: Any, mapping: Any, match_on: str, most_rows: int
) -> tuple[list[import_rows.Piece], dict[str, str], str | None]:
    """The rows in pieces, the mapping as the service takes it, and the file's name. All is checked, nothing is sent."""
    from pb2b_notebook.mapping import Mapping

    frame, name = import_rows.frame_of(data)
    if mapping is None:  # never guessed in silence: which column is what decides whose leads change
        raise MappingError(
            "an import needs a mapping, from columns to lead fields",
            repair='{"Mail": "email"}, or pb.Mapping.suggest(df, ws.lead_fields.list()) to look at and correct',
        )
    meant = mapping if isinstance(mapping, Mapping) else Mapping(mapping)
    rows, columns = meant.to_import(frame, _lead_fields(session))
    if match_on not in columns.values():
        raise InvalidParameterError(
            f"no column is mapped to {match_on!r}, which the import matches on",
            repair=f'map one to it, or match_on="{"external_id" if match_on == "email" else "email"}"',
        )
    return list(import_rows.pieces(rows, most_rows=most_rows)), columns, name


def _keys(key: str | None, count: int) -> list[str | None]:
    return [key] * count if key is None or count == 1 else [f"{key}-{number}" for number in range(1, count + 1)]


def _lead_fields(session: Session) -> Any:
    try:
        return run(session, "lead_fields.list", frame="polars")
    except PermissionDeniedError:
        return None  # the contract's fields, then; the service knows the others


def _shifted(errors: Any, offset: int) -> Any:
    if hasattr(errors, "with_columns"):
        import polars as pl

        return errors.with_columns(pl.col("row_number") + offset)
    return errors.assign(row_number=errors["row_number"] + offset)


def _stacked(frames: Sequence[Any]) -> Any:
    if hasattr(frames[0], "with_columns"):
        import polars as pl

        return pl.concat(frames, how="diagonal")
    import pandas as pd

    return pd.concat(frames, ignore_index=True)
