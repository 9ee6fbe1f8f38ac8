"""The campaigns of a demo workspace as objects, and the milestones of their logs."""

from collections.abc import Iterator

from pb2b_notebook.sandbox.campaigns import correspondence
from pb2b_notebook.sandbox.campaigns.audiences import blank_audience
from pb2b_notebook.sandbox.core.identifiers import derive_id
from pb2b_notebook.sandbox.core.store import Document
from pb2b_notebook.sandbox.core.tables import CAMPAIGN_LOGS, CAMPAIGNS
from pb2b_notebook.sandbox.demo_data.arrivals import DAY, timestamp
from pb2b_notebook.sandbox.demo_data.campaign_plans import DRAFT, CampaignPlan
from pb2b_notebook.sandbox.demo_data.prospector_history import workflow_id
from pb2b_notebook.sandbox.demo_data.seeding import DemoWorkspace

_HOUR = 3_600_000
_CREATED, _PUBLISHED, STOPPED = 5, 6, 16
"""Hours of the day at which campaigns are created, published and stopped."""


def hour_of(now: int, age: int, hour: int) -> int:
    """Return an hour of the day that was ``age`` days before ``now``, in milliseconds.

    >>> hour_of(10 * 86_400_000 + 5, 9, 1)
    90000000
    """
    return (now // DAY - age) * DAY + hour * _HOUR


def campaign_id(workspace: DemoWorkspace, plan: CampaignPlan) -> str:
    """Return the id of a demo campaign."""
    return derive_id(CAMPAIGNS.prefix, workspace.id, plan.key)


def past_campaign(workspace: DemoWorkspace, plan: CampaignPlan, reached: int, now: int) -> Document:
    """Return a campaign that was published; its audience are the leads that it reached."""
    published_at = timestamp(hour_of(now, plan.started, _PUBLISHED))
    return {
        "id": campaign_id(workspace, plan),
        "object": "campaign",
        "status": "paused" if plan.ended and not plan.disabled else "published",
        "enabled": not plan.disabled,
        "prospector_workflow_id": workflow_id(workspace, plan.workflow) if plan.workflow else None,
        "name": plan.name,
        "channel": plan.channel,
        "steps": plan.steps,
        "published_at": published_at,
        "audience": blank_audience() | {"source": sorted(plan.sources)},
        "audience_count": reached,
        "created_at": timestamp(hour_of(now, plan.started, _CREATED)),
        "updated_at": timestamp(hour_of(now, plan.stopped, STOPPED)) if plan.ended else published_at,
    }


def draft(workspace: DemoWorkspace, now: int) -> Document:
    """Return a campaign that is not published yet."""
    made_at = timestamp(hour_of(now, DRAFT.started, _PUBLISHED))
    unpublished = {"status": "draft", "published_at": None, "created_at": made_at, "updated_at": made_at}
    return past_campaign(workspace, DRAFT, 0, now) | unpublished


def milestones(workspace: DemoWorkspace, plan: CampaignPlan, now: int) -> Iterator[Document]:
    """Yield the log entries of publishing and pausing."""
    found = [("campaign.published", hour_of(now, plan.started, _PUBLISHED))]
    if plan.ended and not plan.disabled:
        found.append(("campaign.paused", hour_of(now, plan.stopped, STOPPED)))
    campaign = campaign_id(workspace, plan)
    for event, at in found:
        yield correspondence.campaign_log(
            derive_id(CAMPAIGN_LOGS.prefix, campaign, event), campaign, event, timestamp(at)
        )
