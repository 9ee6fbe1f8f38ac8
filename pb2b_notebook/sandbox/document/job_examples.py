"""Examples of jobs, imports and exports; see :mod:`.examples`."""

from __future__ import annotations

from typing import Any

from pb2b_notebook.sandbox.core.examples import MADE_AT, REQUEST_ID, list_envelope, object_envelope

_STARTED_AT = "2026-03-10T12:00:01.000Z"
_FINISHED_AT = "2026-03-10T12:00:05.000Z"
_TIMES = {"created_at": MADE_AT, "updated_at": _FINISHED_AT}
_RAN = {"started_at": _STARTED_AT, "finished_at": _FINISHED_AT, "request_id": REQUEST_ID, **_TIMES}

JOB: dict[str, Any] = {
    "id": "job_3d5c1f6b8e2a9074",
    "object": "job",
    "type": "import",
    "status": "completed",
    "progress": 1.0,
    "resource_type": "import",
    "resource_id": "imp_8e41f7c0d2b95a36",
    "attempt": 1,
    "error": None,
    "queued_at": MADE_AT,
    **_RAN,
}
JOB_EVENT: dict[str, Any] = {
    "id": "jevt_6f0e9c2d4b7a1835",
    "object": "job_event",
    "job_id": JOB["id"],
    "occurred_at": _STARTED_AT,
    "level": "info",
    "message": "Started.",
    "created_at": _STARTED_AT,
    "updated_at": _STARTED_AT,
}
_MAPPING = {"E-mail": "email", "Name": "full_name", "Tier": "tier"}
_COUNTS = {"total_rows": 120, "created_count": 80, "updated_count": 30, "skipped_count": 8, "error_count": 2}
IMPORT: dict[str, Any] = {
    "id": JOB["resource_id"],
    "object": "import",
    "job_id": JOB["id"],
    "status": "completed",
    "filename": "spring fair.csv",
    "mapping": _MAPPING,
    "match_on": "email",
    "dry_run": False,
    **_COUNTS,
    **_RAN,
}
_PROBLEM: dict[str, Any] = {
    "row_number": 17,
    "field": "tier",
    "code": "invalid_value",
    "message": "needs one of the field's options",
    "raw": {"E-mail": "zoe.okafor@nordlicht.example", "Name": "Zoë Okafor", "Tier": "D"},
}
IMPORT_ERROR: dict[str, Any] = {
    "id": "ierr_b24d8f1a7c0e5963",
    "object": "import_error",
    "import_id": IMPORT["id"],
    **_PROBLEM,
    "created_at": _FINISHED_AT,
    "updated_at": _FINISHED_AT,
}
_CHECK: dict[str, Any] = {
    "rows": [{"E-mail": "zoe.okafor@nordlicht.example", "Name": "Zoë Okafor", "Tier": "A"}],
    "mapping": _MAPPING,
    "match_on": "email",
}
VALIDATION: dict[str, Any] = {
    "object": "import_dry_run",
    "match_on": "email",
    **_COUNTS,
    "failure": None,
    "errors": [_PROBLEM],
}
EXPORT: dict[str, Any] = {
    "id": "exp_51d0b3a97c6e4f28",
    "object": "export",
    "job_id": "job_90c7a2e4f15b8d63",
    "status": "completed",
    "format": "csv",
    "filters": {"status": ["new", "contacted"], "custom.tier": "A"},
    "fields": ["id", "email", "company_name", "tier"],
    "row_count": 214,
    **_RAN,
}
DOWNLOAD: dict[str, Any] = {
    "id": "dl_7e3a9d05c1f4b826",
    "object": "export_download",
    "export_id": EXPORT["id"],
    "status": "completed",
    "ready": True,
    "format": "csv",
    "row_count": 214,
    "size_bytes": 18_342,
    "sha256": "4f1d5ac0c8ed6ab3e8b6b7dd1b0f9b5a2a1f0c9d8e7b6a5f4e3d2c1b0a998877",
    "expires_at": "2026-03-17T12:00:05.000Z",
    "where": "workspace",
    **_TIMES,
}

JOB_EXAMPLES: dict[str, Any] = {
    "Job": JOB,
    "JobEnvelope": object_envelope(JOB),
    "JobList": list_envelope(JOB),
    "JobEvent": JOB_EVENT,
    "JobEventList": list_envelope(JOB_EVENT),
    "Import": IMPORT,
    "ImportEnvelope": object_envelope(IMPORT),
    "ImportList": list_envelope(IMPORT),
    "ImportError": IMPORT_ERROR,
    "ImportErrorList": list_envelope(IMPORT_ERROR),
    "ImportCheck": _CHECK,
    "ImportCreate": _CHECK | {"filename": "spring fair.csv", "dry_run": False},
    "ImportDryRun": VALIDATION,
    "ImportDryRunEnvelope": object_envelope(VALIDATION),
    "Export": EXPORT,
    "ExportEnvelope": object_envelope(EXPORT),
    "ExportList": list_envelope(EXPORT),
    "ExportCreate": {"format": "csv", "filters": EXPORT["filters"], "fields": EXPORT["fields"]},
    "ExportDownload": DOWNLOAD,
    "ExportDownloadEnvelope": object_envelope(DOWNLOAD),
}
