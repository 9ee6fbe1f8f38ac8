"""Campaigns: sequences of messages, their runs and logs."""

from typing import Annotated

from pydantic import Field

from pb2b_notebook.sandbox.campaigns.models import (
    CampaignCreate,
    CampaignEnvelope,
    CampaignList,
    CampaignLogList,
    CampaignPatch,
    CampaignRunEnvelope,
    CampaignRunList,
    CampaignStatus,
)
from pb2b_notebook.sandbox.campaigns.rules import CampaignService
from pb2b_notebook.sandbox.campaigns.runs import start_run
from pb2b_notebook.sandbox.core.envelopes import ResponseBody
from pb2b_notebook.sandbox.core.listing import Condition
from pb2b_notebook.sandbox.core.queries import AnyOf, Bound, Equals, Flag, Instant, ListQuery, Texts, Values
from pb2b_notebook.sandbox.core.tables import CAMPAIGN_LOGS, CAMPAIGN_RUNS, CAMPAIGNS
from pb2b_notebook.sandbox.http.parameters import Path, Query
from pb2b_notebook.sandbox.http.routing import Call, Tag
from pb2b_notebook.sandbox.jobs.models import JobStatus

tag = Tag("Campaigns", "Sequences of messages to leads: write, publish, run, read the numbers.")

CampaignId = Annotated[str, Path("Id of the campaign.", alias="id", example="campaign_51d9e07a3cb84f26")]
RunId = Annotated[str, Path("Id of the campaign run.", alias="id", example="crun_0b7f62c1e4d8a935")]


class CampaignQuery(ListQuery):
    """The parameters of the list of campaigns."""

    status: Annotated[Values[CampaignStatus] | None, AnyOf("status")] = Field(None, description="Any of these values.")
    enabled: Annotated[Flag | None, Equals("enabled")] = Field(None, description="Whether the campaign is enabled.")


class RunsOfCampaignQuery(ListQuery):
    """The parameters of the list of one campaign's runs."""

    status: Annotated[Values[JobStatus] | None, AnyOf("status")] = Field(None, description="Any of these values.")
    started_after: Annotated[Instant | None, Bound("started_at", ">")] = Field(
        None, description="Only runs that started after this instant; the bound itself is excluded."
    )
    started_before: Annotated[Instant | None, Bound("started_at", "<=")] = Field(
        None, description="Only runs that started up to this instant; the bound itself is included."
    )


class RunQuery(RunsOfCampaignQuery):
    """The parameters of the list of runs."""

    campaign_id: Annotated[Texts | None, AnyOf("campaign_id")] = Field(
        None, description="Runs of any of these campaigns."
    )


@tag.operation("GET /campaigns", "campaigns.list", "campaigns.read", {200: CampaignList}, documented=True)
def list_campaigns(call: Call, query: Annotated[CampaignQuery, Query()]) -> ResponseBody:
    """List campaigns."""
    return call.page(CAMPAIGNS, query)


@tag.operation("POST /campaigns", "campaigns.create", "campaigns.write", {201: CampaignEnvelope})
def create_campaign(call: Call, campaign: CampaignCreate) -> ResponseBody:
    """Create a campaign.

    The campaign is a draft until it is published.
    """
    return call.one(call.service(CampaignService).create(campaign.model_dump()), status=201)


@tag.operation("GET /campaigns/{id}", "campaigns.get", "campaigns.read", {200: CampaignEnvelope})
def get_campaign(call: Call, campaign_id: CampaignId) -> ResponseBody:
    """Read one campaign."""
    return call.one(call.service(CampaignService).get(campaign_id))


@tag.operation("PATCH /campaigns/{id}", "campaigns.update", "campaigns.write", {200: CampaignEnvelope})
def update_campaign(call: Call, campaign_id: CampaignId, changes: CampaignPatch) -> ResponseBody:
    """Change one campaign.

    An absent field keeps its value; `steps` and `audience` are replaced. Removing all steps of a published campaign is
    refused with 409 `campaign_needs_steps`.
    """
    service = call.service(CampaignService)
    return call.one(
        service.change(service.get(campaign_id), changes.given_values(), if_updated_at=changes.if_updated_at)
    )


@tag.operation("POST /campaigns/{id}/publish", "campaigns.publish", "campaigns.write", {200: CampaignEnvelope})
def publish_campaign(call: Call, campaign_id: CampaignId) -> ResponseBody:
    """Publish a draft or paused campaign.

    A published campaign can run. Publishing it again changes nothing. A campaign without steps is refused with 409
    `campaign_needs_steps`.
    """
    service = call.service(CampaignService)
    return call.one(service.publish(service.get(campaign_id)))


@tag.operation("POST /campaigns/{id}/pause", "campaigns.pause", "campaigns.write", {200: CampaignEnvelope})
def pause_campaign(call: Call, campaign_id: CampaignId) -> ResponseBody:
    """Pause a published campaign.

    A run that has not ended is cancelled, and none of its messages is sent. Pausing again changes nothing. A draft is
    refused with 409 `campaign_not_published`.
    """
    service = call.service(CampaignService)
    return call.one(service.pause(service.get(campaign_id)))


@tag.operation("POST /campaigns/{id}/runs", "campaigns.runs.create", "campaigns.run", {201: CampaignRunEnvelope})
def create_campaign_run(call: Call, campaign_id: CampaignId) -> ResponseBody:
    """Run a campaign.

    A job sends at most 2,000 leads their next step: first leads whose delay is over, then leads of the audience that
    were not reached yet. Opted-out and bounced leads are never targeted. The answer is 409 `campaign_not_published`,
    `campaign_paused`, `campaign_disabled` or `run_in_progress` if the campaign cannot run, and 403
    `emails_limit_reached` if the plan's emails of the month are used up.
    """
    run = start_run(call.parts, call.workspace_id, call.service(CampaignService).get(campaign_id), call.request_id)
    return call.one(run, status=201)


@tag.operation("GET /campaigns/{id}/runs", "campaigns.runs.list", "campaigns.read", {200: CampaignRunList})
def list_runs_of_campaign(
    call: Call, campaign_id: CampaignId, query: Annotated[RunsOfCampaignQuery, Query()]
) -> ResponseBody:
    """List the runs of one campaign."""
    return call.page(
        CAMPAIGN_RUNS, query, Condition("campaign_id = ?", (call.service(CampaignService).get(campaign_id)["id"],))
    )


@tag.operation("GET /campaign-runs", "campaign_runs.list", "campaigns.read", {200: CampaignRunList})
def list_campaign_runs(call: Call, query: Annotated[RunQuery, Query()]) -> ResponseBody:
    """List the runs of all campaigns."""
    return call.page(CAMPAIGN_RUNS, query)


@tag.operation("GET /campaign-runs/{id}", "campaign_runs.get", "campaigns.read", {200: CampaignRunEnvelope})
def get_campaign_run(call: Call, run_id: RunId) -> ResponseBody:
    """Read one campaign run."""
    return call.one(call.service(CampaignService).get_run(run_id))


@tag.operation("GET /campaigns/{id}/logs", "campaigns.logs", "campaigns.read", {200: CampaignLogList})
def list_campaign_logs(call: Call, campaign_id: CampaignId, query: Annotated[ListQuery, Query()]) -> ResponseBody:
    """List the log of a campaign.

    It records publishing, pausing and runs, and the bounces, replies and unsubscriptions of their messages.
    """
    return call.page(
        CAMPAIGN_LOGS, query, Condition("campaign_id = ?", (call.service(CampaignService).get(campaign_id)["id"],))
    )
