"""Select the leads that a campaign may reach, in SQL, so that a million leads need not be read.

A lead that opted out, bounced, was deleted or merged away is never in an audience; nor is a lead that shares its email
address with a lead that opted out or bounced. Suppression applies to the person, not to the row.
"""

from collections.abc import Iterator

from pb2b_notebook.letters import fold_email
from pb2b_notebook.sandbox.campaigns.models import CampaignAudience
from pb2b_notebook.sandbox.core.listing import Condition, count
from pb2b_notebook.sandbox.core.queries import AnyOf, Holds
from pb2b_notebook.sandbox.core.store import Document, Store
from pb2b_notebook.sandbox.core.tables import LEADS

_UNANSWERED = ["new", "contacted"]
_FILTERS = {
    "source": AnyOf("source"),
    "country": AnyOf("country"),
    "tag": Holds("$.tags"),
    "owner_email": AnyOf("owner_email", fold_email),
}
_REACHABLE = {
    "email": Condition("email IS NOT NULL"),
    "linkedin": Condition("json_extract(doc, '$.linkedin_url') IS NOT NULL"),
}
_ALIVE = Condition(
    "deleted_at IS NULL AND json_extract(doc, '$.merged_into') IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM leads AS twin WHERE twin.workspace_id = leads.workspace_id"
    " AND twin.email = leads.email AND twin.status IN ('unsubscribed', 'bounced'))"
)

Target = tuple[str, int]
"""The id of a lead, and the number of steps that it was sent already."""


def blank_audience() -> Document:
    """Return an audience without conditions."""
    return {name: [] for name in CampaignAudience.model_fields}


def size(store: Store, workspace_id: str, campaign: Document) -> int:
    """Count the leads that the campaign could reach now, including those that it reached already."""
    return count(store, LEADS, workspace_id, list(_conditions(campaign)))


def targets(store: Store, workspace_id: str, campaign: Document, *, now: str, limit: int) -> list[Target]:
    """Return at most ``limit`` targets: leads whose next step is due, then leads not reached yet."""
    due = _due(store, workspace_id, campaign, now, limit)
    return due + _fresh(store, workspace_id, campaign, limit - len(due))


def _conditions(campaign: Document) -> Iterator[Condition]:
    audience = campaign["audience"]
    yield AnyOf("status").condition(audience["status"] or _UNANSWERED)
    for name, filter_ in _FILTERS.items():
        if audience[name]:
            yield filter_.condition(audience[name])
    if campaign["prospector_workflow_id"] is not None:
        yield Condition(
            "id IN (SELECT lead_id FROM prospector_leads WHERE workflow_id = ?)", (campaign["prospector_workflow_id"],)
        )
    yield _REACHABLE[campaign["channel"]]
    yield _ALIVE


def _due(store: Store, workspace_id: str, campaign: Document, now: str, limit: int) -> list[Target]:
    # A lead that answered gets no further step; only new and contacted leads do.
    conditions = [AnyOf("status").condition(_UNANSWERED), _REACHABLE[campaign["channel"]], _ALIVE]
    where = " AND ".join(f"({condition.sql})" for condition in conditions)
    parameters = [value for condition in conditions for value in condition.parameters]
    return store.execute(
        "SELECT id, steps_sent FROM campaign_leads JOIN leads ON leads.id = lead_id"  # noqa: S608 - see Condition
        f" WHERE campaign_id = ? AND steps_sent < ? AND due_at <= ? AND workspace_id = ? AND {where}"
        " ORDER BY due_at, id LIMIT ?",
        (campaign["id"], len(campaign["steps"]), now, workspace_id, *parameters, limit),
    )


def _fresh(store: Store, workspace_id: str, campaign: Document, limit: int) -> list[Target]:
    reached = "SELECT 1 FROM campaign_leads WHERE campaign_id = ? AND lead_id = leads.id"
    # The campaign reached the same person through another row.
    known = (
        "SELECT twin.email FROM campaign_leads JOIN leads AS twin ON twin.id = lead_id"
        " WHERE campaign_id = ? AND twin.email IS NOT NULL"
    )
    conditions = [
        *_conditions(campaign),
        Condition(f"NOT EXISTS ({reached})", (campaign["id"],)),
        Condition(f"email IS NULL OR email NOT IN ({known})", (campaign["id"],)),
    ]
    where = " AND ".join(f"({condition.sql})" for condition in conditions)
    parameters = [value for condition in conditions for value in condition.parameters]
    return store.execute(
        f"SELECT id, 0 FROM leads WHERE workspace_id = ? AND {where} ORDER BY id LIMIT ?",  # noqa: S608 - see Condition
        (workspace_id, *parameters, limit),
    )
