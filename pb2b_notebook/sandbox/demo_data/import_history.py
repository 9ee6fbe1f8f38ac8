"""The imports of the past year: those of the seeded leads, one that failed, and one with errors in nearly every row.

This module makes up bad rows only; the reader of real imports finds their errors.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from pb2b_notebook.openapi import instants
from pb2b_notebook.openapi.instants import MILLISECOND
from pb2b_notebook.sandbox.core.draws import Draws
from pb2b_notebook.sandbox.core.identifiers import derive_id
from pb2b_notebook.sandbox.core.store import Document, Store
from pb2b_notebook.sandbox.core.tables import IMPORT_ERRORS, IMPORTS
from pb2b_notebook.sandbox.demo_data.job_history import PastJob
from pb2b_notebook.sandbox.demo_data.seeding import DemoWorkspace
from pb2b_notebook.sandbox.transfers.import_rows import RowReader
from pb2b_notebook.sandbox.transfers.imports import TOO_MANY_LEADS

MAPPING = {
    "E-mail": "email", "Name": "full_name", "Company": "company_name", "Country": "country",
    "Employees": "employee_count", "Deal value": "deal_value_eur", "Renewal": "renewal_date", "Tier": "tier",
}  # fmt: skip
FAILED_BEFORE = timedelta(days=96, hours=2, minutes=41)
"""Time from the failed import to the start of the sandbox."""
REPEATED_AFTER = timedelta(days=1, hours=1, minutes=7)
"""Time from the failed import to its repetition, with a decimal comma in nearly every row."""

_FEWEST_ERRORS, _MOST_ERRORS = 2, 40
_FAIR, _FAIR_ROWS = "trade-fair-visitors", 146
_COUNTS = ("created_count", "updated_count", "skipped_count", "error_count")
_NAMES = (
    "Ada Byron", "Zoë Okafor", "Jörg Weiß", "Łucja Nowak", "Inês Prado", "Sven Åkerlund", "Mei Tanaka", "Óscar Gil",
)  # fmt: skip
_COMPANIES = ("Nordlicht Optik GmbH", "Brightwater Ltd", "Atelier Lumen SARL", "Polar Trade AS", "Casa Verde S.L.")
# One bad cell per row, by column; the other cells are valid.
_BAD_CELLS: tuple[tuple[str, Any], ...] = (
    ("E-mail", "no e-mail given"),
    ("E-mail", "ada@byron@example"),
    ("E-mail", ""),
    ("Country", "Germany"),
    ("Country", "de"),
    ("Employees", "50-100"),
    ("Employees", "about 20"),
    ("Deal value", "12.000,50"),
    ("Renewal", "31.12.2026"),
    ("Renewal", "2026-02-30"),
    ("Tier", "gold"),
)


class PastImport(NamedTuple):
    """An import of the past with its job and errors."""

    document: Document
    job: PastJob
    errors: list[Document]


def past_imports(store: Store, workspace: DemoWorkspace, now: datetime) -> Iterator[PastImport]:
    """Yield the imports of a workspace whose leads are stored already, oldest first, then the two with problems."""
    draws = Draws(workspace.seed, "imports")
    history = _ImportHistory(store, workspace, draws)
    rows = store.execute(
        "SELECT import_id, count(*), min(created_at) FROM leads"
        " WHERE workspace_id = ? AND import_id IS NOT NULL GROUP BY import_id ORDER BY 3, 1",
        (workspace.id,),
    )
    for import_id, created, at in rows:
        yield history.completed_import(import_id, created, instants.parse(at))
    if workspace.leads is None:
        failed_at = now - FAILED_BEFORE
        yield history.failed_import(failed_at)
        yield history.import_with_errors(failed_at + REPEATED_AFTER)


class _Plan(NamedTuple):
    """The facts of one import; each of ``bad_rows`` has one of ``bad_cells``."""

    import_id: str
    filename: str
    at: datetime
    total: int
    counts: dict[str, int]
    bad_rows: list[int]
    bad_cells: tuple[tuple[str, Any], ...] = _BAD_CELLS
    error: tuple[str, str] | None = None


class _ImportHistory:
    """Builds the imports of one workspace."""

    def __init__(self, store: Store, workspace: DemoWorkspace, draws: Draws) -> None:
        self._workspace = workspace
        self._draws = draws
        self._reader = RowReader(store, workspace.id, MAPPING, "email", from_csv=True)

    def completed_import(self, import_id: str, created: int, at: datetime) -> PastImport:
        """Return an import that created leads; one row in fifty has a bad cell."""
        draws = self._draws
        wrong = max(_FEWEST_ERRORS, min(_MOST_ERRORS, created // 50)) if draws.chance(0.7) else 0
        updated, skipped = draws.below(created // 10 + 2), draws.below(created // 20 + 2)
        counts = {"created_count": created, "updated_count": updated, "skipped_count": skipped}
        total = wrong + sum(counts.values())
        name = f"leads-{at:%Y-%m-%d}.csv"
        return self._build(_Plan(import_id, name, at, total, counts, _spread_out(draws, wrong, total)))

    def failed_import(self, at: datetime) -> PastImport:
        """Return an import that would have exceeded the limit of the workspace's smaller plan at the time."""
        error = ("leads_limit_reached", TOO_MANY_LEADS)
        return self._build(_Plan(self._id("failed"), f"{_FAIR}.csv", at, _FAIR_ROWS, {}, [], error=error))

    def import_with_errors(self, at: datetime) -> PastImport:
        """Return an import with errors in nearly every row."""
        counts = {"updated_count": 3, "skipped_count": 6}
        bad_rows = _spread_out(self._draws, _FAIR_ROWS - 9, _FAIR_ROWS)
        cells = (("Deal value", "1.200,00"), ("Deal value", "950,00"))
        return self._build(
            _Plan(self._id("went wrong"), f"{_FAIR}-2.csv", at, _FAIR_ROWS, counts, bad_rows, bad_cells=cells)
        )

    def _id(self, name: str) -> str:
        return derive_id(IMPORTS.prefix, self._workspace.id, name)

    def _build(self, plan: _Plan) -> PastImport:
        counts = dict.fromkeys(_COUNTS, 0) | plan.counts | {"error_count": len(plan.bad_rows)}
        summary = ", ".join(f"{count} {name.removesuffix('_count')}" for name, count in counts.items())
        job = PastJob(
            "import",
            plan.import_id,
            plan.at - timedelta(seconds=3) - plan.total * 2 * MILLISECOND,
            plan.at,
            derive_id("req", plan.import_id),
            note=(f"Rows: {summary}.", bool(plan.bad_rows)),
            error=plan.error,
        )
        state = job.state()
        document = {
            "id": plan.import_id,
            "object": "import",
            "job_id": job.id,
            "status": state["status"],
            "filename": plan.filename,
            "mapping": MAPPING,
            "match_on": "email",
            "dry_run": False,
            "total_rows": plan.total,
            **counts,
            **state,
        }
        return PastImport(document, job, list(self._errors(plan)))

    def _errors(self, plan: _Plan) -> Iterator[Document]:
        # As the worker writes them: before the import's end, each a millisecond after the previous one.
        first = plan.at - (len(plan.bad_rows) + 3) * MILLISECOND
        for position, row_number in enumerate(plan.bad_rows):
            raw = self._row(row_number, self._draws.pick(plan.bad_cells))
            at = instants.render(first + position * MILLISECOND)
            for problem in self._reader.read(raw)[1]:
                yield {
                    "id": derive_id(IMPORT_ERRORS.prefix, plan.import_id, row_number, problem.field),
                    "object": "import_error",
                    "import_id": plan.import_id,
                    "row_number": row_number,
                    **problem._asdict(),
                    "raw": raw,
                    "created_at": at,
                    "updated_at": at,
                }

    def _row(self, number: int, bad: tuple[str, Any]) -> dict[str, Any]:
        draws = self._draws
        name, company = draws.pick(_NAMES), draws.pick(_COMPANIES)
        return {
            "E-mail": f"contact.{number}@{company.split()[0].lower()}.example",
            "Name": name,
            "Company": company,
            "Country": draws.pick(("DE", "GB", "FR", "NO", "ES")),
            "Employees": str(5 + draws.below(400)),
            "Deal value": str(1_000 + draws.below(40_000)),
            "Renewal": f"2026-{1 + draws.below(12):02}-{1 + draws.below(28):02}",
            "Tier": draws.pick(("A", "B", "C")),
        } | {bad[0]: bad[1]}


def _spread_out(draws: Draws, count: int, total: int) -> list[int]:
    """Draw ``count`` distinct row numbers from 1 to ``total``, in order: one from each of ``count`` equal parts."""
    bounds = [total * part // count for part in range(count + 1)] if count else []
    return [low + 1 + draws.below(high - low) for low, high in pairwise(bounds)]
