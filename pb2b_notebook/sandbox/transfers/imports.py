"""Imports: rows that become leads.

A row is applied as an upsert, or not at all: a row with an invalid cell, or one that matches several leads, is skipped
and reported in the errors of the import. A dry run and ``imports/validate`` do the same and roll it back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec

from pb2b_notebook.sandbox.core.models import MatchOn
from pb2b_notebook.sandbox.core.problems import Problem
from pb2b_notebook.sandbox.core.store import Document
from pb2b_notebook.sandbox.core.tables import IMPORT_ERRORS, IMPORTS
from pb2b_notebook.sandbox.http.domain_service import DomainService
from pb2b_notebook.sandbox.http.parts import SandboxParts
from pb2b_notebook.sandbox.jobs.worker import JobFailedError, runs
from pb2b_notebook.sandbox.leads.rules import LeadService
from pb2b_notebook.sandbox.transfers.import_models import ImportCheck, ImportCreate
from pb2b_notebook.sandbox.transfers.import_rows import CellProblem, Raw, RowReader, read_source

TOO_MANY_LEADS = "the whole import would exceed the number of leads that the plan of the workspace allows"
"""Message of ``leads_limit_reached``; the import is rolled back, so the workspace itself need not be full."""
SHOWN_ERRORS = 100
"""Number of errors that ``imports/validate`` returns."""
_LEAST = timedelta(seconds=2)
_PER_ROW = timedelta(milliseconds=2)
_COUNTS = {"created": "created_count", "updated": "updated_count", "unchanged": "skipped_count"}


@dataclass
class Outcome:
    """The outcome of all rows: the counts, and the invalid cells with their row numbers and rows."""

    counts: dict[str, int] = field(
        default_factory=lambda: {"created_count": 0, "updated_count": 0, "skipped_count": 0, "error_count": 0}
    )
    problems: list[tuple[int, CellProblem, Raw]] = field(default_factory=list)


class ImportService(DomainService):
    """The imports of one workspace."""

    table = IMPORTS
    noun = "import"

    def create(self, request: ImportCreate, request_id: str) -> Document:
        """Queue an import and return it.

        Raises:
            Problem: 422 for an invalid mapping or CSV text.
        """
        rows = read_source(request)
        from_csv = request.csv is not None
        self._reader(request.mapping, request.match_on, from_csv=from_csv)
        parts = self._parts
        import_id = parts.new_id(IMPORTS)
        job = parts.worker.enqueue(self._workspace_id, "import", import_id, request_id, _LEAST + len(rows) * _PER_ROW)
        now = self._tick()
        document = {
            "id": import_id,
            "object": "import",
            "job_id": job["id"],
            "status": job["status"],
            "filename": request.filename,
            "mapping": request.mapping,
            "match_on": request.match_on,
            "dry_run": request.dry_run,
            "total_rows": len(rows),
            **Outcome().counts,
            "started_at": None,
            "finished_at": None,
            "request_id": request_id,
            "created_at": now,
            "updated_at": now,
        }
        self._save(document)
        # A failed job also rolls back the deletion of its rows.
        self._store.execute(
            "DELETE FROM import_rows WHERE import_id IN (SELECT id FROM imports WHERE status = 'failed')"
        )
        source = msgspec.json.encode({"from_csv": from_csv, "rows": rows}).decode()
        self._store.execute("INSERT INTO import_rows VALUES (?, ?)", (import_id, source))
        return document

    def validate(self, request: ImportCheck) -> dict[str, Any]:
        """Return what an import would do now, without doing it.

        Raises:
            Problem: As :meth:`create`.
        """
        rows = read_source(request)
        reader = self._reader(request.mapping, request.match_on, from_csv=request.csv is not None)
        failure = None
        try:
            outcome = self._apply(rows, reader, request.match_on, import_id=None, dry_run=True)
        except JobFailedError as error:
            outcome, failure = Outcome(), {"code": error.code, "message": error.message}
        shown = outcome.problems[:SHOWN_ERRORS]
        return {
            "object": "import_dry_run",
            "match_on": request.match_on,
            "total_rows": len(rows),
            **outcome.counts,
            "failure": failure,
            "errors": [{"row_number": number, **problem._asdict(), "raw": raw} for number, problem, raw in shown],
        }

    def run(self, job: Document) -> Mapping[str, Any]:
        """Apply the rows of an import's job, and return the counts.

        Raises:
            JobFailedError: ``leads_limit_reached`` if the whole import would exceed the limit.
        """
        document = self.get(job["resource_id"])
        source = msgspec.json.decode(
            self._store.execute("SELECT rows FROM import_rows WHERE import_id = ?", (document["id"],))[0][0]
        )
        self._store.execute("DELETE FROM import_rows WHERE import_id = ?", (document["id"],))
        reader = self._reader(document["mapping"], document["match_on"], from_csv=source["from_csv"])
        outcome = self._apply(
            source["rows"], reader, document["match_on"], import_id=document["id"], dry_run=document["dry_run"]
        )
        self._store.load(
            IMPORT_ERRORS, self._workspace_id, [self._error(document["id"], *each) for each in outcome.problems]
        )
        counts = ", ".join(f"{count} {name.removesuffix('_count')}" for name, count in outcome.counts.items())
        self._parts.worker.log(
            self._workspace_id, job["id"], f"Rows: {counts}.", level="warning" if outcome.problems else "info"
        )
        return outcome.counts

    def _reader(self, mapping: Mapping[str, str], match_on: str, *, from_csv: bool) -> RowReader:
        return RowReader(self._store, self._workspace_id, mapping, match_on, from_csv=from_csv)

    def _apply(
        self, rows: Sequence[Raw], reader: RowReader, match_on: MatchOn, *, import_id: str | None, dry_run: bool
    ) -> Outcome:
        outcome = Outcome()
        leads = LeadService(self._parts, self._workspace_id, import_id=import_id)
        with self._store.savepoint(keep=not dry_run):
            for number, raw in enumerate(rows, start=1):
                values, problems = reader.read(raw)
                counter = "error_count" if problems else "skipped_count"
                if values and not problems:
                    counter, problems = _apply_row(leads, match_on, values)
                outcome.counts[counter] += 1
                outcome.problems += [(number, problem, raw) for problem in problems]
        return outcome

    def _error(self, import_id: str, number: int, problem: CellProblem, raw: Raw) -> Document:
        now = self._tick()
        return {
            "id": self._parts.new_id(IMPORT_ERRORS),
            "object": "import_error",
            "import_id": import_id,
            "row_number": number,
            **problem._asdict(),
            "raw": raw,
            "created_at": now,
            "updated_at": now,
        }


def _apply_row(leads: LeadService, match_on: MatchOn, values: Mapping[str, Any]) -> tuple[str, list[CellProblem]]:
    """Upsert one lead; return the counter of the row, and its problems."""
    try:
        done, _ = leads.upsert(match_on, values)
    except Problem as problem:
        if problem.code == "leads_limit_reached":
            raise JobFailedError(problem.code, TOO_MANY_LEADS) from None
        if problem.code == "ambiguous_match":
            return "error_count", [CellProblem(match_on, problem.code, problem.message)]
        return "error_count", [CellProblem(each["field"], each["code"], each["message"]) for each in problem.details]
    return _COUNTS[done], []


@runs("import", table=IMPORTS)
def run_import(parts: SandboxParts, workspace_id: str, job: Document) -> Mapping[str, Any]:
    """Run the job of an import."""
    return ImportService(parts, workspace_id).run(job)
