"""A year of campaigns for a demo workspace, written after its leads: runs, messages, threads, activities, logs, usage.

Every contacted lead has a story (see :mod:`.lead_stories`), and the counts of the runs follow from the stories. In a
large workspace only every n-th lead has one, so that a hundred thousand leads do not create half a million activities.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from pb2b_notebook.letters import fold_email
from pb2b_notebook.sandbox.campaigns import correspondence
from pb2b_notebook.sandbox.core import usage
from pb2b_notebook.sandbox.core.draws import Draws
from pb2b_notebook.sandbox.core.identifiers import derive_id
from pb2b_notebook.sandbox.core.store import Document, Store, Table
from pb2b_notebook.sandbox.core.tables import ACTIVITIES, CAMPAIGN_LOGS, CAMPAIGN_RUNS, CAMPAIGNS, MESSAGES, THREADS
from pb2b_notebook.sandbox.demo_data import campaign_plans
from pb2b_notebook.sandbox.demo_data.arrivals import DAY, milliseconds, timestamp
from pb2b_notebook.sandbox.demo_data.campaign_plans import CampaignPlan
from pb2b_notebook.sandbox.demo_data.job_history import load_jobs
from pb2b_notebook.sandbox.demo_data.lead_stories import PastLead, Sent, Story, StoryGenerator
from pb2b_notebook.sandbox.demo_data.past_campaigns import (
    STOPPED,
    campaign_id,
    draft,
    hour_of,
    milestones,
    past_campaign,
)
from pb2b_notebook.sandbox.demo_data.past_runs import PastRun, failed_run, week_of
from pb2b_notebook.sandbox.demo_data.prospector_history import load_prospector_history
from pb2b_notebook.sandbox.demo_data.seeding import DemoWorkspace

MOST_STORIES = 12_000
"""Largest number of leads with a story; of more contacted leads, every n-th has one."""
_BATCH = 4_000
_READ_WITHIN = 4 * DAY
_CLOSED_AFTER = 30 * DAY
_decode = msgspec.json.Decoder(PastLead).decode


def load_campaign_history(store: Store, workspace: DemoWorkspace, now: datetime) -> None:
    """Write the history of campaigns and prospector, inside the transaction that fills the sandbox.

    Args:
        store: Store with the workspace's leads, and no index yet.
        workspace: Workspace to write the history of.
        now: Start of the domain clock; nothing happens later.
    """
    load_prospector_history(store, workspace, now)
    _History(store, workspace, milliseconds(now)).write()


class _Batches:
    """Documents to be written into their tables, some thousands at a time."""

    def __init__(self, store: Store, workspace_id: str) -> None:
        self._store = store
        self._workspace_id = workspace_id
        self._pending: dict[str, tuple[Table, list[Document]]] = {}

    def put(self, table: Table, document: Document) -> None:
        """Add a new object."""
        _, documents = self._pending.setdefault(table.name, (table, []))
        documents.append(document)
        if len(documents) == _BATCH:
            self.flush()

    def flush(self) -> None:
        """Write all pending documents."""
        for table, documents in self._pending.values():
            self._store.load(table, self._workspace_id, documents)
        self._pending.clear()


class _History:
    """Writes the history of one workspace."""

    def __init__(self, store: Store, workspace: DemoWorkspace, now: int) -> None:
        self._store = store
        self._workspace = workspace
        self._now = now
        self._draws = Draws(workspace.seed, "campaign history")
        self._plans = campaign_plans.MAIN if workspace.leads is None else campaign_plans.SMALL
        self._ids = {plan.key: campaign_id(workspace, plan) for plan in self._plans}
        self._runs: dict[tuple[str, int], PastRun] = {}
        self._twins = self._new_leads_by_address()
        self._reached: list[tuple[str, str, int, str | None]] = []
        self._emails: Counter[str] = Counter()
        self._activities = 0
        self._documents = _Batches(store, workspace.id)

    def write(self) -> None:
        """Write every lead's story, then the campaigns and their runs."""
        storyteller = StoryGenerator(self._draws, self._plans, self._now)
        for lead in self._leads():
            self._write_story(lead, storyteller.story_of(lead))
        self._write_campaigns()
        self._documents.flush()
        # One statement instead of one per row.
        self._store.execute(
            "INSERT INTO campaign_leads SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?)",
            (msgspec.json.encode(self._reached).decode(),),
        )
        for period, number in self._emails.items():
            usage.load(self._store, self._workspace.id, period, {"emails_sent": number})

    def _leads(self) -> Iterator[PastLead]:
        contacted = "workspace_id = ? AND status <> 'new'"
        [(number,)] = self._store.execute(f"SELECT count(*) FROM leads WHERE {contacted}", (self._workspace.id,))  # noqa: S608 - our own text
        every = max(-(-number // MOST_STORIES), 1)
        rows = self._store.execute(
            f"SELECT doc FROM leads WHERE {contacted} AND rowid % ? = 0 ORDER BY rowid",  # noqa: S608 - our own text
            (self._workspace.id, every),
        )
        return (_decode(doc) for (doc,) in rows)

    def _new_leads_by_address(self) -> dict[str, tuple[str, str]]:
        """Return new leads by email: a run skipped those that share it with a contacted lead."""
        rows = self._store.execute(
            "SELECT email, id, created_at FROM leads WHERE workspace_id = ? AND status = 'new' AND email IS NOT NULL"
            " AND deleted_at IS NULL",
            (self._workspace.id,),
        )
        return {email: (lead_id, created_at) for email, lead_id, created_at in rows}

    def _write_story(self, lead: PastLead, story: Story) -> None:
        fields = {"first_name": lead.first_name, "company_name": lead.company_name}
        if story.plan is not None:
            self._write_messages(lead, story, story.plan, fields)
        owner = lead.owner_email or self._workspace.owner_emails[0]
        campaign = self._ids[story.plan.key] if story.plan else None
        if story.called_at is not None:
            self._activity(lead, "call_logged", story.called_at, owner)
        for change in story.changes:
            metadata = {"from": change.before, "to": change.after}
            actor, by = (owner, None) if change.by_owner else ("system", campaign)
            self._activity(
                lead, "status_changed", change.at, actor, by, about=(change.before, change.after), metadata=metadata
            )
        if story.met_at is not None:
            self._activity(lead, "meeting_booked", story.met_at, owner)

    def _write_messages(
        self, lead: PastLead, story: Story, plan: CampaignPlan, fields: Mapping[str, str | None]
    ) -> None:
        for number, sent in enumerate(story.sent):
            run = self._run_at(plan, sent.at)
            run.add(sent)
            self._skip_twin(lead, run, sent)
            message = self._message(lead, plan, number, sent, fields)
            self._documents.put(MESSAGES, message)
            self._write_outcome(lead, message, sent, run)
            if sent.replied is not None:
                self._write_thread(lead, story, message, sent.replied)
        last = story.sent[-1]
        due_at = None
        if len(story.sent) < len(plan.texts) and lead.status == "contacted" and not plan.ended:
            due_at = timestamp(last.at + campaign_plans.DAYS_BETWEEN_STEPS * DAY)
        self._reached.append((self._ids[plan.key], lead.id, len(story.sent), due_at))

    def _message(
        self, lead: PastLead, plan: CampaignPlan, number: int, sent: Sent, fields: Mapping[str, str | None]
    ) -> Document:
        subject, body = plan.texts[number]
        at = timestamp(sent.at)
        if plan.channel == "email":
            self._emails[at[:7]] += 1
        status = "bounced" if sent.bounced is not None else "replied" if sent.replied is not None else "delivered"
        return correspondence.message(
            derive_id(MESSAGES.prefix, lead.id, number),
            lead.id,
            campaign_id=self._ids[plan.key],
            channel=plan.channel,
            subject=correspondence.fill_in(subject, fields),
            body=correspondence.fill_in(body, fields),
            sent_at=at,
            status="opened" if status == "delivered" and sent.opened is not None else status,
            opened_at=None if sent.opened is None else timestamp(sent.opened),
            replied_at=None if sent.replied is None else timestamp(sent.replied),
            thread_id=None if sent.replied is None else derive_id(THREADS.prefix, lead.id),
        )

    def _write_outcome(self, lead: PastLead, message: Document, sent: Sent, run: PastRun) -> None:
        about = (message["subject"],)
        metadata = {"message_id": message["id"], "run_id": run.id}
        campaign = run.campaign_id
        self._activity(lead, "message_sent", sent.at, "campaign", campaign, about=about, metadata=metadata)
        if sent.opened is not None:
            self._activity(lead, "message_opened", sent.opened, "lead", campaign, about=about, metadata=metadata)
        if sent.clicked is not None:
            self._activity(lead, "link_clicked", sent.clicked, "lead", campaign, about=about, metadata=metadata)
        if sent.replied is not None:
            threaded = metadata | {"thread_id": message["thread_id"]}
            self._activity(lead, "reply_received", sent.replied, "lead", campaign, about=about, metadata=threaded)
            self._log(run, "reply.received", sent.replied, lead.id)
        if sent.bounced is not None:
            self._activity(lead, "message_bounced", sent.bounced, "system", campaign, about=about, metadata=metadata)
            self._log(run, "message.bounced", sent.bounced, lead.id)
        if sent.unsubscribed is not None:
            self._activity(lead, "unsubscribed", sent.unsubscribed, "lead", campaign, about=about, metadata=metadata)
            self._log(run, "lead.unsubscribed", sent.unsubscribed, lead.id)

    def _write_thread(self, lead: PastLead, story: Story, message: Document, replied: int) -> None:
        """Write the lead's reply, the owner's answer if there is one, and their thread."""
        replies = correspondence.DECLINING if lead.status == "disqualified" else self._friendly_replies(lead)
        body = self._draws.pick(replies)
        reply = correspondence.reply(
            derive_id(MESSAGES.prefix, lead.id, "reply"), message, body=body, sent_at=timestamp(replied)
        )
        self._documents.put(MESSAGES, reply)
        last = replied if story.answered_at is None else story.answered_at
        if story.answered_at is not None:
            self._write_answer(lead, message, story.answered_at)
        old = self._now - last
        unread = story.answered_at is None and (old < _READ_WITHIN or self._draws.chance(0.04))
        self._documents.put(
            THREADS,
            correspondence.thread(
                message["thread_id"],
                {"id": lead.id},
                subject=message["subject"],
                status="closed" if old > _CLOSED_AFTER and not unread else "open",
                unread_count=int(unread),
                last_message_at=timestamp(last),
                assigned_to=lead.owner_email,
                created_at=reply["sent_at"],
            ),
        )

    def _friendly_replies(self, lead: PastLead) -> tuple[str, ...]:
        return correspondence.INTERESTED if lead.status == "qualified" else correspondence.UNDECIDED

    def _write_answer(self, lead: PastLead, message: Document, at: int) -> None:
        text = timestamp(at)
        if message["channel"] == "email":
            self._emails[text[:7]] += 1
        answer = correspondence.message(
            derive_id(MESSAGES.prefix, lead.id, "answer"),
            lead.id,
            campaign_id=None,
            channel=message["channel"],
            subject=f"Re: {message['subject']}",
            body=self._draws.pick(correspondence.ANSWERS),
            sent_at=text,
            thread_id=message["thread_id"],
        )
        self._documents.put(MESSAGES, answer)
        owner = lead.owner_email or self._workspace.owner_emails[0]
        metadata = {"message_id": answer["id"], "thread_id": answer["thread_id"]}
        self._activity(lead, "message_sent", at, owner, about=(answer["subject"],), metadata=metadata)

    def _skip_twin(self, lead: PastLead, run: PastRun, sent: Sent) -> None:
        twin = self._twins.get(fold_email(lead.email)) if lead.email is not None else None
        if twin is not None and twin[1] < timestamp(sent.at):
            del self._twins[fold_email(lead.email or "")]
            run.skip()
            self._log(run, "lead.skipped", sent.at, twin[0])

    def _run_at(self, plan: CampaignPlan, at: int) -> PastRun:
        week = week_of(at)
        run = self._runs.get((plan.key, week))
        if run is None:
            run = self._runs[plan.key, week] = PastRun(self._ids[plan.key], week, self._now)
        return run

    def _activity(
        self,
        lead: PastLead,
        kind: str,
        at: int,
        actor: str,
        campaign: str | None = None,
        *,
        about: tuple[str, ...] = (),
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        self._activities += 1
        self._documents.put(
            ACTIVITIES,
            correspondence.activity(
                derive_id(ACTIVITIES.prefix, self._workspace.id, "history", self._activities),
                lead.id,
                kind,
                timestamp(at),
                actor=actor,
                campaign_id=campaign,
                about=about,
                metadata=metadata,
            ),
        )

    def _log(self, run: PastRun, event: str, at: int, lead_id: str) -> None:
        log_id = derive_id(CAMPAIGN_LOGS.prefix, run.id, event, lead_id)
        self._documents.put(
            CAMPAIGN_LOGS,
            correspondence.campaign_log(log_id, run.campaign_id, event, timestamp(at), run_id=run.id, lead_id=lead_id),
        )

    def _write_campaigns(self) -> None:
        """Write the campaigns, their runs, and the jobs of the runs."""
        workspace, now = self._workspace, self._now
        reached = Counter(row[0] for row in self._reached)
        jobs = [run.job() for run in self._runs.values()]
        for run in self._runs.values():
            self._documents.put(CAMPAIGN_RUNS, run.document())
            for entry in run.logs():
                self._documents.put(CAMPAIGN_LOGS, entry)
        for plan in self._plans:
            self._documents.put(CAMPAIGNS, past_campaign(workspace, plan, reached[self._ids[plan.key]], now))
            for entry in milestones(workspace, plan, now):
                self._documents.put(CAMPAIGN_LOGS, entry)
            if plan.disabled:
                job, failed = failed_run(self._ids[plan.key], hour_of(now, plan.stopped, STOPPED))
                jobs.append(job)
                self._documents.put(CAMPAIGN_RUNS, failed)
        self._documents.put(CAMPAIGNS, draft(workspace, now))
        load_jobs(self._store, workspace.id, jobs)
