"""``ws.leads`` with intakes: a list goes through all stages in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, overload

from pb2b_notebook.api.domains.lead_field_list import list_lead_fields
from pb2b_notebook.display.hiding import hide_progress
from pb2b_notebook.errors import InvalidParameterError, suggesting, typed_interrupt
from pb2b_notebook.frames import provenance
from pb2b_notebook.frames.library import has_to_frame, input_frame, is_frame
from pb2b_notebook.frames.types import EagerT, FrameT
from pb2b_notebook.mapping.columns import cells_of, column_names
from pb2b_notebook.upserts import leads
from pb2b_notebook.upserts.planning.decisions import Existing, Rules

if TYPE_CHECKING:
    from pb2b_notebook.files import FileReport
    from pb2b_notebook.intake.intake import Intake, IntakeWorkspace
    from pb2b_notebook.mapping import Mapping as ColumnMapping
    from pb2b_notebook.upserts.plans import Plan


class Leads(leads.Leads[FrameT], path="leads"):
    """``ws.leads``: one row is one lead."""

    @overload
    def intake(
        self,
        source: EagerT,
        *,
        recipe: str | None = None,
        mapping: ColumnMapping | Mapping[str, str] | None = None,
        country: str | None = None,
        without: Sequence[str] | None = None,
        accept: Sequence[str] | None = None,
        existing: str | None = None,
        sure: float | None = None,
        rules: Mapping[str, str] | None = None,
        same: Sequence[Sequence[Any]] | None = None,
        different: Sequence[Sequence[Any]] | None = None,
        allow: Sequence[Any] | None = None,
        leave_out: Sequence[Any] | None = None,
        sheet: str | None = None,
        progress: bool = True,
    ) -> Intake[EagerT]: ...
    @overload
    def intake(
        self,
        source: str | Path | bytes | IO[bytes],
        *,
        recipe: str | None = None,
        mapping: ColumnMapping | Mapping[str, str] | None = None,
        country: str | None = None,
        without: Sequence[str] | None = None,
        accept: Sequence[str] | None = None,
        existing: str | None = None,
        sure: float | None = None,
        rules: Mapping[str, str] | None = None,
        same: Sequence[Sequence[Any]] | None = None,
        different: Sequence[Sequence[Any]] | None = None,
        allow: Sequence[Any] | None = None,
        leave_out: Sequence[Any] | None = None,
        sheet: str | None = None,
        progress: bool = True,
    ) -> Intake[FrameT]: ...
    @overload
    def intake(
        self,
        source: Any,
        *,
        recipe: str | None = None,
        mapping: ColumnMapping | Mapping[str, str] | None = None,
        country: str | None = None,
        without: Sequence[str] | None = None,
        accept: Sequence[str] | None = None,
        existing: str | None = None,
        sure: float | None = None,
        rules: Mapping[str, str] | None = None,
        same: Sequence[Sequence[Any]] | None = None,
        different: Sequence[Sequence[Any]] | None = None,
        allow: Sequence[Any] | None = None,
        leave_out: Sequence[Any] | None = None,
        sheet: str | None = None,
        progress: bool = True,
    ) -> Intake[Any]: ...
    @suggesting
    def intake(
        self,
        source: Any,
        *,
        recipe: str | None = None,
        mapping: ColumnMapping | Mapping[str, str] | None = None,
        country: str | None = None,
        without: Sequence[str] | None = None,
        accept: Sequence[str] | None = None,
        existing: str | None = None,
        sure: float | None = None,
        rules: Mapping[str, str] | None = None,
        same: Sequence[Sequence[Any]] | None = None,
        different: Sequence[Sequence[Any]] | None = None,
        allow: Sequence[Any] | None = None,
        leave_out: Sequence[Any] | None = None,
        sheet: str | None = None,
        progress: bool = True,
    ) -> Intake[Any]:
        r"""Bring a list of leads in: read, map, clean, compare with the workspace, and plan. Nothing is sent.

        A cell that does not fit its field is set aside and never costs its row. A row that may be about a known lead,
        about another row or about a person who opted out is not created: it waits for a decision. The same call on the
        same list, after :meth:`~pb2b_notebook.intake.Intake.apply`, finds nothing to do: rows that waited wait again,
        as long as the journal of this machine has the job, 30 days.

        Args:
            source: A path, bytes or an open file (as for :func:`pb2b_notebook.read_leads`), or a frame. A file of rows
                that were held back is read by the mapping and the rules of their list.
            recipe: ``intake.recipe`` of an earlier list; the options given here replace its own.
            mapping: Mapping of the columns, or column → lead field; by default :meth:`pb2b_notebook.Mapping.suggest`.
            country: Country, by code or name, of rows without one: they get it, unless their phone is of another one,
                and their phones are read by it.
            without: Rules of :func:`pb2b_notebook.cleanup.normalize` that are not applied.
            accept: Rules whose suggestions are applied, such as "email_domain_typo"; by default only "reading_order",
                which writes "Kühn, Dirk" as Dirk Kühn where that is sure. ``accept=[]`` applies none.
            existing: For rows about known leads: "fill" (the default) writes only into blanks of the lead, "overwrite"
                what differs, unless it says less (an earlier status, a short name); "skip" leaves the lead alone.
            sure: Least match probability that is followed without your yes; 0.95 by default.
            rules: Field → rule of :func:`pb2b_notebook.cleanup.merge`, for rows that are one person.
            same: Groups of rows (by index label) and leads (by id) that are one person.
            different: Groups of rows and leads that are different people.
            allow: Rows to create although they look like a person who opted out, like several people or like a total.
            leave_out: Rows whose person is not sent, such as a colleague or a competitor.
            sheet: Sheet of a workbook; by default the first one that has people.
            progress: Whether to show a bar when it takes longer than a second.

        Returns:
            An :class:`~pb2b_notebook.intake.Intake`: ``.rows``, ``.set_aside``, ``.held_back``, ``.plan``,
            ``.apply()``, ``.undo()``.

        Raises:
            LeadFileError: The file cannot be read.
            MappingError: The mapping does not fit the list or the workspace.
            InvalidParameterError: An option has another type or value, or the list has no rows.
            UsageError: The workspace is closed.
            ReadInterrupted: Ctrl-C was pressed; nothing was sent.

        Example:
            >>> import pb2b_notebook as pb
            >>> fair = "Name;E-Mail;Telefon;Country\nADA BERG;ada@birkenhain.example;030/901820;Deutschland\n".encode()
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     intake = ws.leads.intake(fair)
            ...     intake.plan.diff["after"].tolist()
            ['Ada Berg', 'ada@birkenhain.example', '+4930901820', 'DE']
        """
        from pb2b_notebook.intake.choices import check_choices, read_recipe
        from pb2b_notebook.intake.sheets import first_sheet_with_people

        self._target.session.client.check_open()
        given: dict[str, Any] = {
            "mapping": mapping, "country": country, "without": without, "accept": accept, "existing": existing,
            "sure": sure, "rules": rules, "same": same, "different": different, "allow": allow,
            "leave_out": leave_out,
        }  # fmt: skip
        chosen = {name: value for name, value in given.items() if value is not None}
        chosen, before = check_choices(chosen), None if recipe is None else read_recipe(recipe)

        def open_sheet(source: Any, name: str | None) -> Intake[Any]:
            return self._open(source, name, before, chosen, progress=progress)

        is_file = isinstance(source, str | Path | bytes) or hasattr(source, "read")
        if sheet is not None or "mapping" in {**(before or {}), **chosen} or not is_file:
            return open_sheet(source, sheet)
        return first_sheet_with_people(source, open_sheet)

    def _open(
        self,
        source: Any,
        sheet: str | None,
        before: Mapping[str, Any] | None,
        chosen: dict[str, Any],
        *,
        progress: bool,
    ) -> Intake[Any]:
        """Return the intake of a frame, of a file, or of a sheet of a workbook.

        Args:
            source: The list.
            sheet: Name of the sheet.
            before: Choices of a recipe, by which those are not read that are kept about rows that come back.
            chosen: Choices that were given, which win.
            progress: Whether to show a bar.
        """
        from pb2b_notebook.intake.choices import Choices
        from pb2b_notebook.intake.held_rows import WITHOUT_REASON
        from pb2b_notebook.intake.intake import (
            STOPPED,
            Intake,
        )  # with the cleanup, which no other use of a workspace loads
        from pb2b_notebook.intake.sheets import read_refusals
        from pb2b_notebook.intake.written_decisions import (
            decision_columns,
            follow_decisions,
            read_decisions,
            reason_columns,
            standing_reasons,
        )
        from pb2b_notebook.upserts.planning.opted_out import columns_of_reasons

        with typed_interrupt(STOPPED):
            frame, name, file = self._read(source, sheet=sheet, progress=progress)
        if not len(frame):
            raise InvalidParameterError(
                f"{name or 'the list'} has no rows", repair="choose the sheet or file that has them"
            )
        workspace, columns = self._workspace(progress=progress), column_names(frame)
        reasons = reason_columns(frame)
        written = decision_columns(frame, held_back=bool(reasons))
        decisions, unclear = read_decisions(frame, written)
        unclear_columns = columns_of_reasons(columns, (cell for name in reasons for cell in cells_of(frame, name)))
        whole, frame = frame, frame[[column for column in columns if column not in {*reasons, *written}]]
        list_kept = workspace.kept(frame)
        without_reason = [] if reasons else list_kept.rows_held_back()
        held_back = list_kept.reading_of_held_back() if reasons or written or without_reason else None
        kept, case = held_back or ({}, None)
        choices = Choices(**({**(kept if before is None else before)} | chosen))
        intake = Intake(
            frame,
            name,
            choices,
            workspace=workspace,
            progress=progress,
            file=file,
            company_case=case,
            unclear_columns=unclear_columns,
            standing=dict.fromkeys(without_reason, WITHOUT_REASON)
            | standing_reasons(whole, reasons, is_known=held_back is not None),
            refused=read_refusals(source, name, file, workspace.lead_fields),
        )
        return follow_decisions(intake, decisions, unclear) if decisions or unclear else intake

    def _read(self, source: Any, *, sheet: str | None, progress: bool) -> tuple[Any, str, FileReport | None]:
        """Return the list, its name, and its report."""
        from pb2b_notebook.files import read_leads

        report = None
        if isinstance(source, list | tuple | dict) or has_to_frame(source):
            raise InvalidParameterError(
                f"an intake reads a file or a frame, not a {type(source).__name__}",
                repair="pass its .to_frame()" if has_to_frame(source) else "ws.leads.intake(pd.DataFrame(…))",
            )
        if is_frame(source):
            frame, name = input_frame(source, purpose="an intake").frame, ""
        else:
            library: Any = self._target.session.frame
            frame = read_leads(source, sheet=sheet, frame=library, progress=progress, quiet=True)
            report = provenance(frame).file
            name = report.name if report is not None else Path(str(source)).name
        return frame, name, report

    def _plan_records(self, records: Any, existing: Existing) -> Plan:
        """Plan records that were compared with all leads: those without an address are created, too."""
        rules = Rules(existing=existing, without_key="create")
        return self._plan(records, None, fields=None, rules=rules, compare_with=None)

    def _workspace(self, *, progress: bool) -> IntakeWorkspace:
        from pb2b_notebook.intake.intake import IntakeWorkspace
        from pb2b_notebook.intake.kept_choices import KeptChoices
        from pb2b_notebook.upserts.planning import current_leads

        target = self._target
        without_bars = hide_progress(hidden=not progress)
        return IntakeWorkspace(
            lead_fields=without_bars(lambda: list_lead_fields(target.session)),
            leads=without_bars(lambda: current_leads.protect(target, current_leads.all_leads(target))),
            latest_job=target.latest_job,
            plan=without_bars(self._plan_records),
            plan_delete=self.plan_delete,
            kept=lambda source: KeptChoices(
                target.session.journal, target.session.client.scope, target.session.time, source
            ),
            harmless_words=lambda: target.session.client.profile.names("harmless"),
        )
