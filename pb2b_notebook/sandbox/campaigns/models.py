"""Campaigns, their runs and logs as pydantic models; shared types are in :mod:`pb2b_notebook.sandbox.core.models`."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from pb2b_notebook.sandbox.core.models import (
    WHOLE,
    Changes,
    Country,
    DateTime,
    GivenDateTime,
    Model,
    ObjectId,
    Record,
    Short,
    TagName,
    envelope_of,
    page_of,
)
from pb2b_notebook.sandbox.jobs.models import JobStatus, LogLevel

CampaignStatus = Literal["draft", "published", "paused"]
Channel = Literal["email", "linkedin"]
ReachableStatus = Literal["new", "contacted", "replied", "qualified"]

MOST_STEPS = 10
MOST_VALUES = 50
LONGEST_DELAY = 90

Name = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Subject = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Body = Annotated[str, StringConstraints(min_length=1, max_length=5000)]
# Only compared with, never sent to: as in the lists' filters, any text is accepted.
Address = Annotated[str, StringConstraints(min_length=1, max_length=320)]
Days = Annotated[int, Field(ge=0, le=LONGEST_DELAY), WHOLE]


class CampaignStep(Record):
    """One message of the sequence."""

    subject: str
    body: str
    delay_days: int = Field(description="Days after the previous step; the first step ignores it.")


class CampaignAudience(Record):
    """The leads of a campaign: conditions are combined with AND, their values with OR; an empty list selects all."""

    status: list[ReachableStatus]
    source: list[str]
    country: list[str]
    tag: list[str]
    owner_email: list[str]


class Campaign(Record):
    """A sequence of messages to an audience."""

    id: str
    object: Literal["campaign"]
    status: CampaignStatus
    enabled: bool = Field(description="Independent of the status: a disabled campaign does not run.")
    prospector_workflow_id: str | None = Field(description="Only leads that this workflow found.")
    name: str
    channel: Channel
    steps: list[CampaignStep] = Field(description="In the order in which they are sent.")
    published_at: DateTime | None = Field(description="When it was last published.")
    audience: CampaignAudience
    audience_count: int = Field(description="Leads that it could reach when the campaign last changed.")
    created_at: DateTime
    updated_at: DateTime


class CampaignRun(Record):
    """One round of a campaign: each lead whose step is due is sent it. The counts are set when the run ends."""

    id: str
    object: Literal["campaign_run"]
    campaign_id: str
    job_id: str
    status: JobStatus
    started_at: DateTime | None
    finished_at: DateTime | None
    targeted: int = Field(description="Leads whose step was due.")
    sent: int = Field(
        description="Messages sent; fewer than `targeted` if an address occurs twice, or the plan's emails are used up."
    )
    delivered: int = Field(description="Messages that were sent and did not bounce.")
    opened: int = Field(description="Delivered messages that were opened; here and below each lead is counted once.")
    clicked: int = Field(description="Opened messages in which a link was clicked.")
    replied: int = Field(description="Opened messages that the lead replied to.")
    bounced: int = Field(description="Messages that bounced; the lead is `bounced` from then on.")
    unsubscribed: int = Field(description="Opened messages whose lead unsubscribed; it is `unsubscribed` from then on.")
    created_at: DateTime
    updated_at: DateTime


class CampaignLog(Record):
    """One thing that happened in a campaign."""

    id: str
    object: Literal["campaign_log"]
    campaign_id: str
    run_id: str | None = Field(description="Null for an entry about the campaign itself.")
    lead_id: str | None
    level: LogLevel
    event: Literal[
        "campaign.published",
        "campaign.paused",
        "run.started",
        "run.completed",
        "run.cancelled",
        "message.bounced",
        "reply.received",
        "lead.unsubscribed",
        "lead.skipped",
        "emails_limit.reached",
    ]
    message: str
    occurred_at: DateTime
    created_at: DateTime
    updated_at: DateTime


class CampaignStepGiven(Model):
    """One message of the sequence."""

    subject: Subject = Field(description="`{{first_name}}` and `{{company_name}}` are filled in from the lead.")
    body: Body = Field(description="With the same placeholders as the subject.")
    delay_days: Days = Field(3, description="Days after the previous step; the first step ignores it.")


class CampaignAudienceGiven(Model):
    """The leads that the campaign is for; an absent condition selects all."""

    status: Annotated[list[ReachableStatus], Field(max_length=MOST_VALUES)] = Field(
        default_factory=list,
        description="Empty for new and contacted leads. Leads that opted out or bounced are never reached.",
    )
    source: Annotated[list[Short], Field(max_length=MOST_VALUES)] = Field(default_factory=list)
    country: Annotated[list[Country], Field(max_length=MOST_VALUES)] = Field(default_factory=list)
    tag: Annotated[list[TagName], Field(max_length=MOST_VALUES)] = Field(default_factory=list)
    owner_email: Annotated[list[Address], Field(max_length=MOST_VALUES)] = Field(
        default_factory=list, description="Trimmed and case-folded."
    )


Steps = Annotated[list[CampaignStepGiven], Field(max_length=MOST_STEPS)]
_WORKFLOW = "Id of a workflow of the workspace: only leads that it found."


class CampaignCreate(Model):
    """A new campaign, as a draft."""

    name: Name
    channel: Channel = Field("email", description="It cannot be changed later.")
    enabled: bool = True
    steps: Steps = Field(default_factory=list, description="At least one before it can be published.")
    audience: CampaignAudienceGiven = Field(default_factory=CampaignAudienceGiven)
    prospector_workflow_id: ObjectId | None = Field(None, description=_WORKFLOW)


class CampaignPatch(Changes):
    """Changes: an absent field keeps its value; `steps` and `audience` are replaced; null removes the workflow."""

    # Factories, since the document shows a plain default, and these fields have none: they are absent or have a value.
    name: Name = Field(default_factory=str)
    enabled: bool = Field(default_factory=bool)
    steps: Steps = Field(default_factory=list)
    audience: CampaignAudienceGiven = Field(default_factory=CampaignAudienceGiven)
    prospector_workflow_id: ObjectId | None = Field(None, description=_WORKFLOW)
    if_updated_at: GivenDateTime | None = Field(
        None, description="The `updated_at` last read: if the campaign changed since, the answer is 409 `conflict`."
    )


CampaignEnvelope = envelope_of(Campaign, "One campaign.")
CampaignList = page_of(Campaign, "A page of campaigns.")
CampaignRunEnvelope = envelope_of(CampaignRun, "One campaign run.")
CampaignRunList = page_of(CampaignRun, "A page of campaign runs.")
CampaignLogList = page_of(CampaignLog, "A page of a campaign's log.")
