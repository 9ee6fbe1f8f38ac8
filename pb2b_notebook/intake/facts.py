"""What the card of an intake says: which columns were read, what each row is, and what to do next."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.display.cards import Card, Table, shorten, shorten_cells
from pb2b_notebook.display.counting import count_text
from pb2b_notebook.intake.decisions import STATES, STILL_A_LEAD
from pb2b_notebook.intake.lines import line_of
from pb2b_notebook.intake.missing_names import columns_of_missing_companies, columns_of_missing_names, missing_name
from pb2b_notebook.intake.other_addresses import unused_address_columns
from pb2b_notebook.intake.second_columns import describe
from pb2b_notebook.intake.sheets import describe_findings
from pb2b_notebook.intake.unread_columns import local_time_columns, unordered_date_columns, unread_columns
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.mapping.vocabulary import NAMES
from pb2b_notebook.upserts.planning.opted_out import (
    BY_THIRD_PARTIES,
    UNCLEAR_CONSENT,
    UNCLEAR_LEAVING,
    UNCLEAR_LIST,
    UNCLEAR_REFUSAL,
    UNCLEAR_REMARK,
    find_refused_newsletters,
    find_unanswered_consents,
)

if TYPE_CHECKING:
    from pb2b_notebook.files.reports import FileReport
    from pb2b_notebook.intake.intake import Intake
    from pb2b_notebook.upserts.plans import Plan

_DOMAIN_TYPO: Final = "email_domain_typo"
_NO_PEOPLE: Final = (
    "map a column of people: intake.mapping.with_column(column, 'full_name'); a list of companies is for "
    "pb.cleanup.duplicates(df, of='companies')"
)
_NOTHING_TO_DO: Final = {
    "fill": "nothing to do: no lead lacks what the list has; intake.change(existing='overwrite') writes what differs",
    "skip": "nothing to do: no row is new, and existing='skip' leaves known leads alone",
    "overwrite": "nothing to do: the workspace has it all",
}
_SHOWN: Final = 10
_WIDEST: Final = 60


@dataclass(frozen=True)
class IntakeFacts:
    """What the card of one intake is made of.

    Attributes:
        intake: The intake.
        plan: Its plan.
        fields: The lead fields of its workspace, by their keys.
        listed_ids: The column "id" of the list; empty if it has none.
        opted_out: Position of a row → why its person must not be contacted.
        set_aside: Cells that are left out, as polars.
    """

    intake: Intake[Any]
    plan: Plan[Any]
    fields: Mapping[str, LeadField]
    listed_ids: Sequence[Any]
    opted_out: Mapping[int, str]
    set_aside: pl.DataFrame

    def card(self) -> Card:
        """Return the card: the facts, and the first of the rows and cells that need a look."""
        target = self.plan.target
        return Card(
            title="Intake",
            badge=target.badge,
            about=" · ".join(
                part for part in (self.intake.name, count_text(len(self.intake), "row"), f"into {target.name}") if part
            ),
            facts=self._facts(),
            details=(
                _first_rows(self._held_table(), "held back"),
                _first_rows(self._perhaps_table(), "perhaps the same"),
                _first_rows(self.set_aside, "cells set aside"),
            ),
            label_width=11,
        )

    def _facts(self) -> list[tuple[str, str]]:
        counts = self.intake.summary
        facts = [] if self.intake.file is None else _facts_of_file(self.intake.file, self.intake.refused_unread)
        facts += (
            [("read", "as the list from which these rows were held back")]
            if self.intake.company_case is not None
            else []
        )
        facts += self._facts_of_columns()
        facts.append(
            ("cleaned", f"{count_text(len(self.intake.cleaned.normalized.changes), 'cell')}: intake.normalized.changes")
        )
        facts += self._facts_of_addresses()
        if self.intake.converted.unordered:
            facts.append(("name order", self._fact_of_order(self.intake.converted.unordered)))
        facts += [("second", text) for text in describe(self.intake.converted.second)]
        if self.intake.groups.companies:
            column = shorten(str(self.intake.groups.column), _WIDEST)
            count = _people(len(self.intake.groups.companies))
            facts.append(("company", f"{count} without one got that of their group: the list is grouped by {column}"))
        if self.intake.merged.located:
            facts.append(
                (
                    "country",
                    f"{_people(self.intake.merged.located)} without one: {self.intake.choices.country} is filled in",
                )
            )
        if self.intake.merged.kept_addresses:
            kept = count_text(len(self.intake.merged.kept_addresses), "lead keeps", "leads keep")
            facts.append(
                ("addresses", f"{kept} another one than the list has: intake.change(same=[…]) writes the list's")
            )
        if counts["set_aside"]:
            facts.append(("set aside", f"cells that do not fit their field, {counts['set_aside']:,}: intake.set_aside"))
        facts += self._facts_of_unclear_opt_outs()
        facts += self._facts_of_blank_consents()
        updates = self.plan.summary["update"]
        texts = {
            "new": "to create",
            "known": f"in the workspace already; {updates:,} of these leads to update",
            "duplicate": "to merge into other rows of the list",
            "opted_out": "not to create, by people who opted out: intake.change(allow=[…]) after a look",
            "left_out": "left out: intake.change(leave_out=[…]) says which",
            "no_person": f"left out: {self.intake.lines_without_person}: "
            "intake.change(allow=[…]) if one is of a person",
            "doubtful": "to decide: intake.held_back, then intake.change(same=[…]) or intake.change(different=[…])",
            "broken": "to correct: intake.save_held_back('held_back.xlsx')",
        }
        facts += [(state.replace("_", " "), f"{counts[state]:,} {texts[state]}") for state in STATES if counts[state]]
        perhaps = len(self.intake.perhaps_same)
        if perhaps:
            how = "intake.rows has the reason; intake.change(same=[…]) makes it one person"
            facts.append(("perhaps", f"{perhaps:,} of the new rows may be a known lead or another row: {how}"))
        still = {
            verdict.lead_id for verdict, _ in self.intake.verdicts if (verdict.reason or "").endswith(STILL_A_LEAD)
        }
        if still:
            how = "ws.leads.update(lead_id, status='unsubscribed'), with the lead_id of intake.rows"
            facts.append(
                ("still leads", f"{count_text(len(still), 'lead')} of people who opted out by the list: {how}")
            )
        if self.intake.merged.differing.height:
            people = _people(self.intake.merged.differing["row"].n_unique())
            facts.append(("merged", f"{people} whose rows differ: intake.merged_values"))
        return [*facts, self._next_fact()]

    def _facts_of_columns(self) -> list[tuple[str, str]]:
        """Return which columns are mapped, and what those may hold that are not."""
        mapped = self.intake.mapping.columns
        named = not {value for value in self.listed_ids if isinstance(value, str)}.isdisjoint(self.intake.leads["id"])
        left = [
            column for column in self.intake.source.columns if column not in mapped and not (named and column == "id")
        ]
        facts = [("mapped", f"{count_text(len(mapped), 'column')}: intake.mapping")]
        facts += [("leads", "known ones are named by the column id")] if named else []
        if left:
            facts.append(("not mapped", shorten(", ".join(map(str, left)), 2 * _WIDEST)))
        nameless = columns_of_missing_names(self.intake.source, self.intake.mapping)
        if nameless:
            columns = shorten(", ".join(map(str, nameless)), _WIDEST)
            part, key = missing_name(self.intake.mapping)
            how = f"intake.mapping.with_column({nameless[0]!r}, {key!r}) or 'company_name'"
            where = f"one of {columns}" if len(nameless) > 1 else columns
            facts.append(("NO NAMES", f"people would be created without a {part}; if {where} has it: {how}"))
        firms = columns_of_missing_companies(self.intake.source, self.intake.mapping)
        if firms:
            where = f"{shorten(str(firms[0]), _WIDEST)} may have it"
            facts.append(("no company", f"{where}: intake.mapping.with_column({firms[0]!r}, 'company_name')"))
        unused = unused_address_columns(self.intake.source, self.intake.mapping)
        if unused:
            columns = shorten(", ".join(map(str, unused)), _WIDEST)
            facts.append(("no address", f"email addresses in {columns}: map one to email if they are of these people"))
        return [*facts, *self._facts_of_unread()]

    def _facts_of_unread(self) -> list[tuple[str, str]]:
        """Return how to read the columns that are named like a field, and do not fit as they are."""
        fields = self.fields
        unread = unread_columns(self.intake.source, self.intake.mapping, fields)
        dates = unordered_date_columns(self.intake.source, unread, fields)
        times = local_time_columns(self.intake.source, unread, fields)
        facts: list[tuple[str, str]] = []
        for column, key in dates.items():
            zone = ":Europe/Berlin" if fields[key].type == "datetime" else ""
            how = f"intake.mapping.with_column({column!r}, {key!r}, 'day_first{zone}') or 'month_first{zone}'"
            facts.append(("no order", f"dates in {shorten(column, _WIDEST)}: {how}"))
        for column, key in times.items():
            how = f"intake.mapping.with_column({column!r}, {key!r}, 'zone:Europe/Berlin')"
            facts.append(("no zone", f"times in {shorten(column, _WIDEST)}: {how}"))
        for column, key in unread.items():
            if column not in {*dates, *times}:
                how = f"intake.mapping.with_column({column!r}, {key!r}).with_values({column!r}, {{…}})"
                facts.append(("no fit", f"values of {shorten(column, _WIDEST)}: {how}"))
        return facts

    def _facts_of_addresses(self) -> list[tuple[str, str]]:
        """Return which email addresses and phones are sent as they are, though wrong or not complete."""
        facts: list[tuple[str, str]] = []
        wrong = self.intake.cleaned.wrong_addresses
        if wrong:
            shown = self._labels_as_text(wrong)
            how = "correct them, or intake.change(leave_out=[…])"
            facts.append(("addresses", f"{len(wrong):,} with a syntax that no mailbox has, in the rows {shown}: {how}"))
        local = self.intake.cleaned.local_phones
        if local:
            count = count_text(len(local), "phone is", "phones are")
            how = "sent as written; intake.change(country='…') completes those of one country"
            facts.append(
                ("phones", f"{count} without a country code, in the rows {self._labels_as_text(local)}: {how}")
            )
        typos = self.intake.cleaned.normalized.suggestions.filter(pl.col("rule") == _DOMAIN_TYPO).height
        if typos:
            accept = [*self.intake.choices.accept, _DOMAIN_TYPO]
            how = f"intake.normalized.suggestions; intake.change(accept={accept!r}) corrects them"
            facts.append(("addresses", f"{typos:,} at a domain that looks misspelled, as gmial.com is: {how}"))
        return facts

    def _fact_of_order(self, rows: Sequence[int]) -> str:
        """Return which names stay in their order, since it is not sure which part is the family name."""
        shown = self._labels_as_text(rows)
        column = shorten(str(self.intake.converted.columns["full_name"]), _WIDEST)
        count = count_text(len(rows), "name stays as it is", "names stay as they are")
        return f"{count}, since it is not sure which part of {column} is the family name: row {shown}"

    def _facts_of_unclear_opt_outs(self) -> list[tuple[str, str]]:
        """Return what the card says about answers and remarks that a person is to look at."""
        facts = []
        unclear = sum(reason.endswith(UNCLEAR_CONSENT) for reason in self.opted_out.values())
        if unclear:
            how = "intake.save_held_back('held_back.xlsx'), or ws.explain_statuses(harmless=[…]) and intake.change()"
            facts.append(("consent", f"{count_text(unclear, 'answer')} neither yes nor no: {how}"))
        remarks = sum(reason.endswith(UNCLEAR_REMARK) for reason in self.opted_out.values())
        if remarks:
            how = "intake.save_held_back('held_back.xlsx'), or ws.explain_statuses(harmless=[…]) for a remark"
            facts.append(("remarks", f"{count_text(remarks, 'remark')} may be a refusal, and not understood: {how}"))
        forbidden = sum(reason.endswith(UNCLEAR_REFUSAL) for reason in self.opted_out.values())
        if forbidden:
            how = "intake.save_held_back('held_back.xlsx'), or ws.explain_statuses(harmless=['the column'])"
            facts.append(("newsletter", f"{_people(forbidden)} forbade a newsletter or a mailing: {how}"))
        left = sum(reason.endswith(UNCLEAR_LEAVING) for reason in self.opted_out.values())
        if left:
            how = "intake.save_held_back('held_back.xlsx'), or ws.explain_statuses(harmless=['the column'])"
            facts.append(("departures", f"{_people(left)} left the company, by a date or a yes in the list: {how}"))
        on_lists = sum(reason.endswith(UNCLEAR_LIST) for reason in self.opted_out.values())
        if on_lists:
            how = "intake.save_held_back('held_back.xlsx')"
            facts.append(("refusals", f"{_people(on_lists)} perhaps on a list of whom not to contact: {how}"))
        for sheet, why in self.intake.refused_unread.items():
            how = "correct it, or look through it and intake.apply(without_refusals=True)"
            named = f"the sheet {shorten(sheet, _WIDEST)!r} looks like a list of refusals"
            facts.append(("REFUSALS", f"{named}, and is not used: {why}; {how}"))
        unread = len({row for row, _, _ in self.intake.remarks_of_new})
        if unread:
            how = "look through intake.remarks, then intake.change(leave_out=[…])"
            who = count_text(unread, "person to create has", "people to create have")
            facts.append(("remarks", f"{who} one in which no refusal was found: {how}"))
        refused = sum(reason.endswith(BY_THIRD_PARTIES) for reason in self.opted_out.values())
        if refused:
            how = "ws.explain_statuses(harmless=['the column']) and intake.change(), if that is not about you"
            facts.append(("consent", f"{_people(refused)} refused contact by third parties: {how}"))
        return facts

    def _facts_of_blank_consents(self) -> list[tuple[str, str]]:
        """Return how many people would be created without a consent, or who want no newsletter."""
        new = {row for row, verdict in enumerate(self.intake.decided.verdicts) if verdict.state == "new"}
        blank = {
            column: new.intersection(rows) for column, rows in find_unanswered_consents(self.intake.source).items()
        }
        declined = {
            column: new.intersection(rows) for column, rows in find_refused_newsletters(self.intake.source).items()
        }
        how = "which is not an opt-out here: intake.change(leave_out=[…]) if it is one"
        return [
            (what, f"{count_text(len(rows), 'new row')} {answer} in {shorten(column, _WIDEST)}, {how}")
            for what, answer, of_columns in (
                ("consent", "without an answer", blank),
                ("newsletter", "declined", declined),
            )
            for column, rows in of_columns.items()
            if rows
        ]

    def _next_fact(self) -> tuple[str, str]:
        if self.intake.undone:
            unknown = self.intake.undone[-1].unknown
            again = "intake.change() looks at the workspace again, and its apply() brings the list in"
            return "undone", f"but {count_text(unknown, 'row')} not known: intake.undo() goes on" if unknown else again
        if self.intake.outcome is not None:
            return "applied", "intake.outcome; intake.undo() takes it back"
        if self.plan.refused:
            return "refused", f"{self.plan.refused}: intake.change(leave_out=[…]) sends fewer"
        if self.plan.cost.requests:
            return "next", f"intake.apply(): {self.plan.cost}"
        if not {"new", "known"} & {verdict.state for verdict, _ in self.intake.verdicts}:
            return "next", _NO_PEOPLE if not self._names_people else "nothing to send: no row is new or known"
        return "next", _NOTHING_TO_DO[self.intake.choices.existing]

    @property
    def _names_people(self) -> bool:
        """Whether a column is mapped that may name a person: an address, a phone or a name."""
        return not {"email", "phone", *NAMES}.isdisjoint(self.intake.mapping.columns.values())

    def _labels_as_text(self, rows: Sequence[int]) -> str:
        return ", ".join(map(str, self.intake.labels_of(rows[:_SHOWN]))) + (", …" if len(rows) > _SHOWN else "")

    def _held_table(self) -> pl.DataFrame:
        held = [(row, self.intake.verdicts[row][0]) for row in self.intake.held]
        return self._table_of([(row, each.state, each.reason) for row, each in held], "state", "reason")

    def _perhaps_table(self) -> pl.DataFrame:
        """Return the new rows that may be a known lead, by its id, or another row."""
        found = [
            (row, each.lead_id or f"row {self.intake.labels_of([int(each.same_as or 0)])[0]}", each.reason)
            for row, each in self.intake.perhaps_same.items()
        ]
        return self._table_of(found, "perhaps", "reason")

    def _table_of(self, rows: Sequence[tuple[Any, ...]], *names: str) -> pl.DataFrame:
        """Return rows with their position first, and the line of the file where there are lines."""
        table = pl.DataFrame(rows, schema={"row": pl.Int64} | dict.fromkeys(names, pl.String), orient="row")
        if self.intake.file is None or self.intake.file.first_line is None:
            return table
        return table.insert_column(1, (table["row"] + line_of(self.intake.file, 0)).alias("line"))


def _facts_of_file(file: FileReport, unread: Collection[str]) -> list[tuple[str, str]]:
    """Return which sheet was read, and what was repaired or left out."""
    sheets = f"{file.sheet!r} of {count_text(1 + len(file.other_sheets), 'sheet')}"
    facts = [("sheet", shorten(sheets, 2 * _WIDEST))] if file.sheet else []
    return [*facts, *(("file", text) for text in describe_findings(file, unread))]


def _people(number: int) -> str:
    return count_text(number, "person", "people")


def _first_rows(table: pl.DataFrame, name: str) -> Table:
    more = f" (the first {_SHOWN} of {table.height:,})" if table.height > _SHOWN else ""
    rows = shorten_cells(table.columns, table.head(_SHOWN).rows(), _WIDEST)
    return Table(tuple(table.columns), rows, name + more)
