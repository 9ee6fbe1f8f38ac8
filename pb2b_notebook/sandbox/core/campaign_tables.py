"""The tables of campaigns, prospector, messages, inbox threads and activities."""

from __future__ import annotations

from operator import itemgetter

from pb2b_notebook.sandbox.core.store import Table
from pb2b_notebook.sandbox.core.usage import SCHEMA as USAGE_COUNTERS

CAMPAIGNS = Table(
    "campaigns",
    "campaign",
    columns={"status": itemgetter("status"), "enabled": lambda document: int(document["enabled"])},
)
CAMPAIGN_RUNS = Table(
    "campaign_runs",
    "crun",
    columns={
        "campaign_id": itemgetter("campaign_id"),
        "status": itemgetter("status"),
        "started_at": itemgetter("started_at"),
    },
    indexed=("campaign_id",),
)
CAMPAIGN_LOGS = Table(
    "campaign_logs", "clog", columns={"campaign_id": itemgetter("campaign_id")}, indexed=("campaign_id",)
)
WORKFLOWS = Table("prospector_workflows", "workflow")
PROSPECTOR_RUNS = Table(
    "prospector_runs",
    "prun",
    columns={"workflow_id": itemgetter("workflow_id"), "status": itemgetter("status")},
    indexed=("workflow_id",),
)
MESSAGES = Table(
    "messages",
    "msg",
    columns={
        "lead_id": itemgetter("lead_id"),
        "campaign_id": itemgetter("campaign_id"),
        "thread_id": itemgetter("thread_id"),
        "direction": itemgetter("direction"),
        "sent_at": itemgetter("sent_at"),
    },
    indexed=("lead_id", "campaign_id", "thread_id"),
)
THREADS = Table(
    "inbox_threads",
    "thread",
    columns={"status": itemgetter("status"), "lead_id": itemgetter("lead_id")},
    indexed=("lead_id",),
)
ACTIVITIES = Table(
    "lead_activities",
    "act",
    columns={
        "lead_id": itemgetter("lead_id"),
        "campaign_id": itemgetter("campaign_id"),
        "type": itemgetter("type"),
        "occurred_at": itemgetter("occurred_at"),
    },
    indexed=("lead_id", "campaign_id"),
)

CAMPAIGN_TABLES = (
    CAMPAIGNS,
    CAMPAIGN_RUNS,
    CAMPAIGN_LOGS,
    WORKFLOWS,
    PROSPECTOR_RUNS,
    MESSAGES,
    THREADS,
    ACTIVITIES,
)

# The leads that a campaign reached: how many of its steps each was sent, and when the next step is due. due_at is null
# if no step follows: the lead answered, opted out, or was sent the last one.
CAMPAIGN_LEADS = """CREATE TABLE IF NOT EXISTS campaign_leads (
    campaign_id TEXT, lead_id TEXT, steps_sent INTEGER NOT NULL DEFAULT 1, due_at TEXT,
    PRIMARY KEY (campaign_id, lead_id)) WITHOUT ROWID"""

# The leads that a workflow found, whether new or known before.
PROSPECTOR_LEADS = """CREATE TABLE IF NOT EXISTS prospector_leads (
    workflow_id TEXT, lead_id TEXT, PRIMARY KEY (workflow_id, lead_id)) WITHOUT ROWID"""

CAMPAIGN_SCHEMA = (CAMPAIGN_LEADS, PROSPECTOR_LEADS, USAGE_COUNTERS)
"""The tables that hold no objects of the API."""
