"""``Intake``: a list on its way into a workspace. Each stage can be looked at, and each choice replaced."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, Self

from pb2b_notebook.cleanup.linkage.columns.standardization import SOURCES
from pb2b_notebook.cleanup.normalization.normalize import company_case_of
from pb2b_notebook.cleanup.options import country_of
from pb2b_notebook.display.cards import Card, ShowsCard, shorten
from pb2b_notebook.display.counting import count_text
from pb2b_notebook.display.hiding import hide_progress
from pb2b_notebook.display.progress import Progress
from pb2b_notebook.errors import (
    InvalidParameterError,
    JournalError,
    MappingError,
    UsageError,
    typed_interrupt,
    typed_limits,
)
from pb2b_notebook.files.saving import save_leads
from pb2b_notebook.frames.arrow_export import ExportsArrow
from pb2b_notebook.frames.library import filter_rows, index_labels, label_values, library_of, row_positions
from pb2b_notebook.frames.types import FrameT
from pb2b_notebook.intake import cells, matching, rule_links
from pb2b_notebook.intake.calls import phones_of, without_phones
from pb2b_notebook.intake.cells_with_several import rows_addressed_as_several
from pb2b_notebook.intake.choices import ABOUT_ROWS, Choices, check_choices, write_recipe
from pb2b_notebook.intake.decisions import (
    HELD_BACK,
    NAMES_ANOTHER,
    STATES,
    Decided,
    KnownLeads,
    Link,
    RowKeys,
    State,
    Verdict,
    decide,
    people_of_doubts,
    perhaps_same,
)
from pb2b_notebook.intake.facts import IntakeFacts
from pb2b_notebook.intake.grouped_lists import Groups, fill_groups, find_groups
from pb2b_notebook.intake.kept_choices import KeptChoices
from pb2b_notebook.intake.lines import describe_lines
from pb2b_notebook.intake.list_ends import END_LINE, NO_PERSON, find_lines_without_person
from pb2b_notebook.intake.missing_names import columns_of_missing_names, missing_name
from pb2b_notebook.intake.other_addresses import (
    OtherAddress,
    find_addresses_anywhere,
    find_opted_out,
    find_other_addresses,
    unused_address_columns,
)
from pb2b_notebook.intake.other_names import links_by_other_names
from pb2b_notebook.intake.other_phones import OTHER_PHONES, links_by_phone, links_to_opted_out, with_other_phones
from pb2b_notebook.intake.refused_people import Refused
from pb2b_notebook.intake.salutations import keep_apart, salutations
from pb2b_notebook.intake.second_spellings import links_by_second_spelling
from pb2b_notebook.intake.undoing import Undone, undo_outcome
from pb2b_notebook.intake.written_decisions import DECISION, REASON_IN_FILE
from pb2b_notebook.lazy_libraries import pd, pl
from pb2b_notebook.mapping import Mapping as ColumnMapping
from pb2b_notebook.mapping.application import check_columns
from pb2b_notebook.mapping.columns import cells_of, column_names
from pb2b_notebook.mapping.lead_fields import LeadField, read_fields
from pb2b_notebook.opt_outs import OPTED_OUT
from pb2b_notebook.upserts.planning.opted_out import (
    UNCLEAR,
    ListRefusals,
    find_remarks,
    read_refusals,
)
from pb2b_notebook.upserts.running.jobs import CONTENT
from pb2b_notebook.upserts.tables import as_frame, as_row_frame

if TYPE_CHECKING:
    from pb2b_notebook.cleanup import Duplicates, Normalized
    from pb2b_notebook.files.reports import FileReport, SavedFile
    from pb2b_notebook.upserts.outcomes import Outcome
    from pb2b_notebook.upserts.planning.decisions import Existing
    from pb2b_notebook.upserts.plans import Plan

THRESHOLD: Final = 0.75
"""Least match probability of rows in one cluster: the default of ``pb.cleanup.duplicates``."""
REASON: Final = "held_back_because"
"""Column of the held-back rows that says why."""
_KEPT_ADDRESS: Final = "the lead keeps its email address, since only a likeness says that another one is of this person"
_KEPT_NAME: Final = "first and last name stay blank, since those of the list are not the lead's full name"
STOPPED: Final = "the intake was stopped, and nothing was sent; run the same cell again"
_ROW_NAME: Final = re.compile(r"row (\d+)")
_TYPES_OF_LABELS: Final = {int: "Int64", float: "Float64", bool: "Boolean"}
_SHOWN: Final = 10
_WIDEST: Final = 60


_FIRST_STAGE: Final = {
    "mapping": "mapping", "country": "cleaned", "without": "cleaned", "accept": "cleaned", "same": "people",
    "different": "people", "sure": "_links", "allow": "decided",
    "leave_out": "decided", "rules": "merged", "existing": "merged",
}  # fmt: skip
_STAGES: Final = ("leads", "mapping", "converted", "cleaned", "people", "_links", "decided", "merged", "plan")
"""The cached stages in order; a changed choice keeps those before its own."""


_COMPARED: Final = ("people", "_links", "decided", "merged", "plan")
"""The stages that follow from the leads."""


class IntakeWorkspace(NamedTuple):
    """What an intake needs of the workspace.

    Attributes:
        lead_fields: Returns the frame of ``ws.lead_fields.list()``.
        leads: Returns all leads, deleted ones included, as polars.
        latest_job: Returns the number of the latest job of the journal.
        plan: Plans records by a rule for known leads.
        plan_delete: ``ws.leads.plan_delete``.
        kept: Returns the kept choices about a list.
        harmless_words: Returns what :meth:`~.Workspace.explain_statuses` called harmless.
    """

    lead_fields: Callable[[], Any]
    leads: Callable[[], pl.DataFrame]
    latest_job: Callable[[], int | None]
    plan: Callable[[Any, Existing], Plan[Any]]
    plan_delete: Callable[[Sequence[str]], Plan[Any]]
    kept: Callable[[Any], KeptChoices]
    harmless_words: Callable[[], frozenset[str]]


@dataclass(frozen=True, eq=False, repr=False)
class Intake(ExportsArrow, ShowsCard, Generic[FrameT]):
    """A list on its way into a workspace. Nothing is sent before :meth:`apply`.

    ``ws.leads.intake(path)`` makes it. Each stage is computed when it is first looked at: :attr:`mapping`,
    :attr:`set_aside`, :attr:`normalized`, :attr:`duplicates`, :attr:`rows`, :attr:`plan`. :meth:`change` returns an
    intake with other choices; the stages before these are kept.

    Attributes:
        source: The list as it was read.
        name: Name of the file; ``""`` for a frame.
        choices: What a person decided.
        workspace: What the intake needs of the workspace.
        progress: Whether to show a bar when it takes longer than a second.
        applied: Outcomes of :meth:`apply`.
        undone: What :meth:`undo` did since the last of them.
        file: How the file was read; ``None`` for a frame.
        company_case: The case in which the list writes company names from which these rows were held back; ``None`` for
            a list of its own.
        unclear_columns: Columns in which that list has answers or remarks that are not understood.
        answered: Position of a row → what a person decided about it in the file of held-back rows.
        undecided: Position of a row → why what a person wrote there is not followed.
        wait: Whether such rows wait as they did in their list, so that it shows about whom a person decided.
        standing: Position of a row → why it was held back, for rows whose reason the file cannot settle any more.
        refused: Whom not to contact by the sheets and the name of the file.

    Example:
        >>> import pandas as pd, pb2b_notebook as pb
        >>> people = pd.DataFrame({
        ...     "Name": ["ADA LOVELACE", "Ada Lovelace", "Alan Turing", "?"],
        ...     "E-Mail": ["ada@engines.example", "ada@engines.example", "alan@bletchley.example", None],
        ...     "Firma": ["Engines Ltd", "Engines", "Bletchley", None],
        ... })
        >>> with pb.open_sandbox(leads=20) as ws:
        ...     intake = ws.leads.intake(people)
        ...     before = intake.summary
        ...     done = intake.apply()
        ...     after = ws.leads.intake(people).summary
        >>> before["new"], before["duplicate"], before["no_person"], done.summary["succeeded"]
        (2, 1, 1, 2)
        >>> after["new"], after["known"]
        (0, 3)
    """

    MAIN_TABLE = "rows"

    source: FrameT
    name: str = ""
    choices: Choices = field(default_factory=Choices)
    workspace: IntakeWorkspace = field(kw_only=True, repr=False)
    progress: bool = True
    applied: list[Outcome[FrameT]] = field(default_factory=list, repr=False)
    undone: list[Undone] = field(default_factory=list, repr=False)
    file: FileReport | None = field(default=None, repr=False)
    company_case: str | None = None
    unclear_columns: Collection[Any] = ()
    answered: Mapping[int, str] = field(default_factory=dict)
    undecided: Mapping[int, str] = field(default_factory=dict)
    wait: bool = True
    standing: Mapping[int, str] = field(default_factory=dict)
    refused: Refused = field(default_factory=Refused, repr=False)

    def __post_init__(self) -> None:
        if self.choices.mapping is not None:
            check_columns(self.choices.mapping.columns, column_names(self.source))

    # --- the stages -------------------------------------------------------------------------------------------------

    @cached_property
    def lead_fields(self) -> Any:
        """The lead fields of the workspace: the frame of ``ws.lead_fields.list()``."""
        return self.workspace.lead_fields()

    @cached_property
    def _fields(self) -> dict[str, LeadField]:
        return read_fields(self.lead_fields)

    @cached_property
    def mapping(self) -> ColumnMapping:
        """Which column is which lead field: the chosen mapping, or the suggested one."""
        mapping = self.choices.mapping or ColumnMapping.suggest(self.source, self._fields)
        return mapping.of_list([*column_names(self.source)], [*self._fields])

    @cached_property
    def _lines_without_person(self) -> dict[int, str]:
        """Row → what it is, for lines that are about no person, headings of groups aside."""
        return find_lines_without_person(self.source, self.mapping.columns)

    @cached_property
    def groups(self) -> Groups:
        """The groups of the list, if it is grouped by company."""
        return find_groups(self.source, self.mapping.columns, self._lines_without_person)

    @cached_property
    def filled(self) -> FrameT:
        """The list with the company of its group in each row."""
        found: FrameT = fill_groups(self.source, self.groups)
        return found

    @cached_property
    def converted(self) -> cells.Converted:
        """The mapped columns as values of lead fields."""
        return cells.convert_cells(self.filled, self.mapping, self._fields, file=self.file, groups=self.groups)

    @cached_property
    def cleaned(self) -> cells.Cleaned:
        """The values after :func:`~pb2b_notebook.cleanup.normalize`, each of which the service accepts."""
        chosen, converted, fields = self.choices, self.converted, self._fields
        with hide_progress(hidden=not self.progress):
            return cells.clean_cells(
                converted,
                fields,
                country=chosen.country,
                without=chosen.without,
                accept=chosen.accept,
                company_case=self.company_case,
            )

    @cached_property
    def normalized(self) -> Normalized[Any]:
        """Result of :func:`~pb2b_notebook.cleanup.normalize`: ``.changes`` has the rule of each change.

        Its frames are of the library of the list, and ``row`` is the index label.
        """
        found = self.cleaned.normalized
        tables = (found.changes, found.suggestions)
        changes, suggestions = (as_row_frame(table, self._library, self._index) for table in tables)
        return replace(
            found, frame=as_frame(found.frame, self._library, self._index), changes=changes, suggestions=suggestions
        )

    @cached_property
    def leads(self) -> pl.DataFrame:
        """The leads of the workspace that the list is compared with, deleted ones included."""
        self._latest_job  # noqa: B018 - as it is before they are read
        return self.workspace.leads()

    @cached_property
    def _latest_job(self) -> int | None:
        """Number of the latest job before the leads were read."""
        return self.workspace.latest_job()

    @property
    def _roles(self) -> dict[str, str]:
        """Column → role, for columns of the list that are not lead fields and distinguish people; they are not sent."""
        there, taken = {*self.source.columns}, {*self.cleaned.frame.columns}
        roles = self.mapping.roles.items()
        return {name: role for name, role in roles if name in there - taken and role not in SOURCES}

    @cached_property
    def _compared(self) -> pl.DataFrame:
        compared = matching.with_identifying_columns(self.cleaned.frame, self.source, self._roles)
        return with_other_phones(compared, self.source, self.mapping)

    @cached_property
    def people(self) -> matching.People:
        """Which rows are one person, and which are leads already."""
        leads = matching.live_leads(self.leads)
        with hide_progress(hidden=not self.progress):
            return matching.find_people(
                self._compared,
                leads,
                roles=self._roles,
                threshold=min(THRESHOLD, self.choices.sure),
                same=self._same,
                different=self._names_of(self.choices.different),
            )

    @cached_property
    def duplicates(self) -> Duplicates[Any] | None:
        """Result of :func:`~pb2b_notebook.cleanup.duplicates` for the list and the leads of the workspace, or ``None``.

        Its frames are of the library of the list. Rows of the list are named by their position, such as "row 3";
        ``.pairs`` has the reasons.
        """
        from pb2b_notebook.cleanup.linkage.results.result import in_pandas

        found = self.people.found
        return found if found is None or self._library == "polars" else in_pandas(found, self._index)

    @cached_property
    def _other_addresses(self) -> list[OtherAddress]:
        """The addresses of the rows beside those that are written."""
        columns = [column for column, key in self.mapping.columns.items() if key == "email"]
        columns += [second.column for second in self.converted.second]
        columns += unused_address_columns(self.source, self.mapping)
        used = rule_links.email_keys(self.cleaned.frame)
        known = rule_links.addresses_of_namesakes(self._anywhere, self.cleaned.frame, self.leads, self._known)
        return [*find_other_addresses(self.source, columns, used), *known]

    @cached_property
    def _anywhere(self) -> list[OtherAddress]:
        """The addresses in columns that are not mapped."""
        return find_addresses_anywhere(self.source, self.mapping, rule_links.email_keys(self.cleaned.frame))

    @property
    def _addressed(self) -> list[tuple[int, str]]:
        """The rows with each lead that has one of their addresses."""
        addresses = [*self._own_addresses, *self._other_addresses]
        return [(row, lead) for row, email in addresses for lead in self._known.holders.get(email, ())]

    @property
    def _own_addresses(self) -> list[tuple[int, str]]:
        return [(row, key) for row, key in enumerate(rule_links.email_keys(self.cleaned.frame)) if key is not None]

    @cached_property
    def _opted_out(self) -> dict[int, str]:
        """Row → reason, for rows of people who opted out by the list, or under another address of it."""
        return {row: why for row, (_, why) in self._opted_out_leads.items()} | self.listed_opt_outs

    @cached_property
    def _opted_out_leads(self) -> dict[int, tuple[str, str]]:
        """Row → lead who opted out under another address of the row, and reason."""
        return find_opted_out([*self._anywhere, *self._other_addresses], self._known)

    @property
    def listed_opt_outs(self) -> dict[int, str]:
        """Position of a row → reason, for rows of which the list itself says that the person opted out.

        Whoever objects to calls alone, and has an email address, has not: the phone is left out. Nor has a person whose
        remark or consent was not understood, and about whom a person decided in the file of held-back rows.
        """
        settled = {*self.answered, *self.kept.decided_rows()}
        addresses = self.refused.addresses
        of_sheets = [*self._own_addresses, *self._anywhere] if addresses else []
        found = self._refused_doubts | {row: addresses[email] for row, email in of_sheets if email in addresses}
        objections = self._objections.items()
        own = {row: why for row, why in objections if row not in self._phone_objections}
        found |= {row: why for row, why in own.items() if row not in found or not why.endswith(UNCLEAR)}
        return {row: why for row, why in found.items() if not (row in settled and why.endswith(UNCLEAR))}

    @cached_property
    def _refused_doubts(self) -> dict[int, str]:
        """Row → reason, for rows that are perhaps of people on a sheet of refusals."""
        phones = [name for name in (*self._phones, OTHER_PHONES) if name in self._compared.columns]
        return self.refused.doubts(self._compared, phones)

    @cached_property
    def to_settle(self) -> frozenset[int]:
        """The rows that wait for a remark or a consent of their own that is not understood."""
        unclear = {row: why for row, why in self.listed_opt_outs.items() if why.endswith(UNCLEAR)}
        frame = self.cleaned.frame
        statuses = enumerate(frame["status"] if "status" in frame.columns else ())
        refused = {self.verdicts[row][0].same_as for row, status in statuses if status in OPTED_OUT}
        verdicts = {row: self.verdicts[row][0] for row in unclear.keys() - refused}
        return frozenset(
            row for row, one in verdicts.items() if one.state == "opted_out" and unclear[row] in str(one.reason)
        )

    @cached_property
    def held(self) -> list[int]:
        """The rows that a person can decide about or correct, by position: what :attr:`held_back` has."""
        states = enumerate(verdict.state for verdict, _ in self.verdicts)
        return [row for row, state in states if state in HELD_BACK or row in self.to_settle]

    @cached_property
    def _refusals(self) -> ListRefusals:
        return read_refusals(self.source, self.mapping.columns, self._harmless, self.unclear_columns)

    @property
    def _objections(self) -> dict[int, str]:
        """Row → reason, for rows of which the list itself says that the person opted out, of whatever."""
        return self._refusals.rows

    @cached_property
    def _phone_objections(self) -> dict[int, str]:
        """Row → reason, for rows whose person objects to calls alone."""
        emails = rule_links.email_keys(self.cleaned.frame)
        return self._refusals.phone_objections(self._objections, emails)

    @property
    def _phones(self) -> list[str]:
        """The columns of values that have phones."""
        keys = {field.column for field in self._fields.values() if field.type == "phone"}
        return [name for name in self.cleaned.frame.columns if name in keys]

    @cached_property
    def _harmless(self) -> frozenset[str]:
        """Words that say no opt-out, as they were when the rows were judged."""
        return self.workspace.harmless_words()

    @cached_property
    def _known(self) -> KnownLeads:
        """What decisions need of the leads of the workspace."""
        return matching.known_leads(self.leads)

    @cached_property
    def _links(self) -> list[Link]:
        """What says that a row is of the same person as another one or as a lead."""
        wrong = self._set_aside.filter(pl.col("field") == "email").select("row", "value").iter_rows()
        live, likely = matching.live_leads(self.leads), matching.links_of(self.people, self._same)
        people = self.leads.filter(pl.col("id").is_in([*live["id"], *self._known.opted_out]))
        certain = {(link.row, link.other) for link in likely if link.probability >= self.choices.sure and not link.cut}
        links = [
            *likely,
            *rule_links.links_by_id(self._listed_ids or [None] * self._compared.height, self._compared, live),
            *rule_links.links_by_own_address(self._compared, live, self._known, certain),
            *rule_links.links_without_address(self._compared, live, self._roles),
            *rule_links.links_by_other_address(self._compared, live, self._known, self._other_addresses, self._roles),
            *rule_links.links_by_name(self._compared, live, self._known, self._roles),
            *rule_links.links_by_external_id(self._compared, people),
            *links_to_opted_out(self._compared, self.leads, self._known),
            *links_by_phone(self._compared, self.leads, self._known, country_of(self.choices.country)),
        ]
        sure = [link for link in links if link.probability >= self.choices.sure and not link.cut]
        settled = {link.row for link in sure if isinstance(link.other, str)}
        links += links_by_other_names(self._compared, live, settled, self._roles)
        links += links_by_second_spelling(
            self._compared, self.source, self.mapping.columns, people, settled, opted_out=self._known.opted_out
        )
        links = [*rule_links.with_broken_addresses(links, dict(wrong))]
        return [*rule_links.with_family_mailboxes(links, self._compared, live)]

    @cached_property
    def decided(self) -> Decided:
        """The verdict about each row."""
        return decide(
            self._row_keys,
            keep_apart(self._links, salutations(self.source, self.mapping.columns), self.choices.sure),
            self._known,
            sure=self.choices.sure,
            allowed=set(self._positions(self.choices.allow)),
            different=self._different,
            opted_out=self._opted_out,
            no_person=self._lines_without_person | dict.fromkeys(self.groups.headings, END_LINE),
            left_out=[*self._positions(self.choices.leave_out), *self._decided_before[1]],
            waited={
                row: state
                for row, state in self.kept.waiting_rows(were_held_back=self.company_case is not None).items()
                if self.wait or state != "doubtful" or row not in self.answered
            },
            undecided=self.undecided,
            standing={row: why for row, why in self.standing.items() if row not in self.answered},
        )

    @property
    def _row_keys(self) -> list[RowKeys]:
        """What identifies each row."""
        keys = matching.row_keys(self.cleaned.frame)
        for row in rows_addressed_as_several(self.source, self.mapping):
            keys[row] = keys[row]._replace(of_several=True)
        for row in self._set_aside.filter(pl.col("field").is_in(rule_links.NAMES))["row"]:
            keys[row] = keys[row]._replace(of_no_person=not (keys[row].has_name or keys[row].email))
        for row in [row for row, decision in self.answered.items() if decision == "create"]:
            keys[row] = keys[row]._replace(of_several=False, of_no_person=False)
        return keys

    @property
    def _same(self) -> list[list[str]]:
        """Groups of rows and leads that are one person by a choice, or by a decision about held-back rows before."""
        return [*self._names_of(self.choices.same), *self._decided_before[0]]

    @cached_property
    def _decided_before(self) -> tuple[list[list[str]], list[int]]:
        """What a person decided in a file of rows that were held back: rows with their leads, and rows to leave out."""
        chosen = self._names_of([*self.choices.same, *self.choices.different])
        new = {name for group in chosen for name in group} | {matching.row_name(row) for row in self.answered}
        live = {*matching.live_leads(self.leads)["id"]}
        decided = [(row, lead) for row, lead in self.kept.decided_rows().items() if matching.row_name(row) not in new]
        same = [[matching.row_name(row), lead] for row, lead in decided if lead is not None and lead in live]
        return same, [row for row, lead in decided if lead is None]

    @property
    def _different(self) -> list[tuple[int | str, int | str]]:
        """Pairs of rows and leads that a person judged to be two people."""
        groups = self._names_of(self.choices.different)
        return [pair for group in groups for pair in combinations(map(matching.position_of, group), 2)]

    @property
    def _listed_ids(self) -> Sequence[Any]:
        """The column "id" of the list, which an export of leads has; empty if the list has none."""
        return cells_of(self.source, "id") if "id" in self.source.columns else []

    @cached_property
    def kept(self) -> KeptChoices:
        """What the journal keeps of the list."""
        return self.workspace.kept(self.filled)

    @cached_property
    def merged(self) -> matching.Merged:
        """One record for each person who is new or known."""
        cleaned, people, decided = self.cleaned.frame, self.people, self.decided
        with hide_progress(hidden=not self.progress):
            merged = matching.merge_people(
                cleaned,
                matching.live_leads(self.leads),
                people,
                decided,
                same=self._same,
                rules=self.choices.rules or None,
                allowed=self._positions(self.choices.allow),
                opted_out=self._opted_out,
                overwrite=self.choices.existing == "overwrite",
                addressed=self._addressed,
            )
        unread = self._set_aside.filter(pl.col("field") == "country")["row"].to_list()
        of_leads = {lead_id for row in unread if (lead_id := self.decided.verdicts[row].lead_id) is not None}
        merged = matching.with_country(merged, self.choices.country, unread, of_leads)
        live = matching.live_leads(self.leads)
        merged = without_phones(merged, live, self._phones, self.decided, self._phone_objections)
        columns = [name for name in self.converted.frame.columns if name in merged.frame.columns]
        differing = matching.find_differing(self.cleaned.frame, merged, self.decided, columns)
        return merged._replace(differing=differing)

    @cached_property
    def plan(self) -> Plan[FrameT]:
        """The :class:`~pb2b_notebook.upserts.plans.Plan`: what :meth:`apply` would send, field by field.

        Its rows are people, not rows of the list: in pandas, new people have the index label of their row, and leads of
        the workspace their id; in polars they come in this order.
        """
        bar = Progress("bringing in the list", shown=self.progress, unit="stages")
        with typed_interrupt(STOPPED), typed_limits("the intake stopped"), bar:
            for stage in _STAGES[:-1]:
                getattr(self, stage)
                bar.add(1, len(_STAGES), stage.removeprefix("_"))
            plan = self._plan_merged()
            opted_out = self._find_opted_out_by_plan(plan)
            if opted_out:  # they are held back as those are whom the rows alone show, and the others planned again
                self.__dict__["merged"] = matching.without_people(self.merged, opted_out)
                plan = self._plan_merged()
            allowed = set(self._positions(self.choices.allow))
            rows = [place for place, row in enumerate(self.merged.rows) if row in allowed]
            whole = plan.allowing(plan.labels_of(rows)) if rows else plan
            facts = {"list": self.name} if self.name else {}
            facts |= {"grouped_by": str(self.groups.column)} if self.groups.companies else {}
            source = replace(whole.source, origin=self._origin, facts=facts)
            return replace(whole, source=source, latest_job=self._latest_job)

    def _plan_merged(self) -> Plan[FrameT]:
        """Return the plan of the records."""
        records = as_frame(self._writable(self.merged.frame), self._library, self._labels_of_people())
        return self.workspace.plan(records, self.choices.existing)

    def _find_opted_out_by_plan(self, plan: Plan[FrameT]) -> dict[int, Verdict]:
        """Return row → verdict, for the rows of new people that only the plan finds to have opted out."""
        planned = zip(
            self.merged.rows, self._planned_rows(plan).select("code", "reason", "lead_id").rows(), strict=True
        )
        allowed = set(self._positions(self.choices.allow))
        found = {
            row: Verdict("opted_out", reason, lead_id)
            for row, (code, reason, lead_id) in planned
            if row is not None and code == "suppressed" and row not in allowed
        }
        members = {row: rows for rows, lead_id in self.decided.groups if lead_id is None for row in rows}
        return {each: verdict for row, verdict in found.items() for each in members.get(row, (row,))}

    # --- what comes out ---------------------------------------------------------------------------------------------

    @cached_property
    def verdicts(self) -> list[tuple[Verdict, str | None]]:
        """The verdict about each row, by position, and the action of its plan; :attr:`rows` has them as a frame.

        A new person of several rows is planned once: its first row has the action, whichever row the record is of.
        """
        planned = self._planned_rows(self.plan).select("action", "code", "reason", "lead_id").rows()
        first = self._first_rows_of_people()
        of_people = {first[row]: one for row, one in zip(self.merged.rows, planned, strict=True) if row is not None}
        of_leads = {one[-1]: one for row, one in zip(self.merged.rows, planned, strict=True) if row is None}
        notes = {_KEPT_ADDRESS: {*self.merged.kept_addresses}, _KEPT_NAME: {*self.merged.kept_names}}
        found: list[tuple[Verdict, str | None]] = []
        for row, decided in enumerate(self.decided.verdicts):
            verdict = self.merged.waiting.get(row, decided)
            one = of_leads.get(verdict.lead_id) if verdict.state == "known" else of_people.get(first.get(row, -1))
            for note in [note for note, leads in notes.items() if one is not None and verdict.lead_id in leads]:
                verdict = verdict._replace(reason=f"{verdict.reason}; {note}")
            verdict, action = (verdict, None) if one is None else _after_planning(verdict, *one)
            if verdict.state == "opted_out" and verdict.lead_id is None and row in self._opted_out_leads:
                verdict = verdict._replace(lead_id=self._opted_out_leads[row][0])
            found.append((verdict, None if verdict.state == "duplicate" and row != first.get(row) else action))
        gone: dict[int | str, str] = {lead: f"who is {status}" for lead, status in self._known.opted_out.items()}
        gone |= {row: "who opted out" for row, (verdict, _) in enumerate(found) if verdict.state == "opted_out"}
        perhaps = perhaps_same(matching.possible_links_of(self.people), self.decided, self._different, gone)
        return [
            (perhaps.get(row, verdict) if verdict.state == "new" else verdict, action)
            for row, (verdict, action) in enumerate(found)
        ]

    @staticmethod
    def _planned_rows(plan: Plan[Any]) -> pl.DataFrame:
        """Return the rows of a plan's decisions; one that looks like a person who opted out has that lead's id."""
        rows, basis = plan.decisions.rows, plan.basis
        if basis is None or basis.suppressed is None:
            return rows
        whom = basis.suppressed.select("row", suppressing="lead_id").unique("row", keep="first")
        whom = whom.with_columns(code=pl.lit("suppressed"))
        found = rows.join(whom, on=["row", "code"], how="left", maintain_order="left")
        return found.with_columns(pl.coalesce("lead_id", "suppressing").alias("lead_id"))

    def _first_rows_of_people(self) -> dict[int, int]:
        """Return the first row of each new person by each of their rows; rows that wait are not among them."""
        people = [rows for rows, lead_id in self.decided.groups if lead_id is None]
        sent = [[row for row in rows if row not in self.merged.waiting] for rows in people]
        return {row: rows[0] for rows in sent for row in rows}

    @cached_property
    def rows(self) -> FrameT:
        """One row per row of the list, with its index.

        Columns: ``state`` ("new", "known", "duplicate" of another row, "opted_out",
        "left_out" by ``leave_out``, "no_person" for blank lines and totals, "doubtful" or "broken"), ``action``
        of the plan ("create", "update" or "unchanged"; null for rows that are not sent), ``lead_id`` (lead that it is,
        or may be), ``same_as`` (index label of the row that it is a duplicate of, or may be one of) and ``reason``: of
        a duplicate, what it has in common with that row, and what speaks against it. A new row with a reason is
        created, though it may be that lead or row (0.3 to 0.5): ``change(same=[…])`` makes it one person.
        """
        columns = {
            "state": [verdict.state for verdict, _ in self.verdicts],
            "action": [action for _, action in self.verdicts],
            "lead_id": [verdict.lead_id for verdict, _ in self.verdicts],
            "reason": [verdict.reason for verdict, _ in self.verdicts],
        }
        table = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
        table = table.insert_column(3, self._labels_as_column("same_as", [one.same_as for one, _ in self.verdicts]))
        found: FrameT = as_frame(table, self._library, self._index)
        return found

    @property
    def summary(self) -> dict[str, int]:
        """Number of rows of each state, and ``set_aside``, the number of cells that are left out."""
        counts = Counter(verdict.state for verdict, _ in self.verdicts)
        return {**{state: counts[state] for state in STATES}, "set_aside": self._set_aside.height}

    @property
    def perhaps_same(self) -> dict[int, Verdict]:
        """Position → verdict, of the new rows that may be a known lead or another row."""
        return {
            row: verdict
            for row, (verdict, _) in enumerate(self.verdicts)
            if verdict.state == "new" and verdict.reason is not None
        }

    @property
    def lines_without_person(self) -> str:
        """What the lines are that are about no person, and where they stand: by line, or by number from 1."""
        found: dict[str, list[int]] = {}
        for row, (verdict, _) in enumerate(self.verdicts):
            if verdict.state == "no_person":
                found.setdefault(str(verdict.reason), []).append(row)
        return ", ".join(
            f"{count_text(len(rows), *NO_PERSON[why])} ({describe_lines(self.file, rows)})"
            for why, rows in found.items()
        )

    @cached_property
    def _set_aside(self) -> pl.DataFrame:
        refused = phones_of(self.cleaned.frame, self.converted.columns, self._phones, self._phone_objections)
        no_calls = cells.as_table(refused)
        found = pl.concat([self.converted.set_aside, self.cleaned.set_aside, no_calls])
        return found.sort("row", maintain_order=True)

    @cached_property
    def set_aside(self) -> FrameT:
        """Cells that are left out because they do not fit their field; their rows are kept.

        Columns: ``row`` (index label), ``column`` of the list, ``field``, ``value`` as text, and ``reason``. A mapping
        with a converter or a value map repairs them, such as ``intake.mapping.with_values(column, {"hot": "A"})``.
        """
        found: FrameT = as_row_frame(self._set_aside, self._library, self._index)
        return found

    @cached_property
    def remarks(self) -> FrameT:
        """Remarks about people who would be created, in which no refusal was found: look here before :meth:`apply`.

        No program reads every remark in every language. Whoever asked in one of these not to be written to is left out
        by ``change(leave_out=[row])``.

        Columns: ``row`` (index label), ``column`` of the list, and ``remark``, as text.

        Example:
            >>> import pandas as pd, pb2b_notebook as pb
            >>> people = pd.DataFrame({"E-Mail": ["ada@birkenhain.example"], "Notes": ["met at the fair in May"]})
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     ws.leads.intake(people).remarks.to_dict("records")
            [{'row': 0, 'column': 'Notes', 'remark': 'met at the fair in May'}]
        """
        table = pl.DataFrame(self.remarks_of_new, schema=["row", "column", "remark"], orient="row")
        table = table.cast({"row": pl.Int64, "column": pl.String, "remark": pl.String})
        found: FrameT = as_row_frame(table, self._library, self._index)
        return found

    @cached_property
    def remarks_of_new(self) -> list[tuple[int, str, str]]:
        """Position, column and text of each of :attr:`remarks`."""
        new = {row for row, (verdict, _) in enumerate(self.verdicts) if verdict.state == "new"}
        return [one for one in find_remarks(self.source, self.mapping.columns) if one[0] in new]

    @cached_property
    def merged_values(self) -> FrameT:
        """The values in which rows of one person differ, with the one that is kept: look here before :meth:`apply`.

        Columns: ``row`` (index label of the person's first row), ``field``, ``kept`` and ``left`` (the other values of
        the list, separated by "; "), as text. ``rules={"title": "most_recent"}`` keeps another one.

        Example:
            >>> import pandas as pd, pb2b_notebook as pb
            >>> people = pd.DataFrame({
            ...     "Name": ["Ada Berg", "ADA BERG"], "E-Mail": ["ada@birkenhain.example"] * 2, "Title": ["CTO", "CIO"],
            ...     "Phone": ["+4930901820", None],
            ... })
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     ws.leads.intake(people).merged_values.to_dict("records")
            [{'row': 0, 'field': 'title', 'kept': 'CTO', 'left': 'CIO'}]
        """
        found: FrameT = as_row_frame(self.merged.differing, self._library, self._index)
        return found

    @property
    def held_back(self) -> FrameT:
        """The doubtful and broken rows as they are in the list, with the reason in the column ``held_back_because``.

        The reason of a doubtful row names the row or the lead that it may be, by its name and its email address. Rows
        with a remark that may be a refusal, or a consent that is neither a yes nor a no, are among them.
        """
        verdicts = [verdict for verdict, _ in self.verdicts]
        others = people_of_doubts(verdicts)
        leads = self.leads.filter(pl.col("id").is_in([str(one) for some in others.values() for one in some]))
        of_leads, of_rows = dict(zip(leads["id"], _names_in(leads), strict=True)), _names_in(self.cleaned.frame)
        names = {
            row: " or ".join(
                dict.fromkeys(of_rows[one] if isinstance(one, int) else of_leads.get(one, one) for one in some[:_SHOWN])
            )
            for row, some in others.items()
        }
        reasons = [
            f"{verdicts[row].reason}{NAMES_ANOTHER}{names[row]}" if names.get(row) else verdicts[row].reason
            for row in self.held
        ]
        held = {*self.held}
        kept = filter_rows(self.filled, [row in held for row in range(len(self))])
        if self._library == "polars":
            found: FrameT = kept.with_columns(pl.Series(REASON, reasons, dtype=pl.String))
        else:
            found = kept.assign(**{REASON: reasons})
        return found

    def save_held_back(self, path: Any, *, overwrite: bool = False) -> SavedFile:
        """Write the rows that are held back to a file, with the reasons, to be corrected or decided about there.

        ``ws.leads.intake(path)`` brings the corrected file in. In its column "decision: create, same or leave out",
        "create" makes a doubtful row a person of its own, and "same" the person that its reason names; a row with a
        remark that may be a refusal is sent by both. The file is read by the mapping and the rules of this list, which
        the journal keeps for 30 days; those of ``recipe=`` go first.

        Args:
            path: A path whose suffix decides the format, such as ``held_back.xlsx``.
            overwrite: Whether to replace an existing file.

        Returns:
            A report of what was written; ``.path`` is the file.
        """
        saved = save_leads(self.file_of_held_back(), path, overwrite=overwrite)
        self.expect_held_back()
        return saved

    def file_of_held_back(self) -> FrameT:
        """Return :attr:`held_back` with a blank column for decisions, as :meth:`save_held_back` writes it."""
        held: Any = self.held_back
        names = {REASON: REASON_IN_FILE}
        if self._library == "polars":
            found: FrameT = held.rename(names).with_columns(pl.lit(None, pl.String).alias(DECISION))
        else:
            found = held.rename(columns=names).assign(
                **{DECISION: pd.Series([None] * len(held), held.index, dtype="str")}
            )
        return found

    def expect_held_back(self) -> None:
        """Keep the mapping and the rules for the rows that are held back, which come back as a list of their own."""
        case = self.company_case
        case = company_case_of(self.converted.frame, self.lead_fields) if case is None else case
        with suppress(JournalError):  # they are read by themselves then, or by recipe=
            verdicts = [verdict for verdict, _ in self.verdicts]
            self.kept.keep_for_held_back(replace(self.choices, mapping=self.mapping), case, verdicts, self.to_settle)

    @property
    def recipe(self) -> str:
        """The mapping and the rules as JSON, for the next list of the same kind.

        Choices about single rows (``same``, ``different``, ``allow``, ``leave_out``) are not in it.
        """
        return write_recipe(replace(self.choices, mapping=self.mapping))

    # --- choices ----------------------------------------------------------------------------------------------------

    def change(self, **choices: Any) -> Self:
        """Return the intake with other choices; stages that do not depend on them are kept.

        If leads were written from this machine since they were read, such as by :meth:`apply`, or words were explained
        (:meth:`~pb2b_notebook.workspace.Workspace.explain_statuses`), they are read again.

        Args:
            **choices: The options of ``ws.leads.intake``: ``mapping``, ``country``, ``without``, ``accept``,
                ``existing``, ``sure``, ``rules``, ``same``, ``different``, ``allow`` and ``leave_out``. Rows are named
                by their index labels, leads by their ids.

        Raises:
            InvalidParameterError: A choice is unknown, or has another type.

        Example:
            >>> import pandas as pd, pb2b_notebook as pb
            >>> people = pd.DataFrame({"E-Mail": ["ada@engines.example"], "Tier": ["hot"]})
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     intake = ws.leads.intake(people, mapping={"E-Mail": "email", "Tier": "tier"})
            ...     repaired = intake.change(mapping=intake.mapping.with_values("Tier", {"hot": "A"}))
            ...     intake.summary["set_aside"], repaired.summary["set_aside"]
            (1, 0)
        """
        new = check_choices(choices)
        changed = replace(self, choices=replace(self.choices, **new), applied=[], undone=[])
        first = min((_STAGES.index(_FIRST_STAGE[name]) for name in new), default=len(_STAGES))
        kept = {"lead_fields", "kept", "_latest_job", *_STAGES[:first]}
        if "leads" in self.__dict__ and (
            self.workspace.latest_job() != self._latest_job or self.workspace.harmless_words() != self._harmless
        ):
            kept -= {"leads", "_latest_job", *_COMPARED}
        for stage in kept:
            if stage in self.__dict__:
                changed.__dict__[stage] = self.__dict__[stage]
        return changed

    def with_decisions(self, **decisions: Any) -> Self:
        """Return the intake with other values of ``answered``, ``undecided`` and ``wait``; earlier stages are kept."""
        changed = replace(self, **decisions)
        kept = ("lead_fields", "kept", "_latest_job", "_harmless", *_STAGES[: _STAGES.index("_links")])
        changed.__dict__.update({stage: self.__dict__[stage] for stage in kept if stage in self.__dict__})
        return changed

    # --- sending ----------------------------------------------------------------------------------------------------

    def apply(self, *, nameless: bool = False, without_refusals: bool = False, **options: Any) -> Outcome[FrameT]:
        """Send what the plan says, each row once, whatever fails; the same cell continues after an interruption.

        After an interruption it finishes what the interrupted :meth:`apply` began, so that :meth:`undo` takes all back.

        Args:
            nameless: Whether people are created without a name, although a column that is not mapped may have names.
                A mapping that is passed as ``mapping=`` says so, too.
            without_refusals: Whether people are created although a sheet that is named like a list of refusals could
                not be used.
            **options: The options of :meth:`pb2b_notebook.upserts.plans.Plan.apply`, such as ``dry_run=True``.

        Returns:
            An :class:`~pb2b_notebook.upserts.outcomes.Outcome`, whose rows are those of ``intake.plan``, or of the
            plan that was interrupted.

        Raises:
            MappingError: No column is mapped to a name, and one may have names.
            UsageError: A sheet that is named like a list of refusals could not be used.
            ProspectB2BError: For the same reasons as ``plan.apply()``.
        """
        source = self.plan.source
        if not options.get("dry_run"):
            if not (nameless or self.choices.mapping):
                self._check_names()
            if not without_refusals:
                self._check_refusals()
            with suppress(JournalError):  # the plan says so where it cannot go on
                self.kept.keep_waiting([verdict for verdict, _ in self.verdicts], self.to_settle)
                self.kept.keep_decided(self._decided_now(), self.answered)
        facts = {**source.facts, CONTENT: self.kept.digest}
        outcome = replace(self.plan, source=replace(source, facts=facts)).apply(**options)
        if not outcome.dry_run:
            self.applied.append(outcome)
            self.undone.clear()
        return outcome

    def _decided_now(self) -> dict[int, str | None]:
        """Return the rows about which a person decided, with the lead that each is; ``None`` if it is left out."""
        verdicts = {row: self.verdicts[row][0] for row in self.answered}
        return {row: one.lead_id for row, one in verdicts.items() if one.state in {"known", "left_out"}}

    def _check_names(self) -> None:
        """Refuse to create people without a name from a list that may have names."""
        columns = columns_of_missing_names(self.source, self.mapping)
        if columns and self.plan.summary["create"]:
            part, key = missing_name(self.mapping)
            raise MappingError(
                f"people would be created without a {part}, and {shorten(str(columns[0]), _WIDEST)} may have it",
                repair=f"intake.change(mapping=intake.mapping.with_column({columns[0]!r}, {key!r})); if it has not, "
                "intake.apply(nameless=True)",
            )

    def _check_refusals(self) -> None:
        """Refuse to create people while a sheet of refusals is not used."""
        unread = self.refused_unread
        if unread and self.plan.summary["create"]:
            sheet, why = next(iter(unread.items()))
            raise UsageError(
                f"the sheet {shorten(sheet, _WIDEST)!r} looks like a list of refusals, and is not used: {why}",
                repair="correct the sheet, or intake.apply(without_refusals=True) if none of these people is on it",
            )

    @property
    def refused_unread(self) -> dict[str, str]:
        """Sheet → why it is not used, for sheets that are named like a list of refusals."""
        if not self.refused.unread:
            return {}
        reasons = {*self._refused_doubts.values()}
        return {
            sheet: why
            for sheet, why in self.refused.unread.items()
            if not any(f"on the sheet {sheet!r}" in reason for reason in reasons)
        }

    @property
    def outcome(self) -> Outcome[FrameT] | None:
        """Outcome of the last :meth:`apply`; ``None`` before."""
        return self.applied[-1] if self.applied else None

    @typed_interrupt("the undo was stopped; what it took back stays so, and the same cell continues")
    def undo(self) -> Undone:
        """Write the earlier values of changed leads back, and delete the leads that this intake created.

        A lead that was changed since stays as it is, also one that this intake created, and a status of someone who
        opted out stays. Leads that an import created have no version: they stay if they lack a value that was sent.

        Raises:
            UsageError: This intake was not applied.
            ApplyInterrupted: Ctrl-C was pressed while leads were written; the same call continues.
            ReadInterrupted: Ctrl-C was pressed otherwise; the same call continues.
        """
        if self.outcome is None:
            raise UsageError(
                "this intake was not applied, so that there is nothing to undo",
                repair="for an earlier session: outcome = ws.upserts.get(job_id), then outcome.undo_plan().apply()",
            )
        self.undone.append(undo_outcome(self.outcome, self.workspace.plan_delete))
        with suppress(JournalError):
            self.kept.keep_decided({}, self.answered)
        return self.undone[-1]

    def labels_of(self, positions: Iterable[int]) -> list[Any]:
        """Return the index labels of rows, by which choices such as ``same`` and ``leave_out`` name them."""
        labels = index_labels(self._index)
        return [position if labels is None else labels[position] for position in positions]

    def _labels_as_column(self, name: str, positions: Sequence[int | None]) -> pl.Series:
        """Return a column of index labels, of the type of the index, as ``rows.loc`` finds them."""
        index = index_labels(self._index)
        labels = range(len(self)) if index is None else label_values(index)
        kind = getattr(pl, _TYPES_OF_LABELS.get(type(labels[0]), "String")) if len(labels) else pl.Int64
        values = [None if position is None else labels[position] for position in positions]
        return pl.Series(name, values, kind)

    @property
    def _origin(self) -> tuple[str, str]:
        """Digests of the list, and of the choices: by these an interrupted :meth:`apply` finds its job again."""
        about_rows = [getattr(self.choices, name) for name in ABOUT_ROWS]
        choices = self.recipe + json.dumps(about_rows, default=str)
        texts = (self.converted.frame.write_ndjson(), choices)
        return tuple(hashlib.sha256(text.encode()).hexdigest() for text in texts)  # type: ignore[return-value]

    # --- how it looks -----------------------------------------------------------------------------------------------

    @property
    def _library(self) -> str:
        return library_of(self.source) or "pandas"

    @property
    def _index(self) -> Any:
        return self.source.index if self._library == "pandas" else None

    def _positions(self, rows: Iterable[Any]) -> list[int]:
        repair = "intake.rows shows the labels"
        return row_positions(rows, index_labels(self._index), count=len(self), repair=repair)

    def _names_of(self, groups: Sequence[Sequence[Any]]) -> list[list[str]]:
        """Return groups of rows and leads by their names in a search for duplicates."""
        ids, labels = {*self.leads["id"]}, index_labels(self._index)
        others = {name for group in groups for name in group if isinstance(name, str) and not _ROW_NAME.fullmatch(name)}
        others -= ids
        if others and (labels is None or others - {*labels}):
            raise InvalidParameterError(
                "same= or different= names an unknown lead",
                repair="intake.rows has the ids in lead_id, and ws.leads.list() all; rows are named by their labels",
            )
        return [
            [name if name in ids else matching.row_name(self._positions([_label_of(name)])[0]) for name in group]
            for group in groups
        ]

    def _labels_of_people(self) -> Any:
        """Return the index of the people who are written, for pandas: labels of rows, and ids of leads."""
        if self._library != "pandas":
            return None
        labels = [None if row is None else self._index[row] for row in self.merged.rows]
        ids = self.merged.frame["id"].to_list() if "id" in self.merged.frame.columns else labels
        return pd.Index(
            [lead_id if label is None else label for label, lead_id in zip(labels, ids, strict=True)],
            tupleize_cols=False,
        )

    def _writable(self, records: pl.DataFrame) -> pl.DataFrame:
        """Return the columns of the records that a plan reads."""
        wanted = {*self.converted.frame.columns, "id", "updated_at", "seniority", "country"}
        return records.select(name for name in records.columns if name in wanted)

    def _card(self) -> Card:
        plan = self.plan  # Ctrl-C in any stage is typed there
        return IntakeFacts(self, plan, self._fields, self._listed_ids, self._opted_out, self._set_aside).card()

    def __len__(self) -> int:
        return len(self.source)


def _names_in(people: pl.DataFrame) -> Sequence[str]:
    """Return the name and the email address of each row; "" for neither."""
    parts = ["full_name"] if "full_name" in people.columns else ["first_name", "last_name"]
    known = [pl.col(name).cast(pl.String) for name in (*parts, "email") if name in people.columns]
    if not known:
        return [""] * people.height
    return people.select(pl.concat_str(known, separator=", ", ignore_nulls=True)).to_series().to_list()


def _label_of(name: Any) -> Any:
    """Return the label of a row; "row 10", as pairs of duplicates name it, is row 10."""
    found = _ROW_NAME.fullmatch(name) if isinstance(name, str) else None
    return int(found[1]) if found else name


def _after_planning(
    verdict: Verdict, action: str, code: str | None, reason: str | None, lead_id: str | None
) -> tuple[Verdict, str | None]:
    """Return the verdict about a row after its plan, and the action that it has in the end."""
    states: dict[str, State] = {"conflict": "doubtful", "invalid": "broken"}
    if action in states:
        state: State = "opted_out" if code == "suppressed" else states[action]
        return Verdict(state, reason, lead_id or verdict.lead_id), None
    return verdict, action
