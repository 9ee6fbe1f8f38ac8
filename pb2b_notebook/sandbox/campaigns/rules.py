"""The rules of campaigns: create, change, publish and pause.

A campaign is a draft until it is published; a paused campaign can be published again. Only a published, enabled
campaign runs, one run at a time.
"""

from collections.abc import Mapping
from typing import Any

from pb2b_notebook.sandbox.campaigns import audiences, correspondence
from pb2b_notebook.sandbox.campaigns.models import Campaign
from pb2b_notebook.sandbox.core.problems import conflict, detail, invalid
from pb2b_notebook.sandbox.core.store import Document
from pb2b_notebook.sandbox.core.tables import CAMPAIGN_LOGS, CAMPAIGN_RUNS, CAMPAIGNS, WORKFLOWS
from pb2b_notebook.sandbox.http.domain_service import DomainService
from pb2b_notebook.sandbox.webhooks.events import EventType
from pb2b_notebook.sandbox.webhooks.outbox import Outbox


class CampaignService(DomainService):
    """The campaigns of one workspace."""

    table = CAMPAIGNS
    noun = "campaign"

    def get_run(self, run_id: str) -> Document:
        """Return a run of a campaign.

        Raises:
            Problem: 404 ``not_found``.
        """
        return self._read(CAMPAIGN_RUNS, run_id, "campaign run")

    def create(self, values: Mapping[str, Any]) -> Document:
        """Create a campaign as a draft.

        Raises:
            Problem: 422 ``prospector_workflow_id``.
        """
        self._check_workflow(values)
        campaign = dict.fromkeys(Campaign.model_fields) | dict(values)
        campaign |= {"id": self._parts.new_id(CAMPAIGNS), "object": "campaign", "status": "draft"}
        now = self._tick()
        return self._save_and_emit(campaign | {"created_at": now}, now, "campaign.created")

    def change(self, campaign: Document, values: Mapping[str, Any], *, if_updated_at: str | None = None) -> Document:
        """Change a campaign. If no value differs, ``updated_at`` stays.

        Raises:
            Problem: 409 ``conflict``, or ``campaign_needs_steps`` if a published campaign would lose its steps; 422.
        """
        self._check_version(campaign, if_updated_at)
        self._check_workflow(values)
        changed = campaign | dict(values)
        if changed == campaign:
            return campaign
        if changed["status"] != "draft":
            _need_steps(changed)
        return self._save_and_emit(changed, self._tick(), "campaign.updated")

    def publish(self, campaign: Document) -> Document:
        """Publish a draft or paused campaign; a published one stays as it is.

        Raises:
            Problem: 409 ``campaign_needs_steps``.
        """
        if campaign["status"] == "published":
            return campaign
        _need_steps(campaign)
        now = self._tick()
        self._log(campaign, "campaign.published", now)
        return self._save_and_emit(campaign | {"status": "published", "published_at": now}, now, "campaign.published")

    def pause(self, campaign: Document) -> Document:
        """Pause a published campaign and cancel its run; a paused one stays as it is.

        Raises:
            Problem: 409 ``campaign_not_published``.
        """
        if campaign["status"] == "paused":
            return campaign
        need_published(campaign)
        running = self.unfinished_run(campaign)
        if running is not None:
            self._parts.worker.cancel(self._workspace_id, running["job_id"])
            self._log(campaign, "run.cancelled", self._tick(), run_id=running["id"])
        now = self._tick()
        self._log(campaign, "campaign.paused", now)
        return self._save_and_emit(campaign | {"status": "paused"}, now, "campaign.updated")

    def unfinished_run(self, campaign: Document) -> Document | None:
        """Return the run that has not ended yet; there is at most one."""
        unfinished = "campaign_id = ? AND status IN ('queued', 'running')"
        found = self._store.find(CAMPAIGN_RUNS, self._workspace_id, unfinished, (campaign["id"],))
        return found[0] if found else None

    def _check_workflow(self, values: Mapping[str, Any]) -> None:
        workflow_id = values.get("prospector_workflow_id")
        if workflow_id is not None and self._store.get(WORKFLOWS, self._workspace_id, workflow_id) is None:
            message = "names no prospector workflow of this workspace"
            raise invalid([detail("prospector_workflow_id", "unknown_workflow", message)])

    def _save_and_emit(self, campaign: Document, now: str, event: EventType) -> Document:
        reachable = audiences.size(self._store, self._workspace_id, campaign)
        stored = self._save(campaign | {"audience_count": reachable, "updated_at": now})
        Outbox(self._parts, self._workspace_id).emit(event, stored)
        return stored

    def _log(self, campaign: Document, event: str, now: str, *, run_id: str | None = None) -> None:
        entry = correspondence.campaign_log(
            self._parts.new_id(CAMPAIGN_LOGS), campaign["id"], event, now, run_id=run_id
        )
        self._store.put(CAMPAIGN_LOGS, self._workspace_id, entry)


def _need_steps(campaign: Document) -> None:
    if not campaign["steps"]:
        raise conflict("campaign_needs_steps", "the campaign has no steps to send: add one first")


def need_published(campaign: Document) -> None:
    """Reject a draft.

    Raises:
        Problem: 409 ``campaign_not_published``.
    """
    if campaign["status"] == "draft":
        raise conflict("campaign_not_published", "the campaign is a draft: publish it first")
