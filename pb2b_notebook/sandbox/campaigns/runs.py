"""Campaign runs: when a run may start, and what its job does at the end: send each lead its step, and count.

Random draws depend on the seed and the run's id only, so a run always gives the same numbers. Messages are sent in the
first part of the run, and opened, clicked and answered by its end.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pb2b_notebook.letters import fold_email
from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.campaigns import audiences, correspondence
from pb2b_notebook.sandbox.campaigns.audiences import Target
from pb2b_notebook.sandbox.campaigns.exchanges import Exchange, Reaction, draw_reaction
from pb2b_notebook.sandbox.campaigns.models import CampaignRun
from pb2b_notebook.sandbox.campaigns.rules import CampaignService, need_published
from pb2b_notebook.sandbox.core import usage
from pb2b_notebook.sandbox.core.draws import Draws
from pb2b_notebook.sandbox.core.problems import conflict, forbidden
from pb2b_notebook.sandbox.core.store import Document
from pb2b_notebook.sandbox.core.tables import CAMPAIGN_LOGS, CAMPAIGN_RUNS, CAMPAIGNS
from pb2b_notebook.sandbox.http.parts import SandboxParts
from pb2b_notebook.sandbox.jobs.worker import JobFailedError, runs
from pb2b_notebook.sandbox.leads import billing
from pb2b_notebook.sandbox.leads.rules import LeadService

RUN_TIME = timedelta(minutes=10)
"""Duration of a run on the domain clock."""
MOST_TARGETED = 2_000
"""The largest number of leads that one run targets."""

_SENDING = 0.4
"""Share of a run's time in which it sends."""
COUNTS = ("targeted", "sent", "delivered", "opened", "clicked", "replied", "bounced", "unsubscribed")
"""The counts of a run."""


def blank_run() -> Document:
    """Return a run that has not started, with its fields in the contract's order."""
    blank: Document = dict.fromkeys(CampaignRun.model_fields)
    return blank | {"object": "campaign_run", "status": "queued"} | dict.fromkeys(COUNTS, 0)


def start_run(parts: SandboxParts, workspace_id: str, campaign: Document, request_id: str) -> Document:
    """Queue a run of a campaign, inside a transaction, and return the run.

    Raises:
        Problem: 409 ``campaign_not_published``, ``campaign_paused``, ``campaign_disabled`` or ``run_in_progress``;
            403 ``emails_limit_reached``.
    """
    _check_may_run(parts, workspace_id, campaign)
    run_id = parts.new_id(CAMPAIGN_RUNS)
    job = parts.worker.enqueue(workspace_id, "campaign_run", run_id, request_id, RUN_TIME)
    now = instants.render(parts.clock.tick())
    run = blank_run() | {"id": run_id, "campaign_id": campaign["id"], "job_id": job["id"]}
    run |= {"created_at": now, "updated_at": now}
    parts.store.put(CAMPAIGN_RUNS, workspace_id, run)
    return run


def _check_may_run(parts: SandboxParts, workspace_id: str, campaign: Document) -> None:
    if campaign["status"] == "paused":
        raise conflict("campaign_paused", "the campaign is paused: publish it again, then run it")
    need_published(campaign)
    if not campaign["enabled"]:
        raise conflict("campaign_disabled", "the campaign is disabled: enable it, then run it")
    if CampaignService(parts, workspace_id).unfinished_run(campaign) is not None:
        raise conflict("run_in_progress", "a run of the campaign has not ended yet: wait for it, or pause the campaign")
    if campaign["channel"] == "email" and _emails_left(parts, workspace_id) == 0:
        raise forbidden("emails_limit_reached", "the plan's emails of this month are used up")


def _emails_left(parts: SandboxParts, workspace_id: str) -> int:
    used = billing.usage(parts, workspace_id)["usage"]
    return int(max(used["emails_limit"] - used["emails_sent"], 0))


@runs("campaign_run", table=CAMPAIGN_RUNS)
def run_campaign(parts: SandboxParts, workspace_id: str, job: Document) -> Mapping[str, Any]:
    """Send the messages of a run, and return its counts.

    Raises:
        JobFailedError: ``campaign_disabled``.
    """
    store = parts.store
    [run] = store.find(CAMPAIGN_RUNS, workspace_id, "id = ?", (job["resource_id"],))
    [campaign] = store.find(CAMPAIGNS, workspace_id, "id = ?", (run["campaign_id"],))
    if not campaign["enabled"]:
        raise JobFailedError("campaign_disabled", "the campaign was disabled before the run ended")
    return _CampaignRun(parts, workspace_id, campaign, run).send()


class _CampaignRun:
    """A run in progress, inside the transaction that ends its job."""

    def __init__(self, parts: SandboxParts, workspace_id: str, campaign: Document, run: Document) -> None:
        self._parts = parts
        self._workspace_id = workspace_id
        self._campaign = campaign
        self._run = run
        self._draws = Draws(parts.seed, f"campaign run {run['id']}")
        self._leads = LeadService(parts, workspace_id)
        self._start = instants.parse(run["started_at"])
        self._end = parts.clock.now()
        self._by_email = campaign["channel"] == "email"
        self._counts: Counter[str] = Counter()
        self._addresses: set[str] = set()

    def send(self) -> dict[str, int]:
        """Send each target its step, until the plan's emails are used up."""
        parts, workspace_id = self._parts, self._workspace_id
        self._log("run.started", self._start)
        found = audiences.targets(
            parts.store, workspace_id, self._campaign, now=instants.render(self._end), limit=MOST_TARGETED
        )
        left = _emails_left(parts, workspace_id) if self._by_email else len(found)
        for position, target in enumerate(found):
            if self._counts["sent"] == left:
                self._log("emails_limit.reached", self._end, numbers=(len(found) - position,))
                break
            self._send_step(target, self._start + (self._end - self._start) * (_SENDING * position / len(found)))
        if self._by_email:
            usage.add(parts, workspace_id, "emails_sent", self._counts["sent"])
        self._counts["targeted"] = len(found)
        self._log("run.completed", self._end, numbers=(self._counts["sent"], len(found)))
        return {name: self._counts[name] for name in COUNTS}

    def _send_step(self, target: Target, at: datetime) -> None:
        lead_id, steps_sent = target
        lead = self._leads.get(lead_id)
        address = fold_email(lead["email"] or lead_id)
        if address in self._addresses:
            self._log("lead.skipped", at, lead_id=lead_id)
            return
        self._addresses.add(address)
        reaction = draw_reaction(self._draws, lead, self._campaign["channel"])
        exchange = Exchange(
            self._parts,
            self._workspace_id,
            campaign=self._campaign,
            run_id=self._run["id"],
            lead=lead,
            at=at,
            end=self._end,
        )
        exchange.write(self._campaign["steps"][steps_sent], reaction, self._draws, self._leads)
        self._count(reaction)
        self._store_progress(lead_id, steps_sent + 1, reaction)

    def _count(self, reaction: Reaction) -> None:
        counts = self._counts
        counts["sent"] += 1
        counts["bounced" if reaction.bounced else "delivered"] += 1
        for name in ("opened", "clicked", "replied", "unsubscribed"):
            counts[name] += getattr(reaction, name) is not None

    def _store_progress(self, lead_id: str, sent: int, reaction: Reaction) -> None:
        """Store that the lead was reached, and when its next step is due."""
        steps = self._campaign["steps"]
        due_at = None
        if not reaction.ends_sequence and sent < len(steps):
            due_at = instants.render(self._end + timedelta(days=steps[sent]["delay_days"]))
        self._parts.store.execute(
            "INSERT OR REPLACE INTO campaign_leads VALUES (?, ?, ?, ?)", (self._campaign["id"], lead_id, sent, due_at)
        )

    def _log(self, event: str, at: datetime, *, lead_id: str | None = None, numbers: tuple[int, ...] = ()) -> None:
        parts = self._parts
        entry = correspondence.campaign_log(
            parts.new_id(CAMPAIGN_LOGS),
            self._campaign["id"],
            event,
            instants.render(at),
            run_id=self._run["id"],
            lead_id=lead_id,
            numbers=numbers,
            updated_at=instants.render(parts.clock.tick()),
        )
        parts.store.put(CAMPAIGN_LOGS, self._workspace_id, entry)
