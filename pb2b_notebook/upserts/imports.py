"""``ws.imports`` that asks before an import creates leads for people who opted out."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, Literal

from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.domains import import_rows, resources
from pb2b_notebook.api.domains.import_runs import ImportRun, lead_fields_of
from pb2b_notebook.display import notices
from pb2b_notebook.errors import InvalidParameterError, PermissionDeniedError, SuppressedRowsError
from pb2b_notebook.frames.library import library_of
from pb2b_notebook.frames.strict_json import encodable
from pb2b_notebook.frames.types import FrameT
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.upserts import plan_actions
from pb2b_notebook.upserts.planning.decisions import no_suppressed_rows
from pb2b_notebook.upserts.target_workspace import Target

if TYPE_CHECKING:
    from pb2b_notebook.mirror import Mirror


class Imports(resources.Imports[FrameT], path="imports"):
    """``ws.imports``: one row is one import of rows as leads.

    Args:
        session: Session of the workspace.
        mirror: Function that returns the mirror when it is needed.
    """

    def __init__(self, session: Session, mirror: Callable[[], Mirror[Any]]) -> None:
        super().__init__(session)
        self._target = Target(session, mirror, plan_actions)

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
        allow: bool | Collection[int] = False,
    ) -> ImportRun:
        """Import rows as leads, by jobs: each row updates the lead that matches, or creates one.

        Only mapped columns leave this machine. More than 10,000 rows, or 10 MiB, are sent as several imports. Each is
        recorded in the journal before it is sent, so running the cell again sends nothing twice: after an interrupt it
        sends only what is missing. ``POST /imports``, scope leads.import; our reconstruction.

        Rows that would create a lead are compared with the people who opted out, as ``ws.leads.plan`` does. If a row is
        probably about one of them, or an unmapped column of the list says so ("Email Opt Out", "Einwilligung: nein"),
        nothing is sent. A row whose column "Do Not Phone" says so, and that has an email address, is sent without its
        phone.

        Args:
            data: A pandas or polars DataFrame, the path of a CSV file in UTF-8, or CSV text.
            mapping: Column → key of a lead field, built-in or custom; or a :class:`pb2b_notebook.Mapping`, which can
                also convert values and fill in defaults. The field to match on must be among them.
            match_on: Field that identifies a lead; emails match trimmed and case-folded, deleted leads never match.
            filename: Name of the import; by default the file's name.
            dry_run: Whether to run the import and count, but keep nothing; no rows are compared then.
            idempotency_key: Your own key; several imports get it with their numbers.
            again: Whether to send it even if the same was done within 24 hours.
            report: Called after each import with the number of rows sent so far, and of all rows; an exception from it
                stops the sending between two imports.
            allow: Numbers of rows, from 1 as in ``ws.imports.errors``, to import although they are probably about
                people who opted out; true for all of them.

        Returns:
            An :class:`ImportRun`; ``ws.imports.wait(run)`` waits for it.

        Raises:
            SuppressedRowsError: Rows would create leads for people who probably opted out; nothing was sent.
            InvalidParameterError: There are no rows, or ``allow`` has something else than row numbers.
            MappingError, InvalidParameterError: A column or a lead field does not exist; or the text is not a CSV.
            ReadOnlyError: The key or the workspace is read-only; nothing was sent.
            ValidationError: The service refused the mapping.

        Example:
            >>> import pandas as pd
            >>> import pb2b_notebook as pb
            >>> people = pd.DataFrame({"Name": ["Ada Berg"], "Firma": ["Nordlicht"], "Mail": ["ada@private.example"]})
            >>> mapping = {"Name": "full_name", "Firma": "company_name", "Mail": "email"}
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     gone = ws.leads.create(full_name="Ada Berg", company_name="Nordlicht AG", status="unsubscribed")
            ...     try:
            ...         ws.imports.create(people, mapping)
            ...     except pb.errors.SuppressedRowsError as problem:
            ...         rows = problem.suppressed["row_number"].tolist()
            ...     run = ws.imports.create(people, mapping, allow=rows)
            >>> rows, run.total_rows
            ([1], 1)
        """
        if not isinstance(allow, bool) and any(not isinstance(row, int) for row in allow):
            raise InvalidParameterError(
                "allow= is not a list of row numbers", repair="allow=[1, 2], or allow=True for all rows"
            )
        frame, name = import_rows.frame_of(data)
        if mapping is not None and not dry_run and allow is not True:
            frame = self._without_opted_out(frame, mapping, match_on, allow or ())
        return super().create(
            frame,
            mapping,
            match_on=match_on,
            filename=filename or name,
            dry_run=dry_run,
            idempotency_key=idempotency_key,
            again=again,
            report=report,
        )

    def _without_opted_out(self, frame: Any, mapping: Any, match_on: str, allow: Collection[int]) -> Any:
        """Return the rows without the phones of people who want no calls.

        Raises:
            SuppressedRowsError: Rows would create leads for people who probably opted out.
        """
        from pb2b_notebook.mapping import Mapping
        from pb2b_notebook.upserts import tables
        from pb2b_notebook.upserts.planning import opted_out
        from pb2b_notebook.upserts.planning.match_keys import match_keys

        applied = mapping if isinstance(mapping, Mapping) else Mapping(mapping)
        places = range(len(frame))
        readings = applied.readings(frame, lead_fields_of(self._session))
        texts = {
            reading.field.key: [
                value if isinstance(value, str) and encodable(value) else None
                for value in map(reading.value_or_cell, places)
            ]
            for reading in readings
            if reading.field.builtin
        }
        values = pl.DataFrame(texts, schema=dict.fromkeys(texts, pl.String)).with_row_index("row")
        compared = opted_out.with_further_phones(values, opted_out.further_phones(frame, applied.columns))
        harmless = self._session.client.profile.names("harmless")
        refusals = opted_out.read_refusals(frame, applied.columns, harmless)
        stated = refusals.rows
        emails = match_keys(values["email"], "email").to_list() if "email" in texts else [None] * len(frame)
        no_calls = refusals.phone_objections(stated, emails)
        no_calls = {row: why for row, why in no_calls.items() if row + 1 not in allow}
        stated = {row: why for row, why in stated.items() if row not in no_calls}
        found = pl.DataFrame(
            {"row": list(stated), "reasons": list(stated.values())}, schema={"row": pl.Int64, "reasons": pl.String}
        )
        try:
            leads = opted_out.read_leads(self._target, "service")
            words = opted_out.status_words(self._target)
            similar = opted_out.find_opted_out(compared, leads, lambda rows: (rows + 1).cast(pl.String), words=words)
            similar = self._without_updates(similar.join(found, on="row", how="anti"), values, match_on)
            found = pl.concat([similar, found], how="diagonal").sort("row")
        except PermissionDeniedError:
            notices.say("import: this key may not read leads, so that people who opted out were not looked for")
        found = found.with_columns(row_number=pl.col("row") + 1)
        found = found.remove(pl.col("row_number").is_in(list(allow)))
        if found.height:
            found = pl.concat([no_suppressed_rows(), found], how="diagonal")
            shown = found.select("row_number", "lead_id", "status", "probability", "reasons")
            rows = "row looks like a person" if found.height == 1 else "rows look like people"
            raise SuppressedRowsError(
                f"{found.height:,} {rows} who opted out; nothing was sent",
                suppressed=tables.as_frame(shown, library_of(frame) or "pandas"),
                repair="look at .suppressed of this error, then drop the rows, or pass allow=[row numbers]",
            )
        phones = [reading.column for reading in readings if reading.field.type == "phone" and reading.column]
        if not (no_calls and phones):
            return frame
        notices.say(f"import: {len(no_calls):,} without the phone: {next(iter(no_calls.values()))}")
        return _without_cells(frame, phones, no_calls)

    def _without_updates(self, found: pl.DataFrame, values: pl.DataFrame, match_on: str) -> pl.DataFrame:
        """Return the rows that would create a lead: the others match a lead that is not deleted."""
        if not found.height or match_on not in values.columns:
            return found
        from pb2b_notebook.upserts.planning import current_leads
        from pb2b_notebook.upserts.planning.match_keys import match_keys

        keys = match_keys(values[match_on], match_on).gather(found["row"])
        filters = (
            [{"email": part} for part in current_leads.batches(keys.drop_nulls().unique().to_list())]
            if match_on == "email"
            else [{}]
        )
        existing = [
            current_leads.list_leads(self._target, one).filter(pl.col("deleted_at").is_null()) for one in filters
        ]
        known = {key for leads in existing for key in match_keys(leads[match_on], match_on).drop_nulls()}
        return found.filter(pl.Series([key not in known for key in keys], dtype=pl.Boolean))


def _without_cells(frame: Any, columns: Collection[str], rows: Collection[int]) -> Any:
    """Return a frame with these cells empty, and all others as they were."""
    kept = [row not in rows for row in range(len(frame))]
    if library_of(frame) == "polars":
        return frame.with_columns(pl.when(pl.Series(kept)).then(pl.col(name)).alias(name) for name in columns)
    # As objects: empty, a column of integers would become one of floats.
    return frame.assign(**{name: frame[name].astype(object).where(kept, None) for name in columns})
