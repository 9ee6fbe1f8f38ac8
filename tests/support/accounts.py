"""Compare the clients' ledger with the database file and the sink: which writes were lost, doubled or made up."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lead_tables import Table
from write_load import DOMAIN, ROWS, Ledger, Write

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Document = dict[str, Any]
_OURS = re.compile(rf"c[0-9]+-[0-9]+(-[0-9]+)?(@{re.escape(DOMAIN)})?")


@dataclass
class Found:
    """What the database file stores of the clients' writes, and the events that the sink received.

    Attributes:
        integrity: Result of SQLite's check of the file.
        leads: Leads that the clients created.
        campaigns: Campaigns that the clients created.
        imports: Imports that the clients created.
        undelivered: Number of deliveries that have not succeeded.
        events: Events in the order of arrival, including repetitions.
    """

    integrity: str
    leads: list[Document]
    campaigns: list[Document]
    imports: list[Document]
    undelivered: int
    events: list[Document]

    @classmethod
    def of(cls, db: Path, sink: str, events: list[Document]) -> Found:
        """Read the file directly, without the sandbox's code; ``sink`` is the URL that received the events."""
        with closing(sqlite3.connect(db)) as connection:

            def ours(table: str, column: str) -> list[Document]:
                rows = connection.execute(f"SELECT doc FROM {table}").fetchall()  # noqa: S608 - own names
                return [each for each in (json.loads(row[0]) for row in rows) if _OURS.fullmatch(each[column] or "")]

            [(integrity,)] = connection.execute("PRAGMA integrity_check").fetchall()
            [(undelivered,)] = connection.execute(
                "SELECT count(*) FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id"
                " WHERE d.status <> 'succeeded' AND w.doc ->> 'url' = ?",
                (sink,),
            )
            return cls(
                integrity,
                ours("leads", "email"),
                ours("campaigns", "name"),
                ours("imports", "filename"),
                undelivered,
                events,
            )


def check_writes(ledger: Ledger, found: Found) -> Table:
    """Compare the stored state with the answers that the clients received."""
    table = Table()
    table.add("the file, by PRAGMA integrity_check", 1, found.integrity, passed=found.integrity == "ok")
    problems = ledger.problems
    result = "; ".join(problems[:3]) or "no wrong answer"
    table.add("answers to the clients", sum(write.sends for write in ledger.writes), result, passed=not problems)
    for kind, made in (("lead", found.leads), ("campaign", found.campaigns), ("import", found.imports)):
        _check_created(table, ledger, kind, made)
    _check_rows(table, ledger, found)
    _check_edits(table, ledger, "lead", {lead["id"]: lead["title"] for lead in found.leads})
    _check_edits(table, ledger, "campaign", {campaign["id"]: campaign["name"] for campaign in found.campaigns})
    _check_events(table, ledger, found)
    return table


def _check_created(table: Table, ledger: Ledger, kind: str, made: list[Document]) -> None:
    writes = ledger.of(kind)
    acknowledged = [write for write in writes if write.acknowledged]
    rows = {row for write in ledger.of("import") for row in write.rows()} if kind == "lead" else set()
    there = Counter(each["id"] for each in made)
    lost = sum(write.id not in there for write in acknowledged)
    # An unacknowledged write may be stored once; everything else is a duplicate.
    known = {write.id for write in acknowledged}
    others = Counter(_name(kind, each) for each in made if each["id"] not in known and _name(kind, each) not in rows)
    silent = {write.name for write in writes if not write.acknowledged}
    doubled = sum(count - (name in silent) for name, count in others.items())
    again = sum(write.sends > 1 for write in writes)
    found = f"{len(acknowledged)} acknowledged, {lost} lost; {again} sent more than once, {doubled} doubled"
    table.add(f"{kind}s created", len(writes), found, passed=not lost and not doubled and bool(acknowledged))


def _name(kind: str, document: Document) -> str:
    column = {"lead": "email", "campaign": "name", "import": "filename"}[kind]
    return str(document[column])


def _check_rows(table: Table, ledger: Ledger, found: Found) -> None:
    """Check that every stored import has ended, and that each of its rows is one lead."""
    written = {write.name: write for write in ledger.of("import")}
    emails = Counter(lead["email"] for lead in found.leads)
    wrong = 0
    for each in found.imports:
        rows = written[each["filename"]].rows()
        whole = (each["status"], each["created_count"]) == ("completed", ROWS)
        wrong += not whole or [emails[row] for row in rows] != [1] * ROWS
    there = {row for each in found.imports for row in written[each["filename"]].rows()}
    stray = sum(email not in there for email in emails if email.count("-") > 1)
    text = f"{wrong} not completed or not exactly once, {stray} rows of no import"
    table.add("rows of imports", ROWS * len(found.imports), text, passed=not wrong and not stray)


def _check_edits(table: Table, ledger: Ledger, kind: str, states: dict[str, str]) -> None:
    """Check that each object has the state of its last acknowledged edit, or of a later unacknowledged one."""
    by_target: dict[str, list[Write]] = defaultdict(list)
    for write in ledger.of(f"{kind} edit"):
        by_target[write.target].append(write)
    lost = 0
    for target, edits in by_target.items():
        last = max((number for number, edit in enumerate(edits) if edit.acknowledged), default=None)
        if last is not None:
            lost += states.get(target) not in {edit.name for edit in edits[last:]}
    writes = ledger.of(f"{kind} edit")
    acknowledged = sum(write.acknowledged for write in writes)
    text = f"{acknowledged} acknowledged, {lost} of {len(by_target)} {kind}s in an older state"
    table.add(f"{kind}s edited", len(writes), text, passed=not lost and acknowledged > 0)


def _check_events(table: Table, ledger: Ledger, found: Found) -> None:
    events = {event["id"]: event for event in found.events}
    changed = sum(event != events[event["id"]] for event in found.events)
    subjects = Counter(_subject(event) for event in events.values())
    due = Counter(
        [
            *(("lead.created", lead["id"]) for lead in found.leads),
            *(("campaign.created", campaign["id"]) for campaign in found.campaigns),
            *(("import.completed", each["id"]) for each in found.imports),
            *_edited(ledger.of("lead edit", acknowledged=True)),
            *_edited(ledger.of("campaign edit", acknowledged=True)),
        ]
    )
    lost = sum((due - subjects).values())
    doubled = sum(count - 1 for count in subjects.values())
    possible = {*due, *_edited(ledger.of("lead edit")), *_edited(ledger.of("campaign edit"))}
    made_up = sum(subject not in possible for subject in subjects)
    again = len(found.events) - len(events)
    text = (
        f"{lost} lost, {made_up} of no change, {doubled} of one change twice, {found.undelivered} not delivered;"
        f" {again} came again, {changed} of them changed"
    )
    wrong = lost + made_up + doubled + found.undelivered + changed
    table.add("events at the sink", len(events), text, passed=not wrong and len(subjects) > 0)


def _subject(event: Document) -> tuple[str, str]:
    """Return the subject of an event: the object that was created or has ended, or its new state."""
    kind, data = str(event["type"]), event["data"]
    column = {"lead.updated": "title", "campaign.updated": "name"}.get(kind, "id")
    return kind, str(data[column])


def _edited(writes: Iterable[Write]) -> list[tuple[str, str]]:
    return [(f"{write.kind.removesuffix(' edit')}.updated", write.name) for write in writes]
