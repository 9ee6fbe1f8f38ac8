"""Fill a new sandbox with the demo workspaces."""

from collections.abc import Iterator, Sequence
from typing import Any

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.core.clocks import START
from pb2b_notebook.sandbox.core.identifiers import derive_id
from pb2b_notebook.sandbox.core.models import LEAD_STATUSES
from pb2b_notebook.sandbox.core.store import Document, Store
from pb2b_notebook.sandbox.core.tables import LEAD_FIELDS, LEADS, TABLES
from pb2b_notebook.sandbox.demo_data.campaign_history import load_campaign_history
from pb2b_notebook.sandbox.demo_data.platform_history import load_platform_history
from pb2b_notebook.sandbox.demo_data.seeding import CUSTOM_FIELDS, DemoWorkspace, generate_leads
from pb2b_notebook.sandbox.demo_data.workspace_setup import set_up

LEAST_LIMIT = 10_000

_BUILTIN: tuple[tuple[str, str, str], ...] = (
    ("full_name", "Full name", "text"),
    ("email", "E-mail", "email"),
    ("company_name", "Company", "text"),
    ("first_name", "First name", "text"),
    ("last_name", "Last name", "text"),
    ("phone", "Phone", "phone"),
    ("title", "Title", "text"),
    ("seniority", "Seniority", "text"),
    ("company_domain", "Company domain", "text"),
    ("website", "Website", "url"),
    ("linkedin_url", "LinkedIn", "url"),
    ("industry", "Industry", "text"),
    ("employee_count", "Employees", "number"),
    ("country", "Country", "text"),
    ("city", "City", "text"),
    ("status", "Status", "select"),
    ("source", "Source", "text"),
    ("owner_email", "Owner", "email"),
    ("score", "Score", "number"),
    ("tags", "Tags", "multi_select"),
    ("external_id", "External id", "text"),
    ("last_contacted_at", "Last contacted", "datetime"),
    ("merged_into", "Merged into", "text"),
)


def fill(store: Store, workspaces: Sequence[DemoWorkspace], *, leads: int, leads_limit: int | None) -> None:
    """Write the workspaces with their members, lead fields, leads and history, in one transaction."""
    with store.transaction():
        for workspace in workspaces:
            number = leads if workspace.leads is None else workspace.leads
            limit = leads_limit if workspace.leads is None else None
            limit = limit if limit is not None else max(2 * number, LEAST_LIMIT)
            _add_workspace(store, workspace, leads_limit=limit)
            set_up(store, workspace, leads_limit=limit, now=START)
            store.load(LEAD_FIELDS, workspace.id, lead_fields(workspace.id))
            generated = generate_leads(workspace.seed, number, now=START, owners=workspace.owner_emails)
            store.load(LEADS, workspace.id, (lead.doc for lead in generated), in_order=True)
            load_platform_history(store, workspace, START)
            load_campaign_history(store, workspace, START)
        for table in TABLES:
            for statement in table.create_indexes():
                store.execute(statement)
        store.execute(
            "UPDATE workspaces SET leads_stored ="
            " (SELECT count(*) FROM leads WHERE workspace_id = workspaces.id AND deleted_at IS NULL)"
        )
        # Without statistics SQLite scans the table even for one email address.
        store.execute("ANALYZE")
        store.set_fact("filled", "yes")


def _add_workspace(store: Store, workspace: DemoWorkspace, *, leads_limit: int) -> None:
    store.execute("INSERT INTO workspaces VALUES (?, ?, ?, 0)", (workspace.id, workspace.name, leads_limit))
    for member in workspace.members:
        store.execute(
            "INSERT INTO memberships VALUES (?, ?, ?, ?, ?)",
            (member.id, workspace.id, member.email, member.role, int(member.read_only)),
        )


def lead_fields(workspace_id: str) -> Iterator[Document]:
    """Yield the lead fields of a demo workspace: the built-in ones, then one custom field of each type."""
    statuses = list(LEAD_STATUSES)
    builtin = [
        {"key": key, "label": label, "type": kind, "required": False, "options": statuses if key == "status" else []}
        for key, label, kind in _BUILTIN
    ]
    declared: list[dict[str, Any]] = [*builtin, *CUSTOM_FIELDS]
    opened_at = START.replace(year=START.year - 1)
    for position, field in enumerate(declared, start=1):
        # One millisecond apart, so that lists keep the order of the positions.
        made_at = instants.render(opened_at + position * instants.MILLISECOND)
        yield {
            "id": derive_id("field", workspace_id, field["key"]),
            "object": "lead_field",
            "key": field["key"],
            "label": field["label"],
            "type": field["type"],
            "required": field["required"],
            "options": field["options"],
            "builtin": position <= len(_BUILTIN),
            "position": position,
            "created_at": made_at,
            "updated_at": made_at,
        }
