"""The tables of the sandbox: their searched columns, and how these are computed from the documents."""

from collections.abc import Callable
from operator import itemgetter

from pb2b_notebook.letters import fold_email, fold_text
from pb2b_notebook.sandbox.core.signing_secrets import SCHEMA as SIGNING_SECRETS
from pb2b_notebook.sandbox.core.store import Document, Scalar, Table
from pb2b_notebook.sandbox.core.usage import SCHEMA as USAGE_COUNTERS

_SEARCHED = ("full_name", "first_name", "last_name", "email", "company_name", "company_domain")


def _fields(*names: str) -> dict[str, Callable[[Document], Scalar]]:
    return {name: itemgetter(name) for name in names}


def _flag(name: str) -> dict[str, Callable[[Document], Scalar]]:
    return {name: lambda document: int(document[name])}


def _folded_field(name: str, fold: Callable[[str], str]) -> Callable[[Document], Scalar]:
    return lambda document: fold(document[name]) if document[name] is not None else None


def _search_text(document: Document) -> str:
    return fold_text("\n".join(document[name] for name in _SEARCHED if document[name]))


LEADS = Table(
    "leads",
    "lead",
    columns={
        **_fields("status", "source"),
        "owner_email": _folded_field("owner_email", fold_email),
        "email": _folded_field("email", fold_email),
        "company_domain": _folded_field("company_domain", str.casefold),
        **_fields("country", "external_id", "import_id"),
        "search": _search_text,
    },
    indexed=("email", "external_id", "company_domain", "import_id"),
    soft_deletes=True,
)
LEAD_FIELDS = Table("lead_fields", "field", _fields("key") | _flag("builtin"))

JOBS = Table("jobs", "job", _fields("status", "type"))
JOB_EVENTS = Table("job_events", "jevt", _fields("job_id"), indexed=("job_id",))
IMPORTS = Table("imports", "imp", _fields("status"))
IMPORT_ERRORS = Table("import_errors", "ierr", _fields("import_id"), indexed=("import_id",))
EXPORTS = Table("exports", "exp", _fields("status"))

CAMPAIGNS = Table("campaigns", "campaign", _fields("status") | _flag("enabled"))
CAMPAIGN_RUNS = Table("campaign_runs", "crun", _fields("campaign_id", "status", "started_at"), indexed=("campaign_id",))
CAMPAIGN_LOGS = Table("campaign_logs", "clog", _fields("campaign_id"), indexed=("campaign_id",))
WORKFLOWS = Table("prospector_workflows", "workflow")
PROSPECTOR_RUNS = Table("prospector_runs", "prun", _fields("workflow_id", "status"), indexed=("workflow_id",))
MESSAGES = Table(
    "messages",
    "msg",
    _fields("lead_id", "campaign_id", "thread_id", "direction", "sent_at"),
    indexed=("lead_id", "campaign_id", "thread_id"),
)
THREADS = Table("inbox_threads", "thread", _fields("status", "lead_id"), indexed=("lead_id",))
ACTIVITIES = Table(
    "lead_activities",
    "act",
    _fields("lead_id", "campaign_id", "type", "occurred_at"),
    indexed=("lead_id", "campaign_id"),
)

SETTINGS = Table("settings", "settings")
MEMBERS = Table("members", "mem")
SUBSCRIPTIONS = Table("subscriptions", "sub")
TICKETS = Table("tickets", "ticket", _fields("status"))
WEBHOOKS = Table("webhooks", "webhook")
DELIVERIES = Table(
    "webhook_deliveries",
    "delivery",
    _fields("webhook_id", "event", "status", "next_attempt_at"),
    indexed=("webhook_id",),
)

TABLES = (
    *(LEADS, LEAD_FIELDS),
    *(JOBS, JOB_EVENTS, IMPORTS, IMPORT_ERRORS, EXPORTS),
    *(CAMPAIGNS, CAMPAIGN_RUNS, CAMPAIGN_LOGS, WORKFLOWS, PROSPECTOR_RUNS, MESSAGES, THREADS, ACTIVITIES),
    *(SETTINGS, MEMBERS, SUBSCRIPTIONS, TICKETS, WEBHOOKS, DELIVERIES),
)
"""The tables of all object types, in the order of their creation."""

# The unfinished jobs: the next step of each, and when it is due. A step updates or deletes the row in its own
# transaction, so no step runs twice.
_JOB_SCHEDULE = """CREATE TABLE IF NOT EXISTS job_schedule (
    number INTEGER PRIMARY KEY, job_id TEXT NOT NULL UNIQUE, workspace_id TEXT NOT NULL, due_at TEXT NOT NULL,
    step INTEGER NOT NULL, pace INTEGER NOT NULL)"""

# The rows of an import as JSON, and whether they came as CSV text; deleted when the import has run.
_IMPORT_ROWS = """CREATE TABLE IF NOT EXISTS import_rows (
    import_id TEXT PRIMARY KEY, rows TEXT NOT NULL) WITHOUT ROWID"""

# The files of finished exports.
_EXPORT_FILES = """CREATE TABLE IF NOT EXISTS export_files (
    export_id TEXT PRIMARY KEY, workspace_id TEXT NOT NULL, size_bytes INTEGER NOT NULL, sha256 TEXT NOT NULL,
    expires_at TEXT NOT NULL) WITHOUT ROWID"""

# The leads that a campaign reached: how many of its steps each was sent, and when the next step is due. due_at is null
# if no step follows: the lead answered, opted out, or was sent the last one.
_CAMPAIGN_LEADS = """CREATE TABLE IF NOT EXISTS campaign_leads (
    campaign_id TEXT, lead_id TEXT, steps_sent INTEGER NOT NULL DEFAULT 1, due_at TEXT,
    PRIMARY KEY (campaign_id, lead_id)) WITHOUT ROWID"""

# The leads that a workflow found, whether new or known before.
_PROSPECTOR_LEADS = """CREATE TABLE IF NOT EXISTS prospector_leads (
    workflow_id TEXT, lead_id TEXT, PRIMARY KEY (workflow_id, lead_id)) WITHOUT ROWID"""

# The exact body of each delivery: every attempt signs and posts the same text.
_DELIVERY_BODIES = """CREATE TABLE IF NOT EXISTS delivery_bodies (
    delivery_id TEXT PRIMARY KEY, workspace_id TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID"""

# The sender looks for due deliveries in all workspaces, and then endpoint by endpoint.
_DUE, _DUE_BY_WEBHOOK = (
    f"CREATE INDEX IF NOT EXISTS {name} ON webhook_deliveries ({columns}) WHERE next_attempt_at IS NOT NULL"
    for name, columns in (
        ("deliveries_due", "next_attempt_at"),
        ("deliveries_due_by_webhook", "webhook_id, next_attempt_at"),
    )
)

SCHEMA = (
    *(_JOB_SCHEDULE, _IMPORT_ROWS, _EXPORT_FILES),
    *(_CAMPAIGN_LEADS, _PROSPECTOR_LEADS, USAGE_COUNTERS),
    *(SIGNING_SECRETS, _DELIVERY_BODIES, _DUE, _DUE_BY_WEBHOOK),
)
"""The tables that hold no objects of the API, and indexes."""
