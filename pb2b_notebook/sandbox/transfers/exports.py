"""Exports: leads written into a file in the data folder of the sandbox, which no route serves."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import file_digest
from operator import itemgetter
from pathlib import Path
from typing import Any

import msgspec

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.core.identifiers import derive_id
from pb2b_notebook.sandbox.core.listing import Condition, read_page
from pb2b_notebook.sandbox.core.listing import count as count_rows
from pb2b_notebook.sandbox.core.models import Lead
from pb2b_notebook.sandbox.core.problems import detail, invalid, suggestion
from pb2b_notebook.sandbox.core.store import Document
from pb2b_notebook.sandbox.core.tables import EXPORTS, LEAD_FIELDS, LEADS
from pb2b_notebook.sandbox.http.domain_service import DomainService
from pb2b_notebook.sandbox.http.parts import SandboxParts
from pb2b_notebook.sandbox.jobs.worker import JobFailedError, runs
from pb2b_notebook.sandbox.transfers import export_filters
from pb2b_notebook.sandbox.transfers.export_formats import MOST_ROWS, WRITERS
from pb2b_notebook.sandbox.transfers.export_models import ExportCreate

KEPT_FOR = timedelta(days=7)
"""How long the file of an export is available."""
_DURATION = timedelta(seconds=4)
_BATCH = 1_000
_NO_FIELDS = ("object", "custom_fields")


class ExportService(DomainService):
    """The exports of one workspace."""

    table = EXPORTS
    noun = "export"

    def create(self, request: ExportCreate, request_id: str) -> Document:
        """Queue an export and return it.

        Raises:
            Problem: 422 for an unknown filter, value or field, or a repeated field.
        """
        parts = self._parts
        export_filters.conditions(request.filters, parts.store, self._workspace_id)
        fields = self._fields(request.fields)
        export_id = parts.new_id(EXPORTS)
        job = parts.worker.enqueue(self._workspace_id, "export", export_id, request_id, _DURATION)
        now = self._tick()
        export = {
            "id": export_id,
            "object": "export",
            "job_id": job["id"],
            "status": job["status"],
            "format": request.format,
            "filters": request.filters,
            "fields": fields,
            "row_count": None,
            "started_at": None,
            "finished_at": None,
            "request_id": request_id,
            "created_at": now,
            "updated_at": now,
        }
        return self._save(export)

    def download(self, export_id: str) -> dict[str, Any]:
        """Return whether the file of an export is ready, with its size and hash.

        Raises:
            Problem: 404 ``not_found``.
        """
        export = self.get(export_id)
        known = self._store.execute(
            "SELECT size_bytes, sha256, expires_at FROM export_files WHERE export_id = ?", (export_id,)
        )
        size, digest, expires_at = known[0] if known else (None, None, None)
        return {
            "id": derive_id("dl", export_id),
            "object": "export_download",
            "export_id": export_id,
            "status": export["status"],
            "ready": expires_at is not None and instants.render(self._parts.clock.now()) < expires_at,
            "format": export["format"],
            "row_count": export["row_count"],
            "size_bytes": size,
            "sha256": digest,
            "expires_at": expires_at,
            "where": "workspace",
            "created_at": export["created_at"],
            "updated_at": export["updated_at"],
        }

    def run(self, job: Document) -> Mapping[str, Any]:
        """Write the file of an export's job, and return the number of rows.

        Raises:
            JobFailedError: ``too_many_rows`` for the format, or ``storage_failed``.
        """
        export = self.get(job["resource_id"])
        parts = self._parts
        now = parts.clock.now()
        conditions = export_filters.conditions(export["filters"], parts.store, self._workspace_id)
        most = MOST_ROWS.get(export["format"])
        if most is not None and count_rows(parts.store, LEADS, self._workspace_id, conditions) > most:
            raise JobFailedError("too_many_rows", f"a file of the format {export['format']} holds at most {most} rows")
        name = file_name(export)
        forget_expired(parts, now)
        try:
            with parts.files.replace(self._workspace_id, "exports", name) as path:
                count = WRITERS[export["format"]](path, export["fields"], self._rows(export["fields"], conditions), now)
                size, digest = path.stat().st_size, _digest(path)
        except OSError:
            raise JobFailedError("storage_failed", "the file could not be written") from None
        parts.store.execute(
            "INSERT OR REPLACE INTO export_files VALUES (?, ?, ?, ?, ?)",
            (export["id"], self._workspace_id, size, digest, instants.render(now + KEPT_FOR)),
        )
        parts.worker.log(self._workspace_id, job["id"], f"{count} rows, {size} bytes.")
        return {"row_count": count}

    def _fields(self, keys: Sequence[str] | None) -> list[str]:
        custom = self._store.find(LEAD_FIELDS, self._workspace_id, "builtin = 0", ())
        in_order = [field["key"] for field in sorted(custom, key=itemgetter("position"))]
        known = [name for name in Lead.model_fields if name not in _NO_FIELDS] + in_order
        if keys is None:
            return known
        details = []
        for index, key in enumerate(keys):
            if key not in known:
                message = f"leads of this workspace do not have this field; {suggestion(key, known)}"
                details.append(detail(f"fields.{index}", "unknown_field", message))
            elif key in keys[:index]:
                details.append(detail(f"fields.{index}", "duplicate_field", "is listed twice"))
        if details:
            raise invalid(details)
        return list(keys)

    def _rows(self, fields: Sequence[str], conditions: Sequence[Condition]) -> Iterator[list[Any]]:
        """Yield the leads as rows of the file, in the order of the list."""
        store = self._store
        after = None
        while True:
            page = read_page(store, LEADS, self._workspace_id, conditions, descending=False, after=after, limit=_BATCH)
            for text in page.rendered:
                lead = msgspec.json.decode(text)
                # A custom field never has the key of a built-in one.
                values = lead["custom_fields"] | lead
                yield [values.get(key) for key in fields]
            after = page.next_position
            if after is None:
                return


def forget_expired(parts: SandboxParts, now: datetime) -> None:
    """Remove the files of all workspaces that have expired by ``now``; their database rows stay."""
    for path in parts.files.list_files("exports"):
        export_id = path.name.partition(".")[0]
        expired = parts.store.execute(
            "SELECT 1 FROM export_files WHERE export_id = ? AND expires_at <= ?", (export_id, instants.render(now))
        )
        if expired:
            # A file that cannot be removed now (it is open, or the folder is write-protected) is removed later.
            with suppress(OSError):
                path.unlink()


def file_name(export: Document) -> str:
    """Return the name of an export's file in the folder ``<workspace id>/exports``."""
    return f"{export['id']}.{export['format']}"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


@runs("export", table=EXPORTS)
def run_export(parts: SandboxParts, workspace_id: str, job: Document) -> Mapping[str, Any]:
    """Run the job of an export."""
    return ExportService(parts, workspace_id).run(job)
