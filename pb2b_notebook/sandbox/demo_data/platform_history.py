"""A year of imports, exports, jobs, tickets and webhooks for a demo workspace, after its leads were written.

All data follow from the workspace's seed and its leads; each part has its own module.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.core.store import Store
from pb2b_notebook.sandbox.core.tables import DELIVERIES, EXPORTS, IMPORT_ERRORS, IMPORTS, TICKETS, WEBHOOKS
from pb2b_notebook.sandbox.demo_data.delivery_history import PastEvent, past_webhooks
from pb2b_notebook.sandbox.demo_data.export_history import PastExport, past_exports
from pb2b_notebook.sandbox.demo_data.import_history import PastImport, past_imports
from pb2b_notebook.sandbox.demo_data.job_history import load_jobs
from pb2b_notebook.sandbox.demo_data.seeding import DemoWorkspace
from pb2b_notebook.sandbox.demo_data.ticket_history import past_tickets

# Number of leads whose creation was delivered, the same for large and small workspaces.
_DELIVERED_LEADS = 150
_DELIVERED_BEFORE = timedelta(days=61, hours=3)


def load_platform_history(store: Store, workspace: DemoWorkspace, now: datetime) -> None:
    """Write the history of a workspace, inside the transaction that fills the sandbox.

    Args:
        store: Store with the workspace's lead fields and leads.
        workspace: Workspace to write the history of.
        now: Start of the domain clock; nothing happens later.
    """
    imports = list(past_imports(store, workspace, now))
    exports = list(past_exports(store, workspace, now))
    failed = next((each.document for each in imports if each.job.error), None)
    store.load(IMPORTS, workspace.id, (each.document for each in imports))
    store.load(IMPORT_ERRORS, workspace.id, (error for each in imports for error in each.errors))
    store.load(EXPORTS, workspace.id, (each.document for each in exports))
    works: list[PastImport | PastExport] = [*imports, *exports]
    load_jobs(store, workspace.id, (each.job for each in works))
    _load_files(store, workspace, exports)
    store.load(TICKETS, workspace.id, past_tickets(workspace, now, failed_import=failed))
    _load_webhooks(store, workspace, now, [*_job_events(works), *_lead_events(store, workspace, now)])


def _load_files(store: Store, workspace: DemoWorkspace, exports: Sequence[PastExport]) -> None:
    for each in exports:
        if each.file is not None:
            store.execute(
                "INSERT INTO export_files VALUES (?, ?, ?, ?, ?)",
                (each.document["id"], workspace.id, *each.file, each.expired_at),
            )


def _job_events(works: Sequence[PastImport | PastExport]) -> Iterator[PastEvent]:
    for each in works:
        document = each.document
        yield PastEvent(f"{document['object']}.{document['status']}", document["finished_at"], document)


def _lead_events(store: Store, workspace: DemoWorkspace, now: datetime) -> Iterator[PastEvent]:
    rows = store.execute(
        "SELECT created_at, doc FROM leads WHERE workspace_id = ? AND created_at < ? AND import_id IS NULL"
        " ORDER BY created_at DESC LIMIT ?",
        (workspace.id, instants.render(now - _DELIVERED_BEFORE), _DELIVERED_LEADS),
    )
    for created_at, doc in rows:
        yield PastEvent("lead.created", created_at, msgspec.json.decode(doc))


def _load_webhooks(store: Store, workspace: DemoWorkspace, now: datetime, events: list[PastEvent]) -> None:
    history = past_webhooks(workspace, now, sorted(events, key=lambda event: event.at))
    store.load(WEBHOOKS, workspace.id, history.webhooks)
    for webhook_id, secret in history.secrets:
        store.execute("INSERT INTO signing_secrets VALUES (?, 1, ?, NULL)", (webhook_id, secret))
    store.load(DELIVERIES, workspace.id, (each.document for each in history.deliveries))
    for each in history.deliveries:
        store.execute("INSERT INTO delivery_bodies VALUES (?, ?, ?)", (each.document["id"], workspace.id, each.body))
