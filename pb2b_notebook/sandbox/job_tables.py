"""The tables of jobs, imports and exports."""

from __future__ import annotations

from operator import itemgetter

from pb2b_notebook.sandbox.store import Table

JOBS = Table("jobs", "job", columns={"status": itemgetter("status"), "type": itemgetter("type")})
JOB_EVENTS = Table("job_events", "jevt", columns={"job_id": itemgetter("job_id")}, indexed=("job_id",))

JOB_TABLES = (JOBS, JOB_EVENTS)

# The unfinished jobs: which step each takes next, and when. Whoever takes a step moves or deletes the row in the
# same transaction, so no step is taken twice.
JOB_SCHEDULE = """CREATE TABLE IF NOT EXISTS job_schedule (
    number INTEGER PRIMARY KEY, job_id TEXT NOT NULL UNIQUE, workspace_id TEXT NOT NULL, due_at TEXT NOT NULL,
    step INTEGER NOT NULL, pace INTEGER NOT NULL)"""

JOB_SCHEMA = (JOB_SCHEDULE,)
"""What is kept beside the objects."""
