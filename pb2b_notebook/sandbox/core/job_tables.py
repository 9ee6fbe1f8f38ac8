"""The tables of jobs, imports and exports."""

from __future__ import annotations

from operator import itemgetter

from pb2b_notebook.sandbox.core.store import Table

JOBS = Table("jobs", "job", columns={"status": itemgetter("status"), "type": itemgetter("type")})
JOB_EVENTS = Table("job_events", "jevt", columns={"job_id": itemgetter("job_id")}, indexed=("job_id",))

IMPORTS = Table("imports", "imp", columns={"status": itemgetter("status")})
IMPORT_ERRORS = Table("import_errors", "ierr", columns={"import_id": itemgetter("import_id")}, indexed=("import_id",))

EXPORTS = Table("exports", "exp", columns={"status": itemgetter("status")})

JOB_TABLES = (JOBS, JOB_EVENTS, IMPORTS, IMPORT_ERRORS, EXPORTS)

# The unfinished jobs: the next step of each, and when it is due. A step updates or deletes the row in its own
# transaction, so no step runs twice.
JOB_SCHEDULE = """CREATE TABLE IF NOT EXISTS job_schedule (
    number INTEGER PRIMARY KEY, job_id TEXT NOT NULL UNIQUE, workspace_id TEXT NOT NULL, due_at TEXT NOT NULL,
    step INTEGER NOT NULL, pace INTEGER NOT NULL)"""

# The rows of an import as JSON, and whether they came as CSV text; deleted when the import has run.
IMPORT_ROWS = """CREATE TABLE IF NOT EXISTS import_rows (
    import_id TEXT PRIMARY KEY, rows TEXT NOT NULL) WITHOUT ROWID"""

# The files of finished exports.
EXPORT_FILES = """CREATE TABLE IF NOT EXISTS export_files (
    export_id TEXT PRIMARY KEY, workspace_id TEXT NOT NULL, size_bytes INTEGER NOT NULL, sha256 TEXT NOT NULL,
    expires_at TEXT NOT NULL) WITHOUT ROWID"""

JOB_SCHEMA = (JOB_SCHEDULE, IMPORT_ROWS, EXPORT_FILES)
"""The tables that hold no objects of the API."""
