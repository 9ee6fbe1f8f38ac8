"""The exports of the past year: a report every Monday, of which the last one failed, and some by hand."""

from bisect import bisect
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.core.draws import Draws
from pb2b_notebook.sandbox.core.identifiers import derive_id
from pb2b_notebook.sandbox.core.store import Document, Store
from pb2b_notebook.sandbox.core.tables import EXPORTS
from pb2b_notebook.sandbox.demo_data.job_history import PastJob
from pb2b_notebook.sandbox.demo_data.seeding import DemoWorkspace
from pb2b_notebook.sandbox.transfers.exports import KEPT_FOR

_WEEK = timedelta(days=7)
_WEEKS = 51
_DURATION = timedelta(seconds=5)
_FIELDS = ["id", "email", "full_name", "company_name", "status", "owner_email", "score", "tier", "updated_at"]
_BY_HAND: tuple[tuple[int, str, dict[str, Any]], ...] = (
    (301, "xlsx", {"country": ["DE", "AT", "CH"]}),
    (214, "csv", {"status": ["qualified"]}),
    (150, "jsonl", {}),
    (88, "xlsx", {"custom.tier": "A"}),
    (33, "csv", {"has_email": False}),
)
_BYTES_A_ROW = {"csv": 148, "jsonl": 268, "xlsx": 97}


class PastExport(NamedTuple):
    """An export of the past with its job; ``file`` is the size and digest of its expired file."""

    document: Document
    job: PastJob
    file: tuple[int, str] | None

    @property
    def expired_at(self) -> str:
        """Instant until which the file could be downloaded."""
        return instants.render(self.job.ended_at + KEPT_FOR)


def past_exports(store: Store, workspace: DemoWorkspace, now: datetime) -> Iterator[PastExport]:
    """Yield the exports of a workspace whose leads are stored already.

    All files have expired when the sandbox starts, so that no file needs to exist.

    Args:
        store: Store with the leads.
        workspace: Workspace of the exports; the main one has a report every week, the second one has two.
        now: Start of the domain clock.
    """
    draws = Draws(workspace.seed, "exports")
    rows = store.execute("SELECT created_at FROM leads WHERE workspace_id = ? ORDER BY 1", (workspace.id,))
    arrivals = [row[0] for row in rows]
    monday = (now - timedelta(days=now.weekday())).replace(hour=6, minute=0, second=0, microsecond=0)
    weeks = _WEEKS if workspace.leads is None else 2
    for week in range(weeks, -1, -1):
        at = monday - week * _WEEK + timedelta(milliseconds=draws.below(4_000))
        known = bisect(arrivals, instants.render(at))
        yield _export(workspace, at, "csv", {}, known, failed=week == 0)
    if workspace.leads is not None:
        return
    for days, file_format, filters in _BY_HAND:
        at = now - timedelta(days=days, minutes=draws.below(300))
        share = (4 + draws.below(18)) / 100 if filters else 1
        yield _export(workspace, at, file_format, filters, int(share * bisect(arrivals, instants.render(at))))


def _export(
    workspace: DemoWorkspace,
    at: datetime,
    file_format: str,
    filters: dict[str, Any],
    rows: int,
    *,
    failed: bool = False,
) -> PastExport:
    export_id = derive_id(EXPORTS.prefix, workspace.id, instants.render(at))
    size = 90 + rows * _BYTES_A_ROW[file_format]
    job = PastJob(
        "export",
        export_id,
        at,
        at + _DURATION,
        derive_id("req", export_id),
        note=(f"{rows} rows, {size} bytes.", False),
        error=("storage_failed", "the file could not be written") if failed else None,
    )
    state = job.state()
    document = {
        "id": export_id,
        "object": "export",
        "job_id": job.id,
        "status": state["status"],
        "format": file_format,
        "filters": filters,
        "fields": _FIELDS,
        "row_count": None if failed else rows,
        **state,
    }
    return PastExport(document, job, None if failed else (size, sha256(export_id.encode()).hexdigest()))
